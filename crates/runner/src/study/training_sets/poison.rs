//! A whole training set moved against a net that was trained on it.

use advlab_core::{Classifier, Stop};
use advlab_datasets::Dataset;
use anyhow::Result;
use tch::{Kind, Tensor, no_grad};

/// Pictures that go through the net together.
const BATCH: usize = 40;

/// Length of all steps together, in radii, as in the attack `pgd`.
const STRIDE: f64 = 2.5;

/// The bytes of all pictures, each value moved by at most `levels` of 255 so that the net says something else than the label,
/// the more clearly the better; none if someone asked to stop.
///
/// All steps are taken, also after the net is fooled: what makes a strong poison is far beyond the boundary. Steps go along the
/// sign of the gradient of the largest other score less that of the label, from the picture itself, and do not fade where the
/// net is sure.
///
/// Source: Fowl et al. 2021, *Adversarial examples make strong poisons*, section 3, <https://arxiv.org/abs/2106.10807>, who take
/// 250 steps up the cross-entropy. With two classes the sign of its gradient is that of the difference of scores.
/// Added to it: the result is rounded to bytes, which keeps it in the ball, as its radius is a whole number of levels.
///
/// # Errors
/// Those of the net.
pub(super) fn poison(
    net: &dyn Classifier,
    data: &Dataset,
    levels: f64,
    steps: u32,
    stop: &Stop,
) -> Result<Option<Vec<u8>>> {
    let (radius, length) = (levels / 255.0, STRIDE * levels / 255.0 / f64::from(steps));
    let mut bytes = Vec::with_capacity(data.pixels().len());
    let numbers: Vec<usize> = (0..data.len()).collect();
    for part in numbers.chunks(BATCH) {
        let clean = data.pictures(part)?.tensor().to_device(net.device());
        let own = data.labels_tensor(part)?.to_device(net.device()).unsqueeze(1);
        let (low, high) = ((&clean - radius).clamp_min(0.0), (&clean + radius).clamp_max(1.0));
        let mut pictures = clean.copy();
        for _ in 0..steps {
            if stop.asked() {
                return Ok(None);
            }
            let leaf = pictures.detach().set_requires_grad(true);
            let scores = net.scores(&leaf)?;
            let others = scores.scatter_value(1, &own, f64::NEG_INFINITY).amax(1, false);
            let lead = (others - scores.gather(1, &own, false).squeeze_dim(1)).sum(Kind::Float);
            let gradient = Tensor::f_run_backward(&[lead], &[&leaf], false, false)?.remove(0);
            pictures = no_grad(|| (leaf + gradient.sign() * length).maximum(&low).minimum(&high));
        }
        let rounded = (pictures * 255.0).round().to_kind(Kind::Uint8).to_device(tch::Device::Cpu).flatten(0, -1);
        bytes.extend(Vec::<u8>::try_from(&rounded.contiguous())?);
    }
    Ok(Some(bytes))
}

#[cfg(test)]
mod tests {
    use advlab_core::Seed;
    use advlab_datasets::{LoadOptions, Split, load};
    use advlab_model_zoo::{ModelSpec, Net, accuracy};

    use super::*;

    #[test]
    fn a_poisoned_set_stays_in_its_ball_and_the_net_is_less_right_about_it() {
        let options = LoadOptions { count: Some(90), ..LoadOptions::default() };
        let data = load("digits", Split::Train, &options).unwrap();
        let spec: ModelSpec = toml::from_str("hidden = [20]\nactivation = 'sigmoid'\noutput = 'softmax'").unwrap();
        let net = Net::random("random", &spec, Seed::new(1)).unwrap();
        // As if it had been right about all: the labels are what it says.
        let said = advlab_model_zoo::evaluate(&net, &data, &Stop::default()).unwrap().labels;
        let of = |pixels: Vec<u8>| {
            Dataset::new(advlab_datasets::Parts {
                name: "said".to_owned(),
                split: Split::Train,
                shape: data.shape(),
                pixels,
                labels: said.clone(),
                classes: data.classes().to_vec(),
                origin: String::new(),
            })
            .unwrap()
        };
        let clean = of(data.pixels().to_vec());
        let far = |levels: f64| {
            let bytes = poison(&net, &clean, levels, 10, &Stop::default()).unwrap().unwrap();
            let most = bytes.iter().zip(clean.pixels()).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
            (most, accuracy(&net, &of(bytes)).unwrap())
        };
        let ((little, some), (much, few)) = (far(2.0), far(40.0));
        assert_eq!((little, much), (2, 40));
        assert!(few < 0.5 && few <= some, "{some}, {few}");
    }
}
