//! The smallest change that crosses several planes within the box: the quadratic programme inside
//! [`minimal`](super::minimal).
//!
//! ```text
//! minimise   ½‖r‖² + ½σ‖r − r₀‖²      over the change r, with 0 ≤ clean + r ≤ 1
//! subject to vⱼ + nⱼ·(r − r₀) ≤ 0      for every plane j
//! ```
//! where `r₀` is the present change and `vⱼ` the margin of class `j` there. The box makes it more than a linear system, the
//! few planes much less than a programme in as many unknowns as pixels: for given multipliers `μ` of the planes the change is
//! `clip((σr₀ − Σ μⱼnⱼ)/(1+σ))`, value by value, so what is left to find are the few `μ ≥ 0`. That dual is concave and
//! piecewise quadratic, and Newton's method on it (a semi-smooth Newton method: Qi and Sun 1993) ends after a few passes over
//! the values.

use pulp::{Arch, NullaryFnOnce};

/// Planes at most.
pub(crate) const MOST_PLANES: usize = 6;
/// Passes over the values at most; four to six are usual, one or two from the multipliers of the last programme.
const PASSES: usize = 16;
/// Share of a plane's value by which it may be missed.
const SLACK: f64 = 1e-3;
/// Values worked on at once.
const LANES: usize = 16;

/// A plane that the change has to cross.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plane<'a> {
    /// Gradient of the margin, `[D]`.
    pub(crate) normal: &'a [f32],
    /// `‖normal‖²`.
    pub(crate) square: f64,
    /// The margin at the present place, less what it is to be.
    pub(crate) value: f64,
    /// Its multiplier at most: a plane that cannot be crossed within reach shall not throw the change into a corner of the
    /// box.
    pub(crate) most: f64,
}

/// Where the search for the programme's solution starts: the picture and the place in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ground<'a> {
    /// The clean picture.
    pub(crate) clean: &'a [f32],
    /// The present place.
    pub(crate) place: &'a [f32],
    /// Weight `σ` that holds the change at the present one.
    pub(crate) hold: f64,
}

/// Moments of the planes at one set of multipliers.
#[derive(Clone, Copy, Debug, Default)]
struct Pass {
    /// `nⱼ·(r − r₀)`.
    crossed: [f64; MOST_PLANES],
    /// `nⱼ·nₖ` over the values that are not at a bound.
    gram: [[f64; MOST_PLANES]; MOST_PLANES],
}

/// Solves the programme: writes the new place, and the multipliers that go with it (those passed in are the start).
pub(crate) fn solve(ground: Ground<'_>, planes: &[Plane<'_>], multipliers: &mut [f64], place: &mut [f32]) {
    let m = planes.len().min(MOST_PLANES);
    let ease = 1.0 + ground.hold;
    for _ in 0..PASSES {
        let pass = pass_over(ground, planes, multipliers, place);
        let open: Vec<f64> = (0..m).map(|j| planes[j].value + pass.crossed[j]).collect();
        let settled = (0..m).all(|j| {
            let slack = SLACK * planes[j].value.abs().max(1e-6 * planes[j].square.sqrt());
            (open[j] <= slack || multipliers[j] >= planes[j].most) && (multipliers[j] == 0.0 || open[j] >= -slack)
        });
        if settled {
            return;
        }
        newton(&pass, &open, planes, ease, multipliers);
    }
    let _ = pass_over(ground, planes, multipliers, place);
}

/// One step of the dual: the multipliers `μ ≥ 0` that solve its quadratic model, plane by plane in turn.
fn newton(pass: &Pass, open: &[f64], planes: &[Plane<'_>], ease: f64, multipliers: &mut [f64]) {
    let m = open.len();
    let before: Vec<f64> = multipliers[..m].to_vec();
    for _ in 0..32 {
        let mut moved = 0.0_f64;
        for j in 0..m {
            // A plane whose values are all at a bound has no curvature left; a little keeps the step finite.
            let own = pass.gram[j][j] / ease + 1e-6 * planes[j].square + 1e-30;
            let rest: f64 =
                (0..m).filter(|k| *k != j).map(|k| pass.gram[j][k] / ease * (multipliers[k] - before[k])).sum();
            let wanted = before[j] + (open[j] - rest) / own;
            let new = wanted.clamp(0.0, planes[j].most);
            moved = moved.max((new - multipliers[j]).abs() * own.sqrt());
            multipliers[j] = new;
        }
        if moved < 1e-9 {
            break;
        }
    }
}

/// Writes the place at given multipliers, and gives the planes' moments there.
fn pass_over(ground: Ground<'_>, planes: &[Plane<'_>], multipliers: &[f64], place: &mut [f32]) -> Pass {
    match planes.len() {
        0 | 1 => run::<1>(ground, planes, multipliers, place),
        2 => run::<2>(ground, planes, multipliers, place),
        3 => run::<3>(ground, planes, multipliers, place),
        4 => run::<4>(ground, planes, multipliers, place),
        5 => run::<5>(ground, planes, multipliers, place),
        _ => run::<6>(ground, planes, multipliers, place),
    }
}

fn run<const M: usize>(ground: Ground<'_>, planes: &[Plane<'_>], multipliers: &[f64], place: &mut [f32]) -> Pass {
    if planes.is_empty() {
        place.copy_from_slice(ground.clean);
        return Pass::default();
    }
    let normals: [&[f32]; M] = std::array::from_fn(|j| planes[j].normal);
    let weights: [f32; M] = std::array::from_fn(|j| multipliers[j] as f32);
    Arch::new().dispatch(Sweep { ground, normals, weights, place })
}

