//! Rotation about the middle by interpolation, and enlargement in the same pass.

use serde::{Deserialize, Serialize};

use super::{Raster, Size};

/// What a rotation finds outside a tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Border {
    /// The tile mirrored at its edges, the outermost pixels twice: `c b a | a b c | c b a`.
    Reflect,
    /// Level 0.
    Black,
}

impl Border {
    /// How it is written.
    pub const NAMES: [&'static str; 2] = ["reflect", "black"];
}

/// How values between pixels come about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Interpolation {
    /// From the 2 × 2 nearest pixels.
    Bilinear,
    /// From the 4 × 4 nearest pixels: Keys 1981, equation 15, which is a = −1/2. It blurs less, so that rotated pictures look
    /// less unlike those that were not.
    Bicubic,
}

impl Interpolation {
    /// How it is written.
    pub const NAMES: [&'static str; 2] = ["bilinear", "bicubic"];
}

/// A rotation of tiles of one size to pictures of one size.
#[derive(Clone, Debug)]
pub struct Rotation {
    from: (usize, usize),
    to: Size,
    interpolation: Interpolation,
    /// Column and row, in the tile, of the middle of the first pixel.
    start: (f64, f64),
    /// How far both go from a pixel to its neighbour at right.
    right: (f64, f64),
    /// How far both go from a pixel to the one below.
    down: (f64, f64),
    /// Pixels needed around the tile.
    margin: usize,
}

/// A tile with what lies around it, from which several rotations can be taken.
#[derive(Debug)]
pub struct Surrounded<'a> {
    tile: &'a Raster,
    margin: usize,
    /// Length of a row.
    stride: usize,
    /// Channel by channel.
    levels: Vec<f32>,
}

impl Rotation {
    /// A rotation by so many degrees counter-clockwise of tiles of `width` by `height` pixels; the result has the size `to`. It takes
    /// single points of the tile, so that one which is to become smaller must be [`averaged`](Surrounded::averaged) before.
    pub fn new(degrees: f64, width: usize, height: usize, to: Size, interpolation: Interpolation) -> Self {
        let (sin, cos) = match degrees.rem_euclid(360.0) {
            0.0 => (0.0, 1.0),
            90.0 => (1.0, 0.0),
            180.0 => (0.0, -1.0),
            270.0 => (-1.0, 0.0),
            other => other.to_radians().sin_cos(),
        };
        let scale = (width as f64 / f64::from(to.width), height as f64 / f64::from(to.height));
        let right = (cos * scale.0, sin * scale.0);
        let down = (-sin * scale.1, cos * scale.1);
        let (columns, rows) = (f64::from(to.width - 1), f64::from(to.height - 1));
        let middle = ((width as f64 - 1.0) / 2.0, (height as f64 - 1.0) / 2.0);
        let start = (
            middle.0 - 0.5 * (columns * right.0 + rows * down.0),
            middle.1 - 0.5 * (columns * right.1 + rows * down.1),
        );
        // The farthest point outside is a corner; the kernel reaches two pixels farther.
        let outside = |start: f64, right: f64, down: f64, length: usize| {
            let ends = [start, start + columns * right, start + rows * down, start + columns * right + rows * down];
            let (low, high) =
                ends.iter().fold((f64::MAX, f64::MIN), |(low, high), end| (low.min(*end), high.max(*end)));
            (-low).max(high - (length as f64 - 1.0)).max(0.0)
        };
        let farthest = outside(start.0, right.0, down.0, width).max(outside(start.1, right.1, down.1, height));
        Self { from: (width, height), to, interpolation, start, right, down, margin: farthest.ceil() as usize + 2 }
    }

    /// Pixels that a tile must be surrounded by.
    pub const fn margin(&self) -> usize {
        self.margin
    }

