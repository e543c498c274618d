//! A linear net in plain numbers, on which a method's walk can be followed alone and the smallest change is known.

use advlab_core::{Aim, Norm, Seed};
use rand::Rng;

use super::driver::SURE;
use super::walk::{Go, Look, Task, Walk};

/// `z = W·(x − ½) + b`, class 0 in front at the picture of greys.
#[derive(Debug)]
pub(crate) struct Linear {
    weights: Vec<Vec<f32>>,
    offsets: Vec<f32>,
}

/// What a walk came to.
#[derive(Debug)]
pub(crate) struct Walked {
    /// The smallest find and its length.
    pub(crate) best: Option<(Vec<f32>, f64)>,
    pub(crate) forward: u32,
    pub(crate) backward: u32,
}

impl Linear {
    /// Drawn weights.
    pub(crate) fn new(n_values: usize, n_classes: usize) -> Self {
        let mut rng = Seed::new(7).rng();
        let weights = (0..n_classes).map(|_| (0..n_values).map(|_| rng.random_range(-1.0..1.0)).collect()).collect();
        Self { weights, offsets: (0..n_classes).map(|class| if class == 0 { 1.0 } else { 0.0 }).collect() }
    }

    /// The same scores everywhere.
    pub(crate) fn without_gradient(n_values: usize, n_classes: usize) -> Self {
        Self { weights: vec![vec![0.0; n_values]; n_classes], ..Self::new(n_values, n_classes) }
    }

    /// The picture of greys.
    pub(crate) fn task(&self, aim: Aim, norm: Norm) -> Task {
        Task { clean: vec![0.5; self.weights[0].len()], aim, norm, n_classes: self.weights.len() }
    }

    /// Where class 0 gains most from a value: 0 or 1.
    pub(crate) fn bound(&self, value: usize) -> f32 {
        if self.weights[0][value] > self.weights[1][value] { 1.0 } else { 0.0 }
    }

    fn scores(&self, picture: &[f32]) -> Vec<f32> {
        let score = |weights: &Vec<f32>| weights.iter().zip(picture).map(|(w, x)| w * (x - 0.5)).sum::<f32>();
        self.weights.iter().zip(&self.offsets).map(|(weights, offset)| score(weights) + offset).collect()
    }

    /// Distance to the nearest plane that lets the aim hold; towards a target that of the plane between it and class 0, which
    /// is exact with two classes.
    pub(crate) fn distance(&self, task: &Task) -> f64 {
        let class = task.aim.class() as usize;
        let to = |other: usize| {
            let apart: Vec<f32> = self.weights[other].iter().zip(&self.weights[class]).map(|(a, b)| a - b).collect();
            f64::from((self.offsets[other] - self.offsets[class]).abs()) / super::ball::dual(task.norm, &apart)
        };
        match task.aim {
            Aim::Target(_) => to(0),
            Aim::Away(_) => (0..self.weights.len()).filter(|k| *k != class).map(to).fold(f64::INFINITY, f64::min),
        }
    }
}

/// Follows a walk to its end, as the driver does.
pub(crate) fn walked(net: &Linear, task: &Task, mut walk: Box<dyn Walk>) -> Walked {
    let mut walked = Walked { best: None, forward: 0, backward: 0 };
    for _ in 0..100_000 {
        let place = walk.place().to_vec();
        assert!(place.iter().all(|value| (0.0..=1.0).contains(value)), "a place outside the box");
        let scores = net.scores(&place);
        let margin = task.aim.margin(&scores);
        let largest = scores.iter().fold(0.0_f32, |largest, score| largest.max(score.abs()));
        let found = margin < -SURE * largest;
        let length = task.norm.distance(&task.clean, &place);
        if found && walked.best.as_ref().is_none_or(|(_, best)| length < *best) {
            walked.best = Some((place, length));
        }
        let with_gradient = walk.wants_gradient();
        let mut weights = vec![0.0; scores.len()];
        let best = walked.best.as_ref().map(|(picture, length)| (picture.as_slice(), *length));
        walk.weigh(&Look { scores: &scores, margin, found, best }, &mut weights);
        let gradient: Vec<f32> = if with_gradient {
            let sum = |i: usize| weights.iter().zip(&net.weights).map(|(weight, row)| weight * row[i]).sum();
            (0..task.clean.len()).map(sum).collect()
        } else {
            Vec::new()
        };
        walked.forward += 1;
        walked.backward += u32::from(with_gradient);
        if walk.step(&gradient) == Go::Done {
            return walked;
        }
    }
    panic!("the walk has no end");
}
