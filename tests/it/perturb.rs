//! The smallest changes: what is true of every outcome, whatever the method, the norm, the net and the wish.

use std::ops::ControlFlow;

use advlab_attacks::perturb::{Doubt, Job, Method, PerturbParams, doubts};
use advlab_core::{
    Aim, Classifier, InputShape, Norm, Perturbation, Pictures, ScoreKind, Seed, Stop, Verdict, distances,
};
use advlab_datasets::{LoadOptions, Split, load};
use advlab_model_zoo::{ModelSpec, Net, embedded};
use tch::{Device, Kind, Tensor};

/// Nets written down by hand.
#[derive(Debug)]
enum Toy {
    /// `scores = W x`.
    Linear(Tensor),
    /// A net without gradients: it rounds what it sees.
    Rounded(Tensor),
    /// The gradient is NaN at every picture.
    Broken(Tensor),
    /// Another answer at every call.
    Dice(Tensor, std::cell::Cell<f64>),
    /// Probabilities in place of logits.
    Confident(Tensor),
    /// A sigmoid of each score, said to be this.
    Squashed(Tensor, ScoreKind),
    /// Scores that are no numbers where the last pixel is bright and the first is not exactly grey.
    Holed(Tensor),
}

const SIDE: i64 = 6;
const SHAPE: InputShape = InputShape { channels: 1, height: SIDE, width: SIDE };

impl Classifier for Toy {
    fn name(&self) -> &str {
        "toy"
    }
    fn input(&self) -> InputShape {
        SHAPE
    }
    fn classes(&self) -> &[String] {
        static CLASSES: std::sync::LazyLock<Vec<String>> =
            std::sync::LazyLock::new(|| ["a", "b", "c"].map(str::to_owned).to_vec());
        &CLASSES
    }
    fn score_kind(&self) -> ScoreKind {
        if let Self::Squashed(_, kind) = self { *kind } else { ScoreKind::Logits }
    }
    fn device(&self) -> Device {
        Device::Cpu
    }
    fn scores(&self, pictures: &Tensor) -> advlab_core::Result<Tensor> {
        let flat = pictures.f_flatten(1, -1)?;
        Ok(match self {
            Self::Linear(weights) => flat.f_mm(&weights.tr())?,
            Self::Rounded(weights) => (flat * 4.0).round().f_mm(&weights.tr())?,
            // The square root of zero has an infinite slope, and zero times it is no number.
            Self::Broken(weights) => (&flat + (&flat * 0.0).f_sqrt()?).f_mm(&weights.tr())?,
            Self::Dice(weights, luck) => {
                luck.set(luck.get() + 0.7);
                flat.f_mm(&weights.tr())? + luck.get().sin() * Tensor::from_slice(&[1.0_f32, -1.0, 0.5])
            }
            Self::Confident(weights) => flat.f_mm(&weights.tr())?.softmax(1, None::<Kind>),
            Self::Squashed(weights, _) => flat.f_mm(&weights.tr())?.sigmoid(),
            Self::Holed(weights) => {
                let hole = flat.narrow(1, -1, 1).gt(0.8).logical_and(&flat.narrow(1, 0, 1).not_equal(0.25));
                flat.f_mm(&weights.tr())?.masked_fill(&hole, f64::NAN)
            }
        })
    }
}

/// Numbers that look random and are the same every time.
fn draws(seed: u64, n: usize, low: f32, high: f32) -> Vec<f32> {
    use rand::Rng;
    let mut rng = Seed::new(seed).rng();
    (0..n).map(|_| rng.random_range(low..high)).collect()
}

fn weights(seed: u64) -> Tensor {
    Tensor::from_slice(&draws(seed, (3 * SIDE * SIDE) as usize, -1.0, 1.0)).reshape([3, SIDE * SIDE])
}

/// Pictures in the middle of the box, where no bound is near.
fn grey(n: i64) -> Pictures {
    let values = draws(3, (n * SIDE * SIDE) as usize, 0.4, 0.6);
    Pictures::new(Tensor::from_slice(&values).reshape(SHAPE.batch(n))).unwrap()
}

/// Every method with every norm that it knows, at few steps.
fn methods() -> Vec<PerturbParams> {
    let mut all = Vec::new();
    for method in Method::ALL {
        for norm in method.norms() {
            let steps = match method {
                Method::Fgsm => 1,
                Method::Pgd => 40,
                Method::CarliniWagner => 300,
                Method::Deepfool => 20,
                Method::Pdgd | Method::Alma => 400,
                _ => 100,
            };
            all.push(PerturbParams { method, norm: *norm, steps: Some(steps), ..PerturbParams::default() });
        }
    }
    all
}

