//! `advlab models`: what there is, and what can be fetched.

use std::io::Write;

use advlab_core::Stop;
use advlab_datasets::Places;
use advlab_model_zoo::{Came, Embedded, TrainSpec, embedded, vision};
use advlab_runner::{Progress, pull};
use anyhow::Result;
use serde_json::{Value, json};

use crate::exit::{Outcome, WhileRunning};

/// List the nets there are: architecture, accuracy, how each was trained; or fetch one trained on ImageNet
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    /// Print as JSON
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Fetch the weights of nets trained on ImageNet, such as resnet18; see `advlab models` for their names
    Pull {
        /// Names of the nets
        #[arg(required = true, value_name = "NET")]
        nets: Vec<String>,
    },
}

pub(crate) fn run(args: Args, stop: &Stop, out: &mut dyn Write) -> Result<Outcome> {
    match args.command {
        Some(Command::Pull { nets }) => fetch(&nets, args.json, stop, out),
        None if args.json => list_json(out),
        None => list(out),
    }
}

fn fetch(nets: &[String], json: bool, stop: &Stop, out: &mut dyn Write) -> Result<Outcome> {
    for net in pull::named(nets)? {
        let done = pull::pull(net, stop, Progress::Shown).map_err(|error| error.context(WhileRunning))?;
        if json {
            writeln!(out, "{}", json!({"name": net.name, "file": done.file, "was_here": done.came == Came::Here}))?;
        } else {
            let what = match done.came {
                Came::Here => "is here, and its checksum is right",
                Came::Fetched => "fetched",
                Came::Mended => "was damaged, fetched again",
            };
            writeln!(out, "{} {what}: {}", net.name, done.file.display())?;
        }
    }
    Ok(Outcome::Done)
}

fn list_json(out: &mut dyn Write) -> Result<Outcome> {
    let own = embedded().iter().map(|entry| {
        let card = entry.card()?;
        Ok(json!({"name": entry.name, "architecture": card.spec.text(), "card": card}))
    });
    let places = Places::of_process(None);
    let published = vision().iter().map(|entry| {
        let file = entry.find(&places);
        let whole = file.as_deref().map(|file| entry.has_its_size(file));
        Ok(json!({"name": entry.name, "architecture": entry.what, "megabytes": entry.megabytes, "top1": entry.top1,
                  "file": file, "whole": whole}))
    });
    writeln!(out, "{}", Value::from(own.chain(published).collect::<Result<Vec<_>>>()?))?;
    Ok(Outcome::Done)
}

fn list(out: &mut dyn Write) -> Result<Outcome> {
    for entry in embedded() {
        describe(entry, out)?;
    }
    let places = Places::of_process(None);
    writeln!(out, "Trained on ImageNet, 3x224x224, 1000 classes; `advlab models pull NAME` fetches one:")?;
    for entry in vision() {
        // Its size alone is looked at: the sum of half a gigabyte takes a while, and opening the net or pulling it checks that.
        let here = match entry.find(&places) {
            Some(file) if entry.has_its_size(&file) => "here",
            Some(_) => "here but damaged, to be pulled again",
            None => "not fetched",
        };
        writeln!(
            out,
            "  {:16} {:6.1} million weights, {:3} MB, {:.1} % right, {here} ({})",
            entry.name, entry.millions, entry.megabytes, entry.top1, entry.what
        )?;
    }
    writeln!(out, "A net of your own: --model FILE.safetensors, or --model FILE.pt --input-shape CxHxW (TorchScript)")?;
    Ok(Outcome::Done)
}

fn describe(entry: &Embedded, out: &mut dyn Write) -> Result<()> {
    let (net, card) = (entry.net()?, entry.card()?);
    writeln!(out, "{}: {}", entry.name, entry.what)?;
    writeln!(out, "  net       {} ({} weights)", card.spec.text(), net.n_parameters())?;
    if let Some(training) = &card.training {
        let accuracy = 100.0 * training.test_accuracy;
        writeln!(out, "  accuracy  {accuracy:.2} % on the test pictures of {}", training.data)?;
        writeln!(out, "  training  {} epochs {}, seed {}", training.epochs, settings(&training.spec)?, training.seed)?;
    }
    writeln!(out, "  from      comes with advlab; `advlab run experiments/embedded-nets.toml` trains it again")?;
    Ok(())
}

/// How a net was trained, in words.
fn settings(spec: &TrainSpec) -> Result<String> {
    let (cost, optimizer) = (serde_json::to_value(spec.cost)?, serde_json::to_value(spec.optimizer)?);
    Ok(format!(
        "of {} at rate {}, batch {}, decay {}, {} cost",
        optimizer.as_str().unwrap_or_default(),
        spec.rate,
        spec.batch,
        spec.decay,
        cost.as_str().unwrap_or_default()
    ))
}
