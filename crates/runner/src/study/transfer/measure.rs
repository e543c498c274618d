//! One cell: pictures drawn, changed, and shown to the nets.

use std::time::Instant;

use advlab_attacks::perturb::Perturb;
use advlab_core::{Aim, Classifier as _, Seed, Stop, Verdict};
use advlab_datasets::Dataset;
use advlab_model_zoo::Net;
use anyhow::Result;
use rand::Rng as _;
use rand::seq::index::sample;
use rand_distr::{Distribution as _, StandardNormal};

use super::cell::{Cell, Counts, Found, Measured, Row, Shown};
use super::change::Change;
use super::make::{self, Task, count, rms};
use super::parts::Parts;
use super::spec::{Spec, Targets};

/// What a cell needs besides itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bench<'a> {
    pub(super) spec: &'a Spec,
    pub(super) parts: &'a Parts,
    pub(super) perturb: &'a Perturb,
    /// The other way of searching.
    pub(super) beside: Option<&'a Perturb>,
    /// The nets of the cell's training, in the order of the study.
    pub(super) nets: &'a [&'a Net],
    /// The same net of the next training, where there is one.
    pub(super) again: Option<&'a Net>,
    pub(super) stop: &'a Stop,
    /// Most blocks of pictures side by side.
    pub(super) jobs: Option<usize>,
}

/// The pictures of a training, and what is wanted of them.
#[derive(Debug)]
struct Drawn {
    numbers: Vec<usize>,
    values: Vec<f32>,
    truths: Vec<i64>,
    targets: Vec<Option<i64>>,
}

/// Does a cell; none if someone asked to stop.
pub(super) fn measure(cell: &Cell, bench: &Bench<'_>) -> Result<Option<Measured>> {
    let began = Instant::now();
    let seed = Seed::new(bench.spec.seed);
    let drawn = draw(bench, seed, cell.training as u64)?;
    let mut measured = Measured {
        cell: cell.clone(),
        errors: Vec::new(),
        found: Vec::new(),
        beside: Vec::new(),
        rows: Vec::new(),
        again: None,
        shown: Vec::new(),
        seconds: 0.0,
    };
    let done = match &cell.net {
        Some(net) => examples(&mut measured, bench, &drawn, net, seed.index(cell.training as u64))?,
        None => controls(&mut measured, bench, &drawn, seed.child("noise").index(cell.training as u64))?,
    };
    measured.seconds = began.elapsed().as_secs_f64();
    Ok(done.then_some(measured))
}

/// Pictures and targets are the same for all nets of a training, so that rows can be held against each other.
fn draw(bench: &Bench<'_>, seed: Seed, training: u64) -> Result<Drawn> {
    let data: &Dataset = bench.parts.whole(bench.spec.pictures);
    let mut rng = seed.child("pictures").index(training).rng();
    let mut numbers = sample(&mut rng, data.len(), bench.spec.n.min(data.len())).into_vec();
    numbers.sort_unstable();
    let (mut values, mut truths, mut targets) = (Vec::new(), Vec::new(), Vec::new());
    for number in &numbers {
        values.extend(data.picture(*number).iter().map(|byte| f32::from(*byte) / 255.0));
        let truth = data.labels()[*number];
        truths.push(truth);
        targets.push(match bench.spec.targets {
            Targets::Any => None,
            Targets::Random => {
                let mut rng = seed.child("targets").index(training).index(*number as u64).rng();
                let other = rng.random_range(0..data.classes().len() as i64 - 1);
                Some(other + i64::from(other >= truth))
            }
        });
    }
    Ok(Drawn { numbers, values, truths, targets })
}