/// Whether a method may miss a class of a curved net at the few steps of these tests.
fn may_fail(params: &PerturbParams) -> bool {
    let method = params.method;
    method.is_bounded() || [Method::Deepfool, Method::CarliniWagner].contains(&method) || params.norm == Norm::L0
}

/// Outcomes in the order of the pictures.
fn run(
    params: &PerturbParams,
    net: &dyn Classifier,
    pictures: &Pictures,
    aims: &[Aim],
    batch: usize,
) -> Vec<(Perturbation, Vec<f32>)> {
    let stop = Stop::default();
    let job = Job { net, pictures, aims, first: 10, seed: Seed::new(5), batch, stop: &stop };
    let mut made = Vec::new();
    let whole = params.clone().check().unwrap().run(&job, &mut |record, picture| {
        made.push((record, picture.to_vec()));
        ControlFlow::Continue(())
    });
    assert!(whole.unwrap(), "{params:?}: not all pictures were delivered");
    made.sort_by_key(|(record, _)| record.index);
    made
}

fn values(pictures: &Pictures) -> Vec<Vec<f32>> {
    let len = pictures.shape().len();
    let flat = Vec::<f32>::try_from(pictures.tensor().reshape([-1])).unwrap();
    flat.chunks(len).map(<[f32]>::to_vec).collect()
}

fn who(params: &PerturbParams, net: &dyn Classifier) -> String {
    format!("{} {} on {}", params.method, params.norm, net.name())
}

/// Drawn digits, with the embedded nets that take them and a small random one.
fn on_digits(law: impl Fn(&dyn Classifier, &Pictures, &[Aim])) {
    let options = LoadOptions { count: Some(12), ..LoadOptions::default() };
    let digits = load("digits", Split::Test, &options).unwrap();
    let pictures = digits.pictures(0..12).unwrap();
    for entry in embedded().iter().filter(|entry| ["shallow", "cnn"].contains(&entry.name)) {
        let net = entry.net().unwrap();
        let labels = net.classify(pictures.tensor()).unwrap().labels;
        let mixed: Vec<Aim> = labels
            .iter()
            .enumerate()
            .map(|(i, label)| if i % 3 == 0 { Aim::Away(*label) } else { Aim::Target((label + 1 + i as i64 % 9) % 10) })
            .collect();
        law(&net, &pictures, &mixed);
    }
}

#[test]
fn every_outcome_is_what_its_record_says() {
    on_digits(|net, pictures, aims| {
        let cleans = values(pictures);
        for params in methods() {
            let who = who(&params, net);
            let made = run(&params, net, pictures, aims, 5);
            assert_eq!(made.len(), aims.len(), "{who}");
            for (i, (record, picture)) in made.iter().enumerate() {
                assert_eq!((record.index, record.aim), (10 + i as u64, aims[i]), "{who}");
                assert!(picture.iter().all(|v| (0.0..=1.0).contains(v)), "{who}: picture {i} leaves [0, 1]");
                let seen = net.classify(&Tensor::from_slice(picture).reshape(net.input().batch(1))).unwrap();
                match record.verdict {
                    Verdict::Success => {
                        assert!(aims[i].holds(seen.labels[0]), "{who}: picture {i} is not what was wanted");
                        assert!(record.margin < 0.0, "{who}: {}", record.margin);
                    }
                    // Nothing found: the clean picture and a flag, never zeros.
                    Verdict::Failure | Verdict::WrongBefore => assert_eq!(*picture, cleans[i], "{who}: picture {i}"),
                    Verdict::Tie => {}
                }
                assert_eq!(record.distances, distances(&cleans[i], picture), "{who}: picture {i}");
                assert!(record.forward >= record.backward, "{who}: {} and {}", record.forward, record.backward);
                if let (Some(bound), Verdict::Success) = (record.lower_bound, record.verdict) {
                    let found = record.distance(params.norm);
                    assert!(bound <= found, "{who}: picture {i}: a proof of {bound} and a find of {found}");
                }
            }
            let found = made.iter().filter(|(record, _)| record.verdict == Verdict::Success).count();
            assert!(found == made.len() || may_fail(&params), "{who}: {found} of {}", made.len());
        }
    });
}

