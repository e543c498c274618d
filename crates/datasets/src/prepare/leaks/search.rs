//! All pictures of one side against all of the other.

use std::f32::consts::{PI, TAU};

use advlab_core::{Seed, Stop};
use rand::Rng as _;
use rayon::prelude::*;

use super::describe::{RINGS, Rings, WAVES, dot, radius};
use crate::{Error, Result};

/// How much of the largest mean power is added to that of each coefficient before it is divided by it, so that those in which there is
/// next to nothing count next to nothing.
const LEAST_POWER: f32 = 0.01;
/// Pairs from which one learns how alike unrelated pictures are.
const SAMPLED: usize = 20_000;
/// Distance of the threshold from the median of those, in spreads as the upper quartile shows them.
const SPREADS: f32 = 6.0;
/// The upper quartile of a normal distribution.
const QUARTILE: f32 = 0.674_49;
/// The threshold is never lower: copies that were changed by no more than rotation, compression and halving lie above 0.9.
const LOWEST: f32 = 0.8;
/// And never higher, or rotated copies would be missed.
const HIGHEST: f32 = 0.95;
/// Angles at which a likely pair is compared before the best is refined.
const ANGLES: usize = 256;
/// Waves after which most pairs can be told to be unlike.
const FIRST_LOOK: usize = 10;
/// Pictures that are compared with one after another while they stay in the cache.
const BLOCK: usize = 16;

/// Two pictures that look like copies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// Number of the picture on the side to learn from; within one side, of the first picture.
    pub train: usize,
    /// Number of the picture on the other side; within one side, of the second picture.
    pub test: usize,
    /// Correlation at the best angle, up to 1.
    pub likeness: f32,
    /// By how many degrees the second is turned counter-clockwise against the first, from −180 to 180; after mirroring if it is mirrored.
    pub angle: f32,
    /// Whether one is a mirror image (left to right) of the other.
    pub mirrored: bool,
}

/// Everything there is to compare.
#[derive(Debug)]
pub struct Search {
    train: Vec<Weighed>,
    test: Vec<Weighed>,
    threshold: f32,
    typical: f32,
}

/// A picture with weights and norm taken in, so that products add up to correlations; `None` for flat ones.
type Weighed = Option<Coefficients>;

#[derive(Debug)]
struct Coefficients {
    re: Vec<f32>,
    im: Vec<f32>,
    /// The norm of all that a first look leaves out.
    tail: f32,
}

impl Search {
    /// Weighs all coefficients by their mean power over all pictures, so that what all pictures have in common (uneven light, a
    /// smooth background) does not count as likeness, and finds out how alike unrelated pictures are.
    pub fn new(train: &[Rings], test: &[Rings]) -> Self {
        let all = || train.iter().chain(test).filter(|rings| !rings.is_flat());
        let n = all().count().max(1) as f32;
        let mut mean = [0.0; RINGS];
        for rings in all() {
            for (mean, re) in mean.iter_mut().zip(&rings.re) {
                *mean += re / n;
            }
        }
        let centred = |rings: &Rings, at: usize| rings.re[at] - if at < RINGS { mean[at] } else { 0.0 };
        let mut power = vec![0.0; WAVES * RINGS];
        for rings in all() {
            for (at, power) in power.iter_mut().enumerate() {
                *power += (centred(rings, at).powi(2) + rings.im[at].powi(2)) / n;
            }
        }
        let least = LEAST_POWER * power.iter().fold(f32::MIN_POSITIVE, |most, value| most.max(*value));
        let weights: Vec<f32> = power
            .iter()
            .enumerate()
            .map(|(at, power)| {
                let times = if at < RINGS { 1.0 } else { 2.0 };
                (times * radius(at % RINGS) / (power + least)).sqrt()
            })
            .collect();
        let weigh = |rings: &Rings| -> Weighed {
            if rings.is_flat() {
                return None;
            }
            let re: Vec<f32> = weights.iter().enumerate().map(|(at, weight)| weight * centred(rings, at)).collect();
            let im: Vec<f32> = weights.iter().zip(&rings.im).map(|(weight, im)| weight * im).collect();
            let square = |from: usize| dot(&re[from..], &re[from..]) + dot(&im[from..], &im[from..]);
            let norm = square(0).sqrt();
            let tail = square(FIRST_LOOK * RINGS).sqrt() / norm;
            let scaled = |values: &[f32]| values.iter().map(|value| value / norm).collect();
            (norm > 0.0).then(|| Coefficients { re: scaled(&re), im: scaled(&im), tail })
        };
        let [train, test] = [train, test].map(|side| side.par_iter().map(weigh).collect::<Vec<_>>());
        let mut search = Self { train, test, threshold: HIGHEST, typical: 0.0 };
        search.learn();
        search
    }

