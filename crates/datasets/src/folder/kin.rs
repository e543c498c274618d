//! Which pictures come from one: what must stay on one side of every split.

use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use super::fault::Fault;
use crate::{Error, Result};

/// The table that preparing pictures leaves beside the classes.
pub(super) const TABLE: &str = "prepared.csv";

/// A group for each of these files: one for each picture of a source where the table in `dir` names the file; otherwise, by
/// names such as `0003-07-02.png`, one for each picture of a class; a file by itself is a group of its own.
///
/// `files` are sorted paths below `root`, which is `dir` or the folder of a half in it, and begin with the class.
pub(super) fn groups(dir: &Path, root: &Path, files: &[Box<Path>]) -> Result<Vec<u32>> {
    let mut groups = vec![None; files.len()];
    let mut n = 0;
    let table = dir.join(TABLE);
    if table.is_file() {
        n = by_table(&table, root.strip_prefix(dir).unwrap_or(Path::new("")), files, &mut groups)?;
    }
    let (mut named, mut class) = (HashMap::new(), None);
    let groups = groups.into_iter().zip(files).map(|(group, file)| {
        let own = file.iter().next();
        if own != class {
            class = own;
            named.clear(); // files of a class come together
        }
        let mut fresh = || {
            n += 1;
            n - 1
        };
        group.unwrap_or_else(|| match picture(file) {
            Some(picture) => *named.entry(picture).or_insert_with(fresh),
            None => fresh(),
        })
    });
    Ok(groups.collect())
}

/// Takes the groups of all files that the table names; returns how many groups those are.
fn by_table(table: &Path, half: &Path, files: &[Box<Path>], groups: &mut [Option<u32>]) -> Result<u32> {
    let bad = |why: String| Error::Folder {
        folder: table.parent().unwrap_or(table).to_owned(),
        fault: Fault::Table { table: PathBuf::from(TABLE), why },
    };
    let file = File::open(table).map_err(Error::read(table))?;
    let mut rows = csv::Reader::from_reader(file);
    let header = rows.headers().map_err(|error| bad(error.to_string()))?.clone();
    let column = |name: &str| {
        header.iter().position(|own| own == name).ok_or_else(|| bad(format!("there is no column `{name}`")))
    };
    let [file, class, source, picture] = [column("file")?, column("class")?, column("source")?, column("picture")?];
    let mut known: HashMap<(String, String), u32> = HashMap::new();
    let mut row = csv::StringRecord::new();
    while rows.read_record(&mut row).map_err(|error| bad(error.to_string()))? {
        let named = Path::new(&row[file]);
        let find = |path: &Path| files.binary_search_by(|own| (**own).cmp(path)).ok();
        // Tables name files as they lie in the whole folder, in their half, or in their class.
        let at = find(named.strip_prefix(half).unwrap_or(named)).or_else(|| find(&Path::new(&row[class]).join(named)));
        let Some(at) = at else { continue };
        let n = known.len() as u32;
        let key = (row[source].to_owned(), row[picture].to_owned());
        groups[at] = Some(*known.entry(key).or_insert(n));
    }
    Ok(known.len() as u32)
}

/// The picture's number in a name such as `0003-07-02.png`: picture, tile, turn.
fn picture(file: &Path) -> Option<&str> {
    let stem = file.file_stem()?.to_str()?;
    let parts: Vec<&str> = stem.split('-').collect();
    let number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    (parts.len() == 3 && parts.iter().all(number)).then(|| parts[0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn files(names: &[&str]) -> Vec<Box<Path>> {
        names.iter().map(|name| Path::new(name).into()).collect()
    }

    const NAMES: [&str; 7] = [
        "A/0000-00-00.png",
        "A/0000-00-01.png",
        "A/0001-00-00.png",
        "A/x-1-2.png",
        "B/0000-00-00.png",
        "B/0000-01-00.png",
        "B/1-2.png",
    ];

    #[test]
    fn names_tell_which_pictures_come_from_one() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(groups(dir.path(), dir.path(), &files(&NAMES)).unwrap(), [0, 0, 1, 2, 3, 3, 4]);
    }

    #[test]
    fn the_table_goes_before_names() {
        let dir = tempfile::tempdir().unwrap();
        let table = |rows: &str| {
            fs::write(dir.path().join(TABLE), format!("file,class,source,picture,tile,angle\n{rows}")).unwrap();
        };
        // By name alone, in the whole folder, and in the half.
        table("0000-00-00.png,A,p.tif,0,0,0\nA/0001-00-00.png,A,p.tif,0,1,0\ntest/B/0000-00-00.png,B,q.tif,0,0,0\n");
        let half = dir.path().join("test");
        assert_eq!(groups(dir.path(), &half, &files(&NAMES)).unwrap(), [0, 2, 0, 3, 1, 4, 5]);
        fs::write(dir.path().join(TABLE), "file,class\n").unwrap();
        let text = groups(dir.path(), dir.path(), &files(&NAMES)).unwrap_err().to_string();
        assert!(text.contains("prepared.csv: there is no column `source`"), "{text}");
        table("a,b\n");
        assert!(groups(dir.path(), dir.path(), &files(&NAMES)).is_err());
    }
}
