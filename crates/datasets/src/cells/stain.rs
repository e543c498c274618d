//! Stains: what glows where, before any optics. Membranes in red, the protein in green, nuclei in blue.

use advlab_core::Seed;

use super::field::field;
use super::layout::{Cell, Layout, State};
use super::plane::Plane;

/// What glows, in shares of the camera's full scale where the stain is of middling strength.
#[derive(Debug)]
pub(super) struct Stained {
    /// Red, green, blue.
    pub(super) light: [Plane; 3],
    /// Number of the cell whose cytoplasm is at each pixel; [`NOBODY`] in nuclei, at membranes and between cells.
    pub(super) cytoplasm: Vec<u32>,
    /// How far the pixel's cell is from the focal plane, in pixels of blur.
    pub(super) depth: Plane,
}

/// In place of a cell's number where there is none.
pub(super) const NOBODY: u32 = u32::MAX;

/// Pixels a side of the blocks that share a list of cells.
const BLOCK: usize = 16;

/// How far the borders of cells and nuclei are bent, in pixels: bends of 45 pixels and of 13.
const BEND: [(f32, f32); 2] = [(45.0, 5.5), (13.0, 1.3)];

/// Stains the cells; `coarseness` is the contrast of the cytoplasm's grain, 1 as a rule.
pub(super) fn stain(layout: &Layout, coarseness: f32, seed: Seed) -> Stained {
    let side = layout.side;
    let noise = |name: &str, size: f32| field(side, size, &mut seed.child(name).rng());
    let bend = |axis: &str| {
        let [(long, far), (short, near)] = BEND;
        let mut bend = noise(&format!("{axis} bend"), long);
        let fine = noise(&format!("{axis} tremor"), short);
        bend.values.iter_mut().zip(&fine.values).for_each(|(a, b)| *a = far * *a + near * b);
        bend
    };
    let (bend_x, bend_y) = (bend("x"), bend("y"));
    let [fine, grain, patch, wide] =
        [("fine", 2.2), ("grain", 4.5), ("patch", 11.0), ("wide", 120.0)].map(|(name, size)| noise(name, size));
    let threads = noise("threads", 7.0);
    let mut stained = Stained {
        light: std::array::from_fn(|_| Plane::new(side)),
        cytoplasm: vec![NOBODY; side * side],
        depth: Plane::new(side),
    };
    let mut near = Vec::new();
    for block_y in (0..side).step_by(BLOCK) {
        for block_x in (0..side).step_by(BLOCK) {
            cells_near(layout, block_x, block_y, &mut near);
            for y in block_y..(block_y + BLOCK).min(side) {
                for x in block_x..(block_x + BLOCK).min(side) {
                    let i = y * side + x;
                    let place = Place::find(layout, &near, x as f32 + bend_x.values[i], y as f32 + bend_y.values[i]);
                    let texture = Texture {
                        fine: fine.values[i],
                        grain: grain.values[i],
                        patch: patch.values[i],
                        wide: wide.values[i],
                        thread: threads.values[i],
                        coarseness,
                    };
                    let light = place.light(&texture);
                    for (plane, light) in stained.light.iter_mut().zip(light) {
                        plane.values[i] = light;
                    }
                    stained.depth.values[i] = place.first.depth;
                    if place.is_cytoplasm() {
                        stained.cytoplasm[i] = place.number;
                    }
                }
            }
        }
    }
    stained
}

/// Numbers of the cells that can be first or second at some pixel of a block.
fn cells_near(layout: &Layout, x: usize, y: usize, near: &mut Vec<u32>) {
    let half = 0.5 * BLOCK as f32;
    let (x, y) = (x as f32 + half, y as f32 + half);
    // From the middle of the block a pixel is at most this far, bends included: two and a half of their deviations.
    let slack = half * 1.42 + 3.5 * (BEND[0].1 + BEND[1].1);
    let mut two = [f32::MAX; 2];
    let bounds = |cell: &Cell| {
        let (distance, radius) = (cell.body.square(x, y).sqrt(), cell.body.radius);
        // The narrow axis of an ellipse is never shorter than this share of its radius.
        let change = slack / (0.78 * radius);
        (distance - change, distance + change)
    };
    for cell in &layout.cells {
        let (_, most) = bounds(cell);
        if most < two[1] {
            two[1] = most;
            two.sort_by(f32::total_cmp);
        }
    }
    near.clear();
    near.extend((0..).zip(&layout.cells).filter(|(_, cell)| bounds(cell).0 <= two[1]).map(|(k, _)| k));
}

/// Noise at a pixel: fields of mean 0 and standard deviation 1.
struct Texture {
    fine: f32,
    grain: f32,
    patch: f32,
    wide: f32,
    thread: f32,
    coarseness: f32,
}

/// A pixel among the cells.
struct Place<'a> {
    first: &'a Cell,
    second: &'a Cell,
    number: u32,
    x: f32,
    y: f32,
    /// Distance to the cell's border in pixels, positive inside.
    edge: f32,
    /// From 0, where the border is free, to 1, where the neighbour touches it.
    touch: f32,
}

