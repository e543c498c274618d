//! How a wide-field picture is cut, and how large its parts become.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use super::Trouble;

/// Most tiles along a side, and most pixels along a side of what is written.
const MOST: u32 = 16_384;

/// Tiles in a row, and rows of tiles: `4x4`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    /// Tiles side by side.
    pub columns: u32,
    /// Tiles above one another.
    pub rows: u32,
}

/// Width and height in pixels: `256`, a square, or `320x256`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Pixels along a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

impl Grid {
    /// One tile, the whole picture.
    pub const WHOLE: Self = Self { columns: 1, rows: 1 };

    /// Number of tiles.
    pub const fn len(self) -> usize {
        self.columns as usize * self.rows as usize
    }

    /// Never: there is at least one tile.
    pub const fn is_empty(self) -> bool {
        false
    }

    /// Size of a tile of a picture of this size, and the pixels that are cut off at left and on top; the other sides lose as many or
    /// one more. `None` if there are more tiles than pixels.
    pub(super) fn fit(self, width: u32, height: u32) -> Option<(Size, (u32, u32))> {
        let tile = Size { width: width / self.columns, height: height / self.rows };
        let rest = (width % self.columns, height % self.rows);
        (tile.width > 0 && tile.height > 0).then_some((tile, (rest.0 / 2, rest.1 / 2)))
    }

    pub(super) const fn divides(self, width: u32, height: u32) -> bool {
        width.is_multiple_of(self.columns) && height.is_multiple_of(self.rows)
    }
}

impl Size {
    pub(super) const fn is_square(self) -> bool {
        self.width == self.height
    }
}

impl FromStr for Grid {
    type Err = Trouble;

    fn from_str(text: &str) -> Result<Self, Trouble> {
        let pair = text.split_once('x').and_then(|(columns, rows)| Some((number(columns)?, number(rows)?)));
        let (columns, rows) = pair.ok_or_else(|| {
            Trouble::Setting(format!(
                "`{text}` is no way to cut tiles; wanted tiles in a row x rows of tiles, such as 4x4"
            ))
        })?;
        Ok(Self { columns, rows })
    }
}

impl FromStr for Size {
    type Err = Trouble;

    fn from_str(text: &str) -> Result<Self, Trouble> {
        let (width, height) = text.split_once('x').unwrap_or((text, text));
        number(width).zip(number(height)).map(|(width, height)| Self { width, height }).ok_or_else(|| {
            Trouble::Setting(format!(
                "`{text}` is no size; wanted pixels along a side, such as 256, or width x height, such as 320x256, from 1 to {MOST}"
            ))
        })
    }
}

fn number(text: &str) -> Option<u32> {
    text.parse().ok().filter(|n| (1..=MOST).contains(n))
}

impl fmt::Display for Grid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.columns, self.rows)
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.width, self.height)
    }
}

impl Serialize for Grid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Serialize for Size {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
