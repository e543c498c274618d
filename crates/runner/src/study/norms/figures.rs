//! The pictures of a study.

use anyhow::Result;

use super::evidence::Evidence;
use crate::folder::Folder;
use crate::norms::figures;
use crate::study::report::Figure;

/// Draws everything.
pub(super) fn draw(evidence: &Evidence<'_>, folder: &Folder) -> Result<Vec<Figure>> {
    let mut drawn = Vec::new();
    let nets = evidence.nets();
    let measured: Vec<_> = nets.iter().filter_map(|net| Some((net.name(), net.norms, net.bounds?))).collect();
    if !measured.is_empty() {
        let title = "What nets do to differences, and what their layers allow";
        if figures::bounds(&folder.path(figures::BOUNDS), title, &measured)? {
            drawn.push((
                figures::BOUNDS.to_owned(),
                "The product of the norms, and what was seen at pictures (S6)".to_owned(),
            ));
        }
    }
    for net in &nets {
        let file = format!("norms-{}.png", net.name());
        let published = (!net.spec.published.is_empty()).then_some(net.spec.published.as_slice());
        figures::norms(&folder.path(&file), &format!("Operator norms of {}", net.name()), net.norms, published)?;
        drawn.push((file, format!("{}: norms of the layers with weights (S6)", net.name())));
    }
    Ok(drawn)
}
