//! The pictures of a study.

use advlab_plots::{Axis, Bar, BarSeries, Bars, Group, Heatmap, Picture, PictureGrid, Shades, Tile, Tones};
use anyhow::Result;
use ndarray::Array2;

use super::cell::Shown;
use super::change::Change;
use super::evidence::Evidence;
use crate::folder::Folder;
use crate::study::report::Figure;

/// Draws everything that there is something to draw of.
pub(super) fn draw(evidence: &Evidence<'_>, folder: &Folder) -> Result<Vec<Figure>> {
    let drawn = [
        distortion(evidence, folder)?,
        cross_errors(evidence, folder)?,
        examples(evidence, folder)?,
        changes(evidence, folder)?,
    ];
    Ok(drawn.into_iter().flatten().collect())
}

fn distortion(evidence: &Evidence<'_>, folder: &Folder) -> Result<Option<Figure>> {
    let all: Vec<_> = evidence.nets().iter().map(|net| evidence.distortion(net)).collect();
    if all.iter().all(|beside| !beside.here.value.is_finite()) {
        return Ok(None);
    }
    let here = |beside: &super::evidence::Beside| {
        beside.here.value.is_finite().then_some(Bar { value: beside.here.value, interval: beside.here.interval })
    };
    let mut series = vec![BarSeries { name: "here".to_owned(), bars: all.iter().map(here).collect() }];
    if all.iter().any(|beside| beside.published.is_some()) {
        let bars = all.iter().map(|beside| beside.published.map(Bar::from)).collect();
        series.push(BarSeries { name: "published".to_owned(), bars });
    }
    let names = evidence.nets().iter().map(|net| &net.title);
    let title = "The smallest change that fools each net";
    let mut bars = Bars::percent(title, "", "", names, series);
    bars.y = Axis::plain("mean minimum distortion (RMS, pixels from 0 to 1)");
    bars.note = if evidence.spec.trainings > 1 {
        format!("Mean over {} trainings and their 95 % interval", evidence.spec.trainings)
    } else {
        "Mean over pictures and its 95 % interval".to_owned()
    };
    bars.save(folder.path("distortion.png"))?;
    Ok(Some(("distortion.png".to_owned(), "The smallest change that fools each net (S3)".to_owned())))
}

/// Ours above what was published.
fn cross_errors(evidence: &Evidence<'_>, folder: &Folder) -> Result<Option<Figure>> {
    let changes = evidence.spec.changes();
    let columns = evidence.nets().len();
    let all = |change: &Change| (0..columns).map(|net| evidence.share(change, net)).collect::<Vec<_>>();
    let here: Vec<(String, Vec<f64>)> = changes
        .iter()
        .map(|change| {
            (change.title(|net| evidence.net_title(net)), all(change).iter().map(|beside| beside.here.value).collect())
        })
        .filter(|(_, values): &(String, Vec<f64>)| values.iter().all(|value| value.is_finite()))
        .collect();
    let published: Vec<(String, Vec<f64>)> = changes
        .iter()
        .filter_map(|change| {
            let values: Option<Vec<f64>> = all(change).iter().map(|beside| beside.published).collect();
            Some((change.title(|net| evidence.net_title(net)), values?))
        })
        .collect();
    if here.is_empty() {
        return Ok(None);
    }
    let mut outer = vec![Group { label: "here".to_owned(), len: here.len() }];
    if !published.is_empty() {
        outer.push(Group { label: "published".to_owned(), len: published.len() });
    }
    let lines: Vec<_> = here.iter().chain(&published).collect();
    let values = Array2::from_shape_fn((lines.len(), columns), |(row, column)| lines[row].1[column]);
    let inner = lines.iter().map(|(title, _)| Group { label: title.clone(), len: 1 }).collect();
    let names = evidence.nets().iter().map(|net| Group { label: net.title.clone(), len: 1 }).collect();
    let mut map = Heatmap::new("Wrong labels on changed pictures (%)", values, vec![outer, inner], vec![names]);
    map.shades = Shades::Share;
    map.column_name = "the net that is asked".to_owned();
    map.bar_label = "wrong labels".to_owned();
    map.save(folder.path("cross-errors.png"))?;
    Ok(Some(("cross-errors.png".to_owned(), "What nets say of examples made for others (S4, S5)".to_owned())))
}

