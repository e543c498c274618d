//! MNIST's frame: a digit fitted into 20 × 20 and centred by its mass in 28 × 28.
//!
//! Source: LeCun et al. 1998, "Gradient-based learning applied to document recognition", section III-A.

use super::SIDE;

/// Width and height of the box that the ink is fitted into, in pixels.
pub(crate) const BOX: f32 = 20.0;

/// Margin around it, in pixels, so that a soft edge is not cut.
pub(crate) const MARGIN: f32 = 2.0;

/// Side of the sheet that holds both.
pub(crate) const SHEET: usize = (BOX + 2.0 * MARGIN) as usize;

/// Moves the ink of a sheet (`SHEET × SHEET`, 0 paper, 1 ink) by whole pixels so that its centre of mass is the picture's
/// centre, or as near as the edges allow.
pub(crate) fn centre(sheet: &[f32]) -> [u8; SIDE * SIDE] {
    let (mut mass, mut moment) = (0.0, [0.0; 2]);
    for (i, &ink) in sheet.iter().enumerate() {
        mass += ink;
        moment[0] += ink * ((i % SHEET) as f32 + 0.5);
        moment[1] += ink * ((i / SHEET) as f32 + 0.5);
    }
    let margin = MARGIN as isize;
    let room = (SIDE - SHEET) as isize + margin; // so that the box stays inside
    let shift = moment.map(|moment| {
        let wanted = SIDE as f32 / 2.0 - moment / mass.max(1e-6);
        (wanted.round() as isize).clamp(-margin, room)
    });
    let mut picture = [0; SIDE * SIDE];
    for (i, &ink) in sheet.iter().enumerate().filter(|(_, ink)| **ink > 0.0) {
        let (x, y) = ((i % SHEET) as isize + shift[0], (i / SHEET) as isize + shift[1]);
        if (0..SIDE as isize).contains(&x) && (0..SIDE as isize).contains(&y) {
            picture[y as usize * SIDE + x as usize] = (ink * 255.0).round() as u8;
        }
    }
    picture
}
