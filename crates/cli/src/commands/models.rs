//! `advlab models`: what there is.

use std::io::Write;

use advlab_model_zoo::embedded;
use anyhow::Result;

use crate::exit::Outcome;

/// List the nets that come with advlab: architecture, accuracy, how each was trained
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: Args, out: &mut dyn Write) -> Result<Outcome> {
    if args.json {
        let cards = embedded().iter().map(|entry| {
            let card = entry.card()?;
            Ok(serde_json::json!({"name": entry.name, "architecture": card.spec.text(), "card": card}))
        });
        writeln!(out, "{}", serde_json::Value::from(cards.collect::<Result<Vec<_>>>()?))?;
        return Ok(Outcome::Done);
    }
    for entry in embedded() {
        let (net, card) = (entry.net()?, entry.card()?);
        writeln!(out, "{}: {}", entry.name, entry.what)?;
        writeln!(out, "  net       {} ({} weights)", card.spec.text(), net.n_parameters())?;
        if let Some(training) = &card.training {
            let spec = &training.spec;
            writeln!(
                out,
                "  accuracy  {:.2} % on the test pictures of {}",
                100.0 * training.test_accuracy,
                training.data
            )?;
            let cost = serde_json::to_value(spec.cost)?;
            let optimizer = serde_json::to_value(spec.optimizer)?;
            writeln!(
                out,
                "  training  {} epochs of {} at rate {}, batch {}, decay {}, {} cost, seed {}",
                training.epochs,
                optimizer.as_str().unwrap_or_default(),
                spec.rate,
                spec.batch,
                spec.decay,
                cost.as_str().unwrap_or_default(),
                training.seed
            )?;
        }
        writeln!(out, "  from      comes with advlab; `advlab run experiments/embedded-nets.toml` trains it again")?;
    }
    writeln!(out, "A net of your own: --model FILE.safetensors, or --model FILE.pt --input-shape CxHxW (TorchScript)")?;
    Ok(Outcome::Done)
}
