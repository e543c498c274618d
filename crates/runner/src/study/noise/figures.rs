//! The pictures of a study.

use std::path::Path;

use advlab_analysis::mean;
use advlab_plots::{
    Axis, Bar, BarSeries, Bars, Curve, CurvePanel, Curves, Group as Labels, Heatmap, Picture, PictureGrid, Strip,
    StripGroup, StripSeries, Tile, Tones, Verdict, percent,
};
use anyhow::Result;

use super::evidence::Evidence;
use super::likeness::{Averages, Shared};
use super::spec::Group;
use crate::folder::Folder;
use crate::study::report::Figure;

/// Draws everything that there is something to draw of.
pub(super) fn draw(evidence: &Evidence<'_>, folder: &Folder) -> Result<Vec<Figure>> {
    let mut figures = vec![success(evidence, folder)?];
    figures.extend(averages(evidence, folder)?);
    figures.extend(examples(evidence, folder)?);
    for recipe in evidence.recipes() {
        figures.extend(trainings(evidence, recipe, folder)?);
        figures.extend(correlations(evidence, recipe, folder)?);
    }
    figures.extend(confidence(evidence, folder)?);
    figures.extend(saturation(evidence, folder)?);
    figures.extend(variants(evidence, folder)?);
    Ok(figures)
}

fn sides(evidence: &Evidence<'_>) -> [usize; 3] {
    let shape = evidence.spec.nets[0].model.input;
    [shape.channels as usize, shape.height as usize, shape.width as usize]
}

fn success(evidence: &Evidence<'_>, folder: &Folder) -> Result<Figure> {
    let mut series = Vec::new();
    for recipe in evidence.recipes() {
        for net in evidence.net_names() {
            let bars = evidence.spec.digits.iter().map(|digit| {
                let cells = evidence.of_digit(&recipe.name, net, *digit);
                let rates: Vec<f64> = cells.iter().map(|cell| cell.rate()).collect();
                let ends = rates.iter().fold((1.0_f64, 0.0_f64), |(low, high), rate| (low.min(*rate), high.max(*rate)));
                Some(Bar { value: mean(&rates).value, interval: Some(ends) })
            });
            series.push(BarSeries { name: format!("{net}, {}", recipe.name), bars: bars.collect() });
        }
    }
    let title = "Success from noise, by digit, net and recipe";
    let mut bars = Bars::percent(title, "wanted digit", "success (%)", &evidence.spec.digits, series);
    let n = evidence.main().trainings;
    bars.note = format!("Bars: mean over {n} trainings; error bars: from the lowest training to the highest.");
    bars.save(folder.path("success.png"))?;
    Ok(("success.png".to_owned(), "Success by digit: some digits are hard under the published recipe (N5)".to_owned()))
}

/// A row of averages: recipe, net, training, and what the row is called.
type Row<'a> = (&'a Group, &'a str, usize, String);

/// One picture of all averages of the first trainings: nets and recipes × digits.
fn averages(evidence: &Evidence<'_>, folder: &Folder) -> Result<Option<Figure>> {
    let mut rows: Vec<Row<'_>> = Vec::new();
    for recipe in evidence.recipes() {
        rows.extend(evidence.net_names().map(|net| (recipe, net, 1, format!("{net}, {}", recipe.name))));
    }
    let title = format!("What the nets see: averages of {} examples from noise", evidence.main().n);
    let caption = "The averages of the first trainings (N2, N3)";
    Ok(grid(evidence, &rows, title, &folder.path("averages.png"))?
        .then(|| ("averages.png".to_owned(), caption.to_owned())))
}

/// The averages of a few trainings of each net below one another.
fn trainings(evidence: &Evidence<'_>, recipe: &Group, folder: &Folder) -> Result<Option<Figure>> {
    let of = |net| (1..=recipe.trainings.min(3)).map(move |t| (recipe, net, t, format!("{net}, training {t}")));
    let rows: Vec<Row<'_>> = evidence.net_names().flat_map(of).collect();
    let title = format!("Averages of {} examples, training by training, recipe {}", recipe.n, recipe.name);
    let file = format!("averages-{}.png", recipe.name);
    let caption = format!("Averages of several trainings, recipe {} (N4)", recipe.name);
    Ok(grid(evidence, &rows, title, &folder.path(&file))?.then_some((file, caption)))
}

