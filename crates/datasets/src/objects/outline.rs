//! Closed outlines: the shapes that everything is put together from.
//!
//! Points have y upwards, as in geometry; the ground is at 0. What is mirrored, turned or seen from afar is so on the
//! way to the canvas.

use std::f32::consts::TAU;

/// A point of the plane.
pub(super) type Point = [f32; 2];

/// Points on the way between two knots of a smooth curve.
const PIECES: usize = 5;

/// An ellipse, turned by `angle` (radians, against the clock).
pub(super) fn oval([x, y]: Point, [a, b]: Point, angle: f32) -> Vec<Point> {
    let (sin, cos) = angle.sin_cos();
    let n = 28;
    (0..n)
        .map(|i| {
            let (v, u) = (TAU * i as f32 / n as f32).sin_cos();
            [x + cos * a * u - sin * b * v, y + sin * a * u + cos * b * v]
        })
        .collect()
}

/// A circle.
pub(super) fn disc(centre: Point, radius: f32) -> Vec<Point> {
    oval(centre, [radius; 2], 0.0)
}

/// A rectangle between two corners.
pub(super) fn rectangle([left, bottom]: Point, [right, top]: Point) -> Vec<Point> {
    vec![[left, bottom], [right, bottom], [right, top], [left, top]]
}

/// A polygon whose corners are rounded: `radius` is how far from a corner the bend begins.
pub(super) fn rounded(corners: &[Point], radius: f32) -> Vec<Point> {
    let n = corners.len();
    let mut points = Vec::with_capacity(4 * n);
    for i in 0..n {
        let [before, corner, after] = [corners[(i + n - 1) % n], corners[i], corners[(i + 1) % n]];
        let toward = |to: Point| {
            let length = distance(corner, to).max(1e-6);
            let share = (radius / length).min(0.5);
            lerp(corner, to, share)
        };
        let (from, to) = (toward(before), toward(after));
        for k in 0..4 {
            let t = k as f32 / 3.0;
            points.push(lerp(lerp(from, corner, t), lerp(corner, to, t), t));
        }
    }
    points
}

/// A smooth closed curve through some knots.
pub(super) fn blob(knots: &[Point]) -> Vec<Point> {
    let n = knots.len();
    let at = |i: usize| knots[i % n];
    (0..n).flat_map(|i| (0..PIECES).map(move |k| spline([at(i + n - 1), at(i), at(i + 1), at(i + 2)], k))).collect()
}

/// A smooth open curve through some knots, as points close to each other.
pub(super) fn curve(knots: &[Point]) -> Vec<Point> {
    let last = knots.len() - 1;
    let mut points: Vec<Point> = (0..last)
        .flat_map(|i| {
            let ends = [knots[i.saturating_sub(1)], knots[i], knots[i + 1], knots[(i + 2).min(last)]];
            (0..PIECES).map(move |k| spline(ends, k))
        })
        .collect();
    points.push(knots[last]);
    points
}

/// A limb along a smooth curve: each knot is a place and half the thickness there. Its ends are round.
pub(super) fn limb(knots: &[[f32; 3]]) -> Vec<Point> {
    let places: Vec<Point> = knots.iter().map(|&[x, y, _]| [x, y]).collect();
    let path = if knots.len() > 2 { curve(&places) } else { places };
    let steps = (path.len() - 1) as f32;
    let thick = |i: usize| {
        let along = i as f32 / steps * (knots.len() - 1) as f32;
        let k = (along as usize).min(knots.len() - 2);
        knots[k][2] + (along - k as f32) * (knots[k + 1][2] - knots[k][2])
    };
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for (i, &[x, y]) in path.iter().enumerate() {
        let (from, to) = (path[i.saturating_sub(1)], path[(i + 1).min(path.len() - 1)]);
        let length = distance(from, to).max(1e-6);
        let across = [-(to[1] - from[1]) / length * thick(i), (to[0] - from[0]) / length * thick(i)];
        left.push([x + across[0], y + across[1]]);
        right.push([x - across[0], y - across[1]]);
    }
    // Half circles from the left side to the right one at the end, and back at the beginning.
    let cap = |centre: Point, from: Point| {
        let arm = [from[0] - centre[0], from[1] - centre[1]];
        (1..4).map(move |k| {
            let (sin, cos) = (-TAU / 8.0 * k as f32).sin_cos();
            [centre[0] + cos * arm[0] - sin * arm[1], centre[1] + sin * arm[0] + cos * arm[1]]
        })
    };
    let (end, begin) = (path.len() - 1, 0);
    let mut points = left.clone();
    points.extend(cap(path[end], left[end]));
    points.extend(right.iter().rev());
    points.extend(cap(path[begin], right[begin]));
    points
}

/// The point a share of the way from one to the other.
pub(super) fn lerp(a: Point, b: Point, share: f32) -> Point {
    [a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])]
}

fn distance(a: Point, b: Point) -> f32 {
    (b[0] - a[0]).hypot(b[1] - a[1])
}

/// Catmull and Rom's cubic between the second and the third of four knots.
fn spline([a, b, c, d]: [Point; 4], k: usize) -> Point {
    let t = k as f32 / PIECES as f32;
    std::array::from_fn(|axis| {
        let [a, b, c, d] = [a[axis], b[axis], c[axis], d[axis]];
        0.5 * (2.0 * b + t * (c - a + t * (2.0 * a - 5.0 * b + 4.0 * c - d + t * (3.0 * (b - c) + d - a))))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Twice the area, positive against the clock.
    fn area(points: &[Point]) -> f32 {
        (0..points.len())
            .map(|i| {
                let ([ax, ay], [bx, by]) = (points[i], points[(i + 1) % points.len()]);
                0.5 * (ax * by - bx * ay)
            })
            .sum()
    }

    #[test]
    fn areas_are_those_of_geometry() {
        assert!((area(&rectangle([0.0, 0.0], [2.0, 3.0])) - 6.0).abs() < 1e-5);
        assert!((area(&oval([5.0, 1.0], [2.0, 1.0], 0.7)) - TAU).abs() < 0.15);
        let square = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]];
        let round = area(&rounded(&square, 0.2));
        assert!(0.95 < round && round < 1.0, "{round}");
        let limb = area(&limb(&[[0.0, 0.0, 0.1], [1.0, 0.0, 0.1]]));
        assert!((limb.abs() - 0.231).abs() < 0.01, "{limb}"); // a bar and two half discs
        assert!((area(&blob(&[[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]])) - 2.7).abs() < 0.2);
    }

    #[test]
    fn a_curve_goes_through_its_knots() {
        let knots = [[0.0, 0.0], [1.0, 2.0], [3.0, 1.0]];
        let points = curve(&knots);
        assert_eq!((points[0], points[PIECES], points[2 * PIECES]), (knots[0], knots[1], knots[2]));
    }
}
