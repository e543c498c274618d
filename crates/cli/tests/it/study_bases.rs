//! `advlab run` on a study of bases, on drawn digits; and on photographs, where they are at hand.

use std::path::Path;

use crate::program::{Place, Told, interrupt};

fn quick() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../experiments/bases-mnist-quick.toml").display().to_string()
}

#[test]
fn layers_are_looked_at_and_trainings_compared_and_a_break_changes_nothing() {
    let place = Place::new();
    let whole = place.run(&format!("run {} --out whole", quick())).done();
    for wanted in ["random directions", "The same net trained again", "S1  ", "M4  ", "control, small scores"] {
        assert!(whole.out.contains(wanted), "{wanted}: {}", whole.out);
    }
    for file in [
        "differences.png",
        "sweep.png",
        "likeness.png",
        "sheets/top-small.png",
        "sheets/top-maps.png",
        "sheets/synthesized-small-dense1.png",
        "report.html",
        "report.md",
    ] {
        assert!(place.path("whole").join(file).is_file(), "{file}");
    }
    // Two hidden layers and the scores of each net, six measures each; a pair of trainings for each hidden layer.
    assert_eq!(place.rows("whole/comparisons.csv").len(), 6 * 6);
    assert_eq!(place.rows("whole/likeness.csv").len(), 4);

    let child = place.start(&format!("run {} --out broken", quick()));
    place.wait_for_cell("broken", "small-1");
    interrupt(&child);
    let told = Told::of(child.wait_with_output().unwrap());
    // It may have been quicker than the signal.
    assert!(told.code == 0 || (told.code == 1 && told.err.contains("--out broken --resume")), "{told:?}");
    place.run(&format!("run {} --out broken --resume", quick())).done();
    for file in ["comparisons.csv", "likeness.csv", "synthesized.csv"] {
        assert_eq!(place.bytes(&format!("whole/{file}")), place.bytes(&format!("broken/{file}")), "{file}");
    }
}

/// A net of ImageNet on photographs, as a user's own file asks for it.
#[test]
fn photographs_drive_layers_of_a_net_that_is_known() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("ADVLAB_DATA").map_or(folder, Into::into);
    if !folder.join("imagenet/mobilenet_v1_0.25_128.pt").is_file() {
        eprintln!(
            "skipped: {} holds no `imagenet` with nets and photographs; name its folder in ADVLAB_DATA",
            folder.display()
        );
        return;
    }
    let place = Place::new();
    place.file(
        "bases.toml",
        r#"
kind = "bases"
name = "photos"
seed = 1
source = "nowhere"
photos = "imagenet/photos"
views = 3
top = 4
batch = 8
shown = 4

[[known]]
net = { name = "mobilenet", model = "imagenet/mobilenet_v1_0.25_128.pt", input = "3x128x128", classes = "imagenet/labels.txt" }
layers = ["blocks.12"]
"#,
    );
    let told = Told::of(place.command("run bases.toml --out r --data").arg(&folder).output().unwrap()).done();
    assert!(told.out.contains("mobilenet  blocks.12") && told.out.contains("S1  "), "{}", told.out);
    assert!(place.path("r/sheets/top-mobilenet.png").is_file());
    let report = place.text("r/report.md");
    assert!(report.contains("75 views of 25 photographs"), "{report}");
}

#[test]
fn mistakes_are_told_with_their_place() {
    let place = Place::new();
    let text = std::fs::read_to_string(quick()).unwrap();
    for (old, new, wanted) in [
        (
            "layer = \"dense1\"",
            "layer = \"dense7\"",
            "`dense7` is none of the layers of small that are looked at: dense1, dense2, scores",
        ),
        ("net = \"small\", layer", "net = \"none\", layer", "synthesize[0]: no net `none`; there are small, maps"),
        ("steps = 32", "stesp = 32", "unknown field `stesp`"),
        ("top = 8", "top = 0", "`top` must be at least 1"),
        ("test = 1000", "test = 8", "8 test pictures are too few for the 8"),
        ("name = \"maps\"", "name = \"small\"", "names small twice"),
        ("trainings = 2", "trainings = 2\nviews = 2", "`views` are of `photos`"),
        ("trainings = 2", "trainings = 2\nphotos = \"p\"", "not both"),
    ] {
        assert!(text.contains(old), "{old}");
        place.file("study.toml", text.replacen(old, new, 1));
        place.run("run study.toml --out r").refused(&[wanted]);
    }
}
