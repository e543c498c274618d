//! N5: some digits are far harder to reach than others, the same ones in both nets; and why.

use advlab_analysis::{Permutation, mean, permutation_test, rank_correlation};
use rand::seq::SliceRandom as _;
use serde::Serialize;

use super::{Criterion, FEWEST_TRAININGS, Finding, SIGNIFICANT, p_value, percent, signed, whole};
use crate::study::noise::evidence::{Evidence, median_of};
use crate::study::noise::spec::Group;

/// Said to be hard, said to be easy.
const HARD: [i64; 2] = [1, 4];
const EASY: [i64; 2] = [0, 8];
/// "Far lower": by at least this much.
const FAR: f64 = 0.25;

pub(super) fn judge(evidence: &Evidence<'_>, saturation: &[Saturation]) -> Finding {
    let main = evidence.main();
    let (mut criteria, mut notes) = (Vec::new(), Vec::new());
    for net in evidence.net_names() {
        criteria.push(differs(evidence, main, net));
        criteria.push(far_lower(evidence, main, net));
    }
    criteria.extend(same_digits(evidence, main));
    notes.extend(saturation.iter().map(Saturation::describe));
    for recipe in evidence.recipes().skip(1) {
        for net in evidence.net_names() {
            let rates = evidence.mean_rates(recipe, net);
            let lowest = rates.iter().copied().fold(f64::INFINITY, f64::min);
            notes.push(format!(
                "Recipe `{}`, {net}: every digit succeeds in at least {}.",
                recipe.name,
                percent(lowest)
            ));
        }
    }
    Finding::new(
        "N5",
        "Success is far lower for some digits (1 and 4) than for others (0 and 8), in both nets.",
        "words only",
        criteria,
        notes,
    )
}

/// Test of whether success depends on the digit: the variance over digits of the success rate averaged over trainings, against
/// digits permuted within each training.
pub(in super::super) fn digits_differ(evidence: &Evidence<'_>, group: &Group, net: &str) -> Permutation {
    let rates = evidence.rates(group, net);
    let mut rng = evidence.seed("success").child(&group.name).child(net).rng();
    permutation_test(variance_over_digits(&rates), evidence.spec.permutations, &mut rng, |rng| {
        let mut rates = rates.clone();
        rates.iter_mut().for_each(|digits| digits.shuffle(rng));
        variance_over_digits(&rates)
    })
}

fn variance_over_digits(rates: &[Vec<f64>]) -> f64 {
    let n = rates[0].len();
    let means: Vec<f64> =
        (0..n).map(|at| rates.iter().map(|digits| digits[at]).sum::<f64>() / rates.len() as f64).collect();
    let centre = means.iter().sum::<f64>() / n as f64;
    means.iter().map(|mean| (mean - centre).powi(2)).sum::<f64>() / n as f64
}

fn differs(evidence: &Evidence<'_>, group: &Group, net: &str) -> Criterion {
    let test = digits_differ(evidence, group, net);
    let rates = evidence.mean_rates(group, net);
    let ends = |start: f64, pick: fn(f64, f64) -> f64| percent(rates.iter().copied().fold(start, pick));
    let number =
        format!("from {} to {}, {}", ends(f64::INFINITY, f64::min), ends(f64::NEG_INFINITY, f64::max), p_value(test.p));
    let enough = group.trainings >= FEWEST_TRAININGS;
    let text = format!("{net}: success depends on the digit, alike in every training");
    Criterion::new(text, number, enough.then_some(test.p < SIGNIFICANT))
}

/// How often 1 and 4, and 0 and 8, succeed, training by training; none where the study leaves one of them out.
fn hard_and_easy(evidence: &Evidence<'_>, group: &Group, net: &str) -> Option<Vec<(f64, f64)>> {
    let digits = &evidence.spec.digits;
    let place = |digit: &i64| digits.iter().position(|other| other == digit);
    let places = |of: [i64; 2]| of.iter().map(place).collect::<Option<Vec<usize>>>();
    let (hard, easy) = (places(HARD)?, places(EASY)?);
    let share = |rates: &[f64], at: &[usize]| at.iter().map(|at| rates[*at]).sum::<f64>() / at.len() as f64;
    Some(evidence.rates(group, net).iter().map(|rates| (share(rates, &hard), share(rates, &easy))).collect())
}

/// By how much 0 and 8 succeed more often than 1 and 4 do, and whether that is far.
pub(super) fn gap(evidence: &Evidence<'_>, group: &Group, net: &str) -> Option<(f64, bool)> {
    let both = hard_and_easy(evidence, group, net)?;
    let gap = both.iter().map(|(hard, easy)| easy - hard).sum::<f64>() / both.len() as f64;
    Some((gap, gap >= FAR))
}

