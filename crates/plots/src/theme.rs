//! Colours and sizes shared by all figures.
//!
//! Series colours are Okabe and Ito's, which stay apart for colour-blind readers and in most grey prints
//! (<https://jfly.uni-koeln.de/color/>); matrices use a blue ramp and a blue-white-red ramp whose steps grow evenly darker.
//! Lengths are pixels of the file, meant to be shown at half size.

/// An opaque sRGB colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour {
    /// Red.
    pub red: u8,
    /// Green.
    pub green: u8,
    /// Blue.
    pub blue: u8,
}

impl Colour {
    /// A colour from its three parts.
    pub const fn rgb(red: u8, green: u8, blue: u8) -> Self {
        Self { red, green, blue }
    }

    /// The parts in order.
    pub const fn parts(self) -> [u8; 3] {
        [self.red, self.green, self.blue]
    }

    /// The colour `share` of the way to `other`; `share` is clipped to [0, 1].
    pub fn towards(self, other: Self, share: f32) -> Self {
        let share = share.clamp(0.0, 1.0);
        let mix = |from: u8, to: u8| (f32::from(from) + (f32::from(to) - f32::from(from)) * share).round() as u8;
        Self::rgb(mix(self.red, other.red), mix(self.green, other.green), mix(self.blue, other.blue))
    }

    /// Black or white, whichever reads better on it.
    pub fn ink(self) -> Self {
        let light = 0.299 * f32::from(self.red) + 0.587 * f32::from(self.green) + 0.114 * f32::from(self.blue);
        if light > 140.0 { INK } else { WHITE }
    }
}

/// Paper.
pub const WHITE: Colour = Colour::rgb(255, 255, 255);
/// Text and axes.
pub const INK: Colour = Colour::rgb(26, 26, 26);
/// Secondary text.
pub const GREY: Colour = Colour::rgb(96, 96, 96);
/// Grid lines and the edges of pictures.
pub const FAINT: Colour = Colour::rgb(222, 222, 222);
/// Colours of series, in the order of their use.
pub const SERIES: [Colour; 7] = [
    Colour::rgb(0, 114, 178),   // blue
    Colour::rgb(213, 94, 0),    // vermillion
    Colour::rgb(0, 158, 115),   // bluish green
    Colour::rgb(204, 121, 167), // reddish purple
    Colour::rgb(230, 159, 0),   // orange
    Colour::rgb(86, 180, 233),  // sky blue
    Colour::rgb(0, 0, 0),       // black
];
/// Frame of a right answer.
pub const RIGHT: Colour = SERIES[2];
/// Frame of a wrong answer, and median lines.
pub const WRONG: Colour = SERIES[1];

/// Text size of a figure's title.
pub const TITLE: f32 = 34.0;
/// Text size of a panel's title.
pub const SUBTITLE: f32 = 28.0;
/// Text size of axis names, legends, row and column labels.
pub const LABEL: f32 = 25.0;
/// Text size of tick labels and captions.
pub const TICK: f32 = 22.0;
/// Smallest text size that is used; longer texts are cut with an ellipsis instead.
pub const SMALLEST: f32 = 14.0;
/// White space around a figure.
pub const MARGIN: f32 = 36.0;
/// Width of a plotted line.
pub const LINE: f32 = 4.0;
/// Width of axes, ticks, error bars and edges.
pub const HAIR: f32 = 2.0;

/// Colour of series number `index`; they repeat after seven.
pub const fn series(index: usize) -> Colour {
    SERIES[index % SERIES.len()]
}

/// Colour of class number `index` in a map of classes: ten that stay apart when they are paled; they repeat after ten.
pub const fn class(index: usize) -> Colour {
    const CLASSES: [Colour; 10] = [
        SERIES[0],
        SERIES[1],
        SERIES[2],
        SERIES[3],
        SERIES[4],
        Colour::rgb(112, 72, 160), // violet
        SERIES[5],
        Colour::rgb(122, 78, 40),   // brown
        Colour::rgb(190, 200, 20),  // yellow-green
        Colour::rgb(110, 110, 110), // grey
    ];
    CLASSES[index % CLASSES.len()]
}

/// White to dark blue, for shares in [0, 1].
pub fn sequential(share: f32) -> Colour {
    ramp(
        &[
            Colour::rgb(255, 255, 255),
            Colour::rgb(222, 235, 247),
            Colour::rgb(158, 202, 225),
            Colour::rgb(66, 146, 198),
            Colour::rgb(8, 81, 156),
            Colour::rgb(8, 48, 107),
        ],
        share,
    )
}

/// Blue over white to red, for values in [-1, 1].
pub fn diverging(value: f32) -> Colour {
    ramp(
        &[
            Colour::rgb(5, 48, 97),
            Colour::rgb(33, 102, 172),
            Colour::rgb(67, 147, 195),
            Colour::rgb(146, 197, 222),
            Colour::rgb(209, 229, 240),
            Colour::rgb(255, 255, 255),
            Colour::rgb(253, 219, 199),
            Colour::rgb(244, 165, 130),
            Colour::rgb(214, 96, 77),
            Colour::rgb(178, 24, 43),
            Colour::rgb(103, 0, 31),
        ],
        (value + 1.0) / 2.0,
    )
}

/// Straight lines between evenly spaced colours.
fn ramp(stops: &[Colour], share: f32) -> Colour {
    let place = share.clamp(0.0, 1.0) * (stops.len() - 1) as f32;
    let below = (place as usize).min(stops.len() - 2);
    stops[below].towards(stops[below + 1], place - below as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ramps_reach_their_ends_and_are_white_in_the_middle() {
        assert_eq!(sequential(0.0), WHITE);
        assert_eq!(sequential(1.0), Colour::rgb(8, 48, 107));
        assert_eq!(diverging(0.0), WHITE);
        assert_eq!(diverging(-7.0), Colour::rgb(5, 48, 97));
        assert_eq!(diverging(7.0), Colour::rgb(103, 0, 31));
    }

    #[test]
    fn ink_is_dark_on_light_and_light_on_dark() {
        assert_eq!(WHITE.ink(), INK);
        assert_eq!(sequential(1.0).ink(), WHITE);
    }
}
