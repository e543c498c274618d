//! From settings and a folder to pictures, everything checked before the first of them is made.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use advlab_core::Stop;
use rayon::prelude::*;

use super::halves::deal;
use super::raster::Wide;
use super::rotate::Surrounded;
use super::settings::Channels;
use super::shrink::shrink;
use super::{Area, Raster, Rotation, Settings, Size, Trouble, class_folders};
use crate::photo::Header;
use crate::{Error, Result, Split};

/// A wide-field picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Number of its class.
    pub class: usize,
    /// Name of the class and name of the file, such as `Control/slide 3.tif`.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// Pixels along a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    grey: bool,
}

/// A file that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Name of the class and name of the file.
    pub file: String,
    /// What is wrong with it.
    pub why: String,
}

/// What is to be made of which files.
#[derive(Debug)]
pub struct Plan {
    settings: Settings,
    classes: Vec<String>,
    sources: Vec<Source>,
    broken: Vec<Broken>,
    beside: usize,
    angles: Vec<f64>,
    halves: Option<Vec<Vec<Split>>>,
}

/// A picture that was made: the number of its rotation, its angle in degrees counter-clockwise, and its pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct Made {
    /// Number of the rotation, from 0.
    pub turn: usize,
    /// Degrees counter-clockwise.
    pub angle: f64,
    /// The picture.
    pub raster: Raster,
}

impl Plan {
    /// Looks at every file of a folder with one folder for each class: at its headers, and at all of it where broken files are to be left
    /// out.
    ///
    /// # Errors
    /// [`Error::Prepare`] says what is wrong with the settings, the folder or its pictures; [`Error::Read`]; [`Error::Stopped`].
    pub fn new(input: &Path, settings: Settings, stop: &Stop) -> Result<Self> {
        let angles = settings.check()?;
        let (folders, beside) = class_folders(input)?;
        if let [one] = &folders[..] {
            return Err(Trouble::OneClass { folder: input.to_owned(), class: one.name.clone() }.into());
        }
        let files: Vec<(usize, String, PathBuf)> = folders
            .iter()
            .enumerate()
            .flat_map(|(class, folder)| {
                folder.files.iter().map(move |file| (class, format!("{}/{file}", folder.name), folder.path.join(file)))
            })
            .collect();
        let looked: Result<Vec<Result<Source, Broken>>> =
            files.into_par_iter().map(|(class, name, path)| look(class, name, path, &settings, stop)).collect();
        let (mut sources, mut broken) = (Vec::new(), Vec::new());
        for file in looked? {
            match file {
                Ok(source) => sources.push(source),
                Err(file) => broken.push(file),
            }
        }
        if !broken.is_empty() && !settings.skip_broken {
            let total = sources.len() + broken.len();
            return Err(Trouble::Broken { broken, total }.into());
        }
        for (class, folder) in folders.iter().enumerate() {
            if !sources.iter().any(|source| source.class == class) {
                return Err(Trouble::EmptyClass { folder: folder.path.clone() }.into());
            }
        }
        let classes: Vec<String> = folders.into_iter().map(|folder| folder.name).collect();
        let mut plan = Self { settings, classes, sources, broken, beside, angles, halves: None };
        plan.check()?;
        if let Some(split) = plan.settings.split {
            let names: Vec<_> = plan.sources.iter().map(|source| (source.class, source.name.clone())).collect();
            plan.halves = Some(deal(&plan.classes, &names, plan.settings.tiles.len(), split)?);
        }
        Ok(plan)
    }

