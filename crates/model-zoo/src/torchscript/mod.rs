//! Nets of others, as TorchScript: opened, tried out, and asked what they take.

mod net;

mod habits;
mod promise;
mod shape;

mod archive;
mod diagnosis;
mod flag;

mod acts;
mod code;
mod layers;
mod map;
mod operators;
mod reach;
mod scan;
mod values;

pub use net::ScriptNet;

pub(crate) use flag::add_training;
pub(crate) use shape::find_input;
