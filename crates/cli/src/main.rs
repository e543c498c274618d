//! `advlab`: argument text to specs, one file for each subcommand.

mod arguments;
mod commands;
mod exit;

use std::io::Write as _;
use std::process::ExitCode;

use advlab_core::{Stop, keep_freed_memory};
use clap::Parser as _;

use crate::arguments::{Arguments, Command};
use crate::exit::Outcome;

fn main() -> ExitCode {
    keep_freed_memory();
    let arguments = Arguments::parse();
    let stop = Stop::default();
    let asked = stop.clone();
    // A second Ctrl-C ends the program at once, for whoever cannot wait for the files to be written.
    let handler = ctrlc::set_handler(move || {
        if asked.asked() {
            // Without libtorch's own tidying up, which the main thread, still at work in it, would not survive.
            signal_hook::low_level::exit(130);
        }
        asked.ask();
        exit::say("\nstopping; press Ctrl-C again to stop at once");
    });
    if let Err(error) = handler {
        exit::say(&format!("warning: Ctrl-C will not be noticed: {error}"));
    }
    let mut out = std::io::stdout().lock();
    let outcome = match arguments.command {
        Command::Generate(args) => commands::generate::run(args, &stop, &mut out),
        Command::Perturb(args) => commands::perturb::run(args, &stop, &mut out),
        Command::Basis(args) => commands::basis::run(args, &stop, &mut out),
        Command::Train(args) => commands::train::run(args, &stop, &mut out),
        Command::Eval(args) => commands::eval::run(args, &stop, &mut out),
        Command::Run(args) => commands::run::run(args, &stop, &mut out),
        Command::Report(args) => commands::report::run(args, &mut out),
        Command::Models(args) => commands::models::run(args, &stop, &mut out),
        Command::Export(args) => commands::export::run(args, &mut out),
        Command::Data(args) => commands::data::run(args, &stop, &mut out),
        Command::Doctor(args) => commands::doctor::run(args, &mut out),
    };
    let outcome = outcome.and_then(|outcome| {
        out.flush()?;
        Ok(outcome)
    });
    match outcome {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Short) => ExitCode::from(1),
        Err(error) => exit::explain(&error),
    }
}
