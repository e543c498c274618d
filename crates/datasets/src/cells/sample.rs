//! Drawn slides as a data set: cut into tiles, rotated, scaled, as real ones are.

use advlab_core::{InputShape, Seed, Stop};
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::brain::Brain;
use super::class::Class;
use super::micrograph::Micrograph;
use super::slide::{Slide, draw};
use crate::prepare::{Angles, Grid, Raster, Settings, Size, tile_versions};
use crate::{Dataset, Error, Parts, Result, Split};

/// Tiles along each side of a slide.
const TILES: u32 = 4;

/// Most pictures of one half: 10 GB at 3x128x128.
const MOST: usize = 200_000;

/// Which slides, how many, and what is made of them.
///
/// Each slide is cut into 4 × 4 tiles, each tile is rotated by every one of the angles, and scaled. The pictures of one slide are a
/// group. They come in this order: slide after slide, of each the tiles, of each tile the classes, of each the angles; so the
/// first so many pictures come from few slides of every class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Sample {
    /// The classes, by label.
    pub classes: Vec<Class>,
    /// The specimen.
    pub brain: Brain,
    /// How clear the sign is; see [`Slide::strength`].
    pub strength: f32,
    /// Slides of each class to learn from.
    pub slides: usize,
    /// Slides of each class for testing; other ones.
    pub test_slides: usize,
    /// Rotations of each tile that is learnt from, such as `-5..5` or `-4..4:2`; without any it stays as it is. Those for testing
    /// are not rotated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rotate: Option<String>,
}

impl Default for Sample {
    fn default() -> Self {
        Self {
            classes: vec![Class::Control, Class::Snap29],
            brain: Brain::One,
            strength: 1.0,
            slides: 50,
            test_slides: 20,
            rotate: None,
        }
    }
}

impl Sample {
    /// Control against Snf7, which differ next to nothing.
    pub fn snf7() -> Self {
        Self { classes: vec![Class::Control, Class::Snf7], ..Self::default() }
    }

    /// Number of pictures in a half.
    ///
    /// # Errors
    /// Those of [`draw`](Self::draw).
    pub fn count(&self, split: Split) -> Result<usize> {
        let angles = self.angles(split)?.len();
        Ok(self.slides_of(split) * (TILES * TILES) as usize * self.classes.len() * angles)
    }

    /// The same with as many slides in a half as `n` pictures take.
    ///
    /// # Errors
    /// [`Error::Count`] if `n` is 0 or more than can be drawn at once.
    pub fn with_at_least(&self, n: usize, split: Split) -> Result<Self> {
        if n == 0 || n > MOST {
            return Err(Error::Count { set: format!("cells {split}"), wanted: n, got: MOST });
        }
        let a_slide = self.count(split)? / self.slides_of(split).max(1);
        let slides = n.div_ceil(a_slide.max(1));
        Ok(match split {
            Split::Train => Self { slides, ..self.clone() },
            Split::Test => Self { test_slides: slides, ..self.clone() },
        })
    }

    /// Draws one half, in pictures of this shape: RGB, or grey for one channel.
    ///
    /// A slide depends on `seed`, half, brain, class and number alone, not on how many there are.
    ///
    /// # Errors
    /// [`Error::Cells`] for settings that cannot be used; [`Error::Stopped`] if `stop` was raised.
    pub fn draw(&self, name: &str, split: Split, shape: InputShape, seed: Seed, stop: &Stop) -> Result<Dataset> {
        self.check(shape)?;
        let angles = self.angles(split)?;
        let n_classes = self.classes.len();
        let per_slide = (TILES * TILES) as usize * angles.len();
        let count = self.count(split)?;
        let settings = Settings {
            tiles: Grid { columns: TILES, rows: TILES },
            size: Some(Size { width: shape.width as u32, height: shape.height as u32 }),
            ..Settings::default()
        };
        let one = |at: usize| -> Result<Vec<Vec<u8>>> {
            if stop.asked() {
                return Err(Error::Stopped);
            }
            let (slide, class) = (at / n_classes, self.classes[at % n_classes]);
            let picture = self.slide(class, split, slide, seed);
            let mut pictures = vec![Vec::new(); per_slide];
            for tile in 0..(TILES * TILES) as usize {
                let raster = picture.tile(tile % TILES as usize, tile / TILES as usize, TILES as usize);
                let raster = if shape.channels == 1 { raster.grey() } else { raster };
                tile_versions(&raster, &angles, &settings, |made| {
                    pictures[tile * angles.len() + made.turn] = bytes(&made.raster);
                    Ok::<(), Error>(())
                })?;
            }
            Ok(pictures)
        };
        let slides: Vec<Vec<Vec<u8>>> =
            (0..self.slides_of(split) * n_classes).into_par_iter().map(one).collect::<Result<_>>()?;
        let mut pixels = Vec::with_capacity(count * shape.len());
        let (mut labels, mut groups) = (Vec::with_capacity(count), Vec::with_capacity(count));
        for (slide, classes) in slides.chunks(n_classes).enumerate() {
            for tile in 0..per_slide / angles.len() {
                for (label, pictures) in classes.iter().enumerate() {
                    for picture in &pictures[tile * angles.len()..(tile + 1) * angles.len()] {
                        pixels.extend_from_slice(picture);
                        labels.push(label as i64);
                        groups.push(slide * n_classes + label);
                    }
                }
            }
        }
        let set = Dataset::new(Parts {
            name: name.to_owned(),
            split,
            shape,
            pixels,
            labels,
            classes: self.classes.iter().map(Class::to_string).collect(),
            origin: format!(
                "drawn by formula, brain {}, strength {}, {} slides of each class, seed {}",
                self.brain,
                self.strength,
                self.slides_of(split),
                seed.get()
            ),
        })?;
        Ok(set.grouped(groups))
    }

