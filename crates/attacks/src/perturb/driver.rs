//! Looks for many walks at once, counts passes, and keeps each picture's smallest find.
//!
//! Pictures take seats in a batch. One that is at its end gives its seat to the next, so that the batch stays full and a
//! hard picture costs no idle work. Where a net can be had several times, each thread of the processor drives a batch of its
//! own with libtorch on one thread: on small nets that is many times faster than all threads on every layer.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, mpsc};

use advlab_core::{Aim, Classifier, InputShape, ScoreKind, Seed, Stop};
use tch::{Device, Kind, Tensor, no_grad};

use super::dense::{DensePass, SIDE_BY_SIDE};
use super::lattice::Lattice;
use super::queue::{Queue, Waiting};
use super::walk::{Go, Look, Task, Walk};
use super::{Perturb, lattice};
use crate::{Error, Result};

/// A margin counts as negative when it is below this share of the largest score: rounding in another batch is smaller.
pub(super) const SURE: f32 = 1e-5;

/// A picture whose search is over, before it is judged.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) index: u64,
    pub(super) aim: Aim,
    pub(super) clean: Vec<f32>,
    /// The smallest find, on the lattice where one was asked for.
    pub(super) found: Option<Vec<f32>>,
    /// The smallest find of the search itself.
    pub(super) unrounded: Option<Vec<f32>>,
    pub(super) forward: u32,
    pub(super) backward: u32,
    /// Whether the clean picture was what was wanted already.
    pub(super) wrong_before: bool,
}

/// What all drivers share.
#[derive(Debug)]
pub(super) struct Shared<'a> {
    pub(super) settings: &'a Perturb,
    pub(super) seed: Seed,
    pub(super) waiting: Mutex<Queue>,
    pub(super) batch: usize,
    pub(super) stop: &'a Stop,
    /// Raised when the one who asked has enough, or a driver failed.
    pub(super) enough: AtomicBool,
}

/// A picture in a batch.
struct Seat {
    index: u64,
    task: Task,
    walk: Box<dyn Walk>,
    best: Option<(Vec<f32>, f64)>,
    /// The best of the search itself, once the lattice is searched.
    unrounded: Option<Vec<f32>>,
    /// Bits of the lattice that is searched now.
    bits: Option<u8>,
    forward: u32,
    backward: u32,
    go: Go,
}

/// One net and the pictures that sit in its batch.
struct Driver<'a, 'n> {
    shared: &'a Shared<'a>,
    looks: Looks<'n>,
    seats: Vec<Seat>,
}

/// Which pictures go through libtorch together on the CPU. What it adds up in another order, a search makes another picture of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Together {
    /// Any, and this many at least, with copies of one where there are too few: products of smaller matrices are another matter.
    AtLeast(usize),
    /// This many, each in the place that its number gives it: convolutions add up differently in each place.
    Places(usize),
}

impl Together {
    /// Rows of passes for pictures of these numbers: which of them stands in each, or none for a copy of another.
    fn passes(self, numbers: &[u64]) -> Vec<Vec<Option<usize>>> {
        match self {
            Self::AtLeast(least) => {
                let mut rows: Vec<_> = (0..numbers.len()).map(Some).collect();
                rows.resize(rows.len().max(least), None);
                vec![rows]
            }
            Self::Places(places) => {
                let mut passes: Vec<Vec<Option<usize>>> = Vec::new();
                for (which, number) in numbers.iter().enumerate() {
                    let place = (number % places as u64) as usize;
                    match passes.iter_mut().find(|pass| pass[place].is_none()) {
                        Some(pass) => pass[place] = Some(which),
                        None => {
                            let mut pass = vec![None; places];
                            pass[place] = Some(which);
                            passes.push(pass);
                        }
                    }
                }
                passes
            }
        }
    }
}

/// What looks.
#[derive(Debug)]
pub(super) enum Looks<'n> {
    /// Libtorch.
    Net(&'n dyn Classifier, Together),
    /// Plain numbers, picture by picture: for nets of dense layers on the CPU.
    Dense(DensePass<'n>),
}

/// Drives until nothing waits, and hands over every finished picture; `between` is called between two looks, and whoever it
/// works for ends the run with `false`.
///
/// # Errors
/// Those of the net and of `between`.
pub(super) fn drive(
    looks: Looks<'_>,
    shared: &Shared<'_>,
    done: &mpsc::Sender<Finished>,
    between: &mut dyn FnMut() -> Result<bool>,
) -> Result<()> {
    let mut driver = Driver { shared, looks, seats: Vec::new() };
    while !shared.over() {
        driver.fill(done)?;
        if driver.seats.is_empty() {
            break;
        }
        driver.look()?;
        driver.leave(done);
        if !between()? {
            shared.enough.store(true, Ordering::Relaxed);
        }
    }
    Ok(())
}

impl Shared<'_> {
    /// Whether the run is to end before all is done.
    pub(super) fn over(&self) -> bool {
        self.stop.asked() || self.enough.load(Ordering::Relaxed)
    }
}

