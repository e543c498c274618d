//! `advlab basis`: which pictures drive units and random directions, and what its files say.

use advlab_core::Seed;
use advlab_datasets::{LoadOptions, Split, load};
use advlab_model_zoo::{ModelCard, ModelSpec, Net, OpenOptions, open, write};
use ndarray::{Array2, Array4};
use tch::{Device, Kind, no_grad};

use crate::program::Place;

/// Values `[N, D]` of a layer of the embedded net for the first drawn digits.
fn values(layer: &str, n: usize) -> Array2<f32> {
    let net = open("shallow", &OpenOptions { foreign: advlab_model_zoo::Foreign::default(), device: Device::Cpu })
        .unwrap()
        .net;
    let digits = load("digits", Split::Test, &LoadOptions { count: Some(n), ..LoadOptions::default() }).unwrap();
    let pictures = digits.pictures(0..n).unwrap();
    let values = no_grad(|| net.activations(pictures.tensor(), layer)).unwrap();
    let width = values.size()[1] as usize;
    let flat = Vec::<f32>::try_from(values.to_kind(Kind::Float).reshape([-1])).unwrap();
    Array2::from_shape_vec((n, width), flat).unwrap()
}

/// The pictures with the largest values, largest first; of equal ones the first.
fn largest(values: impl Iterator<Item = f32>, k: usize) -> Vec<u64> {
    let mut all: Vec<(u64, f32)> = (0..).zip(values).collect();
    all.sort_by(|a, b| b.1.total_cmp(&a.1));
    all.into_iter().take(k).map(|(picture, _)| picture).collect()
}

#[test]
fn without_a_word_more_it_looks_at_the_embedded_net_and_says_on_what() {
    let place = Place::new();
    let told = place.run("basis --random --n 500 --data digits").done();
    assert!(told.out.contains("shallow (784-30-10 sigmoid), layer dense1: 30 units; 500 pictures"), "{}", told.out);
    assert!(told.out.contains("random directions (1000)") && !told.out.contains("single units"), "{}", told.out);
    let place = Place::new();
    let told = place.run("basis --random --out r").done();
    assert!(told.err.contains("the pictures are drawn digits, since MNIST is not on this machine"), "{}", told.err);
    for file in
        ["top.png", "measures.png", "comparisons.csv", "directions.csv", "top.csv", "directions.npz", "report.html"]
    {
        assert!(place.path("r").join(file).is_file(), "{file}");
    }
}

#[test]
fn the_top_pictures_are_those_with_the_largest_products() {
    let place = Place::new();
    let told = place.run("basis --data digits --n 600 --top 5 --directions 12 --out r --json").done();
    let (after, before) = (values("dense1", 600), values("dense1.pre", 600));
    let directions: Array2<f32> = place.array("r/directions.npz", "random_directions");
    let top: Array2<u64> = place.array("r/directions.npz", "random_top");
    assert_eq!((directions.dim(), top.dim()), ((1000, 30), (1000, 5)));
    let mut same = 0;
    for (direction, found) in directions.outer_iter().zip(top.outer_iter()) {
        assert!((direction.dot(&direction) - 1.0).abs() < 1e-5);
        same += usize::from(largest(after.dot(&direction).into_iter(), 5) == found.to_vec());
    }
    // The last bits of a product may put two pictures in another order.
    assert!(same >= 995, "{same} of 1000");
    let units: Array2<u64> = place.array("r/directions.npz", "unit_top");
    let values: Array2<f32> = place.array("r/directions.npz", "unit_values");
    for unit in 0..30 {
        // Before the activation function, where a saturated unit still tells pictures apart.
        assert_eq!(largest(before.column(unit).iter().copied(), 5), units.row(unit).to_vec(), "unit {unit}");
        for (picture, value) in units.row(unit).iter().zip(values.row(unit)) {
            assert_eq!(after[[*picture as usize, unit]], *value);
        }
    }
    let json = told.json();
    assert_eq!(json["comparisons"].as_array().unwrap().len(), 6);
    assert_eq!(place.rows("r/directions.csv").len(), 1030);
    assert_eq!(place.rows("r/top.csv").len(), 5 * 1030);
    // Purity by hand, from the labels of the top pictures.
    let rows = place.rows("r/top.csv");
    let of_first: Vec<&str> =
        rows.iter().filter(|row| &row[0] == "unit" && &row[1] == "0").map(|row| &row[6]).collect();
    let most = of_first.iter().map(|class| of_first.iter().filter(|other| other == &class).count()).max().unwrap();
    assert_eq!(place.rows("r/directions.csv")[0][7].parse::<f64>().unwrap(), most as f64 / 5.0);
}

