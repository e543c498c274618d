//! Weight decay as a term of what is minimised.

use tch::{Kind, Tensor};

use crate::Result;

/// `Σ λ·Σw²/k` over layers, where `k` is the number of units of a layer (of filters, where it is a convolution); biases are
/// left out. `None` where no layer has a `λ` above 0.
///
/// # Shapes
/// - `weights`: of each layer `[k, ...]`, in the order of `lambdas`
/// - returns: a single number
///
/// # Errors
/// [`Error::Torch`](crate::Error::Torch) if there is no memory for it.
///
/// Source: Szegedy et al. 2013, section 4.2, <https://arxiv.org/abs/1312.6199>.
pub(super) fn penalty(lambdas: &[f64], weights: &[Tensor]) -> Result<Option<Tensor>> {
    let mut sum: Option<Tensor> = None;
    for (lambda, weights) in lambdas.iter().zip(weights).filter(|(lambda, _)| **lambda > 0.0) {
        let units = weights.size()[0] as f64;
        let term = weights.f_square()?.f_sum(Kind::Float)? * (lambda / units);
        sum = Some(match sum {
            Some(sum) => sum + term,
            None => term,
        });
    }
    Ok(sum)
}

/// `λ·Σw²` over the weights of all layers; `None` where `λ` is 0.
///
/// # Errors
/// [`Error::Torch`](crate::Error::Torch) if there is no memory for it.
pub(super) fn l2(lambda: f64, weights: &[Tensor]) -> Result<Option<Tensor>> {
    let lambdas: Vec<f64> = weights.iter().map(|weights| lambda * weights.size()[0] as f64).collect();
    penalty(&lambdas, weights)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_term_and_its_gradient_are_those_of_the_formula() {
        // Two layers: 3 units with 2 inputs, 2 units with 3 inputs.
        let first = Tensor::from_slice(&[1.0_f32, -2.0, 0.5, 0.0, 3.0, 1.0]).reshape([3, 2]).set_requires_grad(true);
        let second = Tensor::from_slice(&[2.0_f32, 0.0, 0.0, -1.0, 1.0, 0.0]).reshape([2, 3]).set_requires_grad(true);
        let weights = [first, second];
        let term = penalty(&[0.6, 0.1], &weights).unwrap().unwrap();
        let exact = 0.6 * 15.25 / 3.0 + 0.1 * 6.0 / 2.0;
        assert!((term.double_value(&[]) - exact).abs() < 1e-6, "{exact}");
        let gradients = Tensor::run_backward(&[term], &weights, false, false);
        for ((gradient, weights), factor) in gradients.iter().zip(&weights).zip([0.6 / 3.0, 0.1 / 2.0]) {
            let apart = (gradient - weights.detach() * (2.0 * factor)).abs().max().double_value(&[]);
            assert!(apart < 1e-6, "{apart}");
        }
    }

    #[test]
    fn l2_counts_every_weight_alike() {
        let weights =
            [Tensor::full([3, 2], 2.0, tch::kind::FLOAT_CPU), Tensor::full([1, 4], -1.0, tch::kind::FLOAT_CPU)];
        let term = l2(0.5, &weights).unwrap().unwrap().double_value(&[]);
        assert!((term - 0.5 * (6.0 * 4.0 + 4.0)).abs() < 1e-6, "{term}");
        assert!(l2(0.0, &weights).unwrap().is_none());
    }

    #[test]
    fn without_a_lambda_there_is_no_term() {
        let weights = [Tensor::ones([2, 2], tch::kind::FLOAT_CPU)];
        assert!(penalty(&[], &weights).unwrap().is_none() && penalty(&[0.0], &weights).unwrap().is_none());
    }
}