/// Draws rows of averages above the mean digits; false if there is nothing to draw.
fn grid(evidence: &Evidence<'_>, rows: &[Row<'_>], title: String, file: &Path) -> Result<bool> {
    let shape = sides(evidence);
    let mut cells = Vec::new();
    for (recipe, net, training, _) in rows {
        let found = evidence.averages(&recipe.name, net);
        for digit in &evidence.spec.digits {
            let found = found.iter().find(|(c, _)| c.cell.digit == *digit && c.cell.training == *training);
            cells.push(found.map(|(_, average)| {
                let seen = average.raw;
                let text = format!("{} · {}", seen.label, percent(f64::from(seen.confidence)));
                let tile = Tile::new(Picture::new(average.picture.clone(), shape), text);
                tile.framed(Verdict::of(seen.label, *digit))
            }));
        }
    }
    if cells.iter().all(Option::is_none) {
        return Ok(false);
    }
    let mean = |digit: &i64| evidence.mean_digit(*digit).iter().map(|value| *value as f32).collect::<Vec<_>>();
    cells.extend(evidence.spec.digits.iter().map(|digit| Some(Tile::new(Picture::new(mean(digit), shape), ""))));
    let names = rows.iter().map(|row| row.3.clone());
    let names = names.chain([format!("mean digit of {}", evidence.spec.data.set)]);
    let mut grid = PictureGrid::new(title, names, &evidence.spec.digits, std::iter::empty(), Tones::Stretched);
    grid.note =
        "Each at full contrast; below it what the net says of the average as it is: label and confidence. Empty \
                 where too few examples succeeded."
            .to_owned();
    grid.cells = cells;
    grid.save(file)?;
    Ok(true)
}

/// The first example of each digit: noise, to a person.
fn examples(evidence: &Evidence<'_>, folder: &Folder) -> Result<Option<Figure>> {
    let shape = sides(evidence);
    let (mut rows, mut cells) = (Vec::new(), Vec::new());
    for net in evidence.net_names() {
        rows.push(net.to_owned());
        for digit in &evidence.spec.digits {
            let cell = evidence.of_digit(&evidence.main().name, net, *digit).into_iter().find(|c| c.successes > 0);
            cells.push(cell.and_then(|cell| {
                let text = format!("{} · {}", digit, percent(f64::from(*cell.confidences.first()?)));
                Some(Tile::new(Picture::new(cell.example.clone()?, shape), text))
            }));
        }
    }
    if cells.iter().all(Option::is_none) {
        return Ok(None);
    }
    let title = format!("Noise that is labelled as a digit, recipe {}", evidence.main().name);
    let mut grid = PictureGrid::new(title, rows, &evidence.spec.digits, std::iter::empty(), Tones::Clipped);
    grid.note = "The first example of each digit, with the net's label and confidence".to_owned();
    grid.cells = cells;
    grid.save(folder.path("examples.png"))?;
    Ok(Some(("examples.png".to_owned(), "Single examples (N1)".to_owned())))
}

/// All averages of a recipe with each other, ordered by digit so that what belongs together lies together.
fn correlations(evidence: &Evidence<'_>, recipe: &Group, folder: &Folder) -> Result<Option<Figure>> {
    let averages = Averages::new(evidence, &recipe.name, Shared::Kept);
    if averages.tags.len() < 2 {
        return Ok(None);
    }
    let mut order: Vec<usize> = (0..averages.tags.len()).collect();
    let net = |name: &str| evidence.net_names().position(|net| net == name);
    order.sort_by_key(|at| {
        let (name, training, digit) = &averages.tags[*at];
        (net(name), *digit, *training)
    });
    let n = order.len();
    let values = ndarray::Array2::from_shape_fn((n, n), |(i, j)| averages.matrix[[order[i], order[j]]]);
    let runs = |same: &dyn Fn(usize, usize) -> bool, label: &dyn Fn(usize) -> String| -> Vec<Labels> {
        let parts = order.chunk_by(|a, b| same(*a, *b));
        parts.map(|part| Labels { label: label(part[0]), len: part.len() }).collect()
    };
    let tags = &averages.tags;
    let levels = vec![
        runs(&|a, b| tags[a].0 == tags[b].0, &|at| tags[at].0.clone()),
        runs(&|a, b| (&tags[a].0, tags[a].2) == (&tags[b].0, tags[b].2), &|at| tags[at].2.to_string()),
    ];
    let title = format!("Correlation of averages: nets × digits × trainings, recipe {}", recipe.name);
    let mut map = Heatmap::square(title, values, levels);
    map.note = "Pixels of each average centred on their mean; one row for each training".to_owned();
    map.bar_label = "correlation".to_owned();
    map.numbers = false;
    let file = format!("correlations-{}.png", recipe.name);
    map.save(folder.path(&file))?;
    Ok(Some((file, format!("Correlation of every average with every other, recipe {} (N4)", recipe.name))))
}

