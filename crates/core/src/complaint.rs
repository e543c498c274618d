//! What libtorch says, in a line.

use tch::TchError;

/// Characters of a complaint, at most.
const LONGEST: usize = 300;

/// What libtorch complains of, in a line, without the traces around it.
pub fn complaint(error: &TchError) -> String {
    let text = error.to_string();
    let text = text.trim_start_matches("Internal torch error:");
    // C++ frames come after this; what a net raises comes after the traceback through its code.
    let text = text.split("Exception raised from").next().unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    let raised = |line: &&str| {
        let name = line.split(':').next().unwrap_or_default();
        line.contains(": ") && name.ends_with("Error") && !name.contains(' ')
    };
    let from_net = text.contains("Traceback of TorchScript").then(|| lines.iter().rposition(raised)).flatten();
    let said = match from_net {
        Some(line) => lines[line..].join(" ").split_once(": ").map(|(_, said)| said.to_owned()).unwrap_or_default(),
        None => lines.iter().find(|line| !line.trim().is_empty()).map(|line| (*line).to_owned()).unwrap_or_default(),
    };
    let words = said.split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = words.trim_end_matches('.').chars().take(LONGEST).collect();
    if short.len() < words.trim_end_matches('.').len() { short + "…" } else { short }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;

    #[test]
    fn a_complaint_is_one_line_with_what_the_net_said() {
        let trace = "The following operation failed in the TorchScript interpreter.\nTraceback of TorchScript, original code \
                     (most recent call last):\n  File \"net.py\", line 13, in forward\n    if q: raise RuntimeError(\"x\")\n";
        for (text, wanted) in [
            (format!("{trace}builtins.RuntimeError: one at a time\nplease\n"), "one at a time please"),
            (
                format!("{trace}RuntimeError: shape '[1, 64]' is invalid: it has 128\n"),
                "shape '[1, 64]' is invalid: it has 128",
            ),
            ("no file.\nException raised from at file.cpp:3\nframe #0".to_owned(), "no file"),
            ("no file. Exception raised from at file.cpp:3".to_owned(), "no file"),
        ] {
            let error = Error::from(TchError::Torch(text));
            assert_eq!(error.to_string(), format!("libtorch: {wanted}"));
            assert!(std::error::Error::source(&error).is_none(), "the page of traces would be printed after it");
        }
        assert!(complaint(&TchError::Torch("word ".repeat(1000))).chars().count() <= LONGEST + 1);
    }
}
