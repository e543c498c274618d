//! The crate from outside: files in folders and servers on this machine in, data sets out.

#![expect(clippy::unwrap_used, reason = "a test whose helper fails has failed")]

mod server; // a small HTTP server with bad habits

mod download; // one file: mirrors, resuming, checks, nothing half-done taken for done
mod load; // a name in, a data set out; every way in which the files can be wrong
mod mnist; // the real one, where it is at hand

mod fit; // a picture to a net's size, and a change back to the picture's own
mod folder; // a folder a class: every picture the same bytes, origins on one side, every way in which it can be wrong
mod photo; // files of every kind to values; every way in which a file can be wrong
