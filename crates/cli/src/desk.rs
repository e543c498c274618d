//! What every command does around its own work: where results go, what is said before and after it, JSON or words.

use std::fmt::Display;
use std::io::Write;
use std::path::{Path, PathBuf};

use advlab_core::Stop;
use advlab_runner::{Ending, Existing, Folder, Surroundings};
use anyhow::Result;
use serde::Serialize;

use crate::arguments::surroundings;
use crate::exit::{Outcome, WhileRunning, is_stop, say};

/// Where a command's results go, and how its user is told of them.
pub(crate) struct Desk<'a> {
    pub(crate) folder: PathBuf,
    pub(crate) existing: Existing,
    /// Whether the outcome is printed as JSON.
    pub(crate) json: bool,
    pub(crate) stop: &'a Stop,
    pub(crate) out: &'a mut dyn Write,
}

impl Desk<'_> {
    /// What a run needs of its surroundings.
    pub(crate) fn surroundings(&self) -> Surroundings {
        surroundings(self.stop)
    }

    /// Marks errors as those of a run that had begun; one that was stopped before it had a result is a stopped one in its record.
    pub(crate) fn ran<T>(&self, report: Result<T>) -> Result<T> {
        report.map_err(|error| {
            if is_stop(&error) {
                // A record that cannot be written says that the run was killed, which is not much worse.
                let _ = Folder::at(&self.folder).was_stopped();
            }
            error.context(WhileRunning)
        })
    }

    /// Prints an outcome: its numbers and the folder as JSON, or what `words` writes.
    pub(crate) fn tell<S: Serialize>(
        &mut self,
        summary: &S,
        folder: &Path,
        words: impl FnOnce(&mut dyn Write) -> Result<()>,
    ) -> Result<()> {
        if !self.json {
            return words(self.out);
        }
        let mut text = serde_json::to_value(summary)?;
        text["folder"] = serde_json::to_value(folder)?;
        Ok(writeln!(self.out, "{text}")?)
    }
}

/// Says what there is to say before a run.
pub(crate) fn warn(notes: &[String], warnings: impl IntoIterator<Item: Display>) {
    for note in notes {
        say(&format!("note: {note}"));
    }
    for warning in warnings {
        say(&format!("warning: {warning}"));
    }
}

/// What an ending means for the program's own; says so where nothing was left to do.
pub(crate) fn outcome(ending: Ending, was_finished: bool) -> Outcome {
    if was_finished {
        say("note: this run was finished before; nothing was left to do");
    }
    match ending {
        Ending::Complete => Outcome::Done,
        Ending::Short | Ending::Stopped => Outcome::Short,
    }
}

/// The name of a net for the folder of its results: that of its file.
pub(crate) fn stem(model: &str) -> String {
    Path::new(model).file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
