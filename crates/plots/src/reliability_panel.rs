//! One panel of a reliability diagram: facts, the diagram, how many answers.

use crate::Result;
use crate::axis::{Axis, Scale};
use crate::bars::error_bar;
use crate::canvas::{Area, Canvas};
use crate::chart::{Frame, Plot, frame};
use crate::reliability::{ReliabilityBin, ReliabilityPanel};
use crate::text::{Style, percent};
use crate::theme::{Colour, HAIR, INK, LABEL, LINE, RIGHT, SERIES, TICK, WHITE, WRONG};

/// Dashes of the diagonal.
pub(crate) const DIAGONAL: &[f32] = &[14.0, 8.0];
/// Colour of accuracy beyond the confidence.
pub(crate) const UNSURE: Colour = SERIES[5];
const FACT: Style = Style::new(LABEL);
const REMARK: Style = Style::new(LABEL).bold().colour(WRONG);
/// Lines of facts above the diagram, and of the remark.
const LINES: usize = 3;
/// Share of the height that the diagram takes; the rest is the histogram.
const DIAGRAM: f32 = 0.67;
/// Opacity of the share of right answers.
const FILL: f32 = 0.45;
/// Opacity of what is claimed beyond it, in bins with the fewest and with the most answers.
const CLAIMED: (f32, f32) = (0.12, 0.95);
/// Counts get a logarithmic axis where wrong answers would be lower than this share of the highest bar.
const LOW: f64 = 0.05;

impl ReliabilityPanel {
    /// Whether the highest bar of wrong answers would hardly be seen.
    pub(crate) fn wants_log(&self) -> bool {
        let most = |of: fn(&ReliabilityBin) -> u64| self.bins.iter().map(of).max().unwrap_or(0) as f64;
        let wrong = most(|bin| bin.count - bin.right);
        wrong > 0.0 && wrong < LOW * most(|bin| bin.right)
    }

    pub(crate) fn draw(&self, canvas: &mut Canvas, area: Area, log: bool) -> Result<()> {
        let facts: Vec<String> = self.facts().iter().map(|fact| FACT.fit(fact, area.width)).collect();
        canvas.text(&facts.join("\n"), (area.x, area.y), &FACT);
        let below = area.y + FACT.size * 1.2 * facts.len() as f32;
        canvas.text(&REMARK.fit(&self.remark, area.width), (area.x, below), &REMARK);
        let area = area.below(FACT.height(LINES) + 12.0);
        let upper = Area { height: area.height * DIAGRAM, ..area };
        let lower = area.below(upper.height + 10.0);

        let x = Axis::percent("").scale((0.0, 1.0), (0.0, 0.0), 6)?;
        let shares = x.clone();
        let counts = self.counts(log)?;
        // Both plots begin at the same place.
        let widest = |scale: &Scale| Style::new(TICK).widest(scale.ticks.iter().map(|(_, label)| &label[..]));
        let (own, others) = (widest(&shares), widest(&counts));
        let moved = |area: Area, by: f32| Area { x: area.x + by, width: area.width - by, ..area };
        let around = Frame { x: x.clone(), y: shares, x_label: "", y_label: "right answers (%)", categories: None };
        let plot = frame(canvas, moved(upper, (others - own).max(0.0)), &around)?;
        self.draw_diagram(canvas, &plot);
        let label = if log { "pictures (log)" } else { "pictures" };
        let around = Frame { x, y: counts.clone(), x_label: "confidence (%)", y_label: label, categories: None };
        let plot = frame(canvas, moved(lower, (own - others).max(0.0)), &around)?;
        self.draw_counts(canvas, &plot, &counts);
        Ok(())
    }

    /// Accuracy, mean confidence, calibration error.
    fn facts(&self) -> [String; 2] {
        let all: u64 = self.bins.iter().map(|bin| bin.count).sum();
        let right: u64 = self.bins.iter().map(|bin| bin.right).sum();
        let sure = self.bins.iter().map(|bin| bin.confidence.unwrap_or_default() * bin.count as f64).sum::<f64>();
        let n = all.max(1) as f64;
        let error = percent(self.error);
        let error = match self.error_interval {
            Some((low, high)) => format!("{error} ({} to {})", percent(low), percent(high)),
            None => error,
        };
        [
            format!("right {}, mean confidence {}", percent(right as f64 / n), percent(sure / n)),
            format!("calibration error {error}"),
        ]
    }

