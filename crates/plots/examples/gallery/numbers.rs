//! Pictures of numbers.

use std::path::Path;

use advlab_plots::{
    Axis, Bar, BarSeries, Bars, BoxPlots, BoxSeries, ConfusionMatrix, Curve, CurvePanel, Curves, Distribution,
    DistributionPanel, Distributions, Group, Heatmap, Histogram, Histograms, Over, Reference, Reliability,
    ReliabilityBin, ReliabilityPanel, Shades, Strip, StripGroup, StripSeries,
};
use ndarray::Array2;
use rand::Rng;

use super::{DIGITS, Done, NETS, normal};

pub(crate) fn histograms(folder: &Path, rng: &mut impl Rng) -> Done {
    let steps: Vec<f64> = (0..1000).map(|_| (normal(rng) * 0.6 + 3.6).exp().round().max(1.0)).collect();
    let confidence: Vec<f64> = (0..1000).map(|_| rng.random::<f64>().powi(3)).collect();
    let panels = vec![
        Histogram::new("Steps until the label flips", Axis::plain("gradient steps"), steps.clone()),
        Histogram::new("Confidence at that moment", Axis::percent("confidence (%)"), confidence),
    ];
    Histograms::new("Shallow net, digit 2, 1000 starts", panels).save(folder.join("histogram-two.png"))?;
    let single = Histogram::new("", Axis::log("gradient steps"), steps);
    Histograms::new("Steps on a logarithmic axis", vec![single]).save(folder.join("histogram-log.png"))?;
    let few = Histogram::new("", Axis::plain("distortion (L2)"), [0.61, 0.72, 0.75, 0.78, 0.81]);
    let equal = Histogram::new("all equal", Axis::plain("passes"), vec![100.0; 12]);
    Histograms::new("Few and equal values", vec![few, equal]).save(folder.join("histogram-few.png"))?;
    Ok(())
}

pub(crate) fn distributions(folder: &Path, rng: &mut impl Rng) -> Done {
    let mut eighths = |share: f64, count: usize| -> Vec<f64> {
        (0..count)
            .map(|_| 1.0 + (0..7).filter(|_| rng.random::<f64>() < share).count() as f64)
            .map(|n| n / 8.0)
            .collect()
    };
    let purity = [eighths(0.6, 128), eighths(0.5, 1000)];
    let mut values = |mean: f64, count: usize| -> Vec<f64> { (0..count).map(|_| mean + 0.2 * normal(rng)).collect() };
    let entropy = [values(1.2, 128), values(1.3, 1000)];
    let panel = |title: &str, axis: Axis, [units, random]: &[Vec<f64>; 2]| {
        let samples = [("single units", units), ("random directions", random)];
        let samples = samples.map(|(name, values)| Distribution::new(name, &values[..]));
        DistributionPanel::new(title, axis, samples.to_vec())
    };
    let mut panels = vec![
        panel("Purity", Axis::plain("share of the commonest class"), &purity),
        panel("Entropy", Axis::plain("entropy (nats)"), &entropy),
    ];
    panels[0].note = "difference 0.09 (0.06 to 0.12)".to_owned();
    panels[0].level = Some((0.29, "chance".to_owned()));
    Distributions::new("Natural and random directions", panels.clone()).save(folder.join("distributions-two.png"))?;
    panels.extend([
        panel("Percentages", Axis::percent("purity (%)"), &purity),
        panel("Constant", Axis::plain("x"), &[vec![0.5; 9], vec![0.5; 7]]),
        panel("Single values", Axis::plain("x"), &[vec![0.5], vec![0.9]]),
        panel("Constant and spread", Axis::plain("x"), &[vec![0.5; 9], entropy[1].clone()]),
    ]);
    Ok(Distributions::new("Six panels", panels).save(folder.join("distributions-six.png"))?)
}

