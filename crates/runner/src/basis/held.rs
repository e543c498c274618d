//! The held-out pictures of a run, with their labels.

use advlab_core::{Classifier, InputShape, Seed};
use advlab_datasets::Dataset;
use advlab_datasets::photo::{Photo, Region};
use anyhow::{Result, bail};
use rand::Rng as _;
use rayon::prelude::*;
use tch::Tensor;

use crate::inputs::{Input, Inputs, from_levels};
use crate::labels;
use crate::record::Surroundings;

/// Smallest view, as a share of the sides of the largest one.
const SMALLEST_VIEW: f64 = 0.5;

/// Bytes of photographs, at the net's size, that stay in memory; with more of them, files are read whenever they are looked at.
const KEPT: usize = 512 << 20;

/// Pictures, by their numbers.
#[derive(Debug)]
pub(crate) struct Held {
    inputs: Inputs,
    /// Views of each photograph; the first is all that the net would get to see of it, the others are cut out at random.
    views: usize,
    seed: Seed,
    shape: InputShape,
    /// Grey levels of all photographs' views, if they are few enough.
    kept: Vec<u8>,
    /// Class of each picture.
    labels: Vec<i64>,
    /// Names of the classes.
    classes: Vec<String>,
}

impl Held {
    /// Finds the pictures and their labels. Pictures of a data set have their own; of a photograph the net's answer to the whole
    /// of it is the label of all its views.
    ///
    /// # Errors
    /// Pictures that cannot be used or do not fit the net, a net that fails.
    pub(crate) fn open(
        input: &Input,
        views: usize,
        seed: Seed,
        net: &dyn Classifier,
        batch: usize,
        surroundings: &Surroundings,
    ) -> Result<(Self, serde_json::Value)> {
        let mut inputs = Inputs::open(input, net, surroundings)?;
        let record = inputs.examined(surroundings)?;
        if let Inputs::Set(data) = inputs {
            if views > 1 {
                bail!("`views` are of photographs; pictures of a data set are taken whole");
            }
            return Ok((Self::of_set(*data, net)?, record));
        }
        let classes = net.classes().iter().map(|class| labels::short(class).to_owned()).collect();
        let (shape, n) = (net.input(), inputs.len());
        let mut held = Self { inputs, views, seed, shape, kept: Vec::new(), labels: Vec::new(), classes };
        if n * views * shape.len() <= KEPT {
            let levels = (0..n).into_par_iter().map(|photo| held.levels(photo)).collect::<Result<Vec<_>>>()?;
            held.kept = levels.concat();
        }
        let said = held.said(net, batch)?;
        held.labels = said.into_iter().flat_map(|label| std::iter::repeat_n(label, views)).collect();
        Ok((held, record))
    }

    /// The pictures of a data set that is in memory.
    ///
    /// # Errors
    /// A set that does not fit the net.
    pub(crate) fn of_set(data: Dataset, net: &dyn Classifier) -> Result<Self> {
        advlab_model_zoo::fits(net, &data)?;
        let (labels, classes) = (data.labels().to_vec(), data.classes().to_vec());
        let (shape, inputs) = (data.shape(), Inputs::Set(Box::new(data)));
        Ok(Self { inputs, views: 1, seed: Seed::new(0), shape, kept: Vec::new(), labels, classes })
    }

    /// What the net says of each photograph.
    fn said(&self, net: &dyn Classifier, batch: usize) -> Result<Vec<i64>> {
        let mut said = Vec::new();
        let wholes: Vec<usize> = (0..self.inputs.len()).map(|photo| photo * self.views).collect();
        for which in wholes.chunks(batch) {
            said.extend(net.classify(&self.batch(which)?.to_device(net.device()))?.labels);
        }
        Ok(said)
    }

    /// Whether labels are those of a data set, and not a net's own.
    pub(crate) const fn are_true(&self) -> bool {
        matches!(self.inputs, Inputs::Set(_))
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.inputs.len() * self.views
    }

    /// The pictures in a few words.
    pub(crate) fn words(&self, input: &Input) -> String {
        let words = input.words(self.inputs.len());
        if self.views > 1 { format!("{} views of each of {words}", self.views) } else { words }
    }

    /// Class of each.
    pub(crate) fn labels(&self) -> &[i64] {
        &self.labels
    }

    /// Names of the classes.
    pub(crate) fn classes(&self) -> &[String] {
        &self.classes
    }

    /// File, or set and number.
    pub(crate) fn name(&self, picture: usize) -> String {
        let name = self.inputs.name(picture / self.views);
        match picture % self.views {
            0 => name,
            view => format!("{name} view {view}"),
        }
    }

    /// Pictures of these numbers, `Float` `[N, C, H, W]`, on the CPU. Views of one photograph are best asked for together.
    ///
    /// # Errors
    /// A file that cannot be read any more.
    pub(crate) fn batch(&self, which: &[usize]) -> Result<Tensor> {
        if let Inputs::Set(data) = &self.inputs {
            return Ok(data.pictures(which)?.tensor().shallow_clone());
        }
        let (len, mut levels) = (self.shape.len(), Vec::new());
        let mut read: Option<(usize, Vec<u8>)> = None;
        for number in which {
            let (photo, view) = (number / self.views, number % self.views);
            if !self.kept.is_empty() {
                levels.extend(&self.kept[number * len..(number + 1) * len]);
                continue;
            }
            if read.as_ref().is_none_or(|(at, _)| *at != photo) {
                read = Some((photo, self.levels(photo)?));
            }
            let (_, all) = read.as_ref().expect("read above");
            levels.extend(&all[view * len..(view + 1) * len]);
        }
        Ok(Tensor::from_slice(&from_levels(&levels)).reshape(self.shape.batch(which.len() as i64)))
    }

    /// Grey levels of all views of a photograph, one after the other.
    fn levels(&self, photo: usize) -> Result<Vec<u8>> {
        let mut levels = self.inputs.bytes(photo)?;
        if self.views > 1 {
            let (whole, _) = self.inputs.photo(photo)?.expect("there are no views of a data set");
            for view in 1..self.views {
                levels.extend(self.view(&whole, photo * self.views + view)?);
            }
        }
        Ok(levels)
    }

    /// A part cut out at random, of half the size or more, sometimes mirrored, at the net's size and rounded to grey levels as
    /// files are.
    fn view(&self, photo: &Photo, number: usize) -> Result<Vec<u8>> {
        let mut rng = self.seed.child("view").index(number as u64).rng();
        let own = [photo.width(), photo.height()].map(|side| side as f64);
        let wanted = [self.shape.width, self.shape.height].map(|side| side as f64);
        let scale = (own[0] / wanted[0]).min(own[1] / wanted[1]) * rng.random_range(SMALLEST_VIEW..1.0);
        let [width, height] = wanted.map(|side| (scale * side).round().max(1.0));
        let [x, y] = [own[0] - width, own[1] - height].map(|room| (rng.random::<f64>() * (room + 1.0)) as usize);
        let region = Region { x, y, width: width as usize, height: height as usize };
        let mut levels = crate::inputs::grey_levels(&photo.fit_region(self.shape, region)?);
        if rng.random() {
            levels.chunks_mut(self.shape.width as usize).for_each(<[u8]>::reverse);
        }
        Ok(levels)
    }
}
