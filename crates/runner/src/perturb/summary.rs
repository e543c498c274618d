//! The numbers of a run.

use std::collections::BTreeMap;

use advlab_analysis::{mean, median, quantile, wilson};
use advlab_core::{Classifier, Norm, Verdict};
use advlab_model_zoo::ModelCard;
use serde::{Deserialize, Serialize};

use super::example::Example;
use super::line::Line;
use super::spec::Spec;
use super::targets::Rule;
use crate::labels;

/// Searches told one by one.
const TOLD: usize = 64;

/// Values from which on their 5 % and 95 % quantiles say more than the values themselves.
const ENOUGH_FOR_QUANTILES: usize = 20;

/// A distribution in four numbers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Typical {
    /// Half of the values lie below.
    pub median: f64,
    /// The mean.
    pub mean: f64,
    /// 5 % lie below; `None` for fewer than twenty values.
    pub low: Option<f64>,
    /// 95 % lie below; `None` likewise.
    pub high: Option<f64>,
}

impl Typical {
    fn of(values: impl Iterator<Item = f64>) -> Option<Self> {
        let values: Vec<f64> = values.filter(|value| value.is_finite()).collect();
        let end = |share| (values.len() >= ENOUGH_FOR_QUANTILES).then(|| quantile(&values, share));
        (!values.is_empty()).then(|| Self {
            median: median(&values),
            mean: mean(&values).value,
            low: end(0.05),
            high: end(0.95),
        })
    }
}

/// So many of so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// Those that are so.
    pub kept: usize,
    /// Of how many.
    pub of: usize,
}

/// A doubt about what the run will tell, raised before it began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// What it is called.
    pub key: String,
    /// What it says.
    pub text: String,
}

/// A whole run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The net.
    pub model: String,
    /// Its architecture, where it is one of ours.
    pub architecture: Option<String>,
    /// Where the pictures come from, in words.
    pub source: String,
    /// What was wanted, in words.
    pub wanted: String,
    /// Norm that was made small.
    pub norm: Norm,
    /// Bits that the results were kept to; 0 for none.
    pub bits: u8,
    /// Pictures.
    pub pictures: usize,
    /// Searches asked for.
    pub searches: usize,
    /// Searches that ended; fewer only where the run was stopped.
    pub done: usize,
    /// Clean pictures that the net labels right, where it is known what is right.
    pub right_before: Option<Share>,
    /// Pictures that the net said this of already: nothing was tried.
    pub wrong_before: usize,
    /// Searches that reached it.
    pub successes: usize,
    /// Searches that found nothing.
    pub failures: usize,
    /// Results whose scores are equal to the last bits of their precision.
    pub ties: usize,
    /// Searches that were tried, the denominator of the success rate: all that ended but those wrong before.
    pub tried: usize,
    /// Successes by searches tried.
    pub success_rate: f64,
    /// 95 % interval of it (Wilson).
    pub success_interval: (f64, f64),
    /// Successes whose written 8-bit file, read back, still shows what was wanted.
    pub in_file: Option<Share>,
    /// The same of pictures at their own size.
    pub own_size: Option<Share>,
    /// RMS distortion of the successes.
    pub rms: Option<Typical>,
    /// Their length in L2.
    pub l2: Option<Typical>,
    /// The same before rounding.
    pub unrounded_l2: Option<Typical>,
    /// Their largest change of a value.
    pub linf: Option<Typical>,
    /// Their length in the norm that was made small.
    pub distance: Option<Typical>,
    /// Median of it over all that were tried, where a failure counts as infinite; `None` where it is infinite.
    pub median_of_tried: Option<f64>,
    /// PSNR in decibels.
    pub psnr: Option<Typical>,
    /// Proven lower bounds, where there are any.
    pub lower_bound: Option<Typical>,
    /// Cosine between the change and the direction in which the margin falls.
    pub alignment: Option<Typical>,
    /// Forward passes of a search that was tried.
    pub forward: Option<Typical>,
    /// Backward passes of one.
    pub backward: Option<Typical>,
    /// Doubts raised before the run.
    pub warnings: Vec<Warning>,
    /// The first searches one by one.
    pub lines: Vec<Line>,
    /// Wall-clock seconds, without the figures.
    pub seconds: f64,
}

/// What a summary is made from.
#[derive(Debug)]
pub(super) struct Facts<'a> {
    pub(super) spec: &'a Spec,
    pub(super) rule: Rule,
    pub(super) net: &'a dyn Classifier,
    pub(super) card: Option<&'a ModelCard>,
    pub(super) pictures: usize,
    pub(super) warnings: &'a [Warning],
    pub(super) seconds: f64,
}

