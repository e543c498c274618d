//! Colours.

use super::dice::Dice;

/// Red, green and blue in [0, 1], as screens have them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Colour(pub(super) [f32; 3]);

/// Black, or nearly: tyres, eyes, hooves.
pub(super) const INK: Colour = Colour([0.07, 0.07, 0.08]);

/// White, or nearly.
pub(super) const CHALK: Colour = Colour([0.96, 0.96, 0.94]);

impl Colour {
    /// From hue (in turns: 0 red, 1/3 green, 2/3 blue), saturation and value.
    pub(super) fn hsv(hue: f32, saturation: f32, value: f32) -> Self {
        let part = |offset: f32| {
            let sector = (hue * 6.0 + offset).rem_euclid(6.0);
            value * (1.0 - saturation * sector.min(4.0 - sector).clamp(0.0, 1.0))
        };
        Self([part(5.0), part(3.0), part(1.0)])
    }

    /// The colour a share of the way to another.
    pub(super) fn mix(self, other: Self, share: f32) -> Self {
        Self(std::array::from_fn(|i| self.0[i] + share * (other.0[i] - self.0[i])))
    }

    /// Lighter for factors above 1, darker below.
    pub(super) fn times(self, factor: f32) -> Self {
        Self(self.0.map(|part| part * factor))
    }

    /// A colour near this one.
    pub(super) fn near(self, dice: &mut Dice, reach: f32) -> Self {
        let all = dice.about(reach);
        Self(self.0.map(|part| (part + all + dice.about(0.4 * reach)).clamp(0.0, 1.0)))
    }
}

/// A paint that people buy things in: mostly strong colours, some white, grey and black.
pub(super) fn lacquer(dice: &mut Dice) -> Colour {
    if dice.chance(0.3) {
        let value = dice.pick(&[0.16, 0.35, 0.62, 0.86, 0.95]);
        return Colour::hsv(0.6, 0.06, value).near(dice, 0.03);
    }
    let hue = dice.pick(&[0.0, 0.0, 0.03, 0.08, 0.14, 0.33, 0.45, 0.55, 0.6, 0.63, 0.8, 0.95]) + dice.about(0.02);
    Colour::hsv(hue, dice.range(0.6, 0.95), dice.range(0.5, 0.95))
}

/// The coat of an animal: black, brown, chestnut, sand, grey or white.
pub(super) fn coat(dice: &mut Dice) -> Colour {
    let coats = [
        [0.16, 0.14, 0.13],
        [0.33, 0.21, 0.13],
        [0.5, 0.3, 0.16],
        [0.66, 0.43, 0.22],
        [0.8, 0.64, 0.42],
        [0.55, 0.53, 0.51],
        [0.9, 0.87, 0.82],
    ];
    Colour(dice.pick(&coats)).near(dice, 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hues_go_round() {
        let near = |a: Colour, b: [f32; 3]| a.0.iter().zip(b).all(|(x, y)| (x - y).abs() < 1e-5);
        for (hue, want) in [(0.0, [1.0, 0.0, 0.0]), (1.0 / 3.0, [0.0, 1.0, 0.0]), (0.5, [0.0, 1.0, 1.0])] {
            assert!(near(Colour::hsv(hue, 1.0, 1.0), want) && near(Colour::hsv(hue + 1.0, 1.0, 1.0), want), "{hue}");
        }
        assert!(near(Colour::hsv(0.2, 0.0, 0.4), [0.4; 3]));
    }
}
