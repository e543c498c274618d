//! Writes the mean training picture of each MNIST digit as bytes: `cargo run -p advlab-model-zoo --example mean_digits -- FILE`.

use advlab_datasets::{LoadOptions, Split, load};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args().nth(1).ok_or("name the file to write")?;
    let mnist = load("mnist", Split::Train, &LoadOptions::default())?;
    let mut bytes = Vec::new();
    for digit in 0..10 {
        bytes.extend(mnist.mean_of_class(digit)?.iter().map(|value| (value * 255.0).round() as u8));
    }
    std::fs::write(file, bytes)?;
    Ok(())
}
