//! Training on points of a space of few numbers, which are no pictures.

use advlab_core::{Classifier as _, Seed, Stop};
use rand::Rng as _;
use rand::seq::SliceRandom as _;
use rand_distr::StandardNormal;
use tch::{Kind, Tensor, no_grad};

use super::optimizer::Optimizer;
use super::penalty::l2;
use super::spec::TrainSpec;
use crate::net::Net;
use crate::spec::ModelSpec;
use crate::{Error, Result};

/// Points with labels, all in memory. A net of dense layers takes a point for a picture of one row.
#[derive(Debug)]
pub struct Points {
    /// `Float`, `[N, D]`; any numbers.
    pub inputs: Tensor,
    /// `Int64`, `[N]`, from 0.
    pub labels: Tensor,
}

impl Points {
    /// The points as a net takes them, `[N, 1, 1, D]`.
    ///
    /// # Errors
    /// [`Error::Torch`] if there is no memory.
    pub fn pictures(&self) -> Result<Tensor> {
        let size = self.inputs.size();
        Ok(self.inputs.f_reshape([size[0], 1, 1, -1])?)
    }

    /// Share of the points that a net labels right.
    ///
    /// # Errors
    /// [`Error::Torch`] if they do not fit the net.
    pub fn accuracy(&self, net: &Net) -> Result<f64> {
        let labels = no_grad(|| net.scores(&self.pictures()?).map_err(Error::from))?.f_argmax(1, false)?;
        let right = labels.f_eq_tensor(&self.labels)?.f_sum(Kind::Int64)?.int64_value(&[]);
        Ok(right as f64 / self.inputs.size()[0].max(1) as f64)
    }
}

/// Which weights a training changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Learns {
    /// All.
    Everything,
    /// Those of the output layer: the hidden layers stay as they were drawn, a random embedding.
    OutputAlone,
}

