//! What a slice leaves for scripts.

use std::io::BufWriter;

use advlab_analysis::plane::Plane;
use advlab_core::Classifier;
use anyhow::Result;

use super::line::LineOf;
use super::map::Map;
use crate::folder::Folder;
use crate::npz::Npz;

/// Writes `plane.csv`, `line.csv`, and `plane.npz` with what makes the plane: `origin`, the picture, and `along` and `across`, the
/// steps of length 1 towards the counterpart and along the random direction.
pub(super) fn write(folder: &Folder, plane: &Plane, map: &Map, line: &LineOf, net: &dyn Classifier) -> Result<()> {
    folder.write("plane.npz", |file| {
        let shape = net.input();
        let shape = [shape.channels as usize, shape.height as usize, shape.width as usize];
        let mut npz = Npz::new(BufWriter::new(file));
        for (name, values) in [("origin", plane.origin()), ("along", plane.along()), ("across", plane.across())] {
            npz.array(name, &shape, &values)?;
        }
        npz.finish()
    })?;
    let short = |value: f64| format!("{:.6}", value);
    folder.write("plane.csv", |file| {
        let mut table = csv::Writer::from_writer(file);
        table.write_record(["along", "across", "label", "class", "confidence", "outside"])?;
        let places = map.scan.b.iter().flat_map(|b| map.scan.a.iter().map(move |a| (a, b)));
        for (at, (a, b)) in places.enumerate() {
            let label = map.scan.labels[at];
            let class = net.classes()[label].clone();
            let numbers = [map.scan.confidences[at], map.scan.outside[at]].map(short);
            let [confidence, outside] = numbers;
            table.write_record([short(*a), short(*b), label.to_string(), class, confidence, outside])?;
        }
        Ok(table.flush()?)
    })?;
    folder.write("line.csv", |file| {
        let mut table = csv::Writer::from_writer(file);
        let classes = line.classes.iter().map(|class| format!("confidence in {}", net.classes()[*class]));
        table.write_record(["along", "label", "confidence"].map(str::to_owned).into_iter().chain(classes))?;
        for (at, a) in line.at.iter().enumerate() {
            let head = [a.to_string(), line.labels[at].to_string(), line.of_label[at].to_string()];
            table.write_record(head.into_iter().chain(line.confidences.iter().map(|of| of[at].to_string())))?;
        }
        Ok(table.flush()?)
    })
}
