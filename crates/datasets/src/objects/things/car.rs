//! A car from the side: saloon, estate, hatchback, coupé or off-roader.

use crate::objects::brush::{Brush, Paint};
use crate::objects::colour::{CHALK, Colour, INK, lacquer};
use crate::objects::dice::Dice;
use crate::objects::outline::{Point, lerp, rounded};
use crate::objects::scenery::Place;

/// What makes one kind of car look unlike another; heights from the ground, lengths from the middle.
struct Build {
    /// Top of the bonnet, where it meets the windscreen, and at its front end.
    bonnet: [f32; 2],
    /// Where the windscreen begins, the roof begins, the roof ends, and the rear window ends.
    along: [f32; 4],
    roof: f32,
    /// Top of the boot, at the rear window and at the tail.
    boot: [f32; 2],
    wheel: f32,
}

const BUILDS: [Build; 5] = [
    Build { bonnet: [0.5, 0.41], along: [0.44, 0.12, -0.38, -0.68], roof: 0.79, boot: [0.53, 0.48], wheel: 0.17 },
    Build { bonnet: [0.5, 0.42], along: [0.46, 0.16, -0.74, -0.93], roof: 0.8, boot: [0.52, 0.46], wheel: 0.17 },
    Build { bonnet: [0.53, 0.44], along: [0.52, 0.16, -0.56, -0.88], roof: 0.84, boot: [0.5, 0.42], wheel: 0.18 },
    Build { bonnet: [0.46, 0.36], along: [0.34, -0.02, -0.32, -0.8], roof: 0.69, boot: [0.48, 0.45], wheel: 0.18 },
    Build { bonnet: [0.6, 0.55], along: [0.42, 0.2, -0.8, -0.92], roof: 0.95, boot: [0.58, 0.5], wheel: 0.21 },
];

pub(super) fn draw(brush: &mut Brush<'_>, _: Place, dice: &mut Dice) {
    let build = &BUILDS[dice.count(0, BUILDS.len() - 1)];
    let paint = lacquer(dice);
    let shift = dice.about(0.03);
    let along = build.along.map(|x| x + shift);
    let roof = build.roof + dice.about(0.03);
    let floor = 0.55 * build.wheel + dice.about(0.015);
    let wheels = [dice.range(-0.63, -0.58), dice.range(0.58, 0.63)];

    brush.shadow(-0.98, 0.98, 0.1);
    // What is below the car, and the far wheels.
    brush.fill(&rounded(&[[-0.9, 0.05], [0.9, 0.05], [0.9, 0.3], [-0.9, 0.3]], 0.05), Paint::flat(INK));

    let body = [
        [0.93, floor],
        [1.0, floor + 0.08],
        [0.99, build.bonnet[1] - 0.05],
        [0.93, build.bonnet[1]],
        [along[0], build.bonnet[0]],
        [along[1], roof],
        [along[2], roof - 0.01],
        [along[3], build.boot[0]],
        [-0.95, build.boot[1]],
        [-1.0, floor + 0.1],
        [-0.95, floor],
    ];
    brush.fill(&rounded(&body, 0.06), Paint::from(paint).gloss(0.18));
    // The flank below the windows catches less light the lower it is.
    let waist = build.bonnet[0] - 0.04;
    brush.fill(
        &rounded(
            &[
                [-0.985, floor + 0.1],
                [-0.95, floor],
                [0.93, floor],
                [0.99, floor + 0.08],
                [0.97, floor + 0.17],
                [-0.985, floor + 0.18],
            ],
            0.03,
        ),
        Paint::flat(paint.times(0.62)),
    );
    brush.line(
        [-0.94, waist - 0.045],
        [0.9, build.bonnet[1] - 0.03],
        0.022,
        Paint::flat(paint.mix(CHALK, 0.35)).alpha(0.7),
    );

    windows(brush, along, roof, waist + 0.02, dice);
    doors(brush, along, waist, floor, paint, dice);
    lamps(brush, build, floor);
    for x in wheels {
        brush.disc([x, build.wheel + 0.02], 1.22 * build.wheel, Paint::flat(paint.times(0.3)));
    }
    let rim = Colour::hsv(0.6, 0.04, dice.range(0.55, 0.9));
    for x in wheels {
        wheel(brush, [x, build.wheel], build.wheel, rim);
    }
    if dice.chance(0.08) {
        let sign = [[0.02, roof - 0.01], [0.02, roof + 0.09], [-0.2, roof + 0.09], [-0.2, roof - 0.01]];
        brush.fill(&sign, Paint::flat(Colour([0.98, 0.85, 0.3])));
    }
}

