//! The camera: what it makes of a scene.

use super::canvas::Canvas;
use super::colour::Colour;
use super::dice::Dice;

/// Exposure, contrast, a cast of colour, blur, darker corners and noise; the result is bytes, `[3, H, W]` in order.
pub(super) fn develop(canvas: &Canvas, dice: &mut Dice) -> Vec<u8> {
    let side = canvas.side;
    let blur = if dice.chance(0.35) { dice.range(0.05, 0.3) } else { 0.0 };
    let exposure = dice.range(0.84, 1.14);
    let contrast = dice.range(0.85, 1.15);
    let cast = Colour([1.0 + dice.about(0.06), 1.0, 1.0 + dice.about(0.06)]);
    let corners = dice.range(0.0, 0.25);
    let noise = if dice.chance(0.5) { dice.range(0.0, 0.03) } else { 0.004 };
    let pixels = blurred(canvas, blur);
    let mut bytes = vec![0; 3 * side * side];
    for (i, pixel) in pixels.iter().enumerate() {
        let at = |k: usize| 2.0 * (k as f32 + 0.5) / side as f32 - 1.0;
        let (u, v) = (at(i % side), at(i / side));
        let light = exposure * (1.0 - corners * 0.5 * (u * u + v * v));
        for channel in 0..3 {
            let value = 0.5 + contrast * (light * cast.0[channel] * pixel.0[channel] - 0.5) + dice.grain(noise);
            bytes[channel * side * side + i] = (255.0 * value.clamp(0.0, 1.0)).round() as u8;
        }
    }
    bytes
}

/// Each pixel mixed with its four neighbours, who get this share together; the same look whatever the size.
fn blurred(canvas: &Canvas, share: f32) -> Vec<Colour> {
    let side = canvas.side;
    if share == 0.0 {
        return canvas.pixels.clone();
    }
    let step = side.div_ceil(128);
    (0..side * side)
        .map(|i| {
            let (x, y) = (i % side, i / side);
            let (left, right) = (x.saturating_sub(step), (x + step).min(side - 1));
            let (up, down) = (y.saturating_sub(step), (y + step).min(side - 1));
            let around =
                [y * side + left, y * side + right, up * side + x, down * side + x].map(|at| canvas.pixels[at]);
            let mean = Colour([0, 1, 2].map(|c| 0.25 * around.iter().map(|colour| colour.0[c]).sum::<f32>()));
            canvas.pixels[i].mix(mean, share)
        })
        .collect()
}
