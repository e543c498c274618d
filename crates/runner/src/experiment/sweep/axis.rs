//! A setting that is varied.

use serde_json::Value as Json;

use super::range::Range;
use crate::experiment::nearest::hint;
use crate::experiment::node::{Node, Place, Value};
use crate::experiment::walk::{Found, Walk, alternatives, join};

/// A setting and its values.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    /// Such as `nets.0.training.epochs`.
    pub(super) path: String,
    /// Where the values stand.
    pub(super) place: Place,
    pub(super) values: Values,
}

/// What an axis goes through.
#[derive(Clone, Debug)]
pub(super) enum Values {
    /// One by one.
    Each(Vec<Node>),
    /// Whole numbers.
    Range(Range),
}

impl Axis {
    /// Reads the axis of a path; mistakes go to `found`.
    pub(super) fn read(
        path: &str,
        key: Place,
        node: &Node,
        base: &Node,
        schema: &Json,
        found: &mut Vec<Found>,
    ) -> Option<Self> {
        let at = format!("sweep: {path}");
        let mut complain = |place: Place, what: String| found.push(Found { place, path: at.clone(), what });
        let wanted = match setting(schema, base, path) {
            Ok(wanted) => wanted,
            Err(what) => {
                complain(key, what);
                return None;
            }
        };
        let values = match &node.value {
            Value::List(all) if all.is_empty() => {
                complain(node.place, "the list of values is empty".to_owned());
                return None;
            }
            Value::List(all) => Values::Each(all.clone()),
            Value::Text(text) => match Range::read(text) {
                Ok(range) => Values::Range(range),
                Err(what) => {
                    complain(node.place, what);
                    return None;
                }
            },
            _ => {
                complain(
                    node.place,
                    format!("wanted a list of values, or a range such as \"1..=5\", got {}", node.words()),
                );
                return None;
            }
        };
        let axis = Self { path: path.to_owned(), place: node.place, values };
        // Of a range the ends say whether all of it fits.
        let tried = match &axis.values {
            Values::Each(all) => all.clone(),
            Values::Range(range) if range.len() == 1 => vec![axis.value(0)],
            Values::Range(range) => vec![axis.value(0), axis.value(range.len() - 1)],
        };
        let mut walk = Walk::new(schema);
        for value in &tried {
            walk.check(value, wanted, path);
        }
        let is_sound = walk.found.is_empty();
        found.extend(walk.found.into_iter().map(|one| Found { path: format!("sweep: {}", one.path), ..one }));
        is_sound.then_some(axis)
    }

    /// Number of values.
    pub(super) fn len(&self) -> usize {
        match &self.values {
            Values::Each(all) => all.len(),
            Values::Range(range) => range.len(),
        }
    }

    /// One of them.
    pub(super) fn value(&self, place: usize) -> Node {
        match &self.values {
            Values::Each(all) => all[place].clone(),
            Values::Range(range) => Node { value: Value::Whole(range.at(place)), place: self.place },
        }
    }
}

/// The schema of the setting at a path, or why there is none.
fn setting<'a>(schema: &'a Json, base: &Node, path: &str) -> Result<&'a Json, String> {
    let parts: Vec<&str> = path.split('.').collect();
    if ["kind", "include", "sweep"].contains(&parts[0]) {
        return Err(format!("`{}` belongs to the file as a whole and cannot be varied", parts[0]));
    }
    let mut at = schema;
    let mut seen = String::new();
    for (depth, part) in parts.iter().enumerate() {
        let choices = alternatives(schema, at);
        let next = choices.iter().find_map(|choice| match part.parse::<usize>() {
            Ok(_) => choice.get("items"),
            Err(_) => choice["properties"].get(part),
        });
        let whole = join(&seen, part);
        let Some(next) = next else {
            let keys = choices.iter().filter_map(|choice| choice["properties"].as_object()).flat_map(|all| all.keys());
            let keys: Vec<&str> = keys.map(String::as_str).collect();
            return Err(if choices.iter().any(|choice| choice.get("items").is_some()) {
                format!("`{seen}` is a list, so a number must follow, as in `{}`; got `{part}`", join(&seen, "0"))
            } else if keys.is_empty() {
                format!("there is no setting `{whole}`; `{seen}` is a single value")
            } else {
                format!("there is no setting `{whole}`; {}", hint(part, keys.into_iter()))
            });
        };
        if let Ok(number) = part.parse::<usize>()
            && let Value::List(all) = &base.nearest(&parts[..depth]).value
            && number >= all.len()
        {
            return Err(format!("`{seen}` has {} entries, numbered from 0; got {number}", all.len()));
        }
        (at, seen) = (next, whole);
    }
    Ok(at)
}
