//! `advlab run` on a study of training with adversarial examples, on drawn digits.

use std::path::Path;

use crate::program::{Place, Told, interrupt};

fn quick() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../experiments/adversarial-training-quick.toml")
        .display()
        .to_string()
}

#[test]
fn a_net_is_trained_with_examples_and_without_and_a_break_changes_nothing() {
    let place = Place::new();
    let whole = place.run(&format!("run {} --out whole", quick())).done();
    for wanted in ["pools for all layers", "mean minimum distortion", "S7  "] {
        assert!(whole.out.contains(wanted), "{wanted}: {}", whole.out);
    }
    let rows = place.rows("whole/trainings.csv");
    assert_eq!(rows.len(), 4);
    let pools: Vec<u64> = rows.iter().map(|row| row[7].parse().unwrap()).collect();
    assert!(pools[..2] == [0, 0] && pools[2..].iter().all(|n| (301..=900).contains(n)), "{pools:?}");
    for file in ["errors.png", "distortion.png", "curves.png", "report.html", "nets/layers-2.safetensors"] {
        assert!(place.path("whole").join(file).is_file(), "{file}");
    }

    let child = place.start(&format!("run {} --out broken", quick()));
    place.wait_for_cell("broken", "without-1");
    interrupt(&child);
    let told = Told::of(child.wait_with_output().unwrap());
    // It may have been quicker than the signal.
    assert!(told.code == 0 || (told.code == 1 && told.err.contains("--out broken --resume")), "{told:?}");
    place.run(&format!("run {} --out broken --resume", quick())).done();
    let errors = |out: &str| {
        let rows = place.rows(&format!("{out}/trainings.csv"));
        rows.iter().map(|row| row.iter().take(8).map(str::to_owned).collect::<Vec<_>>()).collect::<Vec<_>>()
    };
    assert_eq!(errors("whole"), errors("broken"));
}
