//! Text in the embedded font (DejaVu Sans): measuring, fitting into a width, and the ink of each glyph.
//!
//! Plotters' own drawing with embedded fonts leaves out each glyph's side bearing, which makes uneven gaps, so text is drawn
//! here, straight from the outlines.

use std::sync::LazyLock;

use ab_glyph::{Font, FontRef, ScaleFont, point};

use crate::theme::{Colour, INK};

/// Height of the line above the baseline, as a share of the size.
pub(crate) const ASCENT: f32 = 0.80;
/// Height of the line below the baseline.
pub(crate) const DESCENT: f32 = 0.24;
/// Distance of two baselines.
pub(crate) const LEADING: f32 = 1.2;
/// Height of digits and capital letters.
pub(crate) const CAPITAL: f32 = 0.729;

static REGULAR: LazyLock<FontRef<'static>> = LazyLock::new(|| parse(dejavu::sans::regular()));
static BOLD: LazyLock<FontRef<'static>> = LazyLock::new(|| parse(dejavu::sans::bold()));

fn parse(bytes: &'static [u8]) -> FontRef<'static> {
    FontRef::try_from_slice(bytes).expect("the embedded font is a whole TrueType file")
}

/// Where the given point lies within the text, from left to right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Across {
    Left,
    Centre,
    Right,
}

/// Where the given point lies within the text, from top to bottom; the middle is that of the capital letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Down {
    Top,
    Middle,
    Bottom,
}

/// How a text looks and hangs on its point.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    /// Pixels for one em.
    pub(crate) size: f32,
    pub(crate) bold: bool,
    pub(crate) colour: Colour,
    pub(crate) across: Across,
    pub(crate) down: Down,
    /// Whether it reads upwards, turned about its point.
    pub(crate) upwards: bool,
}

impl Style {
    /// Regular, dark, hanging on its top left corner.
    pub(crate) const fn new(size: f32) -> Self {
        Self { size, bold: false, colour: INK, across: Across::Left, down: Down::Top, upwards: false }
    }

    pub(crate) const fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    pub(crate) const fn colour(self, colour: Colour) -> Self {
        Self { colour, ..self }
    }

    pub(crate) const fn at(self, across: Across, down: Down) -> Self {
        Self { across, down, ..self }
    }

    pub(crate) const fn upwards(self) -> Self {
        Self { upwards: true, ..self }
    }

    /// Width of one line.
    pub(crate) fn width(&self, line: &str) -> f32 {
        let font = self.font();
        let (mut width, mut before) = (0.0, None);
        for c in line.chars() {
            let glyph = font.glyph_id(c);
            width += before.map_or(0.0, |before| font.kern(before, glyph)) + font.h_advance(glyph);
            before = Some(glyph);
        }
        width
    }

