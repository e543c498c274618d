//! A cat that sits and looks at the viewer.

use std::f32::consts::PI;

use crate::objects::brush::{Brush, Paint};
use crate::objects::colour::{CHALK, Colour, INK};
use crate::objects::dice::Dice;
use crate::objects::outline::{blob, rounded};
use crate::objects::scenery::Place;

const COATS: [[f32; 3]; 6] = [
    [0.84, 0.52, 0.22],
    [0.5, 0.48, 0.46],
    [0.13, 0.12, 0.13],
    [0.92, 0.9, 0.86],
    [0.5, 0.38, 0.27],
    [0.74, 0.66, 0.54],
];

pub(super) fn draw(brush: &mut Brush<'_>, _: Place, dice: &mut Dice) {
    let fur = Colour(dice.pick(&COATS)).near(dice, 0.05);
    let tabby = dice.chance(0.5);
    let stripe = fur.times(0.58);
    let white = dice.chance(0.5); // breast, feet and muzzle
    let pale = if white { CHALK } else { fur.mix(CHALK, 0.18) };
    let hair = Paint::round(fur).grain(0.13, [1.2, 1.4]);

    brush.shadow(-0.6, 0.6, 0.09);
    tail(brush, fur, stripe, tabby, dice);
    let body = [
        [0.3, 1.0],
        [0.5, 0.62],
        [0.62, 0.24],
        [0.5, 0.03],
        [0.0, 0.0],
        [-0.5, 0.03],
        [-0.62, 0.24],
        [-0.5, 0.62],
        [-0.3, 1.0],
    ];
    brush.fill(&blob(&body), hair);
    if tabby {
        for k in 0..4 {
            let y = 0.28 + 0.17 * k as f32;
            for side in [-1.0, 1.0] {
                let knots = [
                    [side * (0.58 - 0.1 * k as f32), y + 0.04, 0.02],
                    [side * (0.34 - 0.03 * k as f32), y, 0.03],
                    [side * 0.26, y - 0.03, 0.01],
                ];
                brush.limb(&knots, Paint::flat(stripe).alpha(0.85));
            }
        }
    }
    brush.fill(
        &blob(&[[0.2, 0.96], [0.26, 0.6], [0.14, 0.3], [-0.14, 0.3], [-0.26, 0.6], [-0.2, 0.96]]),
        Paint::round(pale).grain(0.1, [1.0, 1.6]),
    );
    for side in [-1.0, 1.0] {
        brush.oval([side * 0.42, 0.12], [0.2, 0.13], 0.0, Paint::round(fur).grain(0.1, [1.2, 1.2])); // the hind feet
        brush.limb(
            &[[side * 0.15, 0.66, 0.11], [side * 0.14, 0.12, 0.095]],
            Paint::from(fur.mix(pale, 0.25)).grain(0.1, [1.0, 1.6]),
        );
        brush.oval([side * 0.14, 0.08], [0.13, 0.085], 0.0, Paint::round(pale));
    }
    brush.line([0.0, 0.62], [0.0, 0.06], 0.02, Paint::flat(fur.times(0.45)).alpha(0.6));
    head(brush, [dice.about(0.06), dice.range(1.2, 1.28)], fur, pale, tabby.then_some(stripe), dice);
}

fn tail(brush: &mut Brush<'_>, fur: Colour, stripe: Colour, ringed: bool, dice: &mut Dice) {
    let up = dice.chance(0.5);
    let knots = if up {
        [[0.42, 0.14, 0.09], [0.74, 0.3, 0.085], [0.74, 0.66, 0.08], [0.86, 0.92, 0.06]]
    } else {
        [[0.4, 0.16, 0.1], [0.72, 0.1, 0.09], [0.6, 0.04, 0.08], [0.22, 0.05, 0.06]]
    };
    brush.limb(&knots, Paint::from(fur.times(0.92)).grain(0.12, [1.2, 1.2]));
    if ringed && up {
        for (x, y) in [(0.75, 0.36), (0.76, 0.52), (0.74, 0.68), (0.8, 0.82)] {
            brush.line([x - 0.075, y], [x + 0.075, y], 0.05, Paint::flat(stripe));
        }
    }
}

