//! The steps of a net as maps, for those who measure how far each can stretch a difference.

use tch::Tensor;

/// A convolution without its bias: what it does to the difference of two inputs.
#[derive(Debug)]
pub struct Convolution {
    /// `[C_out, C_in / groups, height, width]`.
    pub weights: Tensor,
    /// Steps down and to the right between two positions.
    pub stride: [i64; 2],
    /// Zeros above and below, and to the left and right.
    pub padding: [i64; 2],
    /// Distance of a kernel's elements.
    pub dilation: [i64; 2],
    /// Number of groups of channels; each sees its own inputs only.
    pub groups: i64,
    /// Height and width of the maps that come in, without the padding.
    pub input: [i64; 2],
}

/// What a step does, as far as differences are concerned.
#[derive(Debug)]
pub enum Step {
    /// A matrix `[out, in]`.
    Dense(Tensor),
    /// A convolution.
    Convolution(Convolution),
    /// A factor for each channel: a batch normalisation with the statistics of its training, or the scaling of pictures.
    Scale(Vec<f64>),
    /// The largest value of each window.
    MaxPool {
        /// Height and width of a window.
        size: [i64; 2],
        /// Steps between two windows.
        stride: [i64; 2],
    },
    /// The mean of each window.
    MeanPool {
        /// Height and width of a window.
        size: [i64; 2],
        /// Steps between two windows.
        stride: [i64; 2],
    },
    /// A function of each value on its own.
    Activation {
        /// What it is called, such as `relu`.
        name: &'static str,
        /// Its largest slope, the Lipschitz constant.
        slope: f64,
    },
}

/// A step and the layer that it is.
#[derive(Debug)]
pub struct Operator {
    /// Name of the layer, as far as possible that of [`Classifier::layers`](crate::Classifier::layers).
    pub name: String,
    /// What it does.
    pub step: Step,
}

/// The steps of a net from the picture to the scores, in the order of computation.
#[derive(Debug, Default)]
pub struct Operators {
    /// The steps that could be read.
    pub steps: Vec<Operator>,
    /// What the net does besides, in words: branches, and steps that could not be read. Where there is any of it, the product over
    /// the steps is no bound for the net.
    pub besides: Vec<String>,
}

impl Operators {
    /// Whether the net is nothing but these steps, one after the other.
    pub const fn is_chain(&self) -> bool {
        self.besides.is_empty()
    }
}

impl Convolution {
    /// Height and width of the maps that come out; less than 1 where the kernel does not fit.
    pub fn output(&self) -> [i64; 2] {
        let seen = self.seen();
        [0, 1].map(|side| (self.input[side] + 2 * self.padding[side] - seen[side]).div_euclid(self.stride[side]) + 1)
    }

    /// Height and width of what one output sees, the dilation counted.
    pub fn seen(&self) -> [i64; 2] {
        let size = self.weights.size();
        [0, 1].map(|side| self.dilation[side] * (size[2 + side] - 1) + 1)
    }
}

impl crate::Activation {
    /// Its largest slope: ¼ for sigmoids, 1 for the others.
    pub const fn slope(self) -> f64 {
        match self {
            Self::Sigmoid => 0.25,
            Self::Tanh | Self::Relu => 1.0,
        }
    }

    /// As specs write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sigmoid => "sigmoid",
            Self::Tanh => "tanh",
            Self::Relu => "relu",
        }
    }
}
