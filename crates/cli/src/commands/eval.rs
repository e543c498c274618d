//! `advlab eval`: how well a net does.

use std::io::Write;

use advlab_core::Stop;
use advlab_datasets::Split;
use advlab_runner::DEFAULT_SEED;
use advlab_runner::evaluate::{Report, Spec, prepare};
use advlab_runner::recipes;
use anyhow::Result;

use crate::arguments::{DataArgs, ModelArgs, OutArgs};
use crate::desk::{Desk, outcome, stem, warn};
use crate::exit::Outcome;

/// Evaluate a net: accuracy, confusion matrix, calibration, a panel of pictures with prediction and confidence
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    model: ModelArgs,
    #[command(flatten)]
    data: DataArgs,
    /// Which half: train or test
    #[arg(long, default_value = "test", value_parser = |text: &str| text.parse::<Split>().map_err(|e| e.to_string()))]
    split: Split,
    /// Seed of the pictures on the panel and of the draws behind the calibration error's interval
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
        seed: args.seed,
        device: choice.device,
    };
    let name = format!("eval-{}-{}", stem(&spec.model), spec.data.set);
    carry_out(&spec, args.out.desk(&name, args.json, stop, out))
}

/// Does what flags or a file say.
pub(super) fn carry_out(spec: &Spec, mut desk: Desk<'_>) -> Result<Outcome> {
    let prepared = prepare(spec, desk.folder.clone(), desk.existing, &desk.surroundings())?;
    warn(&[], prepared.warnings());
    let report = desk.ran(prepared.run())?;
    desk.tell(&report.summary, &report.folder, |out| print(spec, &report, out))?;
    Ok(outcome(report.ending, report.was_finished))
}

fn print(spec: &Spec, report: &Report, out: &mut dyn Write) -> Result<()> {
    let (summary, place) = (&report.summary, report.folder.display());
    writeln!(
        out,
        "{} on {} {}: {:.2} % of {} right",
        spec.model,
        spec.data.words(),
        spec.split,
        100.0 * summary.accuracy,
        summary.pictures
    )?;
    for line in summary.lines() {
        writeln!(out, "{line}")?;
    }
    write_confusion(out, &summary.classes, &summary.confusion)?;
    let files = [
        ("confusion matrix", "confusion.png"),
        ("reliability", "reliability.png"),
        ("panel", "panel.png"),
        ("report", "report.html"),
    ];
    for (what, file) in files {
        writeln!(out, "{:<18}{place}/{file}", format!("{what}:"))?;
    }
    Ok(())
}

/// Truth in rows, label in columns; only as wide as it must be.
fn write_confusion(out: &mut dyn Write, classes: &[String], counts: &[Vec<u64>]) -> Result<()> {
    if classes.len() > 20 {
        return Ok(());
    }
    let numbers = counts.iter().flatten().map(|count| count.to_string().len());
    let width = numbers.chain(classes.iter().map(|name| name.chars().count())).max().unwrap_or(1);
    let head = classes.iter().map(|name| format!(" {name:>width$}")).collect::<String>();
    writeln!(out, "{:>width$} |{head}", "")?;
    for (class, row) in classes.iter().zip(counts) {
        let cells = row
            .iter()
            .map(|count| format!(" {:>width$}", if *count == 0 { ".".to_owned() } else { count.to_string() }));
        writeln!(out, "{class:>width$} |{}", cells.collect::<String>())?;
    }
    Ok(())
}
