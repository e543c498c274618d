//! Flags of `advlab run` in the place of what the file says.

use std::path::PathBuf;

use advlab_datasets::Split;
use advlab_runner::experiment::Experiment;
use advlab_runner::study::{Search, Study};
use advlab_runner::{DataSpec, Input};
use anyhow::{Result, bail};

use super::Args;
use crate::arguments::data_spec;

impl Args {
    /// Where nets and photographs are looked for.
    pub(super) fn search(&self) -> Search {
        Search::of_process(self.data.as_ref().map(PathBuf::from), self.file.parent())
    }

    /// Puts what the flags say in the place of what the file says.
    ///
    /// # Errors
    /// Flags that are of no use to its kind.
    pub(super) fn settle(&self, experiment: &mut Experiment) -> Result<()> {
        if self.own.is_some() && !matches!(experiment, Experiment::Study(Study::OwnDigits(_))) {
            bail!("--own is for studies of kind own-digits, and {} is of another", self.file.display());
        }
        match experiment {
            Experiment::Train(nets) => nets.data = self.data(&nets.data),
            Experiment::Study(study) => self.settle_study(study)?,
            Experiment::Generate(_) if self.data.is_some() => {
                bail!("--data names pictures, and files of kind generate make theirs out of noise; leave it out")
            }
            Experiment::Generate(_) => {}
            Experiment::Perturb(spec) => spec.input = self.input(spec.input.clone())?,
            Experiment::Norms(spec) => {
                spec.input = match spec.input.take() {
                    Some(input) => Some(self.input(input)?),
                    None => self.data.as_deref().map(|data| Input::Data { set: data_spec(data), split: Split::Test }),
                }
            }
            Experiment::Basis(spec) => {
                spec.input = match spec.input.take() {
                    Some(input) => Some(self.input(input)?),
                    None => self.data.as_deref().map(|data| Input::Data { set: data_spec(data), split: Split::Test }),
                }
            }
            Experiment::Doubt(spec) => spec.data = self.data(&spec.data),
            Experiment::Eval(spec) => spec.data = self.data(&spec.data),
            Experiment::Perceptron(_) if self.data.is_some() => {
                bail!("--data names pictures, and files of kind perceptron name their problem; leave it out")
            }
            Experiment::Perceptron(_) => {}
            Experiment::Slice(spec) => spec.input = self.input(spec.input.clone())?,
            Experiment::Lyapunov(spec) => spec.data = self.data(&spec.data),
        }
        let (seed, device) = experiment.seed_and_device();
        *seed = self.seed.unwrap_or(*seed);
        if let (Some(device), Some(given)) = (device, self.device) {
            *device = given;
        }
        Ok(())
    }

    fn settle_study(&self, study: &mut Study) -> Result<()> {
        match study {
            Study::Bases(spec) => spec.data = spec.data.as_ref().map(|data| self.data(data)),
            Study::Noise(spec) => spec.data = self.data(&spec.data),
            Study::Doubt(spec) => spec.data = self.data(&spec.data),
            Study::Pool(spec) => spec.data = self.data(&spec.data),
            Study::Transfer(spec) => spec.data = self.data(&spec.data),
            Study::OwnDigits(spec) => {
                spec.sets[0] = self.data(&spec.sets[0]);
                spec.own = self.own.clone().map(std::path::absolute).transpose()?.or(spec.own.take());
            }
            Study::Photos(_) | Study::Norms(_) => {}
            Study::Perceptrons(_) if self.data.is_some() => {
                bail!("--data names pictures, and studies of kind perceptrons draw their patterns; leave it out")
            }
            Study::Perceptrons(_) => {}
            Study::Learning(_) => self.no_data()?,
            Study::Lyapunov2d(_) if self.data.is_some() => {
                bail!("--data names pictures, and this study draws its own points; leave it out")
            }
            Study::Lyapunov2d(_) => {}
            Study::LyapunovMnist(spec) => spec.data = self.data(&spec.data),
            Study::TrainingSets(_) if self.data.is_some() => bail!(
                "--data names one data set, and this study compares several; name their folders in the file, in `sets`"
            ),
            Study::TrainingSets(_) => {}
        }
        Ok(())
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