/// Trains a net of dense layers on points, in single precision on the CPU; none if someone asked to stop. Start weights are those of [`Net::random`], start
/// biases normal with standard deviation `bias_sd`: without biases a net of tanh units is an odd function, and cannot tell a point from
/// the one opposite.
///
/// # Errors
/// [`Error::Param`] for settings that are for pictures: `augment`, `pretrain`, `early-stop`, `penalty` and `mixed-precision`;
/// [`Error::Spec`]; [`Error::Diverged`].
pub fn train_on_points(
    name: &str,
    model: &ModelSpec,
    spec: &TrainSpec,
    (learns, bias_sd): (Learns, f64),
    seed: Seed,
    points: &Points,
    stop: &Stop,
) -> Result<Option<Net>> {
    spec.check()?;
    let for_pictures = [
        ("augment", spec.augment.is_some()),
        ("pretrain", spec.pretrain.is_some()),
        ("early-stop", spec.early_stop.is_some()),
        ("penalty", !spec.penalty.is_empty()),
        ("mixed-precision", spec.mixed_precision),
    ];
    if let Some((field, _)) = for_pictures.into_iter().find(|(_, is_set)| *is_set) {
        return Err(Error::Param { field, want: "left out where points are learnt", got: "a value".to_owned() });
    }
    let random = Net::random_with_sd(name, model, spec.start_sd, seed)?;
    let mut biases = seed.child("biases").rng();
    let mut given = random.tensors().into_iter();
    let net = Net::build(name, model, |_, size| {
        let (_, start) = given.next().expect("as many tensors as before");
        let start = if size.len() == 1 && spec.start_sd.is_none() {
            let draw = |_| (bias_sd * biases.sample::<f64, _>(StandardNormal)) as f32;
            Tensor::from_slice(&(0..size[0]).map(draw).collect::<Vec<_>>())
        } else {
            start.copy()
        };
        Ok(start.set_requires_grad(true))
    })?;
    let all: Vec<Tensor> = net.tensors().into_iter().map(|(_, tensor)| tensor.shallow_clone()).collect();
    let hidden = match learns {
        Learns::Everything => 0,
        Learns::OutputAlone => all.len() - 2,
    };
    for fixed in &all[..hidden] {
        let _ = fixed.set_requires_grad(false);
    }
    let learnt = all.into_iter().skip(hidden).collect();
    let mut optimizer = Optimizer::new(spec.optimizer, spec.decay, learnt);
    let pictures = points.pictures()?;
    let count = pictures.size()[0] as usize;
    let n_batches = count.div_ceil(spec.batch);
    for epoch in 0..spec.epochs {
        let mut order: Vec<i64> = (0..count as i64).collect();
        order.shuffle(&mut seed.child("epoch").index(u64::from(epoch) + 1).child("order").rng());
        let mut sum = 0.0;
        for (at, batch) in order.chunks(spec.batch).enumerate() {
            if stop.asked() {
                return Ok(None);
            }
            let which = Tensor::f_from_slice(batch)?;
            let (x, labels) = (pictures.f_index_select(0, &which)?, points.labels.f_index_select(0, &which)?);
            let scores = net.forward(&x, None)?;
            let loss = spec.cost.of(&scores, &labels, model.output.score_kind());
            let whole = l2(spec.l2, &net.weights())?.map_or_else(|| loss.shallow_clone(), |decay| &loss + decay);
            let done = (f64::from(epoch) * n_batches as f64 + at as f64) / (f64::from(spec.epochs) * n_batches as f64);
            optimizer.step(&whole, spec.rate * spec.schedule.factor(done))?;
            sum += loss.double_value(&[]) * batch.len() as f64;
        }
        let loss = sum / count as f64;
        if !loss.is_finite() {
            return Err(Error::Diverged { epoch: epoch + 1, loss, rate: spec.rate });
        }
    }
    net.to(tch::Device::Cpu, Kind::Float).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn disc(count: usize) -> Points {
        let mut rng = Seed::new(5).rng();
        let inputs: Vec<f32> = (0..2 * count).map(|_| rng.random_range(-1.0..1.0)).collect();
        let inside = |point: &[f32]| i64::from(point[0].hypot(point[1]) < 0.8);
        let labels: Vec<i64> = inputs.chunks(2).map(inside).collect();
        Points { inputs: Tensor::from_slice(&inputs).reshape([-1, 2]), labels: Tensor::from_slice(&labels) }
    }

    #[test]
    fn a_disc_is_learnt_and_hidden_layers_stay_where_they_shall() {
        let model: ModelSpec = toml::from_str(
            "input = '2'\nclasses = ['outside', 'inside']\nhidden = [30, 30]\nactivation = 'tanh'\noutput = 'softmax'",
        )
        .unwrap();
        let spec: TrainSpec = toml::from_str(
            "epochs = 30\nbatch = 20\ncost = 'signs'\noptimizer = 'adam'\nrate = 0.01\nschedule = 'cosine'",
        )
        .unwrap();
        let (points, stop) = (disc(600), Stop::default());
        let train = |learns, epochs| {
            let spec = TrainSpec { epochs, ..spec.clone() };
            train_on_points("disc", &model, &spec, (learns, 0.5), Seed::new(1), &points, &stop).unwrap().unwrap()
        };
        let (all, output) = (train(Learns::Everything, 30), train(Learns::OutputAlone, 30));
        assert!(points.accuracy(&all).unwrap() > 0.97, "{}", points.accuracy(&all).unwrap());
        let random = train(Learns::OutputAlone, 1);
        for (name, tensor) in output.tensors() {
            let (_, before) = random.tensors().into_iter().find(|(other, _)| *other == name).unwrap();
            assert_eq!(tensor.allclose(before, 0.0, 0.0, false), !name.starts_with("layers.2"), "{name}");
        }
        let refused = TrainSpec { mixed_precision: true, ..spec.clone() };
        let told = train_on_points("disc", &model, &refused, (Learns::Everything, 0.5), Seed::new(1), &points, &stop);
        assert!(told.unwrap_err().to_string().contains("mixed-precision"));
    }
}
