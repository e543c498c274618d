//! The numbers that the project promises, as ratios within one run: `cargo bench -p advlab-benches --bench ratios`.
//!
//! Each pair is timed in turn, several times over, and the fastest of each counts: what else the machine does can only make
//! them slower. On a machine that is busy with other things libtorch suffers more than our own kernels, since its threads
//! wait for each other at every operation; so run this on a quiet one, or with `ADVLAB_BENCH_THREADS=1`.
#![expect(clippy::print_stdout, reason = "a bench prints its table")]

use std::process::ExitCode;

mod loops; // the main descent against the plain loop in PyTorch
mod program; // the program as a whole: time and memory
mod steps; // a step against its bare matrix products

/// A line of the table.
struct Row {
    what: String,
    /// What was measured, in words.
    measured: String,
    value: f64,
    limit: f64,
    unit: &'static str,
}

impl Row {
    fn met(&self) -> bool {
        self.value <= self.limit
    }
}

fn main() -> ExitCode {
    // `cargo test --benches` asks for a list or a trial run; there is nothing to try.
    if std::env::args().any(|argument| argument == "--list" || argument == "--test") {
        return ExitCode::SUCCESS;
    }
    let threads = advlab_benches::share_threads();
    println!("{threads} threads for libtorch and for our kernels (ADVLAB_BENCH_THREADS)");
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    if load.split(' ').next().and_then(|load| load.parse::<f64>().ok()).is_some_and(|load| load > 0.5) {
        println!("the machine is busy with other things (load {}), which libtorch suffers from most", load.trim());
    }
    println!();
    let (what, measured, limit, verdict, of) = ("", "measured", "at most", "", "of");
    println!("{what:<58} {measured:>10} {limit:>10}  {verdict:<7} {of}");
    let mut rows = 0;
    let mut missed = 0;
    let mut show = |row: Row| {
        let verdict = if row.met() { "met" } else { "MISSED" };
        let (value, limit) = (format!("{:.3} {}", row.value, row.unit), format!("{:.3} {}", row.limit, row.unit));
        println!("{:<58} {value:>10} {limit:>10}  {verdict:<7} {}", row.what, row.measured);
        rows += 1;
        missed += usize::from(!row.met());
    };
    loops::measure(&mut show);
    steps::measure(&mut show);
    program::measure(&mut show);
    println!("\n{} of {rows} targets met", rows - missed);
    ExitCode::SUCCESS
}