    /// Whether all pictures can be cut, and come out alike.
    fn check(&self) -> Result<(), Trouble> {
        let Settings { tiles, channels, size, .. } = self.settings;
        let first = |grey: bool| self.sources.iter().find(|source| source.grey == grey);
        if channels == Channels::Keep
            && let (Some(grey), Some(colour)) = (first(true), first(false))
        {
            return Err(Trouble::Channels { grey: grey.path.clone(), colour: colour.path.clone() });
        }
        let mut before: Option<(&Source, Size)> = None;
        for source in &self.sources {
            let (width, height, path) = (source.width, source.height, source.path.clone());
            let fit = tiles.fit(width, height).filter(|_| self.settings.trim || tiles.divides(width, height));
            let Some((tile, _)) = fit else {
                let (grid, columns, rows) = (tiles.to_string(), tiles.columns, tiles.rows);
                return Err(Trouble::Tiles { path, width, height, grid, columns, rows });
            };
            match (size, before) {
                (Some(size), _) => {
                    let same = u64::from(tile.width) * u64::from(size.height)
                        == u64::from(tile.height) * u64::from(size.width);
                    if !(same || self.settings.stretch) {
                        return Err(Trouble::Form { path, tile: tile.to_string(), size: size.to_string() });
                    }
                }
                (None, Some((other, other_tile))) if other_tile != tile => {
                    let (one, one_size) = (other.path.clone(), other_tile.to_string());
                    return Err(Trouble::Sizes { one, one_size, other: path, other_size: tile.to_string() });
                }
                _ => before = Some((source, tile)),
            }
            let to = size.unwrap_or(tile);
            if self.settings.turns && !to.is_square() {
                return Err(Trouble::Setting(format!(
                    "--turns needs square pictures, and these are {to}; choose a --size or --tiles that make squares"
                )));
            }
        }
        Ok(())
    }

    /// What is to be done.
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Names of the classes, sorted.
    pub fn classes(&self) -> &[String] {
        &self.classes
    }

    /// The pictures, by class and name.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// Files that are left out because they cannot be used.
    pub fn broken(&self) -> &[Broken] {
        &self.broken
    }

    /// Files beside the folders of classes, which are left out.
    pub const fn beside(&self) -> usize {
        self.beside
    }

    /// All angles of each tile, in degrees counter-clockwise.
    pub fn angles(&self) -> &[f64] {
        &self.angles
    }

    /// The half that a tile of a picture belongs to, if there are halves.
    pub fn half(&self, picture: usize, tile: usize) -> Option<Split> {
        self.halves.as_ref().map(|halves| halves[picture][tile])
    }

    /// Reads a picture, to cut it into tiles.
    ///
    /// # Errors
    /// Those of [`Photo::read`](crate::photo::Photo::read); [`Error::Prepare`] if the file is not what it was at the first look.
    pub fn cut(&self, picture: usize) -> Result<Cut<'_>> {
        let source = &self.sources[picture];
        let wide = Wide::read(&source.path, self.settings.max_pixels)?;
        if (wide.width(), wide.height(), wide.is_grey()) != (source.width as usize, source.height as usize, source.grey)
        {
            return Err(Trouble::Changed { path: source.path.clone() }.into());
        }
        Ok(Cut { plan: self, wide })
    }
}

/// A wide-field picture in memory, and how to cut it.
#[derive(Debug)]
pub struct Cut<'a> {
    plan: &'a Plan,
    wide: Wide,
}

impl Cut<'_> {
    /// The largest level of a picture of 16 bit; `None` for others.
    pub fn brightest(&self) -> Option<u16> {
        self.wide.brightest()
    }

    /// One tile in all its rotations, one after another: those that share an interpolation follow each other. Tiles are numbered from 0, row
    /// by row.
    ///
    /// # Errors
    /// What `each` complains of.
    ///
    /// # Panics
    /// If there is no tile of this number.
    pub fn tile<E>(&self, tile: usize, each: impl FnMut(Made) -> Result<(), E>) -> Result<(), E> {
        let settings = &self.plan.settings;
        let grid = settings.tiles;
        assert!(tile < grid.len(), "tile {tile} of {grid}");
        let (width, height) = (self.wide.width() as u32, self.wide.height() as u32);
        let (size, (left, top)) = grid.fit(width, height).expect("the plan has checked it");
        let (column, row) = (tile as u32 % grid.columns, tile as u32 / grid.columns);
        let area = Area {
            x: (left + column * size.width) as usize,
            y: (top + row * size.height) as usize,
            width: size.width as usize,
            height: size.height as usize,
        };
        let mut raster = self.wide.area(area, settings.channels);
        if let Some(white) = settings.white.filter(|_| raster.white > 255.0) {
            let factor = raster.white / f32::from(white);
            raster.levels.iter_mut().for_each(|level| *level = (*level * factor).min(raster.white));
        }
        tile_versions(&raster, &self.plan.angles, settings, each)
    }
}

