//! Smaller pictures whose pixels are means of areas.

use super::{Raster, Size};

impl Raster {
    /// The picture at this size where that is smaller, each pixel the mean of the area that it covers; sides that are short enough already
    /// stay as they are.
    #[must_use]
    pub fn shrunk(&self, to: Size) -> Self {
        shrink(self.clone(), to)
    }
}

/// Makes a picture smaller along each side that is longer than wanted; each pixel is the mean of the area that it covers, parts of
/// pixels counted by their part.
pub(super) fn shrink(raster: Raster, to: Size) -> Raster {
    let (width, height) = (raster.width.min(to.width as usize), raster.height.min(to.height as usize));
    if (width, height) == (raster.width, raster.height) {
        return raster;
    }
    let (columns, rows) = (Covers::new(raster.width, width), Covers::new(raster.height, height));
    let mut levels = Vec::with_capacity(raster.channels * width * height);
    let mut sums = vec![0.0_f32; raster.width];
    for plane in raster.levels.chunks_exact(raster.width * raster.height) {
        for y in 0..height {
            sums.fill(0.0);
            let (first, weights) = rows.of(y);
            for (row, weight) in plane[first * raster.width..].chunks_exact(raster.width).zip(weights) {
                for (sum, level) in sums.iter_mut().zip(row) {
                    *sum += weight * level;
                }
            }
            levels.extend((0..width).map(|x| {
                let (first, weights) = columns.of(x);
                sums[first..].iter().zip(weights).map(|(sum, weight)| sum * weight).sum::<f32>()
            }));
        }
    }
    Raster { width, height, levels, ..raster }
}

/// For each pixel of a shorter row, the first pixel of the longer one that it covers, and the shares of all of them.
struct Covers {
    first: Vec<usize>,
    /// Where the weights of each begin.
    start: Vec<usize>,
    weights: Vec<f32>,
}

impl Covers {
    fn new(from: usize, to: usize) -> Self {
        let mut covers = Self { first: Vec::with_capacity(to), start: vec![0], weights: Vec::new() };
        for pixel in 0..to {
            // In units of a `to`-th of a pixel all edges are whole numbers.
            let (left, right) = (pixel * from, (pixel + 1) * from);
            let (first, last) = (left / to, (right - 1) / to);
            covers.first.push(first);
            for at in first..=last {
                let part = right.min((at + 1) * to) - left.max(at * to);
                covers.weights.push((part as f64 / from as f64) as f32);
            }
            covers.start.push(covers.weights.len());
        }
        covers
    }

    fn of(&self, pixel: usize) -> (usize, &[f32]) {
        (self.first[pixel], &self.weights[self.start[pixel]..self.start[pixel + 1]])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_are_means_of_what_they_cover() {
        let raster = Raster::new(3, 2, 1, 255.0, vec![0.0, 30.0, 60.0, 6.0, 36.0, 66.0]);
        let size = |width, height| Size { width, height };
        assert_eq!(raster.shrunk(size(1, 1)).levels, [33.0]);
        let halves = raster.shrunk(size(2, 2));
        let wanted = [10.0, 50.0, 16.0, 56.0]; // (0 + 30 / 2) / 1.5, (30 / 2 + 60) / 1.5
        assert!(halves.levels.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-4), "{halves:?}");
        assert_eq!(raster.shrunk(size(3, 1)).levels, [3.0, 33.0, 63.0]);
        assert_eq!(raster.shrunk(size(9, 9)), raster, "never larger");
    }

    #[test]
    fn the_mean_stays() {
        let raster = Raster::new(37, 29, 3, 65_535.0, (0..3 * 37 * 29).map(|i| (i * 7919 % 65_536) as f32).collect());
        let mean = |raster: &Raster| {
            raster.levels.iter().map(|level| f64::from(*level)).sum::<f64>() / raster.levels.len() as f64
        };
        for (width, height) in [(36, 28), (12, 5), (1, 29), (10, 10)] {
            let small = raster.shrunk(Size { width, height });
            assert!((mean(&small) - mean(&raster)).abs() < 0.1, "{width} x {height}");
        }
    }
}
