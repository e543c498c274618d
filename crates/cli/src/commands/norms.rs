//! `advlab norms`: how far each layer of a net can stretch a difference.

use std::io::Write;
use std::path::{Path, PathBuf};

use advlab_core::Stop;
use advlab_runner::norms::{Spec, prepare};
use advlab_runner::{DEFAULT_SEED, Ending, Existing};
use anyhow::Result;

use crate::arguments::{ModelArgs, OutArgs, PictureArgs, surroundings};
use crate::exit::{Outcome, WhileRunning, say};

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
    let own = args.pictures.of_own(&choice.model)?;
    let spec = Spec {
        model: choice.model,
        input_shape: choice.foreign.input_shape,
        classes: choice.foreign.classes,
        scores: choice.foreign.scores,
        layers: args.layer,
        input: own.or_else(|| args.pictures.input(Some(Spec::PICTURES_OF_SET))),
        torus_only: args.torus_only,
        steps: args.steps,
        seed: args.seed,
        device: choice.device,
    };
    let stem = Path::new(&spec.model).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let folder = args.out.folder(&format!("norms-{stem}"));
    carry_out(&spec, folder, args.out.existing(), args.json, stop, out)
}

/// Does what flags or a file say.
pub(super) fn carry_out(
    spec: &Spec,
    folder: PathBuf,
    existing: Existing,
    json: bool,
    stop: &Stop,
    out: &mut dyn Write,
) -> Result<Outcome> {
    let prepared = prepare(spec, folder, existing, &surroundings(stop))?;
    for note in prepared.notes() {
        say(&format!("note: {note}"));
    }
    for warning in prepared.warnings() {
        say(&format!("warning: {warning}"));
    }
    let report = prepared.run().map_err(|error| error.context(WhileRunning))?;
    if json {
        let mut text = serde_json::to_value(&report.summary)?;
        text["folder"] = serde_json::to_value(&report.folder)?;
        text["bound"] = serde_json::to_value(report.summary.norms.bound())?;
        writeln!(out, "{text}")?;
    } else {
        write!(out, "{}", report.text())?;
    }
    if report.was_finished {
        say("note: this run was finished before; nothing was left to do");
    }
    Ok(match report.ending {
        Ending::Complete => Outcome::Done,
        Ending::Short | Ending::Stopped => Outcome::Short,
    })
}