#[test]
fn the_same_seed_makes_the_same_bits_and_the_batch_changes_nothing() {
    on_digits(|net, pictures, aims| {
        for params in methods() {
            // Whether it succeeds is not asked here.
            let params = PerturbParams { steps: params.steps.map(|steps| steps.min(100)), ..params };
            let who = who(&params, net);
            let (whole, again, alone) = (
                run(&params, net, pictures, aims, 64),
                run(&params, net, pictures, aims, 64),
                run(&params, net, pictures, aims, 1),
            );
            for (i, ((a, picture), ((b, _), (c, other)))) in whole.iter().zip(again.iter().zip(&alone)).enumerate() {
                let (x, y, z) = (a.distance(params.norm), b.distance(params.norm), c.distance(params.norm));
                assert!((x - y).abs() <= 1e-5 * (1.0 + x), "{who}: picture {i}: {x}, then {y}");
                assert_eq!(a.verdict, c.verdict, "{who}: picture {i}");
                assert!((x - z).abs() <= 1e-5 * (1.0 + x), "{who}: picture {i}: {x} in a batch, {z} alone");
                let gap = picture.iter().zip(other).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
                assert!(gap <= 1e-3, "{who}: picture {i} is off by {gap} alone");
            }
        }
    });
}

#[test]
fn with_bits_every_value_is_one_that_a_file_can_hold() {
    on_digits(|net, pictures, aims| {
        let file = |value: f32| f32::from((value * 255.0).round() as u8) / 255.0;
        let cleans = Pictures::new(pictures.tensor().copy()).unwrap();
        for params in methods().into_iter().filter(|p| p.norm == Norm::L2 || p.norm == Norm::Linf) {
            let params = PerturbParams { bits: 8, ..params };
            let who = who(&params, net);
            for (i, (record, picture)) in run(&params, net, &cleans, aims, 64).iter().enumerate() {
                assert!(picture.iter().all(|v| file(*v) == *v), "{who}: picture {i} is between two grey levels");
                assert!(record.verdict == Verdict::Success || may_fail(&params), "{who}: picture {i}");
                let (rounded, real) = (record.distance(params.norm), record.unrounded[params.norm as usize]);
                assert!(rounded <= 1.1 * real + 0.02, "{who}: picture {i}: {real} became {rounded}");
            }
        }
    });
}

#[test]
fn on_a_linear_net_they_come_close_to_the_exact_distance() {
    let net = Toy::Linear(weights(1));
    let pictures = grey(16);
    let labels = net.classify(pictures.tensor()).unwrap().labels;
    let aims: Vec<Aim> = labels.iter().map(|label| Aim::Away(*label)).collect();
    let rows: Vec<Vec<f32>> = Vec::<Vec<f32>>::try_from(&weights(1)).unwrap();
    let cleans = values(&pictures);
    for params in methods() {
        let made = run(&params, &net, &pictures, &aims, 7);
        for (i, (record, _)) in made.iter().enumerate() {
            // The nearest of the planes between the label's class and each other one.
            let label = labels[i] as usize;
            let exact = (0..3)
                .filter(|k| *k != label)
                .map(|k| {
                    let normal: Vec<f64> = rows[k].iter().zip(&rows[label]).map(|(a, b)| f64::from(a - b)).collect();
                    let margin: f64 = -normal.iter().zip(&cleans[i]).map(|(n, x)| n * f64::from(*x)).sum::<f64>();
                    let largest = normal.iter().map(|n| n.abs()).fold(0.0, f64::max);
                    match params.norm {
                        Norm::L2 => margin / normal.iter().map(|n| n * n).sum::<f64>().sqrt(),
                        Norm::Linf => margin / normal.iter().map(|n| n.abs()).sum::<f64>(),
                        Norm::L1 => margin / largest,
                        // As many values as have to go to their bound: at least what the largest slopes can do.
                        Norm::L0 => (margin / (largest * 0.6)).ceil().max(1.0),
                    }
                })
                .fold(f64::INFINITY, f64::min);
            let found = record.distance(params.norm);
            let slack = match (params.method, params.norm) {
                (Method::Minimal | Method::Lbfgs, _) => 1.02,
                (Method::Fgsm, Norm::Linf) => 1.25,
                (_, Norm::L0) => 4.0,
                (_, Norm::L1) => 2.0,
                _ => 1.25,
            };
            assert_eq!(record.verdict, Verdict::Success, "{} {}", params.method, params.norm);
            assert!(
                found >= 0.999 * exact || params.norm == Norm::L1,
                "{} {}: {found} below {exact}",
                params.method,
                params.norm
            );
            assert!(
                found <= slack * exact,
                "{} {}: picture {i}: found {found:.4}, exact {exact:.4}",
                params.method,
                params.norm
            );
        }
    }
}

