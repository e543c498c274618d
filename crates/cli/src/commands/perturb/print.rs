//! What `advlab perturb` tells of a run.

use std::io::Write;
use std::path::Path;

use advlab_core::{Norm, Verdict};
use advlab_runner::perturb::{Line, Report, Share, Spec, Summary, Typical, digits};
use anyhow::Result;

/// Searches that are told one by one.
const TOLD: usize = 10;

/// Architectures that are longer stand in the report alone.
const LONGEST: usize = 40;

/// What to try where not everything was reached.
pub(super) fn short(spec: &Spec, summary: &Summary) -> String {
    let missed = summary.failures + summary.ties;
    if missed == 0 {
        return "not every written file shows what was wanted; try more --steps".to_owned();
    }
    let way = if spec.attack.epsilon.is_some() { "a larger --epsilon" } else { "more --steps, or another --method" };
    format!("{missed} of {} were not reached; try {way}", summary.tried)
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
    let psnr = line.psnr.map_or_else(String::new, |psnr| format!(", PSNR {psnr:.1} dB"));
    let [l0, l1, l2, linf] = line.distances;
    let grey = if bits == 8 { format!(" ({}/255)", (255.0 * linf).round()) } else { String::new() };
    writeln!(
        out,
        "   RMS {}, L2 {}, L∞ {}{grey}, L1 {}, L0 {l0}{psnr}",
        digits(line.rms),
        digits(l2),
        digits(linf),
        digits(l1)
    )?;
    if bits > 0 {
        writeln!(
            out,
            "   before rounding to {bits} bits: L2 {}, L∞ {}",
            digits(line.unrounded[2]),
            digits(line.unrounded[3])
        )?;
    }
    if let Some(bound) = line.lower_bound {
        writeln!(out, "   no change shorter than {} can do", digits(bound))?;
    }
    writeln!(out, "   {} forward and {} backward passes", line.forward, line.backward)?;
    let held = |holds: bool| if holds { "still" } else { "no longer what was wanted:" };
    if let (Some(file), Some((label, holds))) = (&line.file, &line.in_file) {
        writeln!(out, "   the file, read back: {} {label}; {}", held(*holds), folder.join(file).display())?;
    }
    if let Some((label, holds, file)) = &line.own_size {
        writeln!(out, "   at its own size: {} {label}; {}", held(*holds), folder.join(file).display())?;
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
            let [median, mean, low, high] = [of.median, of.mean, of.low, of.high].map(digits);
            writeln!(out, "   {name:<20} median {median}, mean {mean} (5 % below {low}, 5 % above {high})")?;
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
