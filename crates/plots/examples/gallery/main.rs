//! Draws every kind of figure from made-up data, to look at: `cargo run -p advlab-plots --example gallery -- FOLDER`.

mod numbers;
mod planes;

use std::error::Error;
use std::path::{Path, PathBuf};

use advlab_plots::{
    BarSeries, Bars, ContactSheet, DirectionGroup, DirectionRow, DirectionRows, Heatmap, Judged, Panel, PanelGroup,
    Picture, PictureGrid, Tile, Tones, Triptych, Triptychs, Verdict, percent, png,
};
use ndarray::Array2;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

pub(crate) type Done = Result<(), Box<dyn Error>>;

const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
const NETS: [&str; 2] = ["shallow (784-30-10)", "deep (784-100-30-10)"];

fn main() -> Done {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("usage: gallery FOLDER")?);
    std::fs::create_dir_all(&folder)?;
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    sheets(&folder, &mut rng)?;
    grids(&folder, &mut rng)?;
    triptychs(&folder, &mut rng)?;
    directions(&folder, &mut rng)?;
    numbers::histograms(&folder, &mut rng)?;
    numbers::distributions(&folder, &mut rng)?;
    numbers::curves(&folder, &mut rng)?;
    panels(&folder, &mut rng)?;
    planes::planes(&folder, &mut rng)?;
    numbers::runs(&folder, &mut rng)?;
    numbers::boxes(&folder, &mut rng)?;
    numbers::reliability(&folder, &mut rng)?;
    numbers::categories(&folder, &mut rng)?;
    numbers::matrices(&folder, &mut rng)?;
    extremes(&folder, &mut rng)
}

/// A ring and a bar that differ from digit to digit, values in [-1, 1].
fn shape(digit: usize) -> Vec<f32> {
    let angle = digit as f32 * 0.7;
    let at = |index: usize| {
        let (x, y) = ((index % 28) as f32 - 13.5, (index / 28) as f32 - 13.5);
        let ring = (-((x * x + y * y).sqrt() - 4.0 - digit as f32 * 0.5).powi(2) / 3.0).exp();
        let bar = (-(x * angle.sin() + y * angle.cos()).powi(2) / 8.0).exp() * (-(x * x + y * y) / 120.0).exp();
        ring - bar
    };
    (0..784).map(at).collect()
}

pub(crate) fn noisy(digit: usize, contrast: f32, noise: f32, rng: &mut impl Rng) -> Picture<'static> {
    let values = shape(digit).into_iter().map(|value| 0.5 + contrast * value + noise * (rng.random::<f32>() - 0.5));
    Picture::new(values.collect::<Vec<_>>(), [1, 28, 28])
}

pub(crate) fn coloured(side: usize, hue: f32) -> Picture<'static> {
    let at = |index: usize| {
        let (channel, y, x) = (index / (side * side), index / side % side, index % side);
        let (x, y) = (x as f32 / side as f32, y as f32 / side as f32);
        0.5 + 0.5 * (6.0 * x + 4.0 * y * hue + 2.1 * channel as f32 + hue).sin()
    };
    Picture::new((0..3 * side * side).map(at).collect::<Vec<_>>(), [3, side, side])
}

fn normal(rng: &mut impl Rng) -> f64 {
    (0..12).map(|_| rng.random::<f64>()).sum::<f64>() - 6.0
}

