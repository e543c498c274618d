//! One page for several runs: settings that differ, numbers and verdicts beside each other, figures beside each other.

use std::collections::BTreeMap;

use anyhow::Result;
use minijinja::{Value, context};
use serde::Serialize;

use super::captions::{Captioned, Words, plainly};
use super::figures::embedded;
use super::headline::{headline, judged};
use super::page::asked;
use super::render::render;
use super::run::Run;
use super::settings::{Line, lines};
use super::verdicts;

/// A row of a table with a column for each run.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Row {
    name: String,
    /// Said once where it is the same for all, such as a claim.
    about: String,
    cells: Vec<Option<String>>,
}

/// The page of several runs.
///
/// # Errors
/// Files that cannot be read.
pub(super) fn of(runs: &[Run]) -> Result<String> {
    let names = names(runs);
    let settings: Vec<_> = runs.iter().map(|run| [asked(run), of_inputs(run)].concat()).collect();
    let (differing, alike): (Vec<Row>, Vec<Row>) =
        aligned(&settings).into_iter().partition(|row| row.cells.iter().any(|cell| *cell != row.cells[0]));
    let verdicts = runs.iter().map(judged).collect::<Result<Vec<_>>>()?;
    let claims: BTreeMap<&str, &str> =
        verdicts.iter().flatten().map(|(line, claim)| (&line.name[..], &claim[..])).collect();
    let lines: Vec<Vec<Line>> = verdicts.iter().map(|all| all.iter().map(|(line, _)| line.clone()).collect()).collect();
    let mut judged = aligned(&lines);
    for row in &mut judged {
        row.about = claims.get(&row.name[..]).copied().unwrap_or_default().to_owned();
    }
    let judged: Vec<Value> = judged
        .iter()
        .map(|row| {
            let cells: Vec<Value> = row
                .cells
                .iter()
                .map(|cell| context! { text => cell, class => cell.as_deref().map(verdicts::class) })
                .collect();
            context! { name => row.name, about => row.about, cells }
        })
        .collect();
    // What most runs have comes first: that is what can be compared.
    let (numbers, lone): (Vec<Row>, Vec<Row>) = aligned(&runs.iter().map(headline).collect::<Vec<_>>())
        .into_iter()
        .partition(|row| row.cells.iter().flatten().count() > 1);
    let heads: Vec<Value> = runs
        .iter()
        .zip(&names)
        .map(|(run, name)| {
            let (command, kind, started) = (run.word("command"), run.kind(), run.word("started"));
            context! { name, command, kind, started, folder => run.root.display().to_string() }
        })
        .collect();
    let values = context! {
        record => context! { advlab => env!("CARGO_PKG_VERSION") },
        runs => heads, names, judged,
        differing => Value::from_serialize(&differing), alike => Value::from_serialize(&alike),
        numbers => Value::from_serialize(&numbers), lone => Value::from_serialize(&lone), figures => figures(runs)?,
    };
    render("side-by-side.html", values)
}

/// Names of the runs' folders; where two are called alike, with what lies above them.
fn names(runs: &[Run]) -> Vec<String> {
    let short: Vec<String> = runs.iter().map(Run::name).collect();
    let twice = |name: &String| short.iter().filter(|other| *other == name).count() > 1;
    let name = |(run, name): (&Run, &String)| if twice(name) { run.root.display().to_string() } else { name.clone() };
    runs.iter().zip(&short).map(name).collect()
}

fn of_inputs(run: &Run) -> Vec<Line> {
    let named = |line: Line| Line::new(&format!("input: {}", line.name), line.value);
    lines(&run.record["inputs"]).into_iter().map(named).collect()
}

/// Lines of the same name in one row, in the order in which they first come up.
fn aligned(runs: &[Vec<Line>]) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut places = BTreeMap::new();
    for (at, lines) in runs.iter().enumerate() {
        for line in lines {
            let place = *places.entry(line.name.clone()).or_insert_with(|| {
                rows.push(Row { name: line.name.clone(), about: String::new(), cells: vec![None; runs.len()] });
                rows.len() - 1
            });
            rows[place].cells[at] = Some(line.value.clone());
        }
    }
    rows
}

/// Figures of the same file name in one row, in the order of the first run that has them.
fn figures(runs: &[Run]) -> Result<Vec<Value>> {
    let mut rows: Vec<(Captioned, Vec<Option<Value>>)> = Vec::new();
    for (at, run) in runs.iter().enumerate() {
        let captions: BTreeMap<String, String> =
            Words::of(run)?.into_iter().flat_map(|words| words.figures).map(|f| (f.file, f.caption)).collect();
        for file in run.files(".png")? {
            let caption = captions.get(&file).cloned().unwrap_or_else(|| plainly(&file));
            let figure = Captioned { file, caption };
            let shown = embedded(run, std::slice::from_ref(&figure))?.pop();
            match rows.iter_mut().find(|(other, _)| other.file == figure.file) {
                Some((_, cells)) => cells[at] = shown,
                None => {
                    let mut cells = vec![None; runs.len()];
                    cells[at] = shown;
                    rows.push((figure, cells));
                }
            }
        }
    }
    let row = |(figure, cells): (Captioned, Vec<Option<Value>>)| {
        context! { file => figure.file, caption => figure.caption, cells }
    };
    Ok(rows.into_iter().map(row).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_one_name_stand_in_one_row() {
        let of = |lines: &[(&str, &str)]| lines.iter().map(|(name, value)| Line::new(name, *value)).collect::<Vec<_>>();
        let rows = aligned(&[of(&[("n", "10"), ("rate", "1")]), of(&[("n", "20"), ("clip", "yes")])]);
        let cells = |name: &str| rows.iter().find(|row| row.name == name).map(|row| row.cells.clone()).unwrap();
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(cells("n"), [text("10"), text("20")]);
        assert_eq!((cells("rate"), cells("clip")), (vec![text("1"), None], vec![None, text("yes")]));
        assert_eq!(rows.iter().map(|row| &row.name[..]).collect::<Vec<_>>(), ["n", "rate", "clip"]);
    }
}
