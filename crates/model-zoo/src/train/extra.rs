//! Further examples beside the pictures of an epoch.

use advlab_core::Seed;
use rand::seq::SliceRandom;
use tch::Tensor;

use super::spec::Cost;
use crate::Result;
use crate::net::Net;
use crate::walk::DrawMask;

/// Examples that are mixed into the pictures of an epoch: what some layers of the net put out, or would put out, and the
/// label that the layers above shall give it. Layers below do not learn from them.
#[derive(Debug)]
pub struct Extra {
    /// Number of hidden layers below; 0 for pictures.
    pub below: usize,
    /// `[M, ...]`, `Float`, in the shape of the pictures of [`Net::above`].
    pub values: Tensor,
    /// `[M]`, `Int64`.
    pub labels: Tensor,
}

/// Further examples with the layers that learn from them, and the order of their turns.
pub(super) struct Mixed<'a> {
    extra: &'a Extra,
    above: Net,
    order: Vec<i64>,
}

impl<'a> Mixed<'a> {
    /// Those of an epoch with this seed.
    pub(super) fn all(extras: &'a [Extra], net: &Net, seed: Seed) -> Result<Vec<Self>> {
        let one = |(k, extra): (usize, &'a Extra)| {
            let mut order: Vec<i64> = (0..extra.labels.size()[0]).collect();
            order.shuffle(&mut seed.child("extra").index(k as u64).rng());
            Ok(Self { extra, above: net.above(extra.below)?, order })
        };
        extras.iter().enumerate().map(one).collect()
    }

    /// Their mean cost and their number, of those whose turn it is in step `b` of so many; none if there are none.
    fn turn(
        &self,
        (b, n_batches): (usize, usize),
        cost: Cost,
        mask: DrawMask<'_>,
        device: tch::Device,
    ) -> Result<Option<(Tensor, f64)>> {
        let part = &self.order[b * self.order.len() / n_batches..(b + 1) * self.order.len() / n_batches];
        if part.is_empty() {
            return Ok(None);
        }
        let rows = Tensor::from_slice(part).to_device(self.extra.values.device());
        let values = self.extra.values.f_index_select(0, &rows)?.to_device(device);
        let labels = self.extra.labels.f_index_select(0, &rows)?.to_device(device);
        let scores = self.above.forward(&values, Some(mask))?;
        Ok(Some((cost.of(&scores, &labels, self.above.spec().output.score_kind()), part.len() as f64)))
    }
}

/// The mean cost of a step's `n` pictures, `loss`, and of those further examples whose turn it is, in step `b` of so many.
pub(super) fn with_mixed(
    (loss, n): (&Tensor, usize),
    mixed: &[Mixed<'_>],
    turn: (usize, usize),
    cost: Cost,
    mask: DrawMask<'_>,
) -> Result<Tensor> {
    let (mut whole, mut count) = (loss.shallow_clone(), n as f64);
    for one in mixed {
        if let Some((cost, more)) = one.turn(turn, cost, &mut *mask, loss.device())? {
            whole = (whole * count + cost * more) / (count + more);
            count += more;
        }
    }
    Ok(whole)
}
