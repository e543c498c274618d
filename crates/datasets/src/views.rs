//! Examples seen through others: some of them, or without their colours.

use std::path::PathBuf;
use std::sync::Arc;

use advlab_core::InputShape;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{Dataset, Error, Examples, Parts, Result, Split};

/// One colour of RGB pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Colour {
    /// The first channel.
    Red,
    /// The second.
    Green,
    /// The third.
    Blue,
}

impl Colour {
    /// The names that a flag or a file may use.
    pub const NAMES: [&'static str; 3] = ["red", "green", "blue"];

    /// Its name.
    pub const fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

/// Examples seen through others: some of them in an order of one's own, or one colour of them.
#[derive(Debug)]
pub struct View {
    all: Arc<dyn Examples>,
    which: Vec<usize>,
    labels: Vec<i64>,
    /// The one that is left; the others are black.
    colour: Option<Colour>,
    origin: String,
}

impl View {
    /// The pictures of these numbers, described as `what`, such as `the first 100`.
    ///
    /// # Errors
    /// [`Error::Index`] if a number is too large.
    pub fn chosen(all: Arc<dyn Examples>, which: Vec<usize>, what: &str) -> Result<Self> {
        if let Some(&index) = which.iter().find(|&&i| i >= all.len()) {
            return Err(Error::Index { set: all.title(), index, len: all.len() });
        }
        let labels = which.iter().map(|&i| all.labels()[i]).collect();
        let origin = format!("{}, {what}", all.origin());
        Ok(Self { all, which, labels, colour: None, origin })
    }

    /// As many of every class in proportion as make `n` pictures, the first of each.
    ///
    /// # Errors
    /// [`Error::Count`] if `n` is 0 or more than there are.
    pub fn in_proportion(all: Arc<dyn Examples>, n: usize) -> Result<Self> {
        if n == 0 || n > all.len() {
            return Err(Error::Count { set: all.title(), wanted: n, got: all.len() });
        }
        let mut seen = vec![0_usize; all.classes().len()];
        let total = |label: usize| all.labels().iter().filter(|&&other| other == label as i64).count();
        let shares: Vec<usize> = (0..seen.len()).map(|label| (total(label) * n).div_ceil(all.len())).collect();
        let which = (0..all.len()).filter(|&i| {
            let label = all.labels()[i] as usize;
            seen[label] += 1;
            seen[label] <= shares[label]
        });
        let which = which.collect();
        Self::chosen(all, which, &format!("the first {n} in proportion"))
    }

    /// All pictures, with one of their three colours.
    ///
    /// # Errors
    /// [`advlab_core::Error::Shape`] if they have not three channels.
    pub fn in_one_colour(all: Arc<dyn Examples>, colour: Colour) -> Result<Self> {
        if all.shape().channels != 3 {
            let (wanted, got) = ("pictures of three colours".to_owned(), all.shape().to_string());
            return Err(advlab_core::Error::Shape { who: all.title(), wanted, got }.into());
        }
        let which = (0..all.len()).collect();
        Ok(Self { colour: Some(colour), ..Self::chosen(all, which, &format!("{} alone", colour.name()))? })
    }
}

impl Examples for View {
    fn name(&self) -> &str {
        self.all.name()
    }

    fn split(&self) -> Split {
        self.all.split()
    }

    fn shape(&self) -> InputShape {
        self.all.shape()
    }

    fn labels(&self) -> &[i64] {
        &self.labels
    }

    fn classes(&self) -> &[String] {
        self.all.classes()
    }

    fn origin(&self) -> &str {
        &self.origin
    }

    fn digest(&self) -> Result<String> {
        let mut hash = Sha256::new();
        hash.update(self.all.digest()?);
        self.which.iter().for_each(|i| hash.update((*i as u64).to_le_bytes()));
        hash.update(self.colour.map_or("", Colour::name));
        Ok(format!("{:x}", hash.finalize()))
    }

    fn group(&self, i: usize) -> usize {
        self.all.group(self.which[i])
    }

    fn file(&self, i: usize) -> Option<PathBuf> {
        self.all.file(self.which[i])
    }

    fn notes(&self) -> &[String] {
        self.all.notes()
    }

    fn fill(&self, which: &[usize], bytes: &mut [u8]) -> Result<()> {
        if let Some(&index) = which.iter().find(|&&i| i >= self.which.len()) {
            return Err(Error::Index { set: self.title(), index, len: self.which.len() });
        }
        let inner: Vec<usize> = which.iter().map(|&i| self.which[i]).collect();
        self.all.fill(&inner, bytes)?;
        let Some(left) = self.colour else { return Ok(()) };
        let shape = self.shape();
        let plane = (shape.height * shape.width) as usize;
        for picture in bytes.chunks_exact_mut(shape.len()) {
            let others = picture.chunks_exact_mut(plane).enumerate().filter(|(channel, _)| *channel != left as usize);
            others.for_each(|(_, values)| values.fill(0));
        }
        Ok(())
    }
}

impl dyn Examples + '_ {
    /// All of them in memory.
    ///
    /// # Errors
    /// Those of [`Examples::fill`].
    pub fn to_dataset(&self) -> Result<Dataset> {
        let which: Vec<usize> = (0..self.len()).collect();
        let mut pixels = vec![0; self.len() * self.shape().len()];
        self.fill(&which, &mut pixels)?;
        let groups = which.iter().map(|&i| self.group(i)).collect();
        let parts = Parts {
            name: self.name().to_owned(),
            split: self.split(),
            shape: self.shape(),
            pixels,
            labels: self.labels().to_vec(),
            classes: self.classes().to_vec(),
            origin: self.origin().to_owned(),
        };
        Ok(Dataset::new(parts)?.grouped(groups))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Six pictures of 3x1x2 in two classes, two pictures to a group.
    fn six() -> Arc<dyn Examples> {
        let parts = Parts {
            name: "six".to_owned(),
            split: Split::Train,
            shape: InputShape { channels: 3, height: 1, width: 2 },
            pixels: (0..36).collect(),
            labels: vec![0, 0, 1, 1, 0, 0],
            classes: vec!["a".to_owned(), "b".to_owned()],
            origin: "made up".to_owned(),
        };
        Arc::new(Dataset::new(parts).unwrap().grouped(vec![0, 0, 1, 1, 2, 2]))
    }

    #[test]
    fn a_choice_keeps_picture_label_and_group_together() {
        let chosen = View::chosen(six(), vec![5, 2, 0], "three").unwrap();
        let all = (&chosen as &dyn Examples).to_dataset().unwrap();
        assert_eq!((all.labels(), all.groups()), (&[0, 1, 0][..], Some(&[2, 1, 0][..])));
        assert_eq!(all.picture(0), [30, 31, 32, 33, 34, 35]);
        assert!(View::chosen(six(), vec![6], "one too many").is_err());
        assert_ne!(chosen.digest().unwrap(), six().digest().unwrap());
    }

    #[test]
    fn a_proportion_is_that_of_the_whole() {
        let chosen = View::in_proportion(six(), 3).unwrap();
        assert_eq!(chosen.labels(), [0, 0, 1]);
        assert!(View::in_proportion(six(), 7).is_err());
    }

    #[test]
    fn one_colour_is_left() {
        let green = View::in_one_colour(six(), Colour::Green).unwrap();
        let all = (&green as &dyn Examples).to_dataset().unwrap();
        assert_eq!(all.picture(1), [0, 0, 8, 9, 0, 0]);
    }
}
