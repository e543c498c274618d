//! `advlab data draw`: wide-field pictures of cells, drawn by formula.

use std::io::Write;
use std::path::PathBuf;

use advlab_core::Stop;
use advlab_datasets::cells::{Brain, Class, Sample};
use advlab_runner::prepare::draw::{Spec, draw};
use anyhow::Result;

use crate::arguments::{one_of, surroundings};
use crate::exit::{Outcome, WhileRunning};

/// Draw wide-field micrographs of cells by formula, to try `advlab data prepare` on
///
/// Writes OUT/CLASS/NUMBER.png (or .tif) of 1024x1024 pixels with 16 bit in each of three channels: the slides that the training
/// half of `--data cells` is cut from, so that both ways lead to the same pictures.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder to make
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The classes: Control, Snap29 (globs of bright protein), Snf7 (next to no sign)
    #[arg(long, value_name = "CLASSES", value_delimiter = ',', default_value = "Control,Snap29", value_parser = |text: &str| one_of::<Class, 3>(text, ["Control", "Snap29", "Snf7"]))]
    classes: Vec<Class>,
    /// The specimen: 1, 2 or 3
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=3))]
    brain: u64,
    /// How clear the sign is; 0 shows none
    #[arg(long, default_value_t = 1.0, allow_negative_numbers = true)]
    strength: f32,
    /// Pictures of each class
    #[arg(long, default_value_t = 12, value_name = "N")]
    n: usize,
    /// Seed of the pictures
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// TIFF in place of PNG
    #[arg(long)]
    tiff: bool,
    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: Args, stop: &Stop, out: &mut dyn Write) -> Result<Outcome> {
    let brain = Brain::from_number(args.brain as usize).expect("the flag allows no other");
    let mut classes = args.classes;
    classes.sort_unstable();
    classes.dedup();
    let spec = Spec {
        sample: Sample { classes, brain, strength: args.strength, ..Sample::default() },
        n: args.n,
        seed: args.seed,
        ending: if args.tiff { "tif" } else { "png" }.to_owned(),
        out: args.out,
    };
    let summary = draw(&spec, &surroundings(stop)).map_err(|error| {
        let stopped = matches!(error.downcast_ref(), Some(advlab_datasets::Error::Stopped));
        if stopped { error.context(WhileRunning) } else { error }
    })?;
    if args.json {
        writeln!(out, "{}", serde_json::to_string(&summary)?)?;
    } else {
        let (folder, classes) = (summary.folder.display(), summary.classes.join(", "));
        writeln!(out, "{folder}: {} pictures each of {classes}, in {:.1} s", summary.pictures, summary.seconds)?;
        writeln!(out, "next:  advlab data prepare --input {folder} --tiles 4x4 --size 128 --test 0.3 --out PREPARED")?;
    }
    Ok(Outcome::Done)
}
