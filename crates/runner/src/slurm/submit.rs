//! `advlab submit`: what is missing of a study becomes jobs.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use sha2::{Digest as _, Sha256};

use super::client;
use super::jobs::{FOLDER, Jobs, Submission, lock, write};
use super::numbers;
use super::resources::{Resources, Tasks};
use super::scripts::{ARRAY, MERGE, Scripts, array_option, path, quoted};
use super::shards::count;
use super::status::{Standing, Status, look};
use crate::shard;

/// Shards of a study of which nothing else is said.
const SHARDS: usize = 64;

/// What is to be submitted.
#[derive(Clone, Debug)]
pub struct Order {
    /// The experiment file, found to be right.
    pub file: PathBuf,
    /// Results folder.
    pub out: PathBuf,
    /// How many shards, and how many at once; as before or 64 if that is not said.
    pub tasks: Option<Tasks>,
    /// What each task asks for.
    pub resources: Resources,
    /// Further arguments of `advlab run`.
    pub arguments: Vec<String>,
    /// Write the scripts and submit nothing.
    pub dry_run: bool,
}

/// What became of it.
#[derive(Debug)]
pub struct Submitted {
    /// Results folder.
    pub out: PathBuf,
    /// How far the study was before.
    pub before: Status,
    /// The array job and its tasks, such as `3,7`.
    pub array: Option<(u64, String)>,
    /// The job that joins the shards, or what Slurm had against it.
    pub merge: Option<Result<u64>>,
    /// The commands that a dry run would have given.
    pub commands: Vec<String>,
}

/// Submits what is missing of a study: an array of its unfinished shards that no job is at, and a job that joins all of them.
///
/// # Errors
/// No Slurm; settings that it does not take; a folder that holds another study; whatever `sbatch` says against the array.
pub fn submit(order: Order) -> Result<Submitted> {
    let resources = order.resources.check()?;
    let out = std::path::absolute(&order.out)?;
    let file = std::path::absolute(&order.file)?;
    let text = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let old = Jobs::read(&out)?;
    if old.is_none() {
        only_shards(&out)?;
    }
    let found = count(&out)?;
    let shards =
        order.tasks.map(|tasks| tasks.count).or(old.as_ref().map(|jobs| jobs.shards)).or(found).unwrap_or(SHARDS);
    let mut jobs = Jobs {
        advlab: env!("CARGO_PKG_VERSION").to_owned(),
        program: std::env::current_exe().context("cannot find out where this program lies")?,
        file,
        sha256: format!("{:x}", Sha256::digest(&text)),
        shards,
        arguments: order.arguments,
        resources,
        arrays: Vec::new(),
        merges: Vec::new(),
    };
    if let Some(old) = old {
        // Scripts that were never submitted can be written anew in any way.
        if !old.arrays.is_empty() || found.is_some() {
            old.same_study(&jobs, &out)?;
        }
        (jobs.arrays, jobs.merges) = (old.arrays, old.merges);
    }
    if let Some(found) = found
        && found != shards
    {
        bail!(
            "{} holds results of {found} shards (now {shards}); give --array {found}, or choose another --out",
            out.display()
        );
    }
    if !order.dry_run {
        client::present(&by_hand(&jobs, &order.file, &order.out))?;
    }
    let _held = lock(&out)?;
    let before = look(&out, Some(&jobs))?;
    // Without squeue's answer a second task could be put to work in the folder of a first.
    if let (false, Some(why)) = (order.dry_run, &before.unheard) {
        bail!("{why}; nothing was submitted, since a shard might be at work; try again when squeue answers");
    }
    jobs.write(&out)?;
    Desk { out, jobs, at_once: order.tasks.and_then(|tasks| tasks.at_once), dry_run: order.dry_run }.submit(before)
}

/// What to do where there is no Slurm.
fn by_hand(jobs: &Jobs, file: &Path, out: &Path) -> String {
    let (file, out, of) = (file.display(), out.display(), jobs.shards);
    format!(
        "write the scripts by --dry-run and submit them where it is, or run the shards by hand: \
         seq {of} | parallel advlab run {file} --shard {{}}/{of} --out {out} --resume; then advlab merge {out}"
    )
}

