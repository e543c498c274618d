//! Data that cannot be drawn give an error that names them; nothing panics.

use advlab_plots::{
    Axis, Bar, BarSeries, Bars, BoxPlots, BoxSeries, ConfusionMatrix, ContactSheet, Curve, CurvePanel, Curves,
    DirectionGroup, DirectionRow, DirectionRows, Distribution, DistributionPanel, Distributions, Error, Group, Heatmap,
    Histogram, Histograms, Judged, Panel, PanelGroup, Picture, PictureGrid, Reference, Reliability, ReliabilityBin,
    ReliabilityPanel, Result, Shades, Strip, StripGroup, StripSeries, Tile, Tones, Triptych, Triptychs, png,
};
use image::RgbImage;
use ndarray::Array2;

use crate::support::{bin_of, picture, tiles};

fn message(drawn: Result<RgbImage>) -> String {
    drawn.expect_err("this cannot be drawn").to_string()
}

fn curves(x: Axis, y: Axis, curve: Curve) -> Result<RgbImage> {
    Curves::new("", vec![CurvePanel::new("", x, y, vec![curve])]).draw()
}

fn bars(categories: usize, values: &[f64]) -> Bars {
    let series = vec![BarSeries::new("deep", values.iter().copied())];
    Bars::percent("", "", "", 0..categories, series)
}

