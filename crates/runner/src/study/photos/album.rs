//! The photographs of a study, read when their turn comes, and results on their way through files.

use std::path::{Path, PathBuf};

use advlab_core::InputShape;
use advlab_datasets::photo::{Fit, Fitted, MAX_PIXELS, Photo, list};
use anyhow::{Context as _, Result};

/// Photographs by their numbers.
#[derive(Clone, Debug)]
pub(super) struct Album {
    files: Vec<PathBuf>,
    fit: Fit,
}

impl Album {
    /// The photographs of a folder.
    ///
    /// # Errors
    /// A folder without pictures.
    pub(super) fn open(folder: &Path, fit: Fit) -> Result<Self> {
        Ok(Self { files: list(folder)?, fit })
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.files.len()
    }

    /// Name of a file.
    pub(super) fn name(&self, photo: usize) -> String {
        self.files[photo].file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Name of a file, without its ending.
    pub(super) fn stem(&self, photo: usize) -> String {
        self.files[photo].file_stem().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// What a net of this shape gets to see: values `k/255`, as if the picture had been saved at that size. What rounding does
    /// to a picture is not a part of its change.
    ///
    /// # Errors
    /// A file that is no picture, is damaged, animated, too small or too large.
    pub(super) fn values(&self, photo: usize, shape: InputShape) -> Result<Vec<f32>> {
        Ok(rounded(&Photo::read(&self.files[photo], MAX_PIXELS)?.fit(shape, self.fit)?))
    }
}

fn rounded(fitted: &Fitted) -> Vec<f32> {
    fitted.values().iter().map(|value| (255.0 * value).round() / 255.0).collect()
}

/// Writes a picture as PNG, 8 bits.
///
/// # Errors
/// A file that cannot be written.
pub(super) fn write(path: &Path, values: &[f32], shape: InputShape) -> Result<()> {
    let sides = [shape.channels, shape.height, shape.width].map(|side| side as usize);
    advlab_plots::png(path, values, sides, 1).with_context(|| format!("cannot write {}", path.display()))
}

/// What a net of this shape gets to see of a written picture, scaled as a whole where its size is another.
///
/// # Errors
/// A file that cannot be read.
pub(super) fn read(path: &Path, shape: InputShape) -> Result<Vec<f32>> {
    Ok(rounded(&Photo::read(path, MAX_PIXELS)?.fit(shape, Fit::Stretch)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_comes_back_to_the_bit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("picture.png");
        let shape = InputShape { channels: 3, height: 16, width: 16 };
        let values: Vec<f32> = (0..shape.len()).map(|i| (i * 7 % 256) as f32 / 255.0).collect();
        write(&path, &values, shape).unwrap();
        assert!(read(&path, shape).unwrap() == values);
        let smaller = InputShape { channels: 3, height: 8, width: 8 };
        assert_eq!(read(&path, smaller).unwrap().len(), smaller.len());
    }
}
