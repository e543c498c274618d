//! Pictures made from noise that maximise directions of a layer.

use advlab_analysis::basis::{DirectionKind, Reading};
use advlab_analysis::maximise::{Job, Maximise, MaximiseParams, Maximised, Space};
use advlab_core::{Classifier, InputShape, Layer, Seed};
use anyhow::{Context as _, Result};
use tch::Tensor;

use super::group::Group;
use crate::record::Surroundings;

/// Values of pictures that go through the net together: sixteen photographs of 3x224x224.
const VALUES_IN_BATCH: usize = 2400 << 10;

/// Pictures that go through the net together at most.
const PICTURES_IN_BATCH: usize = 256;

/// Settings as a person changes them: the usual ones for pictures of this shape, but for those that are given.
pub(crate) type Changes = serde_json::Map<String, serde_json::Value>;

/// The settings that follow from changes.
///
/// # Errors
/// The first that cannot be used, by name.
pub(crate) fn settings(shape: InputShape, changes: &Changes) -> Result<MaximiseParams> {
    let mut params = serde_json::to_value(MaximiseParams::for_input(shape))?;
    if changes.get("space").is_some_and(|space| *space == serde_json::json!(Space::Pixels)) {
        params["decorrelate"] = false.into();
    }
    for (key, value) in changes {
        params[key] = value.clone();
    }
    serde_json::from_value(params).context("`synthesize`")
}

/// What to make pictures for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'a> {
    pub(crate) net: &'a dyn Classifier,
    pub(crate) layer: &'a Layer,
    /// The same before its activation function; see [`before`](super::look::before).
    pub(crate) before: Option<&'a Layer>,
    pub(crate) reading: Reading,
    pub(crate) group: &'a Group,
    /// Places in the group.
    pub(crate) shown: &'a [usize],
}

/// A picture for each; none if someone asked to stop.
///
/// # Errors
/// Those of the net; an ascent that left the numbers.
pub(crate) fn make(
    maximise: &Maximise,
    wanted: &Wanted<'_>,
    seed: Seed,
    surroundings: &Surroundings,
) -> Result<Option<Maximised>> {
    let Wanted { net, layer, before, reading, group, shown } = *wanted;
    let is_natural = group.directions.kind() == DirectionKind::Natural;
    let rows: Vec<i64> = shown.iter().map(|at| *at as i64).collect();
    let directions = group.directions.matrix().f_index_select(0, &Tensor::from_slice(&rows))?;
    let steps = u64::from(maximise.params().steps);
    let bar = surroundings.progress.bar(shown.len() as u64 * steps, &format!("from noise, {}", group.kind));
    let job = Job {
        net,
        layer: &layer.name,
        climbed: before.filter(|_| is_natural).map(|before| before.name.as_str()),
        reading,
        directions: &directions,
        seed,
        batch: (VALUES_IN_BATCH / net.input().len().max(1)).clamp(1, PICTURES_IN_BATCH),
        stop: &surroundings.stop,
    };
    let made = maximise.run(&job, &mut |steps| bar.inc(steps as u64))?;
    bar.finish_and_clear();
    Ok((!made.stopped).then_some(made))
}
