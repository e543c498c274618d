//! `report.html`: one file that anyone can open, without a network, made from the files of a results folder and nothing else.
//!
//! A command that ends and `advlab report` go the same way: [`Run`] is what the folder holds, `page` turns it into HTML.

mod run;

mod captions;
mod csv_files;
mod figures;
mod gallery;
mod settings;
mod verdicts;

mod kinds;
mod page;
mod render;

mod headline;
mod side_by_side;

mod make;
mod tables;

use std::io::Write as _;

use anyhow::Result;

pub use make::{Place, make};
pub use tables::{Format, write as write_tables};

pub(crate) use captions::{Captioned, RULE, WORDS, Words};

use crate::folder::Folder;
use crate::record::Record;
use run::Run;

/// Name of the report in a results folder.
const REPORT: &str = "report.html";

/// Writes the report of a run that has written everything else; `record` is what will be its `run.json`.
///
/// # Errors
/// Files that cannot be read, do not belong together, or cannot be written.
pub(crate) fn write(folder: &Folder, record: &Record) -> Result<()> {
    let run = Run::of(folder.root(), serde_json::to_value(record)?);
    let page = page::of(&run, true)?;
    folder.write(REPORT, |file| Ok(file.write_all(page.as_bytes())?))
}
