//! `advlab merge`: the shards of a study, done by many processes, into the one folder that a single run would have made.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};

use super::any::{Ready, Study};
use super::search::Search;
use super::sweep;
use crate::folder::{Existing, Folder, differences};
use crate::journal::{JOURNAL, Journal};
use crate::record::{Record, State, Surroundings};
use crate::shard::{FOLDER, Shard};

/// Missing shards that are named one by one, at most.
const NAMED: usize = 20;

/// What of a shard is its own and does not go into the whole.
const OWN: [&str; 2] = ["run.json", JOURNAL];

/// What the shards came to, before the study goes on from there.
#[derive(Debug)]
pub struct Merged {
    /// How many shards.
    pub shards: usize,
    /// How many cells.
    pub cells: usize,
    /// Cells that several shards had made, with the same outcome.
    pub doubles: usize,
}

/// Joins shards in `out`, and prepares the study to go on there: nothing is left but to judge and draw.
///
/// `from` holds the shards, or folders that hold such in `shards/`; empty stands for those in `out` itself. What is in `out`
/// of an earlier merge is made anew.
///
/// # Errors
/// No shards; shards that are missing, unfinished, there twice or not of the same study; a cell that two shards made
/// differently; a folder that holds something else.
pub fn merge(from: &[PathBuf], out: &Path, search: &Search, surroundings: &Surroundings) -> Result<(Merged, Ready)> {
    let own = [out.to_owned()];
    let shards = complete(if from.is_empty() { &own } else { from })?;
    let first = shards.values().next().context("there is at least one shard")?;
    let mut record = first.record.clone();
    record.inputs.remove("shard");
    record.command.clone_from(&surroundings.command);
    (record.state, record.result) = (State::Running, serde_json::Value::Null);
    let at = || first.path.display().to_string();
    let study = match record.kind.starts_with(sweep::KIND) {
        true => None,
        false => Some(Study::of_record(&record.kind, &record.spec).with_context(at)?),
    };
    let doubles = doubles(&shards)?;
    // Everything that can be wrong is known by now: a merge that is refused leaves no trace.
    let folder = Folder::to_merge_into(out, &record)?;
    folder.remove(JOURNAL)?;
    let journal = Journal::open(&folder)?;
    for shard in shards.values() {
        journal.add_those_of(&shard.journal()?)?;
        link_all(&shard.path, folder.root(), true)?;
    }
    let merged = Merged { shards: shards.len(), cells: journal.len(), doubles };
    journal.settle(&folder)?;
    drop((journal, folder));
    let ready = match study {
        Some(study) => study.prepare(search, out.to_owned(), Existing::Resume, surroundings)?,
        None => {
            let (out, surroundings) = (out.to_owned(), surroundings.clone());
            Ready::new(move || sweep::merged(&record, &out, &surroundings))
        }
    };
    Ok((merged, ready))
}

/// The run of a shard.
#[derive(Debug)]
struct Part {
    path: PathBuf,
    record: Record,
}

impl Part {
    fn journal(&self) -> Result<Journal> {
        Journal::look(&Folder::at(&self.path))
    }
}

/// Every shard of one study, by number.
fn complete(places: &[PathBuf]) -> Result<BTreeMap<usize, Part>> {
    let (mut parts, mut of, mut unfinished) = (BTreeMap::<usize, Part>::new(), 0, Vec::new());
    for path in places.iter().map(|place| found(place)).collect::<Result<Vec<_>>>()?.concat() {
        let record = Record::read(&path)?;
        let shard = record.inputs.get("shard").cloned().unwrap_or_default();
        let shard: Shard = serde_json::from_value(shard)
            .ok()
            .with_context(|| format!("{} is a run, but no shard of one", path.display()))?;
        if let Some((_, first)) = parts.first_key_value() {
            let (mut found, inputs) = differences(&first.record, &record);
            found.extend(inputs.into_iter().filter(|difference| !difference.starts_with("shard: ")));
            ensure!(
                found.is_empty() && of == shard.of(),
                "{} and {} are not shards of one study{}",
                first.path.display(),
                path.display(),
                if found.is_empty() {
                    format!(": one is of {of}, the other of {}", shard.of())
                } else {
                    format!("; they differ in {}", found.join(", "))
                }
            );
        }
        of = shard.of();
        if record.state != State::Finished {
            unfinished.push(shard.index());
        }
        if let Some(twice) = parts.insert(shard.index(), Part { path: path.clone(), record }) {
            bail!("shard {shard} is there twice: {} and {}; name one of them", twice.path.display(), path.display());
        }
    }
    let missing: Vec<usize> = (1..=of).filter(|index| !parts.contains_key(index)).collect();
    let mut lacking = Vec::new();
    for (what, indices) in [("missing", missing), ("unfinished", unfinished)] {
        if !indices.is_empty() {
            let named: Vec<String> = indices.iter().take(NAMED).map(ToString::to_string).collect();
            let more = if indices.len() > NAMED { ", …" } else { "" };
            lacking.push(format!("{} of {of} shards {what}: {}{more}", indices.len(), named.join(", ")));
        }
    }
    ensure!(
        lacking.is_empty(),
        "{}; do those with `advlab run FILE --shard I/{of} --out DIR --resume`, and merge again",
        lacking.join("; ")
    );
    Ok(parts)
}

