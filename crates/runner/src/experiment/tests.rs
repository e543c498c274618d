//! Files with mistakes in them, and files without.

use std::fs;
use std::path::Path;

use super::{Experiment, File, KINDS, Kind};

/// What the files in a folder come to when `main.toml` is read.
fn told(files: &[(&str, &str)]) -> Result<File, Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    File::read(&folder.path().join("main.toml")).map_err(|mistakes| {
        let cut = format!("{}/", folder.path().display());
        mistakes.iter().map(|mistake| mistake.to_string().replace(&cut, "")).collect()
    })
}

fn mistakes(text: &str) -> Vec<String> {
    told(&[("main.toml", text)]).expect_err(text)
}

/// A small file of kind `transfer`, with one thing replaced.
fn transfer(old: &str, new: &str) -> String {
    let text = Kind::named("transfer").unwrap().example;
    assert!(text.contains(old), "{old}");
    text.replacen(old, new, 1)
}

#[test]
fn the_files_that_come_with_advlab_can_be_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../experiments");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut n = 0;
    for file in files.filter(|file| file.extension().is_some_and(|extension| extension == "toml")) {
        let read = File::read(&file).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(read.len(), 1, "{}", file.display());
        n += 1;
    }
    assert!(n > 10);
    for kind in KINDS {
        let read = told(&[("main.toml", kind.example)]).unwrap_or_else(|error| panic!("{}: {error:?}", kind.name));
        assert_eq!(read.point(0).experiment().kind(), kind.name);
    }
}

