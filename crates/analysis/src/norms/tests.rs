//! Norms of steps against the matrices written out.

use advlab_core::{Convolution, Seed, Step};
use rand_distr::{Distribution as _, StandardNormal};
use tch::{Device, Kind, Tensor};

use super::*;

/// A convolution with random kernels.
fn random(
    size: [i64; 4],
    stride: [i64; 2],
    padding: [i64; 2],
    dilation: i64,
    groups: i64,
    input: [i64; 2],
) -> Convolution {
    let mut rng = Seed::new(7).child(&format!("{size:?}{stride:?}")).rng();
    let values: Vec<f64> = (0..size.iter().product()).map(|_: i64| StandardNormal.sample(&mut rng)).collect();
    let weights = Tensor::from_slice(&values).reshape(size);
    Convolution { weights, stride, padding, dilation: [dilation; 2], groups, input }
}

/// Largest singular value of the matrix that libtorch's convolution is, column by column.
fn written_out(convolution: &Convolution, torus: Option<[i64; 2]>) -> f64 {
    let channels = convolution.weights.size()[1] * convolution.groups;
    let sides = torus.unwrap_or(convolution.input);
    let n = channels * sides[0] * sides[1];
    let mut unit = Tensor::eye(n, (Kind::Double, Device::Cpu)).reshape([n, channels, sides[0], sides[1]]);
    let mut padding = convolution.padding;
    if torus.is_some() {
        // Around the torus as often as the kernel reaches.
        let seen = convolution.seen();
        let whole = [seen[0] - 1, seen[1] - 1];
        for side in [0, 1] {
            let mut all = vec![unit.shallow_clone()];
            for from in 0..whole[side] {
                all.push(unit.narrow(2 + side as i64, from % sides[side], 1));
            }
            unit = Tensor::cat(&all, 2 + side as i64);
        }
        padding = [0; 2];
    }
    let out = unit.conv2d(
        &convolution.weights,
        None::<&Tensor>,
        convolution.stride,
        padding,
        convolution.dilation,
        convolution.groups,
    );
    out.reshape([n, -1]).svd(true, false).1.max().double_value(&[])
}

fn cases() -> Vec<Convolution> {
    vec![
        random([5, 3, 3, 3], [1; 2], [1; 2], 1, 1, [7, 6]),
        random([3, 5, 3, 3], [1; 2], [0; 2], 1, 1, [6, 7]),
        random([4, 2, 5, 3], [2, 1], [2, 1], 1, 1, [9, 8]),
        random([6, 3, 3, 3], [2; 2], [1; 2], 1, 1, [8, 8]),
        random([2, 3, 4, 4], [3, 2], [0, 1], 1, 1, [10, 7]),
        random([4, 4, 3, 3], [1; 2], [2; 2], 2, 1, [8, 9]),
        random([6, 2, 3, 3], [1; 2], [1; 2], 1, 3, [6, 6]),
        random([8, 1, 3, 3], [2; 2], [1; 2], 1, 8, [7, 7]),
        random([8, 1, 3, 3], [1; 2], [1; 2], 1, 4, [5, 5]),
        random([7, 4, 1, 1], [1; 2], [0; 2], 1, 1, [4, 4]),
        random([3, 2, 5, 5], [4; 2], [2; 2], 1, 1, [12, 12]),
    ]
}

#[test]
fn convolutions_agree_with_their_matrices_written_out() {
    for convolution in cases() {
        let tell = format!("{convolution:?}");
        let torus = room(&convolution);
        let (found, wanted) =
            (periodic(&convolution, torus, Seed::new(1)).unwrap(), written_out(&convolution, Some(torus)));
        assert!((found.norm / wanted - 1.0).abs() < 1e-5 && found.residual < 1e-6, "{found:?} {wanted} {tell}");
        let (padded, wanted) = (zero_padded(&convolution, Seed::new(1)).unwrap(), written_out(&convolution, None));
        assert!((padded.norm / wanted - 1.0).abs() < 1e-5, "{padded:?} {wanted} {tell}");
        assert!(padded.norm <= found.norm * (1.0 + 1e-6), "{padded:?} {found:?} {tell}");
    }
}

#[test]
fn a_torus_smaller_than_the_kernel_goes_around() {
    let convolution = random([3, 2, 5, 5], [1; 2], [2; 2], 1, 1, [3, 4]);
    let found = periodic(&convolution, [3, 4], Seed::new(1)).unwrap();
    let wanted = written_out(&convolution, Some([3, 4]));
    assert!((found.norm / wanted - 1.0).abs() < 1e-5, "{found:?} {wanted}");
}

