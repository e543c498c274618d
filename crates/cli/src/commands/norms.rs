//! `advlab norms`: how far each layer of a net can stretch a difference.

use std::io::Write;

use advlab_core::Stop;
use advlab_runner::DEFAULT_SEED;
use advlab_runner::norms::{Spec, prepare};
use anyhow::Result;

use crate::arguments::{ModelArgs, OutArgs, PictureArgs};
use crate::desk::{Desk, outcome, stem, warn};
use crate::exit::Outcome;

/// Measure how far each layer of a net can stretch a difference (its operator norm), and how far the net does at pictures
///
/// Dense layers by their singular values, convolutions by the Fourier transform of their kernels (Sedghi, Gupta, Long 2019) and once
/// more with zeros around the maps, others by their Lipschitz constants. The product of all bounds what the net does to any difference
/// (Szegedy et al. 2013, section 4.3). What it does is seen at pictures: the largest singular value of the Jacobian there, and how far
/// the scores move with the smallest change that gives another label.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    model: ModelArgs,
    /// Layers to measure alone, by the names that the table has; commas between them
    #[arg(long, value_name = "NAMES", value_delimiter = ',', conflicts_with_all = ["image", "data", "n"])]
    layer: Vec<String>,
    #[command(flatten)]
    pictures: PictureArgs,
    /// The first N pictures of the data set [default: 100]
    #[arg(long, conflicts_with = "image", allow_negative_numbers = true)]
    n: Option<usize>,
    /// Measure convolutions on a torus alone, and not with zeros around the maps as well
    #[arg(long)]
    torus_only: bool,
    /// Steps of the search for each picture's smallest change; 0 searches for none
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
    let own = args.pictures.of_own(args.n, &choice.model)?;
    let spec = Spec {
        model: choice.model,
        input_shape: choice.foreign.input_shape,
        classes: choice.foreign.classes,
        scores: choice.foreign.scores,
        layers: args.layer,
        input: own.or_else(|| args.pictures.input(args.n, Some(Spec::PICTURES_OF_SET))),
        torus_only: args.torus_only,
        steps: args.steps,
        seed: args.seed,
        device: choice.device,
    };
    let name = format!("norms-{}", stem(&spec.model));
    carry_out(&spec, args.out.desk(&name, args.json, stop, out))
}

/// Does what flags or a file say.
pub(super) fn carry_out(spec: &Spec, mut desk: Desk<'_>) -> Result<Outcome> {
    let prepared = prepare(spec, desk.folder.clone(), desk.existing, &desk.surroundings())?;
    warn(prepared.notes(), prepared.warnings());
    let report = desk.ran(prepared.run())?;
    desk.tell(&report.summary, &report.folder, |out| Ok(write!(out, "{}", report.text())?))?;
    Ok(outcome(report.ending, report.was_finished))
}