impl Driver<'_, '_> {
    /// Seats waiting pictures, after a first look at them: those that are as wanted already are finished at once.
    fn fill(&mut self, done: &mpsc::Sender<Finished>) -> Result<()> {
        let free = self.shared.batch.saturating_sub(self.seats.len());
        // Not for every single one: a first look costs a pass, however few pictures are in it.
        if free == 0 || (!self.seats.is_empty() && free * 8 < self.shared.batch) {
            return Ok(());
        }
        loop {
            let taken = self.shared.waiting.lock().expect("no driver panicked").take(free);
            if taken.is_empty() {
                return Ok(());
            }
            self.seat(taken, done)?;
            // Where all of them were as wanted already, the next ones.
            if !self.seats.is_empty() {
                return Ok(());
            }
        }
    }

    /// Seats these, but for those that are as wanted already.
    fn seat(&mut self, taken: Vec<Waiting>, done: &mpsc::Sender<Finished>) -> Result<()> {
        let scores = self.looks.first(&taken)?;
        let n_classes = scores.len() / taken.len();
        for (waiting, scores) in taken.into_iter().zip(scores.chunks_exact(n_classes)) {
            let Waiting { index, picture, aim } = waiting;
            if aim.margin(scores) < 0.0 {
                let finished = Finished {
                    index,
                    aim,
                    found: None,
                    unrounded: None,
                    clean: picture,
                    forward: 1,
                    backward: 0,
                    wrong_before: true,
                };
                let _ = done.send(finished); // whoever asked may have left
                continue;
            }
            let task = Task { clean: picture, aim, norm: self.shared.settings.norm(), n_classes };
            let walk = self.shared.settings.walk(task.clone(), self.shared.seed.index(index));
            let seat = Seat {
                index,
                task,
                walk,
                best: None,
                unrounded: None,
                bits: None,
                forward: 1,
                backward: 0,
                go: Go::On,
            };
            self.seats.push(seat);
        }
        Ok(())
    }

    /// One look for every seat: with a gradient for those that want one, a forward pass for the others.
    fn look(&mut self) -> Result<()> {
        let (with, without): (Vec<usize>, Vec<usize>) =
            (0..self.seats.len()).partition(|seat| self.seats[*seat].walk.wants_gradient());
        self.look_for(&with, true)?;
        self.look_for(&without, false)
    }

    fn look_for(&mut self, seats: &[usize], with_gradient: bool) -> Result<()> {
        if seats.is_empty() {
            return Ok(());
        }
        match &mut self.looks {
            Looks::Dense(pass) => {
                for seats in seats.chunks(SIDE_BY_SIDE) {
                    let places: Vec<&[f32]> = seats.iter().map(|seat| self.seats[*seat].walk.place()).collect();
                    pass.look(&places);
                    let mut weights = vec![vec![0.0; pass.scores(0).len()]; seats.len()];
                    for (number, (seat, weights)) in seats.iter().zip(&mut weights).enumerate() {
                        self.seats[*seat].told(pass.scores(number), weights);
                    }
                    let mut gradients = vec![Vec::new(); seats.len()];
                    if with_gradient {
                        pass.gradients(&weights, &mut gradients);
                    }
                    for (seat, gradient) in seats.iter().zip(&gradients) {
                        self.seats[*seat].moved(gradient, with_gradient);
                    }
                }
                Ok(())
            }
            Looks::Net(net, together) => {
                let numbers: Vec<u64> = seats.iter().map(|seat| self.seats[*seat].index).collect();
                together.passes(&numbers).iter().try_for_each(|rows| {
                    let rows: Vec<Option<usize>> = rows.iter().map(|row| row.map(|which| seats[which])).collect();
                    look_together(*net, &mut self.seats, &rows, with_gradient)
                })
            }
        }
    }

