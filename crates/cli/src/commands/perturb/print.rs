//! What `advlab perturb` tells of a run.

use std::io::Write;
use std::path::Path;

use advlab_attacks::perturb::Method;
use advlab_core::{Norm, Verdict};
use advlab_runner::perturb::{Change, Line, OwnSizeLine, Report, Share, Spec, Summary, Typical, digits};
use anyhow::Result;

/// Searches that are told one by one.
const TOLD: usize = 10;

/// Results lost at their own size that are named.
const LOST: usize = 5;

/// Architectures that are longer stand in the report alone.
const LONGEST: usize = 40;

/// What to try where not everything was reached.
pub(super) fn short(spec: &Spec, summary: &Summary) -> String {
    let missed = summary.failures + summary.ties;
    if missed > 0 {
        let without_gradient = |key: &str| key == "zero-gradient" || key == "bad-gradient";
        let way = match spec.attack.method {
            _ if summary.warnings.iter().any(|warning| without_gradient(&warning.key)) => {
                "a net without what the warning names: no method finds its way where there is no gradient"
            }
            Method::Fgsm if spec.attack.epsilon.is_none() => {
                "another --method, such as minimal: fgsm looks along the gradient of the clean picture alone"
            }
            _ if spec.attack.epsilon.is_some() => "a larger --epsilon, or another --method",
            _ => "more --steps, or another --method",
        };
        return format!("not reached: {missed} of {}; try {way}", summary.tried);
    }
    match summary.in_file {
        Some(Share { kept, of }) if summary.bits > 0 && kept < of => {
            format!("{} of {of} written files do not show what was wanted; files have 8 bits, so try --bits 8", of - kept)
        }
        _ => "scaled up to its own size and down again, a change loses its finest parts; the files at the net's size hold \
              what was wanted"
            .to_owned(),
    }
}

/// How far a run came that was stopped, and how it goes on.
pub(super) fn stopped(report: &Report) -> String {
    let (summary, place) = (&report.summary, report.folder.display());
    format!(
        "stopped: {} of {} {} done; those under way (batches of {}) are dropped. To go on, the same command with --out {place} \
         --resume, which begins at number {}",
        summary.done,
        summary.searches,
        things(summary),
        report.batch,
        report.next.unwrap_or_default()
    )
}

/// What a run goes through one by one.
const fn things(summary: &Summary) -> &'static str {
    if summary.searches == summary.pictures { "pictures" } else { "searches" }
}

/// Results that are not what was wanted once they are at their own size.
pub(super) fn lost_at_own_size(summary: &Summary) -> Option<String> {
    let Share { kept, of } = summary.own_size.filter(|share| share.kept < share.of)?;
    let lost = |line: &Line| {
        let own = line.own_size.as_ref().filter(|own| !own.holds)?;
        Some(format!("{} is `{}`, wanted {}", own.file, own.label, line.wanted))
    };
    let told: Vec<String> = summary.lines.iter().filter_map(lost).take(LOST).collect();
    let more = if of - kept > told.len() { "; and more, in examples.csv" } else { "" };
    Some(format!("{} of {of} results are not what was wanted at their own size: {}{more}", of - kept, told.join("; ")))
}

pub(super) fn print(report: &Report, out: &mut dyn Write) -> Result<()> {
    let summary = &report.summary;
    let short = summary.architecture.as_ref().filter(|text| text.len() <= LONGEST);
    let net = short.map_or_else(String::new, |text| format!(" ({text})"));
    writeln!(
        out,
        "{} for {}{net}, wanted: {}; {:.2} s",
        summary.source, summary.model, summary.wanted, summary.seconds
    )?;
    if summary.done < summary.searches {
        writeln!(out, "stopped: {} of {} {} done", summary.done, summary.searches, things(summary))?;
    }
    if let Some(Share { kept, of }) = summary.right_before {
        writeln!(out, "right before: {kept} of {of} clean pictures")?;
    }
    for line in summary.lines.iter().filter(|_| summary.done <= TOLD) {
        print_line(line, summary.bits, &report.folder, out)?;
    }
    if summary.done > 1 {
        print_all(summary, out)?;
    }
    let place = report.folder.display();
    if report.folder.join("triptychs.png").is_file() {
        writeln!(out, "pictures: {place}/triptychs.png, single ones in {place}/pictures/")?;
    } else if summary.successes + summary.ties > 0 {
        writeln!(out, "pictures: {place}/pictures/")?;
    }
    writeln!(out, "numbers:  {place}/examples.csv, {place}/examples.npz")?;
    writeln!(out, "report:   {place}/report.html")?;
    Ok(())
}

fn percent(share: f64) -> String {
    format!("{:.2} %", 100.0 * share)
}

