//! Folders of pictures: `cargo bench -p advlab-benches --bench folders`.
//!
//! What a pass over 50 000 pictures takes in memory, beside one over 500, each in a process of its own; and what reading a batch
//! of twenty takes on one thread.
#![expect(clippy::print_stdout, reason = "a bench prints its table")]

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use advlab_core::{InputShape, Seed};
use advlab_datasets::folder::{Options, PictureFolder};
use advlab_datasets::{Examples, Split};
use image::{ImageBuffer, Rgb, RgbImage};

/// Pictures in a batch, as the nets for micrographs are trained.
const BATCH: usize = 20;

/// The passes of the comparison.
const COUNTS: [usize; 2] = [500, 50_000];

/// Says that this process is one of those that are measured.
const CHILD: &str = "--pass";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--list" || argument == "--test") {
        return;
    }
    if let [first, folder] = &arguments[..]
        && first == CHILD
    {
        pass(Path::new(folder));
        return;
    }
    let place = tempfile::tempdir().expect("a place for pictures");
    println!("{:<52} {:>10} {:>12}", "a batch of 20 on one thread", "ms", "ms a picture");
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("one thread");
    for (own, wanted) in [(128, 128), (256, 256), (256, 128), (512, 128)] {
        let root = place.path().join(format!("{own}-{wanted}"));
        write(&root, BATCH, own);
        let folder = open(&root, wanted);
        let which: Vec<usize> = (0..BATCH).collect();
        let mut bytes = vec![0; BATCH * folder.shape().len()];
        let time = one.install(|| fastest(50, || folder.fill(&which, &mut bytes).expect("they were just written")));
        let what = format!("PNG of 3x{own}x{own} to 3x{wanted}x{wanted}");
        let time = 1e3 * time.as_secs_f64();
        println!("{what:<52} {time:>10.2} {:>12.3}", time / BATCH as f64);
    }
    let peaks = COUNTS.map(|n| {
        let root = place.path().join(n.to_string());
        write(&root, n, 128);
        let program = std::env::current_exe().expect("a bench is a file");
        let began = Instant::now();
        let told = Command::new(program).args([CHILD.as_ref(), root.as_os_str()]).output().expect("it is this program");
        assert!(told.status.success(), "a pass over {n} pictures: {}", String::from_utf8_lossy(&told.stderr));
        let text = String::from_utf8_lossy(&told.stdout);
        let peak: f64 = text.trim().parse().expect("it says how many kilobytes");
        let seconds = began.elapsed().as_secs_f64();
        println!("a pass over {n} pictures: {:.1} MB at most, {seconds:.1} s", peak / 1e3);
        peak
    });
    println!("memory for 50 000 pictures, of that for 500: {:.3} (at most 1.05)", peaks[1] / peaks[0]);
}

/// So many pictures in two classes, most of them further names of the first fifty.
fn write(root: &Path, n: usize, side: u32) {
    for class in ["Control", "Snap29"] {
        fs::create_dir_all(root.join("train").join(class)).expect("it is our folder");
        fs::create_dir_all(root.join("test").join(class)).expect("it is our folder");
    }
    let file =
        |split: &str, i: usize| root.join(split).join(["Control", "Snap29"][i % 2]).join(format!("{i:06}-00-00.png"));
    for i in 0..n {
        match i {
            0..50 => micrograph(i as u32, side).save(file("train", i)).expect("it is our folder"),
            _ => fs::hard_link(file("train", i % 50), file("train", i)).expect("it is our folder"),
        }
    }
    (0..2).for_each(|i| micrograph(i as u32, side).save(file("test", i)).expect("it is our folder"));
}

/// Bright spots on a dark ground, with the grain of a camera.
fn micrograph(number: u32, side: u32) -> RgbImage {
    let mut state = number.wrapping_mul(2_654_435_761) | 1;
    ImageBuffer::from_fn(side, side, |x, y| {
        let wave = |k: f32| 0.5 + 0.5 * ((x as f32 * k + number as f32).sin() * (y as f32 * k).cos());
        Rgb([0.11_f32, 0.17, 0.05].map(|k| {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            (200.0 * wave(k).powi(3)) as u8 + (state % 16) as u8
        }))
    })
}

fn open(root: &Path, side: i64) -> PictureFolder {
    let shape = InputShape { channels: 3, height: side, width: side };
    PictureFolder::open(root, Split::Train, shape, Seed::new(0), &Options::default()).expect("it was just written")
}

/// Asks for every picture once, and says how many kilobytes this process held at most.
fn pass(root: &Path) {
    let folder = open(root, 128);
    let all: Vec<usize> = (0..folder.len()).collect();
    let mut bytes = vec![0; BATCH * folder.shape().len()];
    for batch in all.chunks(BATCH) {
        folder.fill(batch, &mut bytes[..batch.len() * folder.shape().len()]).expect("they are there");
    }
    let status = fs::read_to_string("/proc/self/status").expect("Linux tells of its processes");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("and of their memory");
    println!("{}", line.trim().trim_end_matches(" kB"));
}

fn fastest(rounds: usize, mut call: impl FnMut()) -> Duration {
    let time = |_| {
        let began = Instant::now();
        call();
        began.elapsed()
    };
    (0..rounds).map(time).min().expect("there are rounds")
}