    /// Slide number `number` of a class in a half, as a microscope would give it.
    ///
    /// # Panics
    /// If the strength is not 0 or a number above.
    pub fn slide(&self, class: Class, split: Split, number: usize, seed: Seed) -> Micrograph {
        let (brain, strength) = (self.brain, self.strength);
        let half = seed.child("cells").child(&split.to_string()).child(&brain.to_string());
        let seed = half.child(class.name()).index(number as u64);
        draw(&Slide { strength, ..Slide::new(class, brain) }, seed)
    }

    fn slides_of(&self, split: Split) -> usize {
        match split {
            Split::Train => self.slides,
            Split::Test => self.test_slides,
        }
    }

    fn angles(&self, split: Split) -> Result<Vec<f64>> {
        let angles = match (split, &self.rotate) {
            (Split::Train, Some(text)) => text.parse::<Angles>()?,
            _ => Angles::none(),
        };
        Ok(angles.values().to_vec())
    }

    fn check(&self, shape: InputShape) -> Result<()> {
        let refuse = |field, want, got: String| Err(Error::Cells { field, want, got });
        let mut classes = self.classes.clone();
        classes.sort_unstable();
        classes.dedup();
        if self.classes.len() < 2 || classes.len() < self.classes.len() {
            let names: Vec<&str> = self.classes.iter().map(|class| class.name()).collect();
            return refuse("classes", "two or three different ones of Control, Snap29, Snf7", names.join(", "));
        }
        if !(self.strength.is_finite() && self.strength >= 0.0) {
            return refuse("strength", "0 or a number above", self.strength.to_string());
        }
        if self.slides == 0 || self.test_slides == 0 {
            return refuse("slides", "at least 1, also of test-slides", "0".to_owned());
        }
        for split in [Split::Train, Split::Test] {
            let count = self.count(split)?;
            if count > MOST {
                return refuse("slides", "fewer: a half has at most 200000 pictures", count.to_string());
            }
        }
        let side = |side: i64| (8..=4096).contains(&side);
        if !(side(shape.width) && side(shape.height) && matches!(shape.channels, 1 | 3)) {
            return refuse("shape", "1 or 3 channels with sides of 8 to 4096 pixels", shape.to_string());
        }
        Ok(())
    }
}

/// The levels as bytes, channel by channel.
fn bytes(raster: &Raster) -> Vec<u8> {
    let scale = 255.0 / raster.white();
    raster.levels().iter().map(|level| (level * scale).round().clamp(0.0, 255.0) as u8).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> Sample {
        Sample { slides: 2, test_slides: 1, rotate: Some("-4..4:4".to_owned()), ..Sample::default() }
    }

    const SHAPE: InputShape = InputShape { channels: 3, height: 16, width: 16 };

    #[test]
    fn slides_are_cut_turned_and_kept_together() {
        let set = small().draw("cells", Split::Train, SHAPE, Seed::new(1), &Stop::default()).unwrap();
        assert_eq!((set.len(), small().count(Split::Train).unwrap()), (2 * 16 * 2 * 3, 2 * 16 * 2 * 3));
        assert_eq!(set.classes(), ["Control", "Snap29"]);
        assert_eq!(&set.labels()[..7], [0, 0, 0, 1, 1, 1, 0]);
        let groups = set.groups().unwrap();
        assert!((0..4).all(|group| groups.iter().filter(|other| **other == group).count() == 48));
        assert!(groups.iter().zip(set.labels()).all(|(group, label)| *group as i64 % 2 == *label));
        let test = small().draw("cells", Split::Test, SHAPE, Seed::new(1), &Stop::default()).unwrap();
        assert_eq!(test.len(), 32, "test pictures are not rotated");
        assert_ne!(test.picture(0), set.picture(1));
    }

    #[test]
    fn more_slides_change_none_of_the_first() {
        let few = small().draw("cells", Split::Train, SHAPE, Seed::new(1), &Stop::default()).unwrap();
        let more = Sample { slides: 3, ..small() };
        let more = more.draw("cells", Split::Train, SHAPE, Seed::new(1), &Stop::default()).unwrap();
        assert_eq!(few.pixels(), &more.pixels()[..few.pixels().len()]);
    }

    #[test]
    fn what_cannot_be_drawn_is_named() {
        let refused = |change: fn(&mut Sample)| {
            let mut sample = small();
            change(&mut sample);
            sample.draw("cells", Split::Train, SHAPE, Seed::new(1), &Stop::default()).unwrap_err().to_string()
        };
        assert!(refused(|s| s.classes = vec![Class::Control]).contains("`classes` must be two or three"));
        assert!(refused(|s| s.strength = f32::NAN).contains("`strength` must be 0 or a number above, got NaN"));
        assert!(refused(|s| s.slides = 0).contains("`slides` must be at least 1"));
        assert!(refused(|s| s.slides = 1 << 40).contains("at most 200000"));
        assert!(refused(|s| s.rotate = Some("five".to_owned())).contains("five"));
    }
}
