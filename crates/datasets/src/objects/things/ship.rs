//! A ship from the side: under sail, a steamer, or stacked with containers.

use crate::objects::brush::{Brush, Paint};
use crate::objects::colour::{CHALK, Colour, INK, lacquer};
use crate::objects::dice::Dice;
use crate::objects::outline::{Point, blob, curve, rectangle, rounded};
use crate::objects::scenery::Place;

pub(super) fn draw(brush: &mut Brush<'_>, place: Place, dice: &mut Dice) {
    match dice.count(0, 6) {
        0..=2 => sailing(brush, dice),
        3 | 4 => steamer(brush, dice),
        _ => freighter(brush, dice),
    }
    if place == Place::Sea {
        waves(brush, dice);
    }
}

/// The hull from the stern on the left to the bow on the right, with a deck this high.
fn hull(brush: &mut Brush<'_>, stern: f32, deck: f32, sheer: f32, paint: Colour) {
    let mut outline = curve(&[[stern, deck + 0.3 * sheer], [-0.2, deck - 0.02], [0.5, deck], [0.98, deck + sheer]]);
    outline.extend([[0.78, -0.06], [0.7, -0.1], [stern + 0.12, -0.1], [stern + 0.04, -0.04]]);
    brush.fill(&outline, Paint::from(paint).gloss(0.1));
    let red = Colour([0.55, 0.16, 0.13]);
    brush.fill(&[[stern + 0.06, 0.04], [0.82, 0.04], [0.72, -0.1], [stern + 0.12, -0.1]], Paint::flat(red).alpha(0.85));
    let mut rail = curve(&[[stern, deck + 0.3 * sheer], [-0.2, deck - 0.02], [0.5, deck], [0.98, deck + sheer]]);
    rail.extend(rail.clone().into_iter().rev().map(|[x, y]| [x, y - 0.04]));
    brush.fill(&rail, Paint::flat(paint.mix(CHALK, 0.45)));
}

fn sailing(brush: &mut Brush<'_>, dice: &mut Dice) {
    let paint = if dice.chance(0.5) { Colour([0.4, 0.24, 0.13]).near(dice, 0.05) } else { lacquer(dice) };
    let cloth = if dice.chance(0.7) { CHALK.near(dice, 0.04) } else { lacquer(dice).mix(CHALK, 0.3) };
    let wood = Colour([0.35, 0.24, 0.15]);
    let (mast, top) = (dice.range(0.05, 0.2), dice.range(1.55, 1.75));
    hull(brush, -0.8, 0.22, 0.14, paint);
    brush.line([mast, 0.15], [mast, top], 0.035, wood);
    brush.line([mast - 0.02, 0.36], [-0.78, 0.38], 0.03, wood);
    // The mainsail bellies out behind the mast, the jib before it.
    let belly = dice.range(0.02, 0.12);
    let main = [
        vec![[mast - 0.03, top - 0.05], [mast - 0.03, 0.42]],
        curve(&[[-0.76, 0.42], [-0.5 - belly, 0.8], [mast - 0.03, top - 0.05]]),
    ]
    .concat();
    brush.fill(&main, cloth);
    for k in 1..4 {
        let y = 0.42 + 0.3 * k as f32;
        let share = (top - y) / (top - 0.42);
        brush.line([mast - 0.03, y], [mast - 0.03 - 0.68 * share, y], 0.01, Paint::flat(cloth.times(0.8)));
    }
    let jib = [vec![[mast + 0.03, top - 0.2]], curve(&[[0.9, 0.36], [0.55, 0.42], [mast + 0.06, 0.42]])].concat();
    brush.fill(&jib, cloth.times(0.92));
    let flag = lacquer(dice);
    brush.fill(&[[mast, top], [mast, top + 0.1], [mast - 0.2, top + 0.05]], flag);
    if dice.chance(0.4) {
        brush.disc([-0.55, 0.33], 0.06, Paint::round(Colour([0.8, 0.6, 0.5])));
        brush.line([-0.55, 0.28], [-0.52, 0.2], 0.1, lacquer(dice));
    }
}

