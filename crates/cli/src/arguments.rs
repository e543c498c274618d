//! The command line as a whole, and flags that several commands share.

use std::io::Write;
use std::path::{Path, PathBuf};

use advlab_core::{Device, InputShape, ScoreKind, Stop};
use advlab_datasets::folder::is_one;
use advlab_datasets::photo::{Fit, MAX_PIXELS};
use advlab_datasets::{FOLDER, Split};
use advlab_model_zoo::Foreign;
use advlab_runner::{
    DEFAULT_MODEL, DataSpec, Existing, Folder, Images, Input, ModelChoice, Progress, Surroundings, recipes,
};
use anyhow::{Result, bail};
use clap::{Args, Parser, Subcommand};

use crate::commands;
use crate::desk::Desk;
use crate::exit::say;

/// Research on adversarial examples: what does this network really see?
#[derive(Debug, Parser)]
#[command(version, max_term_width = 110, propagate_version = true)]
pub(crate) struct Arguments {
    /// Show on stderr what goes into log.txt of the results folder
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Generate(commands::generate::Args),
    Perturb(commands::perturb::Args),
    Basis(commands::basis::Args),
    Norms(commands::norms::Args),
    Doubt(commands::doubt::Args),
    Train(commands::train::Args),
    Eval(commands::eval::Args),
    Slice(commands::slice::Args),
    Perceptron(commands::perceptron::Args),
    Lyapunov(commands::lyapunov::Args),
    Models(commands::models::Args),
    Export(commands::export::Args),
    Run(commands::run::Args),
    Check(commands::check::Args),
    New(commands::new::Args),
    Schema(commands::schema::Args),
    Merge(commands::merge::Args),
    Submit(commands::submit::Args),
    Status(commands::status::Args),
    List(commands::list::Args),
    Show(commands::show::Args),
    Diff(commands::diff::Args),
    Verify(commands::verify::Args),
    Report(commands::report::Args),
    Data(commands::data::Args),
    Doctor(commands::doctor::Args),
}

/// Where results go.
#[derive(Debug, Args)]
pub(crate) struct OutArgs {
    /// Results folder [default: a new one below runs/]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Write over the run that the results folder holds
    #[arg(long, conflicts_with = "resume")]
    pub(crate) force: bool,
    /// Go on with the run that the results folder holds
    #[arg(long, requires = "out")]
    pub(crate) resume: bool,
}

impl OutArgs {
    /// The folder: the one asked for, or a new one of this name.
    pub(crate) fn folder(&self, name: &str) -> PathBuf {
        let Some(folder) = &self.out else { return Folder::unused(name) };
        if self.resume && !folder.read_dir().is_ok_and(|mut entries| entries.next().is_some()) {
            say(&format!("note: nothing to resume in {}; starting from the beginning", folder.display()));
        }
        folder.clone()
    }

    /// Where results of this name go, and how the user is told of them.
    pub(crate) fn desk<'a>(&self, name: &str, json: bool, stop: &'a Stop, out: &'a mut dyn Write) -> Desk<'a> {
        Desk { folder: self.folder(name), existing: self.existing(), json, stop, out }
    }

    /// What to do with what is there.
    pub(crate) const fn existing(&self) -> Existing {
        match (self.force, self.resume) {
            (true, _) => Existing::Force,
            (_, true) => Existing::Resume,
            _ => Existing::Refuse,
        }
    }
}

/// Which net.
#[derive(Debug, Args)]
pub(crate) struct ModelArgs {
    /// Net: a name from `advlab models`, a .safetensors file of advlab, or a TorchScript file
    #[arg(long, default_value = DEFAULT_MODEL)]
    pub(crate) model: String,
    #[command(flatten)]
    net: NetArgs,
}

