//! Draws slides of cells and a sheet of their tiles:
//! `cargo run --release -p advlab-datasets --example draw_cells -- FOLDER SIDE SEED [STRENGTH]`.
//!
//! Of each class and brain there is one slide, `CLASS-BRAIN.png`, with 16 bits a channel; `tiles.png` has a row for each
//! with eight of its 4 × 4 tiles, shrunk to 128 × 128.

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use advlab_core::Seed;
use advlab_datasets::cells::{Brain, Class, Micrograph, Slide, draw};
use image::imageops::{FilterType, crop_imm, overlay, resize};
use image::{ImageBuffer, Rgb, RgbImage};

/// Width and height of a tile on the sheet.
const TILE: u32 = 128;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let numbers: Option<Vec<u64>> = arguments.iter().skip(1).take(2).map(|text| text.parse().ok()).collect();
    let strength = arguments.get(3).map_or(Some(1.0), |text| text.parse().ok());
    let (Some(folder), Some([side, seed]), Some(strength)) = (arguments.first(), numbers.as_deref(), strength) else {
        eprintln!("usage: draw_cells FOLDER SIDE SEED [STRENGTH]");
        return ExitCode::from(2);
    };
    match write(Path::new(folder), *side as usize, Seed::new(*seed), strength) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn write(folder: &Path, side: usize, seed: Seed, strength: f32) -> Result<(), Box<dyn std::error::Error>> {
    std::fs::create_dir_all(folder)?;
    let cell = TILE + 2;
    let mut sheet = RgbImage::from_pixel(8 * cell, 9 * cell, Rgb([255; 3]));
    for (row, (class, brain)) in
        Class::ALL.into_iter().flat_map(|class| Brain::ALL.map(|brain| (class, brain))).enumerate()
    {
        let start = Instant::now();
        let micrograph = draw(&Slide { class, brain, side, strength }, seed.index(row as u64));
        eprintln!("{class}, brain {brain}: {:.0} ms", 1000.0 * start.elapsed().as_secs_f64());
        micrograph.save(&folder.join(format!("{class}-{brain}.png")))?;
        let picture = eight_bit(&micrograph);
        let tile = picture.width() / 4;
        for k in 0..8 {
            let part = crop_imm(&picture, k % 4 * tile, k / 4 * 2 * tile, tile, tile).to_image();
            let part = resize(&part, TILE, TILE, FilterType::Triangle);
            overlay(&mut sheet, &part, i64::from(k * cell), row as i64 * i64::from(cell));
        }
    }
    sheet.save(folder.join("tiles.png"))?;
    Ok(())
}

fn eight_bit(micrograph: &Micrograph) -> RgbImage {
    ImageBuffer::from_fn(micrograph.width as u32, micrograph.height as u32, |x, y| {
        let first = 3 * (y as usize * micrograph.width + x as usize);
        Rgb([0, 1, 2].map(|channel| (micrograph.pixels[first + channel] >> 8) as u8))
    })
}
