//! Title and note on top of a figure.

use crate::canvas::Canvas;
use crate::text::Style;
use crate::theme::{GREY, LABEL, MARGIN, TITLE};

/// A narrow figure is widened up to this for the sake of its title.
const WIDENED: f32 = 900.0;
const TITLE_STYLE: Style = Style::new(TITLE).bold();
const NOTE_STYLE: Style = Style::new(LABEL).colour(GREY);

/// A title, broken into lines, and a smaller note below it.
#[derive(Debug)]
pub(crate) struct Heading {
    title: Vec<String>,
    note: Vec<String>,
    /// Width of the figure below, widened where the title needs it.
    pub(crate) width: f32,
    /// Height down to the figure; 0 without a text.
    pub(crate) height: f32,
}

impl Heading {
    pub(crate) fn new(title: &str, note: &str, content: f32) -> Self {
        let wanted = TITLE_STYLE.widest([title]).max(NOTE_STYLE.widest([note]));
        let width = content.max(wanted.min(WIDENED)).ceil();
        let (title, note) = (TITLE_STYLE.wrap(title, width, 3), NOTE_STYLE.wrap(note, width, 3));
        let mut height = TITLE_STYLE.height(title.len());
        if !note.is_empty() {
            height += 8.0 + NOTE_STYLE.height(note.len());
        }
        if height > 0.0 {
            height = (height + 24.0).ceil();
        }
        Self { title, note, width, height }
    }

    /// Draws it into the upper left corner.
    pub(crate) fn draw(&self, canvas: &mut Canvas) {
        canvas.text(&self.title.join("\n"), (MARGIN, MARGIN), &TITLE_STYLE);
        let below = MARGIN + TITLE_STYLE.height(self.title.len()) + 8.0;
        canvas.text(&self.note.join("\n"), (MARGIN, below), &NOTE_STYLE);
    }
}
