//! `advlab run`: an experiment file in, a results folder with verdicts out.

use std::io::Write;
use std::path::{Path, PathBuf};

use advlab_core::{Device, Stop};
use advlab_runner::recipes::Nets;
use advlab_runner::study::{Experiment, Finding, Report, Search, Study, Trained, prepare_all, read};
use advlab_runner::{DataSpec, Ending, Folder, Shard, Surroundings};
use anyhow::{Result, bail};

use crate::arguments::{OutArgs, data_spec, surroundings};
use crate::exit::{Outcome, WhileRunning};

/// Run an experiment file: a study with tables, figures and verdicts, or nets to train
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

    /// Studies on several data sets take them from the file alone.
    fn no_data(&self) -> Result<()> {
        match &self.data {
            None => Ok(()),
            Some(_) => {
                bail!("--data is for studies on one data set; this one names several, in {}", self.file.display())
            }
        }
    }

    fn data(&self, of_file: &DataSpec) -> DataSpec {
        let Some(text) = &self.data else { return of_file.clone() };
        let given = data_spec(text);
        // A folder holds what the file asks for; another name is another set.
        let set = if given.dir.is_some() && !given.is_folder() { of_file.set.clone() } else { given.set };
        DataSpec { set, dir: given.dir, ..of_file.clone() }
    }
}

fn shard(text: &str) -> Result<Shard> {
    Shard::parse(text, |name| std::env::var(name).ok())
}

pub(crate) fn run(args: Args, stop: &Stop, out: &mut dyn Write) -> Result<Outcome> {
    let experiment = read(&args.file)?;
    let surroundings = Surroundings { jobs: args.jobs.map(usize::from), shard: args.shard, ..surroundings(stop) };
    match experiment {
        Experiment::Train(nets) => train(&args, *nets, &surroundings, out),
        Experiment::Study(mut study) => {
            let search = settle(&args, &mut study)?;
            let place = args.folder();
            let prepared = study.prepare(&search, place.clone(), args.out.existing(), &surroundings)?;
            tell(args.json, &place, prepared.run(), out)
        }
    }
}

/// Puts what flags say in the place of what the file says, and tells where nets and photographs are looked for.
fn settle(args: &Args, study: &mut Study) -> Result<Search> {
    let mut place = None;
    match study {
        Study::Bases(spec) => {
            spec.data = spec.data.as_ref().map(|data| args.data(data));
            place = args.data.as_ref().map(PathBuf::from);
        }
        Study::Photos(_) => place = args.data.as_ref().map(PathBuf::from),
        Study::Noise(spec) => spec.data = args.data(&spec.data),
        Study::Pool(spec) => spec.data = args.data(&spec.data),
        Study::Transfer(spec) => spec.data = args.data(&spec.data),
        Study::OwnDigits(spec) => {
            spec.sets[0] = args.data(&spec.sets[0]);
            spec.own = args.own.clone().map(std::path::absolute).transpose()?.or(spec.own.take());
        }
        Study::Learning(_) => args.no_data()?,
        Study::TrainingSets(_) if args.data.is_some() => bail!(
            "--data names one data set, and this study compares several; name their folders in the file, in `sets`"
        ),
        Study::TrainingSets(_) => {}
    }
    if args.own.is_some() && !matches!(study, Study::OwnDigits(_)) {
        bail!("--own is for studies of kind own-digits, and {} is of another", args.file.display());
    }
    let (seed, device) = study.seed_and_device();
    *seed = args.seed.unwrap_or(*seed);
    *device = args.device.unwrap_or(*device);
    Ok(Search::of_process(place, args.file.parent()))
}