fn far_lower(evidence: &Evidence<'_>, group: &Group, net: &str) -> Criterion {
    let text = format!("{net}: 1 and 4 succeed less often than 0 and 8 by at least {} of attempts", whole(FAR));
    let Some(both) = hard_and_easy(evidence, group, net) else {
        return Criterion::new(text, "not all four are among the digits", None);
    };
    let of = |part: fn(&(f64, f64)) -> f64| mean(&both.iter().map(part).collect::<Vec<_>>());
    let gap = of(|(hard, easy)| easy - hard);
    let interval = gap
        .interval
        .map_or_else(String::new, |(low, high)| format!(" ({} to {})", signed(low.max(-1.0)), signed(high.min(1.0))));
    let number = format!(
        "{} against {}: a difference of {}{interval}",
        percent(of(|both| both.0).value),
        percent(of(|both| both.1).value),
        signed(gap.value)
    );
    let enough = group.trainings >= FEWEST_TRAININGS;
    Criterion::new(text, number, enough.then_some(gap.value >= FAR && gap.is_above(0.0)))
}

/// Whether the first two nets find the same digits hard.
fn same_digits(evidence: &Evidence<'_>, group: &Group) -> Option<Criterion> {
    let mut nets = evidence.net_names();
    let (a, b) = (nets.next()?, nets.next()?);
    let (rates, others) = (evidence.mean_rates(group, a), evidence.mean_rates(group, b));
    let observed = rank_correlation(&rates, &others);
    let mut rng = evidence.seed("ranks").child(&group.name).rng();
    let test = permutation_test(observed, evidence.spec.permutations, &mut rng, |rng| {
        let mut others = others.clone();
        others.shuffle(rng);
        rank_correlation(&rates, &others)
    });
    let number = format!("rank correlation {}, {}", signed(observed), p_value(test.p));
    let met = (group.trainings >= FEWEST_TRAININGS).then_some(test.p < 0.05);
    Some(Criterion::new(format!("{a} and {b} find the same digits hard"), number, met))
}

/// How far flat gradients explain failures.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(in super::super) struct Saturation {
    pub(in super::super) group: String,
    pub(in super::super) net: String,
    /// Rank correlation over digits and trainings between success and the strength of the pull at the start.
    pub(in super::super) by_digit: f64,
    /// Mean share of pairs of a success and a failure of one cell in which the success began with the stronger pull.
    pub(in super::super) within: Option<f64>,
    /// Mean share of starts with a flat pull for digits and trainings that succeed less than half the time, and for the others.
    pub(in super::super) flat: (Option<f64>, Option<f64>),
    /// Median gradient and loss where failures ended, and gradient where attempts began.
    pub(in super::super) stuck: Option<f64>,
    pub(in super::super) stuck_loss: Option<f64>,
    pub(in super::super) start: Option<f64>,
}

impl Saturation {
    fn describe(&self) -> String {
        let number = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.1e}"));
        let share = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), percent);
        format!(
            "Saturation, {}: rank correlation {} between success and the median length of the gradient that pulls the wanted \
             output up from the start noise, over digits and trainings. That gradient is below 0.001, too flat for 1000 steps \
             of size 1 to get far, at {} of the starts for digits that succeed less than half the time, and at {} for the \
             others. Within a digit, a success began with the stronger pull than a failure in {} of pairs. The whole \
             gradient is {} at the starts and {} where failures end, at a loss of {} (medians): with every output near 0 the \
             loss is 0.5.",
            self.net,
            signed(self.by_digit),
            share(self.flat.0),
            share(self.flat.1),
            share(self.within),
            number(self.start),
            number(self.stuck),
            self.stuck_loss.map_or_else(|| "–".to_owned(), |loss| format!("{loss:.3}"))
        )
        .replace("e-", "e−")
    }
}

/// The saturation of every net under the main recipe.
pub(in super::super) fn saturation(evidence: &Evidence<'_>) -> Vec<Saturation> {
    let group = &evidence.main().name;
    let of_net = |net: &str| {
        let cells: Vec<_> = evidence.of_net(group, net).collect();
        let rates: Vec<f64> = cells.iter().map(|cell| cell.rate()).collect();
        let pulls: Vec<f64> = cells.iter().map(|cell| cell.slopes.pull).collect();
        let mean_of = |values: Vec<f64>| (!values.is_empty()).then(|| mean(&values).value);
        let flat = |hard: bool| {
            mean_of(cells.iter().filter(|c| (c.rate() < 0.5) == hard).map(|c| c.slopes.pull_flat).collect())
        };
        Saturation {
            group: group.clone(),
            net: net.to_owned(),
            by_digit: rank_correlation(&rates, &pulls),
            within: mean_of(cells.iter().filter_map(|cell| cell.slopes.pull_tells).collect()),
            flat: (flat(true), flat(false)),
            stuck: median_of(cells.iter().filter_map(|cell| cell.slopes.stuck)),
            stuck_loss: median_of(cells.iter().filter_map(|cell| cell.slopes.stuck_loss)),
            start: median_of(cells.iter().map(|cell| cell.slopes.start)),
        }
    };
    evidence.net_names().map(of_net).collect()
}
