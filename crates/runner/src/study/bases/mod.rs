//! Studies of kind `bases`: whether units of layers mean more than random directions, and whether the same net, trained again, learns
//! the same units.
//!
//! A study goes cell by cell. A cell is one training of one net, or a net that is known: all its layers are looked at. Further
//! cells compare two trainings of a net. Verdicts, tables and figures follow from the cells.

mod spec;

mod cell;
mod measure;

mod evidence;

mod claims;

mod figures;
mod tables;

use std::path::PathBuf;
use std::time::Instant;

use advlab_core::{Classifier, Seed};
use advlab_datasets::photo::{MAX_PIXELS, list};
use advlab_model_zoo::{Model, Net};
use anyhow::{Context as _, Result, bail};
use serde_json::json;

use crate::basis::held::Held;
use crate::basis::synthesis::settings;
use crate::folder::Existing;
use crate::inputs::{Images, Input};
use crate::record::{Record, Surroundings};
use crate::study::cells::taken_up;
use crate::study::desk::{Desk, Report, Results};
use crate::study::report::Page;
use crate::study::search::Search;
use crate::train::{self, Halves};
use crate::trainings::{self, Opened, Plan};

pub use spec::{Known, NetSpec, Spec, Synthesis};

use cell::{Alike, Measured};
use evidence::Evidence;
use measure::{Bench, Subject};

/// A study that can start.
#[derive(Debug)]
pub struct Prepared {
    spec: Spec,
    data: Option<Halves>,
    photos: Option<Images>,
    known: Vec<Model>,
    desk: Desk,
}

/// Checks everything that can be checked before the first training.
///
/// # Errors
/// Bad settings; data, nets, class names or photographs that are missing; layers that a net does not have; a folder that holds something else.
pub fn prepare(
    spec: &Spec,
    search: &Search,
    out: PathBuf,
    existing: Existing,
    surroundings: &Surroundings,
) -> Result<Prepared> {
    spec.check()?;
    let device = spec.device.resolve()?;
    let mut record = Record::new("study bases", surroundings, spec, device);
    let mut known = Vec::new();
    for (index, wanted) in spec.known.iter().enumerate() {
        let at = || format!("known[{index}] (`{}`)", wanted.net.name);
        let model = wanted.net.open(search, device).with_context(at)?;
        let layers = model.net.layers()?;
        for layer in &wanted.layers {
            advlab_core::Layer::find(&layers, layer, model.net.name()).with_context(at)?;
        }
        record.input(&format!("net {}", wanted.net.name), json!({"origin": model.origin, "sha256": model.sha256}));
        known.push(model);
    }
    let data = spec.data.as_ref().map(|set| Halves::load(set, surroundings)).transpose()?;
    if let Some(data) = &data {
        data.examples().note(&mut record)?;
        if data.test.len() <= spec.top {
            bail!(
                "data: {} test pictures are too few for the {} that drive a direction most",
                data.test.len(),
                spec.top
            );
        }
    }
    let photos = |folder: &PathBuf| -> Result<Images> {
        let files = vec![search.find(folder).context("photos")?];
        Ok(Images { files, fit: spec.fit, max_pixels: MAX_PIXELS })
    };
    let photos = spec.photos.as_ref().map(photos).transpose()?;
    check_synthesis(spec, &known)?;
    let desk = Desk::open(record, &out, existing, surroundings)?;
    desk.folder.subfolder("sheets")?;
    Ok(Prepared { spec: spec.clone(), data, photos, known, desk })
}

/// Patterns are made for layers that are looked at: their values stand beside those of pictures.
fn check_synthesis(spec: &Spec, known: &[Model]) -> Result<()> {
    for (index, wanted) in spec.synthesize.iter().enumerate() {
        let (names, shape) = match spec.nets.iter().find(|net| net.name == wanted.net) {
            Some(net) => {
                let net = Net::random(&net.name, &net.model, Seed::new(0))?;
                (measure::looked_at(&net, None)?, net.input())
            }
            None => {
                let at = spec.known.iter().position(|known| known.net.name == wanted.net).context("checked before")?;
                (measure::looked_at(&*known[at].net, Some(&spec.known[at].layers))?, known[at].net.input())
            }
        };
        settings(shape, &wanted.settings)?.check().with_context(|| format!("synthesize[{index}]"))?;
        if !names.contains(&wanted.layer) {
            bail!(
                "synthesize[{index}]: `{}` is none of the layers of {} that are looked at: {}",
                wanted.layer,
                wanted.net,
                names.join(", ")
            );
        }
    }
    Ok(())
}

