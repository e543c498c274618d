//! How long the norm of one large convolution takes: 512 channels to 512, kernels of side 3, on maps of side 14, on one core.

use std::hint::black_box;

use advlab_analysis::norms::periodic;
use advlab_core::{Convolution, Seed};
use criterion::{Criterion, criterion_group, criterion_main};
use rand::Rng as _;
use tch::Tensor;

/// A convolution with random kernels: all directions are stretched nearly alike, which makes the largest hard to tell.
fn convolution(channels: i64, side: i64) -> Convolution {
    let mut rng = Seed::new(1).rng();
    let weights: Vec<f32> = (0..channels * channels * 9).map(|_| rng.random_range(-0.02..0.02)).collect();
    let weights = Tensor::from_slice(&weights).reshape([channels, channels, 3, 3]);
    Convolution { weights, stride: [1; 2], padding: [1; 2], dilation: [1; 2], groups: 1, input: [side; 2] }
}

fn norms(criterion: &mut Criterion) {
    tch::set_num_threads(1);
    let mut group = criterion.benchmark_group("norms/periodic");
    group.sample_size(10);
    for (channels, side) in [(64, 56), (512, 14)] {
        let convolution = convolution(channels, side);
        let torus = [side; 2];
        let found = periodic(&convolution, torus, Seed::new(1)).expect("the layer is sound");
        assert!(found.residual <= 1e-6, "{found:?}");
        group.bench_function(format!("{channels}x{channels}x3x3/{side}x{side}"), |bencher| {
            bencher.iter(|| black_box(periodic(&convolution, torus, Seed::new(1)).expect("the layer is sound").norm));
        });
    }
    group.finish();
}

criterion_group!(benches, norms);
criterion_main!(benches);
