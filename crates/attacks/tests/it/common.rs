use std::ops::ControlFlow;

use advlab_attacks::Result;
use advlab_attacks::noise::{Job, Loss, Noise, NoiseParams, Optimizer, Tally};
use advlab_core::{Classifier, Dense, FirstLayer, InputShape, Outcome, ScoreKind, Seed, Stop};
use advlab_model_zoo::{ModelSpec, Net, embedded};
use tch::{Device, Tensor};

/// The embedded net of this name.
pub(crate) fn net(name: &str) -> Net {
    embedded().iter().find(|entry| entry.name == name).unwrap().net().unwrap()
}

/// A small net with random weights: 64 pixels, four classes.
pub(crate) fn small() -> Net {
    let spec = ModelSpec {
        input: InputShape { channels: 1, height: 8, width: 8 },
        classes: ["a", "b", "c", "d"].map(str::to_owned).to_vec(),
        ..ModelSpec::sigmoid_mlp(&[12, 9])
    };
    Net::random("small", &spec, Seed::new(2)).unwrap()
}

/// How much of itself a net shows; it decides which engine serves it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Shows {
    /// Everything: the kernels serve it.
    All,
    /// Its first layer: libtorch's engine steps by it.
    FirstLayer,
    /// Only scores, like a TorchScript file.
    Scores,
}

/// A net that hides parts of itself.
#[derive(Debug)]
pub(crate) struct Veiled(pub(crate) Net, pub(crate) Shows);

impl Classifier for Veiled {
    fn name(&self) -> &str {
        self.0.name()
    }
    fn input(&self) -> InputShape {
        self.0.input()
    }
    fn classes(&self) -> &[String] {
        self.0.classes()
    }
    fn score_kind(&self) -> ScoreKind {
        self.0.score_kind()
    }
    fn device(&self) -> Device {
        self.0.device()
    }
    fn scores(&self, pictures: &Tensor) -> advlab_core::Result<Tensor> {
        self.0.scores(pictures)
    }
    fn first_layer(&self) -> Option<FirstLayer<'_>> {
        if self.1 == Shows::Scores { None } else { self.0.first_layer() }
    }
    fn dense(&self) -> Option<Dense> {
        if self.1 == Shows::All { self.0.dense() } else { None }
    }
}

/// Every optimizer with every loss, with and without clipping, at a rate that does something.
pub(crate) fn settings() -> Vec<NoiseParams> {
    let mut settings = Vec::new();
    for (optimizer, rate) in
        [(Optimizer::Plain, 1.0), (Optimizer::Momentum, 0.5), (Optimizer::Adam, 0.02), (Optimizer::Normalised, 0.03)]
    {
        for loss in [Loss::Quadratic, Loss::CrossEntropy, Loss::Margin] {
            for clip in [false, true] {
                settings.push(NoiseParams { optimizer, rate, loss, clip, steps: 40, ..NoiseParams::default() });
            }
        }
    }
    settings
}

/// A finished attempt.
pub(crate) type Example = (Outcome, Vec<f32>);

/// A job at class 1 for this many attempts, successful or not.
pub(crate) fn job<'a>(net: &'a dyn Classifier, attempts: u64, stop: &'a Stop) -> Job<'a> {
    Job {
        net,
        class: 1,
        seed: Seed::new(7),
        wanted: usize::MAX,
        first_attempt: 0,
        max_attempts: attempts,
        batch: 16,
        stop,
    }
}

/// Runs a job and keeps everything that is delivered.
pub(crate) fn collect(noise: &Noise, job: &Job<'_>) -> Result<(Tally, Vec<Example>)> {
    let mut examples = Vec::new();
    let tally = noise.run(job, &mut |record, picture| {
        examples.push((record.clone(), picture.to_vec()));
        ControlFlow::Continue(())
    })?;
    Ok((tally, examples))
}

/// [`collect`] for so many attempts that must not fail.
pub(crate) fn attempts(params: &NoiseParams, net: &dyn Classifier, attempts: u64, batch: usize) -> Vec<Example> {
    let stop = Stop::default();
    let job = Job { batch, ..job(net, attempts, &stop) };
    let (tally, examples) = collect(&params.clone().check().unwrap(), &job).unwrap();
    assert_eq!(tally.attempts, attempts);
    examples
}
