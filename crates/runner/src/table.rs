//! Tables that are written twice: as CSV with all digits, and for people.

use anyhow::Result;
use serde::{Deserialize, Serialize};

use crate::folder::Folder;
use crate::perturb::digits;
use crate::words::signed;

/// How the entries of a column are shown to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Format {
    Text,
    Count,
    Share,
    Plain,
    Fine,
    Probability,
    Tiny,
    Number,
}

/// How a whole column is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Formats {
    /// All alike.
    One(Format),
    /// Row by row, where a column holds several kinds.
    Each(Vec<Format>),
}

impl Formats {
    pub(crate) fn of_row(&self, row: usize) -> Format {
        match self {
            Self::One(format) => *format,
            Self::Each(formats) => formats.get(row).copied().unwrap_or(Format::Text),
        }
    }
}

/// What people call a column, and how its entries are shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ColumnWords {
    /// Its key in the CSV file.
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) format: Formats,
}

/// What people call a table: all of it that its CSV file does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TableWords {
    pub(crate) file: String,
    pub(crate) title: String,
    pub(crate) columns: Vec<ColumnWords>,
}

/// One entry.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Entry {
    Text(String),
    Count(u64),
    /// A share of 1, shown in percent.
    Share(f64),
    /// A correlation or the like, shown with two decimals.
    Plain(f64),
    /// A distortion or the like, shown with four decimals.
    Fine(f64),
    /// A p-value.
    Probability(f64),
    /// A number of any size, shown with two digits.
    Tiny(f64),
    /// A number of any kind, shown with four digits.
    Number(f64),
    Missing,
}

impl From<&str> for Entry {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl Entry {
    /// An entry that may be missing.
    pub(crate) fn maybe(value: Option<f64>, of: fn(f64) -> Self) -> Self {
        value.filter(|value| value.is_finite()).map_or(Self::Missing, of)
    }

    /// An entry as a CSV file holds it; what is no number is text.
    pub(crate) fn read(text: &str, format: Format) -> Self {
        if text.is_empty() {
            return Self::Missing;
        }
        let number = |of: fn(f64) -> Self| text.parse().map_or_else(|_| text.into(), of);
        match format {
            Format::Text => text.into(),
            Format::Count => text.parse().map_or_else(|_| text.into(), Self::Count),
            Format::Share => number(Self::Share),
            Format::Plain => number(Self::Plain),
            Format::Fine => number(Self::Fine),
            Format::Probability => number(Self::Probability),
            Format::Tiny => number(Self::Tiny),
            Format::Number => number(Self::Number),
        }
    }

    /// How it is shown; none where there is nothing to show.
    const fn format(&self) -> Option<Format> {
        Some(match self {
            Self::Text(_) => Format::Text,
            Self::Count(_) => Format::Count,
            Self::Share(_) => Format::Share,
            Self::Plain(_) => Format::Plain,
            Self::Fine(_) => Format::Fine,
            Self::Probability(_) => Format::Probability,
            Self::Tiny(_) => Format::Tiny,
            Self::Number(_) => Format::Number,
            Self::Missing => return None,
        })
    }

    /// As a CSV file holds it.
    pub(crate) fn raw(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Count(count) => count.to_string(),
            Self::Share(value) | Self::Plain(value) => format!("{}", (value * 1e6).round() / 1e6),
            Self::Fine(value) => format!("{}", (value * 1e8).round() / 1e8),
            Self::Tiny(value) | Self::Probability(value) => format!("{value:e}"),
            Self::Number(value) => value.to_string(),
            Self::Missing => String::new(),
        }
    }

    /// Its number, if it is one.
    pub(crate) const fn value(&self) -> Option<f64> {
        match self {
            Self::Count(count) => Some(*count as f64),
            Self::Share(value)
            | Self::Plain(value)
            | Self::Fine(value)
            | Self::Probability(value)
            | Self::Tiny(value)
            | Self::Number(value) => Some(*value),
            Self::Text(_) | Self::Missing => None,
        }
    }

    /// As people read it.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Count(count) => count.to_string(),
            Self::Share(share) => advlab_plots::percent(*share),
            Self::Plain(value) => signed(*value),
            Self::Fine(value) => format!("{value:.4}").replace('-', "−"),
            Self::Probability(value) if *value < 0.001 => "<\u{a0}0.001".to_owned(),
            Self::Probability(value) => format!("{value:.3}"),
            Self::Tiny(value) => format!("{value:.1e}").replace('-', "−"),
            Self::Number(value) => digits(*value),
            Self::Missing => "–".to_owned(),
        }
    }
}

/// A table.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Table {
    /// Name of its CSV file.
    pub(crate) file: &'static str,
    pub(crate) title: String,
    /// Key for CSV and name for people, column by column.
    pub(crate) columns: Vec<(String, String)>,
    pub(crate) rows: Vec<Vec<Entry>>,
    /// Rows that its file has after these. They do not fit into memory, and so the file is written before the table is shown.
    pub(crate) more: usize,
}

/// Rows that a terminal is shown of a table.
const MOST_PRINTED: usize = 100;

