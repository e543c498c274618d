//! A TOML document whose every value knows where it stands.

use std::collections::BTreeMap;
use std::path::PathBuf;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use toml::value::Datetime;

use super::mistake::Mistake;

/// A file that was read.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) path: PathBuf,
    pub(super) text: String,
}

/// Where something stands: a file by its number, and bytes from its start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) file: usize,
    pub(super) at: usize,
}

/// A value.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) value: Value,
    pub(super) place: Place,
}

/// What a value is.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Text(String),
    Whole(i64),
    Number(f64),
    Switch(bool),
    Date(Datetime),
    List(Vec<Node>),
    Table(Table),
}

/// Values by key, each with the place of its key.
pub(super) type Table = BTreeMap<String, (Place, Node)>;

impl Source {
    /// A mistake at a place in it.
    pub(super) fn mistake(&self, at: usize, path: &str, what: impl Into<String>) -> Mistake {
        let before = self.text.get(..at).unwrap_or(&self.text);
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        Mistake {
            file: self.path.clone(),
            line: 1 + before.matches('\n').count(),
            column: 1 + before[line_start..].chars().count(),
            path: path.to_owned(),
            what: what.into(),
        }
    }
}

impl Node {
    /// What the parser found in file number `file`.
    pub(super) fn of_table(table: Spanned<DeTable<'_>>, file: usize) -> Self {
        let place = Place { file, at: table.span().start };
        Self { value: Value::Table(entries(table.into_inner(), file)), place }
    }

    fn of(value: Spanned<DeValue<'_>>, file: usize) -> Self {
        let place = Place { file, at: value.span().start };
        let value = match value.into_inner() {
            DeValue::String(text) => Value::Text(text.into_owned()),
            DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
                Ok(whole) => Value::Whole(whole),
                // A whole number that is too large for a setting is told as the number that it is.
                Err(_) => Value::Number(number.as_str().parse().unwrap_or(f64::INFINITY)),
            },
            DeValue::Float(number) => Value::Number(number.as_str().parse().unwrap_or(f64::NAN)),
            DeValue::Boolean(switch) => Value::Switch(switch),
            DeValue::Datetime(date) => Value::Date(date),
            DeValue::Array(all) => Value::List(all.into_iter().map(|one| Self::of(one, file)).collect()),
            DeValue::Table(table) => Value::Table(entries(table, file)),
        };
        Self { value, place }
    }

    /// The table that it is, if it is one.
    pub(super) fn table(&self) -> Option<&Table> {
        if let Value::Table(table) = &self.value { Some(table) } else { None }
    }

    /// The same, to be changed.
    pub(super) fn table_mut(&mut self) -> Option<&mut Table> {
        if let Value::Table(table) = &mut self.value { Some(table) } else { None }
    }

    /// The value of this key, if it is a table that has it.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        self.table()?.get(key).map(|(_, node)| node)
    }

    /// The value at the end of a path of keys and numbers, as far as there is one, and where it stands.
    pub(super) fn nearest(&self, path: &[&str]) -> &Self {
        let Some((first, rest)) = path.split_first() else { return self };
        let next = match &self.value {
            Value::Table(table) => table.get(*first).map(|(_, node)| node),
            Value::List(all) => first.parse().ok().and_then(|at: usize| all.get(at)),
            _ => None,
        };
        next.map_or(self, |next| next.nearest(rest))
    }

    /// Puts a value at the end of a path; tables on the way are made where there are none.
    pub(super) fn set(&mut self, path: &[&str], value: Self) {
        let Some((first, rest)) = path.split_first() else {
            *self = value;
            return;
        };
        match &mut self.value {
            Value::List(all) => {
                if let Some(next) = first.parse().ok().and_then(|at: usize| all.get_mut(at)) {
                    next.set(rest, value);
                }
            }
            Value::Table(table) => {
                let place = value.place;
                let empty = Self { value: Value::Table(Table::new()), place };
                table.entry((*first).to_owned()).or_insert((place, empty)).1.set(rest, value);
            }
            _ => {
                self.value = Value::Table(Table::new());
                self.set(path, value);
            }
        }
    }

    /// Takes over what `above` says; tables are merged, everything else is replaced.
    pub(super) fn merge(&mut self, above: Self) {
        match (&mut self.value, above) {
            (Value::Table(own), Self { value: Value::Table(table), place }) => {
                self.place = place;
                for (key, (place, node)) in table {
                    match own.get_mut(&key) {
                        Some(below) => {
                            below.0 = place;
                            below.1.merge(node);
                        }
                        None => {
                            own.insert(key, (place, node));
                        }
                    }
                }
            }
            (_, above) => *self = above,
        }
    }

    /// The same without places.
    pub(super) fn plain(&self) -> toml::Value {
        match &self.value {
            Value::Text(text) => text.clone().into(),
            Value::Whole(whole) => (*whole).into(),
            Value::Number(number) => (*number).into(),
            Value::Switch(switch) => (*switch).into(),
            Value::Date(date) => toml::Value::Datetime(*date),
            Value::List(all) => toml::Value::Array(all.iter().map(Self::plain).collect()),
            Value::Table(table) => toml::Value::Table(plain_table(table)),
        }
    }

    /// What it is, for a sentence.
    pub(super) fn words(&self) -> String {
        match &self.value {
            Value::Text(text) => format!("the text \"{text}\""),
            Value::Whole(whole) => whole.to_string(),
            Value::Number(number) => toml::Value::from(*number).to_string(),
            Value::Switch(switch) => switch.to_string(),
            Value::Date(date) => format!("the date {date}"),
            Value::List(all) if all.is_empty() => "an empty list".to_owned(),
            Value::List(_) => "a list".to_owned(),
            Value::Table(_) => "a table".to_owned(),
        }
    }
}

/// The entries of a table without their places.
pub(super) fn plain_table(table: &Table) -> toml::Table {
    table.iter().map(|(key, (_, node))| (key.clone(), node.plain())).collect()
}

fn entries(table: DeTable<'_>, file: usize) -> Table {
    let entry = |(key, value): (Spanned<std::borrow::Cow<'_, str>>, Spanned<DeValue<'_>>)| {
        let place = Place { file, at: key.span().start };
        (key.into_inner().into_owned(), (place, Node::of(value, file)))
    };
    table.into_iter().map(entry).collect()
}
