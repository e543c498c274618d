//! A lorry from the side: a cab before a box, a tank, a load of logs or a tipper.

use super::car::wheel;
use crate::objects::brush::{Brush, Paint};
use crate::objects::colour::{CHALK, Colour, INK, lacquer};
use crate::objects::dice::Dice;
use crate::objects::outline::{rectangle, rounded};
use crate::objects::scenery::Place;

pub(super) fn draw(brush: &mut Brush<'_>, _: Place, dice: &mut Dice) {
    let (cab, load) = (lacquer(dice), lacquer(dice));
    let back = dice.range(0.42, 0.5); // where the cab begins
    let radius = dice.range(0.135, 0.155);
    let rim = Colour::hsv(0.6, 0.05, dice.range(0.5, 0.85));

    brush.shadow(-0.98, 0.98, 0.1);
    brush.fill(&rectangle([-0.96, 0.17], [0.95, 0.29]), Paint::flat(INK.mix(CHALK, 0.12)));
    match dice.count(0, 7) {
        0 | 1 => tank(brush, back, dice),
        2 => tipper(brush, back, load),
        _ => cargo(brush, back, load, dice),
    }
    cabin(brush, back, cab, dice);
    let rear = dice.pick(&[&[-0.72, -0.38][..], &[-0.6], &[-0.78, -0.46, -0.14]]);
    for &x in rear.iter().chain([&0.7]) {
        brush.disc([x, radius + 0.02], 1.2 * radius, Paint::flat(INK.mix(CHALK, 0.08)));
        wheel(brush, [x, radius], radius, rim);
    }
}

fn cabin(brush: &mut Brush<'_>, back: f32, paint: Colour, dice: &mut Dice) {
    let top = dice.range(0.8, 0.92);
    let nose = dice.chance(0.35); // a bonnet before the windscreen
    let (front, pane) = if nose { (0.8, 0.55) } else { (0.97, 0.5) };
    let body = [[back, 0.2], [0.97, 0.2], [0.985, 0.5], [front, pane], [front - 0.08, top], [back, top]];
    if nose {
        brush.fill(
            &rounded(&[[back + 0.1, 0.2], [1.0, 0.2], [1.0, 0.48], [0.78, 0.56], [back + 0.1, 0.56]], 0.05),
            paint.times(0.95),
        );
    }
    brush.fill(&rounded(&body, 0.05), Paint::from(paint).gloss(0.15));
    let glass = Colour::hsv(0.57, 0.3, dice.range(0.2, 0.45));
    let (low, high) = (0.54, top - 0.08);
    let window = [[back + 0.08, low], [front - 0.04, low], [front - 0.1, high], [back + 0.08, high]];
    brush.fill(&rounded(&window, 0.03), Paint::from(glass).gloss(0.35));
    brush.line([back + 0.05, low - 0.05], [back + 0.05, 0.26], 0.014, Paint::flat(paint.times(0.55)));
    brush.line([front - 0.08, low - 0.05], [front - 0.08, 0.26], 0.014, Paint::flat(paint.times(0.55)));
    brush.fill(&rectangle([back, 0.2], [0.985, 0.27]), Paint::flat(paint.times(0.5)));
    brush.oval([0.955, 0.36], [0.035, 0.05], 0.0, Paint::flat(Colour([1.0, 0.95, 0.75])));
    brush.fill(&rectangle([0.9, 0.19], [1.0, 0.25]), Paint::flat(Colour([0.25, 0.25, 0.27])));
    brush.line([front - 0.02, 0.62], [front - 0.02, 0.76], 0.05, Paint::flat(INK)); // the mirror
    if dice.chance(0.4) {
        brush.line(
            [back - 0.02, 0.35],
            [back - 0.02, top + 0.13],
            0.045,
            Paint::from(Colour([0.7, 0.7, 0.72])).gloss(0.4),
        );
    }
}

fn cargo(brush: &mut Brush<'_>, back: f32, paint: Colour, dice: &mut Dice) {
    let paint = if dice.chance(0.4) { CHALK.times(0.93) } else { paint };
    let top = dice.range(0.98, 1.14);
    let (left, right, floor) = (-1.0, back - 0.04, 0.28);
    brush.fill(
        &rounded(&[[left, floor], [right, floor], [right, top], [left, top]], 0.025),
        Paint::from(paint).gloss(0.08),
    );
    brush.fill(&rectangle([left, floor], [right, floor + 0.05]), Paint::flat(paint.times(0.6)));
    match dice.count(0, 3) {
        0 => {
            for k in 1..9 {
                let x = left + (right - left) * k as f32 / 9.0;
                brush.line([x, floor + 0.06], [x, top - 0.03], 0.012, Paint::flat(paint.times(0.82)));
            }
        }
        1 => {
            let band = lacquer(dice);
            let y = dice.range(0.5, 0.75);
            brush.fill(&rectangle([left, y], [right, y + dice.range(0.08, 0.2)]), band);
        }
        2 => {
            let sign = lacquer(dice);
            brush.oval([0.5 * (left + right), 0.5 * (floor + top)], [0.32, 0.2], 0.0, sign);
            brush.line([-0.45, 0.66], [-0.1, 0.66], 0.05, Paint::flat(paint));
        }
        _ => {}
    }
}

fn tank(brush: &mut Brush<'_>, back: f32, dice: &mut Dice) {
    let steel = Colour::hsv(dice.range(0.0, 1.0), dice.range(0.02, 0.3), dice.range(0.7, 0.95));
    let (top, right) = (dice.range(0.85, 0.95), back - 0.05);
    let body = [[-1.0, 0.3], [right, 0.3], [right, top], [-1.0, top]];
    brush.fill(&rounded(&body, 0.22), Paint::from(steel).gloss(0.4));
    brush.fill(&rectangle([-0.9, 0.3], [right - 0.1, 0.42]), Paint::flat(steel.times(0.6)));
    for x in [-0.7, -0.3, 0.1] {
        brush.line([x, 0.33], [x, top - 0.02], 0.02, Paint::flat(steel.times(0.75)));
    }
    brush.line([-0.8, top - 0.12], [right - 0.12, top - 0.12], 0.04, Paint::flat(CHALK).alpha(0.6));
}

fn tipper(brush: &mut Brush<'_>, back: f32, paint: Colour) {
    let right = back - 0.05;
    let earth = Colour([0.45, 0.34, 0.24]);
    brush.oval([-0.3, 0.76], [0.5, 0.2], 0.0, Paint::round(earth).grain(0.25, [1.5, 1.5]));
    let bed = [[-0.9, 0.3], [right, 0.3], [right, 0.8], [-1.0, 0.8]];
    brush.fill(&rounded(&bed, 0.03), Paint::from(paint));
    for k in 1..6 {
        let x = -0.93 + (right + 0.93) * k as f32 / 6.0;
        brush.line([x, 0.33], [x, 0.77], 0.025, Paint::flat(paint.times(0.72)));
    }
}
