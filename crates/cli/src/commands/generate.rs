//! `advlab generate`: noise that a net takes for what was wanted.

use std::io::Write;
use std::path::Path;

use advlab_attacks::noise::{Loss, NoiseParams, Optimizer, Start};
use advlab_core::Stop;
use advlab_runner::generate::{ClassSummary, Report, Spec, prepare};
use advlab_runner::{DEFAULT_SEED, Ending};
use anyhow::Result;

use crate::arguments::{ModelArgs, OutArgs, one_of};
use crate::desk::{Desk, outcome, stem, warn};
use crate::exit::{Outcome, say};

/// Turn noise into pictures that a net labels as a chosen class, and average them
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("target").required(true).args(["digit", "class"])))]
pub(crate) struct Args {
    /// Digit to make, or `all`
    #[arg(long, value_name = "D")]
    digit: Option<String>,
    /// Class to make, by name or number, or `all`; may be given several times
    #[arg(long, value_name = "NAME")]
    class: Vec<String>,
    /// Successful examples of each class
    #[arg(long, default_value_t = Spec::N)]
    n: usize,
    #[command(flatten)]
    model: ModelArgs,
    /// Recipe that the flags below change: default, or published (normal noise, quadratic cost, plain steps of 1, no clipping)
    #[arg(long, default_value = "default", value_parser = preset, help_heading = "Recipe")]
    preset: NoiseParams,
    /// Start noise: normal:MEAN,SD, uniform or uniform:LOW,HIGH
    #[arg(long, help_heading = "Recipe")]
    start: Option<Start>,
    /// What descends: quadratic, cross-entropy or margin
    #[arg(long, value_parser = |text: &str| one_of::<Loss, 3>(text, Loss::NAMES), help_heading = "Recipe")]
    loss: Option<Loss>,
    /// How it steps: plain, momentum, adam or normalised
    #[arg(long, value_parser = |text: &str| one_of::<Optimizer, 4>(text, Optimizer::NAMES), help_heading = "Recipe")]
    optimizer: Option<Optimizer>,
    /// Step size; for normalised steps the root mean square change of a pixel
    #[arg(long, help_heading = "Recipe", allow_negative_numbers = true)]
    rate: Option<f64>,
    /// Most steps for one attempt
    #[arg(long, help_heading = "Recipe")]
    steps: Option<u32>,
    /// Keep every value in [0, 1]
    #[arg(long, help_heading = "Recipe", overrides_with = "no_clip")]
    clip: bool,
    /// Let values leave [0, 1]
    #[arg(long, help_heading = "Recipe")]
    no_clip: bool,
    /// Go on until the net is this confident, such as 0.996 [default: stop when the label is the wanted one]
    #[arg(long, value_name = "C", help_heading = "Recipe", allow_negative_numbers = true)]
    confidence: Option<f64>,
    /// Take all steps, and judge at the end
    #[arg(long, help_heading = "Recipe")]
    all_steps: bool,
    /// Attempts at each class, at most [default: 20 for each example]
    #[arg(long)]
    max_attempts: Option<u64>,
    /// Seed of the start noise
    #[arg(long, default_value_t = DEFAULT_SEED)]
    seed: u64,
    /// Attempts that go through the net together
    #[arg(long, default_value_t = Spec::BATCH)]
    batch: usize,
    /// Single pictures to write as PNG, for each class
    #[arg(long, default_value_t = Spec::PICTURES, value_name = "K")]
    pictures: usize,
    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    out: OutArgs,
}

fn preset(name: &str) -> Result<NoiseParams, String> {
    NoiseParams::preset(name).ok_or_else(|| format!("use {}", NoiseParams::PRESETS.join(" or ")))
}

