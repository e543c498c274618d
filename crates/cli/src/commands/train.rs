//! `advlab train`: a net from data.

use std::io::Write;

use advlab_core::{Activation, Device, InputShape, Stop};
use advlab_model_zoo::{
    Augment, Border, Cost, EarlyStop, LayerSpec, ModelSpec, Output, Schedule, TrainOptimizer, TrainSpec,
};
use advlab_runner::train::{Spec, WEIGHTS, prepare};
use advlab_runner::{Ending, recipes, runs};
use anyhow::Result;

use crate::arguments::{DataArgs, OutArgs, one_of, surroundings};
use crate::exit::{Outcome, WhileRunning, say};

/// Train a net: a checkpoint, curves and weights in a results folder
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What to train: shallow, deep, cnn, objects, cells-cnn, cells-cnn-deep, cells-alexnet, or a TOML file with a table `model`
    /// (hidden or layers, activation, output) and, if need be, tables `training` and `data`
    #[arg(long)]
    model: String,
    #[command(flatten)]
    data: DataArgs,
    /// Train so many times, with seeds one after the other: a table, box plots, curves with bands
    #[arg(long, value_name = "N")]
    runs: Option<usize>,
    /// Side of the square pictures that the net shall take; poolings that do not fit them are left out
    #[arg(long, value_name = "PIXELS", value_parser = clap::value_parser!(i64).range(8..=4096))]
    size: Option<i64>,
    /// Shape of the pictures that the net shall take, such as 1x128x128 for grey ones
    #[arg(long, value_name = "CxHxW", conflicts_with = "size")]
    input_shape: Option<InputShape>,
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
    /// What is minimised: quadratic, cross-entropy or signs (raw scores of +1 and −1)
    #[arg(long, value_parser = |text: &str| one_of::<Cost, 3>(text, Cost::NAMES))]
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
    /// Weight decay as a term of what is minimised: this times the sum of all squared weights
    #[arg(long, allow_negative_numbers = true)]
    l2: Option<f64>,
    /// Layers in half precision where that does no harm (CUDA alone)
    #[arg(long)]
    mixed_precision: bool,
    #[command(flatten)]
    early: EarlyArgs,
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
    // The last, since what follows a heading stands below it.
    #[command(flatten)]
    changes: ChangeArgs,
}

/// Random changes of the training pictures, drawn anew in every epoch.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Random changes of the training pictures")]
struct ChangeArgs {
    /// Shift by up to so many pixels
    #[arg(long, value_name = "PIXELS")]
    shift: Option<f64>,
    /// Rotate by up to so many degrees
    #[arg(long, value_name = "DEGREES")]
    rotate: Option<f64>,
    /// Make larger or smaller by up to this share
    #[arg(long, value_name = "SHARE")]
    scale: Option<f64>,
    /// Change left and right over
    #[arg(long)]
    mirror: bool,
    /// Turn by 0, 90, 180 or 270 degrees
    #[arg(long)]
    turn: bool,
    /// What comes in from outside: black, or reflect for the picture again
    #[arg(long, value_parser = |text: &str| one_of::<Border, 2>(text, Border::NAMES))]
    border: Option<Border>,
}

impl ChangeArgs {
    /// What the flags ask for on top of what the recipe does; none if neither changes anything.
    fn on(&self, own: Option<Augment>) -> Option<Augment> {
        let base = own.unwrap_or_default();
        let changed = Augment {
            shift: self.shift.unwrap_or(base.shift),
            rotate: self.rotate.unwrap_or(base.rotate),
            scale: self.scale.unwrap_or(base.scale),
            mirror: self.mirror || base.mirror,
            turn: self.turn || base.turn,
            border: self.border.unwrap_or(base.border),
        };
        (own.is_some() || changed != Augment::default()).then_some(changed)
    }
}

/// Whether to end before the last epoch.
#[derive(Debug, clap::Args)]
struct EarlyArgs {
    /// Hold training pictures back, end when their cost has not fallen for N epochs, and keep the best epoch
    #[arg(long, value_name = "N")]
    early_stop: Option<u32>,
    /// Share of the training pictures held back for --early-stop
    #[arg(long, value_name = "SHARE", default_value_t = 0.1, requires = "early_stop")]
    hold_back: f64,
}

impl Args {
    /// The recipe of the model, with what the flags change.
    fn spec(&self) -> Result<Spec> {
        let recipe = recipes::find(&self.model)?;
        let mut model: ModelSpec = recipe.model.clone();
        let square = self.size.map(|side| InputShape { height: side, width: side, ..model.input });
        if let Some(input) = self.input_shape.or(square) {
            model = model.for_input(input);
        }
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
            l2: self.l2.unwrap_or(own.l2),
            mixed_precision: self.mixed_precision || own.mixed_precision,
            augment: self.changes.on(own.augment),
            early_stop: match self.early.early_stop {
                Some(patience) => Some(EarlyStop { share: self.early.hold_back, patience }),
                None => own.early_stop,
            },
            ..own
        };
        let data = self.data.spec(recipe.data);
        Ok(Spec { name: recipe.name, model, training, data, seed: self.seed, device: self.device })
    }
}

pub(crate) fn run(args: Args, stop: &Stop, out: &mut dyn Write) -> Result<Outcome> {
    let spec = args.spec()?;
    if let Some(runs) = args.runs {
        return run_many(&args, runs::Spec { training: spec, runs }, stop, out);
    }
    let folder = args.out.folder(&format!("train-{}-{}", spec.name, spec.seed));
    let prepared = prepare(&spec, folder, args.out.existing(), &surroundings(stop))?;
    let report = prepared.run().map_err(|error| error.context(WhileRunning))?;
    let place = report.folder.display();
    if args.json {
        let text = serde_json::json!({"folder": report.folder, "history": report.history});
        writeln!(out, "{text}")?;
    } else if let Some(kept) = report.kept() {
        let seconds: f64 = report.history.iter().map(|epoch| epoch.seconds).sum();
        writeln!(out, "{}: {}", spec.name, report.architecture)?;
        let epochs = match report.history.len() {
            epochs if epochs == kept.epoch as usize => format!("{epochs} epochs"),
            epochs => format!("{epochs} epochs, of which {} was the best,", kept.epoch),
        };
        writeln!(
            out,
            "{epochs} in {seconds:.0} s: cost {:.4}, right on training pictures {:.2} %, on test pictures {:.2} %",
            kept.loss,
            100.0 * kept.train_accuracy,
            100.0 * kept.test_accuracy
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

fn run_many(args: &Args, spec: runs::Spec, stop: &Stop, out: &mut dyn Write) -> Result<Outcome> {
    let folder = args.out.folder(&format!("train-{}-{}-runs", spec.training.name, spec.runs));
    let prepared = runs::prepare(&spec, folder, args.out.existing(), &surroundings(stop))?;
    let report = prepared.run().map_err(|error| error.context(WhileRunning))?;
    let place = report.folder.display();
    if report.ending == Ending::Stopped {
        say(&format!("stopped; whole epochs are kept. Go on with the same command and --out {place} --resume"));
        return Ok(Outcome::Short);
    }
    if args.json {
        writeln!(out, "{}", serde_json::json!({"folder": report.folder, "runs": report.runs}))?;
    } else {
        writeln!(out, "{}: {}\n\n{}", spec.training.name, report.architecture, report.shown)?;
        writeln!(
            out,
            "table:   {place}/runs.csv\nfigures: {place}/accuracy.png, {place}/curves.png\nnets:    {place}/runs/"
        )?;
    }
    Ok(Outcome::Done)
}
