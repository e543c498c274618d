//! The smallest change of a given picture that makes a net say what is wanted.
//!
//! [`Perturb::run`] takes pictures, an [`Aim`] for each and a net, and hands over a [`Perturbation`] with the changed picture for
//! each. One way through, whatever the method:
//!
//! - A method ([`Method`]; a file each) is a *walk* of one picture in plain numbers: where to look next, given scores and
//!   gradient of the last look (`walk.rs`).
//! - The driver (`driver.rs`) looks for many walks at once with libtorch, counts passes picture by picture, and keeps each
//!   picture's smallest find; a method can neither lose it nor judge itself.
//! - Where bits are asked for, a search on the lattice of values that a file can hold follows (`lattice.rs`).
//! - The judge (`judge.rs`) looks at the final pictures afresh and says which of four kinds each outcome is.
//!
//! [`doubts()`] looks for reasons not to believe any of it before it starts.

mod bracket;
mod dense;
mod doubts;
mod driver;
mod judge;
mod lattice;
mod programme;
mod queue;
mod settings;
mod vectors;
mod walk;

mod adam;
mod alma;
mod ball;
mod carlini_wagner;
mod ddn;
mod deepfool;
mod facets;
mod fgsm;
mod fmn;
mod lbfgs;
mod minimal;
#[cfg(test)]
mod oracle;
mod pdgd;
mod pgd;
mod radius;

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, mpsc};

use advlab_core::{Aim, Classifier, Dense, Norm, Perturbation, Pictures, Seed, Stop};
use tch::Device;

pub use doubts::{Doubt, doubts};
pub use settings::{Method, PerturbParams};

use crate::threads::OneThread;
use crate::{Error, Result};
use dense::DensePass;
use driver::{Looks, Shared, Together};
use queue::Queue;
use walk::{Task, Walk};

/// Pictures that libtorch looks at together at least on the CPU. From four on its products of matrices do not depend on how many
/// there are.
const LEAST: usize = 4;
/// Pictures with so many values stand in places of their own when libtorch looks at them: to try more at once would gain nothing.
const LARGE: usize = 32_768;

/// An attack with settings that passed [`PerturbParams::check`].
#[derive(Clone, Debug, PartialEq)]
pub struct Perturb(PerturbParams);

/// Which pictures to change, of which net.
#[derive(Debug)]
pub struct Job<'a> {
    /// The net; its weights stay as they are.
    pub net: &'a dyn Classifier,
    /// The clean pictures.
    pub pictures: &'a Pictures,
    /// What is wanted of each.
    pub aims: &'a [Aim],
    /// Number of the first picture in its run.
    pub first: u64,
    /// The run's seed; a picture's random draws come from its child of the picture's number.
    pub seed: Seed,
    /// Pictures that go through the net together. It changes the speed and the memory, not the outcomes.
    pub batch: usize,
    /// Looked at between two looks.
    pub stop: &'a Stop,
}

impl Perturb {
    /// The settings.
    pub const fn params(&self) -> &PerturbParams {
        &self.0
    }

    pub(super) const fn norm(&self) -> Norm {
        self.0.norm
    }

    pub(super) const fn bits(&self) -> u8 {
        self.0.bits
    }

    pub(super) fn walk(&self, task: Task, seed: Seed) -> Box<dyn Walk> {
        let steps = self.steps();
        match self.0.method {
            Method::Lbfgs => Box::new(lbfgs::Lbfgs::new(task, steps, self.0.c)),
            Method::Ddn => Box::new(ddn::Ddn::new(task, steps)),
            Method::Minimal => Box::new(minimal::Minimal::new(task, steps, seed)),
            Method::Fgsm => radius::within(&task, fgsm::Fgsm::new(task.clone(), steps), self.0.epsilon),
            Method::Pgd => radius::within(&task, pgd::Pgd::new(task.clone(), steps, seed), self.0.epsilon),
            Method::Deepfool => Box::new(deepfool::Deepfool::new(task, steps)),
            Method::CarliniWagner => Box::new(carlini_wagner::CarliniWagner::new(task, steps)),
            Method::Fmn => Box::new(fmn::Fmn::new(task, steps)),
            Method::Alma => Box::new(alma::Alma::new(task, steps, seed)),
            Method::Pdgd => Box::new(pdgd::Pdgd::new(task, steps)),
        }
    }

