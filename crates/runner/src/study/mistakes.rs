//! Mistakes in study files, for the tests of all kinds of study.

use serde::de::DeserializeOwned;

/// Checks that a study file with one thing replaced by another is refused with words that name it: what `check` says of the
/// settings in it.
pub(super) fn assert_refused<S: DeserializeOwned>(
    file: &str,
    check: impl Fn(&S) -> anyhow::Result<()>,
    cases: &[(&str, &str, &str)],
) {
    for (old, new, wanted) in cases {
        assert!(file.contains(old), "{old}");
        let spec: S = toml::from_str(&file.replacen(old, new, 1)).unwrap();
        let text = format!("{:#}", check(&spec).unwrap_err());
        assert!(text.contains(wanted), "{text}");
    }
}
