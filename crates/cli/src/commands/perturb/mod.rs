//! `advlab perturb`: the smallest change that makes a net say something else.

mod parse;
mod print;

use std::io::Write;
use std::path::Path;

use advlab_attacks::perturb::{Method, PerturbParams};
use advlab_core::{Norm, Stop};
use advlab_runner::perturb::{Spec, Wish, prepare};
use advlab_runner::{DEFAULT_SEED, Ending, Input};
use anyhow::Result;

use crate::arguments::{NetArgs, OutArgs, PictureArgs};
use crate::desk::{Desk, outcome, warn};
use crate::exit::{Outcome, say};
use parse::{method, norm, number};
use print::{lost_at_own_size, print, short, stopped};

/// Find the smallest change of a picture that makes a net see a chosen class, or anything else
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("pictures-from").required(true).args(["image", "data"])))]
#[command(group(clap::ArgGroup::new("wish").required(true).args(["target", "untargeted"])))]
pub(crate) struct Args {
    #[command(flatten)]
    pictures_from: PictureArgs,
    /// The first N pictures of the data set [default: 100]
    #[arg(long, conflicts_with = "image", allow_negative_numbers = true)]
    n: Option<usize>,
    /// Class to make: a name, a number or part of a name; or random, least-likely, runner-up or every
    #[arg(long, value_name = "LABEL", allow_negative_numbers = true)]
    target: Option<String>,
    /// Any other class will do
    #[arg(long)]
    untargeted: bool,
    /// Let `--target every` run on a net of many classes
    #[arg(long)]
    yes: bool,
    /// Net: a name from `advlab models`, a .safetensors file of advlab, or a TorchScript file [default: for files a net
    /// trained on ImageNet if one is pulled, else objects; for data the net that was made for them, else shallow]
    #[arg(long)]
    model: Option<String>,
    #[command(flatten)]
    net: NetArgs,
    /// How to search: minimal, lbfgs, fgsm, pgd, deepfool, carlini-wagner, ddn, fmn, alma or pdgd
    #[arg(long, default_value = "minimal", value_parser = method, alias = "attack", help_heading = "Search")]
    method: Method,
    /// Length that is made small: l0, l1, l2 or linf
    #[arg(long, default_value = "l2", value_parser = norm, help_heading = "Search")]
    norm: Norm,
    /// Steps of the search, as the method counts them [default: the method's own]
    #[arg(long, aliases = ["iterations", "max-iter"], allow_negative_numbers = true, help_heading = "Search")]
    steps: Option<u32>,
    /// Keep to this radius in place of a search for the smallest, such as 8/255; for fgsm and pgd
    #[arg(long, alias = "eps", value_parser = number, allow_negative_numbers = true, help_heading = "Search")]
    epsilon: Option<f64>,
    /// Weight of the squared length in lbfgs [default: the largest that succeeds]
    #[arg(long, allow_negative_numbers = true, help_heading = "Search")]
    c: Option<f64>,
    /// Keep results to values that a file of so many bits can hold; 0 for no such condition [default: 8 for files, 0 for data]
    #[arg(long, allow_negative_numbers = true, help_heading = "Search")]
    bits: Option<u8>,
    /// Seed of random targets and of everything drawn while searching
    #[arg(long, default_value_t = DEFAULT_SEED, allow_negative_numbers = true)]
    seed: u64,
    /// Pictures that go through the net together [default: at most 256 and as many as make up 600 thousand values, which is
    /// four photographs of 3x224x224; on a CUDA device four million]
    #[arg(long, alias = "batch-size", allow_negative_numbers = true)]
    batch: Option<usize>,
    /// Give the change back at the picture's own size too
    #[arg(long, conflicts_with = "data", help_heading = "Files")]
    own_size: bool,
    /// Results to write as PNG and read back [default: all]
    #[arg(long, value_name = "K", allow_negative_numbers = true)]
    pictures: Option<usize>,
    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    out: OutArgs,
}

impl Args {
    fn spec(&self) -> Spec {
        let wish = self.target.clone().map_or(Wish::Untargeted, Wish::Target);
        let input = self
            .pictures_from
            .input(self.n, Some(Spec::PICTURES_OF_SET))
            .expect("the command line asks for one of the two");
        let model = self.model.clone().unwrap_or_else(|| {
            let chosen = Spec::model_for(&input);
            if !chosen.note.is_empty() {
                say(&format!("note: {}", chosen.note));
            }
            chosen.name.to_owned()
        });
        let bits = self.bits.unwrap_or(Spec::bits_for(&input));
        let (foreign, device) = self.net.foreign();
        Spec {
            model,
            input_shape: foreign.input_shape,
            classes: foreign.classes,
            scores: foreign.scores,
            input,
            own_size: self.own_size,
            wish,
            attack: PerturbParams {
                method: self.method,
                norm: self.norm,
                steps: self.steps,
                bits,
                epsilon: self.epsilon,
                c: self.c,
            },
            seed: self.seed,
            batch: self.batch,
            pictures: self.pictures,
            many: self.yes,
            device,
        }
    }
}

/// What a run is called: net, pictures, wish.
fn name(spec: &Spec) -> String {
    let stem = |path: &Path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let pictures = match &spec.input {
        Input::Images(images) if images.files.len() == 1 => stem(&images.files[0]),
        Input::Images(images) => format!("{}-pictures", images.files.len()),
        Input::Data { set, .. } => set.set.clone(),
    };
    format!("perturb-{}-{pictures}-{}", stem(Path::new(&spec.model)), spec.wish.words())
}

pub(crate) fn run(args: Args, stop: &Stop, out: &mut dyn Write) -> Result<Outcome> {
    let spec = args.spec();
    carry_out(&spec, args.out.desk(&name(&spec), args.json, stop, out))
}

/// Does what flags or a file say.
pub(super) fn carry_out(spec: &Spec, mut desk: Desk<'_>) -> Result<Outcome> {
    let prepared = prepare(spec, desk.folder.clone(), desk.existing, &desk.surroundings())?;
    warn(prepared.notes(), prepared.warnings().iter().map(|warning| &warning.text));
    let report = desk.ran(prepared.run())?;
    desk.tell(&report.summary, &report.folder, |out| print(&report, out))?;
    if let Some(lost) = lost_at_own_size(&report.summary) {
        say(&format!("warning: {lost}"));
    }
    match report.ending {
        Ending::Complete => {}
        Ending::Short => say(&format!("hint: {}", short(spec, &report.summary))),
        Ending::Stopped => say(&stopped(&report)),
    }
    Ok(outcome(report.ending, report.was_finished))
}
