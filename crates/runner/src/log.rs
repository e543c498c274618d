//! The log of a run, `log.txt` in its results folder: when what was begun and finished, warnings, errors.
//!
//! It is for the process as a whole: what is said before there is a folder waits for it, and the first folder that is opened has the
//! log. A log that cannot be written is done without.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};

use tracing::level_filters::LevelFilter;
use tracing::{error, info, warn};
use tracing_subscriber::filter::{Targets, filter_fn};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, fmt};

/// Name of the file.
pub(crate) const LOG: &str = "log.txt";

/// What stderr has heard in plain words already has this target.
const SAID: &str = "advlab::said";

/// Bytes that wait for a folder at most.
const MOST_WAITING: usize = 1 << 20;

/// Where the log goes.
#[derive(Debug)]
enum Sink {
    Waiting {
        text: Vec<u8>,
        /// The folder that gets it, where that is not the first to be opened.
        folder: Option<PathBuf>,
    },
    File(File),
    Nowhere,
}

/// There is none until [`keep`]: whoever uses this crate as a library has no log.
static SINK: OnceLock<Mutex<Sink>> = OnceLock::new();

/// Keeps a log from now on; `verbose` shows it on stderr as well.
pub fn keep(verbose: bool) {
    if SINK.set(Mutex::new(Sink::Waiting { text: Vec::new(), folder: None })).is_err() {
        return;
    }
    let kept = fmt::layer().with_ansi(false).with_target(false).with_writer(|| ToSink);
    let shown = verbose.then(|| {
        let plain = fmt::layer().with_ansi(false).with_target(false).with_writer(io::stderr);
        plain.with_filter(filter_fn(|data| data.target() != SAID))
    });
    let ours = Targets::new().with_target("advlab", LevelFilter::INFO);
    // Another subscriber, if ever there is one, is no reason to fail.
    let _ = tracing_subscriber::registry().with(shown).with(kept).with(ours).try_init();
}

/// Notes what someone else has told the user on stderr.
pub fn said(text: &str) {
    let text = text.trim();
    match text.split_once(": ") {
        Some(("error", text)) => error!(target: SAID, "{text}"),
        Some(("warning", text)) => warn!(target: SAID, "{text}"),
        _ => info!(target: SAID, "{text}"),
    }
}

/// Notes what was begun or finished.
pub fn note(text: &str) {
    info!("{text}");
}

/// The log is to be in this folder, whichever is opened first: several runs lie in it.
pub(crate) fn belongs_to(place: &Path) {
    if let Some(Ok(mut sink)) = SINK.get().map(Mutex::lock)
        && let Sink::Waiting { folder, .. } = &mut *sink
    {
        *folder = Some(place.to_owned());
    }
}

/// From now on the log goes to the end of this folder's file, what waits first. A folder that comes later does not get it.
pub(crate) fn goes_to(opened: &Path) {
    let Some(sink) = SINK.get() else { return };
    let Ok(mut sink) = sink.lock() else { return };
    let Sink::Waiting { text, folder } = &*sink else { return };
    let file = folder.as_deref().unwrap_or(opened).join(LOG);
    let begun = OpenOptions::new()
        .create(true)
        .append(true)
        .open(file)
        .and_then(|mut file| file.write_all(text).map(|()| file));
    *sink = begun.map_or(Sink::Nowhere, Sink::File);
}

struct ToSink;

impl Write for ToSink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(Ok(mut sink)) = SINK.get().map(Mutex::lock) {
            match &mut *sink {
                Sink::Waiting { text, .. } if text.len() + bytes.len() <= MOST_WAITING => text.extend_from_slice(bytes),
                Sink::Waiting { .. } | Sink::Nowhere => {}
                Sink::File(file) => {
                    if file.write_all(bytes).is_err() {
                        *sink = Sink::Nowhere; // a full disk is told by whatever needs it
                    }
                }
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
