//! tmp
use advlab_attacks::noise::{NoiseParams,Optimizer,Loss};
use advlab_benches::*;
use advlab_core::Classifier;
use advlab_model_zoo::Net;
pub(crate) fn print(net: &Net, n: u64) {
    let mut products = Products::new(&net.dense().unwrap(), n as i64);
    for (name, opt, loss) in [("plain", Optimizer::Plain, Loss::Quadratic), ("adam", Optimizer::Adam, Loss::Quadratic), ("normalised", Optimizer::Normalised, Loss::Margin)] {
        let p = NoiseParams { optimizer: opt, loss, rate: 0.1, steps: 200, early_stop: false, clip: true, ..NoiseParams::default() }.check().unwrap();
        let (a, b) = race(4, || { attempt(&p, net, n, n as usize); }, || for _ in 0..200 { products.multiply() });
        println!("{} n {n} {name}: step {:.1} us, bare {:.1} us, ratio {:.2}", net.name(), a.as_secs_f64()*5e3, b.as_secs_f64()*5e3, a.as_secs_f64()/b.as_secs_f64());
    }
    let p = NoiseParams { early_stop: false, ..NoiseParams::published() }.check().unwrap();
    if n == 1000 { for _ in 0..5 { println!("{} published {:?}", net.name(), clock(|| attempt(&p, net, 1000, 1000))); } }
}
