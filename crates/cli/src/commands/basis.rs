//! `advlab basis`: do single units mean more than random directions of a layer?

use std::io::Write;

use advlab_analysis::basis::Reading;
use advlab_analysis::maximise::Space;
use advlab_core::Stop;
use advlab_runner::DEFAULT_SEED;
use advlab_runner::basis::{Bases, Spec, prepare};
use anyhow::Result;
use bytesize::ByteSize;
use serde_json::{Map, Value, json};

use crate::arguments::{ModelArgs, OutArgs, PictureArgs, one_of};
use crate::desk::{Desk, outcome, stem, warn};
use crate::exit::Outcome;

/// Ask whether single units of a layer mean more than random directions: the pictures that drive them, and numbers
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    model: ModelArgs,
    /// Layer, by its name or a part of it; `advlab models show NET` lists them [default: the last hidden one]
    #[arg(long)]
    layer: Option<String>,
    /// What a unit of a layer of maps is: a channel by its mean over positions (mean), a channel by the position where it is
    /// largest (channel), or a channel at one position (position)
    #[arg(long, default_value = "mean", value_parser = |text: &str| one_of::<Reading, 3>(text, Reading::NAMES))]
    map: Reading,
    #[command(flatten)]
    pictures: PictureArgs,
    /// The first N pictures of the data set [default: all]
    #[arg(long, conflicts_with = "image", allow_negative_numbers = true)]
    n: Option<usize>,
    /// Views of each photograph: the first shows the whole, the others parts cut out at random
    #[arg(long, default_value_t = Spec::VIEWS, conflicts_with = "data", help_heading = "Files")]
    views: usize,
    /// Random directions alone
    #[arg(long, conflicts_with = "natural")]
    random: bool,
    /// Single units alone
    #[arg(long)]
    natural: bool,
    /// Take a whole random orthonormal basis, in place of random directions each drawn on its own
    #[arg(long, conflicts_with = "natural")]
    orthonormal: bool,
    /// Units to show, by number; for the layer `scores` classes by name too [default: drawn by the seed]
    #[arg(
        long,
        value_delimiter = ',',
        value_name = "UNIT,..",
        conflicts_with = "random",
        allow_negative_numbers = true
    )]
    units: Vec<String>,
    /// Directions of each kind to show; measures are taken of all units and of at least 1000 random directions
    #[arg(long, default_value_t = Spec::DIRECTIONS, allow_negative_numbers = true)]
    directions: usize,
    /// Pictures for each direction
    #[arg(long, default_value_t = Spec::TOP, allow_negative_numbers = true)]
    top: usize,
    /// Another net of the same layers: are the two layers one space, and do they have the same units?
    #[arg(long, value_name = "NET")]
    against: Option<String>,
    /// Turn the natural basis into a random one by 10 degrees at a time, and measure on the way
    #[arg(long, conflicts_with_all = ["natural", "random"])]
    sweep: bool,
    /// Make pictures from noise that maximise the directions shown
    #[arg(long)]
    synthesize: bool,
    /// Seed of everything drawn
    #[arg(long, default_value_t = DEFAULT_SEED, allow_negative_numbers = true)]
    seed: u64,
    /// Pictures that go through the net together [default: as many as make up two million values, at most 1000]
    #[arg(long, alias = "batch-size", allow_negative_numbers = true)]
    batch: Option<usize>,
    /// Memory for activations, such as 512MB; more of them go to a file that is gone with the run
    #[arg(long, default_value_t = ByteSize::b(Spec::MEMORY), value_name = "SIZE", value_parser = size)]
    memory: ByteSize,
    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    out: OutArgs,
    // The last, since what follows a heading stands below it.
    #[command(flatten)]
    synthesis: SynthesisArgs,
}

