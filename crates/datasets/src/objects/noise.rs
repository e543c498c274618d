//! Smooth random fields: clouds, grass, fur.

/// Noise in about [-1, 1] with features of size 1, the same for the same salt.
///
/// Values at whole-numbered points, joined smoothly. Source: Perlin 1985, "An image synthesizer", section "Noise", with
/// values in place of gradients.
pub(super) fn noise(x: f32, y: f32, salt: u32) -> f32 {
    let (column, row) = (x.floor(), y.floor());
    let ease = |t: f32| t * t * (3.0 - 2.0 * t);
    let (u, v) = (ease(x - column), ease(y - row));
    let (column, row) = (column as i32, row as i32);
    let at = |dx: i32, dy: i32| lattice(column.wrapping_add(dx), row.wrapping_add(dy), salt);
    let top = at(0, 0) + u * (at(1, 0) - at(0, 0));
    let bottom = at(0, 1) + u * (at(1, 1) - at(0, 1));
    top + v * (bottom - top)
}

/// Noise with features of size 1 and finer ones on top, in about [-1, 1].
pub(super) fn rough(x: f32, y: f32, salt: u32) -> f32 {
    0.6 * noise(x, y, salt)
        + 0.3 * noise(2.1 * x, 2.1 * y, salt ^ 0x9E37)
        + 0.15 * noise(4.3 * x, 4.3 * y, salt ^ 0x79B9)
}

/// A value in [-1, 1] that looks random but depends on nothing else.
pub(super) fn lattice(column: i32, row: i32, salt: u32) -> f32 {
    let mut hash = salt ^ (column as u32).wrapping_mul(0x85EB_CA6B) ^ (row as u32).wrapping_mul(0xC2B2_AE35);
    hash = (hash ^ (hash >> 15)).wrapping_mul(0x2C1B_3C6D);
    hash = (hash ^ (hash >> 12)).wrapping_mul(0x297A_2D39);
    hash ^= hash >> 15;
    (hash >> 8) as f32 / 8_388_608.0 - 1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_smooth_and_balanced() {
        let values: Vec<f32> = (0..10_000).map(|i| noise(0.37 * i as f32, 0.11 * i as f32, 5)).collect();
        assert!(values.iter().all(|value| (-1.0..=1.0).contains(value)));
        let mean = values.iter().sum::<f32>() / 10_000.0;
        assert!(mean.abs() < 0.05, "{mean}");
        for i in 0..1000 {
            let x = 0.13 * i as f32 - 60.0;
            assert!((noise(x, 1.5, 9) - noise(x + 1e-3, 1.5, 9)).abs() < 0.01, "{x}");
        }
        assert_ne!(noise(0.5, 0.5, 1), noise(0.5, 0.5, 2));
    }
}
