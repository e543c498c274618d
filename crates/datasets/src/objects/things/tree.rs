//! A tree: with a round crown, a fir, or a palm.

use std::f32::consts::{PI, TAU};

use crate::objects::brush::{Brush, Paint};
use crate::objects::colour::{CHALK, Colour};
use crate::objects::dice::Dice;
use crate::objects::outline::{blob, rounded};
use crate::objects::scenery::Place;

pub(super) fn draw(brush: &mut Brush<'_>, _: Place, dice: &mut Dice) {
    let bark = Colour([0.38, 0.27, 0.18]).near(dice, 0.07);
    brush.shadow(-0.5, 0.5, 0.1);
    match dice.count(0, 9) {
        0..=5 => broadleaf(brush, bark, dice),
        6..=8 => fir(brush, bark, dice),
        _ => palm(brush, bark, dice),
    }
}

fn broadleaf(brush: &mut Brush<'_>, bark: Colour, dice: &mut Dice) {
    let leaves = match dice.count(0, 4) {
        0 => Colour::hsv(dice.range(0.03, 0.12), dice.range(0.6, 0.85), dice.range(0.6, 0.85)), // autumn
        1 => Colour([0.9, 0.68, 0.74]).near(dice, 0.06),                                        // in blossom
        _ => Colour::hsv(dice.range(0.2, 0.36), dice.range(0.45, 0.75), dice.range(0.35, 0.6)),
    };
    let wood = Paint::from(bark).grain(0.25, [0.8, 2.5]);
    let lean = dice.about(0.08);
    brush.limb(&[[0.0, 0.0, 0.17], [0.02, 0.22, 0.1], [lean, 0.8, 0.09]], wood);
    brush.limb(&[[0.5 * lean, 0.55, 0.06], [-0.4, 0.95, 0.03]], wood);
    brush.limb(&[[0.6 * lean, 0.6, 0.06], [0.42, 1.0, 0.03]], wood);
    let (wide, high) = (dice.range(0.5, 0.64), dice.range(0.42, 0.55));
    let middle = [lean, 1.28];
    let leaf = |colour: Colour| Paint::round(colour).grain(0.42, [1.7, 1.7]);
    brush.oval(middle, [wide, high], 0.0, leaf(leaves.times(0.72)));
    for k in 0..11 {
        // Lumps around the rim first, then those in front.
        let (sin, cos) = (TAU * k as f32 / 8.0 + dice.about(0.3)).sin_cos();
        let far = if k < 8 { 0.86 } else { 0.35 };
        let at = [middle[0] + far * wide * cos, middle[1] + far * high * sin];
        let size = dice.range(0.2, 0.32);
        let shade = 0.85 + 0.22 * sin + dice.about(0.08);
        brush.oval(at, [size, 0.85 * size], dice.about(0.6), leaf(leaves.times(shade)));
    }
    if dice.chance(0.2) {
        for _ in 0..9 {
            let at = [middle[0] + dice.about(0.8 * wide), middle[1] + dice.about(0.8 * high)];
            brush.disc(at, 0.05, Paint::round(Colour([0.85, 0.15, 0.12])));
        }
    }
}

fn fir(brush: &mut Brush<'_>, bark: Colour, dice: &mut Dice) {
    let needles = Colour::hsv(dice.range(0.32, 0.45), dice.range(0.45, 0.7), dice.range(0.24, 0.45));
    let snow = dice.chance(0.2);
    brush.limb(&[[0.0, 0.0, 0.11], [0.0, 0.4, 0.08]], Paint::from(bark).grain(0.25, [0.8, 2.5]));
    let (tiers, wide) = (dice.count(4, 6), dice.range(0.55, 0.7));
    for k in 0..tiers {
        let share = k as f32 / tiers as f32;
        let (low, half) = (0.22 + 1.3 * share, wide * (1.0 - 0.82 * share));
        let top = low + 1.9 / tiers as f32;
        let notch = |x: f32, y: f32| [x * half, low + y];
        let skirt = [
            notch(-1.0, 0.0),
            notch(-0.6, 0.05),
            notch(-0.3, -0.04),
            notch(0.1, 0.04),
            notch(0.45, -0.03),
            notch(0.7, 0.05),
            notch(1.0, 0.0),
            [0.06, top],
            [-0.06, top],
        ];
        brush.fill(&rounded(&skirt, 0.04), Paint::from(needles.times(0.8 + 0.3 * share)).grain(0.35, [1.0, 1.6]));
        if snow {
            brush.fill(
                &rounded(
                    &[
                        [-0.45 * half, low + 0.2],
                        [0.0, low + 0.14],
                        [0.4 * half, low + 0.22],
                        [0.05, top],
                        [-0.05, top],
                    ],
                    0.04,
                ),
                Paint::from(CHALK).alpha(0.85),
            );
        }
    }
    if dice.chance(0.12) {
        for _ in 0..10 {
            let up = dice.range(0.1, 0.9);
            let at = [dice.about(0.8) * wide * (1.0 - up), 0.3 + 1.4 * up];
            brush.disc(at, 0.045, Paint::round(Colour::hsv(dice.range(0.0, 0.2), 0.9, 0.95)));
        }
    }
}

fn palm(brush: &mut Brush<'_>, bark: Colour, dice: &mut Dice) {
    let lean = dice.about(0.3);
    let crown = [lean, 1.35];
    let trunk = [[0.0, 0.0, 0.1], [0.2 * lean, 0.6, 0.07], [crown[0], crown[1], 0.055]];
    brush.limb(&trunk, Paint::from(bark.mix(CHALK, 0.2)).grain(0.3, [3.0, 0.7]));
    let green = Colour::hsv(dice.range(0.22, 0.36), 0.65, dice.range(0.4, 0.6));
    for k in 0..9 {
        let angle = PI * (-0.15 + 1.3 * k as f32 / 8.0) + dice.about(0.1);
        let (sin, cos) = angle.sin_cos();
        let reach = dice.range(0.55, 0.72);
        let tip = [crown[0] + reach * cos, crown[1] + 0.6 * reach * sin - 0.22];
        let middle = [crown[0] + 0.55 * reach * cos, crown[1] + 0.5 * reach * sin + 0.1];
        let leaf = blob(&[crown, [middle[0], middle[1] + 0.05], tip, [middle[0], middle[1] - 0.09]]);
        brush.fill(&leaf, Paint::from(green.times(0.8 + 0.3 * sin.abs())).grain(0.25, [0.8, 1.6]));
    }
    for dx in [-0.06, 0.05] {
        brush.disc([crown[0] + dx, crown[1] - 0.06], 0.06, Paint::round(Colour([0.4, 0.27, 0.15])));
    }
}
