//! What a step of training costs: `cargo bench -p advlab-benches --bench training`.
//!
//! The CNN for micrographs on batches of twenty at 3x128x128. A step of [`Trainer`] against a bare one: libtorch's layers, backward
//! pass and Adam on a batch that is there already. And what the data side adds: pictures read from PNG files, scaled, changed at
//! random, against pictures in memory that are taken as they are.
#![expect(clippy::print_stdout, reason = "a bench prints its table")]

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use advlab_benches::clock;
use advlab_core::{InputShape, Seed, Stop};
use advlab_datasets::cells::Sample;
use advlab_datasets::folder::{Options, PictureFolder};
use advlab_datasets::{Dataset, Examples, Split};
use advlab_model_zoo::{Augment, Border, LayerSpec, ModelSpec, TrainSpec, Trainer};
use image::{ImageBuffer, Rgb, RgbImage};
use serde::Deserialize;
use tch::nn::{self, ModuleT, OptimizerConfig as _};
use tch::{Device, Kind, Tensor};

/// Pictures to learn from: five steps an epoch.
const PICTURES: usize = 100;
const SIDE: i64 = 128;
const ROUNDS: usize = 7;

/// What a step may cost, of the bare one, and what the data side may add, of a step.
const STEP: f64 = 1.1;
const DATA: f64 = 0.1;

/// The nets of the file that the studies use.
#[derive(Deserialize)]
struct Nets {
    nets: Vec<Recipe>,
}

#[derive(Deserialize)]
struct Recipe {
    model: ModelSpec,
    training: TrainSpec,
}

fn main() {
    if std::env::args().any(|argument| argument == "--list" || argument == "--test") {
        return;
    }
    let threads = advlab_benches::share_threads();
    let nets: Nets = toml::from_str(include_str!("../../experiments/cell-nets.toml")).expect("the file is tested");
    let Recipe { model, training } = nets.nets.into_iter().next().expect("it has nets");
    let shape = InputShape { channels: 3, height: SIDE, width: SIDE };
    let sample = Sample { slides: PICTURES.div_ceil(32), test_slides: 1, ..Sample::default() };
    let draw = |split| sample.draw("cells", split, shape, Seed::new(1), &Stop::default()).expect("they can be drawn");
    let cells = draw(Split::Train).first(PICTURES).expect("there are more");
    let model = ModelSpec { classes: cells.classes().to_vec(), ..model.for_input(shape) };
    // An epoch ends with a look at the test pictures, which is no part of a step.
    let test = draw(Split::Test).first(1).expect("there are more");
    println!("{}\nbatches of {}; {threads} threads", model.text(), training.batch);

    let place = tempfile::tempdir().expect("a place for pictures");
    let changed = TrainSpec {
        augment: Some(Augment { shift: 4.0, rotate: 5.0, mirror: true, border: Border::Reflect, ..Augment::default() }),
        ..training.clone()
    };
    let mut ours = Runner::new(&model, &training, Arc::new(cells.clone()), &test);
    let mut files = Runner::new(&model, &training, folder(&place.path().join("128"), &cells, 1), &test);
    let mut all = Runner::new(&model, &changed, folder(&place.path().join("256"), &cells, 2), &test);
    let mut bare = Bare::new(&model, &training, &cells);
    let mut best = [Duration::MAX; 4];
    for _ in 0..ROUNDS {
        let times = [clock(|| bare.epoch()), clock(|| ours.epoch()), clock(|| files.epoch()), clock(|| all.epoch())];
        best.iter_mut().zip(times).for_each(|(best, time)| *best = (*best).min(time));
    }
    let steps = PICTURES.div_ceil(training.batch) as f64;
    let [bare, ours, files, all] = best.map(|time| 1e3 * time.as_secs_f64() / steps);
    println!("  a bare step {bare:.1} ms, ours {ours:.1} ms");
    println!("  out of PNG files of 128x128 {files:.1} ms; out of 256x256, scaled, with random changes {all:.1} ms");
    let mut missed = 0;
    let mut line = |what: &str, value: f64, limit: f64| {
        let met = value <= limit;
        missed += usize::from(!met);
        println!("  {what:<64} {value:>7.3}  at most {limit:>5.2}  {}", if met { "met" } else { "MISSED" });
    };
    line("our step over the bare one", ours / bare, STEP);
    line("reading PNG files of 128x128 adds, of a step", (files - ours) / ours, DATA);
    line("reading 256x256, scaling and changing them adds, of a step", (all - ours) / ours, DATA);
    println!("\n{}", if missed == 0 { "all met".to_owned() } else { format!("{missed} not met") });
}

