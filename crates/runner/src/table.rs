//! Tables that are written twice: as CSV with all digits, and for people.

use anyhow::Result;

use crate::folder::Folder;
use crate::perturb::digits;
use crate::words::signed;

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

    fn raw(&self) -> String {
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
}

impl Table {
    pub(crate) fn new(file: &'static str, title: &str, columns: &[(&str, &str)]) -> Self {
        let columns = columns.iter().map(|(key, name)| ((*key).to_owned(), (*name).to_owned())).collect();
        Self { file, title: title.to_owned(), columns, rows: Vec::new() }
    }

    pub(crate) fn write(&self, folder: &Folder) -> Result<()> {
        folder.write(self.file, |file| {
            let mut table = csv::Writer::from_writer(file);
            table.write_record(self.columns.iter().map(|(key, _)| key))?;
            for row in &self.rows {
                table.write_record(row.iter().map(Entry::raw))?;
            }
            Ok(table.flush()?)
        })
    }

    /// Names of the columns and the entries of the rows, as people read them.
    pub(crate) fn shown(&self) -> (Vec<String>, Vec<Vec<String>>) {
        let rows = self.rows.iter().map(|row| row.iter().map(Entry::shown).collect()).collect();
        (self.columns.iter().map(|(_, name)| name.clone()).collect(), rows)
    }

    /// Columns side by side, for a terminal.
    pub(crate) fn text(&self) -> String {
        let (names, shown) = self.shown();
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
        [&names].into_iter().chain(&shown).map(line).collect()
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
}
