//! What keeps a folder of pictures from being prepared.

use std::path::PathBuf;

use super::plan::Broken;

/// Broken files that a message lists at most.
const LISTED: usize = 10;

/// Why pictures cannot be prepared or compared, and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Trouble {
    /// A setting that cannot be used.
    #[error("{0}")]
    Setting(String),
    /// The input is not a folder.
    #[error("{}: {}; name a folder that holds one folder of pictures for each class", .folder.display(),
        if .folder.exists() { "is not a folder" } else { "is not there" })]
    NoFolder {
        /// What was named.
        folder: PathBuf,
    },
    /// Nothing in it is a class.
    #[error("{}: no folder in it (files: {files}); wanted one folder of pictures for each class, such as Control and Treated",
        .folder.display())]
    NoClasses {
        /// The folder.
        folder: PathBuf,
        /// Files that lie in it.
        files: usize,
    },
    /// Nothing to tell apart.
    #[error("{}: one class, `{class}`; wanted at least two, each a folder of pictures", .folder.display())]
    OneClass {
        /// The folder.
        folder: PathBuf,
        /// The class.
        class: String,
    },
    /// A class without a picture.
    #[error("{}: no picture in this class; put some there, or remove the folder", .folder.display())]
    EmptyClass {
        /// The folder of the class.
        folder: PathBuf,
    },
    /// Two classes that some file systems take for one.
    #[error("{}: the classes `{one}` and `{other}` differ in capitals alone, which many systems take for one name; \
        rename one, or put their pictures together", .folder.display())]
    SameName {
        /// The folder.
        folder: PathBuf,
        /// A class.
        one: String,
        /// Another.
        other: String,
    },
    /// A name that cannot be written into a table.
    #[error("{}: the name is not valid Unicode; rename it", .path.display())]
    Name {
        /// The file or folder.
        path: PathBuf,
    },
    /// A folder where pictures were expected.
    #[error("{}: a folder within a class; put its pictures into the folder of the class, or remove it", .path.display())]
    Nested {
        /// The folder.
        path: PathBuf,
    },
    /// A symbolic link back to where one came from.
    #[error("{}: a symbolic link that leads round in a circle; remove it", .path.display())]
    Loop {
        /// The link.
        path: PathBuf,
    },
    /// A symbolic link to what is not there.
    #[error("{}: a symbolic link to what is not there; remove it, or mend it", .path.display())]
    Dangling {
        /// The link.
        path: PathBuf,
    },
    /// One folder under two names.
    #[error("{} and {} are one and the same folder; remove one of the links", .one.display(), .other.display())]
    SameFolder {
        /// A class.
        one: PathBuf,
        /// Another.
        other: PathBuf,
    },
    /// Files that are no pictures, or damaged ones.
    #[error("{} of {total} files cannot be used; mend or remove them, or leave them out with --skip-broken:{}", .broken.len(), listed(.broken))]
    Broken {
        /// The files.
        broken: Vec<Broken>,
        /// All files, the whole ones with them.
        total: usize,
    },
    /// Grey and colour in one set.
    #[error("{} is grey and {} is in colour; make all grey with --grey, or all colour with --colour", .grey.display(), .colour.display())]
    Channels {
        /// A grey picture.
        grey: PathBuf,
        /// One in colour.
        colour: PathBuf,
    },
    /// Tiles that do not fit into a picture without a rest.
    #[error("{}: {width} x {height} pixels are not a whole number of tiles, {grid}: --tiles {grid} needs a width divisible by {columns} \
        and a height divisible by {rows}; cut the rest off evenly with --trim, or choose other tiles", .path.display())]
    Tiles {
        /// The picture.
        path: PathBuf,
        /// Pixels along a row.
        width: u32,
        /// Rows.
        height: u32,
        /// The tiles asked for.
        grid: String,
        /// Tiles in a row.
        columns: u32,
        /// Rows of tiles.
        rows: u32,
    },
    /// Tiles of another form than the pictures that are to become of them.
    #[error("{}: its tiles are {tile}, and --size {size} would squeeze them; choose other --tiles or a --size of that form, or allow it \
        with --stretch", .path.display())]
    Form {
        /// The picture.
        path: PathBuf,
        /// Size of its tiles.
        tile: String,
        /// Size asked for.
        size: String,
    },
    /// Tiles that differ from picture to picture.
    #[error("tiles are {one_size} in {}, {other_size} in {}; bring them to one size with --size", .one.display(), .other.display())]
    Sizes {
        /// A picture.
        one: PathBuf,
        /// Size of its tiles.
        one_size: String,
        /// Another picture.
        other: PathBuf,
        /// Size of its tiles.
        other_size: String,
    },
    /// A class that cannot be on both sides.
    #[error("`{class}` has one {what}, which cannot be on both sides of a split; {todo}")]
    CannotSplit {
        /// The class.
        class: String,
        /// What is kept together.
        what: &'static str,
        /// What to do.
        todo: &'static str,
    },
    /// A picture that is another than it was when it was looked at first.
    #[error("{}: the file was changed while it was being read; run the same command again", .path.display())]
    Changed {
        /// The picture.
        path: PathBuf,
    },
}

fn listed(broken: &[Broken]) -> String {
    let mut text: String =
        broken.iter().take(LISTED).map(|Broken { file, why }| format!("\n  {file}: {why}")).collect();
    if broken.len() > LISTED {
        text.push_str(&format!("\n  and {} more", broken.len() - LISTED));
    }
    text
}
