//! Mistakes in study files, for the tests of all kinds of study.

/// Checks that a study file with one thing replaced by another is refused with words that name it. `refusal` reads a file
/// and says why it cannot be used.
pub(super) fn assert_refused(file: &str, refusal: impl Fn(&str) -> String, cases: &[(&str, &str, &str)]) {
    for (old, new, wanted) in cases {
        assert!(file.contains(old), "{old}");
        let text = refusal(&file.replacen(old, new, 1));
        assert!(text.contains(wanted), "{text}");
    }
}
