//! How long a change is.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// A measure of a change of a picture; all are in pixel units, where white is 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Norm {
    /// Number of values that differ.
    L0,
    /// Sum of the absolute differences.
    L1,
    /// Euclidean length.
    L2,
    /// Largest absolute difference.
    Linf,
}

impl Norm {
    /// Every norm, and so the order in which tables list them.
    pub const ALL: [Self; 4] = [Self::L0, Self::L1, Self::L2, Self::Linf];

    /// As flags and files write it.
    pub const fn key(self) -> &'static str {
        match self {
            Self::L0 => "l0",
            Self::L1 => "l1",
            Self::L2 => "l2",
            Self::Linf => "linf",
        }
    }

    /// Length of the change from `before` to `after`.
    pub fn distance(self, before: &[f32], after: &[f32]) -> f64 {
        let differences = before.iter().zip(after).map(|(a, b)| f64::from(b - a).abs());
        match self {
            Self::L0 => differences.filter(|d| *d > 0.0).count() as f64,
            Self::L1 => differences.sum(),
            Self::L2 => differences.map(|d| d * d).sum::<f64>().sqrt(),
            Self::Linf => differences.fold(0.0, f64::max),
        }
    }
}

impl fmt::Display for Norm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::L0 => "L0",
            Self::L1 => "L1",
            Self::L2 => "L2",
            Self::Linf => "L∞",
        })
    }
}

impl FromStr for Norm {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.to_lowercase().as_str() {
            "l0" | "0" => Ok(Self::L0),
            "l1" | "1" => Ok(Self::L1),
            "l2" | "2" => Ok(Self::L2),
            "linf" | "l∞" | "inf" => Ok(Self::Linf),
            _ => Err(Error::BadNorm(text.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_those_of_the_textbook() {
        let (before, after) = ([0.0, 1.0, 0.5, 0.5], [3.0, 5.0, 0.5, 0.5]);
        for (norm, want) in [(Norm::L0, 2.0), (Norm::L1, 7.0), (Norm::L2, 5.0), (Norm::Linf, 4.0)] {
            assert!((norm.distance(&before, &after) - want).abs() < 1e-12, "{norm}");
        }
    }

    #[test]
    fn norms_read_as_people_write_them() {
        for norm in Norm::ALL {
            assert_eq!(norm.key().parse::<Norm>().unwrap(), norm);
            assert_eq!(norm.to_string().parse::<Norm>().unwrap(), norm);
        }
        assert!("l3".parse::<Norm>().is_err());
    }
}
