//! CSV files of a run as tables for people: the first rows, with names and numbers as they are read.

use anyhow::{Context as _, Result};
use serde::Serialize;

use super::captions::plainly;
use super::run::Run;
use crate::perturb::digits;
use crate::table::{Entry, Format, Formats, TableWords};

/// Rows of a table that a report shows.
pub(super) const MOST_ROWS: usize = 1000;

/// A table as a report shows it.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Shown {
    pub(super) file: String,
    pub(super) title: String,
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Vec<String>>,
    /// Rows of the whole table.
    pub(super) total: usize,
}

/// A column of it.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) numeric: bool,
}

/// The first rows of a CSV file as they stand there.
#[derive(Debug)]
pub(super) struct Rows {
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<csv::StringRecord>,
    /// Rows of the whole file.
    pub(super) total: usize,
}

impl Rows {
    /// Reads the whole file and keeps the first rows of it.
    ///
    /// # Errors
    /// A file that cannot be read, or whose rows are not of one length.
    pub(super) fn read(run: &Run, file: &str, most: usize) -> Result<Self> {
        let path = run.path(file);
        let why = || format!("cannot read {}", path.display());
        let mut reader = csv::Reader::from_path(&path).with_context(why)?;
        let columns = reader.headers().with_context(why)?.iter().map(str::to_owned).collect();
        let (mut rows, mut total, mut row) = (Vec::new(), 0, csv::StringRecord::new());
        while reader.read_record(&mut row).with_context(why)? {
            total += 1;
            if rows.len() < most {
                rows.push(row.clone());
            }
        }
        Ok(Self { columns, rows, total })
    }

    /// The place of a column.
    pub(super) fn column(&self, key: &str) -> Option<usize> {
        self.columns.iter().position(|other| other == key)
    }
}

/// A table with its own words.
pub(super) fn worded(run: &Run, words: &TableWords, most: usize) -> Result<Shown> {
    let rows = Rows::read(run, &words.file, most)?;
    let column = |key: &String| words.columns.iter().find(|column| column.key == *key);
    let of: Vec<_> = rows.columns.iter().map(column).collect();
    let shown = rows.rows.iter().enumerate().map(|(number, row)| {
        let cell = |(text, column): (&str, &Option<&crate::table::ColumnWords>)| match column {
            Some(column) => Entry::read(text, column.format.of_row(number)).shown(),
            None => plain(text),
        };
        row.iter().zip(&of).map(cell).collect()
    });
    let names = rows.columns.iter().zip(&of);
    let columns = names.map(|(key, words)| Column {
        // On a terminal a column may do without a name; a head that one can press needs one.
        name: words.map(|words| words.name.clone()).filter(|name| !name.is_empty()).unwrap_or_else(|| spoken(key)),
        numeric: words.is_some_and(|words| words.format != Formats::One(Format::Text)),
    });
    Ok(Shown {
        file: words.file.clone(),
        title: words.title.clone(),
        columns: columns.collect(),
        rows: shown.collect(),
        total: rows.total,
    })
}

/// A table that nobody found words for: columns by their keys, numbers with three digits that count. Columns without an entry are
/// left out; of others those that are `wanted`, unless it names none.
pub(super) fn unworded(
    run: &Run,
    file: &str,
    title: Option<&str>,
    wanted: &[(&str, &str)],
    most: usize,
) -> Result<Shown> {
    let rows = Rows::read(run, file, most)?;
    let all: Vec<(usize, String)> = if wanted.is_empty() {
        rows.columns.iter().map(|key| spoken(key)).enumerate().collect()
    } else {
        wanted.iter().filter_map(|(key, name)| Some((rows.column(key)?, (*name).to_owned()))).collect()
    };
    let entries =
        |at: usize| rows.rows.iter().map(move |row| row.get(at).unwrap_or_default()).filter(|text| !text.is_empty());
    let used: Vec<_> =
        all.into_iter().filter(|(at, _)| rows.rows.is_empty() || entries(*at).next().is_some()).collect();
    let columns = used
        .iter()
        .map(|(at, name)| Column { name: name.clone(), numeric: entries(*at).all(|text| text.parse::<f64>().is_ok()) });
    let row = |row: &csv::StringRecord| used.iter().map(|(at, _)| plain(row.get(*at).unwrap_or_default())).collect();
    Ok(Shown {
        file: file.to_owned(),
        title: title.map_or_else(|| plainly(file), str::to_owned),
        columns: columns.collect(),
        rows: rows.rows.iter().map(row).collect(),
        total: rows.total,
    })
}

/// A number with three digits that count, whole numbers as they are; text as it is.
fn plain(text: &str) -> String {
    match text.parse::<f64>() {
        Ok(value) if text.contains(['.', 'e']) && value.is_finite() => brief(value).replace('-', "−"),
        _ => text.to_owned(),
    }
}

fn brief(value: f64) -> String {
    if value != 0.0 && value.abs() < 1e-4 { format!("{value:.2e}") } else { digits(value) }
}

/// A column's key as people would say it.
fn spoken(key: &str) -> String {
    key.replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_names_are_left_alone() {
        let shown =
            ["0.123456", "17", "0004", "-3.5e-7", "2.0", "conv1.2", "18446744073709551615", "NaN", ""].map(plain);
        assert_eq!(shown, ["0.123", "17", "0004", "−3.50e−7", "2", "conv1.2", "18446744073709551615", "NaN", ""]);
    }

    #[test]
    fn a_long_table_is_cut_and_counted() {
        let place = tempfile::tempdir().unwrap();
        let rows: String = (0..2500).map(|i| format!("{i},,a\n")).collect();
        std::fs::write(place.path().join("many_rows.csv"), format!("number,empty,the_name\n{rows}")).unwrap();
        let run = Run::of(place.path(), serde_json::Value::Null);
        let shown = unworded(&run, "many_rows.csv", None, &[], MOST_ROWS).unwrap();
        assert_eq!((shown.rows.len(), shown.total, &shown.title[..]), (1000, 2500, "Many rows"));
        assert_eq!(
            shown.columns.iter().map(|c| (&c.name[..], c.numeric)).collect::<Vec<_>>(),
            [("number", true), ("the name", false)]
        );
    }
}
