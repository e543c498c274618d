//! What is wrong with a folder of pictures.

use std::path::PathBuf;

use crate::Error;

/// Why a folder cannot be used as a data set; [`Error::Folder`] says which folder.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// Not there, or a file.
    #[error("is not a folder; name one that holds a folder of pictures for each class")]
    NoFolder,
    /// No folders in it.
    #[error(
        "holds no folders that could be classes; put the pictures into a folder for each class, CLASS/… or train/CLASS/… and test/CLASS/…"
    )]
    NoClasses,
    /// One folder alone.
    #[error("holds one class, `{class}`; wanted two or more, a folder for each")]
    OneClass {
        /// The class.
        class: String,
    },
    /// A class without pictures.
    #[error("class `{class}` has no picture ({why}); add pictures, or remove its folder")]
    EmptyClass {
        /// The class.
        class: String,
        /// What is there, or happened to them, in words.
        why: String,
    },
    /// Two classes that some systems cannot tell apart.
    #[error("`{}` and `{}` are names of two classes that differ in case alone; rename one, or put their pictures together", .names[0], .names[1])]
    SameName {
        /// Their names.
        names: [String; 2],
    },
    /// A class of one half only.
    #[error("class `{class}` is in {has}/ and not in {lacks}/; both halves need the same classes")]
    OneHalf {
        /// The class.
        class: String,
        /// The half that has it.
        has: String,
        /// The half that does not.
        lacks: String,
    },
    /// Training pictures alone, or test pictures alone.
    #[error(
        "holds {has}/ and no {lacks}/; add that, or name {has}/ itself to have its pictures divided into training and test"
    )]
    LoneHalf {
        /// The half that is there.
        has: String,
        /// The one that is not.
        lacks: &'static str,
    },
    /// A share for testing of pictures that are divided already.
    #[error("has its test pictures in {test}/; leave out the test share, which is for folders that are not divided")]
    Divided {
        /// The folder of the half.
        test: String,
    },
    /// A share that leaves a half without pictures.
    #[error("the test share must be above 0 and below 1, got {got}")]
    Share {
        /// The share that came.
        got: f64,
    },
    /// A link to a folder that it lies in.
    #[error("the link {} leads back to {}, which it lies in; remove it", .link.display(), .to.display())]
    Loop {
        /// The link.
        link: PathBuf,
        /// Where it leads.
        to: PathBuf,
    },
    /// Notes on the pictures' origin that cannot be understood.
    #[error("{}: {why}; make the folder anew, or remove this file if its pictures are independent of each other", .table.display())]
    Table {
        /// The file.
        table: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// Pictures that cannot be read.
    #[error("{n} of {of} pictures cannot be used, the first: {first}; leave them out with --skip-broken")]
    Broken {
        /// How many.
        n: usize,
        /// Of how many.
        of: usize,
        /// What is wrong with the first of them.
        first: Box<Error>,
    },
    /// Grey pictures among coloured ones.
    #[error(
        "grey and coloured pictures stand side by side, such as {} and {}; make them one kind, or take the grey ones as three equal channels with --mixed",
        .grey.display(), .colour.display()
    )]
    Mixed {
        /// A grey one.
        grey: PathBuf,
        /// A coloured one.
        colour: PathBuf,
    },
}
