//! What a run leaves for scripts.

use advlab_datasets::Dataset;
use anyhow::Result;

use super::Found;
use crate::folder::Folder;

/// Writes `exponents.csv`: a row for each picture.
pub(super) fn write(folder: &Folder, data: &Dataset, found: &Found) -> Result<()> {
    folder.write("exponents.csv", |file| {
        let mut table = csv::Writer::from_writer(file);
        let all = found.values.first().map_or(0, Vec::len);
        let exponents = (1..=all).map(|number| format!("lambda{number}"));
        let fixed = ["index", "truth", "label", "right", "entropy", "closeness"].map(str::to_owned);
        table.write_record(fixed.into_iter().chain(exponents))?;
        for (at, values) in found.values.iter().enumerate() {
            let of = &found.doubts;
            let fixed = [
                at.to_string(),
                data.labels()[at].to_string(),
                of.labels[at].to_string(),
                u8::from(found.right[at]).to_string(),
                of.entropies[at].to_string(),
                of.closeness[at].to_string(),
            ];
            table.write_record(fixed.into_iter().chain(values.iter().map(f64::to_string)))?;
        }
        Ok(table.flush()?)
    })
}
