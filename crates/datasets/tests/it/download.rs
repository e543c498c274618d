//! One file fetched, from servers good and bad.

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use advlab_core::Stop;
use advlab_datasets::download::{Download, Patience, Progress};
use advlab_datasets::{Checksum, Error, idx};
use tempfile::TempDir;

use crate::server::{Reply, Server, nobody};

/// The MD5 sum of the unpacked bytes of [`packed`].
const SUM: &str = "26cdfb51fb85dae811c1884dd20a6b4d";

/// A labels file of 300 000 bytes that do not pack well, gzipped.
fn packed() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("labels.gz");
    let mut state = 1_u32;
    let labels: Vec<u8> = (0..300_000)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .collect();
    idx::write_labels(&path, &labels).unwrap();
    fs::read(path).unwrap()
}

/// A folder to fetch into, and the download.
struct Case {
    folder: TempDir,
    download: Download,
}

impl Case {
    fn new(mirrors: &[String]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let download = Download {
            set: "tiny".to_owned(),
            file: "labels.gz".to_owned(),
            folder: folder.path().join("deep/tiny"),
            mirrors: mirrors.to_vec(),
            checksum: Some(Checksum::Unpacked(SUM)),
            patience: Patience {
                connect: Duration::from_secs(2),
                quiet: Duration::from_millis(300),
                tries: 2,
                pause: Duration::from_millis(10),
            },
        };
        Self { folder, download }
    }

    fn run(&self) -> Result<PathBuf, Error> {
        self.download.run(&Stop::default(), &Progress::default())
    }

    fn partial(&self) -> PathBuf {
        self.folder.path().join("deep/tiny/labels.gz.partial")
    }

    fn leave_partial(&self, bytes: &[u8]) {
        fs::create_dir_all(&self.download.folder).unwrap();
        fs::write(self.partial(), bytes).unwrap();
    }

    /// It worked: the file is in place, whole, and nothing else is.
    fn succeeds(&self) {
        let path = self.run().unwrap();
        assert_eq!(path, self.download.folder.join("labels.gz"));
        assert!(fs::read(path).unwrap() == packed(), "other bytes");
        assert!(!self.partial().exists(), "the partial file is still there");
    }

    /// It worked for one of several that run at once.
    fn succeeds_for_one(&self) {
        assert!(fs::read(self.run().unwrap()).unwrap() == packed(), "other bytes");
    }

    /// It failed, no file is in place, and the message says this.
    fn fails(&self, wants: &[&str]) {
        let error = self.run().unwrap_err();
        assert!(matches!(error, Error::Download { .. }), "{error}");
        let text = error.to_string();
        assert!(!text.contains('\n'), "{text}");
        for want in wants.iter().chain(&["labels.gz", "deep/tiny", "--data DIR", "`digits`"]) {
            assert!(text.contains(want), "wanted `{want}`: {text}");
        }
        assert!(!self.download.folder.join("labels.gz").exists(), "taken for done: {text}");
    }
}

