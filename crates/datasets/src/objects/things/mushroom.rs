//! A mushroom: a cap on a stem, red with white spots or brown.

use crate::objects::brush::{Brush, Paint};
use crate::objects::colour::{CHALK, Colour};
use crate::objects::dice::Dice;
use crate::objects::outline::blob;
use crate::objects::scenery::Place;

pub(super) fn draw(brush: &mut Brush<'_>, _: Place, dice: &mut Dice) {
    brush.shadow(-0.5, 0.5, 0.1);
    let spotted = dice.chance(0.55);
    let cap = if spotted {
        Colour::hsv(dice.range(-0.02, 0.04), dice.range(0.8, 0.95), dice.range(0.65, 0.9))
    } else {
        Colour::hsv(dice.range(0.05, 0.11), dice.range(0.3, 0.7), dice.range(0.4, 0.8))
    };
    let stem = Colour([0.93, 0.89, 0.8]).near(dice, 0.04);
    if dice.chance(0.3) {
        // A small one beside it.
        let (x, scale) = (dice.pick(&[-0.72, 0.72]), dice.range(0.32, 0.45));
        one(brush, [x, 0.0], scale, cap, stem, spotted, dice);
    }
    one(brush, [0.0, 0.0], 1.0, cap, stem, spotted, dice);
}

fn one(brush: &mut Brush<'_>, [x, y]: [f32; 2], scale: f32, cap: Colour, stem: Colour, spotted: bool, dice: &mut Dice) {
    let at = |dx: f32, dy: f32| [x + scale * dx, y + scale * dy];
    let (rim, top, wide) = (dice.range(0.82, 0.98), dice.range(1.5, 1.72), dice.range(0.78, 0.95));
    let thick = dice.range(0.16, 0.25);
    let stalk = [
        at(-1.35 * thick, 0.02),
        at(-thick, 0.3),
        at(-0.85 * thick, rim),
        at(0.85 * thick, rim),
        at(thick, 0.3),
        at(1.35 * thick, 0.02),
        at(0.0, -0.04),
    ];
    brush.fill(&blob(&stalk), Paint::round(stem).grain(0.12, [0.8, 2.6]));
    // The underside with its gills, then the ring.
    brush.oval(at(0.0, rim), [scale * 0.92 * wide, scale * 0.17], 0.0, Paint::from(stem.times(0.72)));
    for k in 0..9 {
        let dx = 0.2 * (k as f32 - 4.0) * wide;
        brush.line(
            at(0.3 * dx, rim - 0.02),
            at(dx, rim - 0.1 + 0.11 * (dx / wide).abs()),
            0.014 * scale,
            Paint::flat(stem.times(0.5)),
        );
    }
    if spotted {
        let ring = [
            at(-1.5 * thick, rim - 0.3),
            at(-0.9 * thick, rim - 0.16),
            at(0.9 * thick, rim - 0.16),
            at(1.5 * thick, rim - 0.3),
            at(0.0, rim - 0.34),
        ];
        brush.fill(&blob(&ring), CHALK);
    }
    let dome = [
        at(-wide, rim - 0.02),
        at(-0.86 * wide, rim + 0.28),
        at(-0.45 * wide, top - 0.1),
        at(0.0, top),
        at(0.45 * wide, top - 0.1),
        at(0.86 * wide, rim + 0.28),
        at(wide, rim - 0.02),
        at(0.5 * wide, rim + 0.04),
        at(0.0, rim + 0.06),
        at(-0.5 * wide, rim + 0.04),
    ];
    brush.fill(&blob(&dome), Paint::round(cap).gloss(0.3).grain(0.05, [2.0, 2.0]));
    if spotted {
        for [u, v] in [
            [-0.62, 0.22],
            [-0.3, 0.52],
            [-0.1, 0.2],
            [0.12, 0.72],
            [0.3, 0.38],
            [0.64, 0.2],
            [-0.34, 0.85],
            [0.47, 0.62],
        ] {
            let spot = at(u * wide + dice.about(0.05), rim + v * (top - rim) * 0.86 + dice.about(0.03));
            let size = scale * dice.range(0.06, 0.11);
            brush.oval(spot, [size, 0.75 * size], 0.0, Paint::round(CHALK));
        }
    }
}
