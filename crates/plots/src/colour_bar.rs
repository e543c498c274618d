//! The key of a coloured matrix.

use crate::Result;
use crate::axis::{Axis, Scale, Unit};
use crate::canvas::{Area, Canvas};
use crate::text::{Across, Down, Style};
use crate::theme::{Colour, FAINT, HAIR, INK, LABEL, TICK};

const BAR: f32 = 30.0;
const TICK_LENGTH: f32 = 8.0;
const TICK_LABEL: Style = Style::new(TICK).at(Across::Left, Down::Middle);
const NAME: Style = Style::new(LABEL).upwards().at(Across::Centre, Down::Top);

/// An upright bar of colours with ticks at its right and its name, read upwards, at the far right.
#[derive(Debug)]
pub(crate) struct ColourBar {
    scale: Scale,
    label: String,
}

impl ColourBar {
    /// From `-limit` to `limit`.
    pub(crate) fn signed(limit: f64, label: &str) -> Result<Self> {
        let scale = Axis::plain(label).within(-limit, limit).scale((0.0, 0.0), (0.0, 0.0), 4)?;
        Ok(Self { scale, label: label.to_owned() })
    }

    /// From one value to another.
    pub(crate) fn between(low: f64, high: f64, label: &str) -> Result<Self> {
        let scale = Axis::plain(label).within(low, high).scale((0.0, 0.0), (0.0, 0.0), 5)?;
        Ok(Self { scale, label: label.to_owned() })
    }

    /// From 0 to 100 %.
    pub(crate) fn share(label: &str) -> Result<Self> {
        let axis = Axis { unit: Unit::Percent, ..Axis::plain(label).within(0.0, 1.0) };
        Ok(Self { scale: axis.scale((0.0, 1.0), (0.0, 0.0), 5)?, label: label.to_owned() })
    }

    /// Height beside a matrix or grid: its own unless that is very small or large; a name of usual length fits.
    pub(crate) fn height(&self, beside: f32) -> f32 {
        let least = (NAME.width(&self.label) + 10.0).clamp(240.0, 420.0);
        if beside > 1200.0 { 900.0 } else { beside.max(least) }
    }

    /// Width with ticks and name.
    pub(crate) fn width(&self) -> f32 {
        let name = if self.label.is_empty() { 0.0 } else { 12.0 + NAME.height(1) };
        (BAR + TICK_LENGTH + 6.0 + self.tick_width() + name).ceil()
    }

    /// Draws it; `map` gives the colour of a share in [-1, 1] of the range, or in [0, 1] where it starts at 0.
    pub(crate) fn draw(&self, canvas: &mut Canvas, area: Area, map: fn(f32) -> Colour) {
        let high = self.scale.high;
        self.draw_values(canvas, area, &|value| map((value / high) as f32));
    }

    /// Draws it; `colour` gives the colour of a value.
    pub(crate) fn draw_values(&self, canvas: &mut Canvas, area: Area, colour: &dyn Fn(f64) -> Colour) {
        let Scale { low, high, ref ticks, .. } = self.scale;
        let rows = area.height.round().max(2.0) as usize;
        for row in 0..rows {
            let up = 1.0 - (row as f64 + 0.5) / rows as f64;
            let value = low + (high - low) * up;
            canvas.fill(Area::new(area.x, area.y + row as f32, BAR, 1.0), colour(value), 1.0);
        }
        canvas.frame(Area::new(area.x, area.y, BAR, rows as f32), FAINT, HAIR);
        for (place, label) in ticks {
            let y = area.y + rows as f32 * (1.0 - (place - low) / (high - low)) as f32;
            canvas.fill(Area::new(area.x + BAR, (y - 1.0).round(), TICK_LENGTH, HAIR), INK, 1.0);
            canvas.text(label, (area.x + BAR + TICK_LENGTH + 6.0, y), &TICK_LABEL);
        }
        let x = area.x + BAR + TICK_LENGTH + 6.0 + self.tick_width() + 12.0;
        let fitting = NAME.fit(&self.label, area.height);
        canvas.text(&fitting, (x, area.y + area.height / 2.0), &NAME);
    }

    fn tick_width(&self) -> f32 {
        TICK_LABEL.widest(self.scale.ticks.iter().map(|(_, label)| &label[..]))
    }
}
