//! Nets that tell what they are made of.

use advlab_core::{Classifier, Operators};

use crate::{Net, Result};

/// A net of the zoo: a classifier that can also tell the steps it is made of. Attacks see the classifier alone.
pub trait ZooNet: Classifier {
    /// Its steps from the picture to the scores, those with weights and those without, and what it does besides.
    ///
    /// # Errors
    /// [`Error::Misfit`](crate::Error::Misfit) for a net of which no layer with weights can be read, and why; those of a pass.
    fn operators(&self) -> Result<Operators>;

    /// Itself, if it is a net of our own, which can be cut [above](Net::above) a layer.
    fn own(&self) -> Option<&Net> {
        None
    }
}
