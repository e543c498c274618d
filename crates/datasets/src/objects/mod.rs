//! Objects drawn by formula: 64 × 64, RGB, sixteen kinds, any number of pictures, without a file or a network.
//!
//! A thing is put together from outlines in its own units; its proportions, colours and pose are drawn at random. A
//! view mirrors, turns and slants it, light falls on it from a side, and it stands in a scene that several kinds share:
//! a field, a street, the sea, a room. Something may stand before it. At the end comes a camera with its faults.
//!
//! Picture `i` depends on the seed and on `i` alone, so a set of 100 is the beginning of a set of 1000. The labels are
//! shuffled, and every sixteen in a row hold each kind once.

mod colour;
mod dice;
mod noise;

mod outline;

mod canvas;
mod view;

mod brush;
mod scenery;
mod things;

mod finish;

use advlab_core::{InputShape, Seed, Stop};
use rayon::prelude::*;

use crate::balance::label;
use crate::catalogue::Drawn;
use crate::{Dataset, Error, Parts, Result, Split};
use brush::{Brush, Light};
use canvas::Canvas;
use dice::Dice;
use scenery::Place;
use things::THINGS;
use view::View;

/// What the set is called.
const NAME: &str = Drawn::Objects.name();

/// Width and height of a picture, in pixels.
pub const SIDE: usize = 64;

/// Shape of a picture.
pub const SHAPE: InputShape = InputShape { channels: 3, height: SIDE as i64, width: SIDE as i64 };

/// Number of kinds.
pub const N_CLASSES: usize = THINGS.len();

/// Pictures drawn between two looks at the stop flag.
const CHUNK: usize = 64;

/// Most pictures that are drawn at once: 3.7 GB.
pub const MOST: usize = 300_000;

/// Names of the kinds, by label.
pub fn classes() -> impl Iterator<Item = &'static str> {
    THINGS.iter().map(|thing| thing.name)
}

/// Draws `n` pictures of one half; the two halves come from different children of `seed`.
///
/// # Errors
/// [`Error::Count`] if `n` is 0 or more than [`MOST`]; [`Error::Stopped`] if `stop` was raised.
pub fn draw(split: Split, n: usize, seed: Seed, stop: &Stop) -> Result<Dataset> {
    if n == 0 || n > MOST {
        return Err(Error::Count { set: format!("{NAME} {split}"), wanted: n, got: MOST });
    }
    let half = seed.child(NAME).child(&split.to_string());
    let len = SHAPE.len();
    let mut pixels = vec![0; n * len];
    pixels.par_chunks_mut(CHUNK * len).enumerate().try_for_each(|(chunk, pictures)| {
        if stop.asked() {
            return Err(Error::Stopped);
        }
        for (k, picture) in pictures.chunks_exact_mut(len).enumerate() {
            let i = (chunk * CHUNK + k) as u64;
            picture.copy_from_slice(&picture_of(label(half, i, N_CLASSES), SIDE, half.index(i)));
        }
        Ok(())
    })?;
    Dataset::new(Parts {
        name: NAME.to_owned(),
        split,
        shape: SHAPE,
        pixels,
        labels: (0..n as u64).map(|i| label(half, i, N_CLASSES) as i64).collect(),
        classes: classes().map(str::to_owned).collect(),
        origin: format!("drawn by formula, seed {}", seed.get()),
    })
}

/// Draws one picture of a class: `3 × side × side` bytes, red, then green, then blue, each row by row. The same seed
/// shows the same scene at every size.
///
/// # Panics
/// If `class` is not less than [`N_CLASSES`], or `side` is 0.
pub fn picture_of(class: usize, side: usize, seed: Seed) -> Vec<u8> {
    let thing = &THINGS[class];
    let mut dice = Dice::new(seed.child("scene"));
    let mut canvas = Canvas::new(side);
    let place = dice.pick(thing.places);
    let stands = matches!(place, Place::Field | Place::Street | Place::Sea | Place::Room | Place::Studio);
    let view = View::draw(&thing.extent, stands, side as f32, &mut dice);
    let light = Light::draw(&mut dice);
    scenery::behind(&mut canvas, place, view.foot(), &mut dice);
    if matches!(place, Place::Field) {
        scenery::on_the_ground(&mut canvas, view.foot() - 2.0, &mut dice);
    }
    let mut brush = Brush::new(&mut canvas, view, light, dice.salt());
    (thing.draw)(&mut brush, place, &mut Dice::new(seed.child("thing")));
    let outdoors = matches!(place, Place::Field | Place::Street | Place::Air);
    scenery::in_front(&mut canvas, outdoors, &mut dice);
    finish::develop(&canvas, &mut Dice::new(seed.child("camera")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn objects(split: Split, n: usize, seed: u64) -> Dataset {
        draw(split, n, Seed::new(seed), &Stop::default()).unwrap()
    }

    #[test]
    fn a_picture_depends_on_its_number_and_the_seed_alone() {
        let (few, many) = (objects(Split::Train, 7, 3), objects(Split::Train, 200, 3));
        assert_eq!(few.pixels(), many.clone().first(7).unwrap().pixels());
        assert_eq!(few.labels(), &many.labels()[..7]);
        assert_eq!(many.sha256(), objects(Split::Train, 200, 3).sha256());
        assert_ne!(few.pixels(), objects(Split::Train, 7, 4).pixels());
        assert_ne!(few.pixels(), objects(Split::Test, 7, 3).pixels());
    }

    #[test]
    fn pictures_are_neither_dull_nor_all_alike() {
        let set = objects(Split::Test, 20 * N_CLASSES, 0);
        for i in 0..set.len() {
            let (low, high) = set.picture(i).iter().fold((255, 0), |(low, high), &v| (v.min(low), v.max(high)));
            assert!(high - low > 60, "picture {i}, a {}: {low} to {high}", set.classes()[set.labels()[i] as usize]);
        }
        let mean = set.pixels().iter().map(|&v| f64::from(v)).sum::<f64>() / set.pixels().len() as f64;
        assert!((100.0..160.0).contains(&mean), "{mean}");
    }

    #[test]
    fn a_larger_picture_shows_the_same() {
        for (class, thing) in THINGS.iter().enumerate() {
            let seed = Seed::new(class as u64);
            let (small, large) = (picture_of(class, 32, seed), picture_of(class, 64, seed));
            let far: f64 = (0..3 * 32 * 32)
                .map(|i| {
                    let (c, y, x) = (i / 1024, i / 32 % 32, i % 32);
                    let four = [(0, 0), (0, 1), (1, 0), (1, 1)]
                        .map(|(dy, dx)| large[4096 * c + 64 * (2 * y + dy) + 2 * x + dx]);
                    (four.into_iter().map(f64::from).sum::<f64>() / 4.0 - f64::from(small[i])).abs()
                })
                .sum::<f64>()
                / 3072.0;
            assert!(far < 9.0, "{}: {far:.1} levels on average", thing.name);
        }
    }

    #[test]
    fn a_count_out_of_range_or_a_stop_is_refused() {
        let stop = Stop::default();
        for n in [0, MOST + 1, usize::MAX] {
            assert!(matches!(draw(Split::Test, n, Seed::new(0), &stop), Err(Error::Count { .. })), "{n}");
        }
        stop.ask();
        assert!(matches!(draw(Split::Test, 10, Seed::new(0), &stop), Err(Error::Stopped)));
    }
}
