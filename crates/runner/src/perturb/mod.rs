//! `advlab perturb`: the smallest change of given pictures, into a results folder.

mod spec;

pub(crate) mod targets;

pub(crate) mod asking;
mod doubts;

mod names;
mod own_size;
mod written;

mod example;
mod parts;
mod search;
mod store;

pub(crate) mod figures;
mod line;
mod summary;

use std::path::PathBuf;
use std::time::Instant;

use advlab_attacks::perturb::Perturb;
use advlab_model_zoo::Model;
use anyhow::{Result, bail};
use serde_json::json;

use crate::folder::{Existing, Folder, Found};
use crate::inputs::Inputs;
use crate::labels;
use crate::record::{Ending, Record, Surroundings};
use crate::report;

pub use line::{Change, Line, OwnSizeLine};
pub use spec::{Spec, Wish};
pub use summary::{Share, Summary, Typical, Warning};

pub use figures::digits;

pub(crate) use names::triptych;

use asking::ask;
use parts::Parts;
use summary::Facts;
use targets::Rule;

/// Values of pictures in a block, where a batch is not larger: four photographs of 3x224x224. A block that is broken off is made
/// again, so it bounds what a stop can lose, and the memory.
const VALUES_IN_BLOCK: usize = 600 << 10;

/// The same for nets that can be had several times, a thread each: a block must keep all threads busy, and they run out of
/// pictures at its end.
const VALUES_IN_SHARED_BLOCK: usize = 2400 << 10;

/// The same on a CUDA device, whose batches are larger.
const VALUES_IN_CUDA_BLOCK: usize = 8 << 20;

/// Batches in a block at most.
const BATCHES_IN_BLOCK: usize = 16;

/// A run that can start.
#[derive(Debug)]
pub struct Prepared {
    spec: Spec,
    model: Model,
    attack: Perturb,
    rule: Rule,
    inputs: Inputs,
    warnings: Vec<Warning>,
    batch: usize,
    /// Searches that are made, to the end of their block, where not all are.
    first: Option<usize>,
    folder: Folder,
    finished: Option<Summary>,
    record: Record,
    surroundings: Surroundings,
}

/// What a run came to.
#[derive(Debug)]
pub struct Report {
    /// Numbers.
    pub summary: Summary,
    /// Where the results are.
    pub folder: PathBuf,
    /// How it ended.
    pub ending: Ending,
    /// Number of the search that `--resume` begins with, where it was stopped.
    pub next: Option<usize>,
    /// Pictures that went through the net together.
    pub batch: usize,
    /// Whether it had ended so before, and nothing was left to do.
    pub was_finished: bool,
}

/// Checks everything that can be checked before the first search: every picture is read once.
///
/// # Errors
/// Bad settings, an unknown net or class, a picture that cannot be used or has the wanted label already (where it is the only
/// one), a net without gradients, a folder that holds something else.
pub fn prepare(spec: &Spec, out: PathBuf, existing: Existing, surroundings: &Surroundings) -> Result<Prepared> {
    let attack = spec.check()?;
    let model = spec.choice().open()?;
    let net = &*model.net;
    let mut inputs = Inputs::open(&spec.input, net, surroundings)?;
    let rule = Rule::new(&spec.wish, net, inputs.len(), spec.many)?;
    let pictures = inputs.examined(surroundings)?;
    let spec = spec.resolved(net.input(), net.device());
    let batch = spec.batch.unwrap_or(1);
    if let (Rule::Class(class), 1, Some(file)) = (rule, inputs.len(), inputs.file(0)) {
        let said = ask(net, &inputs.values(0)?, 1, &|_| file.display().to_string())?;
        if said.labels[0] == class {
            let name = labels::short(&net.classes()[class as usize]);
            let confidence = 100.0 * said.confidences[0];
            bail!(
                "{}: {} labels it `{name}` already ({confidence:.2} %); choose another --target",
                file.display(),
                net.name()
            );
        }
    }
    let warnings = doubts::raise(net, &inputs, batch)?;
    let mut record = Record::new("perturb", surroundings, &spec, net.device());
    record.input("model", json!({"name": net.name(), "origin": model.origin, "sha256": model.sha256}));
    record.input("pictures", pictures);
    record.warnings = warnings.iter().map(|warning| warning.text.clone()).collect();
    let (folder, found) = Folder::open(&out, existing, &record)?;
    let finished = match found {
        Found::Finished(old) => Some(serde_json::from_value(old.result.clone())?),
        Found::Fresh | Found::Unfinished => None,
    };
    let surroundings = surroundings.clone();
    Ok(Prepared {
        spec,
        model,
        attack,
        rule,
        inputs,
        warnings,
        batch,
        first: None,
        folder,
        finished,
        record,
        surroundings,
    })
}

