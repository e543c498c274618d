//! Our own trained nets, in the binary: the main job needs no data and no network.

use crate::weights::{ModelCard, card, read_bytes};
use crate::{Net, Result};

/// A trained net that comes with the program.
#[derive(Clone, Copy, Debug)]
pub struct Embedded {
    /// What the user calls it.
    pub name: &'static str,
    /// What it is, in a few words.
    pub what: &'static str,
    bytes: &'static [u8],
}

/// All of them. `experiments/embedded-nets.toml` trains them again.
pub const fn embedded() -> &'static [Embedded] {
    &[
        Embedded {
            name: "shallow",
            what: "one hidden layer of sigmoids",
            bytes: include_bytes!("../weights/shallow.safetensors"),
        },
        Embedded {
            name: "deep",
            what: "several hidden layers of sigmoids",
            bytes: include_bytes!("../weights/deep.safetensors"),
        },
        Embedded { name: "cnn", what: "a convolutional net", bytes: include_bytes!("../weights/cnn.safetensors") },
        Embedded {
            name: "objects",
            what: "a convolutional net for drawn things in colour",
            bytes: include_bytes!("../weights/objects.safetensors"),
        },
    ]
}

impl Embedded {
    /// The net.
    ///
    /// # Errors
    /// [`Error::File`](crate::Error::File) if the weights in the binary are damaged.
    pub fn net(&self) -> Result<Net> {
        Ok(read_bytes(self.name, self.bytes, None)?.0)
    }

    /// How it was trained.
    ///
    /// # Errors
    /// [`Error::File`](crate::Error::File) if the weights in the binary are damaged.
    pub fn card(&self) -> Result<ModelCard> {
        Ok(card(self.name, self.bytes)?.expect("embedded nets have a card"))
    }

    /// The file as it is.
    pub const fn bytes(&self) -> &'static [u8] {
        self.bytes
    }
}
