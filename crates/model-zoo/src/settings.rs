//! Settings in TOML, as people write and misspell them.

use std::fs;
use std::path::Path;

use serde::de::DeserializeOwned;

use crate::{Error, Result};

/// Reads a TOML file. The parser's own message spans several lines and does not name the field of a value of the wrong type:
/// here it is one line that names file, line and field.
///
/// # Errors
/// [`Error::File`] if the file cannot be read or does not hold a `T`.
pub fn read_toml<T: DeserializeOwned>(file: &Path) -> Result<T> {
    let fail = |why: String| Error::File { file: file.to_owned(), why };
    let text = fs::read_to_string(file).map_err(|error| fail(error.to_string()))?;
    toml::from_str(&text).map_err(|error| fail(mistake(&text, &error)))
}

fn mistake(text: &str, error: &toml::de::Error) -> String {
    let place = error.span().map_or_else(String::new, |span| {
        let before = text.get(..span.start).unwrap_or(text);
        let key = before.trim_end().strip_suffix('=').and_then(|left| left.trim_end().rsplit(KEY_ENDS).next());
        let key = key.map_or_else(String::new, |key| format!("`{key}`: "));
        format!("line {}: {key}", 1 + before.matches('\n').count())
    });
    format!("{place}{}", error.message().trim_end().replace('\n', ", "))
}

/// What stands before a key.
const KEY_ENDS: [char; 4] = ['\n', ' ', '{', ','];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ModelSpec;

    #[test]
    fn a_mistake_is_one_line_with_line_and_field() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("net.toml");
        for (text, want) in [
            ("hidden = [3]\nactivation = 'sigmod'", "line 2: `activation`: unknown variant `sigmod`, expected one of"),
            ("hidden = [3]\nwidth = 2", "line 2: unknown field `width`, expected one of"),
            ("hidden = 'x'", "line 1: `hidden`: invalid type: string \"x\""),
            ("hidden = [3]", "missing field `activation`"),
            ("hidden = [", "line 1: "),
        ] {
            fs::write(&file, text).unwrap();
            let told = read_toml::<ModelSpec>(&file).unwrap_err().to_string();
            assert!(told.starts_with(&file.display().to_string()) && told.contains(want), "{told}");
            assert_eq!(told.lines().count(), 1, "{told}");
        }
    }
}
