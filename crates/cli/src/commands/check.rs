//! `advlab check`: every mistake of experiment files at once, before anything is loaded.

use std::io::Write;
use std::path::PathBuf;

use advlab_runner::experiment::File;
use anyhow::{Result, bail};

use crate::exit::Outcome;

/// Check experiment files: every mistake at once, each with its line and what was wanted; no data and no net is loaded
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Experiment files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

pub(crate) fn run(args: &Args, out: &mut dyn Write) -> Result<Outcome> {
    let (mut wrong, mut first) = (0, None);
    let mut mistakes = Vec::new();
    for path in &args.files {
        match File::read(path) {
            Ok(file) if file.is_sweep() => {
                writeln!(out, "{}: fine, a sweep of kind {} over {} points", path.display(), file.kind(), file.len())?;
            }
            Ok(file) => writeln!(out, "{}: fine, of kind {}", path.display(), file.kind())?,
            Err(found) => {
                wrong += 1;
                mistakes.extend(found.iter().map(ToString::to_string));
                first = first.or(Some(found));
            }
        }
    }
    out.flush()?;
    match first {
        None => Ok(Outcome::Done),
        Some(only) if wrong == 1 => Err(only.into()),
        Some(_) => bail!("{} mistakes in {wrong} files\n  {}", mistakes.len(), mistakes.join("\n  ")),
    }
}