    /// The likeness from which on two pictures count as copies.
    pub const fn threshold(&self) -> f32 {
        self.threshold
    }

    /// The median likeness of two pictures of the two sides, taken at random, at their best angle.
    pub const fn typical(&self) -> f32 {
        self.typical
    }

    /// Median and spread of the likeness of pairs drawn at random; of all pairs where there are few. The upper quartile shows the spread
    /// even where up to a quarter of all pairs are copies.
    fn learn(&mut self) {
        let side = |side: &[Weighed]| (0..side.len()).filter(|at| side[*at].is_some()).collect::<Vec<_>>();
        let (train, test) = (side(&self.train), side(&self.test));
        let count = train.len() * test.len();
        let pairs: Vec<(usize, usize)> = if count <= SAMPLED {
            train.iter().flat_map(|a| test.iter().map(|b| (*a, *b))).collect()
        } else {
            // The seed is fixed: the same folder has the same threshold every time.
            let mut dice = Seed::new(0).child("likeness").rng();
            let mut draw = |from: &[usize]| from[dice.random_range(0..from.len())];
            (0..SAMPLED).map(|_| (draw(&train), draw(&test))).collect()
        };
        let mut likeness: Vec<f32> = pairs
            .into_par_iter()
            .filter_map(|(a, b)| best(self.train[a].as_ref()?, self.test[b].as_ref()?, f32::MIN))
            .map(|(likeness, ..)| likeness)
            .collect();
        if likeness.is_empty() {
            return;
        }
        likeness.sort_by(f32::total_cmp);
        let quantile = |part: usize| likeness[(likeness.len() - 1) * part / 4];
        let (median, upper) = (quantile(2), quantile(3));
        self.typical = median;
        self.threshold = (median + SPREADS * (upper - median) / QUARTILE).clamp(LOWEST, HIGHEST);
    }

    /// All pairs of a picture of the one and a picture of the other side that look like copies, most alike first; `tick` is told of
    /// every picture that is through.
    ///
    /// # Errors
    /// [`Error::Stopped`] if `stop` was raised.
    pub fn across(&self, stop: &Stop, tick: &(impl Fn(u64) + Sync)) -> Result<Vec<Pair>> {
        let blocks = self.test.par_chunks(BLOCK).enumerate().map(|(block, tests)| {
            if stop.asked() {
                return Err(Error::Stopped);
            }
            let mut pairs = Vec::new();
            for (train, one) in self.train.iter().enumerate() {
                let Some(one) = one else { continue };
                for (k, other) in tests.iter().enumerate() {
                    let found = other.as_ref().and_then(|other| best(one, other, self.threshold));
                    if let Some((likeness, angle, mirrored)) = found {
                        pairs.push(Pair { train, test: block * BLOCK + k, likeness, angle, mirrored });
                    }
                }
            }
            tick(tests.len() as u64);
            Ok(pairs)
        });
        Ok(sorted(blocks.collect::<Result<Vec<_>>>()?))
    }

    /// All pairs of pictures of one side with different labels that look like copies as they stand, not turned. Pictures without a
    /// label are not compared.
    ///
    /// # Errors
    /// [`Error::Stopped`] if `stop` was raised.
    pub fn within(&self, train: bool, labels: &[Option<usize>], stop: &Stop) -> Result<Vec<Pair>> {
        let side = if train { &self.train } else { &self.test };
        let rows = (0..side.len()).into_par_iter().map(|first| {
            if stop.asked() {
                return Err(Error::Stopped);
            }
            let mut pairs = Vec::new();
            let (Some(one), Some(label)) = (&side[first], labels[first]) else { return Ok(pairs) };
            for second in first + 1..side.len() {
                if labels[second].is_none_or(|other| other == label) {
                    continue;
                }
                let likeness = side[second].as_ref().and_then(|other| upright(one, other, self.threshold));
                if let Some(likeness) = likeness {
                    pairs.push(Pair { train: first, test: second, likeness, angle: 0.0, mirrored: false });
                }
            }
            Ok(pairs)
        });
        Ok(sorted(rows.collect::<Result<Vec<_>>>()?))
    }
}

fn sorted(pairs: Vec<Vec<Pair>>) -> Vec<Pair> {
    let mut pairs = pairs.concat();
    pairs.sort_by(|a, b| b.likeness.total_cmp(&a.likeness).then((a.test, a.train).cmp(&(b.test, b.train))));
    pairs
}

