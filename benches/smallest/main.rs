//! The smallest changes beside other libraries', on the same nets, pictures and machine, in one run:
//! `cargo bench -p advlab-benches --bench smallest`.
//!
//! 1000 test digits of MNIST that the net gets right, each to a random other label. Other libraries are asked through
//! `ADVLAB_PYTHON` (with `torch`, `scipy` and `adv-lib`, and `foolbox` for `ADVLAB_BENCH_CW=1`); rows whose library is missing
//! are left out. Lengths are compared over the pictures that both reached, since a mean over one's own successes rewards whoever
//! fails on the hard ones.
#![expect(clippy::print_stdout, reason = "a bench prints its table")]

use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Command, ExitCode};

use advlab_attacks::perturb::{Job, Method, PerturbParams};
use advlab_benches::clock;
use advlab_core::{Aim, Classifier, Norm, Pictures, Seed, Stop, Verdict};
use advlab_datasets::{LoadOptions, Split, load};
use advlab_model_zoo::{export, read};
use rand::Rng;
use serde::Deserialize;
use tch::Tensor;

/// Digits attacked.
const DIGITS: usize = 1000;
/// Of them, those that the loop over SciPy is asked for.
const FOR_SCIPY: usize = 50;

/// What a method came to.
#[derive(Debug, Deserialize)]
struct Came {
    method: String,
    seconds: f64,
    /// Backward passes an example.
    gradients: f64,
    /// Length of each change; none where it failed.
    lengths: Vec<Option<f64>>,
}

impl Came {
    fn reached(&self) -> usize {
        self.lengths.iter().flatten().count()
    }

    fn mean(&self) -> f64 {
        self.lengths.iter().flatten().sum::<f64>() / self.reached().max(1) as f64
    }

    /// Mean lengths of this one and another over the pictures that both reached.
    fn beside(&self, other: &Self) -> (f64, f64) {
        let both: Vec<(f64, f64)> = self.lengths.iter().zip(&other.lengths).filter_map(|(a, b)| a.zip(*b)).collect();
        let n = both.len().max(1) as f64;
        (both.iter().map(|pair| pair.0).sum::<f64>() / n, both.iter().map(|pair| pair.1).sum::<f64>() / n)
    }

    fn show(&self) {
        let Self { method, seconds, gradients, lengths } = self;
        let each = 1e3 * seconds / lengths.len() as f64;
        let reached = format!("{}/{}", self.reached(), lengths.len());
        println!(
            "  {method:<18} {reached:>10}  mean L2 {:.4}  {gradients:>6.1} gradients  {each:>8.3} ms a digit",
            self.mean()
        );
    }
}

fn main() -> ExitCode {
    if std::env::args().any(|argument| argument == "--list" || argument == "--test") {
        return ExitCode::SUCCESS;
    }
    let threads = advlab_benches::share_threads();
    let digits = match load("mnist", Split::Test, &LoadOptions::default()) {
        Ok(digits) => digits,
        Err(error) => {
            println!("left out: {error}");
            return ExitCode::SUCCESS;
        }
    };
    println!("{threads} threads; {DIGITS} digits to random labels");
    let wide = Path::new(env!("CARGO_MANIFEST_DIR")).join("smallest/fc100-100-10.safetensors");
    let (wide, _) = read(&wide, None).expect("the weights beside this file are whole");
    let mut all_met = true;
    for net in [advlab_benches::net("shallow"), wide.named("FC100-100-10")] {
        println!("\n{}, {}", net.name(), net.spec().text());
        let mut rng = Seed::new(1).child("targets").rng();
        let all = digits.pictures(0..2 * DIGITS).expect("MNIST has as many");
        let seen = net.classify(all.tensor()).expect("the net takes digits").labels;
        let right: Vec<usize> = (0..2 * DIGITS).filter(|i| seen[*i] == digits.labels()[*i]).take(DIGITS).collect();
        let pictures = digits.pictures(right.as_slice()).expect("they are there");
        let targets: Vec<i64> = right.iter().map(|i| (seen[*i] + rng.random_range(1..10)) % 10).collect();
        let ours: Vec<Came> =
            [(Method::Minimal, 50), (Method::Minimal, 80), (Method::Minimal, 200), (Method::Lbfgs, 600)]
                .into_iter()
                .map(|(method, steps)| our(&net, &pictures, &targets, method, steps))
                .collect();
        let theirs = peers(&net, &pictures, &targets, threads);
        ours.iter().chain(&theirs).for_each(Came::show);
        all_met &= judge(&ours, &theirs);
    }
    println!("\n{}", if all_met { "all met" } else { "not all met" });
    ExitCode::SUCCESS
}

