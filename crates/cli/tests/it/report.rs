//! Reports made again from a folder, several runs side by side, and tables for other programs.

use std::fs;

use crate::program::Place;

#[test]
fn a_report_follows_from_the_folder_alone() {
    let place = Place::new();
    place.run("generate --digit 4 --n 30 --out g").done();
    place.run("eval --model cnn --data digits --test 200 --out e").done();
    place.run("perturb --data digits --n 6 --target random --steps 30 --out p").done();
    place.run("basis --data digits --n 300 --out b").done();
    for run in ["g", "e", "p", "b"] {
        let first = place.text(&format!("{run}/report.html"));
        fs::remove_file(place.path(format!("{run}/report.html"))).unwrap();
        let told = place.run(&format!("report {run}")).done();
        assert_eq!(told.out, format!("report: {run}/report.html\n"));
        assert!(place.text(&format!("{run}/report.html")) == first, "{run}");
        assert!(!first.contains("http") && first.contains("<caption>Settings</caption>"), "{run}");
    }

    // What other versions of the series write into a record is shown, and what they do not write is not missed.
    let mut record = place.json("g/run.json");
    record.as_object_mut().unwrap().remove("machine");
    record["binary"] = serde_json::json!({"sha256": "0123abc"});
    place.file("g/run.json", record.to_string());
    place.run("report g --out elsewhere/").done();
    assert!(place.text("elsewhere/report.html").contains("<th scope=\"row\">binary.sha256</th><td>0123abc</td>"));
}

#[test]
fn a_long_table_is_cut_and_says_so() {
    let place = Place::new();
    place.run("eval --model cnn --data digits --test 200 --out e").done();
    let rows: String = (0..100_000).map(|i| format!("{i},{0},{0},0.9,1,0.9\n", i % 10)).collect();
    place.file("e/answers.csv", format!("index,truth,label,confidence,right,confidence_of_truth\n{rows}"));
    place.run("report e").done();
    let page = place.text("e/report.html");
    assert!(
        page.contains("The first 1\u{202f}000 of 100\u{202f}000 rows") && page.contains("<td class=\"n\">999</td>")
    );
    assert!(!page.contains("<td class=\"n\">1001</td>") && page.len() < 4_000_000, "{}", page.len());
}

#[test]
fn runs_stand_side_by_side() {
    let place = Place::new();
    place.run("generate --digit 4 --n 20 --seed 7 --out a").done();
    place.run("generate --digit 4 --n 20 --seed 8 --out b").done();
    assert_eq!(place.run("report a b").done().out, "report: side-by-side.html\n");
    let page = place.text("side-by-side.html");
    let (differ, same) = page.split_once("Settings that are the same").unwrap();
    assert!(differ.contains("<th scope=\"row\">seed</th><td>7</td><td>8</td>"));
    assert!(same.contains("<th scope=\"row\">noise.optimizer</th>") && !differ.contains("noise.optimizer"));
    assert!(differ.contains("<th scope=\"row\">4: success rate</th>"));
    assert_eq!(page.matches("data:image/png;base64,").count(), 6, "three figures of each");
}

#[test]
fn folders_without_a_report_are_refused() {
    let place = Place::new();
    place.run("generate --digit 4 --n 5 --out g").done();
    fs::create_dir(place.path("empty")).unwrap();
    place.run("report none").refused(&["none does not exist", "results folder"]);
    place.run("report g/run.json").refused(&["g/run.json is no folder"]);
    place.run("report empty").refused(&["empty holds no run.json"]);
    fs::create_dir_all(place.path("parts/shards")).unwrap();
    place.run("report parts").refused(&["shards that were not joined yet", "advlab merge parts"]);
    place.run("report g empty").refused(&["empty holds no run.json"]);
    place.run("report g --tables csv").refused(&["csv", "md, latex, parquet"]);
    place.run("report g g --tables md").refused(&["--tables is for one run"]);
    place.file("notes.html", "<title>my notes</title>");
    place.run("report g --out notes.html").refused(&["notes.html is no report of advlab"]);
    assert_eq!(place.text("notes.html"), "<title>my notes</title>");

    let whole = place.text("g/run.json");
    place.file("g/run.json", whole.replace("\"finished\"", "\"stopped\""));
    place.run("report g").refused(&["is not finished", "stopped", "--resume"]);
    place.file(
        "g/run.json",
        whole.replace(&format!("\"advlab\": \"{}\"", env!("CARGO_PKG_VERSION")), "\"advlab\": \"7.2.0\""),
    );
    place.run("report g").refused(&["is of advlab 7.2.0", "make its report with advlab 7.2.0"]);
    place.file("g/run.json", &whole[..whole.len() / 2]);
    place.run("report g").refused(&["run.json is damaged"]);
    place.file("g/run.json", &whole);
    let csv = place.text("g/examples.csv");
    place.file("g/examples.csv", csv.rsplit_once("\n4,").unwrap().0);
    place.run("report g").refused(&["do not belong together", "4 rows, 5 pictures"]);
}

#[test]
fn tables_go_on_to_other_programs() {
    let place = Place::new();
    place.run("eval --model cnn --data digits --test 200 --out e").done();
    let told = place.run("report e --tables md,latex,parquet").done();
    assert_eq!(told.out.lines().count(), 6, "{}", told.out);
    let names = ["answers.md", "answers.parquet", "answers.tex", "confusion.md", "confusion.parquet", "confusion.tex"];
    assert_eq!(place.names("e/tables"), names);
    let markdown = place.text("e/tables/answers.md");
    assert_eq!(markdown.lines().count(), 202);
    assert!(
        markdown.starts_with("| index | truth | label | confidence | right | confidence of truth |\n| ---: |"),
        "{}",
        &markdown[..200]
    );
    let latex = place.text("e/tables/confusion.tex");
    assert!(latex.contains("\\begin{tabular}{rrrrrrrrrrr}") && latex.contains("\\toprule"), "{latex}");
    assert!(place.bytes("e/tables/answers.parquet").starts_with(b"PAR1"));
    place.run("report e --tables md --out t").done();
    assert_eq!(place.names("t"), ["answers.md", "confusion.md"]);
    // Tables of a run that is written over do not outlive it.
    place.run("eval --model cnn --data digits --test 100 --out e --force").done();
    assert!(!place.path("e/tables").exists());
}
