//! The attacks on a trained net: noise that it labels, the smallest changes of its test pictures, the directions of its last
//! hidden layer. Each is the run that its own command makes, in a folder of its own, which can be looked at as such.

use std::fs;
use std::path::{Path, PathBuf};

use advlab_analysis::basis::Measure;
use advlab_analysis::median;
use advlab_attacks::noise::NoiseParams;
use advlab_attacks::perturb::{Method, PerturbParams};
use advlab_core::Norm;
use advlab_datasets::Split;
use anyhow::{Context as _, Result};

use super::evidence::Evidence;
use super::spec::{Attacks, Spec};
use crate::data::DataSpec;
use crate::folder::Folder;
use crate::inputs::Input;
use crate::progress::Progress;
use crate::record::{Ending, Surroundings};
use crate::study::desk::Desk;
use crate::study::report::Figure;
use crate::train::WEIGHTS;
use crate::trainings::resumed;
use crate::{basis, generate, perturb};

/// Where the runs are.
const PLACE: &str = "attacks";

/// Attempts at an example from noise, at most.
const ATTEMPTS_EACH: u64 = 20;

/// What came of the attacks on one net.
#[derive(Clone, Debug, Default)]
pub(super) struct Attacked {
    /// Share of the attempts from noise that succeeded.
    pub(super) noise_success: f64,
    /// Steps that these took, median of the classes' medians.
    pub(super) noise_steps: Option<f64>,
    /// Confidence in its class of the average that the net is least sure of.
    pub(super) average_confidence: Option<f64>,
    /// Test pictures that a change was searched for, and how many were changed.
    pub(super) tried: usize,
    pub(super) changed: usize,
    /// Medians over those.
    pub(super) l2: Option<f64>,
    pub(super) rms: Option<f64>,
    pub(super) linf: Option<f64>,
    /// Mean purity of the labels of the pictures that drive single units and random directions most.
    pub(super) purity_units: Option<f64>,
    pub(super) purity_random: Option<f64>,
}

/// Attacks the first net of each task of the first condition; none if someone asked to stop.
pub(super) fn run(spec: &Spec, attacks: &Attacks, desk: &Desk) -> Result<Option<Vec<Attacked>>> {
    desk.folder.subfolder(PLACE)?;
    let bar = desk.surroundings.progress.bar(3 * spec.tasks.len() as u64, "attacks");
    let mut all = Vec::new();
    for task in &spec.tasks {
        let name = format!("{}-{}-1", spec.conditions[0].name, task.name);
        let net = desk.folder.path("nets").join(name).join(WEIGHTS);
        let at = Target { spec, task: &task.name, data: &task.data, net: &net, desk };
        let mut attacked = Attacked::default();
        for attack in [noise, changes, directions] {
            if !attack(&at, attacks, &mut attacked).with_context(|| format!("attacks on task `{}`", task.name))? {
                return Ok(None);
            }
            bar.inc(1);
        }
        all.push(attacked);
    }
    bar.finish_and_clear();
    Ok(Some(all))
}

/// A net, the pictures of its task, and where the runs go.
struct Target<'a> {
    spec: &'a Spec,
    task: &'a str,
    data: &'a DataSpec,
    net: &'a Path,
    desk: &'a Desk,
}

impl Target<'_> {
    fn place(&self, what: &str) -> PathBuf {
        self.desk.folder.path(PLACE).join(format!("{}-{what}", self.task))
    }

    fn model(&self) -> String {
        self.net.display().to_string()
    }

    fn surroundings(&self) -> Surroundings {
        Surroundings { progress: Progress::Hidden, ..self.desk.surroundings.clone() }
    }

    fn test(&self, n: Option<usize>) -> Input {
        Input::Data { set: DataSpec { test: n.or(self.data.test), ..self.data.clone() }, split: Split::Test }
    }
}

