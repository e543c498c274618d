//! What is true of every example, whatever the net and the recipe.

use advlab_attacks::noise::{draw, start_seed};
use advlab_core::{Outcome, Seed};
use tch::Tensor;

use crate::roster::{nets, recipes, run};

#[test]
fn every_attempt_is_what_its_record_says() {
    for net in nets() {
        let shape = net.input();
        for (recipe, params) in recipes() {
            let who = format!("{recipe} on {}", net.name());
            let noise = params.clone().check().unwrap();
            let made = run(&noise, &*net, 1, 8);
            assert_eq!(made.tally.attempts as usize, made.records.len(), "{who}");
            assert_eq!(made.tally.successes, made.records.iter().filter(|r| r.success).count(), "{who}");
            assert!(made.tally.successes == 6 || made.tally.attempts == 25, "{who}: {:?}", made.tally);
            for (number, (record, picture)) in made.records.iter().zip(&made.pictures).enumerate() {
                assert_eq!((record.index, record.target), (number as u64, 1), "{who}");
                assert_eq!(record.start_seed, start_seed(Seed::new(7), 1, record.index).get(), "{who}");
                let inside = picture.iter().all(|value| (0.0..=1.0).contains(value));
                assert!(inside || !params.clip, "{who}: attempt {number} leaves [0, 1]");

                // The label and its confidence, seen afresh.
                let seen = net.classify(&Tensor::from_slice(picture).reshape(shape.batch(1))).unwrap();
                let gap = (seen.confidence(0, 1) - record.confidence).abs();
                assert!(seen.labels[0] == record.label && gap < 1e-5, "{who}: attempt {number}, {gap}");
                let sure = params.confidence.is_none_or(|wanted| f64::from(record.confidence) >= wanted);
                assert_eq!(record.success, record.label == 1 && sure, "{who}: attempt {number}");

                // The way from the start, drawn again.
                let start = draw(&params, &[Seed::new(record.start_seed)], shape.len());
                let (l2, linf, rms) = Outcome::distances(&start, picture);
                assert!((l2 - record.l2).abs() < 1e-5 * (1.0 + l2), "{who}: {l2} and {}", record.l2);
                assert_eq!((linf, rms), (record.linf, record.rms), "{who}");
                assert_eq!(record.steps == 0, l2 == 0.0, "{who}: {} steps, {l2}", record.steps);

                assert!(record.steps <= params.steps, "{who}");
                assert!(params.early_stop || record.steps == params.steps, "{who}");
                assert_eq!((record.forward, record.backward), (record.steps + 1, record.steps), "{who}");
            }
        }
    }
}

#[test]
fn the_same_seed_makes_the_same_bits() {
    for net in nets() {
        for (recipe, params) in recipes() {
            let noise = params.check().unwrap();
            assert!(run(&noise, &*net, 2, 8) == run(&noise, &*net, 2, 8), "{recipe} on {}", net.name());
        }
    }
}

#[test]
fn the_batch_changes_no_attempt() {
    for net in nets() {
        for (recipe, params) in recipes() {
            let noise = params.check().unwrap();
            let (alone, together) = (run(&noise, &*net, 0, 1), run(&noise, &*net, 0, 16));
            // Rounding may end an attempt a step earlier or later, and with it the run; not more.
            for (a, b) in alone.records.iter().zip(&together.records) {
                assert_eq!((a.index, a.start_seed), (b.index, b.start_seed), "{recipe} on {}", net.name());
                assert_eq!(a.label_before, b.label_before, "{recipe} on {}", net.name());
            }
        }
    }
}
