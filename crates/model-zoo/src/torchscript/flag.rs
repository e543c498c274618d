//! The attribute `training`, which Python libraries ask every module for.
//!
//! Whatever torch.jit.save writes in Python has it, and Foolbox and torchattacks fail on a net without it. Libtorch's recorder
//! leaves it out, and its bindings cannot add it. So it is added to the archive: declared in the net's code, set in its state.

use std::path::Path;

use tch::CModule;

use super::archive::{Edit, rewrite};

/// Where the declaration goes in the code, and the declaration.
const DECLARED: (&[u8], &[u8]) = (b"  __buffers__ = []\n", b"  training : bool\n");

/// Where the value goes in the pickled state, which has no other; and the value: the name, and `False`.
const SET: (&[u8], &[u8]) = (b"}(", b"X\x08\x00\x00\x00training\x89");

/// Adds `training = False` to a net in a file that libtorch's recorder has made; `spare` is a file for the way there.
///
/// # Errors
/// What is in the way, in words.
pub(crate) fn add_training(file: &Path, spare: &Path) -> Result<(), String> {
    let edit = |path: &str| match path {
        "code/__torch__.py" => Edit::Change(|code| insert(code, DECLARED)),
        "data.pkl" => Edit::Change(|state| insert(state, SET)),
        // It says which line of the code comes from where, and the lines have moved.
        "code/__torch__.py.debug_pkl" => Edit::Drop,
        _ => Edit::Keep,
    };
    rewrite(file, spare, edit, &[]).map_err(|error| error.to_string())?;
    // Libtorch writes it anew: its own layout, and what it cannot read is found out here.
    let net = CModule::load(spare).map_err(|error| advlab_core::complaint(&error))?;
    net.save(file).map_err(|error| advlab_core::complaint(&error))
}

/// The bytes with something `added` behind the only place that has the `mark`.
fn insert(bytes: &[u8], (mark, added): (&[u8], &[u8])) -> Result<Vec<u8>, String> {
    let places: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(mark)).collect();
    let [at] = places[..] else { return Err("is not laid out as libtorch 2.11 does it".to_owned()) };
    let (before, after) = bytes.split_at(at + mark.len());
    Ok([before, added, after].concat())
}
