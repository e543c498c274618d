//! The pictures of a study.

use advlab_analysis::calibration::Doubt;
use advlab_core::InputShape;
use advlab_datasets::own_digits::{Page, Processing};
use advlab_datasets::photo::{Photo, Region};
use advlab_plots::{
    Axis, Bar, BarSeries, Bars, Curve, CurvePanel, Curves, Judged, Panel, PanelGroup, Picture, PictureGrid,
    Reliability, Tile, Tones,
};
use anyhow::Result;

use super::cell::{Ground, REFUSED};
use super::evidence::Evidence;
use super::sets::{Album, Origin, TestSet};
use crate::folder::Folder;
use crate::reliability::panel as panel_of;
use crate::study::report::Figure;

/// Photographs in each group of a panel.
const IN_GROUP: usize = 12;
/// Rows of photographs whose way to a picture is shown.
const STEPS: usize = 6;
/// Side of photographs and enlarged pictures in figures, in pixels: four times that of a picture.
const SHOWN: usize = 112;
/// White between a photograph and its picture.
const BETWEEN: usize = 6;

/// Draws everything.
pub(super) fn draw(evidence: &Evidence<'_>, folder: &Folder) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for album in evidence.albums {
        figures.push(panel(evidence, album, folder)?);
    }
    figures.push(steps(evidence, folder)?);
    figures.push(processing(evidence, folder)?);
    figures.extend(reliability(evidence, folder)?);
    figures.push(refusing(evidence, folder)?);
    Ok(figures)
}

/// A photograph in a square of white, `[3, SHOWN, SHOWN]`.
fn thumbnail(photo: &Photo) -> Result<Vec<f32>> {
    let (width, height) = (photo.width(), photo.height());
    let scale = SHOWN as f64 / width.max(height) as f64;
    let [columns, rows] = [width, height].map(|side| ((scale * side as f64).round() as usize).clamp(1, SHOWN));
    let shape = InputShape { channels: 3, height: rows as i64, width: columns as i64 };
    let fitted = photo.fit_region(shape, Region { x: 0, y: 0, width, height })?;
    let mut square = vec![1.0; 3 * SHOWN * SHOWN];
    let (left, top) = ((SHOWN - columns) / 2, (SHOWN - rows) / 2);
    for part in 0..3 {
        for row in 0..rows {
            let from = (part * rows + row) * columns;
            let to = (part * SHOWN + top + row) * SHOWN + left;
            square[to..to + columns].copy_from_slice(&fitted.values()[from..from + columns]);
        }
    }
    Ok(square)
}

/// A photograph beside the picture that became of it, four times as large.
fn pair(photo: &Photo, picture: &[u8]) -> Result<Picture<'static>> {
    let (seen, width) = (thumbnail(photo)?, 2 * SHOWN + BETWEEN);
    let mut values = vec![1.0; 3 * SHOWN * width];
    for part in 0..3 {
        for row in 0..SHOWN {
            let to = (part * SHOWN + row) * width;
            let from = (part * SHOWN + row) * SHOWN;
            values[to..to + SHOWN].copy_from_slice(&seen[from..from + SHOWN]);
            for column in 0..SHOWN {
                let pixel = row / 4 * 28 + column / 4;
                values[to + SHOWN + BETWEEN + column] = f32::from(picture[pixel]) / 255.0;
            }
        }
    }
    Ok(Picture::new(values, [3, SHOWN, width]))
}

/// The first photographs, and those that the ensemble gets wrong most surely and least surely.
fn panel(evidence: &Evidence<'_>, album: &Album, folder: &Folder) -> Result<Figure> {
    let test = evidence.tests(album.origin).last().expect("albums are tests");
    let measured = evidence.of(evidence.first(), test);
    let judged = |at: usize| -> Result<Judged<'static>> {
        let answer = measured.answers[at];
        Ok(Judged {
            picture: pair(&album.found[at].photo()?, test.data.picture(at))?,
            truth: answer.truth.to_string(),
            prediction: answer.first.0.to_string(),
            confidence: f64::from(answer.first.1),
        })
    };
    let all = 0..measured.answers.len();
    let mut wrong: Vec<usize> =
        all.clone().filter(|at| measured.answers[*at].first.0 != measured.answers[*at].truth).collect();
    wrong.sort_by(|a, b| measured.answers[*b].first.1.total_cmp(&measured.answers[*a].first.1));
    let group = |name: String, which: &[usize]| -> Result<PanelGroup<'static>> {
        Ok(PanelGroup::new(name, which.iter().map(|at| judged(*at)).collect::<Result<_>>()?))
    };
    let first: Vec<usize> = all.take(IN_GROUP).collect();
    let surest: Vec<usize> = wrong.iter().copied().take(IN_GROUP).collect();
    let groups = vec![
        group(format!("The first {}", first.len()), &first)?,
        group(format!("The {} surest mistakes", surest.len()), &surest)?,
    ];
    let title = format!("{}, to the first net trained on {}", test.title, evidence.first());
    let mut panel = Panel::grouped(title, groups);
    let right = measured.answers.len() - wrong.len();
    panel.note = Some(format!(
        "Each photograph beside the picture that became of it; {} of all {} are right",
        advlab_plots::percent(right as f64 / measured.answers.len() as f64),
        measured.answers.len()
    ));
    (panel.columns, panel.magnify) = (Some(3), Some(1));
    let file = if album.origin == Origin::Own { "panel-own.png" } else { "panel.png" };
    panel.save(folder.path(file))?;
    Ok((file.to_owned(), format!("{}: what the first net says", test.title)))
}

