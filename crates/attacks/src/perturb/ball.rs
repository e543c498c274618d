//! Balls of the four norms: projections, steepest steps, dual norms.

use advlab_core::Norm;

use super::vectors::{add, length, map2};

/// Share of the radius by which a change is drawn in where rounding had put it outside; doubled until it is inside.
const DRAW_IN: f64 = 1e-6;

/// The nearest change (in the Euclidean sense) whose norm is at most `radius`.
///
/// For L1 by the threshold of Duchi et al. 2008, <https://doi.org/10.1145/1390156.1390191>; for L0 the `radius` largest
/// values stay, and of equal ones the first.
pub(crate) fn project(norm: Norm, change: &mut [f32], radius: f64) {
    match norm {
        Norm::L0 => keep_largest(change, radius as usize),
        Norm::L1 => {
            let threshold = l1_threshold(change, radius);
            if threshold > 0.0 {
                soften(change, threshold);
            }
        }
        Norm::L2 => {
            let long = length(change);
            if long > radius {
                let factor = (radius / long) as f32;
                change.iter_mut().for_each(|value| *value *= factor);
            }
        }
        Norm::Linf => {
            let radius = radius as f32;
            change.iter_mut().for_each(|value| *value = value.clamp(-radius, radius));
        }
    }
}

/// Projects `change` onto the ball and writes the changed picture: in [0, 1], and not a rounding error outside the ball.
/// `change` becomes what there is between the two pictures.
pub(crate) fn settle(norm: Norm, clean: &[f32], change: &mut [f32], radius: f64, place: &mut [f32]) {
    let mut draw_in = 0.0;
    loop {
        project(norm, change, radius * f64::max(1.0 - draw_in, 0.0));
        stand(clean, change, place);
        if norm.distance(clean, place) <= radius || draw_in > 1.0 {
            return;
        }
        draw_in = f64::max(2.0 * draw_in, DRAW_IN);
    }
}

/// Writes the changed picture, clipped to [0, 1]; `change` becomes what there is between the two pictures.
pub(crate) fn stand(clean: &[f32], change: &mut [f32], place: &mut [f32]) {
    for ((place, change), clean) in place.iter_mut().zip(change).zip(clean) {
        *place = (clean + *change).clamp(0.0, 1.0);
        *change = *place - clean;
    }
}

/// Goes down the gradient by a change of this length: along its sign for L∞, along itself otherwise. A gradient of zeros
/// leads nowhere.
pub(crate) fn descend(norm: Norm, change: &mut [f32], gradient: &[f32], by: f64) {
    if norm == Norm::Linf {
        let by = by as f32;
        map2(change, gradient, |change, g| if g == 0.0 { change } else { change - by.copysign(g) });
    } else {
        add(change, -by / length(gradient).max(1e-30), gradient);
    }
}

/// The dual norm of a gradient: a linear function with it falls by at most this much for each unit of change. For L0 that
/// of L1, since no value moves by more than 1.
pub(crate) fn dual(norm: Norm, gradient: &[f32]) -> f64 {
    let sizes = gradient.iter().map(|g| f64::from(g.abs()));
    match norm {
        Norm::L0 | Norm::L1 => sizes.fold(0.0, f64::max),
        Norm::L2 => length(gradient),
        Norm::Linf => sizes.sum(),
    }
}

/// Length of the largest change of this picture that stays in [0, 1].
pub(crate) fn reach(norm: Norm, clean: &[f32]) -> f64 {
    let corner: Vec<f32> = clean.iter().map(|x| if *x < 0.5 { 1.0 } else { 0.0 }).collect();
    norm.distance(clean, &corner)
}

/// Draws every value in by `threshold`, those that are smaller to zero.
pub(crate) fn soften(change: &mut [f32], threshold: f64) {
    let threshold = threshold as f32;
    change.iter_mut().for_each(|value| *value = (value.abs() - threshold).max(0.0).copysign(*value));
}

/// The threshold `τ ≥ 0` at which `Σ max(|vᵢ| − τ, 0)` is `radius`; 0 where the values are inside the ball.
///
/// Michelot's method (1986, <https://doi.org/10.1007/BF00938486>): values below the threshold leave, and the threshold of
/// the others only grows, so it ends, mostly after a few rounds, and nothing is sorted.
pub(crate) fn l1_threshold(values: &[f32], radius: f64) -> f64 {
    let mut threshold = 0.0_f64;
    let mut staying = usize::MAX;
    loop {
        let (mut sum, mut count) = (0.0_f64, 0_usize);
        for value in values.iter().map(|value| f64::from(value.abs())) {
            let stays = value > threshold;
            sum += if stays { value } else { 0.0 };
            count += usize::from(stays);
        }
        if count == 0 || count == staying {
            return threshold;
        }
        (threshold, staying) = (f64::max((sum - radius) / count as f64, threshold), count);
    }
}

