//! Which pictures of a data set drive a direction most, and how its values are spread.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use tch::{Tensor, no_grad};

use super::Directions;
use super::moments::{Moments, OfLabel};
use super::strip::{Block, LANES, Rows, Strip};
use super::waiting::Waiting;
use crate::{Error, Result};

/// Pictures whose values are made together. The threads of a product wait for each other at its end, and the fewer products
/// the less they wait; with a thousand directions the values of so many still fit into a large cache.
pub(super) const ROWS: usize = 1024;
/// Pictures whose values are looked at together: those of one strip of directions fit into the smallest cache, and sums of so
/// few are good enough in single precision.
const BLOCK: usize = 256;

/// A picture, and what a direction makes of it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Peak {
    /// Number of the picture in the data set, from 0.
    pub picture: usize,
    /// Value of the direction.
    pub value: f32,
}

/// What a data set is to one direction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Driven {
    /// The pictures with the largest values, largest first; of equal values the first pictures. Fewer where there are not as
    /// many pictures as were asked for.
    pub top: Vec<Peak>,
    /// All values.
    pub moments: Moments,
    /// The values by label.
    pub by_label: Vec<OfLabel>,
}

/// Takes in the vectors of a data set, batch by batch, and keeps for each direction what [`Driven`] holds.
///
/// The products are made in blocks of a fixed number of pictures, so that results do not depend on how the pictures were cut
/// into batches, nor on the number of threads. It holds one block, whatever the size of the data set.
#[derive(Debug)]
pub struct Drive {
    /// Directions in each group.
    groups: Vec<usize>,
    /// Directions as columns, zeros at the end that fill the last strip: `Float` `[D, W]`.
    matrix: Tensor,
    classes: usize,
    /// Pictures of each label so far.
    counts: Vec<u64>,
    strips: Vec<Strip>,
    waiting: Option<Waiting>,
    /// Values of up to [`ROWS`] pictures, `[ROWS, W]`.
    values: Vec<f32>,
    /// Labels of the pictures in `values` and in `waiting`.
    labels: Vec<usize>,
    /// Pictures in `values`.
    filled: usize,
    /// Pictures that are done with.
    done: usize,
}

impl Drive {
    /// For these groups of directions, keeping `top` pictures for each, of a data set with so many classes.
    ///
    /// # Errors
    /// [`Error::Shape`] if the groups are not of one layer's width, [`Error::Empty`] if there is none.
    pub fn new(groups: &[&Directions], top: usize, classes: usize) -> Result<Self> {
        let Some(first) = groups.first() else { return Err(Error::Empty { directions: 0, width: 0 }) };
        let width = first.width();
        if let Some(other) = groups.iter().find(|group| group.width() != width) {
            let wanted = format!("directions in a layer of {width} units");
            return Err(Error::Shape { wanted, got: other.matrix().size() });
        }
        let lens: Vec<usize> = groups.iter().map(|group| group.len()).collect();
        let count: usize = lens.iter().sum();
        let filler = (count.next_multiple_of(LANES) - count) as i64;
        let all: Vec<&Tensor> = groups.iter().map(|group| group.matrix()).collect();
        let matrix = Tensor::f_cat(&all, 0)?.f_constant_pad_nd([0, 0, 0, filler])?.f_tr()?.f_contiguous()?;
        let row = count + filler as usize;
        Ok(Self {
            groups: lens,
            matrix,
            classes,
            counts: vec![0; classes],
            strips: (0..row).step_by(LANES).map(|start| Strip::new(start, top.max(1), classes)).collect(),
            waiting: None,
            values: vec![0.0; ROWS * row],
            labels: Vec::new(),
            filled: 0,
            done: 0,
        })
    }

    /// Pictures taken in.
    pub fn count(&self) -> usize {
        self.done + self.labels.len()
    }

    /// Takes in the next pictures.
    ///
    /// # Shapes
    /// - `vectors`: `[N, S, D]` as [`Reading::vectors`](super::Reading::vectors) returns them, on any device; a direction's value
    ///   is the largest of the S positions
    /// - `labels`: `N`
    ///
    /// # Errors
    /// [`Error::Shape`] or [`Error::Label`] if they do not fit. [`Error::NotFinite`] if a value is NaN or infinite, as soon as
    /// enough pictures have come for a product, or in [`finish`](Self::finish).
    pub fn add(&mut self, vectors: &Tensor, labels: &[i64]) -> Result<()> {
        no_grad(|| {
            self.check(vectors, labels)?;
            self.labels.extend(labels.iter().map(|label| *label as usize));
            let mut at = 0;
            while at < labels.len() {
                let waiting = match &mut self.waiting {
                    Some(waiting) => waiting,
                    none => {
                        self.matrix = self.matrix.f_to_device(vectors.device())?;
                        none.insert(Waiting::new(vectors, self.matrix.size()[1])?)
                    }
                };
                at += waiting.push(vectors, at)?;
                if waiting.is_full() {
                    self.multiply()?;
                }
            }
            Ok(())
        })
    }

