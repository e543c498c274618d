//! What more pictures cost: time in proportion, and memory for a batch only.

use advlab_attacks::perturb::PerturbParams;
use advlab_core::Classifier as _;
use advlab_datasets::Dataset;

use crate::came::{Promises, our};

/// Few and many pictures.
const COUNTS: [usize; 2] = [2000, 8000];
/// Pictures that go through the net together.
const BATCH: usize = 64;
/// Times that each is measured; the fastest counts.
const ROUNDS: usize = 2;

/// Measures the two counts in turn.
pub(crate) fn compare(digits: &Dataset, promises: &mut Promises) {
    let net = advlab_benches::net("shallow");
    println!("\n{} and {} digits, {BATCH} at a time, {}", COUNTS[0], COUNTS[1], net.name());
    let params = PerturbParams { steps: Some(100), ..PerturbParams::default() };
    let (mut seconds, mut peaks) = ([f64::INFINITY; 2], [0.0; 2]);
    for _ in 0..ROUNDS {
        for (k, n) in COUNTS.into_iter().enumerate() {
            let pictures = digits.pictures(0..n).expect("MNIST has as many");
            let targets: Vec<i64> = digits.labels()[..n].iter().map(|label| (label + 1) % 10).collect();
            let before = start_of_peak();
            seconds[k] = seconds[k].min(our(&net, &pictures, &targets, &params, BATCH).seconds);
            if let Some(before) = before {
                // Of the last round: the first one also pays for what the allocator keeps.
                peaks[k] = peak().unwrap_or(0.0) - before;
            }
        }
    }
    let each = |k: usize| 1e3 * seconds[k] / COUNTS[k] as f64;
    println!("  {:.3} and {:.3} ms a picture; {:.1} and {:.1} MiB at most", each(0), each(1), peaks[0], peaks[1]);
    promises.line("time a picture with many over that with few", each(1) / each(0), 1.1);
    if start_of_peak().is_some() {
        promises.line("MiB more in use at most with many than with few", peaks[1] - peaks[0], 4.0);
    }
}

/// Begins to watch how much memory is in use at most, in MiB; what is in use now. None where the system does not tell.
fn start_of_peak() -> Option<f64> {
    std::fs::write("/proc/self/clear_refs", "5").ok()?;
    peak()
}

fn peak() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<f64>().ok()? / 1024.0)
}
