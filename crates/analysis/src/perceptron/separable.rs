//! Whether a line (a hyperplane) parts two classes of patterns, with a proof of the answer.

use microlp::{ComparisonOp, OptimizationDirection, Problem as Programme, Variable};
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};
use serde::{Deserialize, Serialize};

use super::exact::{fraction, none_negative, solve};
use super::{Neuron, Patterns};

/// Weights of patterns below this are no part of the point that a linear programme finds.
const NOTHING: f64 = 1e-9;

/// Whether a neuron can get all patterns right.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Separability {
    /// This neuron does, which was checked without rounding.
    Separable(Neuron),
    /// None can: the convex hulls of the two classes have a point in common, which was checked without rounding.
    NotSeparable {
        /// A common point.
        point: Vec<f64>,
        /// Patterns of target 1 with their weights in it, which add up to 1.
        positive: Vec<(usize, f64)>,
        /// The same of target −1.
        negative: Vec<(usize, f64)>,
    },
    /// The linear programmes found nothing that holds without rounding: the classes all but touch.
    Undecided,
}

/// Finds out whether a line parts the patterns of target 1 from those of target −1, and proves it.
///
/// By linear programming either weights with `t (w·x − θ) > 0` for all patterns are found, or a point in the convex hulls of both
/// classes, of which there is one exactly where there are no such weights (Minkowski's separation theorem). What a programme finds is
/// rounded. So it only says where to look: signs of `w·x − θ` are computed again as fractions, and the weights of the common
/// point's few patterns (at most `dimensions + 2`, a vertex of the programme) are solved for as fractions. A pattern that stands in
/// both classes is a common point by itself.
pub fn separability(patterns: &Patterns) -> Separability {
    let classes = [1.0, -1.0].map(|target| -> Vec<usize> {
        (0..patterns.len()).filter(|&pattern| patterns.target(pattern) == target).collect()
    });
    if classes.iter().any(Vec::is_empty) {
        let threshold = -patterns.target(0);
        return Separability::Separable(Neuron::new(vec![0.0; patterns.dimensions()], threshold));
    }
    let separating = separating(patterns).filter(|neuron| parts(patterns, neuron));
    if let Some(neuron) = separating {
        return Separability::Separable(neuron);
    }
    common_point(patterns, &classes).unwrap_or(Separability::Undecided)
}

/// Weights of the largest margin in the maximum norm of weights bounded by 1, of inputs shifted and scaled to [−1, 1].
fn separating(patterns: &Patterns) -> Option<Neuron> {
    let frame = Frame::of(patterns);
    let mut programme = Programme::new(OptimizationDirection::Maximize);
    let weights: Vec<Variable> = (0..patterns.dimensions()).map(|_| programme.add_var(0.0, (-1.0, 1.0))).collect();
    let free = (f64::NEG_INFINITY, f64::INFINITY);
    let (threshold, margin) = (programme.add_var(0.0, free), programme.add_var(1.0, (0.0, 10.0)));
    for (x, target) in patterns.iter() {
        let mut sum: Vec<(Variable, f64)> =
            weights.iter().enumerate().map(|(at, weight)| (*weight, target * frame.place(x, at))).collect();
        sum.extend([(threshold, -target), (margin, -1.0)]);
        programme.add_constraint(&sum[..], ComparisonOp::Ge, 0.0);
    }
    let solution = programme.solve().ok()?.into_solution().ok()?;
    let own = |(at, weight): (usize, &Variable)| solution.var_value(*weight) / frame.0[at].1;
    let weights: Vec<f64> = weights.iter().enumerate().map(own).collect();
    let shift: f64 = weights.iter().zip(&frame.0).map(|(weight, (middle, _))| weight * middle).sum();
    Some(Neuron::new(weights, solution.var_value(threshold) + shift))
}

/// Whether a neuron gets all patterns right, none of them on its line, computed without rounding.
fn parts(patterns: &Patterns, neuron: &Neuron) -> bool {
    let weights: Vec<BigRational> = neuron.weights.iter().map(|weight| fraction(*weight)).collect();
    let threshold = fraction(neuron.threshold);
    patterns.iter().all(|(x, target)| {
        let sum: BigRational = weights.iter().zip(x).map(|(weight, x)| weight * fraction(*x)).sum();
        let field = sum - &threshold;
        if target > 0.0 { field.is_positive() } else { field.is_negative() }
    })
}

