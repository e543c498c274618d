//! A look for leaks: pictures that are on both sides of a split.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::time::Instant;

use advlab_core::Stop;
use advlab_datasets::Error;
use advlab_datasets::prepare::leaks::{Found, Pair, Rings, Search, halves, pictures};
use advlab_datasets::prepare::{Border, Broken, Interpolation, Raster, Size, Trouble};
use advlab_plots::{Picture, PictureGrid, Tile, Tones};
use anyhow::Result;
use rayon::ThreadPool;
use rayon::prelude::*;
use serde::Serialize;
use serde_json::json;

use super::LeftOut;
use crate::folder::{Existing, Folder};
use crate::record::{Ending, Record, Surroundings};
use crate::table::{Entry, Table};

/// Pairs on the sheet.
const ON_SHEET: usize = 8;
/// Largest side of a picture on the sheet.
const SHOWN_SIDE: u32 = 160;
/// Name of the sheet.
const SHEET: &str = "leaks.png";

/// What to look at.
#[derive(Clone, Debug, Serialize)]
pub struct Spec {
    /// The side to learn from and the side to be judged by, or one folder that holds both.
    pub sides: Sides,
    /// Whether files that cannot be used are left out.
    pub skip_broken: bool,
    /// Most pixels of a picture.
    pub max_pixels: u64,
}

/// Where the two sides are.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sides {
    /// In one folder, under their usual names.
    In(PathBuf),
    /// In two folders.
    Two {
        /// To learn from.
        train: PathBuf,
        /// To be judged by.
        test: PathBuf,
    },
}

/// A look that can begin: all pictures are read.
#[derive(Debug)]
pub struct Prepared {
    began: Instant,
    spec: Spec,
    train: Side,
    test: Side,
    broken: Vec<Broken>,
    results: Option<(Folder, Record)>,
    pool: ThreadPool,
    surroundings: Surroundings,
}

/// One side.
#[derive(Debug, Default)]
struct Side {
    files: Vec<Found>,
    rings: Vec<Rings>,
}

/// A pair of files, as people and scripts read it.
#[derive(Clone, Debug, Serialize)]
pub struct Leak {
    /// The file on the side to learn from; of a pair within one side, the first.
    pub train: PathBuf,
    /// The file on the other side; of a pair within one side, the second.
    pub test: PathBuf,
    /// Correlation at the best angle, up to 1.
    pub likeness: f64,
    /// Degrees counter-clockwise by which the second is turned against the first, after mirroring if it is mirrored.
    pub angle: f64,
    /// Whether one is a mirror image of the other.
    pub mirrored: bool,
}

/// What was found.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// Where the results are, if they were to be written.
    pub folder: Option<PathBuf>,
    /// Pictures to learn from.
    pub train: usize,
    /// Pictures to be judged by.
    pub test: usize,
    /// Those of them that have a copy among the pictures to learn from.
    pub leaked: usize,
    /// Pairs of copies, most alike first.
    pub pairs: Vec<Leak>,
    /// Copies within one side that have different labels, most alike first.
    pub double: Vec<Leak>,
    /// Classes whose names differ in capitals alone.
    pub same_names: Vec<Vec<String>>,
    /// Pictures without contrast, which were not compared.
    pub flat: usize,
    /// Files that cannot be used.
    pub left_out: Vec<LeftOut>,
    /// Likeness from which on two pictures count as copies.
    pub threshold: f64,
    /// Median likeness of two pictures taken at random, one from each side.
    pub typical: f64,
    /// Wall-clock seconds.
    pub seconds: f64,
}

impl Summary {
    /// Whether there is nothing to complain about.
    pub fn is_clean(&self) -> bool {
        self.pairs.is_empty() && self.double.is_empty() && self.same_names.is_empty()
    }

    /// The first pairs as a table for a terminal.
    pub fn table(&self, most: usize) -> String {
        table("", &self.pairs[..self.pairs.len().min(most)]).text()
    }
}

