//! A page of every setting of every kind, as Markdown.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::Value as Json;

use super::kinds::KINDS;
use super::sample::default;
use super::schema::order;
use super::texts::{docs, kind_of, sentence};
use super::walk::{alternatives, resolved, words};

/// Every setting of every kind: name, what it may be, default, what it is. The same as `docs/settings.md`.
pub fn settings_page() -> String {
    let mut page = String::from(
        "# Settings of experiment files\n\nMade by `advlab schema --settings` from the docs of the settings themselves. \
         `advlab new KIND` prints a file to start from, `advlab check FILE` tells every mistake of a file at once, and \
         `advlab schema` prints a JSON Schema for editors.\n\n\
         A setting without a default must be given. Paths, as sweeps and messages have them, are keys and numbers with dots \
         between: `nets.0.training.epochs`.\n\n\
         ## Every file\n\n| setting | what it may be | default | what it is |\n|---|---|---|---|\n",
    );
    let schemas: Vec<(&str, &str, Json)> = KINDS.iter().map(|kind| (kind.name, kind.about, kind.schema())).collect();
    let shared = shared(&schemas);
    let (_, _, any) = &schemas[0];
    let names: Vec<String> = KINDS.iter().map(|kind| format!("`{}`", kind.name)).collect();
    let _ = writeln!(page, "| `kind` | {} | | what the file asks for |", names.join(", "));
    let _ = writeln!(
        page,
        "| `include` | a path, or a list of paths | none | {} |",
        cell(&docs(any, &any["properties"]["include"]))
    );
    let _ = writeln!(page, "| `sweep` | a table | none | {} |", cell(&docs(any, &any["properties"]["sweep"])));
    for key in ["cross", "zip"] {
        let own = &any["properties"]["sweep"]["properties"][key];
        let _ = writeln!(page, "| `sweep.{key}` | a table of paths and values | none | {} |", cell(&docs(any, own)));
    }
    for (name, about, schema) in &schemas {
        let _ = write!(page, "\n## Kind `{name}`\n\n{}\n\n", sentence(about));
        table(&mut page, schema, schema, &shared);
        for (definition, own) in own_tables(schema, &shared) {
            let _ = write!(page, "\n### {} of `{name}`\n\n{}\n\n", title(definition), docs(schema, own));
            table(&mut page, schema, own, &shared);
        }
    }
    page.push_str("\n## Tables that several kinds have\n");
    for (name, (root, schema)) in &shared {
        let _ = write!(page, "\n### {}\n\n{}\n\n", title(name), docs(root, schema));
        table(&mut page, root, schema, &shared);
    }
    page
}

type Shared<'a> = BTreeMap<&'a str, (&'a Json, &'a Json)>;

/// Definitions that are the same in every kind that has them, and are tables.
fn shared<'a>(schemas: &'a [(&str, &str, Json)]) -> Shared<'a> {
    let mut found: BTreeMap<&str, Vec<(&Json, &Json)>> = BTreeMap::new();
    for (_, _, schema) in schemas {
        for (name, own) in schema["$defs"].as_object().into_iter().flatten().filter(|(_, own)| is_table(schema, own)) {
            found.entry(name).or_default().push((schema, own));
        }
    }
    let alike = found.into_iter().filter(|(_, all)| all.len() > 1 && all.iter().all(|(_, own)| *own == all[0].1));
    alike.map(|(name, all)| (name, all[0])).collect()
}

fn own_tables<'a>(schema: &'a Json, shared: &'a Shared<'_>) -> impl Iterator<Item = (&'a str, &'a Json)> {
    let all = schema["$defs"].as_object().into_iter().flatten();
    let own = all.filter(move |(name, own)| is_table(schema, own) && !shared.contains_key(name.as_str()));
    own.map(|(name, own)| (name.as_str(), own))
}

/// Whether it has settings of its own, in one way of writing it at least.
fn is_table(root: &Json, schema: &Json) -> bool {
    alternatives(root, schema).iter().any(|choice| choice["properties"].is_object())
}

