//! Pictures of one's own as a data set: a folder for each class.
//!
//! ```text
//! plates/Control/0000.png …            divided by seed, a fifth for testing
//! plates/Snap29/0000.png …
//!
//! plates/train/Control/0000.png …      divided already
//! plates/test/Control/0000.png …
//! ```
//!
//! [`PictureFolder`] holds names and labels; a picture is read from its file whenever it is asked for.

mod fault;

mod halves;
mod scan;

mod kin;
mod turns;

mod decode;
mod survey;

mod pictures;

pub use fault::Fault;
pub use halves::is_one;
pub use pictures::{Options, PictureFolder};
pub use survey::Seen;
