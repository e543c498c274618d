//! The tables of a study.

use advlab_analysis::{mean, median, wilson};

use super::claims::{Compared, Judgement, Survival};
use super::evidence::{Evidence, median_of};
use super::spec::Group;
use crate::table::{Entry, Table};

/// Every table, in the order of the report.
pub(super) fn tables(evidence: &Evidence<'_>, judgement: &Judgement) -> Vec<Table> {
    vec![
        success(evidence, "success.csv", "Success by digit", evidence.recipes()),
        confidence(evidence),
        correlations(&judgement.comparisons),
        variants(&judgement.survivals),
        success(evidence, "success-variants.csv", "Success of the variants by digit", evidence.variants()),
        nets(evidence),
    ]
}

fn success<'a>(
    evidence: &Evidence<'_>,
    file: &'static str,
    title: &str,
    groups: impl Iterator<Item = &'a Group>,
) -> Table {
    let mut table = Table::new(
        file,
        title,
        &[
            ("recipe", "recipe"),
            ("net", "net"),
            ("digit", "digit"),
            ("successes", "examples"),
            ("attempts", "attempts"),
            ("mean", "success, mean of trainings"),
            ("lowest_training", "lowest training"),
            ("highest_training", "highest training"),
            ("pooled", "pooled"),
            ("low", "95 % from"),
            ("high", "to"),
            ("free", "labelled so already"),
            ("start_gradient", "gradient at the start"),
            ("pull", "pull on the digit's output"),
            ("pull_flat", "pull below 0.001"),
        ],
    );
    for group in groups {
        for net in evidence.net_names() {
            for digit in &evidence.spec.digits {
                let cells = evidence.of_digit(&group.name, net, *digit);
                let sum = |of: fn(&super::cell::Measured) -> u64| cells.iter().map(|cell| of(cell)).sum::<u64>();
                let (successes, attempts) = (sum(|cell| cell.successes), sum(|cell| cell.attempts));
                let (low, high) = wilson(successes, attempts);
                let rates: Vec<f64> = cells.iter().map(|cell| cell.rate()).collect();
                let slope = |of: fn(&super::cell::Slopes) -> f64| median_of(cells.iter().map(|cell| of(&cell.slopes)));
                let flat = cells.iter().map(|cell| cell.slopes.pull_flat).sum::<f64>() / cells.len().max(1) as f64;
                table.rows.push(vec![
                    group.name.as_str().into(),
                    net.into(),
                    Entry::Text(digit.to_string()),
                    Entry::Count(successes),
                    Entry::Count(attempts),
                    Entry::Share(mean(&rates).value),
                    Entry::Share(rates.iter().copied().fold(f64::INFINITY, f64::min)),
                    Entry::Share(rates.iter().copied().fold(0.0, f64::max)),
                    Entry::Share(successes as f64 / attempts.max(1) as f64),
                    Entry::Share(low),
                    Entry::Share(high),
                    Entry::Share(sum(|cell| cell.free) as f64 / attempts.max(1) as f64),
                    Entry::maybe(slope(|slopes| slopes.start), Entry::Tiny),
                    Entry::maybe(slope(|slopes| slopes.pull), Entry::Tiny),
                    Entry::Share(flat),
                ]);
            }
        }
    }
    table
}

fn confidence(evidence: &Evidence<'_>) -> Table {
    let mut table = Table::new(
        "confidence.csv",
        "Confidence of examples and of their averages",
        &[
            ("recipe", "recipe"),
            ("net", "net"),
            ("digit", "digit"),
            ("training", "training"),
            ("examples", "examples"),
            ("example_min", "least sure example"),
            ("example_median", "median example"),
            ("example_max", "surest example"),
            ("average_label", "average is labelled"),
            ("average_confidence", "sure of the digit"),
            ("stretched_label", "stretched is labelled"),
            ("stretched_confidence", "sure of the digit, stretched"),
            ("reliability", "reliability"),
        ],
    );
    for recipe in evidence.recipes() {
        for cell in evidence.of(&recipe.name) {
            let values: Vec<f64> = cell.confidences.iter().map(|value| f64::from(*value)).collect();
            let ends = |start: f64, pick: fn(f64, f64) -> f64| {
                Entry::maybe(Some(values.iter().copied().fold(start, pick)), Entry::Share)
            };
            let average = evidence.average(cell);
            let label = |of: Option<i64>| of.map_or(Entry::Missing, |label| Entry::Text(label.to_string()));
            let sure = |of: Option<f32>| Entry::maybe(of.map(f64::from), Entry::Share);
            table.rows.push(vec![
                recipe.name.as_str().into(),
                cell.cell.net.as_str().into(),
                Entry::Text(cell.cell.digit.to_string()),
                Entry::Text(cell.cell.training.to_string()),
                Entry::Count(cell.successes),
                ends(f64::INFINITY, f64::min),
                Entry::maybe(Some(median(&values)), Entry::Share),
                ends(f64::NEG_INFINITY, f64::max),
                label(average.map(|average| average.raw.label)),
                sure(average.map(|average| average.raw.confidence_of_target)),
                label(average.map(|average| average.stretched.label)),
                sure(average.map(|average| average.stretched.confidence_of_target)),
                Entry::maybe(average.map(|average| average.reliability), Entry::Plain),
            ]);
        }
    }
    table
}

