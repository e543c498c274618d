//! What a run found, in a few words.

use serde_json::Value;

use crate::record::Record;

/// Verdicts that stand in a line.
const VERDICTS: usize = 8;

/// What stands first in the result of each kind of run: where it is, what it is called.
const NUMBERS: &[(&str, &str, &str)] = &[
    ("generate", "/success_rate", "of the attempts"),
    ("perturb", "/success_rate", "changed"),
    ("eval", "/accuracy", "right"),
    ("train", "/test_accuracy", "of the test pictures right"),
    ("train-runs", "/test_accuracy/median", "of the test pictures right (median)"),
];

/// A few words; empty where there is no result yet.
pub(super) fn headline(record: &Record) -> String {
    let result = &record.result;
    if let Some(verdicts) = result["verdicts"].as_array() {
        return of_verdicts(verdicts);
    }
    let kind = |(kind, ..): &&(&str, &str, &str)| *kind == record.kind;
    if let Some((_, path, words)) = NUMBERS.iter().find(kind)
        && let Some(share) = result.pointer(path).and_then(Value::as_f64)
    {
        let of = result["done"].as_u64().map_or_else(String::new, |done| format!(", {done} searches"));
        return format!("{:.2} % {words}{of}", 100.0 * share);
    }
    match (record.kind.as_str(), &result["done"], &result["cells"]) {
        ("basis", ..) => of_basis(result),
        ("perceptron", ..) => of_perceptron(result),
        ("slice", ..) => of_slice(result),
        ("data-check", ..) => {
            result["leaked"].as_u64().map_or_else(String::new, |leaked| format!("{leaked} test pictures leaked"))
        }
        (_, Value::Number(done), Value::Number(cells)) => format!("{done} of {cells} cells done"),
        _ => String::new(),
    }
}

fn of_verdicts(verdicts: &[Value]) -> String {
    let words = |verdict: &Value| Some(format!("{} {}", verdict[0].as_str()?, verdict[1].as_str()?));
    let mut all: Vec<String> = verdicts.iter().filter_map(words).collect();
    let more = all.len().saturating_sub(VERDICTS);
    all.truncate(VERDICTS);
    if more > 0 {
        all.push(format!("and {more} more"));
    }
    all.join(", ")
}

fn of_basis(result: &Value) -> String {
    let (Some(layer), Some(pictures)) = (result["layer"]["name"].as_str(), result["pictures"].as_u64()) else {
        return String::new();
    };
    let patterns = result["synthesized"].as_array().map_or(0, Vec::len);
    match patterns {
        0 => format!("layer {layer}, {pictures} pictures"),
        n => format!("layer {layer}, {pictures} pictures, {n} made from noise"),
    }
}

fn of_perceptron(result: &Value) -> String {
    let (Some(problem), Some(nets)) = (result["problem"].as_str(), result["nets"].as_array()) else {
        return String::new();
    };
    let right = nets.iter().filter(|net| !net["converged"].is_null()).count();
    format!("{problem}: {right} of {} nets get all patterns right", nets.len())
}

fn of_slice(result: &Value) -> String {
    let (before, after) = (result["before"][0].as_str(), result["after"][0].as_str());
    let (Some(before), Some(after), Some(distance)) = (before, after, result["distance"].as_f64()) else {
        return String::new();
    };
    format!("{before} → {after} at a distance of {distance:.3}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(kind: &str, result: Value) -> String {
        // As versions of before wrote it: without program, revision and warnings.
        let record = json!({
            "advlab": "0.0.1", "command": "advlab", "kind": kind, "state": "finished", "spec": {}, "inputs": {},
            "machine": {"libtorch": "2.9.0"}, "started": "2025-01-01T00:00:00Z", "seconds": 1.5, "result": result,
        });
        headline(&serde_json::from_value(record).unwrap())
    }

    #[test]
    fn each_kind_has_its_words() {
        assert_eq!(
            of("study transfer", json!({"verdicts": [["S3", "partly"], ["S4", "reproduced"]]})),
            "S3 partly, S4 reproduced"
        );
        let many: Vec<_> = (0..11).map(|n| json!([format!("N{n}"), "partly"])).collect();
        assert!(of("study noise", json!({"verdicts": many})).ends_with("N7 partly, and 3 more"));
        assert_eq!(of("study noise", json!({"cells": 9, "done": 4})), "4 of 9 cells done");
        assert_eq!(of("generate", json!({"success_rate": 0.995})), "99.50 % of the attempts");
        assert_eq!(of("perturb", json!({"success_rate": 1.0, "done": 30})), "100.00 % changed, 30 searches");
        assert_eq!(
            of("train-runs", json!({"test_accuracy": {"median": 0.5}})),
            "50.00 % of the test pictures right (median)"
        );
        assert_eq!(of("data-check", json!({"leaked": 3})), "3 test pictures leaked");
        assert_eq!(of("basis", json!({"layer": {"name": "dense1"}, "pictures": 300})), "layer dense1, 300 pictures");
        let nets = json!([{"hidden": 0, "converged": null}, {"hidden": 2, "converged": 18}]);
        assert_eq!(
            of("perceptron", json!({"problem": "XOR", "nets": nets})),
            "XOR: 1 of 2 nets get all patterns right"
        );
        let slice = json!({"before": ["0", 0.9], "after": ["6", 0.5], "distance": 0.6408});
        assert_eq!(of("slice", slice), "0 → 6 at a distance of 0.641");
        assert_eq!(of("slice", Value::Null), "");
        assert_eq!(of("generate", Value::Null), "", "a run that was killed has found nothing yet");
        assert_eq!(of("dreams", json!([1, "x"])), "");
    }
}
