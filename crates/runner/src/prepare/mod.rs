//! `advlab data`: wide-field pictures to a folder that nets learn from, and a look for leaks in folders of others.

mod place;

pub mod check;
pub mod draw;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use advlab_core::Stop;
use advlab_datasets::prepare::{Broken, Cut, Plan, Settings};
use advlab_datasets::{Error, Split};
use anyhow::{Context as _, Result};
use rayon::ThreadPool;
use rayon::prelude::*;
use serde::Serialize;
use serde_json::json;

use crate::record::Surroundings;
use place::{Making, Place};

/// The table with a row for each file.
const TABLE: &str = "prepared.csv";
/// The record that marks a folder as one that was prepared.
const RECORD: &str = "prepared.json";
/// Version of the two.
const FORMAT: u32 = 1;

/// A 16-bit picture whose brightest level is below this part of white loses most of its levels in 8 bits.
const DIM: u16 = u16::MAX / 8;

/// What to prepare, and where to.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The folder with one folder of wide-field pictures for each class.
    pub input: PathBuf,
    /// The folder to make.
    pub out: PathBuf,
    /// What to do with the pictures.
    pub settings: Settings,
    /// Whether a folder that was prepared before may be replaced.
    pub force: bool,
    /// Threads; unset takes all cores, or as many as RAYON_NUM_THREADS says.
    pub jobs: Option<usize>,
}

/// A preparation that can start.
#[derive(Debug)]
pub struct Prepared {
    spec: Spec,
    plan: Plan,
    place: Place,
    pool: ThreadPool,
    surroundings: Surroundings,
}

/// What was made.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// The folder that was made.
    pub folder: PathBuf,
    /// Wide-field pictures that were cut.
    pub pictures: usize,
    /// Tiles of all of them.
    pub tiles: usize,
    /// Files that were written.
    pub files: usize,
    /// Bytes of these.
    pub bytes: u64,
    /// Files by class; those of the two halves, or all under `all`.
    pub classes: BTreeMap<String, BTreeMap<String, usize>>,
    /// Files that were left out.
    pub left_out: Vec<LeftOut>,
    /// What one should know besides.
    pub notes: Vec<String>,
    /// Wall-clock seconds.
    pub seconds: f64,
}

/// A file that was left out, and why.
#[derive(Clone, Debug, Serialize)]
pub struct LeftOut {
    /// Class and name.
    pub file: String,
    /// What is wrong with it.
    pub why: String,
}

/// Checks the settings, the output folder and every picture before anything is written.
///
/// # Errors
/// Bad settings; an input that cannot be used; an output folder that is taken.
pub fn prepare(spec: &Spec, surroundings: &Surroundings) -> Result<Prepared> {
    let pool = pool(spec.jobs)?;
    let place = Place::check(&spec.input, &spec.out, spec.force)?;
    let plan = pool.install(|| Plan::new(&spec.input, spec.settings.clone(), &surroundings.stop))?;
    Ok(Prepared { spec: spec.clone(), plan, place, pool, surroundings: surroundings.clone() })
}

/// Threads of our own, as many as asked for.
fn pool(jobs: Option<usize>) -> Result<ThreadPool> {
    if jobs == Some(0) {
        anyhow::bail!("`jobs` must be at least 1, got 0");
    }
    Ok(rayon::ThreadPoolBuilder::new().num_threads(jobs.unwrap_or(0)).build()?)
}

impl Prepared {
    /// Files that are left out.
    pub fn broken(&self) -> &[Broken] {
        self.plan.broken()
    }

    /// Makes the folder: under another name beside it, which becomes its own once everything is in it.
    ///
    /// # Errors
    /// A picture that turns out to be damaged, files that cannot be written, a stop. The output folder is then as it was.
    pub fn run(self) -> Result<Summary> {
        let began = Instant::now();
        let making = self.place.begin()?;
        let names = Names::new(&self.plan);
        for folder in names.folders(&self.plan) {
            let folder = making.path().join(folder);
            fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        }
        let (bytes, brightest) = self.pool.install(|| self.write(&making, &names))?;
        let mut summary = self.summary(bytes, brightest);
        self.table(&making, &names)?;
        self.record(&making, &summary)?;
        self.place.finish(making)?;
        summary.seconds = (began.elapsed().as_secs_f64() * 1000.0).round() / 1000.0;
        Ok(summary)
    }

    /// Writes all pictures: as many wide-fields at a time as there are threads. Bytes written, and the brightest level of 16-bit pictures.
    fn write(&self, making: &Making, names: &Names) -> Result<(u64, Option<u16>)> {
        let (plan, stop) = (&self.plan, &self.surroundings.stop);
        let tiles = plan.settings().tiles.len();
        let pictures: Vec<usize> = (0..plan.sources().len()).collect();
        let bar = self.surroundings.progress.bar((pictures.len() * tiles) as u64, "tiles");
        let bytes = AtomicU64::new(0);
        let mut brightest = None;
        for batch in pictures.chunks(rayon::current_num_threads()) {
            let cuts: Vec<Cut<'_>> = batch
                .par_iter()
                .map(|picture| if stop.asked() { Err(Error::Stopped) } else { plan.cut(*picture) })
                .collect::<advlab_datasets::Result<_>>()?;
            brightest = brightest.max(cuts.par_iter().map(Cut::brightest).max().flatten());
            (0..cuts.len() * tiles).into_par_iter().try_for_each(|job| {
                let (cut, tile) = (job / tiles, job % tiles);
                bytes.fetch_add(self.tile(making, names, batch[cut], tile, &cuts[cut], stop)?, Ordering::Relaxed);
                bar.inc(1);
                anyhow::Ok(())
            })?;
        }
        bar.finish_and_clear();
        Ok((bytes.into_inner(), brightest))
    }

