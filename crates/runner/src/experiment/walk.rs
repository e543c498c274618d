//! A document held against a schema: every mistake at once.

use serde_json::Value as Json;

use super::nearest::{hint, listed};
use super::node::{Node, Place, Table, Value};
use super::texts;

/// A mistake that does not know its file's name yet.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) place: Place,
    pub(super) path: String,
    pub(super) what: String,
}

/// A walk over a document and a schema at once.
#[derive(Debug)]
pub(super) struct Walk<'a> {
    root: &'a Json,
    pub(super) found: Vec<Found>,
}

/// `nets` and `0` to `nets.0`.
pub(super) fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// The schema that a reference stands for.
pub(super) fn resolved<'a>(root: &'a Json, mut schema: &'a Json) -> &'a Json {
    while let Some(name) = schema.get("$ref").and_then(Json::as_str).and_then(|name| name.strip_prefix("#/$defs/")) {
        schema = &root["$defs"][name];
    }
    schema
}

/// The alternatives that a schema names, those of alternatives included; the schema itself where it names none.
pub(super) fn alternatives<'a>(root: &'a Json, schema: &'a Json) -> Vec<&'a Json> {
    let schema = resolved(root, schema);
    match schema.get("oneOf").or_else(|| schema.get("anyOf")).and_then(Json::as_array) {
        Some(all) => all.iter().flat_map(|one| alternatives(root, one)).filter(|one| one["type"] != "null").collect(),
        None => vec![schema],
    }
}

/// The words that a schema without alternatives allows, if it is one of words.
pub(super) fn words(schema: &Json) -> Vec<&str> {
    let all = schema["enum"].as_array().map_or(&[][..], Vec::as_slice).iter();
    all.chain(schema.get("const")).filter_map(Json::as_str).collect()
}

/// Whether a schema without alternatives allows values of this type.
fn allows(schema: &Json, kind: &str) -> bool {
    match &schema["type"] {
        Json::String(only) => only == kind,
        Json::Array(all) => all.iter().any(|one| one == kind),
        _ => words(schema).is_empty(),
    }
}

/// Whether it is of a type that the value has.
fn fits(schema: &Json, value: &Value) -> bool {
    match value {
        Value::Text(_) | Value::Date(_) => words(schema).is_empty() && allows(schema, "string"),
        Value::Whole(_) => allows(schema, "integer") || allows(schema, "number"),
        Value::Number(_) => allows(schema, "number"),
        Value::Switch(_) => allows(schema, "boolean"),
        Value::List(_) => allows(schema, "array"),
        Value::Table(_) => allows(schema, "object"),
    }
}

impl<'a> Walk<'a> {
    /// A walk over a schema whose definitions stand in `root`.
    pub(super) const fn new(root: &'a Json) -> Self {
        Self { root, found: Vec::new() }
    }

    fn complain(&mut self, place: Place, path: &str, what: String) {
        self.found.push(Found { place, path: path.to_owned(), what });
    }

    /// Holds a value against a schema.
    pub(super) fn check(&mut self, node: &Node, schema: &'a Json, path: &str) {
        let choices = alternatives(self.root, schema);
        let allowed: Vec<&str> = choices.iter().flat_map(|choice| words(choice)).collect();
        if let Value::Text(text) = &node.value
            && !allowed.is_empty()
        {
            let free = choices.iter().find(|choice| fits(choice, &node.value));
            if allowed.contains(&text.as_str()) {
                return;
            }
            if free.is_none() {
                let hint = hint(text, allowed.iter().copied());
                return self.complain(node.place, path, format!("unknown word \"{text}\"; {hint}"));
            }
        }
        let fitting: Vec<&'a Json> = choices.iter().copied().filter(|choice| fits(choice, &node.value)).collect();
        match (&node.value, &fitting[..]) {
            (_, []) => {
                let wanted: Vec<String> = described(&choices, &allowed);
                self.complain(node.place, path, format!("wanted {}, got {}", wanted.join(" or "), node.words()));
            }
            (_, [one]) => self.one(node, one, path),
            (Value::Table(table), several) => self.tagged(node, table, several, path),
            (_, [first, ..]) => self.one(node, first, path),
        }
    }