/// Likeness, angle and mirroring of two pictures at their best, if it reaches the threshold.
///
/// The correlation at an angle is a sum of one term a wave, so it is at most the sum of their sizes; most pairs are told apart by that, after
/// the first waves and without looking at any angle.
fn best(a: &Coefficients, b: &Coefficients, threshold: f32) -> Option<(f32, f32, bool)> {
    let mut terms = [[(0.0_f32, 0.0_f32); 2]; WAVES];
    let mut most = [0.0_f32; 2];
    for (wave, terms) in terms.iter_mut().enumerate() {
        if wave == FIRST_LOOK && most[0].max(most[1]) + a.tail * b.tail < threshold {
            return None;
        }
        let at = wave * RINGS..(wave + 1) * RINGS;
        let (a_re, a_im, b_re, b_im) = (&a.re[at.clone()], &a.im[at.clone()], &b.re[at.clone()], &b.im[at]);
        let (rr, ii, ri, ir) = (dot(a_re, b_re), dot(a_im, b_im), dot(a_re, b_im), dot(a_im, b_re));
        *terms = [(rr + ii, ri - ir), (rr - ii, -ri - ir)];
        for (most, (re, im)) in most.iter_mut().zip(terms) {
            *most += (*re * *re + *im * *im).sqrt();
        }
    }
    let candidates = (0..2).filter(|mirrored| most[*mirrored] >= threshold);
    let peaks = candidates.map(|mirrored| (peak(&terms, mirrored), mirrored == 1));
    let ((likeness, angle), mirrored) = peaks.max_by(|a, b| a.0.0.total_cmp(&b.0.0))?;
    // Conjugating mirrors top to bottom; left to right is half a turn more, and mirroring first reverses the sense.
    let angle = if mirrored { -angle - PI } else { angle };
    let degrees = (angle + PI).rem_euclid(TAU).to_degrees() - 180.0;
    (likeness >= threshold).then_some((likeness, degrees, mirrored))
}

/// The correlation of two pictures as they stand, if it reaches the threshold.
fn upright(a: &Coefficients, b: &Coefficients, threshold: f32) -> Option<f32> {
    let part = |from: usize, to: usize| {
        let at = from * RINGS..to * RINGS;
        dot(&a.re[at.clone()], &b.re[at.clone()]) + dot(&a.im[at.clone()], &b.im[at])
    };
    let first = part(0, FIRST_LOOK);
    if first + a.tail * b.tail < threshold {
        return None;
    }
    Some(first + part(FIRST_LOOK, WAVES)).filter(|likeness| *likeness >= threshold)
}

