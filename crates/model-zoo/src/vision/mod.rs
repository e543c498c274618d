//! Nets trained on ImageNet: architectures of torchvision, with the weights that it publishes.
//!
//! They are computed with torchvision's own names and layers, one file for each family, and not with the `vision` module of the
//! bindings: that one keeps the size of the first batch when it is exported, panics where shapes do not fit, and pads
//! EfficientNet in TensorFlow's way, for which these weights were not trained.

mod catalogue;
mod net;
mod pass;
mod pull;
mod tensors;

mod alexnet;
mod densenet;
mod efficientnet;
mod mobilenet;
mod resnet;
mod squeezenet;
mod vgg;

pub use catalogue::{VisionEntry, vision};
pub use net::VisionNet;
pub use pull::{Came, pulled};
