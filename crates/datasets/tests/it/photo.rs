//! Picture files to values.

use std::env;
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use advlab_core::InputShape;
use advlab_datasets::photo::{Fault, Fit, MAX_PIXELS, Photo, list};
use advlab_datasets::{Error, LoadOptions, Result, Split, load};
use image::codecs::gif::GifEncoder;
use image::{DynamicImage, Frame, GrayImage, ImageBuffer, ImageFormat, LumaA, Rgb, Rgba, RgbaImage};
use tempfile::TempDir;

/// A colourful picture, each value different from its neighbours.
fn colourful(width: u32, height: u32) -> DynamicImage {
    ImageBuffer::from_fn(width, height, |x, y| Rgb([(7 * x + y) as u8, (3 * y) as u8, (x * y) as u8])).into()
}

fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn read(bytes: &[u8]) -> Result<Photo> {
    read_limited(bytes, MAX_PIXELS)
}

fn read_limited(bytes: &[u8], max_pixels: u64) -> Result<Photo> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("picture.png"); // whatever it holds: kinds are told by content
    fs::write(&file, bytes).unwrap();
    Photo::read(&file, max_pixels)
}

fn fault(bytes: &[u8]) -> Fault {
    match read(bytes).unwrap_err() {
        Error::Photo { path, fault } => {
            assert!(path.ends_with("picture.png"));
            fault
        }
        other => panic!("{other}"),
    }
}

#[test]
fn every_kind_without_loss_gives_the_same_values() {
    let image = colourful(20, 12);
    let want: Vec<f32> =
        (0..3).flat_map(|c| image.to_rgb8().pixels().map(|p| f32::from(p.0[c]) / 255.0).collect::<Vec<_>>()).collect();
    for format in [ImageFormat::Png, ImageFormat::Bmp, ImageFormat::Tiff, ImageFormat::Pnm, ImageFormat::WebP] {
        let photo = read(&encoded(&image, format)).unwrap();
        assert_eq!((photo.width(), photo.height()), (20, 12), "{format:?}");
        assert!(photo.values() == want, "{format:?}");
    }
    let photo = read(&encoded(&image, ImageFormat::Jpeg)).unwrap().values();
    let mean = photo.iter().zip(&want).map(|(a, b)| (a - b).abs()).sum::<f32>() / want.len() as f32;
    assert!(mean < 0.1, "{mean}");
}

#[test]
fn sixteen_bits_keep_their_precision() {
    let image = ImageBuffer::from_fn(16, 16, |x, y| Rgb([(4096 * x + 17 * y) as u16, 65_535, 1]));
    let values = read(&encoded(&DynamicImage::ImageRgb16(image.clone()), ImageFormat::Png)).unwrap().values();
    for (value, pixel) in values.iter().zip(image.pixels()) {
        assert_eq!(*value, f32::from(pixel.0[0]) / 65_535.0);
    }
    assert_eq!((values[256], values[512]), (1.0, 1.0 / 65_535.0));
}

#[test]
fn grey_is_three_equal_colours() {
    let image = GrayImage::from_fn(16, 16, |x, y| image::Luma([(16 * y + x) as u8]));
    let values = read(&encoded(&image.clone().into(), ImageFormat::Png)).unwrap().values();
    assert!(values[..256] == values[256..512] && values[..256] == values[512..]);
    assert!(values.iter().zip(image.pixels()).all(|(value, pixel)| *value == f32::from(pixel.0[0]) / 255.0));
}

#[test]
fn what_is_transparent_lies_on_white() {
    let image = RgbaImage::from_fn(8, 8, |x, _| Rgba([51, 102, 255, [0, 51, 255][x.min(2) as usize]]));
    let values = read(&encoded(&image.into(), ImageFormat::Png)).unwrap().values();
    for (x, want) in [(0, [1.0, 1.0, 1.0]), (1, [0.84, 0.88, 1.0]), (2, [0.2, 0.4, 1.0])] {
        for (channel, want) in want.into_iter().enumerate() {
            assert!((values[64 * channel + x] - want).abs() < 1e-6, "{x} {channel}: {}", values[64 * channel + x]);
        }
    }
    let grey = ImageBuffer::from_pixel(8, 8, LumaA([0_u16, 13_107]));
    let values = read(&encoded(&DynamicImage::ImageLumaA16(grey), ImageFormat::Png)).unwrap().values();
    assert!(values.iter().all(|value| (value - 0.8).abs() < 1e-6), "{}", values[0]);
}

