//! What is wrong with a picture file.

/// Why a file cannot be used as a picture; [`Error::Photo`](crate::Error::Photo) says which file.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// A folder.
    #[error("is a folder; name one picture file in it")]
    Folder,
    /// No bytes at all.
    #[error("is empty (0 bytes); wanted a picture")]
    Empty,
    /// Not a picture, or of a kind that nobody here knows.
    #[error("is not a picture: it begins {begins}; wanted PNG, JPEG, WebP, GIF, BMP, TIFF or PNM")]
    Foreign {
        /// The first bytes.
        begins: String,
    },
    /// A picture of a kind that is known and not read.
    #[error("is a picture of a kind that is not read ({kind}); save it as PNG or JPEG")]
    Kind {
        /// Its kind.
        kind: String,
    },
    /// More than one picture in one file.
    #[error("is animated ({frames} frames); save one frame as PNG")]
    Animated {
        /// Pictures in the file.
        frames: u32,
    },
    /// More than one page in one file, such as a stack of a microscope.
    #[error("holds {pages} pages, such as a stack; save each page, or a projection of them, as a file of its own")]
    Pages {
        /// Pages in the file, reduced ones not counted.
        pages: u32,
    },
    /// Too large to take into memory unasked.
    #[error("is {width} x {height}, {}, more than the limit of {}; scale it down, or raise the limit",
        amount(.width.saturating_mul(*.height)), amount(*.limit))]
    TooLarge {
        /// Pixels along a row.
        width: u64,
        /// Rows.
        height: u64,
        /// Most pixels that are read.
        limit: u64,
    },
    /// More bytes than a picture within the limit can have.
    #[error("has more than {} MB, too many for a picture of at most {}; scale it down, or raise the limit",
        .most / 1_000_000, amount(*.limit))]
    TooLong {
        /// Most bytes that are read.
        most: u64,
        /// Most pixels that are read.
        limit: u64,
    },
    /// Too small to show anything.
    #[error("is {width} x {height} pixels; wanted at least {least} on each side")]
    TooSmall {
        /// Pixels along a row.
        width: u64,
        /// Rows.
        height: u64,
        /// Fewest pixels on each side.
        least: u64,
    },
    /// A file that ends too early.
    #[error("ends too early, after {bytes} bytes; copy or save it again")]
    Truncated {
        /// Bytes that are there.
        bytes: u64,
    },
    /// A file that its decoder refuses.
    #[error("cannot be decoded as {kind} ({why}); save it again with another program")]
    Damaged {
        /// Its kind.
        kind: &'static str,
        /// The decoder's reason.
        why: String,
    },
    /// A picture of floating-point numbers that holds other things than numbers.
    #[error("holds values that are NaN or infinite; save it as 8 or 16 bit PNG")]
    NotFinite,
}

fn amount(pixels: u64) -> String {
    if pixels < 1_000_000 { format!("{pixels} pixels") } else { format!("{:.1} megapixels", pixels as f64 / 1e6) }
}
