//! `advlab train`: a net from data.

use std::io::Write;

use advlab_core::{Activation, Device, Stop};
use advlab_model_zoo::{Cost, LayerSpec, ModelSpec, Output, Schedule, TrainOptimizer, TrainSpec};
use advlab_runner::train::{Spec, WEIGHTS, prepare};
use advlab_runner::{Ending, recipes};
use anyhow::Result;

use crate::arguments::{DataArgs, OutArgs, one_of, surroundings};
use crate::exit::{Outcome, WhileRunning, say};

/// Train a net: a checkpoint, curves and weights in a results folder
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What to train: shallow, deep, cnn, objects, or a TOML file with a table `model` (hidden or layers, activation,
    /// output) and, if need be, tables `training` and `data`
    #[arg(long)]
    model: String,
    #[command(flatten)]
    data: DataArgs,
    /// Widths of the hidden layers, such as 100,100
    #[arg(long, value_delimiter = ',', value_name = "WIDTHS")]
    hidden: Option<Vec<i64>>,
    /// Between layers: sigmoid, tanh or relu
    #[arg(long, value_parser = |text: &str| one_of::<Activation, 3>(text, ["sigmoid", "tanh", "relu"]))]
    activation: Option<Activation>,
    /// After the last layer: sigmoid or softmax
    #[arg(long, value_parser = |text: &str| one_of::<Output, 2>(text, ["sigmoid", "softmax"]))]
    output: Option<Output>,
    /// Passes over the training pictures
    #[arg(long)]
    epochs: Option<u32>,
    /// Pictures a step
    #[arg(long)]
    batch: Option<usize>,
    /// What is minimised: quadratic or cross-entropy
    #[arg(long, value_parser = |text: &str| one_of::<Cost, 2>(text, Cost::NAMES))]
    cost: Option<Cost>,
    /// How it steps: sgd, momentum or adam
    #[arg(long, value_parser = |text: &str| one_of::<TrainOptimizer, 3>(text, TrainOptimizer::NAMES))]
    optimizer: Option<TrainOptimizer>,
    /// Step size
    #[arg(long, allow_negative_numbers = true)]
    rate: Option<f64>,
    /// How the step size changes: constant, cosine or one-cycle
    #[arg(long, value_parser = |text: &str| one_of::<Schedule, 3>(text, Schedule::NAMES))]
    schedule: Option<Schedule>,
    /// Weight decay
    #[arg(long, allow_negative_numbers = true)]
    decay: Option<f64>,
    /// Seed of the start weights and of everything drawn while training
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where to run: auto, cpu, cuda or cuda:N
    #[arg(long, default_value_t)]
    device: Device,
    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    out: OutArgs,
}

impl Args {
    /// The recipe of the model, with what the flags change.
    fn spec(&self) -> Result<Spec> {
        let recipe = recipes::find(&self.model)?;
        let mut model: ModelSpec = recipe.model.clone();
        if let Some(hidden) = &self.hidden {
            if model.layers.is_empty() {
                model.hidden.clone_from(hidden);
            } else {
                // The dense layers of a convolutional net, in place of its own.
                model.layers.retain(|layer| !matches!(layer, LayerSpec::Dense(_)));
                model.layers.extend(hidden.iter().copied().map(LayerSpec::Dense));
            }
        }
        model.activation = self.activation.unwrap_or(model.activation);
        model.output = self.output.unwrap_or(model.output);
        let own = recipe.training();
        let training = TrainSpec {
            epochs: self.epochs.unwrap_or(own.epochs),
            batch: self.batch.unwrap_or(own.batch),
            cost: self.cost.unwrap_or(own.cost),
            optimizer: self.optimizer.unwrap_or(own.optimizer),
            rate: self.rate.unwrap_or(own.rate),
            schedule: self.schedule.unwrap_or(own.schedule),
            decay: self.decay.unwrap_or(own.decay),
            ..own
        };
        let data = self.data.spec(recipe.data);
        Ok(Spec { name: recipe.name, model, training, data, seed: self.seed, device: self.device })
    }
}

pub(crate) fn run(args: Args, stop: &Stop, out: &mut dyn Write) -> Result<Outcome> {
    let spec = args.spec()?;
    let folder = args.out.folder(&format!("train-{}-{}", spec.name, spec.seed));
    let prepared = prepare(&spec, folder, args.out.existing(), &surroundings(stop))?;
    let report = prepared.run().map_err(|error| error.context(WhileRunning))?;
    let place = report.folder.display();
    if args.json {
        let text = serde_json::json!({"folder": report.folder, "history": report.history});
        writeln!(out, "{text}")?;
    } else if let Some(last) = report.history.last() {
        let seconds: f64 = report.history.iter().map(|epoch| epoch.seconds).sum();
        writeln!(out, "{}: {}", spec.name, spec.model.text())?;
        writeln!(
            out,
            "{} epochs in {seconds:.0} s: cost {:.4}, right on training pictures {:.2} %, on test pictures {:.2} %",
            last.epoch,
            last.loss,
            100.0 * last.train_accuracy,
            100.0 * last.test_accuracy
        )?;
        writeln!(out, "weights: {place}/{WEIGHTS}\ncurves:  {place}/curves.png")?;
    }
    if report.was_finished {
        say("note: this training was finished before; nothing was left to do");
    }
    if report.ending == Ending::Stopped {
        let kept = match report.history.last() {
            Some(last) => format!("the checkpoint of epoch {} is kept", last.epoch),
            None => "no epoch was whole yet".to_owned(),
        };
        say(&format!("stopped; {kept}. Go on with the same command and --out {place} --resume"));
        return Ok(Outcome::Short);
    }
    Ok(Outcome::Done)
}
