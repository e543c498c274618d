//! Runs that are on disk: listed, shown, compared, repeated.
//!
//! Everything is read from the folders of the runs, of whatever version and in whatever condition they are.

mod folder;
mod headline;

mod list;
mod show;

mod leaves;
mod tables;

mod diff;

mod again;
mod points;
mod verify;

pub use diff::{Diff, diff};
pub use leaves::Difference;
pub use list::{Listed, list};
pub use show::{Shown, show};
pub use verify::{Asked, Verified, verify};
