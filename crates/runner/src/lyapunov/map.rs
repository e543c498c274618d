//! The plane that is mapped: through three pictures, of two principal components, or of a layer of two neurons.

use advlab_analysis::lyapunov::{Stretch, depth};
use advlab_analysis::plane::Plane;
use advlab_analysis::spectrum::{Lanczos, Matrices, leading};
use advlab_core::{Layer, Seed};
use advlab_datasets::Dataset;
use advlab_model_zoo::{Model, Net};
use advlab_plots::theme::INK;
use advlab_plots::{Marker, Overlay};
use anyhow::{Context as _, Result, bail};
use tch::{Kind, Tensor};

use super::field::{Chart, Grid, Landscape, Watch};
use super::figures::{DOTS, dots};
use super::neurons;
use super::spec::PlaneSpec;

/// How far a map goes beyond the pictures, as a share of its sides.
const MARGIN: f64 = 0.25;

/// Principal components are those of at most so many numbers of pictures, spread evenly over the data: 256 MB.
const NUMBERS: usize = 1 << 25;

/// The second component stands out from rounding if its standard deviation is at least this share of the first's.
const NOTHING: f64 = 1e-6;

/// A plane that can be mapped.
#[derive(Debug)]
pub(super) enum Map {
    /// Through three pictures of these numbers.
    Pictures { numbers: [usize; 3], plane: Plane },
    /// Through the pictures' mean along their first two principal components, which hold this share of the variance.
    Principal { plane: Plane, share: f64 },
    /// Of a layer of two neurons, so many layers above the picture; the way ends in `to`, a layer of the net above.
    Neurons { layer: String, below: usize, to: String, named: String },
}

/// What a plane is looked at with.
pub(super) struct View<'a> {
    pub(super) model: &'a Model,
    pub(super) stretch: &'a Stretch<'a>,
    pub(super) data: &'a Dataset,
    /// Those that the net gives the pictures.
    pub(super) labels: &'a [i64],
    /// Cells along each side.
    pub(super) side: usize,
    /// Draws the pictures that are shown.
    pub(super) seed: Seed,
    pub(super) watch: Watch<'a>,
}

/// A map, and what is said of it.
pub(super) struct Mapped {
    pub(super) land: Landscape,
    pub(super) title: String,
    /// What is mapped, and from where to where.
    pub(super) what: String,
    pub(super) axes: (&'static str, &'static str),
    pub(super) note: &'static str,
}

impl Map {
    /// Lays the plane; `to` is the layer where the way ends.
    pub(super) fn new(spec: &PlaneSpec, model: &Model, data: &Dataset, to: &str) -> Result<Self> {
        match spec {
            PlaneSpec::Pictures(numbers) => through(data, *numbers),
            PlaneSpec::Named(name) if name == PlaneSpec::PRINCIPAL => principal(data),
            PlaneSpec::Named(name) => of_neurons(name, model, to),
        }
    }

    /// Looks at every cell, and says what shall be drawn over the classes.
    pub(super) fn draw(&self, view: &View<'_>) -> Result<(Mapped, Vec<Overlay<'static>>)> {
        let View { model, stretch, data, labels, side, seed, watch } = *view;
        let name = model.net.name();
        let way = || format!("L λ₁ from {} to {}", stretch.from(), stretch.to().name);
        let shown = |points: &[(f64, f64)]| dots(points, labels, data.labels(), seed.child("shown"));
        Ok(match self {
            Self::Pictures { numbers, plane } => {
                let corner = |number: &usize| foot(plane, data, *number);
                let corners: Vec<(f64, f64)> = numbers.iter().map(corner).collect::<Result<_>>()?;
                let land = over(plane, model, stretch, around(&corners, side), watch)?;
                let [a, b, c] = numbers;
                let mapped = Mapped {
                    land,
                    title: format!("{name}: the plane through pictures {a}, {b} and {c}"),
                    what: way(),
                    axes: ("distance along the first side (L2)", "distance across it (L2)"),
                    note: "lines of the direction stretched most are as long as its part in the plane",
                };
                (mapped, vec![Overlay::points("the three pictures", corners, Marker::Square, INK)])
            }
            Self::Principal { plane, share } => {
                let points: Vec<(f64, f64)> =
                    (0..data.len()).map(|number| foot(plane, data, number)).collect::<Result<_>>()?;
                let land = over(plane, model, stretch, around(&points, side), watch)?;
                let mapped = Mapped {
                    land,
                    title: format!(
                        "{name}: the plane of two principal components, {:.0} % of the variance",
                        100.0 * share
                    ),
                    what: way(),
                    axes: ("first component (L2 from the mean)", "second component (L2 from the mean)"),
                    note: "crosses and small dots: feet of pictures, most of which lie far from the plane",
                };
                (mapped, shown(&points))
            }
            Self::Neurons { layer, below, to, named } => {
                let net = own(model, layer)?;
                let points = neurons::places(net, *below, data)?;
                let land = neurons::landscape(&net.above(*below)?, Some(to), neurons::grid(net, side, &points))?;
                let mapped = Mapped {
                    land,
                    title: format!("{name}: the plane of the two neurons of {layer}"),
                    what: format!("L λ₁ from {layer} to {named}"),
                    axes: ("neuron 1", "neuron 2"),
                    note: DOTS,
                };
                (mapped, shown(&points))
            }
        })
    }
}

