//! Where tensors live: the CPU, or a CUDA device where there is one.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::OnceLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// A device as a user names it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", extend("format" = "device", "pattern" = "^(auto|cpu|cuda(:[0-9]+)?)$"))]
pub enum Device {
    /// CUDA where it is usable, the CPU otherwise.
    #[default]
    Auto,
    /// The CPU.
    Cpu,
    /// The CUDA device of this number.
    Cuda(usize),
}

impl Device {
    /// The device to use.
    ///
    /// # Errors
    /// [`Error::NoDevice`] if a CUDA device is named that cannot be used, with the reason.
    pub fn resolve(self) -> Result<tch::Device> {
        match (self, cuda_state()) {
            (Self::Cpu, _) => Ok(tch::Device::Cpu),
            (Self::Auto, CudaState::Ready { .. }) => Ok(tch::Device::Cuda(0)),
            (Self::Auto, _) => Ok(tch::Device::Cpu),
            (Self::Cuda(n), CudaState::Ready { devices }) if (n as i64) < *devices => Ok(tch::Device::Cuda(n)),
            (Self::Cuda(n), CudaState::Ready { devices }) => Err(Error::NoDevice {
                wanted: format!("cuda:{n}"),
                why: format!("this machine has {devices}, numbered from 0"),
            }),
            (Self::Cuda(n), state) => Err(Error::NoDevice { wanted: format!("cuda:{n}"), why: state.to_string() }),
        }
    }
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Cpu => f.write_str("cpu"),
            Self::Cuda(n) => write!(f, "cuda:{n}"),
        }
    }
}

impl FromStr for Device {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "auto" => Ok(Self::Auto),
            "cpu" => Ok(Self::Cpu),
            "cuda" => Ok(Self::Cuda(0)),
            _ => text
                .strip_prefix("cuda:")
                .and_then(|n| n.parse().ok())
                .map(Self::Cuda)
                .ok_or_else(|| Error::UnknownDevice(text.to_owned())),
        }
    }
}

impl TryFrom<String> for Device {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<Device> for String {
    fn from(device: Device) -> Self {
        device.to_string()
    }
}

/// What CUDA is good for in this process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CudaState {
    /// Usable.
    Ready {
        /// Number of devices.
        devices: i64,
    },
    /// This libtorch comes without its CUDA half.
    NotInstalled {
        /// Where it would be.
        folder: Option<PathBuf>,
    },
    /// The CUDA half is there and could not be loaded.
    NotLoadable(String),
    /// Everything is there but a device.
    NoDevice,
}

impl fmt::Display for CudaState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ready { devices: 1 } => f.write_str("1 device"),
            Self::Ready { devices } => write!(f, "{devices} devices"),
            Self::NotInstalled { folder: Some(folder) } => write!(
                f,
                "the libtorch in {} has no CUDA; on a machine with an NVIDIA card run `python3 setup/libtorch.py --cuda` \
                 and build again",
                folder.display()
            ),
            Self::NotInstalled { folder: None } => f.write_str("this program is not linked to a shared libtorch"),
            Self::NotLoadable(why) => write!(f, "libtorch_cuda.so could not be loaded: {why}"),
            Self::NoDevice => {
                f.write_str("libtorch has CUDA, but finds no NVIDIA device; `nvidia-smi` should list one")
            }
        }
    }
}

/// What CUDA is good for here. The first call loads libtorch's CUDA half.
///
/// The linker drops `libtorch_cuda.so`, because the program names no symbol of it, and libtorch would then say that there
/// is no CUDA on a machine full of it. So it is loaded by name, from beside the `libtorch_cpu.so` in use; one binary
/// serves both kinds of machine.
pub fn cuda_state() -> &'static CudaState {
    static STATE: OnceLock<CudaState> = OnceLock::new();
    STATE.get_or_init(|| {
        let folder = libtorch_folder();
        let Some(file) = folder.as_ref().map(|folder| folder.join("libtorch_cuda.so")).filter(|file| file.is_file())
        else {
            return CudaState::NotInstalled { folder };
        };
        if let Err(error) = load(&file) {
            return CudaState::NotLoadable(error.to_string());
        }
        match tch::Cuda::device_count() {
            devices if devices > 0 && tch::Cuda::is_available() => CudaState::Ready { devices },
            _ => CudaState::NoDevice,
        }
    })
}

/// The folder of the libtorch that this process runs on.
pub fn libtorch_folder() -> Option<PathBuf> {
    // The first call into libtorch makes sure that the linker has kept it.
    let _ = tch::get_num_threads();
    let maps = std::fs::read_to_string("/proc/self/maps").ok()?;
    let path = maps.lines().filter_map(|line| line.find('/').map(|at| &line[at..])).find(|path| {
        Path::new(path).file_name().is_some_and(|name| name == "libtorch_cpu.so" || name == "libtorch.so")
    })?;
    Path::new(path).parent().map(Path::to_owned)
}

#[expect(unsafe_code, reason = "loading a library runs its initialisers; libtorch's own are meant to be run this way")]
fn load(file: &Path) -> std::result::Result<(), libloading::Error> {
    use libloading::os::unix::{Library, RTLD_GLOBAL, RTLD_NOW};
    // SAFETY: the file is libtorch's own second half, of the same version and folder as the half already loaded.
    let library = unsafe { Library::open(Some(file), RTLD_NOW | RTLD_GLOBAL)? };
    std::mem::forget(library); // it stays for good: libtorch keeps pointers into it
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn device_names_read_and_print() {
        for name in ["auto", "cpu", "cuda:0", "cuda:3"] {
            assert_eq!(name.parse::<Device>().unwrap().to_string(), name);
        }
        assert_eq!("cuda".parse::<Device>().unwrap(), Device::Cuda(0));
        for name in ["gpu", "cuda:", "cuda:x", "CPU", ""] {
            assert!(name.parse::<Device>().is_err(), "{name}");
        }
    }

    #[test]
    fn libtorch_is_found_where_it_was_loaded_from() {
        let folder = libtorch_folder().expect("linked to a shared libtorch");
        assert!(folder.join("libtorch_cpu.so").is_file(), "{}", folder.display());
    }

    #[test]
    fn a_device_that_is_not_there_is_named() {
        let text = Device::Cuda(4096).resolve().unwrap_err().to_string();
        assert!(text.contains("cuda:4096"), "{text}");
    }
}
