//! What `advlab run` and `advlab merge` print.

use std::io::Write;
use std::path::Path;

use advlab_runner::study::{Finding, Report, Trained};
use advlab_runner::{Ending, Shard};
use anyhow::Result;

use crate::exit::{Outcome, WhileRunning};

/// Prints what came of a study that was to go to `whole`.
pub(crate) fn tell(json: bool, whole: &Path, report: Result<Report>, out: &mut dyn Write) -> Result<Outcome> {
    let report = report.map_err(|error| error.context(WhileRunning))?;
    if report.ending == Ending::Stopped {
        let done = format!("{} of {} cells are", report.cells.0, report.cells.1);
        return Ok(stopped(&whole.display().to_string(), &done));
    }
    match report.shard {
        Some(shard) => print_shard(json, whole, &report, shard, out)?,
        None => print_study(json, &report, out)?,
    }
    Ok(Outcome::Done)
}

pub(super) fn stopped(place: &str, what: &str) -> Outcome {
    eprintln!("stopped; {what} kept. Go on with the same command and --out {place} --resume");
    Outcome::Short
}

pub(super) fn print_trained(json: bool, trained: &[Trained], out: &mut dyn Write) -> Result<()> {
    if json {
        let nets = trained.iter().map(
            |net| serde_json::json!({"name": net.name, "folder": net.report.folder, "history": net.report.history}),
        );
        writeln!(out, "{}", serde_json::Value::from(nets.collect::<Vec<_>>()))?;
        return Ok(());
    }
    for net in trained {
        let Some(last) = net.report.history.last() else { continue };
        writeln!(
            out,
            "{} ({}): {:.2} % of the test pictures right after {} epochs; {}",
            net.name,
            net.architecture,
            100.0 * last.test_accuracy,
            last.epoch,
            net.report.folder.display()
        )?;
    }
    Ok(())
}

fn print_shard(json: bool, whole: &Path, report: &Report, shard: Shard, out: &mut dyn Write) -> Result<()> {
    let (place, cells) = (report.folder.display(), report.cells.1);
    if json {
        let text = serde_json::json!({"folder": report.folder, "shard": shard, "cells": cells});
        writeln!(out, "{text}")?;
        return Ok(());
    }
    writeln!(
        out,
        "shard {shard}: its {cells} cells are done, in {place}\njoin them all: advlab merge {}",
        whole.display()
    )?;
    Ok(())
}

fn print_study(json: bool, report: &Report, out: &mut dyn Write) -> Result<()> {
    if json {
        let text = serde_json::json!({
            "folder": report.folder, "cells": report.cells.1, "remarks": report.remarks, "findings": report.findings,
        });
        writeln!(out, "{text}")?;
        return Ok(());
    }
    write!(out, "{}", report.shown)?;
    for finding in &report.findings {
        print_finding(finding, out)?;
    }
    let place = report.folder.display();
    for remark in &report.remarks {
        writeln!(out, "{remark}")?;
    }
    writeln!(out, "report:  {place}/report.html, {place}/report.md\ntables:  {place}/*.csv\nfigures: {place}/*.png")?;
    Ok(())
}

fn print_finding(finding: &Finding, out: &mut dyn Write) -> Result<()> {
    writeln!(out, "{}  {}: {}", finding.key, finding.verdict.text(), finding.claim)?;
    for criterion in &finding.criteria {
        let mark = match criterion.met {
            Some(true) => "+",
            Some(false) => "-",
            None => "?",
        };
        writeln!(out, "    {mark} {}: {}", criterion.text, criterion.number)?;
    }
    Ok(())
}
