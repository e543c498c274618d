//! `advlab submit` and `advlab status`, with programs in Slurm's place that note what they are asked and answer what a test wants. A real
//! Slurm is in `slurm_real`.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use crate::program::{Place, Told, interrupt};

/// A place with a study, and with programs that are found before any others.
struct Site {
    place: Place,
    path: String,
}

impl Site {
    /// Jobs get the numbers 100, 101 and so on; nothing is in the queue, and there is no accounting.
    fn new() -> Self {
        let mut site = Self::without_slurm();
        site.path.push_str(":/usr/bin:/bin"); // for what the scripts call
        site.program(
            "sbatch",
            "[ \"$1\" = --version ] && echo 'slurm-wlm 22.05.8' && exit\n\
             n=$(cat jobs 2>/dev/null || echo 100); echo $((n + 1)) >jobs\n\
             echo \"sbatch $*\" >>asked; echo \"$n\"",
        );
        site.program("scancel", "echo \"scancel $*\" >>asked");
        site.queue("");
        site.program("sacct", "echo 'Slurm accounting storage is disabled' >&2; exit 1");
        site
    }

    /// With no programs at all.
    fn without_slurm() -> Self {
        let place = Place::new();
        let quick = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../experiments/adversarial-training-quick.toml");
        place.file("study.toml", fs::read(quick).unwrap());
        fs::create_dir(place.path("bin")).unwrap();
        let path = place.path("bin").display().to_string();
        Self { place, path }
    }