impl Table {
    pub(crate) fn new(file: &'static str, title: &str, columns: &[(&str, &str)]) -> Self {
        let columns = columns.iter().map(|(key, name)| ((*key).to_owned(), (*name).to_owned())).collect();
        Self { file, title: title.to_owned(), columns, rows: Vec::new(), more: 0 }
    }

    pub(crate) fn write(&self, folder: &Folder) -> Result<()> {
        if self.more > 0 {
            return Ok(());
        }
        folder.write(self.file, |file| {
            let mut lines = csv::Writer::from_writer(file);
            lines.write_record(self.keys())?;
            for row in &self.rows {
                lines.write_record(row.iter().map(Entry::raw))?;
            }
            Ok(lines.flush()?)
        })
    }

    /// The head of its CSV file.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &String> {
        self.columns.iter().map(|(key, _)| key)
    }

    /// What a reader of the CSV file needs in order to show the table as [`shown`](Self::shown) does.
    pub(crate) fn words(&self) -> TableWords {
        let column = |(at, (key, name)): (usize, &(String, String))| {
            let formats: Vec<Option<Format>> = self.rows.iter().map(|row| row[at].format()).collect();
            let first = formats.iter().flatten().next().copied().unwrap_or(Format::Text);
            let format = if formats.iter().flatten().all(|format| *format == first) {
                Formats::One(first)
            } else {
                Formats::Each(formats.into_iter().map(|format| format.unwrap_or(first)).collect())
            };
            ColumnWords { key: key.clone(), name: name.clone(), format }
        };
        let columns = self.columns.iter().enumerate().map(column).collect();
        TableWords { file: self.file.to_owned(), title: self.title.clone(), columns }
    }

    /// Names of the columns and the entries of the rows, as people read them.
    pub(crate) fn shown(&self) -> (Vec<String>, Vec<Vec<String>>) {
        let rows = self.rows.iter().map(|row| row.iter().map(Entry::shown).collect()).collect();
        (self.columns.iter().map(|(_, name)| name.clone()).collect(), rows)
    }

    /// Columns side by side, for a terminal; of a long table the first rows.
    pub(crate) fn text(&self) -> String {
        let (names, mut shown) = self.shown();
        let more = (shown.len() + self.more).saturating_sub(MOST_PRINTED);
        shown.truncate(MOST_PRINTED);
        let widths: Vec<usize> = (0..names.len())
            .map(|at| shown.iter().chain([&names]).map(|row| row[at].chars().count()).max().unwrap_or(0))
            .collect();
        let line = |row: &Vec<String>| {
            let cells = row.iter().zip(&widths).enumerate().map(|(at, (cell, width))| {
                let gap = " ".repeat(width - cell.chars().count());
                if at == 0 { format!("{cell}{gap}") } else { format!("{gap}{cell}") }
            });
            format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
        };
        let mut text: String = [&names].into_iter().chain(&shown).map(line).collect();
        if more > 0 {
            text.push_str(&format!("… {more} more rows in {}\n", self.file));
        }
        text
    }

    pub(crate) fn markdown(&self) -> String {
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let mut text = line(self.columns.iter().map(|(_, name)| name.clone()).collect());
        text.push_str(&line(self.columns.iter().map(|_| "---".to_owned()).collect()));
        for row in &self.rows {
            text.push_str(&line(row.iter().map(Entry::shown).collect()));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_for_people() {
        let mut table = Table::new("t.csv", "T", &[("net", "net"), ("rate", "success")]);
        table.rows.push(vec!["deep".into(), Entry::Share(0.125)]);
        table.rows.push(vec!["shallow".into(), Entry::Missing]);
        assert_eq!(table.markdown(), "| net | success |\n| --- | --- |\n| deep | 12.50\u{a0}% |\n| shallow | – |\n");
        assert_eq!(table.text(), "net      success\ndeep     12.50\u{a0}%\nshallow        –\n");
        assert_eq!(Entry::Plain(-0.254).shown(), "−0.25");
    }

    #[test]
    fn what_the_csv_file_holds_is_shown_as_before() {
        let mut table = Table::new("t.csv", "T", &[("net", "net"), ("value", "value"), ("p", "p")]);
        table.rows.push(vec!["deep".into(), Entry::Share(1.0 / 3.0), Entry::Probability(1e-7)]);
        table.rows.push(vec!["4".into(), Entry::Fine(-0.012_345), Entry::Missing]);
        table.rows.push(vec!["shallow".into(), Entry::Count(u64::MAX), Entry::Probability(0.25)]);
        let words = table.words();
        assert_eq!(
            (&words.columns[0].format, &words.columns[2].format),
            (&Formats::One(Format::Text), &Formats::One(Format::Probability))
        );
        let words: TableWords = serde_json::from_str(&serde_json::to_string(&words).unwrap()).unwrap();
        for (at, row) in table.rows.iter().enumerate() {
            for (entry, column) in row.iter().zip(&words.columns) {
                assert_eq!(Entry::read(&entry.raw(), column.format.of_row(at)).shown(), entry.shown());
            }
        }
    }
}