    /// Attacks every picture. `sink` gets each outcome with its final picture as soon as it is judged, in any order; it can
    /// end the run by returning [`ControlFlow::Break`]. Returns whether all pictures were delivered.
    ///
    /// # Errors
    /// [`Error::Class`] if the net lacks a class aimed at; [`advlab_core::Error::Shape`] if the pictures do not fit the net or
    /// the aims the pictures; those of the net.
    pub fn run(&self, job: &Job<'_>, sink: &mut dyn FnMut(Perturbation, &[f32]) -> ControlFlow<()>) -> Result<bool> {
        job.check()?;
        let on_cpu = job.net.device() == Device::Cpu;
        let dense = job.net.dense().filter(|_| on_cpu && job.net.score_kind().are_logits());
        let threads = if on_cpu { rayon::current_num_threads().min(job.aims.len()) } else { 1 };
        let copies: Vec<Box<dyn Classifier>> = match dense {
            Some(_) => Vec::new(),
            None => (1..threads).map_while(|_| job.net.share()).collect(),
        };
        let mut others: Vec<Looker<'_>> = copies.into_iter().map(Looker::Net).collect();
        if let Some(dense) = &dense {
            others.extend((1..threads).map(|_| Looker::Dense(dense)));
        }
        let n_drivers = others.len() + 1;
        let is_small = job.net.share().is_some();
        let is_large = on_cpu && !is_small && job.net.input().len() >= LARGE;
        let together = match (on_cpu && dense.is_none(), is_large) {
            (false, _) => Together::AtLeast(1),
            (true, false) => Together::AtLeast(LEAST),
            // A job of a single picture is not slowed down for the last bits.
            (true, true) => Together::Places(if job.aims.len() == 1 { 1 } else { LEAST }),
        };
        // A small net has nothing to gain from several threads, not even for a single picture.
        let one_thread = (n_drivers > 1 || dense.is_some() || (on_cpu && is_small)).then(OneThread::begin);
        let shared = Shared {
            settings: self,
            seed: job.seed.child("perturb"),
            waiting: Mutex::new(Queue::new(job)),
            batch: job.batch.clamp(1, job.aims.len().div_ceil(n_drivers).max(1)),
            stop: job.stop,
            enough: AtomicBool::new(false),
        };
        let (done, finished) = mpsc::channel();
        let mut judge = judge::Judge::new(job, self.norm(), if is_large { LEAST } else { job.batch });
        let went_on = std::thread::scope(|scope| {
            let handles: Vec<_> = others
                .into_iter()
                .map(|looker| {
                    let (shared, done) = (&shared, done.clone());
                    scope.spawn(move || {
                        tch::set_num_threads(1);
                        let driven = driver::drive(looker.looks(), shared, &done, &mut || Ok(true));
                        shared.enough.fetch_or(driven.is_err(), Ordering::Relaxed);
                        driven
                    })
                })
                .collect();
            let between = &mut || Ok(judge.take(finished.try_iter(), sink)?.is_continue());
            let looks =
                dense.as_ref().map_or(Looks::Net(job.net, together), |dense| Looks::Dense(DensePass::new(dense)));
            let driven = driver::drive(looks, &shared, &done, between);
            shared.enough.fetch_or(driven.is_err(), Ordering::Relaxed);
            drop(done);
            for handle in handles {
                handle.join().expect("a driver does not panic")?;
            }
            driven?;
            let enough = shared.enough.load(Ordering::Relaxed);
            Ok::<_, Error>(
                !enough && judge.take(finished.iter(), sink)?.is_continue() && judge.flush(sink)?.is_continue(),
            )
        })?;
        drop(one_thread);
        Ok(went_on && judge.delivered() == job.aims.len())
    }
}

/// What a thread of its own looks with.
enum Looker<'a> {
    Net(Box<dyn Classifier>),
    Dense(&'a Dense),
}

impl Looker<'_> {
    fn looks(&self) -> Looks<'_> {
        match self {
            Looker::Net(net) => Looks::Net(net.as_ref(), Together::AtLeast(LEAST)),
            Looker::Dense(dense) => Looks::Dense(DensePass::new(dense)),
        }
    }
}

impl Job<'_> {
    fn check(&self) -> Result<()> {
        let misfit = |wanted: String, got: String| {
            Err(Error::Core(advlab_core::Error::Shape { who: self.net.name().to_owned(), wanted, got }))
        };
        if self.pictures.shape() != self.net.input() {
            return misfit(self.net.input().to_string(), self.pictures.shape().to_string());
        }
        if self.pictures.len() as usize != self.aims.len() {
            return misfit(format!("an aim for each of {} pictures", self.pictures.len()), self.aims.len().to_string());
        }
        let n_classes = self.net.classes().len();
        match self.aims.iter().map(|aim| aim.class()).find(|class| *class < 0 || *class as usize >= n_classes) {
            Some(class) => Err(Error::Class { class, net: self.net.name().to_owned(), n_classes }),
            None => Ok(()),
        }
    }
}
