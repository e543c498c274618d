//! The pictures of a run: triptychs, and histograms where there are many results.

use std::borrow::Cow;
use std::path::Path;

use advlab_analysis::quantile;
use advlab_core::{Classifier, Norm, Verdict};
use advlab_plots::{Axis, Histogram, Histograms, Picture, Triptych, Triptychs, can_draw, percent};
use anyhow::{Context as _, Result};

use super::example::Example;
use super::names;
use super::parts::{Block, Parts};
use super::summary::Summary;
use crate::folder::Folder;
use crate::labels;

/// Name of the sheet of triptychs.
pub(crate) const SHEET: &str = "triptychs.png";
/// Name of the histograms.
pub(crate) const DISTANCES: &str = "distances.png";

/// Results at most that get a triptych each; the first so many of more stand on the sheet.
const SINGLES: usize = 64;
/// Values of the pictures on a sheet, at most: 24 photographs.
const VALUES_ON_SHEET: usize = 24 * 3 * 224 * 224;

/// A result to be drawn.
struct Shown {
    example: Example,
    clean: Vec<f32>,
    result: Vec<f32>,
}

/// Draws everything; nothing where nothing was changed.
///
/// # Errors
/// Files that cannot be written or read.
pub(super) fn draw(folder: &Folder, parts: &Parts, net: &dyn Classifier, summary: &Summary) -> Result<()> {
    let shown = first(parts, net.input().len())?;
    if summary.done <= SINGLES {
        for one in &shown {
            let file = folder.path(&names::triptych(&names::result(&one.example, net)));
            single(one, net).save(&file).with_context(|| format!("cannot draw {}", file.display()))?;
        }
    }
    if shown.len() > 1 {
        sheet(folder, net, summary, &shown)?;
    }
    Ok(())
}

/// The first results that were changed, in the order of their numbers.
fn first(parts: &Parts, len: usize) -> Result<Vec<Shown>> {
    let mut shown = Vec::new();
    for block in 0..parts.done() {
        let Block { examples, clean, results } = parts.read(block)?;
        let pictures = clean.chunks_exact(len).zip(results.chunks_exact(len));
        for (example, (clean, result)) in examples.into_iter().zip(pictures).filter(|(e, _)| e.is_changed()) {
            if shown.len() == SINGLES {
                return Ok(shown);
            }
            shown.push(Shown { example, clean: clean.to_vec(), result: result.to_vec() });
        }
    }
    Ok(shown)
}

/// The text, or where the figures' font lacks one of its characters, what stands for it.
fn drawn<'a>(text: &'a str, instead: impl FnOnce() -> String) -> Cow<'a, str> {
    if can_draw(text) { Cow::Borrowed(text) } else { Cow::Owned(instead()) }
}

fn class_name(net: &dyn Classifier, label: i64) -> Cow<'_, str> {
    drawn(labels::short(&net.classes()[label as usize]), || format!("class {label}"))
}

fn net_name(net: &dyn Classifier) -> Cow<'_, str> {
    drawn(net.name(), || "the net".to_owned())
}

/// The picture's file without its folder, or its set and number there.
fn picture_name(example: &Example) -> String {
    let name = Path::new(&example.input).file_name().unwrap_or_default().to_string_lossy();
    drawn(&name, || format!("picture {}", example.picture)).into_owned()
}

fn single<'a>(one: &'a Shown, net: &dyn Classifier) -> Triptychs<'a> {
    let found = &one.example.found;
    let (before, after) = (class_name(net, found.label_before), class_name(net, found.label));
    let title = format!("{}: {before} → {after}, for {}", picture_name(&one.example), net_name(net));
    let mut figure = Triptychs::new(title, vec![triptych(one, net)]);
    let n = net.input().len();
    figure.note = format!(
        "L2 {} · L∞ {} · RMS {} · PSNR {:.1} dB · {} gradients",
        digits(found.distance(Norm::L2)),
        digits(found.distance(Norm::Linf)),
        digits(found.rms(n)),
        found.psnr(n),
        found.backward
    );
    figure
}

