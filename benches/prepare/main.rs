//! `advlab data prepare` beside a plain Python script with Pillow that does the same (`pillow.py`), and `advlab data check`:
//! `cargo bench -p advlab-benches --bench prepare`.
//!
//! Twelve wide-field pictures of 1024×1024, 16-bit grey TIFF or 8-bit RGB PNG, 4×4 tiles, 11 angles: 2112 files. Both sides run as
//! programs of their own, from start to end, one thread against one process and all cores against as many processes, in turn; the fastest of
//! each counts. Python is what `ADVLAB_PYTHON` names, with Pillow; without one that part is left out.
#![expect(clippy::print_stdout, reason = "a bench prints its table")]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use advlab_benches::clock;
use advlab_core::Seed;
use image::{ImageBuffer, Luma, Rgb};
use rand::Rng as _;

const SIDE: u32 = 1024;
/// Pictures of each of the two classes.
const PICTURES: u64 = 6;
const DEGREES: u32 = 5;
const ROUNDS: usize = 2;

/// How many times as fast as the script.
const FASTER: f64 = 5.0;
/// How much larger our files may be.
const LARGER: f64 = 1.1;
/// Seconds for a look at 2000 x 500 pictures.
const CHECK: f64 = 30.0;

fn main() {
    if std::env::args().any(|argument| argument == "--list" || argument == "--test") {
        return;
    }
    let program = advlab_benches::program();
    let folder = tempfile::tempdir().expect("a place for pictures");
    let place = folder.path();
    let mut missed = 0;
    let mut line = |what: &str, value: f64, asked: &str, met: bool| {
        missed += usize::from(!met);
        println!("  {what:<64} {value:>8.2}  {asked:>14}  {}", if met { "met" } else { "MISSED" });
    };
    let python = std::env::var("ADVLAB_PYTHON").ok().filter(|python| has_pillow(python));
    if python.is_none() {
        println!("the script is left out: ADVLAB_PYTHON names no Python with Pillow");
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut counts = vec![1, cores];
    counts.dedup();
    for kind in ["grey", "colour"] {
        draw(&place.join(kind), kind == "colour");
    }
    for (kind, what, interpolation, size) in [
        ("grey", "16-bit grey TIFF", "bicubic", 256),
        ("grey", "16-bit grey TIFF", "bicubic", 128),
        ("colour", "8-bit RGB PNG", "bilinear", 256),
    ] {
        let input = place.join(kind);
        println!("\n{what}, {interpolation}, tiles of 256 to {size} pixels");
        for threads in &counts {
            let job = Job { input: &input, threads: *threads, interpolation, size };
            let (mut ours, mut theirs) = (Duration::MAX, Duration::MAX);
            for _ in 0..ROUNDS {
                ours = ours.min(clock(|| job.ours(&program, &place.join("ours"))));
                if let Some(python) = &python {
                    theirs = theirs.min(clock(|| job.theirs(python, &place.join("theirs"))));
                }
            }
            let (our, their) = (written(&place.join("ours")), written(&place.join("theirs")));
            println!("  advlab, {threads} threads: {:.2} s, {} files, {:.1} MB", ours.as_secs_f64(), our.0, our.1);
            if python.is_some() {
                println!(
                    "  Pillow, {threads} processes: {:.2} s, {} files, {:.1} MB",
                    theirs.as_secs_f64(),
                    their.0,
                    their.1
                );
                assert_eq!(our.0, their.0, "both write the same files");
                let ratio = theirs.as_secs_f64() / ours.as_secs_f64();
                line("times as fast as the script", ratio, &format!("at least {FASTER}"), ratio >= FASTER);
                let size = our.1 / their.1;
                line("size of our files over that of the script's", size, &format!("at most {LARGER}"), size <= LARGER);
            }
            fs::remove_dir_all(place.join("ours")).expect("ours to remove");
            let _ = fs::remove_dir_all(place.join("theirs"));
        }
    }
    let seconds = check(&program, place);
    println!();
    line(
        "seconds to look for leaks among 2000 x 500 pictures of 128x128",
        seconds,
        &format!("at most {CHECK}"),
        seconds <= CHECK,
    );
    println!("\n{}", if missed == 0 { "all met".to_owned() } else { format!("{missed} not met") });
}

/// One preparation.
struct Job<'a> {
    input: &'a Path,
    threads: usize,
    interpolation: &'a str,
    size: u32,
}

