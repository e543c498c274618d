//! Draws a sheet of objects, a row for each kind:
//! `cargo run --release -p advlab-datasets --example draw_objects -- FILE.png COLUMNS SIDE SEED [KIND]`.

use std::process::ExitCode;

use advlab_core::Seed;
use advlab_datasets::objects::{classes, picture_of};
use image::{Rgb, RgbImage};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let numbers: Option<Vec<usize>> = arguments.iter().skip(1).take(3).map(|text| text.parse().ok()).collect();
    let (Some(file), Some([columns, side, seed])) = (arguments.first(), numbers.as_deref()) else {
        eprintln!("usage: draw_objects FILE.png COLUMNS SIDE SEED [KIND]");
        return ExitCode::from(2);
    };
    let kinds: Vec<usize> = classes()
        .enumerate()
        .filter(|(_, name)| arguments.get(4).is_none_or(|wanted| wanted == name))
        .map(|(kind, _)| kind)
        .collect();
    let (cell, seed) = (side + 2, Seed::new(*seed as u64));
    let mut sheet = RgbImage::from_pixel((columns * cell) as u32, (kinds.len() * cell) as u32, Rgb([255; 3]));
    for (row, &kind) in kinds.iter().enumerate() {
        for column in 0..*columns {
            let picture = picture_of(kind, *side, seed.index(column as u64));
            for i in 0..side * side {
                let pixel = Rgb([0, 1, 2].map(|channel| picture[channel * side * side + i]));
                sheet.put_pixel((column * cell + i % side) as u32, (row * cell + i / side) as u32, pixel);
            }
        }
    }
    match sheet.save(file) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {file}: {error}");
            ExitCode::from(2)
        }
    }
}
