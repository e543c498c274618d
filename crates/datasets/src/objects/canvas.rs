//! The canvas: pixels, and how much of each a shape covers.

use super::colour::Colour;
use super::outline::Point;

/// A square picture under way. Places are in pixels, y downwards, whole numbers at pixels' corners.
#[derive(Debug)]
pub(super) struct Canvas {
    /// Width and height in pixels.
    pub(super) side: usize,
    /// Row by row.
    pub(super) pixels: Vec<Colour>,
    /// Steps of coverage along each row, and room for one past its end.
    steps: Vec<f32>,
}

/// The pixels that a shape touches.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    /// Middle, and half the extent along each axis, at least half a pixel.
    pub(super) middle: Point,
    pub(super) half: Point,
}

impl Canvas {
    pub(super) fn new(side: usize) -> Self {
        Self { side, pixels: vec![Colour([0.0; 3]); side * side], steps: vec![0.0; side * (side + 2)] }
    }

    /// Sets every pixel; `colour` gets its middle.
    pub(super) fn cover(&mut self, mut colour: impl FnMut(f32, f32) -> Colour) {
        for (i, pixel) in self.pixels.iter_mut().enumerate() {
            *pixel = colour((i % self.side) as f32 + 0.5, (i / self.side) as f32 + 0.5);
        }
    }

    /// Lays a colour over every pixel in rows `from..to`; `colour` gets its middle and gives a colour and how much of
    /// it.
    pub(super) fn glaze(&mut self, from: f32, to: f32, mut colour: impl FnMut(f32, f32) -> (Colour, f32)) {
        let side = self.side;
        let row = |y: f32| (y.round().max(0.0) as usize).min(side);
        for y in row(from)..row(to) {
            for x in 0..side {
                let (over, alpha) = colour(x as f32 + 0.5, y as f32 + 0.5);
                let pixel = &mut self.pixels[y * side + x];
                *pixel = pixel.mix(over, alpha.clamp(0.0, 1.0));
            }
        }
    }

    /// Fills a closed outline, each pixel by the exact share of it that is covered, times `alpha`.
    ///
    /// Where an outline crosses itself, what is wound around in either direction is inside. The sum of signed areas
    /// along each row is kept as in the font renderer of Raph Levien, "Inside the fastest font renderer in the world",
    /// 2016.
    pub(super) fn fill(&mut self, outline: &[Point], alpha: f32, paint: impl Fn(f32, f32, &Frame) -> Colour) {
        let (mut low, mut high) = ([f32::MAX; 2], [f32::MIN; 2]);
        for point in outline {
            for axis in 0..2 {
                low[axis] = low[axis].min(point[axis]);
                high[axis] = high[axis].max(point[axis]);
            }
        }
        let inside = |value: f32| (value.max(0.0) as usize).min(self.side);
        let (top, bottom) = (inside(low[1].floor()), inside(high[1].ceil()));
        let (left, right) = (inside(low[0].floor()), inside(high[0].ceil()));
        if top >= bottom || left >= right {
            return;
        }
        let width = self.side + 2;
        self.steps[top * width..bottom * width].fill(0.0);
        for i in 0..outline.len() {
            self.edge(outline[i], outline[(i + 1) % outline.len()]);
        }
        let half = [0, 1].map(|axis| (0.5 * (high[axis] - low[axis])).max(0.5));
        let frame = Frame { middle: [0, 1].map(|axis| 0.5 * (high[axis] + low[axis])), half };
        for row in top..bottom {
            let mut sum = 0.0;
            for column in left..right {
                sum += self.steps[row * width + column];
                let covered = sum.abs().min(1.0) * alpha;
                if covered > 0.002 {
                    let colour = paint(column as f32 + 0.5, row as f32 + 0.5, &frame);
                    let pixel = &mut self.pixels[row * self.side + column];
                    *pixel = pixel.mix(colour, covered);
                }
            }
        }
    }

