//! What is particular about the page of each kind of run: its template, its figures, its tables.

use anyhow::Result;
use minijinja::{Value, context};

use super::captions::{Captioned, RULE, Words};
use super::csv_files::{MOST_ROWS, Shown, worded};
use super::page::if_there;
use super::run::Run;
use super::settings::lines;
use super::verdicts;
use crate::basis;
use crate::evaluate;
use crate::generate::figures::{AVERAGE, HISTOGRAMS, SHEET};
use crate::perturb::{figures::DISTANCES, figures::SHEET as SHEET_OF_TRIPTYCHS, triptych};

/// Columns of `examples.csv` of a run of `advlab perturb` that people look at; the file has all.
const SEARCHES: [(&str, &str); 20] = [
    ("index", "number"),
    ("input", "picture"),
    ("aim_name", "wanted"),
    ("name_before", "before"),
    ("confidence_before", "confidence before"),
    ("name", "after"),
    ("confidence", "confidence after"),
    ("verdict", "outcome"),
    ("l2", "L2"),
    ("linf", "L∞"),
    ("rms", "RMS"),
    ("psnr", "PSNR (dB)"),
    ("lower_bound", "proven lower bound"),
    ("backward", "gradients"),
    ("file_name", "the file"),
    ("file_holds", "the file holds"),
    ("own_size_name", "at its own size"),
    ("own_size_strength", "change made stronger"),
    ("own_size_l2", "L2 at its own size"),
    ("own_size_psnr", "PSNR at its own size (dB)"),
];

/// What a kind of run has of its own.
#[derive(Debug)]
pub(super) struct Own {
    pub(super) template: &'static str,
    pub(super) values: Value,
    /// In the order of the page; all that were drawn where nobody chose.
    pub(super) figures: Option<Vec<Captioned>>,
    /// Those that there are words for.
    pub(super) tables: Vec<Shown>,
}

/// What the page of this run shows besides what every page shows.
///
/// # Errors
/// Files that cannot be read.
pub(super) fn own(run: &Run) -> Result<Own> {
    match run.kind() {
        "generate" => generate(run),
        "perturb" => perturb(run),
        "basis" => basis(run),
        "eval" => evaluate(run),
        // Their words stand in `report.json`, as those of studies do.
        "doubt" | "lyapunov" | "norms" | "perceptron" | "slice" => study(run),
        kind if kind.starts_with("study ") || kind.starts_with("sweep ") => study(run),
        _ => Ok(plain(run)),
    }
}

fn captioned(figures: &[(&str, &str)]) -> Option<Vec<Captioned>> {
    Some(figures.iter().map(|(file, caption)| Captioned::new(file, caption)).collect())
}

fn generate(run: &Run) -> Result<Own> {
    let figures = [
        (AVERAGE, "The averages and what the net sees in them"),
        (SHEET, "Examples"),
        (HISTOGRAMS, "Steps and confidence"),
    ];
    let table = if_there(run, "examples.csv", "Every example", &[])?;
    let values = context! { summary => Value::from_serialize(run.result()) };
    Ok(Own { template: "generate.html", values, figures: captioned(&figures), tables: table.into_iter().collect() })
}

fn perturb(run: &Run) -> Result<Own> {
    let summary = run.result();
    let mut figures =
        captioned(&[(SHEET_OF_TRIPTYCHS, "Originals, changes, results"), (DISTANCES, "How large the changes are")]);
    // A run of one picture has its triptych for a figure.
    if let (Some(1), Some(file)) = (summary["done"].as_u64(), summary["lines"][0]["file"].as_str()) {
        figures.get_or_insert_default().push(Captioned::new(&triptych(file), "Original, change, result"));
    }
    let table = if_there(run, "examples.csv", "Every search", &SEARCHES)?;
    let values = context! { summary => Value::from_serialize(summary) };
    Ok(Own { template: "perturb.html", values, figures, tables: table.into_iter().collect() })
}

fn basis(run: &Run) -> Result<Own> {
    let Ok(summary) = serde_json::from_value::<basis::Summary>(run.result().clone()) else { return Ok(plain(run)) };
    let figures = [
        (basis::figures::TOP, "Which pictures drive single units and random directions"),
        (basis::figures::MEASURES, "How the measures are spread"),
        (basis::figures::SWEEP, "From single units to random directions"),
        (basis::figures::SYNTHESIZED, "Made from noise"),
    ];
    let words = summary.table().words();
    let mut tables = Vec::new();
    if run.path(&words.file).is_file() {
        tables.push(worded(run, &words, MOST_ROWS)?);
    }
    tables.extend(if_there(run, "directions.csv", "Every direction", &[])?);
    tables.extend(if_there(run, "top.csv", "The pictures that drive each direction most", &[])?);
    tables.extend(if_there(run, "synthesized.csv", "Pictures made from noise", &[])?);
    let (headline, remarks) = (summary.headline(), summary.remarks());
    let values = context! { summary => Value::from_serialize(&summary), headline, remarks };
    Ok(Own { template: "basis.html", values, figures: captioned(&figures), tables })
}

fn evaluate(run: &Run) -> Result<Own> {
    let Ok(summary) = serde_json::from_value::<evaluate::Summary>(run.result().clone()) else { return Ok(plain(run)) };
    let figures = [
        (evaluate::RELIABILITY, "How often it is right when it is so sure"),
        (evaluate::PANEL, "Pictures, and the mistakes that it is surest of"),
        (evaluate::CONFUSION, "Truth and label"),
    ];
    let mut tables = Vec::new();
    tables.extend(if_there(run, "confusion.csv", "Truth (rows) and label (columns)", &[])?);
    tables.extend(if_there(run, "answers.csv", "Every answer", &[])?);
    let (title, sentences) = (summary.title(), summary.lines());
    let values = context! { summary => Value::from_serialize(&summary), title, sentences };
    Ok(Own { template: "eval.html", values, figures: captioned(&figures), tables })
}

fn study(run: &Run) -> Result<Own> {
    let findings: Vec<Value> = verdicts::read(run)?.iter().map(verdicts::Finding::shown).collect();
    let words = Words::of(run)?;
    let mut tables = Vec::new();
    for table in words.iter().flat_map(|words| &words.tables) {
        if run.path(&table.file).is_file() {
            tables.push(worded(run, table, MOST_ROWS)?);
        }
    }
    let (title, lead, figures) = match words {
        Some(words) => (words.title, words.lead, Some(words.figures)),
        None => (super::captions::plainly(run.kind()), String::new(), None),
    };
    let remarks = Value::from_serialize(&run.result()["remarks"]);
    let values = context! { title, lead => lead.replace('`', ""), rule => RULE, findings, remarks };
    Ok(Own { template: "study.html", values, figures, tables })
}

fn plain(run: &Run) -> Own {
    // Lists of records are tables, and those are elsewhere.
    let results: Vec<_> = lines(run.result()).into_iter().filter(|line| !line.name.contains('[')).collect();
    let values = context! { title => super::captions::plainly(run.kind()), results };
    Own { template: "plain.html", values, figures: None, tables: Vec::new() }
}
