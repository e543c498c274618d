//! Every way of writing a net in TOML.

use advlab_core::{Classifier, Seed};
use advlab_model_zoo::{Error, ModelSpec, Net};

use crate::roster::{SPECS, pictures, spec};

#[test]
fn any_mlp_can_be_written() {
    for widths in ["", "1", "784", "100, 100", "3, 200, 3", "2, 2, 2, 2, 2, 2, 2, 2"] {
        for activation in ["sigmoid", "tanh", "relu"] {
            for output in ["sigmoid", "softmax"] {
                let text = format!("hidden = [{widths}]\nactivation = '{activation}'\noutput = '{output}'");
                let net = Net::random("net", &spec(&text), Seed::new(1)).unwrap();
                assert_eq!(net.scores(&pictures(&net, 2, 1)).unwrap().size(), [2, 10], "{text}");
                let between: String = widths.split(", ").filter(|w| !w.is_empty()).map(|w| format!("{w}-")).collect();
                let start = format!("784-{between}10 {activation}");
                assert!(net.spec().text().starts_with(&start), "{} for {text}", net.spec().text());
            }
        }
    }
}

#[test]
fn a_spec_reads_as_it_is_written() {
    for text in SPECS {
        let spec = spec(text);
        assert_eq!(toml::from_str::<ModelSpec>(&toml::to_string(&spec).unwrap()).unwrap(), spec);
        assert_eq!(serde_json::from_str::<ModelSpec>(&serde_json::to_string(&spec).unwrap()).unwrap(), spec);
    }
}

#[test]
fn nets_that_cannot_be_built_are_named() {
    let long = "1, ".repeat(3) + "0";
    for (layers, wanted) in [
        (format!("hidden = [{long}]"), "width must be from 1 to 1048576, got Dense(0)"),
        ("hidden = [-3]".to_owned(), "got Dense(-3)"),
        ("hidden = [1048576, 1048576]".to_owned(), "weights is more than"),
        ("hidden = [3]\nclasses = ['one']".to_owned(), "at least 2 classes, got 1"),
        ("hidden = [3]\nlayers = [{ dense = 3 }]".to_owned(), "`hidden` or `layers`, not both"),
        ("layers = [{ dense = 3 }, { conv = { filters = 1, size = 1 } }]".to_owned(), "cannot follow a dense layer"),
        ("layers = [{ conv = { filters = 2, size = 29 } }]".to_owned(), "a 29x29 kernel does not fit maps of 1x28x28"),
        ("layers = [{ conv = { filters = 2, size = 3, stride = 0 } }]".to_owned(), "stride must be from 1"),
        (format!("layers = [{{ conv = {{ filters = 2, size = 3, padding = {} }} }}]", i64::MAX), "padding from 0"),
        ("layers = [{ pool = 1 }]".to_owned(), "side must be from 2 to 65536"),
        ("layers = [{ pool = { size = 3, stride = 0 } }]".to_owned(), "its stride from 1"),
        ("layers = [{ pool = 5 }, { pool = 6 }]".to_owned(), "a pool of side 6 does not fit maps of 1x5x5"),
        ("layers = [{ dropout = 1.0 }]".to_owned(), "at least 0 and below 1"),
    ] {
        let spec = spec(&format!("{layers}\nactivation = 'relu'\noutput = 'softmax'"));
        let error = Net::random("net", &spec, Seed::new(1)).unwrap_err();
        assert!(matches!(error, Error::Spec(_)) && error.to_string().contains(wanted), "{layers}: {error}");
    }
}

#[test]
fn poolings_may_overlap() {
    let text = |pool: &str| format!("layers = [{{ pool = {pool} }}]\nactivation = 'relu'\noutput = 'softmax'");
    let plain = spec(&text("2"));
    assert_eq!(plain, spec(&text("{ size = 2, stride = 2 }")));
    assert!(serde_json::to_string(&plain).unwrap().contains(r#"{"pool":2}"#), "cards are written as ever");
    let overlapping = spec(&text("{ size = 3, stride = 2 }"));
    assert_eq!(toml::from_str::<ModelSpec>(&toml::to_string(&overlapping).unwrap()).unwrap(), overlapping);
    assert_eq!(overlapping.text(), "1x28x28, pool 3/2, dense 10 relu, softmax");
    let net = Net::random("net", &overlapping, Seed::new(1)).unwrap();
    assert_eq!(net.layers().unwrap()[0].shape, [1, 13, 13]);
    let error = toml::from_str::<ModelSpec>(&text("'two'")).unwrap_err().to_string();
    assert!(error.contains("wanted a side, such as 2, or { size = 3, stride = 2 }"), "{error}");
}

#[test]
fn a_net_for_large_pictures_serves_small_ones() {
    let large = spec(
        "input = '3x64x64'\nlayers = [{ conv = { filters = 2, size = 3, padding = 1 } }, { pool = 4 }, { pool = 4 }, { pool = 4 }, \
         { dense = 5 }]\nactivation = 'relu'\noutput = 'softmax'",
    );
    let small = large.for_input("1x20x20".parse().unwrap());
    assert_eq!(small.text(), "1x20x20, conv 2@3x3, pool 4, pool 4, dense 5, dense 10 relu, softmax");
    Net::random("net", &small, Seed::new(1)).unwrap();
    assert_eq!(large.for_input(large.input), large);
}