    /// Width of the widest of several lines.
    pub(crate) fn widest<'a>(&self, lines: impl IntoIterator<Item = &'a str>) -> f32 {
        lines.into_iter().flat_map(str::lines).map(|line| self.width(line)).fold(0.0, f32::max)
    }

    /// Height of `n_lines` lines; 0 for none.
    pub(crate) fn height(&self, n_lines: usize) -> f32 {
        match n_lines {
            0 => 0.0,
            n => self.size * (ASCENT + DESCENT + LEADING * (n - 1) as f32),
        }
    }

    /// The line, cut with an ellipsis where it is wider than `width`.
    pub(crate) fn fit(&self, line: &str, width: f32) -> String {
        if self.width(line) <= width {
            return line.to_owned();
        }
        let ends: Vec<usize> = line.char_indices().map(|(at, _)| at).collect();
        let cut = |&end: &usize| format!("{}…", line[..end].trim_end());
        let too_wide = ends.partition_point(|end| self.width(&cut(end)) <= width);
        ends[..too_wide].last().map_or_else(|| "…".to_owned(), cut)
    }

    /// The text broken at spaces and line ends into at most `max_lines` lines no wider than `width`; what does not fit is
    /// cut with an ellipsis.
    pub(crate) fn wrap(&self, text: &str, width: f32, max_lines: usize) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for given in text.lines() {
            let mut line = String::new();
            for word in given.split(' ') {
                let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
                if line.is_empty() || self.width(&longer) <= width {
                    line = longer;
                } else {
                    lines.push(std::mem::replace(&mut line, word.to_owned()));
                }
            }
            lines.push(line);
        }
        if lines.len() > max_lines {
            let rest = lines.split_off(max_lines.max(1) - 1).join(" ");
            lines.push(rest);
        }
        lines.iter().map(|line| self.fit(line, width)).collect()
    }

    /// A smaller style, not below `least`, in which the widest line fits `width` if that can be reached.
    pub(crate) fn shrunk(self, widest: f32, width: f32, least: f32) -> Self {
        if widest <= width || widest <= 0.0 {
            return self;
        }
        Self { size: (self.size * width / widest).max(least.min(self.size)), ..self }
    }

    /// Calls `ink(x, y, coverage)` for every pixel that one line touches, relative to the left end of its baseline, which
    /// itself is shifted by `shift` (below 1) to keep sub-pixel places.
    pub(crate) fn ink(&self, line: &str, shift: (f32, f32), mut ink: impl FnMut(i32, i32, f32)) {
        let font = self.font();
        let (mut x, mut before) = (shift.0, None);
        for c in line.chars() {
            let id = font.glyph_id(c);
            x += before.map_or(0.0, |before| font.kern(before, id));
            before = Some(id);
            let glyph = id.with_scale_and_position(font.scale(), point(x, shift.1));
            if let Some(outline) = font.outline_glyph(glyph) {
                let corner = outline.px_bounds().min;
                let (left, top) = (corner.x as i32, corner.y as i32);
                outline.draw(|gx, gy, coverage| ink(left + gx as i32, top + gy as i32, coverage));
            }
            x += font.h_advance(id);
        }
    }

    fn font(&self) -> ab_glyph::PxScaleFont<&'static FontRef<'static>> {
        let font: &'static FontRef<'static> = if self.bold { &BOLD } else { &REGULAR };
        // The library's scale counts from ascent to descent, ours in ems.
        let em = font.units_per_em().unwrap_or(2048.0);
        font.as_scaled(self.size * font.height_unscaled() / em)
    }
}

/// A share in [0, 1] as a percentage with two decimals, such as `86.97 %`; the space does not break.
pub fn percent(share: f64) -> String {
    format!("{:.2}\u{a0}%", 100.0 * share)
}

/// Whether the embedded font has every character: it knows Latin, Greek, Cyrillic and many signs, but not Chinese.
pub fn can_draw(text: &str) -> bool {
    text.chars().all(|c| [&REGULAR, &BOLD].iter().all(|font| font.glyph_id(c).0 != 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const STYLE: Style = Style::new(20.0);

    #[test]
    fn digits_are_equally_wide_and_bold_is_wider() {
        assert_eq!(STYLE.width("1"), STYLE.width("8"));
        assert!(STYLE.bold().width("label") > STYLE.width("label"));
    }

    #[test]
    fn the_font_has_the_signs_in_use() {
        for sign in ["✓✗·→−×%…–ΔL∞²₂≥⁻⁹", "Straße, Ångström, Жук.jpg"] {
            assert!(can_draw(sign), "{sign}");
        }
        assert!(!can_draw("汽车.png"));
    }

    #[test]
    fn long_text_is_wrapped_then_cut() {
        let lines = STYLE.wrap("average of a thousand pictures per digit", 150.0, 2);
        assert_eq!(lines.len(), 2);
        assert!(lines[1].ends_with('…'), "{lines:?}");
        assert!(lines.iter().all(|line| STYLE.width(line) <= 150.0));
        assert_eq!(STYLE.wrap("a\nb", 150.0, 3), ["a", "b"]);
        assert_eq!(STYLE.fit("unbreakable", 1.0), "…");
    }

    #[test]
    fn percentages_have_two_decimals() {
        assert_eq!(percent(0.8697), "86.97\u{a0}%");
    }
}
