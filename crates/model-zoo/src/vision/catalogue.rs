//! The nets known by name: their files, and what they were published with.

use tch::Tensor;

use super::pass::{Pass, Passed};
use super::{alexnet, densenet, efficientnet, mobilenet, resnet, squeezenet, vgg};

/// A net that can be fetched.
#[derive(Clone, Copy, Debug)]
pub struct VisionEntry {
    /// What the user calls it, as torchvision does.
    pub name: &'static str,
    /// Where it was described.
    pub what: &'static str,
    /// Names that the file may have, the one that is fetched first; each carries the first eight hex digits of its SHA-256.
    pub files: &'static [&'static str],
    /// Size of the file in MB.
    pub megabytes: u32,
    /// Weights and biases, in millions.
    pub millions: f64,
    /// Share of ImageNet's validation pictures labelled right, in percent, as torchvision publishes it.
    pub top1: f64,
    /// What the family does besides convolutions, dense layers, normalisations, largest values and ReLU, one after the other.
    pub(super) besides: &'static [&'static str],
    /// From normalised pictures `[N, 3, H, W]` to logits `[N, K]`, telling the pass what each layer puts out.
    pub(super) forward: fn(&Pass<'_>, &Tensor) -> Passed,
}

/// All of them, small ones first.
pub const fn vision() -> &'static [VisionEntry] {
    &ENTRIES
}

/// Folders that hold the files, in the order in which they are tried.
pub(super) const MIRRORS: [&str; 1] = ["https://download.pytorch.org/models/"];

const ENTRIES: [VisionEntry; 9] = [
    VisionEntry {
        name: "squeezenet1_1",
        what: "Iandola et al. 2016",
        files: &["squeezenet1_1-b8a52dc0.pth"],
        megabytes: 5,
        millions: 1.2,
        top1: 58.2,
        besides: &["two convolutions of the same maps stand side by side in each fire module", "mean of each channel"],
        forward: squeezenet::forward,
    },
    VisionEntry {
        name: "mobilenet_v2",
        what: "Sandler et al. 2018",
        files: &["mobilenet_v2-b0353104.pth"],
        megabytes: 14,
        millions: 3.5,
        top1: 71.9,
        besides: &["what comes into a block is added to what it puts out", "mean of each channel"],
        forward: mobilenet::forward,
    },
    VisionEntry {
        name: "efficientnet_b0",
        what: "Tan and Le 2019",
        files: &["efficientnet_b0_rwightman-7f5810bc.pth", "efficientnet_b0_rwightman-3dd342df.pth"],
        megabytes: 21,
        millions: 5.3,
        top1: 77.7,
        besides: &[
            "what comes into a block is added to what it puts out",
            "channels weighted by what all of them hold",
            "mean of each channel",
        ],
        forward: efficientnet::forward,
    },
    VisionEntry {
        name: "densenet121",
        what: "Huang et al. 2017",
        files: &["densenet121-a639ec97.pth"],
        megabytes: 31,
        millions: 8.0,
        top1: 74.4,
        besides: &["what comes into a layer stands beside what it puts out", "mean of each channel"],
        forward: densenet::forward,
    },
    VisionEntry {
        name: "resnet18",
        what: "He et al. 2016",
        files: &["resnet18-f37072fd.pth"],
        megabytes: 45,
        millions: 11.7,
        top1: 69.8,
        besides: &["what comes into a block is added to what it puts out", "mean of each channel"],
        forward: resnet::forward,
    },
    VisionEntry {
        name: "resnet34",
        what: "He et al. 2016",
        files: &["resnet34-b627a593.pth"],
        megabytes: 83,
        millions: 21.8,
        top1: 73.3,
        besides: &["what comes into a block is added to what it puts out", "mean of each channel"],
        forward: resnet::forward,
    },
    VisionEntry {
        name: "resnet50",
        what: "He et al. 2016",
        files: &["resnet50-0676ba61.pth"],
        megabytes: 98,
        millions: 25.6,
        top1: 76.1,
        besides: &["what comes into a block is added to what it puts out", "mean of each channel"],
        forward: resnet::forward,
    },
    VisionEntry {
        name: "alexnet",
        what: "Krizhevsky 2014",
        files: &["alexnet-owt-7be5be79.pth"],
        megabytes: 233,
        millions: 61.1,
        top1: 56.5,
        besides: &[],
        forward: alexnet::forward,
    },
    VisionEntry {
        name: "vgg16",
        what: "Simonyan and Zisserman 2015",
        files: &["vgg16-397923af.pth"],
        megabytes: 528,
        millions: 138.4,
        top1: 71.6,
        besides: &[],
        forward: vgg::forward,
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vision::pull::digits;

    #[test]
    fn every_file_carries_its_sum() {
        for entry in vision() {
            assert!(!entry.files.is_empty(), "{}", entry.name);
            for file in entry.files {
                let sum = digits(file).unwrap_or_else(|| panic!("{file}"));
                assert!(sum.len() == 8 && sum.chars().all(|c| c.is_ascii_hexdigit() && !c.is_uppercase()), "{file}");
            }
        }
    }
}
