//! Axes: what a figure says about its ranges, and the ticks that follow from it.

use crate::{Error, Result};

/// What the numbers along an axis are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unit {
    /// Numbers as they are.
    #[default]
    Plain,
    /// Shares, of which 1 is written as 100 %.
    Percent,
}

impl Unit {
    /// Number on the axis for a value.
    pub(crate) const fn shown(self, value: f64) -> f64 {
        match self {
            Self::Plain => value,
            Self::Percent => value * 100.0,
        }
    }
}

/// One axis of a figure.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Axis {
    /// Its name, with the unit where there is one: `steps`, `accuracy (%)`.
    pub label: String,
    /// How numbers are written.
    pub unit: Unit,
    /// Fixed ends; unset takes those of the data. What lies outside is cut off.
    pub range: Option<(f64, f64)>,
    /// Whether equal distances are equal factors; then every value must be above 0.
    pub log: bool,
}

impl Axis {
    /// Plain numbers, ends taken from the data.
    pub fn plain(label: impl Into<String>) -> Self {
        Self { label: label.into(), ..Self::default() }
    }

    /// Shares, written as percentages from 0 to 100.
    pub fn percent(label: impl Into<String>) -> Self {
        Self { label: label.into(), unit: Unit::Percent, range: Some((0.0, 1.0)), log: false }
    }

    /// Plain numbers above 0 on a logarithmic axis.
    pub fn log(label: impl Into<String>) -> Self {
        Self { log: true, ..Self::plain(label) }
    }

    /// The same with fixed ends.
    #[must_use]
    pub fn within(self, low: f64, high: f64) -> Self {
        Self { range: Some((low, high)), ..self }
    }

    /// The same with the ends of the data.
    #[must_use]
    pub fn fitted(self) -> Self {
        Self { range: None, ..self }
    }

    /// Ends and ticks for these data; `margin` is the share of the range left free at ends that are not fixed, below and
    /// above. `n_ticks` is about how many ticks there is room for.
    pub(crate) fn scale(&self, data: (f64, f64), margin: (f64, f64), n_ticks: usize) -> Result<Scale> {
        let wrong = |wanted, (low, high): (f64, f64)| Error::Setting {
            what: format!("axis `{}`: range", self.label),
            wanted,
            got: format!("{low} to {high}"),
        };
        let (low, high) = self.range.unwrap_or(data);
        let usable = low.is_finite() && high.is_finite() && low <= high && (high - low).is_finite();
        if !usable || (self.range.is_some() && low == high) {
            return Err(wrong("finite, from low to high", (low, high)));
        }
        if self.log && low <= 0.0 {
            return Err(wrong("above 0 on a logarithmic axis", (low, high)));
        }
        let place = |value: f64| {
            if self.log { value.log10() } else { self.unit.shown(value) }
        };
        let (mut low, mut high) = (place(low), place(high));
        if high - low <= 1e-9 * low.abs().max(high.abs()) {
            // All values equal: open a range around them.
            let half = if low == 0.0 || self.log { 0.5 } else { low.abs() * 0.1 };
            (low, high) = (low - half, high + half);
        }
        if self.range.is_none() {
            let span = high - low;
            (low, high) = (low - margin.0 * span, high + margin.1 * span);
        }
        Ok(Scale { unit: self.unit, log: self.log, low, high, ticks: ticks(self.log, low, high, n_ticks) })
    }
}

/// An axis with its ends and ticks settled. Places are what is drawn: percentages, or logarithms.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Scale {
    unit: Unit,
    log: bool,
    /// Place of the lower end.
    pub(crate) low: f64,
    /// Place of the upper end.
    pub(crate) high: f64,
    /// Place and text of each tick, upwards.
    pub(crate) ticks: Vec<(f64, String)>,
}

impl Scale {
    /// Fixed ends without ticks, for categories 0, 1, …, each in the middle of one unit.
    pub(crate) fn categories(count: usize) -> Self {
        Self { unit: Unit::Plain, log: false, low: -0.5, high: count as f64 - 0.5, ticks: Vec::new() }
    }

    /// Where a value is drawn; on a logarithmic axis, values not above 0 lie far below.
    pub(crate) fn place(&self, value: f64) -> f64 {
        if self.log { value.max(f64::MIN_POSITIVE).log10() } else { self.unit.shown(value) }
    }

    /// Whether places are the values themselves.
    pub(crate) fn is_plain(&self) -> bool {
        !self.log && self.unit == Unit::Plain
    }

