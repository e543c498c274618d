//! `advlab doctor`: what this program runs on, and what is wrong with it.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::thread::available_parallelism;

use advlab_attacks::noise::{Job, NoiseParams};
use advlab_core::{CudaState, Device, Seed, Stop, cuda_state};
use advlab_datasets::{Places, Split, catalogue};
use advlab_model_zoo::{OpenOptions, embedded, open};
use anyhow::{Result, ensure};
use serde::Serialize;

use crate::LIBTORCH;
use crate::machine::Libtorch;

/// The class that each net is tried with.
const CLASS: i64 = 4;

/// One thing that was looked at.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// What was looked at.
    pub what: String,
    /// What was found.
    pub found: String,
    /// What is wrong with it and the remedy, if anything is.
    pub problem: Option<String>,
}

impl Finding {
    fn fine(what: &str, found: impl Into<String>) -> Self {
        Self { what: what.to_owned(), found: found.into(), problem: None }
    }

    fn wrong(what: &str, found: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { problem: Some(remedy.into()), ..Self::fine(what, found) }
    }
}

/// Looks at everything.
pub fn examine() -> Vec<Finding> {
    let mut findings = vec![program(), libtorch(), threads(), cuda()];
    findings.extend(data());
    findings.push(nets());
    findings
}

fn program() -> Finding {
    let place = std::env::current_exe().map_or_else(|error| error.to_string(), |path| path.display().to_string());
    Finding::fine("advlab", format!("{} at {place}", env!("CARGO_PKG_VERSION")))
}

fn libtorch() -> Finding {
    let used = Libtorch::in_use();
    let Some(folder) = &used.folder else {
        return Finding::fine("libtorch", format!("{LIBTORCH}, linked into the program"));
    };
    let (place, version) = (folder.display(), used.number());
    if !used.says_so {
        let found = format!("in {place}, which does not say its version; {LIBTORCH} is expected");
        return Finding::fine("libtorch", found);
    }
    if version == LIBTORCH {
        return Finding::fine("libtorch", format!("{version} in {place}"));
    }
    Finding::wrong(
        "libtorch",
        format!("{version} in {place}"),
        format!("this advlab is built for {LIBTORCH}; run `make setup` and build again, or mend LD_LIBRARY_PATH"),
    )
}

fn threads() -> Finding {
    let cores = available_parallelism().map_or(1, usize::from);
    let used = tch::get_num_threads();
    let found = format!("libtorch uses {used} of {cores} cores");
    if used as usize > cores {
        let remedy =
            "more threads than cores wait for each other; unset OMP_NUM_THREADS or set it to the number of cores";
        return Finding::wrong("threads", found, remedy);
    }
    Finding::fine("threads", found)
}

fn cuda() -> Finding {
    let has_card = Path::new("/proc/driver/nvidia/version").exists();
    match cuda_state() {
        state @ CudaState::Ready { .. } => Finding::fine("CUDA", state.to_string()),
        state @ CudaState::NotInstalled { .. } if has_card => {
            Finding::wrong("CUDA", "this machine has an NVIDIA card that is not used", state.to_string())
        }
        CudaState::NotInstalled { .. } => Finding::fine("CUDA", "none: no NVIDIA card, and libtorch without CUDA"),
        CudaState::NoDevice if !has_card => Finding::fine("CUDA", "no NVIDIA card"),
        state => Finding::wrong("CUDA", "not usable", state.to_string()),
    }
}

fn data() -> Vec<Finding> {
    let places = Places::of_process(None);
    let mut findings = Vec::new();
    if let Some(folder) = &places.env {
        let found = folder.display().to_string();
        findings.push(if folder.is_dir() {
            Finding::fine("ADVLAB_DATA", found)
        } else {
            Finding::wrong("ADVLAB_DATA", found, "there is no such folder; make it, or unset ADVLAB_DATA")
        });
    }
    findings.push(match &places.home {
        Some(folder) => Finding::fine("data folder", format!("{} ({})", folder.display(), size(folder))),
        None => Finding::wrong("data folder", "none", "this user has no home folder; set HOME, or give --data DIR"),
    });
    let mut by_hand = Vec::new();
    for entry in catalogue::entries() {
        let what = format!("data {}", entry.name);
        let found = [Split::Train, Split::Test].map(|split| places.folder_of(entry, split));
        findings.push(match found {
            [Ok(Some(train)), Ok(Some(_))] => Finding::fine(&what, train.display().to_string()),
            [Err(error), _] | [_, Err(error)] => Finding::wrong(&what, "cannot be used", error.to_string()),
            _ if entry.mirrors.is_empty() => {
                by_hand.push(entry.name);
                continue;
            }
            _ => Finding::fine(&what, "not here; fetched when first needed"),
        });
    }
    if !by_hand.is_empty() {
        findings.push(Finding::fine(
            "data by hand",
            format!("{}: not here, and without a public mirror", by_hand.join(", ")),
        ));
    }
    for drawn in catalogue::DRAWN {
        findings.push(Finding::fine(&format!("data {}", drawn.name()), "drawn by formula, needs nothing"));
    }
    findings
}

fn size(folder: &Path) -> String {
    fn bytes(folder: &Path) -> u64 {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        entries
            .filter_map(|entry| Some((entry.metadata().ok()?, entry.path())))
            .fold(0, |sum, (data, path)| sum + if data.is_dir() { bytes(&path) } else { data.len() })
    }
    match bytes(folder) {
        0 => "empty".to_owned(),
        bytes => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

/// Does the main job once, small, and looks at the result.
fn nets() -> Finding {
    let names: Vec<&str> = embedded().iter().map(|entry| entry.name).collect();
    let found = names.join(", ");
    match try_nets(&names) {
        Ok(()) => Finding::fine("nets", format!("{found}: each labels noise as its class {CLASS} after a few steps")),
        Err(error) => Finding::wrong("nets", found, format!("{error}; build advlab again")),
    }
}

fn try_nets(names: &[&str]) -> Result<()> {
    let device = Device::Auto.resolve()?;
    let noise = NoiseParams::default().check()?;
    for name in names {
        let model = open(name, &OpenOptions { foreign: Default::default(), device })?;
        let job = Job {
            net: &*model.net,
            class: CLASS,
            seed: Seed::new(0),
            wanted: 4,
            first_attempt: 0,
            max_attempts: 100,
            batch: 4,
            stop: &Stop::default(),
        };
        let tally = noise.run(&job, &mut |_, _| ControlFlow::Continue(()))?;
        ensure!(tally.successes == 4, "{name} cannot be made to label noise as its class {CLASS}");
    }
    Ok(())
}
