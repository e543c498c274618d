//! The numbers of a run, and what they say.

use advlab_analysis::mean;
use advlab_analysis::perceptron::{Problem, Separability, parity_of_xor_units};
use serde::{Deserialize, Serialize};

use super::net::Net;
use super::sample::{Sample, Source};
use super::spec::Spec;
use crate::perturb::digits;
use crate::table::{Entry, Table};
use crate::words::percent;

/// What a run came to, in numbers.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Summary {
    /// The problem.
    pub problem: String,
    /// Inputs of each pattern.
    pub inputs: usize,
    /// Patterns to learn from.
    pub patterns: usize,
    /// Fresh patterns.
    pub fresh: usize,
    /// What targets −1 and 1 are called.
    pub classes: [String; 2],
    /// Whether a line parts the patterns of the first repeat, with a proof.
    pub separability: Option<Separability>,
    /// Inputs that stand in both classes in the first repeat, so that no net gets all patterns right.
    pub in_both: Option<Vec<f64>>,
    /// Every net.
    pub nets: Vec<Line>,
    /// Test errors of each number of hidden neurons against the one before it, repeat by repeat.
    pub gaps: Vec<Gap>,
    /// XOR units of a net that is written down for the problem, and its mistakes; for XOR and parity alone.
    pub written_down: Option<(usize, usize)>,
    /// Wall-clock seconds.
    pub seconds: f64,
}

/// A net in a line.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Line {
    /// Hidden neurons.
    pub hidden: usize,
    /// Number of the repeat, from 1.
    pub repeat: usize,
    /// Steps that it learnt.
    pub steps: usize,
    /// Step from which on it got all training patterns right.
    pub converged: Option<usize>,
    /// Steps between which Hebb's rule came round to the same weights.
    pub cycle: Option<(usize, usize)>,
    /// Share of the training patterns that it gets wrong.
    pub train_error: f64,
    /// Share of the fresh patterns.
    pub test_error: Option<f64>,
    /// Hidden neurons that count alone: the output changes with the sign of one of them, for some training pattern.
    pub active: usize,
    /// Starts that were made.
    pub starts: usize,
    /// Whether a line parts its training patterns, where that is proved.
    pub separable: Option<bool>,
}

/// Mean difference of two nets' test errors over repeats.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Gap {
    /// Hidden neurons of the one net.
    pub from: usize,
    /// Hidden neurons of the other.
    pub to: usize,
    /// Test error of the other less that of the one.
    pub difference: f64,
    /// 95 % interval of it.
    pub interval: Option<(f64, f64)>,
}

impl Summary {
    pub(super) fn new(spec: &Spec, source: &Source, samples: &[Sample], nets: &[Net]) -> Self {
        let first = &samples[0];
        let line = |net: &Net| Line {
            hidden: net.hidden,
            repeat: net.repeat,
            steps: net.history.last().map_or(0, |seen| seen.step),
            converged: net.converged,
            cycle: net.cycle,
            train_error: net.train_error,
            test_error: net.test_error,
            active: net.active.len(),
            starts: net.mistakes.len(),
            separable: samples[net.repeat - 1].separable(),
        };
        let of = |hidden: usize| nets.iter().filter(move |net| net.hidden == hidden).filter_map(|net| net.test_error);
        let gap = |pair: &[usize]| {
            let differences: Vec<f64> = of(pair[1]).zip(of(pair[0])).map(|(to, from)| to - from).collect();
            let estimate = mean(&differences);
            let (difference, interval) = (estimate.value, estimate.interval);
            (!differences.is_empty()).then_some(Gap { from: pair[0], to: pair[1], difference, interval })
        };
        let chained = matches!(spec.known(), Some(Problem::Xor | Problem::Parity));
        let written_down = chained.then(|| {
            let wrong = first.train.iter().filter(|(x, target)| parity_of_xor_units(x) != *target).count();
            (first.train.dimensions() - 1, wrong)
        });
        Self {
            problem: spec.title(),
            inputs: first.train.dimensions(),
            patterns: first.train.len(),
            fresh: first.test.as_ref().map_or(0, |test| test.len()),
            classes: source.classes(),
            separability: first.separability.clone(),
            in_both: first.train.in_both().map(<[f64]>::to_vec),
            nets: nets.iter().map(line).collect(),
            gaps: spec.hidden.windows(2).filter_map(gap).collect(),
            written_down,
            seconds: 0.0,
        }
    }

