//! All that a study measured, as verdicts, tables and figures look it up.

use advlab_analysis::{Seen, median};
use advlab_core::Seed;

use super::cell::{AverageOf, Measured};
use super::spec::{Group, Spec};

/// The cells of a study with what surrounds them.
#[derive(Debug)]
pub(super) struct Evidence<'a> {
    pub(super) spec: &'a Spec,
    pub(super) groups: &'a [Group],
    pub(super) cells: Vec<Measured>,
    pub(super) nets: Vec<NetFacts>,
    /// Mean training picture of every class.
    pub(super) means: Vec<Vec<f64>>,
}

/// What is known of one trained net.
#[derive(Clone, Debug)]
pub(super) struct NetFacts {
    pub(super) name: String,
    /// Name of the retrained nets, where it is one of those.
    pub(super) retrained: Option<String>,
    pub(super) architecture: String,
    pub(super) training: usize,
    pub(super) accuracy: f64,
    pub(super) seconds: f64,
    /// What it sees in the mean picture of each of the study's digits.
    pub(super) means_seen: Vec<Seen>,
}

impl<'a> Evidence<'a> {
    /// The recipe that verdicts are on.
    pub(super) fn main(&self) -> &'a Group {
        &self.groups[0]
    }

    /// The recipes, without the variants.
    pub(super) fn recipes(&self) -> impl Iterator<Item = &'a Group> {
        self.groups.iter().filter(|group| group.of.is_none())
    }

    /// The variants of a recipe.
    pub(super) fn variants(&self) -> impl Iterator<Item = &'a Group> {
        self.groups.iter().filter(|group| group.of.is_some())
    }

    pub(super) fn net_names(&self) -> impl Iterator<Item = &'a str> {
        self.spec.nets.iter().map(|net| net.name.as_str())
    }

    /// The cells of a recipe or variant.
    pub(super) fn of<'e>(&'e self, group: &'e str) -> impl Iterator<Item = &'e Measured> {
        self.cells.iter().filter(move |cell| cell.cell.group == group)
    }

    /// The cells of a recipe or variant for one net.
    pub(super) fn of_net<'e>(&'e self, group: &'e str, net: &'e str) -> impl Iterator<Item = &'e Measured> {
        self.of(group).filter(move |cell| cell.cell.net == net)
    }

    /// The cells for one digit over all trainings.
    pub(super) fn of_digit(&self, group: &str, net: &str, digit: i64) -> Vec<&Measured> {
        self.cells.iter().filter(|c| c.cell.group == group && c.cell.net == net && c.cell.digit == digit).collect()
    }

    /// Success rates, training by training, digit by digit.
    pub(super) fn rates(&self, group: &Group, net: &str) -> Vec<Vec<f64>> {
        let rate = |training: usize, digit: i64| {
            let cell = self.of_net(&group.name, net).find(|c| c.cell.training == training && c.cell.digit == digit);
            cell.map_or(f64::NAN, Measured::rate)
        };
        (1..=group.trainings)
            .map(|training| self.spec.digits.iter().map(|digit| rate(training, *digit)).collect())
            .collect()
    }

    /// Success rate by digit, the mean over trainings.
    pub(super) fn mean_rates(&self, group: &Group, net: &str) -> Vec<f64> {
        let rates = self.rates(group, net);
        let mean = |at: usize| rates.iter().map(|digits| digits[at]).sum::<f64>() / rates.len().max(1) as f64;
        (0..self.spec.digits.len()).map(mean).collect()
    }

    /// The average of a cell, if it is of enough examples to show a pattern: a twentieth of those asked for, and ten.
    pub(super) fn average<'e>(&self, cell: &'e Measured) -> Option<&'e AverageOf> {
        let group = self.groups.iter().find(|group| group.name == cell.cell.group)?;
        let least = (group.n / 20).max(10).min(group.n) as u64;
        cell.average.as_ref().filter(|_| cell.successes >= least)
    }

    /// The averages of a recipe or variant for one net, with their cells.
    pub(super) fn averages<'e>(&'e self, group: &'e str, net: &'e str) -> Vec<(&'e Measured, &'e AverageOf)> {
        self.of_net(group, net).filter_map(|cell| Some((cell, self.average(cell)?))).collect()
    }

    /// The generator of a test.
    pub(super) fn seed(&self, test: &str) -> Seed {
        Seed::new(self.spec.seed).child("test").child(test)
    }

    /// The picture of a digit that data show on average.
    pub(super) fn mean_digit(&self, digit: i64) -> &[f64] {
        &self.means[digit as usize]
    }
}

/// The median, or none of nothing.
pub(super) fn median_of(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let values: Vec<f64> = values.into_iter().collect();
    (!values.is_empty()).then(|| median(&values))
}

/// Doubles of a picture.
pub(super) fn doubles(picture: &[f32]) -> Vec<f64> {
    picture.iter().map(|value| f64::from(*value)).collect()
}