fn steamer(brush: &mut Brush<'_>, dice: &mut Dice) {
    let paint =
        dice.pick(&[INK, Colour([0.12, 0.17, 0.3]), CHALK.times(0.92), Colour([0.5, 0.14, 0.12])]).near(dice, 0.04);
    let white = CHALK.times(dice.range(0.85, 1.0));
    let funnel = lacquer(dice);
    let decks = dice.count(2, 3);
    let mut y = 0.3;
    let (mut left, mut right) = (-0.72, 0.5);
    let chimneys = dice.count(1, 3);
    for k in 0..chimneys {
        let x = -0.35 + 0.3 * k as f32;
        let base = y + 0.15 * decks as f32 - 0.05;
        let stack = [[x - 0.08, base], [x + 0.08, base], [x + 0.05, base + 0.38], [x - 0.11, base + 0.38]];
        brush.fill(&stack, funnel);
        brush.fill(
            &[[x + 0.057, base + 0.29], [x + 0.05, base + 0.38], [x - 0.11, base + 0.38], [x - 0.103, base + 0.29]],
            Paint::flat(INK),
        );
        smoke(brush, [x - 0.05, base + 0.42], dice);
    }
    for _ in 0..decks {
        brush.fill(&rectangle([left, y - 0.02], [right, y + 0.15]), white);
        let mut x = left + 0.06;
        while x < right - 0.05 {
            brush.fill(&rectangle([x, y + 0.05], [x + 0.06, y + 0.105]), Paint::flat(Colour([0.2, 0.28, 0.38])));
            x += 0.115;
        }
        (left, right, y) = (left + 0.1, right - 0.12, y + 0.15);
    }
    brush.line([0.66, 0.3], [0.66, 0.95], 0.025, Paint::flat(INK));
    hull(brush, -0.95, 0.32, 0.12, paint);
    let mut x = -0.75;
    while x < 0.75 {
        brush.disc([x, 0.17], 0.026, Paint::flat(white));
        x += 0.16;
    }
}

fn freighter(brush: &mut Brush<'_>, dice: &mut Dice) {
    let paint = lacquer(dice).times(0.75);
    let white = CHALK.times(0.93);
    let rows = dice.count(2, 4);
    for column in 0..6 {
        for row in 0..rows - usize::from(column == 5) - usize::from(dice.chance(0.3)) {
            let (x, y) = (-0.42 + 0.2 * column as f32, 0.24 + 0.13 * row as f32);
            let colour = lacquer(dice).times(0.9);
            brush.fill(&rectangle([x, y], [x + 0.19, y + 0.125]), colour);
            brush.line([x + 0.1, y + 0.02], [x + 0.1, y + 0.11], 0.012, Paint::flat(colour.times(0.7)));
        }
    }
    let top = dice.range(0.85, 1.0);
    brush.fill(&rounded(&[[-0.82, 0.2], [-0.5, 0.2], [-0.5, top], [-0.82, top]], 0.03), white);
    brush.fill(&rectangle([-0.8, top - 0.13], [-0.5, top - 0.05]), Paint::flat(Colour([0.15, 0.22, 0.3])));
    for y in [0.4, 0.55, 0.7] {
        brush.line([-0.76, y], [-0.56, y], 0.03, Paint::flat(Colour([0.35, 0.4, 0.46])));
    }
    brush.fill(&rectangle([-0.76, top], [-0.64, top + 0.18]), lacquer(dice));
    brush.line([0.82, 0.3], [0.82, 0.72], 0.025, Paint::flat(INK));
    hull(brush, -0.95, 0.26, 0.12, paint);
}

fn smoke(brush: &mut Brush<'_>, [x, y]: Point, dice: &mut Dice) {
    if dice.chance(0.5) {
        return;
    }
    let grey = CHALK.times(dice.range(0.5, 0.9));
    for k in 0..4 {
        let k = k as f32;
        brush.disc([x - 0.1 * k, y + 0.05 * k], 0.05 + 0.025 * k, Paint::flat(grey).alpha(0.55 - 0.1 * k));
    }
}

/// Water and foam before the foot of the hull.
fn waves(brush: &mut Brush<'_>, dice: &mut Dice) {
    let sea = brush.seen([dice.about(0.3), -0.24]);
    let mut crest: Vec<Point> = (0..=12).map(|i| [-1.15 + 0.19 * i as f32, 0.02 + dice.about(0.025)]).collect();
    crest.extend([[1.15, -0.16], [-1.15, -0.16]]);
    brush.fill(&blob(&crest), Paint::flat(sea).grain(0.1, [2.0, 0.7]).alpha(0.92));
    for _ in 0..5 {
        let (x, width) = (dice.range(-0.9, 0.9), dice.range(0.06, 0.2));
        let y = dice.range(-0.06, 0.04);
        brush.line([x - width, y], [x + width, y], 0.025, Paint::flat(CHALK).alpha(0.75));
    }
    brush.limb(&[[0.7, 0.01, 0.02], [0.9, 0.04, 0.035], [1.02, 0.0, 0.015]], Paint::flat(CHALK).alpha(0.85));
}
