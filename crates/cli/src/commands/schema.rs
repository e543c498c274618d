//! `advlab schema`: what experiment files may say, for editors and for people.

use std::io::Write;

use advlab_runner::experiment::{Kind, schema_of_all, settings_page};
use anyhow::Result;

use crate::exit::Outcome;

/// Print what experiment files may say: a JSON Schema for editors, or a page of all settings
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Kind of file [default: all of them, told apart by `kind`]
    #[arg(conflicts_with = "settings")]
    kind: Option<String>,
    /// A Markdown page of every setting of every kind, in place of the schema
    #[arg(long)]
    settings: bool,
}

pub(crate) fn run(args: &Args, out: &mut dyn Write) -> Result<Outcome> {
    if args.settings {
        write!(out, "{}", settings_page())?;
        return Ok(Outcome::Done);
    }
    let schema = match &args.kind {
        Some(kind) => Kind::wanted(kind)?.schema(),
        None => schema_of_all(),
    };
    writeln!(out, "{}", serde_json::to_string_pretty(&schema)?)?;
    Ok(Outcome::Done)
}
