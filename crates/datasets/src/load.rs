//! The front door: a name in, a [`Dataset`] out.

use std::path::PathBuf;

use advlab_core::{InputShape, Seed, Stop};

use crate::catalogue::{self, Drawn, Entry, Source};
use crate::download::{Download, Patience, Progress};
use crate::idx::{Images, read_images, read_labels};
use crate::locate::{Found, Place, Places, spelled};
use crate::{Dataset, Error, Parts, Result, Split, cells, digits, folder, objects};

/// What a folder of pictures is called as a data set; [`LoadOptions::dir`] says which.
pub const FOLDER: &str = "folder";

/// Shape of drawn cells where no other is asked for.
const CELLS: InputShape = InputShape { channels: 3, height: 128, width: 128 };

/// How to load; the defaults are those of a plain command.
#[derive(Clone, Debug)]
pub struct LoadOptions {
    /// The folder that holds the files; without it the folders of [`Places::of_process`] are looked at.
    pub dir: Option<PathBuf>,
    /// The first so many pictures; of drawn sets how many to draw. Without it all, or the set's
    /// [usual count](Drawn::usual_count).
    pub count: Option<usize>,
    /// Seed of drawn sets, and of how a folder of pictures is divided; 0 unless told. Other sets draw nothing.
    pub seed: Seed,
    /// Shape that the pictures of a folder, or drawn cells, are made to; of cells 3x128x128 unless told.
    pub shape: Option<InputShape>,
    /// Which cells to draw; unset takes the set's own.
    pub cells: Option<cells::Sample>,
    /// The rest about a folder of pictures.
    pub folder: folder::Options,
    /// Raised to break off a download.
    pub stop: Stop,
    /// Who wants to know how far a download is.
    pub progress: Progress,
}

impl Default for LoadOptions {
    fn default() -> Self {
        Self {
            dir: None,
            count: None,
            seed: Seed::new(0),
            shape: None,
            cells: None,
            folder: folder::Options::default(),
            stop: Stop::default(),
            progress: Progress::default(),
        }
    }
}

/// Loads one half of a data set; fetches its files first if they are nowhere on this machine.
///
/// The two halves of a drawn set come from different children of the seed. [`FOLDER`] is a folder of pictures, which are all
/// read; [`open_folder`] leaves them in their files.
///
/// # Errors
/// [`Error::UnknownSet`]; the errors of looking for, fetching and reading files; [`Error::Count`] if more pictures are asked
/// for than there are, or none.
pub fn load(name: &str, split: Split, options: &LoadOptions) -> Result<Dataset> {
    if name == FOLDER {
        return open_folder(split, options, &|_, _| ())?.into_memory(&options.stop, &|_, _| ());
    }
    load_from(&Places::of_process(options.dir.clone()), name, split, options)
}

/// Opens one half of a folder of pictures, which stay in their files. Those that cannot be read have been left out if the options
/// say so, otherwise [`PictureFolder::check`](folder::PictureFolder::check) finds them.
///
/// # Errors
/// [`Error::FolderNeeds`] without a folder or a shape; those of [`PictureFolder`](folder::PictureFolder).
pub fn open_folder(split: Split, options: &LoadOptions, seen: folder::Seen<'_>) -> Result<folder::PictureFolder> {
    let dir = options.dir.as_deref().ok_or(Error::FolderNeeds("the name of a folder of pictures: --data DIR"))?;
    let shape =
        options.shape.ok_or(Error::FolderNeeds("the shape that its pictures are made to, such as 3x128x128"))?;
    let folder = folder::PictureFolder::open(dir, split, shape, options.seed, &options.folder)?;
    let folder = if options.folder.skip_broken { folder.without_broken(&options.stop, seen)? } else { folder };
    match options.count {
        Some(n) => folder.first(n),
        None => Ok(folder),
    }
}

/// [`load`], looking at these places instead of the process's own; `options.dir` is not looked at.
///
/// # Errors
/// As [`load`].
pub fn load_from(places: &Places, name: &str, split: Split, options: &LoadOptions) -> Result<Dataset> {
    let entry = match catalogue::find(name)? {
        Source::Drawn(drawn) => {
            let n = options.count.or(drawn.usual_count(split));
            return match (drawn, n) {
                (Drawn::Digits, Some(n)) => digits::draw(split, n, options.seed, &options.stop),
                (Drawn::Objects, Some(n)) => objects::draw(split, n, options.seed, &options.stop),
                (Drawn::Digits | Drawn::Objects, None) => unreachable!("they have a usual count"),
                (Drawn::Cells | Drawn::CellsSnf7, n) => drawn_cells(drawn, split, n, options),
            };
        }
        Source::Files(entry) => entry,
    };
    let found = match places.find(entry, split)? {
        Place::Here(found) => found,
        Place::Fetch(folder) => fetch(places, entry, split, folder, options)?,
    };
    let set = read(entry, split, &found)?;
    match options.count {
        Some(n) => set.first(n),
        None => Ok(set),
    }
}

