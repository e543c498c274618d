//! What came of the points of a sweep, against the settings that it changes.

use advlab_plots::{Axis, Strip, StripGroup, StripSeries};
use anyhow::Result;

use super::overview::Overview;
use crate::folder::Folder;
use crate::study::report::Figure;
use crate::table::{Entry, Table};

/// Where they are.
const PLACE: &str = "figures";

/// Values of a setting that a figure has room for.
const MOST_VALUES: usize = 24;

/// Figures, at most: a record may have many numbers on top.
const MOST: usize = 12;

/// For each setting with a few values and each number that is not the same at all points: every point a dot, and their mean. Points are
/// those that the table holds.
pub(super) fn draw(overview: &Overview, points: &Table, folder: &Folder) -> Result<Vec<Figure>> {
    let column = |key: &str| points.keys().position(|other| other == key).expect("the table was made of these");
    let first_number = 2 + overview.settings.len();
    let numbers: Vec<(usize, &String)> = points.keys().enumerate().skip(first_number).collect();
    let mut figures = Vec::new();
    for setting in overview.settings.iter().filter(|setting| *setting != "seed") {
        let at = column(setting);
        let mut values: Vec<&Entry> = Vec::new();
        for row in &points.rows {
            if !values.contains(&&row[at]) {
                values.push(&row[at]);
            }
        }
        if !(2..=MOST_VALUES).contains(&values.len()) {
            continue;
        }
        for (number, name) in &numbers {
            let of = |value: &Entry| {
                let rows = points.rows.iter().filter(|row| row[at] == *value);
                rows.filter_map(|row| row[*number].value()).collect::<Vec<f64>>()
            };
            let groups: Vec<StripGroup> = values.iter().map(|value| StripGroup::new(of(value))).collect();
            let all: Vec<f64> = groups.iter().flat_map(|group| &group.points).copied().collect();
            if figures.len() == MOST || all.iter().all(|value| value.is_nan() || Some(value) == all.first()) {
                continue;
            }
            let series = vec![StripSeries { name: "one point".to_owned(), groups }];
            let categories = values.iter().map(|value| value.shown());
            let axis = Axis::plain(name.replace('_', " "));
            let title = format!("{} by {setting}", name.replace('_', " "));
            folder.subfolder(PLACE)?;
            let plain = |text: &str| text.replace(|c: char| !c.is_alphanumeric(), "-");
            let file = format!("{PLACE}/{}-by-{}.png", plain(name), plain(setting));
            Strip::new(title.clone(), setting, axis, categories, series).save(folder.path(&file))?;
            figures.push((file, title));
        }
    }
    Ok(figures)
}
