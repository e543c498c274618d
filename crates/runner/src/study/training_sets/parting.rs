//! How far the weights of two trainings are from each other, beside how far one of them has come.

use std::path::{Path, PathBuf};

use advlab_model_zoo::{ModelCard, ModelSpec, Net, read, write};
use anyhow::Result;

/// `‖a − b‖ / ‖b − start‖`: 0 for the same weights, 1 for weights as far apart as training moved them. The denominator is of the
/// training that is compared with, on the set as it is.
pub(super) fn parting(a: &[f32], b: &[f32], start: &[f32]) -> f64 {
    length(a, b) / length(b, start)
}

/// The Euclidean distance.
pub(super) fn length(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2)).sum::<f64>().sqrt()
}

/// Where the weights of a training are kept after an epoch; epoch 0 is the start.
pub(super) fn file(nets: &Path, training: usize, epoch: u32) -> PathBuf {
    nets.join(format!("training-{training}-epoch-{epoch}.safetensors"))
}

/// Keeps the weights of a training after an epoch.
pub(super) fn keep(nets: &Path, training: usize, epoch: u32, net: &Net) -> Result<()> {
    Ok(write(&file(nets, training, epoch), net, &ModelCard { spec: net.spec().clone(), training: None })?)
}

/// The weights of a training after an epoch.
pub(super) fn kept(nets: &Path, training: usize, epoch: u32, model: &ModelSpec) -> Result<Vec<f32>> {
    let (net, _) = read(&file(nets, training, epoch), Some(model))?;
    Ok(net.parameters()?)
}

/// The distance of two trainings of different seeds, epoch by epoch, in units of how far both have come on average.
pub(super) fn pair(nets: &Path, (a, b): (usize, usize), epochs: u32, model: &ModelSpec) -> Result<Vec<f64>> {
    let at = |training, epoch| kept(nets, training, epoch, model);
    let starts = (at(a, 0)?, at(b, 0)?);
    let one = |epoch| {
        let ends = (at(a, epoch)?, at(b, epoch)?);
        let come = f64::midpoint(length(&ends.0, &starts.0), length(&ends.1, &starts.1));
        Ok(length(&ends.0, &ends.1) / come)
    };
    (1..=epochs).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_is_how_far_training_moved_the_weights() {
        let (start, end) = ([0.0, 0.0], [3.0, 4.0]);
        assert_eq!(parting(&end, &end, &start), 0.0);
        assert_eq!(parting(&start, &end, &start), 1.0);
        assert!((parting(&[3.0, 5.0], &end, &start) - 0.2).abs() < 1e-12);
    }
}
