//! Draws photographs of digits into a folder for each digit, as `own_digits` reads them:
//! `cargo run --release -p advlab-datasets --example photograph_digits -- FOLDER COUNT SEED`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use advlab_core::Seed;
use advlab_datasets::digits::photographs::photograph;
use advlab_datasets::photo::Photo;
use image::{ImageBuffer, Rgb};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (folder, count, seed) = (arguments.next(), arguments.next(), arguments.next());
    let (Some(folder), Some(Ok(count)), Some(Ok(seed))) =
        (folder, count.map(|text| text.parse::<u64>()), seed.map(|text| text.parse()))
    else {
        eprintln!("usage: photograph_digits FOLDER COUNT SEED");
        return ExitCode::from(2);
    };
    for i in 0..count {
        let (photo, digit) = photograph(i, Seed::new(seed));
        let class = PathBuf::from(&folder).join(digit.to_string());
        if let Err(error) = write(&photo, &class, i) {
            eprintln!("error: {}: {error}", class.display());
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}

fn write(photo: &Photo, class: &Path, i: u64) -> Result<(), Box<dyn std::error::Error>> {
    std::fs::create_dir_all(class)?;
    let (values, size) = (photo.values(), photo.width() * photo.height());
    let picture = ImageBuffer::from_fn(photo.width() as u32, photo.height() as u32, |x, y| {
        let at = y as usize * photo.width() + x as usize;
        Rgb([0, 1, 2].map(|part| (255.0 * values[part * size + at]).round() as u8))
    });
    Ok(picture.save(class.join(format!("{i:05}.jpg")))?)
}
