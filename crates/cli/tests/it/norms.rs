//! Operator norms and doubts: numbers against another way to them, and every wrong wish.

use tch::{CModule, Device, Kind, Tensor};

use crate::program::Place;

#[test]
fn norms_bound_what_is_seen_and_stand_in_the_files() {
    let place = Place::new();
    let json = place.run("norms --model cnn --data digits --n 4 --steps 20 --json --out n").done().json();
    let layers = json["norms"]["layers"].as_array().unwrap();
    let number = |value: &serde_json::Value| value.as_f64().unwrap();
    let product: f64 = layers.iter().map(|layer| number(&layer["norm"]["norm"])).product();
    assert!((product / number(&json["bound"]) - 1.0).abs() < 1e-9);
    let seen = json["bounds"]["jacobians"].as_array().unwrap();
    assert!(seen.len() == 4 && seen.iter().all(|seen| number(seen) > 0.0 && number(seen) < product));
    for change in json["bounds"]["changes"].as_array().unwrap() {
        assert!(number(&change["stretch"]) < product, "{change}");
    }
    let convolution = &layers[0]["norm"];
    let (torus, padded) = (number(&convolution["norm"]), number(&convolution["zero_padded"]["norm"]));
    assert!(padded <= torus * 1.00001 && padded > 0.5 * torus, "{torus} {padded}");
    let rows = place.rows("n/norms.csv");
    assert_eq!((rows.len(), &rows[0][0]), (layers.len(), "conv1"));
    assert_eq!(place.rows("n/pictures.csv").len(), 4);
    for file in ["norms.png", "bounds.png", "report.html"] {
        assert!(place.path(format!("n/{file}")).is_file(), "{file}");
    }

    // One layer alone has the same norm; a file does what the flags do.
    let told = place.run("norms --model cnn --layer conv2 --json --out one").done().json();
    let alone = &told["norms"]["layers"][0];
    assert_eq!((alone["name"].as_str(), told["bounds"].is_null()), (Some("conv2"), true));
    assert!((number(&alone["norm"]["norm"]) / number(&layers[3]["norm"]["norm"]) - 1.0).abs() < 1e-6);
    place.file(
        "norms.toml",
        "kind = \"norms\"\nmodel = \"cnn\"\nsteps = 20\ninput = { data = { set = { set = \"digits\", test = 4 } } }\n",
    );
    place.run("run norms.toml --out file").done();
    assert!(place.bytes("file/norms.csv") == place.bytes("n/norms.csv"));
    assert!(place.bytes("file/pictures.csv") == place.bytes("n/pictures.csv"));
}

#[test]
fn wishes_for_norms_that_cannot_be_met_are_refused() {
    let place = Place::new();
    for (command, words) in [
        (
            "norms --model cnn --layer conv9",
            "cnn has no layer `conv9` that can be measured; it has conv1, pool1, conv2",
        ),
        ("norms --model cnn --layer conv1 --data digits", "cannot be used with"),
        ("norms --model cnn --layer conv1 --n 5", "cannot be used with"),
        ("norms --model nothing", "unknown model `nothing`"),
        ("norms --data digits --n 0", "asked for 0 pictures"),
        ("doubt --data digits --factor 0.9", "`factors` must be above 1"),
        ("doubt --data digits --with objects", "with `objects`: it takes pictures of"),
        ("doubt --data digits --other digits", "`others` names digits, which is shown already"),
        ("doubt --data digits --test 1", "must have at least 2 test pictures"),
        ("doubt --data objects", "takes pictures of"),
        ("doubt --data digits --with shallow", "with `shallow`: it is `shallow`, which is asked already; leave it out"),
        ("doubt --data digits --with cnn cnn", "with `cnn`: it is `cnn`, which is asked already; leave it out"),
    ] {
        place.run(command).refused(&[words]);
        assert!(!place.path("runs").exists(), "{command}");
    }
}