fn keep_largest(change: &mut [f32], count: usize) {
    if count >= change.len() {
        return;
    }
    let mut order: Vec<usize> = (0..change.len()).collect();
    order.select_nth_unstable_by(count, |a, b| change[*b].abs().total_cmp(&change[*a].abs()).then(a.cmp(b)));
    for i in &order[count..] {
        change[*i] = 0.0;
    }
}

#[cfg(test)]
mod tests {
    use advlab_core::Seed;
    use rand::Rng;

    use super::*;

    fn draws(n: usize, count: usize) -> Vec<Vec<f32>> {
        let mut rng = Seed::new(1).rng();
        (0..count).map(|_| (0..n).map(|_| rng.random_range(-1.0..1.0)).collect()).collect()
    }

    /// A point of a convex set is the nearest to `x` exactly if no other point of it lies on `x`'s side of it.
    #[test]
    fn projections_onto_convex_balls_are_the_nearest_points() {
        let zero = vec![0.0; 30];
        for norm in [Norm::L1, Norm::L2, Norm::Linf] {
            for radius in [0.3, 1.0, 2.0] {
                for x in draws(30, 20) {
                    let mut nearest = x.clone();
                    project(norm, &mut nearest, radius);
                    let size = norm.distance(&zero, &nearest);
                    assert!(size <= radius * (1.0 + 1e-6), "{norm}: {size} of {radius}");
                    for mut other in draws(30, 50) {
                        let factor = (radius / norm.distance(&zero, &other)) as f32;
                        other.iter_mut().for_each(|value| *value *= factor);
                        let side: f32 = x.iter().zip(&nearest).zip(&other).map(|((x, p), q)| (x - p) * (q - p)).sum();
                        assert!(side < 1e-5, "{norm} {radius}: {side}");
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_inside_a_ball_stays_and_an_empty_ball_is_its_centre() {
        for norm in Norm::ALL {
            for x in draws(10, 5) {
                let (mut inside, mut empty) = (x.clone(), x.clone());
                project(norm, &mut inside, 10.0);
                project(norm, &mut empty, 0.0);
                assert_eq!(inside, x, "{norm}");
                assert!(empty.iter().all(|value| value.abs() < 1e-6), "{norm}: {empty:?}");
            }
        }
    }

    #[test]
    fn projection_onto_an_l0_ball_is_the_best_of_all_choices() {
        for x in draws(8, 20) {
            for count in 0..=8_usize {
                let mut nearest = x.clone();
                project(Norm::L0, &mut nearest, count as f64);
                let lost = |kept: &dyn Fn(usize) -> bool| -> f32 {
                    x.iter().enumerate().filter(|(i, _)| !kept(*i)).map(|(_, value)| value * value).sum()
                };
                let choices = (0_u32..256).filter(|choice| choice.count_ones() as usize == count);
                let least = choices.map(|choice| lost(&|i| choice >> i & 1 == 1)).fold(f32::INFINITY, f32::min);
                assert!((lost(&|i| nearest[i] != 0.0) - least).abs() < 1e-6, "{x:?} to {nearest:?}");
                assert!(nearest.iter().filter(|value| **value != 0.0).count() <= count);
            }
        }
        let mut equal = [0.5, -0.5, 0.5, 0.5];
        project(Norm::L0, &mut equal, 2.0);
        assert_eq!(equal, [0.5, -0.5, 0.0, 0.0]);
    }

    #[test]
    fn no_rounding_error_leads_out_of_a_ball() {
        for norm in [Norm::L1, Norm::L2, Norm::Linf] {
            for radius in [1e-5, 0.1, 8.0 / 255.0, 0.7] {
                for (clean, mut change) in draws(50, 20).into_iter().zip(draws(50, 40).into_iter().skip(20)) {
                    let clean: Vec<f32> = clean.iter().map(|x| x.abs()).collect();
                    let mut place = clean.clone();
                    settle(norm, &clean, &mut change, radius, &mut place);
                    let size = norm.distance(&clean, &place);
                    assert!(size <= radius && size > 0.9 * radius.min(0.01), "{norm}: {size} of {radius}");
                    assert!(place.iter().all(|value| (0.0..=1.0).contains(value)));
                }
            }
        }
    }

    #[test]
    fn the_dual_norm_is_what_the_steepest_step_gains() {
        for gradient in draws(12, 5) {
            for norm in [Norm::L2, Norm::Linf] {
                let mut change = vec![0.0; 12];
                descend(norm, &mut change, &gradient, 0.5);
                let gain: f32 = change.iter().zip(&gradient).map(|(change, g)| -change * g).sum();
                assert!((f64::from(gain) - 0.5 * dual(norm, &gradient)).abs() < 1e-5, "{norm}");
            }
        }
    }

    #[test]
    fn no_change_within_the_box_is_longer_than_the_reach() {
        assert_eq!(reach(Norm::L0, &[0.0, 1.0, 0.5]), 3.0);
        assert_eq!(reach(Norm::L1, &[0.0, 1.0, 0.25]), 2.75);
        assert_eq!(reach(Norm::Linf, &[0.5, 0.25]), 0.75);
    }
}
