//! What libtorch says, in a line.

/// What it complains of, without the traceback around it.
pub(super) fn complaint(error: &tch::TchError) -> String {
    let text = error.to_string();
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    // An error inside a net comes last, after the traceback through it.
    let line = lines().rfind(|line| line.starts_with("RuntimeError:")).or_else(|| lines().next()).unwrap_or_default();
    let line =
        ["Internal torch error:", "RuntimeError:"].iter().fold(line, |line, head| line.trim_start_matches(head).trim());
    line.split(". ").next().unwrap_or_default().trim_end_matches('.').to_owned()
}
