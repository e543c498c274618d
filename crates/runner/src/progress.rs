//! Bars on a terminal, nothing elsewhere; and notes.

use std::collections::BTreeSet;
use std::io::{IsTerminal as _, Write as _};
use std::sync::Mutex;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::log;

/// How long work shows how far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Bars on stderr, if it is a terminal.
    Shown,
    /// Nothing.
    Hidden,
}

/// Shows on a bar of bytes how far a download is.
pub(crate) fn transfers(bar: &ProgressBar) -> advlab_datasets::download::Progress {
    let told = bar.clone();
    advlab_datasets::download::Progress::new(move |transfer| {
        if let Some(total) = transfer.total {
            told.set_length(total);
        }
        told.set_message(transfer.file.clone());
        told.set_position(transfer.bytes);
    })
}

impl Progress {
    /// A bar of this many steps.
    pub(crate) fn bar(self, len: u64, what: &str) -> ProgressBar {
        let bar = ProgressBar::with_draw_target(Some(len), self.target());
        bar.set_style(
            ProgressStyle::with_template("{prefix:24} {bar:32} {pos}/{len} {msg} {eta_precise}")
                .expect("the template is fixed")
                .progress_chars("━╸─"),
        );
        bar.set_prefix(what.to_owned());
        bar.enable_steady_tick(Duration::from_millis(200));
        bar
    }

    /// A bar of bytes.
    pub(crate) fn bytes(self, what: &str) -> ProgressBar {
        let bar = ProgressBar::with_draw_target(None, self.target());
        bar.set_style(
            ProgressStyle::with_template("{prefix:24} {bar:32} {bytes}/{total_bytes} {bytes_per_sec} {eta_precise}")
                .expect("the template is fixed")
                .progress_chars("━╸─"),
        );
        bar.set_prefix(what.to_owned());
        bar
    }

    /// Tells the user something on stderr. What was said once is not said again: both halves of a data set have it to say.
    pub(crate) fn note(self, text: &str) {
        static SAID: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
        let is_new = SAID.lock().is_ok_and(|mut said| said.insert(text.to_owned()));
        if self == Self::Shown && is_new {
            let _ = writeln!(std::io::stderr(), "note: {text}"); // one who no longer listens is no reason to panic
            log::said(&format!("note: {text}"));
        }
    }

    fn target(self) -> ProgressDrawTarget {
        if self == Self::Shown && std::io::stderr().is_terminal() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        }
    }
}
