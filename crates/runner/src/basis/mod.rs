//! `advlab basis`: whether single units of a layer mean more than random directions, into a results folder.

mod spec;

mod default;
pub(crate) mod held;
pub(crate) mod store;

pub(crate) mod look;
pub(crate) mod margins;
pub(crate) mod traits;

pub(crate) mod group;
pub(crate) mod likeness;
pub(crate) mod sweep;
pub(crate) mod synthesis;

pub(crate) mod figures;
mod files;
mod summary;

use std::path::PathBuf;
use std::time::Instant;

use advlab_analysis::maximise::{Maximise, MaximiseParams};
use advlab_core::{Classifier, Layer, Seed};
use advlab_model_zoo::Model;
use anyhow::{Context as _, Result, anyhow, bail};
use rand::seq::index;
use serde_json::json;
use tch::Tensor;

use crate::folder::{Existing, Folder, Found};
use crate::labels;
use crate::model::ModelChoice;
use crate::record::{self, Ending, Record, Surroundings};
use crate::report;
use crate::warnings::warnings;

pub(crate) use default::pictures_for;
pub use group::Compared;
pub(crate) use spec::synthesis_schema;
pub use spec::{Bases, Spec};
pub use summary::{GroupSummary, Summary, Synthesized, Turned};

use figures::DirectionsOf;
use group::Group;
use held::Held;
use look::Look;
use traits::Traits;

/// A run that can start.
#[derive(Debug)]
pub struct Prepared {
    spec: Spec,
    model: Model,
    /// Another net whose layer of the same name is held beside.
    against: Option<Model>,
    layer: Layer,
    /// The same before its activation function.
    before: Option<Layer>,
    /// Layer that likeness is measured by.
    features: String,
    held: Option<Held>,
    units: Vec<usize>,
    synthesis: Option<Maximise>,
    batch: usize,
    notes: Vec<String>,
    warnings: Vec<String>,
    folder: Folder,
    finished: Option<Summary>,
    record: Record,
    surroundings: Surroundings,
}

/// What a run came to.
pub type Report = record::Report<Summary>;

/// Checks everything that can be checked before the first step: every photograph is read once, and the layer is shown a few
/// pictures.
///
/// # Errors
/// Bad settings, an unknown net, an unknown or ambiguous layer, pictures that cannot be used, do not fit the net or are too few, more
/// directions than there are, a layer whose values are not numbers or always the same, a folder that holds something else.
pub fn prepare(spec: &Spec, out: PathBuf, existing: Existing, surroundings: &Surroundings) -> Result<Prepared> {
    spec.check()?;
    let mut spec = spec.clone();
    let model = spec.choice().open()?;
    let net = &*model.net;
    let mut notes = Vec::new();
    let layers = net.layers()?;
    let features = look::features(&layers).name.clone();
    let layer = match &spec.layer {
        Some(text) => layer_named(text, &layers, net)?,
        None => look::features(&layers).clone(),
    };
    let before = look::before(&layers, &layer).cloned();
    spec.layer = Some(layer.name.clone());
    let width = spec.map.width(&layer);
    if spec.input.is_none() {
        match default::pictures_for(&spec.model, net) {
            Some((input, note)) => {
                notes.push(note);
                spec.input = Some(input);
            }
            None if spec.sweep || spec.synthesize.is_none() => {
                bail!("no pictures are known that {} was made for; name some with --data or --image", net.name())
            }
            None => {
                notes.push("no pictures are named, so pictures are made from noise and none are looked at".to_owned())
            }
        }
    }
    let units = chosen_units(&spec, &layer, width, net)?;
    if spec.orthonormal && spec.directions > width {
        bail!(
            "{} directions are more than make an orthonormal basis: layer `{}` has {width} units; ask for as many at most, or leave out --orthonormal",
            spec.directions,
            layer.name
        );
    }
    let against = spec.against.as_ref().map(|other| open_against(&spec, other, net, &layer)).transpose()?;
    let batch = spec.batch_for(net.input());
    let mut record = Record::new("basis", surroundings, &spec, net.device());
    record.input("model", json!({"name": net.name(), "origin": model.origin, "sha256": model.sha256}));
    if let Some(other) = &against {
        record.input("against", json!({"name": other.net.name(), "origin": other.origin, "sha256": other.sha256}));
    }
    let mut held = None;
    if let Some(input) = &spec.input {
        let (found, pictures) = Held::open(input, spec.views, Seed::new(spec.seed), net, batch, surroundings)?;
        record.input("pictures", pictures);
        if found.len() <= spec.top {
            bail!(
                "the {} pictures with the largest values are asked for, and there are {} in all; give more pictures, or a smaller --top",
                spec.top,
                found.len()
            );
        }
        let (stop, progress) = (&surroundings.stop, surroundings.progress);
        Look { net, layer: &layer, before: before.as_ref(), reading: spec.map, held: &found, batch, stop, progress }
            .probe()?;
        held = Some(found);
    }
    let params = spec.synthesize.as_ref().map(|changes| synthesis::settings(net.input(), changes)).transpose()?;
    record.input("synthesis", json!(params));
    let synthesis = params.map(MaximiseParams::check).transpose()?;
    let warnings = warnings(net)?;
    record.warnings.clone_from(&warnings);
    let (folder, found) = Folder::open(&out, existing, &record)?;
    let finished = match found {
        Found::Finished(old) => Some(serde_json::from_value(old.result.clone())?),
        Found::Fresh | Found::Unfinished => None,
    };
    let surroundings = surroundings.clone();
    Ok(Prepared {
        spec,
        model,
        against,
        layer,
        before,
        features,
        held,
        units,
        synthesis,
        batch,
        notes,
        warnings,
        folder,
        finished,
        record,
        surroundings,
    })
}

