//! A table `[sweep]` in a file: one file that stands for many, each with other values of a few settings.
//!
//! ```toml
//! [sweep]
//! cross = { "noise.rate" = [0.5, 1, 2], seed = "1..=5" } # every value of one with every value of the others
//! zip = { n = [10, 100], batch = [10, 50] } # the first values together, then the second
//! ```
//!
//! Points come in the order of an odometer: the values of `zip` change slowest, then the first setting of `cross`, and the last
//! setting fastest.

mod axis;
mod name;
mod range;

use serde_json::Value as Json;

use super::node::{Node, Place, Table, Value};
use super::walk::{Found, join};
use axis::Axis;
use name::Namer;

/// Points that a sweep may have.
pub const MOST_POINTS: usize = 1_000_000;

/// What is varied.
#[derive(Clone, Debug)]
pub(super) struct Sweep {
    /// Axes that go together; all have as many values.
    zip: Vec<Axis>,
    cross: Vec<Axis>,
    len: usize,
    namer: Namer,
}

/// The settings of a point: number, name, and each path with its value.
pub(super) struct Varied {
    pub(super) name: String,
    pub(super) settings: Vec<(String, Node)>,
}

impl Sweep {
    /// The settings and their values, as JSON.
    pub(super) fn settings(&self) -> Json {
        let values =
            |axis: &Axis| (0..axis.len()).map(|at| serde_json::json!(axis.value(at).plain())).collect::<Json>();
        let table = |axes: &[Axis]| axes.iter().map(|axis| (axis.path.clone(), values(axis))).collect::<Json>();
        serde_json::json!({"zip": table(&self.zip), "cross": table(&self.cross)})
    }

    /// Reads the table of a document; mistakes go to `found`.
    pub(super) fn read(node: &Node, base: &Node, schema: &Json, found: &mut Vec<Found>) -> Option<Self> {
        let before = found.len();
        let mut complain = |place: Place, path: &str, what: String| {
            found.push(Found { place, path: path.to_owned(), what });
        };
        let Some(table) = node.table() else {
            complain(node.place, "sweep", format!("wanted a table, got {}", node.words()));
            return None;
        };
        for (key, (place, _)) in table {
            if key != "cross" && key != "zip" {
                let hint = super::nearest::hint(key, ["cross", "zip"].into_iter());
                complain(*place, &join("sweep", key), format!("unknown setting; {hint}"));
            }
        }
        let mut axes = |key: &str| match table.get(key) {
            None => Vec::new(),
            Some((_, node)) => read_axes(key, node, base, schema, found),
        };
        let (zip, cross) = (axes("zip"), axes("cross"));
        if found.len() > before {
            return None;
        }
        let mut complain = |place: Place, path: &str, what: String| {
            found.push(Found { place, path: path.to_owned(), what });
            None
        };
        if zip.is_empty() && cross.is_empty() {
            let what = "varies nothing; give `cross = { seed = \"1..=5\" }`, or leave the table out";
            return complain(node.place, "sweep", what.to_owned());
        }
        if let Some(other) = zip.iter().find(|axis| axis.len() != zip[0].len()) {
            let (first, n, m) = (&zip[0].path, zip[0].len(), other.len());
            let what =
                format!("has {m} values, and `{first}` has {n}; those of `zip` go together, so all have as many");
            return complain(other.place, &format!("sweep: {}", other.path), what);
        }
        let all: Vec<&Axis> = zip.iter().chain(&cross).collect();
        for (at, axis) in all.iter().enumerate() {
            let over = |a: &str, b: &str| a == b || b.starts_with(&format!("{a}."));
            if let Some(other) = all[..at].iter().find(|o| over(&o.path, &axis.path) || over(&axis.path, &o.path)) {
                let what = format!("is varied twice: `{}` says the same setting", other.path);
                return complain(axis.place, &format!("sweep: {}", axis.path), what);
            }
        }
        let lengths = zip.first().into_iter().chain(&cross).map(Axis::len);
        let len = lengths.fold(1_usize, usize::saturating_mul);
        if len > MOST_POINTS {
            let n = if len == usize::MAX { "more".to_owned() } else { len.to_string() };
            let what = format!("wanted at most {MOST_POINTS} points, got {n}; leave out values, or use several files");
            return complain(node.place, "sweep", what);
        }
        let namer = Namer::new(&all);
        Some(Self { zip, cross, len, namer })
    }

    /// Number of points.
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// The point of this number, from 0.
    pub(super) fn point(&self, number: usize) -> Varied {
        let mut rest = number;
        let mut places = vec![0; self.cross.len()];
        for (place, axis) in places.iter_mut().zip(&self.cross).rev() {
            (*place, rest) = (rest % axis.len(), rest / axis.len());
        }
        let places: Vec<usize> = self.zip.iter().map(|_| rest).chain(places).collect();
        let axes: Vec<&Axis> = self.zip.iter().chain(&self.cross).collect();
        let name = self.namer.name(number, &axes, &places);
        let settings = axes.iter().zip(&places).map(|(axis, place)| (axis.path.clone(), axis.value(*place)));
        Varied { name, settings: settings.collect() }
    }
}

/// The axes of `cross` or `zip`, in the order in which they stand in the file. A path may be written as a quoted key, or as tables
/// within each other.
fn read_axes(key: &str, node: &Node, base: &Node, schema: &Json, found: &mut Vec<Found>) -> Vec<Axis> {
    let Some(table) = node.table() else {
        let what = format!("wanted a table of settings and their values, got {}", node.words());
        found.push(Found { place: node.place, path: join("sweep", key), what });
        return Vec::new();
    };
    let mut leaves = Vec::new();
    gather("", table, &mut leaves);
    leaves.sort_by_key(|(_, place, _)| (place.file, place.at));
    let read = |(path, place, node): (String, Place, &Node)| Axis::read(&path, place, node, base, schema, found);
    leaves.into_iter().filter_map(read).collect()
}

fn gather<'a>(path: &str, table: &'a Table, leaves: &mut Vec<(String, Place, &'a Node)>) {
    for (key, (place, node)) in table {
        let path = join(path, key);
        match &node.value {
            Value::Table(inner) => gather(&path, inner, leaves),
            _ => leaves.push((path, *place, node)),
        }
    }
}
