//! What came of a run's cells, in one file that only grows: a line for each, so that 100 000 of them are one file, and a kill loses
//! at most the line that was being written.
//!
//! A line is JSON: the cell's key, a checksum of its value, the value. A line that is torn or damaged counts as not written: its cell
//! is made again, and the later of two lines of one key counts. Lines are not forced to the disk one by one: the system keeps what a
//! killed process has written. They are when the run ends, see [`Journal::settle`].

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::PathBuf;
use std::sync::Mutex;

use anyhow::{Context as _, Result};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::folder::Folder;

/// Name of the file in a results folder.
pub(crate) const JOURNAL: &str = "cells.jsonl";

/// Bytes that are read or written at once.
const BUFFER: usize = 1 << 20;

/// The cells of a run that are done.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: Mutex<Written>,
    /// Lines that were damaged when it was opened.
    damaged: usize,
}

/// The file, and what is in it.
#[derive(Debug)]
struct Written {
    file: File,
    /// Up to the end of the last whole line.
    length: u64,
    /// Where the values of cells begin, and how long they are.
    places: Places,
    /// The key of the last line, as long as every line has a greater key than the one before.
    in_order_to: Option<String>,
}

/// By key.
type Places = HashMap<String, (u64, u32)>;

#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    cell: Cow<'a, str>,
    sum: &'a str,
    #[serde(borrow)]
    value: &'a RawValue,
}

impl Journal {
    /// Opens the journal of a folder, or begins it. What a kill has left of a last line is cut off.
    ///
    /// # Errors
    /// A file that cannot be read or written.
    pub fn open(folder: &Folder) -> Result<Self> {
        let path = folder.path(JOURNAL);
        let why = || format!("cannot open {}", path.display());
        let file = OpenOptions::new().read(true).append(true).create(true).open(&path).with_context(why)?;
        let (written, damaged) = scan(file).with_context(why)?;
        if written.file.metadata().with_context(why)?.len() > written.length {
            written.file.set_len(written.length).with_context(why)?;
        }
        Ok(Self { path, file: Mutex::new(written), damaged })
    }

    /// Opens the journal of a folder to look into it; nothing can be added.
    ///
    /// # Errors
    /// No journal; a file that cannot be read.
    pub(crate) fn look(folder: &Folder) -> Result<Self> {
        let path = folder.path(JOURNAL);
        let why = || format!("cannot read {}", path.display());
        let file = File::open(&path).with_context(why)?;
        let (written, damaged) = scan(file).with_context(why)?;
        Ok(Self { path, file: Mutex::new(written), damaged })
    }

    /// How many lines were damaged when it was opened; their cells count as not done.
    pub(crate) const fn damaged(&self) -> usize {
        self.damaged
    }

    /// How many cells are done.
    pub(crate) fn len(&self) -> usize {
        self.written().places.len()
    }

