//! `advlab lyapunov`: how much a net stretches what lies around pictures.

use std::io::Write;
use std::path::PathBuf;

use advlab_core::Stop;
use advlab_datasets::Split;
use advlab_runner::lyapunov::{PlaneSpec, Spec, prepare};
use advlab_runner::recipes;
use advlab_runner::{DEFAULT_SEED, Existing};
use anyhow::Result;

use crate::arguments::{DataArgs, ModelArgs, OutArgs, surroundings};
use crate::exit::{Outcome, WhileRunning, say};

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
    let stem = std::path::Path::new(&spec.model).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let folder = args.out.folder(&format!("lyapunov-{stem}-{}", spec.data.set));
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
    for warning in prepared.warnings() {
        say(&format!("warning: {warning}"));
    }
    let report = prepared.run().map_err(|error| error.context(WhileRunning))?;
    if json {
        let mut text = serde_json::to_value(&report.summary)?;
        text["folder"] = serde_json::to_value(&report.folder)?;
        writeln!(out, "{text}")?;
        return Ok(Outcome::Done);
    }
    for line in report.summary.lines() {
        writeln!(out, "{line}")?;
    }
    let place = report.folder.display();
    let files = ["exponents.csv", "histogram.png", "panel.png", "plane.png", "report.html"];
    for file in files.into_iter().filter(|file| report.folder.join(file).is_file()) {
        writeln!(out, "{place}/{file}")?;
    }
    Ok(Outcome::Done)
}
