//! Exponents held against closed forms and against full decompositions in double precision.

use advlab_core::{Activation, Classifier, Dense, DenseLayer, InputShape, Layer, ScoreKind, Seed};
use tch::{Device, Kind, Tensor};

use super::{Stretch, Wanted, depth};
use crate::basis::normals;
use crate::{Error, Jacobian};

/// Dense layers; as plain numbers too where `dense` says so, and with layers that cannot be differentiated where `hard` does.
#[derive(Debug)]
struct Small {
    net: Dense,
    classes: Vec<String>,
    dense: bool,
    hard: bool,
}

fn tensor(layer: &DenseLayer) -> Tensor {
    Tensor::from_slice(&layer.weights).reshape([layer.outputs as i64, layer.inputs as i64])
}

impl Small {
    fn new(widths: &[usize], activation: Activation, gain: f64) -> Self {
        let layers = widths.windows(2).enumerate().map(|(number, sides)| {
            let draw = |count, name| -> Vec<f64> { normals(count, Seed::new(3).child(name).index(number as u64)) };
            let scale = gain / (sides[0] as f64).sqrt();
            DenseLayer {
                inputs: sides[0],
                outputs: sides[1],
                weights: draw(sides[0] * sides[1], "w").iter().map(|w| (w * scale) as f32).collect(),
                biases: draw(sides[1], "b").iter().map(|b| (0.1 * b) as f32).collect(),
            }
        });
        let net = Dense { layers: layers.collect(), activation };
        let classes = (0..widths[widths.len() - 1]).map(|class| class.to_string()).collect();
        Self { net, classes, dense: true, hard: false }
    }

    fn by_products(self) -> Self {
        Self { dense: false, ..self }
    }
}

impl Classifier for Small {
    fn name(&self) -> &str {
        "small"
    }

    fn input(&self) -> InputShape {
        InputShape { channels: 1, height: 1, width: self.net.layers[0].inputs as i64 }
    }

    fn classes(&self) -> &[String] {
        &self.classes
    }

    fn score_kind(&self) -> ScoreKind {
        ScoreKind::Logits
    }

    fn device(&self) -> Device {
        Device::Cpu
    }

    fn scores(&self, pictures: &Tensor) -> advlab_core::Result<Tensor> {
        self.activations(pictures, Layer::SCORES)
    }

    fn layers(&self) -> advlab_core::Result<Vec<Layer>> {
        let hidden = self.net.layers.len() - 1;
        let named = |number: usize| {
            ["", ".pre"].map(|end| Layer {
                name: format!("dense{}{end}", number + 1),
                shape: vec![self.net.layers[number].outputs as i64],
                is_scores: false,
            })
        };
        let all = (0..hidden).flat_map(|number| named(number).into_iter().rev());
        Ok(all.chain([Layer::scores(self.classes.len())]).collect())
    }

    fn activations(&self, pictures: &Tensor, layer: &str) -> advlab_core::Result<Tensor> {
        let mut x = pictures.flatten(1, -1);
        for (number, own) in self.net.layers.iter().enumerate() {
            x = x.f_linear(&tensor(own).to_kind(x.kind()), Some(&Tensor::from_slice(&own.biases).to_kind(x.kind())))?;
            if layer == format!("dense{}.pre", number + 1) {
                break;
            }
            if number + 1 < self.net.layers.len() {
                x = self.net.activation.apply(&x);
            }
            if layer == format!("dense{}", number + 1) {
                break;
            }
        }
        Ok(if self.hard { x.gt(0.0).to_kind(Kind::Float) } else { x })
    }

    fn dense(&self) -> Option<Dense> {
        self.dense.then(|| self.net.clone())
    }
}

fn pictures(count: i64, width: usize) -> Tensor {
    let numbers = normals(count as usize * width, Seed::new(9));
    Tensor::from_slice(&numbers).to_kind(Kind::Float).reshape([count, 1, 1, width as i64]).sigmoid()
}

