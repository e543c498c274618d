//! The way from one layer of a net to another.

use advlab_core::{Classifier, Layer, Seed};
use tch::Tensor;

use super::chain::{Chain, Place};
use super::exponents::{Exponents, Wanted};
use crate::jacobian::Jacobian;
use crate::spectrum::{Lanczos, Maps as _, leading};
use crate::{Error, Result};

/// What the input is called where a layer is asked for.
pub const INPUT: &str = "input";

/// Ending of the name of a layer before its activation function.
const BEFORE: &str = ".pre";

/// Jacobians with a shorter side up to this are made in full where products are all there is; of larger ones the largest value is searched for.
const SMALL: usize = 32;

/// A whole Jacobian of all pictures of a batch has at most so many numbers.
const WHOLE: usize = 1 << 24;

/// Pictures whose products are taken together.
const AT_ONCE: i64 = 128;

/// Seed of the vectors from which searches start. They are found whatever it is; it is fixed so that the last bits are.
const SEED: Seed = Seed::new(306_12548);

/// The way from one layer of a net, or its input, to a later layer.
#[derive(Debug)]
pub struct Stretch<'n> {
    net: &'n dyn Classifier,
    from: Option<Layer>,
    to: Layer,
    depth: usize,
    chain: Option<Chain>,
}

/// Number of layers of a net from its input to this layer, by the net's own list: every entry counts 1, and a layer before its
/// activation function (`dense1.pre`) counts as the layer itself. For a net of dense layers that is the number of weight matrices.
pub fn depth(layers: &[Layer], layer: &Layer) -> usize {
    let at = layers.iter().position(|other| other.name == layer.name).unwrap_or(layers.len());
    let before = layers[..at].iter().filter(|other| !other.name.ends_with(BEFORE)).count();
    before + 1
}

impl<'n> Stretch<'n> {
    /// From the layer that `from` means, `input` or none for the picture itself, to the layer that `to` means; without it to the last hidden
    /// layer, which is what the source looks at, or to the scores of a net that shows no other layer.
    ///
    /// From any layer but the input the way is known for nets of dense layers alone.
    ///
    /// # Errors
    /// Those of [`Layer::find`]; [`Error::Between`] where `to` does not come after `from`, or the net does not offer the way.
    pub fn new(net: &'n dyn Classifier, from: Option<&str>, to: Option<&str>) -> Result<Self> {
        let layers = net.layers()?;
        let fail = |why: String| Err(Error::Between { net: net.name().to_owned(), why });
        let named = |text: &str| Layer::find(&layers, text, net.name()).cloned();
        let from = from.filter(|text| *text != INPUT).map(named).transpose()?;
        let to = match to {
            Some(INPUT) => return fail("nothing leads to the input; name a later layer with `to`".to_owned()),
            Some(text) => named(text)?,
            None => {
                let hidden = |layer: &&Layer| !layer.is_scores && !layer.name.ends_with(BEFORE);
                let last = layers.iter().rev().find(hidden).or(layers.last());
                last.cloned().unwrap_or_else(|| Layer::scores(net.classes().len()))
            }
        };
        let (start, end) = (from.as_ref().map_or(0, |from| depth(&layers, from)), depth(&layers, &to));
        if start >= end {
            let from = from.as_ref().map_or(INPUT, |from| &from.name);
            return fail(format!("`{}` does not come after `{from}`; name a later layer with `to`", to.name));
        }
        let mut chain = None;
        if let Some(dense) = net.dense() {
            let place = |layer: &Layer| place(layer, dense.layers.len());
            let ends = from.as_ref().map_or(Some(Place { layer: 0, before: false }), place).zip(place(&to));
            let fits = |place: Place, layer: &Layer| dense.layers[place.layer - 1].outputs == layer.len();
            let ends = ends.filter(|(first, last)| {
                first.layer < last.layer && fits(*last, &to) && from.as_ref().is_none_or(|from| fits(*first, from))
            });
            chain = ends.map(|(first, last)| Chain::new(&dense, first, last)).transpose()?;
        }
        if let (None, Some(from)) = (&chain, &from) {
            return fail(format!(
                "the way from `{}` is known for nets of dense layers alone; leave out `from` to begin at the input",
                from.name
            ));
        }
        Ok(Self { net, from, to, depth: end - start, chain })
    }

    /// Where the way begins, as the net calls it.
    pub fn from(&self) -> &str {
        self.from.as_ref().map_or(INPUT, |from| &from.name)
    }

    /// Where it ends.
    pub const fn to(&self) -> &Layer {
        &self.to
    }

    /// `L`: the layers from one to the other; see [`depth`](fn@depth).
    pub const fn depth(&self) -> usize {
        self.depth
    }

    /// Numbers in the place where it begins.
    pub fn inputs(&self) -> usize {
        self.from.as_ref().map_or(self.net.input().len(), Layer::len)
    }

