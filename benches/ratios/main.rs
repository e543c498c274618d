//! The numbers that the project promises, as ratios within one run.
#![expect(clippy::print_stdout, reason = "a bench prints its table")]

mod steps;

fn main() {
    for net in [advlab_benches::net("shallow"), advlab_benches::net("deep"), advlab_benches::random_net(&[100, 100])] {
        for n in [256, 1000] {
            steps::print(&net, n);
        }
    }
}
