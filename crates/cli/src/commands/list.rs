//! `advlab list`: the runs below a folder.

use std::io::Write;
use std::path::PathBuf;

use advlab_runner::kept::{Listed, list};
use anyhow::Result;

use crate::columns;
use crate::exit::Outcome;

/// List runs: what kind, how far, when, how long, and what they found in a few words
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder to look for runs in, at any depth
    #[arg(default_value = "runs", value_name = "DIR")]
    folder: PathBuf,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: Args, out: &mut dyn Write) -> Result<Outcome> {
    let runs = list(&args.folder)?;
    if args.json {
        writeln!(out, "{}", serde_json::to_value(&runs)?)?;
        return Ok(Outcome::Done);
    }
    if runs.is_empty() {
        writeln!(out, "no runs in {}", args.folder.display())?;
        return Ok(Outcome::Done);
    }
    let head = ["name", "kind", "state", "began", "seconds", "found"].map(str::to_owned).to_vec();
    let rows: Vec<Vec<String>> = std::iter::once(head).chain(runs.iter().map(row)).collect();
    columns::write(out, &rows)?;
    Ok(Outcome::Done)
}

fn row(run: &Listed) -> Vec<String> {
    let began = run.started.trim_end_matches('Z').replace('T', " ");
    let seconds = match run.seconds {
        // A run that was killed has not said how long it took.
        Some(seconds) if seconds > 0.0 => format!("{seconds:>7.1}"),
        _ => format!("{:>7}", "-"),
    };
    let dash = |text: &str| if text.is_empty() { "-".to_owned() } else { text.to_owned() };
    vec![run.name.clone(), dash(&run.kind), run.state.clone(), dash(&began), seconds, run.found.clone()]
}
