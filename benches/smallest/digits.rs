//! MNIST digits to random labels: how small the changes are, and how long it takes to find them.

use std::path::Path;

use advlab_attacks::perturb::{Method, PerturbParams};
use advlab_core::{Classifier as _, Pictures, Seed};
use advlab_datasets::{Dataset, LoadOptions, Split, load};
use advlab_model_zoo::{Net, export, read};
use rand::Rng;

use crate::came::{Came, Promises, find, our, their};

/// Digits attacked.
const DIGITS: usize = 1000;
/// Of them, those that the loop over SciPy is asked for.
const FOR_SCIPY: usize = 200;
/// Budgets of `minimal`. The time to reach a peer's mean length is that of the first which does.
const BUDGETS: [u32; 5] = [50, 80, 100, 150, 200];
/// Pictures that go through the net together.
const BATCH: usize = 256;

/// Digits that the net gets right, and what each shall become.
struct Task {
    net: Net,
    pictures: Pictures,
    targets: Vec<i64>,
}

impl Task {
    fn new(net: Net, digits: &Dataset) -> Self {
        let mut rng = Seed::new(1).child("targets").rng();
        let all = digits.pictures(0..2 * DIGITS).expect("MNIST has as many");
        let seen = net.classify(all.tensor()).expect("the net takes digits").labels;
        let right: Vec<usize> = (0..2 * DIGITS).filter(|i| seen[*i] == digits.labels()[*i]).take(DIGITS).collect();
        let pictures = digits.pictures(right.as_slice()).expect("they are there");
        let targets = right.iter().map(|i| (seen[*i] + rng.random_range(1..10)) % 10).collect();
        Self { net, pictures, targets }
    }

    fn our(&self, method: Method, steps: u32) -> Came {
        let params = PerturbParams { method, steps: Some(steps), ..PerturbParams::default() };
        our(&self.net, &self.pictures, &self.targets, &params, BATCH)
    }

    fn their(&self, threads: usize) -> Vec<Came> {
        let folder = tempfile::tempdir().expect("a place for temporary files");
        let script = folder.path().join("net.pt");
        export(&self.net, &script, true).expect("a net of the zoo can be exported");
        let mut methods: Vec<String> =
            ["ddn:100", "ddn:1000", "fmn:1000", "pdgd:1000", "alma:1000"].map(str::to_owned).into();
        methods.push(format!("scipy-lbfgs:{FOR_SCIPY}"));
        if std::env::var_os("ADVLAB_BENCH_CW").is_some() {
            methods.push("carlini-wagner".to_owned());
        }
        their(&script, &self.pictures.tensor().flatten(1, -1), &self.targets, threads, &methods)
    }
}

/// The digits; none where MNIST is missing, which is told.
pub(crate) fn digits() -> Option<Dataset> {
    load("mnist", Split::Test, &LoadOptions::default()).map_err(|error| println!("digits are left out: {error}")).ok()
}

/// Compares on two nets.
pub(crate) fn compare(digits: &Dataset, threads: usize, promises: &mut Promises) {
    println!("{DIGITS} digits to random labels; {threads} threads");
    let wide = Path::new(env!("CARGO_MANIFEST_DIR")).join("smallest/fc100-100-10.safetensors");
    let (wide, _) = read(&wide, None).expect("the weights beside this file are whole");
    for net in [advlab_benches::net("shallow"), wide.named("FC100-100-10")] {
        println!("\n{}, {}", net.name(), net.spec().text());
        let task = Task::new(net, digits);
        let ours = BUDGETS.map(|steps| task.our(Method::Minimal, steps));
        let lbfgs = task.our(Method::Lbfgs, 600);
        let theirs = task.their(threads);
        ours.iter().chain([&lbfgs]).chain(&theirs).for_each(Came::show);
        judge(&ours, &lbfgs, &theirs, promises);
    }
}

fn judge(ours: &[Came], lbfgs: &Came, theirs: &[Came], promises: &mut Promises) {
    let (first, last) = (&ours[0], &ours[ours.len() - 1]);
    promises.line("pictures not reached by minimal at 200", (DIGITS - last.reached()) as f64, 0.0);
    if let Some(ddn) = find(theirs, "ddn:100") {
        let (a, b) = first.beside(ddn);
        promises.line("mean L2 of minimal at 50 gradients beside DDN's at 100", a, b);
    }
    let best = theirs.iter().filter(|came| came.lengths.len() == DIGITS && came.gradients <= 1000.5).min_by(|a, b| {
        let (x, y) = a.beside(b);
        x.total_cmp(&y)
    });
    if let Some(best) = best {
        let (a, b) = last.beside(best);
        promises.line(&format!("mean L2 of minimal at 200 gradients beside {}", best.method), a, b);
        let reaches = |came: &&Came| {
            let (a, b) = came.beside(best);
            a <= b
        };
        let there = ours.iter().find(reaches).unwrap_or(last);
        let what = format!("seconds of {} to that length over those of {}", there.method, best.method);
        promises.line(&what, there.seconds / best.seconds, 0.2);
    }
    if let Some(scipy) = find(theirs, &format!("scipy-lbfgs:{FOR_SCIPY}")) {
        let each = |came: &Came| came.seconds / came.lengths.len() as f64;
        promises.line("time of lbfgs for a digit over that of the loop over SciPy", each(lbfgs) / each(scipy), 0.02);
        let (a, b) = lbfgs.beside(scipy);
        promises.line("mean L2 of lbfgs beside the loop over SciPy", a, b);
    }
}
