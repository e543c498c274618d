//! Ridges of a field over a grid, borders between labels, and how far the ones lie from the others.

use advlab_core::Seed;
use ndarray::Array2;
use rand::Rng as _;

/// A point on a ridge of a field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ridge {
    /// Where it lies, in rows and columns; whole numbers are the middles of cells.
    pub at: (f64, f64),
    /// How much the field bends down across it: minus the second derivative, for each cell squared.
    pub sharpness: f64,
}

/// Height ridges: points where the field is largest along the direction in which it bends down most.
///
/// That direction is the eigenvector of the Hessian with the smallest eigenvalue, which must be below 0; a cell has a ridge point where the slope along it
/// vanishes within the cell. The field is blurred first, by a Gaussian of standard deviation `blur` cells; cells that are NaN or infinite, and their neighbours, have no ridge.
///
/// Source: Steger 1998, *IEEE Trans. Pattern Anal. Mach. Intell.* 20, 113-125, section 3.
pub fn ridges(field: &Array2<f64>, blur: f64) -> Vec<Ridge> {
    let smooth = blurred(field, blur);
    let (rows, columns) = smooth.dim();
    let mut found = Vec::new();
    for row in 1..rows.saturating_sub(1) {
        for column in 1..columns.saturating_sub(1) {
            let at = |r: i64, c: i64| smooth[[(row as i64 + r) as usize, (column as i64 + c) as usize]];
            let (up, across) = ((at(1, 0) - at(-1, 0)) / 2.0, (at(0, 1) - at(0, -1)) / 2.0);
            let (bend_up, bend_across) = (at(1, 0) + at(-1, 0) - 2.0 * at(0, 0), at(0, 1) + at(0, -1) - 2.0 * at(0, 0));
            let twist = (at(1, 1) + at(-1, -1) - at(1, -1) - at(-1, 1)) / 4.0;
            // The smaller eigenvalue of [[bend_up, twist], [twist, bend_across]] and its vector.
            let (mean, half) = (f64::midpoint(bend_up, bend_across), (bend_up - bend_across) / 2.0);
            let bend = mean - half.hypot(twist);
            if bend.is_nan() || bend >= 0.0 {
                continue;
            }
            let angle = 0.5 * (-2.0 * twist).atan2(-2.0 * half);
            let (sine, cosine) = angle.sin_cos();
            let (along_up, along_across) = (cosine, sine);
            let step = -(up * along_up + across * along_across) / bend;
            if (step * along_up).abs() <= 0.5 && (step * along_across).abs() <= 0.5 {
                let at = (row as f64 + step * along_up, column as f64 + step * along_across);
                found.push(Ridge { at, sharpness: -bend });
            }
        }
    }
    found
}

/// Those that are at least a share as sharp as the sharpest twentieth: what stands out of a field, without the ripples.
pub fn sharp(mut ridges: Vec<Ridge>, share: f64) -> Vec<Ridge> {
    let mut sharpness: Vec<f64> = ridges.iter().map(|ridge| ridge.sharpness).collect();
    sharpness.sort_by(f64::total_cmp);
    let Some(at) = sharpness.len().checked_sub(1) else { return ridges };
    let least = share * sharpness[(0.95 * at as f64).round() as usize];
    ridges.retain(|ridge| ridge.sharpness >= least);
    ridges
}

/// Middles between neighbouring cells of different labels, in rows and columns.
pub fn borders(labels: &Array2<usize>) -> Vec<(f64, f64)> {
    let (rows, columns) = labels.dim();
    let mut found = Vec::new();
    for row in 0..rows {
        for column in 0..columns {
            let own = labels[[row, column]];
            if row + 1 < rows && labels[[row + 1, column]] != own {
                found.push((row as f64 + 0.5, column as f64));
            }
            if column + 1 < columns && labels[[row, column + 1]] != own {
                found.push((row as f64, column as f64 + 0.5));
            }
        }
    }
    found
}

/// How far points lie from other points, and how far they would by chance.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Apart {
    /// Mean distance of each point to the nearest of the others, in cells.
    pub distance: f64,
    /// The same, on average, where all points are moved together to another place.
    pub by_chance: f64,
    /// Share of the moves, the real place counted among them, after which they lie no further from the others than they do.
    pub p: f64,
}

/// Mean distance of `points` to the nearest of `others` on a grid of this shape, against that after `draws` random moves of all points together,
/// each along both sides, what leaves the grid on one side coming in on the other. Their own pattern stays what it is; its place alone is random.
///
/// Distances are those of the middles of the cells that hold the points. None where either list is empty.
pub fn apart(
    points: &[(f64, f64)],
    others: &[(f64, f64)],
    shape: (usize, usize),
    draws: usize,
    seed: Seed,
) -> Option<Apart> {
    if points.is_empty() || others.is_empty() || shape.0 * shape.1 == 0 {
        return None;
    }
    let map = distances(others, shape);
    let cell = |value: f64, by: usize, count: usize| (value.round().max(0.0) as usize + by) % count;
    let mean = |by: (usize, usize)| {
        let all = points.iter().map(|(row, column)| map[[cell(*row, by.0, shape.0), cell(*column, by.1, shape.1)]]);
        all.sum::<f64>() / points.len() as f64
    };
    let distance = mean((0, 0));
    let moved: Vec<f64> = (0..draws)
        .map(|draw| {
            let mut rng = seed.index(draw as u64).rng();
            mean((rng.random_range(0..shape.0), rng.random_range(0..shape.1)))
        })
        .collect();
    let closer = moved.iter().filter(|other| **other <= distance).count();
    let by_chance = moved.iter().sum::<f64>() / draws.max(1) as f64;
    Some(Apart { distance, by_chance, p: (closer + 1) as f64 / (draws + 1) as f64 })
}

