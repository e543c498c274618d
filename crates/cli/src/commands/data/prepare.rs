//! `advlab data prepare`: wide-field pictures to a folder that nets learn from.

use std::io::Write;
use std::path::PathBuf;

use advlab_core::Stop;
use advlab_datasets::photo::MAX_PIXELS;
use advlab_datasets::prepare::{
    Angles, Bits, Border, Channels, Grid, Interpolation, Settings, Size, SplitBy, SplitSettings,
};
use advlab_runner::prepare::{LeftOut, Spec, Summary, prepare};
use anyhow::Result;

use crate::arguments::{one_of, surroundings};
use crate::exit::{Outcome, WhileRunning, say};

/// Cut wide-field pictures, in one folder for each class, into tiles; rotate, resize, number and split them
///
/// Writes PNG files OUT/CLASS/PICTURE-TILE-TURN.png, prepared.csv with a row for each and prepared.json with all settings. The
/// folder appears whole or not at all.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder with one folder of pictures for each class: TIFF, PNG, JPEG and others, 8 or 16 bit, grey or colour
    #[arg(long, value_name = "DIR")]
    input: PathBuf,
    /// Folder to make
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Replace what this command made there before
    #[arg(long)]
    force: bool,
    /// Tiles in a row x rows of tiles, of each picture
    #[arg(long, default_value_t = Grid::WHOLE, value_name = "CxR", value_parser = |text: &str| text.parse::<Grid>().map_err(|e| e.to_string()))]
    tiles: Grid,
    /// Cut off what the tiles leave over, half at each side
    #[arg(long)]
    trim: bool,
    /// Degrees by which each tile is rotated, counter-clockwise: -5..5 is -5, -4, ... 5; FROM..TO:STEP for other steps [default: not
    /// at all]
    #[arg(long, value_name = "FROM..TO", allow_hyphen_values = true, value_parser = |text: &str| text.parse::<Angles>().map_err(|e| e.to_string()))]
    rotate: Option<Angles>,
    /// Add the whole turns (90, 180, 270 degrees) of each; they are exact
    #[arg(long)]
    turns: bool,
    /// What a rotation brings in from outside the tile: reflect (the tile mirrored at its edge) or black
    #[arg(long, default_value = "reflect", value_parser = |text: &str| one_of::<Border, 2>(text, Border::NAMES))]
    border: Border,
    /// Values between pixels: bilinear (from 2x2 pixels) or bicubic (from 4x4, less blurred)
    #[arg(long, default_value = "bicubic", value_parser = |text: &str| one_of::<Interpolation, 2>(text, Interpolation::NAMES))]
    interpolation: Interpolation,
    /// Pixels along a side, or WxH; pixels of smaller pictures are means of areas [default: as the tiles are]
    #[arg(long, value_name = "N|WxH", value_parser = |text: &str| text.parse::<Size>().map_err(|e| e.to_string()))]
    size: Option<Size>,
    /// Let the size have another form than the tiles, which squeezes them
    #[arg(long)]
    stretch: bool,
    /// Bits of each value in the files: 8 or 16
    #[arg(long, default_value = "8", value_parser = bits)]
    bits: Bits,
    /// Level of 16-bit pictures that becomes white, for cameras that use only part of the range [default: 65535]
    #[arg(long, value_name = "LEVEL")]
    white: Option<u16>,
    /// Make all pictures grey
    #[arg(long, alias = "gray", conflicts_with = "colour")]
    grey: bool,
    /// Make all pictures colour: grey in three equal channels
    #[arg(long, alias = "color")]
    colour: bool,
    /// Share of each class that goes to OUT/test, the rest to OUT/train [default: no halves]
    #[arg(long, value_name = "SHARE", allow_negative_numbers = true, help_heading = "Halves")]
    test: Option<f64>,
    /// What stays on one side: picture (all tiles of a wide-field picture) or tile (all rotations of a tile)
    #[arg(long, default_value = "picture", requires = "test", value_parser = |text: &str| one_of::<SplitBy, 2>(text, SplitBy::NAMES), help_heading = "Halves")]
    split_by: SplitBy,
    /// Which pictures are for testing depends on it
    #[arg(long, default_value_t = 1, requires = "test", help_heading = "Halves")]
    seed: u64,
    /// Leave out files that cannot be used, and list them
    #[arg(long)]
    skip_broken: bool,
    /// Most pixels of a picture
    #[arg(long, default_value_t = MAX_PIXELS, value_name = "N", allow_negative_numbers = true)]
    max_pixels: u64,
    /// Pictures to work on at a time, each with a thread [default: RAYON_NUM_THREADS, else as many as there are cores]
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
}

fn bits(text: &str) -> Result<Bits, String> {
    match text {
        "8" => Ok(Bits::Eight),
        "16" => Ok(Bits::Sixteen),
        _ => Err("use 8 or 16".to_owned()),
    }
}

pub(crate) fn run(args: Args, stop: &Stop, out: &mut dyn Write) -> Result<Outcome> {
    let (seed, by) = (args.seed, args.split_by);
    let settings = Settings {
        tiles: args.tiles,
        trim: args.trim,
        angles: args.rotate.unwrap_or_else(Angles::none),
        turns: args.turns,
        border: args.border,
        interpolation: args.interpolation,
        size: args.size,
        stretch: args.stretch,
        bits: args.bits,
        white: args.white,
        channels: match (args.grey, args.colour) {
            (true, _) => Channels::Grey,
            (_, true) => Channels::Colour,
            _ => Channels::Keep,
        },
        split: args.test.map(|share| SplitSettings { share, by, seed }),
        skip_broken: args.skip_broken,
        max_pixels: args.max_pixels,
    };
    let spec = Spec { input: args.input, out: args.out, settings, force: args.force, jobs: args.jobs };
    let prepared = prepare(&spec, &surroundings(stop))?;
    let summary = prepared.run().map_err(|error| {
        if error.root_cause().to_string() == advlab_core::Error::Stopped.to_string() {
            return error.context(WhileRunning);
        }
        // In one text: the hint that follows a full disk elsewhere speaks of results that were kept, and here there are none.
        anyhow::anyhow!("{error:#}; nothing was left in {}", spec.out.display()).context(WhileRunning)
    })?;
    for LeftOut { file, why } in &summary.left_out {
        say(&format!("left out: {file}: {why}"));
    }
    for note in &summary.notes {
        say(&format!("note: {note}"));
    }
    if args.json {
        writeln!(out, "{}", serde_json::to_string(&summary)?)?;
    } else {
        tell(&summary, out)?;
    }
    Ok(Outcome::Done)
}

fn tell(summary: &Summary, out: &mut dyn Write) -> Result<()> {
    let Summary { folder, pictures, tiles, files, bytes, classes, left_out, seconds, .. } = summary;
    writeln!(
        out,
        "{}: {files} files, {}, of {tiles} tiles of {pictures} pictures, in {seconds:.1} s",
        folder.display(),
        bytesize::ByteSize(*bytes)
    )?;
    let width = classes.keys().map(|name| name.chars().count()).max().unwrap_or(0);
    for (class, halves) in classes {
        let of = |half: &str| halves.get(half).copied().unwrap_or(0);
        let counts = match halves.get("all") {
            Some(all) => format!("{all:>8}"),
            None => format!("{:>8} train  {:>8} test", of("train"), of("test")),
        };
        writeln!(out, "  {class:width$}  {counts}")?;
    }
    if !left_out.is_empty() {
        writeln!(out, "  {} files that cannot be used left out", left_out.len())?;
    }
    Ok(())
}
