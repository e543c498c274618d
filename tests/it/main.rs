//! The library as a whole: every attack on every net.

#![expect(clippy::unwrap_used, reason = "a test whose helper fails has failed")]

mod roster; // the nets and the recipes that the laws hold for

mod laws; // what is true of every example, whatever the net and the recipe
mod oracle; // nets whose nearest example has a closed form
mod perturb; // the smallest changes: laws, known optima, and the defects that other libraries have

mod golden; // numbers that are part of the format: changing one changes every recorded result
mod runs; // the runner from outside: a spec in, a folder out