    /// Exponents at pictures.
    ///
    /// Nets of dense layers are computed in double precision, whatever their own; others go through libtorch, a small Jacobian in full and the
    /// largest value of a large one by a search.
    ///
    /// # Shapes
    /// - `pictures`: `[N, C, H, W]` on the net's device
    ///
    /// # Errors
    /// [`Error::NotSmooth`] for layers without gradients; [`Error::Between`] if every exponent of a Jacobian is wanted that is too large;
    /// [`Error::NotFinite`] for a net whose weights are not numbers; those of the net.
    pub fn of(&self, pictures: &Tensor, wanted: Wanted) -> Result<Exponents> {
        let mut exponents =
            Exponents { depth: self.depth, values: Vec::new(), directions: Vec::new(), residual: 0.0, products: 0 };
        let mut logs = Vec::new();
        if let Some(chain) = &self.chain {
            let found = chain.at(pictures, wanted)?;
            logs = found.logs;
            exponents.directions = found.directions;
        } else {
            for start in (0..pictures.size()[0]).step_by(AT_ONCE as usize) {
                let part = pictures.f_narrow(0, start, (pictures.size()[0] - start).min(AT_ONCE))?;
                self.search(&part, wanted, &mut logs, &mut exponents)?;
            }
        }
        if wanted != Wanted::Direction {
            exponents.directions.clear();
        }
        let depth = self.depth as f64;
        exponents.values = logs.into_iter().map(|logs| logs.into_iter().map(|log| log / depth).collect()).collect();
        Ok(exponents)
    }

    /// By products through libtorch.
    fn search(
        &self,
        pictures: &Tensor,
        wanted: Wanted,
        logs: &mut Vec<Vec<f64>>,
        exponents: &mut Exponents,
    ) -> Result<()> {
        let jacobian = Jacobian::at(self.net, pictures, &self.to.name)?;
        let (inputs, outputs, count) = (jacobian.inputs(), jacobian.outputs(), jacobian.count());
        let whole = inputs.min(outputs) <= SMALL;
        if !whole && wanted == Wanted::All && inputs.saturating_mul(outputs) > WHOLE / 8 {
            let why = format!(
                "all exponents from {inputs} to {outputs} numbers take the whole Jacobian of each picture, which is too large; ask for the largest alone"
            );
            return Err(Error::Between { net: self.net.name().to_owned(), why });
        }
        let (values, directions) = if whole || wanted == Wanted::All {
            let at_once = (WHOLE / (inputs * outputs)).clamp(1, count);
            if at_once < count {
                for start in (0..count as i64).step_by(at_once) {
                    let part = pictures.f_narrow(0, start, (count as i64 - start).min(at_once as i64))?;
                    self.search(&part, wanted, logs, exponents)?;
                }
                return Ok(());
            }
            let matrices = jacobian.whole()?;
            let bad = matrices.f_isfinite()?.f_logical_not()?.f_sum(tch::Kind::Int64)?.int64_value(&[]);
            if bad > 0 {
                return Err(Error::NotFinite { count: bad, of: matrices.numel() });
            }
            let (_, values, right) = matrices.f_svd(true, wanted == Wanted::Direction)?;
            let kept = if wanted == Wanted::All { inputs.min(outputs) as i64 } else { 1 };
            let directions = if wanted == Wanted::Direction { Some(right.f_select(2, 0)?) } else { None };
            (Vec::<Vec<f64>>::try_from(values.f_narrow(1, 0, kept)?.f_contiguous()?)?, directions)
        } else {
            let found = leading(&jacobian, Lanczos::default(), SEED)?;
            let worst = found.residuals.iter().flatten().copied().fold(0.0, f64::max);
            exponents.residual = exponents.residual.max(worst);
            exponents.products += found.products;
            (found.values, Some(found.right.f_select(1, 0)?))
        };
        if let (Wanted::Direction, Some(directions)) = (wanted, directions) {
            let rows = Vec::<Vec<f64>>::try_from(directions.f_contiguous()?)?;
            // What is not stretched has no direction.
            let of = |(row, values): (Vec<f64>, &Vec<f64>)| if values[0] > 0.0 { row } else { vec![0.0; inputs] };
            exponents.directions.extend(rows.into_iter().zip(&values).map(of));
        }
        logs.extend(values.into_iter().map(|values| values.into_iter().map(f64::ln).collect()));
        Ok(())
    }
}

/// Where a layer is among dense ones, by its name.
fn place(layer: &Layer, count: usize) -> Option<Place> {
    if layer.is_scores {
        return Some(Place { layer: count, before: true });
    }
    let (name, before) = layer.name.strip_suffix(BEFORE).map_or((&*layer.name, false), |name| (name, true));
    let number: usize = name.strip_prefix("dense")?.parse().ok()?;
    (1..count).contains(&number).then_some(Place { layer: number, before })
}
