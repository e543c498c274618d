//! What is wanted of each picture: a rule turns what a net says of it into aims.

use advlab_core::{Aim, Classifier, Seed};
use anyhow::{Result, bail};
use rand::Rng as _;

use super::spec::{Spec, Wish};
use crate::labels;

/// A wish, once it is known which net it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// Away from the true class, or from the label where nobody knows it.
    Away,
    /// This class.
    Class(i64),
    /// One of the classes that are neither the label nor the true class, each as likely as the others.
    Random,
    /// The class with the lowest score.
    LeastLikely,
    /// The class with the highest score but for the label.
    RunnerUp,
    /// Each class but the label, one after the other.
    Every,
}

/// What a net says of a clean picture, and what is known of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known<'a> {
    /// Number of the picture.
    pub(crate) picture: usize,
    /// Its raw scores.
    pub(crate) scores: &'a [f32],
    /// Its true class, where it is known.
    pub(crate) truth: Option<i64>,
}

impl Rule {
    /// Reads a wish.
    ///
    /// # Errors
    /// No such class, or several that may be meant; `every` on a net of many classes without consent.
    pub(crate) fn new(wish: &Wish, net: &dyn Classifier, pictures: usize, many: bool) -> Result<Self> {
        let Wish::Target(target) = wish else { return Ok(Self::Away) };
        let others = net.classes().len() - 1;
        match target.as_str() {
            "random" => Ok(Self::Random),
            "least-likely" => Ok(Self::LeastLikely),
            "runner-up" => Ok(Self::RunnerUp),
            "every" if others >= Spec::FEW_CLASSES && !many => bail!(
                "`every` means {others} searches for each picture, {} in all; name a class, or take it on with --yes",
                others * pictures
            ),
            "every" => Ok(Self::Every),
            name => Ok(Self::Class(labels::find(name, net.classes(), net.name())? as i64)),
        }
    }

    /// Searches for each picture on a net of so many classes.
    pub(crate) const fn searches(self, n_classes: usize) -> usize {
        match self {
            Self::Every => n_classes - 1,
            _ => 1,
        }
    }

    /// The aim of search number `search` at a picture; `seed` is the run's.
    pub(crate) fn aim(self, known: &Known<'_>, search: usize, seed: Seed) -> Aim {
        let label = best(known.scores, |_| true);
        let n_classes = known.scores.len() as i64;
        match self {
            Self::Away => Aim::Away(known.truth.unwrap_or(label)),
            Self::Class(class) => Aim::Target(class),
            Self::RunnerUp => Aim::Target(best(known.scores, |class| class != label)),
            Self::LeastLikely => {
                let low: Vec<f32> = known.scores.iter().map(|score| -score).collect();
                Aim::Target(best(&low, |class| class != label))
            }
            Self::Every => Aim::Target((0..n_classes).filter(|class| *class != label).nth(search).unwrap_or(label)),
            Self::Random => {
                let free = |class: &i64| *class != label && known.truth != Some(*class);
                let mut classes: Vec<i64> = (0..n_classes).filter(free).collect();
                if classes.is_empty() {
                    // Of two classes, one is the label and the other the truth.
                    classes.extend((0..n_classes).filter(|class| *class != label));
                }
                let drawn = seed.child("target").index(known.picture as u64).rng().random_range(0..classes.len());
                Aim::Target(classes[drawn])
            }
        }
    }
}

/// The class with the largest value, of equal ones the first.
fn best(values: &[f32], allowed: impl Fn(i64) -> bool) -> i64 {
    let mut best: Option<(i64, f32)> = None;
    for (class, value) in (0_i64..).zip(values) {
        if allowed(class) && best.is_none_or(|(_, largest)| *value > largest) {
            best = Some((class, *value));
        }
    }
    best.map_or(0, |(class, _)| class)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCORES: [f32; 5] = [0.1, 3.0, -2.0, 1.0, -2.0];

    fn aims(rule: Rule, truth: Option<i64>) -> Vec<i64> {
        let aim = |search| rule.aim(&Known { picture: 0, scores: &SCORES, truth }, search, Seed::new(1)).class();
        (0..rule.searches(SCORES.len())).map(aim).collect()
    }

    #[test]
    fn rules_choose_by_the_scores() {
        assert_eq!(aims(Rule::RunnerUp, Some(0)), [3]);
        assert_eq!(aims(Rule::LeastLikely, None), [2], "of equal ones the first");
        assert_eq!(aims(Rule::Every, Some(3)), [0, 2, 3, 4]);
        assert_eq!((aims(Rule::Away, None), aims(Rule::Away, Some(4))), (vec![1], vec![4]));
        assert_eq!(aims(Rule::Class(2), None), [2]);
    }

    #[test]
    fn random_targets_are_drawn_evenly_by_the_picture_alone() {
        let mut counts = [0; 5];
        for picture in 0..3000 {
            let known = Known { picture, scores: &SCORES, truth: Some(0) };
            let class = Rule::Random.aim(&known, 0, Seed::new(7)).class();
            assert_eq!(class, Rule::Random.aim(&known, 0, Seed::new(7)).class());
            counts[class as usize] += 1;
        }
        assert_eq!((counts[0], counts[1]), (0, 0), "neither the label nor the truth");
        assert!(counts[2..].iter().all(|count| (900..1100).contains(count)), "{counts:?}");
        let two = Known { picture: 0, scores: &[1.0, 0.0], truth: Some(1) };
        assert_eq!(Rule::Random.aim(&two, 0, Seed::new(1)), Aim::Target(1));
    }

    #[test]
    fn every_class_of_many_needs_a_word() {
        let classes = |n: usize| advlab_model_zoo::ModelSpec {
            classes: (0..n).map(|class| format!("c{class}")).collect(),
            ..advlab_model_zoo::ModelSpec::sigmoid_mlp(&[3])
        };
        let net = |n| advlab_model_zoo::Net::random("net", &classes(n), Seed::new(0)).unwrap();
        let rule = |n, many| Rule::new(&Wish::Target("every".to_owned()), &net(n), 3, many);
        assert_eq!(rule(20, false).unwrap(), Rule::Every);
        assert_eq!(rule(21, true).unwrap(), Rule::Every);
        let told = rule(21, false).unwrap_err().to_string();
        assert!(told.contains("20 searches for each picture, 60 in all") && told.contains("--yes"), "{told}");
    }
}