/// A training of ours, and what it is tested on.
struct Runner<'a> {
    trainer: Trainer,
    test: &'a Dataset,
}

impl<'a> Runner<'a> {
    fn new(model: &ModelSpec, training: &TrainSpec, data: Arc<dyn Examples>, test: &'a Dataset) -> Self {
        let trainer = Trainer::new("cnn", model, training, Seed::new(1), data, Device::Cpu);
        let mut runner = Self { trainer: trainer.expect("it can be trained"), test };
        runner.epoch();
        runner
    }

    fn epoch(&mut self) {
        self.trainer.epoch(self.test, &Stop::default(), &mut |_, _| ()).expect("it can be trained");
    }
}

/// The same pictures as PNG files of `larger` times the side.
fn folder(root: &Path, cells: &Dataset, larger: u32) -> Arc<dyn Examples> {
    for class in cells.classes() {
        for split in ["train", "test"] {
            fs::create_dir_all(root.join(split).join(class)).expect("it is our folder");
        }
    }
    let (shape, side) = (cells.shape(), SIDE as u32);
    let plane = (shape.height * shape.width) as usize;
    for i in 0..cells.len() {
        let values = cells.picture(i);
        let at = |c: usize, x: u32, y: u32| values[c * plane + (y / larger * side + x / larger) as usize];
        let picture: RgbImage =
            ImageBuffer::from_fn(side * larger, side * larger, |x, y| Rgb([at(0, x, y), at(1, x, y), at(2, x, y)]));
        let class = &cells.classes()[cells.labels()[i] as usize];
        for split in ["train", "test"] {
            picture.save(root.join(split).join(class).join(format!("{i:04}.png"))).expect("it is our folder");
        }
    }
    let folder = PictureFolder::open(root, Split::Train, shape, Seed::new(1), &Options::default());
    Arc::new(folder.expect("it was just written"))
}

/// The same net, step and optimiser of libtorch's own, on batches that are there already.
struct Bare {
    net: nn::SequentialT,
    optimizer: nn::Optimizer,
    batches: Vec<(Tensor, Tensor)>,
}

impl Bare {
    fn new(model: &ModelSpec, training: &TrainSpec, cells: &Dataset) -> Self {
        let store = nn::VarStore::new(Device::Cpu);
        let root = store.root();
        let mut net = nn::seq_t();
        let (mut map, mut flat, mut width) = (cells.shape(), false, 0);
        for layer in &model.layers {
            net = match layer {
                LayerSpec::Conv(conv) => {
                    let config =
                        nn::ConvConfig { padding: conv.padding, stride: conv.stride, ..nn::ConvConfig::default() };
                    let built = nn::conv2d(&root, map.channels, conv.filters, conv.size, config);
                    map.channels = conv.filters;
                    net.add(built).add_fn(|x| x.relu())
                }
                LayerSpec::Pool(pool) => {
                    let pool = *pool;
                    (map.height, map.width) = (map.height / pool.stride, map.width / pool.stride);
                    net.add_fn(move |x| x.max_pool2d([pool.size; 2], [pool.stride; 2], [0; 2], [1; 2], false))
                }
                LayerSpec::Dense(units) => {
                    let inputs = if flat { width } else { map.len() as i64 };
                    (flat, width) = (true, *units);
                    let built = nn::linear(&root, inputs, *units, nn::LinearConfig::default());
                    net.add_fn(|x| x.flatten(1, -1)).add(built).add_fn(|x| x.relu())
                }
                LayerSpec::Dropout(_) => unreachable!("this net has none"),
            };
        }
        let net = net.add(nn::linear(&root, width, model.classes.len() as i64, nn::LinearConfig::default()));
        let optimizer = nn::Adam::default().build(&store, training.rate).expect("libtorch has it");
        let numbers: Vec<usize> = (0..cells.len()).collect();
        let batch = |part: &[usize]| {
            let pictures = cells.pictures(part).expect("they are there");
            let labels = cells.labels_tensor(part).expect("they are there");
            (pictures.tensor().to_kind(Kind::Float), labels)
        };
        let batches = numbers.chunks(training.batch).map(batch).collect();
        let mut bare = Self { net, optimizer, batches };
        bare.epoch();
        bare
    }

    fn epoch(&mut self) {
        for (pictures, labels) in &self.batches {
            let loss = self.net.forward_t(pictures, true).cross_entropy_for_logits(labels);
            self.optimizer.backward_step(&loss);
        }
    }
}
