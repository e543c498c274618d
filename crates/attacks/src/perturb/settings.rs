//! The settings of a search for the smallest change.

use std::fmt;
use std::str::FromStr;

use advlab_core::Norm;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Perturb;
use crate::{Error, Result};

/// How the smallest change is searched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// Ours: planes of several classes, the box, and walks along the boundary.
    Minimal,
    /// Box-constrained L-BFGS on `c·‖r‖² + loss` (Szegedy et al. 2013).
    Lbfgs,
    /// One step along the gradient or its sign (Goodfellow et al. 2015).
    Fgsm,
    /// Projected gradient descent in a ball (Madry et al. 2018).
    Pgd,
    /// Steps onto the nearest class's plane (Moosavi-Dezfooli et al. 2016).
    Deepfool,
    /// Adam in tanh space with a search for `c` (Carlini and Wagner 2017).
    CarliniWagner,
    /// Decoupled direction and norm (Rony et al. 2019).
    Ddn,
    /// Fast minimum norm (Pintor et al. 2021).
    Fmn,
    /// Augmented Lagrangian (Rony et al. 2021).
    Alma,
    /// Primal-dual gradient descent (Matyasko and Chau 2021).
    Pdgd,
}

impl Method {
    /// Every method, in the order of tables.
    pub const ALL: [Self; 10] = [
        Self::Minimal,
        Self::Lbfgs,
        Self::Fgsm,
        Self::Pgd,
        Self::Deepfool,
        Self::CarliniWagner,
        Self::Ddn,
        Self::Fmn,
        Self::Alma,
        Self::Pdgd,
    ];

    /// As flags and files write it.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Minimal => "minimal",
            Self::Lbfgs => "lbfgs",
            Self::Fgsm => "fgsm",
            Self::Pgd => "pgd",
            Self::Deepfool => "deepfool",
            Self::CarliniWagner => "carlini-wagner",
            Self::Ddn => "ddn",
            Self::Fmn => "fmn",
            Self::Alma => "alma",
            Self::Pdgd => "pdgd",
        }
    }

    /// The norms that it can make small.
    pub const fn norms(self) -> &'static [Norm] {
        match self {
            Self::Minimal | Self::Lbfgs | Self::CarliniWagner | Self::Ddn => &[Norm::L2],
            Self::Alma => &[Norm::L1, Norm::L2],
            Self::Pdgd => &[Norm::L1, Norm::L2, Norm::Linf],
            Self::Fgsm | Self::Pgd | Self::Deepfool => &[Norm::L2, Norm::Linf],
            Self::Fmn => &Norm::ALL,
        }
    }

    /// Steps where none are given. What a step is, each method's page says: one gradient, except for `carlini-wagner` (steps of
    /// each of its 9 rounds), `fgsm` and `pgd` (steps of each try of a radius) and `deepfool` (a gradient for each class).
    pub const fn default_steps(self) -> u32 {
        match self {
            Self::Minimal => 200,
            Self::Lbfgs => 600,
            Self::Fgsm => 1,
            Self::Pgd => 40,
            Self::Deepfool => 50,
            Self::Ddn | Self::Fmn => 100,
            Self::CarliniWagner | Self::Alma => 1000,
            Self::Pdgd => 500,
        }
    }

    /// Whether it keeps to a ball of a given radius, so that a radius may be given in place of a search for the smallest.
    pub const fn is_bounded(self) -> bool {
        matches!(self, Self::Fgsm | Self::Pgd)
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

impl FromStr for Method {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|method| method.key() == text).ok_or_else(|| Error::Text {
            what: "a method",
            want: "minimal, lbfgs, fgsm, pgd, deepfool, carlini-wagner, ddn, fmn, alma or pdgd",
            got: text.to_owned(),
        })
    }
}

