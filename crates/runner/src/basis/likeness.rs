//! The same layer of two nets, on the same pictures: one space, and the same units?

use advlab_analysis::basis::Likeness;
use advlab_core::Seed;
use anyhow::Result;
use tch::Tensor;

use super::look::Look;
use crate::folder::Folder;

/// How alike two layers are; none if someone asked to stop. Of maps read by channel, a unit's value is that of its largest position.
///
/// # Errors
/// Those of the nets; values that are not numbers.
pub(crate) fn between(looks: [&Look<'_>; 2], memory: u64, folder: &Folder, seed: Seed) -> Result<Option<Likeness>> {
    let mut values = Vec::new();
    for look in looks {
        let Some(mut store) = look.store(memory, folder)? else { return Ok(None) };
        let mut rows = Vec::new();
        store.visit(|_, vectors| {
            rows.push(vectors.f_amax([1_i64].as_slice(), false)?);
            Ok(())
        })?;
        values.push(Tensor::f_cat(&rows, 0)?);
    }
    Ok(Some(Likeness::of(&values[0], &values[1], seed)?))
}
