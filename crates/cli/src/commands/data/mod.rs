//! `advlab data`: folders of pictures made, and looked at.

mod check;
mod draw;
mod prepare;

use std::io::Write;

use advlab_core::Stop;
use anyhow::Result;

use crate::exit::Outcome;

/// Pictures to data sets: cut, rotate and split wide-field pictures; find leaks in folders of others; draw pictures to try it on
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Prepare(prepare::Args),
    Check(check::Args),
    Draw(draw::Args),
}

pub(crate) fn run(args: Args, stop: &Stop, out: &mut dyn Write) -> Result<Outcome> {
    match args.command {
        Command::Prepare(args) => prepare::run(args, stop, out),
        Command::Check(args) => check::run(args, stop, out),
        Command::Draw(args) => draw::run(args, stop, out),
    }
}
