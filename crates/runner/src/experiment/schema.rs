//! What files may say, as JSON Schema: for editors, for the check, and for pages about it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::value::Error as Given;
use serde::de::{Deserializer, Error as _, Visitor};
use serde_json::{Value as Json, json};

use super::follow;
use super::kinds::{KINDS, Kind};
use super::texts::sentence;
use crate::data::DataSpec;
use crate::inputs::Images;
use crate::recipes::{Nets, Recipe};
use crate::study::{
    KnownNet, bases, learning, lyapunov_2d, lyapunov_mnist, noise, own_digits, perceptrons, photos, pool,
    training_sets, transfer,
};
use crate::{basis, doubt, evaluate, generate, lyapunov, norms, perceptron, perturb, slice};

/// What every file may have besides the settings of its kind.
const SHARED: [&str; 3] = ["kind", "include", "sweep"];

impl Kind {
    /// The schema of files of this kind.
    pub fn schema(&self) -> Json {
        let mut schema = (self.derived)();
        put_in_order(&mut schema);
        follow::tell(self.name, &mut schema);
        schema["title"] = self.name.into();
        schema["description"] = sentence(self.about).into();
        schema["properties"]["kind"] = json!({"const": self.name, "description": "What the file asks for."});
        schema["properties"]["include"] = include();
        schema["properties"]["sweep"] = sweep();
        let mut order: Vec<Json> = vec!["kind".into(), "include".into()];
        let own = schema["x-order"].as_array().cloned().unwrap_or_default();
        order.extend(own.into_iter().filter(|key| !SHARED.iter().any(|shared| key == shared)));
        order.push("sweep".into());
        schema["x-order"] = order.into();
        match schema["required"].as_array_mut() {
            Some(required) if required.iter().any(|key| key == "kind") => {}
            Some(required) => required.insert(0, "kind".into()),
            None => schema["required"] = json!(["kind"]),
        }
        schema
    }
}

/// The schema of all files: their `kind` says which.
pub fn schema_of_all() -> Json {
    let mut definitions = serde_json::Map::new();
    let mut choices = Vec::new();
    for kind in KINDS {
        let mut schema = kind.schema();
        for key in ["$schema", "title"] {
            schema.as_object_mut().map(|map| map.remove(key));
        }
        let own = schema.as_object_mut().and_then(|map| map.remove("$defs"));
        rename(&mut schema, kind.name);
        for (name, mut definition) in own.and_then(|own| own.as_object().cloned()).into_iter().flatten() {
            rename(&mut definition, kind.name);
            definitions.insert(format!("{}.{name}", kind.name), definition);
        }
        let reference = format!("#/$defs/{}", kind.name);
        definitions.insert(kind.name.to_owned(), schema);
        choices.push(json!({
            "if": {"properties": {"kind": {"const": kind.name}}, "required": ["kind"]},
            "then": {"$ref": reference},
        }));
    }
    let names: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "advlab experiment file",
        "type": "object",
        "properties": {"kind": {"enum": names, "description": "What the file asks for."}, "include": include()},
        "anyOf": [{"required": ["kind"]}, {"required": ["include"]}],
        "allOf": choices,
        "$defs": definitions,
    })
}

/// References to definitions, with the kind before their names.
fn rename(schema: &mut Json, kind: &str) {
    match schema {
        Json::Object(map) => {
            if let Some(Json::String(reference)) = map.get_mut("$ref") {
                *reference = reference.replace("#/$defs/", &format!("#/$defs/{kind}."));
            }
            map.values_mut().for_each(|value| rename(value, kind));
        }
        Json::Array(all) => all.iter_mut().for_each(|value| rename(value, kind)),
        _ => {}
    }
}

fn include() -> Json {
    json!({
        "description": "Another file, or several, that this one takes over and changes: tables are merged, everything else is \
                        replaced. Paths are relative to this file.",
        "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
        "examples": ["base.toml"],
    })
}

fn sweep() -> Json {
    let axes = |description: &str| {
        let range = r"^\s*-?[0-9]+\s*\.\.=?\s*-?[0-9]+(\s+step\s+[0-9]+)?\s*$";
        json!({
            "description": description,
            "type": "object",
            "additionalProperties": {
                "anyOf": [{"type": "array", "minItems": 1}, {"type": "string", "pattern": range}, {"type": "object"}],
            },
        })
    };
    json!({
        "description": "Settings to vary, by their paths, such as \"noise.rate\" or \"nets.0.training.epochs\": each a list of \
                        values, or a range of whole numbers such as \"1..=5\" or \"0..=100 step 10\".",
        "type": "object",
        "additionalProperties": false,
        "x-order": ["cross", "zip"],
        "properties": {
            "cross": axes("Every value of one with every value of the others."),
            "zip": axes("The first values together, then the second, and so on; all have as many."),
        },
    })
}

/// Notes in every table of a schema in which order its settings were declared: maps of JSON are sorted by key.
fn put_in_order(schema: &mut Json) {
    fn visit(schema: &mut Json, orders: &BTreeMap<Vec<&str>, &'static [&'static str]>) {
        match schema {
            Json::Object(map) => {
                let keys: Option<Vec<&str>> =
                    map.get("properties").and_then(Json::as_object).map(|all| all.keys().map(String::as_str).collect());
                if let Some(order) = keys.and_then(|keys| orders.get(&keys)) {
                    map.insert("x-order".to_owned(), json!(order));
                }
                map.values_mut().for_each(|value| visit(value, orders));
            }
            Json::Array(all) => all.iter_mut().for_each(|value| visit(value, orders)),
            _ => {}
        }
    }
    let orders = declared().into_iter().map(|order| {
        let mut keys = order.to_vec();
        keys.sort_unstable();
        (keys, order)
    });
    visit(schema, &orders.collect());
}

