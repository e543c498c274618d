//! Laws of whole runs.

use advlab_core::{
    Activation, Classifier, Dense, DenseLayer, Error as CoreError, InputShape, Layer, ScoreKind, Seed, Stop,
};
use tch::{Device, Kind, Tensor};

use super::{Job, Maximise, MaximiseParams, Maximised, Space};
use crate::Error;
use crate::basis::Reading;

const SHAPE: InputShape = InputShape { channels: 1, height: 8, width: 9 };
const CPU: (Kind, Device) = (Kind::Float, Device::Cpu);

/// A net with a layer `maps` of 2 channels, a layer `hidden` of 12 sigmoids, a layer `off` of ReLUs that a quiet picture does not
/// reach, and linear scores of 4 classes.
#[derive(Debug)]
struct Small {
    classes: Vec<String>,
    hidden: Tensor,
    last: Tensor,
}

fn pattern(size: &[i64], stride: f64) -> Tensor {
    (Tensor::arange(size.iter().product::<i64>(), CPU) * stride).sin().reshape(size)
}

impl Small {
    fn new() -> Self {
        let classes = ["a", "b", "c", "d"].map(str::to_owned).to_vec();
        Self { classes, hidden: pattern(&[12, SHAPE.len() as i64], 0.08), last: pattern(&[4, 12], 0.9) }
    }
}

impl Classifier for Small {
    fn name(&self) -> &str {
        "small"
    }

    fn input(&self) -> InputShape {
        SHAPE
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
        Ok(self.activations(pictures, "hidden")?.f_mm(&self.last.tr())?)
    }

    fn dense(&self) -> Option<Dense> {
        let layer = |weights: &Tensor| {
            let (outputs, inputs) = weights.size2().unwrap();
            let biases = vec![0.0; outputs as usize];
            let weights = Vec::try_from(weights.flatten(0, -1)).unwrap();
            DenseLayer { inputs: inputs as usize, outputs: outputs as usize, weights, biases }
        };
        Some(Dense { layers: vec![layer(&self.hidden), layer(&self.last)], activation: Activation::Sigmoid })
    }

    fn activations(&self, pictures: &Tensor, layer: &str) -> advlab_core::Result<Tensor> {
        match layer {
            "maps" => Ok(Tensor::f_cat(&[pictures.shallow_clone(), pictures * -2.0], 1)?),
            "linear" => Ok(pictures.f_flatten(1, -1)?.f_mm(&self.hidden.tr())?),
            "off" => Ok((self.activations(pictures, "linear")? - 1.0).f_relu()?),
            "hidden" => Ok(self.activations(pictures, "linear")?.f_sigmoid()?),
            Layer::SCORES => self.scores(pictures),
            _ => Err(CoreError::NoLayer { who: "small".to_owned(), layer: layer.to_owned() }),
        }
    }
}

/// Bare steps on pixels: no noise to speak of, nothing that keeps pictures smooth.
fn bare() -> MaximiseParams {
    MaximiseParams {
        background: 0.5,
        start_sd: 0.1,
        jitter: 0,
        l2: 0.0,
        blur: 0.0,
        steps: 60,
        ..MaximiseParams::for_input(SHAPE)
    }
}

fn fourier() -> MaximiseParams {
    MaximiseParams { space: Space::Fourier, scale: 0.1, rotate: 5.0, ..bare() }
}

fn checked(params: MaximiseParams) -> Maximise {
    params.check().unwrap()
}

fn run(params: MaximiseParams, layer: &str, directions: &Tensor, batch: usize, seed: u64) -> Result<Maximised, Error> {
    let (net, stop, seed) = (Small::new(), Stop::default(), Seed::new(seed));
    let job = Job { net: &net, layer, climbed: None, reading: Reading::Mean, directions, seed, batch, stop: &stop };
    checked(params).run(&job, &mut |_| ())
}

fn all(layer: &str, params: MaximiseParams) -> Maximised {
    let units = if layer == Layer::SCORES { 4 } else { 12 };
    run(params, layer, &Tensor::eye(units, CPU), 100, 1).unwrap()
}

fn variation(pictures: &Tensor) -> f64 {
    let difference = |dim: i64, last: i64| (pictures.narrow(dim, 1, last) - pictures.narrow(dim, 0, last)).square();
    (difference(2, 7).sum(Kind::Double) + difference(3, 8).sum(Kind::Double)).double_value(&[])
}