fn train(args: &Args, mut nets: Nets, surroundings: &Surroundings, out: &mut dyn Write) -> Result<Outcome> {
    if let Some(shard) = args.shard {
        bail!("--shard {shard}: a file of kind train has no cells to share out; its nets train side by side by --jobs");
    }
    if args.own.is_some() {
        bail!("--own is for studies of kind own-digits, and {} is of another", args.file.display());
    }
    nets.seed = args.seed.unwrap_or(nets.seed);
    nets.data = args.data(&nets.data);
    let place = args.folder();
    let trainings = prepare_all(&nets, args.device.unwrap_or_default(), &place, args.out.existing(), surroundings)?;
    let trained = trainings.run().map_err(|error| error.context(WhileRunning))?;
    print_trained(args, &trained, out)?;
    if trained.iter().any(|net| net.report.ending == Ending::Stopped) {
        return Ok(stopped(&place.display().to_string(), "the checkpoint of the last whole epoch is"));
    }
    Ok(Outcome::Done)
}

/// Prints what came of a study that was to go to `whole`.
pub(crate) fn tell(json: bool, whole: &Path, report: Result<Report>, out: &mut dyn Write) -> Result<Outcome> {
    let report = report.map_err(|error| error.context(WhileRunning))?;
    if report.ending == Ending::Stopped {
        let done = format!("{} of {} cells are", report.cells.0, report.cells.1);
        return Ok(stopped(&whole.display().to_string(), &done));
    }
    match report.shard {
        Some(shard) => print_shard(json, whole, &report, shard, out)?,
        None => print_study(json, &report, out)?,
    }
    Ok(Outcome::Done)
}

fn stopped(place: &str, what: &str) -> Outcome {
    eprintln!("stopped; {what} kept. Go on with the same command and --out {place} --resume");
    Outcome::Short
}

fn print_trained(args: &Args, trained: &[Trained], out: &mut dyn Write) -> Result<()> {
    if args.json {
        let nets = trained.iter().map(
            |net| serde_json::json!({"name": net.name, "folder": net.report.folder, "history": net.report.history}),
        );
        writeln!(out, "{}", serde_json::Value::from(nets.collect::<Vec<_>>()))?;
        return Ok(());
    }
    for net in trained {
        let Some(last) = net.report.history.last() else { continue };
        writeln!(
            out,
            "{} ({}): {:.2} % of the test pictures right after {} epochs; {}",
            net.name,
            net.architecture,
            100.0 * last.test_accuracy,
            last.epoch,
            net.report.folder.display()
        )?;
    }
    Ok(())
}

fn print_shard(json: bool, whole: &Path, report: &Report, shard: Shard, out: &mut dyn Write) -> Result<()> {
    let (place, cells) = (report.folder.display(), report.cells.1);
    if json {
        let text = serde_json::json!({"folder": report.folder, "shard": shard, "cells": cells});
        writeln!(out, "{text}")?;
        return Ok(());
    }
    writeln!(
        out,
        "shard {shard}: its {cells} cells are done, in {place}\njoin them all: advlab merge {}",
        whole.display()
    )?;
    Ok(())
}

fn print_study(json: bool, report: &Report, out: &mut dyn Write) -> Result<()> {
    if json {
        let text = serde_json::json!({
            "folder": report.folder, "cells": report.cells.1, "remarks": report.remarks, "findings": report.findings,
        });
        writeln!(out, "{text}")?;
        return Ok(());
    }
    write!(out, "{}", report.shown)?;
    for finding in &report.findings {
        print_finding(finding, out)?;
    }
    let place = report.folder.display();
    for remark in &report.remarks {
        writeln!(out, "{remark}")?;
    }
    writeln!(out, "report:  {place}/report.html, {place}/report.md\ntables:  {place}/*.csv\nfigures: {place}/*.png")?;
    Ok(())
}

fn print_finding(finding: &Finding, out: &mut dyn Write) -> Result<()> {
    writeln!(out, "{}  {}: {}", finding.key, finding.verdict.text(), finding.claim)?;
    for criterion in &finding.criteria {
        let mark = match criterion.met {
            Some(true) => "+",
            Some(false) => "-",
            None => "?",
        };
        writeln!(out, "    {mark} {}: {}", criterion.text, criterion.number)?;
    }
    Ok(())
}
