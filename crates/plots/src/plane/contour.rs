//! Lines of equal value, by marching squares.

use std::collections::BTreeMap;

use super::Field;

/// A side between two neighbouring middles of cells: whether it goes up, and row and column of its lower left end.
type Side = (bool, usize, usize);

/// The lines on which a field has a value, as polylines of points `(x, y)`; a closed one ends with its first point.
///
/// Values lie at the middles of cells and are linear on the sides between them, so the lines end half a cell before the edge of
/// the rectangle. Squares with a corner that is NaN or infinite are left out. Where a square's corners alternate, the mean of the
/// four says which ones belong together. A field that touches the value without crossing it has no line there.
///
/// Source: Lorensen and Cline 1987, in two dimensions.
pub fn contours(field: &Field, level: f64) -> Vec<Vec<(f64, f64)>> {
    let (rows, columns) = field.values.dim();
    let mut pieces: Vec<[Side; 2]> = Vec::new();
    for row in 0..rows.saturating_sub(1) {
        for column in 0..columns.saturating_sub(1) {
            pieces.extend(square(field, level, row, column));
        }
    }
    join(&pieces).iter().map(|line| line.iter().map(|&side| crossing(field, level, side)).collect()).collect()
}

/// The pieces of line within the square above and right of a middle.
fn square(field: &Field, level: f64, row: usize, column: usize) -> Vec<[Side; 2]> {
    let corners = [(row, column), (row, column + 1), (row + 1, column + 1), (row + 1, column)];
    let values = corners.map(|corner| field.values[corner]);
    if values.iter().any(|value| !value.is_finite()) {
        return Vec::new();
    }
    let inside = values.map(|value| value >= level);
    let sides: [Side; 4] =
        [(false, row, column), (true, row, column + 1), (false, row + 1, column), (true, row, column)];
    let crossed: Vec<usize> = (0..4).filter(|&side| inside[side] != inside[(side + 1) % 4]).collect();
    match crossed[..] {
        [first, second] => vec![[sides[first], sides[second]]],
        [_, _, _, _] => {
            // Of the corners 0 and 2, or 1 and 3, those unlike the middle are each cut off by a line.
            let middle = values.iter().map(|value| value / 4.0).sum::<f64>() >= level;
            if inside[0] == middle {
                vec![[sides[0], sides[1]], [sides[2], sides[3]]]
            } else {
                vec![[sides[3], sides[0]], [sides[1], sides[2]]]
            }
        }
        _ => Vec::new(),
    }
}

/// Where the line crosses a side.
fn crossing(field: &Field, level: f64, (up, row, column): Side) -> (f64, f64) {
    let next = if up { (row + 1, column) } else { (row, column + 1) };
    let (from, to) = (field.values[(row, column)], field.values[next]);
    let share = ((level - from) / (to - from)).clamp(0.0, 1.0);
    let share = if share.is_finite() { share } else { 0.5 };
    let (row, column) = (row as f64, column as f64);
    if up { field.at(row + share, column) } else { field.at(row, column + share) }
}

/// Pieces that share a side, one after the other. A side is crossed by at most two pieces, one in each square beside it.
fn join(pieces: &[[Side; 2]]) -> Vec<Vec<Side>> {
    let mut at: BTreeMap<Side, Vec<usize>> = BTreeMap::new();
    for (index, piece) in pieces.iter().enumerate() {
        for side in piece {
            at.entry(*side).or_default().push(index);
        }
    }
    let mut used = vec![false; pieces.len()];
    let mut lines = Vec::new();
    // Open lines start where a side has one piece alone; what is left afterwards is closed and may start anywhere.
    let ends = at.iter().filter(|(_, on)| on.len() == 1).map(|(side, on)| (*side, on[0]));
    for (start, first) in ends.chain(pieces.iter().enumerate().map(|(index, piece)| (piece[0], index))) {
        let (mut line, mut side, mut next) = (vec![start], start, Some(first).filter(|&first| !used[first]));
        while let Some(index) = next {
            used[index] = true;
            side = if pieces[index][0] == side { pieces[index][1] } else { pieces[index][0] };
            line.push(side);
            next = at[&side].iter().copied().find(|&other| !used[other]);
        }
        if line.len() > 1 {
            lines.push(line);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    fn length(line: &[(f64, f64)]) -> f64 {
        line.windows(2).map(|pair| (pair[1].0 - pair[0].0).hypot(pair[1].1 - pair[0].1)).sum()
    }

    #[test]
    fn a_circle_is_one_closed_line_of_its_length() {
        let field = Field::from_fn((-1.0, 1.0), (-2.0, 2.0), (160, 80), |x, y| x.hypot(y));
        let lines = contours(&field, 0.6);
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].first(), lines[0].last());
        assert!(lines[0].iter().all(|&(x, y)| (x.hypot(y) - 0.6).abs() < 1e-3));
        assert!((length(&lines[0]) - 1.2 * std::f64::consts::PI).abs() < 0.01, "{}", length(&lines[0]));
    }

    #[test]
    fn a_line_through_the_rectangle_is_open_and_stops_at_missing_values() {
        let slope = |x: f64, y: f64| x + y;
        let field = Field::from_fn((0.0, 1.0), (0.0, 1.0), (20, 20), slope);
        let lines = contours(&field, 1.01);
        assert_eq!(lines.len(), 1);
        assert!(lines[0].iter().all(|&(x, y)| (x + y - 1.01).abs() < 1e-9));
        let holed = Field::from_fn((0.0, 1.0), (0.0, 1.0), (20, 20), |x, y| {
            if (x - 0.5).abs() < 0.1 { f64::NAN } else { slope(x, y) }
        });
        let lines = contours(&holed, 1.01);
        assert_eq!(lines.len(), 2, "the hole parts the line");
        assert!(lines.iter().flatten().all(|&(x, _)| (x - 0.5).abs() >= 0.1));
    }

    #[test]
    fn the_mean_decides_where_corners_alternate() {
        let through = |values| {
            let lines = contours(&Field::new((0.0, 2.0), (0.0, 2.0), values), 0.5);
            assert_eq!(lines.len(), 2);
            // Whether a line cuts off the lower left corner.
            lines.iter().any(|line| line.iter().all(|&(x, y)| x + y < 2.0 - 1e-9))
        };
        assert!(!through(array![[1.0, 0.0], [0.2, 1.5]]), "high corners belong together");
        assert!(through(array![[1.0, -2.0], [0.0, 1.0]]), "low corners belong together");
    }

    #[test]
    fn nothing_is_found_where_nothing_crosses() {
        let flat = Field::from_fn((0.0, 1.0), (0.0, 1.0), (4, 4), |_, _| 0.5);
        assert!(contours(&flat, 0.5).is_empty() && contours(&flat, 1.0).is_empty());
        assert!(contours(&Field::new((0.0, 1.0), (0.0, 1.0), array![[1.0]]), 0.5).is_empty());
    }
}
