//! Numbers as studies write them in sentences.

use advlab_analysis::Estimate;

/// A share as a percentage, with as many digits as small and large ones need.
pub(crate) fn percent(share: f64) -> String {
    advlab_plots::percent(share)
}

/// A correlation with its interval.
pub(crate) fn with_interval(estimate: Estimate) -> String {
    match estimate.interval {
        Some((low, high)) => format!("{} ({} to {})", signed(estimate.value), signed(low), signed(high)),
        None => signed(estimate.value),
    }
}

/// A number in [-1, 1] with two decimals and a real minus sign.
pub(crate) fn signed(value: f64) -> String {
    let text = format!("{value:.2}");
    if text == "-0.00" { "0.00".to_owned() } else { text.replace('-', "−") }
}

/// A share that a criterion asks for.
pub(crate) fn whole(share: f64) -> String {
    format!("{:.0}\u{a0}%", 100.0 * share)
}

/// A p-value, of which a test of so many draws can show no smaller than one in as many.
pub(crate) fn p_value(p: f64) -> String {
    if p < 0.001 { format!("p = {p:.1e}").replace('-', "−") } else { format!("p = {p:.3}") }
}

/// `a, b and c`.
pub(crate) fn list(words: &[String]) -> String {
    match words {
        [] => "none".to_owned(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}
