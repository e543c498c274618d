//! A few directions side by side, over a block of pictures: the inner loop of [`Drive`](super::Drive).

use super::drive::Peak;
use super::moments::{Moments, OfLabel};

/// Directions in a strip: two lines of the cache.
pub(super) const LANES: usize = 32;

/// One number for each direction of a strip. Loops over it become vector instructions.
type Lanes<T> = [T; LANES];

/// A block of pictures: values of all directions, a picture in each row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block<'a> {
    /// `[rows, width]`, row after row.
    pub(super) values: &'a [f32],
    /// Values in a row, a multiple of [`LANES`].
    pub(super) width: usize,
    /// Number of the first picture.
    pub(super) first: usize,
    /// What the pictures are.
    pub(super) rows: &'a Rows,
}

/// Labels of the pictures of a block, the few that occur numbered anew.
#[derive(Debug)]
pub(super) struct Rows {
    /// Labels that occur, each once.
    labels: Vec<usize>,
    /// For each picture the place of its label among those.
    places: Vec<usize>,
}

impl Rows {
    pub(super) fn new(labels: &[usize]) -> Self {
        let mut own = labels.to_vec();
        own.sort_unstable();
        own.dedup();
        let place = |label: &usize| own.binary_search(label).expect("it is one of them");
        Self { places: labels.iter().map(place).collect(), labels: own }
    }
}

/// What is kept of the directions of one strip.
#[derive(Debug)]
pub(super) struct Strip {
    /// Where the strip begins in a row.
    start: usize,
    /// Pictures kept for each direction.
    keep: usize,
    /// What a value must exceed to be kept. Pictures come by number, so that of equal values the first ones stay.
    thresholds: Lanes<f32>,
    /// Those kept, largest first.
    top: Vec<Vec<Peak>>,
    moments: Lanes<Moments>,
    /// Sums by label.
    sums: Vec<Lanes<f64>>,
    /// Sums of a block by place in [`Rows::labels`].
    of_block: Vec<Lanes<f32>>,
}

impl Strip {
    pub(super) fn new(start: usize, keep: usize, classes: usize) -> Self {
        Self {
            start,
            keep,
            thresholds: [f32::NEG_INFINITY; LANES],
            top: vec![Vec::new(); LANES],
            moments: [Moments::default(); LANES],
            sums: vec![[0.0; LANES]; classes],
            of_block: Vec::new(),
        }
    }

    /// Takes a block in.
    pub(super) fn take(&mut self, block: &Block<'_>) {
        pulp::Arch::new().dispatch(
            #[inline(always)]
            || self.walk(block),
        );
    }

    /// Two walks over the block, which lies in the cache: the first finds the mean and the range, the second sums powers of
    /// the deviations from that mean in units of that range, so that single precision neither cancels nor overflows.
    #[inline(always)]
    fn walk(&mut self, block: &Block<'_>) {
        let rows = block.rows.places.len();
        let (min, max) = self.look(block);
        let mut shift = [0.0_f32; LANES];
        for (sums, label) in self.of_block.iter().zip(&block.rows.labels) {
            for lane in 0..LANES {
                shift[lane] += sums[lane];
                self.sums[*label][lane] += f64::from(sums[lane]);
            }
        }
        let mut scale = [0.0_f32; LANES];
        for lane in 0..LANES {
            shift[lane] /= rows as f32;
            let inverse = 1.0 / (max[lane] - min[lane]);
            // All values are the same: no deviation, whatever the unit.
            scale[lane] = if inverse.is_finite() { inverse } else { 0.0 };
        }
        let powers = self.powers(block, &shift, &scale);
        for lane in 0..LANES {
            let powers = powers.map(|sums| f64::from(sums[lane]));
            let unit = if scale[lane] == 0.0 { 0.0 } else { 1.0 / f64::from(scale[lane]) };
            let ends = (min[lane], max[lane]);
            let here = Moments::about(rows as u64, f64::from(shift[lane]), unit, powers, ends);
            self.moments[lane].merge(&here);
        }
    }

    /// Keeps the largest values, sums by label, and returns the smallest and the largest value of the block.
    #[inline(always)]
    fn look(&mut self, block: &Block<'_>) -> (Lanes<f32>, Lanes<f32>) {
        let (mut min, mut max) = ([f32::INFINITY; LANES], [f32::NEG_INFINITY; LANES]);
        self.of_block.clear();
        self.of_block.resize(block.rows.labels.len(), [0.0; LANES]);
        for (row, place) in block.rows.places.iter().enumerate() {
            let values = self.row(block, row);
            let sums = &mut self.of_block[*place];
            let mut any = false;
            for lane in 0..LANES {
                let value = values[lane];
                sums[lane] += value;
                min[lane] = if value < min[lane] { value } else { min[lane] };
                max[lane] = if value > max[lane] { value } else { max[lane] };
                any |= value > self.thresholds[lane];
            }
            if any {
                self.keep(block.first + row, values);
            }
        }
        (min, max)
    }

    /// Sums of the first four powers of `(value - shift) · scale`.
    #[inline(always)]
    fn powers(&self, block: &Block<'_>, shift: &Lanes<f32>, scale: &Lanes<f32>) -> [Lanes<f32>; 4] {
        let [mut first, mut second, mut third, mut fourth] = [[0.0_f32; LANES]; 4];
        for row in 0..block.rows.places.len() {
            let values = self.row(block, row);
            for lane in 0..LANES {
                let deviation = (values[lane] - shift[lane]) * scale[lane];
                let square = deviation * deviation;
                first[lane] += deviation;
                second[lane] += square;
                third[lane] += square * deviation;
                fourth[lane] += square * square;
            }
        }
        [first, second, third, fourth]
    }

    #[inline(always)]
    fn row<'a>(&self, block: &Block<'a>, row: usize) -> &'a Lanes<f32> {
        let start = row * block.width + self.start;
        block.values[start..start + LANES].try_into().expect("as long as it was cut")
    }

    /// Rare once the lists are full.
    #[cold]
    #[inline(never)]
    fn keep(&mut self, picture: usize, values: &Lanes<f32>) {
        for (lane, &value) in values.iter().enumerate() {
            if value <= self.thresholds[lane] {
                continue;
            }
            let top = &mut self.top[lane];
            let place = top.partition_point(|peak| peak.value >= value);
            top.insert(place, Peak { picture, value });
            top.truncate(self.keep);
            if top.len() == self.keep {
                self.thresholds[lane] = top[self.keep - 1].value;
            }
        }
    }

    /// What was kept of one direction; `counts` are the pictures of each label.
    pub(super) fn lane(&mut self, lane: usize, counts: &[u64]) -> (Vec<Peak>, Moments, Vec<OfLabel>) {
        let groups = self.sums.iter().zip(counts).map(|(sums, count)| OfLabel { count: *count, sum: sums[lane] });
        (std::mem::take(&mut self.top[lane]), self.moments[lane], groups.collect())
    }
}
