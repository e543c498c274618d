//! `advlab submit`: a study as jobs of a cluster.

use std::io::Write;
use std::path::PathBuf;

use advlab_runner::Folder;
use advlab_runner::experiment::File;
use advlab_runner::slurm::{Order, Resources, Submitted, Tasks, submit};
use anyhow::{Result, bail};
use clap::Parser as _;

use crate::arguments::Arguments;
use crate::exit::{Outcome, say};

/// Submit a study to Slurm: an array job with a task for each shard, and a job that joins them
///
/// Writes the scripts into the results folder and submits them. The same command again submits what failed or is missing, and leaves alone
/// what is at work. `advlab status DIR` tells how far it is.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Experiment file
    file: PathBuf,
    /// Submit to Slurm
    #[arg(long, required = true)]
    slurm: bool,
    /// Shards, a task for each; 64%8 for no more than eight at once [default: as before, or 64]
    #[arg(long, value_name = "N[%MOST]", allow_negative_numbers = true)]
    array: Option<Tasks>,
    /// GPUs of a task: a number, or a type and a number such as a100:2
    #[arg(long, value_name = "N")]
    gpus: Option<String>,
    /// Longest time of a task, such as 2:00:00
    #[arg(long, value_name = "TIME")]
    time: Option<String>,
    /// Partition
    #[arg(long, value_name = "NAME")]
    partition: Option<String>,
    /// Memory of a task, such as 8G
    #[arg(long, value_name = "SIZE")]
    mem: Option<String>,
    /// Processor cores of a task
    #[arg(long, value_name = "N")]
    cpus: Option<usize>,
    /// Account
    #[arg(long, value_name = "NAME")]
    account: Option<String>,
    /// Another option of sbatch, such as --sbatch=--qos=high; may be given several times
    #[arg(long, value_name = "OPTION", allow_hyphen_values = true)]
    sbatch: Vec<String>,
    /// Results folder, on a disk that all machines see [default: a new one below runs/]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Write the scripts and print the commands, and submit nothing
    #[arg(long)]
    dry_run: bool,
    /// What else `advlab run` is to be told, after `--`: -- --seed 7 --data mnist
    #[arg(last = true, value_name = "ARGUMENTS OF RUN")]
    arguments: Vec<String>,
}

pub(crate) fn run(args: Args, out: &mut dyn Write) -> Result<Outcome> {
    let file = File::read(&args.file)?;
    if !file.has_cells() {
        bail!(
            "{}: a file of kind {} is one piece; give it a [sweep], over seeds say, to share it out",
            args.file.display(),
            file.kind()
        );
    }
    let stem = args.file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let place = args.out.unwrap_or_else(|| Folder::unused(&stem));
    understood(&args.file, &args.arguments)?;
    let submitted = submit(Order {
        file: args.file,
        out: place,
        tasks: args.array,
        resources: Resources {
            gpus: args.gpus,
            time: args.time,
            partition: args.partition,
            memory: args.mem,
            cpus: args.cpus,
            account: args.account,
            extra: args.sbatch,
        },
        arguments: args.arguments,
        dry_run: args.dry_run,
    })?;
    tell(&submitted, args.dry_run, out)
}

/// Whether `advlab run` will understand what it is to be told: better here than in every task of the array.
fn understood(file: &PathBuf, arguments: &[String]) -> Result<()> {
    let words = ["advlab", "run"].map(Into::into).into_iter().chain([file.into()]);
    let set = ["--shard", "1/1", "--out", "shards", "--resume"].map(Into::into);
    let words: Vec<std::ffi::OsString> = words.chain(set).chain(arguments.iter().map(Into::into)).collect();
    match Arguments::try_parse_from(words) {
        Ok(_) => Ok(()),
        Err(error) => {
            let text = error.to_string();
            let first = text.lines().next().unwrap_or_default();
            bail!("`advlab run` would not take what stands after `--`: {}", first.trim_start_matches("error: "))
        }
    }
}

fn tell(submitted: &Submitted, dry_run: bool, out: &mut dyn Write) -> Result<Outcome> {
    let place = submitted.out.display();
    let finished = submitted.before.finished();
    if finished > 0 {
        writeln!(out, "{finished} of {} shards are finished", submitted.before.shards.len())?;
    }
    if dry_run {
        writeln!(out, "scripts: {place}/slurm/array.sh, {place}/slurm/merge.sh; nothing was submitted")?;
        for command in &submitted.commands {
            writeln!(out, "{command}")?;
        }
        return Ok(Outcome::Done);
    }
    if let Some((job, tasks)) = &submitted.array {
        writeln!(out, "job {job}: shards {tasks}; logs: {place}/slurm/shard-N.log")?;
    }
    match &submitted.merge {
        Some(Ok(job)) => {
            writeln!(out, "job {job}: joins the shards when the others have ended; log: {place}/slurm/merge.log")?
        }
        Some(Err(error)) => {
            say(&format!(
                "error: the job that joins the shards was not submitted: {error:#}; run `advlab merge {place}` when all are finished"
            ));
            return Ok(Outcome::Short);
        }
        None if submitted.array.is_some() => {}
        None => writeln!(out, "nothing to submit: {}", submitted.before.why_nothing())?,
    }
    writeln!(out, "how far it is: advlab status {place}")?;
    Ok(Outcome::Done)
}
