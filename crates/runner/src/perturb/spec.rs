//! What `advlab perturb` changes and how, as flags or a file say it.

use std::path::PathBuf;

use advlab_attacks::perturb::{Perturb, PerturbParams};
use advlab_core::{Device, InputShape, Norm, ScoreKind};
use advlab_model_zoo::Foreign;
use anyhow::{Result, bail};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::inputs::Input;
use crate::model::{DefaultModel, ModelChoice, default_for_photos, default_for_set, default_seed};

/// No device has the memory for more, and nothing would go faster by it.
const MOST_IN_BATCH: usize = 1 << 20;

/// Values of pictures that go through the net together, where nobody says how many pictures: four photographs of 3x224x224. On
/// a CPU more of them do not make a picture cheaper, and a run that is stopped loses those under way.
const VALUES_IN_BATCH: usize = 600 << 10;

/// The same on a CUDA device, which a few pictures leave idle.
const VALUES_IN_CUDA_BATCH: usize = 4 << 20;

/// Pictures that go through the net together at most, where nobody says how many.
const PICTURES_IN_BATCH: usize = 256;

/// Settings of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Spec {
    /// The net: a name of the zoo, or a file.
    pub model: String,
    /// Shape of a TorchScript net's pictures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_shape: Option<InputShape>,
    /// File with the class names of a TorchScript net.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classes: Option<PathBuf>,
    /// What a TorchScript net puts out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scores: Option<ScoreKind>,
    /// The pictures to change.
    pub input: Input,
    /// Whether the change of a file is given back at the picture's own size too.
    #[serde(default)]
    pub own_size: bool,
    /// What the net shall say of them.
    pub wish: Wish,
    /// How the smallest change is searched for.
    #[serde(default)]
    pub attack: PerturbParams,
    /// Every random draw comes from it.
    #[serde(default = "default_seed")]
    pub seed: u64,
    /// Pictures that go through the net together; unset takes as many as make up 600 thousand values, on a CUDA device four
    /// million, and at most 256.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1_048_576))]
    pub batch: Option<usize>,
    /// Results written as PNG and read back; unset writes all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pictures: Option<usize>,
    /// Whether a target of `every` may mean more than [`Spec::FEW_CLASSES`] searches for each picture.
    #[serde(default)]
    pub many: bool,
    /// Where to run.
    #[serde(default)]
    pub device: Device,
}

/// What the net shall say of a changed picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Wish {
    /// Anything but what is right; where nobody knows what that is, anything but what it says now.
    Untargeted,
    /// A class by name, number or part of a name; or `random`, `least-likely`, `runner-up` or `every`.
    Target(String),
}

impl Wish {
    /// A few words for names of folders.
    pub fn words(&self) -> &str {
        match self {
            Self::Untargeted => "untargeted",
            Self::Target(target) => target,
        }
    }
}

impl Spec {
    /// Classes at most for which `every` needs no word of consent.
    pub const FEW_CLASSES: usize = 20;

    /// Pictures of a data set that are changed, unless told otherwise: the first so many.
    pub const PICTURES_OF_SET: usize = 100;

    /// The net for these pictures, unless told otherwise; a note where it is not the one that was made for them.
    pub fn model_for(input: &Input) -> DefaultModel {
        match input {
            Input::Data { set, .. } => DefaultModel { name: default_for_set(&set.set), note: String::new() },
            Input::Images(_) => default_for_photos(),
        }
    }

    /// Bits of the results for these pictures, unless told otherwise: those of a file for files.
    pub const fn bits_for(input: &Input) -> u8 {
        match input {
            Input::Data { .. } => 0,
            Input::Images(_) => 8,
        }
    }

    pub(super) fn choice(&self) -> ModelChoice {
        let foreign = Foreign { input_shape: self.input_shape, classes: self.classes.clone(), scores: self.scores };
        ModelChoice { model: self.model.clone(), foreign, device: self.device }
    }

    /// Settings that do not depend on the net.
    ///
    /// # Errors
    /// The first that cannot be used, by name.
    pub fn check(&self) -> Result<Perturb> {
        if let Some(batch) = self.batch.filter(|batch| !(1..=MOST_IN_BATCH).contains(batch)) {
            bail!("`batch` must be from 1 to {MOST_IN_BATCH}, got {batch}");
        }
        self.input.check()?;
        let attack = self.attack.clone().check()?;
        if let Some(epsilon) = self.attack.epsilon.filter(|epsilon| *epsilon > 1.0 && self.attack.norm == Norm::Linf) {
            bail!(
                "`epsilon` must be at most 1 for linf, where white is 1, got {epsilon}; {epsilon} grey levels of an 8-bit \
                 picture are {epsilon}/255"
            );
        }
        Ok(attack)
    }

    /// The same with the batch settled for a net's pictures and the device that it is on.
    pub(super) fn resolved(&self, shape: InputShape, device: tch::Device) -> Self {
        let values = if device == tch::Device::Cpu { VALUES_IN_BATCH } else { VALUES_IN_CUDA_BATCH };
        let fitting = (values / shape.len().max(1)).clamp(1, PICTURES_IN_BATCH);
        Self { batch: Some(self.batch.unwrap_or(fitting)), ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_many_digits_and_few_photographs() {
        let spec: Spec = serde_json::from_value(serde_json::json!({
            "model": "shallow", "seed": 1, "wish": "untargeted", "attack": {"method": "minimal", "norm": "l2"},
            "input": {"images": {"files": ["car.png"], "max-pixels": 1000}},
        }))
        .unwrap();
        let batch = |spec: &Spec, shape: &str, device| spec.resolved(shape.parse().unwrap(), device).batch.unwrap();
        let (cpu, cuda) = (tch::Device::Cpu, tch::Device::Cuda(0));
        assert_eq!([batch(&spec, "1x28x28", cpu), batch(&spec, "3x224x224", cpu)], [256, 4]);
        assert_eq!(batch(&spec, "3x2000x2000", cpu), 1, "never none");
        assert_eq!([batch(&spec, "1x28x28", cuda), batch(&spec, "3x224x224", cuda)], [256, 27]);
        let asked = Spec { batch: Some(9), ..spec };
        assert_eq!(batch(&asked, "3x224x224", cpu), 9, "what was asked for goes before");
    }
}
