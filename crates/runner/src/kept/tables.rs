//! Tables of two runs, row by row.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::leaves::{Difference, is_time};

/// A CSV file in memory.
#[derive(Debug)]
pub(super) struct Table {
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// What came of two tables.
#[derive(Debug, Default)]
pub(super) struct Compared {
    pub(super) differences: Vec<Difference>,
    /// Rows and columns that one of them has alone, in words.
    pub(super) alone: Vec<String>,
    /// Entries that stand in both.
    pub(super) entries: usize,
}

impl Table {
    pub(super) fn read(file: &Path) -> Result<Self> {
        let cannot = || format!("cannot read {}", file.display());
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(file).with_context(cannot)?;
        let columns = reader.headers().with_context(cannot)?.iter().map(str::to_owned).collect();
        let rows = reader.records().map(|row| row.map(|row| row.iter().map(str::to_owned).collect()));
        Ok(Self { columns, rows: rows.collect::<Result<_, _>>().with_context(cannot)? })
    }

    /// How many rows it has.
    pub(super) fn rows(&self) -> usize {
        self.rows.len()
    }

    /// The first so many rows; with a column, of each of its entries.
    pub(super) fn first(mut self, rows: usize, of_each: Option<&str>) -> Self {
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        let at = of_each.and_then(|column| self.columns.iter().position(|own| own == column));
        self.rows.retain(|row| {
            let count = seen.entry(at.and_then(|at| row.get(at)).cloned().unwrap_or_default()).or_default();
            *count += 1;
            *count <= rows
        });
        self
    }

    fn at<'a>(&self, row: &'a [String], column: &str) -> &'a str {
        let at = self.columns.iter().position(|own| own == column);
        at.and_then(|at| row.get(at)).map_or("", String::as_str)
    }

    /// Keys of the rows by these columns, if no two are the same.
    fn keys(&self, columns: &[&str]) -> Option<Vec<String>> {
        let key = |row: &Vec<String>| columns.iter().map(|column| self.at(row, column)).collect::<Vec<_>>().join(" ");
        let keys: Vec<String> = self.rows.iter().map(key).collect();
        let different: BTreeSet<&String> = keys.iter().collect();
        (different.len() == keys.len()).then_some(keys)
    }

    fn is_numbers(&self, column: &str) -> bool {
        self.rows.iter().all(|row| matches!(value(self.at(row, column)), Value::Number(_) | Value::Null))
    }
}

/// Compares two tables of one name. Rows belong together that have the same entries in the columns that are no numbers, of which the
/// first few are taken that tell the rows apart; where they do not, those in the same position.
pub(super) fn compare(name: &str, first: &Table, second: &Table) -> Compared {
    let mut found = Compared::default();
    let columns: Vec<&str> =
        first.columns.iter().map(String::as_str).filter(|own| second.columns.iter().any(|c| c == own)).collect();
    for (side, of, other) in [("first", first, second), ("second", second, first)] {
        for column in of.columns.iter().filter(|own| !other.columns.contains(own)) {
            found.alone.push(format!("{name}: column `{column}` is in the {side} alone"));
        }
    }
    let keys: Vec<&str> =
        columns.iter().copied().filter(|column| !(first.is_numbers(column) && second.is_numbers(column))).collect();
    let by_key = (1..=keys.len()).find_map(|n| first.keys(&keys[..n]).zip(second.keys(&keys[..n])));
    let pairs: Vec<(String, &Vec<String>, &Vec<String>)> = match by_key {
        Some((a, b)) => {
            let of_second: BTreeMap<&String, &Vec<String>> = b.iter().zip(&second.rows).collect();
            let of_first: BTreeSet<&String> = a.iter().collect();
            let only = |side: &str, keys: Vec<&String>, found: &mut Compared| {
                if let [some, ..] = keys[..] {
                    let more = if keys.len() > 1 { format!(" and {} more", keys.len() - 1) } else { String::new() };
                    found.alone.push(format!("{name}: row `{some}`{more} in the {side} alone"));
                }
            };
            only("first", a.iter().filter(|key| !of_second.contains_key(key)).collect(), &mut found);
            only("second", b.iter().filter(|key| !of_first.contains(key)).collect(), &mut found);
            a.iter().zip(&first.rows).filter_map(|(key, row)| Some((key.clone(), row, *of_second.get(key)?))).collect()
        }
        None => {
            let (a, b) = (first.rows.len(), second.rows.len());
            if a != b {
                found.alone.push(format!("{name}: {a} rows in the first, {b} in the second"));
            }
            let rows = first.rows.iter().zip(&second.rows).enumerate();
            rows.map(|(index, (a, b))| (format!("row {}", index + 1), a, b)).collect()
        }
    };
    for (key, a, b) in pairs {
        for column in columns.iter().filter(|column| !is_time(column)) {
            found.entries += 1;
            let (was, is) = (value(first.at(a, column)), value(second.at(b, column)));
            found.differences.extend(Difference::between(format!("{name}, {key}, {column}"), &was, &is));
        }
    }
    found
}

/// An entry: a number, a text, or nothing.
fn value(text: &str) -> Value {
    if text.is_empty() {
        return Value::Null;
    }
    // Names such as `inf` are texts: JSON knows no such numbers.
    text.parse::<f64>().ok().and_then(serde_json::Number::from_f64).map_or_else(|| Value::from(text), Value::Number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Table {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        Table::read(file.path()).unwrap()
    }

    fn told(found: &Compared) -> Vec<&str> {
        found.differences.iter().map(|difference| difference.place.as_str()).collect()
    }

    #[test]
    fn rows_are_found_by_their_names_in_whatever_order() {
        let a = table("net,digit,rate,seconds\ndeep,4,0.5,1\ndeep,5,0.6,1\n");
        let b = table("net,digit,rate,seconds\nother,5,0.9,7\ndeep,4,0.5,7\n");
        let by_position = compare("t.csv", &a, &b);
        assert_eq!(told(&by_position).len(), 5, "two rows are called deep: {by_position:?}");
        let a = table("net,rate\ndeep,0.5\nshallow,0.25\ncnn,1\n");
        let b = table("net,rate,n\nshallow,0.5,1\ndeep,0.50,1\nmlp,1,1\n");
        let found = compare("t.csv", &a, &b);
        assert_eq!(told(&found), ["t.csv, shallow, rate"]);
        assert_eq!(found.differences[0].relative, Some(0.5));
        assert_eq!(
            found.alone,
            [
                "t.csv: column `n` is in the second alone",
                "t.csv: row `cnn` in the first alone",
                "t.csv: row `mlp` in the second alone"
            ]
        );
    }

    #[test]
    fn the_first_rows_of_each_class() {
        let a = table("class,steps\nfour,3\nfour,4\nfour,5\nfive,6\n");
        let b = table("class,steps\nfour,3\nfour,9\nfive,6\n");
        let found = compare("t.csv", &a.first(2, Some("class")), &b);
        assert_eq!((told(&found), found.alone.len(), found.entries), (vec!["t.csv, row 2, steps"], 0, 6));
        let short = compare("t.csv", &b.first(2, None), &table("class,steps\nfour,3\nfour,9\nfive,6\n"));
        assert_eq!(short.alone, ["t.csv: 2 rows in the first, 3 in the second"]);
    }
}
