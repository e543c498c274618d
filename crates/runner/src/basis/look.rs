//! Which pictures drive directions of a layer: the one way on which commands and studies find it out.

use advlab_analysis::basis::{DirectionKind, Directions, Drive, Driven, Peak, Reading};
use advlab_core::{Classifier, Layer, Stop};
use anyhow::{Result, bail};
use tch::{Kind, Tensor, no_grad};

use super::held::Held;
use super::store::Store;
use crate::folder::Folder;
use crate::progress::Progress;

/// A layer of a net, and the pictures that it is shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look<'a> {
    pub(crate) net: &'a dyn Classifier,
    pub(crate) layer: &'a Layer,
    /// The same layer before its activation function; see [`before`].
    pub(crate) before: Option<&'a Layer>,
    pub(crate) reading: Reading,
    pub(crate) held: &'a Held,
    /// Pictures that go through the net together.
    pub(crate) batch: usize,
    pub(crate) stop: &'a Stop,
    pub(crate) progress: Progress,
}

/// The layer whose values tell how alike two pictures are to a net: the last one before the scores, after its activation function.
/// The scores themselves where there is no other.
pub(crate) fn features(layers: &[Layer]) -> &Layer {
    let hidden = |layer: &&Layer| !layer.is_scores && !layer.name.ends_with(".pre");
    layers.iter().rev().find(hidden).unwrap_or_else(|| layers.last().expect("every net has scores"))
}

/// A layer before its activation function, where single units are driven most by the same pictures: the functions are monotone. After it
/// many pictures are exactly 1 to a saturated sigmoid, or 0 to a ReLU that is off, and which of them come first would say
/// nothing. Means over positions do not keep the order, so maps have none.
pub(crate) fn before<'a>(layers: &'a [Layer], layer: &Layer) -> Option<&'a Layer> {
    let name = format!("{}.pre", layer.name);
    layers.iter().find(|other| other.name == name && !other.is_map())
}

/// Values of a layer for pictures `[N, C, H, W]` as vectors `[N, S, D]`, on the CPU.
pub(crate) fn vectors(net: &dyn Classifier, layer: &str, reading: Reading, pictures: &Tensor) -> Result<Tensor> {
    let pictures = pictures.to_device(net.device()).to_kind(net.kind());
    let values = no_grad(|| net.activations(&pictures, layer))?;
    Ok(reading.vectors(&values)?.to_device(tch::Device::Cpu).to_kind(Kind::Float))
}

impl Look<'_> {
    /// Makes sure that there is something to look at: numbers, and not the same ones for all pictures.
    ///
    /// # Errors
    /// A sentence that names the layer; those of the net.
    pub(crate) fn probe(&self) -> Result<()> {
        let (net, layer) = (self.net.name(), &self.layer.name);
        let mut first: Option<Tensor> = None;
        for vectors in self.batches(self.layer) {
            let (_, vectors) = vectors?;
            let odd = vectors.isfinite().logical_not().sum(Kind::Int64).int64_value(&[]);
            if odd > 0 {
                let of = vectors.numel();
                bail!(
                    "{net}: {odd} of the first {of} values of layer `{layer}` are NaN or infinite; choose another --layer, or look \
                       for damaged weights"
                );
            }
            let first = first.get_or_insert_with(|| vectors.narrow(0, 0, 1));
            if vectors.ne_tensor(first).any().int64_value(&[]) != 0 {
                return Ok(());
            }
        }
        bail!(
            "{net}: layer `{layer}` has the same values for all {} pictures, so none drives it more than another; choose another \
             --layer, or look for a net that has died in training",
            self.held.len()
        )
    }

    /// A layer's vectors, batch by batch, with the number of the first picture.
    fn batches(&self, layer: &Layer) -> impl Iterator<Item = Result<(usize, Tensor)>> {
        (0..self.held.len()).step_by(self.batch).map(|first| {
            let which: Vec<usize> = (first..(first + self.batch).min(self.held.len())).collect();
            let pictures = self.held.batch(&which)?;
            Ok((first, vectors(self.net, &layer.name, self.reading, &pictures)?))
        })
    }

    /// The layer's values for every picture; none if someone asked to stop.
    ///
    /// # Errors
    /// Those of the net; a full disk.
    pub(crate) fn store(&self, memory: u64, folder: &Folder) -> Result<Option<Store>> {
        let n = self.held.len();
        let bar = self.progress.bar(n as u64, &format!("{} of {}", self.layer.name, self.net.name()));
        let mut store = None;
        for vectors in self.batches(self.layer) {
            if self.stop.asked() {
                return Ok(None);
            }
            let (_, vectors) = vectors?;
            let shape = [vectors.size()[1] as usize, vectors.size()[2] as usize];
            let store = match &mut store {
                Some(store) => store,
                None => store.insert(Store::new(n, shape, memory, folder)?),
            };
            store.push(&vectors)?;
            bar.inc(vectors.size()[0] as u64);
        }
        bar.finish_and_clear();
        Ok(store)
    }

    /// What drives each direction: a list for each group.
    ///
    /// # Errors
    /// Values that are not numbers; a store that cannot be read; those of the net.
    pub(crate) fn drive(&self, store: &mut Store, groups: &[&Directions], top: usize) -> Result<Vec<Vec<Driven>>> {
        let labels = self.held.labels();
        let of = |first: usize, vectors: &Tensor| &labels[first..first + vectors.size()[0] as usize];
        let mut drive = Drive::new(groups, top, self.held.classes().len())?;
        store.visit(|first, vectors| Ok(drive.add(vectors, of(first, vectors))?))?;
        let mut driven = drive.finish()?;
        let Some(before) = self.before else { return Ok(driven) };
        for (directions, driven) in groups.iter().zip(&mut driven) {
            if directions.kind() != DirectionKind::Natural {
                continue;
            }
            let mut drive = Drive::new(&[directions], top, self.held.classes().len())?;
            for vectors in self.batches(before) {
                let (first, vectors) = vectors?;
                drive.add(&vectors, of(first, &vectors))?;
            }
            let order = drive.finish()?.remove(0);
            for (driven, order) in driven.iter_mut().zip(order) {
                driven.top = order.top;
            }
            look_up(store, directions.units(), driven)?;
        }
        Ok(driven)
    }
}

/// Replaces the values of the top pictures by those that the layer itself has for them.
fn look_up(store: &mut Store, units: &[usize], driven: &mut [Driven]) -> Result<()> {
    store.visit(|first, vectors| {
        let (pictures, width) = (vectors.size()[0] as usize, vectors.size()[2] as usize);
        let values = Vec::<f32>::try_from(vectors.reshape([-1]))?;
        for (unit, driven) in units.iter().zip(driven.iter_mut()) {
            let here = |peak: &&mut Peak| (first..first + pictures).contains(&peak.picture);
            for peak in driven.top.iter_mut().filter(here) {
                peak.value = values[(peak.picture - first) * width + unit];
            }
        }
        Ok(())
    })
}
