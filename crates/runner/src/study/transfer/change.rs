//! What is done to pictures.

use serde::{Deserialize, Serialize};

use super::spec::NetSpec;

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

    /// As tables write it.
    pub(super) fn title(&self, nets: &[NetSpec]) -> String {
        let title = |name: &str| nets.iter().find(|net| net.name == name).map_or(name, |net| &net.title).to_owned();
        match self {
            Self::None => "unchanged".to_owned(),
            Self::Made { net } => format!("made for {}", title(net)),
            Self::Amplified { net, rms } => format!("made for {}, amplified to {rms}", title(net)),
            Self::Noise { sd } => format!("Gaussian, stddev {sd}"),
        }
    }
}
