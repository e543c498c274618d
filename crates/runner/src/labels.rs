//! Classes as people call them: by a name, by a number, or by a part of a name.

use anyhow::{Result, bail};

/// Candidates that a message lists.
const LISTED: usize = 20;

/// The number of the class that `text` means; `net` is who has the classes.
///
/// In this order: one of a class's names (they stand between commas, as ImageNet's do), its number, a part of one of its
/// names. Capitals do not matter. A name goes before a number: the ten digits are both, and mean the same.
///
/// # Errors
/// Several classes that it may mean, with their numbers; or none, with the nearest.
pub(crate) fn find(text: &str, classes: &[String], net: &str) -> Result<usize> {
    let wanted = text.trim().to_lowercase();
    let with = |holds: &dyn Fn(&str) -> bool| -> Vec<usize> {
        (0..classes.len()).filter(|class| names(&classes[*class]).any(|name| holds(&name))).collect()
    };
    let mut found = with(&|name| name == wanted);
    if found.is_empty() {
        if let Ok(number) = wanted.parse::<usize>() {
            if number < classes.len() {
                return Ok(number);
            }
            bail!("no class `{text}`: {net} {}", known(classes));
        }
        found = if wanted.is_empty() { Vec::new() } else { with(&|name| name.contains(&wanted)) };
        // Those that have it as a word of its own come first in the list.
        found.sort_by_key(|class| !names(&classes[*class]).any(|name| has_word(&name, &wanted)));
    }
    match found[..] {
        [class] => Ok(class),
        [] if are_numbers(classes) => bail!(
            "no class `{text}`: {net} knows its classes by their numbers alone, 0 to {}; give a number, or, for a TorchScript \
             net, a file with their names (--classes FILE)",
            classes.len() - 1
        ),
        [] => bail!("no class `{text}`{} {net} {}", nearest(&wanted, classes), known(classes)),
        _ => bail!("`{text}` may be {}; give one of these numbers, or more of the name", listed(&found, classes)),
    }
}

/// The first of a class's names: `sports car` of `sports car, sport car`.
pub(crate) fn short(class: &str) -> &str {
    class.split(',').next().unwrap_or(class).trim()
}

/// A class as a part of a file's name.
pub(crate) fn file_name(class: &str) -> String {
    short(class).chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).take(40).collect()
}

/// The names of a class in small letters: each of those between commas, and all of them as they stand.
fn names(class: &str) -> impl Iterator<Item = String> {
    let whole = class.trim().to_lowercase();
    let parts: Vec<String> = whole.split(',').map(|name| name.trim().to_owned()).collect();
    parts.into_iter().chain(class.contains(',').then_some(whole))
}

fn has_word(name: &str, word: &str) -> bool {
    name.split(|c: char| !c.is_alphanumeric()).any(|own| own == word)
}

fn listed(found: &[usize], classes: &[String]) -> String {
    let shown: Vec<String> =
        found.iter().take(LISTED).map(|class| format!("{} ({class})", classes[*class].trim())).collect();
    let more = found.len().saturating_sub(LISTED);
    let list = shown.join("; ");
    if more > 0 { format!("{list}; and {more} more") } else { list }
}

fn nearest(wanted: &str, classes: &[String]) -> String {
    let likeness = |class: &str| names(class).map(|name| strsim::jaro_winkler(&name, wanted)).fold(0.0, f64::max);
    let best = classes.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    // A number that is too large is not a misspelt one.
    let is_number = wanted.parse::<f64>().is_ok();
    let best = best.filter(|class| likeness(class) > 0.8 && !is_number);
    best.map_or_else(|| ":".to_owned(), |class| format!(", did you mean `{}`?", class.trim()))
}

fn are_numbers(classes: &[String]) -> bool {
    classes.iter().enumerate().all(|(number, class)| *class == number.to_string())
}

fn known(classes: &[String]) -> String {
    let shown = classes.iter().take(LISTED).map(|class| short(class)).collect::<Vec<_>>().join(", ");
    match classes.len().saturating_sub(LISTED) {
        0 => format!("has {shown}"),
        more => format!("has {shown} and {more} more, numbered from 0"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn told(text: &str, classes: &[String]) -> String {
        find(text, classes, "net").unwrap_err().to_string()
    }

    #[test]
    fn a_name_goes_before_a_number_and_a_number_before_a_part() {
        let classes = classes(&["cat", "dog", "0", "Egyptian cat", "hot dog 1"]);
        for (text, class) in [("Dog", 1), ("1", 1), ("0", 2), ("egyptian", 3), ("  CAT ", 0), ("hot", 4)] {
            assert_eq!(find(text, &classes, "net").unwrap(), class, "{text}");
        }
    }

    #[test]
    fn each_name_between_commas_is_one() {
        let classes = classes(&["ostrich, Struthio camelus", "tench, Tinca tinca", "camel, Camelus dromedarius"]);
        for (text, class) in [("ostrich", 0), ("struthio camelus", 0), ("tinca", 1), ("camel", 2), ("drom", 2)] {
            assert_eq!(find(text, &classes, "net").unwrap(), class, "{text}");
        }
        assert_eq!(find("tench, tinca TINCA", &classes, "net").unwrap(), 1);
        assert_eq!((short(&classes[0]), file_name("sports car, sport car")), ("ostrich", "sports-car".to_owned()));
    }

    #[test]
    fn several_candidates_are_listed_with_their_numbers() {
        let classes = tch::vision::imagenet::CLASSES.map(str::to_owned);
        let crane = told("crane", &classes);
        assert!(crane.contains("`crane` may be crane (134); crane (517); give one of these numbers"), "{crane}");
        let maillot = told("Maillot", &classes);
        assert!(maillot.contains("maillot (638); maillot, tank suit (639)"), "{maillot}");
        let cars = told("car", &classes);
        assert!(cars.contains("sports car, sport car (817)") && cars.contains("and "), "{cars}");
        assert!(cars.find("(817)") < cars.find("cardigan").or(Some(usize::MAX)), "whole words come first: {cars}");
        assert_eq!(find("134", &classes, "net").unwrap(), 134);
        assert_eq!(find("sports car", &classes, "net").unwrap(), 817);
    }

    #[test]
    fn what_is_no_class_is_told_with_the_nearest() {
        let classes = classes(&["cat", "dog", "ostrich"]);
        assert_eq!(told("ostrhc", &classes), "no class `ostrhc`, did you mean `ostrich`? net has cat, dog, ostrich");
        assert_eq!(told("horse", &classes), "no class `horse`: net has cat, dog, ostrich");
        for text in ["3", "-1", "1.5", "", " "] {
            assert!(told(text, &classes).starts_with(&format!("no class `{text}`: net has cat")), "{text}");
        }
        let numbers: Vec<String> = (0..1000).map(|class| class.to_string()).collect();
        let ostrich = told("ostrich", &numbers);
        assert!(
            ostrich.contains("by their numbers alone, 0 to 999") && ostrich.contains("--classes FILE"),
            "{ostrich}"
        );
    }
}
