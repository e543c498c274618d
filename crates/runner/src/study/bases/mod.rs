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

use std::collections::HashMap;
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
use crate::study::desk::{Desk, Report};
use crate::study::report::Results;
use crate::study::search::Search;
use crate::train::{self, Halves};
use crate::trainings::{self, Opened, Plan};

pub(super) use cell::keys;
pub use spec::{Known, NetSpec, Spec, Synthesis};

use cell::{Alike, Cell, Item, Measured, Pair};
use evidence::Evidence;
use measure::{Bench, Subject};

/// Nets by name, the trained ones with the number of the training.
type Nets<'a> = HashMap<String, &'a dyn Classifier>;

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
        let all = cell::items(&self.spec);
        let part = self.desk.part(&all);
        let place = self.desk.folder.path("nets");
        let plans = self.plans(part);
        if !trainings::train_all(plans.clone(), &place, self.desk.existing, &self.desk.surroundings)? {
            return self.desk.pause(began, 0, all.len());
        }
        let trained = began.elapsed().as_secs_f64();
        let opened = plans
            .iter()
            .map(|plan| trainings::open(&plan.spec, &place, &plan.spec.name))
            .collect::<Result<Vec<Opened>>>()?;
        let names = plans.iter().map(|plan| plan.spec.name.clone());
        let known = self
            .spec
            .known
            .iter()
            .zip(&self.known)
            .map(|(wanted, model)| (wanted.net.name.clone(), &*model.net as &dyn Classifier));
        let nets: Nets<'_> =
            names.zip(opened.iter().map(|opened| &opened.net as &dyn Classifier)).chain(known).collect();
        let (mut measured, mut alike) = (Vec::new(), Vec::new());
        let bar = self.desk.surroundings.progress.bar(part.len() as u64, "layers, cells");
        for item in part {
            let done = match item {
                Item::Cell(cell) => self.measure(cell, &nets, &bar)?.map(|done| measured.push(done)),
                Item::Pair(pair) => self.compare(pair, &nets)?.map(|done| alike.push(done)),
            };
            if done.is_none() {
                break;
            }
            bar.inc(1);
        }
        bar.finish_and_clear();
        let done = measured.len() + alike.len();
        if done < all.len() {
            return self.desk.pause(began, done, all.len());
        }
        let looked = began.elapsed().as_secs_f64() - trained;
        let evidence = Evidence {
            spec: &self.spec,
            layers: evidence::layers(&self.spec, &measured),
            pictures: self.pictures()?,
            cells: measured,
            alike,
            trained: opened.iter().map(|opened| (opened.architecture.clone(), opened.accuracy)).collect(),
        };
        let results = Results {
            title: evidence.title(),
            lead: evidence.lead(),
            findings: claims::judge(&evidence),
            tables: tables::tables(&evidence),
            figures: figures::draw(&evidence, &self.desk.folder)?,
            judgement: None,
            cells: all.len(),
            seconds: json!({"training": trained, "layers": looked}),
            remarks: Vec::new(),
            printed: 2,
        };
        self.desk.finish(began, results)
    }

    /// Every net for each training that cells ask for, net by net.
    fn plans(&self, part: &[Item]) -> Vec<Plan> {
        let (Some(data), Some(set)) = (&self.data, &self.spec.data) else { return Vec::new() };
        let plan = |net: &NetSpec, training: usize| {
            let name = cell::trained(&net.name, training);
            let seed = Seed::new(self.spec.seed).child("training").child(&name).get();
            let (model, settings) = (net.model.clone(), net.training.clone());
            let spec =
                train::Spec { name, model, training: settings, data: set.clone(), seed, device: self.spec.device };
            Plan { spec, data: data.examples() }
        };
        let each = self.spec.nets.iter().flat_map(|net| (1..=self.spec.trainings).map(move |training| (net, training)));
        let asked = each.filter(|(net, training)| part.iter().any(|item| item.asks_for(&net.name, *training)));
        asked.map(|(net, training)| plan(net, training)).collect()
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

    /// The layers of a known net that are looked at; none stands for all.
    fn layers_of(&self, net: &str) -> Option<&[String]> {
        self.spec.known.iter().find(|known| known.net.name == net).map(|known| &known.layers[..])
    }

    const fn bench(&self) -> Bench<'_> {
        Bench { spec: &self.spec, folder: &self.desk.folder, surroundings: &self.desk.surroundings }
    }

    /// Looks at a net's layers, if that is not done; none if someone asked to stop.
    fn measure(&self, cell: &Cell, nets: &Nets<'_>, bar: &indicatif::ProgressBar) -> Result<Option<Measured>> {
        bar.set_message(cell.net.clone());
        let layers = self.layers_of(&cell.net);
        let name = if layers.is_some() { cell.net.clone() } else { cell::trained(&cell.net, cell.training) };
        let make = || {
            let Some(held) = self.held(nets[&name])? else { return Ok(None) };
            measure::measure(cell, &Subject { net: nets[&name], held: &held, layers }, &self.bench())
        };
        self.desk.taken_up(&cell.key(), |found: &Measured| found.cell == *cell, make)
    }

    /// Compares two trainings of a net, if that is not done; none if someone asked to stop.
    fn compare(&self, pair: &Pair, nets: &Nets<'_>) -> Result<Option<Alike>> {
        let of = |training: usize| nets[&cell::trained(&pair.net, training)];
        let make = || {
            let Some(held) = self.held(of(pair.trainings.0))? else { return Ok(None) };
            let [a, b] = [pair.trainings.0, pair.trainings.1].map(|training| Subject {
                net: of(training),
                held: &held,
                layers: None,
            });
            measure::compare(pair, [&a, &b], &self.bench())
        };
        self.desk.taken_up(&pair.key(), |found: &Alike| found.pair == *pair, make)
    }
}
