//! A plane through pictures, and what a net says of its points.

use advlab_core::{Classifier, Seed, Stop};
use rand_distr::{Distribution, StandardNormal};
use tch::{Kind, Tensor};

use crate::{Error, Result};

/// Shorter than this share of the longest direction, what is left of a direction is rounding.
const NOTHING: f64 = 1e-6;

/// A plane in the space of pictures: a point in it, and two directions of length 1 at right angles.
///
/// Coordinates `(a, b)` are L2 distances: the point is `origin + a·along + b·across`. Nothing keeps the values of such a point in
/// [0, 1]; [`PlaneScan::outside`] says how far they leave it.
#[derive(Debug)]
pub struct Plane {
    origin: Tensor,
    along: Tensor,
    across: Tensor,
}

/// What a net says of the points of a grid in a plane, row by row, the lowest row first.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaneScan {
    /// Coordinates of the columns.
    pub a: Vec<f64>,
    /// Coordinates of the rows.
    pub b: Vec<f64>,
    /// The net's label of each point.
    pub labels: Vec<usize>,
    /// Its confidence in that label.
    pub confidences: Vec<f64>,
    /// The largest distance by which a value of the point's picture lies outside [0, 1]; 0 where it is a picture.
    pub outside: Vec<f64>,
}

impl Plane {
    /// The plane through three points: the first is its origin, the second lies at `(distance, 0)`, the third above that axis.
    ///
    /// # Shapes
    /// - `first`, `second`, `third`: of one shape, one picture each
    ///
    /// # Errors
    /// [`Error::Shape`] if shapes differ; [`Error::Plane`] if two of the points are the same, or all lie on a line.
    pub fn through(first: &Tensor, second: &Tensor, third: &Tensor) -> Result<Self> {
        same_shape(first, second)?;
        same_shape(first, third)?;
        let (along, across) = (exact(second) - exact(first), exact(third) - exact(first));
        Self::spanned(first, &along, &across)
    }

    /// The plane through a point, along two directions; the second is turned to a right angle with the first.
    ///
    /// # Errors
    /// [`Error::Shape`] if shapes differ; [`Error::Plane`] if a direction has length 0, or both have the same.
    pub fn spanned(origin: &Tensor, along: &Tensor, across: &Tensor) -> Result<Self> {
        same_shape(origin, along)?;
        same_shape(origin, across)?;
        let (origin, along, across) = (exact(origin), exact(along), exact(across));
        let length = |v: &Tensor| v.square().sum(Kind::Double).sqrt().double_value(&[]);
        let (first, second) = (length(&along), length(&across));
        let usable = first > 0.0 && first.is_finite() && second.is_finite();
        if !usable {
            return Err(Error::Plane { why: "the first direction has length 0: both its pictures are the same" });
        }
        let along = along / first;
        let mut rest = across.shallow_clone();
        // Twice, so that rounding of the first time goes too.
        for _ in 0..2 {
            rest = &rest - &along * (&along * &rest).sum(Kind::Double);
        }
        let left = length(&rest);
        let usable = second > 0.0 && left > NOTHING * second;
        if !usable {
            return Err(Error::Plane { why: "the second direction has length 0, or is that of the first" });
        }
        Ok(Self { origin, along, across: rest / left })
    }

    /// The point `(0, 0)`, value by value.
    pub fn origin(&self) -> Vec<f64> {
        values(&self.origin)
    }

    /// The step of length 1 along the first axis, value by value.
    pub fn along(&self) -> Vec<f64> {
        values(&self.along)
    }

    /// The step of length 1 along the second axis, value by value.
    pub fn across(&self) -> Vec<f64> {
        values(&self.across)
    }

    /// The plane through a point, along a direction and a random one: normal values from the seed, turned to a right angle.
    ///
    /// # Errors
    /// Those of [`spanned`](Self::spanned).
    pub fn random(origin: &Tensor, along: &Tensor, seed: Seed) -> Result<Self> {
        let mut rng = seed.rng();
        let values: Vec<f64> = StandardNormal.sample_iter(&mut rng).take(origin.numel()).collect();
        Self::spanned(origin, along, &Tensor::from_slice(&values).reshape(origin.size()))
    }

    /// Coordinates of the foot of a picture's perpendicular, and the picture's distance from the plane.
    ///
    /// # Errors
    /// [`Error::Shape`] if its shape differs.
    pub fn project(&self, picture: &Tensor) -> Result<((f64, f64), f64)> {
        same_shape(&self.origin, picture)?;
        let from = exact(picture) - &self.origin;
        let part = |direction: &Tensor| (&from * direction).sum(Kind::Double).double_value(&[]);
        let (a, b) = (part(&self.along), part(&self.across));
        let rest = &from - &self.along * a - &self.across * b;
        Ok(((a, b), rest.square().sum(Kind::Double).sqrt().double_value(&[])))
    }

    /// The points of these coordinates, `Float`, one after another.
    ///
    /// # Shapes
    /// - returns: `[N, …]`, followed by the shape of a picture
    pub fn points(&self, coordinates: &[(f64, f64)]) -> Tensor {
        let part = |values: Vec<f64>, direction: &Tensor| Tensor::from_slice(&values).outer(&direction.flatten(0, -1));
        let a = part(coordinates.iter().map(|c| c.0).collect(), &self.along);
        let b = part(coordinates.iter().map(|c| c.1).collect(), &self.across);
        let mut shape = vec![coordinates.len() as i64];
        shape.extend(self.origin.size());
        (self.origin.flatten(0, -1).unsqueeze(0) + a + b).to_kind(Kind::Float).reshape(shape)
    }

