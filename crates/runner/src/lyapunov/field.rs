//! A net's stretching over a rectangle of a plane: exponents, leading directions, labels and doubt, and what is drawn of them.

use advlab_analysis::lyapunov::{INPUT, Stretch, Wanted};
use advlab_analysis::ridges::{Apart, apart, borders, distances, ridges, sharp};
use advlab_core::{Classifier, Seed};
use advlab_plots::theme::{INK, SERIES, WHITE};
use advlab_plots::{Field, Marker, Overlay, Segment, Stroke, contours};
use anyhow::Result;
use ndarray::Array2;
use tch::{Kind, Tensor, no_grad};

use super::doubt::Doubts;

/// Cells by whose width a field is blurred before its ridges are looked for; less leaves the ripples of the grid.
const BLUR: f64 = 1.0;
/// Ridge points count that are at least this share as sharp as the sharpest: a ridge that stands out, not every fold of a flat field.
const SHARPNESS: f64 = 0.25;
/// Random moves of a ridge, for what chance does.
pub(crate) const MOVES: usize = 199;
/// Pictures whose directions are computed together; of nets that are searched by products, which takes long, fewer.
const AT_ONCE: usize = 2048;
const SEARCHED_AT_ONCE: usize = 128;
/// A direction of which less than this share lies in the plane is not drawn.
const OUT_OF_PLANE: f64 = 0.1;
/// Leading directions drawn along a side.
const SEGMENTS: usize = 12;

/// A rectangle with a grid of cells.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grid {
    pub(crate) x: (f64, f64),
    pub(crate) y: (f64, f64),
    /// Cells along each side.
    pub(crate) side: usize,
}

impl Grid {
    /// Middles of all cells, row by row from below.
    pub(crate) fn middles(&self) -> Vec<(f64, f64)> {
        let of = |(low, high): (f64, f64), at: usize| low + (high - low) * (at as f64 + 0.5) / self.side as f64;
        (0..self.side).flat_map(|row| (0..self.side).map(move |column| (of(self.x, column), of(self.y, row)))).collect()
    }

    /// A point in rows and columns; whole numbers are middles of cells.
    pub(crate) fn cell(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let of = |(low, high): (f64, f64), at: f64| (at - low) / (high - low) * self.side as f64 - 0.5;
        (of(self.y, y), of(self.x, x))
    }

    /// The other way round.
    fn point(&self, (row, column): (f64, f64)) -> (f64, f64) {
        let of = |(low, high): (f64, f64), at: f64| low + (high - low) * (at + 0.5) / self.side as f64;
        (of(self.x, column), of(self.y, row))
    }
}

/// What a net does over a rectangle.
#[derive(Debug)]
pub(crate) struct Landscape {
    pub(crate) grid: Grid,
    /// `L λ₁`, `[row, column]`, row 0 at the bottom; minus infinity where nothing is stretched.
    pub(crate) total: Array2<f64>,
    /// The part in the plane of the direction that is stretched most, cell by cell; of length 1 where it lies in the plane.
    directions: Vec<(f64, f64)>,
    /// Numbers of classes.
    pub(crate) labels: Array2<usize>,
    /// Entropy of the net's probabilities, in nats.
    pub(crate) entropy: Array2<f64>,
    /// How far each class's score is above the best other one, class by class, cell by cell.
    margins: Vec<Array2<f64>>,
}

/// Pictures `[N, C, H, W]` at points of a plane.
pub(crate) type Pictures<'a> = dyn Fn(&[(f64, f64)]) -> Result<Tensor> + 'a;

/// Hears how many more cells are done, and may end the work.
pub(crate) type Watch<'a> = &'a dyn Fn(usize) -> Result<()>;

/// How points of a plane become pictures, and directions between pictures directions of the plane.
pub(crate) struct Chart<'a> {
    /// Pictures `[N, C, H, W]` at points of the plane.
    pub(crate) pictures: &'a Pictures<'a>,
    /// The plane's two directions, in numbers of a picture.
    pub(crate) axes: [Vec<f64>; 2],
}

impl Chart<'_> {
    /// For a net of two inputs, whose plane is its input.
    pub(crate) fn of_two_inputs(points: &[(f64, f64)]) -> Result<Tensor> {
        let flat: Vec<f32> = points.iter().flat_map(|(x, y)| [*x as f32, *y as f32]).collect();
        Ok(Tensor::f_from_slice(&flat)?.f_reshape([-1, 1, 1, 2])?)
    }

    pub(crate) fn plain() -> [Vec<f64>; 2] {
        [vec![1.0, 0.0], vec![0.0, 1.0]]
    }
}