    /// Puts a shell script in the place of a program. It runs where the program was called.
    fn program(&self, name: &str, text: &str) {
        let path = self.place.path("bin").join(name);
        fs::write(&path, format!("#!/bin/sh\ncd {}\n{text}\n", self.place.path("").display())).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// What squeue answers.
    fn queue(&self, lines: &str) {
        self.place.file("queue", lines);
        self.program("squeue", "echo \"squeue $*\" >>asked; cat queue");
    }

    fn run(&self, words: &str) -> Told {
        Told::of(self.place.command(words).env("PATH", &self.path).output().unwrap())
    }

    /// Runs the program, with the name of the results folder, which may hold anything, as the last word.
    fn run_with(&self, words: &str, last: &str) -> Told {
        Told::of(self.place.command(words).arg(last).env("PATH", &self.path).output().unwrap())
    }

    /// What Slurm's programs were asked since the last time.
    fn asked(&self) -> String {
        let text = fs::read_to_string(self.place.path("asked")).unwrap_or_default();
        let _ = fs::remove_file(self.place.path("asked"));
        text.replace(&format!("{}/", self.place.path("r").display()), "")
    }

    /// Writes the record of a shard.
    fn record(&self, shard: &str, state: &str, result: &serde_json::Value) {
        let folder = self.place.path(format!("r/shards/{shard}"));
        fs::create_dir_all(&folder).unwrap();
        let record = serde_json::json!({
            "advlab": "0.1.0", "command": "advlab run", "kind": "adversarial-training", "state": state, "spec": {}, "inputs": {},
            "machine": {}, "started": "2026-01-01T00:00:00Z", "seconds": 1.0, "result": result,
        });
        fs::write(folder.join("run.json"), record.to_string()).unwrap();
    }
}

const SUBMIT: &str = "submit study.toml --slurm --out r";

#[test]
fn a_study_becomes_an_array_and_a_job_that_joins_it() {
    let site = Site::new();
    let told = site
        .run(&format!(
            "{SUBMIT} --array 4%2 --gpus a100:1 --time 2:00:00 --partition gpu --mem 8G --cpus 4 --account lab --sbatch=--qos=high \
             -- --seed 7"
        ))
        .done();
    assert!(
        told.out.contains("job 100: shards 1-4;") && told.out.contains("job 101: joins the shards"),
        "{}",
        told.out
    );
    assert_eq!(
        site.asked(),
        "sbatch --parsable --array=1-4%2 slurm/array.sh\n\
         sbatch --parsable --dependency=afterany:100 slurm/merge.sh\n"
    );
    let jobs = site.place.json("r/slurm/job.json");
    assert_eq!(jobs["arrays"][0]["job"], 100);
    assert_eq!((&jobs["arrays"][0]["tasks"], &jobs["merges"][0]["job"]), (&"1-4".into(), &101.into()));
    assert_eq!(jobs["arguments"], serde_json::json!(["--seed", "7"]));
    assert!(jobs["arrays"][0]["submitted"].as_str().unwrap().ends_with('Z'));

    let script = site.place.text("r/slurm/array.sh");
    for line in [
        "--array=1-4%2",
        "--gres=gpu:a100:1",
        "--time=2:00:00",
        "--partition=gpu",
        "--mem=8G",
        "--cpus-per-task=4",
        "--account=lab",
        "--qos=high",
        "--signal=B:TERM@60",
        "--requeue",
        "--open-mode=append",
    ] {
        assert!(script.contains(&format!("\n#SBATCH {line}\n")), "{line}: {script}");
    }
    let merge = site.place.text("r/slurm/merge.sh");
    assert!(!merge.contains("gpu:") && !merge.contains("--array") && merge.contains("--partition=gpu\n"), "{merge}");
    for (script, run) in [(&script, "--shard \"$SLURM_ARRAY_TASK_ID/4\" --out"), (&merge, " merge ")] {
        let program = assert_cmd::cargo::cargo_bin!("advlab").display().to_string();
        let last = script.lines().last().unwrap();
        assert!(last.starts_with(&format!("exec {program} ")) && last.contains(run), "{last}");
    }
    assert!(script.trim_end().ends_with("--resume --seed 7"), "{script}");
}

#[test]
fn the_scripts_do_the_work_wherever_they_are_run() {
    let site = Site::new();
    // A folder's name may hold anything but a line break.
    let out = "a 'b' \"c\" %d";
    let submit = "submit study.toml --slurm --dry-run --array 2 --out";
    let told = site.run_with(submit, out).done();
    assert!(
        told.out.contains("array=$(sbatch --parsable --array=1-2 ") && told.out.contains("afterany:$array "),
        "{}",
        told.out
    );
    assert_eq!(site.asked(), "", "nothing is submitted in a dry run");
    let folder = site.place.path(out);
    let log = fs::read_to_string(folder.join("slurm/array.sh")).unwrap();
    assert!(log.contains("\\\"c\\\" %%d/slurm/shard-%a.log\""), "{log}");
    for (script, task) in [("array.sh", "1"), ("array.sh", "2"), ("merge.sh", "")] {
        let mut shell = Command::new("sh");
        shell.arg(folder.join("slurm").join(script)).env("SLURM_ARRAY_TASK_ID", task).env("HOME", site.place.path(""));
        Told::of(shell.current_dir("/").output().unwrap()).done();
    }
    assert!(folder.join("report.html").is_file());
    let told = site.run_with("status --json", out).done().json();
    assert_eq!((&told["merge"]["state"], &told["shards"][1]["state"]), (&"finished".into(), &"finished".into()));
    assert_eq!(told["shards"][0]["done"], told["shards"][0]["cells"]);
    assert!(site.run_with(submit, out).done().out.contains("2 of 2 shards are finished"));
}

#[test]
fn submitted_again_it_goes_on_with_what_failed_and_leaves_the_rest() {
    let site = Site::new();
    site.run(&format!("{SUBMIT} --array 6")).done();
    site.asked();
    site.record("1-of-6", "finished", &serde_json::json!({"cells": 3, "done": 3}));
    site.record("2-of-6", "running", &serde_json::Value::Null);
    site.record("3-of-6", "stopped", &serde_json::json!({"cells": 2, "done": 1}));
    site.record("4-of-6", "running", &serde_json::Value::Null);
    site.queue(
        "100|2|RUNNING|1:02\n100|3|TIMEOUT|2:00:00\n100|4|FAILED|0:03\n100|5|PENDING|0:00\n100|6|CANCELLED|0:00\n101|N/A|PENDING|0:00\n",
    );
    let status = site.run("status r --json").short().json();
    let states: Vec<_> =
        status["shards"].as_array().unwrap().iter().map(|shard| shard["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["finished", "running", "failed", "failed", "pending", "failed"]);
    assert_eq!((&status["shards"][1]["elapsed"], &status["shards"][2]["done"]), (&62.into(), &1.into()));
    let text = site.run("status r").short().out;
    assert!(text.contains("6 shards of ") && text.contains("1 finished"), "{text}");
    for row in
        [&["running", "1", "2", "100", "RUNNING", "0:01:02"][..], &["failed", "3", "1 of 2", "TIMEOUT", "2:00:00"]]
    {
        let found = text.lines().any(|line| line.starts_with(row[0]) && row.iter().all(|cell| line.contains(cell)));
        assert!(found, "{row:?}: {text}");
    }

    site.asked();
    let told = site.run(&format!("{SUBMIT} --time 4:00:00")).done();
    assert!(told.out.contains("1 of 6 shards are finished\njob 102: shards 3-4,6;"), "{}", told.out);
    let asked = site.asked();
    let sent: Vec<_> = asked.lines().filter(|line| !line.starts_with("squeue")).collect();
    assert_eq!(
        sent,
        [
            "sbatch --parsable --array=3-4,6 slurm/array.sh",
            "scancel --state=PENDING 101",
            "sbatch --parsable --dependency=afterany:100:102 slurm/merge.sh",
        ]
    );
    assert!(site.place.text("r/slurm/array.sh").contains("--time=4:00:00"));

    // All at work, and a job is to join them: nothing is to be done.
    site.queue(
        "100|2|RUNNING|9:02\n100|5|RUNNING|0:10\n102|3|RUNNING|0:10\n102|4|RUNNING|0:10\n102|6|PENDING|0:00\n103|N/A|PENDING|0:00\n",
    );
    let told = site.run(SUBMIT).done();
    assert!(told.out.contains("nothing to submit: 4 shards are at work, 1 wait"), "{}", told.out);
    assert!(!site.asked().contains("sbatch --parsable"));

    // All finished, and what was to join them failed: that alone is submitted, and waits for nothing.
    for index in 1..=6 {
        site.record(&format!("{index}-of-6"), "finished", &serde_json::json!({"cells": 3, "done": 3}));
    }
    site.queue("103|N/A|FAILED|0:01\n");
    site.run("status r").short();
    site.run(SUBMIT).done();
    let asked = site.asked();
    assert_eq!(
        asked.lines().filter(|line| line.starts_with("sbatch")).collect::<Vec<_>>(),
        ["sbatch --parsable slurm/merge.sh"]
    );
}

#[test]
fn what_slurm_has_forgotten_the_accounting_knows() {
    let site = Site::new();
    site.run(&format!("{SUBMIT} --array 3")).done();
    site.program("squeue", "echo 'slurm_load_jobs error: Invalid job id specified' >&2; exit 1");
    site.program(
        "sacct",
        "printf '100_1|OUT_OF_MEMORY|00:00:09\\n100_[2-3]|CANCELLED by 1000|1-00:00:00\\n101|CANCELLED|00:00:00\\n'",
    );
    let status = site.run("status r --json").short().json();
    let shard = &status["shards"][2];
    assert_eq!(
        (&shard["state"], &shard["slurm"], &shard["elapsed"]),
        (&"failed".into(), &"CANCELLED".into(), &86_400.into())
    );
    assert_eq!(status["shards"][0]["slurm"], "OUT_OF_MEMORY");
    assert_eq!(status["notes"], serde_json::json!([]));
    // Without accounting they have failed all the same: the controller does not know them, so they are not at work.
    site.program("sacct", "echo 'Slurm accounting storage is disabled' >&2; exit 1");
    let told = site.run("status r").short();
    assert!(told.out.contains("note: sacct failed: Slurm accounting storage is disabled"), "{}", told.out);
    assert!(told.out.contains("failed             3    1-3"), "{}", told.out);
}

#[test]
fn a_slurm_that_does_not_answer_is_no_reason_to_do_work_twice() {
    let site = Site::new();
    site.run(&format!("{SUBMIT} --array 2")).done();
    site.asked();
    site.record("1-of-2", "finished", &serde_json::json!({"cells": 3, "done": 3}));
    site.program(
        "squeue",
        "echo 'slurm_load_jobs error: Unable to contact slurm controller (connect failure)' >&2; exit 1",
    );
    let told = site.run("status r").short();
    assert!(told.out.contains("note: squeue failed: slurm_load_jobs error: Unable to contact"), "{}", told.out);
    assert!(told.out.contains("finished") && told.out.contains("unclear"), "{}", told.out);
    site.run(SUBMIT).refused(&["squeue failed", "nothing was submitted", "try again when squeue answers"]);
    site.program("squeue", "echo nonsense");
    site.run(SUBMIT).refused(&["squeue answered `nonsense`"]);
    assert_eq!(site.asked(), "");
}

#[test]
fn what_sbatch_refuses_is_told_and_nothing_is_noted() {
    let site = Site::new();
    site.program(
        "sbatch",
        "[ \"$1\" = --version ] && exit; echo 'sbatch: error: invalid partition specified: x' >&2; exit 1",
    );
    site.run(&format!("{SUBMIT} --array 2 --partition x")).refused(&[
        "cannot submit",
        "array.sh",
        "invalid partition specified: x",
    ]);
    assert_eq!(site.place.json("r/slurm/job.json")["arrays"], serde_json::json!([]));
    site.program("sbatch", "[ \"$1\" = --version ] && exit; echo Granted");
    site.run(SUBMIT).refused(&["sbatch was to answer with the number of a job, and said `Granted`"]);
    // The array is taken and what joins it is not: the array is noted, and what to do is said.
    site.program("sbatch", "case \"$*\" in --version) ;; *array.sh) echo '7;cluster' ;; *) echo 'sbatch: error: limit' >&2; exit 1 ;; esac");
    let told = site.run(SUBMIT).short();
    assert!(told.out.contains("job 7: shards 1-2") && told.err.contains("limit; run `advlab merge"), "{told:?}");
    assert_eq!(site.place.json("r/slurm/job.json")["arrays"][0]["job"], 7);
}

#[test]
fn mistakes_are_found_before_anything_is_submitted_or_written() {
    let site = Site::new();
    let wrong = [
        ("submit none.toml --slurm --out r", "none.toml"),
        ("submit study.toml --out r", "--slurm"),
        (&format!("{SUBMIT} --array 0")[..], "`0` is no number of tasks"),
        (&format!("{SUBMIT} --time 2h"), "--time takes minutes, H:MM:SS"),
        (&format!("{SUBMIT} --mem lots"), "--mem takes a number of megabytes"),
        (&format!("{SUBMIT} --gpus two"), "--gpus takes a number"),
        (&format!("{SUBMIT} --sbatch=--array=1-3"), "--array is set by advlab"),
        (&format!("{SUBMIT} -- --sed 3"), "unexpected argument '--sed'"),
        (&format!("{SUBMIT} -- --out s"), "--out"),
        ("status nowhere", "holds no shards"),
    ];
    for (words, wanted) in wrong {
        site.run(words).refused(&[wanted]);
    }
    site.place.file(
        "nets.toml",
        fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../experiments/embedded-nets.toml")).unwrap(),
    );
    site.run("submit nets.toml --slurm --out r").refused(&["of kind train is one piece; give it a [sweep]"]);
    fs::create_dir(site.place.path("taken")).unwrap();
    site.place.file("taken/thesis.tex", "");
    site.run("submit study.toml --slurm --out taken").refused(&["taken holds other things, such as thesis.tex"]);
    assert_eq!((site.asked().as_str(), site.place.path("r").exists()), ("", false));

    let bare = Site::without_slurm();
    bare.run(SUBMIT).refused(&[
        "`sbatch` was not found",
        "--dry-run",
        "seq 64 | parallel advlab run study.toml --shard {}/64 --out r --resume; then advlab merge r",
    ]);
    assert!(!bare.place.path("r").exists());
}

#[test]
fn another_study_does_not_go_to_the_same_folder() {
    let site = Site::new();
    site.run(&format!("{SUBMIT} --array 4")).done();
    site.asked();
    site.run(&format!("{SUBMIT} --array 5")).refused(&["was submitted as 4 shards (now 5)"]);
    site.run(&format!("{SUBMIT} -- --seed 3")).refused(&["was submitted with the arguments `` (now `--seed 3`)"]);
    let mut text = site.place.text("study.toml");
    text.push_str("# longer\n");
    site.place.file("study.toml", text);
    site.run(SUBMIT).refused(&["study.toml has changed since"]);
    assert!(!site.asked().contains("sbatch"));
    site.place.file("r/slurm/job.json", "{");
    site.run("status r").refused(&["job.json is damaged"]);
}

#[test]
fn shards_by_hand_have_a_status_too() {
    let site = Site::without_slurm();
    let child = site.place.start("run study.toml --shard 2/3 --out r");
    site.place.wait_for("r/shards/2-of-3/run.json");
    let status = site.run("status r --json").short().json();
    let state =
        |status: &serde_json::Value, shard: usize| status["shards"][shard - 1]["state"].as_str().unwrap().to_owned();
    // It may be through already.
    assert!(["running", "finished"].contains(&&*state(&status, 2)), "{status}");
    assert_eq!((state(&status, 1), state(&status, 3)), ("missing".to_owned(), "missing".to_owned()));
    interrupt(&child);
    child.wait_with_output().unwrap();
    for shard in 1..=3 {
        site.place.run(&format!("run study.toml --shard {shard}/3 --out r --resume")).done();
    }
    let status = site.run("status r --json").done().json();
    assert_eq!((state(&status, 2), status["merge"]["state"].as_str().unwrap()), ("finished".to_owned(), "missing"));
    site.record("1-of-4", "finished", &serde_json::Value::Null);
    site.run("status r").refused(&["holds shards of two divisions"]);
}
