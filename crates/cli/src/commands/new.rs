//! `advlab new`: a commented file to start from.

use std::io::Write;

use advlab_runner::experiment::{template, templates};
use anyhow::Result;

use crate::exit::Outcome;

/// Print a commented experiment file to start from: `advlab new KIND > my.toml`; it can be run as it is
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Kind of file; without one, they are listed
    kind: Option<String>,
}

pub(crate) fn run(args: &Args, out: &mut dyn Write) -> Result<Outcome> {
    match &args.kind {
        Some(kind) => write!(out, "{}", template(kind)?)?,
        None => {
            for (name, about) in templates() {
                writeln!(out, "{name:<22}{about}")?;
            }
        }
    }
    Ok(Outcome::Done)
}
