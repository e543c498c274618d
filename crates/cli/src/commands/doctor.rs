//! `advlab doctor`: what is here, and what is wrong with it.

use std::io::Write;

use advlab_runner::doctor::examine;
use anyhow::Result;

use crate::exit::Outcome;

/// Print versions, devices, data and caches, and what is wrong with them
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: Args, out: &mut dyn Write) -> Result<Outcome> {
    let findings = examine();
    let problems = findings.iter().filter(|finding| finding.problem.is_some()).count();
    if args.json {
        writeln!(out, "{}", serde_json::json!({"findings": findings, "problems": problems}))?;
    } else {
        let width = findings.iter().map(|finding| finding.what.len()).max().unwrap_or(0);
        for finding in &findings {
            writeln!(out, "{:width$}  {}", finding.what, finding.found)?;
            if let Some(problem) = &finding.problem {
                writeln!(out, "{:width$}  wrong: {problem}", "")?;
            }
        }
        match problems {
            0 => writeln!(out, "Nothing is wrong.")?,
            1 => writeln!(out, "1 thing is wrong.")?,
            n => writeln!(out, "{n} things are wrong.")?,
        }
    }
    Ok(if problems == 0 { Outcome::Done } else { Outcome::Short })
}