/// The settings of a table in the order in which they were declared.
pub(super) fn order(table: &Json) -> Vec<&str> {
    let known = table["x-order"].as_array();
    let known = known.map(|all| all.iter().filter_map(Json::as_str).collect());
    known
        .or_else(|| table["properties"].as_object().map(|all| all.keys().map(String::as_str).collect()))
        .unwrap_or_default()
}

macro_rules! fields_of {
    ($($table:ty),* $(,)?) => { vec![$(fields::<$table>()),*] };
}

/// The settings of every table that files can have, in order.
fn declared() -> Vec<&'static [&'static str]> {
    use advlab_analysis::maximise::MaximiseParams;
    use advlab_analysis::perceptron::ThresholdTraining;
    use advlab_attacks::noise::NoiseParams;
    use advlab_attacks::perturb::PerturbParams;
    use advlab_datasets::cells::Sample;
    use advlab_model_zoo::{Augment, ConvSpec, EarlyStop, ModelSpec, Pretrain, TrainSpec};

    fields_of![
        MaximiseParams,
        NoiseParams,
        PerturbParams,
        Sample,
        Augment,
        ConvSpec,
        EarlyStop,
        ModelSpec,
        Pretrain,
        TrainSpec,
        DataSpec,
        Images,
        KnownNet,
        Nets,
        Recipe,
        bases::Spec,
        bases::NetSpec,
        bases::Known,
        bases::Synthesis,
        learning::Spec,
        learning::Task,
        learning::Condition,
        learning::Attacks,
        lyapunov_2d::Spec,
        lyapunov_mnist::Spec,
        lyapunov_mnist::NetSpec,
        noise::Spec,
        noise::NetSpec,
        noise::RecipeSpec,
        noise::Retrained,
        noise::Variant,
        noise::NoiseChange,
        crate::study::norms::Spec,
        crate::study::norms::NetSpec,
        crate::study::doubt::Spec,
        own_digits::Spec,
        perceptrons::Spec,
        perceptrons::Lines,
        ThresholdTraining,
        photos::Spec,
        photos::Published,
        pool::Spec,
        pool::Variant,
        pool::PoolSpec,
        training_sets::Spec,
        training_sets::SetSpec,
        training_sets::ChangeSpec,
        transfer::Spec,
        transfer::NetSpec,
        transfer::PublishedNet,
        transfer::Published,
        transfer::PublishedRow,
        generate::Spec,
        perturb::Spec,
        basis::Spec,
        evaluate::Spec,
        perceptron::Spec,
        slice::Spec,
        lyapunov::Spec,
        norms::Spec,
        doubt::Spec,
    ]
}

/// The fields of a struct as it asks for them when it is read.
fn fields<'de, T: Deserialize<'de>>() -> &'static [&'static str] {
    struct Asked<'a>(&'a mut &'static [&'static str]);

    impl<'de> Deserializer<'de> for Asked<'_> {
        type Error = Given;

        fn deserialize_struct<V: Visitor<'de>>(
            self,
            _: &'static str,
            fields: &'static [&'static str],
            _: V,
        ) -> Result<V::Value, Given> {
            *self.0 = fields;
            Err(Given::custom("only asked"))
        }

        fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Given> {
            Err(Given::custom("no struct"))
        }

        serde::forward_to_deserialize_any! {
            bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
            newtype_struct seq tuple tuple_struct map enum identifier ignored_any
        }
    }

    let mut fields: &'static [&'static str] = &[];
    let _ = T::deserialize(Asked(&mut fields));
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every table below a schema that has names for its settings.
    fn tables<'a>(schema: &'a Json, found: &mut Vec<&'a Json>) {
        match schema {
            Json::Object(map) => {
                if map.get("properties").and_then(Json::as_object).is_some_and(|all| all.len() > 2) {
                    found.push(schema);
                }
                map.values().for_each(|value| tables(value, found));
            }
            Json::Array(all) => all.iter().for_each(|value| tables(value, found)),
            _ => {}
        }
    }

    #[test]
    fn settings_stand_in_the_order_of_their_declaration() {
        for kind in KINDS {
            let schema = kind.schema();
            let mut found = Vec::new();
            tables(&schema, &mut found);
            assert!(!found.is_empty());
            for table in found {
                let (order, keys) = (order(table), table["properties"].as_object().unwrap());
                assert!(
                    !table["x-order"].is_null(),
                    "{}: no order for {order:?}; add its type to `declared`",
                    kind.name
                );
                assert_eq!(order.len(), keys.len(), "{}: {order:?}", kind.name);
            }
        }
        let transfer = Kind::named("transfer").unwrap().schema();
        assert_eq!(order(&transfer)[..4], ["kind", "include", "name", "seed"]);
    }

    #[test]
    fn the_schema_of_all_files_has_every_definition_that_it_refers_to() {
        fn references<'a>(schema: &'a Json, found: &mut Vec<&'a str>) {
            match schema {
                Json::Object(map) => {
                    found.extend(map.get("$ref").and_then(Json::as_str));
                    map.values().for_each(|value| references(value, found));
                }
                Json::Array(all) => all.iter().for_each(|value| references(value, found)),
                _ => {}
            }
        }
        let schema = schema_of_all();
        let mut found = Vec::new();
        references(&schema, &mut found);
        assert!(found.len() > KINDS.len());
        for reference in found {
            let name = reference.strip_prefix("#/$defs/").unwrap();
            assert!(schema["$defs"].get(name).is_some(), "{reference}");
        }
    }
}
