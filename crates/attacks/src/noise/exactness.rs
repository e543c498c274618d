//! Both kernels in double precision against stepping on the pixels with libtorch's gradients, formula by formula.

use advlab_core::{Activation, Classifier, InputShape, Seed, Stop};
use advlab_model_zoo::{ModelSpec, Net, Output, embedded};
use tch::{Device, Kind, Tensor};

use super::dense_pixels::PixelSpace;
use super::first::First;
use super::kernel::{Ground, Kernel, Walker};
use super::params::{Loss, NoiseParams, Optimizer};
use super::preactivations::RowSpace;
use super::start::draw;

const LOSSES: [Loss; 3] = [Loss::Quadratic, Loss::CrossEntropy, Loss::Margin];
const OPTIMIZERS: [Optimizer; 4] = [Optimizer::Plain, Optimizer::Momentum, Optimizer::Adam, Optimizer::Normalised];
const STEPS: u32 = 10;
const ATTEMPTS: usize = 3;

fn nets() -> Vec<Net> {
    let mut nets = Vec::new();
    for activation in [Activation::Sigmoid, Activation::Tanh, Activation::Relu] {
        for output in [Output::Sigmoid, Output::Softmax] {
            for hidden in [vec![], vec![13], vec![18, 14, 11]] {
                let spec = ModelSpec {
                    input: InputShape { channels: 1, height: 6, width: 5 },
                    classes: (0..5).map(|class| class.to_string()).collect(),
                    activation,
                    output,
                    ..ModelSpec::sigmoid_mlp(&hidden)
                };
                let name = format!("{} {hidden:?}", spec.text());
                nets.push(Net::random(&name, &spec, Seed::new(hidden.len() as u64)).unwrap());
            }
        }
    }
    nets
}

fn doubled(values: &[f32]) -> Vec<f64> {
    values.iter().copied().map(f64::from).collect()
}

/// The loss of each picture, `[N]`, and the variable it may be derived by.
fn loss(net: &Net, params: &NoiseParams, class: i64, pictures: &Tensor) -> Tensor {
    let n = pictures.size()[0];
    let scores = net.scores(&pictures.view(net.input().batch(n))).unwrap();
    let onehot = scores.zeros_like();
    let _ = onehot.select(1, class).fill_(1.0);
    params.loss.of(&scores, &onehot, net.score_kind())
}

fn gradient(net: &Net, params: &NoiseParams, class: i64, pictures: &Tensor) -> Tensor {
    let leaf = pictures.detach().set_requires_grad(true);
    let total = loss(net, params, class, &leaf).sum(None::<Kind>);
    Tensor::run_backward(&[total], &[leaf], false, false).remove(0)
}

/// The recipe as its documentation has it, on the pixels.
fn by_the_book(net: &Net, params: &NoiseParams, class: i64, starts: &[f64]) -> Vec<f64> {
    let net = net.to(Device::Cpu, Kind::Double).unwrap();
    let mut x = Tensor::from_slice(starts).view([-1, net.input().len() as i64]);
    let (mut first, mut second) = (x.zeros_like(), x.zeros_like());
    for t in 1..=params.steps {
        let g = gradient(&net, params, class, &x);
        let step = match params.optimizer {
            Optimizer::Plain => g * -params.rate,
            Optimizer::Momentum => {
                first = first * 0.9 - g * params.rate;
                first.shallow_clone()
            }
            Optimizer::Adam => {
                first = first * 0.9 + &g * 0.1;
                second = second * 0.999 + &g * &g * 0.001;
                let mean = &first / (1.0 - 0.9_f64.powi(t as i32));
                let square = &second / (1.0 - 0.999_f64.powi(t as i32));
                mean * -params.rate / (square.sqrt() + 1e-8)
            }
            Optimizer::Normalised => {
                let length = g.norm_scalaropt_dim(2.0, [1], true);
                let pixels = (x.size()[1] as f64).sqrt();
                g * (length.reciprocal() * (-params.rate * pixels))
            }
        };
        x += step;
        if params.clip {
            x = x.clamp(0.0, 1.0);
        }
    }
    Vec::try_from(x.reshape([-1])).unwrap()
}

fn walked<G: Ground<f64>>(kernel: &Kernel<f64, G>, places: Vec<Vec<f64>>) -> Vec<Walker<f64>> {
    let mut walkers: Vec<_> = places.into_iter().map(Walker::at).collect();
    kernel.walk(&mut walkers, &Stop::default());
    assert!(walkers.iter().all(|walker| walker.ended && walker.steps == STEPS));
    walkers
}

