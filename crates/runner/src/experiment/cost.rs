//! How much work an experiment asks for, as far as its settings tell it: counts, not times.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use advlab_datasets::Split;
use advlab_datasets::catalogue::{Source, find};
use advlab_model_zoo::TrainSpec;
use serde::Serialize;

use super::kinds::Experiment;
use crate::data::DataSpec;
use crate::inputs::Input;
use crate::recipes;
use crate::study::training_sets::ChangeSpec;
use crate::study::transfer::Part;
use crate::study::{Study, learning, noise, training_sets};

/// Sets in files of which everybody knows how many training pictures they have: 60 000, and 10 000 to test.
const LIKE_MNIST: [&str; 3] = ["mnist", "fashion-mnist", "kmnist"];

/// Work that settings ask for. An estimate of what is to be done, not of how long it takes; counts are at most what is
/// done, since trainings may stop early and searches end when they are there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Cost {
    /// Experiments.
    pub cells: u64,
    /// Nets to train.
    pub trainings: u64,
    /// Passes over training pictures, of all trainings together.
    pub epochs: u64,
    /// Training pictures gone through in those passes, for the trainings whose data say how many they have.
    pub pictures: u64,
    /// Trainings whose data do not say how many pictures they have before they are there.
    pub unknown: u64,
    /// Examples to make from noise, those that succeed alone.
    pub examples: u64,
    /// Searches for smallest changes, where their number is known.
    pub searches: u64,
    /// Whether there are searches or passes over pictures whose number only the files tell.
    pub open: bool,
}

impl AddAssign for Cost {
    fn add_assign(&mut self, other: Self) {
        let add = |own: &mut u64, other: u64| *own = own.saturating_add(other);
        add(&mut self.cells, other.cells);
        add(&mut self.trainings, other.trainings);
        add(&mut self.epochs, other.epochs);
        add(&mut self.pictures, other.pictures);
        add(&mut self.unknown, other.unknown);
        add(&mut self.examples, other.examples);
        add(&mut self.searches, other.searches);
        self.open = self.open || other.open;
    }
}

impl Cost {
    /// So many trainings of one kind, on these data.
    fn train(&mut self, times: usize, training: &TrainSpec, data: &DataSpec) {
        self.train_on(times, training.all_epochs(), pictures_in(data, Split::Train));
    }

    fn train_on(&mut self, times: usize, epochs: u32, pictures: Option<u64>) {
        let epochs = (times as u64).saturating_mul(epochs.into());
        let (pictures, unknown) = match pictures {
            Some(pictures) => (epochs.saturating_mul(pictures), 0),
            None => (0, times as u64),
        };
        *self += Self { trainings: times as u64, epochs, pictures, unknown, ..Self::default() };
    }

    fn search(&mut self, factors: &[usize]) {
        let searches = factors.iter().fold(1_u64, |all, factor| all.saturating_mul(*factor as u64));
        self.searches = self.searches.saturating_add(searches);
    }

    fn make(&mut self, factors: &[usize]) {
        let examples = factors.iter().fold(1_u64, |all, factor| all.saturating_mul(*factor as u64));
        self.examples = self.examples.saturating_add(examples);
    }

    /// The lines of an estimate.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        // Nets of signs learn patterns, and know neither epochs nor pictures.
        if self.trainings > 0 && self.epochs == 0 {
            lines.push(format!("trainings: {}", self.trainings));
        } else if self.trainings > 0 {
            let pictures = match (self.pictures, self.unknown) {
                (0, _) => "of pictures that only the data count".to_owned(),
                (pictures, 0) => format!("{pictures} training pictures gone through in them"),
                (pictures, unknown) => {
                    format!(
                        "{pictures} training pictures gone through in them, and those of {unknown} trainings that only the data count"
                    )
                }
            };
            lines.push(format!("trainings: {}, at most {} epochs together, {pictures}", self.trainings, self.epochs));
        }
        if self.examples > 0 {
            lines.push(format!("examples wanted from noise: {}", self.examples));
        }
        if self.searches > 0 {
            lines.push(format!("searches for a smallest change: {}", self.searches));
        }
        if self.open {
            lines.push("and work on pictures or classes that only the files and nets count".to_owned());
        }
        lines
    }
}