#[test]
fn a_good_server_gives_the_file_and_progress_counts_up() {
    let server = Server::start(|_, _| Reply::Range(packed()));
    let case = Case::new(&[server.url()]);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let progress = Progress::new(move |transfer| log.lock().unwrap().push(transfer.clone()));
    case.download.run(&Stop::default(), &progress).unwrap();
    let seen = seen.lock().unwrap();
    let (len, last) = (packed().len() as u64, seen.last().unwrap());
    assert_eq!((last.file.as_str(), last.bytes, last.total), ("labels.gz", len, Some(len)));
    assert!(seen.is_sorted_by_key(|transfer| transfer.bytes));
    assert_eq!(server.requests()[0].path, "/labels.gz");
    drop(seen);
    case.succeeds(); // a second run finds it in place
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_transfer_that_breaks_off_goes_on_where_it_was() {
    let half = packed().len() / 2;
    let server = Server::start(move |n, _| if n == 0 { Reply::Cut(packed(), half) } else { Reply::Range(packed()) });
    Case::new(&[server.url()]).succeeds();
    let from: Vec<_> = server.requests().iter().map(|request| request.from).collect();
    assert_eq!(from, [None, Some(half)]);
}

#[test]
fn a_partial_file_of_an_earlier_run_is_gone_on_with() {
    let server = Server::start(|_, _| Reply::Range(packed()));
    let case = Case::new(&[server.url()]);
    case.leave_partial(&packed()[..1000]);
    case.succeeds();
    assert_eq!(server.requests()[0].from, Some(1000));
}

#[test]
fn a_partial_file_that_was_complete_needs_no_server() {
    let case = Case::new(&[nobody()]);
    case.leave_partial(&packed());
    case.succeeds();
}

#[test]
fn a_server_that_cannot_resume_starts_anew() {
    let server = Server::start(|n, _| match n {
        0 => Reply::Cut(packed(), 5000),
        _ => Reply::Whole(packed()),
    });
    Case::new(&[server.url()]).succeeds();
    assert_eq!(server.requests()[1].from, Some(5000));
}

#[test]
fn a_partial_file_of_something_else_is_thrown_away() {
    for wrong in [vec![7; 1000], vec![7; packed().len() + 10], vec![7; packed().len()]] {
        let server = Server::start(|_, _| Reply::Range(packed()));
        let case = Case::new(&[server.url()]);
        case.leave_partial(&wrong);
        case.succeeds();
    }
}

#[test]
fn a_truncated_file_is_not_taken_for_the_whole() {
    let server = Server::start(|_, _| Reply::Cut(packed(), 5000));
    let case = Case::new(&[server.url()]);
    case.fails(&[&format!("broke off after 5000 of {} bytes", packed().len())]);
    assert_eq!(fs::metadata(case.partial()).unwrap().len(), 5000, "what came stays for the next time");

    // Without a length only the content tells, and without a checksum only that it does not unpack.
    for checksum in [Some(Checksum::Unpacked(SUM)), None] {
        let server = Server::start(|_, _| Reply::Unmeasured(packed()[..5000].to_vec()));
        let mut case = Case::new(&[server.url()]);
        case.download.checksum = checksum;
        case.fails(&["not the right one"]);
        assert!(!case.partial().exists());
    }
}

#[test]
fn wrong_bytes_are_removed() {
    let server = Server::start(|_, _| {
        let mut bytes = packed();
        bytes[20_000] ^= 1;
        Reply::Whole(bytes)
    });
    let case = Case::new(&[server.url()]);
    case.fails(&["checksum"]);
    assert!(!case.partial().exists());
    assert_eq!(server.requests().len(), 1, "a wrong file is not asked for twice");
}

#[test]
fn a_checksum_may_be_of_the_packed_bytes() {
    let server = Server::start(|_, _| Reply::Whole(packed()));
    let mut case = Case::new(&[server.url()]);
    case.download.checksum = Some(Checksum::Gzip("00000000000000000000000000000000"));
    case.fails(&["checksum"]);
}

#[test]
fn a_missing_file_is_asked_for_once_and_an_ailing_server_again() {
    let server = Server::start(|_, _| Reply::Status("404 Not Found"));
    let case = Case::new(&[server.url()]);
    case.fails(&["404 Not Found", &server.url()]);
    assert_eq!(server.requests().len(), 1);
    assert!(!case.partial().exists());

    let server =
        Server::start(|n, _| if n == 0 { Reply::Status("503 Service Unavailable") } else { Reply::Whole(packed()) });
    Case::new(&[server.url()]).succeeds();
}

#[test]
fn a_dead_connection_is_given_up_soon() {
    let server = Server::start(|_, _| Reply::Silence);
    let mut case = Case::new(&[server.url()]);
    case.download.patience.connect = Duration::from_millis(200);
    let start = Instant::now();
    case.fails(&["in time"]);
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

#[test]
fn the_second_mirror_helps_where_the_first_fails() {
    let good = Server::start(|_, _| Reply::Whole(packed()));
    Case::new(&[nobody(), good.url()]).succeeds();
    let missing = Server::start(|_, _| Reply::Status("404 Not Found"));
    Case::new(&[missing.url(), good.url()]).succeeds();
    let wrong = Server::start(|_, _| Reply::Whole(vec![1; 100]));
    Case::new(&[wrong.url(), format!("{}/", good.url())]).succeeds();
    // What the first had sent before it died is gone on with.
    let broken = Server::start(|_, _| Reply::Cut(packed(), 5000));
    Case::new(&[broken.url(), good.url()]).succeeds();
    Case::new(&[nobody(), nobody()]).fails(&["connection refused"]);
    Case::new(&[]).fails(&["no mirror is known"]);
}

#[test]
fn a_stop_is_heard_at_once_and_keeps_what_came() {
    let server = Server::start(|_, _| Reply::Trickle);
    let case = Case::new(&[server.url()]);
    let stop = Stop::default();
    let (asker, start) = (stop.clone(), Instant::now());
    let progress = Progress::new(move |transfer| {
        if transfer.bytes > 3 {
            asker.ask();
        }
    });
    assert!(matches!(case.download.run(&stop, &progress), Err(Error::Stopped)));
    assert!(start.elapsed() < Duration::from_secs(2));
    assert!(fs::metadata(case.partial()).unwrap().len() > 3);
}

#[test]
fn a_connection_that_falls_silent_is_given_up_soon() {
    let server = Server::start(|n, _| match n {
        0 => Reply::Stall(packed(), 5000),
        _ => Reply::Range(packed()),
    });
    let start = Instant::now();
    Case::new(&[server.url()]).succeeds();
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    assert_eq!(server.requests()[1].from, Some(5000));
}

#[test]
fn a_server_that_answers_with_another_part_is_asked_from_the_start() {
    let server = Server::start(|_, request| match request.from {
        Some(_) => Reply::OtherPart(packed()),
        None => Reply::Whole(packed()),
    });
    let case = Case::new(&[server.url()]);
    case.leave_partial(&packed()[..1000]);
    case.succeeds();
}

#[test]
fn two_at_once_fetch_it_once() {
    let server = Server::start(|_, _| {
        thread::sleep(Duration::from_millis(100));
        Reply::Whole(packed())
    });
    let case = Case::new(&[server.url()]);
    thread::scope(|scope| {
        let both = [0, 1].map(|_| scope.spawn(|| case.succeeds_for_one()));
        both.into_iter().for_each(|one| one.join().unwrap());
    });
    assert_eq!(server.requests().len(), 1);
    case.succeeds();
}