#[test]
fn values_rise_far_above_the_starts_within_the_range() {
    for params in [bare(), fourier()] {
        for layer in ["linear", "hidden", Layer::SCORES] {
            let made = all(layer, params.clone());
            let spread = made.start_values.iter().fold(0.0_f32, |most, value| most.max(value.abs()));
            for (value, start) in made.values.iter().zip(&made.start_values) {
                // A sigmoid ends at 1, wherever it starts.
                assert!(value - start > 0.3 * spread.min(1.0) || *value > 0.99, "{layer}: {start} -> {value}");
            }
            let (least, most) = (made.pictures.min().double_value(&[]), made.pictures.max().double_value(&[]));
            assert!(least >= 0.0 && most <= 1.0 && !made.stopped, "{least} {most}");
        }
    }
    let classes = all(Layer::SCORES, bare());
    let scores = Small::new().classify(&classes.pictures).unwrap();
    assert_eq!(classes.labels, scores.labels);
    assert_eq!(classes.pictures.size(), [4, 1, 8, 9]);
    assert!(classes.confidences.iter().all(|confidence| *confidence > 0.25));
}

#[test]
fn a_linear_unit_gets_to_its_corner_of_the_box() {
    let made = all("linear", MaximiseParams { steps: 300, ..bare() });
    let weights = Small::new().hidden;
    let corners = weights.gt(0.0).to_kind(Kind::Float);
    let best = Vec::<f32>::try_from((&corners * &weights).sum_dim_intlist(1, false, None::<Kind>)).unwrap();
    for (value, best) in made.values.iter().zip(best) {
        assert!((value - best).abs() < 0.01 * best, "{value} {best}");
    }
}

#[test]
fn a_unit_that_noise_does_not_reach_is_shouted_at() {
    let net = Small::new();
    let directions = Tensor::eye(12, CPU);
    for space in [Space::Pixels, Space::Fourier] {
        let params = MaximiseParams {
            space,
            decorrelate: false,
            steps: 60,
            background: if space == Space::Pixels { 0.0 } else { 0.5 },
            start_sd: 0.02,
            ..MaximiseParams::for_input(SHAPE)
        };
        let stop = Stop::default();
        let job = Job {
            net: &net,
            layer: "off",
            climbed: None,
            reading: Reading::Mean,
            directions: &directions,
            seed: Seed::new(1),
            batch: 12,
            stop: &stop,
        };
        let made = params.check().unwrap().run(&job, &mut |_| ()).unwrap();
        let off = |values: &[f32]| values.iter().filter(|value| **value == 0.0).count();
        let (before, after) = (off(&made.start_values), off(&made.values));
        // Some of these linear units want more than noise has at all.
        assert!(before > 3 && after <= before / 2, "{space:?}: {before} off before, {after} after");
    }
}

#[test]
fn a_saturated_unit_is_climbed_all_the_same() {
    // Sigmoids of which the gradient is below 1e-20, whose square single precision does not hold.
    let mut net = Small::new();
    net.hidden = (net.hidden.abs() + 0.1) * -2.5;
    let (directions, stop) = (Tensor::eye(12, CPU), Stop::default());
    let job = Job {
        net: &net,
        layer: "hidden",
        climbed: None,
        reading: Reading::Mean,
        directions: &directions,
        seed: Seed::new(1),
        batch: 12,
        stop: &stop,
    };
    let made = checked(MaximiseParams { steps: 300, ..bare() }).run(&job, &mut |_| ()).unwrap();
    assert!(made.start_values.iter().all(|value| *value < 1e-15), "{:?}", made.start_values);
    assert!(made.values.iter().all(|value| *value > 0.1), "{:?}", made.values);
}

#[test]
fn a_run_has_the_same_bits_again_and_a_picture_is_its_own() {
    let directions = pattern(&[8, 12], 0.31);
    for params in [bare(), MaximiseParams { jitter: 2, blur: 0.5, l2: 0.2, tv: 0.1, ..bare() }, fourier()] {
        let made = |batch, seed| run(params.clone(), "hidden", &directions, batch, seed).unwrap();
        let whole = made(8, 1);
        assert_eq!(whole.pictures, made(8, 1).pictures);
        assert_ne!(whole.pictures, made(8, 2).pictures);
        for batch in [1, 3] {
            let off = (&whole.pictures - made(batch, 1).pictures).abs().max().double_value(&[]);
            assert!(off < 1e-4, "{params:?}, batch {batch}: {off}");
        }
    }
}