    fn counts(&self, log: bool) -> Result<Scale> {
        let most = self.bins.iter().map(|bin| bin.right.max(bin.count - bin.right)).max().unwrap_or(1) as f64;
        if log {
            return Axis::log("").within(0.5, most.max(100.0) * 1.7).scale((0.0, 0.0), (0.0, 0.0), 4);
        }
        Ok(Axis::plain("").within(0.0, most.max(1.0) * 1.06).scale((0.0, 0.0), (0.0, 0.0), 4)?.whole())
    }

    fn draw_diagram(&self, canvas: &mut Canvas, plot: &Plot) {
        let most = self.bins.iter().map(|bin| bin.count).max().unwrap_or(1).max(1) as f32;
        canvas.clip(Some(plot.clip()));
        for bin in self.bins.iter().filter(|bin| bin.count > 0) {
            let (share, confidence) = (bin.right as f64 / bin.count as f64, bin.confidence.unwrap_or_default());
            fill(canvas, plot, bin, (0.0, share), RIGHT, FILL);
            let opacity = CLAIMED.0 + (CLAIMED.1 - CLAIMED.0) * (bin.count as f32 / most).sqrt();
            if confidence >= share {
                fill(canvas, plot, bin, (share, confidence), WRONG, opacity);
            } else {
                fill(canvas, plot, bin, (confidence, share), WHITE, 1.0);
                fill(canvas, plot, bin, (confidence, share), UNSURE, opacity);
            }
        }
        canvas.line(&[plot.at(0.0, 0.0), plot.at(100.0, 100.0)], INK, 1.0, LINE - 1.0, DIAGONAL);
        for bin in self.bins.iter().filter(|bin| bin.count > 0) {
            let share = 100.0 * bin.right as f64 / bin.count as f64;
            let ((left, at), (right, _)) = (plot.at(100.0 * bin.low, share), plot.at(100.0 * bin.high, share));
            canvas.line(&[(left + 2.0, at), (right - 2.0, at)], INK, 1.0, LINE, &[]);
            let ends = (plot.at(0.0, 100.0 * bin.interval.0).1, plot.at(0.0, 100.0 * bin.interval.1).1);
            error_bar(canvas, f32::midpoint(left, right), ends, 6.0);
        }
        canvas.clip(None);
    }

    fn draw_counts(&self, canvas: &mut Canvas, plot: &Plot, counts: &Scale) {
        canvas.clip(Some(plot.clip()));
        for bin in &self.bins {
            let (left, right) = (plot.at(100.0 * bin.low, 0.0).0, plot.at(100.0 * bin.high, 0.0).0);
            let middle = f32::midpoint(left, right);
            for (from, to, count, colour) in
                [(left + 2.0, middle, bin.right, RIGHT), (middle, right - 2.0, bin.count - bin.right, WRONG)]
            {
                if count > 0 {
                    let (top, floor) = (plot.at(0.0, counts.place(count as f64)).1, plot.area.bottom() - 1.0);
                    let top = top.min(floor - HAIR);
                    canvas.fill(Area::new(from, top, (to - from).max(1.5), floor - top), colour, 1.0);
                }
            }
        }
        canvas.clip(None);
    }
}

/// Fills a bin between two shares.
fn fill(canvas: &mut Canvas, plot: &Plot, bin: &ReliabilityBin, shares: (f64, f64), colour: Colour, opacity: f32) {
    let (left, floor) = plot.at(100.0 * bin.low, 100.0 * shares.0);
    let (right, top) = plot.at(100.0 * bin.high, 100.0 * shares.1);
    // A white gap between bins, while they are wide enough to spare it.
    let gap = if right - left > 8.0 { 2.0 } else { 0.0 };
    canvas.fill(Area::new(left + gap, top, (right - left - 2.0 * gap).max(2.0), floor - top), colour, opacity);
}
