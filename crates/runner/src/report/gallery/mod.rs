//! The pictures of a run for a page to show, filter and enlarge: all in a few PNG sheets, what is known of each in one table.

mod archive;
mod sheet;

use anyhow::{Result, ensure};
use serde::Serialize;
use serde_json::Value;

use super::csv_files::Rows;
use super::run::Run;
use sheet::Sheets;

/// Pictures that a page shows at most.
const MOST_PICTURES: usize = 2000;

/// Values of all pictures of a page together, at most; it bounds the size of the file.
const MOST_VALUES: usize = 12 << 20;

/// How the entries of a column are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Text,
    Share,
    Number,
}

/// A column of `examples.csv` or the like that a page tells of each picture.
#[derive(Clone, Copy, Debug)]
struct Column {
    key: &'static str,
    name: &'static str,
    kind: Kind,
    /// Whether one of its values can be picked.
    is_filter: bool,
}

const fn text(key: &'static str, name: &'static str) -> Column {
    Column { key, name, kind: Kind::Text, is_filter: false }
}

const fn choice(key: &'static str, name: &'static str) -> Column {
    Column { is_filter: true, ..text(key, name) }
}

const fn share(key: &'static str, name: &'static str) -> Column {
    Column { key, name, kind: Kind::Share, is_filter: false }
}

const fn number(key: &'static str, name: &'static str) -> Column {
    Column { key, name, kind: Kind::Number, is_filter: false }
}

/// Where the pictures of a kind of run are, and what is told of them.
#[derive(Debug)]
struct Source {
    table: &'static str,
    archive: &'static str,
    /// Array of the pictures.
    pictures: &'static str,
    /// Array of the pictures before they were changed.
    before: Option<&'static str>,
    /// What stands below a picture, before its confidence.
    label: &'static str,
    columns: &'static [Column],
}

const CONFIDENCE: &str = "confidence";

const GENERATED: Source = Source {
    table: "examples.csv",
    archive: "examples.npz",
    pictures: "images",
    before: None,
    label: "class",
    columns: &[
        choice("class", "class"),
        share(CONFIDENCE, "confidence"),
        number("attempt", "attempt"),
        number("steps", "steps"),
        share("confidence_before", "confidence at the start"),
        number("l2", "L2 from the start"),
        number("linf", "L∞ from the start"),
        number("rms", "RMS from the start"),
        number("forward", "forward passes"),
        number("backward", "backward passes"),
        text("start_seed", "seed of the start"),
    ],
};

const CHANGED: Source = Source {
    table: "examples.csv",
    archive: "examples.npz",
    pictures: "images",
    before: Some("clean"),
    label: "name",
    columns: &[
        text("input", "picture"),
        choice("verdict", "outcome"),
        choice("name_before", "label before"),
        share("confidence_before", "confidence before"),
        choice("aim_name", "wanted"),
        choice("name", "label after"),
        share(CONFIDENCE, "confidence"),
        number("l2", "L2"),
        number("linf", "L∞"),
        number("l1", "L1"),
        number("l0", "L0"),
        number("rms", "RMS"),
        number("psnr", "PSNR (dB)"),
        number("forward", "forward passes"),
        number("backward", "backward passes"),
        text("file_name", "label of the 8-bit file"),
        text("file", "file"),
    ],
};

const SYNTHESIZED: Source = Source {
    table: "synthesized.csv",
    archive: "synthesized.npz",
    pictures: "pictures",
    before: None,
    label: "name",
    columns: &[
        choice("kind", "kind"),
        text("name", "direction"),
        number("value", "value"),
        number("start_value", "value of the noise"),
        number("best_of_pictures", "largest value of pictures"),
        choice("label", "label"),
        share(CONFIDENCE, "confidence"),
    ],
};

/// What a page's script is given.
#[derive(Debug, Serialize)]
pub(super) struct Gallery {
    width: usize,
    height: usize,
    sheets: Sheets,
    before: Option<Sheets>,
    columns: Vec<Shown>,
    /// Places in `columns`.
    label: usize,
    confidence: usize,
    rows: Vec<Vec<Value>>,
    /// Pictures of the run, shown or not.
    pub(super) total: usize,
    pub(super) shown: usize,
    pub(super) file: &'static str,
    pub(super) archive: &'static str,
}

#[derive(Debug, Serialize)]
struct Shown {
    name: &'static str,
    kind: Kind,
    filter: bool,
}

impl Gallery {
    /// The pictures of a run, if it made any.
    ///
    /// # Errors
    /// Files that are damaged or do not belong together.
    pub(super) fn of(run: &Run) -> Result<Option<Self>> {
        let source = match run.kind() {
            "generate" => &GENERATED,
            "perturb" => &CHANGED,
            "basis" => &SYNTHESIZED,
            _ => return Ok(None),
        };
        let path = run.path(source.archive);
        if !path.is_file() || !run.path(source.table).is_file() {
            return Ok(None);
        }
        let fold = 1 + usize::from(source.before.is_some());
        let most = |len: usize| (MOST_VALUES / (fold * len)).clamp(1, MOST_PICTURES);
        let pictures = archive::first(&path, source.pictures, most)?;
        let [total, channels, height, width] = pictures.shape;
        if total == 0 || !matches!(channels, 1 | 3) {
            return Ok(None);
        }
        let before = source.before.map(|name| archive::first(&path, name, most)).transpose()?;
        let rows = Rows::read(run, source.table, pictures.count)?;
        ensure!(
            rows.total == total && before.as_ref().is_none_or(|before| before.shape == pictures.shape),
            "{} and {} do not belong together: {} rows, {total} pictures; run the command anew",
            run.path(source.table).display(),
            source.archive,
            rows.total
        );
        let used: Vec<(usize, &Column)> =
            source.columns.iter().filter_map(|column| Some((rows.column(column.key)?, column))).collect();
        let place = |key: &str| used.iter().position(|(_, column)| column.key == key);
        let (Some(label), Some(confidence)) = (place(source.label), place(CONFIDENCE)) else { return Ok(None) };
        let cell = |(at, column): &(usize, &Column), row: &csv::StringRecord| entry(&row[*at], column.kind);
        Ok(Some(Self {
            width,
            height,
            rows: rows.rows.iter().map(|row| used.iter().map(|column| cell(column, row)).collect()).collect(),
            sheets: Sheets::of(&pictures)?,
            before: before.as_ref().map(Sheets::of).transpose()?,
            columns: used.iter().map(|(_, c)| Shown { name: c.name, kind: c.kind, filter: c.is_filter }).collect(),
            label,
            confidence,
            total,
            shown: pictures.count,
            file: source.table,
            archive: source.archive,
        }))
    }
}

/// Numbers with five digits that count: more would only make the page larger.
fn entry(text: &str, kind: Kind) -> Value {
    match text.parse::<f64>() {
        _ if text.is_empty() => Value::Null,
        Ok(value) if kind != Kind::Text && value.is_finite() => {
            let short: f64 = format!("{value:.4e}").parse().expect("it was a number before");
            if short.fract() == 0.0 && short.abs() < 1e15 { Value::from(short as i64) } else { Value::from(short) }
        }
        _ => Value::from(text),
    }
}
