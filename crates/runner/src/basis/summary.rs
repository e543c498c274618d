//! What a run of `advlab basis` came to, in numbers.

use advlab_analysis::basis::{Likeness, Measure, Reading, Together};
use advlab_analysis::maximise::Maximised;
use advlab_core::Layer;
use serde::{Deserialize, Serialize};

use super::figures::DirectionsOf;
use super::group::{Compared, Group};
use super::margins::name;
use crate::labels;
use crate::table::{Entry, Table};
use crate::words::{p_value, signed};

/// Numbers of a run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Summary {
    /// The net.
    pub model: String,
    /// Its architecture, where it is known.
    pub architecture: Option<String>,
    /// The layer.
    pub layer: Layer,
    /// What a unit of it is, where it has maps.
    pub map: Reading,
    /// Units that it has.
    pub width: usize,
    /// The pictures, in words; none where there was synthesis alone.
    pub source: Option<String>,
    /// How many.
    pub pictures: usize,
    /// Whether their labels are the net's own, since nobody knows better.
    pub labels_of_net: bool,
    /// Layer whose values the likeness of features is measured by.
    pub features: String,
    /// Pictures for each direction.
    pub top: usize,
    /// Kinds of directions.
    pub groups: Vec<GroupSummary>,
    /// What random pictures have in common.
    pub chance: Option<Together>,
    /// Single units against random directions.
    pub comparisons: Vec<Compared>,
    /// The other net, and how alike the two layers are.
    #[serde(default)]
    pub likeness: Option<(String, Likeness)>,
    /// The natural basis turned into a random one.
    #[serde(default)]
    pub sweep: Vec<Turned>,
    /// Pictures made from noise.
    #[serde(default)]
    pub synthesized: Vec<Synthesized>,
    /// Whether activations were kept on disk.
    pub on_disk: bool,
    /// Wall-clock seconds.
    pub seconds: f64,
}

/// Directions of one kind.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GroupSummary {
    /// `unit` or `random`.
    pub kind: String,
    /// How many were measured.
    pub directions: usize,
    /// Of these, how many have the same value for all pictures.
    pub constant: usize,
    /// Means of the measures over the others.
    pub means: Vec<(Measure, f64)>,
}

/// The basis at one angle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Turned {
    /// Degrees by which each unit was turned towards a random direction.
    pub degrees: f64,
    /// Mean of each measure, with Student's 95 % interval over directions.
    pub means: Vec<(Measure, advlab_analysis::Estimate)>,
}

/// A picture made from noise.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Synthesized {
    /// `unit` or `random`.
    pub kind: String,
    /// Number of the unit or of the draw.
    pub number: usize,
    /// What it is called.
    pub name: String,
    /// The direction's value for the picture.
    pub value: f32,
    /// For the noise that it began with.
    pub start: f32,
    /// Largest value for any of the pictures shown to the net, where some were.
    pub best: Option<f32>,
    /// The net's label for it.
    pub label: String,
    /// Confidence of that.
    pub confidence: f32,
}

impl GroupSummary {
    pub(super) fn new(group: &Group) -> Self {
        let mean = |measure: Measure| {
            let values = group.values(measure);
            (measure, values.iter().sum::<f64>() / values.len() as f64)
        };
        Self {
            kind: group.kind.to_owned(),
            directions: group.directions.len(),
            constant: group.constant(),
            means: Measure::ALL.into_iter().map(mean).filter(|(_, mean)| mean.is_finite()).collect(),
        }
    }

    /// What directions of this kind are called together.
    pub fn title(&self) -> &'static str {
        title(&self.kind)
    }

    fn mean(&self, measure: Measure) -> Option<f64> {
        self.means.iter().find(|(other, _)| *other == measure).map(|(_, mean)| *mean)
    }
}

impl Synthesized {
    /// What is to be said of pictures made for directions of a group, given by their places in it.
    pub(crate) fn all(made: &Maximised, group: &Group, shown: &[usize], of: &DirectionsOf<'_>) -> Vec<Self> {
        let one = |(row, at): (usize, &usize)| Self {
            kind: group.kind.to_owned(),
            number: group.number(*at),
            name: of.direction(group, *at),
            value: made.values[row],
            start: made.start_values[row],
            best: group.driven.get(*at).and_then(|driven| driven.top.first()).map(|peak| peak.value),
            label: labels::short(&of.net.classes()[made.labels[row] as usize]).to_owned(),
            confidence: made.confidences[row],
        };
        shown.iter().enumerate().map(one).collect()
    }
}

/// What directions of a kind are called together.
pub(super) fn title(kind: &str) -> &'static str {
    if kind == "unit" { "single units" } else { "random directions" }
}