/// One row of directions over two classes.
fn directions(tiles: Vec<Tile<'static>>, counts: &[u64]) -> DirectionRows<'static> {
    let row = DirectionRow::new("unit 17", "4.12", tiles, counts);
    DirectionRows::new("", ["a", "b"], vec![DirectionGroup::new("units", vec![row])])
}

fn distribution(axis: Axis, values: &[f64]) -> Distributions {
    let samples = vec![Distribution::new("random", values)];
    Distributions::new("", vec![DistributionPanel::new("purity", axis, samples)])
}

fn boxes(groups: &[&[f64]]) -> BoxPlots {
    let series = vec![BoxSeries::new("test", groups.iter().map(|group| group.to_vec()).collect())];
    BoxPlots::new("", "", Axis::plain("y"), ["clear", "unclear"], series)
}

fn reliability(bins: Vec<ReliabilityBin>) -> Reliability {
    let title = "cells".to_owned();
    let panel = ReliabilityPanel { title, bins, error: 0.1, error_interval: None, remark: String::new() };
    Reliability::new("", vec![panel])
}

#[test]
fn nothing_to_draw() {
    let plain = || Axis::plain("x");
    let grid = PictureGrid::new("", [""; 0], [""; 0], [], Tones::Clipped);
    let strip = vec![StripSeries { name: String::new(), groups: vec![StripGroup::default()] }];
    let empty = [
        ContactSheet::new("", vec![]).draw(),
        Panel::new("", vec![]).draw(),
        Panel::grouped("", vec![PanelGroup::new("mistakes", vec![])]).draw(),
        Triptychs::new("", vec![]).draw(),
        boxes(&[&[], &[]]).draw(),
        Reliability::new("", vec![]).draw(),
        reliability(vec![bin_of(1, 15, 0.5)]).draw(),
        grid.draw(),
        Histograms::new("", vec![]).draw(),
        Histograms::new("", vec![Histogram::new("", plain(), [])]).draw(),
        Curves::new("", vec![]).draw(),
        Curves::new("", vec![CurvePanel::new("", plain(), plain(), vec![])]).draw(),
        curves(plain(), plain(), Curve::new("", [])),
        DirectionRows::new("", ["a"], vec![]).draw(),
        DirectionRows::new("", ["a"], vec![DirectionGroup::new("units", vec![])]).draw(),
        directions(vec![], &[]).draw(),
        Distributions::new("", vec![]).draw(),
        Distributions::new("", vec![DistributionPanel::new("", plain(), vec![])]).draw(),
        distribution(plain(), &[]).draw(),
        bars(0, &[]).draw(),
        Strip::new("", "", plain(), ["a"], strip).draw(),
        ConfusionMatrix::new("", [""; 0], Array2::zeros((0, 0))).draw(),
        Heatmap::square("", Array2::zeros((0, 3)), vec![]).draw(),
    ];
    for (index, drawn) in empty.into_iter().enumerate() {
        assert!(matches!(drawn, Err(Error::Empty { .. })), "{index}: {drawn:?}");
    }
}

#[test]
fn lengths_that_do_not_fit_are_both_named() {
    let short = vec![Tile::new(Picture::new(vec![0.0; 783], [1, 28, 28]), "")];
    let said = message(ContactSheet::new("", short).draw());
    assert!(said.contains("picture 0") && said.contains("wanted 784, got 783"), "{said}");
    let said = message(bars(10, &[0.5; 9]).draw());
    assert!(said.contains("deep") && said.contains("wanted 10, got 9"), "{said}");
    let said = message(ConfusionMatrix::new("", ["a", "b"], Array2::zeros((2, 3))).draw());
    assert!(said.contains("columns: wanted 2, got 3"), "{said}");
    let said = message(Heatmap::square("", Array2::zeros((4, 4)), vec![Group::each(["a"], 3)]).draw());
    assert!(said.contains("wanted 4, got 3"), "{said}");
    let said = message(PictureGrid::new("", ["a", "b"], ["c"], tiles(3, ""), Tones::Clipped).draw());
    assert!(said.contains("wanted 2, got 3"), "{said}");
    let banded = Curve { band: vec![(0.0, 1.0)], ..Curve::new("loss", [(0.0, 0.0), (1.0, 1.0)]) };
    let said = message(curves(Axis::plain("x"), Axis::plain("y"), banded));
    assert!(said.contains("`loss`: band: wanted 2, got 1"), "{said}");
    let (before, after) = (picture(1, 8), picture(3, 8));
    let mixed = Triptych { name: String::new(), before, after, captions: Default::default(), frame: None };
    let said = message(Triptychs::new("", vec![mixed]).draw());
    assert!(said.contains("result 0: wanted the shape of its original, got [3, 8, 8]"), "{said}");
    let said = message(directions(tiles(1, ""), &[1, 2, 3]).draw());
    assert!(said.contains("row `unit 17`: counts: wanted 2, got 3"), "{said}");
    assert!(Picture::batch(&[0.0; 7], [1, 2, 2]).is_err());
    assert_eq!(Picture::batch(&[0.0; 8], [1, 2, 2]).unwrap().len(), 2);
}

#[test]
fn nan_is_named_with_its_place() {
    let mut bad = tiles(3, "");
    bad[2].picture.values.to_mut()[5] = f32::NAN;
    let said = message(ContactSheet::new("", bad).draw());
    assert!(said.contains("picture 2: value 5 is NaN"), "{said}");
    let mut bad = tiles(3, "");
    bad[1].picture.values.to_mut()[7] = f32::INFINITY;
    let said = message(directions(bad, &[]).draw());
    assert!(said.contains("row `unit 17`: picture 1: value 7 is inf"), "{said}");
    let said = message(distribution(Axis::plain("x"), &[0.5, f64::NAN]).draw());
    assert!(said.contains("`purity`, sample `random`: value 1 is NaN"), "{said}");
    let mut figure = distribution(Axis::plain("x"), &[0.5]);
    figure.panels[0].level = Some((f64::NAN, "chance".to_owned()));
    let said = message(figure.draw());
    assert!(said.contains("`purity`: level `chance`: value 0 is NaN"), "{said}");
    let judged =
        Judged { picture: picture(1, 2), truth: String::new(), prediction: String::new(), confidence: f64::NAN };
    let said = message(Panel::new("", vec![judged]).draw());
    assert!(said.contains("confidence: value 0 is NaN"), "{said}");
    let histogram = Histogram::new("steps", Axis::plain("x"), [1.0, f64::NAN]);
    let said = message(Histograms::new("", vec![histogram]).draw());
    assert!(said.contains("`steps`: value 1 is NaN"), "{said}");
    let said = message(curves(Axis::plain("x"), Axis::plain("y"), Curve::by_epoch("loss", &[1.0, f64::INFINITY])));
    assert!(said.contains("`loss`: value 1 is inf"), "{said}");
    let said = message(bars(2, &[0.1, f64::NAN]).draw());
    assert!(said.contains("`deep`, category `1`: value 0 is NaN"), "{said}");
    let group = StripGroup::with_interval([0.5], f64::NAN, 1.0);
    let series = vec![StripSeries { name: "deep".to_owned(), groups: vec![group] }];
    let said = message(Strip::new("", "", Axis::plain("y"), ["3"], series).draw());
    assert!(said.contains("`deep`, category `3`: interval: value 0 is NaN"), "{said}");
    let mut values = Array2::zeros((2, 2));
    values[(1, 0)] = f64::NAN;
    let said = message(Heatmap::square("", values, vec![]).draw());
    assert!(said.contains("value 2 is NaN"), "{said}");
}

#[test]
fn settings_that_cannot_be_used() {
    let mut sheet = ContactSheet::new("", tiles(2, ""));
    sheet.columns = Some(0);
    assert!(message(sheet.draw()).contains("columns: must be at least 1, got 0"));
    (sheet.columns, sheet.magnify) = (None, Some(0));
    assert!(message(sheet.draw()).contains("magnify: must be from 1 to 1000, got 0"));
    sheet.magnify = Some(1000);
    assert!(matches!(sheet.draw(), Err(Error::TooLarge { .. })));
    let same = |_| picture(1, 8);
    let plain =
        Triptych { name: String::new(), before: same(0), after: same(1), captions: Default::default(), frame: None };
    let triptychs = Triptychs { columns: Some(0), ..Triptychs::new("", vec![plain]) };
    assert!(message(triptychs.draw()).contains("columns: must be at least 1, got 0"));
    sheet.magnify = Some(usize::MAX);
    assert!(matches!(sheet.draw(), Err(Error::Setting { .. })));

    let rows = DirectionRows { columns: Some(0), ..directions(tiles(2, ""), &[]) };
    assert!(message(rows.draw()).contains("columns: must be at least 1, got 0"));
    for side in [0, 7, usize::MAX] {
        let rows = DirectionRows { side: Some(side), ..directions(tiles(2, ""), &[]) };
        assert!(message(rows.draw()).contains("side: must be from 8 to 2000"), "{side}");
    }
    let large = DirectionRows { side: Some(2000), ..directions(tiles(40, ""), &[]) };
    assert!(matches!(large.draw(), Err(Error::TooLarge { .. })));

    assert!(message(distribution(Axis::log("loss"), &[0.0, 1.0]).draw()).contains("`loss`: range: must be above 0"));
    assert!(message(distribution(Axis::plain("x").within(2.0, 1.0), &[1.5]).draw()).contains("2 to 1"));
    let mut figure = distribution(Axis::log("loss"), &[0.5, 1.0]);
    figure.panels[0].level = Some((-1.0, "chance".to_owned()));
    assert!(message(figure.draw()).contains("`loss`: range: must be above 0"));
    let mut histogram = Histogram::new("", Axis::plain("x"), [1.0, 2.0]);
    histogram.bins = Some(0);
    assert!(message(Histograms::new("", vec![histogram]).draw()).contains("bins"));
    let zero = || Curve::by_epoch("", &[0.0, 1.0]);
    assert!(message(curves(Axis::plain("x"), Axis::log("loss"), zero())).contains("`loss`: range: must be above 0"));
    assert!(message(curves(Axis::plain("x").within(2.0, 1.0), Axis::plain("y"), zero())).contains("2 to 1"));
    let wide = Curve::by_epoch("", &[f64::MIN, f64::MAX]);
    assert!(curves(Axis::plain("x"), Axis::plain("y"), wide).is_err());
    let mut logarithmic = bars(1, &[0.5]);
    logarithmic.y.log = true;
    assert!(message(logarithmic.draw()).contains("linear"));
    let mut heatmap = Heatmap::square("", Array2::zeros((1, 1)), vec![]);
    heatmap.shades = Shades::Signed { limit: f64::NAN };
    assert!(message(heatmap.draw()).contains("limit"));
}

#[test]
fn boxes_and_bins_that_cannot_be_drawn() {
    assert!(message(boxes(&[&[0.5]]).draw()).contains("`test`: wanted 2, got 1"));
    assert!(message(boxes(&[&[0.5], &[f64::NAN]]).draw()).contains("`test`, category `unclear`: value 0 is NaN"));
    let mut figure = boxes(&[&[0.5], &[0.7]]);
    figure.references = vec![Reference::new(0.5, "person").of_category(2)];
    assert!(message(figure.draw()).contains("reference `person`: category: must be one of the figure's, got 2"));
    figure.references = vec![Reference::new(f64::INFINITY, "person")];
    assert!(message(figure.draw()).contains("reference `person`: value 0 is inf"));

    let whole = bin_of(3, 15, 0.5);
    reliability(vec![whole]).draw().unwrap();
    for bin in [
        ReliabilityBin { right: whole.count + 1, ..whole },
        ReliabilityBin { low: 0.9, ..whole },
        ReliabilityBin { high: 1.1, ..whole },
        ReliabilityBin { confidence: None, ..whole },
    ] {
        assert!(message(reliability(vec![bin]).draw()).contains("`cells`: bin: must be within [0, 1]"), "{bin:?}");
    }
    let bin = ReliabilityBin { confidence: Some(f64::NAN), ..whole };
    assert!(message(reliability(vec![bin]).draw()).contains("`cells`: a bin's ends"));
    let mut panel = Panel::new("", vec![]);
    let judged = Judged { picture: picture(1, 8), truth: String::new(), prediction: String::new(), confidence: 0.5 };
    panel.groups[0].items.push(judged);
    panel.columns = Some(0);
    assert!(message(panel.draw()).contains("columns: must be at least 1, got 0"));
}

#[test]
fn shapes_that_are_no_pictures() {
    let path = std::env::temp_dir().join("never-written.png");
    for shape in [[2, 1, 1], [0, 1, 1], [1, 0, 1], [1, 1, usize::MAX]] {
        assert!(matches!(png(&path, &[0.0, 0.0], shape, 1), Err(Error::Shape { .. })), "{shape:?}");
    }
    let tile = Tile::new(picture(3, 4), "");
    let grid = PictureGrid::new("", [""], [""], [tile], Tones::Signed { limit: None });
    assert!(message(grid.draw()).contains("one channel"));
}

#[test]
fn values_outside_fixed_ends_are_cut_and_counted() {
    let histogram = Histogram::new("", Axis::plain("x").within(0.0, 1.0), [0.5, 7.0, -3.0]);
    Histograms::new("", vec![histogram]).draw().unwrap();
    distribution(Axis::percent("x"), &[0.5, 7.0, -3.0]).draw().unwrap();
    distribution(Axis::percent("x"), &[7.0, -3.0]).draw().unwrap();
    let beyond = Curve::by_epoch("", &[-1e9, 0.5, 1e9]);
    curves(Axis::plain("x"), Axis::percent("y"), beyond).unwrap();
    let mut beyond = bars(2, &[2.0, -1.0]);
    beyond.series[0].bars[1] = Some(Bar { value: -1.0, interval: Some((-1e300, 1e300)) });
    beyond.draw().unwrap();
}
