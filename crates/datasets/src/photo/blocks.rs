//! What a file's blocks tell before anything is decoded: how many pictures it holds, and whether it goes on to its end.
//!
//! The decoders show the first picture of an animation without a word, and fill up what a short JPEG lacks with grey.

use image::ImageFormat;

/// The number of pictures in a file: frames of a GIF, an animated PNG or an animated WebP; 1 for other kinds.
pub(super) fn frames(format: ImageFormat, bytes: &[u8]) -> u32 {
    let count = match format {
        ImageFormat::Gif => gif(bytes),
        ImageFormat::Png => apng(bytes),
        ImageFormat::WebP => webp(bytes),
        _ => None,
    };
    count.unwrap_or(1).max(1)
}

/// The number of pages of a TIFF file, without reduced copies of one and masks; 1 for other kinds.
pub(super) fn pages(format: ImageFormat, bytes: &[u8]) -> u32 {
    if format == ImageFormat::Tiff { tiff(bytes).unwrap_or(1).max(1) } else { 1 }
}

/// Whether a JPEG file goes on to its end marker; `true` for other kinds, whose decoders look themselves.
pub(super) fn is_whole(format: ImageFormat, bytes: &[u8]) -> bool {
    format != ImageFormat::Jpeg || jpeg_ends(bytes).unwrap_or(false)
}

/// Image blocks up to the trailer, or to where the file breaks off.
fn gif(bytes: &[u8]) -> Option<u32> {
    let table = |flags: u8| if flags & 0x80 != 0 { 3 << ((flags & 7) + 1) } else { 0 };
    let mut at = 13 + table(*bytes.get(10)?);
    let mut count = 0;
    loop {
        at = match bytes.get(at).copied() {
            Some(0x21) => sub_blocks(bytes, at + 2),
            Some(0x2C) => {
                count += 1;
                let flags = bytes.get(at + 9).copied().unwrap_or(0);
                sub_blocks(bytes, at + 11 + table(flags))
            }
            _ => return Some(count),
        };
    }
}

/// The place after a chain of sub-blocks: each begins with its length, an empty one ends it.
fn sub_blocks(bytes: &[u8], mut at: usize) -> usize {
    while let Some(&length @ 1..) = bytes.get(at) {
        at += 1 + usize::from(length);
    }
    at + 1
}

/// Frames that the animation control announces; it must stand before the pixels.
fn apng(bytes: &[u8]) -> Option<u32> {
    let mut at = 8;
    loop {
        let length = u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?) as usize;
        match bytes.get(at + 4..at + 8)? {
            b"acTL" => return Some(u32::from_be_bytes(bytes.get(at + 8..at + 12)?.try_into().ok()?)),
            b"IDAT" => return None,
            _ => at = at.checked_add(12 + length)?,
        }
    }
}

/// Frame chunks of the extended format.
fn webp(bytes: &[u8]) -> Option<u32> {
    let mut at = 12;
    let mut count = 0;
    while let Some(header) = bytes.get(at..at + 8) {
        let length = u32::from_le_bytes(header[4..].try_into().ok()?) as usize;
        count += u32::from(header.starts_with(b"ANMF"));
        at += 8 + length + length % 2;
    }
    Some(count)
}

/// Walks the chain of directories (TIFF 6.0, section 2; BigTIFF has longer fields) until it ends or leaves the file.
fn tiff(bytes: &[u8]) -> Option<u32> {
    let big_endian = bytes.starts_with(b"MM");
    let number = |at: u64, width: usize| {
        let at = usize::try_from(at).ok()?;
        let field = bytes.get(at..at.checked_add(width)?)?;
        let add = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
        Some(if big_endian { field.iter().fold(0, add) } else { field.iter().rev().fold(0, add) })
    };
    let long = number(2, 2)? == 43;
    let (mut at, count, entry, offset) = if long { (number(8, 8)?, 8, 20, 8) } else { (number(4, 4)?, 2, 12, 4) };
    let (mut pages, mut seen) = (0, std::collections::HashSet::new());
    while at != 0 && seen.insert(at) {
        let Some(entries) = number(at, count) else { break };
        let first = at.checked_add(count as u64)?;
        let end = entries.checked_mul(entry).and_then(|length| first.checked_add(length))?;
        let Some(next) = number(end, offset) else { break };
        // NewSubfileType: bit 0 is a reduced copy, bit 2 a mask.
        let kind = (0..entries).map(|k| first + k * entry).find(|&at| number(at, 2) == Some(254));
        let kind = kind.and_then(|at| number(at + if long { 12 } else { 8 }, 4)).unwrap_or(0);
        pages += u32::from(kind & 0b101 == 0);
        at = next;
    }
    Some(pages)
}

