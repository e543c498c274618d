//! Studies of kind `learning`: does a net learn what it is shown, or does it memorise the pictures?
//!
//! Two tasks, one with a clear sign and one with next to none, are trained again and again with the same net and with controls: as
//! many pictures in both, one colour, a deeper net, an AlexNet. A study goes training by training; one that is interrupted goes
//! on after the last whole epoch. In the end the attacks of the other commands are run on one net of each task.

mod spec;

mod plans;

mod judged;

mod attacks;

mod evidence;

mod claims;

mod figures;
mod tables;

use std::path::PathBuf;
use std::time::Instant;

use advlab_datasets::Examples;
use anyhow::Result;
use serde_json::json;

use crate::folder::Existing;
use crate::lanes::{Lanes, gathered};
use crate::record::{Record, Surroundings};
use crate::study::desk::{Desk, Report};
use crate::study::report::Results;
use crate::train::{self, Halves};
use crate::trainings::{open, train_all};

pub(super) use plans::keys;
pub use spec::{Attacks, Condition, Spec, Task};

use evidence::Evidence;
use judged::{Judged, Said};
use plans::Planned;

/// A study that can start.
#[derive(Debug)]
pub struct Prepared {
    spec: Spec,
    data: Vec<Halves<dyn Examples>>,
    plans: Vec<Planned>,
    desk: Desk,
}

/// Checks everything that can be checked before the first training.
///
/// # Errors
/// Bad settings, missing data, a folder that holds something else.
pub fn prepare(spec: &Spec, out: PathBuf, existing: Existing, surroundings: &Surroundings) -> Result<Prepared> {
    spec.check()?;
    let device = spec.device.resolve()?;
    let data = plans::load(spec, surroundings)?;
    let plans = plans::plans(spec, &data)?;
    // The first training of each condition and task tells whether net and pictures fit.
    for planned in plans.iter().filter(|planned| planned.number == 0) {
        train::check(&planned.plan.spec, &planned.plan.data)?;
    }
    let mut record = Record::new("study learning", surroundings, spec, device);
    for (task, halves) in spec.tasks.iter().zip(&data) {
        for half in [&halves.train, &halves.test] {
            let facts =
                json!({"set": half.name(), "origin": half.origin(), "pictures": half.len(), "sha256": half.digest()?});
            record.input(&format!("{} {} data", task.name, half.split()), facts);
        }
    }
    let desk = Desk::open(record, &out, existing, surroundings)?;
    Ok(Prepared { spec: spec.clone(), data, plans, desk })
}

impl Prepared {
    /// Trains, judges, attacks, draws.
    ///
    /// # Errors
    /// A training that diverged; files that cannot be written. What is done is on disk by then.
    pub fn run(self) -> Result<Report> {
        let began = Instant::now();
        let total = self.plans.len();
        let part = self.desk.part(&self.plans);
        let plans = part.iter().map(|planned| planned.plan.clone()).collect();
        let place = self.desk.folder.path("nets");
        if !train_all(plans, &place, self.desk.existing, &self.desk.surroundings)? {
            return self.desk.pause(began, 0, total);
        }
        let trained = began.elapsed().as_secs_f64();
        let nets = self.judge(part)?;
        if nets.len() < total {
            return self.desk.pause(began, nets.len(), total);
        }
        let attacked = match &self.spec.attacks {
            None => Vec::new(),
            Some(attacks) => match attacks::run(&self.spec, attacks, &self.desk)? {
                Some(attacked) => attacked,
                None => return self.desk.pause(began, total, total),
            },
        };
        let evidence = Evidence { spec: &self.spec, data: &self.data, nets, attacked };
        let results = Results {
            title: evidence.title(),
            lead: evidence.lead(),
            findings: claims::judge(&evidence)?,
            tables: tables::tables(&evidence)?,
            figures: figures::draw(&evidence, &self.desk.folder)?,
            judgement: None,
            cells: total,
            seconds: json!({"training": trained, "in all": began.elapsed().as_secs_f64()}),
            remarks: Vec::new(),
            printed: 1 + usize::from(!evidence.attacked.is_empty()),
        };
        self.desk.finish(began, results)
    }

    /// Asks every net about its test pictures, side by side; fewer come back if someone asked to stop.
    fn judge(&self, plans: &[Planned]) -> Result<Vec<Judged>> {
        let place = self.desk.folder.path("nets");
        let device = self.spec.device.resolve()?;
        let bar = self.desk.surroundings.progress.bar(plans.len() as u64, "test pictures");
        let one = |at: usize| {
            let planned = &plans[at];
            let (spec, test) = (&planned.plan.spec, &planned.plan.data.test);
            let net = open(spec, &place, &spec.name)?;
            let digest = test.digest()?;
            let is_it = |said: &Said| said.name == spec.name && said.data == digest;
            let make = || Said::ask(planned, &net, &self.desk.surroundings.stop);
            let said = self.desk.taken_up(&spec.name, is_it, make)?;
            bar.inc(1);
            said.map(|said| Judged::new(planned, net, said)).transpose()
        };
        let done = gathered(plans.len(), Lanes::new(device, self.desk.surroundings.jobs), &one)?;
        bar.finish_and_clear();
        Ok(done)
    }
}