fn on_pixels(net: &Net, params: &NoiseParams, class: i64, starts: &[f64]) -> Vec<f64> {
    let dense = net.dense().unwrap();
    let kernel = Kernel::new(params, PixelSpace::new(params, &dense), &dense, net.score_kind(), class as usize);
    let places = starts.chunks_exact(net.input().len()).map(<[f64]>::to_vec).collect();
    walked(&kernel, places).into_iter().flat_map(|mut walker| walker.fields.remove(0)).collect()
}

fn on_sums(net: &Net, params: &NoiseParams, class: i64, starts: &[f64]) -> Vec<f64> {
    let dense = net.dense().unwrap();
    let kernel = Kernel::new(params, RowSpace::new(params, &dense), &dense, net.score_kind(), class as usize);
    let first = First::new(&dense.layers[0]);
    let walkers = walked(&kernel, first.sums_of(starts));
    let coefficients: Vec<&[f64]> = walkers.iter().map(|walker| &walker.fields[1][..]).collect();
    first.moved(starts, &coefficients)
}

fn check(net: &Net, params: &NoiseParams) {
    let seeds: Vec<_> = (0..ATTEMPTS as u64).map(Seed::new).collect();
    let starts = doubled(&draw(params, &seeds, net.input().len()));
    let class = 3;
    let exact = by_the_book(net, params, class, &starts);
    let compare = |engine: &str, ours: Vec<f64>| {
        let gap = ours.iter().zip(&exact).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(gap < 1e-8, "{engine}, {}, {params:?}: off by {gap:e}", net.name());
    };
    compare("on pixels", on_pixels(net, params, class, &starts));
    if !params.clip && matches!(params.optimizer, Optimizer::Plain | Optimizer::Momentum) {
        compare("on sums", on_sums(net, params, class, &starts));
    }
}

#[test]
fn ten_steps_agree_with_the_book_for_every_setting() {
    for net in nets() {
        for loss in LOSSES {
            for optimizer in OPTIMIZERS {
                for clip in [false, true] {
                    let rate = if matches!(optimizer, Optimizer::Plain | Optimizer::Momentum) { 0.5 } else { 0.05 };
                    let (steps, early_stop) = (STEPS, false);
                    let params = NoiseParams::default();
                    check(&net, &NoiseParams { loss, optimizer, rate, steps, clip, early_stop, ..params });
                }
            }
        }
    }
}

#[test]
fn ten_published_steps_of_the_embedded_nets_agree_with_the_book() {
    let dense = embedded().iter().map(|entry| entry.net().unwrap()).filter(|net| net.dense().is_some());
    for net in dense {
        let params = NoiseParams { steps: STEPS, early_stop: false, ..NoiseParams::published() };
        check(&net, &params);
    }
}

#[test]
fn a_step_of_size_one_is_the_difference_quotient_of_the_loss() {
    const NEAR: f64 = 1e-5;
    for net in nets().iter().filter(|net| net.spec().activation != Activation::Relu) {
        let double = net.to(Device::Cpu, Kind::Double).unwrap();
        for loss_kind in LOSSES {
            let params = NoiseParams {
                loss: loss_kind,
                optimizer: Optimizer::Plain,
                rate: 1.0,
                steps: 1,
                clip: false,
                early_stop: false,
                ..NoiseParams::default()
            };
            let len = net.input().len();
            let start = doubled(&draw(&params, &[Seed::new(9)], len));
            let dense = net.dense().unwrap();
            let kernel = Kernel::new(&params, PixelSpace::new(&params, &dense), &dense, net.score_kind(), 3);
            let mut walker = [Walker::at(start.clone())];
            kernel.walk(&mut walker, &Stop::default());
            let value = |change: &Tensor| loss(&double, &params, 3, &(Tensor::from_slice(&start) + change));
            let each = Tensor::eye(len as i64, (Kind::Double, Device::Cpu)) * NEAR;
            let quotient = (value(&each) - value(&(&each * -1.0))) / (2.0 * NEAR);
            let quotient = Vec::<f64>::try_from(quotient).unwrap();
            for pixel in 0..len {
                let ours = start[pixel] - walker[0].fields[0][pixel];
                let gap = (ours - quotient[pixel]).abs();
                assert!(gap < 1e-8, "{}, {loss_kind:?}, pixel {pixel}: {ours} and {}", net.name(), quotient[pixel]);
            }
        }
    }
}
