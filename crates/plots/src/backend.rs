//! Lets plotters draw on a [`Canvas`], so that its lines are anti-aliased and its text is ours.

use std::convert::Infallible;

use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind, FontStyle,
    FontTransform,
};

use crate::canvas::{Area, Canvas};
use crate::text::{Across, Down, Style};
use crate::theme::Colour;

type Done = Result<(), DrawingErrorKind<Infallible>>;

/// Plotters' view of a canvas.
pub(crate) struct Backend<'a>(pub(crate) &'a mut Canvas);

impl DrawingBackend for Backend<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        (self.0.width() as u32, self.0.height() as u32)
    }

    fn ensure_prepared(&mut self) -> Done {
        Ok(())
    }

    fn present(&mut self) -> Done {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, colour: BackendColor) -> Done {
        self.0.fill(Area::new(x as f32, y as f32, 1.0, 1.0), paint(colour), colour.alpha as f32);
        Ok(())
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Done {
        self.draw_path([from, to], style)
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Done {
        let (colour, width) = (style.color(), style.stroke_width());
        if colour.alpha > 0.0 {
            // An odd width is crisp through the middle of a pixel, an even one between two.
            let shift = if width % 2 == 1 { 0.5 } else { 0.0 };
            let points: Vec<_> = path.into_iter().map(|(x, y)| (x as f32 + shift, y as f32 + shift)).collect();
            self.0.line(&points, paint(colour), colour.alpha as f32, width as f32, &[]);
        }
        Ok(())
    }

    fn draw_text<T: BackendTextStyle>(&mut self, text: &str, style: &T, (x, y): BackendCoord) -> Done {
        let anchor = style.anchor();
        let across = match anchor.h_pos {
            HPos::Left => Across::Left,
            HPos::Center => Across::Centre,
            HPos::Right => Across::Right,
        };
        let down = match anchor.v_pos {
            VPos::Top => Down::Top,
            VPos::Center => Down::Middle,
            VPos::Bottom => Down::Bottom,
        };
        self.0.text(text, (x as f32, y as f32), &own(style).at(across, down));
        Ok(())
    }

    fn estimate_text_size<T: BackendTextStyle>(
        &self,
        text: &str,
        style: &T,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        let style = own(style);
        Ok((style.widest([text]).ceil() as u32, style.height(text.lines().count()).ceil() as u32))
    }
}

/// Our style for one of plotters.
fn own<T: BackendTextStyle>(style: &T) -> Style {
    let mut own = Style::new(style.size() as f32).colour(paint(style.color()));
    own.bold = matches!(style.style(), FontStyle::Bold);
    own.upwards = matches!(style.transform(), FontTransform::Rotate270);
    own
}

fn paint(colour: BackendColor) -> Colour {
    let (red, green, blue) = colour.rgb;
    Colour::rgb(red, green, blue)
}
