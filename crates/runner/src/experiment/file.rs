//! An experiment file, checked from end to end.

use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::kinds::{Experiment, KINDS, Kind, Wrong};
use super::mistake::{Mistake, Mistakes};
use super::nearest::hint;
use super::node::{Node, Place, Value as What, plain_table};
use super::read::{Document, document};
use super::sweep::Sweep;
use super::walk::{Found, Walk};

/// Points of a sweep whose mistakes are told.
const TOLD: usize = 20;

/// A file without mistakes: an experiment, or a sweep of them.
#[derive(Debug)]
pub struct File {
    path: PathBuf,
    kind: &'static Kind,
    /// What the file says, with what it includes, without its sweep.
    base: Node,
    sweep: Option<Sweep>,
}

/// One experiment of a file: the only one, or a point of its sweep.
#[derive(Clone, Debug)]
pub struct Point {
    /// From 0, in the order of the sweep.
    pub number: usize,
    /// A word that no other point of the sweep has, good for the name of a folder; empty for the only one.
    pub name: String,
    /// What it changes: paths such as `nets.0.training.epochs`, and their values.
    pub settings: Vec<(String, Value)>,
    /// The whole document with the settings in place.
    pub document: Table,
    kind: &'static Kind,
}

/// Reads a file that is one experiment.
///
/// # Errors
/// All [`Mistakes`] of the file, each with its place; a sweep, which is many experiments.
pub fn read(file: &Path) -> anyhow::Result<Experiment> {
    let read = File::read(file)?;
    if read.is_sweep() {
        let n = read.len();
        anyhow::bail!("{}: this is a sweep of {n} points, and one experiment is wanted here", file.display());
    }
    Ok(read.point(0).experiment())
}

impl File {
    /// Reads a file and checks it, with what it includes and every point of its sweep. No data and no net is loaded for it.
    ///
    /// # Errors
    /// All mistakes at once.
    pub fn read(path: &Path) -> Result<Self, Mistakes> {
        let mut document = document(path).map_err(Mistakes::new)?;
        match checked(path, &mut document) {
            Ok(file) => Ok(file),
            Err(found) => Err(placed(&document, found)),
        }
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// As it spells its kind.
    pub const fn kind(&self) -> &'static str {
        self.kind.name
    }

    /// What it says, with what it includes, and how its sweep varies it, as JSON.
    pub(crate) fn settings(&self) -> serde_json::Value {
        let base = self.base.table().map(plain_table).unwrap_or_default();
        serde_json::json!({"file": base, "sweep": self.sweep.as_ref().map(Sweep::settings)})
    }

    /// Whether it consists of pieces that can be shared out: the points of a sweep, or the cells of a study.
    pub fn has_cells(&self) -> bool {
        self.is_sweep() || matches!(self.point(0).experiment(), Experiment::Study(_))
    }

    /// Whether it has a table `[sweep]`.
    pub const fn is_sweep(&self) -> bool {
        self.sweep.is_some()
    }

    /// Number of experiments: 1, or the points of the sweep.
    pub fn len(&self) -> usize {
        self.sweep.as_ref().map_or(1, Sweep::len)
    }

    /// Never: a file without experiments is a mistake.
    pub const fn is_empty(&self) -> bool {
        false
    }

    /// The experiment of this number, from 0.
    ///
    /// # Panics
    /// If `number` is not below [`len`](Self::len).
    pub fn point(&self, number: usize) -> Point {
        assert!(number < self.len(), "there are {} points, numbered from 0; got {number}", self.len());
        point(self.kind, &self.base, self.sweep.as_ref(), number)
    }

    /// All experiments, each made when its turn comes: a million of them take no more memory than one.
    pub fn points(&self) -> impl ExactSizeIterator<Item = Point> + '_ {
        (0..self.len()).map(|number| self.point(number))
    }
}

impl Point {
    /// What it asks for.
    pub fn experiment(&self) -> Experiment {
        self.kind.experiment(self.document.clone()).expect("a file gives away points only when all are checked")
    }

    /// What it changes, in a line such as `noise.rate = 0.5, seed = 1`.
    pub fn words(&self) -> String {
        let settings = self.settings.iter().map(|(path, value)| format!("{path} = {value}"));
        settings.collect::<Vec<_>>().join(", ")
    }
}

fn point(kind: &'static Kind, base: &Node, sweep: Option<&Sweep>, number: usize) -> Point {
    let Some(varied) = sweep.map(|sweep| sweep.point(number)) else {
        let document = base.table().map(plain_table).unwrap_or_default();
        return Point { number, name: String::new(), settings: Vec::new(), document, kind };
    };
    let mut whole = base.clone();
    for (path, value) in &varied.settings {
        whole.set(&path.split('.').collect::<Vec<_>>(), value.clone());
    }
    let settings = varied.settings.into_iter().map(|(path, value)| (path, value.plain())).collect();
    let document = whole.table().map(plain_table).unwrap_or_default();
    Point { number, name: varied.name, settings, document, kind }
}

