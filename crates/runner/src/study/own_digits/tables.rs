//! The tables of a study.

use advlab_analysis::{Estimate, wilson};

use super::cell::{Ground, Judged};
use super::evidence::Evidence;
use super::sets::Origin;
use crate::table::{Entry, Table};

/// Every table, in the order of the report.
pub(super) fn tables(evidence: &Evidence<'_>) -> Vec<Table> {
    vec![test_sets(evidence), telling(evidence), nets(evidence), answers(evidence)]
}

/// One ten-thousandth.
fn of_ten_thousand(error: f64) -> Entry {
    Entry::Text(format!("{:.1}", 1e4 * error))
}

fn ends(interval: Option<(f64, f64)>) -> [Entry; 2] {
    let (low, high) = interval.unzip();
    [Entry::maybe(low.map(|low| low.max(0.0)), Entry::Share), Entry::maybe(high, Entry::Share)]
}

fn test_sets(evidence: &Evidence<'_>) -> Table {
    let mut table = Table::new(
        "test-sets.csv",
        "What the nets say of each test set",
        &[
            ("trained", "trained on"),
            ("test", "shown"),
            ("pictures", "pictures"),
            ("not_found", "no digit found"),
            ("error", "error of one net"),
            ("error_low", "95 % from"),
            ("error_high", "to"),
            ("errors_of_10000", "errors of 10 000"),
            ("confidence", "mean confidence"),
            ("confidence_wrong", "of wrong answers"),
            ("sure_and_wrong", "wrong answers above 90 %"),
            ("ece", "calibration error"),
            ("ensemble_error", "error of the ensemble"),
            ("ensemble_low", "95 % from"),
            ("ensemble_high", "to"),
            ("ensemble_of_10000", "errors of 10 000"),
            ("ensemble_confidence", "mean confidence"),
            ("ensemble_ece", "calibration error"),
        ],
    );
    for data in &evidence.spec.sets {
        for test in evidence.tests {
            let measured = evidence.of(&data.set, test);
            let error = measured.over(Judged::error);
            let (sure, wrong) = measured.sure_and_wrong();
            let lost = if matches!(test.origin, Origin::Half(_)) { None } else { Some(evidence.lost(test.origin)) };
            let mut row: Vec<Entry> = vec![
                data.set.as_str().into(),
                test.title.as_str().into(),
                Entry::Count(test.data.len() as u64),
                lost.map_or(Entry::Missing, |lost| Entry::Count(lost as u64)),
                Entry::Share(error.value),
            ];
            row.extend(ends(error.interval));
            let mean = |of: fn(&Judged) -> Option<f64>| measured.over_all(of).map(|Estimate { value, .. }| value);
            let all = &measured.ensemble.calibration;
            row.extend([
                of_ten_thousand(error.value),
                Entry::maybe(mean(|judged| Some(judged.calibration.confidence)), Entry::Share),
                Entry::maybe(mean(|judged| judged.calibration.confidence_when_wrong), Entry::Share),
                if wrong > 0 { Entry::Share(sure as f64 / wrong as f64) } else { Entry::Missing },
                Entry::maybe(mean(|judged| Some(judged.calibration.ece)), Entry::Share),
                Entry::Share(1.0 - all.accuracy),
            ]);
            row.extend(ends(Some((1.0 - all.accuracy_interval.1, 1.0 - all.accuracy_interval.0))));
            row.extend([of_ten_thousand(1.0 - all.accuracy), Entry::Share(all.confidence), Entry::Share(all.ece)]);
            table.rows.push(row);
        }
    }
    table
}