    /// Takes the seats that are at their end: to the search of the lattice, or out.
    fn leave(&mut self, done: &mpsc::Sender<Finished>) {
        let bits = self.shared.settings.bits();
        let mut row = 0;
        while row < self.seats.len() {
            let seat = &mut self.seats[row];
            if seat.go == Go::On {
                row += 1;
                continue;
            }
            if bits > 0 && seat.bits.is_none() {
                // What counts from here on are finds on the lattice alone.
                seat.unrounded = seat.best.take().map(|(picture, _)| picture);
                if let Some(float) = &seat.unrounded {
                    seat.walk = Box::new(Lattice::new(seat.task.clone(), float, bits));
                    (seat.bits, seat.go) = (Some(bits), Go::On);
                    continue;
                }
            }
            let seat = self.seats.swap_remove(row);
            let found = seat.best.map(|(picture, _)| picture);
            // What is on the lattice is a find as well, and may be the nearer one.
            let length = |picture: &Vec<f32>| seat.task.norm.distance(&seat.task.clean, picture);
            let nearer = |a: &Vec<f32>, b: &Vec<f32>| length(a).total_cmp(&length(b));
            let unrounded = seat.unrounded.into_iter().chain(found.clone()).min_by(nearer);
            let finished = Finished {
                index: seat.index,
                aim: seat.task.aim,
                clean: seat.task.clean,
                found,
                unrounded,
                forward: seat.forward,
                backward: seat.backward,
                wrong_before: false,
            };
            let _ = done.send(finished); // whoever asked may have left
        }
    }
}

/// One pass of libtorch for the seats in these rows.
fn look_together(net: &dyn Classifier, all: &mut [Seat], rows: &[Option<usize>], with_gradient: bool) -> Result<()> {
    let len = net.input().len();
    let values = in_rows(rows, |seat| all[seat].walk.place());
    let pictures = batch_of(&values, net.input(), net).set_requires_grad(with_gradient);
    let scores = if with_gradient {
        logits(net, &net.scores(&pictures)?)
    } else {
        no_grad(|| net.scores(&pictures).map(|scores| logits(net, &scores)))?
    };
    let plain = numbers(&scores);
    let n_classes = plain.len() / rows.len();
    let mut weights = vec![0.0_f32; plain.len()];
    for ((row, scores), weights) in
        rows.iter().zip(plain.chunks_exact(n_classes)).zip(weights.chunks_exact_mut(n_classes))
    {
        if let Some(seat) = row {
            all[*seat].told(scores, weights);
        }
    }
    let gradients = if with_gradient { backward(&pictures, &scores, &weights)? } else { Vec::new() };
    for (row, seat) in rows.iter().enumerate() {
        if let Some(seat) = seat {
            let gradient = gradients.get(row * len..(row + 1) * len).unwrap_or_default();
            all[*seat].moved(gradient, with_gradient);
        }
    }
    Ok(())
}

/// Pictures one after the other; a row that has none gets a copy of the first.
fn in_rows<'p>(rows: &[Option<usize>], picture: impl Fn(usize) -> &'p [f32]) -> Vec<f32> {
    let first = rows.iter().flatten().next().copied().unwrap_or(0);
    let pictures: Vec<&[f32]> = rows.iter().map(|row| picture(row.unwrap_or(first))).collect();
    pictures.concat()
}

impl Looks<'_> {
    /// Scores of clean pictures, row by row.
    fn first(&mut self, waiting: &[Waiting]) -> Result<Vec<f32>> {
        match self {
            Looks::Dense(pass) => {
                let mut all = Vec::new();
                for waiting in waiting.chunks(SIDE_BY_SIDE) {
                    let pictures: Vec<&[f32]> = waiting.iter().map(|waiting| waiting.picture.as_slice()).collect();
                    pass.look(&pictures);
                    (0..pictures.len()).for_each(|number| all.extend_from_slice(pass.scores(number)));
                }
                Ok(all)
            }
            Looks::Net(net, together) => {
                let numbers: Vec<u64> = waiting.iter().map(|waiting| waiting.index).collect();
                let mut all: Vec<Vec<f32>> = vec![Vec::new(); waiting.len()];
                for rows in together.passes(&numbers) {
                    let values = in_rows(&rows, |which| &waiting[which].picture);
                    let pictures = batch_of(&values, net.input(), *net);
                    let scores = plain_scores(*net, &no_grad(|| net.scores(&pictures))?)?;
                    for (row, scores) in rows.iter().zip(scores.chunks_exact(scores.len() / rows.len())) {
                        if let Some(which) = row {
                            scores.clone_into(&mut all[*which]);
                        }
                    }
                }
                Ok(all.concat())
            }
        }
    }
}

impl Seat {
    /// Passes the scores at its place on, after keeping the place if it is the smallest find so far.
    fn told(&mut self, scores: &[f32], weights: &mut [f32]) {
        self.forward += 1;
        if scores.iter().any(|score| !score.is_finite()) {
            // Such a place leads nowhere; what was found so far stands, and the other pictures go on.
            self.go = Go::Done;
            return;
        }
        let margin = self.task.aim.margin(scores);
        let largest = scores.iter().fold(0.0_f32, |largest, score| largest.max(score.abs()));
        let place = self.walk.place();
        let found = margin < -SURE * largest.max(1e-3) && self.bits.is_none_or(|bits| lattice::holds(place, bits));
        if found {
            let length = self.task.norm.distance(&self.task.clean, place);
            if self.best.as_ref().is_none_or(|(_, best)| length < *best) {
                self.best = Some((place.to_vec(), length));
            }
        }
        let best = self.best.as_ref().map(|(picture, length)| (picture.as_slice(), *length));
        self.walk.weigh(&Look { scores, margin, found, best }, weights);
    }

