//! From parts to the run's own files: `examples.npz`, `examples.csv`, single pictures.

use std::io::BufWriter;

use advlab_analysis::Average;
use advlab_core::{Classifier, InputShape, Outcome};
use anyhow::{Context as _, Result};

use super::parts::{Done, Parts};
use crate::folder::Folder;
use crate::npz::Npz;

/// Examples of each class that stay in memory, to be drawn.
const SHOWN: usize = 100;

/// What is known of one class once its examples are written.
#[derive(Debug)]
pub(super) struct Stored {
    pub(super) class: i64,
    pub(super) done: Done,
    pub(super) average: Vec<f32>,
    pub(super) steps: Vec<u32>,
    pub(super) confidences: Vec<f32>,
    pub(super) rms: Vec<f32>,
    /// The first examples, with their pictures.
    pub(super) shown: Vec<(Outcome, Vec<f32>)>,
}

/// Joins the parts. Never more than one of them is in memory.
pub(super) fn assemble(
    folder: &Folder,
    parts: &Parts,
    net: &dyn Classifier,
    targets: &[i64],
    pictures: usize,
) -> Result<Vec<Stored>> {
    let shape = net.input();
    let mut stored = Vec::new();
    for class in targets {
        stored.push(read_class(parts, *class, shape)?);
    }
    write_csv(folder, parts, net, &stored)?;
    write_npz(folder, parts, shape, &stored)?;
    if pictures > 0 {
        write_pictures(folder, net, &stored, pictures)?;
    }
    Ok(stored)
}

fn read_class(parts: &Parts, class: i64, shape: InputShape) -> Result<Stored> {
    let done = parts.done(class)?;
    let mut average = Average::new(shape.len());
    let (mut steps, mut confidences, mut rms, mut shown) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for number in 0..done.parts {
        let part = parts.read(class, number)?;
        for (record, picture) in part.records.into_iter().zip(part.pictures.chunks_exact(shape.len())) {
            average.add(picture);
            steps.push(record.steps);
            confidences.push(record.confidence);
            rms.push(record.rms);
            if shown.len() < SHOWN {
                shown.push((record, picture.to_vec()));
            }
        }
    }
    Ok(Stored { class, done, average: average.mean(), steps, confidences, rms, shown })
}

fn write_csv(folder: &Folder, parts: &Parts, net: &dyn Classifier, stored: &[Stored]) -> Result<()> {
    folder.write("examples.csv", |file| {
        let mut table = csv::Writer::from_writer(BufWriter::new(file));
        table.write_record([
            "class",
            "attempt",
            "start_seed",
            "target",
            "label",
            "confidence",
            "label_before",
            "confidence_before",
            "l2",
            "linf",
            "rms",
            "steps",
            "forward",
            "backward",
        ])?;
        for class in stored {
            for number in 0..class.done.parts {
                for r in parts.read(class.class, number)?.records {
                    table.write_record([
                        net.classes()[class.class as usize].clone(),
                        r.index.to_string(),
                        r.start_seed.to_string(),
                        r.target.to_string(),
                        r.label.to_string(),
                        r.confidence.to_string(),
                        r.label_before.to_string(),
                        r.confidence_before.to_string(),
                        r.l2.to_string(),
                        r.linf.to_string(),
                        r.rms.to_string(),
                        r.steps.to_string(),
                        r.forward.to_string(),
                        r.backward.to_string(),
                    ])?;
                }
            }
        }
        Ok(table.flush()?)
    })
}

fn write_npz(folder: &Folder, parts: &Parts, shape: InputShape, stored: &[Stored]) -> Result<()> {
    let n: usize = stored.iter().map(|class| class.done.successes).sum();
    let sides = |n: usize| shape.batch(n as i64).map(|side| side as usize);
    folder.write("examples.npz", |file| {
        let mut npz = Npz::new(BufWriter::new(file));
        npz.begin::<f32>("images", &sides(n))?;
        for class in stored {
            for number in 0..class.done.parts {
                npz.push(&parts.read(class.class, number)?.pictures)?;
            }
        }
        let mut records: Vec<Outcome> = Vec::with_capacity(n);
        for class in stored {
            for number in 0..class.done.parts {
                records.extend(parts.read(class.class, number)?.records);
            }
        }
        let column = |of: fn(&Outcome) -> i64| records.iter().map(of).collect::<Vec<_>>();
        let real = |of: fn(&Outcome) -> f32| records.iter().map(of).collect::<Vec<_>>();
        npz.array("target", &[n], &column(|r| r.target))?;
        npz.array("label", &[n], &column(|r| r.label))?;
        npz.array("confidence", &[n], &real(|r| r.confidence))?;
        npz.array("steps", &[n], &column(|r| i64::from(r.steps)))?;
        npz.array("start_seed", &[n], &records.iter().map(|r| r.start_seed).collect::<Vec<_>>())?;
        npz.array("attempt", &[n], &records.iter().map(|r| r.index).collect::<Vec<_>>())?;
        npz.array("l2", &[n], &real(|r| r.l2))?;
        npz.array("linf", &[n], &real(|r| r.linf))?;
        npz.array("rms", &[n], &real(|r| r.rms))?;
        let averages: Vec<f32> = stored.iter().flat_map(|class| class.average.iter().copied()).collect();
        npz.array("average", &sides(stored.len()), &averages)?;
        npz.array("average_target", &[stored.len()], &stored.iter().map(|class| class.class).collect::<Vec<_>>())?;
        npz.finish()
    })
}

/// The first examples one by one, and the averages, pixel for pixel.
fn write_pictures(folder: &Folder, net: &dyn Classifier, stored: &[Stored], pictures: usize) -> Result<()> {
    let place = folder.subfolder("pictures")?;
    let shape = net.input();
    let shape = [shape.channels as usize, shape.height as usize, shape.width as usize];
    for class in stored {
        let name = file_name(&net.classes()[class.class as usize]);
        let save = |file: String, values: &[f32]| {
            let file = place.join(file);
            advlab_plots::png(&file, values, shape, 1).with_context(|| format!("cannot write {}", file.display()))
        };
        for (record, picture) in class.shown.iter().take(pictures) {
            save(format!("{name}-{:06}.png", record.index), picture)?;
        }
        if !class.shown.is_empty() {
            save(format!("{name}-average.png"), &class.average)?;
        }
    }
    Ok(())
}

/// A class name as a file name.
fn file_name(class: &str) -> String {
    class.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect()
}
