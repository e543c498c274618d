//! The real MNIST, where it is at hand: the nets are as good as their cards say, and a download goes through.

use std::env;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;

use advlab_model_zoo::embedded;

use crate::program::Place;

/// The folder in `ADVLAB_DATA`, or the one beside the workspace; `None`, and a word about it, where neither holds MNIST.
fn folder() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/mnist");
    let folder = env::var_os("ADVLAB_DATA").map_or(beside, PathBuf::from);
    let found =
        ["", "mnist"].map(|sub| folder.join(sub)).into_iter().find(|f| f.join("t10k-labels-idx1-ubyte.gz").is_file());
    if found.is_none() {
        eprintln!("skipped: {} does not hold MNIST; name its folder in ADVLAB_DATA", folder.display());
    }
    found
}

#[test]
fn the_embedded_nets_are_as_good_as_their_cards_say() {
    let Some(folder) = folder() else { return };
    for (net, least) in embedded().iter().zip([0.95, 0.975, 0.993]) {
        let place = Place::new();
        let told =
            place.command("eval --json --out e --model").arg(net.name).arg("--data").arg(&folder).output().unwrap();
        assert!(told.status.success(), "{told:?}");
        let json: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
        let (accuracy, card) =
            (json["accuracy"].as_f64().unwrap(), net.card().unwrap().training.unwrap().test_accuracy);
        assert!(accuracy >= least, "{}: {accuracy}, wanted {least}", net.name);
        // Another machine rounds otherwise: a picture on the border may fall to the other side.
        assert!((accuracy - card).abs() < 2.5e-4, "{}: {accuracy}, and the card says {card}", net.name);
        assert_eq!(json["pictures"], 10_000);
        let rows: Vec<Vec<u64>> = serde_json::from_value(json["confusion"].clone()).unwrap();
        let by_digit: Vec<u64> = rows.iter().map(|row| row.iter().sum()).collect();
        assert_eq!(by_digit, [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
        assert!(place.bytes("e/panel.png").starts_with(b"\x89PNG"));
    }
}

#[test]
fn the_data_are_fetched_once() {
    let Some(folder) = folder() else { return };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked);
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
            let Some(file) = lines.next().and_then(|line| Some(line.split(' ').nth(1)?[1..].to_owned())) else {
                continue;
            };
            lines.take_while(|line| !line.is_empty()).for_each(drop);
            let bytes = fs::read(folder.join(&file)).unwrap_or_default();
            seen.lock().unwrap().push(file);
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", bytes.len());
            // A client that hangs up has what it wants.
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&bytes));
        }
    });
    let place = Place::with_mirror(address);
    for out in ["a", "b"] {
        let told = place.run(&format!("eval --test 500 --json --out {out}")).done().json();
        assert!(told["accuracy"].as_f64().unwrap() > 0.9, "{told}");
    }
    assert_eq!(*asked.lock().unwrap(), ["t10k-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz"]);
    assert_eq!(
        place.names(".local/share/advlab/data/mnist"),
        ["t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"]
    );
}
