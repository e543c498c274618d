//! `advlab run`: an experiment file in, a results folder with verdicts out.

use std::io::Write;
use std::path::PathBuf;

use advlab_core::{Device, Stop};
use advlab_datasets::Split;
use advlab_runner::experiment::{Experiment, File};
use advlab_runner::study::{
    Finding, Report, Search, Trained, bases, learning, noise, own_digits, photos, pool, prepare_all, training_sets,
    transfer,
};
use advlab_runner::{DataSpec, Ending, Folder, Input};
use anyhow::{Result, bail};

use super::{basis, dry_run, eval, generate, perturb};
use crate::arguments::{OutArgs, data_spec, surroundings};
use crate::exit::{Outcome, WhileRunning};

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

    /// Studies on several data sets take them from the file alone.
    fn no_data(&self) -> Result<()> {
        match &self.data {
            None => Ok(()),
            Some(_) => {
                bail!("--data is for studies on one data set; this one names several, in {}", self.file.display())
            }
        }
    }

    /// Pictures to work on: those of another set where there was a set.
    fn input(&self, of_file: Input) -> Result<Input> {
        match of_file {
            Input::Data { set, split } => Ok(Input::Data { set: self.data(&set), split }),
            Input::Images(_) if self.data.is_some() => {
                bail!(
                    "--data is for files that take pictures of a data set; {} names picture files",
                    self.file.display()
                )
            }
            images @ Input::Images(_) => Ok(images),
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

pub(crate) fn run(args: Args, stop: &Stop, out: &mut dyn Write) -> Result<Outcome> {
    let file = File::read(&args.file)?;
    if args.dry_run {
        return dry_run::run(&file, args.json, out);
    }
    if file.is_sweep() {
        bail!("{}: this is a sweep of {} points; --dry-run lists them", args.file.display(), file.len());
    }
    let experiment = file.point(0).experiment();
    if args.own.is_some() && !matches!(experiment, Experiment::OwnDigits(_)) {
        bail!("--own is for studies of kind own-digits, and {} is of another", args.file.display());
    }
    match experiment {
        Experiment::Train(mut nets) => {
            nets.seed = args.seed.unwrap_or(nets.seed);
            nets.data = args.data(&nets.data);
            let device = args.device.unwrap_or_default();
            let place = args.folder();
            let trainings = prepare_all(&nets, device, &place, args.out.existing(), &surroundings(stop))?;
            let trained = trainings.run().map_err(|error| error.context(WhileRunning))?;
            print_trained(&args, &trained, out)?;
            if trained.iter().any(|net| net.report.ending == Ending::Stopped) {
                return Ok(stopped(&place.display().to_string(), "the checkpoint of the last whole epoch is"));
            }
        }
        Experiment::Bases(mut spec) => {
            spec.seed = args.seed.unwrap_or(spec.seed);
            spec.data = spec.data.as_ref().map(|data| args.data(data));
            spec.device = args.device.unwrap_or(spec.device);
            let search = Search::of_process(args.data.as_ref().map(PathBuf::from), args.file.parent());
            let prepared = bases::prepare(&spec, &search, args.folder(), args.out.existing(), &surroundings(stop))?;
            return tell(&args, prepared.run(), out);
        }
        Experiment::Learning(mut spec) => {
            spec.seed = args.seed.unwrap_or(spec.seed);
            spec.device = args.device.unwrap_or(spec.device);
            args.no_data()?;
            let prepared = learning::prepare(&spec, args.folder(), args.out.existing(), &surroundings(stop))?;
            return tell(&args, prepared.run(), out);
        }
        Experiment::Noise(mut spec) => {
            spec.seed = args.seed.unwrap_or(spec.seed);
            spec.data = args.data(&spec.data);
            spec.device = args.device.unwrap_or(spec.device);
            let prepared = noise::prepare(&spec, args.folder(), args.out.existing(), &surroundings(stop))?;
            return tell(&args, prepared.run(), out);
        }
        Experiment::OwnDigits(mut spec) => {
            spec.seed = args.seed.unwrap_or(spec.seed);
            spec.sets[0] = args.data(&spec.sets[0]);
            spec.own = args.own.clone().map(std::path::absolute).transpose()?.or(spec.own);
            spec.device = args.device.unwrap_or(spec.device);
            let search = Search::of_process(None, args.file.parent());
            let (place, existing) = (args.folder(), args.out.existing());
            let prepared = own_digits::prepare(&spec, &search, place, existing, &surroundings(stop))?;
            return tell(&args, prepared.run(), out);
        }
        Experiment::Pool(mut spec) => {
            spec.seed = args.seed.unwrap_or(spec.seed);
            spec.data = args.data(&spec.data);
            spec.device = args.device.unwrap_or(spec.device);
            let prepared = pool::prepare(&spec, args.folder(), args.out.existing(), &surroundings(stop))?;
            return tell(&args, prepared.run(), out);
        }
        Experiment::Photos(mut spec) => {
            spec.seed = args.seed.unwrap_or(spec.seed);
            spec.device = args.device.unwrap_or(spec.device);
            let search = Search::of_process(args.data.as_ref().map(PathBuf::from), args.file.parent());
            let (place, existing) = (args.folder(), args.out.existing());
            let prepared = photos::prepare(&spec, &search, place, existing, &surroundings(stop))?;
            return tell(&args, prepared.run(), out);
        }
        Experiment::TrainingSets(mut spec) => {
            if args.data.is_some() {
                bail!(
                    "--data names one data set, and this study compares several; name their folders in the file, in `sets`"
                );
            }
            spec.seed = args.seed.unwrap_or(spec.seed);
            spec.device = args.device.unwrap_or(spec.device);
            let prepared = training_sets::prepare(&spec, args.folder(), args.out.existing(), &surroundings(stop))?;
            return tell(&args, prepared.run(), out);
        }
        Experiment::Generate(mut spec) => {
            spec.seed = args.seed.unwrap_or(spec.seed);
            spec.device = args.device.unwrap_or(spec.device);
            if args.data.is_some() {
                bail!("--data names pictures, and files of kind generate make theirs out of noise; leave it out");
            }
            return generate::carry_out(&spec, args.folder(), args.out.existing(), args.json, stop, out);
        }
        Experiment::Perturb(mut spec) => {
            spec.seed = args.seed.unwrap_or(spec.seed);
            spec.device = args.device.unwrap_or(spec.device);
            spec.input = args.input(spec.input)?;
            return perturb::carry_out(&spec, args.folder(), args.out.existing(), args.json, stop, out);
        }
        Experiment::Basis(mut spec) => {
            spec.seed = args.seed.unwrap_or(spec.seed);
            spec.device = args.device.unwrap_or(spec.device);
            spec.input = match spec.input {
                Some(input) => Some(args.input(input)?),
                None => args.data.as_deref().map(|data| Input::Data { set: data_spec(data), split: Split::Test }),
            };
            return basis::carry_out(&spec, args.folder(), args.out.existing(), args.json, stop, out);
        }
        Experiment::Eval(mut spec) => {
            spec.seed = args.seed.unwrap_or(spec.seed);
            spec.device = args.device.unwrap_or(spec.device);
            spec.data = args.data(&spec.data);
            return eval::carry_out(&spec, args.folder(), args.out.existing(), args.json, stop, out);
        }
        Experiment::Transfer(mut spec) => {
            spec.seed = args.seed.unwrap_or(spec.seed);
            spec.data = args.data(&spec.data);
            spec.device = args.device.unwrap_or(spec.device);
            let prepared = transfer::prepare(&spec, args.folder(), args.out.existing(), &surroundings(stop))?;
            return tell(&args, prepared.run(), out);
        }
    }
    Ok(Outcome::Done)
}

fn tell(args: &Args, report: Result<Report>, out: &mut dyn Write) -> Result<Outcome> {
    let report = report.map_err(|error| error.context(WhileRunning))?;
    if report.ending == Ending::Stopped {
        let done = format!("{} of {} cells are", report.cells.0, report.cells.1);
        return Ok(stopped(&report.folder.display().to_string(), &done));
    }
    print_study(args, &report, out)?;
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

fn print_study(args: &Args, report: &Report, out: &mut dyn Write) -> Result<()> {
    if args.json {
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
