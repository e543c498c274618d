//! A small bird: on a twig, on the ground, or on the wing.

use crate::objects::brush::{Brush, Paint};
use crate::objects::colour::{CHALK, Colour, INK};
use crate::objects::dice::Dice;
use crate::objects::outline::blob;
use crate::objects::scenery::Place;

/// Back, breast and head of common birds.
const PLUMAGES: [[[f32; 3]; 3]; 7] = [
    [[0.45, 0.35, 0.26], [0.86, 0.4, 0.2], [0.52, 0.4, 0.28]], // robin
    [[0.3, 0.46, 0.66], [0.95, 0.84, 0.35], [0.25, 0.42, 0.7]], // blue tit
    [[0.12, 0.12, 0.14], [0.16, 0.16, 0.18], [0.1, 0.1, 0.12]], // blackbird
    [[0.75, 0.16, 0.14], [0.85, 0.25, 0.2], [0.78, 0.14, 0.12]], // cardinal
    [[0.5, 0.42, 0.32], [0.82, 0.78, 0.7], [0.45, 0.36, 0.28]], // sparrow
    [[0.85, 0.72, 0.2], [0.96, 0.86, 0.4], [0.9, 0.78, 0.25]], // canary
    [[0.35, 0.5, 0.75], [0.88, 0.87, 0.85], [0.32, 0.48, 0.78]], // jay
];

pub(super) fn draw(brush: &mut Brush<'_>, place: Place, dice: &mut Dice) {
    let [back, breast, head] = dice.pick(&PLUMAGES).map(|part| Colour(part).near(dice, 0.06));
    let beak = dice.pick(&[Colour([0.9, 0.6, 0.15]), Colour([0.3, 0.28, 0.26])]);
    if place == Place::Air && dice.chance(0.6) {
        flying(brush, back, breast, head, beak, dice);
    } else {
        sitting(brush, place, [back, breast, head, beak], dice);
    }
}

fn sitting(brush: &mut Brush<'_>, place: Place, [back, breast, head, beak]: [Colour; 4], dice: &mut Dice) {
    let legs = Colour([0.5, 0.36, 0.26]);
    let tilt = dice.range(-0.05, 0.12);
    if matches!(place, Place::Air | Place::Studio) {
        let wood = Colour([0.36, 0.25, 0.17]).near(dice, 0.06);
        let sag = dice.about(0.06);
        let twig = [[-1.1, 0.04 + sag, 0.06], [0.0, 0.0, 0.05], [1.1, 0.08 - sag, 0.035]];
        brush.limb(&twig, Paint::from(wood).grain(0.25, [2.0, 0.8]));
    } else {
        brush.shadow(-0.45, 0.35, 0.07);
    }
    for x in [-0.02, 0.14] {
        brush.line([x, 0.34], [x + 0.02, 0.05], 0.045, legs);
        brush.line([x - 0.06, 0.04], [x + 0.12, 0.04], 0.04, legs);
    }
    // The tail, the body, the breast, the head.
    let tail = [[-0.42, 0.5], [-0.95, 0.3 + tilt], [-1.0, 0.2 + tilt], [-0.9, 0.17 + tilt], [-0.3, 0.36]];
    brush.fill(&blob(&tail), back.times(0.78));
    let body =
        [[0.4, 0.88], [0.5, 0.62], [0.36, 0.36], [0.06, 0.25], [-0.3, 0.34], [-0.52, 0.5], [-0.34, 0.74], [0.02, 0.98]];
    brush.fill(&blob(&body), Paint::round(back).grain(0.12, [1.4, 1.4]));
    let front = [[0.45, 0.86], [0.51, 0.62], [0.37, 0.37], [0.08, 0.26], [-0.06, 0.4], [0.14, 0.62], [0.24, 0.84]];
    brush.fill(&blob(&front), Paint::round(breast).grain(0.1, [1.4, 1.4]));
    let crown = [0.34, 1.06];
    brush.disc(crown, 0.27, Paint::round(head));
    if dice.chance(0.4) {
        brush.oval([crown[0] + 0.08, crown[1] - 0.08], [0.15, 0.12], 0.0, breast.mix(CHALK, 0.4));
    }
    if dice.chance(0.2) {
        brush.fill(
            &[[crown[0] - 0.2, crown[1] + 0.14], [crown[0] - 0.2, crown[1] + 0.42], [crown[0] + 0.12, crown[1] + 0.22]],
            head,
        );
    }
    let open = if dice.chance(0.3) { 0.06 } else { 0.015 };
    let [x, y] = [crown[0] + 0.22, crown[1] - 0.02];
    brush.fill(&[[x, y + 0.09], [x + 0.26, y + 0.01 + open], [x, y]], beak);
    brush.fill(&[[x, y], [x + 0.22, y - open], [x, y - 0.07]], beak.times(0.75));
    brush.eye([crown[0] + 0.1, crown[1] + 0.06], 0.05, INK);
    // The folded wing, in three rows of feathers.
    let wing = [[0.18, 0.82], [0.1, 0.5], [-0.24, 0.42], [-0.78, 0.36], [-0.5, 0.6], [-0.16, 0.82]];
    brush.fill(&blob(&wing), Paint::from(back.times(0.8)).grain(0.15, [2.2, 0.9]));
    for k in 0..3 {
        let k = k as f32;
        let edge = [
            [0.04 - 0.16 * k, 0.52 - 0.02 * k, 0.012],
            [-0.2 - 0.14 * k, 0.46, 0.018],
            [-0.5 - 0.1 * k, 0.4 + 0.04 * k, 0.008],
        ];
        brush.limb(&edge, Paint::flat(back.mix(CHALK, 0.35)));
    }
}