fn correlations(comparisons: &[Compared]) -> Table {
    let mut table = Table::new(
        "correlations.csv",
        "How alike averages are",
        &[
            ("recipe", "recipe"),
            ("a", "averages of"),
            ("b", "with those of"),
            ("shared", "shared part"),
            ("same", "same digit"),
            ("different", "different digits"),
            ("difference", "difference"),
            ("low", "95 % from"),
            ("high", "to"),
            ("of_ceiling", "of what noise allows"),
            ("identified", "identified"),
            ("chance", "by chance"),
            ("effect", "standard deviations"),
            ("p", "p"),
        ],
    );
    for compared in comparisons {
        let Some(found) = &compared.likeness else { continue };
        let b = if compared.a == compared.b { "its other trainings" } else { compared.b.as_str() };
        table.rows.push(vec![
            compared.group.as_str().into(),
            compared.a.as_str().into(),
            b.into(),
            if compared.removed { "removed" } else { "kept" }.into(),
            Entry::Plain(found.same.value),
            Entry::Plain(found.different.value),
            Entry::Plain(found.difference.value),
            Entry::maybe(found.difference.interval.map(|interval| interval.0), Entry::Plain),
            Entry::maybe(found.difference.interval.map(|interval| interval.1), Entry::Plain),
            Entry::Share(found.of_ceiling),
            Entry::Share(found.identified),
            Entry::Share(found.chance),
            Entry::maybe(Some(found.test.effect()), Entry::Plain),
            Entry::Tiny(found.test.p),
        ]);
    }
    table
}

fn variants(survivals: &[Survival]) -> Table {
    let mut table = Table::new(
        "variants.csv",
        "What is left of the findings when the method or the activation changes",
        &[
            ("variant", "variant"),
            ("net", "net"),
            ("accuracy", "test accuracy"),
            ("success", "success"),
            ("hardest", "hardest digit"),
            ("easiest", "easiest digit"),
            ("gap", "0 and 8 less 1 and 4"),
            ("success_p", "p"),
            ("example_confidence", "median example"),
            ("average_confidence", "median average"),
            ("labelled", "averages labelled"),
            ("averages", "of"),
            ("same", "same digit"),
            ("different", "different digits"),
            ("alike_p", "p"),
            ("main_same", "with the main recipe's, same digit"),
            ("main_different", "different digits"),
            ("n2", "N2"),
            ("n4", "N4"),
            ("n5", "N5"),
        ],
    );
    for s in survivals {
        let holds = s.holds.map(|holds| match holds {
            Some(true) => "holds".into(),
            Some(false) => "fails".into(),
            None => Entry::Missing,
        });
        let mut row = vec![
            s.group.as_str().into(),
            s.net.as_str().into(),
            Entry::Share(s.accuracy),
            Entry::Share(s.success.0),
            Entry::Share(s.success.1),
            Entry::Share(s.success.2),
            Entry::maybe(s.gap, Entry::Plain),
            Entry::Tiny(s.success_p),
            Entry::maybe(s.confidence.0, Entry::Share),
            Entry::maybe(s.confidence.1, Entry::Share),
            Entry::Count(s.labelled.0 as u64),
            Entry::Count(s.labelled.1 as u64),
            Entry::maybe(s.same, Entry::Plain),
            Entry::maybe(s.different, Entry::Plain),
            Entry::maybe(s.alike_p, Entry::Tiny),
            Entry::maybe(s.with_main.map(|both| both.0), Entry::Plain),
            Entry::maybe(s.with_main.map(|both| both.1), Entry::Plain),
        ];
        row.extend(holds);
        table.rows.push(row);
    }
    table
}

fn nets(evidence: &Evidence<'_>) -> Table {
    let columns = [
        ("net", "net"),
        ("retrained", "retrained"),
        ("architecture", "architecture"),
        ("training", "training"),
        ("accuracy", "test accuracy"),
        ("seconds", "seconds of training"),
    ];
    let mut table = Table::new("nets.csv", "The nets", &columns);
    for facts in &evidence.nets {
        table.rows.push(vec![
            facts.name.as_str().into(),
            facts.retrained.as_ref().map_or(Entry::Missing, |name| Entry::Text(name.clone())),
            Entry::Text(facts.architecture.clone()),
            Entry::Text(facts.training.to_string()),
            Entry::Share(facts.accuracy),
            Entry::Count(facts.seconds.round() as u64),
        ]);
    }
    table
}
