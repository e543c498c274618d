//! A clipped step on a full batch, against its bare matrix products in libtorch: forward, and back to the input.

use advlab_attacks::noise::{Loss, NoiseParams, Optimizer};
use advlab_benches::{Products, attempt, net, race, random_net};
use advlab_core::Classifier;

use crate::Row;

/// Steps of each attempt; drawing the noise and judging the pictures is spread over them.
const STEPS: u32 = 250;
const ROUNDS: usize = 5;

pub(crate) fn measure(show: &mut impl FnMut(Row)) {
    for net in [net("shallow"), net("deep"), random_net(&[100, 100])] {
        for n in [256, 1000] {
            let mut products = Products::new(&net.dense().expect("a net of dense layers"), n);
            for (name, optimizer, rate, limit) in [
                ("plain", Optimizer::Plain, 1.0, 1.5),
                ("momentum", Optimizer::Momentum, 1.0, 1.5),
                ("Adam", Optimizer::Adam, 0.02, 3.0),
            ] {
                let (loss, steps) = (Loss::Quadratic, STEPS);
                let params = NoiseParams { optimizer, rate, loss, steps, early_stop: false, ..NoiseParams::default() };
                let noise = params.check().expect("these settings can run");
                let (step, bare) = race(
                    ROUNDS,
                    || assert_eq!(attempt(&noise, &net, n as u64, n as usize).attempts, n as u64),
                    || (0..STEPS).for_each(|_| products.multiply()),
                );
                let each = |time: std::time::Duration| time.as_secs_f64() * 1e6 / f64::from(STEPS);
                show(Row {
                    what: format!("clipped {name} step, {}, batch {n}", net.name()),
                    value: step.as_secs_f64() / bare.as_secs_f64(),
                    limit,
                    unit: "",
                    measured: format!("{:.0} us of {:.0} us in matrix products", each(step), each(bare)),
                });
            }
        }
    }
}
