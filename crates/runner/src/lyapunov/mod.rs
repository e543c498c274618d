//! `advlab lyapunov`: how much a net stretches what lies around pictures, and over planes, into a results folder.

pub(crate) mod doubt;
pub(crate) mod field;
