//! Nested values as plain lines: what was asked, and by what it was made.

use serde::Serialize;
use serde_json::Value;

/// A name and a value, for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Line {
    pub(super) name: String,
    pub(super) value: String,
}

impl Line {
    pub(super) fn new(name: &str, value: impl Into<String>) -> Self {
        Self { name: name.to_owned(), value: value.into() }
    }
}

/// Every leaf with its path, such as `noise.rate`; what is unset or empty is left out.
pub(super) fn lines(value: &Value) -> Vec<Line> {
    let mut found = Vec::new();
    walk("", value, &mut found);
    found
}

fn walk(at: &str, value: &Value, found: &mut Vec<Line>) {
    let join = |key: &str| if at.is_empty() { key.to_owned() } else { format!("{at}.{key}") };
    match value {
        Value::Null => {}
        Value::Object(fields) => fields.iter().for_each(|(key, value)| walk(&join(key), value, found)),
        Value::Array(items) if items.is_empty() => {}
        Value::Array(items) if items.iter().all(|item| !item.is_object() && !item.is_array()) => {
            let items: Vec<String> = items.iter().map(leaf).collect();
            found.push(Line::new(at, items.join(", ")));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(i, item)| walk(&format!("{at}[{i}]"), item, found));
        }
        _ => found.push(Line::new(at, leaf(value))),
    }
}

fn leaf(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "–".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_leaf_has_its_path() {
        let value = serde_json::json!({
            "n": 10, "noise": {"rate": 0.5, "clip": true, "none": null}, "targets": ["4", "7"], "empty": [],
            "sets": [{"set": "mnist"}, {"set": "digits"}],
        });
        let found: Vec<_> = lines(&value).into_iter().map(|line| format!("{} = {}", line.name, line.value)).collect();
        let mut wanted = [
            "n = 10",
            "noise.clip = yes",
            "noise.rate = 0.5",
            "sets[0].set = mnist",
            "sets[1].set = digits",
            "targets = 4, 7",
        ];
        wanted.sort_unstable();
        let mut sorted = found.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, wanted);
    }
}