/// Distance of the middle of each cell to the nearest of these points, in cells.
///
/// # Panics
/// If there are no points.
pub fn distances(points: &[(f64, f64)], shape: (usize, usize)) -> Array2<f64> {
    assert!(!points.is_empty(), "a distance to nothing");
    Array2::from_shape_fn(shape, |(row, column)| {
        let squares = points.iter().map(|(r, c)| (r - row as f64).powi(2) + (c - column as f64).powi(2));
        squares.fold(f64::INFINITY, f64::min).sqrt()
    })
}

/// A Gaussian blur; beyond the edge the field goes on as its reflection in the edge's own value, so that slopes go on as slopes.
fn blurred(field: &Array2<f64>, sd: f64) -> Array2<f64> {
    if sd <= 0.0 || field.is_empty() {
        return field.clone();
    }
    let reach = (3.0 * sd).ceil() as i64;
    let weights: Vec<f64> = (-reach..=reach).map(|at| (-0.5 * (at as f64 / sd).powi(2)).exp()).collect();
    let total: f64 = weights.iter().sum();
    let pass = |field: &Array2<f64>, down: bool| {
        let count = if down { field.nrows() } else { field.ncols() } as i64;
        Array2::from_shape_fn(field.dim(), |(row, column)| {
            let of = |at: i64| if down { field[[at as usize, column]] } else { field[[row, at as usize]] };
            let within = |at: i64| of(at.clamp(0, count - 1));
            let value = |at: i64| match at {
                ..0 => 2.0 * of(0) - within(-at),
                at if at >= count => 2.0 * of(count - 1) - within(2 * (count - 1) - at),
                at => of(at),
            };
            let own = if down { row } else { column } as i64;
            (-reach..=reach).zip(&weights).map(|(at, weight)| weight / total * value(own + at)).sum()
        })
    };
    pass(&pass(field, true), false)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A circle of radius 20 cells around the middle of 65 × 65.
    fn ring(height: impl Fn(f64) -> f64) -> Array2<f64> {
        Array2::from_shape_fn((65, 65), |(row, column)| height((row as f64 - 32.0).hypot(column as f64 - 32.0)))
    }

    #[test]
    fn the_ridge_of_a_ring_is_its_circle() {
        let found = ridges(&ring(|r| (-((r - 20.3) / 4.0).powi(2)).exp()), 1.0);
        let sharp = sharp(found, 0.5);
        assert!(sharp.len() > 100);
        for ridge in &sharp {
            let radius = (ridge.at.0 - 32.0).hypot(ridge.at.1 - 32.0);
            assert!((radius - 20.3).abs() < 0.3, "{ridge:?} at {radius}");
        }
        // Slopes and troughs have none.
        assert!(ridges(&ring(|r| r * r), 1.0).is_empty());
        assert!(ridges(&ring(|_| f64::NAN), 1.0).is_empty());
    }

    #[test]
    fn points_on_a_border_lie_closer_than_chance() {
        let labels = ring(|r| r).mapv(|r| usize::from(r < 20.0));
        let border = borders(&labels);
        assert!(border.iter().all(|(row, column)| ((row - 32.0).hypot(column - 32.0) - 20.0).abs() < 1.0));
        let ridge: Vec<(f64, f64)> =
            sharp(ridges(&ring(|r| -(r - 20.0).abs()), 1.0), 0.5).iter().map(|r| r.at).collect();
        let near = apart(&ridge, &border, (65, 65), 200, Seed::new(1)).unwrap();
        assert!(near.distance < 1.0 && near.by_chance > 4.0 && near.p < 0.05, "{near:?}");
        // Points anywhere are as near as any: one time in twenty they are nearer than 95 of 100 moves.
        let surprising = |repetition: &u64| {
            let mut rng = Seed::new(4).index(*repetition).rng();
            let mut place = || rng.random_range(-0.49..64.49);
            let anywhere: Vec<(f64, f64)> = (0..100).map(|_| (place(), place())).collect();
            apart(&anywhere, &border, (65, 65), 99, Seed::new(2).index(*repetition)).unwrap().p <= 0.05
        };
        let often = (0..200).filter(surprising).count();
        assert!((2..=22).contains(&often), "{often} of 200");
        assert_eq!(apart(&[], &border, (65, 65), 10, Seed::new(1)), None);
    }
}
