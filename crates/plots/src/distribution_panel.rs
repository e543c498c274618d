//! One panel of distributions: outlines over one another, lines at the means, the level.

use crate::Result;
use crate::axis::{Axis, Scale, count};
use crate::bins::Bins;
use crate::canvas::{Area, Canvas};
use crate::chart::{Frame, Plot, frame};
use crate::curves::ends;
use crate::distributions::{Distribution, DistributionPanel};
use crate::text::{Across, Down, Style};
use crate::theme::{self, GREY, INK, TICK, WHITE};

/// Text below a panel's title, and the name of a level.
pub(crate) const NOTE: Style = Style::new(TICK).colour(GREY);
const NAME: Style = Style::new(TICK);
/// Dashes of means and of levels, and the width of both lines.
pub(crate) const MEAN: &[f32] = &[14.0, 8.0];
const LEVEL: &[f32] = &[3.0, 6.0];
const WIDTH: f32 = 3.0;
/// Least width of an outline, and opacity of what lies below it.
const OUTLINE: f32 = 3.0;
const FILL: f32 = 0.16;
/// A panel is at least as wide as so many of its bins.
const FEWEST: usize = 5;

impl DistributionPanel {
    /// The note, and how many values lie beyond fixed ends.
    pub(crate) fn whole_note(&self) -> String {
        let Some((low, high)) = self.axis.range else { return self.note.clone() };
        let values = self.samples.iter().flat_map(|sample| &sample.values);
        match values.filter(|value| !(low..=high).contains(value)).count() as u64 {
            0 => self.note.clone(),
            beyond if self.note.is_empty() => format!("{} beyond the axis", count(beyond)),
            beyond => format!("{}; {} beyond the axis", self.note, count(beyond)),
        }
    }

    pub(crate) fn draw(
        &self,
        canvas: &mut Canvas,
        area: Area,
        share_label: &str,
        colour: impl Fn(&str) -> usize,
    ) -> Result<()> {
        let values = || self.samples.iter().flat_map(|sample| &sample.values).copied();
        let scale = self.axis.scale(ends(values()), (0.0, 0.0), 5)?;
        // The level has to lie on the axis too.
        let level = self.level.as_ref().map(|(level, _)| *level);
        self.axis.scale(ends(values().chain(level)), (0.0, 0.0), 5)?;
        let shown = self.axis.range.unwrap_or((f64::MIN, f64::MAX));
        let places = |sample: &Distribution| {
            let shown = sample.values.iter().filter(|value| (shown.0..=shown.1).contains(value));
            let mut places: Vec<f64> = shown.map(|&value| scale.place(value)).collect();
            places.sort_by(f64::total_cmp);
            places
        };
        let places: Vec<Vec<f64>> = self.samples.iter().map(places).collect();
        let nothing = places.iter().all(Vec::is_empty);
        let bins = (!nothing).then(|| Bins::common(&places, &scale, self.axis.range.is_some()));
        let x = self.x(&scale, bins.as_ref());

        let share = |(sample, places): (&Distribution, &Vec<f64>)| -> Vec<f64> {
            let counts = bins.as_ref().map_or(Vec::new(), |bins| bins.fill(places).0);
            counts.into_iter().map(|count| count as f64 / sample.values.len() as f64).collect()
        };
        let shares: Vec<Vec<f64>> = self.samples.iter().zip(&places).map(share).collect();
        let most = shares.iter().flatten().copied().fold(0.0, f64::max);
        let most = if most > 0.0 { most } else { 1.0 };
        // The name of the level stands above all outlines.
        let room = if self.level.is_some() { 1.16 } else { 1.06 };
        let y = Axis::percent(share_label).within(0.0, most * room).scale((0.0, 0.0), (0.0, 0.0), 6)?;
        let around = Frame { x: x.clone(), y, x_label: &self.axis.label, y_label: share_label, categories: None };
        let plot = frame(canvas, area, &around)?;
        let colours: Vec<usize> = self.samples.iter().map(|sample| colour(&sample.name)).collect();
        if let Some(bins) = &bins {
            outlines(canvas, &plot, bins, &shares, &colours);
        }
        let top = plot.area.y + if self.level.is_some() { NOTE.height(1) + 12.0 } else { 0.0 };
        canvas.clip(Some(plot.clip()));
        for (index, (sample, colour)) in self.samples.iter().zip(colours).enumerate() {
            let mean = x.place(sample.values.iter().map(|value| value / sample.values.len() as f64).sum());
            let at = plot.at(mean, 0.0).0;
            // Dashes of equal means lie in each other's gaps; the first may be cut off by the axis.
            let (floor, shift) =
                (plot.area.bottom() - 2.0, (MEAN[0] + MEAN[1]) * index as f32 / self.samples.len() as f32);
            canvas.line(&[(at, floor - shift), (at, top)], theme::series(colour), 1.0, WIDTH, MEAN);
            if shift > MEAN[1] {
                canvas.line(&[(at, floor), (at, floor - shift + MEAN[1])], theme::series(colour), 1.0, WIDTH, &[]);
            }
        }
        canvas.clip(None);
        self.draw_level(canvas, &plot, &x);
        Ok(())
    }

