use std::ops::ControlFlow;

use advlab_attacks::noise::{Job, NoiseParams};
use advlab_core::Stop;

use crate::common::{Example, collect, job, net};

/// A finished run as two numbers and a picture: attempts, successes, and the average of the successful ones.
fn summed_up(examples: &[Example]) -> (f64, f64, Vec<f64>) {
    let made: Vec<_> = examples.iter().filter(|(record, _)| record.success).collect();
    let mut average = vec![0.0; examples[0].1.len()];
    for (_, picture) in &made {
        for (sum, value) in average.iter_mut().zip(picture) {
            *sum += f64::from(*value) / made.len() as f64;
        }
    }
    (examples.len() as f64, made.len() as f64, average)
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let (mean_a, mean_b) = (mean(a), mean(b));
    let product =
        |x: &[f64], y: &[f64], mx: f64, my: f64| -> f64 { x.iter().zip(y).map(|(x, y)| (x - mx) * (y - my)).sum() };
    product(a, b, mean_a, mean_b) / (product(a, a, mean_a, mean_a) * product(b, b, mean_b, mean_b)).sqrt()
}

/// Attempts of one class by the engine that a run chooses, and by libtorch's.
fn both(params: &NoiseParams, model: &str, class: i64, attempts: u64) -> [(f64, f64, Vec<f64>); 2] {
    let (net, stop) = (net(model), Stop::default());
    let noise = params.clone().check().unwrap();
    let job = Job { class, batch: 256, ..job(&net, attempts, &stop) };
    let ours = collect(&noise, &job).unwrap().1;
    let mut theirs = Vec::new();
    let keep = &mut |record: &_, picture: &[f32]| {
        theirs.push((Clone::clone(record), picture.to_vec()));
        ControlFlow::Continue(())
    };
    noise.run_on_pixels(&job, keep).unwrap();
    [summed_up(&ours), summed_up(&theirs)]
}

fn agree(params: &NoiseParams, model: &str, class: i64, attempts: u64) {
    let [(n, ours, average), (_, theirs, other)] = both(params, model, class, attempts);
    // Three standard deviations of the difference of two counts, were they independent; they are closer than that, since
    // both start from the same noise.
    let share = ((ours + theirs) / (2.0 * n)).clamp(0.02, 0.98);
    let slack = 3.0 * (2.0 * n * share * (1.0 - share)).sqrt();
    assert!((ours - theirs).abs() <= slack, "{model}, class {class}: {ours} and {theirs} of {n}");
    if ours.min(theirs) >= 50.0 {
        let likeness = correlation(&average, &other);
        assert!(likeness > 0.99, "{model}, class {class}: averages correlate by {likeness}");
    }
}

#[test]
fn the_published_recipe_succeeds_as_often_with_the_same_average() {
    for model in ["shallow", "deep"] {
        for class in [0, 2, 3, 5, 8] {
            agree(&NoiseParams { steps: 300, ..NoiseParams::published() }, model, class, 256);
        }
    }
}

#[test]
fn the_default_recipe_succeeds_as_often_with_the_same_average() {
    for model in ["shallow", "deep"] {
        for class in [1, 4] {
            agree(&NoiseParams::default(), model, class, 256);
        }
    }
}
