//! What a run worked on, for its record: the program, the machine, the working directory's revision. Nothing of it can make a run
//! fail, and nothing of it is looked up twice in a process.

mod hardware;
mod libtorch;
mod program;
mod source;

use std::collections::BTreeMap;
use std::sync::OnceLock;

pub(crate) use libtorch::Libtorch;
pub(crate) use program::sha256 as program_sha256;
pub(crate) use source::{Source, source};

/// Versions, device, threads, processor, cores, NVIDIA cards and operating system, by name.
pub(crate) fn facts(device: tch::Device) -> BTreeMap<String, String> {
    static FIXED: OnceLock<BTreeMap<String, String>> = OnceLock::new();
    let mut facts = FIXED.get_or_init(fixed).clone();
    let name = match device {
        tch::Device::Cuda(n) => format!("cuda:{n}"),
        other => format!("{other:?}").to_lowercase(),
    };
    facts.insert("device".to_owned(), name);
    facts.insert("threads".to_owned(), tch::get_num_threads().to_string());
    if device.is_cuda() {
        facts.insert("cuda".to_owned(), libtorch::cuda());
        facts.entry("gpus".to_owned()).or_insert_with(hardware::gpus_by_tool);
    }
    facts
}

/// What does not depend on what a run asks for.
fn fixed() -> BTreeMap<String, String> {
    let mut facts = BTreeMap::new();
    let mut note = |name: &str, value: Option<String>| {
        facts.extend(value.map(|value| (name.to_owned(), value)));
    };
    note("libtorch", Some(Libtorch::in_use().version));
    note("system", Some(format!("{} {}", std::env::consts::OS, std::env::consts::ARCH)));
    note("operating system", hardware::operating_system());
    note("processor", hardware::processor());
    note("cores", std::thread::available_parallelism().ok().map(|cores| cores.to_string()));
    note("gpus", hardware::gpus());
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_is_described_without_empty_words() {
        let facts = facts(tch::Device::Cpu);
        for name in ["libtorch", "device", "threads", "system", "operating system", "cores"] {
            assert!(facts.contains_key(name), "{name}: {facts:?}");
        }
        assert!(facts.values().all(|value| !value.trim().is_empty() && !value.contains('\n')), "{facts:?}");
        assert!(facts["libtorch"].starts_with(crate::LIBTORCH), "{facts:?}");
        assert_eq!(facts["device"], "cpu");
        assert!(!facts.contains_key("cuda"), "a run on the CPU does not depend on it");
    }
}
