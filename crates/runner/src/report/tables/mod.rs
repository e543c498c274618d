//! The tables of a run for those who go on elsewhere: Markdown, LaTeX, Parquet.

mod latex;
mod markdown;
mod parquet;
mod types;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use super::captions::Words;
use super::csv_files::{Shown, unworded, worded};
use super::run::Run;
use crate::basis;
use crate::folder::Folder;
use crate::table::TableWords;

/// Folder of the tables in that of the run.
const TABLES: &str = "tables";

/// What tables are written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A table between pipes, for people.
    Markdown,
    /// A `tabular` with the rules of `booktabs`, for people.
    Latex,
    /// Typed columns with all digits, for programs.
    Parquet,
}

impl Format {
    /// What it is called, in the order of the variants.
    pub const NAMES: [&str; 3] = ["md", "latex", "parquet"];

    const ALL: [Self; 3] = [Self::Markdown, Self::Latex, Self::Parquet];

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().position(|other| *other == name).map(|at| Self::ALL[at])
    }

    const fn ending(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Latex => "tex",
            Self::Parquet => "parquet",
        }
    }
}

/// Writes every CSV table of a run in these formats, into `out` or the folder `tables` of the run, and says which files there are now.
///
/// # Errors
/// A folder without a run, a run that is not over or of another version or has no tables, files that cannot be read or written.
pub fn write(folder: &Path, formats: &[Format], out: Option<&Path>) -> Result<Vec<PathBuf>> {
    let run = Run::open(folder)?;
    let tables = run.files(".csv")?;
    if tables.is_empty() {
        bail!("the run in {} has no tables: no .csv file lies there", folder.display());
    }
    let out = out.map_or_else(|| run.path(TABLES), Path::to_owned);
    if out.is_file() {
        bail!("{} is a file; tables go into a folder, so choose another --out", out.display());
    }
    let (place, words) = (Folder::made(&out)?, words(&run)?);
    let mut written = Vec::new();
    for table in tables {
        let stem = table.trim_end_matches(".csv");
        for format in formats {
            let name = format!("{stem}.{}", format.ending());
            if *format == Format::Parquet {
                parquet::write(&run.path(&table), &place, &name)?;
            } else {
                let shown = for_people(&run, &table, &words)?;
                let text = if *format == Format::Latex { latex::text(&shown) } else { markdown::text(&shown) };
                place.write(&name, |file| Ok(file.write_all(text.as_bytes())?))?;
            }
            written.push(out.join(name));
        }
    }
    Ok(written)
}

/// What people call the tables of a run.
fn words(run: &Run) -> Result<Vec<TableWords>> {
    if run.kind() == "basis" {
        let summary = serde_json::from_value::<basis::Summary>(run.result().clone());
        return Ok(summary.map(|summary| vec![summary.table().words()]).unwrap_or_default());
    }
    Ok(Words::of(run)?.map(|words| words.tables).unwrap_or_default())
}

fn for_people(run: &Run, file: &str, words: &[TableWords]) -> Result<Shown> {
    match words.iter().find(|table| table.file == file) {
        Some(words) => worded(run, words, usize::MAX),
        None => unworded(run, file, None, &[], usize::MAX),
    }
}