    /// Rotates a tile that has enough around it.
    ///
    /// # Panics
    /// If the tile has another size than the rotation is for, or less around it than [`margin`](Self::margin).
    pub fn apply(&self, tile: &Surrounded<'_>) -> Raster {
        assert_eq!((tile.tile.width, tile.tile.height), self.from, "a rotation is for tiles of one size");
        assert!(tile.margin >= self.margin, "a margin of {} is less than {}", tile.margin, self.margin);
        let (width, height) = (self.to.width as usize, self.to.height as usize);
        let mut levels = vec![0.0; tile.tile.channels * width * height];
        // The same loops, compiled for the processor at hand; the values are the same on all.
        pulp::Arch::new().dispatch(|| self.fill(tile, &mut levels));
        Raster { width, height, levels, ..*tile.tile }
    }

    #[inline(always)]
    fn fill(&self, tile: &Surrounded<'_>, levels: &mut [f32]) {
        let (width, white) = (self.to.width as usize, tile.tile.white);
        let (plane, to_plane) = (tile.levels.len() / tile.tile.channels, width * self.to.height as usize);
        let mut points = Points { at: vec![0; width], across: vec![[0.0; 4]; width], along: vec![[0.0; 4]; width] };
        for row in 0..self.to.height as usize {
            self.find(row, tile, &mut points);
            for (source, made) in tile.levels.chunks_exact(plane).zip(levels.chunks_exact_mut(to_plane)) {
                let made = &mut made[row * width..][..width];
                match self.interpolation {
                    Interpolation::Bilinear => points.bilinear(source, tile.stride, made),
                    Interpolation::Bicubic => points.bicubic(source, tile.stride, white, made),
                }
            }
        }
    }

    /// Finds where the pixels of a row lie: in whole pixels and fractions of 2⁻³², which no step rounds.
    #[inline(always)]
    fn find(&self, row: usize, tile: &Surrounded<'_>, points: &mut Points) {
        let (margin, row) = (tile.margin as f64, row as f64);
        let start = (self.start.0 + row * self.down.0 + margin, self.start.1 + row * self.down.1 + margin);
        let [(mut x, mut y), (right, below)] =
            [start, self.right].map(|(x, y)| ((x * FRACTIONS).round() as i64, (y * FRACTIONS).round() as i64));
        let cubic_wanted = self.interpolation == Interpolation::Bicubic;
        for ((at, across), along) in points.at.iter_mut().zip(&mut points.across).zip(&mut points.along) {
            // Both are above 0 inside the margin. A fraction keeps the 24 bits that `f32` has.
            let fraction = |value: i64| (value as u32 >> 8) as i32 as f32 * (1.0 / 16_777_216.0);
            let (u, v) = (fraction(x), fraction(y));
            *at = (y >> 32) as u32 * tile.stride as u32 + (x >> 32) as u32;
            (*across, *along) =
                if cubic_wanted { (cubic(u), cubic(v)) } else { ([u, 0.0, 0.0, 0.0], [v, 0.0, 0.0, 0.0]) };
            (x, y) = (x + right, y + below);
        }
    }
}

/// Parts that a pixel is divided into.
const FRACTIONS: f64 = 4_294_967_296.0;

/// Where the pixels of one row of the result lie in the tile.
struct Points {
    /// The pixel at the upper left of each.
    at: Vec<u32>,
    /// Weights of four columns, or how far to the right of that pixel it lies.
    across: Vec<[f32; 4]>,
    /// Weights of four rows, or how far below.
    along: Vec<[f32; 4]>,
}

impl Points {
    #[inline(always)]
    fn bilinear(&self, source: &[f32], stride: usize, made: &mut [f32]) {
        for (((made, at), across), along) in made.iter_mut().zip(&self.at).zip(&self.across).zip(&self.along) {
            let window = &source[*at as usize..][..stride + 2];
            let above = window[0] + across[0] * (window[1] - window[0]);
            let below = window[stride] + across[0] * (window[stride + 1] - window[stride]);
            *made = above + along[0] * (below - above);
        }
    }

