//! All that a study measured, as verdicts, tables and figures look it up.

use advlab_analysis::{Estimate, mean, wilson};

use super::cell::{Counts, Found, Measured, Row};
use super::change::Change;
use super::spec::{NetSpec, PublishedRow, Spec, Targets};
use crate::trainings::Opened;

/// The cells of a study with what surrounds them.
#[derive(Debug)]
pub(super) struct Evidence<'a> {
    pub(super) spec: &'a Spec,
    /// What the errors of a net are of.
    pub(super) parts: &'static [&'static str],
    pub(super) cells: Vec<Measured>,
    /// Every net of each training, training by training.
    pub(super) nets: Vec<Opened>,
}

/// Something measured, and what was published of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Beside {
    pub(super) here: Estimate,
    pub(super) published: Option<f64>,
    /// 95 % interval of a published share of so many pictures.
    pub(super) interval: Option<(f64, f64)>,
}

impl Beside {
    /// Whether the intervals share a value; none where one is missing.
    pub(super) fn agree(&self) -> Option<bool> {
        let ((low, high), (from, to)) = (self.here.interval?, self.interval?);
        Some(low <= to && from <= high)
    }
}

impl<'a> Evidence<'a> {
    /// The nets of the study.
    pub(super) fn nets(&self) -> &'a [NetSpec] {
        &self.spec.nets
    }

    /// What tables call a net.
    pub(super) fn net_title(&self, name: &str) -> &'a str {
        self.spec.nets.iter().find(|net| net.name == name).map_or("", |net| &net.title)
    }

    /// The cells of a net, training by training.
    pub(super) fn of(&self, net: &str) -> impl Iterator<Item = &Measured> {
        self.cells.iter().filter(move |cell| cell.cell.net.as_deref() == Some(net))
    }

    /// The outcomes of a net's pictures, of all trainings.
    pub(super) fn found(&self, net: &str) -> impl Iterator<Item = &Found> {
        self.of(net).flat_map(|cell| &cell.found)
    }

    /// Share of the pictures that became examples, of those that were not labelled so before.
    pub(super) fn success(&self, net: &str) -> f64 {
        let open = self.found(net).filter(|found| found.verdict != advlab_core::Verdict::WrongBefore);
        let (all, examples) =
            open.fold((0, 0), |(all, examples), found| (all + 1, examples + usize::from(found.is_example())));
        examples as f64 / f64::from(all.max(1))
    }

    /// Share of wrong labels of a net on a part, training by training.
    pub(super) fn errors(&self, net: &str, part: &str) -> Vec<f64> {
        let at = self.parts.iter().position(|name| *name == part);
        self.of(net).filter_map(|cell| cell.errors.get(at?).copied()).collect()
    }

    /// Mean minimum distortion; its interval is over trainings, or over pictures where there is one training.
    pub(super) fn distortion(&self, net: &NetSpec) -> Beside {
        let of = |cell: &Measured| -> Vec<f64> {
            cell.found.iter().filter(|found| found.is_example()).map(|found| found.rms).collect()
        };
        let trainings: Vec<Vec<f64>> = self.of(&net.name).map(of).collect();
        let here = match &trainings[..] {
            [one] => mean(one),
            many => mean(&many.iter().map(|one| mean(one).value).collect::<Vec<_>>()),
        };
        Beside { here, published: net.published.distortion, interval: None }
    }

    /// What was counted of a change, training by training, in the order of the nets.
    pub(super) fn rows(&self, change: &Change) -> Vec<&Row> {
        self.cells.iter().flat_map(|cell| &cell.rows).filter(|row| row.change == *change).collect()
    }

    /// Mean distortion of a change.
    pub(super) fn rms(&self, change: &Change) -> f64 {
        mean(&self.rows(change).iter().map(|row| row.rms).collect::<Vec<_>>()).value
    }

    /// Share of wrong labels of a net on changed pictures, training by training.
    pub(super) fn shares(&self, change: &Change, net: usize) -> Vec<f64> {
        self.rows(change).iter().filter_map(|row| row.counts[net].error()).collect()
    }

    /// All trainings counted together.
    pub(super) fn counts(&self, change: &Change, net: usize) -> Counts {
        self.rows(change).iter().fold(Counts::default(), |sum, row| sum.and(row.counts[net]))
    }

    /// Share of wrong labels of a net on changed pictures; its interval is over trainings, or Wilson's over pictures where
    /// there is one training.
    pub(super) fn share(&self, change: &Change, net: usize) -> Beside {
        let shares = self.shares(change, net);
        let mut here = mean(&shares);
        if shares.len() == 1 {
            let counts = self.counts(change, net);
            here.interval = Some(wilson(counts.wrong, counts.of));
        }
        here.interval = here.interval.map(|(low, high)| (low.max(0.0), high.min(1.0)));
        let published = self.published(change).map(|row| row.errors[net]);
        let of = self.spec.published.as_ref().map_or(0, |published| published.pictures);
        let interval = published.map(|share| wilson((share * of as f64).round() as u64, of));
        Beside { here, published, interval }
    }

    fn published(&self, change: &Change) -> Option<&'a PublishedRow> {
        let rows = &self.spec.published.as_ref()?.rows;
        rows.iter().find(|row| row.change().as_ref() == Some(change))
    }

    /// Mean over some nets of the share of wrong labels on changed pictures, less that on other pictures, by training.
    pub(super) fn excess(&self, change: &Change, over: &Change, nets: &[usize]) -> Vec<f64> {
        let (rows, controls) = (self.rows(change), self.rows(over));
        let mean_of = |row: &Row| -> Option<f64> {
            let errors: Option<Vec<f64>> = nets.iter().map(|net| row.counts[*net].error()).collect();
            errors.filter(|errors| !errors.is_empty()).map(|errors| mean(&errors).value)
        };
        rows.iter().zip(controls).filter_map(|(row, control)| Some(mean_of(row)? - mean_of(control)?)).collect()
    }

    /// All nets but the one that a change was made for.
    pub(super) fn others(&self, change: &Change) -> Vec<usize> {
        (0..self.nets().len()).filter(|net| change.made_for() != Some(&self.nets()[*net].name)).collect()
    }

    /// Shares of changes that were made for a net, on the other nets: ours and what was published.
    pub(super) fn crossed(&self) -> Vec<Beside> {
        let made = self.spec.changes().into_iter().filter(|change| change.made_for().is_some());
        made.flat_map(|change| self.others(&change).into_iter().map(move |net| (change.clone(), net)))
            .map(|(change, net)| self.share(&change, net))
            .collect()
    }

    pub(super) fn title(&self) -> String {
        format!("{}: do examples made for one net fool others?", self.spec.name)
    }

    pub(super) fn lead(&self) -> String {
        let spec = self.spec;
        let wanted = match spec.targets {
            Targets::Random => "a wrong label drawn for each",
            Targets::Any => "any wrong label",
        };
        let clip = if spec.clip { "cut to [0, 1]" } else { "not cut to [0, 1]" };
        let source = spec.published.as_ref().map_or_else(String::new, |published| {
            format!(" Published: {}; its shares are taken to be of {} pictures.", published.source, published.pictures)
        });
        format!(
            "{} pictures of {} ({}), changed as little as `{}` can so that a net says {wanted}. Trainings of each net: \
             {}, each with other start weights, pictures and labels. Noise and stretched changes are {clip}. Distortion is \
             sqrt(Σ(x' − x)²/n), pixels from 0 to 1.{source}",
            spec.n, spec.data.set, spec.pictures, spec.attack.method, spec.trainings
        )
    }
}