fn print_line(line: &Line, bits: u8, folder: &Path, out: &mut dyn Write) -> Result<()> {
    let before = format!("{} ({})", line.before, percent(f64::from(line.confidence_before)));
    match line.verdict {
        Verdict::WrongBefore => {
            writeln!(out, "{}: {before}, which is as wanted ({}) without a change", line.input, line.wanted)?;
            return Ok(());
        }
        Verdict::Failure => {
            let passes = line.backward;
            writeln!(out, "{}: {before}; {} was not reached with {passes} gradients", line.input, line.wanted)?;
            return Ok(());
        }
        Verdict::Success | Verdict::Tie => {}
    }
    let tie = if line.verdict == Verdict::Tie { ", a tie at the precision of the scores" } else { "" };
    writeln!(out, "{}: {before} → {} ({}){tie}", line.input, line.after, percent(f64::from(line.confidence)))?;
    if let Some(change) = &line.change {
        print_change(change, bits, out)?;
    }
    if let Some(bound) = line.lower_bound {
        writeln!(out, "   no change shorter than {} can do", digits(bound))?;
    }
    writeln!(out, "   {} forward and {} backward passes", line.forward, line.backward)?;
    let held = |holds: bool| if holds { "still" } else { "no longer what was wanted:" };
    if let (Some(file), Some((label, holds))) = (&line.file, &line.in_file) {
        writeln!(out, "   the file, read back: {} {label}; {}", held(*holds), folder.join(file).display())?;
    }
    if let Some(OwnSizeLine { label, holds, file, strength, l2, psnr }) = &line.own_size {
        let stronger = if *strength > 1.0 { format!(", the change {strength} times as strong") } else { String::new() };
        let size = format!("L2 {}, PSNR {psnr:.1} dB{stronger}", digits(*l2));
        writeln!(out, "   at its own size: {} {label}; {size}; {}", held(*holds), folder.join(file).display())?;
    }
    Ok(())
}

fn print_change(change: &Change, bits: u8, out: &mut dyn Write) -> Result<()> {
    let [l0, l1, l2, linf] = change.distances;
    let grey = if bits == 8 { format!(" ({}/255)", (255.0 * linf).round()) } else { String::new() };
    let [rms, l2, linf, l1] = [change.rms, l2, linf, l1].map(digits);
    writeln!(out, "   RMS {rms}, L2 {l2}, L∞ {linf}{grey}, L1 {l1}, L0 {l0}, PSNR {:.1} dB", change.psnr)?;
    if bits > 0 {
        let [l2, linf] = [change.unrounded[2], change.unrounded[3]].map(digits);
        writeln!(out, "   before rounding to {bits} bits: L2 {l2}, L∞ {linf}")?;
    }
    Ok(())
}

fn print_all(summary: &Summary, out: &mut dyn Write) -> Result<()> {
    let (low, high) = summary.success_interval;
    writeln!(
        out,
        "reached: {} of {} tried, {} ({} to {}); not reached: {}; ties: {}; as wanted before, so not tried: {}",
        summary.successes,
        summary.tried,
        percent(summary.success_rate),
        percent(low),
        percent(high),
        summary.failures,
        summary.ties,
        summary.wrong_before
    )?;
    let typical = |name: &str, of: Option<Typical>, out: &mut dyn Write| -> Result<()> {
        if let Some(of) = of {
            let ends = |(low, high): (f64, f64)| format!(" (5 % below {}, 5 % above {})", digits(low), digits(high));
            let ends = of.low.zip(of.high).map_or_else(String::new, ends);
            writeln!(out, "   {name:<20} median {}, mean {}{ends}", digits(of.median), digits(of.mean))?;
        }
        Ok(())
    };
    typical("RMS distortion", summary.rms, out)?;
    typical("L2", summary.l2, out)?;
    if summary.bits > 0 {
        typical("L2 before rounding", summary.unrounded_l2, out)?;
    }
    typical("L∞", summary.linf, out)?;
    if !matches!(summary.norm, Norm::L2 | Norm::Linf) {
        typical(&summary.norm.to_string(), summary.distance, out)?;
    }
    typical("PSNR (dB)", summary.psnr, out)?;
    typical("proven lower bound", summary.lower_bound, out)?;
    typical("gradients", summary.backward, out)?;
    let share = |name: &str, share: Option<Share>, out: &mut dyn Write| -> Result<()> {
        if let Some(Share { kept, of }) = share {
            writeln!(out, "{name}: {kept} of {of} still as wanted")?;
        }
        Ok(())
    };
    share("8-bit files, read back", summary.in_file, out)?;
    share("at their own size", summary.own_size, out)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// A run of two photographs, of which so many are what was wanted at their own size.
    fn summary(kept: usize) -> Summary {
        let line = |holds: bool| {
            json!({
                "input": "cab.jpg", "file": "pictures/0.png", "verdict": "success", "wanted": "ostrich", "before": "cab",
                "confidence_before": 1.0, "after": "ostrich", "confidence": 0.5, "change": null, "lower_bound": null,
                "in_file": ["ostrich", true], "forward": 9, "backward": 9,
                "own_size": {"label": if holds { "ostrich" } else { "cab" }, "holds": holds, "file": "pictures/0-own-size.png",
                    "strength": 1.0, "l2": 2.0, "psnr": 40.0},
            })
        };
        let lines: Vec<Value> = (0..2).map(|index| line(index < kept)).collect();
        serde_json::from_value(json!({
            "model": "net", "source": "2 pictures", "wanted": "ostrich", "norm": "l2", "bits": 8, "pictures": 2, "searches": 2,
            "done": 2, "wrong_before": 0, "successes": 2, "failures": 0, "ties": 0, "tried": 2, "success_rate": 1.0,
            "success_interval": [0.3, 1.0], "in_file": {"kept": 2, "of": 2}, "own_size": {"kept": kept, "of": 2},
            "warnings": [], "lines": lines, "seconds": 1.0,
        }))
        .unwrap()
    }

    #[test]
    fn what_is_lost_at_its_own_size_is_told_and_counts() {
        assert!(summary(2).complete() && lost_at_own_size(&summary(2)).is_none());
        let one = summary(1);
        assert!(!one.complete());
        let told = lost_at_own_size(&one).unwrap();
        assert!(told.starts_with("1 of 2 results are not what was wanted at their own size: "), "{told}");
        assert!(told.ends_with("pictures/0-own-size.png is `cab`, wanted ostrich"), "{told}");
    }
}