/// The shards in a folder: those in its `shards/`, or itself.
fn found(place: &Path) -> Result<Vec<PathBuf>> {
    let inside = place.join(FOLDER);
    if !inside.is_dir() {
        ensure!(
            place.join("run.json").is_file(),
            "{} holds neither shards nor a shard; shards are made by `advlab run FILE --shard I/N --out DIR`",
            place.display()
        );
        return Ok(vec![place.to_owned()]);
    }
    let why = || format!("cannot read {}", inside.display());
    let mut paths = Vec::new();
    for entry in fs::read_dir(&inside).with_context(why)? {
        let path = entry.with_context(why)?.path();
        if path.join("run.json").is_file() {
            paths.push(path);
        }
    }
    ensure!(!paths.is_empty(), "{} holds no shards yet", inside.display());
    paths.sort();
    Ok(paths)
}

/// How many cells several shards have made, with the same outcome. Shards are looked into one by one: there may be more of them than
/// a process may have files open.
fn doubles(shards: &BTreeMap<usize, Part>) -> Result<usize> {
    let (mut makers, mut doubles) = (HashMap::<String, &Part>::new(), 0);
    for shard in shards.values() {
        let theirs = shard.journal()?;
        ensure!(
            theirs.damaged() == 0,
            "{}: {} lines of {JOURNAL} are damaged; go on with that shard by --resume, which makes their cells again",
            shard.path.display(),
            theirs.damaged()
        );
        for key in theirs.keys() {
            let Some(other) = makers.get(&key) else {
                makers.insert(key, shard);
                continue;
            };
            let [one, two] = [other.journal()?.text(&key)?, theirs.text(&key)?].map(Option::unwrap_or_default);
            ensure!(
                timeless(&one)? == timeless(&two)?,
                "cell `{key}` came out differently in {} and {}; were they made by the same version of advlab, on machines of the \
                 same kind?",
                other.path.display(),
                shard.path.display()
            );
            doubles += 1;
        }
    }
    Ok(doubles)
}

/// What came of a cell but for how long it took.
fn timeless(value: &str) -> Result<serde_json::Value> {
    fn strip(value: &mut serde_json::Value) {
        match value {
            serde_json::Value::Object(fields) => {
                fields.remove("seconds");
                fields.values_mut().for_each(strip);
            }
            serde_json::Value::Array(items) => items.iter_mut().for_each(strip),
            _ => {}
        }
    }
    let mut value = serde_json::from_str(value)?;
    strip(&mut value);
    Ok(value)
}

/// Puts the files of a shard, nets above all, into the whole: as links where the file system can, as copies elsewhere. What is there
/// already stays.
fn link_all(from: &Path, to: &Path, top: bool) -> Result<()> {
    let why = || format!("cannot read {}", from.display());
    for entry in fs::read_dir(from).with_context(why)? {
        let entry = entry.with_context(why)?;
        let (path, goal) = (entry.path(), to.join(entry.file_name()));
        if top && OWN.iter().any(|own| entry.file_name() == *own) {
            continue;
        }
        if path.is_dir() {
            fs::create_dir_all(&goal).with_context(|| format!("cannot make {}", goal.display()))?;
            link_all(&path, &goal, false)?;
        } else if !goal.exists() && fs::hard_link(&path, &goal).is_err() {
            fs::copy(&path, &goal).with_context(|| format!("cannot write {}", goal.display()))?;
        }
    }
    Ok(())
}
