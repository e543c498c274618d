//! The sky: its colours at an hour of the day, and clouds.

use crate::objects::brush::smooth;
use crate::objects::canvas::Canvas;
use crate::objects::colour::Colour;
use crate::objects::dice::Dice;
use crate::objects::noise::rough;

/// Colours above, at the horizon, and of the clouds.
const HOURS: [[[f32; 3]; 3]; 7] = [
    [[0.27, 0.52, 0.86], [0.74, 0.87, 0.96], [0.98, 0.98, 0.98]], // a clear day
    [[0.42, 0.65, 0.9], [0.86, 0.92, 0.95], [1.0, 1.0, 1.0]],     // a hazy one
    [[0.16, 0.38, 0.72], [0.56, 0.76, 0.92], [0.92, 0.94, 0.97]], // in the mountains
    [[0.62, 0.67, 0.73], [0.83, 0.85, 0.86], [0.93, 0.93, 0.94]], // overcast
    [[0.34, 0.39, 0.6], [0.96, 0.71, 0.47], [0.98, 0.8, 0.66]],   // evening
    [[0.55, 0.62, 0.83], [0.97, 0.83, 0.78], [0.99, 0.92, 0.88]], // morning
    [[0.36, 0.66, 0.72], [0.9, 0.93, 0.79], [0.99, 0.97, 0.88]],  // late afternoon
];

/// Paints the sky down to row `horizon`, in 64ths.
pub(super) fn paint(canvas: &mut Canvas, horizon: f32, dice: &mut Dice) {
    let [top, low, cloud] = dice.pick(&HOURS).map(Colour);
    let (top, low) = (top.near(dice, 0.06), low.near(dice, 0.05));
    let unit = 64.0 / canvas.side as f32;
    let cover = if dice.chance(0.3) { -2.0 } else { dice.range(-0.45, 0.35) };
    let (size, flat, salt) = (dice.range(9.0, 22.0), dice.range(1.6, 3.2), dice.salt());
    let end = horizon.min(64.0) / unit;
    canvas.glaze(0.0, end + 1.0, |x, y| {
        let (x, y) = (x * unit, y * unit);
        let sky = top.mix(low, smooth(y / horizon.max(1.0)));
        if cover < -1.0 {
            return (sky, 1.0);
        }
        let thick = rough(x / size, y * flat / size, salt);
        let lit = cloud.times(0.9 + 0.1 * rough(x / size, (y - 2.0) * flat / size, salt));
        (sky.mix(lit, 0.9 * smooth((thick + cover) * 2.2)), 1.0)
    });
}
