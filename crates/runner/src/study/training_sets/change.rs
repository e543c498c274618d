//! The first data set, changed.

use advlab_core::Seed;
use advlab_datasets::{Dataset, Parts};
use anyhow::{Result, bail};
use rand::Rng as _;
use rand::seq::SliceRandom as _;
use rand_distr::StandardNormal;
use serde::{Deserialize, Serialize};

use super::spec::{ChangeSpec, Kind};

/// How far a set is from the one that it was made from.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Distance {
    /// Root of the mean square difference over all values of all pictures, which are in [0, 1].
    pub(super) rms: f64,
    /// Pictures that are not what they were.
    pub(super) changed: usize,
}

/// A set with what was changed of it.
#[derive(Debug)]
pub(super) struct Changed {
    pub(super) set: Dataset,
    pub(super) distance: Distance,
    /// The first place with another picture.
    pub(super) place: usize,
}

/// What a change takes from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Materials<'a> {
    /// The set itself.
    pub(super) base: &'a Dataset,
    /// The set that pictures are swapped with.
    pub(super) other: Option<&'a Dataset>,
    /// The bytes of all pictures after an adversarial change of this level.
    pub(super) adversarial: Option<&'a [u8]>,
}

/// The set after a change of this level.
///
/// Places and noise come from `seed` alone: what changes at one level changes at every higher one as well.
///
/// # Errors
/// More pictures left out than leave one of their class.
pub(super) fn change(change: &ChangeSpec, level: f64, from: &Materials<'_>, seed: Seed) -> Result<Changed> {
    let base = from.base;
    let (mut pixels, mut labels) = (base.pixels().to_vec(), base.labels().to_vec());
    let (len, n) = (base.shape().len(), base.len());
    let mut order: Vec<usize> = (0..n).collect();
    order.shuffle(&mut seed.child("places").rng());
    let share = |least: usize| &order[..((level * n as f64).round() as usize).clamp(least.min(n), n)];
    match change.kind {
        Kind::Swapped => {
            let other = from.other.expect("a checked spec names the set");
            for &place in share(1) {
                pixels[place * len..(place + 1) * len].copy_from_slice(counterpart(base, place, other)?);
            }
        }
        Kind::Noise => {
            for (i, picture) in pixels.chunks_exact_mut(len).enumerate() {
                let mut rng = seed.child("noise").index(i as u64).rng();
                for byte in picture {
                    let noise = level * rng.sample::<f64, _>(StandardNormal);
                    *byte = (f64::from(*byte) + noise).round().clamp(0.0, 255.0) as u8;
                }
            }
        }
        Kind::LeftOut => {
            let left_out = &order[..(level as usize).min(n)];
            for &place in left_out {
                let next = (1..n).map(|step| (place + step) % n);
                let next = next.filter(|other| base.labels()[*other] == base.labels()[place]);
                let Some(next) = next.into_iter().find(|other| !left_out.contains(other)) else {
                    let class = &base.classes()[base.labels()[place] as usize];
                    bail!("{level} pictures left out of {n} leave none of class {class}; leave out fewer");
                };
                pixels[place * len..(place + 1) * len].copy_from_slice(base.picture(next));
            }
        }
        Kind::Adversarial => pixels.copy_from_slice(from.adversarial.expect("made before")),
        Kind::Reordered => {
            let moved = share(2);
            for (at, &place) in moved.iter().enumerate() {
                let comes_from = moved[(at + 1) % moved.len()];
                pixels[place * len..(place + 1) * len].copy_from_slice(base.picture(comes_from));
                labels[place] = base.labels()[comes_from];
            }
        }
    }
    let place = (0..n).find(|&i| pixels[i * len..(i + 1) * len] != *base.picture(i)).unwrap_or(0);
    let distance = match change.kind {
        // The pictures are the same, and where they stand is no part of a set.
        Kind::Reordered => Distance { rms: 0.0, changed: 0 },
        _ => Distance::between(base, &pixels),
    };
    let set = Dataset::new(Parts {
        name: base.name().to_owned(),
        split: base.split(),
        shape: base.shape(),
        pixels,
        labels,
        classes: base.classes().to_vec(),
        origin: format!("{}, changed ({} {})", base.origin(), change.key(), change.level_text(level)),
    })?;
    Ok(Changed { set, distance, place })
}

