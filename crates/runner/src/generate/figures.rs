//! The pictures of a run: a sheet of examples, the averages, histograms.

use advlab_analysis::{Seen, stretched};
use advlab_core::{Classifier, InputShape};
use advlab_plots::{Axis, ContactSheet, Histogram, Histograms, Picture, PictureGrid, Tile, Tones, percent};
use anyhow::Result;

use super::spec::Spec;
use super::store::Stored;
use super::summary::Summary;
use crate::folder::Folder;

/// Examples on the sheet.
const ON_SHEET: usize = 100;

/// Name of the sheet of examples.
pub(crate) const SHEET: &str = "examples.png";
/// Name of the figure of averages.
pub(crate) const AVERAGE: &str = "average.png";
/// Name of the histograms.
pub(crate) const HISTOGRAMS: &str = "histograms.png";

/// Draws everything; nothing where there is no example.
pub(super) fn draw(
    folder: &Folder,
    spec: &Spec,
    net: &dyn Classifier,
    stored: &[Stored],
    summary: &Summary,
) -> Result<()> {
    let made: Vec<&Stored> = stored.iter().filter(|class| class.done.successes > 0).collect();
    if made.is_empty() {
        return Ok(());
    }
    sheet(folder, spec, net, &made)?;
    averages(folder, net, &made, summary)?;
    histograms(folder, net, &made)
}

fn sides(shape: InputShape) -> [usize; 3] {
    [shape.channels as usize, shape.height as usize, shape.width as usize]
}

/// What a caption says of a picture: label and confidence.
fn caption(net: &dyn Classifier, label: i64, confidence: f32) -> String {
    format!("{} · {}", net.classes()[label as usize], percent(f64::from(confidence)))
}

fn sheet(folder: &Folder, spec: &Spec, net: &dyn Classifier, made: &[&Stored]) -> Result<()> {
    let shape = sides(net.input());
    let each = (ON_SHEET / made.len()).max(1);
    let tiles = made.iter().flat_map(|class| class.shown.iter().take(each)).map(|(record, picture)| {
        Tile::new(Picture::new(&picture[..], shape), caption(net, record.label, record.confidence))
    });
    let names: Vec<&str> = made.iter().map(|class| net.classes()[class.class as usize].as_str()).collect();
    let total: usize = made.iter().map(|class| class.done.successes).sum();
    let title = format!("Noise that {} labels {}", net.name(), list(&names));
    let mut sheet = ContactSheet::new(title, tiles.collect());
    let clip = if spec.noise.clip { "" } else { "; values outside [0, 1] are shown clipped" };
    sheet.note = format!("{} of {total} examples, label and confidence of each{clip}", sheet.tiles.len());
    sheet.columns = Some(if made.len() > 1 { each } else { 10 });
    Ok(sheet.save(folder.path(SHEET))?)
}

fn list(names: &[&str]) -> String {
    match names {
        [one] => (*one).to_owned(),
        [rest @ .., last] if names.len() <= 4 => format!("{} or {last}", rest.join(", ")),
        _ => format!("{} to {}", names[0], names[names.len() - 1]),
    }
}

/// For each class its average as it is, at full contrast, and the mean digit of the training data where the classes are
/// digits; one class lies in a row, several in columns.
fn averages(folder: &Folder, net: &dyn Classifier, made: &[&Stored], summary: &Summary) -> Result<()> {
    let shape = net.input();
    let means = advlab_model_zoo::mean_digits(net);
    let mut kinds = vec!["average".to_owned(), "at full contrast".to_owned()];
    if means.is_some() {
        kinds.push("mean MNIST digit".to_owned());
    }
    let tile = |values: Vec<f32>, seen: Option<Seen>| {
        let text = seen.map_or_else(String::new, |seen| caption(net, seen.label, seen.confidence));
        Tile::new(Picture::new(values, sides(shape)), text)
    };
    let mut by_class = Vec::new();
    for class in made {
        let seen = summary.classes.iter().find(|c| c.target == class.class).expect("summed up");
        let [raw, full] = [&seen.average, &seen.average_stretched].map(|seen| seen.as_ref().map(|named| named.seen));
        let mut tiles = vec![tile(class.average.clone(), raw), tile(stretched(&class.average), full)];
        if let Some(means) = &means {
            let mean = &means[class.class as usize];
            tiles.push(tile(mean.clone(), Some(Seen::by(net, mean, class.class)?)));
        }
        by_class.push(tiles);
    }
    let names: Vec<String> = made.iter().map(|class| net.classes()[class.class as usize].clone()).collect();
    let counts = made.iter().map(|class| class.done.successes);
    let (fewest, most) = (counts.clone().min().unwrap_or(0), counts.max().unwrap_or(0));
    let of = if fewest == most { most.to_string() } else { format!("{fewest} to {most}") };
    let title = format!("What {} sees in the average of its examples", net.name());
    let (rows, columns, tiles) = if made.len() == 1 {
        (names, kinds, by_class.concat())
    } else {
        let tiles = (0..kinds.len()).flat_map(|kind| by_class.iter().map(move |tiles| tiles[kind].clone())).collect();
        (kinds, names, tiles)
    };
    let mut grid = PictureGrid::new(title, rows, columns, tiles, Tones::Clipped);
    grid.note = format!("Averages of {of} examples each; below each picture its label and the confidence in it");
    Ok(grid.save(folder.path(AVERAGE))?)
}

fn histograms(folder: &Folder, net: &dyn Classifier, made: &[&Stored]) -> Result<()> {
    let steps: Vec<f64> = made.iter().flat_map(|c| &c.steps).map(|s| f64::from(*s)).collect();
    let confidences: Vec<f64> = made.iter().flat_map(|c| &c.confidences).map(|c| f64::from(*c)).collect();
    let panels = vec![
        Histogram::new("Steps to the label", Axis::plain("steps"), steps),
        Histogram::new("Confidence in the label", Axis::percent("confidence (%)"), confidences),
    ];
    let mut figure = Histograms::new(format!("Examples from noise for {}", net.name()), panels);
    figure.count_label = "examples".to_owned();
    Ok(figure.save(folder.path(HISTOGRAMS))?)
}
