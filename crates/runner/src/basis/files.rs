//! The tables and arrays of a run, for scripts.

use advlab_analysis::basis::Measure;
use anyhow::Result;
use tch::{Kind, Tensor};

use super::figures::DirectionsOf;
use super::group::Group;
use super::held::Held;
use super::summary::Synthesized;
use crate::folder::Folder;
use crate::npz::Npz;

/// A row for each direction that was measured.
pub(super) const DIRECTIONS: &str = "directions.csv";
/// A row for each of its top pictures.
pub(super) const TOP: &str = "top.csv";
/// The directions themselves, and their top pictures.
pub(super) const ARRAYS: &str = "directions.npz";
/// A row for each picture made from noise.
pub(super) const SYNTHESIZED: &str = "synthesized.csv";
/// The pictures themselves.
pub(super) const SYNTHESIZED_ARRAYS: &str = "synthesized.npz";

/// Writes a row for each direction.
pub(super) fn directions(folder: &Folder, of: &DirectionsOf<'_>, groups: &[Group]) -> Result<()> {
    folder.write(DIRECTIONS, |file| {
        let mut table = csv::Writer::from_writer(file);
        let fixed = ["kind", "number", "name", "mean", "sd", "min", "max"];
        table.write_record(fixed.into_iter().chain(Measure::ALL.map(Measure::key)))?;
        for group in groups {
            for (at, (driven, measures)) in group.driven.iter().zip(&group.measures).enumerate() {
                let moments = &driven.moments;
                let mut row = vec![group.kind.to_owned(), group.number(at).to_string(), of.direction(group, at)];
                row.extend(
                    [moments.mean, moments.sd(), f64::from(moments.min), f64::from(moments.max)].map(|v| v.to_string()),
                );
                let measure_of =
                    |measure: Measure| measures.as_ref().map_or(String::new(), |m| measure.of(m).to_string());
                row.extend(Measure::ALL.map(measure_of));
                table.write_record(row)?;
            }
        }
        Ok(table.flush()?)
    })
}

/// Writes a row for each picture that is among the top ones of a direction.
pub(super) fn top(folder: &Folder, held: &Held, groups: &[Group]) -> Result<()> {
    folder.write(TOP, |file| {
        let mut table = csv::Writer::from_writer(file);
        table.write_record(["kind", "number", "rank", "picture", "name", "label", "class", "value"])?;
        for group in groups {
            for (at, driven) in group.driven.iter().enumerate() {
                for (rank, peak) in driven.top.iter().enumerate() {
                    let label = held.labels()[peak.picture];
                    table.write_record([
                        group.kind,
                        &group.number(at).to_string(),
                        &(rank + 1).to_string(),
                        &peak.picture.to_string(),
                        &held.name(peak.picture),
                        &label.to_string(),
                        &held.classes()[label as usize],
                        &peak.value.to_string(),
                    ])?;
                }
            }
        }
        Ok(table.flush()?)
    })
}

/// Writes for each kind `KIND_directions` `[M, D]`, `KIND_top` `[M, K]` (numbers of pictures) and `KIND_values` `[M, K]`.
pub(super) fn arrays(folder: &Folder, groups: &[Group]) -> Result<()> {
    folder.write(ARRAYS, |file| {
        let mut npz = Npz::new(file);
        for group in groups {
            let matrix = group.directions.matrix().to_kind(Kind::Float);
            let (kind, m, width) = (group.kind, group.directions.len(), group.directions.width());
            npz.array(&format!("{kind}_directions"), &[m, width], &Vec::<f32>::try_from(matrix.reshape([-1]))?)?;
            let k = group.driven.first().map_or(0, |driven| driven.top.len());
            let peaks = || group.driven.iter().flat_map(|driven| &driven.top);
            npz.array(&format!("{kind}_top"), &[m, k], &peaks().map(|peak| peak.picture as u64).collect::<Vec<_>>())?;
            npz.array(&format!("{kind}_values"), &[m, k], &peaks().map(|peak| peak.value).collect::<Vec<_>>())?;
        }
        npz.finish()
    })
}

/// Writes the pictures made from noise, and what is said of them.
pub(super) fn synthesized(folder: &Folder, made: &[Synthesized], pictures: &Tensor) -> Result<()> {
    folder.write(SYNTHESIZED, |file| {
        let mut table = csv::Writer::from_writer(file);
        table.write_record([
            "kind",
            "number",
            "name",
            "value",
            "start_value",
            "best_of_pictures",
            "label",
            "confidence",
        ])?;
        for one in made {
            table.write_record([
                one.kind.clone(),
                one.number.to_string(),
                one.name.clone(),
                one.value.to_string(),
                one.start.to_string(),
                one.best.map_or(String::new(), |best| best.to_string()),
                one.label.clone(),
                one.confidence.to_string(),
            ])?;
        }
        Ok(table.flush()?)
    })?;
    folder.write(SYNTHESIZED_ARRAYS, |file| {
        let mut npz = Npz::new(file);
        let shape: Vec<usize> = pictures.size().iter().map(|side| *side as usize).collect();
        npz.array("pictures", &shape, &Vec::<f32>::try_from(pictures.reshape([-1]))?)?;
        npz.finish()
    })
}