    /// Passes the gradient on.
    fn moved(&mut self, gradient: &[f32], counted: bool) {
        self.backward += u32::from(counted);
        if self.go == Go::On {
            // Nor does a gradient that is not a number lead anywhere.
            self.go = if gradient.iter().all(|value| value.is_finite()) { self.walk.step(gradient) } else { Go::Done };
        }
    }
}

/// Pictures as a batch of the net's precision, where the net is.
pub(super) fn batch_of(values: &[f32], shape: InputShape, net: &dyn Classifier) -> Tensor {
    let n = (values.len() / shape.len()) as i64;
    Tensor::from_slice(values).reshape(shape.batch(n)).to_kind(net.kind()).to_device(net.device())
}

/// Scores as attacks want them: what the net gives, or logarithms of probabilities, whose differences do not vanish.
pub(super) fn logits(net: &dyn Classifier, scores: &Tensor) -> Tensor {
    match net.score_kind() {
        ScoreKind::Logits | ScoreKind::Sigmoid => scores.shallow_clone(),
        ScoreKind::Probabilities => log(scores),
        ScoreKind::SigmoidProbabilities => log(scores) - log(&(1.0 - scores)),
    }
}

/// Logarithms of probabilities, finite for those that rounding made zero.
fn log(probabilities: &Tensor) -> Tensor {
    probabilities.clamp_min(f64::from(f32::MIN_POSITIVE)).log()
}

/// Scores of a batch as [`logits`], brought to the CPU.
pub(super) fn plain_scores(net: &dyn Classifier, scores: &Tensor) -> Result<Vec<f32>> {
    let plain = numbers(&logits(net, scores));
    let count = plain.iter().filter(|score| !score.is_finite()).count() as i64;
    if count > 0 {
        let error = advlab_core::Error::NotFinite { who: net.name().to_owned(), count, of: plain.len() as i64 };
        return Err(Error::Core(error));
    }
    Ok(plain)
}

fn numbers(scores: &Tensor) -> Vec<f32> {
    let mut plain = vec![0.0_f32; scores.numel()];
    let flat = scores.detach().to_kind(Kind::Float).to_device(Device::Cpu).reshape([-1]);
    flat.copy_data(&mut plain, scores.numel());
    plain
}

/// Gradient of `Σ weights·scores` by a batch, row by row on the CPU.
pub(super) fn gradient_of(net: &dyn Classifier, leaf: &Tensor, weights: &[f32]) -> Result<Vec<f32>> {
    backward(leaf, &logits(net, &net.scores(leaf)?), weights)
}

/// The same from scores that are there already.
fn backward(leaf: &Tensor, scores: &Tensor, weights: &[f32]) -> Result<Vec<f32>> {
    let mut gradients = vec![0.0_f32; leaf.numel()];
    if scores.requires_grad() {
        let weights =
            Tensor::from_slice(weights).reshape(scores.size()).to_kind(scores.kind()).to_device(scores.device());
        let combined = (scores * weights).sum(None::<Kind>);
        let gradient = Tensor::f_run_backward(&[combined], &[leaf], false, false)?;
        let flat = gradient[0].to_kind(Kind::Float).to_device(Device::Cpu).reshape([-1]);
        flat.copy_data(&mut gradients, leaf.numel());
    }
    Ok(gradients)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_has_the_same_place_whoever_stands_beside_it() {
        let together = Together::Places(4);
        let places = |numbers: &[u64]| {
            let mut places = vec![Vec::new(); numbers.len()];
            for rows in together.passes(numbers) {
                assert_eq!(rows.len(), 4);
                rows.iter()
                    .enumerate()
                    .for_each(|(place, row)| row.iter().for_each(|which| places[*which].push(place)));
            }
            places
        };
        assert_eq!(places(&[5]), [[1]]);
        assert_eq!(places(&[5, 9, 2, 1, 8]), [[1], [1], [2], [1], [0]]);
        assert_eq!(together.passes(&[5, 9, 2, 1, 8]).len(), 3);
    }

    #[test]
    fn too_few_pictures_are_filled_up() {
        let together = Together::AtLeast(4);
        assert_eq!(together.passes(&[7, 3]), [[Some(0), Some(1), None, None]]);
        assert_eq!(together.passes(&[0; 5]), [[Some(0), Some(1), Some(2), Some(3), Some(4)]]);
        assert_eq!(in_rows(&[None, Some(1)], |which| [&[0.5_f32][..], &[0.25]][which]), [0.25, 0.25]);
    }
}
