//! Photographs of digits of one's own, made into pictures such as MNIST's.
//!
//! What MNIST's authors did with their scans (LeCun et al. 1998, section III-A), done with photographs: ink or paper by a
//! threshold, the digit cut out, its longer side scaled to 20 pixels with grey levels from antialiasing, its centre of mass put
//! at the centre of 28 × 28. A photograph needs more before: light that is even, ink that is dark, and no dirt; see
//! [`Page::find`]. [`Processing`] says how far to go, so that what each step is worth can be measured.
//!
//! ```no_run,standalone_crate
//! use advlab_datasets::own_digits::{Page, Processing, list};
//! use advlab_datasets::photo::{MAX_PIXELS, Photo};
//! for digit in list("my-digits".as_ref())? {
//!     let photo = Photo::read(&digit.path, MAX_PIXELS)?;
//!     let picture = Page::find(&photo)?.picture(Processing::Published);
//!     assert_eq!(picture.len(), 28 * 28);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod fault;

mod list;

mod plane;

mod components;
mod light;
mod otsu;

mod page;

pub use fault::InkFault;
pub use list::{OwnDigit, list};
pub use page::{LEAST_INK, Page, Processing};
