//! Which libtorch this process runs on. It cannot be asked itself: the version stands in files beside its libraries.

use std::fs;
use std::path::{Path, PathBuf};

use crate::LIBTORCH;

/// The libtorch in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Libtorch {
    /// Its version, such as `2.11.0+cu130`; the one that the bindings are made for where it does not say.
    pub(crate) version: String,
    /// Whether it says its version itself.
    pub(crate) says_so: bool,
    /// The folder of its libraries, where they are not part of the program.
    pub(crate) folder: Option<PathBuf>,
}

impl Libtorch {
    /// Of this process.
    pub(crate) fn in_use() -> Self {
        let folder = advlab_core::libtorch_folder();
        let told = folder.as_deref().and_then(version_beside);
        Self { says_so: told.is_some(), version: told.unwrap_or_else(|| LIBTORCH.to_owned()), folder }
    }

    /// The version without what it was built for.
    pub(crate) fn number(&self) -> &str {
        self.version.split('+').next().unwrap_or_default()
    }
}

/// The version that a libtorch or a Python torch notes beside its libraries.
fn version_beside(lib: &Path) -> Option<String> {
    let torch = lib.parent()?;
    let plain = fs::read_to_string(torch.join("build-version")).ok().map(|text| text.trim().to_owned());
    let python = || {
        let text = fs::read_to_string(torch.join("version.py")).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix("__version__ = "))?;
        Some(line.trim().trim_matches(['\'', '"']).to_owned())
    };
    plain.filter(|text| !text.is_empty()).or_else(python)
}

/// The version of CUDA's runtime in use. To be asked only where a device is known to be usable: libtorch fails without.
pub(super) fn cuda() -> String {
    // As CUDA counts: 12080 is 12.8.
    let version = tch::utils::version_cudart();
    format!("{}.{}", version / 1000, version % 1000 / 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_of_libtorch_say_their_version() {
        let torch = tempfile::tempdir().unwrap();
        let lib = torch.path().join("lib");
        assert_eq!(version_beside(&lib), None);
        fs::write(torch.path().join("version.py"), "__all__ = []\n__version__ = '2.9.1+cpu'\ndebug = False\n").unwrap();
        assert_eq!(version_beside(&lib).as_deref(), Some("2.9.1+cpu"));
        fs::write(torch.path().join("build-version"), "2.9.0+cu128\n").unwrap();
        assert_eq!(version_beside(&lib).as_deref(), Some("2.9.0+cu128"));
        assert_eq!(Libtorch { version: "2.9.0+cu128".into(), says_so: true, folder: None }.number(), "2.9.0");
    }
}
