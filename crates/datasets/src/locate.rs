//! Where a data set's files are.

use std::env;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;

use crate::catalogue::{Entry, Pair, entries};
use crate::{Error, Result, Split};

/// The folders that are looked at, in this order: the one that the caller names, the one in `ADVLAB_DATA`, the user's own.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// The folder that the caller names, such as with `--data`. Files that it lacks are an error.
    pub dir: Option<PathBuf>,
    /// The folder in the variable `ADVLAB_DATA`. Sets that it lacks are looked for further on.
    pub env: Option<PathBuf>,
    /// The user's data folder, such as `~/.local/share/advlab/data`; downloads go to a subfolder of it.
    pub home: Option<PathBuf>,
    /// Addresses that take the place of a set's own mirrors, from the variable `ADVLAB_MIRROR`.
    pub mirrors: Option<Vec<String>>,
}

/// The files of one split.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) images: PathBuf,
    pub(crate) labels: PathBuf,
}

/// What a search came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Both files are there.
    Here(Found),
    /// Nowhere; they would go into this folder.
    Fetch(PathBuf),
}

impl Places {
    /// The places of this process: its variables `ADVLAB_DATA` and `ADVLAB_MIRROR` (addresses separated by spaces; the
    /// files lie directly under each, or under its subfolder named after the set where it ends in `{set}`), and the
    /// user's data folder.
    pub fn of_process(dir: Option<PathBuf>) -> Self {
        let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
        Self {
            dir,
            env: set("ADVLAB_DATA").map(PathBuf::from),
            home: ProjectDirs::from("", "", "advlab").map(|dirs| dirs.data_dir().join("data")),
            mirrors: set("ADVLAB_MIRROR")
                .map(|text| text.to_string_lossy().split_whitespace().map(str::to_owned).collect()),
        }
    }

    /// The folder that holds the files of a split, if they are on this machine.
    ///
    /// # Errors
    /// A folder that was named and lacks files, or holds another set.
    pub fn folder_of(&self, entry: &'static Entry, split: Split) -> Result<Option<PathBuf>> {
        Ok(match self.find(entry, split)? {
            Place::Here(found) => found.images.parent().map(Path::to_owned),
            Place::Fetch(_) => None,
        })
    }

    /// The addresses to fetch a set from.
    pub(crate) fn mirrors_of(&self, entry: &Entry) -> Vec<String> {
        match &self.mirrors {
            Some(mirrors) => mirrors.iter().map(|mirror| mirror.replace("{set}", entry.name)).collect(),
            None => entry.mirrors.iter().map(|&mirror| mirror.to_owned()).collect(),
        }
    }

    /// Looks for the files of a split.
    ///
    /// A named folder holds the files itself, or in a subfolder named after the set.
    pub(crate) fn find(&self, entry: &'static Entry, split: Split) -> Result<Place> {
        if let Some(dir) = &self.dir {
            return match search(entry, split, dir, "--data")? {
                Search::Both(found) => Ok(Place::Here(found)),
                Search::Lacks(error) | Search::LacksOne(error) => Err(error),
            };
        }
        if let Some(dir) = &self.env {
            match search(entry, split, dir, "ADVLAB_DATA") {
                Ok(Search::Both(found)) => return Ok(Place::Here(found)),
                // A folder that holds another set, whose files have the same names, is no reason not to look further.
                Ok(Search::Lacks(_)) | Err(Error::OtherSet { .. }) => {}
                Ok(Search::LacksOne(error)) | Err(error) => return Err(error),
            }
        }
        let home = self.home.as_ref().ok_or(Error::NoHome { set: entry.name })?.join(entry.name);
        Ok(match both(entry.pair(split), &home) {
            Ok(found) => Place::Here(found),
            Err(_) => Place::Fetch(home),
        })
    }
}

enum Search {
    Both(Found),
    LacksOne(Error),
    Lacks(Error),
}

fn search(entry: &'static Entry, split: Split, dir: &Path, what: &'static str) -> Result<Search> {
    if !dir.is_dir() {
        return Err(Error::NoFolder { set: entry.name, what, folder: dir.to_owned() });
    }
    let pair = entry.pair(split);
    let folder = [dir.join(entry.name), dir.to_owned()].into_iter().find(|folder| folder.is_dir() && any(pair, folder));
    let folder = folder.unwrap_or_else(|| dir.to_owned());
    match both(pair, &folder) {
        Ok(found) => {
            refuse_other_set(entry, &found.labels)?;
            Ok(Search::Both(found))
        }
        Err(missing) => {
            let one = missing.len() == 1;
            let error = Error::MissingFiles { set: entry.name, what, folder, missing: missing.join(" and ") };
            Ok(if one { Search::LacksOne(error) } else { Search::Lacks(error) })
        }
    }
}

/// The path of a file under any of its spellings.
pub(crate) fn spelled(file: &crate::catalogue::Entity, folder: &Path) -> Option<PathBuf> {
    file.spellings().into_iter().map(|name| folder.join(name)).find(|path| path.is_file())
}

