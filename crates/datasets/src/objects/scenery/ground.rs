//! The ground, seen at a slant: grass, sand, snow, earth, a road.

use crate::objects::brush::smooth;
use crate::objects::canvas::Canvas;
use crate::objects::colour::{CHALK, Colour};
use crate::objects::dice::Dice;
use crate::objects::noise::{noise, rough};

const SOILS: [[f32; 3]; 6] = [
    [0.33, 0.52, 0.22], // grass
    [0.42, 0.56, 0.25], // a meadow
    [0.66, 0.58, 0.34], // dry grass
    [0.83, 0.74, 0.55], // sand
    [0.9, 0.92, 0.95],  // snow
    [0.5, 0.38, 0.27],  // earth
];

const PAVEMENTS: [[f32; 3]; 3] = [[0.38, 0.38, 0.4], [0.5, 0.5, 0.5], [0.62, 0.59, 0.55]];

/// Paints the ground below row `horizon`, in 64ths; a road if `street`.
pub(super) fn paint(canvas: &mut Canvas, horizon: f32, street: bool, dice: &mut Dice) {
    let unit = 64.0 / canvas.side as f32;
    let soil = Colour(dice.pick(&SOILS)).near(dice, 0.06);
    let pavement = Colour(dice.pick(&PAVEMENTS)).near(dice, 0.05);
    let (blades, patches, salt) = (dice.range(0.07, 0.24), dice.range(0.05, 0.14), dice.salt());
    let depth = (64.0 - horizon).max(1.0);
    let kerb = if street { horizon + dice.range(0.02, 0.35) * depth } else { 99.0 };
    let dashes = if street && dice.chance(0.5) { horizon + dice.range(0.55, 0.9) * depth } else { 99.0 };
    let phase = dice.range(0.0, 20.0);
    canvas.glaze(horizon / unit, canvas.side as f32, |x, y| {
        let (x, y) = (x * unit, y * unit);
        // What is near looks large: lengths grow with the distance from the horizon.
        let near = ((y - horizon) / depth).clamp(0.0, 1.0);
        let size = 0.6 + 3.0 * near;
        let patch = rough((x - 32.0) / (8.0 * size), (y - horizon).max(0.0).ln_1p() * 3.0, salt);
        let blade = noise(1.3 * x / size.max(1.0), 1.5 * y, salt ^ 3);
        let paved = smooth((y - kerb) / unit + 0.5);
        let base = soil.mix(pavement, paved).times(1.08 - 0.22 * near);
        let quiet = 1.0 - 0.6 * paved;
        let mut colour = base.times(1.0 + quiet * (patches * patch + blades * blade));
        if (y - kerb).abs() < 0.7 {
            colour = colour.mix(CHALK, 0.5);
        }
        if (y - dashes).abs() < 0.7 && (x + phase).rem_euclid(16.0) < 9.0 {
            colour = colour.mix(CHALK, 0.8);
        }
        (colour, (y - horizon) / unit + 0.5)
    });
}
