//! Pictures with what a net said about them.

use std::path::Path;

use image::RgbImage;

use crate::Result;
use crate::canvas::{Area, Canvas};
use crate::error::{Error, finite, not_empty};
use crate::heading::Heading;
use crate::output::magnification;
use crate::picture::{Picture, Verdict};
use crate::scaling::Scaling;
use crate::text::{Across, Down, Style, percent};
use crate::theme::{FAINT, MARGIN, SUBTITLE, TICK};

/// Distance between pictures, across and down, and between groups.
const GAP: (f32, f32) = (20.0, 22.0);
const BETWEEN: f32 = 72.0;
/// Width of a verdict's frame, and what lies between it and the bar of the confidence.
const FRAME: f32 = 6.0;
const BAR_GAP: f32 = 5.0;
/// Height of that bar.
const BAR: f32 = 10.0;
/// Larger pictures are scaled down to this many pixels on their longer side.
const LARGEST: usize = 256;
/// Those up to this are as large as their number allows.
const SMALL: usize = 64;
/// Captions wider than this, and than their picture, are broken.
const WIDEST: f32 = 230.0;
/// Widths of a picture that class and confidence on one line may take.
const SPREAD: f32 = 1.3;
const CAPTION: Style = Style::new(TICK).at(Across::Centre, Down::Top);
const NAME: Style = Style::new(SUBTITLE).bold();

/// One judged picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged<'a> {
    /// The picture.
    pub picture: Picture<'a>,
    /// Name of the true class.
    pub truth: String,
    /// Name of the class that the net sees.
    pub prediction: String,
    /// The net's confidence in that class, in [0, 1].
    pub confidence: f64,
}

impl Judged<'_> {
    /// Right if the two names are the same.
    pub fn verdict(&self) -> Verdict {
        Verdict::of(&self.truth, &self.prediction)
    }
}

/// Pictures that belong together, such as the surest mistakes.
#[derive(Clone, Debug, PartialEq)]
pub struct PanelGroup<'a> {
    /// What they are and how they were picked; may be empty.
    pub name: String,
    /// The pictures, in reading order.
    pub items: Vec<Judged<'a>>,
}

impl<'a> PanelGroup<'a> {
    /// A group from its parts.
    pub fn new(name: impl Into<String>, items: Vec<Judged<'a>>) -> Self {
        Self { name: name.into(), items }
    }
}

/// A sheet for an evaluation: below each picture a bar as long as the confidence, a mark, the net's class with its confidence,
/// and the true class; frame and bar are green where the net is right and red where it is wrong. Groups stand side by side.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel<'a> {
    /// Title on top; may be empty.
    pub title: String,
    /// The line below the title; unset counts the right answers.
    pub note: Option<String>,
    /// The groups, from the left.
    pub groups: Vec<PanelGroup<'a>>,
    /// Pictures in a row of each group; unset makes the largest group about square.
    pub columns: Option<usize>,
    /// Pixels of the file for each pixel of a picture; unset makes small pictures large enough to see, and scales pictures of more
    /// than 256 pixels down to that.
    pub magnify: Option<usize>,
}

impl<'a> Panel<'a> {
    /// A panel of one group, about as wide as high.
    pub fn new(title: impl Into<String>, items: Vec<Judged<'a>>) -> Self {
        Self::grouped(title, vec![PanelGroup::new("", items)])
    }

    /// Groups side by side; those without pictures are left out.
    pub fn grouped(title: impl Into<String>, groups: Vec<PanelGroup<'a>>) -> Self {
        Self { title: title.into(), note: None, groups, columns: None, magnify: None }
    }