impl Prepared {
    /// Trains, looks, compares, judges, draws.
    ///
    /// # Errors
    /// A training that diverged; files that cannot be written. Finished cells are on disk by then.
    pub fn run(self) -> Result<Report> {
        let began = Instant::now();
        let (cells, pairs) = (cell::cells(&self.spec), cell::pairs(&self.spec));
        let all = cells.len() + pairs.len();
        let place = self.desk.folder.path("nets");
        let plans = self.plans();
        if !trainings::train_all(plans.clone(), &place, self.desk.existing, &self.desk.surroundings)? {
            return self.desk.stopped(began, (0, all));
        }
        let trained = began.elapsed().as_secs_f64();
        let opened = plans
            .iter()
            .map(|plan| trainings::open(&plan.spec, &place, &plan.spec.name))
            .collect::<Result<Vec<Opened>>>()?;
        let nets: Vec<&dyn Classifier> = opened
            .iter()
            .map(|opened| &opened.net as &dyn Classifier)
            .chain(self.known.iter().map(|model| &*model.net))
            .collect();
        let bar = self.desk.surroundings.progress.bar(all as u64, "layers, cells");
        let Some(measured) = self.measure(&nets, &bar)? else {
            return self.desk.stopped(began, (bar.position() as usize, all));
        };
        let Some(alike) = self.compare(&nets, &bar)? else {
            return self.desk.stopped(began, (bar.position() as usize, all));
        };
        bar.finish_and_clear();
        let looked = began.elapsed().as_secs_f64() - trained;
        let evidence = Evidence {
            spec: &self.spec,
            layers: evidence::layers(&self.spec, &measured),
            pictures: self.pictures()?,
            cells: measured,
            alike,
            trained: opened.iter().map(|opened| (opened.architecture.clone(), opened.accuracy)).collect(),
        };
        let findings = claims::judge(&evidence);
        let tables = tables::tables(&evidence);
        let figures = figures::draw(&evidence, &self.desk.folder)?;
        let (title, lead) = (evidence.title(), evidence.lead());
        let page = Page { title: &title, lead: &lead, findings: &findings, tables: &tables, figures: &figures };
        let results = Results {
            page,
            judgement: &findings,
            cells: all,
            seconds: json!({"training": trained, "layers": looked}),
            remarks: Vec::new(),
            printed: 2,
        };
        self.desk.finish(began, results)
    }

    /// Every net for each training, net by net.
    fn plans(&self) -> Vec<Plan> {
        let (Some(data), Some(set)) = (&self.data, &self.spec.data) else { return Vec::new() };
        let plan = |net: &NetSpec, training: usize| {
            let name = format!("{}-{training}", net.name);
            let seed = Seed::new(self.spec.seed).child("training").child(&name).get();
            let (model, settings) = (net.model.clone(), net.training.clone());
            let spec =
                train::Spec { name, model, training: settings, data: set.clone(), seed, device: self.spec.device };
            Plan { spec, data: data.examples() }
        };
        self.spec
            .nets
            .iter()
            .flat_map(|net| (1..=self.spec.trainings).map(move |training| plan(net, training)))
            .collect()
    }

    /// The held-out pictures as a net sees them; none if someone asked to stop.
    fn held(&self, net: &dyn Classifier) -> Result<Option<Held>> {
        let photos = match (&self.data, &self.photos) {
            (Some(data), _) => return Held::of_set((*data.test).clone(), net).map(Some),
            (None, photos) => Input::Images(photos.clone().context("a study has data or photographs")?),
        };
        let (surroundings, seed) = (&self.desk.surroundings, Seed::new(self.spec.seed).child("views"));
        let opened = Held::open(&photos, self.spec.views, seed, net, self.spec.batch, surroundings);
        if surroundings.stop.asked() {
            return Ok(None);
        }
        let (held, _) = opened?;
        if held.len() <= self.spec.top {
            bail!("{} pictures are too few for the {} that drive a direction most", held.len(), self.spec.top);
        }
        Ok(Some(held))
    }

    /// How many they are.
    fn pictures(&self) -> Result<usize> {
        Ok(match (&self.data, &self.photos) {
            (Some(data), _) => data.test.len(),
            (None, Some(photos)) => self.spec.views * list(&photos.files[0])?.len(),
            (None, None) => 0,
        })
    }

    fn layers_of(&self, net: usize) -> Option<&[String]> {
        let trained = self.spec.nets.len() * self.spec.trainings;
        net.checked_sub(trained).map(|at| &self.spec.known[at].layers[..])
    }

    const fn bench(&self) -> Bench<'_> {
        Bench { spec: &self.spec, folder: &self.desk.folder, surroundings: &self.desk.surroundings }
    }

    /// Does every cell that is not done; none if someone asked to stop.
    fn measure(&self, nets: &[&dyn Classifier], bar: &indicatif::ProgressBar) -> Result<Option<Vec<Measured>>> {
        let mut measured = Vec::new();
        for (at, cell) in cell::cells(&self.spec).into_iter().enumerate() {
            bar.set_message(cell.net.clone());
            let make = || {
                let Some(held) = self.held(nets[at])? else { return Ok(None) };
                let subject = Subject { net: nets[at], held: &held, layers: self.layers_of(at) };
                measure::measure(&cell, &subject, &self.bench())
            };
            let is_it = |found: &Measured| found.cell == cell;
            let Some(done) = taken_up(&self.desk.folder, &cell.file(), is_it, make)? else { return Ok(None) };
            measured.push(done);
            bar.inc(1);
        }
        Ok(Some(measured))
    }

    /// Compares every two trainings of a net that are not compared; none if someone asked to stop.
    fn compare(&self, nets: &[&dyn Classifier], bar: &indicatif::ProgressBar) -> Result<Option<Vec<Alike>>> {
        let mut alike = Vec::new();
        for pair in cell::pairs(&self.spec) {
            let net = self.spec.nets.iter().position(|net| net.name == pair.net).context("pairs are of nets")?;
            let of = |training: usize| nets[net * self.spec.trainings + training - 1];
            let make = || {
                let Some(held) = self.held(of(1))? else { return Ok(None) };
                let [a, b] = [pair.trainings.0, pair.trainings.1].map(|training| Subject {
                    net: of(training),
                    held: &held,
                    layers: None,
                });
                measure::compare(&pair, [&a, &b], &self.bench())
            };
            let is_it = |found: &Alike| found.pair == pair;
            let Some(done) = taken_up(&self.desk.folder, &pair.file(), is_it, make)? else { return Ok(None) };
            alike.push(done);
            bar.inc(1);
        }
        Ok(Some(alike))
    }
}
