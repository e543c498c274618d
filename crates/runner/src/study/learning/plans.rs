//! Which trainings a study consists of: every condition on every task, so many times.

use std::sync::Arc;

use advlab_core::{InputShape, Seed};
use advlab_datasets::{Examples, View};
use anyhow::{Context as _, Result};

use super::spec::{Condition, Spec, Task};
use crate::recipes;
use crate::record::Surroundings;
use crate::train::{self, Halves};
use crate::trainings::Plan;

/// One training.
#[derive(Clone, Debug)]
pub(super) struct Planned {
    /// Number of the condition and of the task in the file.
    pub(super) condition: usize,
    pub(super) task: usize,
    /// Number of the training, from 0.
    pub(super) number: usize,
    pub(super) plan: Plan,
}

fn name(condition: &Condition, task: &Task, number: usize) -> String {
    format!("{}-{}-{}", condition.name, task.name, number + 1)
}

/// The names of all trainings, in the order of the file.
pub(crate) fn keys(spec: &Spec) -> Vec<String> {
    let each = spec.conditions.iter().flat_map(|condition| spec.tasks.iter().map(move |task| (condition, task)));
    let numbered = each.flat_map(|(condition, task)| {
        (0..spec.trainings_of(condition)).map(move |number| name(condition, task, number))
    });
    numbered.collect()
}

/// The pictures of both tasks, as they are.
pub(super) fn load(spec: &Spec, surroundings: &Surroundings) -> Result<Vec<Halves<dyn Examples>>> {
    let shape = InputShape { channels: 3, height: spec.size, width: spec.size };
    let load =
        |task: &Task| Halves::open(&task.data, shape, surroundings).with_context(|| format!("task `{}`", task.name));
    spec.tasks.iter().map(load).collect()
}

/// All trainings, in the order of the file.
pub(super) fn plans(spec: &Spec, data: &[Halves<dyn Examples>]) -> Result<Vec<Planned>> {
    let least = data.iter().map(|halves| halves.train.len()).min().unwrap_or(0);
    let mut all = Vec::new();
    for (c, condition) in spec.conditions.iter().enumerate() {
        for (t, task) in spec.tasks.iter().enumerate() {
            let halves = seen(condition, &data[t], least)?;
            for number in 0..spec.trainings_of(condition) {
                let name = name(condition, task, number);
                let plan = Plan { spec: training(spec, condition, t, number, &name, &halves)?, data: halves.clone() };
                all.push(Planned { condition: c, task: t, number, plan });
            }
        }
    }
    Ok(all)
}

/// What a condition lets its nets see of a task.
fn seen(condition: &Condition, data: &Halves<dyn Examples>, least: usize) -> Result<Halves<dyn Examples>> {
    let mut halves = data.clone();
    if condition.matched && halves.train.len() > least {
        halves.train = Arc::new(View::in_proportion(halves.train, least)?);
    }
    if let Some(colour) = condition.colour {
        halves.train = Arc::new(View::in_one_colour(halves.train, colour)?);
        halves.test = Arc::new(View::in_one_colour(halves.test, colour)?);
    }
    Ok(halves)
}

fn training(
    spec: &Spec,
    condition: &Condition,
    task: usize,
    number: usize,
    name: &str,
    data: &Halves<dyn Examples>,
) -> Result<train::Spec> {
    let recipe = recipes::find(&condition.net)?;
    let mut training = recipe.training();
    training.epochs = spec.epochs.unwrap_or(training.epochs);
    let mut model = recipe.model.for_input(data.train.shape());
    model.classes = data.train.classes().to_vec();
    // Trainings of one number begin alike in every condition.
    let seed = Seed::new(spec.seed).child("training").index(number as u64).get();
    let data = spec.tasks[task].data.clone();
    Ok(train::Spec { name: name.to_owned(), model, training, data, seed, device: spec.device })
}
