//! How many of a row's pictures are of each class: small bars where names fit below them, else words.

use crate::axis::count;
use crate::canvas::{Area, Canvas};
use crate::text::{Across, CAPITAL, Down, LEADING, Style};
use crate::theme::{self, FAINT, GREY, HAIR};

/// Names below bars.
const CLASS: Style = Style::new(19.0).at(Across::Centre, Down::Bottom);
/// Names in words.
const WORDS: Style = Style::new(19.0).at(Across::Left, Down::Middle);
/// Least width of a bar with the gap beside it.
const SLOT: f32 = 18.0;
/// Bars wider than this together become words.
const WIDEST_BARS: f32 = 260.0;
/// Words take no more than this.
const WIDEST_WORDS: f32 = 240.0;
/// Opacity of the bars that are not the highest.
const LOWER: f32 = 0.45;

/// The form that all tallies of a figure take.
#[derive(Clone, Debug)]
pub(crate) enum Tally<'a> {
    /// No row has counts.
    None,
    /// A bar for each class, `slot` wide with its gap.
    Bars { classes: &'a [String], slot: f32 },
    /// The classes in words, most frequent first, no wider than `width`.
    Words { classes: &'a [String], width: f32 },
}

impl<'a> Tally<'a> {
    /// Low rows still get so much height.
    pub(crate) const LEAST_HEIGHT: f32 = 56.0;

    /// Chooses the form for these classes; `rows` are the counts of all rows.
    pub(crate) fn new<'r>(classes: &'a [String], rows: impl Iterator<Item = &'r [u64]> + Clone) -> Self {
        if rows.clone().all(<[u64]>::is_empty) {
            return Self::None;
        }
        let slot = (CLASS.widest(classes.iter().map(String::as_str)) + 5.0).max(SLOT).ceil();
        if slot * classes.len() as f32 <= WIDEST_BARS {
            return Self::Bars { classes, slot };
        }
        // As wide as the widest line, counted as if there were room for all.
        let lines = rows.flat_map(|counts| lines(classes, counts, WIDEST_WORDS, usize::MAX));
        Self::Words { classes, width: lines.map(|line| WORDS.width(&line)).fold(0.0, f32::max).ceil() }
    }

    pub(crate) fn width(&self) -> f32 {
        match self {
            Self::None => 0.0,
            Self::Bars { classes, slot } => slot * classes.len() as f32,
            Self::Words { width, .. } => *width,
        }
    }

    /// Draws one row's counts into an area.
    pub(crate) fn draw(&self, canvas: &mut Canvas, counts: &[u64], area: Area) {
        match self {
            _ if counts.is_empty() => {}
            Self::None => {}
            Self::Bars { classes, slot } => bars(canvas, classes, counts, *slot, area),
            Self::Words { classes, width } => {
                // Lines may reach a little beyond the picture, as their lower parts are mostly white.
                let room = area.height + 0.2 * WORDS.size - WORDS.height(1);
                let most = (room / (WORDS.size * LEADING)).floor().max(0.0) as usize + 1;
                let text = lines(classes, counts, *width, most).join("\n");
                canvas.text(&text, (area.x, area.centre().1), &WORDS);
            }
        }
    }
}

/// Bars whose full height is all of the row's pictures, the highest in full colour, with names below those that count.
fn bars(canvas: &mut Canvas, classes: &[String], counts: &[u64], slot: f32, area: Area) {
    let (total, most) = (counts.iter().sum::<u64>().max(1), counts.iter().copied().max().unwrap_or(0));
    let names = (CLASS.size * CAPITAL + 10.0).ceil();
    let (floor, room) = (area.bottom() - names, area.height - names);
    // The pale ground shows how high a bar of all pictures would be.
    canvas.fill(Area::new(area.x, area.y, area.width, room), FAINT, 0.4);
    for (index, (&number, class)) in counts.iter().zip(classes).enumerate().filter(|(_, (number, _))| **number > 0) {
        let height = (room * number as f32 / total as f32).max(HAIR).round();
        let bar = Area::new(area.x + slot * index as f32 + 2.0, floor - height, slot - 4.0, height);
        canvas.fill(bar, theme::series(0), if number == most { 1.0 } else { LOWER });
        canvas.text(class, (bar.centre().0, area.bottom() + 4.0), &CLASS);
    }
    canvas.fill(Area::new(area.x, floor, area.width, HAIR), GREY, 1.0);
}

