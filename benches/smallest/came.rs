//! What a method came to on some pictures, ours and other libraries', and lines that compare.

use std::ops::ControlFlow;
use std::path::Path;
use std::process::Command;

use advlab_attacks::perturb::{Job, PerturbParams};
use advlab_benches::clock;
use advlab_core::{Aim, Classifier, Norm, Pictures, Seed, Stop, Verdict};
use serde::Deserialize;
use tch::Tensor;

/// What a method came to.
#[derive(Debug, Deserialize)]
pub(crate) struct Came {
    pub(crate) method: String,
    pub(crate) seconds: f64,
    /// Backward passes an example.
    pub(crate) gradients: f64,
    /// Length of each change; none where it failed.
    pub(crate) lengths: Vec<Option<f64>>,
}

impl Came {
    pub(crate) fn reached(&self) -> usize {
        self.lengths.iter().flatten().count()
    }

    pub(crate) fn mean(&self) -> f64 {
        self.lengths.iter().flatten().sum::<f64>() / self.reached().max(1) as f64
    }

    /// Mean lengths of this one and another over the pictures that both reached.
    pub(crate) fn beside(&self, other: &Self) -> (f64, f64) {
        let both: Vec<(f64, f64)> = self.lengths.iter().zip(&other.lengths).filter_map(|(a, b)| a.zip(*b)).collect();
        let n = both.len().max(1) as f64;
        (both.iter().map(|pair| pair.0).sum::<f64>() / n, both.iter().map(|pair| pair.1).sum::<f64>() / n)
    }

    pub(crate) fn median(&self) -> f64 {
        let mut lengths: Vec<f64> = self.lengths.iter().flatten().copied().collect();
        lengths.sort_by(f64::total_cmp);
        let n = lengths.len();
        if n == 0 { f64::NAN } else { 0.5 * (lengths[(n - 1) / 2] + lengths[n / 2]) }
    }

    pub(crate) fn show(&self) {
        let Self { method, seconds, gradients, lengths } = self;
        let each = 1e3 * seconds / lengths.len() as f64;
        let reached = format!("{}/{}", self.reached(), lengths.len());
        println!(
            "  {method:<20} {reached:>10}  mean L2 {:.4}  median {:.4}  {gradients:>6.1} gradients  {each:>8.3} ms a picture",
            self.mean(),
            self.median()
        );
    }
}

/// What ours comes to; `left` is told of every picture.
pub(crate) fn our(
    net: &dyn Classifier,
    pictures: &Pictures,
    targets: &[i64],
    params: &PerturbParams,
    batch: usize,
) -> Came {
    let attack = params.clone().check().expect("usable settings");
    let aims: Vec<Aim> = targets.iter().map(|target| Aim::Target(*target)).collect();
    let stop = Stop::default();
    let job = Job { net, pictures, aims: &aims, first: 0, seed: Seed::new(1), batch, stop: &stop };
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
    let rounded = if params.bits > 0 { format!(", {} bits", params.bits) } else { String::new() };
    let steps = params.steps.map_or(String::new(), |steps| format!(" {steps}"));
    Came { method: format!("advlab {}{steps}{rounded}", params.method), seconds, gradients, lengths }
}

/// What other libraries come to on a net that is a TorchScript file; nothing, with the reason told, where there is none of them.
pub(crate) fn their(
    script: &Path,
    pictures: &Tensor,
    targets: &[i64],
    threads: usize,
    methods: &[String],
) -> Vec<Came> {
    let folder = tempfile::tempdir().expect("a place for temporary files");
    let file = folder.path().join("pictures.safetensors");
    Tensor::write_safetensors(&[("pictures", pictures), ("targets", &Tensor::from_slice(targets))], &file)
        .expect("room for them");
    let interpreter = std::env::var("ADVLAB_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let mut command = Command::new(&interpreter);
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("smallest/peers.py")).arg(script).arg(&file);
    command.arg(threads.to_string()).args(methods);
    match command.output() {
        Ok(output) => {
            let text = String::from_utf8_lossy(&output.stdout);
            let came: Vec<Came> = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
            if came.len() < methods.len() {
                let why = String::from_utf8_lossy(&output.stderr);
                println!("  left out of other libraries: {}", why.lines().last().unwrap_or_default());
            }
            came
        }
        Err(error) => {
            println!("  no other library: {interpreter}: {error}");
            Vec::new()
        }
    }
}

/// The one whose name ends so.
pub(crate) fn find<'a>(all: &'a [Came], name: &str) -> Option<&'a Came> {
    all.iter().find(|came| came.method.ends_with(name))
}

/// Prints what was measured beside what is promised, and keeps whether everything was met.
#[derive(Debug, Default)]
pub(crate) struct Promises {
    /// Number that were not met.
    pub(crate) missed: usize,
}

impl Promises {
    pub(crate) fn line(&mut self, what: &str, value: f64, limit: f64) {
        let met = value <= limit;
        self.missed += usize::from(!met);
        println!("  {what:<72} {value:>8.4}  at most {limit:>8.4}  {}", if met { "met" } else { "MISSED" });
    }
}
