//! The program's own file, as a sum: two builds of one version are not the same program.

use std::fs::File;
use std::io::{self, BufReader};
use std::sync::OnceLock;

use sha2::{Digest as _, Sha256};

/// SHA-256 of the running program's file; none where it cannot be read.
pub(crate) fn sha256() -> Option<&'static str> {
    static SUM: OnceLock<Option<String>> = OnceLock::new();
    SUM.get_or_init(|| of_file().ok()).as_deref()
}

fn of_file() -> io::Result<String> {
    // The file that runs, even where another one has taken its name by now.
    let file = File::open("/proc/self/exe").or_else(|_| File::open(std::env::current_exe()?))?;
    let mut hash = Sha256::new();
    io::copy(&mut BufReader::with_capacity(1 << 20, file), &mut hash)?;
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_is_that_of_the_file() {
        let bytes = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        let own: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(sha256(), Some(own.as_str()));
    }
}