#[test]
fn an_exported_net_has_the_norms_that_it_had() {
    let place = Place::new();
    for model in ["shallow", "cnn"] {
        place.run(&format!("export --model {model} --out net-{model}.pt")).done();
        let norms = |model: &str| {
            let told = place
                .run(&format!("norms --model {model} --data digits --n 2 --steps 0 --json --out {model}-n"))
                .done()
                .json();
            let padded = |layer: &serde_json::Value| layer["norm"]["zero_padded"]["norm"].as_f64();
            let padded: Vec<f64> = told["norms"]["layers"].as_array().unwrap().iter().filter_map(padded).collect();
            (told["bound"].as_f64().unwrap(), padded)
        };
        let (own, exported) = (norms(model), norms(&format!("net-{model}.pt")));
        assert!((own.0 / exported.0 - 1.0).abs() < 1e-6, "{own:?} {exported:?}");
        assert_eq!(own.1.len(), exported.1.len());
        assert!(own.1.iter().zip(&exported.1).all(|(a, b)| (a / b - 1.0).abs() < 1e-5), "{own:?} {exported:?}");
    }
    place
        .run("norms --model net-cnn.pt --n 2 --out m")
        .refused(&["--n is a number of pictures of a set; name the set"]);
}

/// Writes a TorchScript file of what a closure does to pictures 1x28x28; its weights become constants of the code.
fn trace(place: &Place, file: &str, of: &dyn Fn(&Tensor) -> Tensor) {
    let mut closure = |inputs: &[Tensor]| vec![of(&inputs[0])];
    let example = Tensor::zeros([1, 1, 28, 28], (Kind::Float, Device::Cpu));
    let net = CModule::create_by_tracing("Net", "forward", &[example], &mut closure).unwrap();
    net.save(place.path(file)).unwrap();
}

#[test]
fn convolutions_of_other_programs_have_the_norms_of_their_matrices() {
    let place = Place::new();
    let weights = Tensor::arange(4 * 9, (Kind::Float, Device::Cpu)).cos().reshape([4, 1, 3, 3]);
    let last = Tensor::arange(4 * 10, (Kind::Float, Device::Cpu)).sin().reshape([10, 4]);
    let convolve = |x: &Tensor, weights: &Tensor| x.conv2d(weights, None::<&Tensor>, [2, 3], [1, 2], [2, 1], 1);
    trace(&place, "net.pt", &|x| {
        let y = ((x - 0.5) * 4.0).hardswish();
        let y = convolve(&y, &weights).max_pool2d([2, 2], [2, 2], [0, 0], [1, 1], false);
        y.adaptive_avg_pool2d([1, 1]).flatten(1, -1).linear(&last, None::<&Tensor>)
    });
    let json = place.run("norms --model net.pt --input-shape 1x28x28 --data digits --n 3 --json --out n").done().json();
    let layers = json["norms"]["layers"].as_array().unwrap();
    let what: Vec<&str> = layers.iter().map(|layer| layer["what"].as_str().unwrap()).collect();
    let convolution = "convolution 4×1×3×3 on 28×28, stride 2×3, padding 1×2, dilation 2×1";
    assert_eq!(
        what,
        ["one factor", "hardswish", convolution, "largest of 2×2, stride 2", "mean of 6×5", "dense 10×4"],
        "{json}"
    );
    let unit = Tensor::eye(784, (Kind::Double, Device::Cpu)).reshape([784, 1, 28, 28]);
    let matrix = convolve(&unit, &weights.to_kind(Kind::Double)).reshape([784, -1]);
    let wanted = matrix.svd(true, false).1.max().double_value(&[]);
    let found = layers[2]["norm"]["zero_padded"]["norm"].as_f64().unwrap();
    assert!((found / wanted - 1.0).abs() < 1e-5, "{found} {wanted}");
    let bound = json["bound"].as_f64().unwrap();
    for seen in json["bounds"]["jacobians"].as_array().unwrap() {
        assert!(seen.as_f64().unwrap() <= bound, "{seen} {bound}");
    }

    // Means that count fewer values at the edge weigh them more: nothing is claimed of them.
    trace(&place, "edge.pt", &|x| {
        let y = convolve(x, &weights).avg_pool2d([4, 4], [3, 3], [2, 2], false, false, None::<i64>);
        y.mean_dim([2_i64, 3].as_slice(), false, Kind::Float).linear(&last, None::<&Tensor>)
    });
    let told = place.run("norms --model edge.pt --input-shape 1x28x28 --data digits --n 2 --steps 0 --out e").done();
    let words = "which bounds nothing, since the net does more: `avg_pool2d` with settings that change its windows";
    assert!(told.out.contains(words), "{}", told.out);
}

