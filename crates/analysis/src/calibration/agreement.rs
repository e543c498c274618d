//! Whether two nets say the same.

use serde::{Deserialize, Serialize};

use super::answers::same_length;
use crate::{Result, wilson};

/// How far the labels of two nets agree on the same pictures.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Agreement {
    /// Pictures that both labelled.
    pub count: u64,
    /// Share of them with equal labels.
    pub equal: f64,
    /// 95 % interval of that share (Wilson).
    pub interval: (f64, f64),
    /// Cohen's kappa (1960): 1 for equal labels, 0 for what chance gives to nets that use their labels as often as these do.
    /// None where both give one and the same label to every picture.
    pub kappa: Option<f64>,
}

impl Agreement {
    /// Compares the labels of two nets, picture by picture.
    ///
    /// # Errors
    /// [`Error::Param`](crate::Error::Param) without labels, and for lists of different lengths.
    pub fn of(a: &[i64], b: &[i64]) -> Result<Self> {
        same_length(a, b)?;
        let n = a.len() as f64;
        let same = a.iter().zip(b).filter(|(a, b)| a == b).count() as u64;
        let equal = same as f64 / n;
        let mut names = a.to_vec();
        names.sort_unstable();
        names.dedup();
        let share = |of: &[i64], name: i64| of.iter().filter(|label| **label == name).count() as f64 / n;
        let by_chance: f64 = names.iter().map(|name| share(a, *name) * share(b, *name)).sum();
        let kappa = (by_chance < 1.0 - 1e-12).then(|| (equal - by_chance) / (1.0 - by_chance));
        Ok(Self { count: a.len() as u64, equal, interval: wilson(same, a.len() as u64), kappa })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kappa_by_hand() {
        // 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: 0.7 equal, 0.5·0.6 + 0.5·0.4 by chance.
        let table = [(20, 1, 1), (5, 1, 0), (10, 0, 1), (15, 0, 0)];
        let column = |of: fn(&(usize, i64, i64)) -> i64| -> Vec<i64> {
            table.iter().flat_map(|row| vec![of(row); row.0]).collect()
        };
        let agreement = Agreement::of(&column(|row| row.1), &column(|row| row.2)).unwrap();
        assert!((agreement.equal - 0.7).abs() < 1e-12 && (agreement.kappa.unwrap() - 0.4).abs() < 1e-12);
        assert_eq!((agreement.count, agreement.interval), (50, wilson(35, 50)));
    }

    #[test]
    fn extremes_of_agreement() {
        assert_eq!(Agreement::of(&[0, 1, 2], &[0, 1, 2]).unwrap().kappa, Some(1.0));
        assert_eq!(Agreement::of(&[0, 1], &[1, 0]).unwrap().kappa, Some(-1.0));
        assert_eq!(Agreement::of(&[3, 3], &[3, 3]).unwrap().kappa, None);
        assert_eq!(Agreement::of(&[3, 3], &[4, 4]).unwrap().kappa, Some(0.0));
        assert!(Agreement::of(&[], &[]).is_err() && Agreement::of(&[1], &[1, 2]).is_err());
    }
}