/// The layer that a text means; where it means none, what a net says of layers that it cannot show.
fn layer_named(text: &str, layers: &[Layer], net: &dyn Classifier) -> Result<Layer> {
    Layer::find(layers, text, net.name()).cloned().map_err(|error| match net.layers_note() {
        Some(note) => anyhow!("{error}; {note}"),
        None => error.into(),
    })
}

/// Opens the net to hold beside, which must take the same pictures and have a layer of this name.
fn open_against(spec: &Spec, other: &str, net: &dyn Classifier, layer: &Layer) -> Result<Model> {
    if spec.input.is_none() {
        bail!("`against` compares what two nets make of pictures; name some with --data or --image");
    }
    let other = ModelChoice { model: other.to_owned(), ..spec.choice() }.open()?;
    if other.net.input() != net.input() {
        bail!("{} takes pictures of {}, and {} of {}", other.net.name(), other.net.input(), net.name(), net.input());
    }
    if !other.net.layers()?.iter().any(|own| own.name == layer.name) {
        bail!("{} has no layer `{}` to hold beside that of {}", other.net.name(), layer.name, net.name());
    }
    Ok(other)
}

/// The units to show: those asked for, or as many as are to be shown, drawn by the seed.
fn chosen_units(spec: &Spec, layer: &Layer, width: usize, net: &dyn Classifier) -> Result<Vec<usize>> {
    if !spec.bases.natural() {
        return Ok(Vec::new());
    }
    let number =
        |text: &String| {
            if layer.is_scores {
                return labels::find(text, net.classes(), net.name());
            }
            text.trim().parse::<usize>().ok().filter(|unit| *unit < width).with_context(|| {
                format!("`{text}` is no unit of layer `{}`: it has {width}, numbered from 0", layer.name)
            })
        };
    if !spec.units.is_empty() {
        return spec.units.iter().map(number).collect();
    }
    let mut rng = Seed::new(spec.seed).child("shown").rng();
    let mut units = index::sample(&mut rng, width, spec.directions.min(width)).into_vec();
    units.sort_unstable();
    Ok(units)
}

