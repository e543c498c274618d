//! Which net a run works on.

use advlab_core::Device;
use advlab_model_zoo::{Foreign, Model, OpenOptions, open};
use anyhow::Result;

/// A model as the user names it, and where it shall run.
#[derive(Clone, Debug, Default)]
pub struct ModelChoice {
    /// Name or file.
    pub model: String,
    /// What is said of a foreign net.
    pub foreign: Foreign,
    /// Where.
    pub device: Device,
}

impl ModelChoice {
    /// Opens it.
    ///
    /// # Errors
    /// Those of [`open`], and a device that cannot be used.
    pub fn open(&self) -> Result<Model> {
        let device = self.device.resolve()?;
        Ok(open(&self.model, &OpenOptions { foreign: self.foreign.clone(), device })?)
    }
}