/// Settings of [`Perturb`] as a person writes them; [`check`](Self::check) makes them runnable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct PerturbParams {
    /// How to search.
    pub method: Method,
    /// Which length is to be small.
    pub norm: Norm,
    /// Steps; [`Method::default_steps`] where unset.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub steps: Option<u32>,
    /// Bits of each value of the result: 8 keeps to `k/255`, what a picture file can hold, as a condition of the search; 0 is
    /// no such condition.
    #[schemars(range(max = 16))]
    pub bits: u8,
    /// Radius of the ball, in pixel units (8/255 is 0.0314), for `fgsm` and `pgd`; unset searches for the smallest radius.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub epsilon: Option<f64>,
    /// Weight `c` of the squared length in `lbfgs`; unset searches for the largest that succeeds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub c: Option<f64>,
}

impl Default for PerturbParams {
    fn default() -> Self {
        Self { method: Method::Minimal, norm: Norm::L2, steps: None, bits: 0, epsilon: None, c: None }
    }
}

impl PerturbParams {
    /// Checks every setting.
    ///
    /// # Errors
    /// [`Error::Norm`] if the method does not know the norm; [`Error::Param`] names the first setting that it cannot use.
    pub fn check(self) -> Result<Perturb> {
        let attack = self.method.key();
        if !self.method.norms().contains(&self.norm) {
            let list = |items: Vec<&'static str>| items.join(", ");
            let knows = Method::ALL.into_iter().filter(|method| method.norms().contains(&self.norm));
            return Err(Error::Norm {
                attack,
                norm: self.norm,
                has: list(self.method.norms().iter().map(|norm| norm.key()).collect()),
                others: list(knows.map(Method::key).collect()),
            });
        }
        let refuse = |field, want, got: String| Err(Error::Param { attack, field, want, got });
        if self.steps == Some(0) {
            return refuse("steps", "at least 1", "0".to_owned());
        }
        if self.bits > 16 {
            return refuse("bits", "from 1 to 16, or 0 for none", self.bits.to_string());
        }
        if let Some(epsilon) = self.epsilon {
            if !self.method.is_bounded() {
                return refuse("epsilon", "left out, since only fgsm and pgd keep to a radius", epsilon.to_string());
            }
            let usable = epsilon.is_finite() && epsilon > 0.0;
            if !usable {
                return refuse("epsilon", "a number above 0, in pixel units (8/255 is 0.0314)", epsilon.to_string());
            }
        }
        if let Some(c) = self.c {
            if self.method != Method::Lbfgs {
                return refuse("c", "left out, since only lbfgs has it", c.to_string());
            }
            let usable = c.is_finite() && c > 0.0;
            if !usable {
                return refuse("c", "a number above 0", c.to_string());
            }
        }
        Ok(Perturb(self))
    }
}

impl Perturb {
    /// Steps, given or the method's own.
    pub fn steps(&self) -> u32 {
        self.0.steps.unwrap_or_else(|| self.0.method.default_steps())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_the_same_everywhere() {
        for method in Method::ALL {
            assert_eq!(method.key().parse::<Method>().unwrap(), method);
            assert_eq!(serde_json::to_value(method).unwrap(), method.key());
        }
    }

    #[test]
    fn settings_that_cannot_be_used_are_refused_by_name() {
        let plain = PerturbParams::default();
        let bad = [
            (PerturbParams { norm: Norm::Linf, ..plain.clone() }, "fmn"),
            (PerturbParams { steps: Some(0), ..plain.clone() }, "steps"),
            (PerturbParams { bits: 17, ..plain.clone() }, "bits"),
            (PerturbParams { epsilon: Some(0.1), ..plain.clone() }, "epsilon"),
            (PerturbParams { c: Some(1.0), ..plain.clone() }, "lbfgs"),
            (PerturbParams { method: Method::Lbfgs, c: Some(0.0), ..plain.clone() }, "`c`"),
            (PerturbParams { method: Method::Pgd, epsilon: Some(f64::NAN), ..plain }, "epsilon"),
        ];
        for (params, named) in bad {
            let error = params.check().unwrap_err().to_string();
            assert!(error.contains(named), "{error}");
        }
    }
}