fn head(brush: &mut Brush<'_>, [x, y]: [f32; 2], fur: Colour, pale: Colour, stripe: Option<Colour>, dice: &mut Dice) {
    let eyes = Colour(dice.pick(&[[0.55, 0.75, 0.25], [0.9, 0.72, 0.2], [0.4, 0.68, 0.85]]));
    for side in [-1.0, 1.0] {
        let ear = [[x + side * 0.12, y + 0.2], [x + side * 0.38, y + 0.6], [x + side * 0.42, y + 0.06]];
        brush.fill(&rounded(&ear, 0.04), fur);
        let inner = [[x + side * 0.2, y + 0.22], [x + side * 0.35, y + 0.48], [x + side * 0.37, y + 0.12]];
        brush.fill(&inner, Paint::flat(Colour([0.88, 0.6, 0.56]).mix(fur, 0.25)));
    }
    let skull = [
        [0.0, 0.34],
        [0.26, 0.28],
        [0.44, 0.04],
        [0.36, -0.2],
        [0.0, -0.32],
        [-0.36, -0.2],
        [-0.44, 0.04],
        [-0.26, 0.28],
    ];
    brush.fill(&blob(&skull.map(|[dx, dy]| [x + dx, y + dy])), Paint::round(fur).grain(0.12, [1.2, 1.2]));
    if let Some(stripe) = stripe {
        for dx in [-0.1, 0.0, 0.1] {
            brush.line([x + dx, y + 0.3], [x + 0.8 * dx, y + 0.17], 0.04, Paint::flat(stripe));
        }
        for side in [-1.0, 1.0] {
            brush.line([x + side * 0.4, y], [x + side * 0.28, y - 0.04], 0.03, Paint::flat(stripe));
            brush.line([x + side * 0.38, y - 0.1], [x + side * 0.26, y - 0.12], 0.03, Paint::flat(stripe));
        }
    }
    for side in [-1.0, 1.0] {
        brush.oval([x + side * 0.09, y - 0.15], [0.13, 0.11], 0.0, Paint::round(pale));
        let eye = [x + side * 0.18, y + 0.05];
        brush.oval(eye, [0.105, 0.085], side * 0.25, Paint::flat(INK));
        brush.oval(eye, [0.088, 0.07], side * 0.25, Paint::flat(eyes));
        brush.oval(eye, [0.028, 0.066], 0.0, Paint::flat(INK));
        brush.disc([eye[0] + 0.03, eye[1] + 0.03], 0.02, Paint::flat(CHALK));
        for k in 0..3 {
            let slope = 0.16 * (k as f32 - 1.0);
            let (sin, cos) = (slope + if side < 0.0 { PI } else { 0.0 }).sin_cos();
            let from = [x + side * 0.16, y - 0.15];
            brush.line(
                from,
                [from[0] + 0.44 * cos, from[1] + 0.44 * sin.abs() * slope.signum()],
                0.012,
                Paint::flat(CHALK.times(0.9)).alpha(0.8),
            );
        }
    }
    brush.fill(
        &rounded(&[[x - 0.06, y - 0.05], [x + 0.06, y - 0.05], [x, y - 0.12]], 0.02),
        Paint::flat(Colour([0.85, 0.5, 0.5])),
    );
    brush.limb(&[[x, y - 0.12, 0.01], [x, y - 0.17, 0.01]], Paint::flat(INK).alpha(0.7));
    for side in [-1.0, 1.0] {
        brush.limb(
            &[[x, y - 0.17, 0.01], [x + side * 0.05, y - 0.2, 0.011], [x + side * 0.11, y - 0.18, 0.008]],
            Paint::flat(INK).alpha(0.7),
        );
    }
}
