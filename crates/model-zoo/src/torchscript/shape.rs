//! What pictures a net takes, where nobody says so.

use std::path::Path;

use advlab_core::InputShape;
use tch::{Device, Kind, Tensor, no_grad};

use super::net::{load, scores_of_one};
use crate::{Error, Result};

/// Sides of the colour pictures that nets are commonly made for.
const SIDES: [i64; 12] = [32, 64, 96, 128, 160, 192, 224, 240, 256, 288, 299, 384];

/// The one common shape that the net in a TorchScript file takes: MNIST's, or RGB of a common side.
///
/// # Errors
/// [`Error::File`] if none or several fit, or the file cannot be read.
pub(crate) fn find_input(file: &Path) -> Result<InputShape> {
    let fail = |why: String| Error::File { file: file.to_owned(), why };
    let module = load(file, Device::Cpu)?;
    let colour = SIDES.map(|side| InputShape { channels: 3, height: side, width: side });
    let fits = |shape: &InputShape| {
        let black = Tensor::zeros(shape.batch(1), (Kind::Float, Device::Cpu));
        no_grad(|| scores_of_one(&module, &black)).is_ok_and(|(_, out)| matches!(out.size()[..], [1, k] if k > 1))
    };
    let mut fitting = Vec::new();
    for shape in [InputShape::MNIST].into_iter().chain(colour) {
        if fits(&shape) {
            fitting.push(shape);
        }
        if fitting.len() > 1 {
            let (a, b) = (fitting[0], fitting[1]);
            return Err(fail(format!(
                "takes pictures of more than one size ({a}, {b} and perhaps others); give the right one with --input-shape"
            )));
        }
    }
    fitting.pop().ok_or_else(|| {
        let why = "a TorchScript file does not say what pictures it takes; give --input-shape, such as 1x28x28";
        fail(why.to_owned())
    })
}