impl Job<'_> {
    fn ours(&self, program: &Path, out: &Path) {
        let Self { input, threads, interpolation, size } = self;
        let mut command = Command::new(program);
        command.args(["data", "prepare", "--force", "--tiles", "4x4", "--rotate", &format!("-{DEGREES}..{DEGREES}")]);
        command.args(["--interpolation", interpolation, "--size", &size.to_string(), "--jobs", &threads.to_string()]);
        finish(command.arg("--input").arg(input).arg("--out").arg(out));
    }

    fn theirs(&self, python: &str, out: &Path) {
        let Self { input, threads, interpolation, size } = self;
        let mut command = Command::new(python);
        command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("prepare/pillow.py")).arg(input).arg(out);
        command.args([threads.to_string(), "4".to_owned(), DEGREES.to_string(), size.to_string()]);
        finish(command.arg(interpolation));
    }
}

fn finish(command: &mut Command) {
    let done = command.stdin(Stdio::null()).stdout(Stdio::null()).status();
    assert!(done.is_ok_and(|status| status.success()), "{command:?} failed");
}

fn has_pillow(python: &str) -> bool {
    let tried = Command::new(python).args(["-c", "import PIL"]).stderr(Stdio::null()).status();
    tried.is_ok_and(|status| status.success())
}

/// Two classes of pictures of bright spots on uneven, noisy ground.
fn draw(folder: &Path, colour: bool) {
    for class in ["Control", "Treated"] {
        let folder = folder.join(class);
        fs::create_dir_all(&folder).expect("room for pictures");
        for k in 0..PICTURES {
            let levels = spots(SIDE, Seed::new(1).child(class).index(k));
            let at = |x: u32, y: u32, shift: u32| levels[(y * SIDE + (x + shift) % SIDE) as usize];
            if colour {
                let pixel = |x, y| Rgb([at(x, y, 0), at(x, y, 40), at(x, y, 80)].map(|level| (level / 257.0) as u8));
                ImageBuffer::from_fn(SIDE, SIDE, pixel).save(folder.join(format!("{k}.png"))).expect("room for it");
            } else {
                let pixel = |x, y| Luma([at(x, y, 0) as u16]);
                ImageBuffer::from_fn(SIDE, SIDE, pixel).save(folder.join(format!("{k}.tif"))).expect("room for it");
            }
        }
    }
}

/// Levels from 0 to 65535 of a square picture.
fn spots(side: u32, seed: Seed) -> Vec<f32> {
    let mut dice = seed.rng();
    let n = side as usize;
    let mut levels: Vec<f32> =
        (0..n * n).map(|i| 8000.0 + 8.0 * (i % n) as f32 + 2500.0 * (dice.random::<f32>() - 0.5)).collect();
    for _ in 0..n * n / 800 {
        let [a, b] = [(); 2].map(|()| dice.random::<f32>() * n as f32);
        let (radius, height) = (2.0 + 5.0 * dice.random::<f32>(), 30_000.0 * dice.random::<f32>());
        let near = |middle: f32| ((middle - 3.0 * radius).max(0.0) as usize)..((middle + 3.0 * radius) as usize).min(n);
        for y in near(b) {
            for x in near(a) {
                let square = (x as f32 - a).powi(2) + (y as f32 - b).powi(2);
                levels[y * n + x] += height * (-square / (2.0 * radius * radius)).exp();
            }
        }
    }
    levels.iter_mut().for_each(|level| *level = level.min(65_535.0));
    levels
}

/// Files and megabytes of pictures below a folder of classes.
fn written(folder: &Path) -> (usize, f64) {
    let (mut files, mut bytes) = (0, 0);
    for class in fs::read_dir(folder).into_iter().flatten().flatten().filter(|entry| entry.path().is_dir()) {
        for file in fs::read_dir(class.path()).into_iter().flatten().flatten() {
            files += 1;
            bytes += file.metadata().map_or(0, |what| what.len());
        }
    }
    (files, bytes as f64 / 1e6)
}

/// Seconds of a look for leaks on all cores, reading the files with it.
fn check(program: &Path, place: &Path) -> f64 {
    for (side, count) in [("train", 2000), ("test", 500)] {
        let folder = place.join("halves").join(side).join("class");
        fs::create_dir_all(&folder).expect("room for pictures");
        for k in 0..count {
            let levels = spots(128, Seed::new(2).child(side).index(k));
            let pixel = |x: u32, y: u32| Luma([(levels[(y * 128 + x) as usize] / 257.0) as u8]);
            ImageBuffer::from_fn(128, 128, pixel).save(folder.join(format!("{k}.png"))).expect("room for it");
        }
    }
    let mut command = Command::new(program);
    command.args(["data", "check"]).arg(place.join("halves"));
    clock(|| finish(&mut command)).as_secs_f64()
}