/// Finds and reads all pictures.
///
/// # Errors
/// Folders without pictures, files that cannot be used unless they are to be left out, a results folder that is taken.
pub fn prepare(
    spec: &Spec,
    out: Option<(PathBuf, Existing)>,
    jobs: Option<usize>,
    surroundings: &Surroundings,
) -> Result<Prepared> {
    let began = Instant::now();
    let pool = super::pool(jobs)?;
    let (train, tests) = match &spec.sides {
        Sides::In(folder) => halves(folder)?,
        Sides::Two { train, test } => (train.clone(), vec![test.clone()]),
    };
    let [train, test] = [vec![train], tests].map(|folders| {
        let files: advlab_datasets::Result<Vec<_>> = folders.iter().map(|folder| pictures(folder)).collect();
        files.map(|files| files.concat())
    });
    let (train, test) = (train?, test?);
    let total = train.len() + test.len();
    let bar = surroundings.progress.bar(total as u64, "reading");
    let mut broken = Vec::new();
    let mut describe = |files: Vec<Found>| -> Result<Side> {
        let stop = &surroundings.stop;
        let read = |file: &Found| -> advlab_datasets::Result<Rings> {
            if stop.asked() {
                return Err(Error::Stopped);
            }
            let rings = Raster::read(&file.path, spec.max_pixels).map(Rings::of);
            bar.inc(1);
            rings
        };
        let read: Vec<_> = pool.install(|| files.par_iter().map(read).collect());
        let mut side = Side::default();
        for (file, rings) in files.into_iter().zip(read) {
            let why = match rings {
                Ok(rings) => {
                    side.files.push(file);
                    side.rings.push(rings);
                    continue;
                }
                Err(Error::Photo { fault, .. }) => fault.to_string(),
                Err(Error::Read { source, .. }) => format!("cannot be read: {source}"),
                Err(other) => return Err(other.into()),
            };
            broken.push(Broken { file: file.path.display().to_string(), why });
        }
        Ok(side)
    };
    let (train, test) = (describe(train)?, describe(test)?);
    bar.finish_and_clear();
    let nothing_left = train.files.is_empty() || test.files.is_empty();
    if !broken.is_empty() && (!spec.skip_broken || nothing_left) {
        return Err(Error::from(Trouble::Broken { broken, total }).into());
    }
    let results = match out {
        Some((folder, existing)) => {
            let record = Record::new("data-check", surroundings, spec, tch::Device::Cpu);
            Some((Folder::open(&folder, existing, &record)?.0, record))
        }
        None => None,
    };
    let (spec, surroundings) = (spec.clone(), surroundings.clone());
    Ok(Prepared { began, spec, train, test, broken, results, pool, surroundings })
}

impl Prepared {
    /// Compares all pictures of one side with all of the other.
    ///
    /// # Errors
    /// A stop; results that cannot be written.
    pub fn run(self) -> Result<Summary> {
        let stop = &self.surroundings.stop;
        let search = self.pool.install(|| Search::new(&self.train.rings, &self.test.rings));
        let bar = self.surroundings.progress.bar(self.test.files.len() as u64, "comparing");
        let pairs = self.pool.install(|| search.across(stop, &|done| bar.inc(done)))?;
        bar.finish_and_clear();
        let double = self.double(&search, stop)?;
        let (train, test) = (&self.train.files, &self.test.files);
        let leaked: HashSet<usize> = pairs.iter().map(|pair| pair.test).collect();
        let flat = self.train.rings.iter().chain(&self.test.rings).filter(|rings| rings.is_flat()).count();
        let left_out =
            self.broken.iter().map(|Broken { file, why }| LeftOut { file: file.clone(), why: why.clone() }).collect();
        let summary = Summary {
            folder: self.results.as_ref().map(|(folder, _)| folder.root().to_owned()),
            train: train.len(),
            test: test.len(),
            leaked: leaked.len(),
            pairs: pairs.iter().map(|pair| leak(pair, train, test)).collect(),
            double,
            same_names: self.same_names(),
            flat,
            left_out,
            threshold: rounded(search.threshold()),
            typical: rounded(search.typical()),
            seconds: (self.began.elapsed().as_secs_f64() * 1000.0).round() / 1000.0,
        };
        if let Some((folder, record)) = self.results {
            table("leaks.csv", &summary.pairs).write(&folder)?;
            table("double.csv", &summary.double).write(&folder)?;
            draw(&folder, &summary, self.spec.max_pixels)?;
            let result = json!({
                "train": summary.train, "test": summary.test, "leaked": summary.leaked, "pairs": summary.pairs.len(),
                "double": summary.double.len(), "same_names": summary.same_names, "flat": summary.flat,
                "left_out": summary.left_out, "threshold": summary.threshold, "typical": summary.typical,
            });
            let ending = if summary.is_clean() { Ending::Complete } else { Ending::Short };
            folder.record(&record.ended(ending, self.began, result))?;
        }
        Ok(summary)
    }