/// Whether a folder holds files of any set, itself or in a subfolder named after the set.
pub(crate) fn holds_any(dir: &Path) -> bool {
    let of = |entry: &Entry, folder: &Path| any(&entry.train, folder) || any(&entry.test, folder);
    entries().iter().any(|entry| of(entry, dir) || of(entry, &dir.join(entry.name)))
}

fn any(pair: &Pair, folder: &Path) -> bool {
    pair.files().into_iter().any(|file| spelled(file, folder).is_some())
}

/// Both files, or the names of those that are not there.
fn both(pair: &Pair, folder: &Path) -> Result<Found, Vec<&'static str>> {
    match (spelled(&pair.images, folder), spelled(&pair.labels, folder)) {
        (Some(images), Some(labels)) => Ok(Found { images, labels }),
        (images, _) if images.is_some() => Err(vec![pair.labels.stem]),
        (_, labels) if labels.is_some() => Err(vec![pair.images.stem]),
        _ => Err(vec![pair.images.stem, pair.labels.stem]),
    }
}

/// MNIST and Fashion-MNIST have the same file names, so one could be taken for the other. Labels are small: their sums
/// tell. Files of neither are fine, a data set of one's own may come under these names.
fn refuse_other_set(entry: &'static Entry, labels: &Path) -> Result<()> {
    for other in entries().iter().filter(|other| other.name != entry.name) {
        for checksum in [&other.train, &other.test].into_iter().filter_map(|pair| pair.labels.checksum) {
            if checksum.matches(labels)? {
                return Err(Error::OtherSet { path: labels.to_owned(), wanted: entry.name, got: other.name });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{Source, find};
    use std::fs;

    fn mnist() -> &'static Entry {
        let Source::Files(entry) = find("mnist").unwrap() else { panic!("mnist comes from files") };
        entry
    }

    fn touch(folder: &Path, names: &[&str]) {
        fs::create_dir_all(folder).unwrap();
        names.iter().for_each(|name| fs::write(folder.join(name), "").unwrap());
    }

    const TEST: [&str; 2] = ["t10k-images.idx3-ubyte", "t10k-labels-idx1-ubyte.gz"];

    #[test]
    fn folders_are_looked_at_in_order() {
        let root = tempfile::tempdir().unwrap();
        let dir = |name: &str| root.path().join(name);
        let mut places =
            Places { dir: Some(dir("named")), env: Some(dir("env")), home: Some(dir("home")), mirrors: None };
        let folder_of = |places: &Places| match places.find(mnist(), Split::Test).unwrap() {
            Place::Here(found) => found.images.parent().unwrap().to_owned(),
            Place::Fetch(folder) => panic!("fetch into {}", folder.display()),
        };
        touch(&dir("named"), &TEST);
        touch(&dir("env/mnist"), &TEST);
        touch(&dir("home/mnist"), &TEST);
        assert_eq!(folder_of(&places), dir("named"));
        places.dir = None;
        assert_eq!(folder_of(&places), dir("env/mnist"));
        places.env = None;
        assert_eq!(folder_of(&places), dir("home/mnist"));
        assert_eq!(places.find(mnist(), Split::Train).unwrap(), Place::Fetch(dir("home/mnist")));
    }

    #[test]
    fn a_named_folder_that_lacks_files_is_an_error() {
        let root = tempfile::tempdir().unwrap();
        let home = root.path().join("home");
        touch(&home.join("mnist"), &TEST);
        let text = |folder: &Path| {
            let places = Places { dir: Some(folder.to_owned()), home: Some(home.clone()), ..Places::default() };
            places.find(mnist(), Split::Test).unwrap_err().to_string()
        };
        let empty = root.path().join("empty");
        assert!(text(&empty).contains("not a folder"), "{}", text(&empty));
        touch(&empty, &[]);
        assert!(text(&empty).contains("t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte"), "{}", text(&empty));
        touch(&empty, &TEST[..1]);
        assert!(text(&empty).contains("needs t10k-labels-idx1-ubyte, with"), "{}", text(&empty));
    }

    #[test]
    fn the_variable_s_folder_may_lack_a_set_but_not_half_of_it() {
        let root = tempfile::tempdir().unwrap();
        let env = root.path().join("env");
        touch(&env, &[]);
        let places = Places { env: Some(env.clone()), home: Some(root.path().join("home")), ..Places::default() };
        assert!(matches!(places.find(mnist(), Split::Test), Ok(Place::Fetch(_))));
        touch(&env, &TEST[1..]);
        assert!(matches!(places.find(mnist(), Split::Test), Err(Error::MissingFiles { .. })));
        let gone = Places { env: Some(root.path().join("gone")), ..places };
        assert!(matches!(gone.find(mnist(), Split::Test), Err(Error::NoFolder { what: "ADVLAB_DATA", .. })));
    }
}
