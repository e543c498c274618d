//! Nets whose nearest example has a closed form: one linear layer. The nearest picture with label `t` in place of `k` is
//! `(z_k − z_t) / ‖w_t − w_k‖` away, straight along the difference of the two rows of weights.

use std::ops::ControlFlow;

use advlab_attacks::noise::{Job, Loss, NoiseParams, Optimizer, Start, draw};
use advlab_core::{Classifier, Seed, Stop};
use advlab_model_zoo::{ModelSpec, Net};
use tch::{Kind, Tensor};

/// A linear net for two classes.
fn linear(output: &str) -> Net {
    let text = format!("input = '1x6x7'\nclasses = ['a', 'b']\nhidden = []\nactivation = 'relu'\noutput = '{output}'");
    Net::random("linear", &toml::from_str::<ModelSpec>(&text).unwrap(), Seed::new(5)).unwrap()
}

#[test]
fn short_steps_find_the_nearest_example() {
    for output in ["softmax", "sigmoid"] {
        let net = linear(output);
        let weights = net.first_layer().unwrap().weights;
        let length = (weights.get(1) - weights.get(0)).norm().double_value(&[]);
        for optimizer in [Optimizer::Plain, Optimizer::Normalised] {
            // Steps of a thousandth of a grey level's root mean square, whichever way they are counted.
            let step = 1e-3 * 42.0_f64.sqrt();
            let rate = if optimizer == Optimizer::Plain { step / length } else { 1e-3 };
            let params = NoiseParams {
                start: Start::Normal { mean: 0.5, sd: 0.3 },
                loss: Loss::Margin,
                optimizer,
                rate,
                steps: 20_000,
                clip: false,
                ..NoiseParams::default()
            };
            let noise = params.clone().check().unwrap();
            let stop = Stop::default();
            let job = Job {
                net: &net,
                class: 1,
                seed: Seed::new(1),
                wanted: 20,
                first_attempt: 0,
                max_attempts: 20,
                batch: 20,
                stop: &stop,
            };
            let mut moved = 0;
            let tally = noise.run(&job, &mut |record, _| {
                let start = draw(&params, &[Seed::new(record.start_seed)], 42);
                let scores = net.scores(&Tensor::from_slice(&start).reshape([1, 1, 6, 7])).unwrap();
                let behind = (scores.select(1, 0) - scores.select(1, 1)).to_kind(Kind::Double).double_value(&[0]);
                let (best, found) = ((behind / length).max(0.0), f64::from(record.l2));
                assert!(
                    best - 1e-4 <= found && found <= best + 1.1 * step,
                    "{output}, {optimizer:?}: found {found}, the nearest is {best} away"
                );
                moved += usize::from(record.steps > 0);
                ControlFlow::Continue(())
            });
            assert_eq!(tally.unwrap().successes, 20);
            assert!(moved > 3, "{moved} attempts were not labelled so from the start");
        }
    }
}
