//! `advlab report`: the report of a run that is over, made again from its folder; several runs side by side; tables for other programs.

use std::io::Write;
use std::path::PathBuf;

use advlab_runner::report::{Format, Place, make, write_tables};
use anyhow::{Result, bail};

use crate::exit::Outcome;

/// Make the report of a run again from its folder, put several runs side by side, or write a run's tables for papers and programs
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Results folders; several make one page: settings that differ, numbers, verdicts and figures beside each other
    #[arg(required = true, value_name = "DIR")]
    folders: Vec<PathBuf>,
    /// Page to write, or folder for it [default: report.html in the run's folder; side-by-side.html here for several runs]. With
    /// --tables the folder for the tables [default: tables/ in the run's folder]
    #[arg(long, value_name = "FILE|DIR")]
    out: Option<PathBuf>,
    /// Write each CSV table of the run as md (Markdown), latex (booktabs) or parquet (typed columns) in place of the report; several with
    /// commas between
    #[arg(long, value_name = "FORMAT", value_delimiter = ',', value_parser = format)]
    tables: Vec<Format>,
}

fn format(name: &str) -> Result<Format, String> {
    Format::named(name).ok_or_else(|| format!("wanted one of {}", Format::NAMES.join(", ")))
}

pub(crate) fn run(args: Args, out: &mut dyn Write) -> Result<Outcome> {
    if args.tables.is_empty() {
        let place = args.out.map_or(Place::Usual, Place::At);
        let report = make(&args.folders, &place)?;
        writeln!(out, "report: {}", report.display())?;
        return Ok(Outcome::Done);
    }
    let [folder] = &args.folders[..] else {
        bail!("--tables is for one run, and {} folders are named; run it for each", args.folders.len());
    };
    for file in write_tables(folder, &args.tables, args.out.as_deref())? {
        writeln!(out, "table: {}", file.display())?;
    }
    Ok(Outcome::Done)
}
