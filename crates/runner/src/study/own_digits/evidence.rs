//! All that a study measured, as verdicts, tables and figures look it up.

use advlab_analysis::calibration::Doubt;
use advlab_analysis::{Estimate, mean};

use super::cell::{Cell, Ground, Judged, Measured};
use super::sets::{Album, Origin, TestSet};
use super::spec::Spec;

/// The cells of a study with what surrounds them.
#[derive(Debug)]
pub(super) struct Evidence<'a> {
    pub(super) spec: &'a Spec,
    pub(super) tests: &'a [TestSet],
    pub(super) albums: &'a [Album],
    pub(super) cells: Vec<Measured>,
    /// The architecture in a line.
    pub(super) architecture: String,
}

impl Evidence<'_> {
    /// The set that the claims are about.
    pub(super) fn first(&self) -> &str {
        &self.spec.sets[0].set
    }

    /// What nets trained on this set said of this test set.
    pub(super) fn of(&self, trained: &str, test: &TestSet) -> &Measured {
        let cell = Cell { trained: trained.to_owned(), test: test.key.clone() };
        self.cells.iter().find(|found| found.cell == cell).expect("every net was shown every test set")
    }

    /// Test sets of this origin, in the order of how much was done to the photographs.
    pub(super) fn tests(&self, origin: Origin) -> impl Iterator<Item = &TestSet> {
        self.tests.iter().filter(move |test| test.origin == origin)
    }

    /// The test half of the set that the claims are about.
    pub(super) fn half(&self) -> &TestSet {
        self.tests(Origin::Half(0)).next().expect("every set has a test half")
    }

    /// The drawn photographs as the claims take them.
    pub(super) fn photographs(&self) -> &TestSet {
        self.tests(Origin::Drawn).last().expect("there are photographs")
    }

    /// The user's own, if there are any.
    pub(super) fn own(&self) -> Option<&TestSet> {
        self.tests(Origin::Own).last()
    }

    /// Digits of other distributions than the first set's, as the claims take them.
    pub(super) fn others(&self) -> Vec<&TestSet> {
        let halves = (1..self.spec.sets.len()).flat_map(|at| self.tests(Origin::Half(at)));
        halves.chain([self.photographs()]).chain(self.own()).collect()
    }

    /// Photographs of this origin on which no digit was found.
    pub(super) fn lost(&self, origin: Origin) -> usize {
        self.albums.iter().filter(|album| album.origin == origin).map(|album| album.lost.len()).sum()
    }

    pub(super) fn title(&self) -> String {
        format!("{}: digits of one's own, and when a prediction is certain", self.spec.name)
    }

    pub(super) fn lead(&self) -> String {
        let spec = self.spec;
        let sets: Vec<String> = spec.sets.iter().map(|data| data.set.clone()).collect();
        let albums = self.albums.iter().map(|album| {
            let what = match album.origin {
                Origin::Own => "photographs of one's own",
                Origin::Half(_) | Origin::Drawn => "photographs drawn by formula",
            };
            let lost = match album.lost.len() {
                0 => "a digit was found on each".to_owned(),
                n => format!("no digit was found on {n}, which are left out"),
            };
            format!("{} {what} ({lost})", album.found.len() + album.lost.len())
        });
        format!(
            "{}, {} trainings of {} epochs on each of {}; together those of one set are an ensemble. They are shown every test half and {}. Published: {}.",
            self.architecture,
            spec.trainings,
            spec.training.epochs,
            crate::words::list(&sets),
            albums.collect::<Vec<_>>().join(" and "),
            spec.source
        )
    }
}

impl Measured {
    /// A number of the single nets: mean and 95 % interval over trainings.
    pub(super) fn over(&self, of: impl Fn(&Judged) -> f64) -> Estimate {
        mean(&self.nets.iter().map(of).collect::<Vec<_>>())
    }

    /// The same for a number that is not always there; none if it is missing for a net.
    pub(super) fn over_all(&self, of: impl Fn(&Judged) -> Option<f64>) -> Option<Estimate> {
        let values: Option<Vec<f64>> = self.nets.iter().map(of).collect();
        values.map(|values| mean(&values))
    }

    /// How much better a ground tells the single nets' wrong answers from their right ones than their own confidences do: the
    /// difference of the areas under the curve, net by net.
    pub(super) fn gain(&self, ground: Doubt) -> Option<Estimate> {
        let area = |judged: &Judged, ground| Some(judged.told(ground)?.telling.auroc?.value);
        self.over_all(|judged| Some(area(judged, Ground::Ensemble(ground))? - area(judged, Ground::Own)?))
    }

    /// Wrong answers of all nets, and how many of them were given with a confidence above 90 %.
    pub(super) fn sure_and_wrong(&self) -> (u64, u64) {
        let counts = self.nets.iter().filter_map(|judged| judged.calibration.sure_and_wrong);
        counts.fold((0, 0), |(sure, of), counts| (sure + counts.count, of + counts.of))
    }
}
