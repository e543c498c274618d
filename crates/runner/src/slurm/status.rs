//! `advlab status`: what the shards' folders say, beside what Slurm says of their jobs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use serde::Serialize;

use super::client::{self, Stage, Task, Tasks};
use super::jobs::{FOLDER, Jobs};
use super::numbers;
use super::shards::{Progress, Stage as Begun, count};
use crate::shard::Shard;
use crate::table::{Entry, Table};

/// How far a study in shards is.
#[derive(Debug, Serialize)]
pub struct Status {
    /// Results folder.
    pub folder: PathBuf,
    /// The experiment file, where the study was submitted.
    pub file: Option<PathBuf>,
    /// All shards, in order.
    pub shards: Vec<ShardStatus>,
    /// What joins them.
    pub merge: ShardStatus,
    /// What could not be found out, and why.
    pub notes: Vec<String>,
    /// Why Slurm does not say what is at work, where there were jobs to ask for.
    #[serde(skip)]
    pub(super) unheard: Option<String>,
}

/// How far a shard is, or what joins them.
#[derive(Clone, Debug, Serialize)]
pub struct ShardStatus {
    /// Which one; none for what joins them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shard: Option<usize>,
    /// Where it stands.
    pub state: Standing,
    /// Cells done, where that is known.
    pub done: Option<u64>,
    /// Of how many, where that is known.
    pub cells: Option<u64>,
    /// Slurm's number of the job.
    pub job: Option<u64>,
    /// Slurm's word for its state.
    pub slurm: Option<String>,
    /// Seconds that Slurm says it ran.
    pub elapsed: Option<u64>,
}

/// Where a shard stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// All its cells are there.
    Finished,
    /// At work.
    Running,
    /// Slurm has not begun it yet.
    Pending,
    /// It began and ended, or was submitted and did not begin, and is not finished; submitted again it goes on.
    Failed,
    /// It began and did not end: at work somewhere, or killed. Nobody here can tell.
    Unclear,
    /// Nobody began it, as far as is known.
    Missing,
}

impl Standing {
    const fn word(self) -> &'static str {
        match self {
            Self::Finished => "finished",
            Self::Running => "running",
            Self::Pending => "pending",
            Self::Failed => "failed",
            Self::Unclear => "unclear",
            Self::Missing => "missing",
        }
    }
}

/// How far the study in a results folder is.
///
/// # Errors
/// A folder without shards, or with those of two studies.
pub fn status(out: &Path) -> Result<Status> {
    look(out, Jobs::read(out)?.as_ref())
}

/// The same, for what was submitted or is to be.
///
/// # Errors
/// Those of [`status`].
pub(super) fn look(out: &Path, jobs: Option<&Jobs>) -> Result<Status> {
    let planned = jobs.map(|jobs| jobs.shards);
    let Some(of) = planned.or(count(out)?) else {
        bail!(
            "{} holds no shards; name the results folder of `advlab submit` or of `advlab run --shard`",
            out.display()
        );
    };
    let mut notes = Vec::new();
    let numbers = jobs.map(Jobs::all).unwrap_or_default();
    let mut unheard = None;
    let queue = if numbers.is_empty() {
        None
    } else {
        client::squeue(&numbers).map_err(|error| unheard = Some(format!("{error:#}"))).ok()
    };
    notes.extend(unheard.iter().map(|why| format!("{why}; what runs and what waits is not known")));
    let queued = queue.as_ref();
    let known = |tasks: Option<&Tasks>, at: (u64, Option<usize>)| tasks.and_then(|tasks| tasks.get(&at).cloned());
    let at = |shard: usize| Some((jobs?.array_of(shard)?, Some(shard)));
    let merge_at = jobs.and_then(|jobs| Some((jobs.merges.last()?.job, None)));
    let shards: Vec<_> = Shard::all(of).map(|shard| (shard, Progress::of(&out.join(shard.folder())))).collect();
    let unexplained = shards.iter().any(|(shard, progress)| {
        progress.stage != Begun::Finished && at(shard.index()).is_some_and(|at| known(queued, at).is_none())
    });
    // The accounting is slow on some clusters, and is asked only where the controller does not know.
    let accounted = if unexplained {
        client::sacct(&numbers).map_err(|error| notes.push(format!("{error:#}; how jobs ended is not known"))).ok()
    } else {
        None
    };
    let of_job = |at: Option<(u64, Option<usize>)>| {
        let at = at?;
        known(queued, at).or_else(|| known(accounted.as_ref(), at))
    };
    let shards = shards
        .into_iter()
        .map(|(shard, progress)| {
            let at = at(shard.index());
            stand(Some(shard.index()), progress, at.map(|at| at.0), of_job(at), queued.is_some())
        })
        .collect();
    let merge = stand(None, Progress::of(out), merge_at.map(|at| at.0), of_job(merge_at), queued.is_some());
    Ok(Status { folder: out.to_owned(), file: jobs.map(|jobs| jobs.file.clone()), shards, merge, notes, unheard })
}

