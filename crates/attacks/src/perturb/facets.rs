//! What [`minimal`](super::minimal) remembers of a boundary: a plane for each class that mattered.

use advlab_core::Aim;

use super::programme::{Ground, MOST_PLANES, Plane, solve};
use super::vectors::{dot_gap, gap, square};
use super::walk::{best_other, sign};

/// A place is aimed at that lies this far behind a boundary, in pixel units, so that it counts as a find.
const BEHIND: f64 = 1e-3;
/// What a new walk holds its change back by.
const FIRST_HOLD: f64 = 0.3;
/// Ends of that weight.
const HOLD: (f64, f64) = (0.2, 30.0);
/// What is left of the weight after a step that showed no curvature.
const FORGET: f64 = 0.8;

/// A class's plane, as last seen.
#[derive(Clone, Debug)]
struct Facet {
    class: usize,
    /// Gradient of the class's margin.
    normal: Vec<f32>,
    square: f64,
    multiplier: f64,
    /// The margin that the linear model expects at the next place.
    predicted: f64,
    /// Looks since its gradient was taken.
    age: u32,
}

/// The planes of one picture's boundary.
#[derive(Clone, Debug)]
pub(crate) struct Facets {
    aim: Aim,
    facets: Vec<Facet>,
    most: usize,
    /// Weight that holds the change back along the boundary.
    hold: f64,
    /// `‖step‖²` of the last step.
    stepped: Option<f64>,
    /// Scores at the present place.
    scores: Vec<f32>,
    /// The class whose gradient is under way.
    renewed: usize,
    /// Away from a class: the one class whose plane is to be crossed.
    rival: Option<usize>,
}

impl Facets {
    pub(crate) fn new(aim: Aim, n_classes: usize) -> Self {
        let most = match aim {
            Aim::Target(_) => MOST_PLANES.min(n_classes - 1),
            // Any one class will do, so the planes of others need not be crossed.
            Aim::Away(_) => 1,
        };
        Self {
            aim,
            facets: Vec::new(),
            most,
            hold: FIRST_HOLD,
            stepped: None,
            scores: Vec::new(),
            renewed: 0,
            rival: None,
        }
    }

    /// Forgets everything; away from a class, the next planes are `rival`'s.
    pub(crate) fn forget(&mut self, rival: Option<usize>) {
        self.facets.clear();
        (self.hold, self.stepped) = (FIRST_HOLD, None);
        self.rival = rival;
    }

    /// How far class `k` is above the target, or the class to leave above `k`.
    fn margin_of(&self, k: usize) -> f64 {
        f64::from(sign(self.aim) * (self.scores[k] - self.scores[self.aim.class() as usize]))
    }

    /// Takes the scores at a new place in and says of which class the gradient of the margin is wanted: of the nearest
    /// one, unless it has a young plane and that of another one, which matters within `reach` of the margin, is older.
    pub(crate) fn look(&mut self, scores: &[f32], margin: f64, reach: f64) -> usize {
        scores.clone_into(&mut self.scores);
        let nearest = self.rival.unwrap_or_else(|| best_other(scores, self.aim.class() as usize));
        self.renewed = nearest;
        if let Some(own) = self.facets.iter().find(|facet| facet.class == nearest) {
            let oldest = self
                .facets
                .iter()
                .filter(|facet| facet.multiplier > 0.0 && self.margin_of(facet.class) > margin - reach)
                .max_by_key(|facet| facet.age);
            if let Some(oldest) = oldest.filter(|oldest| own.age <= 2 && oldest.age > own.age + 1) {
                self.renewed = oldest.class;
            }
        }
        self.renewed
    }

    /// Puts a gradient in the place of its class's last one, or of the plane that matters least.
    fn renew(&mut self, gradient: &[f32]) {
        for facet in &mut self.facets {
            facet.age += 1;
        }
        let slot = self.facets.iter().position(|facet| facet.class == self.renewed).or_else(|| {
            let full = self.facets.len() >= self.most;
            let idle = |slot: &usize| (self.facets[*slot].multiplier == 0.0, self.facets[*slot].age);
            if full { (0..self.facets.len()).max_by_key(idle) } else { None }
        });
        let square = square(gradient);
        let Some(slot) = slot else {
            let (class, normal) = (self.renewed, gradient.to_vec());
            self.facets.push(Facet { class, normal, square, multiplier: 0.0, predicted: 0.0, age: 0 });
            return;
        };
        let facet = &mut self.facets[slot];
        if facet.class != self.renewed {
            (facet.class, facet.multiplier) = (self.renewed, 0.0);
        }
        facet.normal.copy_from_slice(gradient);
        (facet.square, facet.age) = (square, 0);
    }

    /// Takes the gradient in and moves `place` to where the planes say the boundary is nearest, by `longest` at most. Returns how far they would have it moved.
    pub(crate) fn cross(&mut self, gradient: &[f32], clean: &[f32], place: &mut [f32], longest: f64) -> f64 {
        self.hold_back();
        self.renew(gradient);
        let radius = gap(place, clean);
        let planes: Vec<Plane<'_>> = self
            .facets
            .iter()
            .map(|facet| {
                let steep = facet.square.sqrt();
                Plane {
                    normal: &facet.normal,
                    square: facet.square,
                    value: self.margin_of(facet.class) + BEHIND * steep,
                    // A pull about as long as the change itself.
                    most: (1.0 + self.hold) * (radius + 0.5) / steep.max(1e-30),
                }
            })
            .collect();
        let mut multipliers: Vec<f64> = self.facets.iter().map(|facet| facet.multiplier).collect();
        let mut next = vec![0.0; place.len()];
        solve(Ground { clean, place, hold: self.hold }, &planes, &mut multipliers, &mut next);
        let step = gap(&next, place);
        let share = (longest / step.max(1e-30)).min(1.0);
        let margins: Vec<f64> = self.facets.iter().map(|facet| self.margin_of(facet.class)).collect();
        for ((facet, multiplier), margin) in self.facets.iter_mut().zip(multipliers).zip(margins) {
            facet.multiplier = multiplier;
            facet.predicted = margin + share * dot_gap(&facet.normal, &next, place);
        }
        self.stepped = Some((step * share).powi(2));
        let share = share as f32;
        for (place, next) in place.iter_mut().zip(&next) {
            *place = (*place + share * (next - *place)).clamp(0.0, 1.0);
        }
        step
    }

    /// Learns from the last step: what the planes missed is half the curvature of the boundary along it, and a change that is
    /// held back as strongly as the boundary is curved settles quickest.
    fn hold_back(&mut self) {
        let Some(square) = self.stepped.filter(|square| *square > 0.0) else { return };
        let missed: f64 =
            self.facets.iter().map(|facet| facet.multiplier * (self.margin_of(facet.class) - facet.predicted)).sum();
        self.hold = (self.hold * FORGET).max(2.0 * missed / square).clamp(HOLD.0, HOLD.1);
    }
}
