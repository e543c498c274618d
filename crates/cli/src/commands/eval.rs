//! `advlab eval`: how well a net does.

use std::io::Write;

use advlab_core::Stop;
use advlab_datasets::Split;
use advlab_runner::evaluate::{Spec, prepare};
use advlab_runner::recipes;
use anyhow::Result;

use crate::arguments::{DataArgs, ModelArgs, OutArgs, surroundings};
use crate::exit::{Outcome, WhileRunning, say};

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
    #[arg(long, default_value_t = 1)]
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
    let stem = std::path::Path::new(&spec.model).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let folder = args.out.folder(&format!("eval-{stem}-{}", spec.data.set));
    let prepared = prepare(&spec, folder, args.out.existing(), &surroundings(stop))?;
    for warning in prepared.warnings() {
        say(&format!("warning: {warning}"));
    }
    let report = prepared.run().map_err(|error| error.context(WhileRunning))?;
    let summary = &report.summary;
    if args.json {
        let text = serde_json::json!({
            "folder": report.folder,
            "pictures": summary.pictures,
            "accuracy": summary.accuracy,
            "classes": summary.classes,
            "confusion": summary.confusion,
            "calibration": summary.calibration,
        });
        writeln!(out, "{text}")?;
        return Ok(Outcome::Done);
    }
    let place = report.folder.display();
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
    Ok(Outcome::Done)
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
