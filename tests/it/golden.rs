//! Numbers that are part of the format: changing one changes every recorded result. If it is meant, say so in the changelog.

use advlab_attacks::noise::{NoiseParams, draw, start_seed};
use advlab_core::Seed;
use advlab_runner::recipes;

/// The start of attempt 0 at class 4 of a run with seed 1: its seed, and its first values for both presets.
const GOLDEN_SEED: u64 = 18_307_373_506_425_169_242;
const GOLDEN_UNIFORM: [f32; 4] = [0.066_689_91, 0.150_541_6, 0.725_705_44, 0.308_005_1];
const GOLDEN_NORMAL: [f32; 4] = [0.139_954_24, 0.302_188_34, 0.150_279_02, 0.356_672_14];

#[test]
fn start_noise_is_the_same_in_every_version() {
    let seed = start_seed(Seed::new(1), 4, 0);
    assert_eq!(seed.get(), GOLDEN_SEED);
    assert_eq!(draw(&NoiseParams::default(), &[seed], 784)[..4], GOLDEN_UNIFORM);
    assert_eq!(draw(&NoiseParams::published(), &[seed], 784)[..4], GOLDEN_NORMAL);
}

#[test]
fn recipes_are_the_same_in_every_version() {
    for (name, golden) in
        [("default", include_str!("golden/default.json")), ("published", include_str!("golden/published.json"))]
    {
        let now = serde_json::to_value(NoiseParams::preset(name).unwrap()).unwrap();
        assert_eq!(now, serde_json::from_str::<serde_json::Value>(golden).unwrap(), "{name}");
    }
    for recipe in recipes::embedded() {
        let card = advlab_model_zoo::embedded().iter().find(|entry| entry.name == recipe.name).unwrap().card().unwrap();
        assert_eq!(card.spec, recipe.model, "{}", recipe.name);
        assert_eq!(card.training.unwrap().spec, recipe.training(), "{}", recipe.name);
    }
}