pub(crate) fn curves(folder: &Path, rng: &mut impl Rng) -> Done {
    let mut family = |start: f64, rate: f64, end: f64| {
        let mut curve = Curve::default();
        let runs: Vec<Vec<f64>> = (0..5)
            .map(|_| {
                let level = 0.02 * normal(rng);
                (0..60)
                    .map(|epoch| end + (start - end) * (-rate * epoch as f64).exp() + level + 0.006 * normal(rng))
                    .collect()
            })
            .collect();
        for epoch in 0..60 {
            let all: Vec<f64> = runs.iter().map(|run| run[epoch]).collect();
            let mean = all.iter().sum::<f64>() / 5.0;
            curve.points.push((epoch as f64 + 1.0, mean));
            curve.band.push((mean - 0.03, mean + 0.03));
        }
        curve.runs =
            runs.iter().map(|run| run.iter().enumerate().map(|(at, v)| (at as f64 + 1.0, *v)).collect()).collect();
        curve
    };
    let named = |curve: Curve, name: &str| Curve { name: name.to_owned(), ..curve };
    let loss =
        vec![named(family(1.0, 0.12, 0.12), "shallow, training"), named(family(0.9, 0.09, 0.2), "shallow, test")];
    let accuracy = vec![named(family(0.2, 0.2, 0.93), "shallow"), named(family(0.1, 0.1, 0.9), "deep")];
    let panels = vec![
        CurvePanel::new("Loss", Axis::plain("epoch"), Axis::plain("quadratic cost"), loss),
        CurvePanel::new("Accuracy", Axis::plain("epoch"), Axis::percent("accuracy (%)"), accuracy),
    ];
    Curves::new("Training, five seeds", panels).save(folder.join("curves-two.png"))?;
    let many = (0..8).map(|index| {
        let values: Vec<f64> = (0..9).map(|at| 10f64.powf(-(index as f64) * 0.3 - at as f64 * 0.3)).collect();
        Curve::by_epoch(format!("learning rate {:.1}", 0.1 * (index + 1) as f64), &values)
    });
    let panel = CurvePanel::new("", Axis::plain("epoch"), Axis::log("loss"), many.collect());
    Curves::new("Loss on a logarithmic axis", vec![panel]).save(folder.join("curves-log.png"))?;
    let one =
        CurvePanel::new("One point", Axis::plain("x"), Axis::plain("y"), vec![Curve::new("alone", [(3.0, 1e-7)])]);
    let huge = CurvePanel::new(
        "Huge",
        Axis::plain("pairs"),
        Axis::plain("seconds"),
        vec![Curve::new("", [(0.0, 0.0), (3e6, 4e12)])],
    );
    Curves::new("Extremes", vec![one, huge]).save(folder.join("curves-extreme.png"))?;
    Ok(())
}

