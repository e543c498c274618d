//! Pictures with labels, as bytes in memory.

use std::borrow::Borrow;
use std::path::PathBuf;

use advlab_core::{InputShape, Pictures, Seed};
use rand::seq::SliceRandom;
use sha2::{Digest, Sha256};
use tch::Tensor;

use crate::{Error, Result, Split};

/// What a [`Dataset`] is made of; [`Dataset::new`] checks that it fits together.
#[derive(Clone, Debug)]
pub struct Parts {
    /// What the user calls it, such as `mnist`.
    pub name: String,
    /// Which half.
    pub split: Split,
    /// Shape of one picture.
    pub shape: InputShape,
    /// The pictures one after the other, each as the bytes of `[C, H, W]` in order; 0 black, 255 white.
    pub pixels: Vec<u8>,
    /// One for each picture, from 0.
    pub labels: Vec<i64>,
    /// Names of the classes, by label.
    pub classes: Vec<String>,
    /// Where it came from, in words.
    pub origin: String,
}

/// Pictures with labels, as bytes in memory.
#[derive(Clone, Debug)]
pub struct Dataset {
    parts: Parts,
    groups: Option<Vec<usize>>,
    files: Option<Vec<PathBuf>>,
    notes: Vec<String>,
}

impl Dataset {
    /// Puts a data set together.
    ///
    /// # Errors
    /// [`Error::Pixels`], [`Error::Counts`] or [`Error::Label`] if the parts do not fit together.
    pub fn new(parts: Parts) -> Result<Self> {
        let len = parts.shape.len();
        if len == 0 || !parts.pixels.len().is_multiple_of(len) {
            let (bytes, shape) = (parts.pixels.len(), parts.shape.to_string());
            return Err(Error::Pixels { set: parts.name, bytes, shape });
        }
        let (n_images, n_labels) = (parts.pixels.len() / len, parts.labels.len());
        if n_images != n_labels {
            return Err(Error::Counts { images: parts.name.clone(), n_images, labels: parts.name, n_labels });
        }
        let n_classes = parts.classes.len() as i64;
        if let Some(index) = parts.labels.iter().position(|label| !(0..n_classes).contains(label)) {
            let (label, last) = (parts.labels[index], n_classes - 1);
            return Err(Error::Label { place: parts.name, index, label, first: 0, last });
        }
        Ok(Self { parts, groups: None, files: None, notes: Vec::new() })
    }

    /// The same with a group for each picture: what must stay together wherever pictures are divided, such as rotations of one
    /// tile.
    ///
    /// # Panics
    /// If there are not as many groups as pictures.
    #[must_use]
    pub fn grouped(mut self, groups: Vec<usize>) -> Self {
        assert_eq!(groups.len(), self.len(), "one group for each picture");
        self.groups = Some(groups);
        self
    }

    /// The same with the file that each picture was read from.
    pub(crate) fn filed(mut self, files: Vec<PathBuf>) -> Self {
        self.files = Some(files);
        self
    }

    /// The same with a word on how they were found.
    pub(crate) fn noted(mut self, notes: Vec<String>) -> Self {
        self.notes = notes;
        self
    }

    /// The file of each picture, if each was read from one.
    pub fn files(&self) -> Option<&[PathBuf]> {
        self.files.as_deref()
    }

    /// What a user should know of how they were found, a sentence each: what was left out.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The group of each picture, if there are groups.
    pub fn groups(&self) -> Option<&[usize]> {
        self.groups.as_deref()
    }

    /// What the user calls it, such as `mnist`.
    pub fn name(&self) -> &str {
        &self.parts.name
    }

    /// Which half.
    pub const fn split(&self) -> Split {
        self.parts.split
    }

    /// Shape of one picture.
    pub const fn shape(&self) -> InputShape {
        self.parts.shape
    }