#[test]
fn the_same_seed_gives_the_same_whatever_the_batch_and_wherever_activations_are_kept() {
    let place = Place::new();
    let run = |out: &str, more: &str| {
        place.run(&format!("basis --data digits --n 300 --directions 4 --seed 7 {more} --out {out}")).done();
        let rows = place.rows(&format!("{out}/top.csv"));
        rows.into_iter().map(|row| row.iter().take(7).map(str::to_owned).collect::<Vec<_>>()).collect::<Vec<_>>()
    };
    let once = run("a", "");
    assert_eq!(place.bytes("a/directions.csv"), {
        run("b", "");
        place.bytes("b/directions.csv")
    });
    assert_eq!(once, run("c", "--batch 17"));
    assert_eq!(once, run("d", "--memory 1KB"));
    assert_eq!(place.json("d/run.json")["result"]["on_disk"], true);
    assert_eq!(place.names("d"), place.names("a"), "what was kept on disk is gone");
    assert_ne!(once, {
        place.run("basis --data digits --n 300 --directions 4 --seed 8 --out e").done();
        let rows = place.rows("e/top.csv");
        rows.into_iter().map(|row| row.iter().take(7).map(str::to_owned).collect::<Vec<_>>()).collect::<Vec<_>>()
    });
    // A run that is finished is told again, and not done again.
    let told = place.run("basis --data digits --n 300 --directions 4 --seed 7 --out a --resume").done();
    assert!(told.err.contains("finished before") && told.out.contains("purity of labels"), "{told:?}");
}

#[test]
fn units_that_mean_more_are_found_out() {
    let place = Place::new();
    // The scores of a trained net are such units.
    let told = place.run("basis --data digits --n 1000 --layer scores --out r --json --sweep").done().json();
    let of = |measure: &str| {
        let all = told["comparisons"].as_array().unwrap();
        all.iter().find(|compared| compared["measure"] == measure).unwrap()["comparison"].clone()
    };
    assert_eq!(of("purity")["verdict"], "different");
    assert!(of("purity")["difference"].as_f64().unwrap() < -0.1, "{}", of("purity"));
    let purity = |at: usize| {
        let means = told["sweep"][at]["means"].as_array().unwrap();
        means.iter().find(|mean| mean[0] == "purity").unwrap()[1]["value"].as_f64().unwrap()
    };
    assert!(purity(0) > 0.95 && purity(9) < purity(0) - 0.05, "{} {}", purity(0), purity(9));
    assert!(place.path("r/sweep.png").is_file());
}

#[test]
fn pictures_made_from_noise_drive_their_direction_further_than_noise_does() {
    let place = Place::new();
    let words = "basis --data digits --n 200 --layer scores --directions 3 --units 3,7 --synthesize --steps 40 --out r";
    place.run(words).done();
    let rows = place.rows("r/synthesized.csv");
    assert_eq!(
        rows.iter().map(|row| row[2].to_owned()).collect::<Vec<_>>(),
        ["3", "7", "random 0", "random 1", "random 2"]
    );
    let pictures: Array4<f32> = place.array("r/synthesized.npz", "pictures");
    assert_eq!(pictures.dim(), (5, 1, 28, 28));
    assert!(pictures.iter().all(|value| (0.0..=1.0).contains(value)));
    for row in &rows {
        let [value, start] = [3, 4].map(|at| row[at].parse::<f32>().unwrap());
        assert!(value > start, "{row:?}");
    }
    assert_eq!([&rows[0][6], &rows[1][6]], ["3", "7"], "the net sees the class");
    assert!(place.path("r/synthesized.png").is_file() && place.path("r/top.png").is_file());
}

#[test]
fn units_that_are_off_at_first_are_driven_all_the_same() {
    let place = Place::new();
    place.run("basis --model cnn --layer dense1 --natural --data digits --n 300 --directions 128 --synthesize --steps 40 --out r").done();
    let rows = place.rows("r/synthesized.csv");
    let number = |row: &csv::StringRecord, at: usize| row[at].parse::<f64>().unwrap();
    let alive: Vec<_> = rows.iter().filter(|row| number(row, 5) > 0.0).collect();
    assert!(alive.len() > 100 && alive.iter().any(|row| number(row, 4) == 0.0), "some begin where a ReLU is off");
    for row in alive {
        assert!(number(row, 3) > 0.1, "{row:?}");
    }
}

#[test]
fn a_net_of_ones_own_needs_pictures_unless_they_are_made() {
    let place = Place::new();
    let spec = ModelSpec { input: "3x8x8".parse().unwrap(), ..ModelSpec::sigmoid_mlp(&[6]) };
    let net = Net::random("own", &spec, Seed::new(1)).unwrap();
    write(&place.path("own.safetensors"), &net, &ModelCard { spec, training: None }).unwrap();
    place.run("basis --model own.safetensors").refused(&["no pictures are known that", "--data or --image"]);
    let told = place.run("basis --model own.safetensors --synthesize --steps 3 --directions 2 --out r").done();
    assert!(told.err.contains("made from noise and none are looked at"), "{}", told.err);
    assert!(place.path("r/synthesized.png").is_file() && !place.path("r/top.png").exists());
    assert_eq!(place.rows("r/synthesized.csv").len(), 4);
}