pub(crate) fn categories(folder: &Path, rng: &mut impl Rng) -> Done {
    let mut rates = |shift: f64| {
        let bar = |digit: usize| {
            let value = (0.5 + 0.5 * (digit as f64 + shift).cos()).clamp(0.0, 1.0);
            Bar {
                value,
                interval: Some(((value - 0.04).max(0.0), (value + 0.03 + 0.02 * rng.random::<f64>()).min(1.0))),
            }
        };
        (0..10).map(bar).collect::<Vec<_>>()
    };
    let mut series = vec![BarSeries::new(NETS[0], rates(0.0)), BarSeries::new(NETS[1], rates(0.8))];
    series[1].bars[4] = None;
    let mut bars = Bars::percent("Success from noise", "wanted digit", "success (%)", DIGITS, series);
    bars.note = "error bars: 95 % Wilson intervals, 1000 starts".to_owned();
    bars.save(folder.join("bars-two.png"))?;
    bars.series.push(BarSeries::new("convolutional net", rates(1.7)));
    bars.save(folder.join("bars-three.png"))?;
    bars.y = Axis::plain("mean correlation");
    for bar in bars.series.iter_mut().flat_map(|series| series.bars.iter_mut().flatten()) {
        bar.value -= 0.5;
        bar.interval = bar.interval.map(|(low, high)| (low - 0.5, high - 0.5));
    }
    bars.categories = (0..10).map(|digit| format!("category number {digit} with a long name")).collect();
    bars.save(folder.join("bars-signed.png"))?;

    let mut groups = |count: usize, level: f64| {
        let group = |digit: usize| {
            let points: Vec<f64> = (0..count).map(|_| level - 0.02 * digit as f64 + 0.03 * normal(rng)).collect();
            let mean = points.iter().sum::<f64>() / count as f64;
            StripGroup::with_interval(points, mean - 0.025, mean + 0.025)
        };
        (0..10).map(group).collect::<Vec<_>>()
    };
    let series = vec![
        StripSeries { name: NETS[0].to_owned(), groups: groups(5, 0.8) },
        StripSeries { name: NETS[1].to_owned(), groups: groups(5, 0.65) },
    ];
    let mut strip =
        Strip::new("Correlation with the first training", "digit", Axis::plain("correlation"), DIGITS, series);
    strip.mean_label = "mean and 95 % interval".to_owned();
    strip.save(folder.join("strip-two.png"))?;
    let many = vec![StripSeries { name: String::new(), groups: groups(400, 0.6) }];
    let axis = Axis::percent("confidence (%)");
    Strip::new("Four hundred points for each digit", "digit", axis, DIGITS, many)
        .save(folder.join("strip-many.png"))?;
    Ok(())
}

fn accuracies(rate: f64, end: f64, noise: f64, rng: &mut impl Rng) -> [Vec<Vec<f64>>; 2] {
    [1.0, end].map(|end| {
        let run = |_| {
            let (level, epochs) = (noise * normal(rng), if end < 1.0 { 40 } else { 30 });
            let at = |epoch: usize| 0.5 + (end + level - 0.5) * (1.0 - (-rate * epoch as f64).exp());
            (0..epochs).map(|epoch| (at(epoch) + 0.01 * normal(rng)).clamp(0.0, 1.0)).collect()
        };
        (0..12).map(run).collect()
    })
}

pub(crate) fn runs(folder: &Path, rng: &mut impl Rng) -> Done {
    let conditions =
        [("clear task", 0.15, 0.96), ("unclear task", 0.9, 0.62), ("one colour", 0.5, 0.7), ("deeper net", 0.8, 0.6)];
    let all: Vec<_> = conditions.iter().map(|(name, rate, end)| (*name, accuracies(*rate, *end, 0.02, rng))).collect();
    let accuracy = || Axis::percent("accuracy (%)").within(0.4, 1.0);
    for (count, over) in [(2, Over::Range), (4, Over::Quartiles)] {
        let mut curves = Vec::new();
        for (index, (name, [train, test])) in all.iter().take(count).enumerate() {
            curves.push(Curve::over_runs(format!("{name}, training"), train, over).styled(index, 1));
            curves.push(Curve::over_runs(format!("{name}, test"), test, over).styled(index, 0));
        }
        let panel = CurvePanel::new("", Axis::plain("epoch"), accuracy(), curves.clone());
        let mut figure = Curves::new("Training and test accuracy of twelve runs", vec![panel]);
        figure.note = over.text().to_owned();
        figure.save(folder.join(format!("curves-runs-{count}.png")))?;
        let (training, test): (Vec<_>, Vec<_>) = curves.into_iter().partition(|curve| curve.name.ends_with("training"));
        let panel = |title: &str, curves| CurvePanel::new(title, Axis::plain("epoch"), accuracy(), curves);
        figure.panels = vec![panel("Training", training), panel("Test", test)];
        figure.save(folder.join(format!("curves-runs-{count}-panels.png")))?;
    }
    Ok(())
}

