use std::ops::ControlFlow;

use advlab_attacks::noise::{Job, Loss, NoiseParams, Optimizer, start_seed};
use advlab_core::{Classifier, Seed, Stop};
use tch::Tensor;

use crate::common::{Shows, Veiled, attempts, collect, job, net, settings, small};

const ALL: [Shows; 3] = [Shows::All, Shows::FirstLayer, Shows::Scores];

/// Calls `law` for every setting with a net of every kind.
fn everywhere(law: impl Fn(&NoiseParams, &Veiled)) {
    for shows in ALL {
        let net = Veiled(small(), shows);
        for params in settings() {
            law(&params, &net);
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_bits() {
    everywhere(|params, net| {
        assert_eq!(attempts(params, net, 20, 16), attempts(params, net, 20, 16), "{:?}, {params:?}", net.1);
    });
}

#[test]
fn attempts_come_in_order_from_their_own_seeds() {
    everywhere(|params, net| {
        for (number, (record, _)) in attempts(params, net, 20, 3).iter().enumerate() {
            assert_eq!(record.index, number as u64, "{:?}, {params:?}", net.1);
            assert_eq!(record.start_seed, start_seed(Seed::new(7), 1, number as u64).get());
        }
    });
}

#[test]
fn the_batch_size_changes_nothing_but_rounding() {
    everywhere(|params, net| {
        // Few steps: rounding grows on the way, and the order in which libtorch adds depends on the batch.
        let params = NoiseParams { steps: 5, ..params.clone() };
        let whole = attempts(&params, net, 30, 64);
        for batch in [1, 7] {
            let other = attempts(&params, net, 30, batch);
            if net.1 == Shows::All {
                assert_eq!(whole, other, "batch {batch}, {params:?}");
                continue;
            }
            for ((a, picture), (b, other)) in whole.iter().zip(&other) {
                assert_eq!(
                    (a.start_seed, a.label, a.steps),
                    (b.start_seed, b.label, b.steps),
                    "{:?}, {params:?}",
                    net.1
                );
                let gap = picture.iter().zip(other).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
                assert!(gap < 1e-4, "{:?}, batch {batch}, {params:?}: off by {gap}", net.1);
            }
        }
    });
}

#[test]
fn success_is_what_a_fresh_pass_says_and_clipped_pictures_are_pictures() {
    let mut successes = 0;
    everywhere(|params, net| {
        for confidence in [None, Some(0.7)] {
            let params = NoiseParams { confidence, ..params.clone() };
            for (record, picture) in attempts(&params, net, 20, 16) {
                let batch = Tensor::from_slice(&picture).view(net.input().batch(1));
                let seen = net.classify(&batch).unwrap();
                let confident = confidence.is_none_or(|wanted| f64::from(record.confidence) >= wanted);
                assert_eq!(record.label, seen.labels[0], "{:?}, {params:?}", net.1);
                assert!((record.confidence - seen.confidence(0, 1)).abs() < 1e-5, "{:?}, {params:?}", net.1);
                assert_eq!(record.success, record.label == 1 && confident, "{:?}, {params:?}", net.1);
                let inside = picture.iter().all(|value| (0.0..=1.0).contains(value));
                assert!(inside || !params.clip, "{:?}, {params:?}", net.1);
                assert!(record.steps <= params.steps && record.forward == record.steps + 1);
            }
        }
    });
    // A law that holds because nothing ever succeeds would be no law.
    let adam = settings().into_iter().find(|p| p.optimizer == Optimizer::Adam && p.loss == Loss::Margin).unwrap();
    for shows in ALL {
        successes += attempts(&adam, &Veiled(small(), shows), 20, 16).iter().filter(|(r, _)| r.success).count();
    }
    assert!(successes > 30, "{successes} of 60");
}

#[test]
fn an_interrupted_run_goes_on_where_it_was() {
    everywhere(|params, net| {
        let stop = Stop::default();
        let noise = params.clone().check().unwrap();
        let whole = attempts(params, net, 20, 16);
        let rest = collect(&noise, &Job { first_attempt: 8, ..job(net, 12, &stop) }).unwrap().1;
        let numbers = |examples: &[(advlab_core::Outcome, _)]| -> Vec<(u64, u64)> {
            examples
                .iter()
                .map(|(record, _): &(advlab_core::Outcome, Vec<f32>)| (record.index, record.start_seed))
                .collect()
        };
        assert_eq!(numbers(&whole[8..]), numbers(&rest), "{:?}, {params:?}", net.1);
        if net.1 == Shows::All {
            assert_eq!(whole[8..], rest, "{params:?}");
        }
    });
}

#[test]
fn a_run_ends_at_the_attempt_that_completes_it() {
    for shows in ALL {
        let net = Veiled(small(), shows);
        let stop = Stop::default();
        let noise = NoiseParams { steps: 100, ..NoiseParams::default() }.check().unwrap();
        let all = collect(&noise, &job(&net, 60, &stop)).unwrap().1;
        let (tally, some) =
            collect(&noise, &Job { wanted: 10, max_attempts: u64::MAX, ..job(&net, 0, &stop) }).unwrap();
        assert_eq!((tally.successes, tally.attempts), (10, some.len() as u64), "{shows:?}");
        assert!(some.last().unwrap().0.success);
        let numbers: Vec<_> = some.iter().map(|(record, _)| record.index).collect();
        assert_eq!(numbers, all[..some.len()].iter().map(|(record, _)| record.index).collect::<Vec<_>>());
        // What is beyond the last attempt asked for is never delivered, however large the batch.
        let (tally, few) = collect(&noise, &Job { batch: 500, ..job(&net, 3, &stop) }).unwrap();
        assert_eq!((tally.attempts, few.len()), (3, 3), "{shows:?}");
    }
}

#[test]
fn a_run_stops_when_it_is_asked_to() {
    for shows in ALL {
        let net = Veiled(small(), shows);
        let stop = Stop::default();
        let noise = NoiseParams { steps: 50, ..NoiseParams::default() }.check().unwrap();
        // While it runs: what was delivered is a beginning of the whole.
        let mut seen = 0;
        let endless = Job { max_attempts: u64::MAX, ..job(&net, 0, &stop) };
        let tally = noise.run(&endless, &mut |record, _| {
            assert_eq!(record.index, seen);
            seen += 1;
            stop.ask();
            ControlFlow::Continue(())
        });
        let tally = tally.unwrap();
        assert!(tally.stopped && tally.attempts == seen && seen > 0, "{shows:?}: {tally:?}");
        // Before it runs: nothing happens.
        let (tally, examples) = collect(&noise, &endless).unwrap();
        assert!(tally.stopped && tally.attempts == 0 && examples.is_empty(), "{shows:?}");
        // The caller breaks off.
        let stop = Stop::default();
        let tally = noise.run(&job(&net, 40, &stop), &mut |_, _| ControlFlow::Break(())).unwrap();
        assert_eq!((tally.attempts, tally.stopped), (1, false), "{shows:?}");
    }
}

#[test]
fn a_stop_in_the_middle_of_a_long_walk_is_heard_at_once() {
    let net = small();
    let stop = Stop::default();
    let params = NoiseParams { steps: u32::MAX, early_stop: false, ..NoiseParams::default() };
    for params in [params.clone(), NoiseParams { clip: false, optimizer: Optimizer::Plain, ..params }] {
        let asking = stop.clone();
        let later = std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_millis(50));
            asking.ask();
        });
        let (tally, examples) = collect(&params.check().unwrap(), &job(&net, 100, &stop)).unwrap();
        later.join().unwrap();
        assert!(tally.stopped && examples.is_empty());
    }
}

#[test]
fn a_wish_for_confidence_is_granted_or_not_called_a_success() {
    for shows in ALL {
        let net = Veiled(net("shallow"), shows);
        let stop = Stop::default();
        let params = NoiseParams { confidence: Some(0.9), rate: 0.05, ..NoiseParams::default() };
        let job = Job { wanted: 10, max_attempts: 200, ..job(&net, 0, &stop) };
        let (tally, examples) = collect(&params.check().unwrap(), &job).unwrap();
        assert_eq!(tally.successes, 10, "{shows:?}");
        for (record, _) in examples.iter().filter(|(record, _)| record.success) {
            assert!(record.confidence >= 0.9, "{shows:?}: {}", record.confidence);
        }
    }
}
