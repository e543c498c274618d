//! Processor, NVIDIA cards and operating system, as the system's own files name them.

use std::fs;
use std::process::{Command, Stdio};

/// The model of the processor.
pub(super) fn processor() -> Option<String> {
    model(&fs::read_to_string("/proc/cpuinfo").ok()?)
}

/// The system's name and its kernel's version.
pub(super) fn operating_system() -> Option<String> {
    let name = fs::read_to_string("/etc/os-release").ok().and_then(|text| pretty_name(&text));
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").ok().map(|text| text.trim().to_owned());
    match (name, kernel.filter(|text| !text.is_empty())) {
        (Some(name), Some(kernel)) => Some(format!("{name}, kernel {kernel}")),
        (name, kernel) => name.or(kernel),
    }
}

/// Names of the NVIDIA cards, as the driver tells them in its files.
pub(super) fn gpus() -> Option<String> {
    let cards = fs::read_dir("/proc/driver/nvidia/gpus").ok()?;
    let mut files: Vec<_> = cards.flatten().map(|card| card.path().join("information")).collect();
    files.sort();
    let names: Vec<String> = files
        .iter()
        .filter_map(|file| field(&fs::read_to_string(file).ok()?, "Model").filter(|name| name != "Unknown"))
        .collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// The same from the driver's own tool, for a machine that hides those files. It takes a moment, so it is for runs on CUDA only.
pub(super) fn gpus_by_tool() -> String {
    let told = Command::new("nvidia-smi")
        .args(["--query-gpu=name", "--format=csv,noheader"])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output();
    let text =
        told.ok().filter(|told| told.status.success()).map(|told| String::from_utf8_lossy(&told.stdout).into_owned());
    let names: Vec<String> = text.iter().flat_map(|text| text.lines()).map(|line| line.trim().to_owned()).collect();
    if names.is_empty() { "unknown".to_owned() } else { names.join(", ") }
}

/// The first processor's model in `/proc/cpuinfo`.
fn model(text: &str) -> Option<String> {
    // Processors by Arm have a number there at best.
    ["model name", "Model", "Hardware", "cpu"].into_iter().find_map(|name| field(text, name))
}

/// The value of the first line `NAME : VALUE`.
fn field(text: &str, name: &str) -> Option<String> {
    let value = |line: &str| {
        let (key, value) = line.split_once(':')?;
        let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
        (key.trim() == name && !value.is_empty()).then_some(value)
    };
    text.lines().find_map(value)
}

fn pretty_name(text: &str) -> Option<String> {
    let name = text.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="))?.trim().trim_matches(['\'', '"']);
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_from_the_systems_files() {
        let intel = "processor\t: 0\nmodel\t\t: 143\nmodel name\t: Intel(R)  Xeon(R) Platinum 8481C\nprocessor\t: 1\n";
        assert_eq!(model(intel).as_deref(), Some("Intel(R) Xeon(R) Platinum 8481C"));
        assert_eq!(model("processor : 0\nModel : Raspberry Pi 5\n").as_deref(), Some("Raspberry Pi 5"));
        assert_eq!(model("processor : 0\n"), None);
        assert_eq!(field("Model: \t\t NVIDIA H200\nIRQ: 5\n", "Model").as_deref(), Some("NVIDIA H200"));
        assert_eq!(pretty_name("ID=debian\nPRETTY_NAME=\"Debian 12\"\n").as_deref(), Some("Debian 12"));
        assert_eq!(pretty_name("PRETTY_NAME=\"\"\n"), None);
    }
}
