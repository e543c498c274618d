//! What stands at the horizon: hills, woods, a town, a coast.

use crate::objects::canvas::Canvas;
use crate::objects::colour::Colour;
use crate::objects::dice::Dice;
use crate::objects::noise::{noise, rough};
use crate::objects::outline::rectangle;

/// Colour of the air that lies before what is far.
const HAZE: Colour = Colour([0.66, 0.76, 0.86]);

/// Paints what stands on row `horizon`, in 64ths: more houses if `town`.
pub(super) fn paint(canvas: &mut Canvas, horizon: f32, town: bool, dice: &mut Dice) {
    if dice.chance(0.45) {
        hills(canvas, horizon, dice);
    }
    if dice.chance(if town { 0.6 } else { 0.08 }) {
        houses(canvas, horizon, dice);
    }
    if dice.chance(0.5) {
        woods(canvas, horizon, dice);
    }
}

/// A low strip of land beyond the sea.
pub(super) fn coast(canvas: &mut Canvas, horizon: f32, dice: &mut Dice) {
    let colour = Colour([0.35, 0.45, 0.4]).mix(HAZE, dice.range(0.3, 0.75));
    let (size, height, salt) = (dice.range(10.0, 30.0), dice.range(1.5, 7.0), dice.salt());
    ridge(canvas, horizon, colour, 0.04, |x| height * rough(x / size, 0.5, salt));
}

fn hills(canvas: &mut Canvas, horizon: f32, dice: &mut Dice) {
    let ranges = dice.count(1, 2);
    let bare = Colour(dice.pick(&[[0.33, 0.43, 0.32], [0.4, 0.42, 0.5], [0.5, 0.43, 0.33]])).near(dice, 0.05);
    for range in 0..ranges {
        let colour = bare.mix(HAZE, dice.range(0.35, 0.7) - 0.3 * range as f32);
        let (size, height, salt) = (dice.range(12.0, 30.0), dice.range(4.0, 13.0) / (1.0 + range as f32), dice.salt());
        ridge(canvas, horizon, colour, 0.05, |x| height * (0.55 + 0.6 * rough(x / size, 0.5, salt)));
    }
}

fn woods(canvas: &mut Canvas, horizon: f32, dice: &mut Dice) {
    let colour = Colour(dice.pick(&[[0.17, 0.32, 0.17], [0.25, 0.36, 0.16], [0.3, 0.3, 0.2]])).near(dice, 0.05);
    let colour = colour.mix(HAZE, dice.range(0.0, 0.4));
    let (size, height, salt) = (dice.range(1.5, 4.0), dice.range(1.5, 5.0), dice.salt());
    ridge(canvas, horizon, colour, 0.24, |x| {
        height * (0.7 + 0.35 * rough(x / size, 0.5, salt) + 0.5 * rough(x / 24.0, 9.5, salt))
    });
}

/// Fills from the horizon up to a height for each column, with spots of this strength.
fn ridge(canvas: &mut Canvas, horizon: f32, colour: Colour, spots: f32, height: impl Fn(f32) -> f32) {
    let (side, unit) = (canvas.side, 64.0 / canvas.side as f32);
    let tops: Vec<f32> = (0..side).map(|x| horizon - height((x as f32 + 0.5) * unit).max(0.0)).collect();
    let highest = tops.iter().copied().fold(64.0, f32::min);
    canvas.glaze(highest / unit - 1.0, horizon / unit + 1.0, |x, y| {
        let spot = noise(x * unit, y * unit, 77);
        (colour.times(1.0 + spots * spot), y - tops[x as usize] / unit + 0.5)
    });
}

fn houses(canvas: &mut Canvas, horizon: f32, dice: &mut Dice) {
    let scale = canvas.side as f32 / 64.0;
    let mut x = dice.range(-6.0, 0.0);
    let fog = dice.range(0.15, 0.6);
    while x < 64.0 {
        let (width, height) = (dice.range(4.0, 11.0), dice.range(4.0, 20.0));
        let wall = Colour::hsv(dice.range(0.0, 0.14), dice.range(0.05, 0.4), dice.range(0.4, 0.85)).mix(HAZE, fog);
        let at = |x: f32, y: f32| [x * scale, y * scale];
        canvas.fill(&rectangle(at(x, horizon - height), at(x + width, horizon + 1.0)), 1.0, |_, _, _| wall);
        let (step, glass) = (dice.range(2.0, 3.2), wall.times(dice.pick(&[0.6, 0.75, 1.2])));
        let mut y = horizon - height + 1.2;
        while y < horizon - 1.5 {
            let mut left = x + 0.8;
            while left + 1.2 < x + width {
                canvas.fill(&rectangle(at(left, y), at(left + 1.0, y + 1.2)), 0.8, |_, _, _| glass);
                left += step;
            }
            y += step;
        }
        x += width + if dice.chance(0.3) { dice.range(0.5, 6.0) } else { 0.0 };
    }
}
