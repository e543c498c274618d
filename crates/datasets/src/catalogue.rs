//! The data sets known by name: their files, checksums, classes, and where they come from.

use crate::{Checksum, Error, Result, Split};

/// A data set in MNIST's four files.
#[derive(Debug)]
pub struct Entry {
    /// What the user calls it.
    pub name: &'static str,
    /// Names of the classes, by label.
    pub classes: &'static [&'static str],
    /// The label of the first class as the files have it; data sets in memory begin at 0.
    pub first_label: u8,
    /// Whether the files hold every picture mirrored along its diagonal, as EMNIST's do.
    pub transposed: bool,
    /// The files to learn from.
    pub train: Pair,
    /// The files to be judged by.
    pub test: Pair,
    /// Addresses that hold the files, gzipped, in the order in which they are tried; each ends in `/`.
    pub mirrors: &'static [&'static str],
    /// Where a person gets the files that have no mirror, in words.
    pub by_hand: &'static str,
}

/// The two files of a split.
#[derive(Debug)]
pub struct Pair {
    /// Pictures.
    pub images: Entity,
    /// Labels.
    pub labels: Entity,
}

/// One file.
#[derive(Debug)]
pub struct Entity {
    /// Its name without `.gz`.
    pub stem: &'static str,
    /// What it should sum up to, where its authors say.
    pub checksum: Option<Checksum>,
}

impl Entry {
    /// The files of a split.
    pub const fn pair(&self, split: Split) -> &Pair {
        match split {
            Split::Train => &self.train,
            Split::Test => &self.test,
        }
    }
}

impl Pair {
    /// Both files, pictures first.
    pub const fn files(&self) -> [&Entity; 2] {
        [&self.images, &self.labels]
    }
}

impl Entity {
    /// The names that it may have in a folder, in the order in which they are tried.
    pub fn spellings(&self) -> [String; 4] {
        let (plain, dotted) = (self.stem.to_owned(), self.stem.replace("-idx", ".idx"));
        [format!("{plain}.gz"), format!("{dotted}.gz"), plain, dotted]
    }
}

/// Where a named data set comes from.
#[derive(Clone, Copy, Debug)]
pub enum Source {
    /// From files.
    Files(&'static Entry),
    /// From formulas.
    Drawn(Drawn),
}

/// The data sets drawn by formula: they need no files, and there are as many pictures as anyone asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawn {
    /// Grey handwriting: [`digits`](crate::digits).
    Digits,
    /// Coloured things in scenes: [`objects`](crate::objects).
    Objects,
    /// Micrographs of cells, Control and Snap29: [`cells`](crate::cells).
    Cells,
    /// Micrographs of cells, Control and Snf7, which differ next to nothing.
    CellsSnf7,
}

/// All of them.
pub const DRAWN: [Drawn; 4] = [Drawn::Digits, Drawn::Objects, Drawn::Cells, Drawn::CellsSnf7];

impl Drawn {
    /// What the user calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Digits => "digits",
            Self::Objects => "objects",
            Self::Cells => "cells",
            Self::CellsSnf7 => "cells-snf7",
        }
    }

    /// Whether its pictures are micrographs, which are drawn in whatever shape they are asked for.
    pub const fn is_cells(self) -> bool {
        matches!(self, Self::Cells | Self::CellsSnf7)
    }

    /// Pictures drawn where no count is given: of digits as many as MNIST has. Of cells it is the slides that are counted.
    pub const fn usual_count(self, split: Split) -> Option<usize> {
        Some(match (self, split) {
            (Self::Digits, Split::Train) => 60_000,
            (Self::Digits, Split::Test) => 10_000,
            (Self::Objects, Split::Train) => 24_000,
            (Self::Objects, Split::Test) => 4_000,
            (Self::Cells | Self::CellsSnf7, _) => return None,
        })
    }
}

/// All names, the drawn ones last.
pub fn names() -> impl Iterator<Item = &'static str> {
    ENTRIES.iter().map(|entry| entry.name).chain(DRAWN.map(Drawn::name))
}

/// The data set of this name.
///
/// # Errors
/// [`Error::UnknownSet`] with the nearest name and the list.
pub fn find(name: &str) -> Result<Source> {
    if let Some(drawn) = DRAWN.into_iter().find(|drawn| drawn.name() == name) {
        return Ok(Source::Drawn(drawn));
    }
    if let Some(entry) = ENTRIES.iter().find(|entry| entry.name == name) {
        return Ok(Source::Files(entry));
    }
    let lower = name.to_lowercase();
    let nearest = names()
        .map(|known| (strsim::jaro_winkler(&lower, known), known))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, known)| known);
    Err(Error::UnknownSet { name: name.to_owned(), nearest, known: names().collect::<Vec<_>>().join(", ") })
}

/// The data sets that come from files.
pub fn entries() -> &'static [Entry] {
    &ENTRIES
}

const DIGITS: &[&str] = &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

