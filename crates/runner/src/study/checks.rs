//! What every study asks of its settings.

use std::collections::BTreeSet;

use anyhow::{Result, bail};

/// Names become file names.
pub(super) fn word(name: &str) -> Result<()> {
    let is_word = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if is_word { Ok(()) } else { bail!("`name` must be letters, digits and hyphens, got `{name}`") }
}

/// Nothing is named twice.
pub(crate) fn distinct(field: &str, names: impl Iterator<Item = String>) -> Result<()> {
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name.clone()) {
            bail!("`{field}` names {name} twice");
        }
    }
    Ok(())
}

/// A number that must not be too small.
pub(super) fn at_least(field: &str, least: u64, got: u64) -> Result<()> {
    if got < least { bail!("`{field}` must be at least {least}, got {got}") } else { Ok(()) }
}
