//! A bicycle from the side.

use std::f32::consts::TAU;

use crate::objects::brush::{Brush, Paint};
use crate::objects::colour::{CHALK, Colour, INK, lacquer};
use crate::objects::dice::Dice;
use crate::objects::outline::{Point, disc, lerp};
use crate::objects::scenery::Place;

pub(super) fn draw(brush: &mut Brush<'_>, _: Place, dice: &mut Dice) {
    let paint = lacquer(dice);
    let radius = dice.range(0.4, 0.44);
    let tyre = dice.range(0.055, 0.085);
    let (rear, front) = ([-0.57, radius], [0.57, radius]);
    let crank = [-0.1, 0.36];
    let seat = [-0.26, dice.range(0.84, 0.94)];
    let head = [0.38, dice.range(0.88, 0.96)];
    let steel = Colour([0.75, 0.76, 0.78]);

    brush.shadow(-0.95, 0.95, 0.06);
    for hub in [rear, front] {
        wheel(brush, hub, radius, tyre, steel, dice);
    }
    if dice.chance(0.35) {
        for hub in [rear, front] {
            guard(brush, hub, radius + 0.04, paint.times(0.8));
        }
    }
    // The chain, then the frame.
    brush.line(rear, [crank[0], crank[1] - 0.06], 0.025, Paint::flat(INK));
    let tube = Paint::from(paint).gloss(0.3);
    let low = dice.chance(0.3); // a frame to step through
    let post = lerp(crank, seat, 0.86);
    let top = if low { lerp(crank, seat, 0.45) } else { post };
    for (a, b) in [(rear, crank), (rear, post), (crank, seat), (crank, lerp(head, front, 0.15)), (top, head)] {
        brush.line(a, b, 0.062, tube);
    }
    brush.line(head, front, 0.055, tube);
    brush.line([head[0], head[1]], [head[0] - 0.05, head[1] + 0.12], 0.05, steel);
    bars(brush, [head[0] - 0.05, head[1] + 0.12], dice);
    brush.line(post, [seat[0] - 0.02, seat[1] + 0.06], 0.045, steel);
    brush.limb(
        &[
            [seat[0] - 0.2, seat[1] + 0.1, 0.055],
            [seat[0] - 0.02, seat[1] + 0.08, 0.04],
            [seat[0] + 0.15, seat[1] + 0.09, 0.028],
        ],
        Paint::from(dice.pick(&[INK, Colour([0.42, 0.25, 0.14])])),
    );
    pedals(brush, crank, steel, dice);
    if dice.chance(0.3) {
        let wicker = Colour([0.66, 0.47, 0.27]);
        brush.fill(&[[0.44, 0.82], [0.74, 0.82], [0.8, 1.08], [0.4, 1.08]], Paint::from(wicker).grain(0.3, [1.0, 0.8]));
    }
}

fn wheel(brush: &mut Brush<'_>, hub: Point, radius: f32, tyre: f32, steel: Colour, dice: &mut Dice) {
    // One outline around the outer edge and back around the inner one leaves the inside free.
    ring(brush, hub, radius, radius - tyre, Paint::flat(INK));
    ring(brush, hub, radius - tyre, radius - tyre - 0.02, Paint::flat(steel));
    let begin = dice.range(0.0, TAU);
    for k in 0..12 {
        let (sin, cos) = (begin + TAU * k as f32 / 12.0).sin_cos();
        let rim = radius - tyre;
        brush.line(hub, [hub[0] + rim * cos, hub[1] + rim * sin], 0.012, Paint::flat(steel).alpha(0.8));
    }
    brush.disc(hub, 0.05, Paint::from(steel));
}

fn ring(brush: &mut Brush<'_>, centre: Point, outer: f32, inner: f32, paint: Paint) {
    let mut outline = disc(centre, outer);
    outline.push(outline[0]);
    let mut hole = disc(centre, inner);
    hole.push(hole[0]);
    outline.extend(hole.into_iter().rev());
    brush.fill(&outline, paint);
}

fn guard(brush: &mut Brush<'_>, hub: Point, radius: f32, paint: Colour) {
    let knots: Vec<[f32; 3]> = (0..7)
        .map(|k| {
            let (sin, cos) = (0.5 + 0.42 * k as f32).sin_cos();
            [hub[0] + radius * cos, hub[1] + radius * sin, 0.025]
        })
        .collect();
    brush.limb(&knots, paint);
}

fn bars(brush: &mut Brush<'_>, [x, y]: Point, dice: &mut Dice) {
    let grip = Paint::flat(INK);
    if dice.chance(0.4) {
        brush.limb(
            &[[x, y, 0.026], [x + 0.2, y + 0.02, 0.026], [x + 0.24, y - 0.12, 0.026], [x + 0.1, y - 0.17, 0.026]],
            grip,
        ); // for racing
    } else {
        brush.limb(&[[x + 0.1, y + 0.02, 0.026], [x, y + 0.04, 0.026], [x - 0.2, y + 0.02, 0.03]], grip);
    }
    if dice.chance(0.5) {
        brush.disc([x + 0.14, y - 0.14], 0.055, Paint::round(CHALK));
    }
}

fn pedals(brush: &mut Brush<'_>, crank: Point, steel: Colour, dice: &mut Dice) {
    let (sin, cos) = dice.range(0.0, TAU).sin_cos();
    brush.disc(crank, 0.1, Paint::flat(INK));
    brush.disc(crank, 0.075, Paint::from(steel));
    for sign in [-1.0, 1.0] {
        let foot = [crank[0] + sign * 0.2 * cos, crank[1] + sign * 0.2 * sin];
        brush.line(crank, foot, 0.032, Paint::flat(steel.times(0.7)));
        brush.line([foot[0] - 0.07, foot[1]], [foot[0] + 0.07, foot[1]], 0.05, Paint::flat(INK));
    }
}
