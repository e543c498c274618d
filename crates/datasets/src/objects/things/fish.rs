//! A fish from the side.

use crate::objects::brush::{Brush, Paint};
use crate::objects::colour::{CHALK, Colour, INK};
use crate::objects::dice::Dice;
use crate::objects::outline::blob;
use crate::objects::scenery::Place;

pub(super) fn draw(brush: &mut Brush<'_>, _: Place, dice: &mut Dice) {
    let hue = dice.pick(&[0.03, 0.06, 0.09, 0.14, 0.3, 0.5, 0.58, 0.62, 0.75, 0.93]);
    let scales = if dice.chance(0.25) {
        Colour::hsv(0.55, 0.12, dice.range(0.55, 0.8)) // silver
    } else {
        Colour::hsv(hue, dice.range(0.55, 0.95), dice.range(0.6, 0.95))
    };
    let belly = scales.mix(CHALK, 0.55);
    let fins = if dice.chance(0.5) { scales.times(0.8) } else { Colour::hsv(hue + dice.range(0.3, 0.6), 0.6, 0.85) };
    let deep = dice.range(0.26, 0.46); // half the height of the body
    let y = 0.55;
    let fin =
        |brush: &mut Brush<'_>, knots: &[[f32; 2]]| brush.fill(&blob(knots), Paint::from(fins).grain(0.2, [0.8, 2.0]));

    // Tail, back fin and belly fins lie behind the body.
    let fork = dice.range(0.1, 0.24);
    fin(
        brush,
        &[
            [-0.5, y + 0.08],
            [-0.78, y + 0.26],
            [-1.0, y + 0.38],
            [-0.96, y + 0.2],
            [-0.98 + fork, y],
            [-0.96, y - 0.2],
            [-1.0, y - 0.38],
            [-0.78, y - 0.26],
            [-0.5, y - 0.08],
        ],
    );
    let sail = dice.range(0.1, 0.28);
    fin(
        brush,
        &[
            [0.34, y + 0.8 * deep],
            [0.1, y + deep + sail],
            [-0.3, y + 0.8 * deep + 0.8 * sail],
            [-0.5, y + 0.5 * deep],
            [0.0, y + 0.6 * deep],
        ],
    );
    fin(
        brush,
        &[
            [0.1, y - 0.8 * deep],
            [-0.06, y - deep - 0.6 * sail],
            [-0.24, y - deep - 0.4 * sail],
            [-0.2, y - 0.7 * deep],
        ],
    );
    let body = [
        [0.98, y - 0.02],
        [0.8, y + 0.55 * deep],
        [0.4, y + 0.95 * deep],
        [0.0, y + deep],
        [-0.4, y + 0.55 * deep],
        [-0.64, y + 0.1],
        [-0.64, y - 0.1],
        [-0.4, y - 0.55 * deep],
        [0.0, y - deep],
        [0.4, y - 0.92 * deep],
        [0.8, y - 0.55 * deep],
    ];
    brush.fill(&blob(&body), Paint::round(scales).gloss(0.12).grain(0.16, [1.3, 1.3]));
    let under = [
        [0.86, y - 0.32 * deep],
        [0.2, y - 0.42 * deep],
        [-0.5, y - 0.1],
        [-0.4, y - 0.52 * deep],
        [0.0, y - 0.95 * deep],
        [0.4, y - 0.88 * deep],
    ];
    brush.fill(&blob(&under), Paint::from(belly).alpha(0.75));
    match dice.count(0, 3) {
        0 => {
            let band = if dice.chance(0.5) { CHALK } else { INK };
            for x in [0.42, 0.06, -0.3] {
                let half = 0.86 * deep * (1.0 - (x / 0.95 - 0.05_f32).powi(2)).max(0.1);
                brush.limb(
                    &[[x, y + half, 0.05], [x + 0.06, y, 0.075], [x, y - half, 0.05]],
                    Paint::from(band).alpha(0.9),
                );
            }
        }
        1 => {
            for k in 0..7 {
                let x = 0.45 - 0.13 * k as f32;
                brush.disc([x, y + dice.range(0.1, 0.6) * deep], 0.04, Paint::flat(scales.times(0.5)));
            }
        }
        2 => brush.limb(&[[0.6, y + 0.05, 0.03], [0.0, y + 0.1, 0.045], [-0.62, y, 0.02]], Paint::flat(fins)),
        _ => {}
    }
    // The gill, the side fin, the mouth, the eye.
    brush.limb(
        &[[0.5, y + 0.55 * deep, 0.016], [0.42, y, 0.02], [0.5, y - 0.5 * deep, 0.016]],
        Paint::flat(scales.times(0.55)),
    );
    fin(brush, &[[0.36, y - 0.02], [0.1, y + 0.04], [-0.04, y - 0.12], [0.12, y - 0.2], [0.34, y - 0.12]]);
    brush.line([0.97, y - 0.07], [0.84, y - 0.1], 0.025, Paint::flat(scales.times(0.4)));
    brush.disc([0.7, y + 0.22 * deep], 0.095, Paint::flat(CHALK));
    brush.disc([0.715, y + 0.22 * deep], 0.06, Paint::flat(INK));
    brush.disc([0.735, y + 0.22 * deep + 0.025], 0.02, Paint::flat(CHALK));
}