fn triptych<'a>(one: &'a Shown, net: &dyn Classifier) -> Triptych<'a> {
    let shape = net.input();
    let shape = [shape.channels as usize, shape.height as usize, shape.width as usize];
    let found = &one.example.found;
    let name = |label: i64| class_name(net, label);
    let caption = |label: i64, confidence: f32| format!("{} · {}", name(label), percent(f64::from(confidence)));
    let mut captions =
        [caption(found.label_before, found.confidence_before), String::new(), caption(found.label, found.confidence)];
    if let Some(truth) = one.example.truth.filter(|truth| *truth != found.label_before) {
        captions[0] += &format!("\ntrue: {}", name(truth));
    }
    if let Some(written) = one.example.written.as_ref().filter(|written| !written.holds) {
        captions[2] += &format!("\nin the file: {}", caption(written.label, written.confidence));
    }
    Triptych {
        name: String::new(),
        before: Picture::new(&one.clean[..], shape),
        after: Picture::new(&one.result[..], shape),
        captions,
        frame: None,
    }
}

fn sheet(folder: &Folder, net: &dyn Classifier, summary: &Summary, shown: &[Shown]) -> Result<()> {
    let room = (VALUES_ON_SHEET / net.input().len()).max(2);
    // The number is the one in the table and in the names of the files.
    let named = |one: &Shown| format!("{}: {}", one.example.found.index, picture_name(&one.example));
    let items = shown.iter().take(room).map(|one| Triptych { name: named(one), ..triptych(one, net) });
    let wanted = drawn(&summary.wanted, || "what was wanted".to_owned());
    let mut figure = Triptychs::new(format!("Changed until {} says {wanted}", net_name(net)), items.collect());
    figure.note = format!(
        "{} of {} results, from {} searches; label and confidence before and after",
        figure.items.len(),
        summary.successes + summary.ties,
        summary.done
    );
    Ok(figure.save(folder.path(SHEET))?)
}

/// How large the changes are, where there are many.
///
/// # Errors
/// A file that cannot be written.
pub(super) fn histograms(folder: &Folder, net: &dyn Classifier, norm: Norm, examples: &[Example]) -> Result<()> {
    let reached: Vec<&Example> = examples.iter().filter(|e| e.found.verdict == Verdict::Success).collect();
    if reached.len() <= SINGLES {
        return Ok(());
    }
    let second = if norm == Norm::Linf { Norm::L2 } else { Norm::Linf };
    let panel = |norm: Norm| {
        let values: Vec<f64> = reached.iter().map(|e| e.found.distance(norm)).collect();
        let axis = Axis::plain(format!("{norm}, white is 1"));
        let axis = match end(&values) {
            Some(end) => axis.within(0.0, end),
            None => axis,
        };
        Histogram::new(format!("Length of the change in {norm}"), axis, values)
    };
    let title = format!("How large the changes for {} are", net_name(net));
    let mut figure = Histograms::new(title, vec![panel(norm), panel(second)]);
    figure.count_label = "successes".to_owned();
    Ok(figure.save(folder.path(DISTANCES))?)
}

/// Where an axis ends that would show next to nothing but a few outliers; `None` where it can show all.
fn end(values: &[f64]) -> Option<f64> {
    let most = quantile(values, 0.95);
    (most > 0.0 && values.iter().any(|value| *value > 2.0 * most)).then_some(1.5 * most)
}

/// A number with three digits that count, or more where it is whole.
pub fn digits(value: f64) -> String {
    let places = match value.fract() == 0.0 || !value.is_finite() {
        true => 0,
        false => (2.0 - value.abs().log10().floor()).clamp(0.0, 12.0) as usize,
    };
    format!("{value:.places$}").replace('-', "−")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_outliers_do_not_stretch_an_axis() {
        let mut values: Vec<f64> = (0..100).map(|i| f64::from(i) / 100.0).collect();
        assert_eq!(end(&values), None);
        values[98..].fill(15.0);
        let end = end(&values).unwrap();
        assert!((1.3..1.5).contains(&end), "{end}");
    }

    #[test]
    fn what_the_font_lacks_is_replaced() {
        let drawn = |text: &'static str| drawn(text, || "picture 3".to_owned());
        assert_eq!([drawn("Straße.png"), drawn("汽车.png")], ["Straße.png", "picture 3"]);
    }

    #[test]
    fn numbers_have_three_digits_that_count() {
        let text = [0.0, 0.001_378, 0.536, 1.2864, 25.4, 1234.5, 65.0, 1e-9].map(digits);
        assert_eq!(text, ["0", "0.00138", "0.536", "1.29", "25.4", "1234", "65", "0.00000000100"]);
    }
}
