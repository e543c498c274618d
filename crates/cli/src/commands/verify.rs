//! `advlab verify`: a sample of a run once more.

use std::io::Write;
use std::path::PathBuf;
use std::time::SystemTime;

use advlab_core::Stop;
use advlab_runner::kept::{Asked, Verified, verify};
use anyhow::{Result, bail};

use crate::arguments::surroundings;
use crate::columns::write_differences;
use crate::exit::Outcome;

/// Differences that are printed.
const TOLD: usize = 20;

/// Repeat a sample of a run and say whether the numbers are the same (exit code 0 if they are, 1 if not, 2 if it cannot be done)
///
/// Of a sweep, some points are repeated as runs of their own. Of a study, some cells are made again, by its settings and from its nets, in a temporary folder; of generate the first examples of
/// each class, of perturb the first searches, of train the first epochs, of basis, doubt, eval, lyapunov, norms, perceptron and slice all.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Results folder of the run
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Cells to repeat, or points of a sweep; of other runs examples of each class, searches or epochs [default: 3; 10, 10 and 1]
    #[arg(long, value_name = "N")]
    cells: Option<usize>,
    /// Seed that cells are drawn by [default: another one each time, and told]
    #[arg(long)]
    seed: Option<u64>,
    /// Folder that nets and photographs of a study lie in
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Take numbers as the same that differ by this share of the larger at most: other machines round otherwise
    #[arg(long, default_value_t = 0.0, value_name = "SHARE", allow_negative_numbers = true)]
    tolerance: f64,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: Args, stop: &Stop, out: &mut dyn Write) -> Result<Outcome> {
    if !(0.0..1.0).contains(&args.tolerance) {
        bail!("--tolerance must be at least 0 and less than 1, got {}", args.tolerance);
    }
    let seed = args.seed.unwrap_or_else(some_seed);
    let (folder, n, data, tolerance) = (args.folder, args.cells, args.data, args.tolerance);
    let verified = verify(&Asked { folder, n, seed, data, tolerance }, &surroundings(stop))?;
    if args.json {
        let mut text = serde_json::to_value(&verified)?;
        text["seed"] = seed.into();
        writeln!(out, "{text}")?;
    } else {
        print(&verified, seed, out)?;
    }
    Ok(if verified.same { Outcome::Done } else { Outcome::Short })
}

/// A seed that is another one each time.
fn some_seed() -> u64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::from(now.subsec_nanos()) % 1_000_000
}

fn print(found: &Verified, seed: u64, out: &mut dyn Write) -> Result<()> {
    let drawn = if ["cell", "point"].iter().any(|word| found.repeated.starts_with(word)) {
        format!(" (--seed {seed})")
    } else {
        String::new()
    };
    writeln!(out, "{}: {}, repeated {}{drawn}", found.folder.display(), found.kind, found.repeated)?;
    write_differences(out, "made on another machine or by another program", &found.machine, TOLD)?;
    for remark in &found.remarks {
        writeln!(out, "{remark}")?;
    }
    write_differences(out, "numbers", &found.differences, TOLD)?;
    for line in found.alone.iter().take(TOLD) {
        writeln!(out, "{line}")?;
    }
    match (found.same, found.differences.len(), found.alone.len()) {
        (true, ..) => writeln!(out, "same: all {} values", found.compared)?,
        (false, 0, _) => writeln!(out, "different: not the same tables")?,
        (false, n, _) => writeln!(out, "different: {n} of {} values", found.compared)?,
    }
    Ok(())
}
