//! What an evaluation leaves for scripts.

use std::io::BufWriter;

use advlab_datasets::Dataset;
use advlab_model_zoo::Evaluation;
use anyhow::Result;

use super::Summary;
use crate::folder::Folder;
use crate::npz::Npz;

/// Writes `answers.csv`, `answers.npz` and `confusion.csv`.
pub(super) fn write(folder: &Folder, data: &Dataset, evaluation: &Evaluation, summary: &Summary) -> Result<()> {
    let (truth, k) = (data.labels(), summary.classes.len());
    folder.write("answers.csv", |file| {
        let mut table = csv::Writer::from_writer(file);
        table.write_record(["index", "truth", "label", "confidence", "right", "confidence_of_truth"])?;
        for (i, (label, confidence)) in evaluation.labels.iter().zip(&evaluation.confidences).enumerate() {
            let of_truth = evaluation.probabilities[i * k + truth[i] as usize];
            let right = u8::from(*label == truth[i]);
            let (i, truth) = (i.to_string(), truth[i].to_string());
            let cells = [label.to_string(), confidence.to_string(), right.to_string(), of_truth.to_string()];
            table.write_record([i, truth].iter().chain(&cells))?;
        }
        Ok(table.flush()?)
    })?;
    folder.write("answers.npz", |file| {
        let n = truth.len();
        let mut npz = Npz::new(BufWriter::new(file));
        npz.array("truth", &[n], truth)?;
        npz.array("label", &[n], &evaluation.labels)?;
        npz.array("probabilities", &[n, k], &evaluation.probabilities)?;
        npz.finish()
    })?;
    folder.write("confusion.csv", |file| {
        let mut table = csv::Writer::from_writer(file);
        table.write_record(std::iter::once("truth").chain(summary.classes.iter().map(String::as_str)))?;
        for (class, row) in summary.classes.iter().zip(&summary.confusion) {
            table.write_record(std::iter::once(class.clone()).chain(row.iter().map(u64::to_string)))?;
        }
        Ok(table.flush()?)
    })
}