/// All exponents by the Jacobian in double precision and libtorch's decomposition.
fn exact(net: &Small, pictures: &Tensor, layer: &str, depth: usize) -> Vec<Vec<f64>> {
    let jacobian = Jacobian::at(net, &pictures.to_kind(Kind::Double), layer).unwrap().whole().unwrap();
    let (_, values, _) = jacobian.svd(true, false);
    Vec::<Vec<f64>>::try_from(values.log() / depth as f64).unwrap()
}

#[test]
fn exponents_are_those_of_a_full_decomposition() {
    let gains = [(Activation::Tanh, 1.2), (Activation::Sigmoid, 5.0), (Activation::Relu, 1.5)];
    // Narrow and wide ends, 784 pixels, a bottleneck, and a picture of two numbers.
    let nets: [&[usize]; 4] = [&[784, 20, 20, 20, 10], &[9, 30, 2, 12, 5], &[2, 70, 70, 70, 2], &[90, 100, 80, 70]];
    for (activation, gain) in gains {
        for widths in nets {
            let net = Small::new(widths, activation, gain);
            let hidden = widths.len() - 2;
            let x = pictures(11, widths[0]);
            for (layer, from_input) in [
                (format!("dense{hidden}"), hidden),
                (format!("dense{hidden}.pre"), hidden),
                ("scores".into(), hidden + 1),
            ] {
                let wanted = exact(&net, &x, &layer, from_input);
                let stretch = Stretch::new(&net, None, Some(&layer)).unwrap();
                assert_eq!(stretch.depth(), from_input);
                let (all, quick) = (stretch.of(&x, Wanted::All).unwrap(), stretch.of(&x, Wanted::Leading).unwrap());
                for (picture, wanted) in wanted.iter().enumerate() {
                    let at = || format!("{activation:?} {widths:?} {layer} picture {picture}");
                    let first = quick.values[picture][0];
                    assert!(
                        first == wanted[0] || (first - wanted[0]).abs() < 1e-6,
                        "{}: {:?}",
                        at(),
                        quick.values[picture]
                    );
                    assert_eq!(all.values[picture].len(), wanted.len(), "{}", at());
                    for (own, theirs) in all.values[picture].iter().zip(wanted) {
                        let lost = *theirs < wanted[0] - 20.0 / from_input as f64;
                        assert!(lost || own == theirs || (own - theirs).abs() < 1e-5, "{}: {own} {theirs}", at());
                    }
                }
            }
        }
    }
}

#[test]
fn the_search_by_products_and_the_way_through_plain_numbers_agree() {
    for widths in [&[784, 100, 60, 50, 40][..], &[40, 20, 3]] {
        let dense = Small::new(widths, Activation::Tanh, 1.5);
        let x = pictures(5, widths[0]);
        let way = |net: &Small| Stretch::new(net, None, None).unwrap().of(&x, Wanted::Direction).unwrap();
        let exact = way(&dense);
        let found = way(&dense.by_products());
        for picture in 0..5 {
            let (own, theirs) = (exact.values[picture][0], found.values[picture][0]);
            assert!((own - theirs).abs() < 1e-5, "{widths:?}: {own} {theirs}");
            let along: f64 = exact.directions[picture].iter().zip(&found.directions[picture]).map(|(a, b)| a * b).sum();
            assert!(along.abs() > 1.0 - 1e-4, "{widths:?}: {along}");
        }
        assert_eq!((exact.products, exact.residual), (0, 0.0));
        assert!(found.residual <= 1e-5);
    }
}

