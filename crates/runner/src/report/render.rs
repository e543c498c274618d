//! Templates and what they share.

use anyhow::Result;
use minijinja::{AutoEscape, Environment};

use crate::perturb;

/// A number and what it counts: `1 thread`, `2 threads`.
fn counted(count: minijinja::Value, one: &str, many: Option<String>) -> String {
    let is_one = count.to_string() == "1";
    let noun = if is_one { one.to_owned() } else { many.unwrap_or_else(|| format!("{one}s")) };
    format!("{count} {noun}")
}

/// A share in percent; a dash where there is none.
fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "–".to_owned(), advlab_plots::percent)
}

fn digits(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), perturb::digits)
}

/// With a capital letter at the start, and all others as they are.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// A whole number in groups of three.
fn grouped(number: u64) -> String {
    let text = number.to_string();
    let groups: Vec<&str> =
        text.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap_or("")).collect();
    groups.join("\u{202f}")
}

macro_rules! templates {
    ($($name:literal),*) => { [$(($name, include_str!(concat!("../../templates/", $name)))),*] };
}

/// What pages are made of; a page is one of them, the others are its frame and its parts.
const TEMPLATES: [(&str, &str); 15] = templates!(
    "frame.html",
    "parts.html",
    "page.css",
    "print.css",
    "page.js",
    "tables.js",
    "gallery.js",
    "enlarge.js",
    "generate.html",
    "perturb.html",
    "basis.html",
    "eval.html",
    "study.html",
    "plain.html",
    "side-by-side.html"
);

/// Fills a template in.
pub(super) fn render(template: &str, values: minijinja::Value) -> Result<String> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_trim_blocks(true);
    environment.add_filter("percent", percent);
    environment.add_filter("digits", digits);
    environment.add_filter("counted", counted);
    environment.add_filter("grouped", grouped);
    environment.add_filter("sentence", |text: &str| sentence(text));
    for (name, text) in TEMPLATES {
        environment.add_template(name, text)?;
    }
    Ok(environment.get_template(template)?.render(values)?)
}
