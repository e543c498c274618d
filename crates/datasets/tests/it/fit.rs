//! A picture to a net's size, and a change back to the picture's own.

use std::fs;

use advlab_core::InputShape;
use advlab_datasets::Error;
use advlab_datasets::photo::{Fit, MAX_PIXELS, Photo};
use image::{ImageBuffer, Rgb};

/// A picture with every 8-bit value in it, by way of a file.
fn photo(width: u32, height: u32) -> Photo {
    let image = ImageBuffer::from_fn(width, height, |x, y| {
        let wave = |a: f32, b: f32| (127.5 + 127.5 * (a * x as f32 + b * y as f32).sin()) as u8;
        Rgb([wave(0.05, 0.02), wave(0.01, 0.06), wave(0.03, 0.03)])
    });
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("picture.png");
    image.save(&file).unwrap();
    assert!(fs::metadata(&file).unwrap().len() > 0);
    Photo::read(&file, MAX_PIXELS).unwrap()
}

fn shape(text: &str) -> InputShape {
    text.parse().unwrap()
}

#[test]
fn a_picture_of_the_net_s_size_passes_to_the_bit() {
    let photo = photo(64, 48);
    for fit in [Fit::Crop, Fit::Inner, Fit::Stretch] {
        let fitted = photo.fit(shape("3x48x64"), fit).unwrap();
        assert!(fitted.values() == photo.values(), "{fit:?}");
        for value in fitted.values() {
            let k = (255.0 * value).round();
            assert_eq!(value.to_bits(), (k / 255.0).to_bits());
        }
        let change: Vec<f32> = (0..fitted.values().len()).map(|i| (i % 200) as f32 / 100.0 - 1.0).collect();
        let changed = fitted.give_back(&photo, &change).unwrap();
        let want: Vec<f32> = photo.values().iter().zip(&change).map(|(a, b)| (a + b).clamp(0.0, 1.0)).collect();
        assert!(changed.values() == want, "{fit:?}");
    }
}

#[test]
fn a_small_picture_is_the_average_of_a_large_one() {
    let photo = photo(300, 200);
    let fitted = photo.fit(shape("3x20x20"), Fit::Crop).unwrap();
    let region = fitted.region();
    assert_eq!([region.x, region.y, region.width, region.height], [50, 0, 200, 200]);
    let mean = |values: &[f32]| values.iter().sum::<f32>() / values.len() as f32;
    let values = photo.values();
    let part: Vec<f32> = (0..200).flat_map(|row| values[row * 300 + 50..row * 300 + 250].to_vec()).collect();
    let (small, large) = (mean(&fitted.values()[..400]), mean(&part));
    assert!((small - large).abs() < 2e-3, "{small} {large}");
}

#[test]
fn a_grey_net_sees_brightness() {
    let photo = photo(64, 64);
    let [colour, grey] = ["3x32x32", "1x32x32"].map(|text| photo.fit(shape(text), Fit::Crop).unwrap());
    let pictures = grey.pictures().unwrap();
    assert_eq!(pictures.tensor().size(), [1, 1, 32, 32]);
    for (i, value) in grey.values().iter().enumerate() {
        let want =
            [0.299, 0.587, 0.114].iter().enumerate().map(|(c, w)| w * colour.values()[1024 * c + i]).sum::<f32>();
        assert!((value - want).abs() < 1e-5, "{value} {want}");
    }
    let changed = grey.give_back(&photo, &[0.1; 1024]).unwrap();
    for (old, new) in photo.values().iter().zip(changed.values()) {
        assert!((new - (old + 0.1).min(1.0)).abs() < 1e-5);
    }
}

#[test]
fn a_change_goes_back_to_where_it_came_from() {
    let photo = photo(320, 200);
    for (fit, text) in
        [(Fit::Crop, "3x64x64"), (Fit::Inner, "3x64x64"), (Fit::Stretch, "3x50x80"), (Fit::Crop, "3x400x300")]
    {
        let shape = shape(text);
        let fitted = photo.fit(shape, fit).unwrap();
        let (rows, columns) = (shape.height as usize, shape.width as usize);
        // Smooth, of both signs, and zero at no whole row: scaling hardly changes it.
        let change: Vec<f32> = (0..shape.len())
            .map(|i| {
                let (y, x) = ((i / columns % rows) as f32 / rows as f32, (i % columns) as f32 / columns as f32);
                0.1 * (6.0 * x).sin() * (5.0 * y).cos()
            })
            .collect();
        let changed = fitted.give_back(&photo, &change).unwrap();
        assert_eq!((changed.width(), changed.height()), (320, 200));
        let again = changed.fit(shape, fit).unwrap();
        for ((before, after), want) in fitted.values().iter().zip(again.values()).zip(&change) {
            let inside = (0.1..0.9).contains(before);
            assert!(!inside || (after - before - want).abs() < 0.012, "{fit:?} {text}: {} {want}", after - before);
        }
        let region = fitted.region();
        let (old, new) = (photo.values(), changed.values());
        for (i, (old, new)) in old.iter().zip(&new).enumerate() {
            let (x, y) = (i % 320, i / 320 % 200);
            let seen =
                (region.x..region.x + region.width).contains(&x) && (region.y..region.y + region.height).contains(&y);
            assert!(seen || old == new, "{fit:?} {text}: {x} {y}");
        }
        let nothing = fitted.give_back(&photo, &vec![0.0; shape.len()]).unwrap();
        assert!(nothing.values() == photo.values(), "{fit:?} {text}");
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let (large, small) = (photo(100, 100), photo(50, 100));
    let fitted = large.fit(shape("3x20x20"), Fit::Crop).unwrap();
    let text = fitted.give_back(&large, &[0.0; 7]).unwrap_err().to_string();
    assert!(text.contains("wanted a change of 3x20x20 with values in [-1, 1], got 7 values"), "{text}");
    for bad in [1.5, -2.0, f32::NAN] {
        assert!(matches!(fitted.give_back(&large, &[bad; 1200]), Err(Error::Change { .. })), "{bad}");
    }
    let text = fitted.give_back(&small, &[0.0; 1200]).unwrap_err().to_string();
    assert!(
        text.contains("wanted the picture that was fitted, at least 100 x 100 pixels, got one of 50 x 100"),
        "{text}"
    );
    let text = large.fit(shape("2x20x20"), Fit::Crop).unwrap_err().to_string();
    assert!(text.contains("2x20x20"), "{text}");
}
