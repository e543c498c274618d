//! N4: the patterns survive retraining, and carry over between the nets.

use serde::Serialize;

use super::{Criterion, FEWEST_TRAININGS, Finding, SIGNIFICANT, p_value, percent, signed, whole, with_interval};
use crate::study::noise::evidence::Evidence;
use crate::study::noise::likeness::{Averages, Likeness, Shared};

/// "Fully": same-digit correlations reach at least this share of what the noise left in the averages allows.
const FULLY: f64 = 0.9;

/// Averages of two nets, or of the trainings of one, held against each other.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(in super::super) struct Compared {
    pub(in super::super) group: String,
    pub(in super::super) a: String,
    pub(in super::super) b: String,
    /// Whether what all digits share was removed.
    pub(in super::super) removed: bool,
    pub(in super::super) likeness: Option<Likeness>,
}

impl Compared {
    fn between_nets(&self) -> bool {
        self.a != self.b
    }

    fn what(&self) -> String {
        if self.between_nets() {
            format!("{} against {}", self.a, self.b)
        } else {
            format!("{}, trainings against each other", self.a)
        }
    }
}

/// Every recipe, every net with itself and with every other, as they are and with the shared part removed.
pub(in super::super) fn comparisons(evidence: &Evidence<'_>) -> Vec<Compared> {
    let nets: Vec<&str> = evidence.net_names().collect();
    let mut all = Vec::new();
    for recipe in evidence.recipes() {
        for shared in [Shared::Kept, Shared::Removed] {
            let averages = Averages::new(evidence, &recipe.name, shared);
            for (at, a) in nets.iter().enumerate() {
                for b in &nets[at..] {
                    let rng = evidence.seed("likeness").child(&recipe.name).child(a).child(b).rng();
                    all.push(Compared {
                        group: recipe.name.clone(),
                        a: (*a).to_owned(),
                        b: (*b).to_owned(),
                        removed: shared == Shared::Removed,
                        likeness: averages.compare(a, b, evidence.spec.permutations, rng),
                    });
                }
            }
        }
    }
    all.sort_by_key(|compared| (!same_recipe(evidence, compared), compared.between_nets()));
    all
}

fn same_recipe(evidence: &Evidence<'_>, compared: &Compared) -> bool {
    compared.group == evidence.main().name
}

pub(super) fn judge(evidence: &Evidence<'_>, comparisons: &[Compared]) -> Finding {
    let enough = evidence.main().trainings >= FEWEST_TRAININGS;
    let (mut criteria, mut notes) = (Vec::new(), Vec::new());
    for compared in comparisons.iter().filter(|compared| same_recipe(evidence, compared) && !compared.removed) {
        let what = compared.what();
        let alike = format!("{what}: averages of the same digit are more alike than of different ones");
        let fully = format!("{what}: they are as alike as their noise allows, to at least {}", whole(FULLY));
        let Some(found) = &compared.likeness else {
            criteria.push(Criterion::new(alike, "too few averages", None));
            continue;
        };
        let number = format!(
            "{} against {}: {} more, {}",
            signed(found.same.value),
            signed(found.different.value),
            with_interval(found.difference),
            p_value(found.test.p)
        );
        let holds = found.test.p < SIGNIFICANT && found.difference.is_above(0.0);
        criteria.push(Criterion::new(alike, number, enough.then_some(holds)));
        if !compared.between_nets() {
            let met = enough.then_some(found.of_ceiling >= FULLY);
            criteria.push(Criterion::new(fully, percent(found.of_ceiling), met));
        }
    }
    for compared in comparisons {
        notes.extend(compared.likeness.as_ref().map(|found| describe(compared, found)));
    }
    Finding::new(
        "N4",
        "The patterns survive retraining of the same net, fully, and carry over between the two nets.",
        "words only",
        criteria,
        notes,
    )
}

fn describe(compared: &Compared, found: &Likeness) -> String {
    let removed = if compared.removed { " less what all digits of a training share" } else { "" };
    format!(
        "Recipe `{}`, {}{removed}: correlation {} for the same digit ({} of what noise allows), {} for different ones, {} by \
         chance labels away ({}); the most alike average is of the same digit in {} of cases, by chance in {}.",
        compared.group,
        compared.what(),
        with_interval(found.same),
        percent(found.of_ceiling),
        with_interval(found.different),
        format_args!("{:.1} standard deviations", found.test.effect()),
        p_value(found.test.p),
        percent(found.identified),
        percent(found.chance)
    )
}
