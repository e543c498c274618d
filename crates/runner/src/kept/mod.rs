//! Runs that are on disk.