/// What a net's file does not say, and where it runs.
#[derive(Debug, Args)]
pub(crate) struct NetArgs {
    /// Shape of the pictures that a TorchScript net takes, such as 1x28x28 or 784
    #[arg(long, value_name = "CxHxW")]
    input_shape: Option<InputShape>,
    /// Text file with a class name in each line, for a TorchScript net
    #[arg(long, value_name = "FILE")]
    classes: Option<PathBuf>,
    /// What the numbers are that a TorchScript net puts out: logits (a softmax of them is the confidence), probabilities (they
    /// add up to 1), sigmoid-logits (a sigmoid of each is the confidence) or sigmoid-probabilities (each from 0 to 1 on its
    /// own) [default: logits]
    #[arg(long, value_parser = scores, value_name = "KIND")]
    scores: Option<ScoreKind>,
    /// Where to run: auto, cpu, cuda or cuda:N
    #[arg(long, default_value_t)]
    device: Device,
}

fn scores(text: &str) -> Result<ScoreKind, String> {
    one_of(text, ScoreKind::NAMES)
}

/// Reads one of a few words into the type that files spell the same way.
pub(crate) fn one_of<T: serde::de::DeserializeOwned, const N: usize>(
    text: &str,
    names: [&str; N],
) -> Result<T, String> {
    serde_json::from_value(serde_json::Value::from(text)).map_err(|_| {
        let (last, others) = names.split_last().expect("there is something to choose from");
        format!("use {} or {last}", others.join(", "))
    })
}

impl ModelArgs {
    pub(crate) fn choice(&self) -> ModelChoice {
        let (foreign, device) = self.net.foreign();
        ModelChoice { model: self.model.clone(), foreign, device }
    }
}

impl NetArgs {
    /// What is said of a foreign net, and the device.
    pub(crate) fn foreign(&self) -> (Foreign, Device) {
        let classes = self.classes.clone();
        (Foreign { input_shape: self.input_shape, classes, scores: self.scores }, self.device)
    }
}

/// Which pictures to work on: files, or those of a data set.
#[derive(Debug, Args)]
pub(crate) struct PictureArgs {
    /// Picture files of any kind, or folders of them
    #[arg(long, value_name = "FILE", num_args = 1.., alias = "images")]
    image: Vec<PathBuf>,
    /// Pictures of a data set in place of files: mnist and the like, digits, objects or cells (drawn by formula), a folder that holds a
    /// folder of pictures for each class, or one with MNIST's files
    #[arg(long, value_name = "SET|DIR")]
    data: Option<String>,
    /// Which half of the data set: train or test
    #[arg(long, default_value = "test", conflicts_with = "image", value_parser = |text: &str| text.parse::<Split>().map_err(|e| e.to_string()))]
    split: Split,
    /// Most pixels of a file
    #[arg(long, default_value_t = MAX_PIXELS, value_name = "N", conflicts_with = "data", allow_negative_numbers = true, help_heading = "Files")]
    max_pixels: u64,
    #[command(flatten)]
    folder: FolderArgs,
}

/// How picture files become what a net takes, and how a folder of them becomes a data set.
#[derive(Debug, Args)]
struct FolderArgs {
    /// Part of a picture that the net sees: crop (the largest in the middle), inner (7/8 of that) or stretch (all of it)
    /// [default: crop]
    #[arg(long, value_parser = |text: &str| one_of::<Fit, 3>(text, Fit::NAMES), help_heading = "Files")]
    fit: Option<Fit>,
    /// Share of a folder's pictures that are for testing, if it has no train/ and test/ [default: 0.2]
    #[arg(long, value_name = "SHARE", allow_negative_numbers = true, help_heading = "Files")]
    test_share: Option<f64>,
    /// Take grey pictures among coloured ones, as three equal channels
    #[arg(long, help_heading = "Files")]
    mixed: bool,
    /// Leave out pictures of a folder that cannot be read
    #[arg(long, help_heading = "Files")]
    skip_broken: bool,
}

impl FolderArgs {
    /// The data with what the flags say.
    fn of(&self, data: DataSpec) -> DataSpec {
        DataSpec {
            fit: self.fit.or(data.fit),
            test_share: self.test_share.or(data.test_share),
            mixed: self.mixed || data.mixed,
            skip_broken: self.skip_broken || data.skip_broken,
            ..data
        }
    }
}

