//! The format since PyTorch 1.6: a zip archive with the pickle in `data.pkl` and each storage in a file of its own.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use tch::Tensor;
use zip::ZipArchive;

use super::pickle;
use super::state::described;

/// Most bytes that a pickle of names and shapes can have.
const MOST_PICKLE: u64 = 1 << 26;

pub(super) fn read(file: &Path) -> Result<Vec<(String, Tensor)>, String> {
    let damaged =
        |error: &dyn std::fmt::Display| format!("not a whole zip archive ({error}); it is truncated or damaged");
    let opened = File::open(file).map_err(|error| error.to_string())?;
    let mut archive = ZipArchive::new(opened).map_err(|error| damaged(&error))?;
    let root = archive.file_names().find_map(|name| name.strip_suffix("/data.pkl")).map(str::to_owned);
    let root = root.ok_or("a zip archive without data.pkl; save one with torch.save(net.state_dict(), FILE)")?;
    if archive.file_names().any(|name| name.starts_with(&format!("{root}/code/"))) {
        return Err("a TorchScript file and not a table of named tensors; give it as --model FILE.pt".to_owned());
    }
    let mut entry = |name: &str, most: u64| -> Result<Vec<u8>, String> {
        let mut entry = archive.by_name(&format!("{root}/{name}")).map_err(|error| damaged(&error))?;
        if entry.size() > most {
            return Err(format!("its {name} has {} bytes, more than the {most} expected", entry.size()));
        }
        let mut bytes = Vec::with_capacity(entry.size() as usize);
        entry.read_to_end(&mut bytes).map_err(|error| damaged(&error))?;
        Ok(bytes)
    };
    if let Ok(order) = entry("byteorder", 16)
        && order != b"little"
    {
        return Err("its numbers are not in the little-endian order of this machine".to_owned());
    }
    let (value, _) = pickle::read(&entry("data.pkl", MOST_PICKLE)?).map_err(|why| format!("a pickle that {why}"))?;
    let mut storages: HashMap<String, Tensor> = HashMap::new();
    let mut state = Vec::new();
    for tensor in described(&value)?.into_iter().filter(|tensor| !tensor.is_counter()) {
        let storage = &tensor.storage;
        if !storages.contains_key(&storage.key) {
            let bytes = entry(&format!("data/{}", storage.key), storage.bytes()? as u64)?;
            storages.insert(storage.key.clone(), storage.values(&bytes)?);
        }
        let whole = tensor.tensor(&storages[&storage.key])?;
        state.push((tensor.name, whole));
    }
    Ok(state)
}
