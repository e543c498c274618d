//! Reliability diagrams: how often a net is right when it is so sure.

use std::path::Path;

use image::RgbImage;

use crate::canvas::{Area, Canvas};
use crate::error::{finite, not_empty};
use crate::heading::Heading;
use crate::legend::{Entry, Sample, legend, more_height, rows};
use crate::theme::{INK, LABEL, MARGIN, RIGHT, WRONG};
use crate::{Error, Result};

use crate::reliability_panel::{DIAGONAL, UNSURE};

/// Distance between panels, across and down.
const BETWEEN: (f32, f32) = (48.0, 48.0);
/// Height of one row of the legend.
const LEGEND: f32 = LABEL * 1.5 + 10.0;
/// Between legend and panels.
const BELOW: f32 = 14.0;
const NOTE: &str = "upright lines: 95 % Wilson intervals; below: how many pictures";

/// Answers of similar confidence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReliabilityBin {
    /// Lower end of the confidences.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Their mean confidence; none where there are no answers.
    pub confidence: Option<f64>,
    /// Answers.
    pub count: u64,
    /// Of these, right ones.
    pub right: u64,
    /// Interval of the share of right ones.
    pub interval: (f64, f64),
}

/// One net on one set of pictures.
#[derive(Clone, Debug, PartialEq)]
pub struct ReliabilityPanel {
    /// Title of the panel; may be empty.
    pub title: String,
    /// The bins, upwards; the empty ones may be among them.
    pub bins: Vec<ReliabilityBin>,
    /// Expected calibration error.
    pub error: f64,
    /// Its interval, if there is one.
    pub error_interval: Option<(f64, f64)>,
    /// A remark in the colour of wrong answers, such as `12 of 38 wrong answers above 90 %`; may be empty.
    pub remark: String,
}

/// Reliability diagrams side by side. Above: for each bin of confidence the share of right answers, against the diagonal of a
/// net that is right as often as it says; what it claims beyond that is red, the more answers the stronger. Below: how
/// many answers there are, right ones green and wrong ones red. Accuracy, mean confidence and calibration error stand in each panel.
#[derive(Clone, Debug, PartialEq)]
pub struct Reliability {
    /// Title on top; may be empty.
    pub title: String,
    /// A smaller line below the title.
    pub note: String,
    /// The panels, up to three in a row.
    pub panels: Vec<ReliabilityPanel>,
}

impl Reliability {
    /// A figure with these panels.
    pub fn new(title: impl Into<String>, panels: Vec<ReliabilityPanel>) -> Self {
        Self { title: title.into(), note: NOTE.to_owned(), panels }
    }

    /// Draws the panels.
    ///
    /// # Errors
    /// [`Error::Empty`] without panels and for a panel without answers, [`Error::NotFinite`] with the title of the panel,
    /// [`Error::Setting`] for a bin outside [0, 1], of no width, or with more right answers than answers.
    pub fn draw(&self) -> Result<RgbImage> {
        self.check()?;
        let count = self.panels.len();
        let (columns, size) = match count {
            1 => (1, (1000.0, 1300.0)),
            2 | 4 => (2, (780.0, 1120.0)),
            _ => (3, (660.0, 1020.0)),
        };
        let n_rows = count.div_ceil(columns);
        let pitch = (size.0 + BETWEEN.0, size.1 + BETWEEN.1);
        let (width, height) = (columns as f32 * pitch.0 - BETWEEN.0, n_rows as f32 * pitch.1 - BETWEEN.1);
        let heading = Heading::new(&self.title, &self.note, width);
        let entries = entries();
        let above = LEGEND + BELOW + more_height(rows(heading.width, &entries));
        let whole = (heading.width + 2.0 * MARGIN, heading.height + above + height + 2.0 * MARGIN);
        let mut canvas = Canvas::new("reliability", whole.0, whole.1)?;
        heading.draw(&mut canvas);
        let area = Area::new(MARGIN, MARGIN + heading.height, heading.width, above + height);
        let area = legend(&mut canvas, area, &entries, 0).below(BELOW);
        let titles: Vec<&str> = self.panels.iter().map(|panel| &panel.title[..]).collect();
        // One scale for all, so that panels can be compared.
        let log = self.panels.iter().any(ReliabilityPanel::wants_log);
        for (index, panel) in self.panels.iter().enumerate() {
            let (row, column) = ((index / columns) as f32, (index % columns) as f32);
            let area = Area::new(area.x + column * pitch.0, area.y + row * pitch.1, size.0, size.1);
            let area = crate::chart::subtitle(&mut canvas, area, &titles, index);
            panel.draw(&mut canvas, area, log)?;
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

    fn check(&self) -> Result<()> {
        not_empty(|| "reliability".to_owned(), self.panels.len())?;
        for panel in &self.panels {
            let name = || format!("reliability `{}`", panel.title);
            not_empty(name, panel.bins.iter().map(|bin| bin.count).sum::<u64>() as usize)?;
            let (low, high) = panel.error_interval.unwrap_or_default();
            finite(&[panel.error, low, high], || format!("{}: calibration error", name()))?;
            for bin in &panel.bins {
                let ReliabilityBin { low, high, confidence, count, right, interval } = *bin;
                finite(&[low, high, confidence.unwrap_or_default(), interval.0, interval.1], || {
                    format!("{}: a bin's ends, confidence and interval", name())
                })?;
                let fits = 0.0 <= low && low <= high && high <= 1.0 && right <= count;
                if !fits || confidence.is_some() != (count > 0) {
                    let wanted =
                        "within [0, 1], with a mean confidence if it has answers, and no more right ones than answers";
                    return Err(Error::Setting { what: format!("{}: bin", name()), wanted, got: format!("{bin:?}") });
                }
            }
        }
        Ok(())
    }
}

fn entries() -> [Entry<'static>; 4] {
    [
        ("share right; below: right answers", RIGHT, Sample::Fill),
        ("too sure (darker: more pictures); below: wrong answers", WRONG, Sample::Fill),
        ("not sure enough", UNSURE, Sample::Fill),
        ("as right as sure", INK, Sample::Line(DIAGONAL)),
    ]
}