    /// Copies within one side under different labels.
    fn double(&self, search: &Search, stop: &Stop) -> Result<Vec<Leak>> {
        let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
        let mut double = Vec::new();
        for (is_train, side) in [(true, &self.train), (false, &self.test)] {
            let mut label = |file: &Found| {
                // Names that differ in capitals alone are one class here: that they do is told on its own.
                let name = file.class.as_ref()?.to_lowercase();
                let next = numbers.len();
                Some(*numbers.entry(name).or_insert(next))
            };
            let labels: Vec<Option<usize>> = side.files.iter().map(&mut label).collect();
            let pairs = self.pool.install(|| search.within(is_train, &labels, stop))?;
            double.extend(pairs.iter().map(|pair| leak(pair, &side.files, &side.files)));
        }
        double.sort_by(|a, b| b.likeness.total_cmp(&a.likeness));
        Ok(double)
    }

    fn same_names(&self) -> Vec<Vec<String>> {
        let mut names: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for class in self.train.files.iter().chain(&self.test.files).filter_map(|file| file.class.as_ref()) {
            names.entry(class.to_lowercase()).or_default().insert(class.clone());
        }
        names.into_values().filter(|names| names.len() > 1).map(|names| names.into_iter().collect()).collect()
    }
}

fn leak(pair: &Pair, train: &[Found], test: &[Found]) -> Leak {
    Leak {
        train: train[pair.train].path.clone(),
        test: test[pair.test].path.clone(),
        likeness: rounded(pair.likeness),
        angle: (f64::from(pair.angle) * 10.0).round() / 10.0 + 0.0,
        mirrored: pair.mirrored,
    }
}

fn rounded(value: f32) -> f64 {
    (f64::from(value) * 1e4).round() / 1e4
}

fn table(file: &'static str, pairs: &[Leak]) -> Table {
    let columns =
        [("test", "test"), ("train", "train"), ("likeness", "likeness"), ("angle", "angle"), ("mirrored", "mirrored")];
    let mut table = Table::new(file, "Pictures on both sides", &columns);
    for Leak { train, test, likeness, angle, mirrored } in pairs {
        let text = |path: &Path| Entry::Text(path.display().to_string());
        let (angle, mirrored) = (Entry::Text(angle.to_string()), if *mirrored { "yes" } else { "no" });
        let likeness = Entry::Text(format!("{likeness:.4}"));
        table.rows.push(vec![text(test), text(train), likeness, angle, mirrored.into()]);
    }
    table
}

/// The pairs that are most alike, each picture once, with the second turned back so that one sees it.
fn draw(folder: &Folder, summary: &Summary, max_pixels: u64) -> Result<()> {
    let mut seen = HashSet::new();
    let mut fresh = |pair: &&Leak| {
        let fresh = !seen.contains(&pair.test) && !seen.contains(&pair.train);
        seen.extend([pair.test.clone(), pair.train.clone()]);
        fresh
    };
    let pairs = summary.pairs.iter().filter(&mut fresh).chain(&summary.double).take(ON_SHEET);
    let (mut rows, mut tiles) = (Vec::new(), Vec::new());
    for pair in pairs {
        let small = |path: &Path| -> Result<Raster> {
            let raster = Raster::read(path, max_pixels)?;
            let largest = raster.width().max(raster.height()) as u32;
            let part = |side: usize| (side as u32 * SHOWN_SIDE.min(largest) / largest).max(1);
            Ok(raster.shrunk(Size { width: part(raster.width()), height: part(raster.height()) }))
        };
        let (train, test) = (small(&pair.train)?, small(&pair.test)?);
        let back = test.rotated(-pair.angle, Border::Black, Interpolation::Bicubic);
        let back = if pair.mirrored { back.mirrored() } else { back };
        let mirrored = if pair.mirrored { ", mirrored" } else { "" };
        rows.push(format!("{:.3}, {}°{mirrored}", pair.likeness, pair.angle).replace('-', "−"));
        for (raster, caption) in [(&train, caption(&pair.train)), (&test, caption(&pair.test)), (&back, String::new())]
        {
            let values: Vec<f32> = raster.levels().iter().map(|level| level / raster.white()).collect();
            let shape = [raster.channels(), raster.height(), raster.width()];
            tiles.push(Tile::new(Picture::new(values, shape), caption));
        }
    }
    if rows.is_empty() {
        return Ok(());
    }
    let columns = ["train", "test", "test, turned back"];
    let mut grid = PictureGrid::new("Pictures on both sides of the split", rows, columns, tiles, Tones::Clipped);
    grid.note = format!(
        "{} of {} test pictures have a copy among {} training pictures; beside each pair its likeness and angle",
        summary.leaked, summary.test, summary.train
    );
    Ok(grid.save(folder.path(SHEET))?)
}

/// The last two parts of a path.
fn caption(path: &Path) -> String {
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    parts[parts.len().saturating_sub(2)..].join("/")
}