/// How sure the nets are of examples and of averages.
fn confidence(evidence: &Evidence<'_>, folder: &Folder) -> Result<Option<Figure>> {
    let mut series = Vec::new();
    let group = &evidence.main().name;
    for net in evidence.net_names() {
        let each = |of: &dyn Fn(&super::cell::Measured) -> Vec<f64>| -> Vec<StripGroup> {
            let digits = evidence.spec.digits.iter();
            digits
                .map(|digit| {
                    let cells = evidence.of_digit(group, net, *digit);
                    StripGroup::new(cells.iter().flat_map(|cell| of(cell)).collect::<Vec<_>>())
                })
                .collect()
        };
        let examples =
            each(&|cell| cell.confidences.iter().take(40).map(|confidence| f64::from(*confidence)).collect());
        let wholes = each(&|cell| {
            evidence.average(cell).map(|average| f64::from(average.raw.confidence_of_target)).into_iter().collect()
        });
        series.push(StripSeries { name: format!("{net}, examples"), groups: examples });
        series.push(StripSeries { name: format!("{net}, averages"), groups: wholes });
    }
    if series.iter().all(|series| series.groups.iter().all(|group| group.points.is_empty())) {
        return Ok(None);
    }
    let title = format!("How sure the nets are: examples and their averages, recipe {group}");
    let axis = Axis::percent("confidence in the digit (%)");
    let mut strip = Strip::new(title, "digit", axis, &evidence.spec.digits, series);
    strip.note = "The first 40 examples of each training; one average for each training".to_owned();
    strip.mean_label = "mean".to_owned();
    strip.save(folder.path("confidence.png"))?;
    Ok(Some(("confidence.png".to_owned(), "Confidence in single examples and in averages (N1, N2)".to_owned())))
}

/// A name for digits, and whether a digit is one of them.
type Kind = (&'static str, fn(i64) -> bool);

/// Success against the pull at the start, one dot for each digit and training.
fn saturation(evidence: &Evidence<'_>, folder: &Folder) -> Result<Option<Figure>> {
    let group = &evidence.main().name;
    let kinds: [Kind; 3] = [
        ("1 and 4", |digit| matches!(digit, 1 | 4)),
        ("0 and 8", |digit| matches!(digit, 0 | 8)),
        ("other digits", |digit| !matches!(digit, 0 | 1 | 4 | 8)),
    ];
    let mut panels = Vec::new();
    for net in evidence.net_names() {
        let of_kind = |(name, is): &Kind| {
            let cells = evidence.of_net(group, net).filter(|cell| is(cell.cell.digit) && cell.slopes.pull > 0.0);
            let points: Vec<_> = cells.map(|cell| (cell.slopes.pull, cell.rate())).collect();
            Curve { scattered: true, ..Curve::new(*name, points) }
        };
        let curves: Vec<Curve> = kinds.iter().map(of_kind).filter(|curve| !curve.points.is_empty()).collect();
        if !curves.is_empty() {
            let x = Axis::log("gradient that pulls the wanted output up, at the start (median)");
            panels.push(CurvePanel::new(net, x, Axis::percent("success (%)"), curves));
        }
    }
    if panels.is_empty() {
        return Ok(None);
    }
    let title = format!("Success against the gradient at the start, recipe {group}: a dot for each digit and training");
    Curves::new(title, panels).save(folder.path("saturation.png"))?;
    Ok(Some(("saturation.png".to_owned(), "Digits fail where the wanted output is saturated (N5)".to_owned())))
}

/// Success by variant: the mean over digits, and the hardest and easiest digit.
fn variants(evidence: &Evidence<'_>, folder: &Folder) -> Result<Option<Figure>> {
    if evidence.variants().next().is_none() {
        return Ok(None);
    }
    let names: Vec<&str> = evidence.groups.iter().map(|group| group.name.as_str()).collect();
    let series = evidence.net_names().map(|net| {
        let groups = evidence.groups.iter().map(|group| StripGroup::new(evidence.mean_rates(group, net)));
        StripSeries { name: net.to_owned(), groups: groups.collect() }
    });
    let title = "Success by recipe and variant: one dot for each digit";
    let mut strip = Strip::new(title, "", Axis::percent("success (%)"), names, series.collect());
    strip.mean_label = "mean over digits".to_owned();
    strip.save(folder.path("variants.png"))?;
    Ok(Some(("variants.png".to_owned(), "Does success depend on method and activation? (N6)".to_owned())))
}
