//! Some points of a sweep once more: each is a run of its own, in a folder of its own.

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::folder::Kept;
use super::leaves::{self, Difference};
use super::verify::{Asked, Verified, drawn, verify};
use crate::folder::Folder;
use crate::journal::Journal;
use crate::record::Surroundings;
use crate::study::sweep::POINTS;

/// How many points, unless somebody says.
const FEW: usize = 3;

/// Repeats of some points what is repeated of runs of their kind.
///
/// # Errors
/// Those of [`verify`], with the point's folder.
pub(super) fn repeated(run: &Kept, asked: &Asked, surroundings: &Surroundings) -> Result<Verified> {
    let journal = Journal::look(&Folder::at(&run.folder)).context("no points to repeat")?;
    let mut whole = Verified {
        folder: run.folder.clone(),
        kind: run.record.kind.clone(),
        repeated: String::new(),
        same: true,
        compared: 0,
        differences: Vec::new(),
        alone: Vec::new(),
        machine: Vec::new(),
        remarks: Vec::new(),
    };
    let mut repeated = Vec::new();
    for key in drawn(run, asked.n.unwrap_or(FEW), asked.seed)? {
        let row: Value = journal.value(&key)?.with_context(|| format!("point {key} is not there"))?;
        let name = row["name"].as_str().with_context(|| format!("point {key} has no name"))?;
        let folder = run.folder.join(POINTS).join(name);
        let of_point = verify(&Asked { folder, n: None, ..asked.clone() }, surroundings)?;
        let place = |text: &str| format!("{name}, {text}");
        let named = |found: Difference| Difference { place: place(&found.place), ..found };
        whole.same &= of_point.same;
        whole.compared += of_point.compared;
        whole.differences.extend(of_point.differences.into_iter().map(named));
        whole.alone.extend(of_point.alone.iter().map(|text| place(text)));
        whole.remarks.extend(of_point.remarks.iter().map(|text| place(text)));
        if whole.machine.is_empty() {
            whole.machine = of_point.machine;
        }
        repeated.push(format!("{name} ({})", of_point.repeated));
    }
    leaves::sort(&mut whole.differences);
    let many = if repeated.len() == 1 { "point" } else { "points" };
    whole.repeated = format!("{many} {}", repeated.join(", "));
    Ok(whole)
}