/// A pass, in the form that is compiled once for each kind of processor: a closure would not be for certain.
struct Sweep<'a, const M: usize> {
    ground: Ground<'a>,
    normals: [&'a [f32]; M],
    weights: [f32; M],
    place: &'a mut [f32],
}

impl<const M: usize> NullaryFnOnce for Sweep<'_, M> {
    type Output = Pass;

    #[inline(always)]
    fn call(self) -> Pass {
        sweep(self.ground, self.normals, self.weights, self.place)
    }
}

#[inline(always)]
fn sweep<const M: usize>(ground: Ground<'_>, normals: [&[f32]; M], weights: [f32; M], place: &mut [f32]) -> Pass {
    /// Values whose sums stay in single precision.
    const BLOCK: usize = 1024;
    let len = place.len();
    let (hold, share) = (ground.hold as f32, (1.0 / (1.0 + ground.hold)) as f32);
    let mut out = Pass::default();
    let mut begin = 0;
    while begin < len {
        let end = (begin + BLOCK).min(len);
        let mut crossed = [[0.0_f32; LANES]; M];
        let mut gram = [[[0.0_f32; LANES]; M]; M];
        let mut i = begin;
        while i < end {
            let n = (end - i).min(LANES);
            let mut moved = [0.0_f32; LANES];
            let mut free = [0.0_f32; LANES];
            let mut rows = [[0.0_f32; LANES]; M];
            let (mut clean, mut now) = ([0.0_f32; LANES], [0.0_f32; LANES]);
            clean[..n].copy_from_slice(&ground.clean[i..i + n]);
            now[..n].copy_from_slice(&ground.place[i..i + n]);
            for j in 0..M {
                rows[j][..n].copy_from_slice(&normals[j][i..i + n]);
            }
            for l in 0..LANES {
                let before = now[l] - clean[l];
                let mut pull = hold * before;
                for j in 0..M {
                    pull -= weights[j] * rows[j][l];
                }
                let raw = pull * share;
                let change = raw.max(-clean[l]).min(1.0 - clean[l]);
                free[l] = if change == raw { 1.0 } else { 0.0 };
                moved[l] = change - before;
                now[l] = (clean[l] + change).clamp(0.0, 1.0);
            }
            place[i..i + n].copy_from_slice(&now[..n]);
            for (j, row) in rows.iter().enumerate() {
                for l in 0..LANES {
                    crossed[j][l] += row[l] * moved[l];
                }
                for (sums, other) in gram[j].iter_mut().zip(&rows[..=j]) {
                    for l in 0..LANES {
                        sums[l] += row[l] * other[l] * free[l];
                    }
                }
            }
            i += n;
        }
        for j in 0..M {
            out.crossed[j] += f64::from(crossed[j].iter().sum::<f32>());
            for (total, lanes) in out.gram[j].iter_mut().zip(&gram[j][..=j]) {
                *total += f64::from(lanes.iter().sum::<f32>());
            }
        }
        begin = end;
    }
    for j in 0..M {
        for k in 0..j {
            out.gram[k][j] = out.gram[j][k];
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::perturb::vectors::square;

    /// Values that look random and are the same every time.
    fn values(seed: u64, n: usize) -> Vec<f32> {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut draw = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f32 / (1 << 24) as f32
        };
        (0..n).map(|_| draw()).collect()
    }

    #[test]
    fn one_plane_without_bounds_is_crossed_at_its_nearest_point() {
        let n = 100;
        let clean = vec![0.5_f32; n];
        let normal: Vec<f32> = values(1, n).iter().map(|v| v - 0.5).collect();
        let plane = Plane { normal: &normal, square: square(&normal), value: 0.4, most: 1e6 };
        let (mut mu, mut place) = (vec![0.0], vec![0.0; n]);
        solve(Ground { clean: &clean, place: &clean, hold: 0.0 }, &[plane], &mut mu, &mut place);
        for (i, value) in place.iter().enumerate() {
            let exact = 0.5 - 0.4 * f64::from(normal[i]) / square(&normal);
            assert!((f64::from(*value) - exact).abs() < 1e-5, "value {i}: {value}, exact {exact}");
        }
    }

    #[test]
    fn several_planes_and_the_box_meet_the_conditions_of_a_minimum() {
        let n = 300;
        let clean = values(2, n);
        let normals: Vec<Vec<f32>> = (0..3).map(|j| values(10 + j, n).iter().map(|v| v - 0.45).collect()).collect();
        let planes: Vec<Plane<'_>> = normals
            .iter()
            .zip([6.0, 5.0, -40.0])
            .map(|(normal, value)| Plane { normal, square: square(normal), value, most: 1e6 })
            .collect();
        for hold in [0.0, 0.7] {
            let (mut mu, mut place) = (vec![0.0; 3], vec![0.0; n]);
            solve(Ground { clean: &clean, place: &clean, hold }, &planes, &mut mu, &mut place);
            for (plane, mu) in planes.iter().zip(&mu) {
                let crossed: f64 =
                    (0..n).map(|i| f64::from(plane.normal[i]) * (f64::from(place[i]) - f64::from(clean[i]))).sum();
                let open = plane.value + crossed;
                assert!(open < 1e-2, "a plane is not crossed: {open}");
                assert!(*mu >= 0.0 && (*mu == 0.0 || open > -1e-2), "a multiplier of {mu} at a slack of {open}");
            }
            for i in 0..n {
                let pull: f64 = -planes.iter().zip(&mu).map(|(p, mu)| mu * f64::from(p.normal[i])).sum::<f64>();
                let raw = f64::from(clean[i]) + pull / (1.0 + hold);
                assert!((f64::from(place[i]) - raw.clamp(0.0, 1.0)).abs() < 1e-4, "value {i}");
            }
        }
    }
}
