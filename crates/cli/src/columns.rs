//! Words and numbers in columns, for a terminal.

use std::io::Write;

use advlab_runner::kept::Difference;
use anyhow::Result;
use serde_json::Value;

/// Most characters of a value: a list of a thousand classes is not for a line.
const LONGEST: usize = 100;

/// Writes rows whose columns stand below each other; the last may be as long as it likes.
pub(crate) fn write(out: &mut dyn Write, rows: &[Vec<String>]) -> Result<()> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|at| width(at).unwrap_or(0)).collect();
    for row in rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        writeln!(out, "{}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(())
}

/// Writes what differs between two runs, a line each, no more than `most`, and says how many are left.
pub(crate) fn write_differences(out: &mut dyn Write, title: &str, found: &[Difference], most: usize) -> Result<()> {
    if found.is_empty() {
        return Ok(());
    }
    writeln!(out, "{title}:")?;
    let row = |difference: &Difference| {
        let by = match difference.relative {
            Some(relative) if relative < 0.001 => format!("{:.1e} of it", relative),
            Some(relative) => format!("{:.2} % of it", 100.0 * relative),
            None => String::new(),
        };
        vec![
            format!("  {}", difference.place),
            shown(&difference.first),
            "->".to_owned(),
            shown(&difference.second),
            by,
        ]
    };
    let rows: Vec<Vec<String>> = found.iter().take(most).map(row).collect();
    write(out, &rows)?;
    if found.len() > most {
        writeln!(out, "  and {} more", found.len() - most)?;
    }
    Ok(())
}

/// A JSON value in a few words.
pub(crate) fn shown(value: &Value) -> String {
    let text = match value {
        Value::Null => "nothing".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if text.chars().count() <= LONGEST {
        return text;
    }
    let start: String = text.chars().take(LONGEST).collect();
    format!("{start}...")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_each_other() {
        let rows = [vec!["a".to_owned(), "1".to_owned()], vec!["größer".to_owned(), "2".to_owned(), "x".to_owned()]];
        let mut out = Vec::new();
        write(&mut out, &rows).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "a       1\ngrößer  2  x\n");
    }

    #[test]
    fn what_is_left_out_is_counted() {
        let found = |place: &str, relative| Difference {
            place: place.to_owned(),
            first: 1.into(),
            second: 2.into(),
            relative: Some(relative),
        };
        let mut out = Vec::new();
        write_differences(&mut out, "numbers", &[found("a", 0.5), found("b", 1e-7), found("c", 1e-8)], 2).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text, "numbers:\n  a  1  ->  2  50.00 % of it\n  b  1  ->  2  1.0e-7 of it\n  and 1 more\n");
    }
}
