//! `advlab data check`: pictures that are on both sides of a split.

use std::io::Write;
use std::path::PathBuf;

use advlab_core::Stop;
use advlab_datasets::photo::MAX_PIXELS;
use advlab_runner::Existing;
use advlab_runner::prepare::LeftOut;
use advlab_runner::prepare::check::{Leak, Sides, Spec, Summary, prepare};
use anyhow::Result;

use crate::arguments::surroundings;
use crate::exit::{Outcome, WhileRunning, say};

/// Pairs that are printed.
const PRINTED: usize = 20;

/// Find pictures that are on both sides of a split: the same, rotated, mirrored, compressed or resized
///
/// Compares what pictures show, not their names, and ends with exit code 1 where there are copies, or pictures with two labels. Parts of
/// pictures and shifted ones are not found; simple shapes, such as the digit 1, may look like copies of each other.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder that holds train and test (or training, val and the like), each with a folder for each class
    #[arg(value_name = "DIR", required_unless_present = "train", conflicts_with_all = ["train", "test"])]
    folder: Option<PathBuf>,
    /// Folder of the pictures to learn from
    #[arg(long, value_name = "DIR", requires = "test")]
    train: Option<PathBuf>,
    /// Folder of the pictures to be judged by
    #[arg(long, value_name = "DIR", requires = "train")]
    test: Option<PathBuf>,
    /// Write all pairs (leaks.csv, double.csv) and a sheet of the worst (leaks.png) into this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Write over the results that the folder holds
    #[arg(long, requires = "out")]
    force: bool,
    /// Leave out files that cannot be used, and list them
    #[arg(long)]
    skip_broken: bool,
    /// Most pixels of a picture
    #[arg(long, default_value_t = MAX_PIXELS, value_name = "N", allow_negative_numbers = true)]
    max_pixels: u64,
    /// Threads [default: RAYON_NUM_THREADS, else as many as there are cores]
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: Args, stop: &Stop, out: &mut dyn Write) -> Result<Outcome> {
    let sides = match (args.folder, args.train, args.test) {
        (_, Some(train), Some(test)) => Sides::Two { train, test },
        (folder, ..) => Sides::In(folder.unwrap_or_default()),
    };
    let spec = Spec { sides, skip_broken: args.skip_broken, max_pixels: args.max_pixels };
    let existing = if args.force { Existing::Force } else { Existing::Refuse };
    let results = args.out.map(|folder| (folder, existing));
    let prepared = prepare(&spec, results, args.jobs, &surroundings(stop))?;
    let summary = prepared.run().map_err(|error| error.context(WhileRunning))?;
    for LeftOut { file, why } in &summary.left_out {
        say(&format!("left out: {file}: {why}"));
    }
    if summary.flat > 0 {
        say(&format!("note: {} pictures without contrast were not compared", summary.flat));
    }
    if args.json {
        writeln!(out, "{}", serde_json::to_string(&summary)?)?;
    } else {
        tell(&summary, out)?;
    }
    Ok(if summary.is_clean() { Outcome::Done } else { Outcome::Short })
}

fn tell(summary: &Summary, out: &mut dyn Write) -> Result<()> {
    let Summary { train, test, leaked, pairs, double, same_names, threshold, typical, seconds, .. } = summary;
    let measure = format!("likeness {threshold:.2} and more counts as a copy; {typical:.2} is typical; {seconds:.1} s");
    if pairs.is_empty() {
        writeln!(out, "no leaks found among {train} x {test} pictures ({measure})")?;
    } else {
        writeln!(
            out,
            "{leaked} of {test} test pictures have a copy among {train} training pictures, {} pairs",
            pairs.len()
        )?;
        writeln!(out, "({measure})\n\n{}", summary.table(PRINTED))?;
        if pairs.len() > PRINTED {
            writeln!(out, "and {} more pairs", pairs.len() - PRINTED)?;
        }
    }
    for Leak { train, test, likeness, .. } in double.iter().take(PRINTED) {
        writeln!(
            out,
            "two labels for one picture: {} and {} (likeness {likeness:.4})",
            train.display(),
            test.display()
        )?;
    }
    if double.len() > PRINTED {
        writeln!(out, "and {} more with two labels", double.len() - PRINTED)?;
    }
    for names in same_names {
        writeln!(out, "classes that differ in capitals alone: {}", names.join(", "))?;
    }
    match &summary.folder {
        Some(folder) if !(pairs.is_empty() && double.is_empty()) => {
            let place = folder.display();
            writeln!(out, "all pairs: {place}/leaks.csv, {place}/double.csv\nsheet:     {place}/leaks.png")?;
        }
        None if !pairs.is_empty() => writeln!(out, "--out DIR writes all pairs and a sheet of the worst")?,
        _ => {}
    }
    Ok(())
}