fn our(net: &dyn Classifier, pictures: &Pictures, targets: &[i64], method: Method, steps: u32) -> Came {
    let attack =
        PerturbParams { method, steps: Some(steps), ..PerturbParams::default() }.check().expect("usable settings");
    let aims: Vec<Aim> = targets.iter().map(|target| Aim::Target(*target)).collect();
    let stop = Stop::default();
    let job = Job { net, pictures, aims: &aims, first: 0, seed: Seed::new(1), batch: 256, stop: &stop };
    let mut lengths = vec![None; aims.len()];
    let mut gradients = 0;
    let taken = clock(|| {
        attack.run(&job, &mut |record, _| {
            gradients += u64::from(record.backward);
            if record.verdict == Verdict::Success {
                lengths[record.index as usize] = Some(record.distance(Norm::L2));
            }
            ControlFlow::Continue(())
        })
    });
    let (seconds, gradients) = (taken.as_secs_f64(), gradients as f64 / aims.len() as f64);
    Came { method: format!("advlab {method} {steps}"), seconds, gradients, lengths }
}

fn peers(net: &dyn Classifier, pictures: &Pictures, targets: &[i64], threads: usize) -> Vec<Came> {
    let folder = tempfile::tempdir().expect("a place for temporary files");
    let (script, digits) = (folder.path().join("net.pt"), folder.path().join("pictures.safetensors"));
    export(net, &script, true).expect("a net of the zoo can be exported");
    let flat = pictures.tensor().flatten(1, -1);
    Tensor::write_safetensors(&[("pictures", flat), ("targets", Tensor::from_slice(targets))], &digits)
        .expect("room for them");
    let interpreter = std::env::var("ADVLAB_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let mut command = Command::new(&interpreter);
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("smallest/peers.py")).arg(&script).arg(&digits);
    command.arg(threads.to_string()).args(["ddn:100", "ddn:1000", "pdgd:1000", "alma:1000"]);
    command.arg(format!("scipy-lbfgs:{FOR_SCIPY}"));
    if std::env::var_os("ADVLAB_BENCH_CW").is_some() {
        command.arg("carlini-wagner");
    }
    match command.output() {
        Ok(output) => {
            let text = String::from_utf8_lossy(&output.stdout);
            let came: Vec<Came> = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
            if came.is_empty() {
                let why = String::from_utf8_lossy(&output.stderr);
                println!("  no other library: {}", why.lines().last().unwrap_or_default());
            }
            came
        }
        Err(error) => {
            println!("  no other library: {interpreter}: {error}");
            Vec::new()
        }
    }
}

/// Compares, line by line, with what is promised.
fn judge(ours: &[Came], theirs: &[Came]) -> bool {
    let find = |all: &'_ [Came], name: &str| all.iter().position(|came| came.method.ends_with(name));
    let mut all_met = true;
    let mut line = |what: &str, value: f64, limit: f64| {
        let met = value <= limit;
        all_met &= met;
        println!("  {:<66} {value:>8.4}  at most {limit:>8.4}  {}", what, if met { "met" } else { "MISSED" });
    };
    let [Some(at_50), Some(at_80), Some(at_200), Some(lbfgs)] =
        ["minimal 50", "minimal 80", "minimal 200", "lbfgs 600"].map(|name| find(ours, name))
    else {
        return true;
    };
    line("pictures not reached by minimal at 200", (DIGITS - ours[at_200].reached()) as f64, 0.0);
    if let Some(ddn) = find(theirs, "ddn:100") {
        let (a, b) = ours[at_50].beside(&theirs[ddn]);
        line("mean L2 of minimal at 50 gradients over DDN's at 100", a, b);
    }
    let fair = |came: &&Came| came.lengths.len() == DIGITS && came.gradients <= 1000.5;
    let best = theirs.iter().filter(fair).min_by(|a, b| {
        let (x, y) = a.beside(b);
        x.total_cmp(&y)
    });
    if let Some(best) = best {
        let (a, b) = ours[at_200].beside(best);
        line(&format!("mean L2 of minimal at 200 gradients beside {}", best.method), a, b);
        let (a, b) = ours[at_80].beside(best);
        if a <= b {
            line(
                &format!("seconds of minimal at 80 over those of {}", best.method),
                ours[at_80].seconds / best.seconds,
                0.2,
            );
        } else {
            line(
                &format!("seconds of minimal at 200 over those of {}", best.method),
                ours[at_200].seconds / best.seconds,
                0.2,
            );
        }
    }
    if let Some(scipy) = find(theirs, &format!("scipy-lbfgs:{FOR_SCIPY}")) {
        let each = |came: &Came| came.seconds / came.lengths.len() as f64;
        line(
            "time of lbfgs for a digit over that of the loop over SciPy",
            each(&ours[lbfgs]) / each(&theirs[scipy]),
            0.02,
        );
        let (a, b) = ours[lbfgs].beside(&theirs[scipy]);
        line("mean L2 of lbfgs beside the loop over SciPy", a, b);
    }
    all_met
}
