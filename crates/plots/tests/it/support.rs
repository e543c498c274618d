//! Seeded data and one figure of each kind.

use std::path::Path;

use advlab_plots::{
    Axis, Bar, BarSeries, Bars, BoxPlots, BoxSeries, ClassMap, ConfusionMatrix, ContactSheet, Curve, CurvePanel,
    Curves, DirectionGroup, DirectionRow, DirectionRows, Distribution, DistributionPanel, Distributions, Field, Ground,
    Group, Heatmap, Histogram, Histograms, Judged, Marker, Overlay, Panel, PanelGroup, Picture, PictureGrid,
    PlanePanel, Planes, Reference, Reliability, ReliabilityBin, ReliabilityPanel, Result, Segment, Strip, StripGroup,
    StripSeries, Stroke, Tile, Tones, Triptych, Triptychs, Verdict, contours, png, theme,
};
use ndarray::Array2;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A figure that only waits for its path.
pub(crate) type Saved = Box<dyn Fn(&Path) -> Result<()>>;

pub(crate) fn rng() -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(1)
}

pub(crate) fn noise(n_values: usize) -> Vec<f64> {
    let mut rng = rng();
    (0..n_values).map(|_| rng.random()).collect()
}

pub(crate) fn picture(channels: usize, side: usize) -> Picture<'static> {
    let values: Vec<f32> = noise(channels * side * side).iter().map(|&value| value as f32).collect();
    Picture::new(values, [channels, side, side])
}

pub(crate) fn tiles(count: usize, caption: &str) -> Vec<Tile<'static>> {
    (0..count).map(|_| Tile::new(picture(1, 28), caption).framed(Verdict::Right)).collect()
}

/// Bin number `bin` of `count`, in which this share of the answers is right; every third is empty, but for the first.
pub(crate) fn bin_of(bin: usize, count: usize, share: f64) -> ReliabilityBin {
    let end = |bin: usize| bin as f64 / count as f64;
    let n = if bin % 3 == 1 { 0 } else { 1 + 1000 * bin as u64 };
    ReliabilityBin {
        low: end(bin),
        high: end(bin + 1),
        confidence: (n > 0).then(|| end(bin)),
        count: n,
        right: (share * n as f64) as u64,
        interval: (share / 2.0, share),
    }
}

/// A field and a map of classes of `count` cells a side at most, with every kind of overlay.
fn planes(count: usize, label: &str, values: &[f64], names: &[String]) -> Planes<'static> {
    let side = count.min(60);
    let cells = Array2::from_shape_fn((side, side), |(row, column)| values[(row * column + row) % count]);
    let ends = (values[0], values[0] + values[0].abs().max(1e-300));
    let field = Field::new(ends, ends, cells.clone());
    let mut holed = field.clone();
    holed.values[(0, 0)] = if side > 1 { f64::NAN } else { 0.5 };
    let labels = Array2::from_shape_fn((side, side), |(row, column)| (row * 7 + column) % count);
    let map = ClassMap::new((0.0, 4.0), (0.0, 1.0), labels, names).confident(cells.mapv(|value| value.clamp(0.0, 1.0)));
    let lines = contours(&field, values[0]);
    let points: Vec<(f64, f64)> = values.iter().map(|&value| (value, ends.1)).collect();
    let segment = Segment { at: (ends.0, ends.0), direction: (1.0, 0.0), length: 0.1 };
    let overlays = vec![
        Overlay::lines(label, lines, Stroke::dashed(theme::INK, 1).edged()),
        Overlay::straight(label, (1.0, -1.0), 0.0, Stroke::default()),
        Overlay::straight("", (0.0, 0.0), 1.0, Stroke::default()),
        Overlay::segments(label, vec![segment, Segment { direction: (0.0, 0.0), ..segment }], Stroke::default()),
        Overlay::points(label, points, Marker::of_class(count), theme::class(count)),
        Overlay::Picture { at: (1e9, -1e9), picture: picture(3, 20), magnify: 3, frame: theme::INK },
    ];
    let panel = |ground: Ground| PlanePanel::new(label, ground, overlays.clone());
    Planes::new(label, vec![panel(field.into()), panel(map.into()), panel(holed.into())])
        .in_grid([label], [label, label, label])
        .axes(label, label)
}