/// A JPEG with a note of how its camera was held.
fn turned(orientation: u8) -> Vec<u8> {
    let left_dark = ImageBuffer::from_fn(32, 16, |x, _| Rgb([if x < 16 { 0 } else { 255_u8 }; 3]));
    let jpeg = encoded(&left_dark.into(), ImageFormat::Jpeg);
    let tag = [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]; // orientation, one short number
    let exif = [&b"Exif\0\0MM\0\x2A\0\0\0\x08\0\x01"[..], &tag, &[0; 4]].concat();
    let length = (exif.len() as u16 + 2).to_be_bytes();
    [&jpeg[..2], &[0xFF, 0xE1], &length, &exif, &jpeg[2..]].concat()
}

#[test]
fn photographs_stand_upright() {
    for (orientation, size, first, last) in [
        (1, (32, 16), 0.0, 1.0),
        (2, (32, 16), 1.0, 0.0), // mirrored
        (3, (32, 16), 1.0, 0.0), // upside down
        (6, (16, 32), 0.0, 1.0), // to be turned clockwise: the left side comes to the top
        (8, (16, 32), 1.0, 0.0),
    ] {
        let photo = read(&turned(orientation)).unwrap();
        assert_eq!((photo.width(), photo.height()), size, "{orientation}");
        let values = photo.values();
        assert!((values[0] - first).abs() < 0.05, "{orientation}");
        assert!((values[511] - last).abs() < 0.05, "{orientation}");
    }
}

#[test]
fn files_without_a_picture_are_refused() {
    assert_eq!(fault(b""), Fault::Empty);
    assert_eq!(fault(b"Dear Sir").to_string().split(';').next(), Some("is not a picture: it begins `Dear Sir`"));
    assert!(fault(&[0, 1, 2, 255]).to_string().contains("it begins 00 01 02 ff; wanted PNG, JPEG"));
    assert!(fault(b"qoif0000").to_string().contains("not read (Qoi); save it as PNG or JPEG"));
    let folder = tempfile::tempdir().unwrap();
    let text = |path: &Path| Photo::read(path, MAX_PIXELS).unwrap_err().to_string();
    let missing = folder.path().join("gone.png");
    assert!(text(&missing).starts_with(&format!("{}: cannot be read", missing.display())), "{}", text(&missing));
    assert!(text(folder.path()).ends_with("is a folder; name one picture file in it"), "{}", text(folder.path()));
}

#[test]
fn broken_off_files_are_refused() {
    use ImageFormat::{Bmp, Gif, Jpeg, Png, Pnm, Tiff, WebP};
    for format in [Png, Jpeg, Gif, Bmp, Tiff, Pnm, WebP] {
        let whole = encoded(&colourful(40, 40), format);
        read(&whole).unwrap();
        for part in [whole.len() / 2, 9 * whole.len() / 10] {
            let error = fault(&whole[..part]);
            let early = matches!(error, Fault::Truncated { bytes } if bytes == part as u64);
            assert!(early || matches!(error, Fault::Damaged { .. }), "{format:?} {part}: {error}");
            assert!(early || !matches!(format, Png | Jpeg | Bmp | Pnm), "{format:?} {part}: {error}");
        }
        let error = fault(&whole[..12]).to_string();
        assert!(error.contains("ends too early") || error.contains("cannot be decoded as"), "{format:?}: {error}");
        assert_eq!(error.lines().count(), 1);
    }
    let mut wrong = encoded(&colourful(40, 40), Png);
    wrong[60] ^= 0xFF;
    assert!(matches!(fault(&wrong), Fault::Damaged { kind: "PNG", .. }));
}

#[test]
fn animations_are_refused() {
    let gif = |n: usize| {
        let mut bytes = Vec::new();
        let frames = (0..n).map(|_| Frame::new(colourful(16, 16).to_rgba8()));
        GifEncoder::new(&mut bytes).encode_frames(frames).unwrap();
        bytes
    };
    assert_eq!(fault(&gif(12)).to_string(), "is animated (12 frames); save one frame as PNG");
    assert_eq!(read(&gif(1)).unwrap().width(), 16);
}