    /// The same with new ticks, after its ends were moved.
    pub(crate) fn with_ticks(mut self, n_ticks: usize) -> Self {
        self.ticks = ticks(self.log, self.low, self.high, n_ticks);
        self
    }

    /// The same without ticks between whole numbers, for what is counted.
    pub(crate) fn whole(mut self) -> Self {
        if !self.log {
            self.ticks.retain(|(place, _)| (place - place.round()).abs() < 1e-6);
            let largest = self.ticks.iter().fold(0.0f64, |largest, tick| largest.max(tick.0.abs()));
            if largest < 1e6 {
                self.ticks.iter_mut().for_each(|tick| tick.1 = number(tick.0, 1.0, largest));
            }
        }
        self
    }

    /// The text at the tick nearest to a place.
    pub(crate) fn label(&self, place: f64) -> String {
        let distance = |tick: &&(f64, String)| (tick.0 - place).abs();
        let nearest = self.ticks.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)));
        nearest.map(|(_, label)| label.clone()).unwrap_or_default()
    }
}

/// A step of 1, 2 or 5 times a power of ten, of which about `count` fit into `span`.
pub(crate) fn nice_step(span: f64, count: usize) -> f64 {
    let raw = span / count.max(1) as f64;
    let power = 10f64.powf(raw.log10().floor());
    // Too many by a factor counts as much as too few.
    let distance = |factor: &f64| (factor * power / raw).ln().abs();
    let steps = [1.0, 2.0, 5.0, 10.0].into_iter();
    steps.min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap_or(10.0) * power
}

fn ticks(log: bool, low: f64, high: f64, count: usize) -> Vec<(f64, String)> {
    if log { log_ticks(low, high, count) } else { even_ticks(low, high, count) }
}

fn even_ticks(low: f64, high: f64, count: usize) -> Vec<(f64, String)> {
    let step = nice_step(high - low, count);
    let slack = step * 1e-6;
    let first = ((low - slack) / step).ceil();
    let n_ticks = (((high + slack) / step).floor() - first).max(0.0) as usize + 1;
    let places: Vec<f64> = (0..n_ticks.min(100)).map(|index| (first + index as f64) * step).collect();
    let largest = places.iter().fold(0.0f64, |largest, place| largest.max(place.abs()));
    places.into_iter().map(|place| (place, number(place, step, largest))).collect()
}

fn log_ticks(low: f64, high: f64, count: usize) -> Vec<(f64, String)> {
    let decades = high - low;
    let factors: &[f64] = match decades {
        ..1.2 => &[1.0, 2.0, 3.0, 5.0, 7.0],
        1.2..2.5 => &[1.0, 2.0, 5.0],
        _ => &[1.0],
    };
    let every = if factors.len() > 1 { 1 } else { (decades / count.max(1) as f64).ceil().max(1.0) as i32 };
    let slack = 1e-9;
    let mut ticks = Vec::new();
    let (first, last) = ((low.floor() as i32).max(-308), (high.ceil() as i32).min(308));
    // Either all ticks are written out or none.
    let written_out = low >= -3.0 - slack && high < 6.0;
    for power in (first..=last).filter(|power| power.rem_euclid(every) == 0) {
        for factor in factors {
            let place = f64::from(power) + factor.log10();
            if (low - slack..=high + slack).contains(&place) {
                let label = if written_out {
                    number(factor * 10f64.powi(power), factor * 10f64.powi(power), 1.0)
                } else if *factor == 1.0 {
                    format!("10{}", raised(power))
                } else {
                    format!("{factor}×10{}", raised(power))
                };
                ticks.push((place, label));
            }
        }
    }
    if ticks.len() < 2 { even_log_ticks(low, high, count) } else { ticks }
}

/// Ticks of a logarithmic axis so short that no round number lies on it: even numbers, at their logarithms.
fn even_log_ticks(low: f64, high: f64, count: usize) -> Vec<(f64, String)> {
    let even = even_ticks(10f64.powf(low), 10f64.powf(high), count);
    even.into_iter().filter(|(value, _)| *value > 0.0).map(|(value, label)| (value.log10(), label)).collect()
}

