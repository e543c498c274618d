//! Figures of an evaluation: confusion matrix, reliability diagram, panel.

use advlab_core::Seed;
use advlab_datasets::Dataset;
use advlab_model_zoo::Evaluation;
use advlab_plots::{ConfusionMatrix, Judged, Panel, PanelGroup, Picture, Reliability, percent};
use anyhow::Result;
use ndarray::Array2;

use super::Summary;
use crate::folder::Folder;
use crate::reliability;

/// A sample of the pictures, and the surest mistakes.
pub(crate) const PANEL: &str = "panel.png";
/// Accuracy against confidence.
pub(crate) const RELIABILITY: &str = "reliability.png";
/// Truth against label.
pub(crate) const CONFUSION: &str = "confusion.png";

/// Pictures of a group on the panel, of pictures with a side of more than [`LARGE`] pixels and of smaller ones.
const IN_GROUP: (usize, usize) = (20, 36);
const LARGE: i64 = 64;

/// Draws all of them.
pub(super) fn draw(
    folder: &Folder,
    data: &Dataset,
    evaluation: &Evaluation,
    summary: &Summary,
    seed: Seed,
) -> Result<()> {
    let title = summary.title();
    let k = summary.classes.len();
    let counts = Array2::from_shape_fn((k, k), |(truth, label)| summary.confusion[truth][label]);
    ConfusionMatrix::new(&title, summary.classes.clone(), counts).save(folder.path(CONFUSION))?;
    Reliability::new(&title, vec![reliability::panel("", &summary.calibration)]).save(folder.path(RELIABILITY))?;
    Ok(panel(data, evaluation, summary, seed).save(folder.path(PANEL))?)
}

/// A sample of all pictures, which shows what the net is like, and beside it the mistakes it is surest of, which a sample of a
/// good net's answers would hardly ever hold.
fn panel(data: &Dataset, evaluation: &Evaluation, summary: &Summary, seed: Seed) -> Panel<'static> {
    let (truth, n) = (data.labels(), data.len());
    let shape = data.shape();
    let most = if shape.height.max(shape.width) > LARGE { IN_GROUP.0 } else { IN_GROUP.1 };
    let mut sample: Vec<usize> = (0..n).collect();
    let seed = seed.child("panel");
    sample.sort_by_key(|i| seed.index(*i as u64).get());
    sample.truncate(most);
    sample.sort_unstable();
    let mut mistakes: Vec<usize> = (0..n).filter(|i| truth[*i] != evaluation.labels[*i]).collect();
    let wrong = mistakes.len();
    mistakes.sort_by(|a, b| evaluation.confidences[*b].total_cmp(&evaluation.confidences[*a]));
    mistakes.truncate(most);

    let judged = |i: &usize| {
        let bytes = data.picture(*i).iter().map(|byte| f32::from(*byte) / 255.0);
        let shape = [shape.channels as usize, shape.height as usize, shape.width as usize];
        Judged {
            picture: Picture::new(bytes.collect::<Vec<_>>(), shape),
            truth: summary.classes[truth[*i] as usize].clone(),
            prediction: summary.classes[evaluation.labels[*i] as usize].clone(),
            confidence: f64::from(evaluation.confidences[*i]),
        }
    };
    let right = sample.iter().filter(|i| truth[**i] == evaluation.labels[**i]).count();
    let drawn = if sample.len() < n { format!("{} of {n}, drawn at random", sample.len()) } else { format!("All {n}") };
    let surest = match wrong {
        1 => "Its only mistake".to_owned(),
        wrong if wrong <= most => format!("Its {wrong} mistakes, the surest first"),
        wrong => format!("The {most} surest of {wrong} mistakes"),
    };
    let groups = vec![
        PanelGroup::new(format!("{drawn}: {right} right"), sample.iter().map(judged).collect()),
        PanelGroup::new(surest, mistakes.iter().map(judged).collect()),
    ];
    let mut panel = Panel::grouped(summary.title(), groups);
    panel.note =
        Some(format!("{} of all {n} are right; the bar below a picture is the confidence", percent(summary.accuracy)));
    panel
}
