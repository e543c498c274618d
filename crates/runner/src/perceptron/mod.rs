//! `advlab perceptron`: what nets of sign neurons learn of a small problem, into a results folder.
//!
//! Without hidden neurons a net learns by Hebb's rule; where that cannot end, it is proved: the convex hulls of the two classes
//! meet, and the weights of a point in both are written down. With hidden neurons it learns with a growing slope.

mod spec;

mod file;
pub(crate) mod sample;

pub(crate) mod net;

pub(crate) mod figures;
mod files;
mod summary;

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Result, bail};
use serde_json::json;

use crate::folder::{Existing, Folder};
use crate::record::{self, Ending, Record, Surroundings};
use crate::report::{self, Captioned, WORDS, Words};

pub use advlab_analysis::perceptron::ThresholdTraining as Training;
pub use spec::{Moving, Spec};
pub(crate) use summary::place;
pub use summary::{Gap, Line, Summary};

use net::Net;
use sample::{Sample, Source};

/// A run that can start.
#[derive(Debug)]
pub struct Prepared {
    spec: Spec,
    source: Source,
    folder: Folder,
    record: Record,
    surroundings: Surroundings,
}

/// What a run came to.
pub type Report = record::Report<Summary>;

/// Checks everything that can be checked before the first step; a file of patterns is read.
///
/// # Errors
/// Bad settings, a file that cannot be read as patterns, a folder that holds something else.
pub fn prepare(spec: &Spec, out: PathBuf, existing: Existing, surroundings: &Surroundings) -> Result<Prepared> {
    spec.check()?;
    let source = Source::open(spec)?;
    if spec.animation.is_some() && source.dimensions() != 2 {
        bail!("`animation` shows a plane, and these patterns have {} inputs; leave it out", source.dimensions());
    }
    let mut record = Record::new("perceptron", surroundings, spec, tch::Device::Cpu);
    record.input("patterns", source.digest());
    let (folder, _) = Folder::open(&out, existing, &record)?;
    Ok(Prepared { spec: spec.clone(), source, folder, record, surroundings: surroundings.clone() })
}

impl Prepared {
    /// Learns, writes and draws.
    ///
    /// # Errors
    /// Files that cannot be written; [`advlab_core::Error::Stopped`].
    pub fn run(self) -> Result<Report> {
        let began = Instant::now();
        let cells = self.spec.hidden.len() * self.spec.repeats;
        let bar = self.surroundings.progress.bar(cells as u64, "learning");
        let (mut nets, mut samples): (Vec<Net>, Vec<Sample>) = (Vec::new(), Vec::new());
        for repeat in 0..self.spec.repeats {
            let sample = self.source.sample(repeat)?;
            for &hidden in &self.spec.hidden {
                nets.push(Net::learnt(&sample, hidden, repeat, &self.spec, &self.surroundings.stop)?);
                bar.inc(1);
            }
            samples.push(sample);
        }
        bar.finish_and_clear();
        let mut summary = Summary::new(&self.spec, &self.source, &samples, &nets);
        summary.seconds = began.elapsed().as_secs_f64();
        files::write(&self.folder, &samples[0], &nets, &summary)?;
        let shown: Vec<&Net> = nets.iter().filter(|net| net.repeat == 1).collect();
        let drawn = figures::draw(&self.folder, &self.spec, &samples[0], &shown, &summary)?;
        let figures = drawn.iter().map(|(file, caption)| Captioned::new(file, caption)).collect();
        let tables = vec![summary.table().words()];
        let words = Words { title: summary.title(), lead: summary.sentences().join(" "), figures, tables };
        self.folder.write_json(WORDS, &words)?;
        let ending = if summary.complete() { Ending::Complete } else { Ending::Short };
        let record = self.record.ended(ending, began, json!(summary));
        report::write(&self.folder, &record)?;
        self.folder.record(&record)?;
        Ok(Report { summary, folder: self.folder.root().to_owned(), ending, was_finished: false })
    }
}
