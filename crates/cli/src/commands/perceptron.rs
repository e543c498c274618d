//! `advlab perceptron`: what nets of sign neurons learn.

use std::io::Write;

use advlab_core::Stop;
use advlab_runner::perceptron::{Moving, Report, Spec, Training, prepare};
use advlab_runner::{DEFAULT_SEED, Ending};
use anyhow::Result;

use crate::arguments::{OutArgs, one_of};
use crate::desk::{Desk, outcome};
use crate::exit::{Outcome, say};

/// Let neurons that put out signs learn a small problem: by Hebb's rule, and with hidden neurons; with a proof where a single neuron
/// cannot
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What to learn: and, or, xor, parity, linear, four-lines, spirals, rings, overlapping, or a CSV file with a number in each column
    /// but the last, which says the class (-1 and 1, 0 and 1, or two words)
    #[arg(long, value_name = "PROBLEM|FILE")]
    problem: String,
    /// Inputs of parity
    #[arg(long, default_value_t = Spec::DEFAULTS.0, allow_negative_numbers = true)]
    inputs: usize,
    /// Numbers of hidden neurons; 0 is a single neuron, which learns by Hebb's rule
    #[arg(long, value_delimiter = ',', default_value = "0", value_name = "N,..", allow_negative_numbers = true)]
    hidden: Vec<usize>,
    /// Points to learn from, of problems in the plane
    #[arg(long, default_value_t = Spec::DEFAULTS.1, value_name = "N", allow_negative_numbers = true)]
    train: usize,
    /// Fresh points to test on, of problems in the plane
    #[arg(long, default_value_t = Spec::DEFAULTS.2, value_name = "N", allow_negative_numbers = true)]
    test: usize,
    /// Standard deviation of noise that moves points after they got their class
    #[arg(long, default_value_t = 0.0, value_name = "SD", allow_negative_numbers = true)]
    noise: f64,
    /// Share of a file's patterns that are kept for testing
    #[arg(long, default_value_t = 0.0, value_name = "SHARE", allow_negative_numbers = true)]
    test_share: f64,
    /// Samples and trainings of each net; two or more give intervals
    #[arg(long, default_value_t = 1, value_name = "N", allow_negative_numbers = true)]
    repeats: usize,
    /// Sweeps of Hebb's rule through all patterns, at most
    #[arg(long, default_value_t = Spec::DEFAULTS.3, value_name = "N", allow_negative_numbers = true)]
    sweeps: usize,
    /// Rate of Hebb's rule
    #[arg(long, default_value_t = Spec::DEFAULTS.4, allow_negative_numbers = true)]
    rate: f64,
    /// Sweeps of nets with hidden neurons
    #[arg(long, default_value_t = Training::default().steps, allow_negative_numbers = true)]
    steps: usize,
    /// Times that a net with hidden neurons begins anew; the one with the fewest mistakes on the training patterns counts
    #[arg(long, default_value_t = Training::default().starts, allow_negative_numbers = true)]
    starts: usize,
    /// Steps whose boundaries are drawn, 12 at most [default: a few]
    #[arg(long, value_delimiter = ',', value_name = "STEP,..", allow_negative_numbers = true)]
    at: Vec<usize>,
    /// Animate the boundary as it is learnt: gif or apng
    #[arg(long, value_name = "KIND", value_parser = |text: &str| one_of::<Moving, 2>(text, Moving::NAMES))]
    animation: Option<Moving>,
    /// Seed of everything drawn
    #[arg(long, default_value_t = DEFAULT_SEED, allow_negative_numbers = true)]
    seed: u64,
    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    out: OutArgs,
}

impl Args {
    fn spec(&self) -> Spec {
        Spec {
            problem: self.problem.clone(),
            inputs: self.inputs,
            hidden: self.hidden.clone(),
            train: self.train,
            test: self.test,
            noise: self.noise,
            test_share: self.test_share,
            repeats: self.repeats,
            sweeps: self.sweeps,
            rate: self.rate,
            training: Training { steps: self.steps, starts: self.starts, ..Training::default() },
            at: self.at.clone(),
            animation: self.animation,
            seed: self.seed,
        }
    }
}

pub(crate) fn run(args: Args, stop: &Stop, out: &mut dyn Write) -> Result<Outcome> {
    let spec = args.spec();
    let name = format!("perceptron-{}", spec.stem());
    carry_out(&spec, args.out.desk(&name, args.json, stop, out))
}

/// Does what flags or a file say.
pub(super) fn carry_out(spec: &Spec, mut desk: Desk<'_>) -> Result<Outcome> {
    let prepared = prepare(spec, desk.folder.clone(), desk.existing, &desk.surroundings())?;
    let report = desk.ran(prepared.run())?;
    desk.tell(&report.summary, &report.folder, |out| print(&report, out))?;
    if report.ending == Ending::Short {
        say(&report.summary.shortfall());
    }
    Ok(outcome(report.ending, report.was_finished))
}

fn print(report: &Report, out: &mut dyn Write) -> Result<()> {
    writeln!(out, "{}\n\n{}", report.summary.title(), report.summary.text())?;
    for sentence in report.summary.sentences() {
        writeln!(out, "{sentence}")?;
    }
    Ok(writeln!(out, "\nreport: {}/report.html", report.folder.display())?)
}