/// Examples for one net, as they are and stretched. False if someone asked to stop.
fn examples(into: &mut Measured, bench: &Bench<'_>, drawn: &Drawn, name: &str, seed: Seed) -> Result<bool> {
    let at = bench.spec.nets.iter().position(|net| net.name == name).expect("cells are made from nets");
    let aim = |at: usize| drawn.targets[at].map_or(Aim::Away(drawn.truths[at]), Aim::Target);
    let aims: Vec<Aim> = (0..drawn.truths.len()).map(aim).collect();
    let task = Task {
        net: bench.nets[at],
        perturb: bench.perturb,
        pictures: &drawn.values,
        aims: &aims,
        seed: seed.child("attack").child(name),
        batch: bench.spec.batch,
        stop: bench.stop,
        jobs: bench.jobs,
    };
    let Some(made) = make::examples(&task)? else { return Ok(false) };
    let len = bench.nets[at].input().len();
    if let Some(perturb) = bench.beside {
        let Some(made) = make::examples(&Task { perturb, ..task })? else { return Ok(false) };
        let reached = made.iter().filter(|(outcome, _)| outcome.verdict == Verdict::Success);
        into.beside = reached.map(|(outcome, _)| outcome.rms(len)).collect();
    }
    let (mut before, mut after, mut truths, mut targets) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (at, (outcome, picture)) in made.iter().enumerate() {
        let clean = &drawn.values[at * len..(at + 1) * len];
        let found = Found {
            picture: drawn.numbers[at],
            truth: drawn.truths[at],
            target: drawn.targets[at],
            verdict: outcome.verdict,
            label: outcome.label,
            rms: outcome.rms(len),
            at_least: outcome.lower_bound.map(|bound| bound / (len as f64).sqrt()),
            gradients: outcome.backward,
        };
        if found.is_example() {
            before.extend_from_slice(clean);
            after.extend_from_slice(picture);
            truths.push(found.truth);
            targets.push(found.target);
            if into.shown.iter().all(|shown| shown.truth != found.truth) {
                let (before, after) = (clean.to_vec(), picture.clone());
                into.shown.push(Shown { truth: found.truth, label: found.label, rms: found.rms, before, after });
            }
        }
        into.found.push(found);
    }
    into.shown.sort_by_key(|shown| shown.truth);
    into.errors = bench.parts.errors(bench.nets[at])?;
    let made = Change::Made { net: name.to_owned() };
    into.rows.push(row(bench, made, &before, &after, &truths, &targets)?);
    for wanted in &bench.spec.amplified {
        let stretched = stretch(&before, &after, len, *wanted, bench.spec.clip);
        let change = Change::Amplified { net: name.to_owned(), rms: *wanted };
        into.rows.push(row(bench, change, &before, &stretched, &truths, &targets)?);
    }
    into.again = bench.again.map(|net| count(net, &after, &truths, &targets)).transpose()?;
    Ok(true)
}

/// The pictures as they are, and under noise. False if someone asked to stop.
fn controls(into: &mut Measured, bench: &Bench<'_>, drawn: &Drawn, seed: Seed) -> Result<bool> {
    let clean = &drawn.values;
    into.rows.push(row(bench, Change::None, clean, clean, &drawn.truths, &drawn.targets)?);
    let len = bench.nets[0].input().len();
    for sd in &bench.spec.noise {
        if bench.stop.asked() {
            return Ok(false);
        }
        let mut noisy = clean.clone();
        for (picture, number) in noisy.chunks_exact_mut(len).zip(&drawn.numbers) {
            let mut rng = seed.index(*number as u64).rng();
            for value in picture {
                let normal: f64 = StandardNormal.sample(&mut rng);
                *value = cut((f64::from(*value) + sd * normal) as f32, bench.spec.clip);
            }
        }
        into.rows.push(row(bench, Change::Noise { sd: *sd }, clean, &noisy, &drawn.truths, &drawn.targets)?);
    }
    Ok(true)
}

fn row(
    bench: &Bench<'_>,
    change: Change,
    before: &[f32],
    after: &[f32],
    truths: &[i64],
    targets: &[Option<i64>],
) -> Result<Row> {
    let len = bench.nets[0].input().len();
    let all = before.chunks_exact(len).zip(after.chunks_exact(len));
    let rms = all.map(|(before, after)| rms(before, after)).sum::<f64>() / truths.len().max(1) as f64;
    let counts = bench.nets.iter().map(|net| count(*net, after, truths, targets)).collect::<Result<_>>()?;
    Ok(Row { change, rms, counts })
}

/// Each change made longer or shorter, so that its distortion is the one wanted before anything is cut off.
fn stretch(before: &[f32], after: &[f32], len: usize, wanted: f64, clip: bool) -> Vec<f32> {
    let mut stretched = Vec::with_capacity(after.len());
    for (before, after) in before.chunks_exact(len).zip(after.chunks_exact(len)) {
        let factor = wanted / rms(before, after);
        let values =
            before.iter().zip(after).map(|(b, a)| cut((f64::from(*b) + factor * f64::from(a - b)) as f32, clip));
        stretched.extend(values);
    }
    stretched
}

const fn cut(value: f32, clip: bool) -> f32 {
    if clip { value.clamp(0.0, 1.0) } else { value }
}

impl Counts {
    /// Both together.
    pub(super) const fn and(self, other: Self) -> Self {
        Self { wrong: self.wrong + other.wrong, target: self.target + other.target, of: self.of + other.of }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretched_changes_have_the_distortion_that_was_wanted() {
        let (before, after) = ([0.0, 0.5, 1.0, 0.5], [0.1, 0.5, 1.0, 0.4]);
        let stretched = stretch(&before, &after, 4, 0.4, false);
        assert!((rms(&before, &stretched) - 0.4).abs() < 1e-6, "{stretched:?}");
        assert!((stretched[0] - 0.565_69).abs() < 1e-4 && (stretched[3] + 0.065_69).abs() < 1e-4, "{stretched:?}");
        let cut = stretch(&before, &after, 4, 0.4, true);
        assert_eq!((cut[1], cut[2], cut[3]), (0.5, 1.0, 0.0));
    }
}