    #[inline(always)]
    fn bicubic(&self, source: &[f32], stride: usize, white: f32, made: &mut [f32]) {
        for (((made, at), across), along) in made.iter_mut().zip(&self.at).zip(&self.across).zip(&self.along) {
            let window = &source[*at as usize - stride - 1..][..3 * stride + 4];
            let row = |k: usize| -> &[f32; 4] { window[k * stride..][..4].try_into().expect("four values") };
            let (a, b, c, d) = (row(0), row(1), row(2), row(3));
            let mut sums = [0.0_f32; 4];
            for k in 0..4 {
                sums[k] = across[k] * ((along[0] * a[k] + along[1] * b[k]) + (along[2] * c[k] + along[3] * d[k]));
            }
            *made = ((sums[0] + sums[2]) + (sums[1] + sums[3])).clamp(0.0, white);
        }
    }
}

impl<'a> Surrounded<'a> {
    /// Surrounds a tile with so many pixels on each side.
    pub fn new(tile: &'a Raster, margin: usize, border: Border) -> Self {
        let (stride, rows) = (tile.width + 2 * margin, tile.height + 2 * margin);
        let mut levels = vec![0.0; tile.channels * stride * rows];
        let place = |at: usize, length: usize| match border {
            Border::Reflect => {
                let folded = (at as isize - margin as isize).rem_euclid(2 * length as isize) as usize;
                Some(folded.min(2 * length - 1 - folded))
            }
            Border::Black => at.checked_sub(margin).filter(|at| *at < length),
        };
        let planes = levels.chunks_exact_mut(stride * rows).zip(tile.levels.chunks_exact(tile.width * tile.height));
        for (plane, source) in planes {
            for (y, row) in plane.chunks_exact_mut(stride).enumerate() {
                let Some(from) = place(y, tile.height) else { continue };
                let source = &source[from * tile.width..][..tile.width];
                row[margin..margin + tile.width].copy_from_slice(source);
                for x in (0..margin).chain(margin + tile.width..stride) {
                    row[x] = place(x, tile.width).map_or(0.0, |from| source[from]);
                }
            }
        }
        Self { tile, margin, stride, levels }
    }

    /// The same with each level the mean of the area around it that a pixel covers in a picture smaller by these factors along
    /// rows and columns; factors of 1 and less change nothing. Points of it are pixels of the smaller picture, whichever way it is
    /// rotated: a box along the tile's own sides stands for one along those of the picture.
    #[must_use]
    pub fn averaged(mut self, (along, across): (f64, f64)) -> Self {
        let rows = self.levels.len() / self.tile.channels / self.stride;
        let (along, across) = (window(along), window(across));
        if along.len() == 1 && across.len() == 1 {
            return self;
        }
        let mut means = vec![0.0; self.stride * rows];
        for plane in self.levels.chunks_exact_mut(self.stride * rows) {
            pulp::Arch::new().dispatch(|| {
                for (row, means) in plane.chunks_exact(self.stride).zip(means.chunks_exact_mut(self.stride)) {
                    mean_of_rows(&along, |k| shifted(row, k, along.len() / 2), means);
                }
                for (y, row) in plane.chunks_exact_mut(self.stride).enumerate() {
                    let neighbour = |k: usize| (y + k).saturating_sub(across.len() / 2).min(rows - 1);
                    mean_of_rows(&across, |k| (0, &means[neighbour(k) * self.stride..][..self.stride]), row);
                }
            });
        }
        self
    }
}

/// Weights of a pixel's neighbours in the mean over a stretch of so many pixels around its middle.
fn window(length: f64) -> Vec<f32> {
    let half = length.max(1.0) / 2.0;
    let reach = (half - 0.5).ceil() as i64;
    let part = |k: i64| (half.min(k as f64 + 0.5) - (-half).max(k as f64 - 0.5)) / (2.0 * half);
    (-reach..=reach).map(|k| part(k) as f32).collect()
}

