//! Defaults of commands that follow from other settings. All others stand in the settings themselves.

use serde_json::Value as Json;
use toml::{Table, Value};

use crate::inputs::Input;
use crate::{DEFAULT_MODEL, evaluate, generate, perturb};

/// A setting whose default follows from others.
struct Follows {
    kind: &'static str,
    key: &'static str,
    /// What it is where nobody says.
    words: &'static str,
    value: fn(&Table) -> Option<Value>,
}

const ALL: &[Follows] = &[
    Follows {
        kind: "generate",
        key: "max-attempts",
        words: "20 for each example",
        value: |table| {
            let n = table.get("n").map_or(Some(generate::Spec::N as i64), Value::as_integer)?;
            let attempts = generate::Spec::attempts_for(usize::try_from(n).ok()?);
            Some(i64::try_from(attempts).unwrap_or(i64::MAX).into())
        },
    },
    Follows {
        kind: "perturb",
        key: "model",
        words: "for files a net trained on ImageNet if one is pulled, else objects; for data the net that was made for \
                them, else shallow",
        value: |table| Some(perturb::Spec::model_for(&input(table)?).name.into()),
    },
    Follows {
        kind: "eval",
        key: "data",
        words: "what the net was made for, else mnist",
        value: |table| {
            let model = table.get("model").map_or(Some(DEFAULT_MODEL), Value::as_str)?;
            Value::try_from(evaluate::Spec::data_for(model)).ok()
        },
    },
];

/// Puts in what is left out of a document and follows from the rest of it.
pub(super) fn fill(kind: &str, table: &mut Table) {
    for follows in ALL.iter().filter(|follows| follows.kind == kind) {
        if !table.contains_key(follows.key)
            && let Some(value) = (follows.value)(table)
        {
            table.insert(follows.key.to_owned(), value);
        }
    }
    if kind == "perturb"
        && let Some(input) = input(table)
    {
        let set = table.get_mut("input").and_then(|input| input.get_mut("data")?.get_mut("set")?.as_table_mut());
        if let (Input::Data { set: of, split }, Some(set)) = (&input, set) {
            let n = i64::try_from(perturb::Spec::PICTURES_OF_SET).unwrap_or(i64::MAX);
            // A folder may hold fewer.
            let key = if of.is_folder() { "at-most".to_owned() } else { split.to_string() };
            set.entry(key).or_insert_with(|| n.into());
        }
        let attack = table.entry("attack").or_insert_with(|| Value::Table(Table::new()));
        if let Some(attack) = attack.as_table_mut() {
            attack.entry("bits").or_insert_with(|| i64::from(perturb::Spec::bits_for(&input)).into());
        }
    }
}

/// Tells a schema of these defaults.
pub(super) fn tell(kind: &str, schema: &mut Json) {
    for follows in ALL.iter().filter(|follows| follows.kind == kind) {
        if let Some(required) = schema["required"].as_array_mut() {
            required.retain(|key| key != follows.key);
        }
        schema["properties"][follows.key]["x-default"] = follows.words.into();
    }
}

fn input(table: &Table) -> Option<Input> {
    table.get("input")?.clone().try_into().ok()
}