fn windows(brush: &mut Brush<'_>, along: [f32; 4], roof: f32, sill: f32, dice: &mut Dice) {
    let glass = Colour::hsv(0.57, dice.range(0.15, 0.4), dice.range(0.16, 0.42));
    let top = roof - 0.055;
    let front = [[along[0] - 0.1, sill], [along[1], top]];
    let rear = [[along[3] + 0.12, sill], [along[2] + 0.02, top]];
    let pillar = 0.5 * (along[1] + along[2]) - 0.02;
    let at = |share: f32| [lerp(front[0], front[1], share), lerp(rear[0], rear[1], share)];
    let [[a, b], [c, d]] = [at(0.0), at(1.0)];
    let panes =
        [[a, [pillar + 0.025, sill], [pillar + 0.025, top], c], [[pillar - 0.025, sill], b, d, [pillar - 0.025, top]]];
    for pane in &panes {
        brush.fill(&rounded(pane, 0.03), Paint::from(glass).gloss(0.25));
    }
    // The sky mirrored in the upper part of the front pane.
    let [from, to]: [Point; 2] = [lerp(a, c, 0.45), lerp(a, c, 0.95)];
    let streak = [[from[0] - 0.06, from[1]], [to[0] - 0.03, to[1]], [to[0] - 0.13, to[1]], [from[0] - 0.2, from[1]]];
    brush.fill(&streak, Paint::flat(Colour([0.75, 0.85, 0.92])).alpha(0.5));
    if dice.chance(0.4) {
        let head = [0.5 * (pillar + along[0]) - 0.12, sill + 0.1];
        brush.disc(head, 0.055, Paint::flat(INK).alpha(0.75));
    }
}

fn doors(brush: &mut Brush<'_>, along: [f32; 4], waist: f32, floor: f32, paint: Colour, dice: &mut Dice) {
    let dark = Paint::flat(paint.times(0.5)).alpha(0.8);
    let pillar = 0.5 * (along[1] + along[2]) - 0.02;
    for x in [along[0] - 0.08, pillar, along[3] + 0.2] {
        brush.line([x, waist], [x, floor + 0.1], 0.014, dark);
    }
    for x in [pillar + 0.1, along[3] + 0.3] {
        brush.line([x, waist - 0.09], [x + 0.06, waist - 0.09], 0.02, dark);
    }
    if dice.chance(0.6) {
        brush.oval([along[0] - 0.07, waist + 0.06], [0.05, 0.035], 0.2, paint.times(0.8));
    }
}

fn lamps(brush: &mut Brush<'_>, build: &Build, floor: f32) {
    let (front, tail) = (build.bonnet[1] - 0.06, build.boot[1] - 0.08);
    brush.oval([0.93, front], [0.065, 0.04], -0.2, Paint::flat(Colour([1.0, 0.96, 0.78])));
    brush.oval([-0.955, tail], [0.04, 0.06], 0.0, Paint::flat(Colour([0.8, 0.08, 0.08])));
    for x in [0.94, -0.94] {
        brush.line([x - 0.05, floor + 0.06], [x + 0.05, floor + 0.06], 0.05, Paint::flat(Colour([0.2, 0.2, 0.22])));
    }
}

/// A wheel with tyre, rim and spokes; trucks have the same.
pub(super) fn wheel(brush: &mut Brush<'_>, centre: Point, radius: f32, rim: Colour) {
    brush.disc(centre, radius, Paint::flat(INK));
    brush.disc(centre, 0.66 * radius, Paint::round(rim));
    for k in 0..5 {
        let (sin, cos) = (1.2566 * k as f32 + 0.4).sin_cos();
        let spot = [centre[0] + 0.4 * radius * cos, centre[1] + 0.4 * radius * sin];
        brush.disc(spot, 0.12 * radius, Paint::flat(rim.times(0.35)));
    }
    brush.disc(centre, 0.13 * radius, Paint::flat(rim.times(0.6)));
}
