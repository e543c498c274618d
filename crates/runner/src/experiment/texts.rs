//! A schema in words: what a setting is, what it may be, and what its docs say.

use advlab_attacks::noise::Start;
use advlab_core::{Device, InputShape};
use serde_json::Value as Json;

use super::nearest::listed;
use super::walk::{alternatives, resolved, words};

/// What is wrong with a text that a type of its own reads, such as a shape of pictures.
pub(super) fn mistake(format: &str, text: &str) -> Option<String> {
    match format {
        "input-shape" => text.parse::<InputShape>().err().map(|error| error.to_string()),
        "device" => text.parse::<Device>().err().map(|error| error.to_string()),
        "start-noise" => text.parse::<Start>().err().map(|error| error.to_string()),
        _ => None,
    }
}

/// A number of things that has bounds.
pub(super) fn count(least: Option<u64>, most: Option<u64>) -> String {
    match (least, most) {
        (Some(least), Some(most)) if least == most => least.to_string(),
        (Some(least), Some(most)) => format!("{least} to {most}"),
        (Some(least), None) => format!("at least {least}"),
        (None, Some(most)) => format!("at most {most}"),
        (None, None) => "any number".to_owned(),
    }
}

/// A number as people write it.
fn number(value: &Json) -> String {
    value.as_f64().map_or_else(|| value.to_string(), |number| number.to_string())
}

/// The bounds of a number, if it has any that say more than its type does.
fn range(schema: &Json) -> String {
    let bound = |key: &str| schema.get(key).filter(|value| !value.is_null()).map(number);
    let low = bound("exclusiveMinimum").map(|low| format!("above {low}"));
    let low = low.or_else(|| bound("minimum").map(|low| format!("at least {low}")));
    let high = bound("exclusiveMaximum").map(|high| format!("below {high}"));
    let high = high.or_else(|| bound("maximum").map(|high| format!("at most {high}")));
    match (low, high) {
        (Some(low), Some(high)) => format!(", {low} and {high}"),
        (Some(one), None) | (None, Some(one)) => format!(", {one}"),
        (None, None) => String::new(),
    }
}

/// What a schema without alternatives asks for, with an article.
pub(super) fn described(schema: &Json) -> String {
    let allowed = words(schema);
    if !allowed.is_empty() {
        return listed(&allowed);
    }
    let types = match &schema["type"] {
        Json::Array(all) => all.iter().filter_map(Json::as_str).find(|one| *one != "null"),
        one => one.as_str(),
    };
    match types {
        Some("string") => match schema["format"].as_str() {
            Some("input-shape") => "a shape such as \"1x28x28\"".to_owned(),
            Some("device") => "a device: \"auto\", \"cpu\", \"cuda\" or \"cuda:N\"".to_owned(),
            Some("start-noise") => "start noise: \"normal:MEAN,SD\", \"uniform\" or \"uniform:LOW,HIGH\"".to_owned(),
            _ => "a text".to_owned(),
        },
        Some("integer") => format!("a whole number{}", range(schema)),
        Some("number") => format!("a number{}", range(schema)),
        Some("boolean") => "true or false".to_owned(),
        Some("array") => "a list".to_owned(),
        Some("object") => "a table".to_owned(),
        _ => "something".to_owned(),
    }
}

/// What a setting may be, alternatives and lists in full.
pub(super) fn kind_of(root: &Json, schema: &Json) -> String {
    let choices = alternatives(root, schema);
    let allowed: Vec<&str> = choices.iter().flat_map(|choice| words(choice)).collect();
    let others = choices.iter().filter(|choice| words(choice).is_empty()).map(|choice| {
        let Some(items) = choice.get("items") else { return described(choice) };
        let (least, most) = (choice["minItems"].as_u64(), choice["maxItems"].as_u64());
        let count = if least.or(most).is_some() { format!(", {} of them", count(least, most)) } else { String::new() };
        format!("a list, each {}{count}", kind_of(root, items))
    });
    let words = (!allowed.is_empty()).then(|| listed(&allowed));
    let mut all: Vec<String> = words.into_iter().chain(others).collect();
    all.dedup();
    all.join(" or ")
}

/// The docs of a setting: its own, otherwise those of its type; as one text without marks of rustdoc.
pub(super) fn docs(root: &Json, schema: &Json) -> String {
    let own = schema["description"].as_str();
    let text = own.or_else(|| resolved(root, schema)["description"].as_str()).unwrap_or_default();
    plain(text)
}

/// The first sentence of the docs, as part of a sentence.
pub(super) fn summary(root: &Json, schema: &Json) -> String {
    let docs = docs(root, schema);
    let first = docs.split_inclusive(['.', ';', ':']).next().unwrap_or_default();
    let first = first.trim_end_matches(['.', ';', ':']);
    if first.is_empty() { kind_of(root, schema) } else { format!("{} ({first})", kind_of(root, schema)) }
}

/// What a kind is, as a sentence of its own.
pub(super) fn sentence(about: &str) -> String {
    let end = if about.ends_with(['?', '.']) { "" } else { "." };
    format!("{}{}{end}", about[..1].to_uppercase(), &about[1..])
}

/// Docs without links: of ``[`Optimizer::Plain`](path)`` the last name stays.
fn plain(text: &str) -> String {
    let mut rest = text;
    let mut out = String::new();
    while let Some(open) = rest.find("[`") {
        let Some(close) = rest[open..].find("`]").map(|at| open + at) else { break };
        out.push_str(&rest[..open]);
        let name = &rest[open + 2..close];
        out.push('`');
        out.push_str(name.rsplit("::").next().unwrap_or(name));
        out.push('`');
        rest = &rest[close + 2..];
        if rest.starts_with('(') {
            rest = rest.find(')').map_or(rest, |end| &rest[end + 1..]);
        }
    }
    out.push_str(rest);
    out.split("\n\n").map(|part| part.replace('\n', " ")).collect::<Vec<_>>().join("\n")
}
