//! A smooth curve through a few points.

/// A point of the plane; y grows downwards.
pub(super) type Point = [f32; 2];

/// A point of a skeleton.
#[derive(Clone, Copy, Debug)]
pub(super) struct Knot {
    /// Where it is: the digit is 1 high, about 0.7 wide.
    pub(super) at: Point,
    /// Whether the pen changes its direction here at once.
    pub(super) corner: bool,
}

/// Points between two knots.
const PIECES: usize = 6;

/// The curve through the knots, as points close to each other; smooth but for the corners.
///
/// Each piece is a cubic with the tangents of Catmull and Rom, shortened where knots are close, so that no loop appears
/// that is not in the knots.
pub(super) fn through(knots: &[Knot]) -> Vec<Point> {
    let mut points = Vec::with_capacity(knots.len() * PIECES);
    for run in runs(knots) {
        for i in 0..run.len() - 1 {
            let [a, b] = [run[i].at, run[i + 1].at];
            let before = if i > 0 { run[i - 1].at } else { mirror(b, a) };
            let after = if i + 2 < run.len() { run[i + 2].at } else { mirror(a, b) };
            points.extend((0..PIECES).map(|k| piece(before, a, b, after, k as f32 / PIECES as f32)));
        }
    }
    points.extend(knots.last().map(|knot| knot.at));
    points
}

/// The knots from each corner to the next, both included.
fn runs(knots: &[Knot]) -> impl Iterator<Item = &[Knot]> {
    let mut start = 0;
    (1..knots.len()).filter(|&i| knots[i].corner || i + 1 == knots.len()).map(move |i| {
        let run = &knots[start..=i];
        start = i;
        run
    })
}

/// The end of a run has no further knot: as if the curve went on straight.
fn mirror(a: Point, b: Point) -> Point {
    [2.0 * b[0] - a[0], 2.0 * b[1] - a[1]]
}

/// Centripetal Catmull-Rom between `b` and `c` at `t` in [0, 1].
///
/// Source: Yuksel, Schaefer, Keyser 2011, "Parameterization and applications of Catmull-Rom curves", section 3.
fn piece(a: Point, b: Point, c: Point, d: Point, t: f32) -> Point {
    let gap = |p: Point, q: Point| (q[0] - p[0]).hypot(q[1] - p[1]).sqrt().max(1e-3);
    let (ab, bc, cd) = (gap(a, b), gap(b, c), gap(c, d));
    std::array::from_fn(|axis| {
        let [a, b, c, d] = [a[axis], b[axis], c[axis], d[axis]];
        let slope_b = c - b + bc * ((b - a) / ab - (c - a) / (ab + bc));
        let slope_c = c - b + bc * ((d - c) / cd - (d - b) / (bc + cd));
        let (square, cube) = (t * t, t * t * t);
        (2.0 * cube - 3.0 * square + 1.0) * b
            + (cube - 2.0 * square + t) * slope_b
            + (3.0 * square - 2.0 * cube) * c
            + (cube - square) * slope_c
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn knots(at: &[(f32, f32, bool)]) -> Vec<Knot> {
        at.iter().map(|&(x, y, corner)| Knot { at: [x, y], corner }).collect()
    }

    #[test]
    fn the_curve_goes_through_its_knots_and_straight_where_they_are() {
        let line = through(&knots(&[(0.0, 0.0, false), (0.5, 1.0, false), (1.0, 2.0, false)]));
        assert_eq!((line[0], line[PIECES], line[2 * PIECES]), ([0.0, 0.0], [0.5, 1.0], [1.0, 2.0]));
        assert!(line.iter().all(|[x, y]| (y - 2.0 * x).abs() < 1e-5), "{line:?}");
    }

    #[test]
    fn a_corner_stays_sharp() {
        let turn = through(&knots(&[(0.0, 0.0, false), (1.0, 0.0, true), (1.0, 1.0, false)]));
        assert!(turn.iter().all(|[x, y]| y.abs() < 1e-5 || (x - 1.0).abs() < 1e-5), "{turn:?}");
    }
}
