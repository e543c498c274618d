//! `advlab lyapunov`: how much a net stretches what lies around pictures.

use std::io::Write;

use advlab_core::Stop;
use advlab_datasets::Split;
use advlab_runner::DEFAULT_SEED;
use advlab_runner::lyapunov::{PlaneSpec, Report, Spec, prepare};
use advlab_runner::recipes;
use anyhow::Result;

use crate::arguments::{DataArgs, ModelArgs, OutArgs};
use crate::desk::{Desk, outcome, stem, warn};
use crate::exit::Outcome;

/// Finite-time Lyapunov exponents: how much a net stretches what lies around pictures, and whether it errs there
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    model: ModelArgs,
    #[command(flatten)]
    data: DataArgs,
    /// Which half: train or test
    #[arg(long, default_value = "test", value_parser = |text: &str| text.parse::<Split>().map_err(|e| e.to_string()))]
    split: Split,
    /// Layer where the way begins, of a net of dense layers [default: the input]
    #[arg(long, value_name = "LAYER")]
    from: Option<String>,
    /// Layer where it ends; `advlab models show NET` lists them [default: the last hidden one]
    #[arg(long, value_name = "LAYER")]
    to: Option<String>,
    /// Every exponent, and not the largest alone
    #[arg(long)]
    all: bool,
    /// Map a plane: through three pictures, by their numbers from 0; `pca` for two principal components of all; or a layer of two neurons
    #[arg(long, value_name = "A,B,C|pca|LAYER", value_parser = str::parse::<PlaneSpec>)]
    plane: Option<PlaneSpec>,
    /// Cells along each side of the map
    #[arg(long, default_value_t = Spec::GRID)]
    grid: usize,
    /// Seed of the random moves that ridges are held against
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
    let spec = Spec {
        model: choice.model,
        input_shape: choice.foreign.input_shape,
        classes: choice.foreign.classes,
        scores: choice.foreign.scores,
        data: args.data.spec(recipes::own_data(&args.model.model)),
        split: args.split,
        from: args.from,
        to: args.to,
        all: args.all,
        plane: args.plane,
        grid: args.grid,
        seed: args.seed,
        device: choice.device,
    };
    let name = format!("lyapunov-{}-{}", stem(&spec.model), spec.data.set);
    carry_out(&spec, args.out.desk(&name, args.json, stop, out))
}

/// Does what flags or a file say.
pub(super) fn carry_out(spec: &Spec, mut desk: Desk<'_>) -> Result<Outcome> {
    let prepared = prepare(spec, desk.folder.clone(), desk.existing, &desk.surroundings())?;
    warn(&[], prepared.warnings());
    let report = desk.ran(prepared.run())?;
    desk.tell(&report.summary, &report.folder, |out| print(&report, out))?;
    Ok(outcome(report.ending, report.was_finished))
}

fn print(report: &Report, out: &mut dyn Write) -> Result<()> {
    for line in report.summary.lines() {
        writeln!(out, "{line}")?;
    }
    let place = report.folder.display();
    let files = ["exponents.csv", "histogram.png", "panel.png", "plane.png", "report.html"];
    for file in files.into_iter().filter(|file| report.folder.join(file).is_file()) {
        writeln!(out, "{place}/{file}")?;
    }
    Ok(())
}
