//! Values of two runs side by side, each with its place.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

/// A value that is not the same in two runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// Where it stands, such as `noise.rate` or `success.csv, deep 4, rate`.
    pub place: String,
    /// The value in the first run; null where there is none.
    pub first: Value,
    /// The value in the second.
    pub second: Value,
    /// Difference by the larger of the two, for numbers.
    pub relative: Option<f64>,
}

impl Difference {
    /// None where both are the same.
    pub(super) fn between(place: impl Into<String>, first: &Value, second: &Value) -> Option<Self> {
        let relative = match (first.as_f64(), second.as_f64()) {
            (Some(a), Some(b)) if a == b => return None,
            (Some(a), Some(b)) => Some((a - b).abs() / a.abs().max(b.abs())),
            _ if first == second => return None,
            _ => None,
        };
        Some(Self { place: place.into(), first: first.clone(), second: second.clone(), relative })
    }
}

/// What two JSON values differ in, leaf by leaf. Those that tell a time are passed over.
pub(super) fn differences(first: &Value, second: &Value) -> Vec<Difference> {
    let (a, b) = (leaves(first), leaves(second));
    let places: std::collections::BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    let null = &Value::Null;
    let of = |place: &String| Difference::between(place, a.get(place).unwrap_or(null), b.get(place).unwrap_or(null));
    places.into_iter().filter_map(of).collect()
}

/// How many leaves there are that do not tell a time.
pub(super) fn count(value: &Value) -> usize {
    leaves(value).len()
}

/// What differs in more than a number first, then the largest relative differences.
pub(super) fn sort(differences: &mut [Difference]) {
    let weight = |difference: &Difference| difference.relative.unwrap_or(f64::INFINITY);
    differences.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
}

/// Whether a name is that of a time, which is never twice the same.
pub(super) fn is_time(name: &str) -> bool {
    name == "seconds" || name.ends_with("_seconds") || name == "started"
}

fn leaves(value: &Value) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    walk(String::new(), value, &mut found);
    found
}

fn walk(at: String, value: &Value, found: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields.iter().filter(|(name, _)| !is_time(name)) {
                walk(if at.is_empty() { name.clone() } else { format!("{at}.{name}") }, value, found);
            }
        }
        Value::Array(values) if !values.is_empty() => {
            values.iter().enumerate().for_each(|(index, value)| walk(format!("{at}[{index}]"), value, found));
        }
        _ => {
            found.insert(at, value.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn leaves_that_differ_are_named_and_times_are_not() {
        let first = json!({"rate": 0.5, "seconds": 1.0, "of": [1, 2, {"name": "a", "own_seconds": 3}], "n": 10});
        let second = json!({"rate": 0.4, "seconds": 9.0, "of": [1.0, 3, {"name": "b", "own_seconds": 4}]});
        let mut found = differences(&first, &second);
        sort(&mut found);
        let told: Vec<(&str, Option<f64>)> = found.iter().map(|d| (d.place.as_str(), d.relative)).collect();
        assert_eq!(told[..2], [("n", None), ("of[2].name", None)]);
        assert_eq!((told[2].0, told[3].0), ("of[1]", "rate"));
        assert!((told[2].1.unwrap() - 1.0 / 3.0).abs() < 1e-12 && (told[3].1.unwrap() - 0.2).abs() < 1e-12, "{told:?}");
        assert_eq!(differences(&first, &first), []);
        assert_eq!(count(&first), 5);
    }

    #[test]
    fn a_sign_and_a_zero_are_differences_too() {
        let relative = |a: f64, b: f64| Difference::between("x", &json!(a), &json!(b)).and_then(|d| d.relative);
        assert_eq!(relative(0.0, 1e-9), Some(1.0));
        assert_eq!(relative(-2.0, 2.0), Some(2.0));
        assert_eq!(Difference::between("x", &json!(-0.0), &json!(0)), None);
    }
}
