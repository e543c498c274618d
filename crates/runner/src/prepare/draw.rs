//! `advlab data draw`: wide-field pictures of cells, drawn by formula, as files.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use advlab_core::Seed;
use advlab_datasets::cells::{Class, Sample};
use advlab_datasets::{Error, Split};
use anyhow::{Context as _, Result, bail};
use rayon::prelude::*;
use serde::Serialize;

use crate::record::Surroundings;

/// Most slides of a class: a slide takes six megabytes.
const MOST: usize = 10_000;

/// What to draw, and where to.
#[derive(Clone, Debug)]
pub struct Spec {
    /// Classes, specimen and strength; its numbers of slides are not looked at.
    pub sample: Sample,
    /// Slides of each class.
    pub n: usize,
    /// Seed of the pictures.
    pub seed: u64,
    /// Ending of the files: `png` or `tif`.
    pub ending: String,
    /// The folder to make.
    pub out: PathBuf,
}

/// What was drawn.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// The folder that was made.
    pub folder: PathBuf,
    /// The classes, each a folder in it.
    pub classes: Vec<String>,
    /// Pictures in each.
    pub pictures: usize,
    /// Wall-clock seconds.
    pub seconds: f64,
}

/// Draws the slides of the training half of the set `cells` with the same seed, 16 bit a channel, a folder for each class.
///
/// # Errors
/// A folder that is taken, settings that cannot be used, files that cannot be written, a stop. Nothing is left of the folder
/// then.
pub fn draw(spec: &Spec, surroundings: &Surroundings) -> Result<Summary> {
    let began = Instant::now();
    let Sample { classes, strength, .. } = &spec.sample;
    if !(1..=MOST).contains(&spec.n) {
        bail!("`n` must be from 1 to {MOST} pictures of each class, got {}", spec.n);
    }
    if !(strength.is_finite() && *strength >= 0.0) {
        bail!("`strength` must be 0 or a number above, got {strength}");
    }
    let shown = spec.out.display();
    if spec.out.exists() && !fs::read_dir(&spec.out).is_ok_and(|mut entries| entries.next().is_none()) {
        bail!("{shown} is there and not an empty folder; choose another --out");
    }
    let why = || format!("cannot make {shown}");
    let absolute = std::path::absolute(&spec.out).with_context(why)?;
    let parent = absolute.parent().unwrap_or(Path::new("/"));
    fs::create_dir_all(parent).with_context(why)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".making-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
    let making = builder.tempdir_in(parent).with_context(why)?;
    for class in classes {
        fs::create_dir(making.path().join(class.name())).with_context(why)?;
    }
    let bar = surroundings.progress.bar((spec.n * classes.len()) as u64, "drawing");
    let seed = Seed::new(spec.seed);
    let one = |at: usize| -> Result<()> {
        if surroundings.stop.asked() {
            return Err(Error::Stopped.into());
        }
        let (class, number): (Class, usize) = (classes[at % classes.len()], at / classes.len());
        let picture = spec.sample.slide(class, Split::Train, number, seed);
        picture.save(&making.path().join(class.name()).join(format!("{number:04}.{}", spec.ending)))?;
        bar.inc(1);
        Ok(())
    };
    (0..spec.n * classes.len()).into_par_iter().try_for_each(one)?;
    bar.finish_and_clear();
    if spec.out.exists() {
        fs::remove_dir(&spec.out).with_context(why)?;
    }
    fs::rename(making.path(), &spec.out).with_context(why)?;
    let _ = making.keep(); // It is under its own name now, and must stay.
    let classes = classes.iter().map(ToString::to_string).collect();
    Ok(Summary { folder: spec.out.clone(), classes, pictures: spec.n, seconds: began.elapsed().as_secs_f64() })
}
