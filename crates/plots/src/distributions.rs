//! Samples of a measure, drawn over one another.

use std::path::Path;

use image::RgbImage;

#[cfg(doc)]
use crate::Error;
use crate::Result;
use crate::axis::{Axis, count};
use crate::canvas::Area;
use crate::chart::subtitle;
use crate::distribution_panel::{MEAN, NOTE};
use crate::error::{finite, not_empty};
use crate::legend::{self, Sample, more_height};
use crate::panels::panels;
use crate::theme::{self, GREY};

/// Distance between panels, across and down, and between the legend and the panels.
const BETWEEN: (f32, f32) = (48.0, 48.0);
const LEGEND_GAP: f32 = 24.0;

/// One sample: values of a measure, such as those of all single units.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    /// Name in the legend. The same name in several panels has the same colour.
    pub name: String,
    /// The values, in any order.
    pub values: Vec<f64>,
}

impl Distribution {
    /// A sample from its parts.
    pub fn new(name: impl Into<String>, values: impl Into<Vec<f64>>) -> Self {
        Self { name: name.into(), values: values.into() }
    }
}

/// One panel: the samples of one measure.
#[derive(Clone, Debug, PartialEq)]
pub struct DistributionPanel {
    /// Title of the panel; may be empty.
    pub title: String,
    /// A smaller line below it, such as `difference −0.01 (−0.03 to 0.02)`; may be empty.
    pub note: String,
    /// The axis of the measure. Values outside fixed ends are left out, and the panel says how many.
    pub axis: Axis,
    /// The samples.
    pub samples: Vec<Distribution>,
    /// A value with a name, such as the level of chance, drawn as a dotted line.
    pub level: Option<(f64, String)>,
}

impl DistributionPanel {
    /// A panel without a note and a level.
    pub fn new(title: impl Into<String>, axis: Axis, samples: Vec<Distribution>) -> Self {
        Self { title: title.into(), note: String::new(), axis, samples, level: None }
    }
}

/// Samples of one or more measures: shares of their values by bin, drawn over one another, a dashed line at each mean.
///
/// The samples of a panel share their bins. Where all values lie on a few equal steps, such as eighths, the bins lie around
/// the steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Distributions {
    /// Title on top; may be empty.
    pub title: String,
    /// A smaller line below the title; may be empty.
    pub note: String,
    /// Name of the axis of shares.
    pub share_label: String,
    /// The panels, two or three in a row.
    pub panels: Vec<DistributionPanel>,
}

impl Distributions {
    /// A figure with these panels.
    pub fn new(title: impl Into<String>, panels: Vec<DistributionPanel>) -> Self {
        Self { title: title.into(), note: String::new(), share_label: "share (%)".to_owned(), panels }
    }

    /// Draws the panels.
    ///
    /// # Errors
    /// [`Error::Empty`] without panels, for a panel without samples and a sample without values, [`Error::NotFinite`] with
    /// the names of panel and sample, [`Error::Setting`] for ends that cannot be used.
    pub fn draw(&self) -> Result<RgbImage> {
        self.check()?;
        let count = self.panels.len();
        let (columns, size) = match count {
            1 => (1, (1300.0, 780.0)),
            2 | 4 => (2, (1040.0, 720.0)),
            _ => (3, (740.0, 640.0)),
        };
        let rows = count.div_ceil(columns);
        let pitch = (size.0 + BETWEEN.0, size.1 + BETWEEN.1);
        let (width, height) = (columns as f32 * pitch.0 - BETWEEN.0, rows as f32 * pitch.1 - BETWEEN.1);
        let names = self.names();
        let names: Vec<_> = names.iter().map(|(name, text)| (*name, &text[..])).collect();
        let mut entries: Vec<_> =
            names.iter().enumerate().map(|(index, (_, text))| (*text, theme::series(index), Sample::Fill)).collect();
        entries.push(("mean", GREY, Sample::Line(MEAN)));
        let above = more_height(legend::rows(width, &entries) + 1) + LEGEND_GAP;
        let (mut canvas, areas) = panels("distributions", &self.title, &self.note, 1, (width, height + above))?;
        let area = legend::legend(&mut canvas, areas[0], &entries, 0).below(LEGEND_GAP - 10.0);
        let titles: Vec<&str> = self.panels.iter().map(|panel| &panel.title[..]).collect();
        let notes: Vec<_> = self.panels.iter().map(|panel| NOTE.wrap(&panel.whole_note(), size.0, 2)).collect();
        let n_lines = notes.iter().map(Vec::len).max().unwrap_or(0);
        for (index, (panel, note)) in self.panels.iter().zip(&notes).enumerate() {
            let (row, column) = ((index / columns) as f32, (index % columns) as f32);
            let area = Area::new(area.x + column * pitch.0, area.y + row * pitch.1, size.0, size.1);
            let area = subtitle(&mut canvas, area, &titles, index);
            canvas.text(&note.join("\n"), (area.x, area.y - 8.0), &NOTE);
            let colours = |name: &str| names.iter().position(|(other, _)| *other == name).unwrap_or(0);
            panel.draw(&mut canvas, area.below(NOTE.height(n_lines).ceil()), &self.share_label, colours)?;
        }
        Ok(canvas.finish())
    }

    /// Draws the panels and writes them as a PNG file.
    ///
    /// # Errors
    /// Those of [`draw`](Self::draw), and [`Error::Write`].
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        crate::output::write(path.as_ref(), &self.draw()?)
    }

    /// Names of the samples in the order of their colours, with what the legend says: how many values there are, in all panels
    /// or from the fewest to the most.
    fn names(&self) -> Vec<(&str, String)> {
        let samples = || self.panels.iter().flat_map(|panel| &panel.samples);
        let mut names: Vec<&str> = Vec::new();
        for sample in samples() {
            if !names.contains(&&sample.name[..]) {
                names.push(&sample.name);
            }
        }
        let text = |name: &str| {
            let (low, high) = samples()
                .filter(|sample| sample.name == name)
                .map(|sample| sample.values.len() as u64)
                .fold((u64::MAX, 0), |(low, high), len| (low.min(len), high.max(len)));
            let range = if low < high { format!("{} to {}", count(low), count(high)) } else { count(low) };
            let comma = if name.is_empty() { "" } else { ", " };
            format!("{name}{comma}n = {range}")
        };
        names.into_iter().map(|name| (name, text(name))).collect()
    }

    fn check(&self) -> Result<()> {
        not_empty(|| "distributions".to_owned(), self.panels.len())?;
        for panel in &self.panels {
            let name = || format!("distributions `{}`", panel.title);
            not_empty(name, panel.samples.len())?;
            for sample in &panel.samples {
                let name = || format!("{}, sample `{}`", name(), sample.name);
                not_empty(name, sample.values.len())?;
                finite(&sample.values, name)?;
            }
            if let Some((level, label)) = &panel.level {
                finite(&[*level], || format!("{}: level `{label}`", name()))?;
            }
        }
        Ok(())
    }
}