/// `TrainSpec` to `train`, `NoiseParams` to `noise`.
fn title(name: &str) -> String {
    let name = name.strip_suffix("Spec").or_else(|| name.strip_suffix("Params")).unwrap_or(name);
    let mut title = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !title.is_empty() {
            title.push(' ');
        }
        title.push(c.to_ascii_lowercase());
    }
    format!("Table *{title}*")
}

fn table(page: &mut String, root: &Json, schema: &Json, shared: &Shared<'_>) {
    page.push_str("| setting | what it may be | default | what it is |\n|---|---|---|---|\n");
    let mut seen = BTreeSet::new();
    for choice in alternatives(root, schema) {
        for key in order(choice).into_iter().filter(|key| {
            !["kind", "include", "sweep"].contains(key)
                || choice["properties"][*key]["const"].is_null() && *key == "kind"
        }) {
            if seen.insert(key) {
                row(page, root, choice, key, shared);
            }
        }
    }
    for word in alternatives(root, schema).iter().filter(|choice| !words(choice).is_empty()) {
        let _ = writeln!(
            page,
            "| | `\"{}\"` in place of the table | | {} |",
            words(word).join(", "),
            cell(&docs(root, word))
        );
    }
}

fn row(page: &mut String, root: &Json, table: &Json, key: &str, shared: &Shared<'_>) {
    let schema = &table["properties"][key];
    let is_required = table["required"].as_array().is_some_and(|all| all.iter().any(|name| name == key));
    let usual = schema["x-default"].as_str().map(str::to_owned);
    let usual = usual.or_else(|| default(schema).map(|text| format!("`{text}`")));
    let usual = if is_required { String::new() } else { usual.unwrap_or_else(|| "unset".to_owned()) };
    let mut what = cell(&docs(root, schema));
    for choice in alternatives(root, schema) {
        if let (Some(word), true) =
            (words(choice).first(), choice["description"].is_string() && schema["const"].is_null())
        {
            let _ = write!(what, "<br>`{word}`: {}", cell(&docs(root, choice)));
        }
    }
    let mut kind = cell(&kind_of(root, schema));
    if let Some(name) = table_of(root, schema) {
        let place = if shared.contains_key(name) { title(name) } else { format!("{}, below", title(name)) };
        kind = kind.replace("a table", &place.replace("Table ", "a table "));
    }
    let _ = writeln!(page, "| `{key}` | {kind} | {usual} | {what} |");
}

/// The definition of the table that a setting, or each of a list, is.
fn table_of<'a>(root: &'a Json, schema: &'a Json) -> Option<&'a str> {
    let direct = |schema: &'a Json| {
        let own = schema["$ref"].as_str().and_then(|name| name.strip_prefix("#/$defs/"));
        own.filter(|_| is_table(root, schema))
    };
    let listed = |schema: &'a Json| resolved(root, schema).get("items").and_then(direct);
    let inner = schema["anyOf"].as_array().into_iter().flatten();
    direct(schema)
        .or_else(|| listed(schema))
        .or_else(|| inner.into_iter().find_map(|one| direct(one).or_else(|| listed(one))))
}

fn cell(text: &str) -> String {
    text.replace('\n', "<br>").replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_up_to_date_and_has_every_setting() {
        let page = settings_page();
        let committed = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/settings.md");
        let same = std::fs::read_to_string(&committed).is_ok_and(|text| text == page);
        assert!(same, "docs/settings.md is old; write it anew with `advlab schema --settings > docs/settings.md`");
        for kind in KINDS {
            let schema = kind.schema();
            for key in order(&schema) {
                assert!(page.contains(&format!("| `{key}` |")), "{}: {key}", kind.name);
            }
            for (_, own) in schema["$defs"].as_object().into_iter().flatten() {
                for key in order(own) {
                    assert!(page.contains(&format!("| `{key}` |")), "{}: {key}", kind.name);
                }
            }
        }
    }
}
