//! How the program ends: 0 done; 1 ran, but not everything asked for was reached; 2 could not start.

use std::io::{self, Write as _};
use std::process::ExitCode;

use advlab_runner::log;
use anyhow::Error;

/// How a command that did not fail ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// All that was asked for.
    Done,
    /// Not everything that was asked for.
    Short,
}

/// Marks an error that came up while running, after everything had been checked: exit code 1 in place of 2.
#[derive(Debug)]
pub(crate) struct WhileRunning;

impl std::fmt::Display for WhileRunning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("while running")
    }
}

/// Tells the user something on stderr. One who no longer listens is no reason to panic, as `eprintln` would.
pub(crate) fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
    log::said(text);
}

/// Says what went wrong in one line and picks the exit code.
pub(crate) fn explain(error: &Error) -> ExitCode {
    // A reader that has seen enough, such as `head`, is no error.
    if error
        .chain()
        .any(|cause| cause.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe))
    {
        return ExitCode::SUCCESS;
    }
    let ran = error.downcast_ref::<WhileRunning>().is_some();
    if is_stop(error) {
        let when = if ran { "before there was a result" } else { "while getting ready" };
        say(&format!("stopped {when}; run the same command to begin again"));
        return ExitCode::from(1);
    }
    let causes = error.chain().map(ToString::to_string).filter(|text| text != "while running");
    let mut parts: Vec<String> = Vec::new();
    for cause in causes {
        // A cause that the sentence before it already ends with would be said twice.
        if !parts.last().is_some_and(|before| before.ends_with(&cause)) {
            parts.push(cause);
        }
    }
    say(&format!("error: {}", parts.join(": ")));
    if error.chain().any(|cause| cause.downcast_ref::<io::Error>().is_some_and(is_disk_full)) {
        say("hint: what is done is kept; make room, and go on with the same command, --out and --resume");
    }
    ExitCode::from(if ran { 1 } else { 2 })
}

/// Whether it is no mistake but someone's wish to stop.
pub(crate) fn is_stop(error: &Error) -> bool {
    error.root_cause().to_string() == advlab_core::Error::Stopped.to_string()
}

fn is_disk_full(error: &io::Error) -> bool {
    use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge)
}
