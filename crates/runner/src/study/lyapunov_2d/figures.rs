//! The pictures of a study.

use advlab_analysis::Estimate;
use advlab_model_zoo::read;
use advlab_plots::{Axis, Curve, CurvePanel, Curves, FieldScale, PlanePanel, Planes};
use anyhow::Result;

use super::cell::Measured;
use super::evidence::{Evidence, Of};
use super::measure::landscape;
use crate::folder::Folder;
use crate::study::report::Figure;

/// Draws everything.
pub(super) fn draw(evidence: &Evidence<'_>, folder: &Folder) -> Result<Vec<Figure>> {
    let fields = fields(evidence, folder)?;
    Ok(fields.into_iter().chain([widths(evidence, folder)?, embedding(evidence, folder)?]).collect())
}

/// Fields of the first training: exponents with boundary and directions, and their ridges.
fn fields(evidence: &Evidence<'_>, folder: &Folder) -> Result<Vec<Figure>> {
    let spec = evidence.spec;
    let (mut exponents, mut ridges) = (Vec::new(), Vec::new());
    for of in evidence.grid() {
        let Some(first) = evidence.of(of).next() else { continue };
        let (net, _) = read(&folder.path(&format!("nets/{}.safetensors", first.cell.key())), None)?;
        let land = landscape(&net, spec.grid)?;
        exponents.push(PlanePanel::new("", land.field(), land.over_exponents()));
        ridges.push(PlanePanel::new("", land.field(), land.over_ridges()));
    }
    let draw = |file: &str, title: &str, panels: Vec<PlanePanel<'_>>| -> Result<()> {
        let mut figure = Planes::new(title, panels)
            .in_grid(
                spec.depths.iter().map(|depth| format!("{depth} layers")),
                spec.widths.iter().map(|width| format!("width {width}")),
            )
            .axes("x₁", "x₂");
        figure.scale = FieldScale { shared: false, ..FieldScale::sequential("L λ₁") };
        figure.size = Some(240.0);
        figure.note = "training 1; each panel has a scale of its own".to_owned();
        Ok(figure.save(folder.path(file))?)
    };
    draw("fields.png", "Stretching from the point to the last hidden layer", exponents)?;
    draw("ridges.png", "Ridges of the stretching, and the decision boundary", ridges)?;
    Ok(vec![
        ("fields.png".to_owned(), "L λ₁ over the square with the direction stretched most (M5a)".to_owned()),
        ("ridges.png".to_owned(), "Its ridges and the decision boundary (M5a)".to_owned()),
    ])
}

/// A number over the width, with intervals.
fn curve(
    evidence: &Evidence<'_>,
    name: &str,
    widths: &[i64],
    of: impl Fn(i64) -> Of,
    number: impl Fn(&Measured) -> Option<f64>,
) -> Curve {
    let found = |width: &i64| Some((*width as f64, evidence.over(of(*width), &number)?));
    let points: Vec<(f64, Estimate)> = widths.iter().filter_map(found).collect();
    let mut curve =
        Curve::new(name, points.iter().map(|(width, estimate)| (*width, estimate.value)).collect::<Vec<_>>());
    let ends = |estimate: &Estimate| estimate.interval.unwrap_or((estimate.value, estimate.value));
    curve.band = points.iter().map(|(_, estimate)| ends(estimate)).collect();
    curve
}

fn widths(evidence: &Evidence<'_>, folder: &Folder) -> Result<Figure> {
    let spec = evidence.spec;
    let panel = |depth: &usize| {
        let one = |name: &str, number: fn(&Measured) -> Option<f64>| {
            curve(evidence, name, &spec.widths, |width| (false, width, *depth), number)
        };
        let curves: Vec<Curve> = vec![
            one("on the decision boundary", |cell| cell.on_boundary),
            one("at the centre", |cell| cell.centre),
            one("off the boundary", |cell| cell.elsewhere),
        ];
        let curves = curves.into_iter().filter(|curve| !curve.points.is_empty()).collect();
        CurvePanel::new(format!("{depth} hidden layers"), Axis::log("width"), Axis::plain("mean L λ₁"), curves)
    };
    let mut figure = Curves::new("How much is stretched, by width", spec.depths.iter().map(panel).collect());
    figure.note = "mean over trainings and 95 % interval".to_owned();
    figure.save(folder.path("widths.png"))?;
    Ok(("widths.png".to_owned(), "Mean L λ₁ on the boundary and at the centre against width (M5b)".to_owned()))
}

fn embedding(evidence: &Evidence<'_>, folder: &Folder) -> Result<Figure> {
    let spec = evidence.spec;
    let one = |name: &str, random: bool| {
        let of = |width| (random, width, spec.embedding_depth);
        let mut curve = curve(evidence, name, &spec.embedding_widths, of, |cell| Some(cell.test_error));
        curve.band.iter_mut().for_each(|(low, _)| *low = low.max(0.0));
        curve
    };
    let panel = CurvePanel::new(
        "",
        Axis::log("width"),
        Axis::percent("test error (%)").fitted(),
        vec![one("all layers trained", false), one("random hidden layers, trained output", true)],
    );
    let title = format!("Random embedding, {} hidden layers", spec.embedding_depth);
    let mut figure = Curves::new(title, vec![panel]);
    figure.note = "mean over trainings and 95 % interval".to_owned();
    figure.save(folder.path("embedding.png"))?;
    Ok(("embedding.png".to_owned(), "Test errors with random and with trained hidden layers (M5c)".to_owned()))
}
