//! What lies behind a thing.
//!
//! Places are in 64ths of the picture here, so that a larger picture shows the same scene more finely.

mod clutter;
mod far;
mod ground;
mod room;
mod sky;
mod water;

pub(super) use clutter::{in_front, on_the_ground};

use super::canvas::Canvas;
use super::dice::Dice;

/// Kinds of surroundings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Grass, sand or snow under the sky, with hills or woods far off.
    Field,
    /// A road, with houses or trees far off.
    Street,
    /// The sea under the sky.
    Sea,
    /// Nothing but sky, perhaps with land at the bottom.
    Air,
    /// Below the surface of the sea.
    Deep,
    /// A wall, and a floor or a table.
    Room,
    /// A wall alone.
    Wall,
    /// An even background, as in a photographer's studio.
    Studio,
}

/// Paints the background of a picture; a thing that stands will stand on row `foot` (pixels).
pub(super) fn behind(canvas: &mut Canvas, place: Place, foot: f32, dice: &mut Dice) {
    let unit = 64.0 / canvas.side as f32;
    let foot = foot * unit;
    match place {
        Place::Field | Place::Street => {
            let horizon = (foot - dice.range(4.0, 26.0)).clamp(14.0, 52.0);
            land(canvas, place, horizon, dice);
        }
        Place::Sea => {
            let horizon = (foot - dice.range(3.0, 16.0)).clamp(14.0, 50.0);
            sky::paint(canvas, horizon, dice);
            if dice.chance(0.5) {
                far::coast(canvas, horizon, dice);
            }
            water::surface(canvas, horizon, dice);
        }
        Place::Air => {
            sky::paint(canvas, 64.0, dice);
            if dice.chance(0.3) {
                let horizon = dice.range(50.0, 62.0);
                far::paint(canvas, horizon, false, dice);
                ground::paint(canvas, horizon, false, dice);
            }
        }
        Place::Deep => water::deep(canvas, dice),
        Place::Room => room::paint(canvas, foot - dice.range(1.0, 14.0), dice),
        Place::Wall => room::paint(canvas, 99.0, dice),
        Place::Studio => room::studio(canvas, dice),
    }
}

fn land(canvas: &mut Canvas, place: Place, horizon: f32, dice: &mut Dice) {
    let street = place == Place::Street;
    sky::paint(canvas, horizon, dice);
    far::paint(canvas, horizon, street, dice);
    ground::paint(canvas, horizon, street, dice);
}