pub(crate) fn boxes(folder: &Path, rng: &mut impl Rng) -> Done {
    let mut runs = |count: usize, mean: f64, spread: f64| -> Vec<f64> {
        (0..count).map(|_| (mean + spread * normal(rng)).min(1.0)).collect()
    };
    let training = vec![vec![1.0; 12], runs(12, 0.998, 0.003), runs(12, 0.99, 0.01)];
    let test = vec![runs(12, 0.96, 0.012), runs(12, 0.62, 0.02), runs(12, 0.58, 0.03)];
    let categories = ["clear task", "unclear task", "unclear task, one colour"];
    let series = vec![BoxSeries::new("training", training), BoxSeries::new("test", test)];
    let mut figure = BoxPlots::new(
        "Accuracy of twelve trainings",
        "",
        Axis::percent("accuracy (%)").within(0.4, 1.0),
        categories,
        series.clone(),
    );
    figure.references = vec![
        Reference::new(0.93, "person 93 %").of_category(0),
        Reference::new(0.707, "person 70.7 %").of_category(1),
        Reference::new(0.5, "chance"),
    ];
    figure.save(folder.join("boxes-two.png"))?;
    figure.series.remove(0);
    figure.y = Axis::percent("test accuracy (%)").fitted();
    figure.save(folder.join("boxes-one.png"))?;
    let many: Vec<_> =
        (0..12).map(|index| runs([1, 2, 3, 5, 12, 200][index % 6], 0.5 + 0.03 * index as f64, 0.03)).collect();
    let names: Vec<_> = (0..12).map(|index| format!("condition {index} with a long name")).collect();
    let series = vec![BoxSeries::new("", many)];
    let figure = BoxPlots::new("Few and many values", "condition", Axis::plain("value"), names, series);
    Ok(figure.save(folder.join("boxes-many.png"))?)
}

fn reliable(title: &str, count: usize, too_sure: f64, power: f64, rng: &mut impl Rng) -> ReliabilityPanel {
    let mut bins: Vec<_> = (0..15)
        .map(|bin| ReliabilityBin {
            low: bin as f64 / 15.0,
            high: (bin + 1) as f64 / 15.0,
            confidence: None,
            count: 0,
            right: 0,
            interval: (0.0, 1.0),
        })
        .collect();
    for _ in 0..count {
        let confidence = 1.0 - 0.5 * rng.random::<f64>().powf(power);
        let bin = &mut bins[((confidence * 15.0).ceil() as usize).clamp(1, 15) - 1];
        let before = bin.confidence.unwrap_or_default() * bin.count as f64;
        bin.count += 1;
        bin.confidence = Some((before + confidence) / bin.count as f64);
        bin.right += u64::from(rng.random::<f64>() < confidence - too_sure);
    }
    let gaps = bins
        .iter()
        .filter(|bin| bin.count > 0)
        .map(|bin| (bin.confidence.unwrap_or_default() * bin.count as f64 - bin.right as f64).abs() / count as f64);
    let error = gaps.sum();
    for bin in bins.iter_mut().filter(|bin| bin.count > 0) {
        let share = bin.right as f64 / bin.count as f64;
        let half = 1.0 / (bin.count as f64).sqrt();
        bin.interval = ((share - half).max(0.0), (share + half).min(1.0));
    }
    ReliabilityPanel {
        title: title.to_owned(),
        bins,
        error,
        error_interval: Some((error * 0.8, error * 1.2)),
        remark: "12 of 38 wrong answers above 90 %".to_owned(),
    }
}

