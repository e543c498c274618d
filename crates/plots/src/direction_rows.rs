//! Rows of pictures that drive directions of a layer.

use std::ops::RangeInclusive;
use std::path::Path;

use image::RgbImage;

use crate::canvas::Canvas;
use crate::direction_page::Page;
use crate::error::{not_empty, same_length};
use crate::heading::Heading;
use crate::picture::Tile;
use crate::theme::MARGIN;
use crate::{Error, Result};

/// Sides of pictures that can be asked for.
const SIDES: RangeInclusive<usize> = 8..=2000;

/// One direction of a layer, with the pictures that drive it furthest.
#[derive(Clone, Debug, PartialEq)]
pub struct DirectionRow<'a> {
    /// Text at left, such as `unit 17`.
    pub name: String,
    /// A smaller text below the name, such as how far the pictures drive the direction: `4.12`; may be empty.
    pub value: String,
    /// The pictures, from the furthest. Each may have a caption, such as its label, and a frame.
    pub tiles: Vec<Tile<'a>>,
    /// How many of the direction's pictures are of each class, as many numbers as the figure has classes; empty for no tally.
    /// The pictures that were counted may be more than those shown.
    pub counts: Vec<u64>,
}

impl<'a> DirectionRow<'a> {
    /// A row from its parts.
    pub fn new(
        name: impl Into<String>,
        value: impl Into<String>,
        tiles: Vec<Tile<'a>>,
        counts: impl Into<Vec<u64>>,
    ) -> Self {
        Self { name: name.into(), value: value.into(), tiles, counts: counts.into() }
    }
}

/// Rows that stand together, such as `single units` or `random directions`.
#[derive(Clone, Debug, PartialEq)]
pub struct DirectionGroup<'a> {
    /// Title of the group; may be empty.
    pub name: String,
    /// The rows, from the top.
    pub rows: Vec<DirectionRow<'a>>,
}

impl<'a> DirectionGroup<'a> {
    /// A group from its parts.
    pub fn new(name: impl Into<String>, rows: Vec<DirectionRow<'a>>) -> Self {
        Self { name: name.into(), rows }
    }
}

/// The pictures that drive each of several directions of a layer furthest, a row for each, natural directions beside random
/// ones, as figures 1 to 4 of Szegedy et al. (2013, <https://arxiv.org/abs/1312.6199>) show them.
///
/// At the end of a row stands its tally: how many of its pictures are of each class, as small bars where there are few
/// classes with short names, else in words, each class by the first of its names. Values of pictures are clipped to [0, 1].
#[derive(Clone, Debug, PartialEq)]
pub struct DirectionRows<'a> {
    /// Title on top; may be empty.
    pub title: String,
    /// A smaller line below the title; may be empty.
    pub note: String,
    /// The groups, side by side or one below the other.
    pub groups: Vec<DirectionGroup<'a>>,
    /// Names of the classes of the tallies.
    pub classes: Vec<String>,
    /// Groups side by side; unset takes what makes the pictures largest on a printed page.
    pub columns: Option<usize>,
    /// Longest side of a picture in the file, in pixels: small pictures are magnified by the largest whole factor that stays
    /// within it, larger ones are scaled down smoothly. Unset keeps the page at about 2400 pixels in width, or
    /// less, unless that takes pictures of less than 40.
    pub side: Option<usize>,
}

impl<'a> DirectionRows<'a> {
    /// A figure that arranges itself.
    pub fn new(
        title: impl Into<String>,
        classes: impl IntoIterator<Item = impl ToString>,
        groups: Vec<DirectionGroup<'a>>,
    ) -> Self {
        Self {
            title: title.into(),
            note: String::new(),
            groups,
            classes: classes.into_iter().map(|class| class.to_string()).collect(),
            columns: None,
            side: None,
        }
    }

    /// Draws the rows.
    ///
    /// # Errors
    /// [`Error::Empty`] without groups, for a group without rows and a row without pictures,
    /// [`Error::Length`] if a row's counts are not one for each class,
    /// [`Error::Shape`] or [`Error::NotFinite`] with the names of the row and
    /// the number of the picture, [`Error::Setting`] for 0 columns or a useless side,
    /// [`Error::TooLarge`].
    pub fn draw(&self) -> Result<RgbImage> {
        self.check()?;
        let page = Page::new(self);
        let content = page.size();
        let heading = Heading::new(&self.title, &self.note, content.0);
        let size = (heading.width + 2.0 * MARGIN, heading.height + content.1 + 2.0 * MARGIN);
        let mut canvas = Canvas::new("direction rows", size.0, size.1)?;
        heading.draw(&mut canvas);
        page.draw(&mut canvas, &self.groups, (MARGIN, MARGIN + heading.height));
        Ok(canvas.finish())
    }

    /// Draws the rows and writes them as a PNG file.
    ///
    /// # Errors
    /// Those of [`draw`](Self::draw), and [`Error::Write`].
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        crate::output::write(path.as_ref(), &self.draw()?)
    }

    fn check(&self) -> Result<()> {
        not_empty(|| "direction rows".to_owned(), self.groups.len())?;
        let setting = |name: &str, wanted, got: usize| {
            Err(Error::Setting { what: format!("direction rows: {name}"), wanted, got: got.to_string() })
        };
        match (self.columns, self.side) {
            (Some(0), _) => return setting("columns", "at least 1", 0),
            (_, Some(side)) if !SIDES.contains(&side) => return setting("side", "from 8 to 2000", side),
            _ => {}
        }
        for group in &self.groups {
            not_empty(|| format!("direction rows: group `{}`", group.name), group.rows.len())?;
            for row in &group.rows {
                let name = || format!("direction rows: row `{}`", row.name);
                not_empty(name, row.tiles.len())?;
                if !row.counts.is_empty() {
                    same_length(|| format!("{}: counts", name()), self.classes.len(), row.counts.len())?;
                }
                for (index, tile) in row.tiles.iter().enumerate() {
                    tile.picture.check(|| format!("{}: picture {index}", name()))?;
                }
            }
        }
        Ok(())
    }
}