impl<'a> Place<'a> {
    fn find(layout: &'a Layout, near: &[u32], x: f32, y: f32) -> Self {
        let (mut first, mut second) = ((f32::MAX, 0), (f32::MAX, 0));
        for &k in near {
            let square = layout.cells[k as usize].body.square(x, y);
            if square < first.0 {
                second = first;
                first = (square, k);
            } else if square < second.0 {
                second = (square, k);
            }
        }
        let (a, b) = (&layout.cells[first.1 as usize], &layout.cells[second.1 as usize]);
        let (near, far) = (first.0.sqrt(), second.0.sqrt());
        let (here, there) = (a.body.radius, b.body.radius);
        let shared = (far - near) * here * there / (here + there);
        let free = (1.0 - near) * here;
        // The smaller of the two, rounded where they are alike: corners of cells are round.
        let apart = (0.5 + (free - shared) / 10.0).clamp(0.0, 1.0);
        let edge = free + apart * (shared - free) - 2.5 * apart * (1.0 - apart);
        Self { first: a, second: b, number: first.1, x, y, edge, touch: apart }
    }

    fn is_cytoplasm(&self) -> bool {
        let nucleus = &self.first.nucleus.shape;
        self.edge > 3.0 && nucleus.inside(self.x, self.y) < -1.0
    }

    fn light(&self, texture: &Texture) -> [f32; 3] {
        let (cell, t) = (self.first, texture);
        let within = ramp(self.edge, -1.5, 1.5);
        let nucleus = self.nucleus(t);
        let free_of_nucleus = 1.0 - nucleus.covers;
        let thick = 0.55 + 0.45 * ramp(self.edge, 0.0, 0.45 * cell.body.radius);
        let [membrane, spread] = self.membrane(t);

        // Vesicles without protein: dark and round, a few in a cell.
        let hollow = 1.0 - 0.65 * ramp(t.thread, 1.5, 1.9);
        let mottle = (1.0 + t.coarseness * (0.26 * t.grain + 0.2 * t.patch + 0.1 * t.fine)).max(0.1);
        // The protein gathers a little around the nucleus, where it is made.
        let around = 1.0 + 0.5 * nucleus.near;
        let protein = cell.green * (1.0 + 0.18 * t.wide);
        let green = within * protein * thick * mottle * hollow * around * (0.03 + 0.15 * free_of_nucleus)
            + 0.05 * protein * membrane;

        // Fibres: bright where a field crosses zero.
        let fibre = 1.0 / (1.0 + 9.0 * t.thread * t.thread);
        let red = within * cell.red * thick * (0.025 + 0.05 * free_of_nucleus * (0.6 + fibre + 0.3 * t.grain))
            + 0.62 * membrane
            + 0.05 * spread;

        // The stain of the nuclei sticks a little to everything.
        let blue = nucleus.light + within * 0.02 * (1.0 + 0.3 * t.patch) * (1.0 + 0.5 * cell.red);
        let between = (1.0 - within) * 0.018 * (1.0 + 0.3 * t.patch).max(0.0);
        [red.max(0.0) + between, green + between, blue + 0.4 * between]
    }

    /// Light of the membrane, and of what is seen of it where it does not stand upright.
    fn membrane(&self, t: &Texture) -> [f32; 2] {
        let bell = |width: f32| {
            let far = self.edge / width;
            let fall = 1.0 / (1.0 + far * far);
            fall * fall
        };
        let (own, other) = (self.first.membrane, self.second.membrane);
        let stain = self.touch * 0.5 * (own + other) + (1.0 - self.touch) * 0.42 * own;
        let uneven = (0.72 + 0.3 * t.patch + 0.16 * t.grain).max(0.08);
        [stain * uneven * bell(2.1), stain * bell(9.0)]
    }

    fn nucleus(&self, t: &Texture) -> Nuclear {
        let nucleus = &self.first.nucleus;
        let square = nucleus.shape.square(self.x, self.y);
        if square > 4.0 {
            return Nuclear { covers: 0.0, near: 0.0, light: 0.0 };
        }
        let edge = (1.0 - square.sqrt()) * nucleus.shape.radius;
        let covers = ramp(edge, -1.6, 1.6) * ramp(self.edge, 0.0, 3.0);
        let near = ramp(edge, -14.0, 0.0) * (1.0 - covers);
        let thick = 0.6 + 0.4 * (1.0 - square).max(0.0).sqrt();
        let light = match nucleus.state {
            State::Resting => {
                let holes = nucleus.nucleoli.iter().map(|hole| ramp(hole.inside(self.x, self.y), -2.0, 2.0));
                let hole = holes.fold(0.0, f32::max);
                let chromatin = (0.8 + 0.2 * t.grain + 0.14 * t.patch - 0.1 * t.thread + 0.08 * t.fine).max(0.2);
                // Clumps that take more stain, and a rim where chromatin lies along the envelope.
                let clump = 0.55 * ramp(t.grain + 0.6 * t.thread, 1.5, 2.3);
                let rim = 0.16 * ramp(edge, 0.0, 2.0) * ramp(-edge, -5.0, -2.0);
                0.4 * thick * (chromatin + clump + rim) * (1.0 - 0.72 * hole)
            }
            State::Dividing => 0.8 * (0.9 + 0.22 * t.grain + 0.1 * t.fine).max(0.2),
            State::Dying => 0.95 * thick,
        };
        let kept_out = match nucleus.state {
            State::Resting => covers,
            State::Dividing | State::Dying => 0.5 * covers,
        };
        Nuclear { covers: kept_out, near, light: covers * nucleus.light * light }
    }
}

/// What a nucleus does to a pixel.
struct Nuclear {
    /// How much of the cytoplasm it takes the place of, 0 to 1.
    covers: f32,
    /// From 0 far away to 1 just outside it.
    near: f32,
    /// Light of its stain.
    light: f32,
}

/// 0 up to `low`, 1 from `high` on, smooth between.
fn ramp(value: f32, low: f32, high: f32) -> f32 {
    let t = ((value - low) / (high - low)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}