    fn check(&self, vectors: &Tensor, labels: &[i64]) -> Result<()> {
        let (got, width) = (vectors.size(), self.matrix.size()[0]);
        let positions = self.waiting.as_ref().map(Waiting::positions);
        let fits = match got[..] {
            [n, s, d] => n == labels.len() as i64 && s > 0 && s == positions.unwrap_or(s) && d == width,
            _ => false,
        };
        if !fits {
            let positions = positions.map_or_else(|| "S".to_owned(), |s| s.to_string());
            return Err(Error::Shape { wanted: format!("vectors [{}, {positions}, {width}]", labels.len()), got });
        }
        let classes = self.classes;
        if let Some(at) = labels.iter().position(|label| !(0..classes as i64).contains(label)) {
            return Err(Error::Label { picture: self.count() + at, label: labels[at], classes });
        }
        Ok(())
    }

    /// Multiplies what waits, and looks at the values once there are enough of them.
    fn multiply(&mut self) -> Result<()> {
        let Some(waiting) = self.waiting.as_mut().filter(|waiting| waiting.filled > 0) else { return Ok(()) };
        let row = self.values.len() / ROWS;
        let (start, end) = (self.filled * row, (self.filled + waiting.filled) * row);
        self.filled += waiting.filled;
        waiting.multiply(&self.matrix, &mut self.values[start..end])?;
        if self.filled == ROWS {
            self.look();
        }
        Ok(())
    }

    /// Looks at the values of the pictures that are filled.
    fn look(&mut self) {
        let of_rows: Vec<Rows> = self.labels[..self.filled].chunks(BLOCK).map(Rows::new).collect();
        self.labels.drain(..self.filled).for_each(|label| self.counts[label] += 1);
        let width = self.values.len() / ROWS;
        let blocks: Vec<Block<'_>> = (self.values.chunks(BLOCK * width).zip(&of_rows).enumerate())
            .map(|(at, (values, rows))| Block { values, width, first: self.done + at * BLOCK, rows })
            .collect();
        self.strips.par_iter_mut().for_each(|strip| blocks.iter().for_each(|block| strip.take(block)));
        self.done += self.filled;
        self.filled = 0;
    }

    /// What came of it: a list for each group, in the order of its directions.
    ///
    /// # Errors
    /// [`Error::NotFinite`] as in [`add`](Self::add).
    pub fn finish(mut self) -> Result<Vec<Vec<Driven>>> {
        no_grad(|| self.multiply())?;
        if self.filled > 0 {
            self.look();
        }
        let mut at = 0;
        let mut next = || {
            let (top, moments, by_label) = self.strips[at / LANES].lane(at % LANES, &self.counts);
            at += 1;
            Driven { top, moments, by_label }
        };
        Ok(self.groups.iter().map(|len| (0..*len).map(|_| next()).collect()).collect())
    }
}

#[cfg(test)]
mod tests {
    use advlab_core::Seed;
    use tch::Kind;

    use super::super::haar::normals;
    use super::*;

    const WIDTH: usize = 11;
    const CLASSES: usize = 4;

    fn vectors(n: usize, positions: usize) -> Tensor {
        let size = [n as i64, positions as i64, WIDTH as i64];
        // Whole numbers, so that many values are the same.
        let values = Tensor::from_slice(&normals(n * positions * WIDTH, Seed::new(5))).reshape(size);
        (values * 3.0).round().to_kind(Kind::Float)
    }

    fn labels(n: usize) -> Vec<i64> {
        (0..n).map(|picture| (picture * picture % 3) as i64).collect()
    }

    fn driven(vectors: &Tensor, batch: usize) -> Vec<Vec<Driven>> {
        let units = Directions::natural(&(0..WIDTH).collect::<Vec<_>>(), WIDTH).unwrap();
        let random = Directions::on_sphere(40, WIDTH, Seed::new(1)).unwrap();
        let mut drive = Drive::new(&[&units, &random], 5, CLASSES).unwrap();
        let n = vectors.size()[0] as usize;
        let labels = labels(n);
        for start in (0..n).step_by(batch) {
            let end = (start + batch).min(n);
            let part = vectors.narrow(0, start as i64, (end - start) as i64);
            drive.add(&part, &labels[start..end]).unwrap();
        }
        assert_eq!(drive.count(), n);
        drive.finish().unwrap()
    }