/// A row moved so that the `k`-th neighbour of each pixel, counted from `before` ahead of it, stands in its place: where that begins, and
/// what there is of it.
#[inline(always)]
fn shifted(row: &[f32], k: usize, before: usize) -> (usize, &[f32]) {
    if k < before { (before - k, &row[..row.len() - (before - k)]) } else { (0, &row[k - before..]) }
}

/// Adds up rows by their weights. What a row lacks at its ends is left out; those ends are margin that no rotation reaches.
#[inline(always)]
fn mean_of_rows<'r>(weights: &[f32], row: impl Fn(usize) -> (usize, &'r [f32]), means: &mut [f32]) {
    means.fill(0.0);
    for (k, weight) in weights.iter().enumerate() {
        let (start, levels) = row(k);
        for (mean, level) in means[start..].iter_mut().zip(levels) {
            *mean += weight * level;
        }
    }
}

impl Raster {
    /// The picture rotated about its middle by so many degrees counter-clockwise, within its own frame.
    #[must_use]
    pub fn rotated(&self, degrees: f64, border: Border, interpolation: Interpolation) -> Self {
        let to = Size { width: self.width as u32, height: self.height as u32 };
        let rotation = Rotation::new(degrees, self.width, self.height, to, interpolation);
        rotation.apply(&Surrounded::new(self, rotation.margin(), border))
    }
}

