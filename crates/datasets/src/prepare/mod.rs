//! Wide-field pictures to a folder of small ones: tiles, rotations, one size, two halves; and a look for leaks in folders that
//! others made.
//!
//! [`Plan::new`] reads a folder with one folder of pictures a class, and finds every mistake before anything is written.
//! [`Plan::cut`] then makes the pictures of one wide-field. Grey stays grey, 16 bit are computed with 16 bit.
//!
//! A rotation turns a tile about its middle, counter-clockwise as one sees it. Values between pixels come from the four nearest
//! (bilinear) or the sixteen nearest (bicubic: Catmull-Rom, Keys 1981, "Cubic convolution interpolation", with a = −1/2).
//! What a rotation brings in from outside is the tile mirrored at its edge, the outermost pixels twice, or black. Whole turns of
//! a square are exact. Where a picture gets smaller, each pixel is the mean of the area that it covers; of one that is rotated as well, the
//! area is taken along the tile's own sides.
//!
//! [`leaks`] finds pictures that are on both sides of a split by what they show.
//!
//! ```no_run,standalone_crate
//! use advlab_core::Stop;
//! use advlab_datasets::prepare::{Bits, Plan, Settings};
//! let settings = Settings { tiles: "4x4".parse()?, angles: "-5..5".parse()?, ..Settings::default() };
//! let plan = Plan::new("slides".as_ref(), settings, &Stop::default())?;
//! plan.cut(0)?.tile(0, |made| std::fs::write(format!("{}.png", made.turn), made.raster.png(Bits::Eight).unwrap()))?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod trouble;

mod classes;

mod angles;
mod grid;
mod settings;

mod raster;
mod rotate;
mod shrink;

mod encode;

mod halves;
mod plan;

pub mod leaks;

pub use angles::Angles;
pub use classes::{ClassFolder, class_folders, is_hidden};
pub use grid::{Grid, Size};
pub(crate) use plan::tile_versions;
pub use plan::{Broken, Cut, Made, Plan, Source};
pub use raster::{Area, Raster};
pub use rotate::{Border, Interpolation, Rotation};
pub use settings::{Bits, Channels, Settings, SplitBy, SplitSettings};
pub use trouble::Trouble;