impl PictureArgs {
    /// So many pictures of the set that a net was made for, where the flags say how many and not of what.
    ///
    /// # Errors
    /// A net of which that is not known.
    pub(crate) fn of_own(&self, n: Option<usize>, model: &str) -> Result<Option<Input>> {
        if n.is_none() || self.data.is_some() || !self.image.is_empty() {
            return Ok(None);
        }
        let Some(set) = recipes::own_data(model) else {
            bail!("--n is a number of pictures of a set; name the set with --data");
        };
        let set = match self.split {
            Split::Train => DataSpec { train: n, ..set },
            Split::Test => DataSpec { test: n, ..set },
        };
        Ok(Some(Input::Data { set, split: self.split }))
    }

    /// What the flags say, if they say anything; of a set the first `n`, or if nobody says how many the `usual` first.
    pub(crate) fn input(&self, n: Option<usize>, usual: Option<usize>) -> Option<Input> {
        let Some(data) = &self.data else {
            let images = Images {
                files: self.image.clone(),
                fit: self.folder.fit.unwrap_or_default(),
                max_pixels: self.max_pixels,
            };
            return (!self.image.is_empty()).then_some(Input::Images(images));
        };
        let set = self.folder.of(data_spec(data));
        let (n, at_most) = match n {
            None if set.is_folder() => (None, usual), // which may hold fewer
            asked => (asked.or(usual), None),
        };
        let set = DataSpec { at_most, ..set };
        let set = match self.split {
            Split::Train => DataSpec { train: n, ..set },
            Split::Test => DataSpec { test: n, ..set },
        };
        Some(Input::Data { set, split: self.split })
    }
}

/// Which pictures: a name, or a folder with the files.
#[derive(Debug, Args)]
pub(crate) struct DataArgs {
    /// Data: mnist, fashion-mnist, emnist-letters and the like, digits, objects or cells (drawn by formula), a folder that holds a folder
    /// of pictures for each class (or train/ and test/ with these), a folder with MNIST's files, or SET:DIR for a folder with
    /// another set's [default: what the net was made for, else mnist]
    #[arg(long, value_name = "SET|DIR")]
    data: Option<String>,
    /// Use only the first N training pictures; of drawn sets, draw so many
    #[arg(long, value_name = "N")]
    train: Option<usize>,
    /// Use only the first N test pictures; of drawn sets, draw so many
    #[arg(long, value_name = "N")]
    test: Option<usize>,
    #[command(flatten)]
    folder: FolderArgs,
}

impl DataArgs {
    /// What the flags say; `own` is what the net was made for, if that is known.
    pub(crate) fn spec(&self, own: Option<DataSpec>) -> DataSpec {
        let given = self.data.as_deref().map(data_spec);
        let spec = given.or(own).unwrap_or_else(|| DataSpec::named("mnist"));
        let spec = self.folder.of(spec);
        DataSpec { train: self.train.or(spec.train), test: self.test.or(spec.test), ..spec }
    }
}

/// Data by name, by folder, or by both.
pub(crate) fn data_spec(data: &str) -> DataSpec {
    let known = |name: &str| advlab_datasets::catalogue::find(name).is_ok();
    let at = |set: &str, dir: &str| DataSpec { dir: Some(PathBuf::from(dir)), ..DataSpec::named(set) };
    match data.split_once(':') {
        // A name goes before a folder of the same name.
        _ if known(data) => DataSpec::named(data),
        Some((FOLDER, dir)) => DataSpec::folder(dir),
        Some((set, dir)) if known(set) => at(set, dir),
        // A folder by itself is one of pictures if it looks like it, otherwise MNIST's.
        _ if is_one(Path::new(data)) => DataSpec::folder(data),
        _ if data.contains(['/', '\\', '.']) || Path::new(data).is_dir() => at("mnist", data),
        _ => DataSpec::named(data),
    }
}

/// The command line as it was typed, and who watches.
pub(crate) fn surroundings(stop: &Stop) -> Surroundings {
    Surroundings::new(command_line(), stop.clone(), Progress::Shown)
}

/// The command line as it was typed.
pub(crate) fn command_line() -> String {
    let mut words = std::env::args_os();
    let program = words.next().unwrap_or_default();
    let program = Path::new(&program).file_name().unwrap_or_default().to_owned();
    let words: Vec<_> = std::iter::once(program).chain(words).map(|word| word.to_string_lossy().into_owned()).collect();
    words.join(" ")
}
