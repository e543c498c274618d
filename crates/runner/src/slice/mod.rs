//! `advlab slice`: what a net says in a plane through a picture, its adversarial counterpart and a random direction.
//!
//! The first axis runs from the picture to its counterpart, the second along a random direction at a right angle; both are L2
//! distances. Points of the plane are shown to the net as they are, also where their values leave [0, 1]; `plane.csv` says how far.

mod spec;

mod counterpart;
mod line;
mod map;

mod figures;
mod files;

use std::path::{Path, PathBuf};
use std::time::Instant;

use advlab_analysis::plane::Plane;
use advlab_core::{Aim, Seed};
use advlab_model_zoo::Model;
use anyhow::{Result, bail};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tch::Tensor;

use crate::folder::{Existing, Folder};
use crate::inputs::{Images, Input, Inputs};
use crate::labels;
use crate::perturb::asking::ask;
use crate::perturb::digits;
use crate::perturb::targets::{Known, Rule};
use crate::record::{self, Ending, Record, Surroundings};
use crate::report::{self, Captioned, WORDS, Words};
use crate::warnings::warnings;
use crate::words::percent;

pub use spec::Spec;

use line::LineOf;

/// A run that can start.
#[derive(Debug)]
pub struct Prepared {
    spec: Spec,
    model: Model,
    /// The picture, and what it is called.
    clean: (Vec<f32>, String),
    /// The counterpart, where a file gives it.
    other: Option<(Vec<f32>, String)>,
    aim: Aim,
    batch: usize,
    warnings: Vec<String>,
    folder: Folder,
    record: Record,
    surroundings: Surroundings,
}

/// What a run came to, in numbers.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Summary {
    /// The net.
    pub model: String,
    /// The picture.
    pub picture: String,
    /// The counterpart: found by a search, or this file.
    pub counterpart: String,
    /// What the net says of the picture, and how confident it is.
    pub before: (String, f64),
    /// What it says of the counterpart.
    pub after: (String, f64),
    /// L2 distance of the two.
    pub distance: f64,
    /// Distance from the picture along the line at which the label changes first; none if it does not as far as the line is shown.
    /// A label that comes and goes between two of the line's 301 points is not seen.
    pub boundary: Option<f64>,
    /// Share of the plane that has each label, the largest first.
    pub shares: Vec<(String, f64)>,
    /// Ends of the plane along both axes.
    pub ends: [(f64, f64); 2],
    /// The furthest that a value of a point shown lies outside [0, 1].
    pub outside: f64,
    /// Wall-clock seconds.
    pub seconds: f64,
}

/// What a run came to.
pub type Report = record::Report<Summary>;

/// Checks everything that can be checked before the search.
///
/// # Errors
/// Bad settings, an unknown net or class, pictures that cannot be read or are the same, a picture with the wanted label, a folder that
/// holds something else.
pub fn prepare(spec: &Spec, out: PathBuf, existing: Existing, surroundings: &Surroundings) -> Result<Prepared> {
    spec.check()?;
    let model = spec.choice().open()?;
    let net = &*model.net;
    let inputs = match Inputs::open(&spec.input, net, surroundings) {
        // The set was asked for as many as the number needs.
        Err(error) if spec.index > 0 => {
            return Err(error.context(format!("there is no picture number {}, counted from 0", spec.index)));
        }
        opened => opened?,
    };
    if spec.index >= inputs.len() {
        bail!("`index` must be below {}, the number of pictures, got {}", inputs.len(), spec.index);
    }
    let clean = (inputs.values(spec.index)?, inputs.name(spec.index));
    let other = match &spec.other {
        None => None,
        Some(file) => {
            let (fit, max_pixels) = match &spec.input {
                Input::Images(images) => (images.fit, images.max_pixels),
                Input::Data { .. } => Default::default(),
            };
            let max_pixels = if max_pixels == 0 { advlab_datasets::photo::MAX_PIXELS } else { max_pixels };
            let images = Images { files: vec![file.clone()], fit, max_pixels };
            let other = Inputs::open(&Input::Images(images), net, surroundings)?;
            if other.len() != 1 {
                bail!("{}: wanted one picture file", file.display());
            }
            Some((other.values(0)?, other.name(0)))
        }
    };
    if let Some((values, name)) = &other
        && *values == clean.0
    {
        bail!("{} and {name} are the same picture at the net's size, and no line runs between them", clean.1);
    }
    let said = ask(net, &clean.0, 1, &|_| clean.1.clone())?;
    let rule = Rule::new(&spec.wish, net, 1, false)?;
    if rule == Rule::Every {
        bail!("a slice goes through one counterpart; name one --target, not every");
    }
    let known = Known { picture: spec.index, scores: said.scores_of(0), truth: None };
    let aim = rule.aim(&known, 0, Seed::new(spec.seed));
    if other.is_none() && aim.holds(said.labels[0]) {
        let class = labels::short(&net.classes()[aim.class() as usize]);
        bail!("{}: {} labels it `{class}` already; choose another --target", clean.1, net.name());
    }
    let mut record = Record::new("slice", surroundings, spec, net.device());
    record.input("model", json!({"name": net.name(), "origin": model.origin, "sha256": model.sha256}));
    let digest = |(values, name): &(Vec<f32>, String)| {
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        let sum: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        json!({"name": name, "sha256 as the net sees it": sum})
    };
    record.input("picture", digest(&clean));
    if let Some(other) = &other {
        record.input("counterpart", digest(other));
    }
    let warnings = warnings(net)?;
    record.warnings.clone_from(&warnings);
    let batch = spec.batch_for(net.input());
    let (folder, _) = Folder::open(&out, existing, &record)?;
    let (spec, surroundings) = (spec.clone(), surroundings.clone());
    Ok(Prepared { spec, model, clean, other, aim, batch, warnings, folder, record, surroundings })
}

