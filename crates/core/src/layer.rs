//! Places in a net whose values can be read.

use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// Names that an error writes out before it only says how many there are.
const MOST_NAMES: usize = 40;

/// Names that it writes out where there are more.
const FEW_NAMES: usize = 8;

/// A place in a net whose values can be read, by the name of the layer that puts them out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layer {
    /// Its name, such as `dense1`, `features.18` or [`SCORES`](Self::SCORES).
    pub name: String,
    /// Shape of its values for one picture: `[D]`, or `[C, H, W]` for maps.
    pub shape: Vec<i64>,
    /// Whether its values are the net's scores.
    pub is_scores: bool,
}

impl Layer {
    /// Name of the scores, which every net has as its last layer.
    pub const SCORES: &'static str = "scores";

    /// The scores of a net of so many classes.
    pub fn scores(n_classes: usize) -> Self {
        Self { name: Self::SCORES.to_owned(), shape: vec![n_classes as i64], is_scores: true }
    }

    /// Number of values for one picture.
    pub fn len(&self) -> usize {
        self.shape.iter().product::<i64>() as usize
    }

    /// Whether it has no values; a layer of a net that works always has some.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether its values are maps: channels of rows of columns.
    pub fn is_map(&self) -> bool {
        self.shape.len() == 3
    }

    /// Its shape as people write it, such as `100` or `32x14x14`.
    pub fn shape_text(&self) -> String {
        self.shape.iter().map(ToString::to_string).collect::<Vec<_>>().join("x")
    }

    /// The layer that a user means: the one of this name, else the one of this name in other letters (`Conv1`), else the only
    /// one whose name contains the text, or the only one that ends with it where several contain it.
    ///
    /// `net` is the net as the user calls it, for the message.
    ///
    /// # Errors
    /// [`Error::ManyLayers`] if the text fits several; [`Error::UnknownLayer`] if it fits none.
    pub fn find<'a>(layers: &'a [Self], text: &str, net: &str) -> Result<&'a Self> {
        if let Some(layer) = layers.iter().find(|layer| layer.name == text) {
            return Ok(layer);
        }
        let wanted = text.to_lowercase();
        let fitting = |fits: fn(&str, &str) -> bool| -> Vec<&Self> {
            layers.iter().filter(|layer| fits(&layer.name.to_lowercase(), &wanted)).collect()
        };
        let looser: [fn(&str, &str) -> bool; 3] =
            [|name, text| name == text, |name, text| name.ends_with(text), |name, text| name.contains(text)];
        for fits in looser {
            if let [only] = fitting(fits)[..] {
                return Ok(only);
            }
        }
        let containing = fitting(|name, text| name.contains(text));
        let names = |layers: &[&Self]| layers.iter().map(|layer| layer.name.as_str()).collect::<Vec<_>>().join(", ");
        let (who, layer) = (net.to_owned(), text.to_owned());
        if !containing.is_empty() {
            let (first, more) = containing.split_at(containing.len().min(FEW_NAMES));
            let more = if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
            return Err(Error::ManyLayers { who, layer, fitting: names(first) + &more });
        }
        if layers.len() == 1 {
            let known = format!("its scores alone can be read; `advlab models show {who}` says why");
            return Err(Error::UnknownLayer { who, layer, known });
        }
        let mut all: Vec<&Self> = layers.iter().collect();
        if all.len() <= MOST_NAMES {
            return Err(Error::UnknownLayer { known: format!("it has {}", names(&all)), who, layer });
        }
        let near = |layer: &&Self| strsim::jaro_winkler(&layer.name.to_lowercase(), &wanted);
        all.sort_by(|a, b| near(b).total_cmp(&near(a)));
        let known = format!(
            "of its {} layers the closest are {}; `advlab models show {who}` lists all",
            all.len(),
            names(&all[..FEW_NAMES])
        );
        Err(Error::UnknownLayer { who, layer, known })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layers(names: &[&str]) -> Vec<Layer> {
        names.iter().map(|name| Layer { name: (*name).to_owned(), shape: vec![4, 2, 3], is_scores: false }).collect()
    }

    fn found(names: &[&str], text: &str) -> Result<String, String> {
        let layers = layers(names);
        Layer::find(&layers, text, "net").map(|layer| layer.name.clone()).map_err(|error| error.to_string())
    }

    #[test]
    fn shapes_are_written_as_people_do() {
        let map = &layers(&["conv1"])[0];
        assert_eq!((map.shape_text().as_str(), map.len(), map.is_map()), ("4x2x3", 24, true));
        let scores = Layer::scores(10);
        assert_eq!((scores.shape_text().as_str(), scores.is_map(), scores.is_scores), ("10", false, true));
    }

    #[test]
    fn a_layer_is_found_by_what_was_typed() {
        let own = ["conv1.pre", "conv1", "pool1", "dense1.pre", "dense1", "scores"];
        for (text, wanted) in [("conv1", "conv1"), ("Dense1", "dense1"), ("SCORES", "scores"), ("pool", "pool1")] {
            assert_eq!(found(&own, text).unwrap(), wanted);
        }
        let resnet = ["layer1.0", "layer1.1", "layer4.1", "layer4.10"];
        assert_eq!(found(&resnet, "layer4.1").unwrap(), "layer4.1", "the whole name goes first");
        assert_eq!(found(&resnet, "4.1").unwrap(), "layer4.1", "the end of a name goes before its middle");
        assert_eq!(found(&["Conv", "conv"], "conv").unwrap(), "conv");
        assert_eq!(found(&["features.denseblock3", "features.denseblock4"], "block4").unwrap(), "features.denseblock4");
    }

    #[test]
    fn a_text_that_fits_several_layers_names_them() {
        let told = found(&["conv1.pre", "conv1", "conv2", "scores"], "conv").unwrap_err();
        assert_eq!(told, "`conv` could be several layers of net: conv1.pre, conv1, conv2; write one of these in full");
        let many: Vec<String> = (0..30).map(|number| format!("features.{number}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let told = found(&many, "features").unwrap_err();
        assert!(told.contains("features.7 and 22 more; write"), "{told}");
    }

    #[test]
    fn a_text_that_fits_no_layer_names_those_there_are() {
        let told = found(&["conv1", "scores"], "fc").unwrap_err();
        assert_eq!(told, "net has no layer `fc`; it has conv1, scores");
        let told = found(&["scores"], "fc").unwrap_err();
        assert_eq!(told, "net has no layer `fc`; its scores alone can be read; `advlab models show net` says why");
        let many: Vec<String> = (0..50).map(|number| format!("blocks.{number}.conv")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let told = found(&many, "block.17.conv").unwrap_err();
        assert!(
            told.starts_with("net has no layer `block.17.conv`; of its 50 layers the closest are blocks.17.conv, ")
        );
        assert!(told.ends_with("; `advlab models show net` lists all"), "{told}");
    }
}