    /// The axis of values, moved so that all bins and the level are on it.
    fn x(&self, scale: &Scale, bins: Option<&Bins>) -> Scale {
        let (mut x, fixed) = (scale.clone(), self.axis.range.is_some());
        let Some(bins) = bins else { return x };
        let end = bins.first + bins.width * bins.count as f64;
        if fixed {
            // Steps at the ends keep their whole bins.
            if bins.whole {
                (x.low, x.high) = (x.low.min(bins.first), x.high.max(end));
            }
            return x;
        }
        let level = self.level.as_ref().map(|(level, _)| x.place(*level));
        let (low, high) = ends([bins.first, end].into_iter().chain(level));
        // A few wide bars get more air than many narrow ones.
        let few = if bins.whole { FEWEST.saturating_sub(bins.count) as f64 } else { 0.0 };
        let air = (few * bins.width / 2.0).max(0.03 * (high - low));
        (x.low, x.high) = (low - air, high + air);
        let x = x.with_ticks(5);
        let whole = bins.whole && x.is_plain() && (bins.width.fract(), (bins.first + 0.5).fract()) == (0.0, 0.0);
        if whole { x.whole() } else { x }
    }

    fn draw_level(&self, canvas: &mut Canvas, plot: &Plot, x: &Scale) {
        let Some((level, name)) = &self.level else { return };
        let place = x.place(*level);
        if !(x.low..=x.high).contains(&place) {
            return;
        }
        let (at, top) = (plot.at(place, 0.0).0, plot.area.y);
        canvas.line(&[(at, plot.area.bottom() - 2.0), (at, top)], INK, 1.0, WIDTH, LEVEL);
        let gap = 10.0;
        let (left, right) = (at - plot.area.x, plot.area.right() - at);
        let across = if NAME.width(name) + gap <= right || right >= left { Across::Left } else { Across::Right };
        let text = NAME.fit(name, left.max(right) - gap);
        let from = if across == Across::Left { at + gap } else { at - gap };
        let start = if across == Across::Left { from } else { from - NAME.width(&text) };
        canvas.fill(Area::new(start - 4.0, top + 4.0, NAME.width(&text) + 8.0, NAME.height(1)), WHITE, 0.9);
        canvas.text(&text, (from, top + 6.0), &NAME.at(across, Down::Top));
    }
}

/// Draws all samples' shares as steps: first the pale areas, then the lines, so that none is hidden.
fn outlines(canvas: &mut Canvas, plot: &Plot, bins: &Bins, shares: &[Vec<f64>], colours: &[usize]) {
    canvas.clip(Some(plot.clip()));
    for filled in [true, false] {
        for (index, (shares, &colour)) in shares.iter().zip(colours).enumerate() {
            // Earlier lines are wider, so that they show on both sides of later ones where they coincide.
            let width = OUTLINE + 1.6 * (colours.len() - 1 - index).min(2) as f32;
            // A stretch of empty bins has no line, which would hide the axis.
            let mut steps: Vec<(f32, f32)> = Vec::new();
            for bin in 0..=shares.len() {
                let (left, share) = (bins.first + bins.width * bin as f64, shares.get(bin).copied().unwrap_or(0.0));
                let floor = plot.at(left, 0.0);
                if share > 0.0 {
                    if steps.is_empty() {
                        steps.push(floor);
                    }
                    steps.push(plot.at(left, 100.0 * share));
                    steps.push(plot.at(left + bins.width, 100.0 * share));
                } else if !steps.is_empty() {
                    steps.push(floor);
                    let steps = std::mem::take(&mut steps);
                    if filled {
                        canvas.polygon(&steps, theme::series(colour), FILL);
                    } else {
                        canvas.line(&steps, theme::series(colour), 1.0, width, &[]);
                    }
                }
            }
        }
    }
    canvas.clip(None);
}