/// A point in both convex hulls, if the programme's one holds without rounding.
fn common_point(patterns: &Patterns, classes: &[Vec<usize>; 2]) -> Option<Separability> {
    let frame = Frame::of(patterns);
    let mut programme = Programme::new(OptimizationDirection::Minimize);
    let variables: Vec<Variable> = (0..patterns.len()).map(|_| programme.add_var(0.0, (0.0, 1.0))).collect();
    for class in classes {
        let sum: Vec<(Variable, f64)> = class.iter().map(|&pattern| (variables[pattern], 1.0)).collect();
        programme.add_constraint(&sum[..], ComparisonOp::Eq, 1.0);
    }
    for dimension in 0..patterns.dimensions() {
        let entry = |pattern: usize| patterns.target(pattern) * frame.place(patterns.input(pattern), dimension);
        let sum: Vec<(Variable, f64)> = (0..patterns.len()).map(|at| (variables[at], entry(at))).collect();
        programme.add_constraint(&sum[..], ComparisonOp::Eq, 0.0);
    }
    let solution = programme.solve().ok()?.into_solution().ok()?;
    let used: Vec<usize> =
        (0..patterns.len()).filter(|&pattern| solution.var_value(variables[pattern]) > NOTHING).collect();
    // The same equations for these patterns alone, as fractions.
    let mut rows: Vec<Vec<BigRational>> = Vec::new();
    for sign in [1.0, -1.0] {
        let of = |&pattern: &usize| {
            if patterns.target(pattern) == sign { BigRational::one() } else { BigRational::zero() }
        };
        rows.push(used.iter().map(of).chain([BigRational::one()]).collect());
    }
    for dimension in 0..patterns.dimensions() {
        let of = |&pattern: &usize| fraction(patterns.target(pattern) * patterns.input(pattern)[dimension]);
        rows.push(used.iter().map(of).chain([BigRational::zero()]).collect());
    }
    let weights = solve(rows, used.len()).filter(|weights| none_negative(weights))?;
    let of = |sign: f64| -> Vec<(usize, BigRational)> {
        used.iter().copied().zip(weights.iter().cloned()).filter(|(at, _)| patterns.target(*at) == sign).collect()
    };
    let (positive, negative) = (of(1.0), of(-1.0));
    let point = |dimension: usize| -> f64 {
        let sum: BigRational =
            positive.iter().map(|(at, weight)| weight * fraction(patterns.input(*at)[dimension])).sum();
        sum.to_f64().unwrap_or(f64::NAN)
    };
    let shown = |part: &[(usize, BigRational)]| -> Vec<(usize, f64)> {
        part.iter().map(|(at, weight)| (*at, weight.to_f64().unwrap_or(f64::NAN))).collect()
    };
    Some(Separability::NotSeparable {
        point: (0..patterns.dimensions()).map(point).collect(),
        positive: shown(&positive),
        negative: shown(&negative),
    })
}

/// Middle and half width of each input's range, which programmes see as [−1, 1]: to solve them, inputs must be of one size.
struct Frame(Vec<(f64, f64)>);

impl Frame {
    fn of(patterns: &Patterns) -> Self {
        let range = |at: usize| {
            let (low, high) = patterns.ends(at);
            let half = (high - low) / 2.0;
            (low + half, if half > 0.0 { half } else { 1.0 })
        };
        Self((0..patterns.dimensions()).map(range).collect())
    }

    fn place(&self, x: &[f64], dimension: usize) -> f64 {
        let (middle, half) = self.0[dimension];
        (x[dimension] - middle) / half
    }
}

#[cfg(test)]
mod tests {
    use advlab_core::Seed;

    use super::super::Problem;
    use super::*;

    #[test]
    fn boolean_functions_are_told_apart_with_proofs() {
        for problem in [Problem::And, Problem::Or] {
            let table = problem.table(2).unwrap();
            let Separability::Separable(neuron) = separability(&table) else { panic!("{problem:?}") };
            assert!(table.iter().all(|(x, target)| target * neuron.field(x) > 0.0), "{problem:?}");
        }
        let Separability::NotSeparable { point, positive, negative } = separability(&Problem::Xor.table(2).unwrap())
        else {
            panic!("XOR");
        };
        assert_eq!(point, [0.0, 0.0], "the diagonals cross in the middle");
        assert!(positive.iter().chain(&negative).all(|(_, weight)| *weight == 0.5));
        for inputs in 3..=8 {
            let told = separability(&Problem::Parity.table(inputs).unwrap());
            assert!(matches!(told, Separability::NotSeparable { .. }), "parity of {inputs}: {told:?}");
        }
    }

    #[test]
    fn points_of_the_plane_are_told_apart_with_proofs() {
        for seed in 1..=5 {
            let told = |problem: Problem| separability(&problem.draw(150, 0.0, Seed::new(seed)).unwrap());
            assert!(matches!(told(Problem::Linear), Separability::Separable(_)), "{seed}");
            for problem in [Problem::FourLines, Problem::Spirals, Problem::Rings, Problem::Overlapping] {
                let told = told(problem);
                let Separability::NotSeparable { point, positive, negative } = told else {
                    panic!("{problem:?}, seed {seed}: {told:?}");
                };
                assert!(positive.len() + negative.len() <= 4 && point.iter().all(|value| value.is_finite()));
            }
        }
    }

    #[test]
    fn one_class_alone_and_a_pattern_of_both_are_no_special_trouble() {
        let alone = Patterns::new(&[vec![1.0], vec![2.0]], &[-1.0, -1.0]).unwrap();
        let Separability::Separable(neuron) = separability(&alone) else { panic!() };
        assert!(alone.iter().all(|(x, target)| neuron.output(x) == target));
        let both = Patterns::new(&[vec![1.0, 1e9], vec![1.0, 1e9], vec![0.0, 3.0]], &[-1.0, 1.0, 1.0]).unwrap();
        assert!(matches!(separability(&both), Separability::NotSeparable { .. }));
    }
}
