//! Figures of a slice: the plane, the line, pictures along the line.

use advlab_analysis::plane::Plane;
use advlab_core::Classifier;
use advlab_plots::theme::INK;
use advlab_plots::{
    Axis, ClassMap, ContactSheet, Curve, CurvePanel, Curves, Marker, Overlay, Picture, PlanePanel, Planes, Stroke, Tile,
};
use anyhow::Result;
use ndarray::Array2;

use super::Summary;
use super::line::LineOf;
use super::map::Map;
use crate::folder::Folder;
use crate::labels;
use crate::perturb::digits;
use crate::words::percent;

/// Classes with colours of their own; what has less of the plane is one more.
const COLOURS: usize = 9;
/// Pictures along the line.
const PICTURES: usize = 9;
/// Lines across the curves that are nearer than this share of the width are one.
const NEAR: f64 = 0.005;

/// Draws all of them; comes back with files and captions.
pub(super) fn draw(
    folder: &Folder,
    plane: &Plane,
    net: &dyn Classifier,
    map: &Map,
    line: &LineOf,
    summary: &Summary,
) -> Result<Vec<(String, String)>> {
    around(net, map, summary).save(folder.path("plane.png"))?;
    along(net, line, summary).save(folder.path("line.png"))?;
    pictures(plane, net, line, summary)?.save(folder.path("line-pictures.png"))?;
    let drawn = [
        ("plane.png", "What the net says around the picture; the paler, the less confident"),
        ("line.png", "Confidences from the picture to its counterpart and beyond"),
        ("line-pictures.png", "Pictures along the line"),
    ];
    Ok(drawn.map(|(file, caption)| (file.to_owned(), caption.to_owned())).into())
}

fn around(net: &dyn Classifier, map: &Map, summary: &Summary) -> Planes<'static> {
    let shares = map.shares();
    let own: Vec<usize> = shares.iter().take(COLOURS).map(|(class, _)| *class).collect();
    let mut names: Vec<String> = own.iter().map(|class| labels::short(&net.classes()[*class]).to_owned()).collect();
    if shares.len() > own.len() {
        names.push(format!("{} other classes", shares.len() - own.len()));
    }
    let (rows, columns) = (map.scan.b.len(), map.scan.a.len());
    let number = |label: &usize| own.iter().position(|class| class == label).unwrap_or(own.len());
    let labels =
        Array2::from_shape_fn((rows, columns), |(row, column)| number(&map.scan.labels[row * columns + column]));
    let confidence =
        Array2::from_shape_fn((rows, columns), |(row, column)| map.scan.confidences[row * columns + column]);
    let [x, y] = map.ends;
    let mut ground = ClassMap::new(x, y, labels, names).confident(confidence);
    ground.least = 0.0;
    let line =
        Overlay::lines("line through both", vec![vec![(x.0, 0.0), (x.1, 0.0)]], Stroke::dashed(INK, 1).wide(3.0));
    let point = |name: &str, at: f64, marker| match Overlay::points(name, vec![(at, 0.0)], marker, INK) {
        Overlay::Points { name, points, marker, colour, .. } => {
            Overlay::Points { name, points, marker, colour, radius: 11.0 }
        }
        other => other,
    };
    let overlays = vec![
        line,
        point("the picture", 0.0, Marker::Disc),
        point("its counterpart", summary.distance, Marker::Diamond),
    ];
    let mut figure = Planes::new(summary.title(), vec![PlanePanel::new("", ground, overlays)])
        .axes("L2 distance towards the counterpart", "L2 distance along a random direction");
    figure.note = "the paler, the less confident; points as they are, also where values leave [0, 1]".to_owned();
    figure
}

