//! Every figure is drawn, written and read back.

mod support; // made-up data, the roster of figures

mod drawing; // ordinary and extreme data give a readable picture
mod files; // writing whole or not at all
mod planes; // maps of a plane and animations
mod refusals; // data that cannot be drawn are named
