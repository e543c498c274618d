//! What a doubt is for: to tell wrong answers from right ones, and pictures of other kinds from those that a net was made for.

use advlab_analysis::Estimate;
use advlab_analysis::calibration::auroc;

use super::measures::Measure;
use super::sets::Shown;

/// Answers of a set of which fewer are wrong tell nothing of errors.
pub(crate) const FEWEST: usize = 5;

/// What is to be told apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Task {
    /// Wrong answers from right ones, within the set of this key.
    Errors(String),
    /// The set of this key from the first.
    Apart(String),
}

impl Task {
    /// What kind of task it is, and the set, as people write them.
    pub(crate) fn words(&self, sets: &[Shown]) -> (&'static str, String) {
        let title = |key: &str| sets.iter().find(|set| set.key == key).map_or(key, |set| &set.title).to_owned();
        match self {
            Self::Errors(key) => ("wrong answers", title(key)),
            Self::Apart(key) => ("told from test pictures", title(key)),
        }
    }

    /// The same in one.
    pub(crate) fn title(&self, sets: &[Shown]) -> String {
        let (kind, set) = self.words(sets);
        format!("{kind}: {set}")
    }

    /// How well a measure does it; none where there is too little to tell, or the measure was not taken.
    pub(crate) fn area(&self, sets: &[Shown], measure: Measure) -> Option<Estimate> {
        let set = |key: &str| sets.iter().find(|set| set.key == key);
        match self {
            Self::Errors(key) => {
                let set = set(key)?;
                let right = set.right.as_ref()?;
                let wrong = right.iter().filter(|right| !**right).count();
                if wrong < FEWEST || right.len() - wrong < FEWEST {
                    return None;
                }
                auroc(set.by(measure)?, right)
            }
            Self::Apart(key) => {
                let (own, other) = (sets.first()?.by(measure)?, set(key)?.by(measure)?);
                let doubts: Vec<f64> = own.iter().chain(other).copied().collect();
                let known: Vec<bool> = (0..doubts.len()).map(|at| at < own.len()).collect();
                auroc(&doubts, &known)
            }
        }
    }
}

/// All tasks of these sets: errors of the sets that are not adversarial, and every set against the first.
pub(crate) fn tasks(sets: &[Shown]) -> Vec<Task> {
    let natural = |set: &&Shown| set.right.is_some() && !set.key.starts_with("adversarial");
    let errors = sets.iter().filter(natural).map(|set| Task::Errors(set.key.clone()));
    let apart = sets.iter().skip(1).map(|set| Task::Apart(set.key.clone()));
    errors.chain(apart).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(key: &str, right: Option<Vec<bool>>, doubts: Vec<f64>) -> Shown {
        let n = doubts.len();
        let doubts = vec![(Measure::Confidence, doubts)];
        let (labels, confidences) = (vec![0; n], vec![0.5; n]);
        Shown { key: key.to_owned(), title: key.to_owned(), labels, confidences, right, doubts, calibration: None }
    }

    #[test]
    fn errors_are_told_within_a_set_and_sets_from_the_first() {
        let right: Vec<bool> = (0..20).map(|at| at >= 5).collect();
        let doubts: Vec<f64> = (0..20).map(|at| 20.0 - f64::from(at)).collect();
        let sets = [
            set("test", Some(right), doubts),
            set("noise", None, vec![30.0; 4]),
            set("adversarial-2", Some(vec![false; 4]), vec![0.0; 4]),
        ];
        let all = tasks(&sets);
        let apart = |key: &str| Task::Apart(key.to_owned());
        assert_eq!(all, [Task::Errors("test".to_owned()), apart("noise"), apart("adversarial-2")]);
        let areas: Vec<f64> = all.iter().map(|task| task.area(&sets, Measure::Confidence).unwrap().value).collect();
        assert_eq!(areas, [1.0, 1.0, 0.0]);
        assert_eq!(all[0].area(&sets, Measure::Distance), None, "a measure that was not taken");
        let few = [set("test", Some(vec![true; 20]), vec![0.0; 20])];
        assert_eq!(Task::Errors("test".to_owned()).area(&few, Measure::Confidence), None, "nothing is wrong");
    }
}
