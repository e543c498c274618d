//! Ctrl-C and kill: nothing is lost, and `--resume` comes to the same bytes as a run that was never interrupted.

use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use crate::program::{Place, Told, interrupt};

/// Two engines, each at work for a few seconds and several blocks.
const JOBS: [&str; 2] = [
    "generate --class 3 --class 4 --n 5000 --batch 32 --pictures 0",
    "generate --class 3 --n 12000 --batch 64 --pictures 0 --preset published",
];

/// What the jobs come to when nobody interrupts them: `examples.npz` and `examples.csv` of each.
fn uninterrupted(job: usize) -> &'static [Vec<u8>; 2] {
    static RESULTS: [OnceLock<[Vec<u8>; 2]>; 2] = [OnceLock::new(), OnceLock::new()];
    RESULTS[job].get_or_init(|| {
        let place = Place::new();
        place.run(&format!("{} --out r", JOBS[job])).done();
        files(&place)
    })
}

fn files(place: &Place) -> [Vec<u8>; 2] {
    ["r/examples.npz", "r/examples.csv"].map(|file| place.bytes(file))
}

#[test]
fn ctrl_c_keeps_what_is_done_and_resume_completes_it() {
    for (job, words) in JOBS.iter().enumerate() {
        let place = Place::new();
        let child = place.start(&format!("{words} --out r"));
        place.wait_for("r/.parts/3-00000.npz");
        interrupt(&child);
        let told = Told::of(child.wait_with_output().unwrap()).short();
        assert!(told.err.contains("press Ctrl-C again to stop at once"), "{}", told.err);
        assert!(
            told.err.contains("stopped; what is done is kept") && told.err.contains("--out r --resume"),
            "{}",
            told.err
        );
        assert_eq!(place.json("r/run.json")["state"], "stopped");
        let kept = place.rows("r/examples.csv").len();
        assert!(kept > 0 && kept < uninterrupted(job)[1].iter().filter(|byte| **byte == b'\n').count(), "{kept} kept");

        place.run(&format!("{words} --out r --resume")).done();
        assert_eq!(place.json("r/run.json")["state"], "finished");
        assert!(files(&place) == *uninterrupted(job), "{words}");
        assert!(!place.path("r/.parts").exists());
    }
}

#[test]
fn a_kill_at_any_moment_loses_nothing() {
    for (job, words) in JOBS.iter().enumerate() {
        let place = Place::new();
        for delay in [15, 40, 90, 200, 350, 600, 150, 800] {
            let mut child = place.start(&format!("{words} --out r --resume"));
            thread::sleep(Duration::from_millis(delay));
            child.kill().unwrap();
            child.wait().unwrap();
        }
        place.run(&format!("{words} --out r --resume")).done();
        assert!(files(&place) == *uninterrupted(job), "{words}");
        let left = place.names("r");
        assert!(left.iter().all(|name| !name.starts_with('.')), "{left:?}");
    }
}

#[test]
fn a_second_ctrl_c_ends_it_at_once() {
    let place = Place::new();
    let child = place.start("generate --digit 4 --n 1000000 --max-attempts 100000000 --preset published --out r");
    place.wait_for("r/.parts");
    interrupt(&child);
    thread::sleep(Duration::from_millis(20));
    let began = Instant::now();
    interrupt(&child);
    let told = Told::of(child.wait_with_output().unwrap());
    // It may have been through with the first one already.
    assert!([130, 1].contains(&told.code), "{told:?}");
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
}

#[test]
fn ctrl_c_while_getting_ready_says_so() {
    let place = Place::new();
    // Drawing a million digits takes minutes.
    let child = place.start("train --model shallow --data digits --train 1000000 --out r");
    thread::sleep(Duration::from_millis(700));
    interrupt(&child);
    let told = Told::of(child.wait_with_output().unwrap()).short();
    assert!(told.err.contains("stopped while getting ready; run the same command to begin again"), "{}", told.err);
    assert!(!place.path("r").exists());
}