    /// Number of pictures.
    pub const fn len(&self) -> usize {
        self.parts.labels.len()
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All bytes, picture after picture.
    pub fn pixels(&self) -> &[u8] {
        &self.parts.pixels
    }

    /// All labels, from 0.
    pub fn labels(&self) -> &[i64] {
        &self.parts.labels
    }

    /// Names of the classes, by label.
    pub fn classes(&self) -> &[String] {
        &self.parts.classes
    }

    /// Where it came from, in words.
    pub fn origin(&self) -> &str {
        &self.parts.origin
    }

    /// The bytes of picture `i`, `[C, H, W]` in order.
    ///
    /// # Panics
    /// If there is no picture `i`.
    pub fn picture(&self, i: usize) -> &[u8] {
        let len = self.parts.shape.len();
        &self.parts.pixels[i * len..(i + 1) * len]
    }

    /// Pictures of these numbers: a range such as `0..100`, or a slice of numbers.
    ///
    /// # Shapes
    /// Returns `Float` `[N, C, H, W]` in [0, 1]: each byte divided by 255.
    ///
    /// # Errors
    /// [`Error::Index`] if a number is too large.
    pub fn pictures<I>(&self, which: I) -> Result<Pictures>
    where
        I: IntoIterator<Item: Borrow<usize>>,
    {
        let indices = self.checked(which)?;
        let mut values = Vec::with_capacity(indices.len() * self.parts.shape.len());
        for &i in &indices {
            values.extend(self.picture(i).iter().map(|&byte| f32::from(byte) / 255.0));
        }
        let tensor = Tensor::f_from_slice(&values)
            .and_then(|flat| flat.f_reshape(self.parts.shape.batch(indices.len() as i64)))
            .map_err(advlab_core::Error::from)?;
        Ok(Pictures::new(tensor)?)
    }

    /// Labels of these numbers, `Int64` `[N]`.
    ///
    /// # Errors
    /// [`Error::Index`] if a number is too large.
    pub fn labels_tensor<I>(&self, which: I) -> Result<Tensor>
    where
        I: IntoIterator<Item: Borrow<usize>>,
    {
        let labels: Vec<i64> = self.checked(which)?.into_iter().map(|i| self.parts.labels[i]).collect();
        Ok(Tensor::f_from_slice(&labels).map_err(advlab_core::Error::from)?)
    }

    /// The first `n` pictures.
    ///
    /// # Errors
    /// [`Error::Count`] if `n` is 0 or more than there are.
    pub fn first(mut self, n: usize) -> Result<Self> {
        self.check_count(n)?;
        self.parts.pixels.truncate(n * self.parts.shape.len());
        self.parts.labels.truncate(n);
        if let Some(groups) = &mut self.groups {
            groups.truncate(n);
        }
        if let Some(files) = &mut self.files {
            files.truncate(n);
        }
        Ok(self)
    }

    /// The same with labels of a longer list of classes, if every class is one of the list: a folder of some of the things that a net knows.
    /// Of a name that the list holds twice the first counts.
    #[must_use]
    pub fn among(mut self, classes: &[String]) -> Self {
        let place = |own: &String| classes.iter().position(|class| class == own).map(|at| at as i64);
        if let Some(places) = self.parts.classes.iter().map(place).collect::<Option<Vec<i64>>>() {
            self.parts.labels.iter_mut().for_each(|label| *label = places[*label as usize]);
            self.parts.classes = classes.to_vec();
        }
        self
    }

    /// The pictures of these numbers, in this order; a number may come twice.
    ///
    /// # Errors
    /// [`Error::Index`] if a number is too large.
    pub fn select<I>(&self, which: I) -> Result<Self>
    where
        I: IntoIterator<Item: Borrow<usize>>,
    {
        let indices = self.checked(which)?;
        let parts = &self.parts;
        let groups = self.groups.as_ref().map(|groups| indices.iter().map(|&i| groups[i]).collect());
        let files = self.files.as_ref().map(|files| indices.iter().map(|&i| files[i].clone()).collect());
        let parts = Parts {
            name: parts.name.clone(),
            split: parts.split,
            shape: parts.shape,
            pixels: indices.iter().flat_map(|&i| self.picture(i)).copied().collect(),
            labels: indices.iter().map(|&i| parts.labels[i]).collect(),
            classes: parts.classes.clone(),
            origin: parts.origin.clone(),
        };
        Ok(Self { parts, groups, files, notes: self.notes.clone() })
    }

    /// Two disjoint parts drawn by `seed`: the second has `n` pictures, the first the rest, both in the old order.
    ///
    /// # Errors
    /// [`Error::Count`] if `n` is 0 or more than there are.
    pub fn split_off(&self, n: usize, seed: Seed) -> Result<(Self, Self)> {
        self.check_count(n)?;
        let mut order: Vec<usize> = (0..self.len()).collect();
        order.shuffle(&mut seed.rng());
        let (second, first) = order.split_at_mut(n);
        first.sort_unstable();
        second.sort_unstable();
        Ok((self.select(&*first)?, self.select(&*second)?))
    }

    /// The average picture of class `class`, values in [0, 1], `[C, H, W]` in order.
    ///
    /// # Errors
    /// [`Error::NoneOfClass`] if there is no picture of it.
    pub fn mean_of_class(&self, class: usize) -> Result<Vec<f32>> {
        let mut sums = vec![0_u64; self.parts.shape.len()];
        let mut count = 0_u64;
        for i in (0..self.len()).filter(|&i| self.parts.labels[i] == class as i64) {
            sums.iter_mut().zip(self.picture(i)).for_each(|(sum, &byte)| *sum += u64::from(byte));
            count += 1;
        }
        if count == 0 {
            return Err(Error::NoneOfClass { set: self.title(), class, n_classes: self.parts.classes.len() });
        }
        Ok(sums.into_iter().map(|sum| (sum as f64 / (255 * count) as f64) as f32).collect())
    }

    /// SHA-256 of the pixels and the labels (each as 8 bytes, little end first), as hexadecimal text, for run records.
    pub fn sha256(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(&self.parts.pixels);
        for label in &self.parts.labels {
            hash.update(label.to_le_bytes());
        }
        format!("{:x}", hash.finalize())
    }

    /// Name and split, such as `mnist test`.
    pub fn title(&self) -> String {
        format!("{} {}", self.parts.name, self.parts.split)
    }

    fn check_count(&self, n: usize) -> Result<()> {
        if n == 0 || n > self.len() {
            return Err(Error::Count { set: self.title(), wanted: n, got: self.len() });
        }
        Ok(())
    }

    fn checked<I>(&self, which: I) -> Result<Vec<usize>>
    where
        I: IntoIterator<Item: Borrow<usize>>,
    {
        let indices: Vec<usize> = which.into_iter().map(|i| *i.borrow()).collect();
        match indices.iter().find(|&&i| i >= self.len()) {
            Some(&index) => Err(Error::Index { set: self.title(), index, len: self.len() }),
            None => Ok(indices),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts() -> Parts {
        Parts {
            name: "tiny".to_owned(),
            split: Split::Test,
            shape: InputShape { channels: 1, height: 1, width: 2 },
            pixels: vec![0, 255, 51, 102, 255, 0, 10, 20],
            labels: vec![0, 1, 0, 1],
            classes: vec!["a".to_owned(), "b".to_owned(), "c".to_owned()],
            origin: "made up".to_owned(),
        }
    }

    #[test]
    fn pictures_are_bytes_over_255() {
        let set = Dataset::new(parts()).unwrap();
        let pictures = set.pictures([1, 0]).unwrap();
        assert_eq!(pictures.tensor().size(), [2, 1, 1, 2]);
        assert_eq!(Vec::<f32>::try_from(pictures.tensor().reshape([-1])).unwrap(), [0.2, 0.4, 0.0, 1.0]);
        assert_eq!(set.pictures(0..4).unwrap().len(), 4);
        assert_eq!(Vec::<i64>::try_from(set.labels_tensor(1..3).unwrap()).unwrap(), [1, 0]);
        let text = set.pictures(2..5).unwrap_err().to_string();
        assert_eq!(text, "`tiny test` has no picture 4: it has 4, numbered from 0");
    }

    #[test]
    fn some_of_the_classes_of_a_net_get_its_labels() {
        let names = |all: &[&str]| all.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let net = names(&["x", "c", "b", "a", "b"]);
        let set = Dataset::new(parts()).unwrap().among(&net);
        assert_eq!((set.labels(), set.classes()), (&[3, 2, 3, 2][..], &net[..]));
        let other = Dataset::new(parts()).unwrap().among(&names(&["a", "b"]));
        assert_eq!((other.labels(), other.classes().len()), (&[0, 1, 0, 1][..], 3), "`c` is none of them");
    }

    #[test]
    fn parts_that_do_not_fit_are_refused() {
        let text = |change: fn(&mut Parts)| {
            let mut parts = parts();
            change(&mut parts);
            Dataset::new(parts).unwrap_err().to_string()
        };
        assert!(text(|p| p.pixels.truncate(7)).contains("7 bytes"));
        assert!(text(|p| p.labels.truncate(3)).contains("3 labels"));
        assert!(text(|p| p.labels[2] = 3).contains("label 2 is 3, wanted 0 to 2"));
        assert!(text(|p| p.labels[2] = -1).contains("label 2 is -1"));
    }

    #[test]
    fn parts_of_a_set_keep_picture_and_label_together() {
        let set = Dataset::new(parts()).unwrap();
        let pairs =
            |set: &Dataset| (0..set.len()).map(|i| (set.picture(i).to_vec(), set.labels()[i])).collect::<Vec<_>>();
        assert_eq!(pairs(&set.select([3, 3, 0]).unwrap())[0], (vec![10, 20], 1));
        assert_eq!(pairs(&set.clone().first(2).unwrap()), pairs(&set)[..2]);
        assert!(set.clone().first(0).is_err() && set.clone().first(5).is_err());

        let (rest, held) = set.split_off(1, Seed::new(5)).unwrap();
        assert_eq!((rest.len(), held.len()), (3, 1));
        let mut both = [pairs(&rest), pairs(&held)].concat();
        both.sort();
        let mut all = pairs(&set);
        all.sort();
        assert_eq!(both, all);
        assert_eq!(pairs(&held), pairs(&set.split_off(1, Seed::new(5)).unwrap().1));
    }

    #[test]
    fn the_mean_of_a_class_is_that_of_its_pictures() {
        let set = Dataset::new(parts()).unwrap();
        assert_eq!(set.mean_of_class(0).unwrap(), [0.5, 0.5]);
        assert!(set.mean_of_class(2).unwrap_err().to_string().contains("class 2"));
    }

    #[test]
    fn the_digest_sees_pixels_and_labels() {
        let digest = |change: fn(&mut Parts)| {
            let mut parts = parts();
            change(&mut parts);
            Dataset::new(parts).unwrap().sha256()
        };
        let plain = digest(|_| ());
        assert_eq!((plain.len(), &plain), (64, &digest(|p| p.origin.clear())));
        assert_ne!(plain, digest(|p| p.pixels[0] = 1));
        assert_ne!(plain, digest(|p| p.labels[0] = 1));
    }
}
