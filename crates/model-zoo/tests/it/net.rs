//! A net agrees with itself however it is asked, and its gradient with finite differences.

use advlab_core::{Activation, Classifier, Dense, Seed};
use advlab_model_zoo::Net;
use tch::{Device, Kind, Tensor};

use crate::roster::{SPECS, gap, nets, pictures, spec};

#[test]
fn random_weights_come_from_the_seed() {
    for text in SPECS {
        let scores = |seed: u64| {
            let net = Net::random("net", &spec(text), Seed::new(seed)).unwrap();
            net.scores(&pictures(&net, 2, 9)).unwrap()
        };
        assert!(scores(1) == scores(1), "{text}");
        assert!(scores(1) != scores(2), "{text}");
    }
}

#[test]
fn the_first_layer_and_the_rest_make_the_scores() {
    for net in nets() {
        let Some(first) = net.first_layer() else { continue };
        let x = pictures(&net, 5, 1);
        let sums = x.flatten(1, -1).linear(first.weights, Some(first.bias));
        let apart = gap(&(first.rest)(&sums), &net.scores(&x).unwrap());
        assert!(apart < 1e-5, "{}: {apart}", net.name());
    }
}

#[test]
fn plain_numbers_make_the_scores() {
    for net in nets() {
        let Some(dense) = net.dense() else { continue };
        let x = pictures(&net, 3, 2);
        let scores = net.scores(&x).unwrap();
        for row in 0..3 {
            let picture = Vec::<f32>::try_from(x.get(row).reshape([-1])).unwrap();
            let apart = gap(&Tensor::from_slice(&by_hand(&dense, &picture)), &scores.get(row));
            assert!(apart < 1e-5, "{}: {apart}", net.name());
        }
    }
}

/// The scores of a dense net, one multiplication after the other.
fn by_hand(net: &Dense, picture: &[f32]) -> Vec<f32> {
    let mut values = picture.to_vec();
    for (number, layer) in net.layers.iter().enumerate() {
        if number > 0 {
            for value in &mut values {
                *value = match net.activation {
                    Activation::Sigmoid => 1.0 / (1.0 + (-*value).exp()),
                    Activation::Tanh => value.tanh(),
                    Activation::Relu => value.max(0.0),
                };
            }
        }
        let rows = layer.weights.chunks_exact(layer.inputs).zip(&layer.biases);
        values = rows.map(|(row, bias)| bias + row.iter().zip(&values).map(|(w, v)| w * v).sum::<f32>()).collect();
    }
    values
}

#[test]
fn only_nets_of_dense_layers_offer_more_than_scores() {
    for net in nets() {
        let dense = net.spec().layers.is_empty();
        assert_eq!((net.first_layer().is_some(), net.dense().is_some()), (dense, dense), "{}", net.name());
    }
}

#[test]
fn the_gradient_agrees_with_finite_differences() {
    for net in nets() {
        let net = net.to(Device::Cpu, Kind::Double).unwrap();
        let x = pictures(&net, 1, 4).set_requires_grad(true);
        let score = |x: &Tensor| net.scores(x).unwrap().select(1, 1).sum(Kind::Double);
        let gradient = Tensor::run_backward(&[score(&x)], &[&x], false, false).remove(0).reshape([-1]);
        let (n, h) = (x.numel() as i64, 1e-5);
        for pixel in (0..n).step_by((n / 37).max(1) as usize) {
            let moved = |by: f64| {
                let y = x.detach().copy();
                let _ = y.reshape([-1]).get(pixel).g_add_scalar_(by);
                score(&y).double_value(&[])
            };
            let (slope, told) = ((moved(h) - moved(-h)) / (2.0 * h), gradient.double_value(&[pixel]));
            assert!((slope - told).abs() < 1e-7 * (1.0 + slope.abs()), "{}: {slope} and {told} at {pixel}", net.name());
        }
    }
}

#[test]
fn a_batch_is_its_pictures_one_by_one() {
    for net in nets() {
        let x = pictures(&net, 8, 5);
        let together = net.classify(&x).unwrap();
        for row in 0..8 {
            let alone = net.classify(&x.narrow(0, row, 1)).unwrap();
            assert_eq!(alone.labels[0], together.labels[row as usize], "{}", net.name());
            let apart = (alone.confidence_of_label(0) - together.confidence_of_label(row as usize)).abs();
            assert!(apart < 1e-6, "{}: {apart}", net.name());
        }
    }
}
