//! How the program ends: 0 done; 1 ran, but not everything asked for was reached; 2 could not start.

use std::io;
use std::process::ExitCode;

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
    let causes = error.chain().map(ToString::to_string).filter(|text| text != "while running");
    let mut parts: Vec<String> = Vec::new();
    for cause in causes {
        // A cause that the sentence before it already ends with would be said twice.
        if !parts.last().is_some_and(|before| before.ends_with(&cause)) {
            parts.push(cause);
        }
    }
    eprintln!("error: {}", parts.join(": "));
    if error.chain().any(|cause| cause.downcast_ref::<io::Error>().is_some_and(is_disk_full)) {
        eprintln!("hint: what is done is kept; make room and run the same command with --resume");
    }
    ExitCode::from(if ran { 1 } else { 2 })
}

fn is_disk_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}
