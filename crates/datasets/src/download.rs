//! Fetching a file: several mirrors, resumed where it broke off, checked, and put in place whole or not at all.
//!
//! Bytes go to `NAME.partial`. Only when all have come and the checksum fits is it renamed to `NAME`, so a file of that
//! name is always complete. A partial file survives a kill and is gone on with; one whose checksum is wrong is removed.
//! It is locked while it is written, so that a second process waits and then finds the file in place.

use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::RecvTimeoutError;
use std::thread::sleep;
use std::time::{Duration, Instant};

use advlab_core::Stop;

use crate::checksum::unpacks;
use crate::http::{self, Again, Event, Failure};
use crate::{Checksum, Error, Result};

/// How long to wait for a server before giving up on a connection, and how often to try.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For the connection to be made.
    pub connect: Duration,
    /// For the next bytes to come.
    pub quiet: Duration,
    /// Times that each mirror is tried.
    pub tries: u32,
    /// Between two tries; each pause is twice as long as the one before.
    pub pause: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            quiet: Duration::from_secs(20),
            tries: 3,
            pause: Duration::from_millis(500),
        }
    }
}

/// How far a transfer is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// The file's name.
    pub file: String,
    /// Bytes on disk.
    pub bytes: u64,
    /// Bytes of the whole file, where the server says.
    pub total: Option<u64>,
}

type Report = dyn Fn(&Transfer) + Send + Sync;

/// Whoever wants to know how far a transfer is. The default wants nothing.
#[derive(Clone, Default)]
pub struct Progress(Option<Arc<Report>>);

impl Progress {
    /// Calls `report` after every piece of at most 64 KiB.
    pub fn new(report: impl Fn(&Transfer) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(report)))
    }

    fn report(&self, transfer: &Transfer) {
        if let Some(report) = &self.0 {
            report(transfer);
        }
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Progress").field(&self.0.is_some()).finish()
    }
}

/// One file to fetch.
#[derive(Clone, Debug)]
pub struct Download {
    /// The data set that it belongs to, for messages.
    pub set: String,
    /// Its name on the mirrors and in the folder.
    pub file: String,
    /// Where it goes; made if need be.
    pub folder: PathBuf,
    /// Addresses of folders that hold it, in the order in which they are tried.
    pub mirrors: Vec<String>,
    /// What it must sum up to; without it the file must at least unpack.
    pub checksum: Option<Checksum>,
    /// How long to wait.
    pub patience: Patience,
}

impl Download {
    /// Fetches the file and returns its path.
    ///
    /// # Errors
    /// [`Error::Download`] if every mirror failed, with what each said; [`Error::Write`] if the folder cannot be written;
    /// [`Error::Stopped`] if `stop` was raised, and the partial file stays for the next time.
    pub fn run(&self, stop: &Stop, progress: &Progress) -> Result<PathBuf> {
        let (target, partial) = (self.folder.join(&self.file), self.folder.join(format!("{}.partial", self.file)));
        fs::create_dir_all(&self.folder).map_err(Error::write(&self.folder))?;
        let mut file = lock(&partial, stop)?;
        if target.is_file() {
            let _ = fs::remove_file(&partial); // another process was faster; this one's partial file is empty
            return Ok(target);
        }
        let mut tried = Vec::new();
        for mirror in &self.mirrors {
            let url = format!("{}/{}", mirror.trim_end_matches('/'), self.file);
            match self.try_mirror(&url, &mut file, &partial, stop, progress)? {
                None => {
                    file.sync_all().map_err(Error::write(&partial))?;
                    fs::rename(&partial, &target).map_err(Error::write(&target))?;
                    sync_folder(&self.folder);
                    return Ok(target);
                }
                Some(why) => tried.push(format!("{url}: {why}")),
            }
        }
        if length(&file, &partial)? == 0 {
            let _ = fs::remove_file(&partial); // nothing in it to go on with
        }
        let tried = if tried.is_empty() { "no mirror is known".to_owned() } else { tried.join("; ") };
        Err(Error::Download { set: self.set.clone(), file: self.file.clone(), folder: self.folder.clone(), tried })
    }

