//! The pictures of a study.

use advlab_plots::{Axis, Picture, Strip, StripGroup, StripSeries, Triptych, Triptychs, can_draw, percent};
use anyhow::Result;

use super::album;
use super::cell::{Found, Said};
use super::evidence::Evidence;
use crate::folder::Folder;
use crate::study::report::Figure;

/// Photographs on a sheet, at most.
const ON_SHEET: usize = 10;

/// Draws everything that there is something to draw of.
pub(super) fn draw(evidence: &Evidence<'_>, folder: &Folder) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for net in 0..evidence.spec.nets.len() {
        figures.extend(sheet(evidence, net, folder)?);
    }
    figures.extend(distortion(evidence, folder)?);
    Ok(figures)
}

/// Photographs, changes and results for one net and the first target, the car in front.
fn sheet(evidence: &Evidence<'_>, net: usize, folder: &Folder) -> Result<Option<Figure>> {
    let (spec, shape) = (evidence.spec, evidence.shapes[net]);
    let mut chosen: Vec<&Found> = evidence.examples(net, 0).collect();
    chosen.sort_by_key(|found| evidence.album.name(found.photo) != spec.car);
    let sides = [shape.channels, shape.height, shape.width].map(|side| side as usize);
    let mut items = Vec::new();
    for found in chosen.into_iter().take(ON_SHEET) {
        let Some(file) = &found.file else { continue };
        let said = |said: Said| format!("{} · {}", evidence.class(said.label), percent(f64::from(said.confidence)));
        items.push(Triptych {
            name: Some(evidence.album.name(found.photo)).filter(|name| can_draw(name)).unwrap_or_default(),
            before: Picture::new(evidence.album.values(found.photo, shape)?, sides),
            after: Picture::new(album::read(&folder.path(file), shape)?, sides),
            captions: [said(found.before), format!("distortion {:.4}", found.rms), said(found.after)],
            frame: None,
        });
    }
    if items.is_empty() {
        return Ok(None);
    }
    let name = &spec.nets[net].name;
    let mut figure = Triptychs::new(format!("Changed until {name} says: {}", spec.targets[0]), items);
    figure.note = "Photograph, change, and the file that was written, with the net's label and confidence".to_owned();
    folder.subfolder("sheets")?;
    let file = format!("sheets/{name}.png");
    figure.save(folder.path(&file))?;
    Ok(Some((file, format!("Photographs and what {name} takes them for (S2, M7)"))))
}

fn distortion(evidence: &Evidence<'_>, folder: &Folder) -> Result<Option<Figure>> {
    let spec = evidence.spec;
    let nets = 0..spec.nets.len();
    let points = |net: usize, target: usize| evidence.examples(net, target).map(|found| found.rms).collect::<Vec<_>>();
    let series = spec.targets.iter().enumerate().map(|(target, name)| StripSeries {
        name: format!("to {name}"),
        groups: nets.clone().map(|net| StripGroup::new(points(net, target))).collect(),
    });
    let series: Vec<StripSeries> = series.collect();
    if series.iter().all(|series| series.groups.iter().all(|group| group.points.is_empty())) {
        return Ok(None);
    }
    let names = spec.nets.iter().map(|net| &net.name);
    let y = Axis::log("distortion (RMS, values from 0 to 1)");
    let mut strip = Strip::new("How little it takes: a dot for each photograph", "", y, names, series);
    strip.note = spec.published.as_ref().map_or_else(String::new, |published| {
        format!("Published: a mean of {} ({})", published.distortion, published.source)
    });
    strip.save(folder.path("distortion.png"))?;
    Ok(Some(("distortion.png".to_owned(), "Distortion of every photograph (S2)".to_owned())))
}
