//! Batches of pictures.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tch::{Kind, Tensor};

use crate::{Error, Result};

/// Shape of one picture: channels, height, width.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", extend("format" = "input-shape", "pattern" = "^[0-9]+([xX×][0-9]+){0,2}$"))]
pub struct InputShape {
    /// Colour channels: 1 grey, 3 RGB.
    pub channels: i64,
    /// Rows.
    pub height: i64,
    /// Columns.
    pub width: i64,
}

impl InputShape {
    /// MNIST's: one channel of 28 × 28.
    pub const MNIST: Self = Self { channels: 1, height: 28, width: 28 };

    /// Number of values in one picture.
    pub const fn len(self) -> usize {
        (self.channels * self.height * self.width) as usize
    }

    /// Whether it holds nothing; a parsed shape never does.
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The shape of a batch of `n`.
    pub const fn batch(self, n: i64) -> [i64; 4] {
        [n, self.channels, self.height, self.width]
    }
}

impl fmt::Display for InputShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}x{}", self.channels, self.height, self.width)
    }
}

impl FromStr for InputShape {
    type Err = Error;

    /// Reads `1x28x28`; `28x28` is grey; a square number such as `784` is a grey square, any other a single row.
    fn from_str(text: &str) -> Result<Self> {
        let bad = || Error::BadShape(text.to_owned());
        let numbers = text
            .split(['x', 'X', '×'])
            .map(|part| part.trim().parse::<i64>().ok().filter(|n| (1..=1 << 20).contains(n)).ok_or_else(bad))
            .collect::<Result<Vec<_>>>()?;
        let [channels, height, width] = match numbers[..] {
            [n] => {
                let side = n.isqrt();
                if side * side == n { [1, side, side] } else { [1, 1, n] }
            }
            [height, width] => [1, height, width],
            [channels, height, width] => [channels, height, width],
            _ => return Err(bad()),
        };
        Ok(Self { channels, height, width })
    }
}

impl TryFrom<String> for InputShape {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<InputShape> for String {
    fn from(shape: InputShape) -> Self {
        shape.to_string()
    }
}

/// A batch of pictures: `Float`, `[N, C, H, W]`, grey or RGB, every value in [0, 1]. Checked once, when it is made.
#[derive(Debug)]
pub struct Pictures(Tensor);

impl Pictures {
    /// Takes a batch after checking it.
    ///
    /// # Errors
    /// [`Error::Shape`] if it is not `Float` `[N, C, H, W]`; [`Error::Range`] if a value lies outside [0, 1] or is NaN.
    pub fn new(tensor: Tensor) -> Result<Self> {
        let size = tensor.size();
        if size.len() != 4 || tensor.kind() != Kind::Float {
            return Err(Error::Shape {
                who: "pictures".to_owned(),
                wanted: "Float [N, C, H, W]".to_owned(),
                got: format!("{:?} {size:?}", tensor.kind()),
            });
        }
        if size[0] > 0 {
            let seen = (tensor.min().double_value(&[]), tensor.max().double_value(&[]));
            let inside = seen.0 >= 0.0 && seen.1 <= 1.0; // false for NaN too
            if !inside {
                return Err(Error::Range { seen });
            }
        }
        Ok(Self(tensor))
    }

    /// The batch itself.
    pub const fn tensor(&self) -> &Tensor {
        &self.0
    }

    /// Number of pictures.
    pub fn len(&self) -> i64 {
        self.0.size()[0]
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Shape of each picture.
    pub fn shape(&self) -> InputShape {
        let size = self.0.size();
        InputShape { channels: size[1], height: size[2], width: size[3] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_read_as_people_write_them() {
        for (text, want) in [
            ("1x28x28", "1x28x28"),
            ("28x28", "1x28x28"),
            ("784", "1x28x28"),
            ("3×224×224", "3x224x224"),
            ("10", "1x1x10"),
        ] {
            assert_eq!(text.parse::<InputShape>().unwrap().to_string(), want, "{text}");
        }
        for text in ["", "x", "0x28x28", "-1", "1x2x3x4", "28 by 28", "99999999999"] {
            assert!(text.parse::<InputShape>().is_err(), "{text}");
        }
    }

    #[test]
    fn pictures_outside_the_range_are_refused() {
        let grey = |value: f64| Tensor::full([2, 1, 3, 3], value, (Kind::Float, tch::Device::Cpu));
        assert_eq!(Pictures::new(grey(0.5)).unwrap().len(), 2);
        for value in [-0.01, 1.01, f64::NAN] {
            assert!(matches!(Pictures::new(grey(value)), Err(Error::Range { .. })), "{value}");
        }
        assert!(matches!(Pictures::new(grey(0.5).reshape([2, 9])), Err(Error::Shape { .. })));
    }
}