/// Weights of the four neighbours of a point that lies so far behind the second.
#[inline(always)]
fn cubic(t: f32) -> [f32; 4] {
    let (t2, t3) = (t * t, t * t * t);
    [-0.5 * t + t2 - 0.5 * t3, 1.0 - 2.5 * t2 + 1.5 * t3, 0.5 * t + 2.0 * t2 - 1.5 * t3, -0.5 * t2 + 0.5 * t3]
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: [Interpolation; 2] = [Interpolation::Bilinear, Interpolation::Bicubic];

    fn waves(width: usize, height: usize, channels: usize) -> Raster {
        let level = |i: usize| {
            let (x, y) = ((i % width) as f32, (i / width % height) as f32);
            (32_000.0 + 20_000.0 * (0.21 * x + 0.1 * y).sin() * (0.13 * y - 0.05 * x + i as f32 * 1e-5).cos()).round()
        };
        Raster::new(width, height, channels, 65_535.0, (0..channels * width * height).map(level).collect())
    }

    #[test]
    fn no_angle_changes_no_bit() {
        for (width, height, channels) in [(40, 40, 1), (31, 24, 3), (8, 9, 1)] {
            let tile = waves(width, height, channels);
            for interpolation in BOTH {
                for border in [Border::Reflect, Border::Black] {
                    for degrees in [0.0, 360.0, -360.0] {
                        assert_eq!(tile.rotated(degrees, border, interpolation), tile);
                    }
                }
            }
        }
    }

    #[test]
    fn interpolated_quarters_are_the_exact_ones() {
        let tile = waves(33, 33, 3);
        for interpolation in BOTH {
            for (quarters, degrees) in [(1, 90.0), (2, 180.0), (3, -90.0)] {
                assert_eq!(tile.rotated(degrees, Border::Reflect, interpolation), tile.turned(quarters));
            }
        }
    }

    #[test]
    fn what_is_constant_stays_so() {
        for (width, height) in [(32, 32), (50, 12), (9, 8)] {
            let tile = Raster::new(width, height, 1, 65_535.0, vec![51_234.0; width * height]);
            for interpolation in BOTH {
                for degrees in (-180..180).step_by(7) {
                    let made = tile.rotated(f64::from(degrees), Border::Reflect, interpolation);
                    let farthest = made.levels.iter().map(|level| (level - 51_234.0).abs()).fold(0.0, f32::max);
                    assert!(farthest < 0.05, "{degrees}: {farthest} levels of 65535");
                }
            }
        }
    }

    #[test]
    fn there_and_back_is_nearly_where_one_was() {
        let tile = waves(64, 64, 1);
        let mut errors = Vec::new();
        for interpolation in BOTH {
            let there = tile.rotated(5.0, Border::Reflect, interpolation);
            let back = there.rotated(-5.0, Border::Reflect, interpolation);
            let square = |made: &Raster| {
                let inside = (0..64 * 64).filter(|i| (8..56).contains(&(i % 64)) && (8..56).contains(&(i / 64)));
                inside.map(|i| f64::from(made.levels[i] - tile.levels[i]).powi(2)).sum::<f64>() / (48.0 * 48.0)
            };
            assert!(square(&there).sqrt() > 2_000.0, "a rotation that changes nothing proves nothing");
            errors.push(square(&back).sqrt());
        }
        assert!(errors[0] < 300.0 && errors[1] < 30.0 && errors[1] < errors[0] / 5.0, "{errors:?} levels of 65535");
    }

    #[test]
    fn points_of_an_averaged_tile_are_means_of_what_pixels_cover() {
        let tile = waves(96, 96, 3);
        for (degrees, side) in [(0.0, 48), (4.0, 48), (-7.0, 40), (30.0, 60)] {
            let to = Size { width: side, height: side };
            let whole = tile.rotated(degrees, Border::Reflect, Interpolation::Bicubic).shrunk(to);
            let rotation = Rotation::new(degrees, 96, 96, to, Interpolation::Bicubic);
            let factor = 96.0 / f64::from(side);
            let surrounded = Surrounded::new(&tile, rotation.margin() + 2, Border::Reflect).averaged((factor, factor));
            let made = rotation.apply(&surrounded);
            let apart = made.levels.iter().zip(&whole.levels).map(|(a, b)| f64::from(a - b).powi(2)).sum::<f64>();
            let apart = (apart / made.levels.len() as f64).sqrt();
            assert!(apart < 250.0, "{degrees} degrees to {side}: {apart} levels of 65535");
        }
        let even = Raster::new(9, 8, 1, 255.0, vec![77.0; 72]);
        let made = Surrounded::new(&even, 6, Border::Reflect).averaged((3.3, 1.7));
        let inside = (2..18).flat_map(|y| (2..19).map(move |x| y * 21 + x));
        assert!(inside.into_iter().all(|at| (made.levels[at] - 77.0).abs() < 1e-3));
        assert_eq!(window(1.0), [1.0]);
        assert_eq!(window(2.0), [0.25, 0.5, 0.25]);
        assert!((window(3.3).iter().sum::<f32>() - 1.0).abs() < 1e-6 && window(3.3).len() == 5);
    }

    #[test]
    fn angles_go_against_the_clock() {
        // A spot at the right of the middle goes up.
        let mut tile = Raster::new(21, 21, 1, 255.0, vec![0.0; 441]);
        tile.levels[10 * 21 + 18] = 255.0;
        let made = tile.rotated(30.0, Border::Black, Interpolation::Bilinear);
        let brightest = (0..441).max_by(|a, b| made.levels[*a].total_cmp(&made.levels[*b])).unwrap();
        assert_eq!((brightest % 21, brightest / 21), (17, 6), "8 · (cos 30°, −sin 30°) from (10, 10)");
    }

    #[test]
    fn black_comes_in_at_corners_alone() {
        let tile = Raster::new(32, 32, 1, 255.0, vec![200.0; 32 * 32]);
        let made = tile.rotated(10.0, Border::Black, Interpolation::Bicubic);
        assert!(made.levels[0] < 50.0 && made.levels[31 * 32 + 31] < 50.0, "corners");
        assert!((made.levels[16 * 32 + 16] - 200.0).abs() < 0.01, "the middle");
    }
}
