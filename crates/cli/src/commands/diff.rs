//! `advlab diff`: what differs between two runs.

use std::io::Write;
use std::path::PathBuf;

use advlab_runner::kept::{Diff, diff};
use anyhow::Result;

use crate::columns::write_differences;
use crate::exit::Outcome;

/// Say what differs between two runs: settings, inputs, machine, numbers (exit code 0 if nothing but times and machine, 1 if anything)
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Results folder of a run
    #[arg(value_name = "A")]
    first: PathBuf,
    /// Results folder of another run
    #[arg(value_name = "B")]
    second: PathBuf,
    /// Differences to print of each kind; all are counted
    #[arg(long, default_value_t = 20, value_name = "N")]
    limit: usize,
    /// Print all differences as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: Args, out: &mut dyn Write) -> Result<Outcome> {
    let found = diff(&args.first, &args.second)?;
    if args.json {
        writeln!(out, "{}", serde_json::to_value(&found)?)?;
    } else {
        print(&found, args.limit, out)?;
    }
    Ok(if found.same { Outcome::Done } else { Outcome::Short })
}

fn print(found: &Diff, limit: usize, out: &mut dyn Write) -> Result<()> {
    write_differences(out, "settings", &found.settings, limit)?;
    write_differences(out, "inputs", &found.inputs, limit)?;
    write_differences(out, "machine", &found.machine, limit)?;
    write_differences(out, "numbers", &found.numbers, limit)?;
    for line in found.alone.iter().take(limit) {
        writeln!(out, "{line}")?;
    }
    if found.alone.len() > limit {
        writeln!(out, "and {} more that one has alone", found.alone.len() - limit)?;
    }
    let n = found.compared;
    if found.same {
        writeln!(out, "nothing differs but times and machine; {n} values are the same")?;
    } else {
        writeln!(out, "{} of {n} values differ", found.numbers.len())?;
    }
    Ok(())
}
