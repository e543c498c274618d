//! Every wrong flag: one clear line, exit code 2, and nothing left behind.

use crate::program::Place;

/// Words of a command line, and what the complaint must name.
const MISTAKES: &[(&str, &[&str])] = &[
    ("generate", &["--digit <D>|--class <NAME>"]),
    ("generate --digit 4 --class 4", &["--digit", "--class"]),
    ("generate --digit 12", &["no class `12`", "shallow has 0, 1, 2"]),
    ("generate --class cat", &["no class `cat`"]),
    ("generate --digit 4 --model shalow", &["unknown model `shalow`, did you mean `shallow`?", "deep"]),
    ("generate --digit 4 --model net.onnx", &["unknown model `net.onnx`", ".safetensors or .pt"]),
    ("generate --digit 4 --n 0", &["`n` must be at least 1, got 0"]),
    ("generate --digit 4 --n ten", &["--n", "ten"]),
    ("generate --digit 4 --n 10 --max-attempts 9", &["`max-attempts` must be at least `n`, which is 10, got 9"]),
    ("generate --digit 4 --batch 0", &["`batch` must be from 1 to 1048576, got 0"]),
    ("generate --digit 4 --batch 18446744073709551615", &["`batch` must be from 1"]),
    ("generate --digit 4 --rate 0", &["`rate` must be a number above 0, got 0"]),
    ("generate --digit 4 --rate -1", &["`rate` must be a number above 0, got -1"]),
    ("generate --digit 4 --rate NaN", &["`rate` must be a number above 0, got NaN"]),
    ("generate --digit 4 --rate inf", &["`rate` must be a number above 0, got inf"]),
    ("generate --digit 4 --steps 0", &["`steps` must be at least 1"]),
    ("generate --digit 4 --confidence 1.5", &["`confidence` must be above 0 and below 1", "99.6 % is 0.996"]),
    ("generate --digit 4 --confidence -0.5", &["`confidence`"]),
    ("generate --digit 4 --start gauss", &["`gauss` is not a start noise", "normal:0.5,0.3"]),
    ("generate --digit 4 --start normal:7,1", &["`start` must be inside [0, 1] when pictures are clipped"]),
    ("generate --digit 4 --loss square", &["square", "quadratic, cross-entropy or margin"]),
    ("generate --digit 4 --optimizer sgd", &["plain, momentum, adam or normalised"]),
    ("generate --digit 4 --preset best", &["default or published"]),
    ("generate --digit 4 --device gpu", &["unknown device `gpu`", "`cuda:N`"]),
    ("generate --digit 4 --device cuda:4096", &["cuda:4096"]),
    ("generate --digit 4 --input-shape 28by28", &["`28by28` is not an input shape", "1x28x28"]),
    ("generate --digit 4 --resume", &["--out"]),
    ("generate --digit 4 --out a --resume --force", &["--resume", "--force"]),
    ("train --data digits", &["--model"]),
    ("train --model shalow --data digits", &["unknown recipe `shalow`, did you mean `shallow`?", "TOML"]),
    ("train --model shallow --data mnits", &["unknown data set `mnits`, did you mean `mnist`?"]),
    ("train --model shallow --data digits --train 0", &["asked for 0 pictures"]),
    ("train --model shallow --data digits --train 9 --test 9 --epochs 0", &["`epochs` must be at least 1, got 0"]),
    ("train --model shallow --data digits --train 9 --test 9 --batch 0", &["`batch` must be at least 1, got 0"]),
    (
        "train --model shallow --data digits --train 9 --test 9 --rate NaN",
        &["`rate` must be a number above 0, got NaN"],
    ),
    ("train --model shallow --data digits --train 9 --test 9 --rate -1", &["`rate` must be a number above 0, got -1"]),
    ("train --model shallow --data digits --train 9 --test 9 --decay -1", &["`decay` must be 0 or a number above"]),
    ("train --model shallow --data digits --train 9 --test 9 --hidden 0", &["width must be from 1", "Dense(0)"]),
    ("train --model shallow --data digits --train 9 --test 9 --hidden 1000000,1000000", &["weights is more than"]),
    ("train --model nowhere.toml --data digits", &["nowhere.toml: No such file"]),
    ("eval --model shallow --data digits --split dev", &["unknown split `dev`", "`train` or `test`"]),
    ("eval --model shallow --data digits --test 0", &["asked for 0 pictures"]),
];

#[test]
fn every_mistake_is_named_before_anything_is_begun() {
    let place = Place::new();
    for (words, wanted) in MISTAKES {
        place.run(words).refused(wanted);
        assert_eq!(place.names("."), [""; 0], "advlab {words} left something behind");
    }
}

#[test]
fn cuda_is_refused_where_there_is_none() {
    let place = Place::new();
    let told = place.run("generate --digit 4 --n 1 --device cuda");
    if told.code == 0 {
        eprintln!("skipped: this machine has CUDA");
        return;
    }
    told.refused(&["device `cuda:0` cannot be used"]);
}

#[test]
fn a_spec_with_a_mistake_is_answered_with_file_line_and_field() {
    let place = Place::new();
    for (text, wanted) in [
        (
            "[model]\nhidden = [9]\nactivation = 'sigmod'\noutput = 'sigmoid'",
            "net.toml: line 3: `activation`: unknown variant",
        ),
        ("[model]\nhiden = [9]\nactivation = 'tanh'\noutput = 'sigmoid'", "net.toml: line 2: unknown field `hiden`"),
        ("[model]\nhidden = [9]\noutput = 'sigmoid'", "missing field `activation`"),
        (
            "[model]\nhidden = [9]\nactivation = 'tanh'\noutput = 'sigmoid'\n[training]\nepochs = 'x'",
            "net.toml: line 6: `epochs`",
        ),
        ("[model\n", "net.toml: line 1: "),
        (
            "[model]\nhidden = [9]\nlayers = [{ pool = 2 }]\nactivation = 'tanh'\noutput = 'softmax'",
            "give `hidden` or `layers`, not both",
        ),
        (
            "[model]\nlayers = [{ dense = 9 }, { pool = 2 }]\nactivation = 'tanh'\noutput = 'softmax'",
            "cannot follow a dense layer",
        ),
        (
            "[model]\ninput = '1x8x8'\nhidden = [9]\nactivation = 'tanh'\noutput = 'softmax'",
            "takes pictures of 1x8x8, and digits has 1x28x28",
        ),
        (
            "[model]\nclasses = ['a', 'b']\nhidden = [9]\nactivation = 'tanh'\noutput = 'softmax'",
            "tells 2 classes apart, and digits has 10",
        ),
    ] {
        place.file("net.toml", text);
        place.run("train --model net.toml --data digits --train 20 --test 20").refused(&[wanted]);
    }
    assert_eq!(place.names("."), ["net.toml"]);
}
