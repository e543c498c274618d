//! By how many degrees each tile is rotated.

use std::str::FromStr;

use serde::Serialize;

use super::Trouble;

/// Most angles.
const MOST: usize = 3600;

/// Angles in degrees, counter-clockwise, in order: `-5..5` is −5, −4, … 5, and `-10..10:2.5` goes in steps of 2.5.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Angles(Vec<f64>);

impl Angles {
    /// The tile as it is, and nothing else.
    pub fn none() -> Self {
        Self(vec![0.0])
    }

    /// Angles from the first to the last in equal steps.
    ///
    /// # Errors
    /// [`Trouble::Setting`] if they are no numbers, beyond a whole turn, not in order, or more than 3600.
    pub fn range(from: f64, to: f64, step: f64) -> Result<Self, Trouble> {
        let turn = -360.0..=360.0;
        let count = ((to - from) / step + 1e-9).floor();
        if !(turn.contains(&from) && turn.contains(&to) && from <= to && step > 0.0 && count < MOST as f64) {
            let got = format!("{from}..{to}:{step}");
            return Err(Trouble::Setting(format!(
                "`{got}` are no angles; wanted FROM..TO or FROM..TO:STEP in degrees, from -360 to 360, at most {MOST} of them, such as -5..5"
            )));
        }
        // Rounded, so that 3 times 0.1 is the 0.3 that one reads.
        Ok(Self((0..=count as usize).map(|k| ((from + k as f64 * step) * 1e6).round() / 1e6).collect()))
    }

    /// The angles, whole turns after one another if wanted: first all of them, then all with 90 degrees more, and so on.
    ///
    /// # Errors
    /// [`Trouble::Setting`] if one comes twice.
    pub(super) fn with_turns(&self, turns: bool) -> Result<Vec<f64>, Trouble> {
        let quarters = if turns { 4 } else { 1 };
        let all: Vec<f64> = (0..quarters)
            .flat_map(|quarter| self.0.iter().map(move |angle| angle + 90.0 * f64::from(quarter)))
            .collect();
        let mut sorted: Vec<f64> = all.iter().map(|angle| angle.rem_euclid(360.0)).collect();
        sorted.sort_by(f64::total_cmp);
        if let Some(pair) = sorted.windows(2).find(|pair| pair[1] - pair[0] < 1e-6) {
            let with = if turns { "--rotate with --turns" } else { "--rotate" };
            return Err(Trouble::Setting(format!("{with} makes the angle {} twice; give fewer angles", pair[0])));
        }
        Ok(all)
    }
}

impl FromStr for Angles {
    type Err = Trouble;

    fn from_str(text: &str) -> Result<Self, Trouble> {
        let wrong = || {
            Trouble::Setting(format!(
                "`{text}` are no angles; wanted FROM..TO or FROM..TO:STEP in degrees, such as -5..5"
            ))
        };
        let number = |text: &str| text.trim().parse::<f64>().ok().filter(|value| value.is_finite());
        let (range, step) = match text.split_once(':') {
            Some((range, step)) => (range, number(step).ok_or_else(wrong)?),
            None => (text, 1.0),
        };
        let (from, to) = range.split_once("..").ok_or_else(wrong)?;
        let (from, to) = number(from).zip(number(to)).ok_or_else(wrong)?;
        Self::range(from, to, step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn angles_read_as_one_means_them() {
        let angles = |text: &str| text.parse::<Angles>().unwrap().0;
        assert_eq!(angles("-2..2"), [-2.0, -1.0, 0.0, 1.0, 2.0]);
        assert_eq!(angles("0..0.5:0.1"), [0.0, 0.1, 0.2, 0.3, 0.4, 0.5]);
        assert_eq!(angles("-180..100:90"), [-180.0, -90.0, 0.0, 90.0]);
        for wrong in ["5", "5..-5", "-5-5", "0..1:0", "0..1:-1", "0..720", "a..b", "0..1:NaN", "0..360:0.1"] {
            assert!(wrong.parse::<Angles>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn no_angle_comes_twice() {
        let turned = |text: &str, turns| text.parse::<Angles>().unwrap().with_turns(turns);
        assert_eq!(turned("0..0", true).unwrap(), [0.0, 90.0, 180.0, 270.0]);
        assert_eq!(turned("-44..44", true).unwrap().len(), 4 * 89);
        assert!(turned("-45..45", true).unwrap_err().to_string().contains("the angle 45 twice"));
        assert!(turned("-180..180", false).unwrap_err().to_string().contains("the angle 180 twice"));
    }
}
