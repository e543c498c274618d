//! The smallest changes beside other libraries', on the same nets, pictures and machine, in one run:
//! `cargo bench -p advlab-benches --bench smallest [-- digits|growth|photos]`.
//!
//! 1000 test digits of MNIST that the net gets right, each to a random other label; photographs to ostrich. Other libraries are
//! asked through `ADVLAB_PYTHON` (with `torch`, `scipy` and `adv-lib`, and `foolbox` for `ADVLAB_BENCH_CW=1`); rows whose library is
//! missing are left out. Lengths are compared over the pictures that both reached, since a mean over one's own successes rewards
//! whoever fails on the hard ones.
#![expect(clippy::print_stdout, reason = "a bench prints its table")]

mod came;

mod digits;
mod growth;
mod photos;

use came::Promises;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--list" || argument == "--test") {
        return;
    }
    let parts = ["digits", "growth", "photos"];
    let chosen: Vec<&str> =
        parts.into_iter().filter(|part| arguments.iter().any(|argument| argument == part)).collect();
    let does = |part: &str| chosen.is_empty() || chosen.contains(&part);
    let threads = advlab_benches::share_threads();
    let mut promises = Promises::default();
    if let Some(digits) = digits::digits().filter(|_| does("digits") || does("growth")) {
        if does("digits") {
            digits::compare(&digits, threads, &mut promises);
        }
        if does("growth") {
            growth::compare(&digits, &mut promises);
        }
    }
    if does("photos") {
        photos::compare(threads, &mut promises);
    }
    println!("\n{}", if promises.missed == 0 { "all met".to_owned() } else { format!("{} not met", promises.missed) });
}
