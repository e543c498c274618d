//! Maps of rectangles of a plane.

use std::path::Path;

use advlab_plots::theme::{INK, WRONG, class};
use advlab_plots::{
    Animation, ClassMap, Field, FieldScale, Ground, Marker, Overlay, PlanePanel, Planes, Segment, Stroke, contours,
};
use ndarray::Array2;
use rand::Rng;

use crate::{Done, coloured, noisy};

pub(crate) fn planes(folder: &Path, rng: &mut impl Rng) -> Done {
    fields().save(folder.join("planes-fields.png"))?;
    classes(rng).save(folder.join("planes-classes.png"))?;
    let mut each = fields();
    each.scale = FieldScale::diverging("height").each();
    each.panels.truncate(4);
    let mut each = Planes { row_names: Vec::new(), column_names: Vec::new(), columns: 2, ..each };
    each.title = "A scale for each panel".to_owned();
    for (index, panel) in each.panels.iter_mut().enumerate() {
        panel.title = format!("panel {}, whose title is long enough to be broken into two lines", index + 1);
    }
    each.save(folder.join("planes-each.png"))?;
    let frames = (0..12).map(|step| lines(0.25 * f64::from(step)).draw()).collect::<Result<Vec<_>, _>>()?;
    let animation = Animation::new(frames, 120);
    animation.save(folder.join("turning.gif"))?;
    animation.save(folder.join("turning.png"))?;
    Ok(())
}

/// Ridges over a grid of panels, with directions and the line where the sign changes.
fn fields() -> Planes<'static> {
    let panel = |index: usize| {
        let wave = 1.0 + index as f64 * 0.5;
        let field = Field::from_fn((-1.0, 1.0), (-1.0, 1.0), (90, 90), |x, y| {
            if x > 0.7 && y > 0.7 && index == 5 { f64::NAN } else { (wave * x).sin() - y * wave / 4.0 }
        });
        let boundary = Overlay::lines("boundary", contours(&field, 0.0), Stroke::solid(WRONG).edged());
        let at = |number: usize| (-0.9 + 0.2 * (number % 10) as f64, -0.9 + 0.2 * (number / 10) as f64);
        let segment = |number| Segment { at: at(number), direction: ((wave * at(number).0).cos(), 0.5), length: 0.06 };
        let segments =
            Overlay::segments("leading direction", (0..100).map(segment).collect(), Stroke::solid(INK).wide(2.0));
        PlanePanel::new("", field, vec![boundary, segments])
    };
    let mut figure = Planes::new("Values over the plane", (0..6).map(panel).collect())
        .in_grid(["depth 2", "depth 8"], ["width 10", "width 50", "width 250"])
        .axes("x₁", "x₂");
    figure.note = "made-up numbers".to_owned();
    figure.scale = FieldScale::diverging("height");
    figure
}

/// Ten classes with points, and one with small pictures.
fn classes(rng: &mut impl Rng) -> Planes<'static> {
    let map = |count: usize| {
        let (rows, columns) = (120, 160);
        let angle = |row: usize, column: usize| {
            let (x, y) = (column as f64 / columns as f64 - 0.5, row as f64 / rows as f64 - 0.5);
            (y.atan2(x) / std::f64::consts::TAU + 0.5) * count as f64
        };
        let labels =
            Array2::from_shape_fn((rows, columns), |(row, column)| (angle(row, column) as usize).min(count - 1));
        let confidence = Array2::from_shape_fn((rows, columns), |(row, column)| {
            1.0 - (2.0 * (angle(row, column).fract() - 0.5)).abs().powi(3) * 0.9
        });
        let names: Vec<String> = (0..count).map(|class| format!("class {class}")).collect();
        ClassMap::new((-4.0, 4.0), (-3.0, 3.0), labels, names).confident(confidence)
    };
    let mut points = |label: usize| {
        let points = (0..40).map(|_| (8.0 * rng.random::<f64>() - 4.0, 6.0 * rng.random::<f64>() - 3.0)).collect();
        Overlay::points(format!("sample {label}"), points, Marker::of_class(label), class(label))
    };
    let mut overlays: Vec<Overlay<'_>> = (0..6).map(&mut points).collect();
    overlays.push(Overlay::straight("neuron", (1.0, -1.0), 0.5, Stroke::dashed(INK, 1)));
    let picture = |at, picture, magnify| Overlay::Picture { at, picture, magnify, frame: INK };
    let pictures = vec![
        picture((-4.0, -3.0), noisy(3, 0.4, 0.1, rng), 4),
        picture((4.0, -3.0), noisy(5, 0.4, 0.1, rng), 4),
        picture((0.0, 3.0), coloured(40, 0.7), 3),
    ];
    Planes::new(
        "Classes over the plane",
        vec![PlanePanel::new("ten classes", map(10), overlays), PlanePanel::new("three", map(3), pictures)],
    )
    .axes("distance along the first direction (L2)", "distance along the second (L2)")
}

fn lines(turn: f64) -> Planes<'static> {
    let line = Overlay::straight("neuron", (turn.cos(), turn.sin()), 0.2, Stroke::default());
    let mut figure = Planes::new(
        "A line that turns",
        vec![PlanePanel::new("", Ground::Blank { x: (0.0, 1.0), y: (0.0, 1.0) }, vec![line])],
    );
    figure.size = Some(400.0);
    figure
}