    /// Writes all rotations of one tile.
    fn tile(
        &self,
        making: &Making,
        names: &Names,
        picture: usize,
        tile: usize,
        cut: &Cut<'_>,
        stop: &Stop,
    ) -> Result<u64> {
        let mut bytes = 0;
        cut.tile(tile, |made| {
            if stop.asked() {
                return Err(Error::Stopped.into());
            }
            let name = names.file(&self.plan, picture, tile, made.turn);
            let png = made.raster.png(self.plan.settings().bits)?;
            fs::write(making.path().join(&name), &png).with_context(|| format!("cannot write {name}"))?;
            bytes += png.len() as u64;
            anyhow::Ok(())
        })?;
        Ok(bytes)
    }

    fn summary(&self, bytes: u64, brightest: Option<u16>) -> Summary {
        let plan = &self.plan;
        let (tiles, turns) = (plan.settings().tiles.len(), plan.angles().len());
        let mut classes: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
        for (picture, source) in plan.sources().iter().enumerate() {
            for tile in 0..tiles {
                let half = plan.half(picture, tile).map_or("all".to_owned(), |half| half.to_string());
                *classes.entry(plan.classes()[source.class].clone()).or_default().entry(half).or_default() += turns;
            }
        }
        let mut notes = Vec::new();
        if let Some(level) = brightest
            .filter(|level| *level < DIM && u8::from(plan.settings().bits) == 8 && plan.settings().white.is_none())
        {
            notes.push(format!(
                "the brightest pixel of the 16-bit pictures has level {level} of 65535, so that 8 bits leave {} levels; --white {level} makes it \
                 white, --bits 16 keeps all levels",
                level / 257 + 1
            ));
        }
        if plan.beside() > 0 {
            let (n, s) = (plan.beside(), if plan.beside() == 1 { "" } else { "s" });
            notes.push(format!("{n} file{s} beside the folders of classes left out"));
        }
        let left_out =
            plan.broken().iter().map(|Broken { file, why }| LeftOut { file: file.clone(), why: why.clone() }).collect();
        Summary {
            folder: self.spec.out.clone(),
            pictures: plan.sources().len(),
            tiles: plan.sources().len() * tiles,
            files: plan.sources().len() * tiles * turns,
            bytes,
            classes,
            left_out,
            notes,
            seconds: 0.0,
        }
    }

    /// The table: a row for each file.
    fn table(&self, making: &Making, names: &Names) -> Result<()> {
        let (plan, path) = (&self.plan, making.path().join(TABLE));
        let why = || format!("cannot write {}", path.display());
        let mut table = csv::Writer::from_path(&path).with_context(why)?;
        table.write_record(["file", "class", "source", "picture", "tile", "angle"]).with_context(why)?;
        for (picture, source) in plan.sources().iter().enumerate() {
            for tile in 0..plan.settings().tiles.len() {
                for (turn, angle) in plan.angles().iter().enumerate() {
                    let (file, class) = (names.file(plan, picture, tile, turn), &plan.classes()[source.class]);
                    let (picture, tile, angle) = (picture.to_string(), tile.to_string(), angle.to_string());
                    table.write_record([&file, class, &source.name, &picture, &tile, &angle]).with_context(why)?;
                }
            }
        }
        table.flush().with_context(why)
    }

    /// The record. It holds no times: the same pictures and settings give the same bytes.
    fn record(&self, making: &Making, summary: &Summary) -> Result<()> {
        let path = making.path().join(RECORD);
        let record = json!({
            "advlab": env!("CARGO_PKG_VERSION"),
            "kind": place::KIND,
            "format": FORMAT,
            "input": self.spec.input,
            "settings": self.plan.settings(),
            "pictures": summary.pictures,
            "files": summary.files,
            "classes": summary.classes,
            "left_out": summary.left_out,
        });
        fs::write(&path, format!("{record:#}\n")).with_context(|| format!("cannot write {}", path.display()))
    }
}

/// How files are called: by the numbers of picture, tile and rotation, as wide as the largest of each needs.
struct Names {
    widths: [usize; 3],
}

impl Names {
    fn new(plan: &Plan) -> Self {
        let width = |count: usize, least: usize| (count - 1).to_string().len().max(least);
        let (tiles, turns) = (plan.settings().tiles.len(), plan.angles().len());
        Self { widths: [width(plan.sources().len(), 4), width(tiles, 2), width(turns, 2)] }
    }

    /// Path in the folder, with slashes on every system.
    fn file(&self, plan: &Plan, picture: usize, tile: usize, turn: usize) -> String {
        let [a, b, c] = self.widths;
        let class = &plan.classes()[plan.sources()[picture].class];
        let half = plan.half(picture, tile).map_or(String::new(), |half| format!("{half}/"));
        format!("{half}{class}/{picture:0a$}-{tile:0b$}-{turn:0c$}.png")
    }

    /// All folders that files lie in.
    fn folders(&self, plan: &Plan) -> Vec<String> {
        let halves: Vec<String> = match plan.settings().split {
            Some(_) => [Split::Train, Split::Test].iter().map(|half| format!("{half}/")).collect(),
            None => vec![String::new()],
        };
        halves.iter().flat_map(|half| plan.classes().iter().map(move |class| format!("{half}{class}"))).collect()
    }
}
