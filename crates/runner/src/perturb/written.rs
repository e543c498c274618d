//! Results as files of 8 bits, read back from disk and classified again: what counts is what a file still shows.

use std::path::Path;

use advlab_core::{Aim, Classifier, InputShape};
use anyhow::{Context as _, Result, ensure};
use serde::{Deserialize, Serialize};

use super::asking::ask;
use crate::inputs::from_levels;

/// A result as a file, and what the net says of that file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Written {
    /// Its path in the results folder.
    pub(super) file: String,
    /// The net's label of what stands in it.
    pub(super) label: i64,
    /// Confidence of that label.
    pub(super) confidence: f32,
    /// Whether that is what was wanted.
    pub(super) holds: bool,
}

/// A result that is to be written.
#[derive(Debug)]
pub(super) struct ToWrite<'a> {
    /// Path in the results folder.
    pub(super) file: String,
    pub(super) values: &'a [f32],
    pub(super) aim: Aim,
}

/// Writes results below `root`, reads them back and asks the net, `batch` at a time.
///
/// # Errors
/// Files that cannot be written or read; those of the net.
pub(super) fn write_all(
    net: &dyn Classifier,
    root: &Path,
    results: &[ToWrite<'_>],
    batch: usize,
) -> Result<Vec<Written>> {
    let shape = net.input();
    let mut again = Vec::new();
    for result in results {
        let path = root.join(&result.file);
        write(&path, result.values, shape)?;
        again.extend(read(&path, shape)?);
    }
    let said = ask(net, &again, batch, &|row| results[row].file.clone())?;
    let written = results.iter().zip(said.labels).zip(said.confidences).map(|((result, label), confidence)| Written {
        file: result.file.clone(),
        label,
        confidence,
        holds: result.aim.holds(label),
    });
    Ok(written.collect())
}

/// Writes a picture as PNG, grey or RGB, 8 bits.
///
/// # Errors
/// A file that cannot be written.
pub(super) fn write(path: &Path, values: &[f32], shape: InputShape) -> Result<()> {
    let sides = [shape.channels, shape.height, shape.width].map(|side| side as usize);
    advlab_plots::png(path, values, sides, 1).with_context(|| format!("cannot write {}", path.display()))
}

/// Reads such a file, on another way than pictures come in.
///
/// # Errors
/// A file that cannot be read or has another size.
fn read(path: &Path, shape: InputShape) -> Result<Vec<f32>> {
    let image = image::open(path).with_context(|| format!("cannot read {} back", path.display()))?;
    let found = (i64::from(image.height()), i64::from(image.width()));
    ensure!(found == (shape.height, shape.width), "{} was read back as {found:?}, wanted {shape}", path.display());
    if shape.channels == 1 {
        return Ok(from_levels(image.to_luma8().as_raw()));
    }
    let image = image.to_rgb8();
    let plane = |channel: usize| image.pixels().map(move |pixel| pixel.0[channel]).collect::<Vec<_>>();
    Ok((0..3).flat_map(|channel| from_levels(&plane(channel))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_on_the_lattice_comes_back_to_the_bit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("picture.png");
        for channels in [1, 3] {
            let shape = InputShape { channels, height: 16, width: 16 };
            let bytes: Vec<u8> = (0..shape.len()).map(|i| (i * 7 % 256) as u8).collect();
            let values = from_levels(&bytes);
            write(&path, &values, shape).unwrap();
            assert!(read(&path, shape).unwrap() == values, "{channels} channels");
            let other = InputShape { height: 8, ..shape };
            assert!(read(&path, other).unwrap_err().to_string().contains("was read back as (16, 16)"));
        }
        // A colour picture without colour becomes a grey file.
        let shape = InputShape { channels: 3, height: 8, width: 8 };
        let grey = from_levels(&(0..64).collect::<Vec<u8>>()).repeat(3);
        write(&path, &grey, shape).unwrap();
        assert!(read(&path, shape).unwrap() == grey);
    }
}