/// Every kind of figure over `count` items (categories, values, points, pictures), each named `label`.
pub(crate) fn roster(count: usize, label: &str, value: fn(f64) -> f64) -> Vec<(&'static str, Saved)> {
    let values: Vec<f64> = noise(count).into_iter().map(value).collect();
    let shares: Vec<f64> = values.iter().map(|value| value.clamp(0.0, 1.0)).collect();
    let names = vec![label.to_owned(); count];
    let side = count.min(100);
    let square = Array2::from_shape_fn((side, side), |(row, column)| values[(row + column) % count].clamp(-1.0, 1.0));
    let counts = Array2::from_shape_fn((side, side), |(row, column)| (values[(row * column) % count] * 1000.0) as u64);
    let points: Vec<(f64, f64)> = values.iter().enumerate().map(|(at, &value)| (at as f64, value)).collect();

    let sheet = ContactSheet::new(label, tiles(count, label));
    let judged = |index: usize| Judged {
        picture: picture(3, 8),
        truth: label.to_owned(),
        prediction: if index.is_multiple_of(3) { "other".to_owned() } else { label.to_owned() },
        confidence: 0.5,
    };
    let panel = Panel::new(label, (0..count).map(judged).collect());
    let halves = [count.min(100), count.div_ceil(3).min(40)];
    let halves = halves.map(|n| PanelGroup::new(label, (0..n).map(judged).collect()));
    let grouped = Panel::grouped(label, halves.to_vec());
    let cells = tiles(2 * side, "").into_iter();
    let grid = PictureGrid::new(label, [label, label], &names[..side], cells, Tones::Signed { limit: None });
    let triptych = |index: usize| Triptych {
        name: label.to_owned(),
        before: picture(1 + 2 * (index % 2), 28),
        after: Picture::new(vec![0.5; (1 + 2 * (index % 2)) * 784], [1 + 2 * (index % 2), 28, 28]),
        captions: [label.to_owned(), label.to_owned(), label.to_owned()],
        frame: index.is_multiple_of(3).then_some(Verdict::Wrong),
    };
    let triptychs = Triptychs::new(label, (0..count.min(300)).map(triptych).collect());
    let row = |index: usize| {
        let counts: Vec<u64> = (0..side).map(|class| u64::from(class % 5 == index % 5)).collect();
        DirectionRow::new(label, label, tiles(count.min(32), label), counts)
    };
    let groups = [count.min(16), 2].map(|n_rows| DirectionGroup::new(label, (0..n_rows).map(row).collect()));
    let rows = DirectionRows::new(label, &names[..side], groups.to_vec());
    let sample = |share: usize| Distribution::new(format!("{label} {share}"), &values[..count.div_ceil(share)]);
    let distribution = |axis| DistributionPanel {
        note: label.to_owned(),
        level: Some((value(0.5), label.to_owned())),
        ..DistributionPanel::new(label, axis, vec![sample(1), sample(2), sample(100)])
    };
    let distributions = [Axis::plain(label), Axis::percent(label), Axis::plain(label)].map(distribution);
    let distributions = Distributions::new(label, distributions.to_vec());
    let histogram = |axis| Histogram::new(label, axis, values.clone());
    let histograms =
        Histograms::new(label, vec![histogram(Axis::plain(label)), histogram(Axis::percent(label).fitted())]);
    let mut curve = Curve::new(label, points.clone());
    curve.band = values.iter().map(|value| (value - 0.1, value + 0.1)).collect();
    curve.runs = vec![points; 3];
    let curves = CurvePanel::new(label, Axis::plain(label), Axis::plain(label), vec![curve.clone(), curve]);
    let curves = Curves::new(label, vec![curves.clone(), curves]);
    let bar = |&value: &f64| Bar { value, interval: Some((value * 0.9, value * 1.1)) };
    let bars = vec![BarSeries::new(label, shares.iter().map(bar)), BarSeries::new(label, shares.iter().map(bar))];
    let bars = Bars::percent(label, label, label, &names, bars);
    let group = |&value: &f64| StripGroup::with_interval([value, value, value + 0.1], value, value + 0.1);
    let strip = vec![StripSeries { name: label.to_owned(), groups: values.iter().map(group).collect() }];
    let strip = Strip::new(label, label, Axis::plain(label), &names, strip);
    let groups = |n: usize| values.iter().map(|&value| vec![value; n]).chain([Vec::new()]).take(count).collect();
    let mut whole: Vec<Vec<f64>> = groups(3);
    whole[0].clone_from(&values);
    let boxes = vec![BoxSeries::new(label, whole), BoxSeries::new(label, groups(1))];
    let mut boxes = BoxPlots::new(label, label, Axis::plain(label), &names, boxes);
    boxes.references =
        vec![Reference::new(value(0.5), label), Reference::new(value(0.9), label).of_category(count - 1)];
    let reliable = |share: &f64| ReliabilityPanel {
        title: label.to_owned(),
        bins: (0..count).map(|bin| bin_of(bin, count, *share)).collect(),
        error: *share,
        error_interval: Some((0.0, *share)),
        remark: label.to_owned(),
    };
    let reliability = Reliability::new(label, shares.iter().take(7).map(reliable).collect());
    let confusion = ConfusionMatrix::new(label, &names[..side], counts);
    let mut heatmap =
        Heatmap::square(label, square, vec![Group::each([label], side), Group::repeated(&names[..side], 1)]);
    heatmap.bar_label = label.to_owned();
    let planes = planes(count, label, &values, &names);
    let mut each = planes.clone();
    each.scale = each.scale.each();
    (each.columns, each.row_names, each.column_names, each.equal) = (1, Vec::new(), Vec::new(), false);
    vec![
        ("planes", Box::new(move |path: &Path| planes.save(path)) as Saved),
        ("planes-each", Box::new(move |path| each.save(path))),
        ("sheet", Box::new(move |path| sheet.save(path))),
        ("panel", Box::new(move |path| panel.save(path))),
        ("panel-grouped", Box::new(move |path| grouped.save(path))),
        ("boxes", Box::new(move |path| boxes.save(path))),
        ("reliability", Box::new(move |path| reliability.save(path))),
        ("grid", Box::new(move |path| grid.save(path))),
        ("triptychs", Box::new(move |path| triptychs.save(path))),
        ("directions", Box::new(move |path| rows.save(path))),
        ("distributions", Box::new(move |path| distributions.save(path))),
        ("histograms", Box::new(move |path| histograms.save(path))),
        ("curves", Box::new(move |path| curves.save(path))),
        ("bars", Box::new(move |path| bars.save(path))),
        ("strip", Box::new(move |path| strip.save(path))),
        ("confusion", Box::new(move |path| confusion.save(path))),
        ("heatmap", Box::new(move |path| heatmap.save(path))),
        ("png", Box::new(|path| png(path, &picture(3, 5).values, [3, 5, 5], 4))),
    ]
}
