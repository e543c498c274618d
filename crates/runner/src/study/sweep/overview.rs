//! What came of the points of a sweep, as tables.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use serde_json::Value;

use super::Row;
use crate::study::desk::Desk;
use crate::table::{Entry, Table};

/// Rows of a table that are kept for the report.
const MOST_ROWS: usize = 1000;

/// Columns of the table, at most: what came of a point may hold lists as long as its data.
const MOST_COLUMNS: usize = 200;

/// What the points have that becomes columns.
#[derive(Debug, Default)]
pub(super) struct Overview {
    /// Settings that some point changes.
    pub(super) settings: BTreeSet<String>,
    /// Numbers that came of some point, each with its column; without those that there is no room for.
    numbers: BTreeMap<String, usize>,
    pub(super) left_out: usize,
    /// Points that did not reach all that they asked for.
    pub(super) short: usize,
}

impl Overview {
    pub(super) fn of(desk: &Desk) -> Result<Self> {
        let mut found = Self::default();
        desk.each(|row: Row| {
            found.short += usize::from(!row.complete);
            for path in row.settings.keys().filter(|path| !found.settings.contains(*path)).collect::<Vec<_>>() {
                found.settings.insert(path.clone());
            }
            leaves(&mut String::new(), &row.result, &mut |path, _| {
                if !found.numbers.contains_key(path) {
                    found.numbers.insert(path.to_owned(), 0);
                }
            });
            Ok(())
        })?;
        found.left_out = found.numbers.len().saturating_sub(MOST_COLUMNS);
        // Those that a record has on top are its outcome in short, and stay.
        let nested: Vec<String> = found.numbers.keys().rev().filter(|path| path.contains('.')).cloned().collect();
        for path in nested.iter().take(found.left_out) {
            found.numbers.remove(path);
        }
        found.left_out = found.left_out.min(nested.len());
        found.numbers.values_mut().enumerate().for_each(|(at, column)| *column = at);
        Ok(found)
    }

    /// A row for each point: number, name, settings, then what came of it: in one table the numbers that its record has on top, in the
    /// other all. The files are written on the way: a sweep may have more points than fit into memory.
    pub(super) fn tables(&self, desk: &Desk) -> Result<[Table; 2]> {
        let table = |file, title, measured: &[&str]| {
            let settings = self.settings.iter().map(String::as_str);
            let columns = ["number", "name"].into_iter().chain(settings).chain(measured.iter().copied());
            Table::new(file, title, &columns.map(|name| (name, name)).collect::<Vec<_>>())
        };
        let all: Vec<&str> = self.numbers.keys().map(String::as_str).collect();
        let top: Vec<&str> = all.iter().copied().filter(|path| !path.contains('.')).collect();
        let mut short = table("points.csv", "What came of each point", &top);
        let mut long = table("numbers.csv", "Every number that came of each point", &all);
        desk.folder.write(short.file, |short_file| {
            desk.folder.write(long.file, |long_file| {
                let mut files = [csv::Writer::from_writer(short_file), csv::Writer::from_writer(long_file)];
                files[0].write_record(short.keys())?;
                files[1].write_record(long.keys())?;
                desk.each(|row: Row| {
                    let mut numbers = vec![Entry::Missing; self.numbers.len()];
                    leaves(&mut String::new(), &row.result, &mut |path, value| {
                        if let Some(&column) = self.numbers.get(path) {
                            numbers[column] = number(value);
                        }
                    });
                    let mut head = vec![Entry::Count(row.number as u64), Entry::Text(row.name)];
                    head.extend(self.settings.iter().map(|path| row.settings.get(path).map_or(Entry::Missing, entry)));
                    let top = numbers.iter().zip(&all).filter(|(_, path)| !path.contains('.')).map(|(entry, _)| entry);
                    let top: Vec<Entry> = head.iter().chain(top).cloned().collect();
                    head.append(&mut numbers);
                    for ((table, file), row) in [&mut short, &mut long].into_iter().zip(&mut files).zip([top, head]) {
                        file.write_record(row.iter().map(Entry::raw))?;
                        if table.rows.len() < MOST_ROWS { table.rows.push(row) } else { table.more += 1 }
                    }
                    Ok(())
                })?;
                Ok(files.iter_mut().try_for_each(csv::Writer::flush)?)
            })
        })?;
        Ok([short, long])
    }
}

fn entry(value: &Value) -> Entry {
    match value {
        Value::Number(n) => n.as_f64().map_or(Entry::Missing, number),
        Value::String(text) => Entry::Text(text.clone()),
        other => Entry::Text(other.to_string()),
    }
}

fn number(value: f64) -> Entry {
    if value.fract() == 0.0 && (0.0..1e15).contains(&value) { Entry::Count(value as u64) } else { Entry::Number(value) }
}

/// Hands over every number in a value, with its path. How long things took is left out: it is no outcome.
fn leaves(path: &mut String, value: &Value, found: &mut dyn FnMut(&str, f64)) {
    let mut within = |key: &str, value: &Value, found: &mut dyn FnMut(&str, f64)| {
        let length = path.len();
        if length > 0 {
            path.push('.');
        }
        path.push_str(key);
        leaves(path, value, found);
        path.truncate(length);
    };
    match value {
        Value::Number(n) => n.as_f64().into_iter().for_each(|n| found(path, n)),
        Value::Bool(is) => found(path, f64::from(u8::from(*is))),
        Value::Object(fields) => {
            for (key, value) in fields.iter().filter(|(key, _)| *key != "seconds") {
                within(key, value, found);
            }
        }
        Value::Array(items) => {
            for (at, value) in items.iter().enumerate() {
                within(&at.to_string(), value, found);
            }
        }
        Value::Null | Value::String(_) => {}
    }
}
