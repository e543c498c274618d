//! What `advlab perceptron` learns and how, as flags or a file say it.

use std::path::{Path, PathBuf};

use advlab_analysis::perceptron::{MOST_PARITY, Problem, ThresholdTraining};
use anyhow::{Result, bail};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::default_seed;

/// Hidden neurons at most, and repeats: what a small problem can ask for.
const MOST: usize = 1000;
/// Noise at most; the points lie in a square whose sides are 2.
const MOST_NOISE: f64 = 1e6;
/// Boundaries on the way that fit side by side.
const MOST_STAGES: usize = 12;
/// Nets in an animation at most: each of its frames shows all of them.
const MOVING: usize = 9;

/// Settings of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Spec {
    /// What is to be learnt: and, or, xor, parity, linear, four-lines, spirals, rings, overlapping, or a CSV file with a number in
    /// each column but the last, which says the class.
    pub problem: String,
    /// Inputs of parity.
    #[serde(default = "three")]
    #[schemars(range(min = 2, max = 12))]
    pub inputs: usize,
    /// Numbers of hidden neurons; 0 is a single neuron that learns by Hebb's rule.
    #[schemars(length(min = 1))]
    pub hidden: Vec<usize>,
    /// Points to learn from, of problems in the plane.
    #[serde(default = "hundred")]
    #[schemars(range(min = 2))]
    pub train: usize,
    /// Fresh points to test on, of problems in the plane.
    #[serde(default = "thousands")]
    pub test: usize,
    /// Standard deviation of noise that is added to where points lie, after they got their class.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1e6))]
    pub noise: f64,
    /// Share of a file's patterns that are kept for testing, drawn anew for each repeat.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 0.9))]
    pub test_share: f64,
    /// Samples and trainings of each net, each from random numbers of its own.
    #[serde(default = "one")]
    #[schemars(range(min = 1))]
    pub repeats: usize,
    /// Sweeps of Hebb's rule through all patterns, at most.
    #[serde(default = "thousand")]
    #[schemars(range(min = 1))]
    pub sweeps: usize,
    /// Rate of Hebb's rule.
    #[serde(default = "half")]
    pub rate: f64,
    /// How nets with hidden neurons learn.
    #[serde(default)]
    pub training: ThresholdTraining,
    /// Steps whose boundaries are drawn, 12 at most; none draws a few. A net that ended before is drawn as it was at its end.
    #[serde(default)]
    pub at: Vec<usize>,
    /// Whether the boundary on its way is animated, and as what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub animation: Option<Moving>,
    /// Every random draw comes from it.
    #[serde(default = "default_seed")]
    pub seed: u64,
}

/// Kind of an animation's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Moving {
    /// GIF: opens everywhere, with 256 colours.
    Gif,
    /// Animated PNG, with all colours.
    #[serde(alias = "png")]
    Apng,
}

impl Moving {
    /// The names that a flag or a file may use.
    pub const NAMES: [&'static str; 2] = ["gif", "apng"];

    /// Name of the file.
    pub(crate) const fn file(self) -> &'static str {
        match self {
            Self::Gif => "boundary.gif",
            Self::Apng => "boundary-moving.png",
        }
    }
}

const fn three() -> usize {
    3
}

const fn one() -> usize {
    1
}

const fn hundred() -> usize {
    100
}

const fn thousand() -> usize {
    1000
}

const fn thousands() -> usize {
    4000
}

const fn half() -> f64 {
    0.5
}

impl Spec {
    /// Defaults of settings, as the command line shows them.
    pub const DEFAULTS: (usize, usize, usize, usize, f64) = (three(), hundred(), thousands(), thousand(), half());

    /// The problem that is known by name; none for a file.
    pub(crate) fn known(&self) -> Option<Problem> {
        Problem::named(&self.problem)
    }

    /// The file of patterns, where it is one.
    pub(crate) fn file(&self) -> Option<PathBuf> {
        self.known().is_none().then(|| PathBuf::from(&self.problem))
    }

    /// What a folder of its results is called.
    pub fn stem(&self) -> String {
        self.title().to_lowercase().replace(' ', "-")
    }

    /// What the problem is called: its name, or the file's.
    pub fn title(&self) -> String {
        match self.known() {
            Some(problem @ (Problem::And | Problem::Or | Problem::Xor)) => problem.name().to_uppercase(),
            Some(Problem::Parity) => format!("parity of {} inputs", self.inputs),
            Some(problem) => problem.name().to_owned(),
            None => Path::new(&self.problem).file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        }
    }

    /// Checks every setting that does not depend on files.
    ///
    /// # Errors
    /// The first that cannot be used, by name.
    pub fn check(&self) -> Result<()> {
        if self.file().is_some_and(|file| file.extension().is_none() && !file.is_file()) {
            let names: Vec<String> = Problem::ALL.iter().map(|(name, _)| (*name).to_owned()).collect();
            bail!("unknown problem `{}`; use {}, or a CSV file", self.problem, names.join(", "));
        }
        if self.hidden.is_empty() {
            bail!("`hidden` must name at least one number of hidden neurons; 0 is a single neuron");
        }
        if self.animation.is_some() && self.hidden.len() > MOVING {
            bail!("`animation` shows at most {MOVING} nets, and `hidden` names {}; name fewer", self.hidden.len());
        }
        crate::study::distinct("hidden", self.hidden.iter().map(ToString::to_string))?;
        for (name, value, least, most) in [
            ("hidden", self.hidden.iter().copied().max().unwrap_or(0), 0, MOST),
            ("inputs", self.inputs, 2, MOST_PARITY),
            ("train", self.train, 2, 100_000),
            ("test", self.test, 0, 1_000_000),
            ("repeats", self.repeats, 1, MOST),
            ("sweeps", self.sweeps, 1, 1_000_000),
        ] {
            if !(least..=most).contains(&value) {
                bail!("`{name}` must be from {least} to {most}, got {value}");
            }
        }
        if !(0.0..=MOST_NOISE).contains(&self.noise) {
            bail!("`noise` must be from 0 to {MOST_NOISE}, got {}", self.noise);
        }
        if !(0.0..=0.9).contains(&self.test_share) {
            bail!("`test-share` must be from 0 to 0.9, got {}", self.test_share);
        }
        let usable = self.rate.is_finite() && self.rate > 0.0;
        if !usable {
            bail!("`rate` must be above 0, got {}", self.rate);
        }
        let last = |hidden: &usize| if *hidden == 0 { self.sweeps } else { self.training.steps };
        let last = self.hidden.iter().map(last).max().unwrap_or(0);
        if let Some(step) = self.at.iter().find(|step| **step > last) {
            bail!("`at` names step {step}, and there are no more than {last}");
        }
        crate::study::distinct("at", self.at.iter().map(ToString::to_string))?;
        if self.at.len() > MOST_STAGES {
            bail!("`at` must name {MOST_STAGES} steps at most, got {}", self.at.len());
        }
        if let Some(problem) = self.known().filter(|problem| problem.is_boolean() && self.noise > 0.0) {
            bail!(
                "`noise` moves points of the plane; {} has a table of patterns, and none is to be moved",
                problem.name()
            );
        }
        Ok(self.training.check()?)
    }
}
