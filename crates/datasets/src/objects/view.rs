//! How a thing is seen: mirrored or not, turned, slanted, near or far.

use super::dice::Dice;
use super::outline::Point;

/// From a thing's own places (y upwards, on the ground at 0) to places on the canvas, in pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct View {
    /// The thing's middle.
    middle: Point,
    /// Where its middle comes to lie, in pixels.
    place: Point,
    /// Pixels for each unit.
    scale: f32,
    /// Rows of the matrix: mirroring, stretching, slant, turn.
    matrix: [Point; 2],
    /// How much nearer one side is: 0.1 makes it 10 % larger one unit from the middle.
    near: f32,
}

/// What a thing's shape asks of a view.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    /// Width and height in its own units.
    pub(super) size: Point,
    /// Largest turn, radians.
    pub(super) turn: f32,
    /// Whether it may face either way. A clock may not.
    pub(super) mirrored: bool,
}

impl View {
    /// Draws a view at random that shows nearly all of the thing; `stands` brings its foot into the lower part.
    pub(super) fn draw(extent: &Extent, stands: bool, side: f32, dice: &mut Dice) -> Self {
        let [width, height] = extent.size;
        let share = dice.range(0.62, 0.95);
        let scale = share * side / width.max(height).max(0.3);
        let mirror = if extent.mirrored && dice.chance(0.5) { -1.0 } else { 1.0 };
        let (sin, cos) = (dice.normal(0.5 * extent.turn)).clamp(-extent.turn, extent.turn).sin_cos();
        let stretch = dice.range(0.86, 1.16);
        let slant = if extent.mirrored { dice.normal(0.09) } else { dice.normal(0.03) };
        let (wide, high) = (mirror * stretch, 1.0 / stretch);
        // Slant, then turn; rows of the product.
        let matrix = [[cos * wide, cos * slant - sin * high], [sin * wide, sin * slant + cos * high]];
        let (half_width, half_height) = (0.5 * scale * width, 0.5 * scale * height);
        let slack = |half: f32| (0.5 * side - half).max(0.04 * side);
        let x = 0.5 * side + dice.about(0.8) * slack(half_width);
        let y = if stands {
            // Low enough for some ground below the foot.
            let lowest = 0.95 * side - half_height;
            let highest = (0.78 * side - half_height).max(half_height + 0.03 * side).min(lowest);
            dice.range(highest, lowest)
        } else {
            0.5 * side + dice.about(0.7) * slack(half_height)
        };
        let near = if extent.mirrored { dice.normal(0.07) } else { 0.0 };
        Self { middle: [0.0, 0.5 * height], place: [x, y], scale, matrix, near }
    }

    /// Where a point comes to lie, in pixels.
    pub(super) fn map(&self, point: Point) -> Point {
        let [x, y] = [point[0] - self.middle[0], point[1] - self.middle[1]];
        let [across, along] = [0, 1].map(|row| self.matrix[row][0] * x + self.matrix[row][1] * y);
        let scale = self.scale * (1.0 + self.near * x);
        [self.place[0] + scale * across, self.place[1] - scale * along]
    }

    /// Pixels for each of the thing's units.
    pub(super) const fn scale(&self) -> f32 {
        self.scale
    }

    /// The row that the thing's foot stands on.
    pub(super) fn foot(&self) -> f32 {
        self.map([self.middle[0], 0.0])[1]
    }
}
