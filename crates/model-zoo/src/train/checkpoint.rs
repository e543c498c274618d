//! A training on disk: weights, the optimiser's state and the history, so that it goes on as if never interrupted.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};
use tch::{Tensor, no_grad};

use super::early_stop::Best;
use super::loss_scale::LossScale;
use super::pretrain::Autoencoder;
use super::spec::TrainSpec;
use super::trainer::{EpochRecord, Trainer};
use crate::spec::ModelSpec;
use crate::weights::{metadata, parse, tensor_of, write_tensors};
use crate::{Error, Result};

const STATE: &str = "advlab-training";

/// Everything besides tensors.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct State {
    model: ModelSpec,
    training: TrainSpec,
    seed: u64,
    steps: u64,
    history: Vec<EpochRecord>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scale: Option<LossScale>,
    /// Number of the best epoch, of a training that may stop early, and the cost of the pictures held back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    best: Option<(u32, f64)>,
}

impl Trainer {
    /// Writes the training as it is after the last whole epoch.
    ///
    /// # Errors
    /// [`Error::File`] if the file cannot be written.
    pub fn save(&self, file: &Path) -> Result<()> {
        let state = State {
            model: self.net.spec().clone(),
            training: self.spec.clone(),
            seed: self.seed.get(),
            steps: self.optimizer.steps,
            history: self.history.clone(),
            scale: self.optimizer.scale,
            best: self.best.as_ref().map(|best| (best.epoch, best.loss)),
        };
        let text = serde_json::to_string(&state).expect("plain data");
        let names = (0..self.optimizer.moments.len()).map(|i| format!("moments.{i}"));
        let moments = names.zip(&self.optimizer.moments);
        let decoder = self.decoder.iter().flat_map(Autoencoder::tensors);
        let best = self.best.iter().flat_map(|best| &best.tensors).enumerate();
        let best = best.map(|(i, tensor)| (format!("best.{i}"), tensor));
        let tensors: Vec<(String, &Tensor)> =
            self.net.tensors().into_iter().chain(decoder).chain(moments).chain(best).collect();
        write_tensors(file, &tensors, HashMap::from([(STATE.to_owned(), text)]))
    }

    /// Takes up the state of [`save`](Self::save). The number of epochs may differ from what it was; everything else must
    /// be as it was.
    ///
    /// # Errors
    /// [`Error::File`] if the file is not a checkpoint of this training; it says what differs.
    pub fn resume(&mut self, file: &Path) -> Result<()> {
        let fail = |why: String| Error::File { file: file.to_owned(), why };
        let name = file.to_string_lossy();
        let bytes = fs::read(file).map_err(|error| fail(error.to_string()))?;
        let metadata = metadata(&name, &bytes)?;
        let text = metadata.get(STATE).ok_or_else(|| fail("not a checkpoint of a training".to_owned()))?;
        let state: State =
            serde_json::from_str(text).map_err(|error| fail(format!("its state cannot be read: {error}")))?;
        let differs = |what: &str, was: &dyn std::fmt::Debug, is: &dyn std::fmt::Debug| {
            Err(fail(format!("was made with another {what} ({was:?}, now {is:?}); choose another folder or --force")))
        };
        if &state.model != self.net.spec() {
            return differs("model", &state.model, self.net.spec());
        }
        if state.seed != self.seed.get() {
            return differs("seed", &state.seed, &self.seed.get());
        }
        let training = TrainSpec { epochs: self.spec.epochs, ..state.training };
        if training != self.spec {
            return differs("training", &training, &self.spec);
        }
        let tensors = parse(&name, &bytes)?;
        self.history = state.history;
        self.begin_phase();
        self.best = state.best.map(|(epoch, loss)| Best::of(&self.net, epoch, loss));
        let decoder = self.decoder.iter().flat_map(Autoencoder::tensors);
        let names = self.net.tensors().into_iter().chain(decoder).map(|(name, tensor)| (name, tensor.shallow_clone()));
        let moments = self.optimizer.moments.iter().enumerate();
        let moments = moments.map(|(i, tensor)| (format!("moments.{i}"), tensor.shallow_clone()));
        let best = self.best.iter().flat_map(|best| &best.tensors).enumerate();
        let best = best.map(|(i, tensor)| (format!("best.{i}"), tensor.shallow_clone()));
        for (name, mut tensor) in names.chain(moments).chain(best) {
            let saved = tensor_of(&tensors, &file.to_string_lossy(), &name, &tensor.size())?;
            no_grad(|| tensor.copy_(&saved));
        }
        (self.optimizer.steps, self.optimizer.scale) = (state.steps, state.scale);
        Ok(())
    }
}
