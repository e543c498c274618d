//! What lies around and in the way.

use crate::objects::canvas::Canvas;
use crate::objects::colour::Colour;
use crate::objects::dice::Dice;
use crate::objects::noise::rough;
use crate::objects::outline::{Point, blob, limb, oval, rectangle};

/// Stones, tufts and bushes on the ground below row `horizon`, in pixels; the thing will hide some.
pub(in crate::objects) fn on_the_ground(canvas: &mut Canvas, horizon: f32, dice: &mut Dice) {
    let (side, scale) = (canvas.side as f32, canvas.side as f32 / 64.0);
    for _ in 0..dice.count(0, 4) {
        let y = dice.range(horizon, side);
        let x = dice.range(0.0, side);
        let size = scale * dice.range(1.5, 4.0) * (0.5 + (y - horizon) / (side - horizon).max(1.0));
        match dice.count(0, 2) {
            0 => stone(canvas, [x, y], size, dice),
            1 => bush(canvas, [x, y], 1.6 * size, dice),
            _ => (0..4).for_each(|_| blade(canvas, [x + dice.about(size), y], 2.2 * size, dice)),
        }
    }
}

/// Something between the viewer and the thing, in about a third of all pictures; it hides a small part.
pub(in crate::objects) fn in_front(canvas: &mut Canvas, outdoors: bool, dice: &mut Dice) {
    if !dice.chance(0.36) {
        return;
    }
    let (side, scale) = (canvas.side as f32, canvas.side as f32 / 64.0);
    match (outdoors, dice.count(0, 3)) {
        (true, 0) => {
            for _ in 0..dice.count(4, 14) {
                let height = scale * dice.range(5.0, 16.0);
                blade(canvas, [dice.range(0.0, side), side + scale], height, dice);
            }
        }
        (true, 1) => {
            let corner = [dice.pick(&[0.0, 0.12, 0.88, 1.0]) * side, side];
            let size = scale * dice.range(8.0, 15.0);
            bush(canvas, corner, size, dice);
        }
        (true, 2) => branch(canvas, dice),
        _ => post(canvas, dice),
    }
}

fn stone(canvas: &mut Canvas, [x, y]: Point, size: f32, dice: &mut Dice) {
    let grey = Colour::hsv(dice.range(0.05, 0.15), dice.range(0.0, 0.25), dice.range(0.35, 0.75));
    let lump =
        blob(&[[x - size, y], [x - 0.5 * size, y - 0.8 * size], [x + 0.6 * size, y - 0.7 * size], [x + size, y]]);
    canvas.fill(&lump, 1.0, |_, y, frame| grey.times(1.0 - 0.3 * (y - frame.middle[1]) / frame.half[1]));
}

fn bush(canvas: &mut Canvas, [x, y]: Point, size: f32, dice: &mut Dice) {
    let green = Colour::hsv(dice.range(0.18, 0.38), dice.range(0.35, 0.7), dice.range(0.25, 0.55));
    let (salt, grain) = (dice.salt(), 0.35 * canvas.side as f32 / 16.0);
    for _ in 0..5 {
        let at = [x + dice.about(0.8 * size), y - dice.range(0.0, 0.6) * size];
        let lump = oval(at, [dice.range(0.4, 0.7) * size, dice.range(0.3, 0.6) * size], 0.0);
        canvas.fill(&lump, 1.0, |x, y, frame| {
            let light = 1.0 - 0.25 * (y - frame.middle[1]) / frame.half[1];
            green.times(light * (1.0 + 0.35 * rough(x / grain, y / grain, salt)))
        });
    }
}

fn blade(canvas: &mut Canvas, [x, y]: Point, height: f32, dice: &mut Dice) {
    let green = Colour::hsv(dice.range(0.15, 0.35), dice.range(0.35, 0.75), dice.range(0.3, 0.65));
    let (lean, width) = (dice.about(0.5) * height, 0.045 * height);
    let knots = [[x, y, width], [x + 0.35 * lean, y - 0.6 * height, 0.8 * width], [x + lean, y - height, 0.1 * width]];
    canvas.fill(&limb(&knots), 1.0, |_, _, _| green);
}

/// A twig with leaves that hangs in from an upper corner.
fn branch(canvas: &mut Canvas, dice: &mut Dice) {
    let scale = canvas.side as f32 / 64.0;
    let from_left = dice.chance(0.5);
    let at = |x: f32, y: f32| [scale * if from_left { x } else { 64.0 - x }, scale * y];
    let (reach, drop) = (dice.range(12.0, 26.0), dice.range(4.0, 14.0));
    let wood = Colour::hsv(0.08, 0.45, dice.range(0.2, 0.4));
    let twig = [at(-2.0, 0.3 * drop), at(0.5 * reach, 0.5 * drop), at(reach, drop)];
    canvas.fill(&limb(&twig.map(|[x, y]| [x, y, 0.5 * scale])), 1.0, |_, _, _| wood);
    let green = Colour::hsv(dice.range(0.15, 0.36), dice.range(0.4, 0.8), dice.range(0.3, 0.6));
    for _ in 0..dice.count(6, 14) {
        let along = dice.range(0.0, 1.0);
        let [x, y] = at(along * reach, drop * (0.3 + 0.7 * along));
        let leaf = oval(
            [x + scale * dice.about(2.5), y + scale * dice.about(2.5)],
            [2.2 * scale, scale],
            dice.range(0.0, 3.1),
        );
        let shade = green.times(dice.range(0.75, 1.2));
        canvas.fill(&leaf, 1.0, |_, _, _| shade);
    }
}

/// An upright pole.
fn post(canvas: &mut Canvas, dice: &mut Dice) {
    let (side, scale) = (canvas.side as f32, canvas.side as f32 / 64.0);
    let (x, width) = (dice.range(0.05, 0.95) * side, scale * dice.range(1.0, 3.0));
    let top = if dice.chance(0.5) { -1.0 } else { dice.range(0.3, 0.7) * side };
    let colour = Colour::hsv(dice.range(0.05, 0.15), dice.range(0.05, 0.5), dice.range(0.2, 0.8));
    canvas.fill(&rectangle([x, top], [x + width, side + 1.0]), 1.0, |x, _, frame| {
        colour.times(1.0 - 0.35 * (x - frame.middle[0]) / frame.half[0])
    });
}