    /// `None` once the partial file is complete and right, or why this mirror cannot make it so.
    fn try_mirror(
        &self,
        url: &str,
        file: &mut File,
        partial: &Path,
        stop: &Stop,
        progress: &Progress,
    ) -> Result<Option<String>> {
        let (mut tries, mut pause) = (0, self.patience.pause);
        loop {
            let from = length(file, partial)?;
            // A kill may have come between the last byte and the renaming.
            if from > 0 && self.checksum.is_some() && self.is_right(partial)? {
                return Ok(None);
            }
            let failure = match self.transfer(url, from, file, partial, stop, progress)? {
                Ok(()) if self.is_right(partial)? => return Ok(None),
                Ok(()) => {
                    empty(file, partial)?;
                    if from > 0 {
                        continue; // what was there before was of another file: once more from the start
                    }
                    return Ok(Some("the file is damaged or not the right one (its checksum differs)".to_owned()));
                }
                Err(failure) => failure,
            };
            tries += 1;
            if failure.again == Again::FromStart {
                empty(file, partial)?;
            }
            if failure.again == Again::No || tries >= self.patience.tries {
                return Ok(Some(failure.why));
            }
            wait(pause, stop)?;
            pause *= 2;
        }
    }

    fn is_right(&self, partial: &Path) -> Result<bool> {
        match self.checksum {
            Some(checksum) => checksum.matches(partial),
            None => unpacks(partial),
        }
    }

    /// Appends what the server sends from byte `from` on. The inner result says why the transfer broke off.
    fn transfer(
        &self,
        url: &str,
        from: u64,
        file: &mut File,
        partial: &Path,
        stop: &Stop,
        progress: &Progress,
    ) -> Result<Result<(), Failure>> {
        let events = http::get(url.to_owned(), from, self.patience.connect, self.patience.quiet);
        let mut state = Transfer { file: self.file.clone(), bytes: from, total: None };
        let mut heard = Instant::now();
        let mut limit = self.patience.connect * 2 + self.patience.quiet; // name, connection, answer
        let mut started = false;
        loop {
            if stop.asked() {
                return Err(Error::Stopped);
            }
            let broken = match events.recv_timeout(Duration::from_millis(50)) {
                Ok(Event::Start { from: start, total }) => {
                    if start != from {
                        empty(file, partial)?; // this server sends everything anew
                    }
                    file.seek(SeekFrom::Start(start)).map_err(Error::write(partial))?;
                    (state.bytes, state.total) = (start, total);
                    limit = self.patience.quiet;
                    started = true;
                    None
                }
                Ok(Event::Data(bytes)) => {
                    file.write_all(&bytes).map_err(Error::write(partial))?;
                    state.bytes += bytes.len() as u64;
                    None
                }
                Ok(Event::End) if state.total.is_none_or(|total| total == state.bytes) => return Ok(Ok(())),
                Ok(Event::End) => Some(Failure::new("no more came", Again::Yes)),
                Ok(Event::Failed(failure)) => Some(failure),
                Err(RecvTimeoutError::Timeout) if heard.elapsed() <= limit => continue,
                Err(RecvTimeoutError::Timeout) => {
                    Some(Failure::new(format!("silent for {:.1} s", limit.as_secs_f64()), Again::Yes))
                }
                Err(RecvTimeoutError::Disconnected) => Some(Failure::new("the transfer ended", Again::Yes)),
            };
            if let Some(mut failure) = broken {
                if started {
                    let of = state.total.map(|total| format!(" of {total}")).unwrap_or_default();
                    failure.why = format!("broke off after {}{of} bytes: {}", state.bytes, failure.why);
                }
                return Ok(Err(failure));
            }
            heard = Instant::now();
            progress.report(&state);
        }
    }
}

/// Opens the partial file for this process alone.
fn lock(partial: &Path, stop: &Stop) -> Result<File> {
    loop {
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(partial);
        let file = file.map_err(Error::write(partial))?;
        match file.try_lock() {
            // The one who held it may have renamed or removed it meanwhile: then this is no longer the file of that name.
            Ok(()) if is_still(&file, partial) => return Ok(file),
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => wait(Duration::from_millis(100), stop)?,
            // A file system without locks: the checksum still keeps a mixture from being taken for the file.
            Err(TryLockError::Error(_)) => return Ok(file),
        }
    }
}

#[cfg(unix)]
fn is_still(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    matches!((file.metadata(), fs::metadata(path)), (Ok(a), Ok(b)) if (a.dev(), a.ino()) == (b.dev(), b.ino()))
}

#[cfg(not(unix))]
fn is_still(_: &File, path: &Path) -> bool {
    path.is_file()
}

fn length(file: &File, partial: &Path) -> Result<u64> {
    file.metadata().map(|meta| meta.len()).map_err(Error::read(partial))
}

fn empty(file: &mut File, partial: &Path) -> Result<()> {
    file.set_len(0).and_then(|()| file.rewind()).map_err(Error::write(partial))
}

/// The renaming itself must reach the disk. Where a folder cannot be synced, the file is right all the same.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

fn wait(time: Duration, stop: &Stop) -> Result<()> {
    let start = Instant::now();
    while start.elapsed() < time {
        if stop.asked() {
            return Err(Error::Stopped);
        }
        sleep(Duration::from_millis(20).min(time));
    }
    Ok(())
}
