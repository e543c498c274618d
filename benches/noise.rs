//! Pieces of the attack from noise, one by one.

use advlab_attacks::noise::{NoiseParams, Optimizer, draw};
use advlab_benches::{attempt, attempt_on_pixels, net};
use advlab_core::Seed;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const STEPS: u32 = 20;

fn steps(criterion: &mut Criterion) {
    for (name, n) in [("shallow", 256), ("deep", 256), ("cnn", 64)] {
        let net = net(name);
        for (optimizer, key) in
            [(Optimizer::Plain, "plain"), (Optimizer::Adam, "adam"), (Optimizer::Normalised, "normalised")]
        {
            let params = NoiseParams { optimizer, steps: STEPS, early_stop: false, ..NoiseParams::default() };
            let noise = params.check().expect("these settings can run");
            let mut group = criterion.benchmark_group(format!("noise/{key}-steps-{STEPS}/{name}"));
            group.throughput(Throughput::Elements(n * u64::from(STEPS)));
            group.bench_function(format!("n{n}"), |bencher| bencher.iter(|| attempt(&noise, &net, n, n as usize)));
            if name != "cnn" {
                let by_libtorch = |bencher: &mut criterion::Bencher<'_>| {
                    bencher.iter(|| attempt_on_pixels(&noise, &net, n, n as usize));
                };
                group.bench_function(format!("libtorch-n{n}"), by_libtorch);
            }
            group.finish();
        }
    }
}

fn start(criterion: &mut Criterion) {
    let params = NoiseParams::published();
    let seeds: Vec<Seed> = (0..256).map(|index| Seed::new(1).index(index)).collect();
    criterion.bench_function("noise/start/n256", |bencher| bencher.iter(|| draw(&params, &seeds, 784)));
}

fn short() -> Criterion {
    use std::time::Duration;
    advlab_benches::share_threads();
    Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_secs(1))
}

criterion_group! { name = noise; config = short(); targets = start, steps }
criterion_main!(noise);