    /// Whether every net got all its training patterns right.
    pub fn complete(&self) -> bool {
        self.nets.iter().all(|net| net.converged.is_some())
    }

    /// Whether a net of one line, with one hidden neuron or none, was asked to learn what it cannot: no line parts the classes.
    pub fn cannot(&self) -> bool {
        self.nets.iter().any(|net| net.hidden < 2 && net.separable == Some(false))
    }

    /// What is short of what was asked for, and what to do; empty where nothing is.
    pub fn shortfall(&self) -> String {
        let short: Vec<&Line> = self.nets.iter().filter(|net| net.converged.is_none()).collect();
        if short.is_empty() {
            return String::new();
        }
        if let Some(point) = &self.in_both {
            return format!("not all was learnt: no net can, since {} stands in both classes", place(point));
        }
        let mut told = Vec::new();
        if self.cannot() {
            told.push(
                "no line parts the two classes, so Hebb's rule would never end; hidden neurons can do it (--hidden)",
            );
        }
        if short.iter().any(|net| net.hidden == 0 && net.separable != Some(false)) {
            told.push("Hebb's rule ends where a line parts the classes; give it more --sweeps");
        }
        if short.iter().any(|net| net.hidden > 1 || (net.hidden == 1 && net.separable != Some(false))) {
            told.push("some nets with hidden neurons do not get all right; try more --steps, --starts or --hidden");
        }
        format!("not all was learnt: {}", told.join("; "))
    }

    /// The problem as a title.
    pub fn title(&self) -> String {
        format!("Perceptrons learn {}", self.problem)
    }

    /// What came of it, in sentences.
    pub fn sentences(&self) -> Vec<String> {
        let mut told = vec![match self.fresh {
            0 => format!("{} patterns of {}.", self.patterns, counted(self.inputs, "input")),
            n => format!(
                "{} patterns of {} to learn from, and {n} fresh ones.",
                self.patterns,
                counted(self.inputs, "input")
            ),
        }];
        if let Some(point) = &self.in_both {
            told.push(format!("The inputs {} stand in both classes, so no net gets all right.", place(point)));
        }
        told.extend(self.proof());
        let mut seen = Vec::new();
        for net in &self.nets {
            if !seen.contains(&net.hidden) {
                seen.push(net.hidden);
                told.push(self.of_nets(net.hidden));
            }
        }
        for Gap { from, to, difference, interval } in &self.gaps {
            if let Some((low, high)) = interval {
                told.push(format!(
                    "{} less {}, share of fresh patterns wrong: {} points (95 % interval {} to {}, repeat by repeat).",
                    capital(&Net::words(*to)),
                    Net::words(*from),
                    points(*difference),
                    points(*low),
                    points(*high)
                ));
            }
        }
        if let Some((units, wrong)) = self.written_down {
            let units = if units == 1 { "one XOR unit".to_owned() } else { format!("a chain of {units} XOR units") };
            told.push(format!("Written down, not learnt: {units} gets {wrong} of {} patterns wrong.", self.patterns));
        }
        told
    }

