//! The format up to PyTorch 1.5: five pickles one after the other, then the storages.
//!
//! The pickles are a magic number, the format's version, facts on the machine that wrote it, the table of tensors, and the keys
//! of the storages in the order in which they follow; each begins with its length as eight bytes.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use tch::Tensor;

use super::pickle::{self, Value};
use super::state::{Storage, described};

/// PyTorch's magic number `0x1950a86a20f9469cfc6c`, lowest byte first.
const MAGIC: [u8; 10] = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

pub(super) fn read(file: &Path) -> Result<Vec<(String, Tensor)>, String> {
    let bytes = fs::read(file).map_err(|error| error.to_string())?;
    let mut at = 0;
    let mut next = || -> Result<Value, String> {
        let (value, length) = pickle::read(&bytes[at..]).map_err(|why| format!("a pickle that {why}"))?;
        at += length;
        Ok(value)
    };
    match next()? {
        Value::Large(number) if *number == MAGIC => {}
        _ => {
            return Err(
                "a pickle that torch.save did not write; save one with torch.save(net.state_dict(), FILE)".to_owned()
            );
        }
    }
    let (_version, _machine, table, keys) = (next()?, next()?, next()?, next()?);
    let Value::List(keys) = keys else { return Err("a pickle without the list of its values".to_owned()) };
    let tensors = described(&table)?;
    let known: HashMap<&str, &Storage> =
        tensors.iter().map(|tensor| (tensor.storage.key.as_str(), &tensor.storage)).collect();
    let mut storages: HashMap<&str, Tensor> = HashMap::new();
    for key in keys.borrow().iter() {
        let key = key.text().ok_or_else(|| format!("its values are called {}", key.what()))?;
        let length = take(&bytes, &mut at, 8)?;
        let length = u64::from_le_bytes(length.try_into().expect("eight bytes")) as usize;
        match known.get_key_value(key) {
            Some((key, storage)) if storage.len == length => {
                storages.insert(key, storage.values(take(&bytes, &mut at, storage.bytes()?)?)?);
            }
            Some((key, storage)) => {
                return Err(format!("`{key}` must have {} values, got {length}", storage.len));
            }
            None => return Err(format!("`{key}` belongs to no tensor")),
        }
    }
    let tensor = |tensor: &super::state::Described| {
        let values =
            storages.get(tensor.storage.key.as_str()).ok_or_else(|| format!("`{}` has no values", tensor.name))?;
        Ok((tensor.name.clone(), tensor.tensor(values)?))
    };
    tensors.iter().filter(|tensor| !tensor.is_counter()).map(tensor).collect()
}

fn take<'a>(bytes: &'a [u8], at: &mut usize, n: usize) -> Result<&'a [u8], String> {
    let end = at.checked_add(n).filter(|end| *end <= bytes.len());
    let end = end.ok_or("truncated: its values are not all there; delete it and fetch it again")?;
    let taken = &bytes[*at..end];
    *at = end;
    Ok(taken)
}