fn sheets(folder: &Path, rng: &mut impl Rng) -> Done {
    let mut tiles = Vec::new();
    for index in 0..100 {
        let confidence: f64 = rng.random::<f64>().powi(2);
        let tile = Tile::new(noisy(index % 10, 0.1, 0.9, rng), format!("{} · {}", index % 10, percent(confidence)));
        tiles.push(if confidence < 0.02 { tile.framed(Verdict::Wrong) } else { tile.framed(Verdict::Right) });
    }
    let mut sheet = ContactSheet::new("Noise that the shallow net labels as digits", tiles);
    sheet.save(folder.join("sheet-100.png"))?;
    sheet.tiles.truncate(30);
    for tile in &mut sheet.tiles {
        (tile.frame, tile.caption) = (None, String::new());
    }
    (sheet.columns, sheet.note) = (Some(10), "three rows without captions".to_owned());
    sheet.save(folder.join("sheet-plain.png"))?;

    let names =
        ["airplane", "golden retriever", "school bus", "three-toed sloth, ai, Bradypus tridactylus", "ostrich", "car"];
    let tiles = names.iter().enumerate().map(|(index, name)| {
        Tile::new(coloured(160, index as f32), format!("{name} · {}", percent(0.99 - 0.1 * index as f64)))
    });
    let mut sheet = ContactSheet::new("Pictures in colour", tiles.collect());
    sheet.columns = Some(3);
    sheet.save(folder.join("sheet-colour.png"))?;

    let items = (0..20).map(|index| Judged {
        picture: noisy(index % 10, 0.5, 0.2, rng),
        truth: DIGITS[index % 10].to_owned(),
        prediction: DIGITS[if index % 7 == 3 { 8 } else { index % 10 }].to_owned(),
        confidence: 1.0 - 0.04 * index as f64,
    });
    let mut panel = Panel::new("Deep net on test digits", items.collect());
    panel.columns = Some(10);
    panel.save(folder.join("panel.png"))?;
    let Picture { values, shape } = noisy(3, 0.5, 0.1, rng);
    png(folder.join("picture.png"), &values, shape, 8)?;
    Ok(())
}

fn grids(folder: &Path, rng: &mut impl Rng) -> Done {
    let mut cells = Vec::new();
    for net in 0..2 {
        for digit in 0..10 {
            let confidence = 0.9 + 0.01 * digit as f64;
            let tile = Tile::new(
                noisy(digit, 0.02, 0.02 + 0.02 * net as f32, rng),
                format!("{digit} · {}", percent(confidence)),
            );
            cells.push(tile);
        }
    }
    let grid = PictureGrid::new("Averages of 1000 pictures for each digit", NETS, DIGITS, cells, Tones::Stretched);
    grid.save(folder.join("grid-stretched.png"))?;

    let mut cells = Vec::new();
    for digit in 0..10 {
        cells.push(Tile::new(noisy(digit, 0.05, 0.05, rng), format!("{digit} · {}", percent(0.9968))));
    }
    for digit in 0..10 {
        cells.push(Tile::new(noisy(digit, 0.5, 0.0, rng), ""));
    }
    let rows = ["average of 1000 adversarial noise pictures", "mean MNIST digit"];
    let mut grid =
        PictureGrid::new("What the net sees, beside what a person sees", rows, DIGITS, cells, Tones::Clipped);
    grid.cells[4] = None;
    grid.note = "digit 4 was never reached".to_owned();
    grid.save(folder.join("grid-clipped.png"))?;

    let signed = |digit| Picture::new(shape(digit).iter().map(|value| value * 0.13).collect::<Vec<_>>(), [1, 28, 28]);
    let cells = (0..12).map(|index| Tile::new(signed(index % 6), format!("r = {:.2}", 0.1 * index as f64)));
    let mut grid = PictureGrid::new(
        "Averages less the mean over digits",
        NETS,
        &DIGITS[..6],
        cells,
        Tones::Signed { limit: None },
    );
    grid.bar_label = "difference in grey level".to_owned();
    grid.save(folder.join("grid-signed.png"))?;
    Ok(())
}

