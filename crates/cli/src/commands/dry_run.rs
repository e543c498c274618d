//! `advlab run --dry-run`: the points of a file, and how much work it asks for.

use std::io::Write;

use advlab_runner::experiment::{Cost, File};
use anyhow::Result;
use serde_json::{Map, Value, json};

use crate::exit::Outcome;

/// Points that are listed; of a long sweep these are the first.
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
    if as_json {
        let text = json!({"kind": file.kind(), "cells": file.len(), "cost": cost, "points": listed});
        writeln!(out, "{text}")?;
        return Ok(Outcome::Done);
    }
    if file.is_sweep() && file.len() > LISTED {
        writeln!(out, "        and {} more", file.len() - LISTED)?;
    }
    let what = if file.is_sweep() { "a sweep" } else { "one experiment" };
    let cells = if file.len() == 1 { "1 cell".to_owned() } else { format!("{} cells", file.len()) };
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
