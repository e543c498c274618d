//! Maps of rectangles of a plane: a raster of values or of classes, with lines, points and directions over it.
//!
//! What the ground shows is [`Ground`]: a scalar [`Field`], a [`ClassMap`], or nothing. What lies over it is [`Overlay`]: contour
//! lines (from [`contours`]), straight lines, short segments without a direction sign, points with a marker, small pictures.
//! Several panels stand in a grid with headings for rows and columns, such as widths × depths. Names of overlays and of classes
//! are listed above the panels, where they hide nothing.

mod classes;
mod contour;
mod draw;
mod field;
mod ground;
mod layout;
mod overlay;

use std::path::Path;

use image::RgbImage;

#[cfg(doc)]
use crate::Error;
use crate::Result;

pub use classes::ClassMap;
pub use contour::contours;
pub use field::Field;
pub use ground::{FieldScale, Ground, Ramp};
pub use overlay::{Overlay, Segment, Stroke};

/// One map.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanePanel<'a> {
    /// Title above it; may be empty, may have several lines.
    pub title: String,
    /// What is drawn as colours; it settles the rectangle, too.
    pub ground: Ground,
    /// What is drawn over it, the first at the bottom.
    pub overlays: Vec<Overlay<'a>>,
}

impl<'a> PlanePanel<'a> {
    /// A panel of these parts.
    pub fn new(title: impl Into<String>, ground: impl Into<Ground>, overlays: Vec<Overlay<'a>>) -> Self {
        Self { title: title.into(), ground: ground.into(), overlays }
    }
}

/// Maps of rectangles of a plane, in a grid.
///
/// ```
/// use advlab_plots::{contours, Field, Overlay, PlanePanel, Planes, Stroke};
/// let field = Field::from_fn((-1.0, 1.0), (-1.0, 1.0), (50, 50), |x, y| x * x + y * y);
/// let circle = Overlay::lines("radius 0.5", contours(&field, 0.25), Stroke::solid(advlab_plots::theme::INK));
/// let figure = Planes::new("distance", vec![PlanePanel::new("", field, vec![circle])]);
/// assert!(figure.draw().unwrap().width() > 500);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Planes<'a> {
    /// Title on top; may be empty.
    pub title: String,
    /// A smaller line below the title; may be empty.
    pub note: String,
    /// Name of the axis along the bottom; may be empty.
    pub x_label: String,
    /// Name of the axis at left; may be empty.
    pub y_label: String,
    /// The panels, row by row.
    pub panels: Vec<PlanePanel<'a>>,
    /// Panels in a row, at least 1.
    pub columns: usize,
    /// Headings of the rows; none, or one for each row.
    pub row_names: Vec<String>,
    /// Headings of the columns; none, or one for each column.
    pub column_names: Vec<String>,
    /// How the values of fields become colours.
    pub scale: FieldScale,
    /// Whether a length along x is as long along y, so that circles are round.
    pub equal: bool,
    /// Longest side of a panel's plot, in pixels of the file; unset goes by the number of columns.
    pub size: Option<f32>,
}

impl<'a> Planes<'a> {
    /// Panels in rows of up to three, of equal scale, values from white to dark blue on one scale for all.
    pub fn new(title: impl Into<String>, panels: Vec<PlanePanel<'a>>) -> Self {
        Self {
            title: title.into(),
            note: String::new(),
            x_label: String::new(),
            y_label: String::new(),
            columns: panels.len().clamp(1, 3),
            panels,
            row_names: Vec::new(),
            column_names: Vec::new(),
            scale: FieldScale::default(),
            equal: true,
            size: None,
        }
    }

    /// The same as a grid: one row for each row name, one column for each column name; panels row by row.
    #[must_use]
    pub fn in_grid<R: ToString, C: ToString>(
        self,
        rows: impl IntoIterator<Item = R>,
        columns: impl IntoIterator<Item = C>,
    ) -> Self {
        let column_names: Vec<String> = columns.into_iter().map(|name| name.to_string()).collect();
        let row_names = rows.into_iter().map(|name| name.to_string()).collect();
        Self { columns: column_names.len().max(1), row_names, column_names, ..self }
    }

    /// The same with names of the axes.
    #[must_use]
    pub fn axes(self, x: impl Into<String>, y: impl Into<String>) -> Self {
        Self { x_label: x.into(), y_label: y.into(), ..self }
    }

    /// Draws the panels.
    ///
    /// # Errors
    /// [`Error::Empty`] without panels, for a ground without cells, and for a field without one number; [`Error::Length`] if
    /// headings do not fit the grid, or confidences the labels; [`Error::Setting`] for a rectangle, scale, size or class that
    /// cannot be used; [`Error::NotFinite`] for an overlay with a NaN, by its name; [`Error::TooLarge`].
    pub fn draw(&self) -> Result<RgbImage> {
        draw::draw(self)
    }

    /// Draws the panels and writes them as a PNG file.
    ///
    /// # Errors
    /// Those of [`draw`](Self::draw), and [`Error::Write`].
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        crate::output::write(path.as_ref(), &self.draw()?)
    }
}
