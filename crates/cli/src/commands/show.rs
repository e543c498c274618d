//! `advlab show`: a run, what was asked and what was found.

use std::io::Write;
use std::path::PathBuf;

use advlab_runner::kept::{Shown, show};
use anyhow::Result;
use serde_json::Value;

use crate::columns;
use crate::exit::Outcome;

/// Show a run: settings, inputs, machine, verdicts with their criteria, remarks, files
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Results folder of the run
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Print as JSON, with all numbers of the result
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: Args, out: &mut dyn Write) -> Result<Outcome> {
    let run = show(&args.folder)?;
    if args.json {
        writeln!(out, "{}", serde_json::to_value(&run)?)?;
        return Ok(Outcome::Done);
    }
    writeln!(out, "{}: {}, {}", run.folder.display(), run.kind, run.state)?;
    writeln!(out, "{}", run.command)?;
    writeln!(out, "began {}, {} s of work", run.started, run.seconds)?;
    if !run.headline.is_empty() {
        writeln!(out, "found: {}", run.headline)?;
    }
    section(out, "settings", &leaves(&run.settings))?;
    let inputs: Vec<_> = run.inputs.iter().flat_map(|(role, facts)| named(role, facts)).collect();
    section(out, "inputs", &inputs)?;
    section(out, "machine", &machine(&run))?;
    for warning in &run.warnings {
        writeln!(out, "\nwarning: {warning}")?;
    }
    for finding in &run.findings {
        write_finding(out, finding)?;
    }
    if !run.remarks.is_empty() {
        writeln!(out, "\nremarks:")?;
    }
    for remark in &run.remarks {
        writeln!(out, "  {remark}")?;
    }
    let files = run.files.iter().map(|entry| {
        let of = entry.files.map_or_else(String::new, |n| format!("{n} files"));
        vec![format!("  {}", entry.name), format!("{:>12}", bytesize::ByteSize(entry.bytes).to_string()), of]
    });
    writeln!(out, "\nfiles:")?;
    columns::write(out, &files.collect::<Vec<_>>())?;
    Ok(Outcome::Done)
}

fn section(out: &mut dyn Write, title: &str, rows: &[(String, String)]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{title}:")?;
    columns::write(out, &rows.iter().map(|(name, value)| vec![format!("  {name}"), value.clone()]).collect::<Vec<_>>())
}

fn machine(run: &Shown) -> Vec<(String, String)> {
    let mut rows = vec![("advlab".to_owned(), run.advlab.clone())];
    rows.extend(run.program_sha256.iter().map(|sum| ("program, SHA-256".to_owned(), sum.clone())));
    if let Some(revision) = run.source["revision"].as_str() {
        let dirty = if run.source["dirty"] == true { ", with changes" } else { "" };
        rows.push(("revision of the directory".to_owned(), format!("{revision}{dirty}")));
    }
    rows.extend(run.machine.clone());
    rows
}

/// Settings by their names; lists stand in a line.
fn leaves(value: &Value) -> Vec<(String, String)> {
    let Value::Object(fields) = value else { return vec![(String::new(), columns::shown(value))] };
    let of = |(name, value): (&String, &Value)| named(name, value);
    fields.iter().flat_map(of).collect()
}

fn named(name: &str, value: &Value) -> Vec<(String, String)> {
    let of = |(inner, text): (String, String)| {
        (if inner.is_empty() { name.to_owned() } else { format!("{name}.{inner}") }, text)
    };
    leaves(value).into_iter().map(of).collect()
}

fn write_finding(out: &mut dyn Write, finding: &Value) -> Result<()> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    writeln!(out, "\n{}  {}: {}", text(&finding["key"]), text(&finding["verdict"]), text(&finding["claim"]))?;
    for criterion in finding["criteria"].as_array().into_iter().flatten() {
        let mark = match criterion["met"].as_bool() {
            Some(true) => "+",
            Some(false) => "-",
            None => "?",
        };
        writeln!(out, "    {mark} {}: {}", text(&criterion["text"]), text(&criterion["number"]))?;
    }
    Ok(())
}