#[test]
fn frequencies_that_are_left_early_do_not_hide_the_largest() {
    for (number, side) in (0..6).zip([9_i64, 8, 12, 7, 10, 16]) {
        let mut convolution = random([48, 40 + number, 3, 3], [1; 2], [1; 2], 1, 1, [side; 2]);
        if number % 2 == 1 {
            // Kernels of trained nets: few directions matter.
            let factors = Tensor::arange(48, (Kind::Double, Device::Cpu)).neg().exp2().sqrt();
            convolution.weights *= factors.reshape([48, 1, 1, 1]) + 0.01;
        }
        let found = periodic(&convolution, [side; 2], Seed::new(number as u64)).unwrap();
        let kernels = convolution.weights.constant_pad_nd([0, side - 3, 0, side - 3]);
        let matrices = kernels.fft_fft2(&[side; 2][..], [-2, -1], "backward").permute([2, 3, 0, 1]);
        let wanted = matrices.svd(true, false).1.max().double_value(&[]);
        assert!((found.norm / wanted - 1.0).abs() < 1e-6, "{number}: {found:?} {wanted}");
    }
}

#[test]
fn matrices_agree_with_all_their_singular_values() {
    let mut rng = Seed::new(3).rng();
    let values: Vec<f64> = (0..1500 * 1400).map(|_| StandardNormal.sample(&mut rng)).collect();
    let large = Tensor::from_slice(&values).reshape([1500, 1400]);
    let found = dense(&large, Seed::new(1)).unwrap();
    assert!(found.residual > 0.0 && found.residual < 1e-7, "it is large enough to be iterated on: {found:?}");
    let wanted = large.svd(true, false).1.max().double_value(&[]);
    assert!((found.norm / wanted - 1.0).abs() < 1e-7, "{found:?} {wanted}");
    assert_eq!(dense(&Tensor::from_slice(&[3.0, 0.0, 4.0]).reshape([1, 3]), Seed::new(1)).unwrap().norm, 5.0);
}

#[test]
fn steps_without_weights_have_their_constants() {
    let norm = |step: Step| step_norm(&step, true, Seed::new(1)).unwrap().norm;
    assert_eq!(norm(Step::Scale(vec![0.5, -3.0, 2.0])), 3.0);
    assert_eq!(norm(Step::MaxPool { size: [3; 2], stride: [2; 2] }), 2.0);
    // Windows beside one another: the mean of four values halves what they have in common.
    assert!((norm(Step::MeanPool { size: [2; 2], stride: [2; 2] }) - 0.5).abs() < 1e-9);
    assert!((norm(Step::MeanPool { size: [3; 2], stride: [1; 2] }) - 1.0).abs() < 1e-9);
    assert_eq!(norm(Step::Activation { name: "sigmoid", slope: 0.25 }), 0.25);
}

#[test]
fn layers_that_cannot_be_are_refused() {
    let zero = Convolution {
        weights: Tensor::zeros([2, 2, 3, 3], (Kind::Float, Device::Cpu)),
        ..random([2, 2, 3, 3], [1; 2], [1; 2], 1, 1, [5, 5])
    };
    assert_eq!(periodic(&zero, room(&zero), Seed::new(1)).unwrap().norm, 0.0);
    assert_eq!(zero_padded(&zero, Seed::new(1)).unwrap().norm, 0.0);
    let small = random([2, 2, 3, 3], [1; 2], [0; 2], 1, 1, [2, 5]);
    let told = periodic(&small, room(&small), Seed::new(1)).unwrap_err().to_string();
    assert_eq!(told, "wants maps no smaller than what the kernel sees, [3, 3], got [2, 5]");
    let odd = random([3, 2, 3, 3], [2; 2], [1; 2], 1, 1, [6, 6]);
    let told = periodic(&odd, [7, 8], Seed::new(1)).unwrap_err().to_string();
    assert!(told.contains("multiples of the strides"), "{told}");
    let damaged = Tensor::from_slice(&[1.0, f64::NAN]).reshape([1, 2]);
    assert!(dense(&damaged, Seed::new(1)).is_err() && dense(&damaged.reshape([2]), Seed::new(1)).is_err());
    let shared = Convolution { groups: 4, ..random([6, 2, 3, 3], [1; 2], [1; 2], 1, 1, [6, 6]) };
    assert!(step_norm(&Step::Convolution(shared), false, Seed::new(1)).is_err());
}