#[test]
fn a_given_radius_is_kept() {
    on_digits(|net, pictures, aims| {
        for method in Method::ALL.into_iter().filter(|method| method.is_bounded()) {
            for norm in method.norms() {
                let epsilon = if *norm == Norm::Linf { 0.1 } else { 2.0 };
                let params = PerturbParams { method, norm: *norm, epsilon: Some(epsilon), ..PerturbParams::default() };
                for (record, _) in run(&params, net, pictures, aims, 8) {
                    let found = record.distance(*norm);
                    assert!(found <= epsilon + 1e-6, "{}: {found} in a ball of {epsilon}", who(&params, net));
                }
            }
        }
    });
}

#[test]
fn pixels_at_a_bound_can_move() {
    // A picture of 0 and 1 alone: an attack in tanh space that does not shrink them first can change none of it.
    let net = Toy::Linear(weights(2));
    let values: Vec<f32> = (0..SIDE * SIDE).map(|i| (i % 2) as f32).collect();
    let pictures = Pictures::new(Tensor::from_slice(&values).reshape(SHAPE.batch(1))).unwrap();
    let label = net.classify(pictures.tensor()).unwrap().labels[0];
    for params in methods() {
        for aim in [Aim::Away(label), Aim::Target((label + 1) % 3)] {
            let made = run(&params, &net, &pictures, &[aim], 1);
            let ok = made[0].0.verdict == Verdict::Success || params.method == Method::Fgsm;
            assert!(ok, "{} {} {aim:?}: {:?}", params.method, params.norm, made[0].0.verdict);
        }
    }
}

#[test]
fn a_net_without_gradients_gives_failures_and_no_nan() {
    let pictures = grey(4);
    for net in [Toy::Rounded(weights(1)), Toy::Broken(weights(1))] {
        let labels = net.classify(pictures.tensor()).unwrap().labels;
        let aims: Vec<Aim> = labels.iter().map(|label| Aim::Target((label + 1) % 3)).collect();
        let cleans = values(&pictures);
        for params in methods() {
            for (i, (record, picture)) in run(&params, &net, &pictures, &aims, 4).iter().enumerate() {
                assert!(picture.iter().all(|v| v.is_finite()), "{} {}", params.method, params.norm);
                if record.verdict != Verdict::Success {
                    assert_eq!(record.verdict, Verdict::Failure);
                    assert_eq!(*picture, cleans[i], "{} {}: not the clean picture", params.method, params.norm);
                }
            }
        }
    }
}

#[test]
fn pictures_that_are_wrong_before_are_a_kind_of_their_own() {
    let net = Toy::Linear(weights(1));
    let pictures = grey(6);
    let labels = net.classify(pictures.tensor()).unwrap().labels;
    let aims: Vec<Aim> = labels
        .iter()
        .enumerate()
        .map(|(i, label)| if i % 2 == 0 { Aim::Target(*label) } else { Aim::Away((label + 1) % 3) })
        .collect();
    for params in methods() {
        // In batches of one: there is no other picture in the batch that keeps the search going.
        let made = run(&params, &net, &pictures, &aims, 1);
        assert_eq!(made.len(), 6);
        for (record, _) in made {
            assert_eq!(record.verdict, Verdict::WrongBefore, "{} {}", params.method, params.norm);
            assert_eq!((record.forward, record.backward, record.distances), (1, 0, [0.0; 4]));
        }
    }
}