const CLOTHES: &[&str] =
    &["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

/// Digits, capitals, small letters; EMNIST's sets take parts of it.
const CHARACTERS: &[&str] = &[
    "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M",
    "N", "O", "P", "Q", "R", "S", "T", "U", "V", "W", "X", "Y", "Z", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j",
    "k", "l", "m", "n", "o", "p", "q", "r", "s", "t", "u", "v", "w", "x", "y", "z",
];

/// [`CHARACTERS`], with the small letters that look like their capitals merged into them.
const MERGED: &[&str] = &[
    "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M",
    "N", "O", "P", "Q", "R", "S", "T", "U", "V", "W", "X", "Y", "Z", "a", "b", "d", "e", "f", "g", "h", "n", "q", "r",
    "t",
];

const fn file(stem: &'static str, checksum: Option<Checksum>) -> Entity {
    Entity { stem, checksum }
}

const fn unpacked(stem: &'static str, sum: &'static str) -> Entity {
    file(stem, Some(Checksum::Unpacked(sum)))
}

const fn gzip(stem: &'static str, sum: &'static str) -> Entity {
    file(stem, Some(Checksum::Gzip(sum)))
}

/// One of EMNIST's sets. Source: Cohen et al. 2017, <https://arxiv.org/abs/1702.05373>.
macro_rules! emnist {
    ($set:literal, $first_label:literal, $classes:expr) => {
        Entry {
            name: concat!("emnist-", $set),
            classes: $classes,
            first_label: $first_label,
            transposed: true,
            train: Pair {
                images: file(concat!("emnist-", $set, "-train-images-idx3-ubyte"), None),
                labels: file(concat!("emnist-", $set, "-train-labels-idx1-ubyte"), None),
            },
            test: Pair {
                images: file(concat!("emnist-", $set, "-test-images-idx3-ubyte"), None),
                labels: file(concat!("emnist-", $set, "-test-labels-idx1-ubyte"), None),
            },
            mirrors: &[],
            by_hand: "EMNIST comes as one archive, `gzip.zip`, from https://www.nist.gov/itl/products-and-services/emnist-dataset",
        }
    };
}

static ENTRIES: [Entry; 8] = [
    Entry {
        name: "mnist",
        classes: DIGITS,
        first_label: 0,
        transposed: false,
        train: Pair {
            images: unpacked("train-images-idx3-ubyte", "6bbc9ace898e44ae57da46a324031adb"),
            labels: unpacked("train-labels-idx1-ubyte", "a25bea736e30d166cdddb491f175f624"),
        },
        test: Pair {
            images: unpacked("t10k-images-idx3-ubyte", "2646ac647ad5339dbf082846283269ea"),
            labels: unpacked("t10k-labels-idx1-ubyte", "27ae3e4e09519cfbb04c329615203637"),
        },
        mirrors: &[
            "https://ossci-datasets.s3.amazonaws.com/mnist/",
            "https://storage.googleapis.com/cvdf-datasets/mnist/",
        ],
        by_hand: "see http://yann.lecun.com/exdb/mnist/",
    },
    Entry {
        name: "fashion-mnist",
        classes: CLOTHES,
        first_label: 0,
        transposed: false,
        train: Pair {
            images: gzip("train-images-idx3-ubyte", "8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
            labels: gzip("train-labels-idx1-ubyte", "25c81989df183df01b3e8a0aad5dffbe"),
        },
        test: Pair {
            images: gzip("t10k-images-idx3-ubyte", "bef4ecab320f06d8554ea6380940ec79"),
            labels: gzip("t10k-labels-idx1-ubyte", "bb300cfdad3c16e7a12a480ee83cd310"),
        },
        mirrors: &["http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"],
        by_hand: "see https://github.com/zalandoresearch/fashion-mnist",
    },
    emnist!("balanced", 0, MERGED),
    emnist!("byclass", 0, CHARACTERS),
    emnist!("bymerge", 0, MERGED),
    emnist!("digits", 0, DIGITS),
    emnist!("letters", 1, CHARACTERS.split_at(10).1.split_at(26).0),
    emnist!("mnist", 0, DIGITS),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_name_is_answered_with_the_nearest() {
        for (name, want) in [
            ("mnits", "mnist"),
            ("MNIST", "mnist"),
            ("fashion", "fashion-mnist"),
            ("digit", "digits"),
            ("object", "objects"),
        ] {
            let text = find(name).unwrap_err().to_string();
            assert!(text.contains(&format!("did you mean `{want}`?")), "{text}");
            assert!(text.contains("emnist-letters"), "{text}");
        }
        let text = find("cifar").unwrap_err().to_string();
        assert!(!text.contains("did you mean"), "{text}");
    }

    #[test]
    fn every_set_has_its_classes() {
        let count = |name: &str| match find(name).unwrap() {
            Source::Files(entry) => entry.classes.len(),
            Source::Drawn(Drawn::Digits) => 10,
            Source::Drawn(Drawn::Objects) => crate::objects::N_CLASSES,
            Source::Drawn(Drawn::Cells | Drawn::CellsSnf7) => crate::cells::Sample::snf7().classes.len(),
        };
        for (name, classes) in [
            ("mnist", 10),
            ("fashion-mnist", 10),
            ("emnist-balanced", 47),
            ("emnist-byclass", 62),
            ("emnist-bymerge", 47),
            ("emnist-digits", 10),
            ("emnist-letters", 26),
            ("emnist-mnist", 10),
            ("digits", 10),
            ("objects", 16),
            ("cells", 2),
            ("cells-snf7", 2),
        ] {
            assert_eq!(count(name), classes, "{name}");
        }
        let Source::Files(letters) = find("emnist-letters").unwrap() else { panic!("letters come from files") };
        assert_eq!((letters.classes[0], letters.classes[25]), ("A", "Z"));
    }

    #[test]
    fn a_file_has_both_spellings() {
        let Source::Files(mnist) = find("mnist").unwrap() else { panic!("mnist comes from files") };
        let names = mnist.pair(Split::Test).labels.spellings();
        assert!(names.contains(&"t10k-labels.idx1-ubyte".to_owned()), "{names:?}");
        assert!(names.contains(&"t10k-labels-idx1-ubyte.gz".to_owned()), "{names:?}");
    }
}