#[test]
fn every_kind_of_mistake_is_told_with_its_place() {
    let cases: &[(String, &str)] = &[
        ("kind = [".to_owned(), "main.toml:1:"),
        (String::new(), "main.toml:1:1: `kind`: missing; it says what the file asks for: `adversarial-training`"),
        ("\nkind = 'nois'".to_owned(), "main.toml:2:8: `kind`: unknown kind `nois`; did you mean `noise`?"),
        ("kind = 3".to_owned(), "`kind`: wanted one of `adversarial-training`"),
        (
            transfer("trainings = 2", "traings = 2"),
            "main.toml:6:1: `traings`: unknown setting; did you mean `trainings`?",
        ),
        (
            transfer("trainings = 2", ""),
            "main.toml:1:1: `trainings`: missing; it is a whole number, at least 1 (How often",
        ),
        (transfer("\nn = 20", "\nn = -20"), "main.toml:8:5: `n`: wanted a whole number, at least 1, got -20"),
        (transfer("\nn = 20", "\nn = 2.5"), "`n`: wanted a whole number, at least 1, got 2.5"),
        (transfer("\nn = 20", "\nn = 'many'"), "`n`: wanted a whole number, at least 1, got the text \"many\""),
        (transfer("clip = false", "clip = 0"), "`clip`: wanted true or false, got 0"),
        (
            transfer("pictures = \"test\"", "pictures = \"tset\""),
            "`pictures`: unknown word \"tset\"; did you mean `test`?",
        ),
        (
            transfer("\"adam\"", "\"adm\""),
            "main.toml:19:74: `nets.0.training.optimizer`: unknown word \"adm\"; did you mean `adam`?",
        ),
        (
            transfer("activation = \"sigmoid\", ", ""),
            "main.toml:18:9: `nets.0.model.activation`: missing; it is `sigmoid`, `tanh`, `relu`",
        ),
        (transfer("hidden = [30]", "hidden = [30, 'x']"), "`nets.1.model.hidden.1`: wanted a whole number"),
        (transfer("hidden = [30]", "hidden = [30], input = '28by28'"), "`nets.1.model.input`: "),
        (
            transfer("hidden = [30]", "layers = [{ dens = 3 }]"),
            "`nets.1.model.layers.0.dens`: unknown setting; did you mean `dense`?",
        ),
        (
            transfer("hidden = [30]", "layers = [{ pool = 'x' }]"),
            "`nets.1.model.layers.0.pool`: wanted a whole number or a table, got the text",
        ),
        (
            transfer("hidden = [30]", "hidden = [30], layers = [{ dense = 3 }]"),
            "main.toml:24:1: nets[1]: model: model spec: give `hidden` or `layers`, not both",
        ),
        (
            transfer("claims = [\"S3\", \"S4\"]", "claims = [\"S3\", \"S5\"]"),
            "main.toml:4:1: `claims` names S5, which needs nets of both halves",
        ),
        (transfer("rate = 0.01", "rate = 0"), "`nets.0.training.rate`: wanted a number, above 0, got 0"),
        (
            transfer("method = \"minimal\"", "method = \"minimal\", norm = \"linf\""),
            "main.toml:13:1: attack: minimal has no",
        ),
        (transfer("[[nets]]", "[[net]]"), "`net`: unknown setting; did you mean `nets`?"),
        (
            "kind = 'generate'\ntargets = ['1']\nmax-attempts = 3".to_owned(),
            "main.toml:3:1: `max-attempts` must be at least `n`",
        ),
        (
            "kind = 'perturb'\nwish = 'untargetted'\ninput = { images = { files = ['a.png'] } }".to_owned(),
            "`wish`: unknown word \"untargetted\"; did you mean `untargeted`?",
        ),
        ("kind = 'eval'\ndevice = 'gpu'".to_owned(), "main.toml:2:10: `device`: "),
        ("kind = 'eval'\ninclude = 3".to_owned(), "main.toml:2:11: `include`: wanted the path of a file"),
        ("kind = 'eval'\ninclude = 'none.toml'".to_owned(), "main.toml:2:11: `include`: none.toml cannot be read"),
        ("kind = 'eval'\n[sweep]".to_owned(), "main.toml:2:1: `sweep`: varies nothing"),
        ("kind = 'eval'\nsweep.cros.seed = [1]".to_owned(), "`sweep.cros`: unknown setting; did you mean `cross`?"),
        (
            "kind = 'eval'\nsweep.cross.seed = []".to_owned(),
            "main.toml:2:20: `sweep: seed`: the list of values is empty",
        ),
        ("kind = 'eval'\nsweep.cross.seed = '5..1'".to_owned(), "the range \"5..1\" holds no number"),
        ("kind = 'eval'\nsweep.cross.seed = 7".to_owned(), "wanted a list of values, or a range"),
        (
            "kind = 'eval'\nsweep.cross.sed = [1]".to_owned(),
            "`sweep: sed`: there is no setting `sed`; did you mean `seed`?",
        ),
        ("kind = 'eval'\nsweep.cross.kind = ['eval']".to_owned(), "belongs to the file as a whole"),
        (
            "kind = 'eval'\nsweep.cross.seed = [1, -1]".to_owned(),
            "main.toml:2:24: `sweep: seed`: wanted a whole number, at least 0, got -1",
        ),
        (
            "kind = 'eval'\nsweep.cross.seed = '0..2000'\nsweep.cross.\"data.seed\" = '0..501'".to_owned(),
            "wanted at most 1000000 points, got 1002000",
        ),
        (
            "kind = 'eval'\nsweep.zip = { seed = [1, 2], \"data.seed\" = [3] }".to_owned(),
            "`sweep: data.seed`: has 1 values, and `seed` has 2",
        ),
        ("kind = 'eval'\nsweep = { zip = { seed = [1] }, cross = { seed = [2] } }".to_owned(), "is varied twice"),
        (
            transfer("kind = \"transfer\"", "kind = \"transfer\"\nsweep.cross.\"nets.2.title\" = ['a']"),
            "`nets` has 2 entries, numbered from 0; got 2",
        ),
        (
            transfer("kind = \"transfer\"", "kind = \"transfer\"\nsweep.cross.\"nets.title\" = ['a']"),
            "`nets` is a list, so a number must follow, as in `nets.0`",
        ),
        (
            transfer("kind = \"transfer\"", "kind = \"transfer\"\nsweep.cross.\"attack.norm\" = ['l2', 'linf']"),
            "(in the point with attack.norm = \"linf\")",
        ),
    ];
    let missed = cases.iter().filter_map(|(text, wanted)| {
        let told = mistakes(text);
        let is_told = told.iter().any(|one| one.contains(wanted)) && told.iter().all(|one| !one.contains('\n'));
        (!is_told).then(|| format!("{wanted}\n{told:#?}"))
    });
    let missed: Vec<String> = missed.collect();
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn all_mistakes_are_told_at_once_in_order() {
    let text =
        transfer("seed = 1", "sed = 1").replace("trainings = 2", "trainings = 'two'").replace("rate = 0.01", "rte = 1");
    let told = mistakes(&text);
    let starts: Vec<&str> = told.iter().map(|one| one.split("; ").next().unwrap()).collect();
    assert_eq!(
        starts,
        [
            "main.toml:1:1: `seed`: missing",
            "main.toml:3:1: `sed`: unknown setting",
            "main.toml:6:13: `trainings`: wanted a whole number, at least 1, got the text \"two\"",
            "main.toml:19:12: `nets.0.training.rate`: missing",
            "main.toml:19:82: `nets.0.training.rte`: unknown setting",
            "main.toml:25:12: `nets.1.training.rate`: missing",
            "main.toml:25:82: `nets.1.training.rte`: unknown setting",
        ]
    );
    let syntax = mistakes("kind = 'eval'\nseed = = 1\nmodel = 'a\n");
    assert!(syntax.len() >= 2 && syntax[0].starts_with("main.toml:2:8: "), "{syntax:#?}");
}

#[test]
fn a_file_takes_over_what_it_includes_and_changes_it() {
    let base = "kind = 'generate'\ntargets = ['1', '2']\nn = 7\n[noise]\nrate = 0.5\nsteps = 9\n";
    let file = told(&[
        ("base.toml", base),
        ("seeds.toml", "seed = 5\nn = 8"),
        ("main.toml", "include = ['base.toml', 'seeds.toml']\ntargets = ['3']\n[noise]\nsteps = 4"),
    ])
    .unwrap();
    let Experiment::Generate(spec) = file.point(0).experiment() else { panic!("{}", file.kind()) };
    assert_eq!((spec.n, spec.seed, spec.targets.join(" ")), (8, 5, "3".to_owned()));
    assert_eq!((spec.noise.rate, spec.noise.steps, spec.max_attempts), (0.5, 4, 160));

    let wrong = told(&[("base.toml", "kind = 'eval'\nsed = 1"), ("main.toml", "include = 'base.toml'")]).unwrap_err();
    assert_eq!(wrong, ["base.toml:2:1: `sed`: unknown setting; did you mean `seed`?"]);
    let circle = [("main.toml", "include = 'b.toml'"), ("b.toml", "\ninclude = 'main.toml'")];
    assert_eq!(
        told(&circle).unwrap_err(),
        ["b.toml:2:11: `include`: files include each other in a circle: main.toml → b.toml → main.toml"]
    );
}

#[test]
fn commands_take_their_defaults_from_the_same_place_as_flags() {
    let read = |text: &str| told(&[("main.toml", text)]).unwrap().point(0).experiment();
    let Experiment::Perturb(files) = read("kind = 'perturb'\nwish = 'untargeted'\ninput.images.files = ['a.png']")
    else {
        panic!("another kind")
    };
    assert_eq!((files.attack.bits, files.seed), (8, 1));
    let set = "kind = 'perturb'\nwish = 'untargeted'\ninput.data.set.set = 'objects'";
    let Experiment::Perturb(set) = read(set) else { panic!("another kind") };
    assert_eq!((set.attack.bits, set.model.as_str()), (0, "objects"));
    let Experiment::Eval(eval) = read("kind = 'eval'\nmodel = 'objects'") else { panic!("another kind") };
    assert_eq!(eval.data.set, "objects");
    let Experiment::Generate(spec) = read("kind = 'generate'\ntargets = ['1']") else { panic!("another kind") };
    assert_eq!((spec.n, spec.max_attempts, spec.batch, spec.pictures), (1000, 20_000, 256, 100));
    assert_eq!(spec.noise, advlab_attacks::noise::NoiseParams::default());
}

#[test]
fn a_sweep_is_expanded_in_the_order_of_an_odometer() {
    let file = told(&[(
        "main.toml",
        "kind = 'generate'\ntargets = ['1']\n[sweep]\nzip = { n = [1, 2], batch = [3, 4] }\n\
         cross = { noise.rate = [0.5, 1], seed = '0..=20 step 10' }",
    )])
    .unwrap();
    let points: Vec<_> = file.points().collect();
    assert_eq!(points.len(), 12);
    let of = |at: usize| {
        let Experiment::Generate(spec) = points[at].experiment() else { panic!("another kind") };
        (spec.n, spec.batch, spec.noise.rate, spec.seed, spec.max_attempts)
    };
    assert_eq!(
        [of(0), of(1), of(3), of(6), of(11)],
        [(1, 3, 0.5, 0, 20), (1, 3, 0.5, 10, 20), (1, 3, 1.0, 0, 20), (2, 4, 0.5, 0, 40), (2, 4, 1.0, 20, 40)]
    );
    assert_eq!(points[1].words(), "n = 1, batch = 3, noise.rate = 0.5, seed = 10");
    assert_eq!(points[11].name, "n-2_batch-4_rate-1_seed-20");
    let names: std::collections::BTreeSet<String> = points.iter().map(|point| point.name.clone()).collect();
    assert_eq!(names.len(), 12);
    assert!(!points[0].document.contains_key("sweep"));
}

#[test]
fn names_are_their_own_and_good_for_folders() {
    let text = transfer(
        "kind = \"transfer\"",
        "kind = \"transfer\"\n[sweep.cross]\n\"nets.0.training.epochs\" = [1, 2]\n\"nets.1.training.epochs\" = [1, 2]\n\
         name = ['../a', '..-a', 'b c']\nnoise = [[0.1], [0.2]]\n[x]",
    )
    .replace("[x]\n", "");
    // The rest of the example would fall into the table of the sweep.
    let (head, rest) = text.split_once("[sweep.cross]").unwrap();
    let (sweep, rest) = rest.split_once("name = \"my-transfer\"").unwrap();
    let text = format!("{head}name = \"my-transfer\"{rest}\n[sweep.cross]{sweep}");
    let file = told(&[("main.toml", &text)]).unwrap();
    let names: std::collections::BTreeSet<String> = file.points().map(|point| point.name).collect();
    assert_eq!(names.len(), 24);
    let good = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    assert!(names.iter().all(|name| name.len() <= 80 && name.chars().all(good)), "{names:?}");
    assert!(names.contains("0-training-epochs-1_1-training-epochs-2_name-v1_noise-v2"), "{names:?}");
}

#[test]
fn a_million_points_are_made_one_by_one() {
    let text =
        "kind = 'eval'\n[sweep]\ncross = { seed = '0..1000', \"data.seed\" = '0..1000' }\n[data]\nset = 'digits'";
    // Checking all of them takes a while: here only that a point in the middle is what it should be.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("main.toml");
    fs::write(&path, text.replace("0..1000", "0..=99")).unwrap();
    let file = File::read(&path).unwrap();
    assert_eq!((file.len(), file.points().len()), (10_000, 10_000));
    let Experiment::Eval(spec) = file.point(1234).experiment() else { panic!("another kind") };
    assert_eq!((spec.seed, spec.data.seed), (12, 34));
}
