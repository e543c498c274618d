//! Draws digits into IDX files: `cargo run --release -p advlab-datasets --example draw_digits -- FOLDER COUNT SEED`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use advlab_core::Seed;
use advlab_datasets::{LoadOptions, Split, load};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (folder, count, seed) = (arguments.next(), arguments.next(), arguments.next());
    let (Some(folder), Some(Ok(count)), Some(Ok(seed))) =
        (folder, count.map(|text| text.parse::<usize>()), seed.map(|text| text.parse()))
    else {
        eprintln!("usage: draw_digits FOLDER COUNT SEED");
        return ExitCode::from(2);
    };
    for (split, count) in [(Split::Train, count), (Split::Test, count.div_ceil(6))] {
        let options = LoadOptions { count: Some(count), seed: Seed::new(seed), ..LoadOptions::default() };
        let start = Instant::now();
        let written = load("digits", split, &options).and_then(|set| {
            eprintln!("{split}: {count} digits in {:.2} s", start.elapsed().as_secs_f64());
            set.export(&PathBuf::from(&folder), false)
        });
        if let Err(error) = written {
            eprintln!("error: {error}");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}
