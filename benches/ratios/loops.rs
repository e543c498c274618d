//! 1000 attempts of 1000 steps by the published recipe, against the loop that one writes down in PyTorch.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use advlab_attacks::noise::NoiseParams;
use advlab_benches::{attempt, clock, net};
use advlab_core::Classifier;
use advlab_model_zoo::{Net, embedded};
use tch::{Device, Kind, Tensor};

use crate::Row;

const CLASS: i64 = 4;
const ATTEMPTS: i64 = 1000;
const STEPS: u32 = 1000;
/// The slow one of each pair is timed so often, unless it takes too long, and ours three times as often.
const ROUNDS: usize = 3;
const LONGEST: Duration = Duration::from_secs(10);

pub(crate) fn measure(show: &mut impl FnMut(Row)) {
    let noise = NoiseParams { steps: STEPS, early_stop: false, ..NoiseParams::published() };
    let noise = noise.check().expect("the published recipe can run");
    for (name, limit) in [("shallow", 1.0 / 20.0), ("deep", 1.0 / 8.0)] {
        let net = net(name);
        let python = Python::find(name);
        let (mut ours, mut theirs) = (Duration::MAX, Duration::MAX);
        let began = Instant::now();
        for round in 0..ROUNDS {
            if round > 0 && began.elapsed() > LONGEST {
                break;
            }
            for _ in 0..3 {
                ours = ours.min(clock(|| attempt(&noise, &net, ATTEMPTS as u64, 1000)));
            }
            theirs = theirs.min(match &python {
                Some(python) => python.time().expect("PyTorch was there a moment ago"),
                None => clock(|| plain_loop(&net)),
            });
        }
        let how =
            if python.is_some() { "PyTorch (plain_loop.py)" } else { "the same loop in tch, for want of PyTorch" };
        show(Row {
            what: format!("{ATTEMPTS} x {STEPS} published steps, {name}, whole call"),
            value: ours.as_secs_f64() / theirs.as_secs_f64(),
            limit,
            unit: "",
            measured: format!("{:.0} ms of {:.0} ms in {how}", ours.as_secs_f64() * 1e3, theirs.as_secs_f64() * 1e3),
        });
    }
}

/// A Python that can import torch, and the net's weights in a file for it.
struct Python {
    interpreter: String,
    weights: tempfile::NamedTempFile,
}

impl Python {
    /// `ADVLAB_PYTHON` names it; otherwise it is `python3`.
    fn find(name: &str) -> Option<Self> {
        let interpreter = std::env::var("ADVLAB_PYTHON").unwrap_or_else(|_| "python3".to_owned());
        let there = Command::new(&interpreter).args(["-c", "import torch"]).output().ok()?.status.success();
        let entry = embedded().iter().find(|entry| entry.name == name)?;
        let mut weights = tempfile::NamedTempFile::new().ok()?;
        weights.write_all(entry.bytes()).ok()?;
        there.then_some(Self { interpreter, weights })
    }

    fn time(&self) -> Option<Duration> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("plain_loop.py");
        let numbers = [CLASS, ATTEMPTS, i64::from(STEPS), i64::from(tch::get_num_threads())].map(|n| n.to_string());
        let output =
            Command::new(&self.interpreter).arg(script).arg(self.weights.path()).args(numbers).output().ok()?;
        String::from_utf8_lossy(&output.stdout).trim().parse().ok().map(Duration::from_secs_f64)
    }
}

/// The loop of `plain_loop.py`.
fn plain_loop(net: &Net) {
    let options = (Kind::Float, Device::Cpu);
    let goal = Tensor::zeros([ATTEMPTS, net.classes().len() as i64], options);
    let _ = goal.select(1, CLASS).fill_(1.0);
    let noise = Tensor::randn([ATTEMPTS, net.input().len() as i64], options) * 0.3 + 0.5;
    let mut pictures = noise.set_requires_grad(true);
    for _ in 0..STEPS {
        let outputs = net.scores(&pictures.view(net.input().batch(ATTEMPTS))).expect("the shapes fit").sigmoid();
        let cost = (outputs - &goal).square().sum(Kind::Float) / 2.0;
        let gradient = Tensor::run_backward(&[cost], &[&pictures], false, false).remove(0);
        tch::no_grad(|| pictures -= gradient);
    }
}
