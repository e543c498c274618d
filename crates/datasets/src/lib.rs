//! Bytes to pictures: MNIST-style files, their downloads, digits and objects drawn by formula, pictures of one's own. No
//! models.
//!
//! [`load`] is the front door: a name, a split and [`LoadOptions`] in, a [`Dataset`] out.
//!
//! ```no_run,standalone_crate
//! use advlab_datasets::{LoadOptions, Split, load};
//! let digits = load("digits", Split::Test, &LoadOptions { count: Some(20), ..LoadOptions::default() })?;
//! assert_eq!(digits.pictures(0..20)?.len(), 20);
//! # Ok::<(), advlab_datasets::Error>(())
//! ```

mod error;
mod split;

mod dataset;
mod examples;
mod export;
mod groups;
mod views;

pub mod idx;

pub mod catalogue;
mod checksum;

pub mod download;
mod http;
mod locate;

mod balance;
pub mod cells;
pub mod digits;
pub mod objects;

pub mod photo;

pub mod folder;
pub mod own_digits;
pub mod prepare;

mod load;

pub use checksum::Checksum;
pub use dataset::{Dataset, Parts};
pub use error::{Error, Result};
pub use examples::Examples;
pub use load::{FOLDER, LoadOptions, load, load_from, open_folder};
pub use locate::Places;
pub use split::Split;
pub use views::{Colour, View};
