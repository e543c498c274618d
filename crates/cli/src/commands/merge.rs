//! `advlab merge`: the shards of a study into one results folder.

use std::io::Write;
use std::path::PathBuf;

use advlab_core::Stop;
use advlab_runner::study::{Search, merge};
use anyhow::{Result, bail};

use crate::arguments::surroundings;
use crate::commands::run::tell;
use crate::exit::Outcome;

/// Join the shards of a study, made by `advlab run --shard`, and finish its tables, figures and report
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The --out of `advlab run --shard`; or, with --out, all the folders that shards went to
    #[arg(required = true)]
    dirs: Vec<PathBuf>,
    /// Folder for the whole; unset is the one folder named
    #[arg(long)]
    out: Option<PathBuf>,
    /// Folder that the study's nets and photographs lie in
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: Args, stop: &Stop, out: &mut dyn Write) -> Result<Outcome> {
    let (from, whole) = match (args.dirs, args.out) {
        (dirs, Some(out)) => (dirs, out),
        (dirs, None) => match <[PathBuf; 1]>::try_from(dirs) {
            Ok([dir]) => (Vec::new(), dir),
            Err(dirs) => bail!("{} folders are named; say by --out where the whole is to go", dirs.len()),
        },
    };
    let (merged, ready) = merge(&from, &whole, &Search::of_process(args.data, None), &surroundings(stop))?;
    if !args.json {
        writeln!(out, "{} shards, {} cells", merged.shards, merged.cells)?;
    }
    tell(args.json, &whole, ready.run(), out)
}
