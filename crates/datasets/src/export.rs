//! A data set written as the IDX files that every MNIST reader takes.

use std::path::Path;

use crate::idx::{write_images, write_labels};
use crate::{Dataset, Error, Result, Split};

impl Dataset {
    /// Writes `train-images-idx3-ubyte` and `train-labels-idx1-ubyte` (`t10k-…` for the test split) into `folder`, which
    /// is made if need be; with `.gz` if `gzip`.
    ///
    /// The pictures must be grey, since the format has no place for channels.
    ///
    /// # Errors
    /// [`Error::Write`] if a file cannot be written; [`Error::Pixels`] if the pictures are not grey.
    pub fn export(&self, folder: &Path, gzip: bool) -> Result<()> {
        let shape = self.shape();
        if shape.channels != 1 {
            let (bytes, shape) = (self.pixels().len(), format!("grey (these are {shape})"));
            return Err(Error::Pixels { set: self.title(), bytes, shape });
        }
        std::fs::create_dir_all(folder).map_err(Error::write(folder))?;
        let stem = match self.split() {
            Split::Train => "train",
            Split::Test => "t10k",
        };
        let end = if gzip { ".gz" } else { "" };
        let labels: Vec<u8> = self.labels().iter().map(|&label| label as u8).collect();
        let (rows, columns) = (shape.height as usize, shape.width as usize);
        write_images(&folder.join(format!("{stem}-images-idx3-ubyte{end}")), rows, columns, self.pixels())?;
        write_labels(&folder.join(format!("{stem}-labels-idx1-ubyte{end}")), &labels)
    }
}
