//! Writes one picture of a drawn set's test half as PNG; `experiments/pictures/car.png` was made so:
//! `cargo run -p advlab-datasets --example one_object -- objects 0 FILE.png`.

use std::process::ExitCode;

use advlab_datasets::{LoadOptions, Split, load};
use image::{Rgb, RgbImage};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [set, number, file] = arguments.as_slice() else {
        eprintln!("usage: one_object SET NUMBER FILE.png");
        return ExitCode::from(2);
    };
    match write(set, number, file) {
        Ok(told) => {
            eprintln!("{told}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn write(set: &str, number: &str, file: &str) -> Result<String, Box<dyn std::error::Error>> {
    let number: usize = number.parse()?;
    let set = load(set, Split::Test, &LoadOptions { count: Some(number + 1), ..LoadOptions::default() })?;
    let (shape, bytes) = (set.shape(), set.picture(number));
    let plane = (shape.height * shape.width) as usize;
    let image = RgbImage::from_fn(shape.width as u32, shape.height as u32, |x, y| {
        let at = y as usize * shape.width as usize + x as usize;
        Rgb([0, 1, 2].map(|channel| bytes[at + (channel * plane) % bytes.len()])) // grey: three times the same
    });
    image.save(file)?;
    Ok(format!("{file}: a {}", set.classes()[set.labels()[number] as usize]))
}
