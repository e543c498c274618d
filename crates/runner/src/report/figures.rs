//! Figures as data URLs, so that a report is one file.

use std::fs;

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::ImageDecoder as _;
use minijinja::{Value, context};

use super::captions::Captioned;
use super::run::Run;

/// The figures that were drawn; others are left out.
///
/// # Errors
/// A file that cannot be read, or is no picture.
pub(super) fn embedded(run: &Run, figures: &[Captioned]) -> Result<Vec<Value>> {
    figures.iter().filter(|figure| run.path(&figure.file).is_file()).map(|figure| embed(run, figure)).collect()
}

fn embed(run: &Run, figure: &Captioned) -> Result<Value> {
    let path = run.path(&figure.file);
    let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    // The page keeps room for a picture whose sides it knows, so that nothing jumps while it is decoded.
    let sides = image::codecs::png::PngDecoder::new(std::io::Cursor::new(&bytes))
        .with_context(|| format!("{} is damaged", path.display()))?
        .dimensions();
    let (file, caption, url) = (&figure.file, &figure.caption, url(&bytes));
    Ok(context! { file, caption, url, width => sides.0, height => sides.1 })
}

/// A PNG file as a data URL. Safe as it is: escaping would turn every slash of the base64 text into six characters.
pub(super) fn url(png: &[u8]) -> Value {
    Value::from_safe_string(format!("data:image/png;base64,{}", STANDARD.encode(png)))
}
