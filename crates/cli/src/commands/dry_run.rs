//! `advlab run --dry-run`: the points or cells of a file, and how much work it asks for.

use std::io::Write;

use advlab_runner::experiment::{Cost, Experiment, File};
use anyhow::Result;
use serde_json::{Map, Value, json};

use crate::exit::Outcome;

/// Points or cells that are listed; of more these are the first.
const LISTED: usize = 1000;

pub(super) fn run(file: &File, as_json: bool, out: &mut dyn Write) -> Result<Outcome> {
    let mut cost = Cost::default();
    let mut listed = Vec::new();
    for point in file.points() {
        cost += point.experiment().cost();
        if as_json {
            if listed.len() < LISTED {
                let settings: Map<String, Value> = point
                    .settings
                    .iter()
                    .map(|(path, value)| Ok((path.clone(), serde_json::to_value(value)?)))
                    .collect::<Result<_>>()?;
                listed.push(json!({"number": point.number, "name": point.name, "settings": settings}));
            }
        } else if file.is_sweep() && point.number < LISTED {
            writeln!(out, "{:>6}  {}  ({})", point.number, point.name, point.words())?;
        }
    }
    let study = match file.point(0).experiment() {
        Experiment::Study(study) if !file.is_sweep() => Some(study.cells()),
        _ => None,
    };
    let keys = study.clone().flatten().unwrap_or_default();
    let cells = if study.is_some() { keys.len() } else { file.len() };
    if as_json {
        let cells = if study == Some(None) { Value::Null } else { cells.into() };
        let text = json!({"kind": file.kind(), "cells": cells, "cost": cost, "points": listed, "keys": keys});
        writeln!(out, "{text}")?;
        return Ok(Outcome::Done);
    }
    for (number, key) in keys.iter().take(LISTED).enumerate() {
        writeln!(out, "{number:>6}  {key}")?;
    }
    if cells > LISTED {
        writeln!(out, "        and {} more", cells - LISTED)?;
    }
    let what = match study {
        Some(_) => "a study",
        None if file.is_sweep() => "a sweep",
        None => "one experiment",
    };
    let cells = match (cells, study) {
        (_, Some(None)) => "cells that only the files count".to_owned(),
        (1, _) => "1 cell".to_owned(),
        (cells, _) => format!("{cells} cells"),
    };
    writeln!(out, "{}: {what} of kind {}, {cells}", file.path().display(), file.kind())?;
    let lines = cost.lines();
    if !lines.is_empty() {
        writeln!(out, "work in all, as far as the settings tell (counts, not times):")?;
    }
    for line in lines {
        writeln!(out, "  {line}")?;
    }
    Ok(Outcome::Done)
}
