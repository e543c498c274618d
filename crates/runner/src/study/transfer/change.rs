//! What is done to pictures.

use serde::{Deserialize, Serialize};

/// What is done to pictures before the nets are asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Change {
    /// Nothing.
    None,
    /// The smallest change that makes this net say what is wanted.
    Made { net: String },
    /// The same, stretched to this distortion.
    Amplified { net: String, rms: f64 },
    /// Gaussian noise of this standard deviation is added.
    Noise { sd: f64 },
}

impl Change {
    /// The net that it is made for.
    pub(super) fn made_for(&self) -> Option<&str> {
        match self {
            Self::Made { net } | Self::Amplified { net, .. } => Some(net),
            Self::None | Self::Noise { .. } => None,
        }
    }

    /// As tables write it; `title` gives a net's.
    pub(super) fn title<'t>(&self, title: impl Fn(&str) -> &'t str) -> String {
        match self {
            Self::None => "unchanged".to_owned(),
            Self::Made { net } => format!("made for {}", title(net)),
            Self::Amplified { net, rms } => format!("made for {}, amplified to {rms}", title(net)),
            Self::Noise { sd } => format!("Gaussian, stddev {sd}"),
        }
    }
}
