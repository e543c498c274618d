//! `verdicts.json`: the claims of a study and what came of them.

use std::fs;

use anyhow::{Context as _, Result, bail};
use minijinja::{Value, context};
use serde::Deserialize;

use super::run::Run;

/// Name of the file.
const FILE: &str = "verdicts.json";

/// A claim, as far as reports need it.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Finding {
    pub(super) key: String,
    pub(super) claim: String,
    pub(super) published: String,
    pub(super) criteria: Vec<Criterion>,
    pub(super) verdict: String,
    #[serde(default)]
    pub(super) notes: Vec<String>,
}

/// Something that must hold.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Criterion {
    text: String,
    number: String,
    met: Option<bool>,
}

/// Those of a run; none where it judged nothing.
///
/// # Errors
/// A damaged file.
pub(super) fn read(run: &Run) -> Result<Vec<Finding>> {
    let path = run.path(FILE);
    if !path.is_file() {
        return Ok(Vec::new());
    }
    let text = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let damaged = || format!("{} is damaged; run the study's command again with --resume", path.display());
    let mut all: serde_json::Value = serde_json::from_slice(&text).with_context(damaged)?;
    // Some studies write what the verdicts follow from beside them.
    if let Some(findings) = all.get_mut("findings") {
        all = findings.take();
    }
    if !all.is_array() {
        bail!(damaged());
    }
    serde_json::from_value(all).with_context(damaged)
}

impl Finding {
    pub(super) fn shown(&self) -> Value {
        let criteria: Vec<Value> = self
            .criteria
            .iter()
            .map(|criterion| {
                let (mark, class) = match criterion.met {
                    Some(true) => ("holds", "yes"),
                    Some(false) => ("fails", "no"),
                    None => ("too little to tell", "open"),
                };
                context! { text => criterion.text, number => criterion.number, mark, class }
            })
            .collect();
        let held = self.criteria.iter().filter(|criterion| criterion.met == Some(true)).count();
        let (key, claim, published, verdict, notes) =
            (&self.key, &self.claim, &self.published, &self.verdict, &self.notes);
        context! { key, claim, published, verdict, class => class(verdict), criteria, held, notes }
    }
}

/// How a verdict is marked.
pub(super) fn class(verdict: &str) -> &'static str {
    match verdict {
        "reproduced" => "yes",
        "partly" => "part",
        "not reproduced" => "no",
        _ => "open",
    }
}
