//! `advlab models`: what there is, and what can be fetched.

use std::io::Write;

use advlab_core::{Layer, Stop};
use advlab_datasets::Places;
use advlab_model_zoo::{Came, Embedded, TrainSpec, embedded, vision};
use advlab_runner::{ModelChoice, Progress, pull};
use anyhow::Result;
use serde_json::{Value, json};

use crate::arguments::NetArgs;
use crate::exit::{Outcome, WhileRunning, say};

/// List the nets there are: architecture, accuracy, how each was trained; show one's layers; or fetch one trained on ImageNet
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
    /// Show what a net takes and gives, and its layers by name, whose activations can be read
    Show {
        /// Net: a name from `advlab models`, a .safetensors file of advlab, or a TorchScript file
        model: String,
        #[command(flatten)]
        net: NetArgs,
    },
}

pub(crate) fn run(args: Args, stop: &Stop, out: &mut dyn Write) -> Result<Outcome> {
    match args.command {
        Some(Command::Pull { nets }) => fetch(&nets, args.json, stop, out),
        Some(Command::Show { model, net }) => show(model, &net, args.json, out),
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

fn show(model: String, net: &NetArgs, json: bool, out: &mut dyn Write) -> Result<Outcome> {
    let (foreign, device) = net.foreign();
    let model = ModelChoice { model, foreign, device }.open()?;
    let net = model.net.as_ref();
    for remark in net.remarks() {
        say(&format!("warning: {}: {remark}", net.name()));
    }
    let published = vision().iter().find(|entry| entry.name == net.name() && model.card.is_none());
    let architecture =
        model.card.as_ref().map(|card| card.spec.text()).or(published.map(|entry| entry.what.to_owned()));
    let (layers, note) = (net.layers()?, net.layers_note());
    if json {
        let layer = |layer: &Layer| json!({"name": layer.name, "shape": layer.shape, "values": layer.len(), "is_scores": layer.is_scores});
        let facts = json!({"name": net.name(), "architecture": architecture, "from": model.origin, "sha256": model.sha256,
                           "parameters": model.n_parameters, "input": net.input().to_string(), "classes": net.classes(),
                           "scores": net.score_kind(), "layers": layers.iter().map(layer).collect::<Vec<_>>(), "note": note});
        writeln!(out, "{facts}")?;
        return Ok(Outcome::Done);
    }
    writeln!(out, "{}: {}", net.name(), architecture.as_deref().unwrap_or("TorchScript"))?;
    writeln!(out, "  input    {}", net.input())?;
    writeln!(out, "  classes  {}", net.classes().len())?;
    if let Some(parameters) = model.n_parameters {
        writeln!(out, "  weights  {parameters}")?;
    }
    writeln!(out, "  from     {}\n", model.origin)?;
    write_layers(out, &layers)?;
    if let Some(note) = note {
        writeln!(out, "note: {} has no other layers: {note}", net.name())?;
    }
    Ok(Outcome::Done)
}

/// A line for each layer: name, shape, number of values for a picture.
fn write_layers(out: &mut dyn Write, layers: &[Layer]) -> Result<()> {
    let rows: Vec<[String; 3]> =
        layers.iter().map(|layer| [layer.name.clone(), layer.shape_text(), layer.len().to_string()]).collect();
    let heads = ["layer", "shape", "values"];
    let widest = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths = [0, 1, 2].map(|column| widest(column).max(heads[column].len()));
    let heads = heads.map(str::to_owned);
    for row in [&heads].into_iter().chain(&rows) {
        writeln!(out, "  {:a$}  {:>b$}  {:>c$}", row[0], row[1], row[2], a = widths[0], b = widths[1], c = widths[2])?;
    }
    Ok(())
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
