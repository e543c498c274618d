//! What can go wrong between a data set's name and its pictures.

use std::io;
use std::path::PathBuf;

use crate::folder;
use crate::photo::Fault;

/// Shorthand for results of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Errors of this crate. Each names the file or the set, what was wanted, what came, and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A name that no data set has.
    #[error("unknown data set `{name}`{}; there are: {known}", .nearest.map(|n| format!(", did you mean `{n}`?")).unwrap_or_default())]
    UnknownSet {
        /// The name asked for.
        name: String,
        /// The name most like it, where one is.
        nearest: Option<&'static str>,
        /// All names.
        known: String,
    },
    /// A split that is neither `train` nor `test`.
    #[error("unknown split `{0}`; use `train` or `test`")]
    UnknownSplit(String),
    /// A folder that was named and is not there.
    #[error("{what} names {}, which is not a folder; name the folder that holds the files of `{set}`", .folder.display())]
    NoFolder {
        /// The data set.
        set: &'static str,
        /// Who named the folder, such as `--data`.
        what: &'static str,
        /// The folder.
        folder: PathBuf,
    },
    /// A folder that was named and lacks files.
    #[error(
        "{}: `{set}` needs {missing}, with or without `.gz`, and it is not there; place it there, or name another folder with {what}",
        .folder.display()
    )]
    MissingFiles {
        /// The data set.
        set: &'static str,
        /// Who named the folder, such as `--data`.
        what: &'static str,
        /// The folder.
        folder: PathBuf,
        /// The files wanted that are not there.
        missing: String,
    },
    /// Files of one data set where those of another were wanted.
    #[error("{}: these are the labels of `{got}`, not of `{wanted}`; load `{got}`, or name the folder of `{wanted}`", .path.display())]
    OtherSet {
        /// The labels file.
        path: PathBuf,
        /// The set asked for.
        wanted: &'static str,
        /// The set whose checksum it has.
        got: &'static str,
    },
    /// No file is there, and none can be fetched.
    #[error("`{set}` cannot be fetched: {why}; place {missing} in {}, or name their folder with `--data DIR`", .folder.display())]
    NotFetchable {
        /// The data set.
        set: &'static str,
        /// Why not, and where a person gets it.
        why: &'static str,
        /// The files wanted.
        missing: String,
        /// Where they are looked for.
        folder: PathBuf,
    },
    /// Every mirror failed.
    #[error(
        "`{set}`: {file} could not be fetched ({tried}); place it in {}, or name a folder that holds it with \
         `--data DIR`, or use the drawn `digits`, which need no files",
        .folder.display()
    )]
    Download {
        /// The data set.
        set: String,
        /// The file wanted.
        file: String,
        /// Where it was to go.
        folder: PathBuf,
        /// Each mirror tried and what came of it.
        tried: String,
    },
    /// There is no folder for the user's data.
    #[error("no home folder to keep `{set}` in; name a folder with `--data DIR`, or set HOME")]
    NoHome {
        /// The data set.
        set: &'static str,
    },
    /// A file that could not be read.
    #[error("{}: cannot be read: {source}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A file or folder that could not be written.
    #[error("{}: cannot be written: {source}", .path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A gzip file that does not unpack.
    #[error("{}: the gzip data is damaged ({why}); delete the file and fetch it again", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What the unpacker said.
        why: String,
    },
    /// A file of another kind.
    #[error("{}: wanted IDX {wanted}, which begin {magic:08x}, but the file begins {got}; name the right file", .path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What it should hold, such as `pictures`.
        wanted: &'static str,
        /// How such a file begins.
        magic: u32,
        /// How this file begins.
        got: String,
    },
    /// A file that ends too early.
    #[error("{}: truncated: expected {expected} bytes, found {got}; delete the file and fetch it again", .path.display())]
    Truncated {
        /// The file.
        path: PathBuf,
        /// Bytes that its header promises, unpacked.
        expected: u64,
        /// Bytes that are there, unpacked.
        got: u64,
    },
    /// A file that goes on after its end.
    #[error(
        "{}: oversized: expected {expected} bytes, found {}{got}; delete the file and fetch it again",
        .path.display(), if *.at_least { "at least " } else { "" }
    )]
    Oversized {
        /// The file.
        path: PathBuf,
        /// Bytes that its header promises, unpacked.
        expected: u64,
        /// Bytes that are there, unpacked.
        got: u64,
        /// Whether there may be more.
        at_least: bool,
    },
    /// A header that no real file has.
    #[error("{}: the header speaks of {header}, more than the {limit} bytes that are read; the file is damaged, fetch it again", .path.display())]
    Absurd {
        /// The file.
        path: PathBuf,
        /// What the header says.
        header: String,
        /// Most bytes that are read.
        limit: u64,
    },
    /// A file without a picture or label in it.
    #[error("{}: the file holds {header}; wanted at least one of at least one pixel", .path.display())]
    Empty {
        /// The file.
        path: PathBuf,
        /// What the header says.
        header: String,
    },
    /// Pictures of a size that the set does not have.
    #[error("{}: `{set}` has pictures of {wanted}, these are {got}; name the folder of `{set}`", .path.display())]
    PictureSize {
        /// The data set.
        set: &'static str,
        /// The file.
        path: PathBuf,
        /// The shape wanted.
        wanted: String,
        /// The shape that came.
        got: String,
    },
    /// Pictures and labels that do not belong together.
    #[error("{images} holds {n_images} pictures, but {labels} holds {n_labels} labels; take both from one source")]
    Counts {
        /// The pictures' file, or the set's name.
        images: String,
        /// How many pictures.
        n_images: usize,
        /// The labels' file, or the set's name.
        labels: String,
        /// How many labels.
        n_labels: usize,
    },
    /// A label that names no class.
    #[error("{place}: label {index} is {label}, wanted {first} to {last}; the labels are damaged or of another set")]
    Label {
        /// The file, or the set's name.
        place: String,
        /// Number of the label, from 0.
        index: usize,
        /// The label as it is written.
        label: i64,
        /// The smallest that would do.
        first: i64,
        /// The largest that would do.
        last: i64,
    },
    /// Pixels that do not make up whole pictures.
    #[error("`{set}`: {bytes} bytes are not a whole number of {shape} pictures")]
    Pixels {
        /// The data set.
        set: String,
        /// How many bytes came.
        bytes: usize,
        /// Shape of one picture.
        shape: String,
    },
    /// The number of a picture that is not there.
    #[error("`{set}` has no picture {index}: it has {len}, numbered from 0")]
    Index {
        /// The data set and split.
        set: String,
        /// The number asked for.
        index: usize,
        /// How many there are.
        len: usize,
    },
    /// More pictures asked for than there are, or none.
    #[error("`{set}`: asked for {wanted} pictures, there are {got}; ask for 1 to {got}")]
    Count {
        /// The data set and split.
        set: String,
        /// How many were asked for.
        wanted: usize,
        /// How many there are.
        got: usize,
    },
    /// A class without a picture.
    #[error("`{set}` has no picture of class {class}; it has {n_classes} classes, numbered from 0")]
    NoneOfClass {
        /// The data set and split.
        set: String,
        /// The class asked for.
        class: usize,
        /// How many classes there are.
        n_classes: usize,
    },
    /// A setting of drawn cells that cannot be used.
    #[error("cells: `{field}` must be {want}, got {got}")]
    Cells {
        /// The setting.
        field: &'static str,
        /// What it may be.
        want: &'static str,
        /// What it was.
        got: String,
    },
    /// A class with too few groups of pictures to be divided.
    #[error(
        "`{set}`: class {class} has all its pictures in one group, such as rotations of one tile, and cannot be divided without a leak; add pictures"
    )]
    TooFewGroups {
        /// The data set and split.
        set: String,
        /// The class.
        class: String,
    },
    /// A file that cannot be used as a picture.
    #[error("{}: {fault}", .path.display())]
    Photo {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        fault: Fault,
    },
    /// A folder that cannot be used as a data set.
    #[error("{}: {fault}", .folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What is wrong with it.
        fault: folder::Fault,
    },
    /// Pictures of a folder, without a word on which or as what.
    #[error("the data set `folder` needs {0}")]
    FolderNeeds(&'static str),
    /// A folder without a picture file.
    #[error("{}: no picture file in this folder ({others} other entries); wanted names in .png, .jpg, .webp and the like", .folder.display())]
    NoPhotos {
        /// The folder.
        folder: PathBuf,
        /// Entries that are no pictures.
        others: usize,
    },
    /// A folder of pictures that cannot be prepared or compared.
    #[error(transparent)]
    Prepare(#[from] crate::prepare::Trouble),
    /// A folder or a picture file that should name a digit.
    #[error(
        "{}: names no digit; call folders `0` to `9`, or begin the file's name with its one digit, such as `3_07.jpg`",
        .path.display()
    )]
    NoDigit {
        /// The folder or the file.
        path: PathBuf,
    },
    /// A way of processing that is none.
    #[error("unknown processing `{0}`; use `plain`, `threshold`, `crop`, `box` or `published`")]
    UnknownProcessing(String),
    /// A way of fitting that is none.
    #[error("unknown fit `{0}`; use `crop`, `inner` or `stretch`")]
    UnknownFit(String),
    /// A change that is not one of a net's pictures.
    #[error(
        "wanted a change of {shape} with values in [-1, 1], got {got}; take the difference of two pictures of the net's size"
    )]
    Change {
        /// The net's shape.
        shape: String,
        /// What came.
        got: String,
    },
    /// A change given back to another picture than the one it was made for.
    #[error("wanted the picture that was fitted, {wanted} pixels, got one of {got}")]
    OtherPhoto {
        /// The size wanted, in words.
        wanted: String,
        /// The size that came.
        got: String,
    },
    /// The user asked to stop.
    #[error("stopped")]
    Stopped,
    /// The vocabulary's own complaint.
    #[error(transparent)]
    Core(#[from] advlab_core::Error),
}

impl Error {
    pub(crate) fn read(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        |source| Self::Read { path, source }
    }

    pub(crate) fn write(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        |source| Self::Write { path, source }
    }
}