#[test]
fn what_keeps_pictures_smooth_does_so() {
    for base in [bare(), fourier()] {
        let rough = all("linear", base.clone());
        let smooth = [
            all("linear", MaximiseParams { tv: 3.0, ..base.clone() }),
            all("linear", MaximiseParams { blur: 1.0, blur_every: 2, ..base.clone() }),
            all("linear", MaximiseParams { l2: 10.0, ..base.clone() }),
        ];
        for made in &smooth {
            assert!(variation(&made.pictures) < 0.8 * variation(&rough.pictures), "{base:?}");
        }
        let off = |made: &Maximised| (&made.pictures - base.background).abs().mean(Kind::Double).double_value(&[]);
        assert!(off(&smooth[2]) < 0.6 * off(&rough));
        for look in [MaximiseParams { jitter: 2, ..base.clone() }, MaximiseParams { rotate: 40.0, ..base.clone() }] {
            // Seen from many sides, no unit can be pleased as much as from one.
            let seen = all("linear", look);
            let sum = |made: &Maximised| made.values.iter().sum::<f32>();
            assert!(sum(&seen) < sum(&rough), "{} {}", sum(&seen), sum(&rough));
        }
    }
}

#[test]
fn maps_are_climbed_by_their_best_position_or_their_mean() {
    let (net, stop) = (Small::new(), Stop::default());
    let directions = Tensor::eye(2, CPU);
    let made = |reading| {
        let (layer, batch, seed) = ("maps", 2, Seed::new(1));
        let job = Job { net: &net, layer, climbed: None, reading, directions: &directions, seed, batch, stop: &stop };
        checked(MaximiseParams { steps: 200, start_sd: 0.05, ..bare() }).run(&job, &mut |_| ()).unwrap()
    };
    let mean = |made: &Maximised| made.pictures.mean_dim(&[1_i64, 2, 3][..], false, None);
    let (all, best) = (made(Reading::Mean), made(Reading::Channel));
    assert!(all.values[0] > 0.99 && all.values[1] > -0.01, "{:?}", all.values);
    assert!(best.values[0] > 0.99 && best.values[1] > -0.01, "{:?}", best.values);
    assert!(mean(&all).double_value(&[0]) > 0.99);
    assert!(mean(&best).double_value(&[0]) < 0.6, "one pixel is enough");
}

#[test]
fn a_stop_leaves_what_is_finished() {
    let (net, stop, directions) = (Small::new(), Stop::default(), Tensor::eye(12, CPU));
    let (reading, seed) = (Reading::Mean, Seed::new(1));
    let job = Job {
        net: &net,
        layer: "hidden",
        climbed: None,
        reading,
        directions: &directions,
        seed,
        batch: 5,
        stop: &stop,
    };
    let mut taken = 0;
    let made = checked(MaximiseParams { steps: 10, ..bare() })
        .run(&job, &mut |pictures| {
            taken += pictures;
            if taken > 5 * 10 + 12 {
                stop.ask();
            }
        })
        .unwrap();
    assert!(made.stopped);
    assert_eq!((made.pictures.size()[0], made.values.len(), made.labels.len()), (5, 5, 5));
    assert_eq!(taken, 5 * 13);
}

#[test]
fn jobs_that_cannot_be_done_are_refused() {
    let run = |layer: &str, size: &[i64]| run(bare(), layer, &Tensor::zeros(size, CPU), 4, 1);
    assert!(matches!(run("hidden", &[3, 7]), Err(Error::Directions { width: 12, .. })));
    assert!(matches!(run("hidden", &[12]), Err(Error::Directions { .. })));
    assert!(matches!(run("hiden", &[3, 12]), Err(Error::Core(CoreError::NoLayer { .. }))));
    assert_eq!(run("hidden", &[0, 12]).unwrap().pictures.size(), [0, 1, 8, 9]);
    // A direction of no length has no gradient, and its picture stays as it starts.
    let made = run("hidden", &[1, 12]).unwrap();
    assert_eq!((made.values, made.start_values), (vec![0.0], vec![0.0]));
}