impl Landscape {
    /// Looks at every cell's middle, telling after each part how many cells are done; what it says to that ends the work.
    pub(crate) fn new(
        net: &dyn Classifier,
        stretch: &Stretch<'_>,
        chart: &Chart<'_>,
        grid: Grid,
        watch: Watch<'_>,
    ) -> Result<Self> {
        let middles = grid.middles();
        let (mut total, mut directions, mut scores) = (Vec::new(), Vec::new(), Vec::new());
        let mut doubts = Doubts::default();
        let at_once = if net.dense().is_some() { AT_ONCE } else { SEARCHED_AT_ONCE };
        for points in middles.chunks(at_once) {
            let pictures = (chart.pictures)(points)?.to_device(net.device()).to_kind(net.kind());
            let found = stretch.of(&pictures, Wanted::Direction)?;
            total.extend(found.total());
            let dot = |direction: &[f64], axis: &[f64]| direction.iter().zip(axis).map(|(a, b)| a * b).sum::<f64>();
            // From a later layer on, directions are not those of pictures.
            let flat = |direction: &Vec<f64>| match stretch.from() == INPUT {
                true => (dot(direction, &chart.axes[0]), dot(direction, &chart.axes[1])),
                false => (0.0, 0.0),
            };
            directions.extend(found.directions.iter().map(flat));
            let raw = no_grad(|| net.scores(&pictures))?;
            doubts.add(&raw, net.score_kind())?;
            scores.extend(Vec::<f64>::try_from(raw.to_kind(Kind::Double).to_device(tch::Device::Cpu).reshape([-1]))?);
            watch(points.len())?;
        }
        let (side, classes) = (grid.side, net.classes().len());
        let square = |values: Vec<f64>| Ok::<_, anyhow::Error>(Array2::from_shape_vec((side, side), values)?);
        let labels = doubts.labels.iter().map(|label| *label as usize).collect();
        let margin = |class: usize| {
            let of = |row: &[f64]| {
                let best = row.iter().enumerate().filter(|(at, _)| *at != class).map(|(_, score)| *score);
                row[class] - best.fold(f64::NEG_INFINITY, f64::max)
            };
            square(scores.chunks(classes).map(of).collect())
        };
        Ok(Self {
            grid,
            total: square(total)?,
            directions,
            labels: Array2::from_shape_vec((side, side), labels)?,
            entropy: square(doubts.entropies)?,
            margins: (0..classes).map(margin).collect::<Result<_>>()?,
        })
    }

    /// The ridges that stand out, in rows and columns.
    pub(crate) fn ridges(&self) -> Vec<(f64, f64)> {
        sharp(ridges(&self.total, BLUR), SHARPNESS).into_iter().map(|ridge| ridge.at).collect()
    }

    /// Where labels change, in rows and columns.
    pub(crate) fn borders(&self) -> Vec<(f64, f64)> {
        borders(&self.labels)
    }

    /// How far the ridges lie from the borders, and the borders from the ridges; none where there are no ridges or no borders.
    pub(crate) fn apart(&self, seed: Seed) -> Option<(Apart, Apart)> {
        let (ridges, borders, shape) = (self.ridges(), self.borders(), self.total.dim());
        let there = apart(&ridges, &borders, shape, MOVES, seed.child("ridges"))?;
        Some((there, apart(&borders, &ridges, shape, MOVES, seed.child("borders"))?))
    }

    /// Mean `L λ₁` over the cells on either side of a border, and over all others.
    pub(crate) fn on_and_off_borders(&self) -> (Option<f64>, Option<f64>) {
        let borders = self.borders();
        if borders.is_empty() {
            return (None, mean_of(self.total.iter().copied()));
        }
        let map = distances(&borders, self.total.dim());
        let of = |on: bool| {
            let cells = self.total.iter().zip(&map).filter(move |(_, far)| (**far <= 0.5) == on);
            mean_of(cells.map(|(value, _)| *value))
        };
        (of(true), of(false))
    }

    /// `L λ₁` as a field to draw.
    pub(crate) fn field(&self) -> Field {
        Field::new(self.grid.x, self.grid.y, self.total.clone())
    }

    /// Entropy as a field to draw.
    pub(crate) fn doubt(&self) -> Field {
        Field::new(self.grid.x, self.grid.y, self.entropy.clone())
    }

    /// The lines on which two classes' scores are equal and the largest.
    pub(crate) fn boundary(&self) -> Overlay<'static> {
        // Of two classes each margin is the other with a minus.
        let classes = if self.margins.len() == 2 { 1 } else { self.margins.len() };
        let lines = self.margins[..classes]
            .iter()
            .flat_map(|margin| contours(&Field::new(self.grid.x, self.grid.y, margin.clone()), 0.0));
        Overlay::lines("decision boundary", lines.collect(), Stroke::solid(SERIES[1]).wide(4.0))
    }

    /// What lies over the field of exponents: the decision boundary, and the direction stretched most at some of the cells, as long as the part of
    /// it that lies in the plane. Directions of a later layer are not those of pictures, and are left out.
    pub(crate) fn over_exponents(&self) -> Vec<Overlay<'static>> {
        let step = self.grid.side.div_ceil(SEGMENTS).max(1);
        let places = (step / 2..self.grid.side).step_by(step);
        let all = places.clone().flat_map(|row| places.clone().map(move |column| (row, column)));
        let whole = 0.7 / SEGMENTS as f64;
        let segment = |(row, column): (usize, usize)| {
            let direction = self.directions[row * self.grid.side + column];
            let length = whole * direction.0.hypot(direction.1);
            Segment { at: self.grid.point((row as f64, column as f64)), direction, length }
        };
        let segments: Vec<Segment> = all.map(segment).filter(|segment| segment.length > OUT_OF_PLANE * whole).collect();
        let mut overlays = vec![self.boundary()];
        if !segments.is_empty() {
            let stroke = Stroke::solid(INK).wide(2.5).edged();
            overlays.push(Overlay::segments("direction stretched most", segments, stroke));
        }
        overlays
    }

    /// What shows where ridges and boundary lie.
    pub(crate) fn over_ridges(&self) -> Vec<Overlay<'static>> {
        vec![self.boundary(), self.ridge_points()]
    }

    /// Points of the ridges.
    pub(crate) fn ridge_points(&self) -> Overlay<'static> {
        let points = self.ridges().into_iter().map(|at| self.grid.point(at)).collect();
        let colour = SERIES[2].towards(WHITE, 0.1);
        Overlay::Points { name: "ridge".to_owned(), points, marker: Marker::Disc, colour, radius: 3.0 }
    }
}

/// Mean of the numbers that are finite.
fn mean_of(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.filter(|value| value.is_finite()).fold((0.0, 0), |(sum, n), value| (sum + value, n + 1));
    (count > 0).then(|| sum / f64::from(count))
}
