//! The inner loop of the fast engines: many attempts walk side by side, each until it is at its end.

use std::slice::IterMut;
use std::sync::Mutex;

use advlab_core::{Dense, ScoreKind, Stop};
use pulp::Simd;
use rayon::prelude::*;

use super::head::{Head, Pass};
use super::lanes::{LANES, Lanes, Real};
use super::params::NoiseParams;

/// Attempts that are drawn, walked and rebuilt together at most; it bounds the memory, 3 MB for each thousand at 784.
pub(super) const ATTEMPTS_AT_ONCE: usize = 4096;

/// What attempts walk on: the pixels, or something that stands for them.
///
/// A place is a list of *fields*; a field has a number for each lane in each of its rows.
pub(super) trait Ground<T: Real>: Sync {
    /// Rows of each field.
    fn fields(&self) -> Vec<usize>;

    /// How many of the fields a walker takes with it when it leaves; the others are only needed on the way.
    fn kept(&self) -> usize;

    /// Sums of the first layer's neurons at a place.
    fn look<S: Simd>(&self, simd: S, fields: &[Vec<Lanes<T>>], sums: &mut [Lanes<T>]);

    /// One step from a place, given `∂L/∂z` of the first layer. `steps` counts it already.
    fn step<S: Simd>(&self, simd: S, fields: &mut [Vec<Lanes<T>>], delta: &mut [Lanes<T>], steps: &[u32; LANES]);
}

/// A net and a recipe, laid out for the descent.
#[derive(Debug)]
pub(super) struct Kernel<T, G> {
    pub(super) ground: G,
    head: Head<T>,
    steps: u32,
    early_stop: bool,
}

/// One attempt on its way.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Walker<T> {
    /// The first fields of its place; those that are missing begin as zeros.
    pub(super) fields: Vec<Vec<T>>,
    /// Steps taken.
    pub(super) steps: u32,
    /// Whether the label, and the confidence asked for, are reached.
    pub(super) reached: bool,
    /// Whether it has come to its end; it has not where someone asked to stop.
    pub(super) ended: bool,
}

impl<T: Real> Walker<T> {
    /// A walker that stands at the beginning.
    pub(super) fn at(field: Vec<T>) -> Self {
        Self { fields: vec![field], steps: 0, reached: false, ended: false }
    }
}

impl<T: Real, G: Ground<T>> Kernel<T, G> {
    /// Lays a net out over its first layer's ground.
    pub(super) fn new(params: &NoiseParams, ground: G, net: &Dense, kind: ScoreKind, class: usize) -> Self {
        let (first, rest) = net.layers.split_first().expect("a net has at least one layer");
        let head = Head::new(params, first.outputs, rest, net.activation, kind, class);
        Self { ground, head, steps: params.steps, early_stop: params.early_stop }
    }

    /// Walks each until it is at its end, on all of rayon's threads.
    pub(super) fn walk(&self, walkers: &mut [Walker<T>], stop: &Stop) {
        let threads = rayon::current_num_threads().min(walkers.len().div_ceil(LANES));
        // A lane whose attempt has ended takes over the next one, whichever thread it is on.
        let waiting = Mutex::new(walkers.iter_mut());
        (0..threads).into_par_iter().with_max_len(1).for_each(|_| {
            pulp::Arch::new().dispatch(Walk { group: Group::new(self), waiting: &waiting, stop });
        });
    }
}

/// A thread's share of the work, in the form that is compiled once for each kind of processor.
struct Walk<'a, 'w, T, G> {
    group: Group<'a, T, G>,
    waiting: &'a Mutex<IterMut<'w, Walker<T>>>,
    stop: &'a Stop,
}

impl<T: Real, G: Ground<T>> pulp::WithSimd for Walk<'_, '_, T, G> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        self.group.walk(simd, self.waiting, self.stop);
    }
}

/// Everything that changes while a group of lanes walks.
struct Group<'a, T, G> {
    kernel: &'a Kernel<T, G>,
    fields: Vec<Vec<Lanes<T>>>,
    pass: Pass<T>,
    steps: [u32; LANES],
}

impl<'a, T: Real, G: Ground<T>> Group<'a, T, G> {
    fn new(kernel: &'a Kernel<T, G>) -> Self {
        let fields = kernel.ground.fields().into_iter().map(|rows| vec![Lanes::all(T::zero()); rows]).collect();
        Self { kernel, fields, pass: kernel.head.pass(), steps: [0; LANES] }
    }

    #[inline(always)]
    fn walk<S: Simd>(&mut self, simd: S, waiting: &Mutex<IterMut<'_, Walker<T>>>, stop: &Stop) {
        let kernel = self.kernel;
        let mut owners: [Option<&mut Walker<T>>; LANES] = std::array::from_fn(|_| None);
        let mut more = true;
        loop {
            if more && owners.iter().any(Option::is_none) {
                more = self.fill(&mut owners, waiting);
            }
            if owners.iter().all(Option::is_none) {
                return;
            }
            kernel.ground.look(simd, &self.fields, &mut self.pass.sums[0]);
            kernel.head.forward(simd, &mut self.pass);
            let last = (0..LANES).any(|lane| self.steps[lane] >= kernel.steps);
            let reached =
                if kernel.early_stop || last { kernel.head.reached(simd, &self.pass) } else { [false; LANES] };
            let stopped = stop.asked();
            let mut any_left = false;
            for (lane, owner) in owners.iter_mut().enumerate() {
                let ended = self.steps[lane] >= kernel.steps || (kernel.early_stop && reached[lane]);
                match owner {
                    Some(walker) if ended || stopped => {
                        self.leave(lane, walker);
                        (walker.reached, walker.ended) = (reached[lane], ended);
                        *owner = None;
                    }
                    Some(_) => {
                        any_left = true;
                        self.steps[lane] += 1;
                    }
                    None => {}
                }
            }
            if stopped {
                return;
            }
            if any_left {
                kernel.head.backward(simd, &mut self.pass);
                kernel.ground.step(simd, &mut self.fields, &mut self.pass.deltas[0], &self.steps);
            }
        }
    }

    /// Puts waiting attempts into free lanes. Says whether there may be more of them.
    fn fill<'w>(
        &mut self,
        owners: &mut [Option<&'w mut Walker<T>>; LANES],
        waiting: &Mutex<IterMut<'w, Walker<T>>>,
    ) -> bool {
        let mut waiting = waiting.lock().expect("no thread panics while it takes a walker");
        for (lane, owner) in owners.iter_mut().enumerate().filter(|(_, owner)| owner.is_none()) {
            let Some(walker) = waiting.next() else { return false };
            self.enter(lane, walker);
            *owner = Some(walker);
        }
        true
    }

    fn enter(&mut self, lane: usize, walker: &Walker<T>) {
        for (number, field) in self.fields.iter_mut().enumerate() {
            match walker.fields.get(number) {
                Some(values) => field.iter_mut().zip(values).for_each(|(row, value)| row[lane] = *value),
                None => field.iter_mut().for_each(|row| row[lane] = T::zero()),
            }
        }
        self.steps[lane] = walker.steps;
    }

    fn leave(&self, lane: usize, walker: &mut Walker<T>) {
        walker.fields.resize(self.kernel.ground.kept(), Vec::new());
        for (values, field) in walker.fields.iter_mut().zip(&self.fields) {
            values.clear();
            values.extend(field.iter().map(|row| row[lane]));
        }
        walker.steps = self.steps[lane];
    }
}