/// What each way of processing makes of a few photographs.
fn steps(evidence: &Evidence<'_>, folder: &Folder) -> Result<Figure> {
    let album = evidence.albums.last().expect("there are photographs");
    let ways = &evidence.spec.processing;
    let mut cells = Vec::new();
    let mut rows = Vec::new();
    for source in album.found.iter().take(STEPS) {
        let photo = source.photo()?;
        rows.push(source.digit().to_string());
        cells.push(Tile::new(Picture::new(thumbnail(&photo)?, [3, SHOWN, SHOWN]), ""));
        let page = Page::find(&photo)?;
        for way in ways {
            let picture = page.picture(*way);
            let large = |at: usize| f32::from(picture[at / SHOWN / 4 * 28 + at % SHOWN / 4]) / 255.0;
            let values: Vec<f32> = (0..SHOWN * SHOWN).map(large).collect();
            cells.push(Tile::new(Picture::new(values, [1, SHOWN, SHOWN]), ""));
        }
    }
    let columns = std::iter::once("photograph").chain(ways.iter().map(|way| way.name()));
    let mut grid = PictureGrid::new("From photographs to pictures", rows, columns, cells, Tones::Clipped);
    grid.note = "Each way does what those to the left of it do, and one thing more".to_owned();
    grid.magnify = Some(2);
    grid.save(folder.path("steps.png"))?;
    Ok(("steps.png".to_owned(), "What each way of processing makes of a photograph".to_owned()))
}

/// Accuracy by way of processing, of nets trained on each set.
fn processing(evidence: &Evidence<'_>, folder: &Folder) -> Result<Figure> {
    let ways: Vec<Processing> = evidence.spec.processing.clone();
    let mut series = Vec::new();
    for data in &evidence.spec.sets {
        for album in evidence.albums {
            let bars = evidence.tests(album.origin).map(|test| {
                let accuracy = evidence.of(&data.set, test).over(|judged| judged.calibration.accuracy);
                let interval = accuracy.interval.map(|(low, high)| (low.max(0.0), high.min(1.0)));
                Bar { value: accuracy.value, interval }
            });
            let what = if album.origin == Origin::Own { "own photographs" } else { "photographs" };
            series.push(BarSeries::new(format!("trained on {}: {what}", data.set), bars));
        }
    }
    let names = ways.iter().map(|way| way.name());
    let mut bars =
        Bars::percent("Photographs labelled right, by processing", "processing", "labelled right (%)", names, series);
    bars.note = "One net: mean and 95 % interval over trainings".to_owned();
    bars.save(folder.path("processing.png"))?;
    Ok(("processing.png".to_owned(), "What each step of the processing is worth (M3d)".to_owned()))
}

/// Reliability of one net and of the ensemble, by test set.
fn reliability(evidence: &Evidence<'_>, folder: &Folder) -> Result<Vec<Figure>> {
    let tests: Vec<&TestSet> = std::iter::once(evidence.half()).chain(evidence.others()).collect();
    let trained = evidence.first();
    let mut figures = Vec::new();
    for (file, who) in [("reliability.png", "the first net"), ("reliability-ensemble.png", "the ensemble")] {
        let panels = tests.iter().map(|test| {
            let measured = evidence.of(trained, test);
            let judged = if file == "reliability.png" { &measured.nets[0] } else { &measured.ensemble };
            panel_of(&test.title, &judged.calibration)
        });
        let title = format!("How far {who} trained on {trained} can be believed");
        Reliability::new(title, panels.collect()).save(folder.path(file))?;
        figures.push((file.to_owned(), format!("Reliability of {who}, by test set (M3b)")));
    }
    Ok(figures)
}

/// Errors among the answers that are left when the most doubtful ones are refused.
fn refusing(evidence: &Evidence<'_>, folder: &Folder) -> Result<Figure> {
    let trained = evidence.first();
    let panels = std::iter::once(evidence.half()).chain(evidence.others()).map(|test| {
        let measured = evidence.of(trained, test);
        let alone = Ground::ALL.into_iter().map(|ground| {
            let at = |step: usize| {
                let error = measured.over_all(|judged| judged.told(ground)?.errors.get(step).copied());
                Some((REFUSED[step], error?.value))
            };
            Curve::new(ground.name(), (0..REFUSED.len()).filter_map(at).collect::<Vec<_>>())
        });
        let together = measured.ensemble.told(Ground::Ensemble(Doubt::Confidence)).map(|told| {
            let points = REFUSED.into_iter().zip(told.errors.iter().copied()).collect::<Vec<_>>();
            Curve::new("the ensemble's own answers, by its confidence", points)
        });
        let curves = alone.chain(together).filter(|curve| !curve.points.is_empty()).collect();
        let x = Axis { range: None, ..Axis::percent("answers refused (%)") };
        CurvePanel::new(test.title.clone(), x, Axis::percent("errors among the others (%)").fitted(), curves)
    });
    let mut figure = Curves::new(format!("Errors caught by refusing, trained on {trained}"), panels.collect());
    figure.note =
        "Answers of one net, mean over trainings, refused by different doubts; and those of the ensemble".to_owned();
    figure.save(folder.path("refusing.png"))?;
    Ok(("refusing.png".to_owned(), "Errors caught by refusing the most doubtful answers (M3c)".to_owned()))
}
