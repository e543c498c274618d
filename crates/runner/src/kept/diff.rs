//! What differs between two runs.

use std::path::{Path, PathBuf};

use anyhow::Result;
use serde::Serialize;
use serde_json::{Value, json};

use super::folder::Kept;
use super::leaves::{self, Difference, differences};
use super::tables::{Table, compare};
use crate::folder::without_origin;

/// What differs between two runs, but for times.
#[derive(Clone, Debug, Serialize)]
pub struct Diff {
    /// Folder of the first.
    pub first: PathBuf,
    /// Folder of the second.
    pub second: PathBuf,
    /// Whether all is the same but times and machine.
    pub same: bool,
    /// Kind of run and settings.
    pub settings: Vec<Difference>,
    /// Models and data; where they lie counts only if their sums differ.
    pub inputs: Vec<Difference>,
    /// Version, program, revision, machine.
    pub machine: Vec<Difference>,
    /// State, result and tables: texts first, then numbers, the largest relative differences first.
    pub numbers: Vec<Difference>,
    /// Tables, columns and rows that one of them has alone.
    pub alone: Vec<String>,
    /// Values of results and tables that were compared.
    pub compared: usize,
}

/// Compares two runs.
///
/// # Errors
/// A folder that is missing or holds no run, a damaged record, a table that cannot be read.
pub fn diff(first: &Path, second: &Path) -> Result<Diff> {
    let (a, b) = (Kept::open(first)?, Kept::open(second)?);
    let mut settings: Vec<_> =
        Difference::between("kind", &json!(a.record.kind), &json!(b.record.kind)).into_iter().collect();
    settings.extend(differences(&a.record.spec, &b.record.spec));
    let machine = differences(&machine(&a), &machine(&b));
    let (state, other) = (json!(a.state()), json!(b.state()));
    let mut numbers: Vec<_> = Difference::between("state", &state, &other).into_iter().collect();
    numbers.extend(differences(&a.record.result, &b.record.result));
    let mut compared = leaves::count(&a.record.result).min(leaves::count(&b.record.result));
    let mut alone = Vec::new();
    let (tables, others) = (a.tables()?, b.tables()?);
    for (side, own, other) in [("first", &tables, &others), ("second", &others, &tables)] {
        alone.extend(
            own.iter().filter(|name| !other.contains(name)).map(|name| format!("{name} is in the {side} alone")),
        );
    }
    for name in tables.iter().filter(|name| others.contains(name)) {
        let found = compare(name, &Table::read(&first.join(name))?, &Table::read(&second.join(name))?);
        numbers.extend(found.differences);
        alone.extend(found.alone);
        compared += found.entries;
    }
    leaves::sort(&mut numbers);
    let inputs = inputs(&a, &b);
    let same = [&settings, &inputs, &numbers].iter().all(|part| part.is_empty()) && alone.is_empty();
    let (first, second) = (a.folder, b.folder);
    Ok(Diff { first, second, same, settings, inputs, machine, numbers, alone, compared })
}

/// The same bytes are the same data, wherever they lie.
fn inputs(a: &Kept, b: &Kept) -> Vec<Difference> {
    let plain = |run: &Kept, other: &Kept| -> Value {
        let of = |(role, input): (&String, &Value)| {
            let same = |other: &&Value| !input["sha256"].is_null() && input["sha256"] == other["sha256"];
            let is_same = other.record.inputs.get(role).filter(same).is_some();
            (role.clone(), if is_same { without_origin(input) } else { input.clone() })
        };
        Value::Object(run.record.inputs.iter().map(of).collect())
    };
    differences(&plain(a, b), &plain(b, a))
}

/// What a run worked on.
pub(super) fn machine(run: &Kept) -> Value {
    let record = &run.record;
    json!({
        "advlab": record.advlab, "program": record.program_sha256, "revision": record.source, "machine": record.machine,
    })
}