#[test]
fn a_way_between_two_layers_is_the_rest_of_the_net() {
    let net = Small::new(&[6, 8, 7, 5, 3], Activation::Sigmoid, 4.0);
    let x = pictures(9, 6);
    let upper = Dense { layers: net.net.layers[1..].to_vec(), activation: Activation::Sigmoid };
    let upper = Small { net: upper, classes: net.classes.clone(), dense: true, hard: false };
    let values = net.activations(&x, "dense1").unwrap().reshape([9, 1, 1, 8]);
    let (whole, rest) =
        (Stretch::new(&net, Some("dense1"), Some("dense3")).unwrap(), exact(&upper, &values, "dense2", 2));
    assert_eq!((whole.depth(), whole.inputs(), whole.from()), (2, 8, "dense1"));
    for (own, theirs) in whole.of(&x, Wanted::Leading).unwrap().leading().iter().zip(rest) {
        assert!((own - theirs[0]).abs() < 1e-6);
    }
    // From before an activation function its slopes count as well: the chain rule from the input says the same.
    let first = Stretch::new(&net, Some("dense1.pre"), Some("dense2.pre")).unwrap();
    let sums = net.activations(&x, "dense1.pre").unwrap().to_kind(Kind::Double);
    let slopes = sums.sigmoid() * (sums.neg().sigmoid());
    let jacobian = tensor(&net.net.layers[1]).to_kind(Kind::Double).unsqueeze(0) * slopes.unsqueeze(1);
    let theirs = Vec::<Vec<f64>>::try_from(jacobian.svd(true, false).1.log()).unwrap();
    for (own, theirs) in first.of(&x, Wanted::All).unwrap().values.iter().zip(theirs) {
        assert!(own.iter().zip(theirs).all(|(a, b)| (a - b).abs() < 1e-6));
    }
}

#[test]
fn closed_forms() {
    // A ReLU net whose sums are all positive is linear: W₂ W₁ = diag(6, 2), everywhere.
    let layer = |weights: &[f32], biases: f32| DenseLayer {
        inputs: 2,
        outputs: 2,
        weights: weights.to_vec(),
        biases: vec![biases; 2],
    };
    let layers =
        vec![layer(&[3.0, 0.0, 0.0, 0.5], 1.0), layer(&[2.0, 0.0, 0.0, 4.0], 0.0), layer(&[1.0, 0.0, 0.0, 1.0], 0.0)];
    let linear = Small {
        net: Dense { layers, activation: Activation::Relu },
        classes: vec!["a".into(), "b".into()],
        dense: true,
        hard: false,
    };
    let found = Stretch::new(&linear, None, Some("dense2")).unwrap().of(&pictures(3, 2), Wanted::All).unwrap();
    for values in &found.values {
        assert!((values[0] - 6f64.ln() / 2.0).abs() < 1e-9 && (values[1] - 2f64.ln() / 2.0).abs() < 1e-9, "{values:?}");
    }
    // 360 tanh units whose weights are the corners of a regular polygon, and a sum of all: symmetric under rotations by a degree. A sum of
    // many such units is a function f(r), and a singular value of its gradient is |f′(r)|: the same on a circle, along the radius.
    let corners: Vec<f64> = (0..360).map(|corner| f64::from(corner).to_radians()).collect();
    let weights: Vec<f32> =
        corners.iter().flat_map(|angle| [2.0 * angle.cos(), 2.0 * angle.sin()]).map(|w| w as f32).collect();
    let net = Dense {
        layers: vec![
            DenseLayer { inputs: 2, outputs: 360, weights, biases: vec![-1.0; 360] },
            DenseLayer { inputs: 360, outputs: 2, weights: vec![1.0 / 360.0; 720], biases: vec![0.0; 2] },
        ],
        activation: Activation::Tanh,
    };
    let round = Small { net, classes: vec!["in".into(), "out".into()], dense: true, hard: false };
    let angles = Tensor::arange(8, (Kind::Float, Device::Cpu)) * 0.7;
    let circle = (Tensor::stack(&[angles.cos(), angles.sin()], 1) * 0.6).reshape([8, 1, 1, 2]);
    let found = Stretch::new(&round, None, Some("scores")).unwrap().of(&circle, Wanted::Direction).unwrap();
    let slope: f64 = corners.iter().map(|a| 2.0 * a.cos() / (1.2 * a.cos() - 1.0).cosh().powi(2) / 360.0).sum();
    for (picture, (value, direction)) in found.total().iter().zip(&found.directions).enumerate() {
        // Both scores are the same sum, so the singular value is √2 times its slope.
        assert!((value - (slope * 2f64.sqrt()).ln()).abs() < 1e-6, "{value} {slope}");
        let angle = picture as f64 * 0.7;
        assert!((direction[0] * angle.cos() + direction[1] * angle.sin()).abs() > 1.0 - 1e-6, "{direction:?}");
    }
}