fn sides(evidence: &Evidence<'_>) -> [usize; 3] {
    let shape = evidence.spec.nets[0].model.input;
    [shape.channels as usize, shape.height as usize, shape.width as usize]
}

/// The first examples of the first training: a row of pictures for each net, a column for each class.
fn grid(
    evidence: &Evidence<'_>,
    title: &str,
    tones: Tones,
    of: &dyn Fn(&Shown) -> Tile<'static>,
) -> Option<PictureGrid<'static>> {
    let classes = &evidence.spec.nets[0].model.classes;
    let (mut rows, mut cells) = (Vec::new(), Vec::new());
    for net in evidence.nets() {
        let shown = evidence.of(&net.name).next().map_or(&[][..], |cell| &cell.shown);
        rows.push(net.title.clone());
        cells.extend((0..classes.len() as i64).map(|class| shown.iter().find(|s| s.truth == class).map(of)));
    }
    if cells.iter().all(Option::is_none) {
        return None;
    }
    let mut grid = PictureGrid::new(title, rows, classes, std::iter::empty(), tones);
    grid.cells = cells;
    Some(grid)
}

fn caption(evidence: &Evidence<'_>, shown: &Shown) -> String {
    let classes = &evidence.spec.nets[0].model.classes;
    format!("{} → {} · {:.3}", classes[shown.truth as usize], classes[shown.label as usize], shown.rms)
}

/// The pictures as they were stand above; nets that do not fail on the same ones have others.
fn examples(evidence: &Evidence<'_>, folder: &Folder) -> Result<Option<Figure>> {
    let shape = sides(evidence);
    let tile = |shown: &Shown| Tile::new(Picture::new(shown.after.clone(), shape), caption(evidence, shown));
    let title = "Examples: pictures that each net takes for something else";
    let Some(mut grid) = grid(evidence, title, Tones::Clipped, &tile) else { return Ok(None) };
    let before = |shown: &Shown| Tile::new(Picture::new(shown.before.clone(), shape), "");
    let first = evidence.of(&evidence.nets()[0].name).next().map_or(&[][..], |cell| &cell.shown);
    let originals = (0..grid.columns.len() as i64).map(|class| first.iter().find(|s| s.truth == class).map(before));
    grid.cells.splice(0..0, originals);
    grid.rows.insert(0, "unchanged".to_owned());
    grid.note = "The first of each class; what it is, what the net says, and the distortion".to_owned();
    grid.save(folder.path("examples.png"))?;
    Ok(Some(("examples.png".to_owned(), "Examples made for each net".to_owned())))
}

fn changes(evidence: &Evidence<'_>, folder: &Folder) -> Result<Option<Figure>> {
    let [channels, height, width] = sides(evidence);
    let tile = |shown: &Shown| {
        let len = height * width;
        let difference = shown.before.iter().zip(&shown.after).map(|(b, a)| a - b);
        // Colours are averaged: what is to be seen is where and in which direction.
        let mut grey = vec![0.0_f32; len];
        difference.enumerate().for_each(|(at, value)| grey[at % len] += value / channels as f32);
        Tile::new(Picture::new(grey, [1, height, width]), caption(evidence, shown))
    };
    let tones = Tones::Signed { limit: None };
    let Some(mut grid) = grid(evidence, "What was changed in these pictures", tones, &tile) else { return Ok(None) };
    grid.note = "Red: brighter; blue: darker; one scale for all".to_owned();
    grid.bar_label = "change".to_owned();
    grid.save(folder.path("changes.png"))?;
    Ok(Some(("changes.png".to_owned(), "The changes that make these examples".to_owned())))
}
