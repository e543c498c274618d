//! How sure a net is, and how often it is right then: every number against another way to it.

use ndarray::{Array1, Array2};
use serde_json::Value;

use crate::program::Place;

/// An answer of `answers.csv`.
struct Answer {
    truth: usize,
    label: usize,
    confidence: f64,
    of_truth: f64,
}

impl Answer {
    fn is_right(&self) -> bool {
        self.truth == self.label
    }

    fn score(&self) -> f64 {
        f64::from(u8::from(self.is_right()))
    }
}

fn answers(place: &Place, file: &str) -> Vec<Answer> {
    let rows = place.rows(file);
    let answers = rows.iter().enumerate().map(|(index, row)| {
        let number = |column: usize| row[column].parse::<f64>().unwrap();
        let whole = |column: usize| row[column].parse::<usize>().unwrap();
        let answer = Answer { truth: whole(1), label: whole(2), confidence: number(3), of_truth: number(5) };
        assert_eq!((whole(0), whole(4)), (index, usize::from(answer.is_right())));
        answer
    });
    answers.collect()
}

fn near(what: &str, told: &Value, own: f64) {
    let told = told.as_f64().unwrap_or(f64::NAN);
    assert!((told - own).abs() < 1e-6, "{what}: {told}, and from the answers {own}");
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, n) = values.fold((0.0, 0.0), |(sum, n), value| (sum + value, n + 1.0));
    sum / n
}

#[test]
fn the_numbers_follow_from_the_answers() {
    let place = Place::new();
    let json = place.run("eval --model cnn --data digits --test 1500 --json --out e").done().json();
    let of = &json["calibration"];
    assert_eq!(place.json("e/run.json")["result"]["calibration"], *of);
    let all = answers(&place, "e/answers.csv");
    let n = all.len() as f64;
    assert_eq!(n, 1500.0);
    near("accuracy", &json["accuracy"], mean(all.iter().map(Answer::score)));
    near("confidence", &of["confidence"], mean(all.iter().map(|answer| answer.confidence)));

    // Walks over the bins, not over the answers.
    let (mut error, mut worst) = (0.0, 0.0_f64);
    for bin in 0..15 {
        let (low, high) = (f64::from(bin) / 15.0, f64::from(bin + 1) / 15.0);
        let within = |answer: &&Answer| low < answer.confidence && answer.confidence <= high;
        let held: Vec<&Answer> = all.iter().filter(within).collect();
        assert_eq!(of["bins"][bin as usize]["count"], held.len(), "bin {bin}");
        if !held.is_empty() {
            let gap = mean(held.iter().map(|answer| answer.confidence - answer.score())).abs();
            error += gap * held.len() as f64 / n;
            worst = worst.max(gap);
        }
    }
    near("ECE", &of["ece"], error);
    near("MCE", &of["mce"], worst);
    let [low, high] = [0, 1].map(|end| of["ece_interval"][end].as_f64().unwrap());
    assert!(low <= error && error <= high && high < 0.1, "{low} {error} {high}");
    near(
        "Brier score of the answer",
        &of["brier_of_answer"],
        mean(all.iter().map(|a| (a.confidence - a.score()).powi(2))),
    );
    near("likelihood", &of["negative_log_likelihood"], mean(all.iter().map(|a| -a.of_truth.max(1e-12).ln())));

    let (right, wrong): (Vec<&Answer>, Vec<&Answer>) = all.iter().partition(|answer| answer.is_right());
    assert!(!wrong.is_empty());
    near("confidence when wrong", &of["confidence_when_wrong"], mean(wrong.iter().map(|answer| answer.confidence)));
    let sure = wrong.iter().filter(|answer| answer.confidence > 0.9).count();
    assert_eq!(
        (of["sure_and_wrong"]["count"].clone(), of["sure_and_wrong"]["of"].clone()),
        (sure.into(), wrong.len().into())
    );
    let pairs = wrong.iter().flat_map(|w| right.iter().map(move |r| w.confidence.total_cmp(&r.confidence)));
    let won = pairs.map(|order| [1.0, 0.5, 0.0][(order as i8 + 1) as usize]);
    near("AUROC", &of["telling"]["auroc"]["value"], mean(won));
    let mut surest: Vec<&Answer> = all.iter().collect();
    surest.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    let left = mean(surest[..1350].iter().map(|answer| answer.score()));
    near("accuracy of the surest 90 %", &of["telling"]["refused"][0][1], left);

    // All probabilities stand in the archive, and add up.
    let probabilities: Array2<f32> = place.array("e/answers.npz", "probabilities");
    let truth: Array1<i64> = place.array("e/answers.npz", "truth");
    let labels: Array1<i64> = place.array("e/answers.npz", "label");
    let mut brier = 0.0;
    for ((row, answer), (truth, label)) in probabilities.outer_iter().zip(&all).zip(truth.iter().zip(&labels)) {
        assert_eq!((*truth as usize, *label as usize), (answer.truth, answer.label));
        assert!((row.sum() - 1.0).abs() < 1e-4);
        assert!((f64::from(row[answer.label]) - answer.confidence).abs() < 1e-7);
        let parts = row.iter().enumerate();
        brier += parts.map(|(k, p)| (f64::from(*p) - f64::from(u8::from(k == answer.truth))).powi(2)).sum::<f64>() / n;
    }
    near("Brier score", &of["brier"], brier);
}

#[test]
fn the_same_seed_comes_to_the_same_files() {
    let place = Place::new();
    for (out, seed) in [("a", 1), ("b", 1), ("c", 2)] {
        place.run(&format!("eval --data digits --test 200 --seed {seed} --out {out}")).done();
    }
    for file in ["answers.csv", "answers.npz", "panel.png", "reliability.png", "confusion.png"] {
        assert!(place.bytes(&format!("a/{file}")) == place.bytes(&format!("b/{file}")), "{file}");
    }
    assert!(place.bytes("a/answers.csv") == place.bytes("c/answers.csv"), "answers do not depend on the seed");
    assert!(place.bytes("a/panel.png") != place.bytes("c/panel.png"), "another seed draws other pictures");
}

#[test]
fn what_is_printed_says_how_sure_the_net_is() {
    let place = Place::new();
    // The outputs of a sigmoid net do not add up to 1: it has a Brier score and no likelihood.
    let told = place.run("eval --model shallow --data digits --test 300 --out e").done();
    for words in
        ["of 300 right", "mean confidence", "when wrong", "calibration error (ECE)", "AUROC", "e/reliability.png"]
    {
        assert!(told.out.contains(words), "{words}: {}", told.out);
    }
    assert!(told.out.contains("Brier score") && !told.out.contains("likelihood"), "{}", told.out);
    let report = place.text("e/report.html");
    assert_eq!(report.matches("data:image/png;base64,").count(), 3);
    assert!(report.contains("calibration error (ECE)") && !report.contains("negative log-likelihood<"));

    // A picture alone is enough, right or wrong.
    place.run("eval --model cnn --data digits --test 1 --out one").done();
    let of = &place.json("one/run.json")["result"]["calibration"];
    assert!(of["count"] == 1 && of["telling"]["auroc"].is_null(), "{of}");
}
