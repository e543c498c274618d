//! What is seen of a net on its way.

use advlab_core::Stop;

use super::{Patterns, SignNet};
use crate::Result;

/// What a net did after some steps: sweeps through all patterns.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Checkpoint {
    /// Sweeps through all training patterns so far.
    pub step: usize,
    /// Share of the training patterns that it gets wrong.
    pub train_error: f64,
    /// Share of the fresh patterns that it gets wrong; none where there are none.
    pub test_error: Option<f64>,
    /// The net as it was.
    pub net: SignNet,
}

/// How a training is watched. None of it changes what is learnt.
#[derive(Clone, Copy, Debug)]
pub struct Watch<'a> {
    /// Fresh patterns, which take no part in the training.
    pub test: Option<&'a Patterns>,
    /// Steps to look at beside the usual ones; those beyond the last one are passed over.
    pub at: &'a [usize],
    /// Who may stop it.
    pub stop: &'a Stop,
}

impl<'a> Watch<'a> {
    /// The usual steps, without fresh patterns.
    pub const fn only(stop: &'a Stop) -> Self {
        Self { test: None, at: &[], stop }
    }

    /// Whether the training may go on.
    ///
    /// # Errors
    /// [`Error::Core`](crate::Error::Core) when it is stopped.
    pub(super) fn goes_on(&self) -> Result<()> {
        if self.stop.asked() { Err(advlab_core::Error::Stopped.into()) } else { Ok(()) }
    }

    /// Steps at which a training of so many is looked at: all up to ten, then ever fewer, about twenty for each factor of ten; and
    /// those asked for.
    pub(super) fn steps(&self, steps: usize) -> Vec<usize> {
        let powers = (1..).map(|power| 10f64.powf(1.0 + 0.05 * f64::from(power)).round() as usize);
        let mut at: Vec<usize> = (0..=steps.min(10)).chain(powers.take_while(|step| *step < steps)).collect();
        at.extend(self.at.iter().copied().filter(|step| *step < steps));
        at.push(steps);
        at.sort_unstable();
        at.dedup();
        at
    }

    /// The net after a step.
    pub(super) fn seen(&self, step: usize, net: &SignNet, patterns: &Patterns) -> Checkpoint {
        let (train_error, test_error) = (net.error(patterns), self.test.map(|test| net.error(test)));
        Checkpoint { step, train_error, test_error, net: net.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_close_at_first_and_end_with_the_last() {
        let stop = Stop::default();
        let watch = Watch { at: &[700, 13, 5000], ..Watch::only(&stop) };
        let at = watch.steps(1000);
        assert!(at[..=10].iter().copied().eq(0..=10) && at.is_sorted_by(|one, next| one < next), "{at:?}");
        assert!(at.contains(&700) && at.last() == Some(&1000) && (50..=55).contains(&at.len()), "{at:?}");
        assert_eq!(watch.steps(1), [0, 1]);
    }
}
