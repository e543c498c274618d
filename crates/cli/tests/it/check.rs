//! Experiment files as a user writes them: every mistake at once, starting files, schemas, sweeps, and commands from files.

use crate::program::Place;

#[test]
fn every_mistake_of_every_file_is_told_at_once() {
    let place = Place::new();
    place.file("good.toml", "kind = 'eval'\ndata = { set = 'digits' }");
    place.run("check good.toml").done();
    place.file("bad.toml", "kind = 'generate'\ntargets = ['3']\nseeds = 1\nn = -1\nnoise = { loss = 'margn' }\n");
    let mistakes = [
        "error: 3 mistakes\n",
        "bad.toml:3:1: `seeds`: unknown setting; did you mean `seed`?",
        "bad.toml:4:5: `n`: wanted a whole number, at least 1, got -1",
        "bad.toml:5:18: `noise.loss`: unknown word \"margn\"; did you mean `margin`?",
    ];
    place.run("check bad.toml").refused(&mistakes);
    place.run("run bad.toml --out r").refused(&mistakes);
    place.file("worse.toml", "kind = [");
    let told = place.run("check good.toml bad.toml worse.toml");
    assert_eq!((told.code, told.out.as_str()), (2, "good.toml: fine, of kind eval\n"), "{told:?}");
    assert!(told.err.starts_with("error: ") && told.err.contains("in 2 files"), "{told:?}");
    place.run("check none.toml").refused(&["none.toml:1:1: cannot be read"]);
    assert_eq!(place.names("."), ["bad.toml", "good.toml", "worse.toml"]);
}

#[test]
fn every_starting_file_is_without_mistakes() {
    let place = Place::new();
    let listed = place.run("new").done().out;
    let kinds: Vec<&str> = listed.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(kinds.len(), 24, "{listed}");
    for kind in &kinds {
        let text = place.run(&format!("new {kind}")).done().out;
        place.file(&format!("{kind}.toml"), text);
        place.run(&format!("check {kind}.toml")).done();
        place.run(&format!("run {kind}.toml --dry-run")).done();
    }
    place.run("new nois").refused(&["unknown kind `nois`; did you mean `noise`?"]);
}

#[test]
fn schemas_are_json_and_the_page_of_settings_is_the_one_in_docs() {
    let place = Place::new();
    let all = place.run("schema").done().json();
    assert_eq!(all["properties"]["kind"]["enum"].as_array().unwrap().len(), 23);
    let one = place.run("schema generate").done().json();
    assert_eq!(one["properties"]["n"]["default"], 1000);
    assert_eq!(one["additionalProperties"], false);
    let page = place.run("schema --settings").done().out;
    assert_eq!(page, include_str!("../../../../docs/settings.md"));
}

#[test]
fn a_file_does_what_its_command_does() {
    let place = Place::new();
    place.run("generate --class 3 --n 4 --seed 7 --rate 0.2 --out flags").done();
    place.file("base.toml", "kind = 'generate'\ntargets = ['3']\nn = 4\nnoise = { rate = 0.3 }");
    place.file("my.toml", "include = 'base.toml'\nnoise.rate = 0.2");
    place.run("run my.toml --seed 7 --out file").done();
    assert_eq!(place.json("flags/run.json")["spec"], place.json("file/run.json")["spec"]);
    assert_eq!(place.bytes("flags/examples.csv"), place.bytes("file/examples.csv"));

    place.run("eval --model cnn --data digits --test 60 --out flags-e").done();
    place.file("e.toml", "kind = 'eval'\nmodel = 'cnn'\ndata = { set = 'digits', test = 60 }");
    place.run("run e.toml --out file-e").done();
    assert_eq!(place.json("flags-e/run.json")["spec"], place.json("file-e/run.json")["spec"]);
    assert_eq!(place.bytes("flags-e/answers.csv"), place.bytes("file-e/answers.csv"));

    place.run("perturb --data digits --n 3 --untargeted --out flags-p").done();
    place.file("p.toml", "kind = 'perturb'\nwish = 'untargeted'\ninput.data.set = { set = 'digits', test = 3 }");
    place.run("run p.toml --out file-p").done();
    assert_eq!(place.json("flags-p/run.json")["spec"], place.json("file-p/run.json")["spec"]);

    place.run("basis --data digits --n 200 --directions 2 --out flags-b").done();
    place.file("b.toml", "kind = 'basis'\ndirections = 2\ninput.data.set = { set = 'digits', test = 200 }");
    place.run("run b.toml --out file-b").done();
    assert_eq!(place.json("flags-b/run.json")["spec"], place.json("file-b/run.json")["spec"]);
}

#[test]
fn a_dry_run_lists_points_and_counts_work() {
    let place = Place::new();
    place.file(
        "s.toml",
        "kind = 'generate'\ntargets = ['3', '4']\nn = 10\n[sweep]\ncross = { noise.rate = [0.1, 0.2], seed = '1..=3' }",
    );
    let told = place.run("run s.toml --dry-run").done().out;
    assert!(told.contains("     4  rate-0.2_seed-2  (noise.rate = 0.2, seed = 2)"), "{told}");
    assert!(told.contains("a sweep of kind generate, 6 cells") && told.contains("from noise: 120"), "{told}");
    let json = place.run("run s.toml --dry-run --json").done().json();
    assert_eq!((&json["cells"], &json["cost"]["examples"]), (&6.into(), &120.into()));
    assert_eq!(json["points"][4]["settings"]["noise.rate"], 0.2);
    assert_eq!(place.names("."), ["s.toml"]);
}