fn checked(path: &Path, document: &mut Document) -> Result<File, Vec<Found>> {
    let kind = kind_of(&document.root).map_err(|found| vec![found])?;
    let schema = kind.schema();
    let swept = document.root.table_mut().and_then(|table| table.remove("sweep"));
    let mut base = document.root.clone();
    let mut found = Vec::new();
    let sweep = swept.and_then(|(_, node)| Sweep::read(&node, &base, &schema, &mut found));
    // What only the sweep says is not missing.
    if let Some(sweep) = &sweep {
        for (path, value) in sweep.point(0).settings {
            base.set(&path.split('.').collect::<Vec<_>>(), value);
        }
    }
    let mut walk = Walk::new(&schema);
    walk.check(&base, &schema, "");
    found.extend(walk.found);
    if !found.is_empty() {
        return Err(found);
    }
    let file = File { path: path.to_owned(), kind, base: document.root.clone(), sweep };
    for point in file.points() {
        if let Err(wrong) = kind.experiment(point.document.clone()) {
            found.push(located(&document.root, &point, wrong));
            if found.len() == TOLD {
                break;
            }
        }
    }
    if found.is_empty() { Ok(file) } else { Err(found) }
}

/// Mistakes with their files, lines and columns.
fn placed(document: &Document, found: Vec<Found>) -> Mistakes {
    let placed = found.into_iter().map(|Found { place, path, what }| {
        let source = &document.sources[place.file];
        source.mistake(place.at, &path, what)
    });
    Mistakes::new(placed.collect::<Vec<Mistake>>())
}

fn kind_of(root: &Node) -> Result<&'static Kind, Found> {
    let names = || KINDS.iter().map(|kind| kind.name);
    let fail = |place: Place, what: String| Found { place, path: "kind".to_owned(), what };
    let all = || names().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match root.get("kind") {
        None => Err(fail(root.place, format!("missing; it says what the file asks for: {}", all()))),
        Some(node) => match &node.value {
            What::Text(text) => Kind::named(text)
                .ok_or_else(|| fail(node.place, format!("unknown kind `{text}`; {}", hint(text, names())))),
            _ => Err(fail(node.place, format!("wanted one of {}, got {}", all(), node.words()))),
        },
    }
}

/// A mistake that the settings themselves found, at the setting that it names, as far as it names one.
fn located(root: &Node, point: &Point, wrong: Wrong) -> Found {
    let path = if wrong.path.is_empty() { named_in(root, &wrong.what) } else { wrong.path };
    let place = root.nearest(&path.split('.').collect::<Vec<_>>()).place;
    let place = key_place(root, &path).unwrap_or(place);
    let of = if point.name.is_empty() { String::new() } else { format!(" (in the point with {})", point.words()) };
    // Where the text names the setting itself, a path before it would say it twice.
    Found { place, path: String::new(), what: format!("{}{of}", wrong.what) }
}

/// Where the key at the end of a path stands, if the document has it.
fn key_place(root: &Node, path: &str) -> Option<Place> {
    let (table, key) = path.rsplit_once('.').unwrap_or(("", path));
    let parts: Vec<&str> = if table.is_empty() { Vec::new() } else { table.split('.').collect() };
    root.nearest(&parts).table()?.get(key).map(|(place, _)| *place)
}

/// The path that a sentence such as ``nets[1] (`deep`): training: `rate` must be above 0`` names, as far as the document has it.
fn named_in(root: &Node, what: &str) -> String {
    let mut path: Vec<String> = Vec::new();
    for part in what.split(": ") {
        let part = part.trim_start_matches('`');
        let word: String = part.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_.[]".contains(*c)).collect();
        let keys = word.replace('[', ".").replace(']', "");
        let mut next = path.clone();
        next.extend(keys.split('.').filter(|key| !key.is_empty()).map(str::to_owned));
        if next.len() == path.len() || !has(root, &next) {
            // `training` of `nets[1]` may go without saying.
            let last = next.last().cloned().unwrap_or_default();
            match ["training", "noise", "attack", "model", "pool"].iter().find(|table| {
                let mut inner = path.clone();
                inner.extend([(**table).to_owned(), last.clone()]);
                has(root, &inner)
            }) {
                Some(table) if !last.is_empty() => path.extend([(*table).to_owned(), last]),
                _ => {}
            }
            continue;
        }
        path = next;
    }
    path.join(".")
}

fn has(root: &Node, path: &[String]) -> bool {
    let keys: Vec<&str> = path.iter().map(String::as_str).collect();
    let Some((last, before)) = keys.split_last() else { return true };
    if !before.is_empty() && !has(root, &path[..path.len() - 1]) {
        return false;
    }
    match &root.nearest(before).value {
        What::Table(table) => table.contains_key(*last),
        What::List(all) => last.parse().is_ok_and(|at: usize| at < all.len()),
        _ => false,
    }
}