pub(crate) fn reliability(folder: &Path, rng: &mut impl Rng) -> Done {
    let unclear = reliable("unclear task", 300, 0.35, 6.0, rng);
    let clear = reliable("clear task", 300, 0.02, 3.0, rng);
    let shy = reliable("not sure enough", 2000, -0.1, 1.0, rng);
    let sure = reliable("MNIST", 10_000, 0.003, 60.0, rng);
    Reliability::new("cells-cnn on the unclear task", vec![unclear.clone()])
        .save(folder.join("reliability-one.png"))?;
    Reliability::new("MNIST", vec![sure.clone()]).save(folder.join("reliability-mnist.png"))?;
    let two = vec![clear.clone(), unclear.clone()];
    Reliability::new("Two tasks", two).save(folder.join("reliability-two.png"))?;
    let mut few = reliable("a title that is longer than its panel is wide, by far", 5, 0.3, 1.0, rng);
    (few.error_interval, few.remark) = (None, String::new());
    let five = vec![clear, unclear, shy, sure, few];
    Ok(Reliability::new("Five", five).save(folder.join("reliability-five.png"))?)
}

pub(crate) fn matrices(folder: &Path, rng: &mut impl Rng) -> Done {
    let mut counts = |n: usize, size: f64| {
        Array2::from_shape_fn((n, n), |(row, column)| {
            let share: f64 = if row == column { 0.9 } else { 0.1 * rng.random::<f64>().powi(4) };
            (share * size) as u64
        })
    };
    ConfusionMatrix::new("Deep net on the test digits", DIGITS, counts(10, 1000.0))
        .save(folder.join("confusion-10.png"))?;
    let letters: Vec<String> = (0..47).map(|index| ["A", "b", "7", "M", "class"][index % 5].to_owned()).collect();
    ConfusionMatrix::new("EMNIST balanced", &letters, counts(47, 400.0)).save(folder.join("confusion-47.png"))?;
    let classes = ["healthy cell", "infected cell with a long name"];
    ConfusionMatrix::new("Two classes, huge counts", classes, counts(2, 3e9)).save(folder.join("confusion-2.png"))?;

    let noise: Vec<f64> = (0..10_000).map(|_| 0.1 * normal(rng)).collect();
    let values = Array2::from_shape_fn((100, 100), |(row, column)| {
        let same: f64 = if row % 10 == column % 10 { 0.8 } else { -0.1 };
        let net = if row / 50 == column / 50 { 1.0 } else { 0.5 };
        if row == column { 1.0 } else { (same * net + noise[row.min(column) * 100 + row.max(column)]).clamp(-1.0, 1.0) }
    });
    let trainings: Vec<String> = (0..10).map(|index| format!("training {}", index % 5 + 1)).collect();
    let levels = vec![Group::each(NETS, 50), Group::each(trainings, 10), Group::repeated(&DIGITS, 10)];
    let mut map = Heatmap::square("Correlation of averages: nets × trainings × digits", values.clone(), levels);
    map.bar_label = "correlation".to_owned();
    map.save(folder.join("heatmap-100.png"))?;
    let small = values.slice(ndarray::s![..10, ..10]).to_owned();
    let mut map = Heatmap::square("Ten digits", small, vec![Group::each(DIGITS, 1)]);
    (map.row_name, map.column_name) = ("first training".to_owned(), "second training".to_owned());
    map.bar_label = "correlation".to_owned();
    map.save(folder.join("heatmap-10.png"))?;
    let transfer = Array2::from_shape_fn((3, 5), |(row, column)| ((row * 5 + column) as f64 / 14.0).powi(2));
    let rows = vec![Group::each(["shallow", "deep", "convolutional"], 1)];
    let kinds = [("sigmoid nets", 2), ("other nets", 3)].map(|(label, len)| Group { label: label.to_owned(), len });
    let columns = vec![kinds.to_vec(), Group::each(["shallow", "deep", "convolutional", "AlexNet", "ResNet-18"], 1)];
    let mut map = Heatmap::new("Transfer", transfer, rows, columns);
    (map.shades, map.bar_label) = (Shades::Share, "success (%)".to_owned());
    (map.row_name, map.column_name) = ("made for".to_owned(), "shown to".to_owned());
    map.save(folder.join("heatmap-share.png"))?;
    Ok(())
}
