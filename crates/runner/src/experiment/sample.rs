//! Values as files write them, and one that a setting might have.

use serde_json::Value as Json;

use super::schema::order;
use super::walk::{alternatives, resolved, words};

/// A value as TOML, in a line; none for what TOML has no word for.
pub(super) fn toml(value: &Json) -> Option<String> {
    Some(match value {
        Json::Null => return None,
        Json::Object(map) => {
            let entries = map.iter().filter_map(|(key, value)| Some(format!("{key} = {}", toml(value)?)));
            let entries: Vec<String> = entries.collect();
            if entries.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", entries.join(", ")) }
        }
        Json::Array(all) => format!("[{}]", all.iter().filter_map(toml).collect::<Vec<_>>().join(", ")),
        Json::String(text) => toml::Value::String(text.clone()).to_string(),
        other => other.to_string(),
    })
}

/// The default of a setting that need not be given, as TOML, if it has one. Settings that are not written where they say nothing
/// have a default that does not stand in the schema: nothing is `false`, 0 or an empty list.
pub(super) fn default(schema: &Json) -> Option<String> {
    let stands = schema.get("default").and_then(toml);
    stands.or_else(|| match schema["type"].as_str() {
        _ if schema.get("x-default").is_some() || schema.get("default").is_some() => None,
        Some("boolean") => Some("false".to_owned()),
        Some("number") => Some("0.0".to_owned()),
        Some("array") => Some("[]".to_owned()),
        _ => None,
    })
}

/// A value that a setting might have, for a line that is commented out.
pub(super) fn sample(root: &Json, schema: &Json) -> String {
    if let Some(example) = schema["examples"].get(0).and_then(toml) {
        return example;
    }
    let choices = alternatives(root, schema);
    if let Some(word) = choices.iter().flat_map(|choice| words(choice)).next() {
        return format!("\"{word}\"");
    }
    let Some(first) = choices.first().map(|choice| resolved(root, choice)) else { return "\"…\"".to_owned() };
    let types = match &first["type"] {
        Json::Array(all) => all.iter().filter_map(Json::as_str).find(|one| *one != "null"),
        one => one.as_str(),
    };
    let number = |key: &str| first[key].as_f64();
    match types {
        Some("string") => match first["format"].as_str() {
            Some("input-shape") => "\"1x28x28\"".to_owned(),
            Some("device") => "\"auto\"".to_owned(),
            Some("start-noise") => "\"uniform:0,1\"".to_owned(),
            _ => "\"…\"".to_owned(),
        },
        Some("integer") => number("minimum").unwrap_or(0.0).max(1.0).to_string(),
        Some("number") => "0.5".to_owned(),
        Some("boolean") => "true".to_owned(),
        Some("array") => match first.get("items") {
            Some(items) => format!("[{}]", sample(root, items)),
            None => "[]".to_owned(),
        },
        _ => {
            let required = first["required"].as_array().map_or(&[][..], Vec::as_slice);
            let keys = order(first).into_iter().filter(|key| required.iter().any(|name| name == key));
            let entries: Vec<String> =
                keys.map(|key| format!("{key} = {}", sample(root, &first["properties"][key]))).collect();
            if entries.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", entries.join(", ")) }
        }
    }
}