impl Prepared {
    /// What is doubtful about the net before anything is tried.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// What was left out of the folders that were named.
    pub fn notes(&self) -> &[String] {
        self.inputs.notes()
    }

    /// Makes the first so many searches, to the end of their block, and no more: what a net says of a file depends, in its last bits, on
    /// the other files of the block.
    pub(crate) fn only_first(self, searches: usize) -> Self {
        Self { first: Some(searches), ..self }
    }

    /// Searches, writes and draws.
    ///
    /// # Errors
    /// Those of the net; files that cannot be written. Blocks that are done are on disk by then.
    pub fn run(self) -> Result<Report> {
        let began = Instant::now();
        let folder = self.folder.root().to_owned();
        if let Some(summary) = self.finished {
            let ending = if summary.complete() { Ending::Complete } else { Ending::Short };
            return Ok(Report { summary, folder, ending, next: None, batch: self.batch, was_finished: true });
        }
        let net = &*self.model.net;
        let parts = Parts::open(&self.folder, net.input())?;
        self.folder.subfolder(names::PICTURES)?;
        let next = self.search(&parts)?;
        let examples = store::assemble(&self.folder, &parts, net)?;
        let seconds = began.elapsed().as_secs_f64();
        let facts = Facts {
            spec: &self.spec,
            rule: self.rule,
            net,
            card: self.model.card.as_ref(),
            pictures: self.inputs.len(),
            warnings: &self.warnings,
            seconds,
        };
        let summary = Summary::new(&facts, &examples);
        figures::draw(&self.folder, &parts, net, &summary)?;
        figures::histograms(&self.folder, net, self.spec.attack.norm, &examples)?;
        let ending = match (next, summary.complete()) {
            (Some(_), _) => Ending::Stopped,
            (None, true) => Ending::Complete,
            (None, false) => Ending::Short,
        };
        let record = self.record.ended(ending, began, serde_json::to_value(&summary)?);
        report::write(&self.folder, &record)?;
        self.folder.record(&record)?;
        if ending != Ending::Stopped {
            parts.remove()?;
        }
        Ok(Report { summary, folder, ending, next, batch: self.batch, was_finished: false })
    }

    /// Goes on where the last whole block ends. Where it was asked to stop, says which search is the first of the broken block.
    fn search(&self, parts: &Parts) -> Result<Option<usize>> {
        let net = &*self.model.net;
        let searches = self.inputs.len() * self.rule.searches(net.classes().len());
        let values = match (net.device(), net.share()) {
            (tch::Device::Cpu, None) => VALUES_IN_BLOCK,
            (tch::Device::Cpu, Some(_)) => VALUES_IN_SHARED_BLOCK,
            _ => VALUES_IN_CUDA_BLOCK,
        };
        let in_block = self.batch * (values / (net.input().len() * self.batch)).clamp(1, BATCHES_IN_BLOCK);
        let bar = self.surroundings.progress.bar(searches as u64, &format!("changing for {}", net.name()));
        let mut block = parts.done();
        bar.set_position((block * in_block).min(searches) as u64);
        let mut next = None;
        let wanted = self.first.map_or(searches, |first| first.min(searches));
        while next.is_none() && block * in_block < wanted {
            let which = block * in_block..((block + 1) * in_block).min(searches);
            let (done, whole) = self.block(which, &bar)?;
            parts.write(block, &done, whole)?;
            next = (!whole).then_some(block * in_block);
            block += 1;
        }
        bar.finish_and_clear();
        Ok(next)
    }
}
