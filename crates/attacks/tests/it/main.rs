//! The crate from outside: a net and a wish in, examples out.

#![expect(clippy::unwrap_used, reason = "a test whose helper fails has failed")]

mod common; // what the tests share: nets, and runs that keep everything

mod engines; // all engines come to the same: success rates and averages
mod faults; // of the caller and of the net: each told clearly
mod laws; // what holds for every setting
