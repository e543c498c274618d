//! What a change of a picture is to achieve.

use serde::{Deserialize, Serialize};

/// What the net shall say of a changed picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Aim {
    /// This class: a targeted attack.
    Target(i64),
    /// Any class but this one: an untargeted attack on a picture of it.
    Away(i64),
}

impl Aim {
    /// The class that it names.
    pub const fn class(self) -> i64 {
        match self {
            Self::Target(class) | Self::Away(class) => class,
        }
    }

    /// Whether a picture with this label is what was wanted.
    pub const fn holds(self, label: i64) -> bool {
        match self {
            Self::Target(class) => label == class,
            Self::Away(class) => label != class,
        }
    }

    /// How far scores are from what is wanted: negative exactly where they are on the right side, zero on the boundary.
    ///
    /// `max_{k≠t} z_k − z_t` for a target `t`; `z_y − max_{k≠y} z_k` away from `y`.
    pub fn margin(self, scores: &[f32]) -> f32 {
        let class = self.class() as usize;
        let own = scores[class];
        let other = scores
            .iter()
            .enumerate()
            .filter(|(k, _)| *k != class)
            .map(|(_, score)| *score)
            .fold(f32::NEG_INFINITY, f32::max);
        match self {
            Self::Target(_) => other - own,
            Self::Away(_) => own - other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_margin_is_negative_where_the_label_is_as_wanted() {
        let scores = [0.5, 2.0, -1.0];
        for class in 0..3 {
            for aim in [Aim::Target(class), Aim::Away(class)] {
                assert_eq!(aim.holds(1), aim.margin(&scores) < 0.0, "{aim:?}");
            }
        }
        assert_eq!(Aim::Target(0).margin(&scores), 1.5);
        assert_eq!(Aim::Away(1).margin(&scores), 1.5);
    }
}
