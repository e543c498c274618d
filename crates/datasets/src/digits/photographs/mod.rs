//! *Photographs* of digits drawn by formula: another distribution than MNIST's, for those without a camera and for tests.
//!
//! The strokes are those of [`digits`](super), by other hands: rare and continental ways of writing (a 1 with a flag, a 7 with
//! a bar) are common here, the slant is another one, and pens are as thin against the digit as real ones. A digit stands
//! somewhere on paper, plain or ruled or squared, under uneven light with a shadow now and then, seen a little from the side,
//! slightly out of focus and with the sensor's noise; written by ballpoint pen, felt pen or pencil, or by chalk on a board.
//! [`own_digits`](crate::own_digits) makes pictures such as MNIST's of them.
//!
//! Photograph `i` depends on the seed and on `i` alone; every ten in a row show each digit once.

mod hand;
mod paper;
mod shot;

use advlab_core::Seed;

use crate::balance::label;
use crate::photo::Photo;

/// Photograph `i` and the digit on it: RGB, 200 to 400 pixels on each side.
pub fn photograph(i: u64, seed: Seed) -> (Photo, usize) {
    let own = seed.child("photographs");
    let digit = label(own, i, 10);
    (photograph_of(digit, own.index(i)), digit)
}

/// A photograph of `digit`.
///
/// # Panics
/// If `digit` is more than 9.
pub fn photograph_of(digit: usize, seed: Seed) -> Photo {
    let mut rng = seed.rng();
    shot::shoot(digit, &mut rng)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::own_digits::{Page, Processing};

    #[test]
    fn a_photograph_depends_on_its_number_and_the_seed_alone() {
        let of = |i: u64, seed: u64| photograph(i, Seed::new(seed));
        let (photo, digit) = of(7, 3);
        let (again, same) = of(7, 3);
        assert!(photo.values() == again.values() && digit == same);
        assert!((200..=400).contains(&photo.width()) && (200..=400).contains(&photo.height()));
        assert!(
            photo
                .values()
                .iter()
                .all(|value| (255.0 * value).fract() == 0.0 || (255.0 * value - (255.0 * value).round()).abs() < 1e-4)
        );
        assert!(of(7, 4).0.values() != photo.values() && of(8, 3).0.values() != photo.values());
        let mut digits: Vec<usize> = (0..10).map(|i| of(i, 3).1).collect();
        digits.sort_unstable();
        assert_eq!(digits, (0..10).collect::<Vec<_>>());
    }

    #[test]
    fn the_digit_is_found_on_nearly_all_of_them() {
        let found = (0..60).filter(|i| {
            let page = Page::find(&photograph(*i, Seed::new(5)).0);
            page.is_ok_and(|page| {
                let ink: u64 = page.picture(Processing::Published).iter().map(|&ink| u64::from(ink)).sum();
                // From a hairline to a marker: MNIST's pictures have 26 000 on average.
                (4_000..60_000).contains(&ink)
            })
        });
        assert!(found.count() >= 58);
    }
}