fn telling(evidence: &Evidence<'_>) -> Table {
    let mut table = Table::new(
        "telling.csv",
        "How well a doubt tells wrong answers from right ones",
        &[
            ("trained", "trained on"),
            ("test", "shown"),
            ("answers", "answers of"),
            ("doubt", "doubted by"),
            ("auroc", "area under the curve"),
            ("low", "95 % from"),
            ("high", "to"),
            ("accuracy", "accuracy"),
            ("accuracy_refused", "with 10 % refused"),
            ("aurc", "area of risk over coverage"),
        ],
    );
    for data in &evidence.spec.sets {
        for test in evidence.tests {
            let measured = evidence.of(&data.set, test);
            for ground in Ground::ALL {
                let area = |judged: &Judged| Some(judged.told(ground)?.telling.auroc?.value);
                let refused = |judged: &Judged| Some(1.0 - judged.told(ground)?.errors.get(2)?);
                let risk = |judged: &Judged| Some(judged.told(ground)?.telling.aurc);
                let own = measured.ensemble.told(ground).and_then(|told| told.telling.auroc);
                let plain = |estimate: Option<Estimate>| estimate.map(|estimate| estimate.value);
                let rows = [
                    (
                        "one net",
                        measured.over_all(area),
                        1.0 - measured.over(Judged::error).value,
                        plain(measured.over_all(refused)),
                        plain(measured.over_all(risk)),
                    ),
                    (
                        "the ensemble",
                        own,
                        1.0 - measured.ensemble.error(),
                        refused(&measured.ensemble),
                        risk(&measured.ensemble),
                    ),
                ];
                for (who, area, accuracy, refused, risk) in rows {
                    if who != "one net" && ground == Ground::Own {
                        continue;
                    }
                    let (low, high) = area.and_then(|area| area.interval).unzip();
                    table.rows.push(vec![
                        data.set.as_str().into(),
                        test.title.as_str().into(),
                        who.into(),
                        ground.name().into(),
                        Entry::maybe(plain(area), Entry::Fine),
                        Entry::maybe(low, Entry::Fine),
                        Entry::maybe(high.map(|high| high.min(1.0)), Entry::Fine),
                        Entry::Share(accuracy),
                        Entry::maybe(refused, Entry::Share),
                        Entry::maybe(risk, Entry::Fine),
                    ]);
                }
            }
        }
    }
    table
}

fn nets(evidence: &Evidence<'_>) -> Table {
    let mut table = Table::new(
        "nets.csv",
        "Net by net",
        &[
            ("trained", "trained on"),
            ("training", "number"),
            ("test", "shown"),
            ("pictures", "pictures"),
            ("accuracy", "accuracy"),
            ("low", "95 % from"),
            ("high", "to"),
            ("errors_of_10000", "errors of 10 000"),
            ("confidence", "mean confidence"),
            ("confidence_wrong", "of wrong answers"),
            ("wrong", "wrong answers"),
            ("sure_and_wrong", "of them above 90 %"),
            ("ece", "calibration error"),
            ("ece_by_chance", "95 % by chance below"),
        ],
    );
    for data in &evidence.spec.sets {
        for test in evidence.tests {
            for (at, judged) in evidence.of(&data.set, test).nets.iter().enumerate() {
                let calibration = &judged.calibration;
                let right = (calibration.accuracy * calibration.count as f64).round() as u64;
                let (low, high) = wilson(right, calibration.count);
                table.rows.push(vec![
                    data.set.as_str().into(),
                    Entry::Count(at as u64 + 1),
                    test.title.as_str().into(),
                    Entry::Count(calibration.count),
                    Entry::Share(calibration.accuracy),
                    Entry::Share(low),
                    Entry::Share(high),
                    of_ten_thousand(judged.error()),
                    Entry::Share(calibration.confidence),
                    Entry::maybe(calibration.confidence_when_wrong, Entry::Share),
                    Entry::Count(calibration.count - right),
                    Entry::Count(calibration.sure_and_wrong.map_or(0, |wrong| wrong.count)),
                    Entry::Share(calibration.ece),
                    Entry::Share(calibration.ece_by_chance.1),
                ]);
            }
        }
    }
    table
}

/// What is said of every photograph, as the claims take them.
fn answers(evidence: &Evidence<'_>) -> Table {
    let mut table = Table::new(
        "answers.csv",
        "Photograph by photograph",
        &[
            ("trained", "trained on"),
            ("test", "shown"),
            ("photograph", "photograph"),
            ("truth", "digit"),
            ("label", "the first net says"),
            ("confidence", "confidence"),
            ("ensemble", "the ensemble says"),
            ("ensemble_confidence", "confidence"),
            ("disagreement", "mutual information, nats"),
        ],
    );
    for data in &evidence.spec.sets {
        for album in evidence.albums {
            let Some(test) = evidence.tests(album.origin).last() else { continue };
            for (answer, source) in evidence.of(&data.set, test).answers.iter().zip(&album.found) {
                table.rows.push(vec![
                    data.set.as_str().into(),
                    test.title.as_str().into(),
                    Entry::Text(source.name()),
                    Entry::Count(answer.truth as u64),
                    Entry::Count(answer.first.0 as u64),
                    Entry::Share(f64::from(answer.first.1)),
                    Entry::Count(answer.ensemble.0 as u64),
                    Entry::Share(answer.ensemble.1),
                    Entry::Fine(answer.disagreement),
                ]);
            }
        }
    }
    table
}