impl Summary {
    pub(super) fn new(facts: &Facts<'_>, examples: &[Example]) -> Self {
        let (net, norm, n) = (facts.net, facts.spec.attack.norm, facts.net.input().len());
        let count = |verdict| examples.iter().filter(|example| example.found.verdict == verdict).count();
        let wrong_before = count(Verdict::WrongBefore);
        let (successes, tried) = (count(Verdict::Success), examples.len() - wrong_before);
        let reached = || examples.iter().filter(|example| example.found.verdict == Verdict::Success);
        let searched = || examples.iter().filter(|example| example.found.verdict != Verdict::WrongBefore);
        let typical = |of: &dyn Fn(&Example) -> f64| Typical::of(reached().map(of));
        let share = |holds: &dyn Fn(&Example) -> Option<bool>| {
            let all: Vec<bool> = reached().filter_map(holds).collect();
            (!all.is_empty()).then(|| Share { kept: all.iter().filter(|holds| **holds).count(), of: all.len() })
        };
        let of_tried: Vec<f64> = searched()
            .map(|e| if e.found.verdict == Verdict::Success { e.found.distance(norm) } else { f64::INFINITY })
            .collect();
        Self {
            model: net.name().to_owned(),
            architecture: facts.card.map(|card| card.spec.text()),
            source: facts.spec.input.words(facts.pictures),
            wanted: wanted(facts.rule, net),
            norm,
            bits: facts.spec.attack.bits,
            pictures: facts.pictures,
            searches: facts.pictures * facts.rule.searches(net.classes().len()),
            done: examples.len(),
            right_before: right_before(examples),
            wrong_before,
            successes,
            failures: count(Verdict::Failure),
            ties: count(Verdict::Tie),
            tried,
            success_rate: successes as f64 / tried.max(1) as f64,
            success_interval: wilson(successes as u64, tried as u64),
            in_file: share(&|e| e.written.as_ref().map(|written| written.holds)),
            own_size: share(&|e| e.own_size.as_ref().map(|own| own.holds)),
            rms: typical(&|e| e.found.rms(n)),
            l2: typical(&|e| e.found.distance(Norm::L2)),
            unrounded_l2: typical(&|e| e.found.unrounded[Norm::L2 as usize]),
            linf: typical(&|e| e.found.distance(Norm::Linf)),
            distance: typical(&|e| e.found.distance(norm)),
            median_of_tried: Some(median(&of_tried)).filter(|median| median.is_finite()),
            psnr: typical(&|e| e.found.psnr(n)),
            lower_bound: Typical::of(reached().filter_map(|e| e.found.lower_bound)),
            alignment: Typical::of(reached().filter_map(|e| e.found.alignment.map(f64::from))),
            forward: Typical::of(searched().map(|e| f64::from(e.found.forward))),
            backward: Typical::of(searched().map(|e| f64::from(e.found.backward))),
            warnings: facts.warnings.to_vec(),
            lines: examples.iter().take(TOLD).map(|example| Line::new(example, net)).collect(),
            seconds: facts.seconds,
        }
    }

    /// Whether everything that was asked for was reached: in the files too, where results were kept to their bits, and at the
    /// pictures' own sizes.
    pub fn complete(&self) -> bool {
        let whole = |share: Option<Share>| share.is_none_or(|share| share.kept == share.of);
        let files = (self.bits == 0 || whole(self.in_file)) && whole(self.own_size);
        self.done == self.searches && self.successes == self.tried && files
    }
}

/// Pictures that the net labels right, each counted once however many searches it has.
fn right_before(examples: &[Example]) -> Option<Share> {
    let judged = examples.iter().filter_map(|e| Some((e.picture, e.found.label_before == e.truth?)));
    let pictures: BTreeMap<usize, bool> = judged.collect();
    let kept = pictures.values().filter(|right| **right).count();
    (!pictures.is_empty()).then_some(Share { kept, of: pictures.len() })
}

/// A wish in words, after "says".
fn wanted(rule: Rule, net: &dyn Classifier) -> String {
    match rule {
        Rule::Away => "something else".to_owned(),
        Rule::Class(class) => labels::short(&net.classes()[class as usize]).to_owned(),
        Rule::Random => "a random class".to_owned(),
        Rule::LeastLikely => "the least likely class".to_owned(),
        Rule::RunnerUp => "the runner-up".to_owned(),
        Rule::Every => "each other class in turn".to_owned(),
    }
}
