//! How people write digits: the table in `skeletons.txt`, read once.

use std::sync::LazyLock;

use rand::Rng;

use super::curve::Knot;

/// One way of writing a digit.
#[derive(Debug)]
pub(super) struct Allograph {
    /// How common it is among those of its digit.
    weight: f32,
    /// Whether it is how people of the European continent are taught to write: a 1 with a flag, a 7 with a bar.
    continental: bool,
    /// Pen down to pen up, each.
    pub(super) strokes: Vec<Vec<Knot>>,
}

/// Draws one of the digit's allographs by its weight.
///
/// # Panics
/// If `digit` is more than 9.
pub(super) fn choose(digit: usize, rng: &mut impl Rng) -> &'static Allograph {
    choose_by(digit, |weight, _| weight, rng)
}

/// The same by another weight, made of the table's and of whether the way is a continental one.
///
/// # Panics
/// If `digit` is more than 9.
pub(super) fn choose_by(digit: usize, weight: impl Fn(f32, bool) -> f32, rng: &mut impl Rng) -> &'static Allograph {
    let ways = &ALLOGRAPHS[digit];
    let of = |way: &Allograph| weight(way.weight, way.continental);
    let mut rest = rng.random::<f32>() * ways.iter().map(of).sum::<f32>();
    for way in ways {
        rest -= of(way);
        if rest < 0.0 {
            return way;
        }
    }
    &ways[ways.len() - 1]
}

/// By digit.
static ALLOGRAPHS: LazyLock<Vec<Vec<Allograph>>> =
    LazyLock::new(|| read(include_str!("skeletons.txt")).expect("a test reads the table"));

/// The ways of each section in order, or the first line that does not read.
fn read(table: &str) -> Result<Vec<Vec<Allograph>>, &str> {
    let mut digits: Vec<Vec<Allograph>> = Vec::new();
    for line in table.lines() {
        let content = line.split('#').next().unwrap_or_default().trim();
        if content.is_empty() {
            continue;
        }
        if content == format!("[{}]", digits.len()) {
            digits.push(Vec::new());
        } else {
            digits.last_mut().ok_or(line)?.push(way(content).ok_or(line)?);
        }
    }
    Ok(digits)
}

fn way(line: &str) -> Option<Allograph> {
    let (weight, strokes) = line.split_once(' ')?;
    let strokes = strokes.split('|').map(|stroke| stroke.split_whitespace().map(knot).collect());
    let plain = weight.trim_end_matches('c');
    let continental = plain.len() < weight.len();
    Some(Allograph { weight: plain.parse().ok()?, continental, strokes: strokes.collect::<Option<_>>()? })
}

fn knot(word: &str) -> Option<Knot> {
    let plain = word.trim_end_matches('!');
    let (x, y) = plain.split_once(',')?;
    let at = [x.parse::<f32>().ok()? / 100.0, y.parse::<f32>().ok()? / 100.0];
    Some(Knot { at, corner: plain.len() < word.len() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use advlab_core::Seed;

    #[test]
    fn every_way_of_every_digit_is_drawn() {
        assert_eq!(ALLOGRAPHS.len(), 10);
        for (digit, ways) in ALLOGRAPHS.iter().enumerate() {
            let mut rng = Seed::new(1).rng();
            let mut seen = vec![0; ways.len()];
            for _ in 0..600 {
                let chosen = choose(digit, &mut rng);
                seen[ways.iter().position(|way| std::ptr::eq(way, chosen)).unwrap()] += 1;
            }
            assert!(seen.iter().all(|&count| count > 0), "{digit}: {seen:?}");
            assert!(ways.iter().all(|way| way.strokes.iter().all(|stroke| stroke.len() > 1)), "{digit}");
        }
    }

    #[test]
    fn the_line_with_a_mistake_is_named() {
        assert_eq!(read("# digits\n[0]\n1.0  1,2 3,4! | 5,-6 7,8  # two\n\n[1]\n2 1,1 2,2").unwrap().len(), 2);
        for line in ["[2]", "x 1,2 3,4", "1.0", "1.0 1,2 3", "1.0 1;2", "1.0 1,2 | a,b"] {
            assert_eq!(read(&format!("[0]\n{line}")).unwrap_err(), line);
        }
        assert_eq!(read("1.0 1,2 3,4").unwrap_err(), "1.0 1,2 3,4");
    }
}
