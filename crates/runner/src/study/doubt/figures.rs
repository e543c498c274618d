//! The pictures of a study.

use anyhow::Result;
use ndarray::Array2;

use super::evidence::Evidence;
use crate::doubt::summary::taken;
use crate::doubt::{Shown, figures};
use crate::folder::Folder;
use crate::study::report::Figure;

/// Draws everything.
pub(super) fn draw(evidence: &Evidence<'_>, folder: &Folder) -> Result<Vec<Figure>> {
    let mut drawn = Vec::new();
    let tasks = evidence.tasks();
    if !tasks.is_empty() {
        let titles: Vec<_> = tasks.iter().map(|task| task.words(evidence.first())).collect();
        let measures = taken(evidence.first());
        let area = |(row, column): (usize, usize)| {
            evidence.area(&tasks[column], measures[row]).map_or(f64::NAN, |area| area.value)
        };
        let areas = Array2::from_shape_fn((measures.len(), tasks.len()), area);
        let title = "How well doubts tell things apart, mean over nets";
        figures::telling(&folder.path(figures::TELLING), title, &measures, &titles, &areas)?;
        drawn.push((figures::TELLING.to_owned(), "Which doubt tells what apart (M3e to M3g)".to_owned()));
    }
    let nets: Vec<&[Shown]> = evidence.cells.iter().map(|cell| cell.sets.as_slice()).collect();
    let title = "Errors when the most doubtful answers are refused, mean over nets";
    if figures::coverage(&folder.path(figures::COVERAGE), title, &nets)? {
        drawn.push((figures::COVERAGE.to_owned(), "Errors against coverage (M3e)".to_owned()));
    }
    figures::reliability(
        &folder.path(figures::RELIABILITY),
        "How far the first net can be believed",
        evidence.first(),
    )?;
    drawn.push((figures::RELIABILITY.to_owned(), "How often the first net is right when it is so sure".to_owned()));
    Ok(drawn)
}