impl Args {
    fn spec(&self) -> Spec {
        let own = &self.preset;
        let noise = NoiseParams {
            start: self.start.unwrap_or(own.start),
            loss: self.loss.unwrap_or(own.loss),
            optimizer: self.optimizer.unwrap_or(own.optimizer),
            rate: self.rate.unwrap_or(own.rate),
            steps: self.steps.unwrap_or(own.steps),
            clip: self.clip || (own.clip && !self.no_clip),
            confidence: self.confidence.or(own.confidence),
            early_stop: own.early_stop && !self.all_steps,
        };
        let choice = self.model.choice();
        Spec {
            model: choice.model,
            input_shape: choice.foreign.input_shape,
            classes: choice.foreign.classes,
            scores: choice.foreign.scores,
            targets: self.digit.iter().chain(&self.class).cloned().collect(),
            n: self.n,
            noise,
            max_attempts: self.max_attempts.unwrap_or(Spec::attempts_for(self.n)),
            seed: self.seed,
            batch: self.batch,
            pictures: self.pictures,
            device: choice.device,
        }
    }
}

pub(crate) fn run(args: Args, stop: &Stop, out: &mut dyn Write) -> Result<Outcome> {
    let spec = args.spec();
    let name = format!("generate-{}-{}", stem(&spec.model), spec.targets.join("-"));
    carry_out(&spec, args.out.desk(&name, args.json, stop, out))
}

/// Does what flags or a file say.
pub(super) fn carry_out(spec: &Spec, mut desk: Desk<'_>) -> Result<Outcome> {
    let prepared = prepare(spec, desk.folder.clone(), desk.existing, &desk.surroundings())?;
    warn(&[], prepared.warnings());
    let report = desk.ran(prepared.run())?;
    desk.tell(&report.summary, &report.folder, |out| print(&report, out))?;
    let place = report.folder.display();
    match report.ending {
        Ending::Complete => {}
        Ending::Short => say(&format!(
            "hint: not every class got its {} examples within {} attempts; try --preset default, more --steps, or \
             more --max-attempts",
            spec.n, spec.max_attempts
        )),
        Ending::Stopped => {
            say(&format!("stopped; what is done is kept. Go on with the same command and --out {place} --resume"));
        }
    }
    Ok(outcome(report.ending, report.was_finished))
}

fn print(report: &Report, out: &mut dyn Write) -> Result<()> {
    let summary = &report.summary;
    let net = summary.architecture.as_ref().map_or_else(String::new, |text| format!(" ({text})"));
    writeln!(out, "Noise that {}{net} labels as wanted, in {:.2} s", summary.model, summary.seconds)?;
    for class in &summary.classes {
        print_class(class, out)?;
    }
    let place = report.folder.display();
    if summary.classes.iter().any(|class| class.successes > 0) {
        writeln!(out, "averages: {place}/average.png")?;
        writeln!(out, "examples: {place}/examples.png{}", singles(&report.folder))?;
    }
    writeln!(out, "numbers:  {place}/examples.npz, {place}/examples.csv")?;
    writeln!(out, "report:   {place}/report.html")?;
    Ok(())
}

/// Where the single pictures are, if there are any.
fn singles(folder: &Path) -> String {
    let pictures = folder.join("pictures");
    if pictures.is_dir() { format!(", single ones in {}/", pictures.display()) } else { String::new() }
}

fn print_class(class: &ClassSummary, out: &mut dyn Write) -> Result<()> {
    let percent = |share: f64| format!("{:.2} %", 100.0 * share);
    writeln!(
        out,
        "{}: {} examples from {} attempts, success rate {} ({} to {})",
        class.class,
        class.successes,
        class.attempts,
        percent(class.success_rate),
        percent(class.success_interval.0),
        percent(class.success_interval.1)
    )?;
    if let (Some(steps), Some(confidence)) = (class.steps, class.confidence) {
        writeln!(
            out,
            "   steps: median {} (5 % below {}, 5 % above {}); confidence: median {} ({}, {})",
            steps.median,
            steps.low.round(),
            steps.high.round(),
            percent(confidence.median),
            percent(confidence.low),
            percent(confidence.high)
        )?;
    }
    if class.from_the_start > 0.0 {
        writeln!(out, "   {} of them were labelled so before the first step", percent(class.from_the_start))?;
    }
    if let (Some(raw), Some(stretched)) = (&class.average, &class.average_stretched) {
        let confidence = |value: f32| percent(f64::from(value));
        writeln!(
            out,
            "   their average is labelled {} with {}; stretched to full contrast {} with {}",
            raw.name,
            confidence(raw.seen.confidence),
            stretched.name,
            confidence(stretched.seen.confidence)
        )?;
    }
    Ok(())
}