/// Pictures in a half, where that is known without opening it.
fn pictures_in(data: &DataSpec, split: Split) -> Option<u64> {
    let asked = match split {
        Split::Train => data.train,
        Split::Test => data.test,
    };
    let usual = || match find(&data.set) {
        Ok(Source::Drawn(drawn)) => drawn.usual_count(split),
        _ if LIKE_MNIST.contains(&data.set.as_str()) => Some(if split == Split::Train { 60_000 } else { 10_000 }),
        _ => None,
    };
    asked.or_else(usual).map(|n| n as u64)
}

impl Experiment {
    /// How much work it asks for, as far as its settings tell it.
    pub fn cost(&self) -> Cost {
        let mut cost = Cost { cells: 1, ..Cost::default() };
        match self {
            Self::Train(nets) => {
                for net in &nets.nets {
                    cost.train(1, &net.training(), net.data.as_ref().unwrap_or(&nets.data));
                }
            }
            Self::Study(Study::Bases(spec)) => {
                if let Some(data) = &spec.data {
                    spec.nets.iter().for_each(|net| cost.train(spec.trainings, &net.training, data));
                }
                cost.open = true;
            }
            Self::Study(Study::Learning(spec)) => learn(&mut cost, spec),
            Self::Study(Study::Lyapunov2d(spec)) => {
                let nets = spec.widths.len() * spec.depths.len() + 2 * spec.embedding_widths.len();
                let points = Some(spec.points as u64);
                cost.train_on(spec.trainings * nets, spec.training.all_epochs(), points);
            }
            Self::Study(Study::LyapunovMnist(spec)) => {
                spec.nets.iter().for_each(|net| cost.train(spec.trainings, &net.training, &spec.data));
            }
            Self::Study(Study::Noise(spec)) => see(&mut cost, spec),
            Self::Study(Study::OwnDigits(spec)) => {
                spec.sets.iter().for_each(|data| cost.train(spec.trainings, &spec.training, data));
                cost.open = true;
            }
            Self::Study(Study::Pool(spec)) => {
                for variant in &spec.variants {
                    cost.train(spec.trainings, &spec.training, &spec.data);
                    cost.search(&[spec.trainings, spec.n]);
                    if let Some(pool) = &variant.pool {
                        cost.search(&[spec.trainings, spec.training.epochs as usize, pool.below.len(), pool.fresh]);
                    }
                }
            }
            Self::Study(Study::Perceptrons(spec)) => cost.trainings = spec.cells() as u64,
            Self::Study(Study::Doubt(spec)) => {
                cost.train(spec.trainings, &spec.training, &spec.data);
                cost.search(&[spec.trainings, 2 + spec.others.len() + spec.factors.len(), spec.n]);
            }
            Self::Study(Study::Photos(_) | Study::Norms(_)) => cost.open = true,
            Self::Study(Study::TrainingSets(spec)) => {
                for set in &spec.sets {
                    cost.train(spec.trainings, &spec.training, &set.data);
                }
                let first = &spec.sets[0].data;
                let against = |change: &ChangeSpec| change.kind == training_sets::Kind::Adversarial;
                let crafting = usize::from(spec.changes.iter().any(against));
                let again = training_sets::CONTROLS.min(spec.trainings);
                let levels: usize = spec.changes.iter().map(|change| change.levels.len()).sum();
                cost.train(crafting + again + levels * spec.trainings, &spec.training, first);
            }
            Self::Study(Study::Transfer(spec)) => {
                let all = pictures_in(&spec.data, Split::Train);
                for net in &spec.nets {
                    let own = if net.part == Part::All { all } else { all.map(|n| n / 2) };
                    cost.train_on(spec.trainings, net.training.all_epochs(), own);
                }
                let ways = 1 + usize::from(spec.beside.is_some());
                cost.search(&[spec.trainings, spec.nets.len(), spec.n, ways]);
            }
            Self::Generate(spec) => {
                if spec.targets.iter().any(|target| target == "all") {
                    cost.open = true;
                } else {
                    cost.make(&[spec.targets.len(), spec.n]);
                }
            }
            Self::Perturb(spec) => match &spec.input {
                Input::Data { set, split } if !is_every(&spec.wish) => match pictures_in(set, *split) {
                    Some(n) => cost.search(&[n as usize]),
                    None => cost.open = true,
                },
                Input::Images(images) if !is_every(&spec.wish) => cost.search(&[images.files.len()]),
                _ => cost.open = true,
            },
            Self::Perceptron(spec) => cost.trainings = (spec.hidden.len() * spec.repeats) as u64,
            Self::Slice(spec) => {
                cost.search(&[usize::from(spec.other.is_none())]);
                cost.open = true;
            }
            Self::Basis(_) | Self::Doubt(_) | Self::Eval(_) | Self::Lyapunov(_) | Self::Norms(_) => cost.open = true,
        }
        cost
    }
}

