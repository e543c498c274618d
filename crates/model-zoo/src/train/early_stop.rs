//! Ending a training when it no longer gets better on pictures that it does not learn from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tch::Tensor;

use crate::net::Net;
use crate::{Error, Result};

/// Holds back some of the training pictures, and ends the training when their cost has not fallen for a while; the weights of
/// the epoch in which it was least are those that stay.
///
/// The test pictures have no say in it: accuracy on them would not be that on unseen pictures otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EarlyStop {
    /// Share of the training pictures held back, above 0 and below 1; whole groups, such as rotations of one tile.
    #[schemars(extend("exclusiveMinimum" = 0, "exclusiveMaximum" = 1))]
    pub share: f64,
    /// Epochs without a smaller cost after which the training ends.
    #[schemars(range(min = 1))]
    pub patience: u32,
}

impl EarlyStop {
    pub(crate) fn check(&self) -> Result<()> {
        if !(self.share > 0.0 && self.share < 1.0) {
            let got = self.share.to_string();
            return Err(Error::Param { field: "early-stop.share", want: "above 0 and below 1", got });
        }
        if self.patience == 0 {
            return Err(Error::Param { field: "early-stop.patience", want: "at least 1", got: "0".to_owned() });
        }
        Ok(())
    }
}

/// The best epoch so far.
#[derive(Debug)]
pub(super) struct Best {
    /// Its number.
    pub(super) epoch: u32,
    /// Cost of the pictures held back.
    pub(super) loss: f64,
    /// Copies of the net's tensors, in order.
    pub(super) tensors: Vec<Tensor>,
}

impl Best {
    pub(super) fn of(net: &Net, epoch: u32, loss: f64) -> Self {
        let tensors = net.tensors().into_iter().map(|(_, tensor)| tensor.detach().copy()).collect();
        Self { epoch, loss, tensors }
    }
}
