use advlab_core::Seed;
use advlab_datasets::digits::photographs::photograph;
use advlab_datasets::own_digits::{Page, Processing};
use image::{ImageBuffer, Rgb, RgbImage, imageops};
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let (from, seed): (u64, u64) = (a[2].parse().unwrap(), a[3].parse().unwrap());
    let (cols, rows) = (5u32, 12u32);
    let (cw, ch) = (330u32, 132u32);
    let mut sheet: RgbImage = ImageBuffer::from_pixel(cols * cw, rows * ch, Rgb([255, 255, 255]));
    for k in 0..cols * rows {
        let (photo, _) = photograph(from + k as u64, Seed::new(seed));
        let v = photo.values();
        let (w, h) = (photo.width(), photo.height());
        let im = RgbImage::from_fn(w as u32, h as u32, |x, y| {
            Rgb([0, 1, 2].map(|p| (255.0 * v[p * w * h + y as usize * w + x as usize]) as u8))
        });
        let s = 128.0 / w.max(h) as f32;
        let im = imageops::resize(&im, (w as f32 * s) as u32, (h as f32 * s) as u32, imageops::FilterType::Triangle);
        let (x0, y0) = ((k % cols) * cw, (k / cols) * ch);
        imageops::replace(&mut sheet, &im, x0 as i64, y0 as i64);
        match Page::find(&photo) {
            Ok(page) => {
                for (j, p) in Processing::ALL.into_iter().enumerate() {
                    let pic = page.picture(p);
                    let im = RgbImage::from_fn(28, 28, |x, y| Rgb([pic[(y * 28 + x) as usize]; 3]));
                    let im = imageops::resize(&im, 62, 62, imageops::FilterType::Nearest);
                    imageops::replace(
                        &mut sheet,
                        &im,
                        (x0 + 131 + 64 * (j as u32 % 3)) as i64,
                        (y0 + 64 * (j as u32 / 3)) as i64,
                    );
                }
            }
            Err(e) => println!("{}: {e}", from + k as u64),
        }
    }
    sheet.save(&a[1]).unwrap();
}
