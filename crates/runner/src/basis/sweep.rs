//! The natural basis, turned step by step into a random one.

use advlab_analysis::basis::{Measure, Measures, Rotation};
use advlab_analysis::mean;
use advlab_core::Seed;
use anyhow::Result;

use super::group::{units, values};
use super::look::Look;
use super::store::Store;
use super::summary::Turned;
use super::traits::Traits;

/// Angles, in degrees.
pub(crate) const ANGLES: [f64; 10] = [0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0];

/// Measures of the basis at each angle; none if someone asked to stop.
///
/// # Errors
/// A layer too large for a whole basis; those of the net.
pub(crate) fn sweep(
    look: &Look<'_>,
    store: &mut Store,
    traits: &mut Traits<'_>,
    top: usize,
    seed: Seed,
) -> Result<Option<Vec<Turned>>> {
    let width = look.reading.width(look.layer);
    let chosen = units(width, seed)?;
    let rotation = Rotation::new(width, seed.child("rotation"))?;
    let bar = look.progress.bar(ANGLES.len() as u64, "turning the basis");
    let mut turned = Vec::new();
    for degrees in ANGLES {
        if look.stop.asked() {
            return Ok(None);
        }
        // At first they are units, and ranked as such.
        let directions = if degrees == 0.0 { units(width, seed)? } else { rotation.at(degrees, chosen.units())? };
        let driven = look.drive(store, &[&directions], top)?.remove(0);
        let measures: Vec<Option<Measures>> = traits.measures(&driven)?;
        let mean_of = |measure: Measure| (measure, mean(&values(&measures, measure)));
        turned.push(Turned { degrees, means: Measure::ALL.into_iter().map(mean_of).collect() });
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(Some(turned))
}