    /// Draws the panel.
    ///
    /// # Errors
    /// [`Error::Empty`] without pictures, [`Error::Length`], [`Error::Shape`] or [`Error::NotFinite`] with the number of the
    /// picture that cannot be drawn, [`Error::NotFinite`] for a confidence that is no number, [`Error::Setting`] for 0 columns or a
    /// magnification of 0, [`Error::TooLarge`].
    pub fn draw(&self) -> Result<RgbImage> {
        let what = "panel";
        let items = || self.groups.iter().flat_map(|group| &group.items);
        not_empty(|| what.to_owned(), items().count())?;
        for (index, item) in items().enumerate() {
            item.picture.check(|| format!("{what}: picture {index}"))?;
        }
        finite(&items().map(|item| item.confidence).collect::<Vec<_>>(), || format!("{what}: confidence"))?;
        let groups: Vec<_> = self.groups.iter().filter(|group| !group.items.is_empty()).collect();
        let most = groups.iter().map(|group| group.items.len()).max().unwrap_or(1);
        let columns = match self.columns {
            Some(0) => {
                let (what, got) = (format!("{what}: columns"), "0".to_owned());
                return Err(Error::Setting { what, wanted: "at least 1", got });
            }
            Some(columns) => columns,
            None => (most as f64).sqrt().ceil() as usize,
        };
        let cells = Cells::measure(items(), columns.min(most) * groups.len(), self.magnify)?;
        let placed: Vec<_> = groups.iter().map(|group| Placed::new(group, columns, &cells)).collect();
        let width = placed.iter().map(|group| group.width + BETWEEN).sum::<f32>() - BETWEEN;
        let names = placed.iter().map(|group| NAME.height(group.name.len())).fold(0.0, f32::max);
        let names = if names > 0.0 { (names + 16.0).ceil() } else { 0.0 };
        let height = placed.iter().map(|group| group.height).fold(0.0, f32::max);

        let right = items().filter(|item| item.verdict() == Verdict::Right).count();
        let note = self.note.clone().unwrap_or_else(|| format!("{right} of {} right", items().count()));
        let heading = Heading::new(&self.title, &note, width);
        let size = (heading.width + 2.0 * MARGIN, heading.height + names + height + 2.0 * MARGIN);
        let mut canvas = Canvas::new(what, size.0, size.1)?;
        heading.draw(&mut canvas);
        let (mut x, top) = (MARGIN, MARGIN + heading.height);
        for (index, group) in placed.iter().enumerate() {
            if index > 0 {
                canvas.fill(Area::new(x - BETWEEN / 2.0 - 1.0, top, 2.0, names + height), FAINT, 1.0);
            }
            canvas.text(&group.name.join("\n"), (x, top), &NAME);
            let mut y = top + names;
            for (row, height) in group.items.chunks(group.columns).zip(&group.rows) {
                for (column, item) in row.iter().enumerate() {
                    cells.draw(&mut canvas, item, (x + column as f32 * (cells.width + GAP.0), y));
                }
                y += height + GAP.1;
            }
            x += group.width + BETWEEN;
        }
        Ok(canvas.finish())
    }

    /// Draws the panel and writes it as a PNG file.
    ///
    /// # Errors
    /// Those of [`draw`](Self::draw), and [`Error::Write`].
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        crate::output::write(path.as_ref(), &self.draw()?)
    }
}

/// A group with its sizes.
struct Placed<'g> {
    name: Vec<String>,
    items: &'g [Judged<'g>],
    columns: usize,
    /// Heights of its rows.
    rows: Vec<f32>,
    width: f32,
    height: f32,
}

impl<'g> Placed<'g> {
    fn new(group: &'g PanelGroup<'g>, columns: usize, cells: &Cells) -> Self {
        let columns = columns.min(group.items.len());
        let rows: Vec<f32> = group.items.chunks(columns).map(|row| cells.height(row)).collect();
        let own = columns as f32 * (cells.width + GAP.0) - GAP.0;
        // A few pictures make room for a name of two lines.
        let width = own.max(NAME.width(&group.name).min(2.5 * cells.width.max(WIDEST)));
        let height = rows.iter().map(|row| row + GAP.1).sum::<f32>() - GAP.1;
        Self { name: NAME.wrap(&group.name, width, 3), items: &group.items, columns, rows, width, height }
    }
}