fn noise(at: &Target<'_>, attacks: &Attacks, attacked: &mut Attacked) -> Result<bool> {
    let spec = generate::Spec {
        model: at.model(),
        input_shape: None,
        classes: None,
        scores: None,
        targets: vec!["all".to_owned()],
        n: attacks.noise,
        noise: NoiseParams::default(),
        max_attempts: ATTEMPTS_EACH * attacks.noise as u64,
        seed: at.spec.seed,
        batch: 20,
        pictures: 0,
        device: at.spec.device,
    };
    let place = at.place("noise");
    let existing = resumed(&place, at.desk.existing);
    let report = generate::prepare(&spec, place, existing, &at.surroundings())?.run()?;
    let classes = &report.summary.classes;
    let steps: Vec<f64> = classes.iter().filter_map(|class| Some(class.steps?.median)).collect();
    attacked.noise_success = report.summary.success_rate;
    attacked.noise_steps = (!steps.is_empty()).then(|| median(&steps));
    let seen = classes.iter().filter_map(|class| Some(f64::from(class.average.as_ref()?.seen.confidence_of_target)));
    attacked.average_confidence = seen.reduce(f64::min);
    Ok(report.ending != Ending::Stopped)
}

fn changes(at: &Target<'_>, attacks: &Attacks, attacked: &mut Attacked) -> Result<bool> {
    let spec = perturb::Spec {
        model: at.model(),
        input_shape: None,
        classes: None,
        scores: None,
        input: at.test(Some(attacks.perturb)),
        own_size: false,
        wish: perturb::Wish::Untargeted,
        attack: PerturbParams { method: Method::Minimal, norm: Norm::L2, steps: None, bits: 8, epsilon: None, c: None },
        seed: at.spec.seed,
        batch: None,
        pictures: None,
        many: false,
        device: at.spec.device,
    };
    let place = at.place("changes");
    let existing = resumed(&place, at.desk.existing);
    let report = perturb::prepare(&spec, place, existing, &at.surroundings())?.run()?;
    let summary = &report.summary;
    (attacked.tried, attacked.changed) = (summary.tried, summary.successes);
    attacked.l2 = summary.l2.as_ref().map(|of| of.median);
    attacked.rms = summary.rms.as_ref().map(|of| of.median);
    attacked.linf = summary.linf.as_ref().map(|of| of.median);
    Ok(report.ending != Ending::Stopped)
}

fn directions(at: &Target<'_>, attacks: &Attacks, attacked: &mut Attacked) -> Result<bool> {
    let spec = basis::Spec {
        model: at.model(),
        input_shape: None,
        classes: None,
        scores: None,
        layer: None,
        map: Default::default(),
        input: Some(at.test(None)),
        views: 1,
        bases: basis::Bases::Both,
        orthonormal: false,
        units: Vec::new(),
        directions: attacks.directions,
        top: 8,
        against: None,
        sweep: false,
        synthesize: None,
        seed: at.spec.seed,
        batch: None,
        memory: basis::Spec::MEMORY,
        device: at.spec.device,
    };
    let place = at.place("directions");
    let existing = resumed(&place, at.desk.existing);
    let report = basis::prepare(&spec, place, existing, &at.surroundings())?.run()?;
    let purity = |kind: &str| {
        let group = report.summary.groups.iter().find(|group| group.kind == kind)?;
        group.means.iter().find(|(measure, _)| *measure == Measure::Purity).map(|(_, value)| *value)
    };
    (attacked.purity_units, attacked.purity_random) = (purity("unit"), purity("random"));
    Ok(report.ending != Ending::Stopped)
}

/// The runs' own figures, beside those of the study.
pub(super) fn figures(evidence: &Evidence<'_>, folder: &Folder) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for (task, attacked) in evidence.spec.tasks.iter().zip(&evidence.attacked) {
        let l2 = attacked.l2.map_or_else(String::new, |l2| format!(", L2 {l2:.2} in the middle"));
        for (what, file, caption) in [
            ("noise", generate::figures::AVERAGE, "averages of noise that the net labels as each class".to_owned()),
            ("changes", perturb::figures::SHEET, format!("the smallest changes of test pictures{l2}")),
            ("directions", basis::figures::TOP, "pictures that drive units and random directions".to_owned()),
        ] {
            let from = folder.path(PLACE).join(format!("{}-{what}", task.name)).join(file);
            if !from.is_file() {
                continue;
            }
            let name = format!("{what}-{}.png", task.name);
            let bytes = fs::read(&from).with_context(|| format!("cannot read {}", from.display()))?;
            folder.write(&name, |file| Ok(std::io::Write::write_all(file, &bytes)?))?;
            figures.push((name, format!("{}: {caption}", task.title)));
        }
    }
    Ok(figures)
}