/// The folder, and what is to be written into it.
struct Desk {
    out: PathBuf,
    jobs: Jobs,
    at_once: Option<usize>,
    dry_run: bool,
}

impl Desk {
    fn submit(mut self, before: Status) -> Result<Submitted> {
        let mut submitted = Submitted { out: self.out.clone(), before, array: None, merge: None, commands: Vec::new() };
        if submitted.before.merge.state == Standing::Finished {
            return Ok(submitted);
        }
        let active = |state| matches!(state, Standing::Running | Standing::Pending);
        let missing = submitted.before.which(|state| !active(state) && state != Standing::Finished);
        self.scripts(&missing)?;
        if missing.is_empty() && active(submitted.before.merge.state) {
            return Ok(submitted); // it waits for those that are at work
        }
        let at_work = submitted.before.which(active);
        let mut wait: BTreeSet<String> =
            at_work.iter().filter_map(|shard| self.jobs.array_of(*shard)).map(|job| job.to_string()).collect();
        if !missing.is_empty() {
            let tasks = numbers::shown(&missing);
            let option = array_option(&tasks, self.at_once);
            if self.dry_run {
                submitted.commands.push(format!("array=$({})", self.command(Some(&option), ARRAY)?));
                wait.insert("$array".to_owned());
            } else {
                let job = self.hand_in(Some(&option), ARRAY)?;
                self.jobs.arrays.push(Submission::now(job, &missing));
                self.jobs.write(&self.out)?;
                wait.insert(job.to_string());
                submitted.array = Some((job, tasks));
            }
        }
        // `afterany` and not `afterok`: after a failed task the latter would wait for ever. `advlab merge` sees for itself whether a cell is
        // missing, and counts what somebody finished by hand.
        let wait: Vec<String> = wait.into_iter().collect();
        let option = (!wait.is_empty()).then(|| format!("--dependency=afterany:{}", wait.join(":")));
        if self.dry_run {
            submitted.commands.push(self.command(option.as_deref(), MERGE)?);
        } else {
            submitted.merge = Some(self.merge(option.as_deref(), &submitted.before));
        }
        Ok(submitted)
    }

    /// Submits the job that joins the shards, in place of one that waits for too few.
    fn merge(&mut self, option: Option<&str>, before: &Status) -> Result<u64> {
        if let (Standing::Pending, Some(job)) = (before.merge.state, before.merge.job) {
            client::cancel_pending(job)?;
        }
        let job = self.hand_in(option, MERGE)?;
        self.jobs.merges.push(Submission::now(job, &[]));
        self.jobs.write(&self.out)?;
        Ok(job)
    }

    fn scripts(&self, missing: &[usize]) -> Result<()> {
        let here = std::env::current_dir().context("cannot find out the current folder")?;
        let scripts = Scripts { jobs: &self.jobs, out: &self.out, here: &here };
        let all: Vec<usize> = (1..=self.jobs.shards).collect();
        let tasks = numbers::shown(if missing.is_empty() { &all } else { missing });
        let folder = self.out.join(FOLDER);
        write(&folder, ARRAY, &scripts.array(self.at_once, &tasks)?)?;
        write(&folder, MERGE, &scripts.merge()?)
    }

    fn script(&self, name: &str) -> PathBuf {
        self.out.join(FOLDER).join(name)
    }

    fn hand_in(&self, option: Option<&str>, script: &str) -> Result<u64> {
        let script = self.script(script);
        client::sbatch(option, &script).with_context(|| format!("cannot submit {}", script.display()))
    }

    /// The command by which a person submits a script.
    fn command(&self, option: Option<&str>, script: &str) -> Result<String> {
        let option = option.map_or(String::new(), |option| format!(" {option}"));
        Ok(format!("sbatch --parsable{option} {}", quoted(&path(&self.script(script))?)?))
    }
}

/// Refuses a folder in which shards would lie among other things.
fn only_shards(out: &Path) -> Result<()> {
    let Ok(entries) = fs::read_dir(out) else { return Ok(()) };
    for entry in entries.flatten() {
        let name = entry.file_name();
        ensure!(
            name == shard::FOLDER || name == FOLDER,
            "{} holds other things, such as {}; choose another --out",
            out.display(),
            name.display()
        );
    }
    Ok(())
}
