//! `advlab run` on a study of perceptrons, whole and in shards.

use crate::program::Place;

const TINY: &str = r#"
kind = "perceptrons"
name = "tiny"
seed = 1
source = "nowhere"
repeats = 2
parities = [3]
lines = { few = 4, many = 15, train = 40, test = 300, noise = 0.1 }
training = { steps = 100, starts = 3 }
"#;

#[test]
fn shards_come_to_the_same_as_the_whole() {
    let place = Place::new();
    place.file("tiny.toml", TINY);
    let whole = place.run("run tiny.toml --out whole").done();
    for wanted in ["four-lines-noisy", "M1  ", "M2  "] {
        assert!(whole.out.contains(wanted), "{wanted}: {}", whole.out);
    }
    for shard in ["1/2", "2/2"] {
        place.run(&format!("run tiny.toml --out parts --shard {shard}")).done();
    }
    place.run("merge parts").done();
    for file in ["nets.csv", "trainings.csv", "problems.png", "overfitting.png", "test-errors.png", "curves.png"] {
        assert_eq!(place.bytes(&format!("whole/{file}")), place.bytes(&format!("parts/{file}")), "{file}");
    }
}
