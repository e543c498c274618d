//! Experiment files: what they may say, every mistake in them with its place, files that include others, and sweeps.
//!
//! [`File::read`] checks a file whole, before any data or net is loaded. What comes back has no mistakes that can be found without
//! them: one [`Experiment`], or the points of a sweep, which are made one by one.
//!
//! What files may say is derived from the types of the settings, as JSON Schema ([`schema_of_all`]); the check, the starting files
//! of `advlab new` and the page of all settings follow from it and from the docs of the types.

mod mistake;
mod nearest;
mod node;
mod read;

mod follow;
mod kinds;
mod schema;

mod texts;
mod walk;

mod sweep;

mod file;

mod carry_out;
mod cost;

mod page;
mod sample;
mod template;

pub use cost::Cost;
pub use file::{File, Point, read};
pub use kinds::{Experiment, KINDS, Kind};
pub use mistake::{Mistake, Mistakes};
pub use page::settings_page;
pub use schema::schema_of_all;
pub use sweep::MOST_POINTS;
pub use template::{template, templates};

#[cfg(test)]
mod tests;