    /// Whether a line parts the classes.
    fn proof(&self) -> Option<String> {
        let repeats = self.nets.iter().filter(|net| net.hidden == self.nets[0].hidden);
        let (mut yes, mut no, mut all) = (0, 0, 0);
        for net in repeats {
            yes += usize::from(net.separable == Some(true));
            no += usize::from(net.separable == Some(false));
            all += 1;
        }
        let every = |count: usize| {
            if all > 1 { format!(" The same holds in {count} of {all} repeats.") } else { String::new() }
        };
        let first = if all > 1 { "In the first repeat no" } else { "No" };
        Some(match self.separability.as_ref()? {
            Separability::Separable(_) => {
                format!(
                    "{} line parts the two classes (checked without rounding).{}",
                    if all > 1 { "In the first repeat a" } else { "A" },
                    every(yes)
                )
            }
            Separability::NotSeparable { point, positive, negative } => format!(
                "{first} line parts the two classes, so a single neuron cannot get all right: {} is a weighted mean of {} of `{}` \
                 and also of {} of `{}`, and no line can lie between them (checked without rounding).{}",
                place(point),
                counted(positive.len(), "pattern"),
                self.classes[1],
                counted(negative.len(), "pattern"),
                self.classes[0],
                every(no)
            ),
            Separability::Undecided => {
                "Whether a line parts the two classes could not be proved: they all but touch.".to_owned()
            }
        })
    }

    fn of_nets(&self, hidden: usize) -> String {
        let nets: Vec<&Line> = self.nets.iter().filter(|net| net.hidden == hidden).collect();
        let name = Net::words(hidden);
        if let [net] = nets[..] {
            let end = match (net.converged, net.cycle) {
                (Some(step), _) => format!("all patterns right from step {step} on"),
                (None, Some((first, again))) => format!(
                    "not all patterns right: after step {again} the weights are those after step {first}, so Hebb's rule goes round \
                     for ever, {} wrong",
                    percent(net.train_error)
                ),
                (None, None) => {
                    let steps = counted(net.steps, "step");
                    format!("not all patterns right in {steps}, {} wrong", percent(net.train_error))
                }
            };
            let test =
                net.test_error.map_or_else(String::new, |error| format!("; {} of fresh ones wrong", percent(error)));
            return format!("{}: {end}{test}.", capital(&name));
        }
        let right = nets.iter().filter(|net| net.converged.is_some()).count();
        let train = mean(&nets.iter().map(|net| net.train_error).collect::<Vec<_>>());
        let test = mean(&nets.iter().filter_map(|net| net.test_error).collect::<Vec<_>>());
        let test = match test.interval {
            Some((low, high)) => {
                format!("; {} of fresh ones ({} to {})", percent(test.value), percent(low.max(0.0)), percent(high))
            }
            None => String::new(),
        };
        format!(
            "{}: all patterns right in {right} of {} repeats, on average {} wrong{test}.",
            capital(&name),
            nets.len(),
            percent(train.value)
        )
    }

    /// Every net in a row.
    pub(crate) fn table(&self) -> Table {
        let mut table = Table::new(
            "nets.csv",
            "Every net",
            &[
                ("hidden", "hidden neurons"),
                ("repeat", "repeat"),
                ("steps", "steps"),
                ("converged", "right from step"),
                ("train_error", "training error"),
                ("test_error", "test error"),
                ("active", "lines that count alone"),
                ("starts", "starts"),
                ("separable", "a line parts the patterns"),
            ],
        );
        for net in &self.nets {
            table.rows.push(vec![
                Entry::Text(net.hidden.to_string()),
                Entry::Text(net.repeat.to_string()),
                Entry::Count(net.steps as u64),
                net.converged.map_or(Entry::Missing, |step| Entry::Count(step as u64)),
                Entry::Share(net.train_error),
                Entry::maybe(net.test_error, Entry::Share),
                Entry::Count(net.active as u64),
                Entry::Count(net.starts as u64),
                net.separable.map_or("not known", |parts| if parts { "yes, proved" } else { "no, proved" }).into(),
            ]);
        }
        table
    }

    /// The table as a terminal shows it.
    pub fn text(&self) -> String {
        self.table().text()
    }
}

/// `1 pattern`, `2 patterns`.
fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// A point, of which the first numbers are enough.
pub(crate) fn place(point: &[f64]) -> String {
    let some: Vec<String> = point.iter().take(4).map(|value| digits(*value)).collect();
    format!("({}{})", some.join(", "), if point.len() > 4 { ", …" } else { "" })
}

/// A difference of shares in percentage points.
fn points(value: f64) -> String {
    format!("{:+.2}", 100.0 * value).replace('-', "−")
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
