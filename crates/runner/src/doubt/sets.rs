//! What a net is shown: pictures like those it was made for, others, noise, and adversarial ones.

use advlab_analysis::calibration::{Answers, Calibration};
use advlab_attacks::perturb::Perturb;
use advlab_core::{Classifier, InputShape, Pictures, Seed, Stop};
use advlab_datasets::Dataset;
use anyhow::Result;
use rand::Rng as _;
use serde::{Deserialize, Serialize};
use tch::Tensor;

use super::measures::{Measure, Said, look};

/// Key of the pictures of noise.
pub(crate) const NOISE: &str = "noise";

/// A set of pictures, and what was said of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Shown {
    /// Its name, as files have it.
    pub key: String,
    /// As people write it.
    pub title: String,
    /// The net's labels.
    pub labels: Vec<i64>,
    /// How sure it is of them.
    pub confidences: Vec<f64>,
    /// Whether they are right, where there is a truth.
    pub right: Option<Vec<bool>>,
    /// Doubts by measure, a number for each picture.
    pub doubts: Vec<(Measure, Vec<f64>)>,
    /// How far the confidences can be believed, where there is a truth.
    pub calibration: Option<Calibration>,
}

impl Shown {
    fn new(key: &str, title: String, said: Said, truth: Option<&[i64]>, seed: Seed) -> Result<Self> {
        let right: Option<Vec<bool>> =
            truth.map(|truth| said.labels.iter().zip(truth).map(|(label, truth)| label == truth).collect());
        let calibration = match &right {
            Some(right) => {
                let answers = Answers::new(said.confidences.clone(), right.clone())?;
                Some(Calibration::of(&answers, seed.child("calibration"))?)
            }
            None => None,
        };
        let Said { labels, confidences, doubts, .. } = said;
        Ok(Self { key: key.to_owned(), title, labels, confidences, right, doubts, calibration })
    }

    /// The doubts of a measure; none where it was not taken.
    pub fn by(&self, measure: Measure) -> Option<&[f64]> {
        self.doubts.iter().find(|(of, _)| *of == measure).map(|(_, doubts)| doubts.as_slice())
    }
}

/// What is shown, and with what it is doubted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Showing<'a> {
    /// The net that is doubted, and those that help.
    pub(crate) nets: &'a [&'a dyn Classifier],
    /// Pictures like those it was made for, and then others.
    pub(crate) sets: &'a [Dataset],
    /// Pictures of noise.
    pub(crate) noise: usize,
    /// How many times as far as the boundary adversarial pictures go.
    pub(crate) factors: &'a [f64],
    pub(crate) search: &'a Perturb,
    pub(crate) seed: Seed,
    pub(crate) stop: &'a Stop,
}

/// Shows everything, the first set first; `watch` is told of each set. None if someone asked to stop.
///
/// # Errors
/// Those of the nets.
pub(crate) fn show(showing: &Showing<'_>, watch: &dyn Fn(&str)) -> Result<Option<Vec<Shown>>> {
    let Showing { nets, sets, search, seed, stop, .. } = *showing;
    let net = nets[0];
    let mut all = Vec::new();
    let mut adversarial = None;
    for (at, set) in sets.iter().enumerate() {
        watch(set.name());
        let which: Vec<usize> = (0..set.len()).collect();
        let pictures = set.pictures(&which)?;
        let key = if at == 0 { "test".to_owned() } else { set.name().to_owned() };
        let Some(said) = look(nets, &pictures, search, seed.child(&key), stop)? else { return Ok(None) };
        if at == 0 {
            adversarial = Some((pictures, said.changed.clone(), said.labels.clone()));
        }
        let title = if at == 0 { format!("{} (test)", set.name()) } else { set.name().to_owned() };
        all.push(Shown::new(&key, title, said, Some(set.labels()), seed.child(&key))?);
    }
    if showing.noise > 0 {
        watch(NOISE);
        let pictures = noise(net.input(), showing.noise, seed.child(NOISE))?;
        let Some(said) = look(nets, &pictures, search, seed.child(NOISE), stop)? else { return Ok(None) };
        all.push(Shown::new(NOISE, "noise".to_owned(), said, None, seed)?);
    }
    let Some((clean, changed, before)) = adversarial else { return Ok(Some(all)) };
    for factor in showing.factors {
        let key = format!("adversarial-{factor}");
        watch(&key);
        let Some((which, pictures)) = beyond(net, &clean, &changed, &before, *factor)? else { continue };
        let Some(said) = look(nets, &pictures, search, seed.child(&key), stop)? else { return Ok(None) };
        let truth: Vec<i64> = which.iter().map(|picture| sets[0].labels()[*picture]).collect();
        all.push(Shown::new(&key, format!("adversarial × {factor}"), said, Some(&truth), seed.child(&key))?);
    }
    Ok(Some(all))
}

/// Uniform noise in whole grey levels.
fn noise(shape: InputShape, n: usize, seed: Seed) -> Result<Pictures> {
    let mut values = Vec::with_capacity(n * shape.len());
    for number in 0..n {
        let mut rng = seed.index(number as u64).rng();
        values.extend((0..shape.len()).map(|_| f32::from(rng.random::<u8>()) / 255.0));
    }
    Ok(Pictures::new(Tensor::from_slice(&values).reshape(shape.batch(n as i64)))?)
}

/// Pictures beyond the boundary: the change that reached it times `factor`, within [0, 1]. Those that keep another label, with the numbers of
/// the clean ones; none where there is none.
fn beyond(
    net: &dyn Classifier,
    clean: &Pictures,
    changed: &[(usize, Vec<f32>)],
    before: &[i64],
    factor: f64,
) -> Result<Option<(Vec<usize>, Pictures)>> {
    let (mut which, mut kept) = (Vec::new(), Vec::new());
    for (picture, result) in changed {
        let from = clean.tensor().narrow(0, *picture as i64, 1);
        let to = Tensor::from_slice(result).f_reshape(net.input().batch(1))?;
        let there = (&from + (to - &from) * factor).clamp(0.0, 1.0);
        let label = net.classify(&there.to_kind(net.kind()).to_device(net.device()))?.labels[0];
        if label != before[*picture] {
            which.push(*picture);
            kept.push(there);
        }
    }
    if kept.is_empty() {
        return Ok(None);
    }
    Ok(Some((which, Pictures::new(Tensor::f_cat(&kept, 0)?)?)))
}
