//! How tests run the program, and what they expect of every answer.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use ndarray::{Array, Dimension};
use ndarray_npy::{NpzReader, ReadableElement};
use tempfile::TempDir;

/// An empty folder to run in, which is also the home folder; it goes away with the test.
pub(crate) struct Place {
    dir: TempDir,
    mirror: String,
}

/// What the program said.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        // Port 9 is for what nobody listens to.
        Self { dir: tempfile::tempdir().unwrap(), mirror: "http://127.0.0.1:9/".to_owned() }
    }

    /// With data from this address.
    pub(crate) fn with_mirror(mirror: String) -> Self {
        Self { mirror, ..Self::new() }
    }

    /// Path of a file in it.
    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes a file into it.
    pub(crate) fn file(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.path(name), text).unwrap();
    }

    /// The bytes of a file in it.
    pub(crate) fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The text of a file in it.
    pub(crate) fn text(&self, name: &str) -> String {
        String::from_utf8(self.bytes(name)).unwrap()
    }

    /// A JSON file in it.
    pub(crate) fn json(&self, name: &str) -> serde_json::Value {
        serde_json::from_slice(&self.bytes(name)).unwrap()
    }

    /// An array of an `.npz` file in it.
    pub(crate) fn array<T: ReadableElement, D: Dimension>(&self, file: &str, name: &str) -> Array<T, D> {
        let mut reader = NpzReader::new(File::open(self.path(file)).unwrap()).unwrap();
        reader.by_name(name).unwrap_or_else(|error| panic!("{file}, {name}: {error}"))
    }

    /// Rows of a CSV file in it, as text, without the header.
    pub(crate) fn rows(&self, name: &str) -> Vec<csv::StringRecord> {
        csv::Reader::from_path(self.path(name)).unwrap().records().map(Result::unwrap).collect()
    }

    /// Names of everything in one of its folders, sorted.
    pub(crate) fn names(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(folder)).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// The program with these words, ready to start. One thread: tests run side by side.
    pub(crate) fn command(&self, words: &str) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("advlab"));
        command.args(words.split_whitespace()).current_dir(self.dir.path()).stdin(Stdio::null());
        for name in ["ADVLAB_DATA", "XDG_DATA_HOME"] {
            command.env_remove(name);
        }
        command.env("HOME", self.dir.path()).env("ADVLAB_MIRROR", &self.mirror);
        command.env("OMP_NUM_THREADS", "1").env("RAYON_NUM_THREADS", "1").env("RUST_BACKTRACE", "1");
        command
    }

    /// Runs the program to its end.
    pub(crate) fn run(&self, words: &str) -> Told {
        Told::of(self.command(words).output().unwrap())
    }

    /// Runs the program to its end where no file may grow beyond so many blocks of the shell's: how a full disk looks from inside.
    pub(crate) fn run_with_small_files(&self, words: &str, blocks: u32) -> Told {
        let program = self.command("");
        let mut shell = Command::new("sh");
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec {} {words}", program.get_program().display());
        shell.args(["-c", &script]).current_dir(self.path("")).env("HOME", self.path("")).env("OMP_NUM_THREADS", "1");
        Told::of(shell.output().unwrap())
    }

    /// Starts the program and leaves it running.
    pub(crate) fn start(&self, words: &str) -> Child {
        self.command(words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Waits until a cell of the run in a folder is done.
    pub(crate) fn wait_for_cell(&self, folder: &str, key: &str) {
        let journal = format!("{folder}/cells.jsonl");
        self.wait_until(&format!("cell {key}"), || {
            self.path(&journal).is_file() && self.text(&journal).contains(&format!("{{\"cell\":\"{key}\""))
        });
    }

    /// Waits until a file is there.
    pub(crate) fn wait_for(&self, name: &str) {
        self.wait_until(name, || self.path(name).exists());
    }

    fn wait_until(&self, what: &str, is_there: impl Fn() -> bool) {
        let began = Instant::now();
        while !is_there() {
            assert!(began.elapsed() < Duration::from_secs(60), "{what} does not appear");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

/// Sends Ctrl-C.
pub(crate) fn interrupt(child: &Child) {
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
}

impl Told {
    pub(crate) fn of(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let told =
            Self { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) };
        for trace in ["panicked", "backtrace", "RUST_BACKTRACE", "libc.so", "frame #"] {
            assert!(!told.err.contains(trace), "{told:?}");
        }
        told
    }

    /// It did all that was asked for.
    #[track_caller]
    pub(crate) fn done(self) -> Self {
        assert_eq!(self.code, 0, "{self:?}");
        self
    }

    /// It ran and did not reach everything.
    #[track_caller]
    pub(crate) fn short(self) -> Self {
        assert_eq!(self.code, 1, "{self:?}");
        self
    }

    /// It did not start, and said why in one line that holds these words.
    #[track_caller]
    pub(crate) fn refused(&self, words: &[&str]) {
        assert_eq!(self.code, 2, "{self:?}");
        self.complained(words);
    }

    /// It failed on its way, and said why in one line that holds these words.
    #[track_caller]
    pub(crate) fn failed(&self, words: &[&str]) {
        assert_eq!(self.code, 1, "{self:?}");
        self.complained(words);
    }

    #[track_caller]
    fn complained(&self, words: &[&str]) {
        assert_eq!(self.out, "", "{self:?}");
        let mut lines = self.err.lines();
        let first = lines.next().unwrap_or_default();
        assert!(first.starts_with("error: "), "{self:?}");
        for word in words {
            assert!(self.err.contains(word), "wanted `{word}`: {}", self.err);
        }
        // The parser of the command line adds how it is used; everyone else says it in one line, and may give a hint.
        // Several things that are wrong stand below each other.
        let more = |line: &str| !line.is_empty() && !line.starts_with("hint: ") && !line.starts_with("  ");
        assert!(self.err.contains("try '--help'") || !lines.any(more), "{self:?}");
    }

    /// What it printed, as JSON: nothing else may stand there.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }
}