/// Draws as many slides as so many pictures take, or as many as the sample says.
fn drawn_cells(drawn: Drawn, split: Split, n: Option<usize>, options: &LoadOptions) -> Result<Dataset> {
    let usual = if drawn == Drawn::Cells { cells::Sample::default() } else { cells::Sample::snf7() };
    let mut sample = options.cells.clone().unwrap_or(usual);
    if let Some(n) = n {
        sample = sample.with_at_least(n, split)?;
    }
    let set = sample.draw(drawn.name(), split, options.shape.unwrap_or(CELLS), options.seed, &options.stop)?;
    match n {
        Some(n) => set.first(n),
        None => Ok(set),
    }
}

fn fetch(
    places: &Places,
    entry: &'static Entry,
    split: Split,
    folder: PathBuf,
    options: &LoadOptions,
) -> Result<Found> {
    let pair = entry.pair(split);
    let mirrors = places.mirrors_of(entry);
    if mirrors.is_empty() {
        let missing = format!("{} and {}", pair.images.stem, pair.labels.stem);
        return Err(Error::NotFetchable { set: entry.name, why: entry.by_hand, missing, folder });
    }
    let get = |file: &catalogue::Entity| match spelled(file, &folder) {
        Some(path) => Ok(path),
        None => Download {
            set: entry.name.to_owned(),
            file: format!("{}.gz", file.stem),
            folder: folder.clone(),
            mirrors: mirrors.clone(),
            checksum: file.checksum,
            patience: Patience::default(),
        }
        .run(&options.stop, &options.progress),
    };
    // The small file first: if there is no network, it shows at once.
    let labels = get(&pair.labels)?;
    Ok(Found { images: get(&pair.images)?, labels })
}

fn read(entry: &'static Entry, split: Split, found: &Found) -> Result<Dataset> {
    let images = read_images(&found.images)?;
    let shape = InputShape { channels: 1, height: images.rows as i64, width: images.columns as i64 };
    if shape != InputShape::MNIST {
        return Err(Error::PictureSize {
            set: entry.name,
            path: found.images.clone(),
            wanted: InputShape::MNIST.to_string(),
            got: shape.to_string(),
        });
    }
    let labels = read_labels(&found.labels)?;
    if images.count() != labels.len() {
        return Err(Error::Counts {
            images: found.images.display().to_string(),
            n_images: images.count(),
            labels: found.labels.display().to_string(),
            n_labels: labels.len(),
        });
    }
    let (first, last) = (entry.first_label, entry.first_label + (entry.classes.len() - 1) as u8);
    if let Some(index) = labels.iter().position(|label| !(first..=last).contains(label)) {
        return Err(Error::Label {
            place: found.labels.display().to_string(),
            index,
            label: labels[index].into(),
            first: first.into(),
            last: last.into(),
        });
    }
    Dataset::new(Parts {
        name: entry.name.to_owned(),
        split,
        shape,
        pixels: if entry.transposed { upright(&images) } else { images.pixels },
        labels: labels.into_iter().map(|label| i64::from(label - first)).collect(),
        classes: entry.classes.iter().map(|&class| class.to_owned()).collect(),
        origin: found.images.display().to_string(),
    })
}

/// Pictures mirrored along their diagonal, which must be square.
fn upright(images: &Images) -> Vec<u8> {
    let side = images.rows;
    let mut pixels = Vec::with_capacity(images.pixels.len());
    for picture in images.pixels.chunks_exact(side * side) {
        pixels.extend((0..side * side).map(|i| picture[i % side * side + i / side]));
    }
    pixels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn upright_swaps_rows_and_columns() {
        let images = Images { rows: 2, columns: 2, pixels: vec![1, 2, 3, 4, 5, 6, 7, 8] };
        assert_eq!(upright(&images), [1, 3, 2, 4, 5, 7, 6, 8]);
    }
}
