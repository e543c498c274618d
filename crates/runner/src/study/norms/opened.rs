//! The nets of a study, opened, with their pictures.

use advlab_core::Operators;
use advlab_datasets::Split;
use advlab_model_zoo::{Error, OpenOptions, VisionEntry, open};
use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use super::spec::NetSpec;
use crate::inputs::{Images, Input, Inputs};
use crate::record::Surroundings;
use crate::study::lone::Lone;
use crate::study::search::Search;

/// A net, and pictures for it.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) name: String,
    pub(super) operators: Operators,
    pub(super) net: Lone,
    pub(super) inputs: Option<Inputs>,
    /// For the record.
    pub(super) origin: Value,
}

/// Why a net that may be missing is not here; none for one that is, or must be.
pub(super) fn missing(spec: &NetSpec, search: &Search) -> Option<String> {
    if !spec.optional {
        return None;
    }
    if VisionEntry::named(&spec.net.model).is_some() {
        let options = OpenOptions { foreign: Default::default(), device: tch::Device::Cpu };
        return match open(&spec.net.model, &options) {
            Err(error @ Error::NotPulled { .. }) => Some(error.to_string()),
            _ => None,
        };
    }
    let is_file = spec.net.model.contains('.');
    is_file.then(|| search.find(spec.net.model.as_ref()).err().map(|error| error.to_string())).flatten()
}

impl Opened {
    /// Opens a net and finds its pictures.
    ///
    /// # Errors
    /// A net or pictures that are not there or do not fit; a net of which no layer can be read.
    pub(super) fn new(
        spec: &NetSpec,
        search: &Search,
        device: tch::Device,
        surroundings: &Surroundings,
    ) -> Result<Self> {
        let model = spec.net.open(search, device)?;
        let operators = model.net.operators()?;
        let weights = operators
            .steps
            .iter()
            .filter(|it| matches!(it.step, advlab_core::Step::Dense(_) | advlab_core::Step::Convolution(_)));
        let count = weights.count();
        if !(spec.published.is_empty() || spec.published.len() == count) {
            bail!("`published` has {} norms, and the net has {count} layers with weights", spec.published.len());
        }
        let input = match (&spec.data, &spec.photos) {
            (Some(set), _) => Some(Input::Data { set: set.clone(), split: Split::Test }),
            (None, Some(photos)) => {
                let files = vec![search.find(photos).context("photos")?];
                let (fit, max_pixels) = (Default::default(), advlab_datasets::photo::MAX_PIXELS);
                Some(Input::Images(Images { files, fit, max_pixels }))
            }
            (None, None) => None,
        };
        let mut origin = json!({"origin": model.origin, "sha256": model.sha256});
        let mut inputs = input.map(|input| Inputs::open(&input, &*model.net, surroundings)).transpose()?;
        if let Some(inputs) = &mut inputs {
            if inputs.len() == 0 {
                bail!("there is no picture to measure {} at", model.net.name());
            }
            origin["pictures"] = inputs.examined(surroundings)?;
        }
        Ok(Self { name: spec.net.name.clone(), operators, net: Lone(model.net), inputs, origin })
    }
}
