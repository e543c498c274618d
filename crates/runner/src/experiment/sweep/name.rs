//! Short names for points, made from the settings that make them differ.

use std::collections::BTreeSet;

use super::axis::{Axis, Values};
use crate::experiment::node::Value;

/// Longest name that is made of settings.
const LONGEST: usize = 80;

/// Longest word for a value.
const LONGEST_VALUE: usize = 24;

/// How the points of a sweep are called.
#[derive(Clone, Debug)]
pub(super) struct Namer {
    /// For each axis the word for its setting, and those for its values if they are a list.
    axes: Vec<(String, Option<Vec<String>>)>,
    /// Whether names of settings would be too long, so that points are called by their numbers.
    by_number: bool,
}

impl Namer {
    pub(super) fn new(axes: &[&Axis]) -> Self {
        let words = heads(&axes.iter().map(|axis| axis.path.as_str()).collect::<Vec<_>>());
        let mut longest = 0;
        let mut named = Vec::new();
        for (axis, head) in axes.iter().zip(words) {
            let values = labels(axis);
            let value = match (&values, &axis.values) {
                (Some(all), _) => all.iter().map(String::len).max().unwrap_or(0),
                (None, Values::Range(range)) => {
                    range.at(0).to_string().len().max(range.at(range.len() - 1).to_string().len())
                }
                (None, Values::Each(_)) => 0,
            };
            longest += head.len() + value + 2;
            named.push((head, values));
        }
        Self { axes: named, by_number: longest > LONGEST }
    }

    /// The name of a point from the places of its values.
    pub(super) fn name(&self, number: usize, axes: &[&Axis], places: &[usize]) -> String {
        if self.by_number {
            return format!("point-{number:06}");
        }
        let parts = self.axes.iter().zip(axes).zip(places).map(|(((head, values), axis), place)| {
            let value = match (values, &axis.values) {
                (Some(all), _) => all[*place].clone(),
                (None, Values::Range(range)) => range.at(*place).to_string(),
                (None, Values::Each(_)) => place.to_string(),
            };
            format!("{head}-{value}")
        });
        parts.collect::<Vec<_>>().join("_")
    }
}

/// The last keys of paths, as few as tell them apart.
fn heads(paths: &[&str]) -> Vec<String> {
    let parts: Vec<Vec<&str>> = paths.iter().map(|path| path.split('.').collect()).collect();
    let tail = |path: &Vec<&str>, n: usize| plain(&path[path.len().saturating_sub(n)..].join("-"));
    let deepest = parts.iter().map(Vec::len).max().unwrap_or(1);
    let alone = |at: usize, n: usize| {
        let own = tail(&parts[at], n);
        parts.iter().enumerate().all(|(other, path)| other == at || tail(path, n) != own)
    };
    (0..parts.len()).map(|at| tail(&parts[at], (1..=deepest).find(|n| alone(at, *n)).unwrap_or(deepest))).collect()
}

/// Words for the values of a list, each of them its own; by place where values cannot be words.
fn labels(axis: &Axis) -> Option<Vec<String>> {
    let Values::Each(all) = &axis.values else { return None };
    let words: Vec<String> = all
        .iter()
        .map(|node| match &node.value {
            Value::Text(text) => plain(text),
            Value::List(_) | Value::Table(_) => String::new(),
            _ => plain(&node.plain().to_string()),
        })
        .collect();
    let distinct: BTreeSet<String> = words.iter().map(|word| word.to_lowercase()).collect();
    let good = distinct.len() == words.len() && words.iter().all(|word| (1..=LONGEST_VALUE).contains(&word.len()));
    Some(if good { words } else { (1..=all.len()).map(|place| format!("v{place}")).collect() })
}

/// Letters, digits, dots and hyphens, which every file system has; underscores part one setting from the next.
fn plain(text: &str) -> String {
    let word: String =
        text.chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' || c == '-' { c } else { '-' }).collect();
    word.trim_start_matches('.').to_owned()
}
