//! All that a study measured, as verdicts, tables and figures look it up.

use advlab_analysis::calibration::Agreement;
use advlab_analysis::{Estimate, jackknife, mean};

use super::cell::{Measured, On, Seeds};
use super::spec::{ChangeSpec, Spec};
use crate::train::Halves;
use crate::words::list;

/// The cells of a study with what surrounds them.
#[derive(Debug)]
pub(super) struct Evidence<'a> {
    pub(super) spec: &'a Spec,
    pub(super) sets: &'a [Halves],
    pub(super) cells: Vec<Measured>,
    pub(super) seeds: Seeds,
}

/// How far the predictions of two nets agree.
#[derive(Clone, Copy, Debug)]
pub(super) enum By {
    /// Share of equal labels.
    Equal,
    /// Cohen's kappa.
    Kappa,
}

/// What a change of a level came to, beside the trainings of the same numbers on the set as it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Level {
    pub(super) level: f64,
    /// Root of the mean square difference of the sets.
    pub(super) rms: f64,
    /// Pictures changed.
    pub(super) changed: f64,
    /// Share of the test pictures labelled right.
    pub(super) accuracy: Estimate,
    /// That less what it is on the set as it is, training by training.
    pub(super) gain: Estimate,
    /// Share of equal labels.
    pub(super) equal: Estimate,
    pub(super) kappa: Estimate,
    /// Share of different labels less that share of half of what it is between seeds.
    pub(super) beyond_half: Estimate,
    /// Share of different labels less what it is between seeds.
    pub(super) beyond: Estimate,
    /// Share of the trainings whose net labels any test picture differently.
    pub(super) differing: f64,
    /// Distance of the weights.
    pub(super) parting: Estimate,
    /// Share of adversarially changed pictures that the net gets wrong which they were moved against.
    pub(super) fooled: Option<f64>,
}

impl Evidence<'_> {
    /// The trainings on something, in order.
    pub(super) fn of(&self, on: &On) -> Vec<&Measured> {
        self.cells.iter().filter(|measured| measured.cell.on == *on).collect()
    }

    /// Share of the pictures of a test half that a training labels right.
    pub(super) fn right(&self, measured: &Measured, half: usize) -> f64 {
        let labels = self.sets[half].test.labels();
        let right = measured.answers[half].iter().zip(labels).filter(|(said, label)| said == label).count();
        right as f64 / labels.len() as f64
    }

    /// The same of every training on a set as it is.
    pub(super) fn rights(&self, set: usize, half: usize) -> Vec<f64> {
        self.of(&On::Set(set)).into_iter().map(|measured| self.right(measured, half)).collect()
    }

    /// Share of the pictures of a test half that the net labels right when it is trained on a set as it is.
    pub(super) fn accuracy(&self, set: usize, half: usize) -> Estimate {
        clipped(mean(&self.rights(set, half)))
    }

    /// By how much the net is less right on other sets than on its own: for each training the mean over all pairs of sets, in
    /// which test halves that are hard for every net cancel out.
    pub(super) fn loss_elsewhere(&self) -> Estimate {
        let n = self.spec.sets.len();
        let rights: Vec<Vec<Vec<f64>>> =
            (0..n).map(|set| (0..n).map(|half| self.rights(set, half)).collect()).collect();
        let of = |training: usize| {
            let pairs = (0..n).flat_map(|set| (0..n).map(move |half| (set, half))).filter(|(set, half)| set != half);
            mean(&pairs.map(|(set, half)| rights[set][set][training] - rights[set][half][training]).collect::<Vec<_>>())
                .value
        };
        mean(&(0..self.spec.trainings).map(of).collect::<Vec<_>>())
    }

    /// Agreement on a test half of nets trained on two sets, or on one, over all pairs of different seeds.
    pub(super) fn agreement(&self, (a, b): (usize, usize), half: usize, by: By) -> Estimate {
        let table = self.pairs((a, b), half, by);
        clipped(jackknife(self.spec.trainings, |units| over_pairs(&table, units)))
    }

    /// How much more nets of one set agree than nets of different sets, on average over all pairs of sets and test halves.
    pub(super) fn gap(&self, by: By) -> Estimate {
        let n = self.spec.sets.len();
        let all = |same: bool| -> Vec<Vec<Vec<f64>>> {
            let pairs = (0..n).flat_map(|a| (a..n).map(move |b| (a, b))).filter(|(a, b)| (a == b) == same);
            pairs.flat_map(|pair| (0..n).map(move |half| self.pairs(pair, half, by))).collect()
        };
        let (within, across) = (all(true), all(false));
        let average = |tables: &[Vec<Vec<f64>>], units: &[usize]| {
            mean(&tables.iter().map(|table| over_pairs(table, units)).collect::<Vec<_>>()).value
        };
        jackknife(self.spec.trainings, |units| average(&within, units) - average(&across, units))
    }

    /// The agreement of every training on one set with every training on another; of different seeds alone if it is the same.
    pub(super) fn pairs(&self, (a, b): (usize, usize), half: usize, by: By) -> Vec<Vec<f64>> {
        let (a, b) = (self.of(&On::Set(a)), self.of(&On::Set(b)));
        let one = |x: &&Measured| b.iter().map(|y| agree(&x.answers[half], &y.answers[half], by)).collect();
        a.iter().map(one).collect()
    }

    /// The agreement of a training on a change with the training of the same number on the set as it is, with their numbers
    /// counted from 0.
    fn with_base(&self, measured: &Measured, by: By) -> f64 {
        let base = self.of(&On::Set(0))[measured.cell.training - 1];
        agree(&measured.answers[0], &base.answers[0], by)
    }

    /// What a change of a level came to.
    pub(super) fn level(&self, change: usize, level: usize) -> Level {
        let cells = self.of(&On::Changed(change, level));
        let over = |of: &dyn Fn(&Measured) -> f64| mean(&cells.iter().map(|cell| of(cell)).collect::<Vec<_>>());
        let base = self.rights(0, 0);
        let equal: Vec<f64> = cells.iter().map(|cell| self.with_base(cell, By::Equal)).collect();
        let seeds = self.pairs((0, 0), 0, By::Equal);
        let beyond = |share: f64| {
            jackknife(self.spec.trainings, |units| {
                let here = mean(&units.iter().map(|&unit| 1.0 - equal[unit]).collect::<Vec<_>>()).value;
                here - share * (1.0 - over_pairs(&seeds, units))
            })
        };
        let distance =
            |of: fn(&super::change::Distance) -> f64| over(&|cell| cell.distance.as_ref().map_or(f64::NAN, of)).value;
        Level {
            level: self.spec.changes[change].levels[level],
            rms: distance(|distance| distance.rms),
            changed: distance(|distance| distance.changed as f64),
            accuracy: clipped(over(&|cell| self.right(cell, 0))),
            gain: over(&|cell| self.right(cell, 0) - base[cell.cell.training - 1]),
            equal: clipped(mean(&equal)),
            kappa: over(&|cell| self.with_base(cell, By::Kappa)),
            beyond_half: beyond(0.5),
            beyond: beyond(1.0),
            differing: equal.iter().filter(|equal| **equal < 1.0).count() as f64 / equal.len() as f64,
            fooled: cells.iter().find_map(|cell| cell.fooled),
            parting: over(&|cell| cell.parting.last().copied().unwrap_or(f64::NAN)),
        }
    }

    /// Every level of a change.
    pub(super) fn levels(&self, change: usize) -> Vec<Level> {
        (0..self.spec.changes[change].levels.len()).map(|level| self.level(change, level)).collect()
    }

    /// The changes with their numbers.
    pub(super) fn changes(&self) -> impl Iterator<Item = (usize, &ChangeSpec)> {
        self.spec.changes.iter().enumerate()
    }

    /// Distance of the weights of different seeds after an epoch, counted from 1.
    pub(super) fn seeds_apart(&self, epoch: usize) -> Estimate {
        jackknife(self.spec.trainings, |units| {
            let pairs = self.seeds.pairs.iter().filter(|(a, b, _)| units.contains(a) && units.contains(b));
            mean(&pairs.map(|(_, _, apart)| apart[epoch - 1]).collect::<Vec<_>>()).value
        })
    }

    /// Of the trainings that were done once more on the very same pictures: the smallest agreement with the first time and the
    /// largest distance of the weights; none if there were none.
    pub(super) fn control(&self) -> Option<(f64, f64)> {
        let again = self.of(&On::Again);
        let agree = again.iter().map(|cell| self.with_base(cell, By::Equal)).reduce(f64::min)?;
        Some((agree, again.iter().flat_map(|cell| &cell.parting).copied().reduce(f64::max)?))
    }
}

