//! Nets of others, as TorchScript: opened, tried out, and asked what they take.

mod net;

mod habits;
mod shape;

mod complaint;

pub use net::ScriptNet;

pub(crate) use shape::find_input;
