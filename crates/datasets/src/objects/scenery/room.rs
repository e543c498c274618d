//! Indoors: walls, floors, a photographer's studio.

use crate::objects::brush::smooth;
use crate::objects::canvas::Canvas;
use crate::objects::colour::{CHALK, Colour};
use crate::objects::dice::Dice;
use crate::objects::noise::{lattice, rough};
use crate::objects::outline::rectangle;

/// Paints a wall down to row `floor`, in 64ths, and a floor below it.
pub(super) fn paint(canvas: &mut Canvas, floor: f32, dice: &mut Dice) {
    let unit = 64.0 / canvas.side as f32;
    let wall = Colour::hsv(dice.range(0.0, 1.0), dice.range(0.03, 0.35), dice.range(0.55, 0.93));
    let pattern = dice.count(0, 3);
    let (width, strength, phase) = (dice.range(3.0, 9.0), dice.range(-0.12, 0.12), dice.range(0.0, 9.0));
    let (falls, salt) = (dice.about(0.16), dice.salt());
    canvas.cover(|x, y| {
        let (x, y) = (x * unit, y * unit);
        let band = match pattern {
            0 => 0.0,                                                    // painted
            1 => f32::from((x + phase).rem_euclid(2.0 * width) < width), // striped
            2 => {
                f32::from(y.rem_euclid(width) < 0.6 || (x + (y / width).floor() * width).rem_euclid(2.0 * width) < 0.6)
            } // bricks
            _ => rough(x / 3.0, y / 3.0, salt),                          // plaster
        };
        wall.times(1.0 + strength * band + falls * (x / 32.0 - 1.0))
    });
    if floor < 64.0 {
        let wood = Colour::hsv(dice.range(0.04, 0.12), dice.range(0.2, 0.6), dice.range(0.35, 0.8));
        let plank = dice.range(4.0, 10.0);
        canvas.glaze(floor / unit, canvas.side as f32, |x, y| {
            let (x, y) = (x * unit, y * unit);
            let near = 1.0 + 0.6 * (y - floor) / 20.0;
            let board = ((x - 32.0) / (near * plank)).floor();
            let shade = 1.0
                + 0.08 * lattice(board as i32, 3, salt)
                + 0.05 * rough(x / 6.0, y / 0.9, salt ^ board as i32 as u32);
            (wood.times(shade), (y - floor) / unit + 0.5)
        });
        let skirting = wall.mix(CHALK, 0.5);
        canvas.glaze((floor - 1.6) / unit, floor / unit, |_, _| (skirting, 0.8));
    }
    if dice.chance(0.3) {
        picture_frame(canvas, dice);
    }
}

/// A framed picture on the wall, or a window.
fn picture_frame(canvas: &mut Canvas, dice: &mut Dice) {
    let scale = canvas.side as f32 / 64.0;
    let (x, y) = (dice.pick(&[2.0, 44.0]) + dice.about(4.0), dice.range(3.0, 14.0));
    let (width, height) = (dice.range(9.0, 18.0), dice.range(9.0, 18.0));
    let frame = Colour::hsv(dice.range(0.05, 0.12), dice.range(0.1, 0.6), dice.range(0.25, 0.95));
    let inner = Colour::hsv(dice.range(0.0, 1.0), dice.range(0.1, 0.5), dice.range(0.5, 0.95));
    let at = |x: f32, y: f32| [x * scale, y * scale];
    canvas.fill(&rectangle(at(x, y), at(x + width, y + height)), 1.0, |_, _, _| frame);
    let (low, high) = (at(x + 1.4, y + 1.4), at(x + width - 1.4, y + height - 1.4));
    canvas
        .fill(&rectangle(low, high), 1.0, |_, y, frame| inner.times(1.0 - 0.2 * (y - frame.middle[1]) / frame.half[1]));
}

/// An even background that is a little brighter somewhere.
pub(super) fn studio(canvas: &mut Canvas, dice: &mut Dice) {
    let unit = 64.0 / canvas.side as f32;
    let base = Colour::hsv(dice.range(0.0, 1.0), dice.range(0.02, 0.4), dice.range(0.5, 0.95));
    let (x0, y0, reach) = (dice.range(8.0, 56.0), dice.range(4.0, 48.0), dice.range(30.0, 70.0));
    let (cloth, salt) = (dice.range(0.0, 0.08), dice.salt());
    canvas.cover(|x, y| {
        let (x, y) = (x * unit, y * unit);
        let far = (x - x0).hypot(y - y0) / reach;
        base.times(1.12 - 0.35 * smooth(far) + cloth * rough(x / 9.0, y / 12.0, salt))
    });
}
