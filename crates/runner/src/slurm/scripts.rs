//! The scripts that Slurm runs.

use std::path::Path;

use anyhow::{Result, bail};

use super::jobs::{FOLDER, Jobs};
use super::resources::{NOTICE, Resources};

/// Script of the array job.
pub(super) const ARRAY: &str = "array.sh";
/// Script of the job that joins the shards.
pub(super) const MERGE: &str = "merge.sh";

/// Variables of the environment that say where data lies; a cluster may start jobs without the submitter's.
const KEPT: [&str; 3] = ["ADVLAB_DATA", "ADVLAB_MIRROR", "XDG_DATA_HOME"];

/// What a script is made from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scripts<'a> {
    pub(super) jobs: &'a Jobs,
    /// Results folder, absolute.
    pub(super) out: &'a Path,
    /// Where the command was given; relative paths in the arguments begin there.
    pub(super) here: &'a Path,
}

impl Scripts<'_> {
    /// The array job: a shard for each task.
    ///
    /// # Errors
    /// A path that cannot stand in a script.
    pub(super) fn array(self, at_once: Option<usize>, tasks: &str) -> Result<String> {
        let Jobs { file, shards, arguments, resources, .. } = self.jobs;
        let options = [array_option(tasks, at_once), self.log("shard-%a.log")?];
        let mut words = vec![self.program()?, "run".to_owned(), quoted(&path(file)?)?];
        // Task numbers are shard numbers, in an array of some tasks too.
        words.push(format!("--shard \"$SLURM_ARRAY_TASK_ID/{shards}\""));
        words.extend(["--out".to_owned(), quoted(&path(self.out)?)?, "--resume".to_owned()]);
        if resources.gpus.is_none() && !arguments.iter().any(|word| word == "--jobs" || word.starts_with("--jobs=")) {
            // Not every cluster keeps a task to its cores, and it would count those of the node.
            words.push("--jobs \"${SLURM_CPUS_PER_TASK:-1}\"".to_owned());
        }
        for argument in arguments {
            words.push(quoted(argument)?);
        }
        self.script("shard", &options, resources, &words.join(" "))
    }

    /// The job that joins the shards.
    ///
    /// # Errors
    /// A path that cannot stand in a script.
    pub(super) fn merge(self) -> Result<String> {
        // Joining is a matter of files.
        let resources = Resources { gpus: None, ..self.jobs.resources.clone() };
        let command = format!("{} merge {}", self.program()?, quoted(&path(self.out)?)?);
        self.script("merge", &[self.log("merge.log")?], &resources, &command)
    }

    fn script(self, what: &str, first: &[String], resources: &Resources, command: &str) -> Result<String> {
        let study = self.jobs.file.file_stem().unwrap_or_default().to_string_lossy();
        let study: String =
            study.chars().map(|c| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '-' }).collect();
        let mut options = vec![format!("--job-name=advlab-{what}-{study}")];
        options.extend_from_slice(first);
        options.push("--open-mode=append".to_owned()); // what a shard said before it was interrupted stays
        options.push(format!("--chdir={}", option(&path(self.here)?)?));
        options.push("--nodes=1".to_owned());
        options.push("--ntasks=1".to_owned());
        options.push(format!("--signal=B:TERM@{NOTICE}"));
        options.push("--requeue".to_owned()); // after preemption and the loss of a node
        options.extend(resources.cpus.map(|cpus| format!("--cpus-per-task={cpus}")));
        options.extend(resources.gpus.as_ref().map(|gpus| format!("--gres=gpu:{gpus}")));
        options.extend(resources.memory.as_ref().map(|memory| format!("--mem={memory}")));
        options.extend(resources.time.as_ref().map(|time| format!("--time={time}")));
        options.extend(resources.partition.as_ref().map(|partition| format!("--partition={partition}")));
        options.extend(resources.account.as_ref().map(|account| format!("--account={account}")));
        options.extend_from_slice(&resources.extra);
        let options: String = options.iter().map(|option| format!("#SBATCH {option}\n")).collect();

        let mut exports = String::new();
        for name in KEPT {
            if let Ok(value) = std::env::var(name) {
                exports.push_str(&format!("export {name}={}\n", quoted(&value)?));
            }
        }
        // Without this libtorch starts a thread for every core of the node.
        let threads =
            "export OMP_NUM_THREADS=\"${SLURM_CPUS_PER_TASK:-1}\" RAYON_NUM_THREADS=\"${SLURM_CPUS_PER_TASK:-1}\"\n";
        Ok(format!(
            "#!/bin/sh\n\
             # Written by advlab {}, and written anew whenever the study is submitted.\n\
             {options}\
             set -eu\n\
             {exports}{threads}\
             # Slurm asks the script to end {NOTICE} s before it kills it; `exec` puts the program in the script's place, so that it hears it.\n\
             exec {command}\n",
            self.jobs.advlab
        ))
    }

    fn program(self) -> Result<String> {
        quoted(&path(&self.jobs.program)?)
    }

    fn log(self, name: &str) -> Result<String> {
        // Slurm puts numbers in the place of letters after a `%`.
        let folder = path(&self.out.join(FOLDER))?.replace('%', "%%");
        Ok(format!("--output={}", option(&format!("{folder}/{name}"))?))
    }
}

/// Which tasks, and how many of them at once.
pub(super) fn array_option(tasks: &str, at_once: Option<usize>) -> String {
    at_once.map_or(format!("--array={tasks}"), |most| format!("--array={tasks}%{most}"))
}

/// A word for the shell.
pub(super) fn quoted(word: &str) -> Result<String> {
    match shlex::try_quote(word) {
        Ok(quoted) => Ok(quoted.into_owned()),
        Err(_) => bail!("{word:?} cannot stand in a script: it holds a zero byte"),
    }
}

/// A value for `#SBATCH`.
fn option(value: &str) -> Result<String> {
    if value.contains(['\n', '\r', '\\']) {
        bail!(
            "{value:?} cannot stand in a job script; choose a folder without line breaks and backslashes in its name"
        );
    }
    Ok(format!("\"{}\"", value.replace('"', "\\\"")))
}

/// A path as text.
pub(super) fn path(path: &Path) -> Result<String> {
    match path.to_str() {
        Some(text) => Ok(text.to_owned()),
        None => bail!("{} cannot stand in a job script; choose a name in UTF-8", path.display()),
    }
}
