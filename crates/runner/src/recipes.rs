//! How the nets of the zoo are trained, by name; and the same from a user's file.

use std::path::Path;

use advlab_model_zoo::{Cost, ModelSpec, Output, Schedule, TrainOptimizer, TrainSpec, read_toml};
use anyhow::{Context as _, Result, bail};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::data::DataSpec;

/// The experiment that trains the embedded nets is the one place where their settings stand.
const EMBEDDED: &str = include_str!("../../../experiments/embedded-nets.toml");

/// The same for the nets of the studies on pictures of cells, which are too large to come trained.
const CELLS: &str = include_str!("../../../experiments/cell-nets.toml");

/// A net and how to train it.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Recipe {
    /// What the net is called; a file's own name where it does not say.
    #[serde(default)]
    pub name: String,
    /// Architecture.
    pub model: ModelSpec,
    /// Settings of the training.
    #[serde(default)]
    training: Option<TrainSpec>,
    /// Its own data; unset takes those of the file, or MNIST.
    #[serde(default)]
    pub data: Option<DataSpec>,
}

impl Recipe {
    /// Settings of the training, plain ones where none are given.
    pub fn training(&self) -> TrainSpec {
        self.training.clone().unwrap_or(TrainSpec {
            epochs: 20,
            batch: 100,
            cost: if self.model.output == Output::Sigmoid { Cost::Quadratic } else { Cost::CrossEntropy },
            optimizer: TrainOptimizer::Adam,
            rate: 0.002,
            schedule: Schedule::Cosine,
            decay: 0.01,
            penalty: Vec::new(),
            start_sd: None,
            augment: None,
            pretrain: None,
            l2: 0.0,
            early_stop: None,
            mixed_precision: false,
        })
    }
}

/// Nets to train: an experiment of kind `train`.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Nets {
    /// Always `train`.
    pub kind: String,
    /// Data for all of them that have none of their own.
    pub data: DataSpec,
    /// Seed for all of them.
    pub seed: u64,
    /// The nets.
    #[schemars(length(min = 1))]
    pub nets: Vec<Recipe>,
}

impl Nets {
    /// Checks every setting that does not depend on data.
    ///
    /// # Errors
    /// The first that cannot be used, by its path in the file.
    pub fn check(&self) -> Result<()> {
        let mut names = std::collections::BTreeSet::new();
        for (index, net) in self.nets.iter().enumerate() {
            net.training().check().with_context(|| format!("nets[{index}] (`{}`): training", net.name))?;
            if !names.insert(&net.name) {
                bail!("`nets` names {} twice", net.name);
            }
        }
        Ok(())
    }
}

/// The nets that come with advlab.
pub fn embedded() -> Vec<Recipe> {
    toml::from_str::<Nets>(EMBEDDED).expect("tested").nets
}

/// All recipes that have a name: those of the nets that come with advlab, and of the nets for pictures of cells.
pub fn named() -> Vec<Recipe> {
    let cells: Nets = toml::from_str(CELLS).expect("tested");
    let own = |recipe: Recipe| Recipe { data: Some(recipe.data.unwrap_or_else(|| cells.data.clone())), ..recipe };
    embedded().into_iter().chain(cells.nets.into_iter().map(own)).collect()
}

/// The data that a net of the zoo was made for, where they are not MNIST.
pub fn own_data(model: &str) -> Option<DataSpec> {
    named().into_iter().find(|recipe| recipe.name == model)?.data
}

/// The recipe of a net of the zoo, or of a TOML file.
///
/// # Errors
/// A name that is neither; a file that cannot be read or understood.
pub fn find(model: &str) -> Result<Recipe> {
    let named = named();
    if let Some(recipe) = named.iter().find(|recipe| recipe.name == model) {
        return Ok(recipe.clone());
    }
    let file = Path::new(model);
    if file.extension().is_none_or(|extension| extension != "toml") {
        let names: Vec<String> = named.into_iter().map(|recipe| recipe.name).collect();
        let near = strsim::jaro_winkler;
        let nearest = names.iter().max_by(|a, b| near(a, model).total_cmp(&near(b, model)));
        let nearest = nearest.filter(|name| near(name, model) > 0.7);
        let nearest = nearest.map_or_else(String::new, |name| format!(", did you mean `{name}`?"));
        bail!("unknown recipe `{model}`{nearest}; there are {}, and TOML files with a [model] table", names.join(", "));
    }
    let mut recipe: Recipe = read_toml(file)?;
    if recipe.name.is_empty() {
        recipe.name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    }
    Ok(recipe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_recipes_can_be_trained() {
        for recipe in named() {
            recipe.training().check().unwrap();
            assert!(!recipe.name.is_empty());
        }
        let szegedy: Nets = toml::from_str(include_str!("../../../experiments/szegedy-nets.toml")).unwrap();
        for recipe in szegedy.nets {
            recipe.training().check().unwrap();
        }
        assert!(find("no-such-net").unwrap_err().to_string().contains("shallow"));
        let set = |name: &str| own_data(name).map(|data| data.set);
        assert_eq!((set("objects"), set("cnn")), (Some("objects".to_owned()), None));
    }
}