impl Prepared {
    /// What was chosen for a user who did not say.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// What is doubtful about the net before anything is tried.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Looks, measures, compares, writes and draws.
    ///
    /// # Errors
    /// Those of the net; files that cannot be written.
    pub fn run(self) -> Result<Report> {
        let began = Instant::now();
        let folder = self.folder.root().to_owned();
        if let Some(summary) = self.finished {
            return Ok(Report { summary, folder, ending: Ending::Complete, was_finished: true });
        }
        let mut summary = self.begun();
        let ending = match self.work(&mut summary)? {
            true => Ending::Complete,
            false => Ending::Stopped,
        };
        summary.seconds = began.elapsed().as_secs_f64();
        let record = self.record.ended(ending, began, serde_json::to_value(&summary)?);
        if ending == Ending::Complete {
            if self.held.is_some() {
                summary.table().write(&self.folder)?;
            }
            report::write(&self.folder, &record)?;
        }
        self.folder.record(&record)?;
        Ok(Report { summary, folder, ending, was_finished: false })
    }

    fn begun(&self) -> Summary {
        let held = self.held.as_ref();
        Summary {
            model: self.model.net.name().to_owned(),
            architecture: self.model.card.as_ref().map(|card| card.spec.text()),
            layer: self.layer.clone(),
            map: self.spec.map,
            width: self.spec.map.width(&self.layer),
            source: held.map(|held| held.words(self.spec.input.as_ref().expect("pictures come from somewhere"))),
            pictures: held.map_or(0, Held::len),
            labels_of_net: held.is_some_and(|held| !held.are_true()),
            features: self.features.clone(),
            top: self.spec.top,
            groups: Vec::new(),
            chance: None,
            comparisons: Vec::new(),
            likeness: None,
            sweep: Vec::new(),
            synthesized: Vec::new(),
            on_disk: false,
            seconds: 0.0,
        }
    }

    /// Does everything; false if someone asked to stop.
    fn work(&self, summary: &mut Summary) -> Result<bool> {
        let (spec, net, seed) = (&self.spec, &*self.model.net, Seed::new(self.spec.seed));
        let mut groups = Vec::new();
        let width = spec.map.width(&self.layer);
        let mut kinds = Vec::new();
        if spec.bases.natural() {
            let mut units = group::units(width, seed)?;
            // Those to be shown are measured, whichever are drawn.
            if self.units.iter().any(|unit| !units.units().contains(unit)) {
                let mut all = [units.units(), &self.units].concat();
                all.sort_unstable();
                all.dedup();
                units = advlab_analysis::basis::Directions::natural(&all, width)?;
            }
            kinds.push(("unit", units));
        }
        if spec.bases.random() {
            kinds.push(("random", group::random(width, spec.orthonormal, spec.directions, seed)?));
        }
        if let Some(held) = &self.held {
            let (stop, progress) = (&self.surroundings.stop, self.surroundings.progress);
            let look = Look {
                net,
                layer: &self.layer,
                before: self.before.as_ref(),
                reading: spec.map,
                held,
                batch: self.batch,
                stop,
                progress,
            };
            let Some(mut store) = look.store(spec.memory, &self.folder)? else { return Ok(false) };
            summary.on_disk = store.is_on_disk();
            let all: Vec<_> = kinds.iter().map(|(_, directions)| directions).collect();
            let driven = look.drive(&mut store, &all, spec.top)?;
            let mut traits = Traits::new(held, net, &self.features, self.batch);
            for ((kind, directions), driven) in kinds.into_iter().zip(driven) {
                let measures = traits.measures(&driven)?;
                groups.push(Group::new(kind, directions, driven, measures));
            }
            summary.chance = Some(traits.chance(spec.top, seed.child("chance"))?);
            summary.groups = groups.iter().map(GroupSummary::new).collect();
            if let [natural, random] = &groups[..] {
                summary.comparisons = group::compare(&natural.measures, &random.measures, seed);
            }
            if let Some(other) = &self.against {
                let beside = Look { net: &*other.net, before: None, ..look };
                let seed = seed.child("likeness");
                let Some(likeness) = likeness::between([&look, &beside], spec.memory, &self.folder, seed)? else {
                    return Ok(false);
                };
                summary.likeness = Some((other.net.name().to_owned(), likeness));
            }
            if spec.sweep {
                let Some(turned) = sweep::sweep(&look, &mut store, &mut traits, spec.top, seed)? else {
                    return Ok(false);
                };
                summary.sweep = turned;
                figures::sweep(&self.folder, summary)?;
            }
            let shown: Vec<_> = groups.iter().map(|group| (group, self.shown(group))).collect();
            figures::page(&self.folder.path(figures::TOP), &self.directions_of(), held, &shown)?;
            figures::measures(&self.folder, summary, &groups.iter().collect::<Vec<_>>())?;
            files::directions(&self.folder, &self.directions_of(), &groups)?;
            files::top(&self.folder, held, &groups)?;
            files::arrays(&self.folder, &groups)?;
        } else {
            groups = kinds
                .into_iter()
                .map(|(kind, directions)| Group::new(kind, directions, Vec::new(), Vec::new()))
                .collect();
        }
        self.synthesize(summary, &groups)
    }

