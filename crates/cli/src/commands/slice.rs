//! `advlab slice`: a plane through a picture and its adversarial counterpart.

use std::io::Write;
use std::path::PathBuf;

use advlab_attacks::perturb::PerturbParams;
use advlab_core::Stop;
use advlab_runner::DEFAULT_SEED;
use advlab_runner::perturb::{Spec as PerturbSpec, Wish};
use advlab_runner::slice::{Report, Spec, prepare};
use anyhow::Result;

use crate::arguments::{NetArgs, OutArgs, PictureArgs};
use crate::desk::{Desk, outcome, stem, warn};
use crate::exit::{Outcome, say};

/// Show what a net says in a plane through a picture, its adversarial counterpart and a random direction
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("pictures-from").required(true).args(["image", "data"])))]
pub(crate) struct Args {
    #[command(flatten)]
    pictures_from: PictureArgs,
    /// Number of the picture, from 0
    #[arg(long, default_value_t = 0, value_name = "N", allow_negative_numbers = true)]
    index: usize,
    /// Class of the counterpart: a name, a number or part of a name; or random, least-likely or runner-up [default: any other]
    #[arg(long, value_name = "LABEL", allow_negative_numbers = true)]
    target: Option<String>,
    /// Another picture file, in place of a counterpart that is searched for
    #[arg(long, value_name = "FILE", conflicts_with = "target")]
    other: Option<PathBuf>,
    /// Net: a name from `advlab models`, a .safetensors file of advlab, or a TorchScript file [default: as for perturb]
    #[arg(long)]
    model: Option<String>,
    #[command(flatten)]
    net: NetArgs,
    /// Steps of the search for the counterpart [default: the method's own]
    #[arg(long, allow_negative_numbers = true)]
    steps: Option<u32>,
    /// Points of the map along each side
    #[arg(long, default_value_t = Spec::DEFAULTS.0, value_name = "N", allow_negative_numbers = true)]
    cells: usize,
    /// How far the map reaches from the middle between the two pictures, in multiples of their distance
    #[arg(long, default_value_t = Spec::DEFAULTS.1, allow_negative_numbers = true)]
    reach: f64,
    /// Seed of the random direction, and of everything drawn while searching
    #[arg(long, default_value_t = DEFAULT_SEED, allow_negative_numbers = true)]
    seed: u64,
    /// Pictures that go through the net together [default: as many as make up 600 thousand values, at most 512]
    #[arg(long, alias = "batch-size", allow_negative_numbers = true)]
    batch: Option<usize>,
    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    out: OutArgs,
}

impl Args {
    fn spec(&self) -> Spec {
        let input = self.pictures_from.input(None, Some(self.index.saturating_add(1)));
        let input = input.expect("the command line asks for one of the two");
        let model = self.model.clone().unwrap_or_else(|| {
            let chosen = PerturbSpec::model_for(&input);
            if !chosen.note.is_empty() {
                say(&format!("note: {}", chosen.note));
            }
            chosen.name.to_owned()
        });
        let (foreign, device) = self.net.foreign();
        Spec {
            model,
            input_shape: foreign.input_shape,
            classes: foreign.classes,
            scores: foreign.scores,
            input,
            index: self.index,
            other: self.other.clone(),
            wish: self.target.clone().map_or(Wish::Untargeted, Wish::Target),
            attack: PerturbParams { steps: self.steps, ..PerturbParams::default() },
            cells: self.cells,
            reach: self.reach,
            seed: self.seed,
            batch: self.batch,
            device,
        }
    }
}

pub(crate) fn run(args: Args, stop: &Stop, out: &mut dyn Write) -> Result<Outcome> {
    let spec = args.spec();
    let name = format!("slice-{}-{}", stem(&spec.model), spec.wish.words());
    carry_out(&spec, args.out.desk(&name, args.json, stop, out))
}

/// Does what flags or a file say.
pub(super) fn carry_out(spec: &Spec, mut desk: Desk<'_>) -> Result<Outcome> {
    let prepared = prepare(spec, desk.folder.clone(), desk.existing, &desk.surroundings())?;
    warn(&[], prepared.warnings());
    let report = desk.ran(prepared.run())?;
    desk.tell(&report.summary, &report.folder, |out| print(&report, out))?;
    Ok(outcome(report.ending, report.was_finished))
}

fn print(report: &Report, out: &mut dyn Write) -> Result<()> {
    writeln!(out, "{}", report.summary.title())?;
    for sentence in report.summary.sentences() {
        writeln!(out, "{sentence}")?;
    }
    let place = report.folder.display();
    for (what, file) in
        [("plane", "plane.png"), ("line", "line.png"), ("pictures", "line-pictures.png"), ("report", "report.html")]
    {
        writeln!(out, "{:<10}{place}/{file}", format!("{what}:"))?;
    }
    Ok(())
}
