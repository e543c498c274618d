//! Nets that are written down, not trained.

use super::{Neuron, SignNet, sign};

/// The net of two hidden neurons that puts out XOR: each hidden neuron answers to one of the two patterns, the output neuron is
/// their OR.
///
/// Source: Mehlig, chapter 5.
pub fn xor_unit() -> SignNet {
    SignNet {
        hidden: vec![Neuron::new(vec![1.0, -1.0], 1.0), Neuron::new(vec![-1.0, 1.0], 1.0)],
        output: Neuron::new(vec![1.0, 1.0], -1.0),
    }
}

/// The parity of inputs that are ±1, by a chain of [`xor_unit`]s: the first takes two inputs, each other one the result before it
/// and the next input. N inputs take N − 1 units.
pub fn parity_of_xor_units(x: &[f64]) -> f64 {
    let unit = xor_unit();
    x.iter().copied().reduce(|parity, next| unit.says(&[parity, next])).map_or(-1.0, sign)
}

#[cfg(test)]
mod tests {
    use super::super::Problem;
    use super::*;

    #[test]
    fn the_chain_puts_out_parity_of_any_number_of_inputs() {
        assert_eq!(xor_unit().mistakes(&Problem::Xor.table(2).unwrap()), 0);
        for inputs in 2..=10 {
            let table = Problem::Parity.table(inputs).unwrap();
            assert!(table.iter().all(|(x, target)| parity_of_xor_units(x) == target), "{inputs} inputs");
        }
    }
}
