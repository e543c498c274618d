//! `advlab eval`: how well a net does.

use std::io::Write;

use advlab_core::Stop;
use advlab_datasets::Split;
use advlab_runner::evaluate::{Spec, prepare};
use advlab_runner::recipes;
use anyhow::Result;

use crate::arguments::{DataArgs, ModelArgs, OutArgs, surroundings};
use crate::exit::{Outcome, WhileRunning, say};

/// Evaluate a net: accuracy, confusion matrix, a panel of pictures with prediction and confidence
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    model: ModelArgs,
    #[command(flatten)]
    data: DataArgs,
    /// Which half: train or test
    #[arg(long, default_value = "test", value_parser = |text: &str| text.parse::<Split>().map_err(|e| e.to_string()))]
    split: Split,
    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    out: OutArgs,
}

pub(crate) fn run(args: Args, stop: &Stop, out: &mut dyn Write) -> Result<Outcome> {
    let choice = args.model.choice();
    let spec = Spec {
        model: choice.model.clone(),
        choice,
        data: args.data.spec(recipes::own_data(&args.model.model)),
        split: args.split,
    };
    let stem = std::path::Path::new(&spec.model).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let folder = args.out.folder(&format!("eval-{stem}-{}", spec.data.set));
    let prepared = prepare(&spec, folder, args.out.existing(), &surroundings(stop))?;
    for warning in prepared.warnings() {
        say(&format!("warning: {warning}"));
    }
    let report = prepared.run().map_err(|error| error.context(WhileRunning))?;
    let accuracy = report.evaluation.accuracy();
    if args.json {
        let text = serde_json::json!({
            "folder": report.folder,
            "pictures": report.pictures,
            "accuracy": accuracy,
            "classes": report.classes,
            "confusion": report.evaluation.confusion,
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
        100.0 * accuracy,
        report.pictures
    )?;
    write_confusion(out, &report.classes, &report.evaluation.confusion)?;
    writeln!(out, "confusion matrix: {place}/confusion.png\npanel:            {place}/panel.png")?;
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
