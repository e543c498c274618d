//! The nets there are, and those that can be fetched.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::thread;

use crate::program::Place;

#[test]
fn what_can_be_fetched_is_listed() {
    let place = Place::new();
    let text = place.run("models").done().out;
    for name in ["squeezenet1_1", "resnet18", "vgg16"] {
        let line =
            text.lines().find(|line| line.trim_start().starts_with(name)).unwrap_or_else(|| panic!("{name}: {text}"));
        assert!(line.contains(" MB") && line.contains("not fetched"), "{line}");
    }
    let json = place.run("models --json").done().json();
    let resnet = json.as_array().unwrap().iter().find(|net| net["name"] == "resnet18").unwrap();
    assert!(resnet["file"].is_null() && resnet["megabytes"] == 45, "{resnet}");

    // One file, placed by hand.
    std::fs::create_dir_all(place.path("data/models")).unwrap();
    let file = std::fs::File::create(place.path("data/models/resnet18-f37072fd.pth")).unwrap();
    for (bytes, wanted) in [(46_830_571, ", here ("), (40_000_000, ", here but damaged, to be pulled again (")] {
        file.set_len(bytes).unwrap();
        let told = place.command("models").env("ADVLAB_DATA", place.path("data")).output().unwrap();
        let text = String::from_utf8(told.stdout).unwrap();
        assert!(text.lines().any(|line| line.contains("resnet18") && line.contains(wanted)), "{text}");
    }
}

#[test]
fn a_net_that_is_not_here_says_how_to_fetch_it() {
    let place = Place::new();
    for command in ["generate --digit 4 --n 1", "eval --data digits --test 5", "export --out net.pt"] {
        place
            .run(&format!("{command} --model resnet18"))
            .refused(&["`resnet18` is not on this machine; fetch it with `advlab models pull resnet18` (45 MB)"]);
    }
    place.run("generate --digit 4 --n 1 --model resnet17").refused(&["did you mean `resnet18`?"]);
}

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../model-zoo/tests/fixtures");

#[test]
fn a_nets_layers_are_shown() {
    let place = Place::new();
    let text = place.run("models show shallow").done().out;
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "shallow: 784-30-10 sigmoid");
    assert!(text.contains("  input    1x28x28\n  classes  10\n  weights  23860\n"), "{text}");
    let table = ["  layer       shape  values", "  dense1.pre     30      30", "  dense1         30      30"];
    assert_eq!(lines[lines.len() - 4..lines.len() - 1], table);

    let json = place.run("models show cnn --json").done().json();
    let layers = json["layers"].as_array().unwrap();
    let pool = layers.iter().find(|layer| layer["name"] == "pool1").unwrap();
    let shape = pool["shape"].as_array().unwrap();
    assert_eq!(shape.iter().map(|side| side.as_u64().unwrap()).product::<u64>(), pool["values"].as_u64().unwrap());
    assert!(shape.len() == 3 && pool["is_scores"] == false && layers.last().unwrap()["is_scores"] == true);
    assert!(json["note"].is_null() && json["classes"][3] == "3" && json["input"] == "1x28x28", "{json}");
}

#[test]
fn layers_of_torchscript_files_are_shown_or_it_is_said_why_not() {
    let place = Place::new();
    for name in ["nested.pt", "frozen.pt"] {
        std::fs::copy(format!("{FIXTURES}/{name}"), place.path(name)).unwrap();
    }
    let text = place.run("models show nested.pt --input-shape 64").done().out;
    assert!(text.starts_with("nested.pt: TorchScript\n  input    1x8x8\n"), "{text}");
    for line in ["  blocks.0.relu@2  3x3x3      27", "  scores               3       3"] {
        assert!(text.lines().any(|other| other == line), "{text}");
    }
    assert!(!text.contains("note: "), "{text}");
    let text = place.run("models show frozen.pt --input-shape 1x8x8").done().out;
    assert!(
        text.ends_with("trace or script the net without freezing it\n")
            && text.contains("its file holds no submodules")
    );
    let json = place.run("models show frozen.pt --input-shape 1x8x8 --json").done().json();
    assert!(json["note"].as_str().unwrap().contains("only `scores` can be read") && json["parameters"].is_null());
}

#[test]
fn nets_that_cannot_be_shown_are_named() {
    let place = Place::new();
    place.run("models show shalow").refused(&["unknown model `shalow`, did you mean `shallow`?"]);
    place.run("models show resnet18").refused(&["`resnet18` is not on this machine"]);
    place.run("models show").refused(&["<MODEL>"]);
    place.run("models show shallow --input-shape 64").refused(&["`input-shape` is for TorchScript nets"]);
}

#[test]
fn nets_that_cannot_be_fetched_are_named() {
    let place = Place::new();
    place.run("models pull resnet19").refused(&[
        "`resnet19`",
        "did you mean `resnet18`?",
        "squeezenet1_1, mobilenet_v2",
    ]);
    place.run("models pull").refused(&["<NET>"]);
    place.run("models pull resnet18").failed(&[
        "`resnet18`: resnet18-f37072fd.pth could not be fetched",
        "connection refused",
        "place it in",
        "data/models",
        "ADVLAB_MIRROR",
    ]);
}

#[test]
fn a_file_with_another_sum_is_refused() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let place = Place::with_mirror(format!("http://{}/", listener.local_addr().unwrap()));
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
            let _ = lines.take_while(|line| !line.is_empty()).count();
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\njunk");
        }
    });
    place
        .run("models pull squeezenet1_1")
        .failed(&["squeezenet1_1-b8a52dc0.pth could not be fetched", "its checksum differs"]);
    assert_eq!(place.names(".local/share/advlab/data/models"), [""; 0], "nothing is left");

    // Placed by hand, it is found out when it is opened or pulled.
    place.file(".local/share/advlab/data/models/squeezenet1_1-b8a52dc0.pth", "junk");
    place.run("models pull squeezenet1_1").failed(&["could not be fetched", "its checksum differs"]);
    assert_eq!(place.text(".local/share/advlab/data/models/squeezenet1_1-b8a52dc0.pth"), "junk");
    place.run("generate --digit 4 --n 1 --model squeezenet1_1").refused(&[
        "squeezenet1_1-b8a52dc0.pth: is damaged or not the right file: its SHA-256 begins ",
        "`advlab models pull squeezenet1_1` fetches it again",
    ]);
}
