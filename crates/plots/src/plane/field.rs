//! A number for each cell of a rectangle.

use ndarray::Array2;

/// A scalar field over a rectangle: a number for each of `rows × columns` cells, which belongs to the middle of its cell.
///
/// Row 0 is the lowest, as on the axis; column 0 is at left. NaN and infinities are cells without a value: they are drawn in
/// neutral grey, and no contour passes them.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Left and right end of the rectangle.
    pub x: (f64, f64),
    /// Lower and upper end of the rectangle.
    pub y: (f64, f64),
    /// The values, `[row, column]`.
    pub values: Array2<f64>,
}

impl Field {
    /// A field of these values.
    pub const fn new(x: (f64, f64), y: (f64, f64), values: Array2<f64>) -> Self {
        Self { x, y, values }
    }

    /// A field of `(rows, columns)` cells whose values a function gives for the middle `(x, y)` of each.
    pub fn from_fn(x: (f64, f64), y: (f64, f64), shape: (usize, usize), f: impl Fn(f64, f64) -> f64) -> Self {
        let values = Array2::from_shape_fn(shape, |(row, column)| {
            f(middle(x, column as f64, shape.1), middle(y, row as f64, shape.0))
        });
        Self { x, y, values }
    }

    /// The middle `(x, y)` of a cell. Fractions lie between the middles, for lines that pass there.
    pub fn at(&self, row: f64, column: f64) -> (f64, f64) {
        let (rows, columns) = self.values.dim();
        (middle(self.x, column, columns), middle(self.y, row, rows))
    }
}

/// The middle of cell number `index` of `count` between two ends.
pub(crate) fn middle((low, high): (f64, f64), index: f64, count: usize) -> f64 {
    low + (high - low) * (index + 0.5) / count as f64
}