impl Prepared {
    /// What is doubtful about the net before anything is tried.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Searches, looks, writes and draws.
    ///
    /// # Errors
    /// No counterpart was found; those of the net; files that cannot be written.
    pub fn run(self) -> Result<Report> {
        let began = Instant::now();
        let (spec, net, stop) = (&self.spec, &*self.model.net, &self.surroundings.stop);
        let counterpart = match &self.other {
            Some(other) => other.clone(),
            None => {
                let found = counterpart::search(spec, net, &self.clean.0, self.aim, self.batch, stop)?;
                (found, "found by a search".to_owned())
            }
        };
        let shape = net.input();
        let tensor = |values: &[f32]| Tensor::from_slice(values).reshape([shape.channels, shape.height, shape.width]);
        let (clean, other) = (tensor(&self.clean.0), tensor(&counterpart.0));
        let along = other.to_kind(tch::Kind::Double) - clean.to_kind(tch::Kind::Double);
        let plane = Plane::random(&clean, &along, Seed::new(spec.seed).child("direction"))?;
        let distance = plane.project(&other)?.0.0;
        let bar = self.surroundings.progress.bar((spec.cells * spec.cells) as u64, "looking at the plane");
        let told = &mut |done| bar.set_position(done as u64);
        let map = map::scan(&plane, net, spec, distance, self.batch, stop, told)?;
        bar.finish_and_clear();
        let line = LineOf::look(&plane, net, map.ends[0], distance, self.batch)?;
        let name = |class: usize| labels::short(&net.classes()[class]).to_owned();
        let summary = Summary {
            model: net.name().to_owned(),
            picture: self.clean.1.clone(),
            counterpart: counterpart.1.clone(),
            before: (name(line.at_picture.0), line.at_picture.1),
            after: (name(line.at_counterpart.0), line.at_counterpart.1),
            distance,
            boundary: line.boundary,
            shares: map.shares().into_iter().map(|(class, share)| (name(class), share)).collect(),
            ends: map.ends,
            outside: map.scan.outside.iter().copied().fold(0.0, f64::max),
            seconds: began.elapsed().as_secs_f64(),
        };
        files::write(&self.folder, &plane, &map, &line, net)?;
        let drawn = figures::draw(&self.folder, &plane, net, &map, &line, &summary)?;
        let figures = drawn.iter().map(|(file, caption)| Captioned::new(file, caption)).collect();
        let words = Words { title: summary.title(), lead: summary.sentences().join(" "), figures, tables: Vec::new() };
        self.folder.write_json(WORDS, &words)?;
        let record = self.record.ended(Ending::Complete, began, json!(summary));
        report::write(&self.folder, &record)?;
        self.folder.record(&record)?;
        let folder = self.folder.root().to_owned();
        Ok(Report { summary, folder, ending: Ending::Complete, was_finished: false })
    }
}

impl Summary {
    /// What is sliced, as a title.
    pub fn title(&self) -> String {
        let picture = Path::new(&self.picture).file_name().unwrap_or_default().to_string_lossy();
        format!("What {} says around {picture}", self.model)
    }

    /// What came of it, in sentences.
    pub fn sentences(&self) -> Vec<String> {
        let (before, after) = (&self.before, &self.after);
        let mut told = vec![
            format!("The picture is labelled `{}` ({}).", before.0, percent(before.1)),
            format!(
                "Its counterpart ({}), {} away in L2, is labelled `{}` ({}).",
                self.counterpart,
                digits(self.distance),
                after.0,
                percent(after.1)
            ),
        ];
        told.push(match self.boundary {
            Some(at) => {
                format!("On the line between and beyond, the label changes first at a distance of {}.", digits(at))
            }
            None => "On the line, as far as it is shown, the label does not change.".to_owned(),
        });
        let shares: Vec<String> =
            self.shares.iter().take(5).map(|(name, share)| format!("`{name}` {}", percent(*share))).collect();
        told.push(format!("Of the plane shown, the net labels {}.", shares.join(", ")));
        if self.outside > 0.0 {
            told.push(format!(
                "Points of the plane are shown to the net as they are: values leave [0, 1] by up to {}.",
                digits(self.outside)
            ));
        }
        told
    }
}