/// What the folder and Slurm say, together.
fn stand(
    shard: Option<usize>,
    progress: Progress,
    job: Option<u64>,
    task: Option<Task>,
    answered: bool,
) -> ShardStatus {
    let Progress { stage, done, cells } = progress;
    let state = match (stage, task.as_ref().map(Task::stage)) {
        (Begun::Finished, _) => Standing::Finished,
        (_, Some(Stage::Running)) | (Begun::AtWork, _) => Standing::Running,
        (_, Some(Stage::Pending)) => Standing::Pending,
        (_, Some(Stage::Ended)) | (Begun::Stopped | Begun::Damaged, None) => Standing::Failed,
        // A controller that no longer knows the job: it has ended.
        (_, None) if job.is_some() && answered => Standing::Failed,
        (Begun::Unclear, None) => Standing::Unclear,
        (Begun::NotBegun, None) if job.is_some() => Standing::Unclear,
        (Begun::NotBegun, None) => Standing::Missing,
    };
    let (slurm, elapsed) = task.map_or((None, None), |task| (Some(task.state), task.elapsed));
    ShardStatus { shard, state, done, cells, job, slurm, elapsed }
}

impl Status {
    /// Whether nothing is left to do: all shards are finished, and joined where a job is to do that.
    pub fn complete(&self) -> bool {
        let joined = self.merge.state == Standing::Finished || self.merge.job.is_none();
        joined && self.shards.iter().all(|shard| shard.state == Standing::Finished)
    }

    /// How many shards are finished.
    pub fn finished(&self) -> usize {
        self.which(|state| state == Standing::Finished).len()
    }

    /// Why there is nothing to submit, where there is nothing.
    pub fn why_nothing(&self) -> String {
        if self.merge.state == Standing::Finished {
            return "all shards are finished and joined".to_owned();
        }
        let at = |standing| self.which(|state| state == standing).len();
        let (running, pending) = (at(Standing::Running), at(Standing::Pending));
        format!("{running} shards are at work, {pending} wait, and a job is to join them")
    }

    /// Numbers of the shards that stand so.
    pub(super) fn which(&self, standing: impl Fn(Standing) -> bool) -> Vec<usize> {
        self.shards.iter().filter(|shard| standing(shard.state)).filter_map(|shard| shard.shard).collect()
    }

    /// As people read it.
    pub fn text(&self) -> String {
        let finished = self.finished();
        let of = self.file.as_ref().map_or(String::new(), |file| format!(" of {}", file.display()));
        let mut text = format!("{}: {} shards{of}, {finished} finished\n\n", self.folder.display(), self.shards.len());
        text.push_str(&self.table().text());
        let logs = |shard: &ShardStatus| Some(self.folder.join(FOLDER).join(format!("shard-{}.log", shard.shard?)));
        let failed = self.shards.iter().filter(|shard| shard.state == Standing::Failed);
        if let Some(log) = failed.filter_map(logs).find(|log| log.is_file()) {
            text.push_str(&format!("\nthe first that failed: {}\n", log.display()));
        }
        for note in &self.notes {
            text.push_str(&format!("note: {note}\n"));
        }
        text
    }

    /// A row for all shards that stand alike, and one for what joins them.
    fn table(&self) -> Table {
        let columns = [
            ("state", "state"),
            ("n", "shards"),
            ("which", "which"),
            ("cells", "cells"),
            ("job", "job"),
            ("slurm", "Slurm"),
            ("elapsed", "elapsed"),
        ];
        let mut table = Table::new("shards.csv", "Shards", &columns);
        let mut groups: BTreeMap<_, Vec<&ShardStatus>> = BTreeMap::new();
        for shard in &self.shards {
            groups.entry((shard.state, shard.job, shard.slurm.clone())).or_default().push(shard);
        }
        let text = |text: String| if text.is_empty() { Entry::Missing } else { Entry::Text(text) };
        let job = |job: Option<u64>| text(job.map_or(String::new(), |job| job.to_string()));
        let elapsed = |seconds: Option<u64>| text(seconds.map_or(String::new(), clock));
        for ((state, number, slurm), shards) in groups {
            let which: Vec<_> = shards.iter().filter_map(|shard| shard.shard).collect();
            table.rows.push(vec![
                state.word().into(),
                Entry::Count(shards.len() as u64),
                text(numbers::shown(&which)),
                text(cells(&shards)),
                job(number),
                text(slurm.unwrap_or_default()),
                elapsed(shards.iter().filter_map(|shard| shard.elapsed).max()),
            ]);
        }
        let merge = &self.merge;
        table.rows.push(vec![
            Entry::Text(format!("merge {}", merge.state.word())),
            Entry::Missing,
            Entry::Missing,
            Entry::Missing,
            job(merge.job),
            text(merge.slurm.clone().unwrap_or_default()),
            elapsed(merge.elapsed),
        ]);
        table
    }
}

/// `12 of 40`, as far as the shards tell.
fn cells(shards: &[&ShardStatus]) -> String {
    let sum = |of: fn(&ShardStatus) -> Option<u64>| shards.iter().map(|shard| of(shard)).sum::<Option<u64>>();
    match (sum(|shard| shard.done), sum(|shard| shard.cells)) {
        (Some(done), Some(cells)) => format!("{done} of {cells}"),
        (Some(done), None) => done.to_string(),
        _ => String::new(),
    }
}

/// `1:02:03`.
fn clock(seconds: u64) -> String {
    format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}
