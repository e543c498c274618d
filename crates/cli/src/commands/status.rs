//! `advlab status`: how far a study in shards is.

use std::io::Write;
use std::path::PathBuf;

use advlab_runner::slurm;
use anyhow::Result;

use crate::exit::Outcome;

/// Tell how far a study is that runs in shards: what is finished, at work, waiting, failed
///
/// Reads the results folder, and asks Slurm where the study was submitted by `advlab submit`. Ends with 0 when all is finished, otherwise
/// with 1.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Results folder
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: Args, out: &mut dyn Write) -> Result<Outcome> {
    let status = slurm::status(&args.folder)?;
    if args.json {
        writeln!(out, "{}", serde_json::to_string(&status)?)?;
    } else {
        write!(out, "{}", status.text())?;
    }
    Ok(if status.complete() { Outcome::Done } else { Outcome::Short })
}
