//! What the benches share: nets, runs from noise, and clocks.
//!
//! `cargo bench -p advlab-benches` runs all of them. `ratios` prints a table of what the project promises: the speed of one
//! thing over that of another, measured in turn in one run, so that the numbers mean something on any machine. `smallest`
//! looks for the smallest changes beside other libraries. `basis` asks a data set for the pictures that drive the directions of
//! a layer. `training` takes steps beside bare ones. `folders` reads pictures from their files. `lyapunov` computes exponents
//! beside the products of the Jacobians. `prepare` cuts and rotates pictures beside a script with Pillow. `noise`
//! times single pieces with criterion.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use advlab_attacks::noise::{Job, Noise, Tally};
use advlab_core::{Classifier, Dense, Seed, Stop};
use advlab_model_zoo::{ModelSpec, Net, embedded};
use tch::{Device, Kind, Tensor};

/// The embedded net of this name.
pub fn net(name: &str) -> Net {
    let entry = embedded().iter().find(|entry| entry.name == name).expect("one of the embedded nets");
    entry.net().expect("embedded weights are whole")
}

/// A sigmoid net for MNIST with random weights and these hidden layers.
pub fn random_net(hidden: &[i64]) -> Net {
    let widths: Vec<String> = hidden.iter().map(i64::to_string).collect();
    let name = format!("784-{}-10", widths.join("-"));
    Net::random(&name, &ModelSpec::sigmoid_mlp(hidden), Seed::new(1)).expect("dense layers fit together")
}

/// Makes `attempts` attempts at class 4 and lets them go, `batch` at a time.
pub fn attempt(noise: &Noise, net: &dyn Classifier, attempts: u64, batch: usize) -> Tally {
    let stop = Stop::default();
    noise
        .run(&job(net, attempts, batch, &stop), &mut |_, _| ControlFlow::Continue(()))
        .expect("the descent stays finite")
}

/// [`attempt`] with the engine that serves every net.
pub fn attempt_on_pixels(noise: &Noise, net: &dyn Classifier, attempts: u64, batch: usize) -> Tally {
    let stop = Stop::default();
    let sink = &mut |_: &_, _: &[f32]| ControlFlow::Continue(());
    noise.run_on_pixels(&job(net, attempts, batch, &stop), sink).expect("the descent stays finite")
}

fn job<'a>(net: &'a dyn Classifier, attempts: u64, batch: usize, stop: &'a Stop) -> Job<'a> {
    let seed = Seed::new(1);
    Job { net, class: 4, seed, wanted: usize::MAX, first_attempt: 0, max_attempts: attempts, batch, stop }
}

/// The matrix products of one pass through a net, forward and back to its input, and nothing else.
#[derive(Debug)]
pub struct Products {
    /// Weights `[out, in]` of each layer.
    weights: Vec<Tensor>,
    /// What goes into each layer, and the scores last: `[n, width]`.
    values: Vec<Tensor>,
    /// What comes back out of each layer: `[n, width]`.
    gradients: Vec<Tensor>,
}

impl Products {
    /// Sets everything up for `n` pictures.
    pub fn new(net: &Dense, n: i64) -> Self {
        let weights = net
            .layers
            .iter()
            .map(|layer| Tensor::from_slice(&layer.weights).reshape([layer.outputs as i64, layer.inputs as i64]));
        let widths: Vec<usize> =
            net.layers.iter().map(|layer| layer.inputs).chain(net.layers.last().map(|layer| layer.outputs)).collect();
        // No zeros and no denormal numbers: some processors multiply those at another speed.
        let full = |width: &usize| Tensor::full([n, *width as i64], 0.01, (Kind::Float, Device::Cpu));
        let (values, gradients) = (widths.iter().map(full).collect(), widths.iter().map(full).collect());
        Self { weights: weights.collect(), values, gradients }
    }

    /// Multiplies everything once.
    pub fn multiply(&mut self) {
        let layers = self.weights.len();
        for (l, weights) in self.weights.iter().enumerate() {
            let (below, above) = self.values.split_at_mut(l + 1);
            let _ = below[l].mm_out(&above[0], &weights.tr());
        }
        for l in (0..layers).rev() {
            let (below, above) = self.gradients.split_at_mut(l + 1);
            let _ = above[0].mm_out(&below[l], &self.weights[l]);
        }
    }
}

/// How long one call takes.
pub fn clock<T>(call: impl FnOnce() -> T) -> Duration {
    let began = Instant::now();
    let result = call();
    let taken = began.elapsed();
    drop(result);
    taken
}

/// Lets libtorch and our kernels work on `ADVLAB_BENCH_THREADS` threads, or on as many as there are cores, and says on how
/// many. On a machine that is busy with other things one thread gives the fairer comparison: libtorch's threads wait for
/// each other at every operation, and a thread that has to wait for a core makes the others wait, too. Memory is kept as the
/// program keeps it.
pub fn share_threads() -> usize {
    advlab_core::keep_freed_memory();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = std::env::var("ADVLAB_BENCH_THREADS").ok().and_then(|n| n.parse().ok()).unwrap_or(cores);
    tch::set_num_threads(threads as i32);
    rayon::ThreadPoolBuilder::new().num_threads(threads).build_global().expect("nothing has used the threads before");
    threads
}

/// A race ends after this time even if it has rounds left.
const LONGEST_RACE: Duration = Duration::from_secs(6);

/// Times two calls in turn, and returns the fastest of each: what else the machine does can only make them slower.
pub fn race(rounds: usize, mut one: impl FnMut(), mut other: impl FnMut()) -> (Duration, Duration) {
    let began = Instant::now();
    let mut best = (Duration::MAX, Duration::MAX);
    for round in 0..rounds {
        if round > 0 && began.elapsed() > LONGEST_RACE {
            break;
        }
        best = (best.0.min(clock(&mut one)), best.1.min(clock(&mut other)));
    }
    best
}

/// Builds the program beside this bench, with the same profile.
pub fn program() -> PathBuf {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let bench = std::env::current_exe().expect("a bench is a file");
    // `target/release/deps/ratios-…`
    let folder = bench.ancestors().nth(2).expect("a bench lies in the target folder");
    let target = folder.parent().expect("the target folder holds one for each profile");
    let built = Command::new(cargo).args(["build", "--release", "-p", "advlab", "--target-dir"]).arg(target).status();
    assert!(built.is_ok_and(|status| status.success()), "advlab must build before it can be timed");
    folder.join("advlab")
}