/// A number with as many decimals as the step between ticks needs; `largest` is the largest of its neighbours.
pub(crate) fn number(value: f64, step: f64, largest: f64) -> String {
    let value = if value.abs() < step * 1e-6 { 0.0 } else { value };
    if value == 0.0 {
        return "0".to_owned();
    }
    if !(1e-4..1e9).contains(&largest) {
        let power = largest.log10().floor();
        let unit = 10f64.powf(power);
        return format!("{}×10{}", decimals(value / unit, step / unit), raised(power as i32));
    }
    if largest >= 1e6 {
        return format!("{}\u{a0}M", decimals(value / 1e6, step / 1e6));
    }
    decimals(value, step)
}

fn decimals(value: f64, step: f64) -> String {
    let count = (-(step.log10() + 1e-9).floor()).clamp(0.0, 8.0) as usize;
    grouped(&format!("{value:.count$}"))
}

/// A count with its thousands apart: `12,000`.
pub(crate) fn count(value: u64) -> String {
    grouped(&value.to_string())
}

/// Puts commas between thousands (from 10,000 up) and a true minus sign in front.
fn grouped(text: &str) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("−", digits));
    let (whole, fraction) = digits.find('.').map_or((digits, ""), |dot| digits.split_at(dot));
    let mut out = sign.to_owned();
    for (index, digit) in whole.chars().enumerate() {
        let left = whole.len() - index;
        if index > 0 && left % 3 == 0 && whole.len() > 4 {
            out.push(',');
        }
        out.push(digit);
    }
    out + fraction
}

/// An exponent in raised digits.
fn raised(power: i32) -> String {
    let raise = |c| match c {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        digit => char::from_u32('⁰' as u32 + digit as u32 - '0' as u32).unwrap_or(digit),
    };
    power.to_string().chars().map(raise).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: &Axis, data: (f64, f64)) -> Vec<String> {
        axis.scale(data, (0.0, 0.0), 5).unwrap().ticks.into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn ticks_are_round_numbers() {
        assert_eq!(labels(&Axis::plain("x"), (0.0, 1000.0)), ["0", "200", "400", "600", "800", "1000"]);
        assert_eq!(labels(&Axis::plain("x"), (-0.5, 0.3)), ["−0.4", "−0.2", "0", "0.2"]);
        assert_eq!(labels(&Axis::percent("x"), (0.4, 0.5)), ["0", "20", "40", "60", "80", "100"]);
        assert_eq!(labels(&Axis::plain("x"), (0.0, 60_000.0))[5..], ["50,000", "60,000"]);
        assert_eq!(labels(&Axis::plain("x"), (0.0, 5e6))[..3], ["0", "1 M", "2 M"].map(|s| s.replace(' ', "\u{a0}")));
        assert_eq!(labels(&Axis::plain("x"), (0.0, 4e12)), ["0", "1×10¹²", "2×10¹²", "3×10¹²", "4×10¹²"]);
    }

    #[test]
    fn logarithmic_ticks_are_decades_or_parts_of_one() {
        assert_eq!(labels(&Axis::log("x"), (0.001, 1000.0)), ["0.01", "1", "100"]);
        assert_eq!(labels(&Axis::log("x"), (0.1, 1.0)), ["0.1", "0.2", "0.3", "0.5", "0.7", "1"]);
        assert_eq!(labels(&Axis::log("x"), (0.41, 0.45)), ["0.41", "0.42", "0.43", "0.44", "0.45"]);
        assert!(Axis::log("x").scale((0.0, 1.0), (0.0, 0.0), 5).is_err());
    }

    #[test]
    fn equal_values_get_a_range_around_them() {
        for value in [0.0, 3.0, -1e300, 1e-300] {
            let scale = Axis::plain("x").scale((value, value), (0.0, 0.0), 5).unwrap();
            assert!(scale.low < value && value < scale.high, "{value}: {scale:?}");
            assert!(!scale.ticks.is_empty(), "{value}: {scale:?}");
        }
    }

    #[test]
    fn useless_ranges_are_refused() {
        for (low, high) in [(1.0, 1.0), (2.0, 1.0), (0.0, f64::NAN), (f64::MIN, f64::MAX)] {
            assert!(Axis::plain("x").within(low, high).scale((0.0, 1.0), (0.0, 0.0), 5).is_err(), "{low} {high}");
        }
    }

    #[test]
    fn thousands_are_kept_apart() {
        assert_eq!(
            [count(9999), count(12_345), count(u64::MAX)],
            ["9999", "12,345", "18,446,744,073,709,551,615"].map(str::to_owned)
        );
    }
}
