//! `run.json`: what was asked, on what, by what, and what came of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime};

use advlab_core::Stop;
use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

use crate::clock::{seconds_since, utc};
use crate::machine::{self, Source};
use crate::progress::Progress;
use crate::shard::Shard;

/// What surrounds a run and is no part of its spec.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// The command as it was typed, for the record.
    pub command: String,
    /// Raised by Ctrl-C.
    pub stop: Stop,
    /// How to show how far it is.
    pub progress: Progress,
    /// Most pieces of work side by side; unset takes as many as there are cores.
    pub jobs: Option<usize>,
    /// The part of a study's cells to do; unset is all of them.
    pub shard: Option<Shard>,
}

impl Surroundings {
    /// Those of a whole run.
    pub fn new(command: impl Into<String>, stop: Stop, progress: Progress) -> Self {
        Self { command: command.into(), stop, progress, jobs: None, shard: None }
    }
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// All that was asked for.
    Complete,
    /// Ran to its end without reaching all that was asked for.
    Short,
    /// Someone asked it to stop.
    Stopped,
}

/// What a run came to.
#[derive(Debug)]
pub struct Report<S> {
    /// Numbers.
    pub summary: S,
    /// Where the results are.
    pub folder: PathBuf,
    /// How it ended.
    pub ending: Ending,
    /// Whether it had ended so before, and nothing was left to do.
    pub was_finished: bool,
}

/// State of a run, as `run.json` tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum State {
    /// At work, or killed at it.
    Running,
    /// Asked to stop; `--resume` goes on.
    Stopped,
    /// At its end.
    Finished,
}

/// Name of a record in a results folder.
pub(crate) const RECORD: &str = "run.json";
impl State {
    /// As people read it.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Stopped => "stopped",
            Self::Finished => "finished",
        }
    }
}

/// The file `run.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Record {
    /// Version of advlab.
    pub advlab: String,
    /// The command as it was typed.
    pub command: String,
    /// What kind of run.
    pub kind: String,
    /// How far it came.
    pub state: State,
    /// Every setting, as resolved.
    pub spec: serde_json::Value,
    /// Model, data: names, origins and SHA-256 sums.
    #[serde(default)]
    pub inputs: BTreeMap<String, serde_json::Value>,
    /// Versions, device, threads, processor, cores, cards, operating system.
    #[serde(default)]
    pub machine: BTreeMap<String, String>,
    /// SHA-256 of the program's file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program_sha256: Option<String>,
    /// Revision of the directory that it was started in, where git keeps one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// Warnings that were shown before the work began.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// When it began, in UTC.
    pub started: String,
    /// Wall-clock seconds of the last stretch of work.
    pub seconds: f64,
    /// What came of it.
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    pub result: serde_json::Value,
}

impl Record {
    pub(crate) fn new(kind: &str, surroundings: &Surroundings, spec: &impl Serialize, device: tch::Device) -> Self {
        Self {
            advlab: env!("CARGO_PKG_VERSION").to_owned(),
            command: surroundings.command.clone(),
            kind: kind.to_owned(),
            state: State::Running,
            spec: serde_json::to_value(spec).expect("a spec is plain data"),
            inputs: BTreeMap::new(),
            machine: machine::facts(device),
            program_sha256: machine::program_sha256().map(str::to_owned),
            source: machine::source().cloned(),
            warnings: Vec::new(),
            started: utc(SystemTime::now()),
            seconds: 0.0,
            result: serde_json::Value::Null,
        }
    }

    /// The record of the run in a folder.
    ///
    /// # Errors
    /// No record; one that this version cannot read.
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        let file = folder.join(RECORD);
        let text = fs::read_to_string(&file).with_context(|| format!("{} holds no {RECORD}", folder.display()))?;
        serde_json::from_str(&text)
            .with_context(|| format!("{} is not a run that this version of advlab can read", file.display()))
    }

    /// Notes an input.
    pub(crate) fn input(&mut self, role: &str, value: serde_json::Value) {
        self.inputs.insert(role.to_owned(), value);
    }

    /// The record at the end of a stretch of work.
    pub(crate) fn ended(mut self, ending: Ending, began: Instant, result: serde_json::Value) -> Self {
        self.state = if ending == Ending::Stopped { State::Stopped } else { State::Finished };
        self.seconds = seconds_since(began);
        self.result = result;
        self
    }
}