/// The largest value of a Fourier series and where it is: the best of equally spaced angles, refined by a parabola through it and its
/// neighbours.
fn peak(terms: &[[(f32, f32); 2]; WAVES], mirrored: usize) -> (f32, f32) {
    let value = |angle: f32| {
        let (sin, cos) = angle.sin_cos();
        // One wave more is one multiplication more.
        let (mut re, mut im, mut sum) = (1.0_f32, 0.0_f32, 0.0_f32);
        for (a, b) in terms.iter().map(|both| both[mirrored]) {
            sum += a * re - b * im;
            (re, im) = (re * cos - im * sin, re * sin + im * cos);
        }
        sum
    };
    let angle = |k: usize| TAU * k as f32 / ANGLES as f32;
    let values: Vec<f32> = (0..ANGLES).map(|k| value(angle(k))).collect();
    let top = (0..ANGLES).max_by(|a, b| values[*a].total_cmp(&values[*b])).unwrap_or(0);
    let (before, after) = (values[(top + ANGLES - 1) % ANGLES], values[(top + 1) % ANGLES]);
    let bend = before - 2.0 * values[top] + after;
    let shift = if bend < 0.0 { (0.5 * (before - after) / bend).clamp(-0.5, 0.5) } else { 0.0 };
    let refined = angle(top) + shift * TAU / ANGLES as f32;
    (value(refined).max(values[top]).min(1.0), refined)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prepare::{Border, Interpolation, Raster, Size};
    use crate::{Split, digits, objects};

    /// Spots and noise on uneven light, of the same kind in all pictures.
    fn spots(number: u64) -> Raster {
        let mut dice = Seed::new(7).index(number).rng();
        let spots: Vec<[f32; 3]> =
            (0..15).map(|_| [128.0, 128.0, 8.0].map(|most| most * dice.random::<f32>())).collect();
        let level = |i: usize| {
            let (x, y) = ((i % 128) as f32, (i / 128) as f32);
            let light = 40.0 + 0.2 * x + 20.0 * (1.0 - ((x - 64.0).powi(2) + (y - 64.0).powi(2)) / 8192.0);
            let spot =
                |[a, b, r]: &[f32; 3]| 90.0 * (-((x - a).powi(2) + (y - b).powi(2)) / (2.0 * (r + 2.0).powi(2))).exp();
            (light + spots.iter().map(spot).sum::<f32>() + dice.random::<f32>() * 12.0).clamp(0.0, 255.0).round()
        };
        Raster::new(128, 128, 1, 255.0, (0..128 * 128).map(level).collect())
    }

    fn object(number: u64) -> Raster {
        let bytes = objects::picture_of(number as usize % 16, 64, Seed::new(5).index(number));
        Raster::new(64, 64, 3, 255.0, bytes.into_iter().map(f32::from).collect())
    }

    fn rotated(raster: &Raster, degrees: f64, border: Border) -> Raster {
        let mut made = raster.rotated(degrees, border, Interpolation::Bilinear);
        made.levels.iter_mut().for_each(|level| *level = level.round());
        made
    }

    /// Angles and mirror images of the copies, in turn.
    const COPIES: [(f64, bool); 10] = [
        (0.0, false),
        (-10.0, false),
        (3.0, false),
        (7.5, false),
        (90.0, false),
        (180.0, false),
        (-93.0, false),
        (0.0, true),
        (5.0, true),
        (90.0, true),
    ];

    #[test]
    fn copies_are_found_and_others_are_not() {
        for (kind, draw) in [("spots", spots as fn(u64) -> Raster), ("objects", object)] {
            let originals: Vec<Raster> = (0..100).map(draw).collect();
            let copy = |k: usize| {
                let (angle, mirror) = COPIES[k % COPIES.len()];
                let from = if mirror { originals[k].mirrored() } else { originals[k].clone() };
                let made = rotated(&from, angle, [Border::Reflect, Border::Black][k % 2]);
                let half = Size { width: made.width as u32 / 2, height: made.height as u32 / 2 };
                if k.is_multiple_of(3) { made.shrunk(half) } else { made }
            };
            let train: Vec<Rings> = originals.iter().cloned().map(Rings::of).collect();
            let test: Vec<Rings> = (0..50).map(copy).chain((200..250).map(draw)).map(Rings::of).collect();
            let search = Search::new(&train, &test);
            let pairs = search.across(&Stop::default(), &|_| ()).unwrap();
            let found: Vec<&Pair> = pairs.iter().filter(|pair| pair.train == pair.test).collect();
            assert_eq!(found.len(), 50, "{kind}, threshold {}", search.threshold());
            assert_eq!(pairs.len(), 50, "{kind}: false alarms among 100 x 100 pairs, threshold {}", search.threshold());
            for pair in found {
                let (angle, mirror) = COPIES[pair.test % COPIES.len()];
                assert_eq!(pair.mirrored, mirror, "{kind}: {pair:?}");
                let off = (f64::from(pair.angle) - angle + 180.0).rem_euclid(360.0) - 180.0;
                assert!(off.abs() < 1.0, "{kind}: {pair:?}, wanted {angle}");
            }
        }
    }

    #[test]
    fn one_picture_with_two_labels_is_found() {
        let mut side: Vec<Rings> = (0..40).map(spots).map(Rings::of).collect();
        side.push(Rings::of(rotated(&spots(3), 0.4, Border::Reflect)));
        side.push(Rings::of(rotated(&spots(5), 90.0, Border::Reflect)));
        let mut labels: Vec<Option<usize>> = (0..42).map(|k| Some(k % 2)).collect();
        let search = Search::new(&side, &side[..1]);
        let find = |labels: &[Option<usize>]| search.within(true, labels, &Stop::default()).unwrap();
        let pairs = find(&labels);
        assert!(matches!(pairs[..], [Pair { train: 3, test: 40, .. }]), "{pairs:?}");
        labels[40] = Some(1);
        assert_eq!(find(&labels), []);
    }

    #[test]
    fn drawn_digits_raise_few_alarms() {
        let draw = |split| {
            let set = digits::draw(split, 300, Seed::new(1), &Stop::default()).unwrap();
            let picture =
                |bytes: &[u8]| Raster::new(28, 28, 1, 255.0, bytes.iter().map(|byte| f32::from(*byte)).collect());
            set.pixels().chunks(784).map(picture).map(Rings::of).collect::<Vec<_>>()
        };
        let search = Search::new(&draw(Split::Train), &draw(Split::Test));
        let alarms = search.across(&Stop::default(), &|_| ()).unwrap().len();
        assert!(alarms <= 30, "{alarms} of 90000 pairs, where some ones and zeros do look alike");
    }
}