#[test]
fn sizes_out_of_bounds_are_refused() {
    let png = encoded(&colourful(60, 50), ImageFormat::Png);
    assert!(read_limited(&png, 3000).is_ok());
    let text = read_limited(&png, 2999).unwrap_err().to_string();
    assert!(
        text.ends_with(
            "is 60 x 50, 3000 pixels, more than the limit of 2999 pixels; scale it down, or raise the limit"
        )
    );
    // A header that promises 100 000 x 100 000 pixels, and nothing after it: no memory is taken.
    let mut header = b"P6\n100000 100000\n255\n".to_vec();
    header.extend([0; 100]);
    let text = fault(&header).to_string();
    assert!(text.contains("is 100000 x 100000, 10000.0 megapixels, more than the limit of 50.0 megapixels"), "{text}");
    let mut huge = png;
    huge[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
    let crc = crc32(&huge[12..29]);
    huge[29..33].copy_from_slice(&crc.to_be_bytes());
    assert_eq!(fault(&huge), Fault::TooLarge { width: 65_536, height: 65_536, limit: MAX_PIXELS });
    for (width, height) in [(1, 1), (7, 100), (100, 7)] {
        let text = fault(&encoded(&colourful(width, height), ImageFormat::Png)).to_string();
        assert_eq!(text, format!("is {width} x {height} pixels; wanted at least 8 on each side"));
    }
}

/// PNG's check of a chunk, bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32| if crc & 1 == 1 { 0xEDB8_8320 ^ (crc >> 1) } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, &byte| (0..8).fold(crc ^ u32::from(byte), |crc, _| step(crc)))
}

#[test]
fn a_folder_s_pictures_come_in_order() {
    let folder: TempDir = tempfile::tempdir().unwrap();
    let text = list(folder.path()).unwrap_err().to_string();
    assert!(text.contains("no picture file in this folder (0 other entries)"), "{text}");
    for name in ["b.PNG", "a.jpeg", "notes.txt", ".hidden.png", "c.webp", "10.tif"] {
        fs::write(folder.path().join(name), "").unwrap();
    }
    fs::create_dir(folder.path().join("folder.png")).unwrap();
    let names: Vec<PathBuf> =
        list(folder.path()).unwrap().iter().map(|path| path.file_name().unwrap().into()).collect();
    assert_eq!(names, ["10.tif", "a.jpeg", "b.PNG", "c.webp"].map(PathBuf::from));
    assert!(matches!(list(&folder.path().join("gone")), Err(Error::Read { .. })));
}

#[test]
fn real_photographs_fit_a_net() {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let data = env::var_os("ADVLAB_DATA").map_or(beside, PathBuf::from);
    let folder = data.join("imagenet/photos");
    if !folder.is_dir() {
        eprintln!("skipped: {} is not there; name the folder that holds it in ADVLAB_DATA", folder.display());
        return;
    }
    let shape: InputShape = "3x224x224".parse().unwrap();
    for file in list(&folder).unwrap() {
        let photo = Photo::read(&file, MAX_PIXELS).unwrap();
        for fit in [Fit::Crop, Fit::Inner, Fit::Stretch] {
            assert_eq!(photo.fit(shape, fit).unwrap().pictures().unwrap().shape(), shape, "{}", file.display());
        }
    }
}

#[test]
fn the_car_to_try_things_on_is_a_held_out_drawing() {
    const NUMBER: usize = 85;
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../experiments/pictures/car.png");
    let set = load("objects", Split::Test, &LoadOptions { count: Some(NUMBER + 1), ..LoadOptions::default() }).unwrap();
    assert_eq!(set.classes()[set.labels()[NUMBER] as usize], "car");
    let values = Photo::read(&file, MAX_PIXELS).unwrap().fit(set.shape(), Fit::Crop).unwrap();
    for (value, byte) in values.values().iter().zip(set.picture(NUMBER)) {
        // Another machine's sines may round otherwise.
        assert!((255.0 * value - f32::from(*byte)).abs() < 2.5, "{value} {byte}");
    }
}
