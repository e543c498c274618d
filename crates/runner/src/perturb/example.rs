//! One search: what came of it, and its row in `examples.csv`.

use advlab_core::{Aim, Norm, Perturbation, Verdict};
use serde::{Deserialize, Serialize};

use super::own_size::OwnSize;
use super::written::Written;
use crate::labels;

/// One search, and all that is known of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Example {
    /// What the attack came to.
    #[serde(flatten)]
    pub(super) found: Perturbation,
    /// Number of the picture.
    pub(super) picture: usize,
    /// Its file, or set and number.
    pub(super) input: String,
    /// What names of its results begin with.
    pub(super) stem: String,
    /// Its true class, where it is known.
    pub(super) truth: Option<i64>,
    /// The result as a file, where there is one.
    pub(super) written: Option<Written>,
    /// The result at the picture's own size, where it was asked for.
    pub(super) own_size: Option<OwnSize>,
}

/// Names of the columns.
pub(super) const COLUMNS: [&str; 44] = [
    "index",
    "input",
    "file",
    "true_label",
    "true_name",
    "aim",
    "aim_label",
    "aim_name",
    "verdict",
    "label_before",
    "name_before",
    "confidence_before",
    "label",
    "name",
    "confidence",
    "margin",
    "l0",
    "l1",
    "l2",
    "linf",
    "rms",
    "psnr",
    "unrounded_l0",
    "unrounded_l1",
    "unrounded_l2",
    "unrounded_linf",
    "lower_bound",
    "alignment",
    "at_bound",
    "forward",
    "backward",
    "file_label",
    "file_name",
    "file_confidence",
    "file_holds",
    "own_size_file",
    "own_size_strength",
    "own_size_label",
    "own_size_name",
    "own_size_confidence",
    "own_size_holds",
    "own_size_l2",
    "own_size_psnr",
    "picture",
];

impl Example {
    /// Whether there is a changed picture.
    pub(super) const fn is_changed(&self) -> bool {
        matches!(self.found.verdict, Verdict::Success | Verdict::Tie)
    }

    /// A number that tells how large the change is. Only a success has one: a failure is the clean picture and a tie may not be
    /// what was wanted, and a mean over the column would count both as if they were.
    pub(super) fn measure(&self, of: impl FnOnce(&Perturbation) -> f64) -> Option<f64> {
        (self.found.verdict == Verdict::Success).then(|| of(&self.found))
    }

    /// Its row: `classes` are the net's, `n` is the number of values of a picture.
    pub(super) fn row(&self, classes: &[String], n: usize) -> [String; COLUMNS.len()] {
        let found = &self.found;
        let name =
            |label: i64| classes.get(label as usize).map_or_else(String::new, |class| labels::short(class).into());
        let maybe = |value: Option<String>| value.unwrap_or_default();
        let measure = |of: &dyn Fn(&Perturbation) -> f64| maybe(self.measure(of).map(|value| value.to_string()));
        let distance = |norm| measure(&|found| found.distance(norm));
        let unrounded = |norm: Norm| measure(&|found| found.unrounded[norm as usize]);
        let (written, own) = (self.written.as_ref(), self.own_size.as_ref());
        [
            found.index.to_string(),
            self.input.clone(),
            maybe(written.map(|written| written.file.clone())),
            maybe(self.truth.map(|truth| truth.to_string())),
            maybe(self.truth.map(name)),
            if matches!(found.aim, Aim::Target(_)) { "target" } else { "away" }.to_owned(),
            found.aim.class().to_string(),
            name(found.aim.class()),
            found.verdict.key().to_owned(),
            found.label_before.to_string(),
            name(found.label_before),
            found.confidence_before.to_string(),
            found.label.to_string(),
            name(found.label),
            found.confidence.to_string(),
            found.margin.to_string(),
            distance(Norm::L0),
            distance(Norm::L1),
            distance(Norm::L2),
            distance(Norm::Linf),
            measure(&|found| found.rms(n)),
            measure(&|found| found.psnr(n)),
            unrounded(Norm::L0),
            unrounded(Norm::L1),
            unrounded(Norm::L2),
            unrounded(Norm::Linf),
            maybe(found.lower_bound.map(|bound| bound.to_string())),
            maybe(found.alignment.map(|alignment| alignment.to_string())),
            measure(&|found| f64::from(found.at_bound)),
            found.forward.to_string(),
            found.backward.to_string(),
            maybe(written.map(|written| written.label.to_string())),
            maybe(written.map(|written| name(written.label))),
            maybe(written.map(|written| written.confidence.to_string())),
            maybe(written.map(|written| written.holds.to_string())),
            maybe(own.map(|own| own.file.clone())),
            maybe(own.map(|own| own.strength.to_string())),
            maybe(own.map(|own| own.label.to_string())),
            maybe(own.map(|own| name(own.label))),
            maybe(own.map(|own| own.confidence.to_string())),
            maybe(own.map(|own| own.holds.to_string())),
            maybe(own.map(|own| own.l2.to_string())),
            maybe(own.map(|own| own.psnr.to_string())),
            self.picture.to_string(),
        ]
    }
}
