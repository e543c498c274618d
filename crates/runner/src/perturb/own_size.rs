//! A change given back at the size of the picture that it was found for, and shown to the net again.

use std::path::Path;

use advlab_core::{Aim, Classifier, InputShape, Norm};
use advlab_datasets::photo::{Fit, Fitted, Photo};
use anyhow::Result;
use serde::{Deserialize, Serialize};

use super::asking::ask;
use super::written::write;
use crate::inputs::seen;

/// What the change is multiplied by until the whole picture shows what was wanted: scaled up and down again it is a little
/// weaker than it was.
const STRENGTHS: [f32; 6] = [1.0, 1.25, 1.5, 2.0, 3.0, 4.0];

/// The changed picture at its own size, as a file, and what the net says of that file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct OwnSize {
    /// Its path in the results folder.
    pub(super) file: String,
    /// What the change was multiplied by; 1 where nothing in [`STRENGTHS`] was enough.
    pub(super) strength: f32,
    /// The net's label of what stands in it, fitted to the net anew.
    pub(super) label: i64,
    /// Confidence of that label.
    pub(super) confidence: f32,
    /// Whether that is what was wanted.
    pub(super) holds: bool,
    /// Length of the change of the whole picture.
    pub(super) l2: f64,
    /// PSNR of it in decibels.
    pub(super) psnr: f64,
}

/// A picture at its own size and the change found for it.
#[derive(Debug)]
pub(super) struct Found<'a> {
    pub(super) photo: &'a Photo,
    pub(super) fitted: &'a Fitted,
    /// What the net saw, before and after.
    pub(super) clean: &'a [f32],
    pub(super) result: &'a [f32],
    pub(super) aim: Aim,
}

/// Writes the changed picture at its own size to `file` below `root`, with the weakest change in [`STRENGTHS`] that the file
/// still shows.
///
/// # Errors
/// A file that cannot be written or read; those of the net.
pub(super) fn give_back(net: &dyn Classifier, found: &Found<'_>, fit: Fit, root: &Path, file: &str) -> Result<OwnSize> {
    let path = root.join(file);
    let change = |strength: f32| -> Vec<f32> {
        let pairs = found.clean.iter().zip(found.result);
        pairs.map(|(before, after)| (strength * (after - before)).clamp(-1.0, 1.0)).collect()
    };
    let said = |photo: &Photo| -> Result<(i64, f32)> {
        let said = ask(net, &seen(&photo.fit(net.input(), fit)?), 1, &|_| file.to_owned())?;
        Ok((said.labels[0], said.confidences[0]))
    };
    let before = found.photo.values();
    let save = |strength: f32, whole: &Photo| -> Result<OwnSize> {
        let (height, width) = (whole.height(), whole.width());
        write(&path, &whole.values(), InputShape { channels: 3, height: height as i64, width: width as i64 })?;
        let saved = Photo::read(&path, (height * width) as u64)?;
        let (label, confidence) = said(&saved)?;
        let l2 = Norm::L2.distance(&before, &saved.values());
        let psnr = -20.0 * (l2 / (before.len() as f64).sqrt()).log10();
        Ok(OwnSize { file: file.to_owned(), strength, label, confidence, holds: found.aim.holds(label), l2, psnr })
    };
    for strength in STRENGTHS {
        let whole = found.fitted.give_back(found.photo, &change(strength))?;
        // Writing and reading a large picture takes long; most strengths that are too weak show it before.
        if found.aim.holds(said(&whole)?.0) {
            let saved = save(strength, &whole)?;
            if saved.holds {
                return Ok(saved);
            }
        }
    }
    save(1.0, &found.fitted.give_back(found.photo, &change(1.0))?)
}
