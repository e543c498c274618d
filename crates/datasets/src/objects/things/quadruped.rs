//! What dogs and horses have in common: four legs with joints.

use crate::objects::brush::{Brush, Paint};
use crate::objects::colour::Colour;
use crate::objects::dice::Dice;

/// A leg from its root down to the ground.
pub(super) struct Leg {
    /// Where it leaves the body, and half its thickness there, in the middle and above the foot.
    pub(super) root: [f32; 2],
    pub(super) thick: [f32; 3],
    /// How far the joint in the middle lies behind (less than 0) or before the straight line.
    pub(super) bend: f32,
    /// How far the foot is set forwards.
    pub(super) step: f32,
    /// How high it is lifted.
    pub(super) lift: f32,
}

impl Leg {
    /// Draws it: coat above, `foot` below.
    pub(super) fn draw(&self, brush: &mut Brush<'_>, coat: Colour, foot: Colour) {
        let [x, y] = self.root;
        let [thigh, knee, ankle] = self.thick;
        let middle = [x + 0.5 * self.step + self.bend, 0.5 * y + 0.4 * self.lift];
        let end = [x + self.step, 0.05 + self.lift];
        let knots =
            [[x, y, thigh], [middle[0], middle[1], knee], [end[0], end[1] + 0.06, ankle], [end[0], end[1], ankle]];
        brush.limb(&knots, Paint::from(coat).grain(0.1, [1.0, 2.0]));
        let hoof =
            [[end[0] - 0.2 * ankle, end[1] + 0.01, 1.15 * ankle], [end[0] + 0.9 * ankle, end[1] - 0.015, 1.0 * ankle]];
        brush.limb(&hoof, foot);
    }
}

/// How far each leg is set forwards: far fore, near fore, far hind, near hind; standing, walking or running.
pub(super) fn gait(dice: &mut Dice) -> [[f32; 2]; 4] {
    let size = dice.pick(&[0.03, 0.12, 0.22]);
    let phase = dice.range(0.7, 1.2) * if dice.chance(0.5) { size } else { -size };
    let lifted = |step: f32| if step > 0.1 { 0.35 * step } else { 0.0 };
    [phase, -phase, -0.8 * phase, phase].map(|step| [step + dice.about(0.02), lifted(step)])
}