fn along(net: &dyn Classifier, line: &LineOf, summary: &Summary) -> Curves {
    let mut curves: Vec<Curve> = line
        .classes
        .iter()
        .zip(&line.confidences)
        .enumerate()
        .map(|(at, (class, confidences))| {
            let points: Vec<(f64, f64)> = line.at.iter().copied().zip(confidences.iter().copied()).collect();
            Curve::new(labels::short(&net.classes()[*class]), points).styled(at, 0)
        })
        .collect();
    let upright = |name: &str, at: f64, dash| Curve::new(name, [(at, 0.0), (at, 1.0)]).styled(6, dash);
    curves.push(upright("the picture", 0.0, 2));
    // A counterpart that a search found lies on the boundary, so that one line stands for both.
    let span = line.at[line.at.len() - 1] - line.at[0];
    match line.boundary {
        Some(boundary) if (boundary - line.distance).abs() < NEAR * span => {
            curves.push(upright("its counterpart, at the first boundary", line.distance, 1));
        }
        boundary => {
            curves.push(upright("its counterpart", line.distance, 3));
            curves.extend(boundary.map(|boundary| upright("first boundary", boundary, 1)));
        }
    }
    let x = Axis::plain("L2 distance from the picture, towards the counterpart");
    let panel = CurvePanel::new("", x, Axis::percent("confidence (%)"), curves);
    Curves::new(format!("{}: along the line", summary.title()), vec![panel])
}

fn pictures(plane: &Plane, net: &dyn Classifier, line: &LineOf, summary: &Summary) -> Result<ContactSheet<'static>> {
    let (first, last) = (line.at[0], line.at[line.at.len() - 1]);
    let at = places((first, last), line.distance);
    let shape = net.input();
    let shape = [shape.channels as usize, shape.height as usize, shape.width as usize];
    let coordinates: Vec<(f64, f64)> = at.iter().map(|a| (*a, 0.0)).collect();
    let pictures = plane.points(&coordinates);
    let scores = net.classify(&pictures.to_device(net.device()))?;
    let tile = |(row, a): (usize, &f64)| -> Result<Tile<'static>> {
        let values = Vec::<f32>::try_from(pictures.get(row as i64).flatten(0, -1))?;
        let what = match *a {
            0.0 => "the picture".to_owned(),
            a if a == line.distance => "its counterpart".to_owned(),
            a => digits(a),
        };
        let class = labels::short(&net.classes()[scores.labels[row] as usize]);
        let confidence = percent(f64::from(scores.confidence_of_label(row)));
        Ok(Tile::new(Picture::new(values, shape), format!("{what}\n{class}\n{confidence}")))
    };
    let tiles = at.iter().enumerate().map(tile).collect::<Result<Vec<_>>>()?;
    Ok(ContactSheet::new(format!("{}: pictures along the line", summary.title()), tiles))
}

/// Where the pictures along the line stand: at equal steps between two ends, and those next to the picture and its counterpart
/// right there.
fn places((first, last): (f64, f64), distance: f64) -> Vec<f64> {
    let mut at: Vec<f64> = (0..PICTURES).map(|k| first + (last - first) * k as f64 / (PICTURES - 1) as f64).collect();
    let nearest = |at: &[f64], wanted: f64, taken: Option<usize>| {
        let away = |place: &usize| (at[*place] - wanted).abs();
        let free = (0..PICTURES).filter(|place| Some(*place) != taken);
        free.min_by(|one, other| away(one).total_cmp(&away(other))).unwrap_or(0)
    };
    let picture = nearest(&at, 0.0, None);
    let counterpart = nearest(&at, distance, Some(picture));
    (at[picture], at[counterpart]) = (0.0, distance);
    at.sort_by(f64::total_cmp);
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_pictures_have_a_place_however_far_the_line_reaches() {
        for (reach, distance) in [(0.6, 1.3), (2.0, 0.4), (100.0, 0.4)] {
            let ends = (distance * (0.5 - reach), distance * (0.5 + reach));
            let at = places(ends, distance);
            assert!(at.contains(&0.0) && at.contains(&distance) && at.len() == PICTURES, "{at:?}");
            assert!(at.is_sorted_by(|one, next| one < next), "{at:?}");
        }
    }
}
