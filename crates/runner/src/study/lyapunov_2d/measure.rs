//! One cell: a net trained on points of a square, and its exponents over the square.

use std::f64::consts::PI;
use std::path::Path;
use std::time::Instant;

use advlab_analysis::calibration::auroc;
use advlab_analysis::lyapunov::{Stretch, Wanted};
use advlab_core::{Classifier as _, Seed, Stop};
use advlab_model_zoo::{Learns, ModelCard, Net, Points, train_on_points, write};
use anyhow::Result;
use rand::Rng as _;
use tch::{Tensor, no_grad};

use super::cell::{Cell, Measured};
use super::spec::Spec;
use crate::lyapunov::doubt::Doubts;
use crate::lyapunov::field::{Chart, Grid, Landscape};

/// The square is [−1, 1]²; half of its area lies within this distance of the centre, the median over its points.
pub(super) fn radius() -> f64 {
    (2.0 / PI).sqrt()
}

/// Points uniform in the square, with label 1 inside the disc and 0 outside.
fn draw(count: usize, seed: Seed) -> Points {
    let mut rng = seed.rng();
    let inputs: Vec<f32> = (0..2 * count).map(|_| rng.random_range(-1.0..1.0)).collect();
    let inside = |point: &[f32]| i64::from(f64::from(point[0]).hypot(f64::from(point[1])) < radius());
    let labels: Vec<i64> = inputs.chunks(2).map(inside).collect();
    Points { inputs: Tensor::from_slice(&inputs).reshape([-1, 2]), labels: Tensor::from_slice(&labels) }
}

/// What a net does over the square.
pub(super) fn landscape(net: &Net, grid: usize) -> Result<Landscape> {
    let stretch = Stretch::new(net, None, None)?;
    let chart = Chart { pictures: &Chart::of_two_inputs, axes: Chart::plain() };
    Landscape::new(net, &stretch, &chart, Grid { x: (-1.0, 1.0), y: (-1.0, 1.0), side: grid }, &|_| Ok(()))
}

/// Does a cell; none if someone asked to stop.
pub(super) fn measure(cell: &Cell, spec: &Spec, nets: &Path, stop: &Stop) -> Result<Option<Measured>> {
    let began = Instant::now();
    let model = spec.model(cell.width, cell.depth);
    // Nets of one training learn the same points, and begin alike whether or not their hidden layers learn.
    let seed = Seed::new(spec.seed).child("training").index(cell.training as u64);
    let (points, test) = (draw(spec.points, seed.child("points")), draw(spec.test_points, seed.child("test")));
    let learns = if cell.embedding { Learns::OutputAlone } else { Learns::Everything };
    let own = seed.child("net").index(cell.width as u64).index(cell.depth as u64);
    let start = (learns, spec.bias_sd);
    let Some(net) = train_on_points(&cell.key(), &model, &spec.training(cell.width), start, own, &points, stop)? else {
        return Ok(None);
    };
    write(&nets.join(format!("{}.safetensors", cell.key())), &net, &ModelCard { spec: model, training: None })?;
    let land = landscape(&net, spec.grid)?;
    let stretch = Stretch::new(&net, None, None)?;
    let at = |pictures: &Tensor| Ok::<_, anyhow::Error>(stretch.of(pictures, Wanted::Leading)?.total());
    let (on_boundary, elsewhere) = land.on_and_off_borders();
    let centre = at(&Chart::of_two_inputs(&[(0.0, 0.0)])?)?[0];
    let apart = land.apart(seed.child("moves"));
    let pictures = test.pictures()?;
    let mut doubts = Doubts::default();
    doubts.add(&no_grad(|| net.scores(&pictures))?, net.score_kind())?;
    let truth = Vec::<i64>::try_from(&test.labels)?;
    let right: Vec<bool> = doubts.labels.iter().zip(&truth).map(|(label, truth)| label == truth).collect();
    let wrong = right.iter().filter(|right| !**right).count() as f64;
    Ok(Some(Measured {
        cell: cell.clone(),
        train_error: 1.0 - points.accuracy(&net)?,
        test_error: wrong / right.len() as f64,
        on_boundary,
        elsewhere,
        centre: Some(centre).filter(|centre| centre.is_finite()),
        ridges: apart.map(|(ridges, _)| ridges),
        boundary: apart.map(|(_, boundary)| boundary),
        telling: auroc(&at(&pictures)?, &right).map(|area| area.value),
        telling_closeness: auroc(&doubts.closeness, &right).map(|area| area.value),
        seconds: began.elapsed().as_secs_f64(),
    }))
}
