//! Which net a run works on.

use std::path::Path;

use advlab_core::Device;
use advlab_datasets::Places;
use advlab_model_zoo::{Foreign, Model, OpenOptions, VisionEntry, is_torchscript, open, pulled, vision};
use anyhow::{Result, bail};

use crate::recipes;

/// The net that a run works on, unless told otherwise.
pub const DEFAULT_MODEL: &str = "shallow";

/// The seed of a run, unless told otherwise.
pub const DEFAULT_SEED: u64 = 1;

pub(crate) fn default_model() -> String {
    DEFAULT_MODEL.to_owned()
}

pub(crate) const fn default_seed() -> u64 {
    DEFAULT_SEED
}

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
    /// Those of [`open`], a device that cannot be used, and words about a net that speaks for itself.
    pub fn open(&self) -> Result<Model> {
        let device = self.device.resolve()?;
        let model = open(&self.model, &OpenOptions { foreign: self.foreign.clone(), device })?;
        if let Some(said) = self.said().filter(|_| !self.is_foreign()) {
            bail!("`{said}` is for TorchScript nets; {} says that of itself, so leave it out", model.net.name());
        }
        Ok(model)
    }

    /// The first thing that is said of the net in place of its file.
    fn said(&self) -> Option<&'static str> {
        let Foreign { input_shape, classes, scores } = &self.foreign;
        let said =
            [("input-shape", input_shape.is_some()), ("classes", classes.is_some()), ("scores", scores.is_some())];
        said.into_iter().find_map(|(name, is_said)| is_said.then_some(name))
    }

    fn is_foreign(&self) -> bool {
        let file = Path::new(&self.model);
        let name = file.file_name().unwrap_or_default();
        is_torchscript(file) && !vision().iter().any(|entry| entry.files.iter().any(|own| name == *own))
    }
}

/// A net that was chosen for a user who named none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefaultModel {
    /// Its name.
    pub name: &'static str,
    /// Which it is, and how to get another.
    pub note: String,
}

/// The net for pictures of all kinds: of those trained on ImageNet that are on this machine the one that is right most often,
/// otherwise the one that comes with advlab.
pub fn default_for_photos() -> DefaultModel {
    default_of(&pulled(&Places::of_process(None)))
}

fn default_of(pulled: &[&'static str]) -> DefaultModel {
    let entries = pulled.iter().filter_map(|name| VisionEntry::named(name));
    match entries.max_by(|a, b| a.top1.total_cmp(&b.top1)) {
        Some(entry) => DefaultModel {
            name: entry.name,
            note: format!(
                "the net is {}, which knows the 1000 classes of ImageNet; --model objects takes the one for drawn things",
                entry.name
            ),
        },
        None => DefaultModel {
            name: "objects",
            note:
                "the net is objects, which knows sixteen drawn things; `advlab models pull resnet18` fetches one that \
                   knows the 1000 classes of ImageNet"
                    .to_owned(),
        },
    }
}

/// The net for a data set: the one that was made for it, otherwise `shallow`.
pub fn default_for_set(set: &str) -> &'static str {
    let own = |name: &&str| recipes::own_data(name).is_some_and(|data| data.set == set);
    let nets = advlab_model_zoo::embedded().iter().map(|entry| entry.name);
    nets.into_iter().find(own).unwrap_or("shallow")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pulled_net_goes_before_the_drawn_objects() {
        assert_eq!(default_of(&[]).name, "objects");
        let chosen = default_of(&["squeezenet1_1", "resnet18", "alexnet"]);
        assert_eq!(chosen.name, "resnet18");
        assert!(chosen.note.contains("--model objects"), "{}", chosen.note);
    }

    #[test]
    fn each_set_has_its_net() {
        assert_eq!(["mnist", "digits", "objects"].map(default_for_set), ["shallow", "shallow", "objects"]);
    }
}
