//! What the report of a study of noise is headed with.

use super::evidence::Evidence;

pub(super) fn title(evidence: &Evidence<'_>) -> String {
    format!("{}: what do these nets see in noise?", evidence.spec.name)
}

pub(super) fn lead(evidence: &Evidence<'_>) -> String {
    let spec = evidence.spec;
    let nets: Vec<String> = spec.nets.iter().map(|net| format!("{} ({})", net.name, net.model.text())).collect();
    format!(
        "Nets: {}. Trainings of each: {}, on {}. Examples of each digit, training and recipe: {}, from {} attempts at most. \
         The verdicts are on the recipe `{}`.",
        nets.join(", "),
        spec.trainings,
        spec.data.set,
        spec.n,
        spec.max_attempts,
        evidence.main().name
    )
}
