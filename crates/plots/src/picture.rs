//! Small pictures and what stands around them.

use std::borrow::Cow;

use crate::error::{finite, same_length};
use crate::theme::{self, Colour};
use crate::{Error, Result};

/// One picture: plain values with a shape. Checked when a figure is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture<'a> {
    /// Values channel by channel, row by row; pixels are in [0, 1].
    pub values: Cow<'a, [f32]>,
    /// Channels (1 grey, 3 RGB), height, width.
    pub shape: [usize; 3],
}

impl<'a> Picture<'a> {
    /// A picture from borrowed or owned values.
    pub fn new(values: impl Into<Cow<'a, [f32]>>, shape: [usize; 3]) -> Self {
        Self { values: values.into(), shape }
    }

    /// The pictures of a batch `[N, C, H, W]`, borrowed.
    ///
    /// # Errors
    /// [`Error::Shape`] for a shape that is no picture; [`Error::Length`] if the values are not whole pictures.
    pub fn batch(values: &'a [f32], shape: [usize; 3]) -> Result<Vec<Self>> {
        let len = length("batch", shape)?;
        let whole = values.len() / len * len;
        same_length(|| format!("batch of pictures of {len} values"), whole, values.len())?;
        Ok(values.chunks_exact(len).map(|values| Self::new(values, shape)).collect())
    }

    /// Whether shape, length and values can be drawn; `what` names the picture.
    pub(crate) fn check(&self, what: impl Fn() -> String) -> Result<()> {
        let len = length(&what(), self.shape)?;
        same_length(|| format!("{}: values of {:?}", what(), self.shape), len, self.values.len())?;
        finite(&self.values, what)
    }
}

fn length(what: &str, shape: [usize; 3]) -> Result<usize> {
    let [channels, height, width] = shape;
    let sides = 1..=20_000;
    if matches!(channels, 1 | 3) && sides.contains(&height) && sides.contains(&width) {
        Ok(channels * height * width)
    } else {
        let wanted = "[1 or 3 channels, height, width]";
        Err(Error::Shape { what: what.to_owned(), wanted, got: shape.to_vec() })
    }
}

/// Whether a net was right about a picture: gives it a green or a red frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Green.
    Right,
    /// Red.
    Wrong,
}

impl Verdict {
    /// Right if both are the same.
    pub fn of<T: PartialEq>(truth: T, prediction: T) -> Self {
        if truth == prediction { Self::Right } else { Self::Wrong }
    }

    /// The colour of the frame.
    pub const fn colour(self) -> Colour {
        match self {
            Self::Right => theme::RIGHT,
            Self::Wrong => theme::WRONG,
        }
    }

    /// A mark that says the same without colour.
    pub const fn mark(self) -> char {
        match self {
            Self::Right => '✓',
            Self::Wrong => '✗',
        }
    }
}

/// A picture in a sheet or grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Tile<'a> {
    /// The picture.
    pub picture: Picture<'a>,
    /// Text below it, such as `4 · 86.97 %`; may have several lines, may be empty.
    pub caption: String,
    /// Coloured frame, if any.
    pub frame: Option<Verdict>,
}

impl<'a> Tile<'a> {
    /// A picture with text below it and no frame.
    pub fn new(picture: Picture<'a>, caption: impl Into<String>) -> Self {
        Self { picture, caption: caption.into(), frame: None }
    }

    /// The same with a coloured frame.
    #[must_use]
    pub fn framed(self, verdict: Verdict) -> Self {
        Self { frame: Some(verdict), ..self }
    }
}
