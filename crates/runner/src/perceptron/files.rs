//! What a run leaves for scripts.

use anyhow::Result;

use super::Summary;
use super::net::Net;
use super::sample::Sample;
use crate::folder::Folder;

/// Writes `nets.csv`, `neurons.csv`, `history.csv` and `patterns.csv`, the patterns being those of the first repeat.
pub(super) fn write(folder: &Folder, sample: &Sample, nets: &[Net], summary: &Summary) -> Result<()> {
    summary.table().write(folder)?;
    let d = sample.train.dimensions();
    folder.write("neurons.csv", |file| {
        let mut table = csv::Writer::from_writer(file);
        // Weights of the output neuron are those of hidden neurons, of which there may be more than inputs.
        let widest = nets.iter().map(|net| net.hidden).chain([d]).max().unwrap_or(d);
        let weights: Vec<String> = (1..=widest).map(|at| format!("w{at}")).collect();
        table.write_record(
            ["hidden", "repeat", "neuron", "counts", "threshold"].map(str::to_owned).iter().chain(&weights),
        )?;
        for net in nets {
            let hidden = net.net.hidden.iter().enumerate();
            let hidden = hidden.map(|(at, neuron)| ((at + 1).to_string(), net.active.contains(&at), neuron));
            for (name, counts, neuron) in hidden.chain([("output".to_owned(), true, &net.net.output)]) {
                let head = [net.hidden.to_string(), net.repeat.to_string(), name, u8::from(counts).to_string()];
                let row = head.into_iter().chain([neuron.threshold.to_string()]);
                let row = row.chain(neuron.weights.iter().map(f64::to_string));
                let row = row.chain(std::iter::repeat_n(String::new(), widest - neuron.weights.len()));
                table.write_record(row)?;
            }
        }
        Ok(table.flush()?)
    })?;
    folder.write("history.csv", |file| {
        let mut table = csv::Writer::from_writer(file);
        table.write_record(["hidden", "repeat", "step", "train_error", "test_error"])?;
        for net in nets {
            for seen in &net.history {
                let test = seen.test_error.map_or_else(String::new, |error| error.to_string());
                let head = [net.hidden, net.repeat, seen.step].map(|number| number.to_string());
                table.write_record(head.into_iter().chain([seen.train_error.to_string(), test]))?;
            }
        }
        Ok(table.flush()?)
    })?;
    folder.write("patterns.csv", |file| {
        let mut table = csv::Writer::from_writer(file);
        table.write_record((1..=d).map(|at| format!("x{at}")).chain(["target".to_owned(), "part".to_owned()]))?;
        for (part, patterns) in [("train", Some(&sample.train)), ("test", sample.test.as_ref())] {
            for (x, target) in patterns.into_iter().flat_map(|patterns| patterns.iter()) {
                table.write_record(x.iter().chain([&target]).map(f64::to_string).chain([part.to_owned()]))?;
            }
        }
        Ok(table.flush()?)
    })
}
