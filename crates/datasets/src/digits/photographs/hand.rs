//! Who writes: other hands than those of the drawn data set.

use rand::Rng;

use super::super::bend::bend;
use super::super::curve::Point;
use super::super::skeletons::choose_by;

/// How much more common than in the table a continental way is to a continental writer.
const CONTINENTAL: f32 = 15.0;

/// The strokes of a digit: its box is 1 high or wide, whichever is longer, and its middle lies at the origin.
///
/// Whoever writes does so in the continental way more often than not; rare ways are less rare than in the table; the slant goes
/// on top of the table's, to either side.
pub(super) fn write(digit: usize, rng: &mut impl Rng) -> Vec<Vec<Point>> {
    let continental = rng.random_bool(0.6);
    let weight = |weight: f32, own: bool| weight.sqrt() * if own && continental { CONTINENTAL } else { 1.0 };
    let strokes = bend(choose_by(digit, weight, rng), rng);
    let shear: f32 = rng.random_range(-0.3..0.3);
    let aspect = rng.random_range(-0.25..0.3_f32).exp();
    let lean = |[x, y]: Point| [aspect * x - shear * y, y];
    let strokes: Vec<Vec<Point>> = strokes.into_iter().map(|stroke| stroke.into_iter().map(lean).collect()).collect();
    let (mut low, mut high) = ([f32::MAX; 2], [f32::MIN; 2]);
    for point in strokes.iter().flatten() {
        for axis in 0..2 {
            low[axis] = low[axis].min(point[axis]);
            high[axis] = high[axis].max(point[axis]);
        }
    }
    let longest = (high[0] - low[0]).max(high[1] - low[1]).max(1e-6);
    let place = |point: Point| std::array::from_fn(|axis| (point[axis] - (low[axis] + high[axis]) / 2.0) / longest);
    strokes.into_iter().map(|stroke| stroke.into_iter().map(place).collect()).collect()
}
