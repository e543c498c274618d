//! Pictures of one's own: files of any common kind to values a net takes, and back to the picture's own size.
//!
//! [`Photo::read`] reads one file, [`list`] finds those of a folder. [`Photo::fit`] cuts and scales to a net's input
//! and keeps the geometry, so that [`Fitted::give_back`] can put a change found at the net's size onto the whole
//! picture.
//!
//! ```no_run,standalone_crate
//! use advlab_datasets::photo::{Fit, MAX_PIXELS, Photo};
//! let photo = Photo::read("holiday.jpg".as_ref(), MAX_PIXELS)?;
//! let fitted = photo.fit("3x224x224".parse()?, Fit::Crop)?;
//! let brighter = fitted.give_back(&photo, &vec![0.1; 3 * 224 * 224])?;
//! assert_eq!(brighter.width(), photo.width());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod fault;

mod blocks;
mod read;

mod fit;
mod give_back;

mod list;

pub use fault::Fault;
pub use fit::{Fit, Fitted, Region};
pub use list::list;
pub(crate) use read::{Header, decode};
pub use read::{LEAST_SIDE, MAX_PIXELS, Photo};
