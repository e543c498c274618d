//! A horse from the side, standing, walking or running.

use super::quadruped::{Leg, gait};
use crate::objects::brush::{Brush, Paint};
use crate::objects::colour::{CHALK, Colour, INK, coat, lacquer};
use crate::objects::dice::Dice;
use crate::objects::outline::blob;
use crate::objects::scenery::Place;

pub(super) fn draw(brush: &mut Brush<'_>, _: Place, dice: &mut Dice) {
    let fur = coat(dice);
    let mane = dice.pick(&[INK, fur.times(0.5), Colour([0.85, 0.76, 0.6]), CHALK.times(0.9)]).near(dice, 0.03);
    let socks = if dice.chance(0.3) { CHALK.times(0.9) } else { fur.times(0.5) };
    let tall = dice.range(0.82, 0.92);
    let steps = gait(dice);
    let leg = |front: bool, [step, lift]: [f32; 2]| Leg {
        root: [if front { 0.36 } else { -0.5 }, tall + 0.06],
        thick: if front { [0.13, 0.062, 0.043] } else { [0.19, 0.068, 0.045] },
        bend: if front { 0.02 } else { -0.06 },
        step: 1.3 * step,
        lift: 1.6 * lift,
    };
    brush.shadow(-0.75, 0.6, 0.09);
    leg(true, steps[0]).draw(brush, fur.times(0.66), socks.times(0.6));
    leg(false, steps[2]).draw(brush, fur.times(0.66), socks.times(0.6));
    tail(brush, tall, mane, dice);
    let y = tall + 0.2;
    let trunk = [
        [0.56, y + 0.14],
        [0.34, y + 0.25],
        [-0.08, y + 0.19],
        [-0.46, y + 0.26],
        [-0.7, y + 0.14],
        [-0.7, y - 0.1],
        [-0.44, y - 0.22],
        [0.0, y - 0.25],
        [0.36, y - 0.23],
        [0.56, y - 0.06],
    ];
    brush.fill(&blob(&trunk), Paint::round(fur).gloss(0.08).grain(0.07, [2.0, 1.5]));
    if dice.chance(0.12) {
        for _ in 0..4 {
            let at = [dice.range(-0.5, 0.35), y + dice.about(0.1)];
            brush.oval(
                at,
                [dice.range(0.08, 0.2), dice.range(0.06, 0.13)],
                dice.about(0.6),
                Paint::from(CHALK.times(0.9)),
            );
        }
    }
    leg(true, steps[1]).draw(brush, fur, socks);
    leg(false, steps[3]).draw(brush, fur, socks);
    neck_and_head(brush, tall, fur, mane, dice);
    if dice.chance(0.25) {
        saddle(brush, y, dice);
    }
}

fn tail(brush: &mut Brush<'_>, tall: f32, mane: Colour, dice: &mut Dice) {
    let (y, blow) = (tall + 0.36, dice.range(0.0, 0.3));
    for k in 0..3 {
        let k = 0.05 * k as f32;
        let knots = [
            [-0.64, y, 0.05],
            [-0.84 - 0.4 * blow, y - 0.12 + k, 0.07],
            [-0.9 - blow + k, y - 0.5 + blow, 0.055],
            [-0.84 - blow, y - 0.74 + blow, 0.02],
        ];
        brush.limb(&knots, Paint::from(mane).grain(0.25, [0.8, 2.2]));
    }
}

fn neck_and_head(brush: &mut Brush<'_>, tall: f32, fur: Colour, mane: Colour, dice: &mut Dice) {
    let drop = dice.range(-0.06, 0.2);
    let poll = [0.84, tall + 0.86 - drop]; // the top of the head
    let neck = [
        [0.2, tall + 0.4],
        [0.5, tall + 0.64 - 0.4 * drop],
        [poll[0] - 0.06, poll[1] + 0.03],
        [poll[0] + 0.07, poll[1] - 0.08],
        [0.78, tall + 0.5 - 0.6 * drop],
        [0.58, tall + 0.14],
        [0.42, tall - 0.02],
    ];
    brush.fill(&blob(&neck), Paint::from(fur).grain(0.07, [2.0, 1.5]));
    let crest = [
        [0.16, tall + 0.44, 0.05],
        [0.44, tall + 0.66 - 0.4 * drop, 0.075],
        [poll[0] - 0.12, poll[1] - 0.01, 0.065],
        [poll[0] + 0.02, poll[1] + 0.05, 0.03],
    ];
    brush.limb(&crest, Paint::from(mane).grain(0.3, [1.6, 0.8]));
    for k in 0..4 {
        let share = k as f32 / 3.0;
        let at = [0.34 + 0.34 * share, tall + 0.6 + (0.2 - 0.8 * drop) * share];
        brush.limb(&[[at[0], at[1], 0.05], [at[0] + 0.03, at[1] - 0.17, 0.02]], Paint::from(mane.times(0.9)));
    }
    let nose = [poll[0] + 0.27, poll[1] - 0.4];
    let face = [
        [poll[0] - 0.04, poll[1] + 0.03],
        [poll[0] + 0.1, poll[1]],
        [nose[0] + 0.05, nose[1] + 0.1],
        [nose[0] + 0.06, nose[1] - 0.02],
        [nose[0] - 0.06, nose[1] - 0.06],
        [poll[0] + 0.02, poll[1] - 0.28],
        [poll[0] - 0.08, poll[1] - 0.14],
    ];
    brush.fill(&blob(&face), Paint::from(fur));
    brush.oval([nose[0] + 0.005, nose[1]], [0.075, 0.07], 0.0, Paint::from(fur.times(0.6)));
    brush.disc([nose[0] + 0.035, nose[1] + 0.02], 0.02, Paint::flat(INK));
    if dice.chance(0.4) {
        brush.limb(
            &[[poll[0] + 0.08, poll[1] - 0.04, 0.02], [nose[0] + 0.04, nose[1] + 0.1, 0.025]],
            Paint::flat(CHALK),
        );
    }
    brush.eye([poll[0] + 0.06, poll[1] - 0.1], 0.034, Colour([0.2, 0.12, 0.07]));
    for (dx, shade) in [(0.05, 0.7), (-0.02, 1.0)] {
        let ear = [
            [poll[0] + dx - 0.05, poll[1]],
            [poll[0] + dx + 0.01, poll[1] + 0.18],
            [poll[0] + dx + 0.06, poll[1] + 0.01],
        ];
        brush.fill(&ear, fur.times(shade));
    }
}

fn saddle(brush: &mut Brush<'_>, y: f32, dice: &mut Dice) {
    let (cloth, leather) = (lacquer(dice), Colour([0.36, 0.2, 0.1]));
    brush.fill(&blob(&[[-0.3, y + 0.22], [0.16, y + 0.22], [0.18, y - 0.06], [-0.3, y - 0.04]]), cloth);
    brush.fill(
        &blob(&[[-0.28, y + 0.28], [-0.06, y + 0.22], [0.14, y + 0.3], [0.08, y + 0.06], [-0.16, y + 0.06]]),
        leather,
    );
    brush.line([-0.03, y + 0.08], [-0.03, y - 0.2], 0.03, leather);
}
