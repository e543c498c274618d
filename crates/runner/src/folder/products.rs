//! What runs leave in their folder, by name: it goes when another run takes the folder over, and nothing else does.

use crate::record::RECORD;

/// Folders that runs make.
const FOLDERS: [&str; 10] =
    [".parts", "attacks", "figures", "nets", "pictures", "points", "runs", "shards", "sheets", "tables"];

/// Files that only one of its name is of.
const FILES: [&str; 8] = [
    "cells.jsonl",
    "checkpoint.safetensors",
    "log.txt",
    "model.safetensors",
    "report.html",
    "report.json",
    "report.md",
    "verdicts.json",
];

/// Kinds of tables and figures.
const KINDS: [&str; 4] = ["csv", "gif", "npz", "png"];

/// What tables and figures are called; of a net, say, `-` and its name follow.
const WORDS: [&str; 76] = [
    "accuracy",
    "agreement",
    "answers",
    "attacks",
    "average",
    "averages",
    "boundary",
    "bounds",
    "changed",
    "changes",
    "classes",
    "comparisons",
    "conditions",
    "confidence",
    "confusion",
    "correlations",
    "coverage",
    "cross-errors",
    "curves",
    "differences",
    "directions",
    "distances",
    "distortion",
    "divergence",
    "double",
    "doubts",
    "embedding",
    "epochs",
    "errors",
    "examples",
    "exponents",
    "fields",
    "histogram",
    "histograms",
    "history",
    "leaks",
    "levels",
    "likeness",
    "line",
    "measures",
    "nets",
    "neurons",
    "noise",
    "norms",
    "numbers",
    "overfitting",
    "panel",
    "patterns",
    "photos",
    "pictures",
    "plane",
    "points",
    "problems",
    "processing",
    "published",
    "refusing",
    "reliability",
    "ridges",
    "runs",
    "saturation",
    "sets",
    "steps",
    "success",
    "sweep",
    "synthesized",
    "telling",
    "test-errors",
    "test-sets",
    "thresholds",
    "top",
    "trainings",
    "transfer",
    "triptychs",
    "variants",
    "weights-levels",
    "widths",
];

/// Whether a file or a folder of this name is a run's.
pub(super) fn is_one(name: &str) -> bool {
    if FOLDERS.contains(&name) || FILES.contains(&name) {
        return true;
    }
    let Some((stem, kind)) = name.rsplit_once('.') else { return false };
    let is_of = |word: &&str| stem.strip_prefix(*word).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
    KINDS.contains(&kind) && WORDS.iter().any(is_of)
}

/// Whether a run may write this: a product or what lies in one, the record, or something hidden.
pub(super) fn is_known(path: &str) -> bool {
    let name = path.split('/').next().unwrap_or_default();
    name == RECORD || name.starts_with('.') || is_one(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_user_puts_beside_a_run_is_no_product() {
        for product in ["top.csv", "top-fc100-100-10.png", "line-pictures.png", "nets", "log.txt", "boundary.gif"] {
            assert!(is_one(product), "{product}");
        }
        for own in ["notes.md", "topmost.png", "holiday.png", "top", "nets.txt", "mine.csv", RECORD] {
            assert!(!is_one(own), "{own}");
        }
        assert!(is_known("pictures/4/0001.png") && is_known(".making-x") && !is_known("mine/top.csv"));
    }
}