    /// A value of the right type.
    fn one(&mut self, node: &Node, schema: &'a Json, path: &str) {
        match &node.value {
            Value::Text(text) => {
                if let Some(what) = schema["format"].as_str().and_then(|format| texts::mistake(format, text)) {
                    self.complain(node.place, path, what);
                }
            }
            Value::Whole(whole) => self.range(node, *whole as f64, schema, path),
            Value::Number(number) => self.range(node, *number, schema, path),
            Value::Switch(_) | Value::Date(_) => {}
            Value::List(all) => {
                let (least, most) = (schema["minItems"].as_u64(), schema["maxItems"].as_u64());
                let n = all.len() as u64;
                if least.is_some_and(|least| n < least) || most.is_some_and(|most| n > most) {
                    let wanted = texts::count(least, most);
                    self.complain(node.place, path, format!("wanted a list of {wanted}, got one of {n}"));
                }
                if let Some(items) = schema.get("items") {
                    for (at, item) in all.iter().enumerate() {
                        self.check(item, items, &join(path, &at.to_string()));
                    }
                }
            }
            Value::Table(table) => self.table(node, table, schema, path),
        }
    }

    fn range(&mut self, node: &Node, number: f64, schema: &Json, path: &str) {
        let bound = |key: &str| schema[key].as_f64();
        let outside = bound("minimum").is_some_and(|least| number < least)
            || bound("maximum").is_some_and(|most| number > most)
            || bound("exclusiveMinimum").is_some_and(|least| number <= least)
            || bound("exclusiveMaximum").is_some_and(|most| number >= most)
            || number.is_nan();
        if outside {
            self.complain(node.place, path, format!("wanted {}, got {}", texts::described(schema), node.words()));
        }
    }

    fn table(&mut self, node: &Node, table: &Table, schema: &'a Json, path: &str) {
        let empty = serde_json::Map::new();
        let known = schema["properties"].as_object().unwrap_or(&empty);
        let other = schema.get("additionalProperties");
        for (key, (place, value)) in table {
            match (schema["properties"].get(key), other) {
                (Some(own), _) => self.check(value, own, &join(path, key)),
                (None, Some(Json::Bool(false))) => {
                    let hint = hint(key, known.keys().map(String::as_str));
                    self.complain(*place, &join(path, key), format!("unknown setting; {hint}"));
                }
                (None, Some(all)) => self.check(value, all, &join(path, key)),
                (None, None) => {}
            }
        }
        let required = schema["required"].as_array().map_or(&[][..], Vec::as_slice);
        for key in required.iter().filter_map(Json::as_str).filter(|key| !table.contains_key(*key)) {
            let what = texts::summary(self.root, &schema["properties"][key]);
            self.complain(node.place, &join(path, key), format!("missing; it is {what}"));
        }
    }

    /// A table that is one of several: `{ conv = { … } }` or `{ dense = 30 }`.
    fn tagged(&mut self, node: &Node, table: &Table, choices: &[&'a Json], path: &str) {
        let has = |choice: &&&Json| {
            let keys = choice["properties"].as_object();
            keys.is_some_and(|keys| keys.keys().any(|key| table.contains_key(key)))
        };
        let chosen: Vec<&&Json> = choices.iter().filter(has).collect();
        let tags = || choices.iter().filter_map(|choice| choice["properties"].as_object()).flat_map(|keys| keys.keys());
        match (&chosen[..], table.iter().next()) {
            ([one], _) => self.one(node, one, path),
            ([], Some((key, (place, _)))) => {
                let hint = hint(key, tags().map(String::as_str));
                self.complain(*place, &join(path, key), format!("unknown setting; {hint}"));
            }
            (several, _) => {
                let tags: Vec<&str> = tags().map(String::as_str).collect();
                let got = if several.is_empty() { "none" } else { "several" };
                self.complain(node.place, path, format!("wanted one of {}, got {got} of them", listed(&tags)));
            }
        }
    }
}

/// What the choices ask for, the words among them as one.
fn described(choices: &[&Json], allowed: &[&str]) -> Vec<String> {
    let named = (!allowed.is_empty()).then(|| match allowed {
        [one] => format!("the word `{one}`"),
        several => format!("one of {}", listed(several)),
    });
    let others = choices.iter().filter(|choice| words(choice).is_empty()).map(|choice| texts::described(choice));
    named.into_iter().chain(others).collect()
}