#[test]
fn a_net_is_like_itself_and_less_like_another() {
    let place = Place::new();
    let of = |model: &str| {
        let words = format!("basis --data digits --n 400 --natural --against {model} --json --layer dense1 --out");
        let told = place.run(&format!("{words} {model}")).done().json();
        let likeness = &told["likeness"][1];
        ["cka", "mean_squared_canonical"].map(|key| likeness[key].as_f64().unwrap())
    };
    let [itself, another] = ["shallow", "deep"].map(of);
    assert!(itself.iter().all(|value| (value - 1.0).abs() < 1e-6), "{itself:?}");
    assert!(another.iter().all(|value| (0.05..0.95).contains(value)), "{another:?}");
}

/// Words of a command line, and what the complaint must name.
const MISTAKES: &[(&str, &[&str])] = &[
    ("--layer dense7", &["dense7", "dense1.pre, dense1, scores"]),
    ("--layer dense", &["`dense`", "dense1.pre", "dense1"]),
    (
        "--layer dense1 --random --orthonormal --directions 31",
        &["31", "orthonormal basis", "30 units", "leave out --orthonormal"],
    ),
    ("--orthonormal --natural", &["--orthonormal", "--natural"]),
    ("--natural --random", &["--natural", "--random"]),
    ("--units 3 --random", &["--units", "--random"]),
    ("--units 30", &["`30` is no unit of layer `dense1`: it has 30, numbered from 0"]),
    ("--units -1", &["`-1` is no unit"]),
    ("--layer scores --units eleven", &["no class `eleven`"]),
    ("--top 0", &["`top` must be from 1"]),
    ("--top 200", &["200 pictures", "200 in all", "a smaller --top"]),
    ("--directions 0", &["`directions` must be from 1"]),
    ("--directions -1", &["--directions"]),
    ("--n 0", &["asked for 0 pictures"]),
    ("--batch 0", &["`batch` must be from 1"]),
    ("--memory lots", &["--memory", "such as 512MB"]),
    ("--map centre", &["mean, channel or position"]),
    ("--views 3", &["--views"]),
    ("--model objects", &["objects", "3x64x64"]),
    ("--steps 5", &["--synthesize"]),
    ("--synthesize --steps 0", &["`steps` must be at least 1"]),
    ("--synthesize --rate -1", &["`rate` must be a number above 0"]),
    ("--synthesize --space wavelets", &["pixels or fourier"]),
    ("--synthesize --rotate 400", &["`rotate` must be from 0 to 180"]),
    ("--against deep --layer scores --model objects", &["objects", "3x64x64"]),
    ("--against cnn2", &["unknown model `cnn2`, did you mean `cnn`?"]),
    ("--against objects", &["objects takes pictures of 3x64x64, and shallow of 1x28x28"]),
    ("--sweep --natural", &["--sweep", "--natural"]),
];

#[test]
fn every_mistake_is_named_before_anything_is_begun() {
    let place = Place::new();
    for (words, wanted) in MISTAKES {
        let n = if words.contains("--n ") { "" } else { "--n 200" };
        place.run(&format!("basis --data digits {n} {words}")).refused(wanted);
        assert_eq!(place.names("."), [""; 0], "advlab basis {words} left something behind");
    }
}

/// A net of one hidden layer of ReLUs with all weights the same.
fn flat(place: &Place, name: &str, weight: f64) {
    let spec = ModelSpec { activation: advlab_core::Activation::Relu, ..ModelSpec::sigmoid_mlp(&[4]) };
    let net = Net::random("flat", &spec, Seed::new(1)).unwrap();
    write(&place.path(name), &net, &ModelCard { spec, training: None }).unwrap();
    let mut bytes = place.bytes(name);
    let header = 8 + u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    for (at, chunk) in bytes[header..].chunks_exact_mut(4).enumerate() {
        let is_weight = at >= 4; // whatever comes first is small
        chunk.copy_from_slice(&(if is_weight { weight as f32 } else { 0.0 }).to_le_bytes());
    }
    place.file(name, bytes);
}

#[test]
fn layers_that_say_nothing_are_named() {
    let place = Place::new();
    flat(&place, "dead.safetensors", 0.0);
    place
        .run("basis --model dead.safetensors --data digits --n 50")
        .refused(&["layer `dense1` has the same values for all 50 pictures", "choose another --layer"]);
    flat(&place, "large.safetensors", 3e38);
    place.run("basis --model large.safetensors --data digits --n 50").refused(&["layer `dense1`", "NaN or infinite"]);
    assert_eq!(place.names("."), ["dead.safetensors", "large.safetensors"]);
}