#[test]
fn what_makes_an_attack_meaningless_is_named() {
    let pictures = grey(8);
    let named = |net: Toy| doubts(&net, &pictures).unwrap().iter().map(|doubt| doubt.key()).collect::<Vec<_>>();
    assert_eq!(named(Toy::Linear(weights(1))), Vec::<&str>::new());
    assert_eq!(named(Toy::Rounded(weights(1))), ["zero-gradient"]);
    assert_eq!(named(Toy::Broken(weights(1))), ["bad-gradient"]);
    assert_eq!(named(Toy::Dice(weights(1), std::cell::Cell::new(0.0))), ["random"]);
    assert_eq!(named(Toy::Confident(weights(1))), ["probabilities"]);
    for kind in [ScoreKind::Logits, ScoreKind::Sigmoid] {
        assert_eq!(named(Toy::Squashed(weights(1), kind)), ["probabilities"], "{}", kind.name());
    }
    assert_eq!(named(Toy::Squashed(weights(1), ScoreKind::SigmoidProbabilities)), Vec::<&str>::new());
    let told = |pictures: &Pictures| doubts(&Toy::Holed(weights(1)), pictures).map_err(|error| error.to_string());
    let beside = told(&with_holes(0.25)).unwrap();
    assert!(matches!(beside[..], [Doubt::BadScores { count: 2, of: 6 }]), "{beside:?}");
    assert_eq!(
        told(&with_holes(0.7)).unwrap_err(),
        "toy: the scores are NaN or infinite for 2 of the first 6 pictures (counted from 0: 1, 4)"
    );
}

/// Six pictures; two are bright in the last pixel, and those are as bright as this in the first.
fn with_holes(first: f64) -> Pictures {
    let pictures = grey(6);
    for number in [1, 4] {
        let values = pictures.tensor().get(number).reshape([-1]);
        let _ = values.get(SIDE * SIDE - 1).fill_(0.9);
        let _ = values.get(0).fill_(first);
    }
    pictures
}

#[test]
fn scores_that_are_no_numbers_end_the_search_of_their_picture_alone() {
    let pictures = with_holes(0.25);
    let net = Toy::Holed(weights(1));
    let labels = net.classify(pictures.tensor()).unwrap().labels;
    let aims: Vec<Aim> = labels.iter().map(|label| Aim::Away(*label)).collect();
    for (record, picture) in run(&PerturbParams::default(), &net, &pictures, &aims, 6) {
        let holed = [11, 14].contains(&record.index);
        let wanted = if holed { Verdict::Failure } else { Verdict::Success };
        assert_eq!(record.verdict, wanted, "{record:?}");
        assert!(!holed || (record.distances == [0.0; 4] && (picture[0], picture[35]) == (0.25, 0.9)), "{record:?}");
    }
}

#[test]
fn a_sigmoid_s_outputs_are_attacked_as_well_as_its_logits() {
    let pictures = grey(6);
    let logits = Toy::Linear(weights(1));
    let outputs = Toy::Squashed(weights(1), ScoreKind::SigmoidProbabilities);
    let labels = logits.classify(pictures.tensor()).unwrap().labels;
    let aims: Vec<Aim> = labels.iter().map(|label| Aim::Target((label + 1) % 3)).collect();
    let params = PerturbParams::default();
    let both = run(&params, &logits, &pictures, &aims, 6).into_iter().zip(run(&params, &outputs, &pictures, &aims, 6));
    for ((a, _), (b, _)) in both {
        assert_eq!((a.verdict, b.verdict), (Verdict::Success, Verdict::Success));
        let (a, b) = (a.distance(Norm::L2), b.distance(Norm::L2));
        assert!((a - b).abs() < 1e-3 * a, "from logits {a}, from outputs {b}");
    }
}

#[test]
fn a_proof_never_exceeds_what_can_be_found() {
    // Narrow and wide, saturated and not: every activation, and the smallest finds of the best method.
    for (i, activation) in ["sigmoid", "tanh", "relu"].iter().enumerate() {
        let spec: ModelSpec = toml::from_str(&format!(
            "input = '1x6x6'\nclasses = ['a', 'b', 'c']\nhidden = [12, 7]\nactivation = '{activation}'\noutput = 'softmax'"
        ))
        .unwrap();
        let net = Net::random("net", &spec, Seed::new(i as u64)).unwrap();
        let pictures = grey(24);
        let labels = net.classify(pictures.tensor()).unwrap().labels;
        let aims: Vec<Aim> = labels.iter().map(|label| Aim::Away(*label)).collect();
        for (record, _) in run(&PerturbParams::default(), &net, &pictures, &aims, 24) {
            let bound = record.lower_bound.unwrap();
            assert!(bound > 0.0, "{activation}: no proof at all");
            assert!(
                record.verdict != Verdict::Success || bound <= record.distance(Norm::L2),
                "{activation}: {record:?}"
            );
        }
    }
}