/// A tile at all angles and at its size. Whole turns of squares are taken from the same rotation without them.
pub(crate) fn tile_versions<E>(
    tile: &Raster,
    angles: &[f64],
    settings: &Settings,
    mut each: impl FnMut(Made) -> Result<(), E>,
) -> Result<(), E> {
    let own = Size { width: tile.width as u32, height: tile.height as u32 };
    let to = settings.size.unwrap_or(own);
    let square = own.is_square() && to.is_square();
    // The part of each angle that must be interpolated, at most 45 degrees where whole turns are free; and who shares it.
    let mut parts: Vec<(f64, Vec<(usize, usize)>)> = Vec::new();
    let mut known: HashMap<u64, usize> = HashMap::new();
    for (turn, angle) in angles.iter().enumerate() {
        let quarters = if square { (angle / 90.0).round() } else { 0.0 };
        let degrees = angle - 90.0 * quarters + 0.0; // no negative zero
        let at = *known.entry(degrees.to_bits()).or_insert(parts.len());
        if at == parts.len() {
            parts.push((degrees, Vec::new()));
        }
        parts[at].1.push((turn, quarters.rem_euclid(4.0) as usize));
    }
    let rotation = |degrees: f64| Rotation::new(degrees, tile.width, tile.height, to, settings.interpolation);
    // What gets smaller is averaged once, before all rotations, which take points of it.
    let factor = |own: u32, to: u32| f64::from(own) / f64::from(to);
    let factors = (factor(own.width, to.width), factor(own.height, to.height));
    let beyond = factors.0.max(factors.1).max(1.0).ceil() as usize;
    let margin = parts.iter().map(|(degrees, _)| rotation(*degrees).margin()).max().unwrap_or(0) + beyond;
    let surrounded = Surrounded::new(tile, margin, settings.border).averaged(factors);
    let smaller = to.width <= own.width && to.height <= own.height;
    for (degrees, turns) in parts {
        let upright =
            if degrees == 0.0 && smaller { shrink(tile.clone(), to) } else { rotation(degrees).apply(&surrounded) };
        let (last, others) = turns.split_last().expect("an angle is there for someone");
        for (turn, quarters) in others {
            each(Made { turn: *turn, angle: angles[*turn], raster: upright.turned(*quarters) })?;
        }
        let (turn, quarters) = *last;
        let raster = if quarters == 0 { upright } else { upright.turned(quarters) };
        each(Made { turn, angle: angles[turn], raster })?;
    }
    Ok(())
}

/// Looks at a file: what it is, or what is wrong with it. The outer error ends everything.
fn look(class: usize, name: String, path: PathBuf, settings: &Settings, stop: &Stop) -> Result<Result<Source, Broken>> {
    if stop.asked() {
        return Err(Error::Stopped);
    }
    let header = Header::read(&path, settings.max_pixels).and_then(|header| {
        if settings.skip_broken {
            Wide::read(&path, settings.max_pixels)?;
        }
        Ok(header)
    });
    Ok(match header {
        Ok(Header { width, height, grey }) => Ok(Source { class, name, path, width, height, grey }),
        Err(Error::Photo { fault, .. }) => Err(Broken { file: name, why: fault.to_string() }),
        Err(Error::Read { source, .. }) => Err(Broken { file: name, why: format!("cannot be read: {source}") }),
        Err(other) => return Err(other),
    })
}
