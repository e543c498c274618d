//! Numbers of tasks as Slurm writes them: `1-3,7`.

use anyhow::{Context as _, Result, ensure};

/// More tasks than any job array has.
const MOST: usize = 10_000_000;

/// Rising numbers, neighbours as ranges.
pub(super) fn shown(numbers: &[usize]) -> String {
    let runs = numbers.chunk_by(|a, b| a + 1 == *b);
    let shown = runs.map(|run| match run {
        [first, .., last] => format!("{first}-{last}"),
        one => one[0].to_string(),
    });
    shown.collect::<Vec<_>>().join(",")
}

/// Numbers out of `3`, `1-3,7`, `0-8:2` or `[1-9%4]`.
pub(super) fn read(text: &str) -> Result<Vec<usize>> {
    let inner = text.trim_start_matches('[').trim_end_matches(']');
    let inner = inner.split_once('%').map_or(inner, |(numbers, _)| numbers);
    let number = |word: &str| word.parse::<usize>().with_context(|| format!("`{text}` is no list of task numbers"));
    let mut numbers = Vec::new();
    for part in inner.split(',') {
        let (range, step) = part.split_once(':').unwrap_or((part, "1"));
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let (first, last) = (number(first)?, number(last)?);
        ensure!(last < MOST, "`{text}` is no list of task numbers: {last} is too large");
        numbers.extend((first..=last).step_by(number(step)?.max(1)));
    }
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_become_ranges() {
        assert_eq!(shown(&[]), "");
        assert_eq!(shown(&[3]), "3");
        assert_eq!(shown(&[1, 2, 4, 6, 7, 8]), "1-2,4,6-8");
    }

    #[test]
    fn lists_of_slurm_are_read() {
        assert_eq!(read("7").unwrap(), [7]);
        assert_eq!(read("[1-3,7%2]").unwrap(), [1, 2, 3, 7]);
        assert_eq!(read("0-8:4").unwrap(), [0, 4, 8]);
        for text in ["", "a", "1-", "1,,2", "1-99999999999"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
