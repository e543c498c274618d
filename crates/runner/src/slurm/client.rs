//! Slurm's own programs: what they are asked, and what they answer.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::process::{Command, Output};

use anyhow::{Context as _, Result, anyhow, bail};

use super::numbers;
use super::resources::seconds;

/// What Slurm says of tasks, by the number of the job and of the task within it; the second is none for a job that is no array.
pub(super) type Tasks = BTreeMap<(u64, Option<usize>), Task>;

/// What Slurm says of a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Task {
    /// In Slurm's words, such as `RUNNING`.
    pub(super) state: String,
    /// How long it has run.
    pub(super) elapsed: Option<u64>,
}

/// What a state of Slurm comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Pending,
    Running,
    Ended,
}

impl Task {
    pub(super) fn stage(&self) -> Stage {
        match self.state.as_str() {
            "PENDING" | "CONFIGURING" | "REQUEUED" | "REQUEUE_FED" | "REQUEUE_HOLD" | "RESV_DEL_HOLD"
            | "SPECIAL_EXIT" => Stage::Pending,
            "BOOT_FAIL" | "CANCELLED" | "COMPLETED" | "DEADLINE" | "FAILED" | "LAUNCH_FAILED" | "NODE_FAIL"
            | "OUT_OF_MEMORY" | "PREEMPTED" | "RECONFIG_FAIL" | "REVOKED" | "TIMEOUT" => Stage::Ended,
            // A state that nobody knows yet is rather one of work than of an end: nothing is submitted twice.
            _ => Stage::Running,
        }
    }
}

/// Whether jobs can be submitted from here.
///
/// # Errors
/// None of Slurm here, or one that does not answer.
pub(super) fn present(instead: &str) -> Result<()> {
    match Command::new("sbatch").arg("--version").output() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            bail!("`sbatch` was not found, so no job can be submitted from here; {instead}")
        }
        answer => heard("sbatch", answer).map(|_| ()),
    }
}

/// Submits a script; the number of the job.
///
/// # Errors
/// What `sbatch` said against it.
pub(super) fn sbatch(option: Option<&str>, script: &Path) -> Result<u64> {
    let text = heard("sbatch", Command::new("sbatch").arg("--parsable").args(option).arg(script).output())?;
    // `12` or `12;cluster`; a site's own wrapper may talk before it.
    let last = text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
    let number = last.split(';').next().unwrap_or_default().trim();
    number.parse().map_err(|_| anyhow!("sbatch was to answer with the number of a job, and said `{last}`"))
}

/// Cancels a job that has not begun.
///
/// # Errors
/// What `scancel` said against it.
pub(super) fn cancel_pending(job: u64) -> Result<()> {
    heard("scancel", Command::new("scancel").args(["--state=PENDING", &job.to_string()]).output()).map(|_| ())
}

/// What the controller knows of these jobs: those that have not ended, and some that have.
///
/// # Errors
/// No `squeue`, or one that does not answer as it should.
pub(super) fn squeue(jobs: &[u64]) -> Result<Tasks> {
    let mut command = Command::new("squeue");
    command.args(["--noheader", "--array", "--states=all", "--format=%F|%K|%T|%M"]).arg(list(jobs));
    let answer = command.output();
    if answer.as_ref().is_ok_and(forgotten) {
        return Ok(Tasks::new());
    }
    let mut tasks = Tasks::new();
    for line in heard("squeue", answer)?.lines().filter(|line| !line.trim().is_empty()) {
        let fields: Vec<&str> = line.trim().split('|').collect();
        let [job, task, state, elapsed] = fields[..] else {
            bail!("squeue answered `{line}`, which has not four fields")
        };
        let job = job.parse().with_context(|| format!("squeue answered `{line}`, which begins with no job"))?;
        add(&mut tasks, job, Some(task).filter(|task| *task != "N/A"), state, elapsed)
            .with_context(|| format!("squeue answered `{line}`"))?;
    }
    Ok(tasks)
}

