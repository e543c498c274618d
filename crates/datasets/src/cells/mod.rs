//! Fluorescence micrographs of cells, drawn by formula: wide-field, 16 bit, RGB, without a file or a network.
//!
//! A sheet of cells lies under the microscope: membranes in red, a protein in green, the stain of the nuclei in blue. The
//! cells touch and press against each other, the light of what is out of focus lies over them as haze, the lamp is brighter
//! in one place than in another, and the camera counts photons. The [`Class`] decides what the protein does, the [`Brain`]
//! how the specimen looks otherwise. Everything that makes one class hard to tell from another is in `class.rs`.
//!
//! A micrograph depends on its [`Slide`] and its seed alone. Two slides of one seed that differ in the class show the same
//! cells, with and without the sign.
//!
//! ```
//! use advlab_core::Seed;
//! use advlab_datasets::cells::{Brain, Class, Slide, draw};
//! let slide = Slide { side: 256, ..Slide::new(Class::Snap29, Brain::One) };
//! assert_eq!(draw(&slide, Seed::new(1).index(0)).pixels.len(), 3 * 256 * 256);
//! ```

mod brain;
mod class;
mod slide;

mod micrograph;

mod field;
mod plane;

mod layout;
mod stain;

mod puncta;

mod camera;
mod optics;

mod sample;

pub use brain::Brain;
pub use class::Class;
pub use micrograph::Micrograph;
pub use sample::Sample;
pub use slide::{Slide, draw};