impl Summary {
    /// The measures, for people and as `comparisons.csv`.
    pub(crate) fn table(&self) -> Table {
        let mut columns = vec![("measure".to_owned(), format!("top {} pictures", self.top))];
        for group in &self.groups {
            let measured = group.directions - group.constant;
            columns.push((group.kind.clone(), format!("{} ({measured})", group.title())));
        }
        columns.push(("chance".to_owned(), "random pictures".to_owned()));
        if !self.comparisons.is_empty() {
            let names = [
                ("difference", "random − units"),
                ("low", "95 % from"),
                ("high", "to"),
                ("p", "p"),
                ("margin", "margin"),
                ("verdict", ""),
            ];
            columns.extend(names.map(|(key, name)| (key.to_owned(), name.to_owned())));
        }
        let mut table = Table {
            file: "comparisons.csv",
            title: "Single units and random directions".to_owned(),
            columns,
            rows: Vec::new(),
            more: 0,
        };
        for measure in Measure::ALL {
            let mut row: Vec<Entry> = vec![name(measure).into()];
            row.extend(self.groups.iter().map(|group| Entry::maybe(group.mean(measure), Entry::Plain)));
            row.push(Entry::maybe(self.chance.as_ref().and_then(|chance| measure.of_together(chance)), Entry::Plain));
            if let Some(Compared { comparison, .. }) = self.comparisons.iter().find(|other| other.measure == measure) {
                row.extend([comparison.difference, comparison.interval.0, comparison.interval.1].map(Entry::Plain));
                row.push(Entry::Probability(comparison.p));
                row.push(Entry::maybe(comparison.margin, Entry::Plain));
                row.push(comparison.verdict.text().into());
            } else if !self.comparisons.is_empty() {
                row.extend((0..6).map(|_| Entry::Missing));
            }
            table.rows.push(row);
        }
        table
    }

    /// The first line of what is told: net, layer, pictures.
    pub(crate) fn headline(&self) -> String {
        let net = self
            .architecture
            .as_ref()
            .filter(|text| text.len() <= 40)
            .map_or(String::new(), |text| format!(" ({text})"));
        let map = if self.layer.is_map() {
            let how = match self.map {
                Reading::Mean => "channels, each by its mean",
                Reading::Channel => "channels, each by its largest position",
                Reading::Position => "channels at single positions",
            };
            format!(" ({} maps: {how})", self.layer.shape_text())
        } else {
            String::new()
        };
        let pictures = match &self.source {
            Some(_) => format!("; {} pictures", self.pictures),
            None => String::new(),
        };
        format!("{}{net}, layer {}{map}: {} units{pictures}", self.model, self.layer.name, self.width)
    }

    /// A sentence on the sweep or the synthesis for a terminal.
    pub(crate) fn remarks(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for group in self.groups.iter().filter(|group| group.constant > 0) {
            lines.push(format!(
                "{} of {} {} have the same value for all pictures and are left out",
                group.constant,
                group.directions,
                group.title()
            ));
        }
        if self.labels_of_net {
            lines.push("labels are the net's own: nobody else's are known for photographs".to_owned());
        }
        if let Some((other, likeness)) = &self.likeness {
            lines.push(format!(
                "beside {other}, as spaces: CKA {}, mean squared canonical correlation {}, SVCCA {}",
                signed(likeness.cka),
                signed(likeness.mean_squared_canonical),
                signed(likeness.svcca)
            ));
            lines.push(format!(
                "beside {other}, unit by unit: matched one to one they correlate by {} on average, by {} after one space was turned at random",
                signed(likeness.matching.mean),
                signed(likeness.control.mean)
            ));
        }
        if let (Some(first), Some(last)) = (self.sweep.first(), self.sweep.last()) {
            let purity = |turned: &Turned| {
                turned
                    .means
                    .iter()
                    .find(|(measure, _)| *measure == Measure::Purity)
                    .map_or(f64::NAN, |(_, mean)| mean.value)
            };
            let [from, to] = [purity(first), purity(last)].map(signed);
            lines.push(format!("turned from 0 to {} degrees, purity goes from {from} to {to}", last.degrees));
        }
        if !self.synthesized.is_empty() {
            let rated = self.synthesized.iter().filter_map(|made| Some(made.value >= made.best?));
            let (above, of) = rated.fold((0, 0), |(above, of), beats| (above + usize::from(beats), of + 1));
            let beats = if of > 0 {
                format!(", {above} of {of} drive their direction at least as far as any picture shown to the net")
            } else {
                String::new()
            };
            lines.push(format!("made from noise: {} pictures{beats}", self.synthesized.len()));
        }
        lines
    }
}

/// A comparison in a line below a figure's panel.
pub(super) fn in_a_line(compared: &Compared) -> String {
    let comparison = &compared.comparison;
    let (low, high) = comparison.interval;
    let margin = comparison.margin.map_or(String::new(), |margin| format!("; {} (±{margin})", comparison.verdict));
    format!(
        "random − units: {} ({} to {}), {}{margin}",
        signed(comparison.difference),
        signed(low),
        signed(high),
        p_value(comparison.p)
    )
}
