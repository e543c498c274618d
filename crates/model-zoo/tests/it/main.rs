//! The crate from outside: specs, weights and data in, nets out.

#![expect(clippy::unwrap_used, reason = "a test whose helper fails has failed")]

mod roster; // nets of every kind, small, and pictures for them

mod net; // a net agrees with itself however it is asked, and with finite differences
mod spec; // every way of writing a net in TOML

mod weights; // written and read again: the same bits, or a complaint

mod trainer; // the same seed trains the same net, also with a break in between

mod pretrain; // a layer that learns to rebuild the picture first, and weight decay in what is minimised

mod script; // TorchScript files

mod layers; // what layers put out: by name, up to the scores, and what Python says of nets of others

mod operators; // what nets are made of, against what they do

mod export; // nets written as TorchScript and opened again
