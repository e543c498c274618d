//! Claims, the criteria that they are judged by, and what follows.

use serde::Serialize;

/// What is to be said of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Verdict {
    /// Every criterion holds.
    #[serde(rename = "reproduced")]
    Reproduced,
    /// Some criteria hold and some do not.
    #[serde(rename = "partly")]
    Partly,
    /// No criterion holds.
    #[serde(rename = "not reproduced")]
    NotReproduced,
    /// A criterion cannot be judged on so few trainings, digits or examples.
    #[serde(rename = "too little to tell")]
    TooLittle,
}

impl Verdict {
    /// As people write it.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Reproduced => "reproduced",
            Self::Partly => "partly",
            Self::NotReproduced => "not reproduced",
            Self::TooLittle => "too little to tell",
        }
    }
}

/// Something that must hold for a claim to be reproduced.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Criterion {
    /// What must hold.
    pub text: String,
    /// What was measured.
    pub number: String,
    /// Whether it holds; unset if there is too little to tell.
    pub met: Option<bool>,
}

impl Criterion {
    pub(super) fn new(text: impl Into<String>, number: impl Into<String>, met: Option<bool>) -> Self {
        Self { text: text.into(), number: number.into(), met }
    }
}

/// A claim with its verdict.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// Its key, such as `N1`.
    pub key: &'static str,
    /// What is claimed.
    pub claim: &'static str,
    /// The published number.
    pub published: &'static str,
    /// What must hold, and whether it does.
    pub criteria: Vec<Criterion>,
    /// What follows.
    pub verdict: Verdict,
    /// More numbers.
    pub notes: Vec<String>,
}

impl Finding {
    pub(super) fn new(
        key: &'static str,
        claim: &'static str,
        published: &'static str,
        criteria: Vec<Criterion>,
        notes: Vec<String>,
    ) -> Self {
        Self { key, claim, published, verdict: verdict(&criteria), criteria, notes }
    }
}

fn verdict(criteria: &[Criterion]) -> Verdict {
    let count = |met| criteria.iter().filter(|criterion| criterion.met == met).count();
    match (count(Some(true)), count(Some(false)), count(None)) {
        // A criterion that fails cannot be made good by those that wait for more.
        (held, failed, _) if held > 0 && failed > 0 => Verdict::Partly,
        (_, _, 1..) | (0, 0, 0) => Verdict::TooLittle,
        (_, 0, 0) => Verdict::Reproduced,
        _ => Verdict::NotReproduced,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_follow_from_the_criteria() {
        let of =
            |met: &[Option<bool>]| verdict(&met.iter().map(|met| Criterion::new("", "", *met)).collect::<Vec<_>>());
        let (yes, no, unknown) = (Some(true), Some(false), None);
        assert_eq!(of(&[yes, yes]), Verdict::Reproduced);
        assert_eq!(of(&[yes, no]), Verdict::Partly);
        assert_eq!(of(&[no, no]), Verdict::NotReproduced);
        assert_eq!(of(&[yes, unknown]), Verdict::TooLittle);
        assert_eq!(of(&[yes, no, unknown]), Verdict::Partly);
        assert_eq!(of(&[]), Verdict::TooLittle);
    }
}
