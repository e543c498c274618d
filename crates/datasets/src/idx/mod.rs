//! IDX, the format of MNIST's files: a header of big-endian numbers, then bytes.
//!
//! Pictures begin `00000803`, then count, rows, columns; labels begin `00000801`, then count. Files may be gzipped, which
//! is seen by how they begin and not by what they are called.
//!
//! Source: <http://yann.lecun.com/exdb/mnist/>, "the IDX file format".

mod read;
mod write;

pub(crate) use read::open;
pub use read::{Images, read_images, read_labels};
pub use write::{write_images, write_labels};

/// How a file of pictures begins.
pub const IMAGES_MAGIC: u32 = 0x0803;

/// How a file of labels begins.
pub const LABELS_MAGIC: u32 = 0x0801;