/// Sizes that hold for all pictures of a panel.
struct Cells {
    scaling: Scaling,
    /// Room for the largest picture.
    picture: (f32, f32),
    /// Width of one cell.
    width: f32,
    /// Whether class and confidence fit on one line.
    short: bool,
}

impl Cells {
    fn measure<'t>(
        items: impl Iterator<Item = &'t Judged<'t>> + Clone,
        columns: usize,
        magnify: Option<usize>,
    ) -> Result<Self> {
        let largest = |side: usize| items.clone().map(|item| item.picture.shape[side]).max().unwrap_or(1);
        let (height, width) = (largest(1), largest(2));
        let longest = height.max(width);
        let scaling = match magnify {
            Some(factor) => Scaling::Up(magnification("panel", factor)?),
            None if longest > SMALL => Scaling::new(longest, LARGEST),
            None => Scaling::new(longest, (2400 / columns.max(1)).clamp(112, 336)),
        };
        let picture = (scaling.length(width) as f32, scaling.length(height) as f32);
        let own = picture.0 + 2.0 * FRAME;
        let widest = |short: bool| {
            let lines: Vec<String> = items.clone().flat_map(|item| item.lines(short)).collect();
            CAPTION.widest(lines.iter().map(String::as_str))
        };
        // One line is shorter to read, as long as it does not move the pictures far apart.
        let short = widest(true) <= own * SPREAD;
        let width = if short { widest(true) } else { widest(false).min(WIDEST) };
        Ok(Self { scaling, picture, width: own.max(width).ceil(), short })
    }

    /// Height of a row, with the longest of its captions.
    fn height(&self, row: &[Judged<'_>]) -> f32 {
        let n_lines = row.iter().map(|item| self.caption(item).len()).max().unwrap_or(0);
        (self.picture.1 + 2.0 * FRAME + 2.0 * BAR_GAP + BAR + CAPTION.height(n_lines)).ceil()
    }

    /// Draws one item with the upper left corner of its cell at a point.
    fn draw(&self, canvas: &mut Canvas, item: &Judged<'_>, at: (f32, f32)) {
        let [_, height, width] = item.picture.shape.map(|side| self.scaling.length(side) as f32);
        let centre = (at.0 + self.width / 2.0, at.1 + FRAME + self.picture.1 / 2.0);
        let (left, top) = ((centre.0 - width / 2.0).round(), (centre.1 - height / 2.0).round());
        let colour = item.verdict().colour();
        canvas.frame(Area::new(left, top, width, height), colour, FRAME);
        self.scaling.draw(canvas, &item.picture, (left, top));
        let below = top + height + FRAME + BAR_GAP;
        let (whole, share) = (width + 2.0 * FRAME, item.confidence.clamp(0.0, 1.0) as f32);
        canvas.fill(Area::new(left - FRAME, below, whole, BAR), FAINT, 1.0);
        canvas.fill(Area::new(left - FRAME, below, whole * share, BAR), colour, 1.0);
        canvas.text(&self.caption(item).join("\n"), (centre.0, below + BAR + BAR_GAP), &CAPTION);
    }

    fn caption(&self, item: &Judged<'_>) -> Vec<String> {
        item.lines(self.short).iter().flat_map(|line| CAPTION.wrap(line, self.width, 2)).collect()
    }
}

impl Judged<'_> {
    /// The caption: class and confidence on one line or on two, and the truth.
    fn lines(&self, short: bool) -> Vec<String> {
        let (mark, confidence) = (self.verdict().mark(), percent(self.confidence));
        let gap = if short { " · " } else { "\n" };
        let text = format!("{mark} {}{gap}{confidence}\ntrue: {}", self.prediction, self.truth);
        text.lines().map(str::to_owned).collect()
    }
}