/// The picture of another set that has the same class, and the same place in that class's order; from the first again where
/// there are fewer.
fn counterpart<'a>(base: &Dataset, place: usize, other: &'a Dataset) -> Result<&'a [u8]> {
    let label = base.labels()[place];
    let before = base.labels()[..place].iter().filter(|other| **other == label).count();
    let of_class: Vec<usize> = (0..other.len()).filter(|&i| other.labels()[i] == label).collect();
    if of_class.is_empty() {
        bail!("{} has no picture of class {}", other.title(), base.classes()[label as usize]);
    }
    Ok(other.picture(of_class[before % of_class.len()]))
}

impl Distance {
    fn between(base: &Dataset, pixels: &[u8]) -> Self {
        let len = base.shape().len();
        let squares = |(a, b): (&u8, &u8)| u64::from(a.abs_diff(*b)).pow(2);
        let sum: u64 = base.pixels().iter().zip(pixels).map(squares).sum();
        let pictures = base.pixels().chunks_exact(len).zip(pixels.chunks_exact(len));
        let changed = pictures.filter(|(a, b)| a != b).count();
        Self { rms: (sum as f64 / pixels.len().max(1) as f64).sqrt() / 255.0, changed }
    }
}

#[cfg(test)]
mod tests {
    use advlab_core::InputShape;
    use advlab_datasets::Split;

    use super::*;

    /// Twelve pictures of two classes; every byte of a picture says which it is.
    fn set(first: u8) -> Dataset {
        let shape = InputShape { channels: 1, height: 2, width: 2 };
        let parts = Parts {
            name: "twelve".to_owned(),
            split: Split::Train,
            shape,
            pixels: (0..12).flat_map(|i| [first + i; 4]).collect(),
            labels: (0..12).map(|i| i % 2).collect(),
            classes: vec!["even".to_owned(), "odd".to_owned()],
            origin: "made up".to_owned(),
        };
        Dataset::new(parts).unwrap()
    }

    fn spec(kind: Kind) -> ChangeSpec {
        ChangeSpec { kind, levels: Vec::new(), with: None, steps: None }
    }

    fn of(kind: Kind, level: f64) -> Changed {
        let (base, other) = (set(100), set(200));
        let from = Materials { base: &base, other: Some(&other), adversarial: None };
        change(&spec(kind), level, &from, Seed::new(3)).unwrap()
    }

    fn first_bytes(changed: &Changed) -> Vec<u8> {
        (0..12).map(|i| changed.set.picture(i)[0]).collect()
    }

    #[test]
    fn swapped_pictures_keep_class_and_place_and_more_of_them_include_fewer() {
        let all = of(Kind::Swapped, 1.0);
        assert_eq!(first_bytes(&all), (200..212).collect::<Vec<u8>>());
        assert!((all.distance.rms - 100.0 / 255.0).abs() < 1e-12 && all.distance.changed == 12);
        let (one, half) = (of(Kind::Swapped, 0.001), of(Kind::Swapped, 0.5));
        assert_eq!((one.distance.changed, half.distance.changed), (1, 6));
        assert!(first_bytes(&half)[one.place] >= 200 && first_bytes(&one)[one.place] >= 200);
    }

    #[test]
    fn a_picture_left_out_gives_its_place_to_the_next_of_its_class() {
        let changed = of(Kind::LeftOut, 1.0);
        let (place, bytes) = (changed.place, first_bytes(&changed));
        assert_eq!(changed.distance.changed, 1);
        assert_eq!(bytes[place], 100 + ((place + 2) % 12) as u8);
        assert_eq!(changed.set.labels(), set(100).labels());
        let base = set(100);
        let from = Materials { base: &base, other: None, adversarial: None };
        let error = change(&spec(Kind::LeftOut), 12.0, &from, Seed::new(3)).unwrap_err().to_string();
        assert!(error.contains("leave none of class"), "{error}");
    }

    #[test]
    fn another_order_is_the_same_set() {
        let changed = of(Kind::Reordered, 1.0);
        let bytes = first_bytes(&changed);
        assert_ne!(bytes, (100..112).collect::<Vec<u8>>());
        assert!(bytes.iter().zip(changed.set.labels()).all(|(byte, label)| i64::from(*byte % 2) == *label));
        let mut sorted = bytes;
        sorted.sort_unstable();
        assert_eq!(sorted, (100..112).collect::<Vec<u8>>());
        assert_eq!(changed.distance, Distance { rms: 0.0, changed: 0 });
    }

    #[test]
    fn noise_has_its_size() {
        let changed = of(Kind::Noise, 8.0);
        let levels = 255.0 * changed.distance.rms;
        // 48 draws: their standard deviation is 8 within 10 % as one standard error.
        assert!((5.0..11.0).contains(&levels), "{levels}");
    }
}
