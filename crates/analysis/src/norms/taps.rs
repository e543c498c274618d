//! The kernels of one group of a convolution, laid out for sums over frequencies.

use advlab_core::Convolution;
use tch::{Device, Kind, no_grad};

use super::dense::check;
use crate::{Error, Result};

/// Kernel elements of one group: for each place in the kernel a matrix.
#[derive(Debug)]
pub(super) struct Taps {
    /// Places of a kernel, down and to the right.
    pub(super) places: [usize; 2],
    /// Outputs and inputs of the group.
    pub(super) channels: [usize; 2],
    /// `[place down][place right][output][input]`, or with inputs before outputs if it lies `across`.
    values: Vec<f64>,
}

impl Taps {
    /// The matrix of a place.
    pub(super) fn matrix(&self, down: usize, right: usize) -> &[f64] {
        let len = self.channels[0] * self.channels[1];
        let at = (down * self.places[1] + right) * len;
        &self.values[at..at + len]
    }
}

/// The groups of a convolution; `across` puts inputs before outputs.
pub(super) fn groups(convolution: &Convolution, across: bool) -> Result<Vec<Taps>> {
    let size = sound(convolution)?;
    let (groups, outputs) = (convolution.groups, size[0] / convolution.groups);
    let (places, channels) = ([size[2] as usize, size[3] as usize], [outputs as usize, size[1] as usize]);
    let all = no_grad(|| -> Result<_> {
        let all = convolution.weights.detach().f_to_device(Device::Cpu)?.f_to_kind(Kind::Double)?;
        let all = all.f_reshape([groups, outputs, size[1], size[2], size[3]])?;
        Ok(if across { all.f_permute([0, 3, 4, 2, 1])? } else { all.f_permute([0, 3, 4, 1, 2])? }.f_contiguous()?)
    })?;
    let one = |group: i64| -> Result<Taps> {
        Ok(Taps { places, channels, values: Vec::<f64>::try_from(all.f_select(0, group)?.f_reshape([-1])?)? })
    };
    (0..groups).map(one).collect()
}

/// Shape of a convolution's weights, if it can be carried out.
///
/// # Errors
/// [`Error::Shape`] for weights that are not those of a two-dimensional convolution, groups that do not divide the channels, steps
/// that are not positive, or maps that are smaller than the kernel; [`Error::NotFinite`] for weights that are not numbers.
pub(super) fn sound(convolution: &Convolution) -> Result<[i64; 4]> {
    let size = convolution.weights.size();
    let wrong = |wanted: &str| Error::Shape { wanted: wanted.to_owned(), got: size.clone() };
    let [outputs, inputs, height, width] = size[..] else {
        return Err(wrong("weights [C_out, C_in / groups, height, width]"));
    };
    if convolution.groups < 1 || outputs % convolution.groups != 0 {
        return Err(wrong("output channels that the groups divide"));
    }
    if convolution.stride.iter().chain(&convolution.dilation).any(|step| *step < 1)
        || convolution.padding.iter().any(|zeros| *zeros < 0)
    {
        return Err(wrong("stride and dilation of at least 1 and a padding of at least 0"));
    }
    check(&convolution.weights)?;
    if convolution.output().iter().any(|side| *side < 1) {
        return Err(Error::Shape {
            wanted: format!("maps no smaller than what the kernel sees, {:?}", convolution.seen()),
            got: convolution.input.to_vec(),
        });
    }
    Ok([outputs, inputs, height, width])
}