impl Evidence<'_> {
    pub(super) fn title(&self) -> String {
        format!("{}: how far apart may training sets be before the nets differ?", self.spec.name)
    }

    pub(super) fn lead(&self) -> String {
        let spec = self.spec;
        let sets: Vec<String> = spec.sets.iter().map(|set| set.title.clone()).collect();
        let mut text = format!(
            "{}, trained {} times on each of {} ({} pictures of {}, {} epochs) and tested on all of them ({} pictures each).",
            spec.model.text(),
            spec.trainings,
            list(&sets),
            self.sets[0].train.len(),
            spec.model.input,
            spec.training.epochs,
            self.sets[0].test.len()
        );
        if !spec.changes.is_empty() {
            let changes: Vec<String> = spec.changes.iter().map(|change| spec.title_of(change)).collect();
            text.push_str(&format!(
                " Then the training pictures of {} are changed ({}), and the net is trained on them with the same start weights and \
                 the same order of places, {} times at each level.",
                spec.sets[0].title,
                changes.join(", "),
                spec.trainings
            ));
        }
        text.push_str(&format!(" Published: {}.", spec.source));
        text
    }

    /// What else is to be said: of the control, if it did not come out as it must.
    pub(super) fn remarks(&self) -> Vec<String> {
        match self.control() {
            Some((agree, apart)) if agree < 1.0 || apart > 0.0 => vec![format!(
                "control: the same pictures and seed gave other nets ({agree} of the labels equal, weights {apart} apart); on this \
                 device trainings are not the same each time, and small distances mean nothing"
            )],
            _ => Vec::new(),
        }
    }
}

/// No share and no kappa is above 1, whatever Student's interval of a few trainings leaves possible.
fn clipped(estimate: Estimate) -> Estimate {
    Estimate { interval: estimate.interval.map(|(low, high)| (low, high.min(1.0))), ..estimate }
}

/// The mean over pairs of different seeds among these trainings; NaN if there is none.
fn over_pairs(table: &[Vec<f64>], units: &[usize]) -> f64 {
    let pairs = units.iter().flat_map(|&a| units.iter().map(move |&b| (a, b))).filter(|(a, b)| a != b);
    mean(&pairs.map(|(a, b)| table[a][b]).collect::<Vec<_>>()).value
}

fn agree(a: &[i64], b: &[i64], by: By) -> f64 {
    let agreement = Agreement::of(a, b).expect("answers to the same pictures, of which there are some");
    match by {
        By::Equal => agreement.equal,
        // Kappa is not defined where both give one and the same label to every picture: then they agree wholly.
        By::Kappa => agreement.kappa.unwrap_or(1.0),
    }
}
