//! The plane of a layer of two neurons: where pictures lie in it, and what the net above it does.

use advlab_analysis::lyapunov::Stretch;
use advlab_core::{Activation, Classifier as _};
use advlab_datasets::Dataset;
use advlab_model_zoo::Net;
use anyhow::Result;
use tch::{Kind, no_grad};

use super::field::{Chart, Grid, Landscape};

/// Pictures that go through a net together.
const BATCH: usize = 1000;

/// The plane, which holds all that two bounded units can put out; of ReLU units as far as the points reach.
pub(crate) fn grid(net: &Net, side: usize, points: &[(f64, f64)]) -> Grid {
    let most = points.iter().flat_map(|(x, y)| [x.abs(), y.abs()]).fold(0.0, f64::max);
    let ends = match net.spec().activation {
        Activation::Tanh => (-1.0, 1.0),
        Activation::Sigmoid => (0.0, 1.0),
        Activation::Relu => (0.0, 1.05 * most.max(1e-6)),
    };
    Grid { x: ends, y: ends, side }
}

/// What the net above the plane does over it, to the layer that `to` means.
pub(crate) fn landscape(above: &Net, to: Option<&str>, grid: Grid) -> Result<Landscape> {
    let stretch = Stretch::new(above, None, to)?;
    let chart = Chart { pictures: &Chart::of_two_inputs, axes: Chart::plain() };
    Landscape::new(above, &stretch, &chart, grid, &|_| Ok(()))
}

/// Where pictures lie in the plane above so many layers, in the order of the data.
pub(crate) fn places(net: &Net, below: usize, data: &Dataset) -> Result<Vec<(f64, f64)>> {
    let mut points = Vec::with_capacity(data.len());
    for start in (0..data.len()).step_by(BATCH) {
        let pictures = data.pictures(start..(start + BATCH).min(data.len()))?;
        let values = no_grad(|| net.below(below, &pictures.tensor().to_device(net.device())))?;
        let flat = Vec::<f64>::try_from(values.to_device(tch::Device::Cpu).to_kind(Kind::Double).reshape([-1]))?;
        points.extend(flat.chunks(2).map(|pair| (pair[0], pair[1])));
    }
    Ok(points)
}
