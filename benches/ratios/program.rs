//! The program as a whole, as a child process: seconds, and the most memory it held.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::Row;

/// How often the memory of a running program is looked at.
const LOOK: Duration = Duration::from_millis(2);

pub(crate) fn measure(show: &mut impl FnMut(Row)) {
    let program = advlab_benches::program();
    let folder = tempfile::tempdir().expect("a place for results");
    let fastest = |rounds: usize, arguments: &[&str]| {
        (0..rounds).map(|_| watch(&program, folder.path(), arguments)).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    };
    let seconds = |what: &str, limit: f64, time: Duration| Row {
        what: what.to_owned(),
        value: time.as_secs_f64(),
        limit,
        unit: "s",
        measured: "from start to end of the process".to_owned(),
    };
    let (time, _) = fastest(5, &["--version"]).expect("it ran");
    show(seconds("advlab --version", 0.3, time));
    let (time, memory) = fastest(3, &["generate", "--digit", "4", "--n", "1000"]).expect("it ran");
    show(seconds("advlab generate --digit 4 --n 1000", 3.0, time));
    let gigabytes = |what: &str, memory: u64| Row {
        what: format!("{what}: most memory"),
        value: memory as f64 / 1e6,
        limit: 1.0,
        unit: "GB",
        measured: "resident, peak".to_owned(),
    };
    show(gigabytes("advlab generate --digit 4 --n 1000", memory));
    // The same run takes a tenth more or less from one time to the next, as its threads happen to meet.
    let published = |rounds: usize, n: &str| {
        let run = fastest(rounds, &["generate", "--digit", "3", "--preset", "published", "--n", n]);
        run.expect("it ran").1
    };
    let (few, many) = (published(5, "10000"), published(1, "100000"));
    show(gigabytes("100 000 examples of digit 3", many));
    show(Row {
        what: "memory for 100 000 examples, of that for 10 000".to_owned(),
        value: many as f64 / few as f64,
        limit: 1.05,
        unit: "",
        measured: format!("{} MB of {} MB", many / 1000, few / 1000),
    });
}

/// Runs the program to its end: how long it took, and the most kilobytes it held.
fn watch(program: &Path, folder: &Path, arguments: &[&str]) -> (Duration, u64) {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if arguments[0] == "generate" {
        command.arg("--out").arg(folder.join("run")).arg("--force");
    }
    let began = Instant::now();
    let mut child = command.spawn().expect("advlab was just built");
    let mut most = 0;
    loop {
        most = most.max(peak(child.id()).unwrap_or(0));
        if let Some(status) = child.try_wait().expect("it is our child") {
            assert!(status.success(), "advlab {arguments:?} ended with {status}");
            return (began.elapsed(), most);
        }
        std::thread::sleep(LOOK);
    }
}

/// The most memory a process has held so far, as Linux counts it.
fn peak(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
