//! `advlab models pull`: weights of nets trained on ImageNet, fetched.

use std::path::PathBuf;

use advlab_core::Stop;
use advlab_datasets::Places;
use advlab_model_zoo::{Came, VisionEntry, vision};
use anyhow::{Result, bail};

use crate::progress::{Progress, transfers};

/// What came of one net.
#[derive(Clone, Debug)]
pub struct Pulled {
    /// The net.
    pub net: &'static VisionEntry,
    /// Its weights.
    pub file: PathBuf,
    /// How they came there.
    pub came: Came,
}

/// The nets of these names.
///
/// # Errors
/// A name that no such net has.
pub fn named(names: &[String]) -> Result<Vec<&'static VisionEntry>> {
    let known = || vision().iter().map(|entry| entry.name);
    let mut nets = Vec::new();
    for name in names {
        let Some(net) = VisionEntry::named(name) else {
            let near = |known: &str| strsim::jaro_winkler(known, name);
            let nearest = known().max_by(|a, b| near(a).total_cmp(&near(b))).filter(|known| near(known) > 0.7);
            let nearest = nearest.map_or_else(String::new, |name| format!(", did you mean `{name}`?"));
            bail!("no net to pull is called `{name}`{nearest}; there are {}", known().collect::<Vec<_>>().join(", "));
        };
        nets.push(net);
    }
    Ok(nets)
}

/// Fetches the weights of a net, unless they are here and whole.
///
/// # Errors
/// No mirror has them; the user asked to stop, and what has come stays for the next time.
pub fn pull(net: &'static VisionEntry, stop: &Stop, progress: Progress) -> Result<Pulled> {
    let places = Places::of_process(None);
    let bar = progress.bytes(&format!("fetching {}", net.name));
    let fetched = net.pull(&places, stop, &transfers(&bar));
    bar.finish_and_clear();
    let (file, came) = fetched?;
    Ok(Pulled { net, file, came })
}