/// The rectangle around points, with a margin.
fn around(points: &[(f64, f64)], side: usize) -> Grid {
    let ends = |of: fn(&(f64, f64)) -> f64| {
        let (low, high) = points.iter().map(of).fold((f64::MAX, f64::MIN), |(a, b), v| (a.min(v), b.max(v)));
        let margin = MARGIN * (high - low);
        (low - margin, high + margin)
    };
    Grid { x: ends(|point| point.0), y: ends(|point| point.1), side }
}

/// A net over a plane of pictures.
fn over(plane: &Plane, model: &Model, stretch: &Stretch<'_>, grid: Grid, watch: Watch<'_>) -> Result<Landscape> {
    let axes = plane.points(&[(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)]).flatten(1, -1).to_kind(Kind::Double);
    let axis = |at: i64| Ok::<_, anyhow::Error>(Vec::<f64>::try_from(axes.get(at) - axes.get(0))?);
    let chart = Chart { pictures: &|points| Ok(plane.points(points)), axes: [axis(1)?, axis(2)?] };
    Landscape::new(&*model.net, stretch, &chart, grid, watch)
}

fn picture(data: &Dataset, number: usize) -> Result<Tensor> {
    Ok(data.pictures(number..=number)?.tensor().squeeze_dim(0))
}

/// Where a picture lies over the plane.
fn foot(plane: &Plane, data: &Dataset, number: usize) -> Result<(f64, f64)> {
    Ok(plane.project(&picture(data, number)?)?.0)
}

fn through(data: &Dataset, numbers: [usize; 3]) -> Result<Map> {
    if let Some(number) = numbers.iter().find(|number| **number >= data.len()) {
        bail!("`plane` names picture {number}, and there are {}, numbered from 0", data.len());
    }
    let [a, b, c] = numbers;
    let plane = Plane::through(&picture(data, a)?, &picture(data, b)?, &picture(data, c)?);
    let plane = plane.with_context(|| format!("`plane`: pictures {a}, {b} and {c}"))?;
    Ok(Map::Pictures { numbers, plane })
}

/// The plane of the first two principal components of the pictures.
fn principal(data: &Dataset) -> Result<Map> {
    if data.len() < 3 {
        bail!("`plane` = pca takes at least 3 pictures, and there are {}", data.len());
    }
    let step = data.len().div_ceil((NUMBERS / data.shape().len()).max(3));
    let numbers = (0..data.len()).step_by(step);
    let all: Vec<Tensor> = numbers.map(|number| picture(data, number)).collect::<Result<_>>()?;
    let all = Tensor::f_stack(&all, 0)?.f_to_kind(Kind::Double)?;
    let mean = all.f_mean_dim(&[0_i64][..], false, Kind::Double)?;
    let centred = all.f_sub(&mean)?.f_flatten(1, -1)?;
    let total = centred.f_square()?.f_sum(Kind::Double)?.double_value(&[]);
    // Started from a fixed vector: the plane is one of the pictures alone.
    let how = Lanczos { wanted: 2, tolerance: 1e-9, steps: 300 };
    let found = leading(&Matrices::new(centred.f_unsqueeze(0)?)?, how, Seed::new(0))?;
    let (first, second) = (found.values[0][0], found.values[0][1]);
    let spanned = second > NOTHING * first;
    if !spanned {
        bail!("`plane` = pca: the pictures are all the same, or lie on a line; take others or more of them");
    }
    let component = |at: i64| Ok::<_, anyhow::Error>(found.right.f_get(0)?.f_get(at)?.f_reshape(mean.size())?);
    let plane = Plane::spanned(&mean, &component(0)?, &component(1)?)?;
    Ok(Map::Principal { plane, share: (first.powi(2) + second.powi(2)) / total })
}

/// The plane of a layer of two neurons.
fn of_neurons(text: &str, model: &Model, to: &str) -> Result<Map> {
    let layers = model.net.layers()?;
    let layer = Layer::find(&layers, text, model.net.name()).context("`plane`")?;
    let hidden = !layer.is_scores && !layer.name.ends_with(".pre");
    if layer.len() != 2 || !hidden {
        let has = if hidden { format!("has {} values", layer.len()) } else { "is no such layer".to_owned() };
        bail!(
            "`plane` wants a hidden layer of two neurons, and `{}` {has}; three pictures such as 0,1,2 and pca span a plane, too",
            layer.name
        );
    }
    let (below, to) = (depth(&layers, layer), Layer::find(&layers, to, model.net.name())?);
    let above = depth(&layers, to);
    if above <= below {
        bail!(
            "`{}` does not come after `{}`, whose plane shall be mapped; name a later layer with `to`",
            to.name,
            layer.name
        );
    }
    own(model, &layer.name)?.above(below)?;
    let before = if to.name.ends_with(".pre") { ".pre" } else { "" };
    let named = to.name.clone();
    let to = if to.is_scores { named.clone() } else { format!("dense{}{before}", above - below) };
    Ok(Map::Neurons { layer: layer.name.clone(), below, to, named })
}

fn own<'m>(model: &'m Model, layer: &str) -> Result<&'m Net> {
    let Some(net) = model.net.own() else {
        bail!(
            "`plane`: {} cannot be cut above `{layer}`: that is known for nets of dense layers alone",
            model.net.name()
        );
    };
    Ok(net)
}
