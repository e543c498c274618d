//! The things, one file each. Units are a thing's own: about 2 along its longer side; y upwards, the ground at 0; it
//! looks to the right.

mod airplane;
mod bicycle;
mod bird;
mod car;
mod cat;
mod clock;
mod dog;
mod fish;
mod flower;
mod horse;
mod house;
mod mushroom;
mod ostrich;
mod ship;
mod tree;
mod truck;

mod quadruped;

use super::brush::Brush;
use super::dice::Dice;
use super::scenery::Place;
use super::view::Extent;

/// A kind of thing.
#[derive(Debug)]
pub(super) struct Thing {
    /// What it is.
    pub(super) name: &'static str,
    /// How large it is and how it may be turned.
    pub(super) extent: Extent,
    /// Where it is seen; one that comes twice is twice as likely.
    pub(super) places: &'static [Place],
    /// Draws it.
    pub(super) draw: fn(&mut Brush<'_>, Place, &mut Dice),
}

use Place::{Air, Deep, Field, Room, Sea, Street, Studio, Wall};

/// All of them, in the order of their labels.
pub(super) const THINGS: [Thing; 16] = [
    thing("airplane", [2.1, 1.06], 0.3, &[Air, Air, Air, Studio], airplane::draw),
    thing("bicycle", [2.05, 1.15], 0.1, &[Street, Field, Room, Studio], bicycle::draw),
    thing("bird", [2.1, 1.4], 0.15, &[Air, Air, Field, Studio], bird::draw),
    thing("car", [2.06, 0.86], 0.1, &[Street, Street, Field, Studio], car::draw),
    thing("cat", [1.5, 1.85], 0.1, &[Room, Room, Field, Studio], cat::draw),
    thing("clock", [1.9, 1.9], 0.1, &[Wall, Wall, Room, Studio], clock::draw).one_way_round(),
    thing("dog", [2.2, 1.5], 0.1, &[Field, Room, Street, Studio], dog::draw),
    thing("fish", [2.1, 1.1], 0.3, &[Deep, Deep, Deep, Studio], fish::draw),
    thing("flower", [1.4, 2.05], 0.15, &[Field, Field, Room, Studio], flower::draw),
    thing("horse", [2.3, 1.9], 0.1, &[Field, Field, Street, Studio], horse::draw),
    thing("house", [2.1, 1.4], 0.04, &[Field, Field, Street, Studio], house::draw),
    thing("mushroom", [1.95, 1.75], 0.15, &[Field, Field, Field, Studio], mushroom::draw),
    thing("ostrich", [1.5, 2.1], 0.12, &[Field, Field, Field, Studio], ostrich::draw),
    thing("ship", [2.1, 1.6], 0.1, &[Sea, Sea, Sea, Studio], ship::draw),
    thing("tree", [1.5, 2.0], 0.1, &[Field, Field, Street, Studio], tree::draw),
    thing("truck", [2.06, 1.12], 0.1, &[Street, Street, Field, Studio], truck::draw),
];

impl Thing {
    /// Never mirrored: its twelve hours go one way round.
    const fn one_way_round(mut self) -> Self {
        self.extent.mirrored = false;
        self
    }
}

const fn thing(
    name: &'static str,
    size: [f32; 2],
    turn: f32,
    places: &'static [Place],
    draw: fn(&mut Brush<'_>, Place, &mut Dice),
) -> Thing {
    Thing { name, extent: Extent { size, turn, mirrored: true }, places, draw }
}