/// What the accounting knows of these jobs, of those that ended long ago too.
///
/// # Errors
/// No `sacct`, no accounting, or an answer that is not as it should be.
pub(super) fn sacct(jobs: &[u64]) -> Result<Tasks> {
    let mut command = Command::new("sacct");
    command.args(["--noheader", "--parsable2", "--allocations", "--format=JobID,State,Elapsed"]).arg(list(jobs));
    let mut tasks = Tasks::new();
    for line in heard("sacct", command.output())?.lines().filter(|line| !line.trim().is_empty()) {
        let fields: Vec<&str> = line.trim().split('|').collect();
        let [id, state, elapsed] = fields[..] else { bail!("sacct answered `{line}`, which has not three fields") };
        let (job, task) = id.split_once('_').map_or((id, None), |(job, task)| (job, Some(task)));
        let job = job.parse().with_context(|| format!("sacct answered `{line}`, which begins with no job"))?;
        add(&mut tasks, job, task, state, elapsed).with_context(|| format!("sacct answered `{line}`"))?;
    }
    Ok(tasks)
}

fn list(jobs: &[u64]) -> String {
    format!("--jobs={}", jobs.iter().map(u64::to_string).collect::<Vec<_>>().join(","))
}

/// The controller forgets jobs some minutes after their end, and complains where all that it is asked for are such.
fn forgotten(answer: &Output) -> bool {
    !answer.status.success() && String::from_utf8_lossy(&answer.stderr).contains("Invalid job id")
}

fn add(tasks: &mut Tasks, job: u64, numbers: Option<&str>, state: &str, elapsed: &str) -> Result<()> {
    // `CANCELLED by 1000`
    let state = state.split_whitespace().next().unwrap_or_default().trim_end_matches('+').to_owned();
    let task = Task { state, elapsed: time(elapsed) };
    let Some(numbers) = numbers else {
        tasks.insert((job, None), task);
        return Ok(());
    };
    for number in numbers::read(numbers)? {
        tasks.insert((job, Some(number)), task.clone());
    }
    Ok(())
}

/// Seconds of `1:02`, `1:02:03` or `1-02:03:04`.
fn time(text: &str) -> Option<u64> {
    // Of one part it would be minutes, and there is none such in answers.
    text.contains(':').then(|| seconds(text.trim()))?
}

/// What a program printed, if it ended well.
fn heard(program: &str, answer: io::Result<Output>) -> Result<String> {
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) if error.kind() == io::ErrorKind::NotFound => bail!("`{program}` was not found"),
        Err(error) => return Err(anyhow!(error).context(format!("cannot start `{program}`"))),
    };
    if !answer.status.success() {
        let text = String::from_utf8_lossy(&answer.stderr);
        let said = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("; ");
        let said = if said.is_empty() { answer.status.to_string() } else { said };
        bail!("{program} failed: {}", said.strip_prefix(&format!("{program}: ")).unwrap_or(&said));
    }
    Ok(String::from_utf8_lossy(&answer.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_become_tasks() {
        let mut tasks = Tasks::new();
        add(&mut tasks, 7, Some("3"), "RUNNING", "1-02:03:04").unwrap();
        add(&mut tasks, 7, Some("[5-6%2]"), "PENDING", "0:00").unwrap();
        add(&mut tasks, 8, None, "CANCELLED by 1000", "00:00:09").unwrap();
        let task = |state: &str, elapsed| Task { state: state.to_owned(), elapsed: Some(elapsed) };
        assert_eq!(tasks[&(7, Some(3))], task("RUNNING", 93_784));
        assert_eq!(tasks[&(7, Some(6))], task("PENDING", 0));
        assert_eq!(tasks[&(8, None)], task("CANCELLED", 9));
        assert!(add(&mut tasks, 7, Some("x"), "RUNNING", "0:00").is_err());
    }

    #[test]
    fn unknown_states_are_not_submitted_again() {
        let stage = |state: &str| Task { state: state.to_owned(), elapsed: None }.stage();
        assert_eq!(stage("PENDING"), Stage::Pending);
        assert_eq!(stage("COMPLETING"), Stage::Running);
        assert_eq!(stage("OUT_OF_MEMORY"), Stage::Ended);
        assert_eq!(stage("SOMETHING_NEW"), Stage::Running);
    }
}