fn is_every(wish: &crate::perturb::Wish) -> bool {
    wish.words() == "every"
}

fn learn(cost: &mut Cost, spec: &learning::Spec) {
    let sizes: Vec<Option<u64>> = spec.tasks.iter().map(|task| pictures_in(&task.data, Split::Train)).collect();
    let least = sizes.iter().copied().min().flatten();
    for condition in &spec.conditions {
        let Ok(recipe) = recipes::find(&condition.net) else { continue };
        let mut training = recipe.training();
        training.epochs = spec.epochs.unwrap_or(training.epochs);
        let times = condition.trainings.unwrap_or(spec.trainings);
        for size in &sizes {
            cost.train_on(times, training.all_epochs(), if condition.matched { least } else { *size });
        }
    }
    if let Some(attacks) = &spec.attacks {
        cost.search(&[spec.tasks.len(), attacks.perturb]);
        cost.open = true;
    }
}

fn see(cost: &mut Cost, spec: &noise::Spec) {
    // A net that several recipes and variants ask for is trained once.
    let mut most: BTreeMap<Option<&str>, usize> = BTreeMap::from([(None, spec.trainings)]);
    for variant in &spec.variants {
        let times = most.entry(variant.nets.as_deref()).or_default();
        *times = variant.trainings.max(*times);
    }
    for (retrained, times) in most {
        let other = spec.retrained.iter().find(|other| Some(other.name.as_str()) == retrained);
        for net in &spec.nets {
            let training = other.and_then(|other| other.training.as_ref()).unwrap_or(&net.training);
            cost.train(times, training, &spec.data);
        }
    }
    let digits = spec.digits.len();
    cost.make(&[spec.recipes.len(), spec.nets.len(), spec.trainings, digits, spec.n]);
    for variant in &spec.variants {
        cost.make(&[spec.nets.len(), variant.trainings, digits, variant.n]);
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::experiment::read;

    fn cost(name: &str) -> Cost {
        read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../experiments").join(name)).unwrap().cost()
    }

    #[test]
    fn work_is_counted_from_the_settings() {
        // Two nets in 3 trainings of 15 epochs, and in 3 of another way of training.
        let noise = cost("neural-nets-eyes-quick.toml");
        assert_eq!((noise.trainings, noise.epochs), (12, 180));
        assert_eq!(noise.pictures, 180 * 60_000);
        assert_eq!(noise.examples, (2 * 2 * 3 * 200 + 2 * 3 * 100 + 2 * 2 * 50 + 2 * 3 * 100) * 10);
        // Three nets in two trainings, each on half of 2000 pictures.
        let transfer = cost("szegedy-quick.toml");
        assert_eq!((transfer.trainings, transfer.searches), (6, 2 * 3 * 50));
        assert_eq!((transfer.epochs, transfer.pictures), (2 * (5 + 8 + 8), 2 * (5 + 8 + 8) * 1000));
        assert_eq!(transfer.lines().len(), 2);
    }
}
