//! The attribute `training`, which Python libraries ask every module for.
//!
//! Whatever torch.jit.save writes in Python has it, and Foolbox and torchattacks fail on a net without it. Libtorch's recorder
//! leaves it out, and its bindings cannot add it. So it is added to the archive: declared in the net's code, set in its state.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use tch::CModule;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// Where the declaration goes in the code, and the declaration.
const DECLARED: (&[u8], &[u8]) = (b"  __buffers__ = []\n", b"  training : bool\n");

/// Where the value goes in the pickled state, which has no other; and the value: the name, and `False`.
const SET: (&[u8], &[u8]) = (b"}(", b"X\x08\x00\x00\x00training\x89");

/// Adds `training = False` to a net in a file that libtorch's recorder has made; `spare` is a file for the way there.
///
/// # Errors
/// What is in the way, in words.
pub(crate) fn add_training(file: &Path, spare: &Path) -> Result<(), String> {
    rewrite(file, spare).map_err(|error| error.to_string())?;
    // Libtorch writes it anew: its own layout, and what it cannot read is found out here.
    let net = CModule::load(spare).map_err(|error| advlab_core::complaint(&error))?;
    net.save(file).map_err(|error| advlab_core::complaint(&error))
}

fn rewrite(from: &Path, to: &Path) -> io::Result<()> {
    let mut archive = ZipArchive::new(File::open(from)?)?;
    let mut writer = ZipWriter::new(File::create(to)?);
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored).large_file(true);
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index)?;
        let name = entry.name().to_owned();
        let (mark, added) = match name.split_once('/').map_or("", |(_, path)| path) {
            "code/__torch__.py" => DECLARED,
            "data.pkl" => SET,
            // It says which line of the code comes from where, and the lines have moved.
            "code/__torch__.py.debug_pkl" => continue,
            _ => {
                drop(entry);
                writer.raw_copy_file(archive.by_index_raw(index)?)?;
                continue;
            }
        };
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes)?;
        let places: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(mark)).collect();
        let [at] = places[..] else {
            return Err(io::Error::other(format!("{name} is not laid out as libtorch 2.11 does it")));
        };
        writer.start_file(name, stored)?;
        for part in [&bytes[..at + mark.len()], added, &bytes[at + mark.len()..]] {
            writer.write_all(part)?;
        }
    }
    writer.finish()?;
    Ok(())
}