    /// Whether a cell is done.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.written().places.contains_key(key)
    }

    /// The keys of the cells that are done.
    pub(crate) fn keys(&self) -> Vec<String> {
        self.written().places.keys().cloned().collect()
    }

    /// Hands over the key and the value of every cell that is done, in the order of the keys. Cells cannot be asked for or added meanwhile.
    ///
    /// # Errors
    /// Those of `take`; a file that cannot be read.
    pub(crate) fn each(&self, mut take: impl FnMut(&str, &str) -> Result<()>) -> Result<()> {
        let written = self.written();
        let mut cells: Vec<(&String, u64, u32)> =
            written.places.iter().map(|(key, (at, length))| (key, *at, *length)).collect();
        cells.sort_unstable_by_key(|(key, ..)| *key);
        let why = || format!("cannot read {}", self.path.display());
        let mut reader = BufReader::with_capacity(BUFFER, &written.file);
        let mut here = reader.seek(SeekFrom::Start(0)).with_context(why)?;
        let mut value = Vec::new();
        for (key, at, length) in cells {
            // Within the buffer this costs nothing: a file that is in order is read from front to back.
            reader.seek_relative(at.cast_signed() - here.cast_signed()).with_context(why)?;
            value.resize(length as usize, 0);
            reader.read_exact(&mut value).with_context(why)?;
            here = at + u64::from(length);
            take(key, std::str::from_utf8(&value)?)?;
        }
        Ok(())
    }

    /// The value of a cell as it stands in the file; none if it is not done.
    pub(crate) fn text(&self, key: &str) -> Result<Option<String>> {
        let mut written = self.written();
        let Some(&(at, length)) = written.places.get(key) else { return Ok(None) };
        let mut text = vec![0; length as usize];
        let read = written.file.seek(SeekFrom::Start(at)).and_then(|_| written.file.read_exact(&mut text));
        read.with_context(|| format!("cannot read {}", self.path.display()))?;
        Ok(Some(String::from_utf8(text)?))
    }

    /// What came of a cell; none if it is not done.
    ///
    /// # Errors
    /// A value of another form: that of another version, say.
    pub(crate) fn value<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        let value = serde_json::from_str(&text)
            .with_context(|| format!("{}: cell `{key}` is not of this version's form", self.path.display()))?;
        Ok(Some(value))
    }

    /// Adds what came of a cell, as JSON. It is in the file when this returns; if there is no room for all of it, nothing is.
    pub fn add(&self, key: &str, value: &str) -> Result<()> {
        let mut lines = Lines::default();
        lines.push(key, value)?;
        self.append(lines)
    }

    /// Adds the cells of another journal that are not done here, in the order of their keys.
    ///
    /// # Errors
    /// Those of [`add`](Self::add); a file that cannot be read.
    pub(crate) fn add_those_of(&self, other: &Self) -> Result<()> {
        let mut lines = Lines::default();
        other.each(|key, value| {
            if !self.has(key) {
                lines.push(key, value)?;
            }
            if lines.text.len() >= BUFFER { self.append(std::mem::take(&mut lines)) } else { Ok(()) }
        })?;
        self.append(lines)
    }

    fn append(&self, lines: Lines) -> Result<()> {
        let mut written = self.written();
        let before = written.length;
        if let Err(error) = written.file.write_all(&lines.text) {
            // Room for the half line may be what was missing: give it back. What fails here is cut off when the file is next opened.
            let _ = written.file.set_len(before);
            return Err(error).with_context(|| format!("cannot write {}", self.path.display()));
        }
        written.length += lines.text.len() as u64;
        for (key, at, length) in lines.places {
            written.note(key, (before + at, length));
        }
        Ok(())
    }

    /// Puts the cells in the order of their keys, whatever order they were done in, and forces the file to the disk: the same cells
    /// then are the same bytes.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub(crate) fn settle(&self, folder: &Folder) -> Result<()> {
        let why = || format!("cannot open {}", self.path.display());
        if self.damaged == 0 && self.written().in_order_to.is_some() {
            return self.written().file.sync_data().with_context(why);
        }
        folder.write(JOURNAL, |file| {
            let mut lines = Lines::default();
            self.each(|key, value| {
                lines.push(key, value)?;
                if lines.text.len() >= BUFFER {
                    file.write_all(&lines.text)?;
                    lines = Lines::default();
                }
                Ok(())
            })?;
            Ok(file.write_all(&lines.text)?)
        })?;
        let file = OpenOptions::new().read(true).append(true).open(&self.path).with_context(why)?;
        *self.written() = scan(file).with_context(why)?.0;
        Ok(())
    }

    fn written(&self) -> std::sync::MutexGuard<'_, Written> {
        self.file.lock().expect("no thread panics with it")
    }
}

impl Written {
    fn note(&mut self, key: String, place: (u64, u32)) {
        self.in_order_to = match self.in_order_to.take() {
            Some(last) if last < key => Some(key.clone()),
            None if self.places.is_empty() => Some(key.clone()),
            _ => None,
        };
        self.places.insert(key, place);
    }
}

/// Lines to be added, and where the values of their cells begin in them.
#[derive(Default)]
struct Lines {
    text: Vec<u8>,
    places: Vec<(String, u64, u32)>,
}

impl Lines {
    fn push(&mut self, key: &str, value: &str) -> Result<()> {
        self.text.extend_from_slice(head(key, value)?.as_bytes());
        self.places.push((key.to_owned(), self.text.len() as u64, u32::try_from(value.len())?));
        self.text.extend_from_slice(value.as_bytes());
        self.text.extend_from_slice(b"}\n");
        Ok(())
    }
}

/// A line up to its value.
fn head(key: &str, value: &str) -> Result<String> {
    Ok(format!("{{\"cell\":{},\"sum\":\"{}\",\"value\":", serde_json::to_string(key)?, sum(value)))
}

/// What is in a file, and how many whole lines of it are damaged.
fn scan(file: File) -> Result<(Written, usize)> {
    let mut reader = BufReader::with_capacity(BUFFER, file.try_clone()?);
    reader.seek(SeekFrom::Start(0))?;
    let mut written = Written { file, length: 0, places: HashMap::new(), in_order_to: None };
    let (mut line, mut damaged) = (Vec::new(), 0);
    loop {
        line.clear();
        let n = reader.read_until(b'\n', &mut line)?;
        if n == 0 || line.last() != Some(&b'\n') {
            return Ok((written, damaged));
        }
        match std::str::from_utf8(&line).ok().and_then(|text| serde_json::from_str::<Line<'_>>(text).ok()) {
            Some(found) if found.sum == sum(found.value.get()) => {
                let value = found.value.get();
                let from = value.as_ptr() as usize - line.as_ptr() as usize;
                let place = (written.length + from as u64, u32::try_from(value.len())?);
                written.note(found.cell.into_owned(), place);
            }
            _ => damaged += 1,
        }
        written.length += n as u64;
    }
}

