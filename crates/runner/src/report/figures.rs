//! Figures as data URLs, so that a report is one file.

use std::fs;
use std::io::Cursor;

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::{ImageFormat, ImageReader};
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
    let damaged = || format!("{} is damaged", path.display());
    let reader = ImageReader::new(Cursor::new(&bytes)).with_guessed_format().with_context(damaged)?;
    let format = reader.format().with_context(damaged)?;
    let sides = reader.into_dimensions().with_context(damaged)?;
    let (file, caption, url) = (&figure.file, &figure.caption, url(&bytes, format));
    Ok(context! { file, caption, url, width => sides.0, height => sides.1 })
}

/// A picture's file as a data URL. Safe as it is: escaping would turn every slash of the base64 text into six characters.
pub(super) fn url(file: &[u8], format: ImageFormat) -> Value {
    Value::from_safe_string(format!("data:{};base64,{}", format.to_mime_type(), STANDARD.encode(file)))
}