fn triptychs(folder: &Path, rng: &mut impl Rng) -> Done {
    let mut changed = |before: Picture<'static>, names: [&str; 2], size: f32| {
        let values = before.values.iter().map(|value| value + size * normal(rng) as f32).collect::<Vec<_>>();
        Triptych {
            name: format!("{}.png", names[0]),
            after: Picture::new(values, before.shape),
            before,
            captions: [
                format!("{} · {}", names[0], percent(0.9998)),
                "L2 0.62 · L∞ 0.012".to_owned(),
                format!("{} · {}", names[1], percent(0.5321)),
            ],
            frame: None,
        }
    };
    let photo = changed(coloured(224, 1.0), ["beach wagon", "ostrich"], 0.002);
    let mut figure = Triptychs::new("car.png: what resnet18 takes for an ostrich", vec![photo.clone()]);
    figure.note = "L2 0.774 · RMS 0.0020 · L∞ 0.012 · PSNR 54.0 dB".to_owned();
    figure.save(folder.join("triptych-224.png"))?;
    let object = changed(coloured(64, 1.5), ["car", "ostrich"], 0.01);
    Triptychs::new("64 x 64", vec![object.clone()]).save(folder.join("triptych-64.png"))?;
    let digits: Vec<_> = (0..64).map(|i| changed(coloured_grey(i % 10), [DIGITS[i % 10], "3"], 0.05)).collect();
    Triptychs::new("28 x 28", digits[..1].to_vec()).save(folder.join("triptych-28.png"))?;
    Triptychs::new("Many", digits).save(folder.join("triptychs-28.png"))?;
    Triptychs::new("Many", vec![object; 40]).save(folder.join("triptychs-64.png"))?;
    Ok(Triptychs::new("Many", vec![photo; 25]).save(folder.join("triptychs-224.png"))?)
}

/// Rows of pictures in two groups: those of units mostly of one class, those of random directions of any.
fn rows_of<'a>(
    n_rows: usize,
    n_classes: usize,
    picture: &dyn Fn(usize) -> Picture<'a>,
    rng: &mut impl Rng,
) -> Vec<DirectionGroup<'a>> {
    let mut group = |name: &str, row_name: &str, same: f64| {
        let mut row = |index: usize| {
            let mut counts = vec![0; n_classes];
            let tiles = (0..8).map(|_| {
                let own = rng.random::<f64>() < same;
                let class = if own { index * 3 % n_classes } else { rng.random_range(0..n_classes) };
                counts[class] += 1;
                Tile::new(picture(class), "")
            });
            let tiles = tiles.collect();
            DirectionRow::new(
                format!("{row_name} {}", 7 * index + 1),
                format!("{:.2}", 4.0 - 0.1 * index as f64),
                tiles,
                counts,
            )
        };
        DirectionGroup::new(name, (0..n_rows).map(&mut row).collect())
    };
    vec![group("single units", "unit", 0.7), group("random directions", "random", 0.5)]
}

fn directions(folder: &Path, rng: &mut impl Rng) -> Done {
    let groups = rows_of(16, 10, &coloured_grey, rng);
    let mut figure = DirectionRows::new("Digits that drive directions of the hidden layer furthest", DIGITS, groups);
    figure.note = "below each name the mean activation of the eight".to_owned();
    figure.save(folder.join("directions-28.png"))?;
    figure.groups.truncate(1);
    figure.groups[0].rows.truncate(3);
    for tile in figure.groups[0].rows.iter_mut().flat_map(|row| &mut row.tiles) {
        tile.caption = "class".to_owned();
    }
    figure.groups[0].rows[1].name = "difference of units 17 and 4711, normalised".to_owned();
    figure.save(folder.join("directions-captions.png"))?;
    let names =
        ["airplane", "golden retriever", "three-toed sloth, ai, Bradypus tridactylus", "ostrich", "rhinoceros beetle"];
    let classes: Vec<String> = (0..1000).map(|class| format!("{} {class}", names[class % 5])).collect();
    let groups = rows_of(16, 1000, &|class| coloured(224, (class % 50) as f32 / 9.0), rng);
    let figure = DirectionRows::new("Photographs that drive directions of the last layer furthest", classes, groups);
    Ok(figure.save(folder.join("directions-224.png"))?)
}

