//! The word that was probably meant.

/// Words that are less alike than this are not taken for misspellings of each other.
const ALIKE: f64 = 0.75;

/// Names that are listed in a message.
const LISTED: usize = 20;

/// `, did you mean `epochs`?` where a word is much like one of `words`; otherwise what there is.
pub(super) fn hint<'a>(got: &str, words: impl Iterator<Item = &'a str>) -> String {
    let words: Vec<&str> = words.collect();
    let alike = |word: &str| strsim::jaro_winkler(word, &got.to_lowercase().replace('_', "-"));
    match words.iter().max_by(|a, b| alike(a).total_cmp(&alike(b))) {
        Some(best) if alike(best) > ALIKE => format!("did you mean `{best}`?"),
        _ if words.is_empty() => "there are none".to_owned(),
        _ => format!("there are {}", listed(&words)),
    }
}

/// Words in a row, each quoted.
pub(super) fn listed(words: &[&str]) -> String {
    let mut quoted: Vec<String> = words.iter().take(LISTED).map(|word| format!("`{word}`")).collect();
    if words.len() > LISTED {
        quoted.push(format!("and {} more", words.len() - LISTED));
    }
    quoted.join(", ")
}
