//! All that a study measured, as verdicts, tables and figures look it up.

use advlab_analysis::{Estimate, mean};

use super::cell::Measured;
use super::spec::{Spec, Variant};

/// The cells of a study with what surrounds them.
#[derive(Debug)]
pub(super) struct Evidence<'a> {
    pub(super) spec: &'a Spec,
    pub(super) cells: Vec<Measured>,
}

impl Evidence<'_> {
    /// The cells of a variant, training by training.
    pub(super) fn of<'e>(&'e self, variant: &'e Variant) -> impl Iterator<Item = &'e Measured> {
        self.cells.iter().filter(move |cell| cell.cell.variant == variant.name)
    }

    /// A number over trainings.
    pub(super) fn over(&self, variant: &Variant, of: impl Fn(&Measured) -> f64) -> Estimate {
        mean(&self.of(variant).map(of).collect::<Vec<_>>())
    }

    /// Test error of a variant less that of the first, training by training: both begin alike.
    pub(super) fn gain(&self, variant: &Variant) -> Estimate {
        let first = self.of(&self.spec.variants[0]).map(|cell| cell.test_error);
        let pairs = self.of(variant).zip(first).map(|(cell, first)| cell.test_error - first);
        mean(&pairs.collect::<Vec<_>>())
    }

    /// Mean minimum distortion over trainings.
    pub(super) fn distortion(&self, variant: &Variant) -> Estimate {
        self.over(variant, |cell| mean(&cell.distortions).value)
    }

    pub(super) fn title(&self) -> String {
        format!("{}: does training on adversarial examples make fewer errors?", self.spec.name)
    }

    pub(super) fn lead(&self) -> String {
        let spec = self.spec;
        let pools = spec.variants.iter().filter_map(|variant| {
            let pool = variant.pool.as_ref()?;
            let layers: Vec<String> = pool
                .below
                .iter()
                .map(|k| if *k == 0 { "the pictures".to_owned() } else { format!("layer {k}") })
                .collect();
            Some(format!(
                "`{}`: examples of {}, {} for each, {} pictures tried anew before every epoch by `{}`",
                variant.title,
                crate::words::list(&layers),
                pool.size,
                pool.fresh,
                pool.attack.method
            ))
        });
        format!(
            "{} on {}, {} trainings of each variant, {} epochs. {}. Published: {}.",
            spec.model.text(),
            spec.data.set,
            spec.trainings,
            spec.training.epochs,
            pools.collect::<Vec<_>>().join("; "),
            spec.source
        )
    }
}
