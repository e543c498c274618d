//! `advlab`: argument text to specs, one file for each subcommand.

mod arguments;
mod columns;
mod commands;
mod desk;
mod exit;

use std::io::Write as _;
use std::process::ExitCode;

use advlab_core::{Stop, keep_freed_memory};
use advlab_runner::log;
use clap::Parser as _;

use crate::arguments::{Arguments, Command, command_line};
use crate::exit::Outcome;

fn main() -> ExitCode {
    keep_freed_memory();
    let arguments = Arguments::parse();
    log::keep(arguments.verbose);
    log::note(&format!("begins: {}", command_line()));
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
        Command::Doubt(args) => commands::doubt::run(args, &stop, &mut out),
        Command::Norms(args) => commands::norms::run(args, &stop, &mut out),
        Command::Train(args) => commands::train::run(args, &stop, &mut out),
        Command::Eval(args) => commands::eval::run(args, &stop, &mut out),
        Command::Perceptron(args) => commands::perceptron::run(args, &stop, &mut out),
        Command::Slice(args) => commands::slice::run(args, &stop, &mut out),
        Command::Lyapunov(args) => commands::lyapunov::run(args, &stop, &mut out),
        Command::Run(args) => commands::run::run(args, &stop, &mut out),
        Command::Check(args) => commands::check::run(&args, &mut out),
        Command::New(args) => commands::new::run(&args, &mut out),
        Command::Schema(args) => commands::schema::run(&args, &mut out),
        Command::Merge(args) => commands::merge::run(args, &stop, &mut out),
        Command::Submit(args) => commands::submit::run(args, &mut out),
        Command::Status(args) => commands::status::run(args, &mut out),
        Command::Report(args) => commands::report::run(args, &mut out),
        Command::Models(args) => commands::models::run(args, &stop, &mut out),
        Command::Export(args) => commands::export::run(args, &mut out),
        Command::Data(args) => commands::data::run(args, &stop, &mut out),
        Command::List(args) => commands::list::run(args, &mut out),
        Command::Show(args) => commands::show::run(args, &mut out),
        Command::Diff(args) => commands::diff::run(args, &mut out),
        Command::Verify(args) => commands::verify::run(args, &stop, &mut out),
        Command::Doctor(args) => commands::doctor::run(args, &mut out),
    };
    let outcome = outcome.and_then(|outcome| {
        out.flush()?;
        Ok(outcome)
    });
    let (code, word) = match outcome {
        Ok(Outcome::Done) => (ExitCode::SUCCESS, "done"),
        Ok(Outcome::Short) => (ExitCode::from(1), "not all that was asked for"),
        Err(error) => (exit::explain(&error), "not done"),
    };
    log::note(&format!("ends: {word}"));
    code
}
