//! The numbers of a run that stand beside those of others.

use anyhow::Result;
use serde_json::Value;

use super::run::Run;
use super::settings::{Line, lines};
use super::verdicts;
use crate::perturb::digits;

/// How a number is shown.
#[derive(Clone, Copy)]
enum As {
    Share,
    Digits,
}

/// A number's name, where it is in the result, and how it is shown.
type Told = (&'static str, &'static str, As);

const OF_SEARCHES: [Told; 9] = [
    ("success rate", "/success_rate", As::Share),
    ("searches tried", "/tried", As::Digits),
    ("median L2", "/l2/median", As::Digits),
    ("median L∞", "/linf/median", As::Digits),
    ("median RMS distortion", "/rms/median", As::Digits),
    ("median PSNR (dB)", "/psnr/median", As::Digits),
    ("median length of all that were tried", "/median_of_tried", As::Digits),
    ("median forward passes", "/forward/median", As::Digits),
    ("median backward passes", "/backward/median", As::Digits),
];

const OF_CLASSES: [Told; 6] = [
    ("examples", "/successes", As::Digits),
    ("success rate", "/success_rate", As::Share),
    ("median steps", "/steps/median", As::Digits),
    ("median confidence", "/confidence/median", As::Share),
    ("confidence in the average's label", "/average/confidence", As::Share),
    ("label of the average", "/average/name", As::Digits),
];

const OF_ANSWERS: [Told; 9] = [
    ("pictures", "/pictures", As::Digits),
    ("accuracy", "/accuracy", As::Share),
    ("mean confidence", "/calibration/confidence", As::Share),
    ("calibration error (ECE)", "/calibration/ece", As::Share),
    ("maximum calibration error", "/calibration/mce", As::Share),
    ("Brier score", "/calibration/brier", As::Digits),
    ("negative log-likelihood", "/calibration/negative_log_likelihood", As::Digits),
    ("AUROC", "/calibration/telling/auroc/value", As::Digits),
    ("AURC", "/calibration/telling/aurc", As::Digits),
];

const OF_LAYERS: [Told; 3] =
    [("layer", "/layer/name", As::Digits), ("units", "/width", As::Digits), ("pictures", "/pictures", As::Digits)];

/// The headline numbers of a run, in the order of the page; verdicts of studies are told apart from them.
pub(super) fn headline(run: &Run) -> Vec<Line> {
    let result = run.result();
    let mut told = match run.kind() {
        "generate" => {
            let classes = result["classes"].as_array().map_or(&[][..], Vec::as_slice);
            let of_class = |class: &Value| {
                let name = class["class"].as_str().unwrap_or_default();
                let named = |line: Line| Line::new(&format!("{name}: {}", line.name), line.value);
                pick(class, &OF_CLASSES).into_iter().map(named).collect::<Vec<_>>()
            };
            let mut told = pick(result, &[("success rate", "/success_rate", As::Share)]);
            told.extend(classes.iter().flat_map(of_class));
            told
        }
        "perturb" => pick(result, &OF_SEARCHES),
        "eval" => pick(result, &OF_ANSWERS),
        "basis" => {
            let mut told = pick(result, &OF_LAYERS);
            told.extend(compared(result));
            told
        }
        kind if kind.starts_with("study ") || kind.starts_with("sweep ") => {
            pick(result, &[("cells", "/cells", As::Digits)])
        }
        _ => lines(result),
    };
    if let Some(seconds) = run.record["seconds"].as_f64() {
        told.push(Line::new("seconds", digits(seconds)));
    }
    told
}

/// Verdicts by claim.
///
/// # Errors
/// A damaged file.
pub(super) fn judged(run: &Run) -> Result<Vec<(Line, String)>> {
    let judged = |finding: verdicts::Finding| (Line::new(&finding.key, finding.verdict), finding.claim);
    Ok(verdicts::read(run)?.into_iter().map(judged).collect())
}

fn pick(from: &Value, told: &[Told]) -> Vec<Line> {
    let line = |(name, pointer, how): &Told| {
        let value = from.pointer(pointer)?;
        let text = match (value, how) {
            (Value::Number(number), As::Share) => advlab_plots::percent(number.as_f64()?),
            (Value::Number(number), As::Digits) => digits(number.as_f64()?),
            (Value::String(text), _) => text.clone(),
            _ => return None,
        };
        Some(Line::new(name, text))
    };
    told.iter().filter_map(line).collect()
}

/// Single units against random directions, measure by measure.
fn compared(result: &Value) -> Vec<Line> {
    let line = |compared: &Value| {
        let (measure, of) = (compared["measure"].as_str()?, &compared["comparison"]);
        let number = |key: &str| of[key].as_f64().map(digits).unwrap_or_default();
        let verdict = of["verdict"].as_str().unwrap_or_default();
        let text = format!("{} (random {}), {}", number("natural"), number("random"), verdict.replace('-', " "));
        Some(Line::new(&measure.replace(['-', '_'], " "), text.trim_end_matches([',', ' '])))
    };
    result["comparisons"].as_array().into_iter().flatten().filter_map(line).collect()
}
