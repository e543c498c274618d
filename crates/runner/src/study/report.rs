//! The report of a study: verdicts first, criteria before numbers, for people with and without a browser.

use std::io::Write as _;

use anyhow::Result;
use serde_json::Value;

use super::finding::Finding;
use crate::folder::Folder;
use crate::record::Record;
use crate::report::{self, Captioned, RULE, WORDS, Words};
use crate::table::Table;

/// A table of more rows is not repeated in Markdown: nobody reads it there.
const MOST_ROWS: usize = 60;

/// A picture of the report: its file and what it shows.
pub(super) type Figure = (String, String);

/// What a finished study has to show.
#[derive(Debug)]
pub(super) struct Results {
    pub(super) title: String,
    /// What was done, in a few sentences.
    pub(super) lead: String,
    pub(super) findings: Vec<Finding>,
    pub(super) tables: Vec<Table>,
    pub(super) figures: Vec<Figure>,
    /// What `verdicts.json` holds, where that is more than the findings.
    pub(super) judgement: Option<Value>,
    /// Number of cells.
    pub(super) cells: usize,
    /// Seconds of each stage, by name.
    pub(super) seconds: Value,
    pub(super) remarks: Vec<String>,
    /// How many tables, from the first, are printed as well.
    pub(super) printed: usize,
}

impl Results {
    /// Writes `report.md`, what `report.html` needs and no other file holds, and `report.html` from the folder. Tables and verdicts must
    /// be there.
    pub(super) fn write(&self, folder: &Folder, record: &Record) -> Result<()> {
        let text = self.markdown(record);
        folder.write("report.md", |file| Ok(file.write_all(text.as_bytes())?))?;
        let figures = self.figures.iter().map(|(file, caption)| Captioned::new(file, caption)).collect();
        let tables = self.filled().map(Table::words).collect();
        let words = Words { title: self.title.clone(), lead: self.lead.clone(), figures, tables };
        folder.write_json(WORDS, &words)?;
        report::write(folder, record)
    }

    /// The tables that are printed, as text.
    pub(super) fn printed_tables(&self) -> String {
        self.filled().take(self.printed).map(|table| format!("{}\n\n{}\n", table.title, table.text())).collect()
    }

    /// The tables that say anything.
    fn filled(&self) -> impl Iterator<Item = &Table> {
        self.tables.iter().filter(|table| !table.rows.is_empty())
    }

    fn markdown(&self, record: &Record) -> String {
        let mut text = format!("# {}\n\n`{}`\n\n{}\n\n", self.title, record.command, self.lead);
        text.push_str(&format!(
            "## Verdicts\n\n{RULE}\n\n| claim | verdict | criteria that hold |\n| --- | --- | --- |\n"
        ));
        for finding in &self.findings {
            let held = finding.criteria.iter().filter(|criterion| criterion.met == Some(true)).count();
            let claim = format!("{}: {}", finding.key, finding.claim);
            text.push_str(&format!(
                "| {claim} | **{}** | {held} of {} |\n",
                finding.verdict.text(),
                finding.criteria.len()
            ));
        }
        for finding in &self.findings {
            text.push_str(&format!(
                "\n## {}: {}\n\n{}\n\nPublished: {}.\n\n| criterion | measured | |\n| --- | --- | --- |\n",
                finding.key,
                finding.verdict.text(),
                finding.claim,
                finding.published
            ));
            for criterion in &finding.criteria {
                text.push_str(&format!("| {} | {} | {} |\n", criterion.text, criterion.number, mark(criterion.met)));
            }
            text.push('\n');
            for note in &finding.notes {
                text.push_str(&format!("- {note}\n"));
            }
        }
        text.push_str("\n## Figures\n");
        for (file, caption) in &self.figures {
            text.push_str(&format!("\n{caption}:\n\n![{caption}]({file})\n"));
        }
        for table in self.filled() {
            let rows = table.rows.len() + table.more;
            if rows > MOST_ROWS {
                text.push_str(&format!("\n## {}\n\n{rows} rows, in `{}`.\n", table.title, table.file));
                continue;
            }
            text.push_str(&format!("\n## {}\n\nAll digits in `{}`.\n\n{}", table.title, table.file, table.markdown()));
        }
        text.push_str(&format!(
            "\n## How it was made\n\nadvlab {}, libtorch {}, {}, {} threads.\n",
            record.advlab,
            record.machine.get("libtorch").map_or("", String::as_str),
            record.machine.get("device").map_or("", String::as_str),
            record.machine.get("threads").map_or("", String::as_str)
        ));
        text
    }
}

const fn mark(met: Option<bool>) -> &'static str {
    match met {
        Some(true) => "holds",
        Some(false) => "fails",
        None => "too little to tell",
    }
}