#[test]
fn deep_and_saturated_nets_stay_in_range() {
    // tanh at sums near 30 has slopes of 1e-25; forty layers of that are 1e-1000.
    let mut net = Small::new(&[3; 42], Activation::Tanh, 0.1);
    for layer in &mut net.net.layers {
        layer.biases = vec![30.0; 3];
    }
    let values = Stretch::new(&net, None, None).unwrap().of(&pictures(2, 3), Wanted::Leading).unwrap().leading();
    assert!(values.iter().all(|value| (-64.0..-55.0).contains(value)), "{values:?}");
}

#[test]
fn a_constant_net_has_an_exponent_of_minus_infinity() {
    let mut net = Small::new(&[5, 4, 3], Activation::Tanh, 1.0);
    net.net.layers[1].weights.fill(0.0);
    for net in [net.by_products(), {
        let mut net = Small::new(&[5, 4, 3], Activation::Relu, 1.0);
        net.net.layers[0].biases.fill(-100.0);
        net
    }] {
        for wanted in [Wanted::Leading, Wanted::Direction, Wanted::All] {
            let found = Stretch::new(&net, None, Some("scores")).unwrap().of(&pictures(3, 5), wanted).unwrap();
            assert!(found.values.iter().flatten().all(|value| *value == f64::NEG_INFINITY), "{found:?}");
            assert!(found.directions.iter().flatten().all(|value| *value == 0.0));
        }
    }
}

#[test]
fn ways_that_there_are_not_are_named() {
    let net = Small::new(&[5, 4, 3, 2], Activation::Tanh, 1.0);
    let told = |net: &Small, from, to| Stretch::new(net, from, to).unwrap_err().to_string();
    assert_eq!(
        told(&net, Some("dense2"), Some("dense1")),
        "small: `dense1` does not come after `dense2`; name a later layer with `to`"
    );
    assert_eq!(
        told(&net, Some("dense1.pre"), Some("dense1")),
        "small: `dense1` does not come after `dense1.pre`; name a later layer with `to`"
    );
    assert!(told(&net, None, Some("conv9")).starts_with("small has no layer `conv9`; it has dense1.pre, dense1,"));
    assert!(told(&net, None, Some("input")).contains("nothing leads to the input"));
    let layers = net.layers().unwrap();
    assert_eq!(layers.iter().map(|layer| depth(&layers, layer)).collect::<Vec<_>>(), [1, 1, 2, 2, 3]);
    let foreign = net.by_products();
    assert!(
        told(&foreign, Some("dense1"), None).contains("the way from `dense1` is known for nets of dense layers alone")
    );
    let hard = Small { hard: true, ..foreign };
    let stretch = Stretch::new(&hard, None, None).unwrap();
    let error = stretch.of(&pictures(2, 5), Wanted::Leading).unwrap_err();
    assert!(
        matches!(error, Error::NotSmooth { .. })
            && error.to_string().contains("the values of `dense2` have no gradient"),
        "{error}"
    );
    let mut broken = Small::new(&[5, 4, 3], Activation::Tanh, 1.0);
    broken.net.layers[0].weights[2] = f32::NAN;
    for net in [Small { dense: true, ..broken }, Small::new(&[5, 4, 3], Activation::Tanh, f64::NAN).by_products()] {
        let error = Stretch::new(&net, None, None).unwrap().of(&pictures(2, 5), Wanted::Leading).unwrap_err();
        assert!(error.to_string().contains("NaN or infinite"), "{error}");
    }
}
