//! The pictures of a study.

use advlab_analysis::{Estimate, mean};
use advlab_plots::{Axis, Curve, CurvePanel, Curves, Strip, StripGroup, StripSeries};
use anyhow::Result;

use super::evidence::Evidence;
use super::spec::Variant;
use crate::folder::Folder;
use crate::study::report::Figure;

/// Draws everything.
pub(super) fn draw(evidence: &Evidence<'_>, folder: &Folder) -> Result<Vec<Figure>> {
    Ok(vec![errors(evidence, folder)?, distortions(evidence, folder)?, curves(evidence, folder)?])
}

/// Dots, mean and interval for each variant.
fn strip(
    evidence: &Evidence<'_>,
    title: &str,
    y: Axis,
    points: &dyn Fn(&Variant) -> Vec<f64>,
    estimate: &dyn Fn(&Variant) -> Estimate,
) -> Strip {
    let groups = evidence.spec.variants.iter().map(|variant| match estimate(variant).interval {
        Some((low, high)) => StripGroup::with_interval(points(variant), low, high),
        None => StripGroup::new(points(variant)),
    });
    let series = vec![StripSeries { name: "one training each".to_owned(), groups: groups.collect() }];
    let names = evidence.spec.variants.iter().map(|variant| &variant.title);
    let mut strip = Strip::new(title, "", y, names, series);
    strip.mean_label = "mean and 95 % interval".to_owned();
    strip
}

fn errors(evidence: &Evidence<'_>, folder: &Folder) -> Result<Figure> {
    let points = |variant: &Variant| evidence.of(variant).map(|cell| cell.test_error).collect::<Vec<_>>();
    let estimate = |variant: &Variant| evidence.over(variant, |cell| cell.test_error);
    let axis = Axis::percent("test error (%)").fitted();
    let mut strip = strip(evidence, "Test errors with adversarial examples in training", axis, &points, &estimate);
    let published = evidence
        .spec
        .variants
        .iter()
        .filter_map(|variant| Some(format!("{}: {}", variant.title, advlab_plots::percent(variant.published?))));
    strip.note = format!("Published: {}", published.collect::<Vec<_>>().join("; "));
    strip.save(folder.path("errors.png"))?;
    Ok(("errors.png".to_owned(), "Test errors by variant (S7)".to_owned()))
}

fn distortions(evidence: &Evidence<'_>, folder: &Folder) -> Result<Figure> {
    let points = |variant: &Variant| evidence.of(variant).map(|cell| mean(&cell.distortions).value).collect::<Vec<_>>();
    let estimate = |variant: &Variant| evidence.distortion(variant);
    let axis = Axis::plain("mean minimum distortion");
    let strip = strip(evidence, "How large a change has to be that fools the nets", axis, &points, &estimate);
    strip.save(folder.path("distortion.png"))?;
    Ok(("distortion.png".to_owned(), "The smallest change that fools the trained nets".to_owned()))
}

fn curves(evidence: &Evidence<'_>, folder: &Folder) -> Result<Figure> {
    let curves = evidence.spec.variants.iter().map(|variant| {
        let runs: Vec<Vec<(f64, f64)>> = evidence
            .of(variant)
            .map(|cell| cell.history.iter().map(|e| (f64::from(e.epoch), 1.0 - e.test_accuracy)).collect())
            .collect();
        let epochs = runs.first().map_or(0, Vec::len);
        let at = |epoch: usize| {
            let all: Vec<f64> = runs.iter().map(|run| run[epoch].1).collect();
            (runs[0][epoch].0, mean(&all).value)
        };
        Curve { runs: runs.clone(), ..Curve::new(&variant.title, (0..epochs).map(at).collect::<Vec<_>>()) }
    });
    let panel = CurvePanel::new("", Axis::plain("epoch"), Axis::percent("test error (%)").fitted(), curves.collect());
    Curves::new("Test error, epoch by epoch: mean and single trainings", vec![panel])
        .save(folder.path("curves.png"))?;
    Ok(("curves.png".to_owned(), "Test errors while training".to_owned()))
}
