//! `advlab lyapunov`: how much a net stretches what lies around pictures, and over planes, into a results folder.

mod spec;

pub(crate) mod doubt;
pub(crate) mod field;
pub(crate) mod figures;
pub(crate) mod neurons;

mod files;
mod map;
mod summary;

use std::path::PathBuf;
use std::time::Instant;

use advlab_analysis::lyapunov::{Stretch, Wanted};
use advlab_core::Seed;
use advlab_datasets::Dataset;
use advlab_model_zoo::Model;
use anyhow::Result;
use serde_json::json;
use tch::no_grad;

use crate::folder::{Existing, Folder};
use crate::record::{self, Ending, Record, Surroundings};
use crate::report::{self, Captioned, WORDS, Words};
use crate::warnings::warnings;

pub use spec::{PlaneSpec, Spec};
pub use summary::Summary;

use doubt::Doubts;
use map::{Map, View};

/// Values of pictures whose exponents are computed together.
const VALUES_IN_BATCH: usize = 2000 * 784;

/// A run that can start.
#[derive(Debug)]
pub struct Prepared {
    spec: Spec,
    model: Model,
    warnings: Vec<String>,
    data: Dataset,
    map: Option<Map>,
    folder: Folder,
    record: Record,
    surroundings: Surroundings,
}

/// What a run came to.
pub type Report = record::Report<Summary>;

/// What was found at the pictures.
#[derive(Debug)]
struct Found {
    /// Exponents of each picture, one or all.
    values: Vec<Vec<f64>>,
    doubts: Doubts,
    right: Vec<bool>,
}

/// Opens net, data and folder, and makes sure that the way is there: the exponent of the first picture is computed.
///
/// # Errors
/// Bad settings, an unknown or broken net, layers that it has not, or that have no gradients, missing data, pictures that span no plane, a
/// folder that holds something else.
pub fn prepare(spec: &Spec, out: PathBuf, existing: Existing, surroundings: &Surroundings) -> Result<Prepared> {
    spec.check()?;
    let mut spec = spec.clone();
    let model = spec.choice().open()?;
    let net = &*model.net;
    let (from, to) = {
        let stretch = Stretch::new(net, spec.from.as_deref(), spec.to.as_deref())?;
        (stretch.from().to_owned(), stretch.to().name.clone())
    };
    (spec.from, spec.to) = (spec.from.map(|_| from), Some(to));
    let data = spec.data.shaped(net.input()).load(spec.split, &surroundings.stop, surroundings.progress)?;
    let data = data.among(net.classes());
    advlab_model_zoo::fits(net, &data)?;
    let first = data.pictures(0..1)?.tensor().to_device(net.device()).to_kind(net.kind());
    let stretch = Stretch::new(net, spec.from.as_deref(), spec.to.as_deref())?;
    stretch.of(&first, if spec.all { Wanted::All } else { Wanted::Leading })?;
    let map = spec.plane.as_ref().map(|plane| Map::new(plane, &model, &data, &stretch.to().name)).transpose()?;
    let mut record = Record::new("lyapunov", surroundings, &spec, net.device());
    record.input("model", json!({"name": net.name(), "origin": model.origin, "sha256": model.sha256}));
    record.input("data", json!({"set": data.name(), "origin": data.origin(), "sha256": data.sha256()}));
    let warnings = warnings(net)?;
    record.warnings.clone_from(&warnings);
    let (folder, _) = Folder::open(&out, existing, &record)?;
    Ok(Prepared { spec, model, warnings, data, map, folder, record, surroundings: surroundings.clone() })
}

impl Prepared {
    /// What is doubtful about the net before anything is tried.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Computes, writes and draws.
    ///
    /// # Errors
    /// Those of the net; [`advlab_core::Error::Stopped`]; files that cannot be written.
    pub fn run(self) -> Result<Report> {
        let began = Instant::now();
        let net = &*self.model.net;
        let stretch = Stretch::new(net, self.spec.from.as_deref(), self.spec.to.as_deref())?;
        let wanted = if self.spec.all { Wanted::All } else { Wanted::Leading };
        let mut found = Found { values: Vec::new(), doubts: Doubts::default(), right: Vec::new() };
        let batch = (VALUES_IN_BATCH / self.data.shape().len()).max(1);
        let bar = self.surroundings.progress.bar(self.data.len() as u64, "exponents");
        let (mut seconds, mut residual) = (0.0, 0.0_f64);
        for start in (0..self.data.len()).step_by(batch) {
            if self.surroundings.stop.asked() {
                return Err(advlab_core::Error::Stopped.into());
            }
            let end = (start + batch).min(self.data.len());
            let pictures = self.data.pictures(start..end)?.tensor().to_device(net.device()).to_kind(net.kind());
            let clock = Instant::now();
            let exponents = stretch.of(&pictures, wanted)?;
            seconds += clock.elapsed().as_secs_f64();
            residual = residual.max(exponents.residual);
            found.values.extend(exponents.values);
            found.doubts.add(&no_grad(|| net.scores(&pictures))?, net.score_kind())?;
            bar.inc((end - start) as u64);
        }
        bar.finish_and_clear();
        found.right = found.doubts.labels.iter().zip(self.data.labels()).map(|(label, truth)| label == truth).collect();
        let leading: Vec<f64> = found.values.iter().map(|values| values[0]).collect();
        let doubts: [(&str, &[f64]); 3] = [
            ("the largest exponent", &leading),
            ("entropy", &found.doubts.entropies),
            ("closeness of the two largest probabilities", &found.doubts.closeness),
        ];
        let mut summary = Summary {
            model: net.name().to_owned(),
            from: stretch.from().to_owned(),
            to: stretch.to().name.clone(),
            depth: stretch.depth(),
            pictures: leading.len(),
            constant: leading.iter().filter(|value| !value.is_finite()).count(),
            accuracy: found.right.iter().filter(|right| **right).count() as f64 / leading.len() as f64,
            quartiles: summary::quartiles(&leading),
            telling: summary::telling(&doubts, &found.right),
            with_entropy: summary::along(&leading, &found.doubts.entropies),
            residual,
            seconds,
            plane: None,
        };
        files::write(&self.folder, &self.data, &found)?;
        let mut drawn = figures::pictures(&self.folder, &self.data, &found, &summary)?;
        if let Some(map) = &self.map {
            let seed = Seed::new(self.spec.seed);
            let side = self.spec.grid;
            let bar = self.surroundings.progress.bar((side * side) as u64, "cells of the map");
            let watch = |cells: usize| {
                bar.inc(cells as u64);
                if self.surroundings.stop.asked() { Err(advlab_core::Error::Stopped.into()) } else { Ok(()) }
            };
            let (model, stretch, data, labels) = (&self.model, &stretch, &self.data, &found.doubts.labels[..]);
            let view = View { model, stretch, data, labels, side, seed, watch: &watch };
            let (mapped, overlays) = map.draw(&view)?;
            bar.finish_and_clear();
            summary.plane = mapped.land.apart(seed.child("moves"));
            drawn.push(figures::plane(&self.folder, &self.data, &mapped, &overlays)?);
        }
        let figures = drawn.iter().map(|(file, caption)| Captioned::new(file, caption)).collect();
        let lead = summary.lines().join("\n");
        self.folder.write_json(WORDS, &Words { title: summary.title(), lead, figures, tables: Vec::new() })?;
        let record = self.record.ended(Ending::Complete, began, json!(summary));
        report::write(&self.folder, &record)?;
        self.folder.record(&record)?;
        let folder = self.folder.root().to_owned();
        Ok(Report { summary, folder, ending: Ending::Complete, was_finished: false })
    }
}