    /// The same by a plain sort and plain sums over the values of one direction. Where these come from a product of another
    /// shape their last bits may differ, and then so may the order of close pictures.
    fn check(driven: &Driven, values: &[f32], labels: &[i64], exact: bool) {
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|a, b| values[*b].total_cmp(&values[*a]).then(a.cmp(b)));
        assert_eq!(driven.top.len(), order.len().min(5));
        for (peak, picture) in driven.top.iter().zip(&order) {
            assert!((peak.value - values[*picture]).abs() < 1e-5 && (peak.value - values[peak.picture]).abs() < 1e-5);
            assert!(!exact || peak.picture == *picture);
        }
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-5 * b.abs().max(1.0), "{a} {b}");
        let n = values.len() as f64;
        let mean = values.iter().map(|value| f64::from(*value)).sum::<f64>() / n;
        let central = |power: i32| values.iter().map(|value| (f64::from(*value) - mean).powi(power)).sum::<f64>() / n;
        near(driven.moments.mean, mean);
        near(driven.moments.sd(), central(2).sqrt());
        // Sums in single precision over a block, and a difference of numbers near 3.
        assert!((driven.moments.excess_kurtosis() - central(4) / central(2).powi(2) + 3.0).abs() < 1e-4);
        assert_eq!(driven.moments.max, driven.top[0].value);
        assert!((driven.moments.min - values[order[order.len() - 1]]).abs() < 1e-5);
        for (label, group) in driven.by_label.iter().enumerate() {
            let of: Vec<f64> = values
                .iter()
                .zip(labels)
                .filter(|(_, l)| **l == label as i64)
                .map(|(value, _)| f64::from(*value))
                .collect();
            assert_eq!(group.count, of.len() as u64);
            near(group.mean(), of.iter().sum::<f64>() / of.len().max(1) as f64);
        }
    }

    #[test]
    fn a_stream_is_as_good_as_a_sort() {
        for (n, positions) in [(3, 1), (ROWS, 1), (2 * ROWS + 77, 1), (ROWS + 9, 3), (40, 300)] {
            let vectors = vectors(n, positions);
            let groups = driven(&vectors, 100);
            assert_eq!(groups.iter().map(Vec::len).collect::<Vec<_>>(), [WIDTH, 40]);
            let random = Directions::on_sphere(40, WIDTH, Seed::new(1)).unwrap();
            let natural = vectors.amax([1], false);
            let turned = vectors.matmul(&random.matrix().tr()).amax([1], false);
            for (list, (values, exact)) in groups.iter().zip([(natural, true), (turned, false)]) {
                for (at, driven) in list.iter().enumerate() {
                    let column: Vec<f32> = Vec::try_from(values.select(1, at as i64)).unwrap();
                    check(driven, &column, &labels(n), exact);
                }
            }
        }
    }

    #[test]
    fn batches_and_threads_change_nothing() {
        for positions in [1, 3] {
            let vectors = vectors(ROWS + 201, positions);
            let whole = driven(&vectors, usize::MAX / 2);
            for batch in [1, 7, 64, ROWS, 300] {
                assert_eq!(driven(&vectors, batch), whole, "{batch}");
            }
            let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
            assert_eq!(one.install(|| driven(&self::vectors(ROWS + 201, positions), 50)), whole);
        }
    }

    #[test]
    fn tiny_and_huge_values_keep_their_moments() {
        let plain = driven(&vectors(600, 1), 100);
        for scale in [1e-12, 1e12] {
            let scaled = driven(&(vectors(600, 1) * scale), 100);
            for (a, b) in plain.iter().flatten().zip(scaled.iter().flatten()) {
                assert!((a.moments.sd() * scale / b.moments.sd() - 1.0).abs() < 1e-5, "{scale}");
                assert!((a.moments.excess_kurtosis() - b.moments.excess_kurtosis()).abs() < 1e-4, "{scale}");
            }
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let units = Directions::natural(&[0], WIDTH).unwrap();
        let mut drive = Drive::new(&[&units], 5, CLASSES).unwrap();
        let vectors = vectors(3, 1);
        let text = |result: Result<()>| result.unwrap_err().to_string();
        assert!(text(drive.add(&vectors, &[0, 1])).starts_with("wants vectors [2, S, 11], got [3, 1, 11]"));
        assert_eq!(text(drive.add(&vectors, &[0, 4, 1])), "picture 1 has label 4, wanted 0 to 3");
        let broken = vectors.copy();
        let _ = broken.narrow(0, 1, 1).fill_(f64::NAN);
        assert_eq!(drive.count(), 0);
        drive.add(&broken, &[0, 1, 2]).unwrap();
        let error = drive.finish().unwrap_err().to_string();
        assert!(error.starts_with("11 of 33 values of the layer are NaN or infinite"), "{error}");
        let narrow = Directions::natural(&[0], 3).unwrap();
        assert!(Drive::new(&[&units, &narrow], 5, CLASSES).is_err());
    }
}
