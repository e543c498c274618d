//! `report.html`: one file that anyone can open, without a network.

use std::fs;
use std::io::Write as _;

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minijinja::{AutoEscape, Environment, context};

use crate::basis;
use crate::evaluate;
use crate::folder::Folder;
use crate::generate::Summary;
use crate::generate::figures::{AVERAGE, HISTOGRAMS, SHEET};
use crate::perturb::{self, figures::DISTANCES, figures::SHEET as SHEET_OF_TRIPTYCHS};
use crate::record::Record;
use crate::table::Table;

/// Writes the report of a run of `advlab generate`.
pub(crate) fn generate(folder: &Folder, record: &Record, summary: &Summary) -> Result<()> {
    let figures = [
        (AVERAGE, "The averages and what the net sees in them"),
        (SHEET, "Examples"),
        (HISTOGRAMS, "Steps and confidence"),
    ];
    let figures = embedded(folder, &figures)?;
    let page = render(include_str!("../templates/generate.html"), context! { record, summary, figures })?;
    folder.write("report.html", |file| Ok(file.write_all(page.as_bytes())?))
}

/// Writes the report of a run of `advlab perturb`; `single` is the triptych of a run of one picture.
pub(crate) fn perturb(
    folder: &Folder,
    record: &Record,
    summary: &perturb::Summary,
    single: Option<&str>,
) -> Result<()> {
    let mut figures =
        vec![(SHEET_OF_TRIPTYCHS, "Originals, changes, results"), (DISTANCES, "How large the changes are")];
    figures.extend(single.map(|file| (file, "Original, change, result")));
    let figures = embedded(folder, &figures)?;
    let page = render(include_str!("../templates/perturb.html"), context! { record, summary, figures })?;
    folder.write("report.html", |file| Ok(file.write_all(page.as_bytes())?))
}

/// Writes the report of a run of `advlab basis`.
pub(crate) fn basis(folder: &Folder, record: &Record, summary: &basis::Summary, table: &Table) -> Result<()> {
    let figures = [
        (basis::figures::TOP, "Which pictures drive single units and random directions"),
        (basis::figures::MEASURES, "How the measures are spread"),
        (basis::figures::SWEEP, "From single units to random directions"),
        (basis::figures::SYNTHESIZED, "Made from noise"),
    ];
    let figures = embedded(folder, &figures)?;
    let (columns, rows) = table.shown();
    let rows = if summary.source.is_some() { rows } else { Vec::new() };
    let (headline, remarks) = (summary.headline(), summary.remarks());
    let values = context! { record, summary, figures, headline, remarks, columns, rows };
    let page = render(include_str!("../templates/basis.html"), values)?;
    folder.write("report.html", |file| Ok(file.write_all(page.as_bytes())?))
}

/// Writes the report of a run of `advlab eval`.
pub(crate) fn evaluate(folder: &Folder, record: &Record, summary: &evaluate::Summary) -> Result<()> {
    let figures = [
        (evaluate::RELIABILITY, "How often it is right when it is so sure"),
        (evaluate::PANEL, "Pictures, and the mistakes that it is surest of"),
        (evaluate::CONFUSION, "Truth and label"),
    ];
    let figures = embedded(folder, &figures)?;
    let values = context! { record, summary, figures, title => summary.title(), lines => summary.lines() };
    let page = render(include_str!("../templates/eval.html"), values)?;
    folder.write("report.html", |file| Ok(file.write_all(page.as_bytes())?))
}

/// Figures as data URLs, so that the report is one file; those that were not drawn are left out.
pub(crate) fn embedded(folder: &Folder, figures: &[(&str, &str)]) -> Result<Vec<minijinja::Value>> {
    let drawn = figures.iter().filter(|(file, _)| folder.path(file).is_file());
    let embed = |(file, caption): &(&str, &str)| {
        let path = folder.path(file);
        let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        // Safe as it is: escaping would turn every slash of the base64 text into six characters.
        let url = minijinja::Value::from_safe_string(format!("data:image/png;base64,{}", STANDARD.encode(bytes)));
        Ok(context! { file, caption, url })
    };
    drawn.map(embed).collect()
}

/// A number and what it counts: `1 thread`, `2 threads`.
fn counted(count: minijinja::Value, one: &str, many: Option<String>) -> String {
    let is_one = count.to_string() == "1";
    let noun = if is_one { one.to_owned() } else { many.unwrap_or_else(|| format!("{one}s")) };
    format!("{count} {noun}")
}

/// Fills a template in, within the frame that all reports share.
pub(crate) fn render(template: &str, values: minijinja::Value) -> Result<String> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.add_filter("percent", |share: f64| advlab_plots::percent(share));
    environment.add_filter("digits", |value: f64| perturb::digits(value));
    environment.add_filter("counted", counted);
    environment.add_template("frame.html", include_str!("../templates/frame.html"))?;
    environment.add_template("page.html", template)?;
    Ok(environment.get_template("page.html")?.render(values)?)
}
