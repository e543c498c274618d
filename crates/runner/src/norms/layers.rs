//! The norms of a net's steps, one by one, and what they come to together.

use advlab_analysis::norms::{StepNorm, step_norm};
use advlab_core::{Operator, Operators, Seed, Step, Stop};
use anyhow::{Context as _, Result, bail};
use indicatif::ProgressBar;
use serde::{Deserialize, Serialize};

/// One step with its norm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct LayerNorm {
    /// Name of the layer.
    pub name: String,
    /// What it does, in words.
    pub what: String,
    /// Whether it is a dense layer or a convolution.
    pub weighs: bool,
    /// How far it can stretch a difference.
    pub norm: StepNorm,
}

/// All steps of a net.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct LayerNorms {
    /// In the order of computation.
    pub layers: Vec<LayerNorm>,
    /// What the net does besides; where there is any of it, the product is no bound.
    pub besides: Vec<String>,
}

impl LayerNorms {
    /// Those with weights.
    pub fn weights(&self) -> impl Iterator<Item = &LayerNorm> {
        self.layers.iter().filter(|layer| layer.weighs)
    }

    /// Product of all norms: no difference of pictures is stretched by more on its way to the scores. None where the net is more
    /// than these steps one after the other.
    pub fn bound(&self) -> Option<f64> {
        self.besides.is_empty().then(|| self.product())
    }

    /// Product of all norms, whatever the net does besides.
    pub fn product(&self) -> f64 {
        self.layers.iter().map(|layer| layer.norm.norm).product()
    }
}

/// Measures every step; `zero_padded` asks for convolutions with zeros around the maps too. None if someone asked to stop.
///
/// # Errors
/// Weights that are not numbers, by the name of the layer; those of libtorch.
pub(crate) fn measure(
    operators: &Operators,
    zero_padded: bool,
    seed: Seed,
    stop: &Stop,
    bar: &ProgressBar,
) -> Result<Option<LayerNorms>> {
    bar.set_length(operators.steps.len() as u64);
    let mut layers = Vec::new();
    for (number, Operator { name, step }) in operators.steps.iter().enumerate() {
        if stop.asked() {
            return Ok(None);
        }
        bar.set_message(name.clone());
        let norm = step_norm(step, zero_padded, seed.child("layer").index(number as u64))
            .with_context(|| format!("layer `{name}`"))?;
        let weighs = matches!(step, Step::Dense(_) | Step::Convolution(_));
        layers.push(LayerNorm { name: name.clone(), what: words(step), weighs, norm });
        bar.inc(1);
    }
    Ok(Some(LayerNorms { layers, besides: operators.besides.clone() }))
}

/// The steps of the layers of these names.
///
/// # Errors
/// A name that none has; says which there are.
pub(super) fn chosen(operators: Operators, names: &[String], net: &str) -> Result<Operators> {
    for name in names {
        if !operators.steps.iter().any(|operator| operator.name == *name) {
            let mut known: Vec<&str> = operators.steps.iter().map(|operator| operator.name.as_str()).collect();
            known.dedup();
            bail!("{net} has no layer `{name}` that can be measured; it has {}", known.join(", "));
        }
    }
    let steps = operators.steps.into_iter().filter(|operator| names.contains(&operator.name)).collect();
    Ok(Operators { steps, besides: vec!["layers that were not asked for".to_owned()] })
}

/// A step in words.
fn words(step: &Step) -> String {
    let by = |sides: &[i64]| sides.iter().map(ToString::to_string).collect::<Vec<_>>().join("×");
    // One number where both directions have the same.
    let both = |sides: [i64; 2]| if sides[0] == sides[1] { sides[0].to_string() } else { by(&sides) };
    match step {
        Step::Dense(weights) => format!("dense {}", by(&weights.size())),
        Step::Convolution(it) => {
            let mut text = format!("convolution {} on {}", by(&it.weights.size()), by(&it.input));
            for (setting, sides, usual) in
                [("stride", it.stride, 1), ("padding", it.padding, 0), ("dilation", it.dilation, 1)]
            {
                if sides != [usual; 2] {
                    text += &format!(", {setting} {}", both(sides));
                }
            }
            if it.groups > 1 {
                text += &format!(", {} groups", it.groups);
            }
            text
        }
        Step::Scale(factors) if factors.len() == 1 => "one factor".to_owned(),
        Step::Scale(factors) => format!("{} factors", factors.len()),
        Step::MaxPool { size, stride } => format!("largest of {}, stride {}", by(size), both(*stride)),
        Step::MeanPool { size, stride } if size == stride => format!("mean of {}", by(size)),
        Step::MeanPool { size, stride } => format!("mean of {}, stride {}", by(size), both(*stride)),
        Step::Activation { name, .. } => (*name).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use tch::Tensor;

    use super::*;

    #[test]
    fn a_chain_is_bounded_by_its_product_and_anything_else_is_not() {
        let operator = |name: &str, step| Operator { name: name.to_owned(), step };
        let dense = |factor: f64| Step::Dense(Tensor::from_slice(&[factor, 0.0, 0.0, 0.5]).reshape([2, 2]));
        let steps = || {
            let sigmoid = Step::Activation { name: "sigmoid", slope: 0.25 };
            vec![operator("dense1", dense(3.0)), operator("dense1", sigmoid), operator("scores", dense(8.0))]
        };
        let (stop, bar) = (Stop::default(), ProgressBar::hidden());
        let of = |operators: &Operators| measure(operators, true, Seed::new(1), &stop, &bar).unwrap().unwrap();
        let chain = of(&Operators { steps: steps(), besides: Vec::new() });
        assert!((chain.bound().unwrap() - 6.0).abs() < 1e-12 && chain.weights().count() == 2);
        assert_eq!(chain.layers[1].what, "sigmoid");
        assert_eq!(of(&Operators { steps: steps(), besides: vec!["branches".to_owned()] }).bound(), None);
        let some = chosen(Operators { steps: steps(), besides: Vec::new() }, &["scores".to_owned()], "net").unwrap();
        assert_eq!((some.steps.len(), of(&some).bound()), (1, None));
        let told = chosen(Operators { steps: steps(), besides: Vec::new() }, &["fc".to_owned()], "net").unwrap_err();
        assert_eq!(told.to_string(), "net has no layer `fc` that can be measured; it has dense1, scores");
    }
}