fn coloured_grey(digit: usize) -> Picture<'static> {
    Picture::new(shape(digit).into_iter().map(|value| value.clamp(0.0, 1.0)).collect::<Vec<_>>(), [1, 28, 28])
}

/// What a net said of coloured pictures: a sample, and its surest mistakes.
fn panels(folder: &Path, rng: &mut impl Rng) -> Done {
    let mut save = |side: usize, count: usize, wrong: usize, names: &[&str], file: &str| -> Done {
        let mut judged = |index: usize, is_right: bool| {
            let truth = index % names.len();
            let prediction = if is_right { truth } else { (truth + 1) % names.len() };
            let confidence = if is_right { 1.0 - 0.5 * rng.random::<f64>() } else { 1.0 - 0.01 * index as f64 };
            Judged {
                picture: if side == 28 {
                    noisy(truth, 0.5, 0.2, rng)
                } else {
                    coloured(side, (index % 7) as f32 / 3.0)
                },
                truth: names[truth].to_owned(),
                prediction: names[prediction].to_owned(),
                confidence,
            }
        };
        let sample: Vec<_> = (0..count).map(|index| judged(index, index % 5 != 1)).collect();
        let mistakes: Vec<_> = (0..wrong).map(|index| judged(index, false)).collect();
        let groups = vec![
            PanelGroup::new(format!("{count} of 200, drawn at random"), sample),
            PanelGroup::new(format!("The {wrong} surest of 38 mistakes"), mistakes),
        ];
        let mut panel = Panel::grouped("cells-cnn on cells (test)", groups);
        panel.note = Some("81.00 % of all 200 are right; the bar is as long as the confidence".to_owned());
        Ok(panel.save(folder.join(file))?)
    };
    let cells = ["Control", "Snap29"];
    let photos = ["rhinoceros beetle", "three-toed sloth, ai, Bradypus tridactylus", "cab", "golden retriever"];
    save(128, 20, 20, &cells, "panel-128.png")?;
    save(256, 20, 20, &cells, "panel-256.png")?;
    save(224, 20, 3, &photos, "panel-224-long.png")?;
    save(600, 9, 1, &photos, "panel-600.png")?;
    save(28, 36, 36, &DIGITS, "panel-28.png")?;
    save(28, 36, 0, &DIGITS, "panel-28-no-mistakes.png")
}

/// Training and test accuracy of a condition over runs.
/// A panel for answers whose accuracy is the confidence less `too_sure`; confidences lie near 1 for a large `power`.
fn extremes(folder: &Path, rng: &mut impl Rng) -> Done {
    let one = vec![Tile::new(noisy(8, 0.5, 0.3, rng), "8 · 99.68 %").framed(Verdict::Right)];
    ContactSheet::new("One picture below a title that is quite a bit longer than the picture is wide", one)
        .save(folder.join("extreme-one.png"))?;
    let many = (0..1000).map(|index| Tile::new(noisy(index % 10, 0.2, 0.6, rng), format!("{}", index % 10)));
    ContactSheet::new("A thousand", many.collect()).save(folder.join("extreme-thousand.png"))?;
    let names: Vec<String> = (0..60).map(|index| format!("class {index}")).collect();
    let values = (0..60).map(|index| index as f64 / 60.0);
    let bars = Bars::percent("Sixty classes", "class", "accuracy (%)", names, vec![BarSeries::new("net", values)]);
    bars.save(folder.join("extreme-bars.png"))?;
    let one = Bars::percent("One bar", "", "accuracy (%)", ["all"], vec![BarSeries::new("", [1.0])]);
    one.save(folder.join("extreme-bar.png"))?;
    Heatmap::square("One value", Array2::from_elem((1, 1), 0.5), vec![]).save(folder.join("extreme-heatmap.png"))?;
    Ok(())
}
