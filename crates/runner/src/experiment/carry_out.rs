//! One experiment, whatever its kind, to its end: what a sweep does at each of its points.

use std::path::Path;

use anyhow::Result;
use serde_json::{Value, json};

use super::kinds::Experiment;
use crate::folder::Existing;
use crate::record::{Ending, Record, Surroundings};
use crate::study::{Search, prepare_all};
use crate::{basis, doubt, evaluate, generate, lyapunov, norms, perceptron, perturb, slice};

impl Experiment {
    /// Carries it out in a folder of its own; comes back with what its record says came of it.
    ///
    /// # Errors
    /// Those of its kind.
    pub(crate) fn carry_out(
        &self,
        search: &Search,
        place: &Path,
        existing: Existing,
        surroundings: &Surroundings,
    ) -> Result<(Ending, Value)> {
        let out = place.to_owned();
        let ending = match self {
            Self::Train(nets) => {
                let trained = prepare_all(nets, Default::default(), place, existing, surroundings)?.run()?;
                let stopped = trained.iter().any(|net| net.report.ending == Ending::Stopped);
                let last = trained.iter().map(|net| (net.name.clone(), json!(net.report.history.last())));
                let ending = if stopped { Ending::Stopped } else { Ending::Complete };
                return Ok((ending, Value::Object(last.collect())));
            }
            Self::Study(study) => study.prepare(search, out, existing, surroundings)?.run()?.ending,
            Self::Generate(spec) => generate::prepare(spec, out, existing, surroundings)?.run()?.ending,
            Self::Perturb(spec) => perturb::prepare(spec, out, existing, surroundings)?.run()?.ending,
            Self::Basis(spec) => basis::prepare(spec, out, existing, surroundings)?.run()?.ending,
            Self::Perceptron(spec) => perceptron::prepare(spec, out, existing, surroundings)?.run()?.ending,
            Self::Slice(spec) => slice::prepare(spec, out, existing, surroundings)?.run()?.ending,
            Self::Doubt(spec) => doubt::prepare(spec, out, existing, surroundings)?.run()?.ending,
            Self::Norms(spec) => norms::prepare(spec, out, existing, surroundings)?.run()?.ending,
            Self::Eval(spec) => {
                evaluate::prepare(spec, out, existing, surroundings)?.run()?;
                Ending::Complete
            }
            Self::Lyapunov(spec) => {
                lyapunov::prepare(spec, out, existing, surroundings)?.run()?;
                Ending::Complete
            }
        };
        Ok((ending, Record::read(place)?.result))
    }
}
