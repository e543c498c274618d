//! From parts to the run's own files: `examples.csv` and `examples.npz`.

use std::io::BufWriter;

use advlab_core::{Aim, Classifier, Norm, Perturbation};
use anyhow::Result;

use super::example::{COLUMNS, Example};
use super::parts::{Block, Parts};
use crate::folder::Folder;
use crate::npz::Npz;

/// Joins the parts. Never more than one of them is in memory, but for the examples without their pictures.
///
/// # Errors
/// Files that cannot be written or read.
pub(super) fn assemble(folder: &Folder, parts: &Parts, net: &dyn Classifier) -> Result<Vec<Example>> {
    let mut examples = Vec::new();
    for block in 0..parts.done() {
        examples.append(&mut parts.read(block)?.examples);
    }
    write_csv(folder, net, &examples)?;
    write_npz(folder, parts, net, &examples)?;
    Ok(examples)
}

fn write_csv(folder: &Folder, net: &dyn Classifier, examples: &[Example]) -> Result<()> {
    folder.write("examples.csv", |file| {
        let mut table = csv::Writer::from_writer(BufWriter::new(file));
        table.write_record(COLUMNS)?;
        for example in examples {
            table.write_record(example.row(net.classes(), net.input().len()))?;
        }
        Ok(table.flush()?)
    })
}

fn write_npz(folder: &Folder, parts: &Parts, net: &dyn Classifier, examples: &[Example]) -> Result<()> {
    let n = examples.len();
    let sides = net.input().batch(n as i64).map(|side| side as usize);
    folder.write("examples.npz", |file| {
        let mut npz = Npz::new(BufWriter::new(file));
        for (name, of) in [("images", (|block| block.results) as fn(Block) -> Vec<f32>), ("clean", |block| block.clean)]
        {
            npz.begin::<f32>(name, &sides)?;
            for block in 0..parts.done() {
                npz.push(&of(parts.read(block)?))?;
            }
        }
        let column = |of: &dyn Fn(&Example) -> i64| examples.iter().map(of).collect::<Vec<_>>();
        let real = |of: &dyn Fn(&Example) -> f64| examples.iter().map(|e| of(e) as f32).collect::<Vec<_>>();
        let measure = |of: &dyn Fn(&Perturbation) -> f64| real(&|e| e.measure(of).unwrap_or(f64::NAN));
        npz.array("true_label", &[n], &column(&|e| e.truth.unwrap_or(-1)))?;
        npz.array("aim", &[n], &column(&|e| e.found.aim.class()))?;
        npz.array("targeted", &[n], &column(&|e| i64::from(matches!(e.found.aim, Aim::Target(_)))))?;
        // In the order of the four verdicts: wrong before, success, failure, tie.
        npz.array("verdict", &[n], &column(&|e| e.found.verdict as i64))?;
        npz.array("label_before", &[n], &column(&|e| e.found.label_before))?;
        npz.array("label", &[n], &column(&|e| e.found.label))?;
        npz.array("confidence_before", &[n], &real(&|e| f64::from(e.found.confidence_before)))?;
        npz.array("confidence", &[n], &real(&|e| f64::from(e.found.confidence)))?;
        for norm in Norm::ALL {
            npz.array(norm.key(), &[n], &measure(&|found| found.distance(norm)))?;
        }
        npz.array("rms", &[n], &measure(&|found| found.rms(net.input().len())))?;
        npz.array("backward", &[n], &column(&|e| i64::from(e.found.backward)))?;
        npz.finish()
    })
}
