//! `advlab doubt`: when is a prediction certain?

use std::io::Write;

use advlab_core::Stop;
use advlab_runner::doubt::{Spec, prepare};
use advlab_runner::{DEFAULT_SEED, DataSpec, Ending, recipes};
use anyhow::Result;

use crate::arguments::{DataArgs, ModelArgs, OutArgs, data_spec};
use crate::desk::{Desk, outcome, stem, warn};
use crate::exit::Outcome;

/// Ask when a prediction is certain: ways to doubt it, and which of them tells errors, other pictures, noise and adversarial pictures
///
/// Confidence, entropy and margin of the net; with other nets beside it (--with) the confidence and the disagreement of all together; how far
/// the net stretches what lies around the picture (λ₁, Storm et al. 2024); the distance to the nearest boundary. Each is held against
/// errors within a set, and against pictures of other kinds than the net was made for: the area under the curve says how well.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    model: ModelArgs,
    /// Other nets for the same task, which make an ensemble with it
    #[arg(long, value_name = "MODEL", num_args = 1..)]
    with: Vec<String>,
    #[command(flatten)]
    data: DataArgs,
    /// Sets of another distribution with the same classes, so many test pictures as of the data [default: digits, for nets on MNIST]
    #[arg(long, value_name = "SET|DIR", num_args = 1..)]
    other: Vec<String>,
    /// Pictures of noise
    #[arg(long, default_value_t = Spec::PICTURES)]
    noise: usize,
    /// How many times as far as the nearest boundary adversarial pictures go; commas between several
    #[arg(long, value_name = "FACTORS", value_delimiter = ',', default_values_t = Spec::FACTORS, allow_negative_numbers = true)]
    factor: Vec<f64>,
    /// Steps of the search for the nearest boundary
    #[arg(long, default_value_t = Spec::STEPS)]
    steps: u32,
    /// Seed of all random draws
    #[arg(long, default_value_t = DEFAULT_SEED)]
    seed: u64,
    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    out: OutArgs,
}

pub(crate) fn run(args: Args, stop: &Stop, out: &mut dyn Write) -> Result<Outcome> {
    let choice = args.model.choice();
    let few = |data: DataSpec, n: Option<usize>| match data.is_folder() {
        true => DataSpec { at_most: data.at_most.or(n).or(Some(Spec::PICTURES)), ..data },
        false => DataSpec { test: data.test.or(n).or(Some(Spec::PICTURES)), ..data },
    };
    let data = few(args.data.spec(recipes::own_data(&args.model.model)), None);
    let asked = data.test.or(data.at_most);
    let mut others: Vec<DataSpec> = args.other.iter().map(|text| few(data_spec(text), asked)).collect();
    if args.other.is_empty() && data.set == "mnist" {
        others.push(few(DataSpec::named("digits"), asked));
    }
    let spec = Spec {
        model: choice.model,
        input_shape: choice.foreign.input_shape,
        classes: choice.foreign.classes,
        scores: choice.foreign.scores,
        with: args.with,
        data,
        others,
        noise: args.noise,
        factors: args.factor,
        steps: args.steps,
        seed: args.seed,
        device: choice.device,
    };
    let name = format!("doubt-{}", stem(&spec.model));
    carry_out(&spec, args.out.desk(&name, args.json, stop, out))
}

/// Does what flags or a file say.
pub(super) fn carry_out(spec: &Spec, mut desk: Desk<'_>) -> Result<Outcome> {
    let prepared = prepare(spec, desk.folder.clone(), desk.existing, &desk.surroundings())?;
    warn(&[], prepared.warnings());
    let report = desk.ran(prepared.run())?;
    if report.ending != Ending::Complete {
        return Ok(Outcome::Short);
    }
    desk.tell(&report.summary, &report.folder, |out| Ok(write!(out, "{}", report.text())?))?;
    Ok(outcome(report.ending, report.was_finished))
}