/// `ostrich ×5, crane ×3` in lines, broken between classes; what does not fit is counted in the last.
fn lines(classes: &[String], counts: &[u64], width: f32, most: usize) -> Vec<String> {
    let mut order: Vec<usize> = (0..counts.len()).filter(|&class| counts[class] > 0).collect();
    order.sort_by_key(|&class| std::cmp::Reverse(counts[class]));
    // Every line but the last ends with a comma.
    let width = width - WORDS.width(",");
    let mut lines: Vec<(String, usize)> = Vec::new();
    for entry in order.iter().map(|&class| entry(&classes[class], counts[class], width)) {
        match lines.last_mut() {
            Some((line, held)) if WORDS.width(&format!("{line}, {entry}")) <= width => {
                *line += &format!(", {entry}");
                *held += 1;
            }
            _ => lines.push((entry, 1)),
        }
    }
    let mut rest = None;
    if lines.len() > most {
        let left: usize = lines.split_off(most.max(1) - 1).iter().map(|(_, held)| held).sum();
        rest = Some(if most > 1 { format!("and {left} more") } else { WORDS.fit(&format!("{left} classes"), width) });
    }
    let last = lines.len().saturating_sub(1);
    let ended = |(index, (line, _)): (usize, (String, usize))| if index < last { line + "," } else { line };
    lines.into_iter().enumerate().map(ended).chain(rest).collect()
}

/// A class and how often it occurs, no wider than `width`: of several names such as `crane, Grus grus` the first, since commas
/// part the classes here, and cut where that is too wide. The number stays.
fn entry(class: &str, number: u64, width: f32) -> String {
    let number = if number > 1 { format!(" ×{}", count(number)) } else { String::new() };
    let room = width - WORDS.width(&number);
    WORDS.fit(class.split(',').next().unwrap_or(class), room) + &number
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(all: &[&str]) -> Vec<String> {
        all.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn few_short_names_are_bars_and_others_words() {
        let (digits, photos) = (["0"; 10], vec!["a"; 1000]);
        let form = |classes: &[String]| {
            let counts = vec![1; classes.len()];
            match Tally::new(classes, [&counts[..]].into_iter()) {
                Tally::None => "none",
                Tally::Bars { .. } => "bars",
                Tally::Words { .. } => "words",
            }
        };
        assert_eq!([form(&names(&digits)), form(&names(&photos))], ["bars", "words"]);
        assert_eq!(form(&names(&["airplane", "automobile", "bird", "cat", "deer"])), "words");
        assert_eq!(form(&[]), "none");
    }

    #[test]
    fn words_keep_their_numbers_and_say_what_is_left_out() {
        let classes = names(&["hen", "crane, Grus grus, a bird with long legs", "ostrich", "unbreakablelongname"]);
        assert_eq!(lines(&classes, &[0, 3, 5, 0], 240.0, 4), ["ostrich ×5, crane ×3"]);
        assert_eq!(lines(&classes, &[1, 3, 5, 0], 160.0, 9), ["ostrich ×5,", "crane ×3, hen"]);
        assert_eq!(lines(&classes, &[1, 3, 5, 0], 120.0, 1), ["3 classes"]);
        let long = lines(&classes, &[1, 1, 1, 12_000], 160.0, 2);
        assert!(long[0].ends_with("… ×12,000") && long[1] == "and 3 more", "{long:?}");
        assert!(long.iter().all(|line| WORDS.width(line) <= 160.0), "{long:?}");
    }
}
