//! Shapes of points.

use crate::canvas::Canvas;
use crate::theme::{Colour, WHITE};

/// The shape of a point, so that classes can be told apart without colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Marker {
    /// A filled circle.
    #[default]
    Disc,
    /// A filled square.
    Square,
    /// A filled triangle.
    Triangle,
    /// A filled square on its corner.
    Diamond,
    /// Two crossing strokes.
    Cross,
    /// A filled star of five points.
    Star,
}

impl Marker {
    /// The marker of class number `index`; they repeat after six.
    pub const fn of_class(index: usize) -> Self {
        const ALL: [Marker; 6] =
            [Marker::Disc, Marker::Square, Marker::Triangle, Marker::Diamond, Marker::Cross, Marker::Star];
        ALL[index % ALL.len()]
    }

    /// Draws it with a thin white edge, which keeps points apart from ground of their own colour.
    pub(crate) fn draw(self, canvas: &mut Canvas, at: (f32, f32), radius: f32, colour: Colour) {
        self.shape(canvas, at, radius + 1.5, WHITE);
        self.shape(canvas, at, radius, colour);
    }

    fn shape(self, canvas: &mut Canvas, (x, y): (f32, f32), radius: f32, colour: Colour) {
        // `count` corners, every `step`-th of an even ring, at radii that alternate for stars; areas are about equal.
        let ring = |count: usize, turn: f32, radii: [f32; 2]| -> Vec<(f32, f32)> {
            let corner = |index: usize| {
                let angle = std::f32::consts::TAU * (index as f32 / count as f32 + turn);
                let radius = radius * radii[index % 2];
                (x + radius * angle.sin(), y - radius * angle.cos())
            };
            (0..count).map(corner).collect()
        };
        match self {
            Self::Disc => canvas.disc((x, y), radius, colour, 1.0),
            Self::Square => canvas.polygon(&ring(4, 0.125, [1.25; 2]), colour, 1.0),
            Self::Triangle => canvas.polygon(&ring(3, 0.0, [1.45; 2]), colour, 1.0),
            Self::Diamond => canvas.polygon(&ring(4, 0.0, [1.35; 2]), colour, 1.0),
            Self::Star => canvas.polygon(&ring(10, 0.0, [1.6, 0.7]), colour, 1.0),
            Self::Cross => {
                let reach = radius * 0.9;
                for side in [-1.0, 1.0] {
                    let ends = [(x - reach, y - side * reach), (x + reach, y + side * reach)];
                    canvas.line(&ends, colour, 1.0, radius * 0.6, &[]);
                }
            }
        }
    }
}
