//! Names of the pictures that a run writes.

use advlab_core::{Aim, Classifier};

use super::example::Example;
use crate::labels;

/// Folder of the pictures.
pub(super) const PICTURES: &str = "pictures";

/// The result of search `index` at a picture called `stem`: `pictures/000003-car-to-ostrich.png`.
pub(super) fn file(index: u64, stem: &str, aim: Aim, net: &dyn Classifier) -> String {
    let stem: String = stem.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).take(60).collect();
    let class = labels::file_name(&net.classes()[aim.class() as usize]);
    match aim {
        Aim::Target(_) => format!("{PICTURES}/{index:06}-{stem}-to-{class}.png"),
        Aim::Away(_) => format!("{PICTURES}/{index:06}-{stem}-not-{class}.png"),
    }
}

/// The triptych beside a result.
pub(crate) fn triptych(result: &str) -> String {
    result.replace(".png", "-triptych.png")
}

/// The result at the picture's own size, beside it.
pub(super) fn own_size(result: &str) -> String {
    result.replace(".png", "-own-size.png")
}

/// The file of an example's result.
pub(super) fn result(example: &Example, net: &dyn Classifier) -> String {
    file(example.found.index, &example.stem, example.found.aim, net)
}