/// Walks the segments, then the coded pixels, in which a marker is an FF that neither 00 nor a restart number follows.
fn jpeg_ends(bytes: &[u8]) -> Option<bool> {
    let mut at = 2;
    loop {
        while *bytes.get(at)? != 0xFF {
            at += 1;
        }
        match *bytes.get(at + 1)? {
            0xD9 => return Some(true),
            0x00 | 0x01 | 0xD0..=0xD8 => at += 2,
            0xFF => at += 1,
            _ => at += 2 + usize::from(u16::from_be_bytes(bytes.get(at + 2..at + 4)?.try_into().ok()?)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_counted_without_decoding() {
        let header = b"GIF89a\x01\0\x01\0\x80\0\0aaabbb".to_vec();
        let frame = b"\x21\xF9\x04\0\0\0\0\0\x2C\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0".to_vec();
        let file = |n: usize| [header.clone(), frame.repeat(n), b"\x3B".to_vec()].concat();
        for n in [1, 2, 12] {
            assert_eq!(frames(ImageFormat::Gif, &file(n)), n as u32);
        }
        assert_eq!(frames(ImageFormat::Gif, &file(5)[..60]), 2); // broken off within the second
        let chunk = |name: &[u8], data: &[u8]| [&(data.len() as u32).to_be_bytes(), name, data, &[0; 4]].concat();
        let control = chunk(b"acTL", &[0, 0, 0, 7, 0, 0, 0, 0]);
        let png = |middle: &[u8]| [b"\x89PNG\r\n\x1a\n", &chunk(b"IHDR", &[0; 13])[..], middle].concat();
        assert_eq!(frames(ImageFormat::Png, &png(&control)), 7);
        assert_eq!(frames(ImageFormat::Png, &png(&[chunk(b"IDAT", &[1; 9]), control].concat())), 1);
        let chunk = |name: &[u8], data: &[u8]| [name, &(data.len() as u32).to_le_bytes(), data].concat();
        let webp = [b"RIFF\0\0\0\0WEBP".to_vec(), chunk(b"VP8X", &[0; 10]), chunk(b"ANMF", &[0; 4]).repeat(3)].concat();
        assert_eq!(frames(ImageFormat::WebP, &webp), 3);
    }

    #[test]
    fn pages_are_counted_without_thumbnails_and_loops() {
        // A directory of one entry, NewSubfileType, and the place of the next.
        let directory =
            |kind: u8, next: u8| [&[1, 0, 254, 0, 4, 0, 1, 0, 0, 0, kind, 0, 0, 0, next, 0, 0, 0][..]].concat();
        let file = |directories: &[Vec<u8>]| [b"II*\0\x08\0\0\0".to_vec(), directories.concat()].concat();
        let pages = |directories: &[Vec<u8>]| pages(ImageFormat::Tiff, &file(directories));
        assert_eq!(pages(&[directory(0, 0)]), 1);
        assert_eq!(pages(&[directory(0, 26), directory(2, 44), directory(0, 0)]), 3);
        assert_eq!(pages(&[directory(0, 26), directory(1, 0)]), 1, "a reduced copy");
        assert_eq!(pages(&[directory(0, 26), directory(0, 8)]), 2, "a chain that bites its tail");
        assert_eq!(pages(&[directory(0, 26)]), 1, "broken off");
    }

    #[test]
    fn no_bytes_lead_astray() {
        for format in [ImageFormat::Gif, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Jpeg, ImageFormat::Tiff] {
            for length in 0..40 {
                for value in [0, 0x21, 0x2C, 0xFF] {
                    let bytes = vec![value; length];
                    assert!(frames(format, &bytes) >= 1 && pages(format, &bytes) >= 1);
                    is_whole(format, &bytes);
                }
            }
        }
    }

    #[test]
    fn the_end_of_a_thumbnail_is_not_the_end() {
        let app = [&[0xFF, 0xE1, 0x00, 0x06][..], &[0xFF, 0xD9, 1, 2]].concat(); // holds an end marker
        let scan = [&[0xFF, 0xDA, 0x00, 0x02][..], &[1, 2, 0xFF, 0x00, 3, 0xFF, 0xD0, 4]].concat();
        let whole = [&[0xFF, 0xD8][..], &app, &scan, &[0xFF, 0xD9]].concat();
        assert!(is_whole(ImageFormat::Jpeg, &whole));
        for length in 0..whole.len() {
            assert!(!is_whole(ImageFormat::Jpeg, &whole[..length]), "{length}");
        }
    }
}
