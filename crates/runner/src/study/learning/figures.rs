//! The pictures of a study.

use std::collections::BTreeSet;

use advlab_analysis::calibration::Calibration;
use advlab_core::Seed;
use advlab_plots::{
    Axis, BoxPlots, BoxSeries, CurvePanel, Curves, Over, Picture, PictureGrid, Reference, Reliability, Tile, Tones,
    percent,
};
use anyhow::Result;

use super::attacks;
use super::evidence::{CLEAR, Evidence, UNCLEAR};
use super::judged::Judged;
use crate::evaluate;
use crate::folder::Folder;
use crate::learning::band;
use crate::reliability;
use crate::study::report::Figure;

/// Pictures of each class that are shown.
const IN_ROW: usize = 8;

/// Draws everything.
pub(super) fn draw(evidence: &Evidence<'_>, folder: &Folder) -> Result<Vec<Figure>> {
    let mut figures = vec![
        classes(evidence, folder)?,
        boxes(evidence, folder)?,
        curves(evidence, folder)?,
        diagrams(evidence, folder)?,
    ];
    for task in [CLEAR, UNCLEAR] {
        figures.extend(panel(evidence, task, folder)?);
    }
    figures.extend(attacks::figures(evidence, folder)?);
    Ok(figures)
}

/// Pictures of every class of both tasks, each from another group where there are enough: what is to be told apart.
fn classes(evidence: &Evidence<'_>, folder: &Folder) -> Result<Figure> {
    let (mut rows, mut cells) = (Vec::new(), Vec::new());
    for (t, task) in evidence.spec.tasks.iter().enumerate() {
        let test = evidence.test(t);
        let shape = test.shape();
        for (label, class) in test.classes().iter().enumerate() {
            rows.push(format!("{}: {class}", task.name));
            let of_class: Vec<usize> = (0..test.len()).filter(|i| test.labels()[*i] == label as i64).collect();
            let mut groups = BTreeSet::new();
            let (fresh, again): (Vec<usize>, Vec<usize>) =
                of_class.into_iter().partition(|i| groups.insert(test.group(*i)));
            let mut shown = fresh.into_iter().chain(again);
            for _ in 0..IN_ROW {
                cells.push(match shown.next() {
                    None => None,
                    Some(i) => {
                        let mut bytes = vec![0; shape.len()];
                        test.fill(&[i], &mut bytes)?;
                        let values: Vec<f32> = bytes.into_iter().map(|byte| f32::from(byte) / 255.0).collect();
                        let sides = [shape.channels, shape.height, shape.width].map(|side| side as usize);
                        Some(Tile::new(Picture::new(values, sides), ""))
                    }
                });
            }
        }
    }
    let columns = vec![String::new(); IN_ROW];
    let mut grid = PictureGrid::new("What is to be told apart: test pictures", rows, columns, [], Tones::Clipped);
    grid.cells = cells;
    grid.save(folder.path("classes.png"))?;
    Ok(("classes.png".to_owned(), "Test pictures of every class".to_owned()))
}

/// Test accuracies by condition, the two tasks side by side.
fn boxes(evidence: &Evidence<'_>, folder: &Folder) -> Result<Figure> {
    let spec = evidence.spec;
    let of =
        |task: usize| (0..spec.conditions.len()).map(move |c| evidence.values(c, task, |net| net.test())).collect();
    let series = spec.tasks.iter().enumerate().map(|(task, own)| BoxSeries::new(&own.title, of(task)));
    let names = spec.conditions.iter().map(|condition| &condition.title);
    let axis = Axis::percent("test pictures right (%)").fitted();
    let mut plot = BoxPlots::new("Test accuracy of single trainings", "", axis, names, series.collect());
    plot.references = spec
        .tasks
        .iter()
        .filter_map(|task| {
            Some(Reference::new(task.person?, format!("person, {}: {}", task.title, percent(task.person?))))
        })
        .collect();
    plot.save(folder.path("accuracy.png"))?;
    Ok(("accuracy.png".to_owned(), "Test accuracy by net and control (B1, B2, B4)".to_owned()))
}

/// Training and test accuracy by epoch, a panel for each condition.
fn curves(evidence: &Evidence<'_>, folder: &Folder) -> Result<Figure> {
    let spec = evidence.spec;
    let panel = |(c, condition): (usize, &super::spec::Condition)| {
        // A colour for each task, as in the other figures; dashes for the test pictures.
        let curves = spec.tasks.iter().enumerate().flat_map(|(t, task)| {
            let runs: Vec<_> = evidence.of(c, t).map(|net| net.history.as_slice()).collect();
            [
                band(&format!("{}, training", task.title), &runs, |epoch| epoch.train_accuracy).styled(t, 0),
                band(&format!("{}, test", task.title), &runs, |epoch| epoch.test_accuracy).styled(t, 1),
            ]
        });
        let axis = Axis::percent("labelled right (%)").within(0.4, 1.0);
        CurvePanel::new(&condition.title, Axis::plain("epoch"), axis, curves.collect())
    };
    let panels = spec.conditions.iter().enumerate().map(panel).collect();
    let note = Over::Quartiles.text().to_owned();
    Curves { note, ..Curves::new("Learning and memorising", panels) }.save(folder.path("curves.png"))?;
    Ok(("curves.png".to_owned(), "Training and test accuracy, epoch by epoch (B3)".to_owned()))
}

/// How far the confidence of the first condition's nets can be believed, all trainings together.
fn diagrams(evidence: &Evidence<'_>, folder: &Folder) -> Result<Figure> {
    let seed = Seed::new(evidence.spec.seed).child("calibration");
    let panel = |(t, task): (usize, &super::spec::Task)| {
        let calibration = Calibration::of(&evidence.answers(0, t)?, seed.index(t as u64))?;
        Ok(reliability::panel(&task.title, &calibration))
    };
    let panels = evidence.spec.tasks.iter().enumerate().map(panel).collect::<Result<_>>()?;
    let title = format!("{}: how often it is right, and how sure it is", evidence.condition(0).title);
    Reliability::new(title, panels).save(folder.path("reliability.png"))?;
    Ok(("reliability.png".to_owned(), "Confidence and accuracy, all trainings together (B2, B5)".to_owned()))
}

/// Test pictures with what the middle training says of them.
fn panel(evidence: &Evidence<'_>, task: usize, folder: &Folder) -> Result<Option<Figure>> {
    let Some(Judged { said, .. }) = evidence.typical(0, task) else { return Ok(None) };
    let own = &evidence.spec.tasks[task];
    let seed = Seed::new(evidence.spec.seed).child("panel").index(task as u64);
    let title = format!("{}: test pictures and what the net says", own.title);
    let answers = (&said.labels[..], &said.confidences[..]);
    let file = format!("panel-{}.png", own.name);
    evaluate::panel(&title, &**evidence.test(task), answers, seed)?.save(folder.path(&file))?;
    Ok(Some((file, format!("{}: a panel of test pictures (B5)", own.title))))
}
