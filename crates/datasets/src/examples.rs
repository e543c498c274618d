//! Labelled pictures, wherever they are: what trainings and evaluations ask for.

use std::borrow::Borrow;
use std::fmt;
use std::path::PathBuf;

use advlab_core::{InputShape, Pictures};
use tch::Tensor;

use crate::{Dataset, Error, Result, Split};

/// Labelled pictures: all in memory, as a [`Dataset`] has them, or in files that are read when their turn comes.
pub trait Examples: fmt::Debug + Send + Sync {
    /// What the user calls them, such as `mnist`.
    fn name(&self) -> &str;

    /// Which half.
    fn split(&self) -> Split;

    /// Shape of one picture.
    fn shape(&self) -> InputShape;

    /// All labels, from 0.
    fn labels(&self) -> &[i64];

    /// Names of the classes, by label.
    fn classes(&self) -> &[String];

    /// Where they came from, in words.
    fn origin(&self) -> &str;

    /// SHA-256 of pictures and labels, as hexadecimal text, for run records.
    ///
    /// # Errors
    /// Files that cannot be read.
    fn digest(&self) -> Result<String>;

    /// The group of picture `i`: pictures of one group, such as rotations of one tile, are told apart by no fair test, and stay
    /// together wherever pictures are divided.
    fn group(&self, i: usize) -> usize {
        i
    }

    /// Writes the bytes of these pictures one after the other, each as `[C, H, W]` in order; 0 black, 255 white.
    ///
    /// # Errors
    /// [`Error::Index`] if a number is too large; files that cannot be read.
    ///
    /// # Panics
    /// If `bytes` is not as long as so many pictures.
    fn fill(&self, which: &[usize], bytes: &mut [u8]) -> Result<()>;

    /// The file of picture `i`, where it has one of its own.
    fn file(&self, _i: usize) -> Option<PathBuf> {
        None
    }

    /// What a user should know of how they were found, a sentence each: what was left out.
    fn notes(&self) -> &[String] {
        &[]
    }

    /// The same pictures, if they are in memory.
    fn in_memory(&self) -> Option<&Dataset> {
        None
    }

    /// Number of pictures.
    fn len(&self) -> usize {
        self.labels().len()
    }

    /// Whether there is none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Name and split, such as `mnist test`.
    fn title(&self) -> String {
        format!("{} {}", self.name(), self.split())
    }
}

impl dyn Examples + '_ {
    /// Pictures of these numbers: a range such as `0..100`, or a slice of numbers.
    ///
    /// # Shapes
    /// Returns `Float` `[N, C, H, W]` in [0, 1]: each byte divided by 255.
    ///
    /// # Errors
    /// Those of [`Examples::fill`].
    pub fn pictures<I>(&self, which: I) -> Result<Pictures>
    where
        I: IntoIterator<Item: Borrow<usize>>,
    {
        let which: Vec<usize> = which.into_iter().map(|i| *i.borrow()).collect();
        let mut bytes = vec![0; which.len() * self.shape().len()];
        self.fill(&which, &mut bytes)?;
        let values: Vec<f32> = bytes.into_iter().map(|byte| f32::from(byte) / 255.0).collect();
        let tensor = Tensor::f_from_slice(&values)
            .and_then(|flat| flat.f_reshape(self.shape().batch(which.len() as i64)))
            .map_err(advlab_core::Error::from)?;
        Ok(Pictures::new(tensor)?)
    }

    /// The numbers of two parts that share no group, drawn by `seed`: the first has about this share of every class, the second
    /// the rest, both in order.
    ///
    /// # Errors
    /// [`Error::TooFewGroups`] if a class has too few groups for both.
    pub fn divide(&self, share: f64, seed: advlab_core::Seed) -> Result<(Vec<usize>, Vec<usize>)> {
        let groups: Vec<usize> = (0..self.len()).map(|i| self.group(i)).collect();
        let labels = self.labels();
        let taken = crate::groups::draw(&groups, labels, self.classes().len(), share, seed)
            .map_err(|class| Error::TooFewGroups { set: self.title(), class: self.classes()[class].clone() })?;
        Ok((0..self.len()).partition(|&i| taken.contains(&groups[i])))
    }
}

impl Examples for Dataset {
    fn name(&self) -> &str {
        Self::name(self)
    }

    fn split(&self) -> Split {
        Self::split(self)
    }

    fn shape(&self) -> InputShape {
        Self::shape(self)
    }

    fn labels(&self) -> &[i64] {
        Self::labels(self)
    }

    fn classes(&self) -> &[String] {
        Self::classes(self)
    }

    fn origin(&self) -> &str {
        Self::origin(self)
    }

    fn digest(&self) -> Result<String> {
        Ok(self.sha256())
    }

    fn group(&self, i: usize) -> usize {
        self.groups().map_or(i, |groups| groups[i])
    }

    fn fill(&self, which: &[usize], bytes: &mut [u8]) -> Result<()> {
        let len = Self::shape(self).len();
        assert_eq!(bytes.len(), which.len() * len, "room for so many pictures");
        for (&i, place) in which.iter().zip(bytes.chunks_exact_mut(len)) {
            if i >= Self::len(self) {
                return Err(Error::Index { set: Self::title(self), index: i, len: Self::len(self) });
            }
            place.copy_from_slice(self.picture(i));
        }
        Ok(())
    }

    fn file(&self, i: usize) -> Option<PathBuf> {
        self.files().map(|files| files[i].clone())
    }

    fn notes(&self) -> &[String] {
        Self::notes(self)
    }

    fn in_memory(&self) -> Option<&Dataset> {
        Some(self)
    }
}