#[test]
fn a_constant_net_stretches_nothing_and_cannot_be_doubted() {
    let place = Place::new();
    let weights = Tensor::arange(784 * 10, (Kind::Float, Device::Cpu)).sin().reshape([10, 784]);
    trace(&place, "constant.pt", &|x| (x.flatten(1, -1) * 0.0).linear(&weights, None::<&Tensor>));
    trace(&place, "bare.pt", &|x| x.flatten(1, -1).narrow(1, 0, 10).exp());
    let told = place
        .run("norms --model constant.pt --input-shape 1x28x28 --data digits --n 2 --steps 5 --json --out n")
        .done();
    let json = told.json();
    assert_eq!((json["bound"].as_f64(), json["bounds"]["jacobians"][1].as_f64()), (Some(0.0), Some(0.0)), "{json}");
    place
        .run("doubt --model constant.pt --input-shape 1x28x28 --data digits --test 20 --out d")
        .refused(&["constant.pt gives the same scores to every picture, so there is nothing to doubt"]);
    place
        .run("norms --model bare.pt --input-shape 1x28x28 --out b")
        .refused(&["bare.pt: its layers cannot be read: the first that cannot be is"]);
    assert!(!place.path("d").exists() && !place.path("b").exists());
}

#[test]
fn doubts_are_held_against_errors_and_other_pictures() {
    let place = Place::new();
    let command =
        "doubt --model shallow --with cnn deep --data digits --test 60 --noise 30 --steps 20 --factor 2 --json --out d";
    let json = place.run(command).done().json();
    let sets = json["sets"].as_array().unwrap();
    let keys: Vec<&str> = sets.iter().map(|set| set["key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["test", "noise", "adversarial-2"]);
    let doubts = |set: usize, measure: &str| -> Vec<f64> {
        let of = sets[set]["doubts"].as_array().unwrap().iter().find(|of| of[0] == measure).unwrap();
        of[1].as_array().unwrap().iter().map(|doubt| doubt.as_f64().unwrap()).collect()
    };
    // The area of the table, counted pair by pair.
    let (test, noise) = (doubts(0, "distance"), doubts(1, "distance"));
    let pairs = test.iter().flat_map(|own| noise.iter().map(move |other| other.total_cmp(own)));
    let won: Vec<f64> = pairs.map(|order| [0.0, 0.5, 1.0][(order as i8 + 1) as usize]).collect();
    let area = won.iter().sum::<f64>() / won.len() as f64;
    let rows = place.rows("d/telling.csv");
    let row = rows.iter().find(|row| row[0].ends_with("noise") && &row[1] == "distance to the boundary").unwrap();
    assert!((row[2].parse::<f64>().unwrap() - area).abs() < 1e-6, "{row:?} {area}");
    // Confidence and doubt by confidence add up to 1.
    let confidences = sets[0]["confidences"].as_array().unwrap();
    for (confidence, doubt) in confidences.iter().zip(doubts(0, "confidence")) {
        assert!((confidence.as_f64().unwrap() + doubt - 1.0).abs() < 1e-9);
    }
    let all: usize = sets.iter().map(|set| set["labels"].as_array().unwrap().len()).sum();
    assert_eq!(place.rows("d/doubts.csv").len(), all);
    for file in ["telling.png", "reliability.png", "report.html"] {
        assert!(place.path(format!("d/{file}")).is_file(), "{file}");
    }
}