fn flying(brush: &mut Brush<'_>, back: Colour, breast: Colour, head: Colour, beak: Colour, dice: &mut Dice) {
    let lift = dice.range(0.35, 0.75); // how high the wings are raised
    let y = 0.55;
    let wing = |root: f32, reach: f32| {
        [
            [root + 0.16, y + 0.08],
            [root + 0.02 + reach, y + lift],
            [root - 0.22 + reach, y + lift + 0.16],
            [root - 0.38 + 0.5 * reach, y + 0.3],
            [root - 0.34, y + 0.04],
        ]
    };
    brush.fill(&blob(&wing(0.14, 0.3)), Paint::from(back.times(0.72)).grain(0.15, [1.0, 2.0]));
    let tail = [[-0.4, y + 0.06], [-0.98, y + 0.12], [-0.9, y], [-1.0, y - 0.1], [-0.4, y - 0.07]];
    brush.fill(&blob(&tail), back.times(0.75));
    let body = [
        [0.6, y + 0.03],
        [0.42, y + 0.15],
        [0.0, y + 0.17],
        [-0.46, y + 0.06],
        [-0.5, y - 0.04],
        [-0.1, y - 0.16],
        [0.36, y - 0.14],
    ];
    brush.fill(&blob(&body), Paint::round(back));
    let belly = [[0.56, y - 0.02], [0.3, y + 0.01], [-0.3, y - 0.03], [-0.1, y - 0.16], [0.36, y - 0.14]];
    brush.fill(&blob(&belly), Paint::round(breast));
    brush.disc([0.58, y + 0.07], 0.17, Paint::round(head));
    brush.fill(&[[0.7, y + 0.13], [0.93, y + 0.05], [0.7, y]], beak);
    brush.eye([0.65, y + 0.11], 0.035, INK);
    let near: Vec<[f32; 2]> = wing(0.0, -0.22).to_vec();
    brush.fill(&blob(&near), Paint::from(back).grain(0.2, [1.0, 2.2]));
    for k in 0..4 {
        let k = k as f32;
        let tip = [-0.28 - 0.1 * k, y + lift + 0.08 - 0.09 * k];
        brush.limb(&[[0.0 - 0.08 * k, y + 0.12, 0.012], [tip[0], tip[1], 0.02]], Paint::flat(back.times(0.7)));
    }
}