    /// Asks a net about every point of a grid, `batch` pictures at a time; `told` hears after each how many points are done.
    ///
    /// # Errors
    /// [`Error::Param`] for a batch of 0 or a grid without points; [`Error::Core`] if the net fails, or `stop` says so.
    pub fn scan(
        &self,
        net: &dyn Classifier,
        a: &[f64],
        b: &[f64],
        batch: usize,
        stop: &Stop,
        told: &mut dyn FnMut(usize),
    ) -> Result<PlaneScan> {
        let count = a.len() * b.len();
        for (field, got) in [("batch", batch), ("points", count)] {
            if got == 0 {
                return Err(Error::Param { analysis: "plane", field, want: "1 or more", got: got.to_string() });
            }
        }
        let (mut labels, mut confidences) = (Vec::with_capacity(count), Vec::with_capacity(count));
        let mut outside = Vec::with_capacity(count);
        let all: Vec<(f64, f64)> = b.iter().flat_map(|&b| a.iter().map(move |&a| (a, b))).collect();
        for some in all.chunks(batch) {
            if stop.asked() {
                return Err(advlab_core::Error::Stopped.into());
            }
            let pictures = self.points(some);
            let flat = pictures.reshape([some.len() as i64, -1]);
            let beyond = (flat.amax([1], false) - 1.0).maximum(&(-flat.amin([1], false))).clamp_min(0.0);
            outside.extend(Vec::<f64>::try_from(beyond.to_kind(Kind::Double)).expect("one value for each picture"));
            let scores = net.classify(&pictures.to_device(net.device()))?;
            confidences.extend((0..some.len()).map(|row| f64::from(scores.confidence_of_label(row))));
            labels.extend(scores.labels.iter().map(|&label| label as usize));
            told(labels.len());
        }
        Ok(PlaneScan { a: a.to_vec(), b: b.to_vec(), labels, confidences, outside })
    }
}

/// `count` coordinates at the middles of equal parts between two ends, as cells of a map have them.
pub fn middles((low, high): (f64, f64), count: usize) -> Vec<f64> {
    (0..count).map(|index| low + (high - low) * (index as f64 + 0.5) / count as f64).collect()
}

fn values(tensor: &Tensor) -> Vec<f64> {
    Vec::<f64>::try_from(tensor.flatten(0, -1)).expect("values of a picture")
}

/// The same values in double precision on the CPU.
fn exact(tensor: &Tensor) -> Tensor {
    tensor.detach().to_device(tch::Device::Cpu).to_kind(Kind::Double)
}

fn same_shape(wanted: &Tensor, got: &Tensor) -> Result<()> {
    if wanted.size() == got.size() {
        return Ok(());
    }
    Err(Error::Shape { wanted: format!("pictures of {:?}", wanted.size()), got: got.size() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(values: [f64; 4]) -> Tensor {
        Tensor::from_slice(&values).to_kind(Kind::Float).reshape([1, 2, 2])
    }

    #[test]
    fn three_points_have_their_distances_as_coordinates() {
        let points = [picture([0.0; 4]), picture([0.3, 0.4, 0.0, 0.0]), picture([0.3, 0.0, 0.5, 0.1])];
        let plane = Plane::through(&points[0], &points[1], &points[2]).unwrap();
        let at: Vec<((f64, f64), f64)> = points.iter().map(|point| plane.project(point).unwrap()).collect();
        assert!((at[1].0.0 - 0.5).abs() < 1e-7 && at[1].0.1.abs() < 1e-7 && at[2].0.1 > 0.0);
        assert!(at.iter().all(|(_, away)| *away < 1e-7), "all three lie in the plane: {at:?}");
        let back = plane.points(&at.iter().map(|(at, _)| *at).collect::<Vec<_>>());
        for (index, point) in points.iter().enumerate() {
            assert!((back.get(index as i64) - point).abs().max().double_value(&[]) < 1e-6);
        }
    }

    #[test]
    fn a_random_direction_is_at_a_right_angle_and_the_seeds_own() {
        let (origin, along) = (picture([0.5; 4]), picture([0.1, 0.0, 0.0, 0.2]));
        let plane = |seed| Plane::random(&origin, &along, Seed::new(seed)).unwrap();
        let one = plane(1);
        assert!((&one.along * &one.across).sum(Kind::Double).double_value(&[]).abs() < 1e-12);
        assert!((one.across.square().sum(Kind::Double).double_value(&[]) - 1.0).abs() < 1e-12);
        assert_eq!(one.points(&[(0.1, 0.7)]), plane(1).points(&[(0.1, 0.7)]));
        assert_ne!(one.points(&[(0.1, 0.7)]), plane(2).points(&[(0.1, 0.7)]));
    }

    #[test]
    fn equal_pictures_and_points_on_a_line_span_no_plane() {
        let (one, other) = (picture([0.1; 4]), picture([0.2; 4]));
        let told = |a: &Tensor, b: &Tensor, c: &Tensor| Plane::through(a, b, c).unwrap_err().to_string();
        assert!(told(&one, &one, &other).contains("the first direction has length 0"));
        assert!(told(&one, &other, &picture([0.3; 4])).contains("the second direction"));
        let flat = Tensor::zeros([4], (Kind::Float, tch::Device::Cpu));
        assert!(told(&one, &flat, &other).contains("[1, 2, 2]"));
    }
}