/// Settings of the pictures made from noise; the defaults depend on the size of the net's pictures, and `run.json` has them.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Synthesis (defaults by the net's input)")]
struct SynthesisArgs {
    /// Steps of the ascent
    #[arg(long, requires = "synthesize", allow_negative_numbers = true)]
    steps: Option<u32>,
    /// Size of a step
    #[arg(long, requires = "synthesize", allow_negative_numbers = true)]
    rate: Option<f64>,
    /// What the steps are taken on: pixels or fourier (the picture's spectrum)
    #[arg(long, requires = "synthesize", value_parser = |text: &str| one_of::<Space, 2>(text, Space::NAMES))]
    space: Option<Space>,
    /// Whether colours are made independent of each other
    #[arg(long, requires = "synthesize", value_name = "true|false")]
    decorrelate: Option<bool>,
    /// Grey value that it starts from and is pulled towards: 0 black, 1 white
    #[arg(long, requires = "synthesize", value_name = "GREY", allow_negative_numbers = true)]
    background: Option<f64>,
    /// Standard deviation of the noise that it starts from
    #[arg(long, requires = "synthesize", value_name = "SD", allow_negative_numbers = true)]
    start_sd: Option<f64>,
    /// Shift before each look, at most, in pixels
    #[arg(long, requires = "synthesize", value_name = "PIXELS", allow_negative_numbers = true)]
    jitter: Option<u32>,
    /// Scaling before each look, at most, such as 0.1
    #[arg(long, requires = "synthesize", allow_negative_numbers = true)]
    scale: Option<f64>,
    /// Turn before each look, at most, in degrees
    #[arg(long, requires = "synthesize", value_name = "DEGREES", allow_negative_numbers = true)]
    rotate: Option<f64>,
    /// Weight of total variation
    #[arg(long, requires = "synthesize", allow_negative_numbers = true)]
    tv: Option<f64>,
    /// Weight of the squared distance to the background
    #[arg(long, requires = "synthesize", allow_negative_numbers = true)]
    l2: Option<f64>,
    /// Standard deviation of a blur every few steps, in pixels
    #[arg(long, requires = "synthesize", value_name = "PIXELS", allow_negative_numbers = true)]
    blur: Option<f64>,
    /// Steps from one blur to the next
    #[arg(long, requires = "synthesize", value_name = "STEPS", allow_negative_numbers = true)]
    blur_every: Option<u32>,
}

fn size(text: &str) -> Result<ByteSize, String> {
    text.parse().map_err(|_| "write a number with its unit, such as 512MB or 2GB".to_owned())
}

impl SynthesisArgs {
    /// The settings that were given.
    fn given(&self) -> Map<String, Value> {
        let all = json!({
            "steps": self.steps, "rate": self.rate, "space": self.space, "decorrelate": self.decorrelate,
            "background": self.background, "start-sd": self.start_sd, "jitter": self.jitter, "scale": self.scale, "rotate": self.rotate, "tv": self.tv,
            "l2": self.l2, "blur": self.blur, "blur-every": self.blur_every,
        });
        let Value::Object(all) = all else { return Map::new() };
        all.into_iter().filter(|(_, value)| !value.is_null()).collect()
    }
}

impl Args {
    fn spec(&self) -> Spec {
        let choice = self.model.choice();
        Spec {
            model: choice.model,
            input_shape: choice.foreign.input_shape,
            classes: choice.foreign.classes,
            scores: choice.foreign.scores,
            layer: self.layer.clone(),
            map: self.map,
            input: self.pictures.input(self.n, None),
            views: self.views,
            bases: match (self.natural, self.random) {
                (true, _) => Bases::Natural,
                (_, true) => Bases::Random,
                _ => Bases::Both,
            },
            orthonormal: self.orthonormal,
            units: self.units.clone(),
            directions: self.directions,
            top: self.top,
            against: self.against.clone(),
            sweep: self.sweep,
            synthesize: self.synthesize.then(|| self.synthesis.given()),
            seed: self.seed,
            batch: self.batch,
            memory: self.memory.as_u64(),
            device: choice.device,
        }
    }
}

pub(crate) fn run(args: Args, stop: &Stop, out: &mut dyn Write) -> Result<Outcome> {
    let spec = args.spec();
    let layer = spec.layer.as_ref().map_or(String::new(), |layer| format!("-{layer}"));
    let name = format!("basis-{}{layer}", stem(&spec.model));
    carry_out(&spec, args.out.desk(&name, args.json, stop, out))
}

/// Does what flags or a file say.
pub(super) fn carry_out(spec: &Spec, mut desk: Desk<'_>) -> Result<Outcome> {
    let prepared = prepare(spec, desk.folder.clone(), desk.existing, &desk.surroundings())?;
    warn(prepared.notes(), prepared.warnings());
    let report = desk.ran(prepared.run())?;
    desk.tell(&report.summary, &report.folder, |out| Ok(write!(out, "{}", report.text())?))?;
    Ok(outcome(report.ending, report.was_finished))
}
