//! Sides of maps, and the settings in TorchScript that change them.

/// The whole numbers of `[2, 2]`.
fn numbers(argument: &str) -> Option<Vec<i64>> {
    let inside = argument.strip_prefix('[')?.strip_suffix(']')?;
    inside.split(", ").map(|number| number.parse().ok()).collect()
}

/// The two numbers of `[2, 2]`.
pub(super) fn pair(argument: &str) -> Option<[i64; 2]> {
    numbers(argument)?.try_into().ok()
}

/// Size, stride and padding of windows; a stride that is not given is the size.
pub(super) fn windows(size: &str, stride: &str, padding: &str) -> Option<([i64; 2], [i64; 2], [i64; 2])> {
    let size = pair(size)?;
    let stride = if matches!(stride, "[]" | "") { size } else { pair(stride)? };
    let padding = if padding.is_empty() { [0; 2] } else { pair(padding)? };
    (size.iter().chain(&stride).all(|side| *side >= 1)).then_some((size, stride, padding))
}

/// Maps with zeros around them, `[left, right, above, below]`.
pub(super) fn padded(map: [i64; 2], zeros: &str) -> Option<[i64; 2]> {
    match numbers(zeros)?[..] {
        [left, right] => Some([map[0], map[1] + left + right]),
        [left, right, above, below] => Some([map[0] + above + below, map[1] + left + right]),
        _ => None,
    }
}

/// Sides of the maps in a shape that is written out, `[-1, 16, 12, 12]`; of one picture without the first number.
pub(super) fn maps_of(shape: &str, of_one: bool) -> Option<[i64; 2]> {
    let numbers = numbers(shape)?;
    let (first, sides) = numbers.split_at_checked(if of_one { 1 } else { 2 })?;
    let sides: [i64; 2] = sides.try_into().ok()?;
    (!first.is_empty() && sides.iter().all(|side| *side >= 1)).then_some(sides)
}

/// What maps become whose means over equal windows are taken so that they come to the sides wanted, and the windows. None where the sides do
/// not divide the maps.
pub(super) fn adaptive(map: [i64; 2], wanted: &str) -> Option<([i64; 2], [i64; 2])> {
    let output = pair(wanted)?;
    let divides = (0..2).all(|side| output[side] >= 1 && map[side] % output[side] == 0);
    divides.then(|| (output, [map[0] / output[0], map[1] / output[1]]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read() {
        assert_eq!((pair("[2, 3]"), pair("[2]"), pair("[a, 3]"), pair("x")), (Some([2, 3]), None, None, None));
        assert_eq!(windows("[3, 2]", "[]", "[1, 0]"), Some(([3, 2], [3, 2], [1, 0])));
        assert_eq!(windows("[3, 2]", "[0, 1]", "[1, 0]"), None);
        assert_eq!(padded([5, 7], "[0, 1, 2, 3]"), Some([10, 8]));
        assert_eq!(padded([5, 7], "[1, 1]"), Some([5, 9]));
        assert_eq!(maps_of("[-1, 1, 28, 20]", false), Some([28, 20]));
        assert_eq!(maps_of("[1, 28, 20]", true), Some([28, 20]));
        assert_eq!((maps_of("[-1, 784]", false), maps_of("[1, 2, 28, -1]", false)), (None, None));
        assert_eq!(adaptive([6, 12], "[6, 6]"), Some(([6, 6], [1, 2])));
        assert_eq!(adaptive([7, 12], "[6, 6]"), None);
    }
}
