//! PyTorch's files of named tensors, as `torch.save(net.state_dict(), file)` writes them, read without running anything.
//!
//! Such a file holds a pickle, which is a program. Here it is only looked at: what it would call stays a name with arguments
//! ([`pickle`]), and of those names the few that make tensors are understood ([`state`]).

mod legacy;
mod pickle;
mod state;
mod zipped;

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use tch::Tensor;

use crate::{Error, Result};

/// Reads the tensors of a file, by name: `Float` whatever they were, on the CPU. Counters, which are whole numbers, are left
/// out.
///
/// # Errors
/// [`Error::File`] if it cannot be read, is of another format, damaged, or holds something else than named tensors.
pub(crate) fn read_state(file: &Path) -> Result<Vec<(String, Tensor)>> {
    let fail = |why: String| Error::File { file: file.to_owned(), why };
    let mut head = Vec::new();
    let opened = File::open(file).and_then(|opened| opened.take(8).read_to_end(&mut head));
    opened.map_err(|error| fail(error.to_string()))?;
    let state = match head.as_slice() {
        [b'P', b'K', ..] => zipped::read(file),
        [0x80, 2..=4, ..] => legacy::read(file),
        _ => Err("not a file that torch.save wrote; save one with torch.save(net.state_dict(), FILE)".to_owned()),
    };
    state.map_err(fail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tch::Kind;

    fn fixture(name: &str) -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
    }

    #[test]
    fn both_formats_hold_the_same_tensors() {
        for name in ["tensors.pth", "tensors-legacy.pth"] {
            let state = read_state(&fixture(name)).unwrap();
            let names: Vec<&str> = state.iter().map(|(name, _)| name.as_str()).collect();
            assert_eq!(names, ["whole", "turned", "part", "half", "double", "parameter"], "{name}");
            for (key, tensor) in &state {
                assert_eq!(tensor.kind(), Kind::Float, "{name}: {key}");
                let numbers = Vec::<f32>::try_from(tensor.reshape([-1])).unwrap();
                let (shape, wanted): (&[i64], &[f32]) = match key.as_str() {
                    "turned" => (&[3, 2], &[0.0, 3.0, 1.0, 4.0, 2.0, 5.0]),
                    "part" => (&[2], &[4.0, 5.0]),
                    _ => (&[2, 3], &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]),
                };
                assert_eq!((tensor.size().as_slice(), numbers.as_slice()), (shape, wanted), "{name}: {key}");
            }
        }
    }

    #[test]
    fn a_pickle_that_would_call_something_is_not_obeyed() {
        let told = read_state(&fixture("state-dict-evil.pth")).unwrap_err().to_string();
        assert!(told.contains("`weight` is not a tensor but posix.system(...)"), "{told}");
    }

    #[test]
    fn files_that_are_not_whole_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("cut.pth");
        for name in ["tensors.pth", "tensors-legacy.pth"] {
            let whole = std::fs::read(fixture(name)).unwrap();
            for length in (0..whole.len()).step_by(97).chain([whole.len() - 1]) {
                std::fs::write(&file, &whole[..length]).unwrap();
                let error = read_state(&file).expect_err(name);
                assert!(matches!(error, Error::File { .. }), "{name} cut to {length}: {error}");
            }
        }
        std::fs::write(&file, "\u{89}PNG and so on").unwrap();
        assert!(read_state(&file).unwrap_err().to_string().contains("not a file that torch.save wrote"));
    }
}