/// CRC-32 of a value, as eight hexadecimal digits.
fn sum(value: &str) -> String {
    format!("{:08x}", crc32fast::hash(value.as_bytes()))
}

/// What tests of studies do to a journal.
#[cfg(test)]
pub(crate) mod by_hand {
    use std::fs;
    use std::path::Path;

    use super::*;

    /// What came of a cell of the run in `folder`.
    pub(crate) fn cell<T: DeserializeOwned>(folder: &Path, key: &str) -> T {
        let journal = Journal::open(&Folder::at(folder)).unwrap();
        journal.value(key).unwrap().unwrap_or_else(|| panic!("no cell `{key}`"))
    }

    /// Removes a cell.
    pub(crate) fn lose(folder: &Path, key: &str) {
        let file = folder.join(JOURNAL);
        let text = fs::read_to_string(&file).unwrap();
        let is_it = |line: &&str| line.starts_with(&head(key, "").unwrap()[..key.len() + 10]);
        let kept: Vec<&str> = text.split_inclusive('\n').filter(|line| !is_it(line)).collect();
        assert_eq!(kept.len() + 1, text.lines().count(), "no cell `{key}`");
        fs::write(&file, kept.concat()).unwrap();
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    fn open(root: &Path) -> (Folder, Journal) {
        let folder = Folder::at(root);
        let journal = Journal::open(&folder).unwrap();
        (folder, journal)
    }

    #[test]
    fn a_kill_at_any_byte_loses_the_last_line_alone() {
        let place = tempfile::tempdir().unwrap();
        let (_, journal) = open(place.path());
        for i in 0..4 {
            journal.add(&format!("cell \"{i}\""), &format!("{{\"n\":{i},\"text\":\"ä\\n\"}}")).unwrap();
        }
        let whole = fs::read(place.path().join(JOURNAL)).unwrap();
        let ends: Vec<usize> = (0..whole.len()).filter(|at| whole[*at] == b'\n').map(|at| at + 1).collect();
        for length in 0..=whole.len() {
            fs::write(place.path().join(JOURNAL), &whole[..length]).unwrap();
            let (_, journal) = open(place.path());
            let done = ends.iter().filter(|end| **end <= length).count();
            assert_eq!((journal.keys().len(), journal.damaged()), (done, 0), "{length} bytes");
            // It goes on where the last whole line ends.
            journal.add("next", "7").unwrap();
            let (_, journal) = open(place.path());
            assert_eq!((journal.value::<i64>("next").unwrap(), journal.keys().len()), (Some(7), done + 1));
            for i in 0..done {
                let value: serde_json::Value = journal.value(&format!("cell \"{i}\"")).unwrap().unwrap();
                assert_eq!(value["n"], i);
            }
        }
    }

    #[test]
    fn a_damaged_line_is_a_cell_that_is_not_done() {
        let place = tempfile::tempdir().unwrap();
        let (_, journal) = open(place.path());
        for i in 0..3 {
            journal.add(&i.to_string(), &format!("[{i}.5]")).unwrap();
        }
        let text = fs::read_to_string(place.path().join(JOURNAL)).unwrap();
        fs::write(place.path().join(JOURNAL), text.replace("1.5", "1.6")).unwrap();
        let (_, journal) = open(place.path());
        assert_eq!((journal.damaged(), journal.value::<Vec<f64>>("1").unwrap()), (1, None));
        assert_eq!(journal.value::<Vec<f64>>("2").unwrap(), Some(vec![2.5]));
        assert!(journal.value::<String>("2").unwrap_err().to_string().contains("not of this version's form"));
    }

    #[test]
    fn the_same_cells_are_the_same_bytes_whatever_order_they_were_done_in() {
        let keys: Vec<String> = (0..50).map(|i| format!("c{i}")).collect();
        let bytes = |order: &mut dyn Iterator<Item = usize>| {
            let place = tempfile::tempdir().unwrap();
            let (folder, journal) = open(place.path());
            for i in order {
                journal.add(&keys[i], &format!("{}", i * i)).unwrap();
            }
            journal.settle(&folder).unwrap();
            assert_eq!(journal.value::<usize>("c49").unwrap(), Some(49 * 49));
            journal.add("later", "1").unwrap();
            assert_eq!(Journal::open(&folder).unwrap().keys().len(), keys.len() + 1);
            fs::read(place.path().join(JOURNAL)).unwrap()
        };
        assert_eq!(bytes(&mut (0..50)), bytes(&mut (0..50).rev()));
    }
}