    /// Notes what an edge adds to the coverage of everything to the right of it.
    fn edge(&mut self, a: Point, b: Point) {
        if a[1] == b[1] {
            return;
        }
        let (sign, [a, b]) = if a[1] < b[1] { (1.0, [a, b]) } else { (-1.0, [b, a]) };
        let slope = (b[0] - a[0]) / (b[1] - a[1]);
        let (from, to) = (a[1].max(0.0), b[1].min(self.side as f32));
        let most = self.side as f32;
        let mut y = from;
        while y < to {
            let row = y as usize;
            let next = to.min((row + 1) as f32);
            let x = [a[0] + slope * (y - a[1]), a[0] + slope * (next - a[1])].map(|x| x.clamp(0.0, most));
            self.run(row, x[0].min(x[1]), x[0].max(x[1]), sign * (next - y));
            y = next;
        }
    }

    /// A piece of an edge within one row, from `x0` to `x1`, `height` high: its sign is its direction.
    fn run(&mut self, row: usize, x0: f32, x1: f32, height: f32) {
        let start = row * (self.side + 2);
        let (first, last) = (x0 as usize, x1 as usize);
        if first == last {
            let middle = 0.5 * (x0 + x1) - first as f32;
            self.steps[start + first] += height * (1.0 - middle);
            self.steps[start + first + 1] += height * middle;
            return;
        }
        let per_pixel = height / (x1 - x0);
        let mut before = 0.0; // covered so far, in all pixels left of this one and their right neighbours
        let mut area = 0.0;
        for column in first..=last {
            let (enter, leave) = (x0.max(column as f32), x1.min((column + 1) as f32));
            let part = per_pixel * (leave - enter);
            let own = before + part * (1.0 - 0.5 * (enter + leave) + column as f32);
            self.steps[start + column] += own - area;
            area = own;
            before += part;
        }
        self.steps[start + last + 1] += height - area;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objects::outline::{disc, rectangle};

    fn filled(outline: &[Point]) -> Canvas {
        let mut canvas = Canvas::new(16);
        canvas.fill(outline, 1.0, |_, _, _| Colour([1.0; 3]));
        canvas
    }

    fn sum(canvas: &Canvas) -> f32 {
        canvas.pixels.iter().map(|pixel| pixel.0[0]).sum()
    }

    #[test]
    fn pixels_get_the_share_that_is_covered() {
        let canvas = filled(&rectangle([2.25, 3.5], [5.0, 4.5]));
        assert!((sum(&canvas) - 2.75).abs() < 1e-4);
        assert!((canvas.pixels[3 * 16 + 2].0[0] - 0.375).abs() < 1e-5);
        assert!((canvas.pixels[3 * 16 + 3].0[0] - 0.5).abs() < 1e-5);
        assert_eq!(canvas.pixels[3 * 16 + 5].0[0], 0.0);
        let slanted = filled(&[[1.0, 1.0], [13.0, 2.0], [7.3, 12.9]]);
        assert!((sum(&slanted) - 68.25).abs() < 0.1, "{}", sum(&slanted)); // half the cross product
        let round = filled(&disc([8.0, 8.0], 5.0));
        assert!((sum(&round) - 78.5).abs() < 2.0, "{}", sum(&round));
    }

    #[test]
    fn shapes_may_lie_across_the_border() {
        assert!((sum(&filled(&rectangle([-9.0, -9.0], [40.0, 40.0]))) - 256.0).abs() < 1e-3);
        assert!((sum(&filled(&rectangle([-9.0, 4.0], [2.0, 6.0]))) - 4.0).abs() < 1e-3);
        assert_eq!(sum(&filled(&rectangle([20.0, 4.0], [22.0, 6.0]))), 0.0);
        assert_eq!(sum(&filled(&rectangle([-9.0, -4.0], [-2.0, 60.0]))), 0.0);
    }
}
