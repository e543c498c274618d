//! What pictures have in common: labels, pixels, and what the net makes of them before its last layer.

use std::collections::HashMap;

use advlab_analysis::basis::{Driven, Measures, Reading, Together, chance};
use advlab_core::{Classifier, Seed};
use anyhow::Result;
use tch::Tensor;

use super::held::Held;
use super::look::vectors;

/// Sides of pictures whose pixels are compared, at most: larger ones are averaged over squares first, since a photograph's finest
/// details are alike in no two of them.
const SIDE: i64 = 64;

/// Handfuls of random pictures that the level of chance is measured by.
const CHANCES: usize = 500;

/// Pictures that have been looked at.
#[derive(Debug)]
pub(crate) struct Traits<'a> {
    held: &'a Held,
    net: &'a dyn Classifier,
    /// Name of the layer that gives the features.
    features: String,
    batch: usize,
    known: HashMap<usize, (Vec<f32>, Vec<f32>)>,
}

impl<'a> Traits<'a> {
    pub(crate) fn new(held: &'a Held, net: &'a dyn Classifier, features: &str, batch: usize) -> Self {
        Self { held, net, features: features.to_owned(), batch, known: HashMap::new() }
    }

    /// Measures of each of these directions, none for those whose values are the same for all pictures.
    ///
    /// # Errors
    /// Those of the net; files that cannot be read any more.
    pub(crate) fn measures(&mut self, driven: &[Driven]) -> Result<Vec<Option<Measures>>> {
        self.learn(driven.iter().flat_map(|driven| driven.top.iter().map(|peak| peak.picture)))?;
        let of = |driven: &Driven| {
            let top: Vec<usize> = driven.top.iter().map(|peak| peak.picture).collect();
            Measures::of(driven, &self.together(&top))
        };
        Ok(driven.iter().map(of).collect())
    }

    /// What so many random pictures have in common, on average.
    ///
    /// # Errors
    /// As [`measures`](Self::measures).
    pub(crate) fn chance(&mut self, top: usize, seed: Seed) -> Result<Together> {
        let all = chance(self.held.len(), top, CHANCES, seed, |pictures| {
            self.learn(pictures.iter().copied())?;
            Ok::<_, anyhow::Error>(self.together(pictures))
        })?;
        let mean = |of: fn(&Together) -> f64| all.iter().map(of).sum::<f64>() / all.len() as f64;
        Ok(Together {
            purity: mean(|t| t.purity),
            entropy: mean(|t| t.entropy),
            pixel_similarity: mean(|t| t.pixel_similarity),
            feature_similarity: mean(|t| t.feature_similarity),
        })
    }

    fn together(&self, pictures: &[usize]) -> Together {
        let labels: Vec<i64> = pictures.iter().map(|picture| self.held.labels()[*picture]).collect();
        let known: Vec<&(Vec<f32>, Vec<f32>)> = pictures.iter().map(|picture| &self.known[picture]).collect();
        let pixels: Vec<&[f32]> = known.iter().map(|(pixels, _)| &pixels[..]).collect();
        let features: Vec<&[f32]> = known.iter().map(|(_, features)| &features[..]).collect();
        Together::of(&labels, &pixels, &features)
    }

    /// Looks at those pictures that have not been looked at.
    fn learn(&mut self, pictures: impl Iterator<Item = usize>) -> Result<()> {
        let mut fresh: Vec<usize> = pictures.filter(|picture| !self.known.contains_key(picture)).collect();
        fresh.sort_unstable();
        fresh.dedup();
        for which in fresh.chunks(self.batch) {
            let pictures = self.held.batch(which)?;
            let pixels = rows(&small(&pictures)?)?;
            let features = rows(&vectors(self.net, &self.features, Reading::Mean, &pictures)?)?;
            self.known.extend(which.iter().copied().zip(pixels.into_iter().zip(features)));
        }
        Ok(())
    }
}

/// Pictures with sides of 64 pixels at most.
fn small(pictures: &Tensor) -> Result<Tensor> {
    let size = pictures.size();
    let factor = (size[2].max(size[3]) + SIDE - 1) / SIDE;
    Ok(if factor > 1 {
        pictures.f_avg_pool2d([factor; 2], [factor; 2], [0; 2], true, true, None::<i64>)?
    } else {
        pictures.shallow_clone()
    })
}

/// The numbers of each picture.
fn rows(values: &Tensor) -> Result<Vec<Vec<f32>>> {
    let flat = values.f_flatten(1, -1)?;
    Ok(Vec::<Vec<f32>>::try_from(&flat)?)
}
