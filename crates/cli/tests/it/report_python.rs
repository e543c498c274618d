//! The page "Results in Python" of the README: its code runs as it stands there, as far as this machine's Python has what it needs.

use std::fs;
use std::process::{Command, Output};

use crate::program::Place;

/// Where it stands, and the head that it begins with.
const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md");
const HEAD: &str = "\n## Results in Python\n";

/// Blocks of Python below the head, as far as the next one.
fn blocks() -> Vec<String> {
    let readme = fs::read_to_string(README).unwrap();
    let (_, page) = readme.split_once(HEAD).expect("the README has a page on Python");
    let page = page.split("\n## ").next().unwrap_or_default();
    let after = page.split("```python\n").skip(1);
    after.map(|block| block.split("```").next().unwrap_or_default().to_owned()).collect()
}

/// Runs code where the README's commands were run; none, with a message, where a module is missing.
fn python(place: &Place, needs: &[&str], code: &str) -> Option<Output> {
    let imports = format!("import {}", needs.join(", "));
    if !Command::new("python3").args(["-c", &imports]).output().is_ok_and(|said| said.status.success()) {
        eprintln!("passed over: python3 with {}", needs.join(", "));
        return None;
    }
    Some(Command::new("python3").args(["-c", code]).current_dir(place.path(".")).output().unwrap())
}

#[test]
fn the_readmes_page_on_python_runs() {
    let place = Place::new();
    place.run("generate --digit 4 --n 50 --out runs/generate-shallow-4").done();
    place.run("report runs/generate-shallow-4 --tables parquet").done();
    let rows = place.rows("runs/generate-shallow-4/examples.csv");
    let blocks = blocks();
    assert_eq!(blocks.len(), 2, "one with NumPy alone, one with pandas");

    let sums =
        "print(len(rows), images.shape[0], f'{confidence.sum():.6f}', record['result']['classes'][0]['successes'])";
    if let Some(said) = python(&place, &["numpy"], &format!("{}\n{sums}", blocks[0])) {
        let (out, err) = (String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
        assert!(said.status.success(), "{err}");
        let last: Vec<&str> = out.lines().last().unwrap().split(' ').collect();
        let sum: f64 = rows.iter().map(|row| row[5].parse::<f64>().unwrap()).sum();
        assert!(last[0] == "50" && last[1] == "50" && last[3] == "50", "{out}");
        assert!((last[2].parse::<f64>().unwrap() - sum).abs() < 1e-4, "{out} {sum}");
    }

    // Every type comes over: seeds need all their 64 bits.
    let check = "print(int(table['start_seed'].iloc[0]), table['start_seed'].dtype, table['confidence'].dtype, table['steps'].dtype)";
    if let Some(said) = python(&place, &["numpy", "pandas", "pyarrow"], &format!("{}\n{check}", blocks.concat())) {
        let (out, err) = (String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
        assert!(said.status.success(), "{err}");
        assert_eq!(out.lines().last().unwrap(), format!("{} uint64 float64 int64", &rows[0][2]), "{out}");
    }
}