    /// The places of those directions in a group that are to be shown.
    fn shown(&self, group: &Group) -> Vec<usize> {
        if group.kind == "unit" {
            let at = |unit: &usize| group.directions.units().iter().position(|other| other == unit);
            return self.units.iter().filter_map(at).collect();
        }
        (0..self.spec.directions.min(group.directions.len())).collect()
    }

    /// Makes pictures from noise for the directions shown, if that is wanted; false if someone asked to stop.
    fn synthesize(&self, summary: &mut Summary, groups: &[Group]) -> Result<bool> {
        let Some(maximise) = &self.synthesis else { return Ok(true) };
        let (net, of) = (&*self.model.net, self.directions_of());
        let mut pictures = Vec::new();
        for group in groups {
            let shown = self.shown(group);
            let wanted = synthesis::Wanted {
                net,
                layer: &self.layer,
                before: self.before.as_ref(),
                reading: self.spec.map,
                group,
                shown: &shown,
            };
            let seed = Seed::new(self.spec.seed).child("synthesis").child(group.kind);
            let Some(made) = synthesis::make(maximise, &wanted, seed, &self.surroundings)? else { return Ok(false) };
            summary.synthesized.extend(Synthesized::all(&made, group, &shown, &of));
            pictures.push(made.pictures);
        }
        let pictures = Tensor::f_cat(&pictures, 0)?;
        figures::sheet(&self.folder.path(figures::SYNTHESIZED), &of, &summary.synthesized, &pictures)?;
        files::synthesized(&self.folder, &summary.synthesized, &pictures)?;
        Ok(true)
    }

    fn directions_of(&self) -> DirectionsOf<'_> {
        let net = &*self.model.net;
        DirectionsOf { net, name: net.name(), layer: &self.layer, top: self.spec.top }
    }
}

impl record::Report<Summary> {
    /// What a terminal shows.
    pub fn text(&self) -> String {
        let summary = &self.summary;
        let mut text = format!("{}; {:.2} s\n", summary.headline(), summary.seconds);
        if self.ending == Ending::Stopped {
            return text + "stopped; the same command begins again\n";
        }
        if summary.source.is_some() {
            text.push_str(&format!("\n{}\n", summary.table().text()));
        }
        for remark in summary.remarks() {
            text.push_str(&format!("{remark}\n"));
        }
        let place = self.folder.display();
        let here = |file: &&str| self.folder.join(file).is_file();
        let list = |files: &[&str]| {
            files.iter().filter(|file| here(file)).map(|file| format!("{place}/{file}")).collect::<Vec<_>>().join(", ")
        };
        for (what, files) in [
            ("pictures: ", &[figures::TOP, figures::MEASURES, figures::SWEEP, figures::SYNTHESIZED][..]),
            ("numbers:  ", &["comparisons.csv", files::DIRECTIONS, files::TOP, files::ARRAYS]),
            ("report:   ", &["report.html"]),
        ] {
            let files = list(files);
            if !files.is_empty() {
                text.push_str(&format!("{what}{files}\n"));
            }
        }
        text
    }
}
