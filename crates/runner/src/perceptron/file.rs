//! Patterns from a CSV file: numbers, and a class in the last column.

use std::collections::BTreeSet;
use std::path::Path;

use advlab_analysis::perceptron::Patterns;
use anyhow::{Context as _, Result, bail};

/// Patterns of a file with what its classes are called: first that of target −1, then that of 1.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) patterns: Patterns,
    pub(crate) classes: [String; 2],
}

/// Reads a file. Its first line may be a header: one whose first cells are no numbers.
///
/// # Errors
/// A file that cannot be read; cells that are missing or no numbers, by line and column; other than two classes.
pub(super) fn read(path: &Path) -> Result<Read> {
    let name = path.display();
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {name}"))?;
    // Spreadsheets put a mark of UTF-8 in front, which is no part of the first cell.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).trim(csv::Trim::All).from_reader(bytes);
    let (mut rows, mut labels, mut width): (Vec<Vec<f64>>, Vec<(u64, String)>, usize) = (Vec::new(), Vec::new(), 0);
    for (at, record) in reader.records().enumerate() {
        let record = record.with_context(|| format!("{name}: line {} is no CSV", at + 1))?;
        let line = record.position().map_or(at as u64 + 1, csv::Position::line);
        let cells: Vec<&str> = record.iter().collect();
        if cells.len() < 2 {
            bail!(
                "{name}: line {line} has {} column; wanted numbers and a class, with commas between them",
                cells.len()
            );
        }
        let (label, inputs) = cells.split_last().expect("there are two at least");
        if at == 0 && inputs.iter().all(|cell| !cell.is_empty() && cell.parse::<f64>().is_err()) {
            width = cells.len();
            continue;
        }
        width = if width == 0 { cells.len() } else { width };
        if cells.len() != width {
            bail!("{name}: line {line} has {} columns, those before have {width}", cells.len());
        }
        let number = |(column, cell): (usize, &&str)| match cell.parse::<f64>() {
            _ if cell.is_empty() => bail!("{name}: line {line}, column {}: a number is missing", column + 1),
            Ok(value) if value.is_finite() => Ok(value),
            _ => bail!("{name}: line {line}, column {}: wanted a finite number, got `{cell}`", column + 1),
        };
        rows.push(inputs.iter().enumerate().map(number).collect::<Result<_>>()?);
        if label.is_empty() {
            bail!("{name}: line {line}, column {width}: the class is missing");
        }
        labels.push((line, (*label).to_owned()));
    }
    if labels.is_empty() {
        bail!("{name}: there are no patterns; wanted lines of numbers with a class in the last column");
    }
    let classes: BTreeSet<&str> = labels.iter().map(|(_, label)| &label[..]).collect();
    let classes: Vec<&str> = classes.into_iter().collect();
    let [low, high] = classes[..] else {
        let few: Vec<&str> = classes.iter().copied().take(5).collect();
        let more = if classes.len() > 5 { ", …" } else { "" };
        bail!("{name}: wanted two classes in column {width}, got {}: {}{more}", classes.len(), few.join(", "));
    };
    // Numbers go by size: 0 and 1, −1 and 1; words by the alphabet.
    let is_turned = matches!((low.parse::<f64>(), high.parse::<f64>()), (Ok(low), Ok(high)) if low > high);
    let (low, high) = if is_turned { (high, low) } else { (low, high) };
    let targets: Vec<f64> = labels.iter().map(|(_, label)| if label == high { 1.0 } else { -1.0 }).collect();
    let patterns = Patterns::new(&rows, &targets).with_context(|| name.to_string())?;
    Ok(Read { patterns, classes: [low.to_owned(), high.to_owned()] })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Result<Read> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("p.csv");
        std::fs::write(&path, text).unwrap();
        read(&path)
    }

    #[test]
    fn classes_may_be_signs_bits_or_words_below_a_header_or_not() {
        for text in ["1,2,-1\n3,4,1\n", "x1,x2,t\n1,2,0\n3,4,1\n", "1, 2, cat\n3, 4, dog", "\u{feff}1,2,0\n3,4,1\n"] {
            let read = told(text).unwrap();
            assert_eq!(
                read.patterns.iter().map(|(x, t)| (x.to_vec(), t)).collect::<Vec<_>>(),
                [(vec![1.0, 2.0], -1.0), (vec![3.0, 4.0], 1.0)]
            );
        }
        assert_eq!(told("1,dog\n2,cat\n").unwrap().classes, ["cat", "dog"]);
    }

    #[test]
    fn what_is_wrong_is_named_by_line_and_column() {
        for (text, wanted) in [
            ("1,2,0\n3,x,1\n", "line 2, column 2: wanted a finite number, got `x`"),
            ("x,y,t\n1,2,0\n3,,1\n", "line 3, column 2: a number is missing"),
            ("1,2,0\n3,4,\n", "line 2, column 3: the class is missing"),
            ("1,2,0\n3,4\n", "line 2 has 2 columns, those before have 3"),
            ("1,2,0\n3,inf,1\n", "line 2, column 2: wanted a finite number, got `inf`"),
            ("1,a\n2,b\n3,c\n", "wanted two classes in column 2, got 3: a, b, c"),
            ("1,a\n2,a\n", "wanted two classes in column 2, got 1: a"),
            ("1\n2\n", "line 1 has 1 column"),
            ("", "there are no patterns"),
            ("x,y,t\n", "there are no patterns"),
        ] {
            let told = format!("{:#}", told(text).unwrap_err());
            assert!(told.contains(wanted), "{text:?}: {told}");
        }
    }
}
