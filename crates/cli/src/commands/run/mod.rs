//! `advlab run`: an experiment file in, a results folder with verdicts out.

mod flags;
mod print;

use std::io::Write;
use std::path::PathBuf;

use advlab_core::{Device, Stop};
use advlab_runner::experiment::{Experiment, File};
use advlab_runner::recipes::Nets;
use advlab_runner::study::{prepare_all, sweep};
use advlab_runner::{Ending, Folder, Shard, Surroundings};
use anyhow::{Result, bail};

use super::{basis, doubt, dry_run, eval, generate, lyapunov, norms, perceptron, perturb, slice};
use crate::arguments::{OutArgs, surroundings};
use crate::desk::Desk;
use crate::exit::Outcome;

pub(crate) use print::tell;
use print::{print_trained, stopped};

/// Run an experiment file: a study with tables, figures and verdicts, nets to train, or what a command does
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Experiment file, such as experiments/neural-nets-eyes-quick.toml
    file: PathBuf,
    /// Seed, in place of the file's
    #[arg(long)]
    seed: Option<u64>,
    /// Data, in place of the file's: a name, or a folder with MNIST's files, or the one that nets and photographs lie in
    #[arg(long, value_name = "SET|DIR")]
    data: Option<String>,
    /// Photographs of digits of one's own, in place of the file's: a folder for each digit, or names that begin with it (studies
    /// of kind own-digits)
    #[arg(long, value_name = "DIR")]
    own: Option<PathBuf>,
    /// Where to run, in place of what the file says: auto, cpu, cuda or cuda:N
    #[arg(long)]
    device: Option<Device>,
    /// Do a part of a study's cells, such as 2/4: into OUT/shards/2-of-4. `auto` and `auto/4` take the number from Slurm's job arrays,
    /// Kubernetes' Indexed Jobs or GNU parallel. `advlab merge OUT` joins the parts
    #[arg(long, value_name = "I/N", value_parser = shard, requires = "out")]
    shard: Option<Shard>,
    /// Trainings and cells side by side, at most. As many as there are cores unless it is given; one on a GPU
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Check the file, list its points if it is a sweep, and say how much work it asks for; nothing is done
    #[arg(long)]
    dry_run: bool,
    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    out: OutArgs,
}

impl Args {
    fn folder(&self) -> PathBuf {
        let stem = self.file.file_stem().unwrap_or_default().to_string_lossy();
        self.out.out.clone().unwrap_or_else(|| Folder::unused(&stem))
    }
}

fn shard(text: &str) -> Result<Shard> {
    Shard::parse(text, |name| std::env::var(name).ok())
}

pub(crate) fn run(args: Args, stop: &Stop, out: &mut dyn Write) -> Result<Outcome> {
    let file = File::read(&args.file)?;
    if args.dry_run {
        return dry_run::run(&file, args.json, out);
    }
    let surroundings = Surroundings { jobs: args.jobs.map(usize::from), shard: args.shard, ..surroundings(stop) };
    let (place, existing, json) = (args.folder(), args.out.existing(), args.json);
    if file.is_sweep() {
        let settle = |experiment: &mut Experiment| args.settle(experiment);
        let search = args.search();
        let prepared = sweep::prepare(&file, &settle, &search, &place, existing, &surroundings)?;
        return tell(json, &place, prepared.run(), out);
    }
    let mut experiment = file.point(0).experiment();
    args.settle(&mut experiment)?;
    if let (Some(shard), false) = (args.shard, file.has_cells()) {
        let kind = file.kind();
        bail!(
            "--shard {shard}: a file of kind {kind} is one piece; give it a [sweep], over seeds say, to share it out"
        );
    }
    let desk = Desk { folder: place, existing, json, stop, out };
    match experiment {
        Experiment::Train(nets) => train(&nets, args.device.unwrap_or_default(), &surroundings, desk),
        Experiment::Study(study) => {
            let prepared = study.prepare(&args.search(), desk.folder.clone(), existing, &surroundings)?;
            tell(json, &desk.folder, prepared.run(), desk.out)
        }
        Experiment::Generate(spec) => generate::carry_out(&spec, desk),
        Experiment::Perturb(spec) => perturb::carry_out(&spec, desk),
        Experiment::Doubt(spec) => doubt::carry_out(&spec, desk),
        Experiment::Norms(spec) => norms::carry_out(&spec, desk),
        Experiment::Basis(spec) => basis::carry_out(&spec, desk),
        Experiment::Perceptron(spec) => perceptron::carry_out(&spec, desk),
        Experiment::Slice(spec) => slice::carry_out(&spec, desk),
        Experiment::Eval(spec) => eval::carry_out(&spec, desk),
        Experiment::Lyapunov(spec) => lyapunov::carry_out(&spec, desk),
    }
}

fn train(nets: &Nets, device: Device, surroundings: &Surroundings, desk: Desk<'_>) -> Result<Outcome> {
    let trained = desk.ran(prepare_all(nets, device, &desk.folder, desk.existing, surroundings)?.run())?;
    print_trained(desk.json, &trained, desk.out)?;
    if trained.iter().any(|net| net.report.ending == Ending::Stopped) {
        return Ok(stopped(&desk.folder.display().to_string(), "the checkpoint of the last whole epoch is"));
    }
    Ok(Outcome::Done)
}
