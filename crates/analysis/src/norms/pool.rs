//! How far pooling can stretch a difference.

/// Lipschitz constant of max-pooling with these windows, `⌈size/stride⌉` for each direction under the root: a change of one value
/// reaches as many outputs as windows hold it, and moves each by no more than itself, so the squares of the outputs' changes add
/// up to at most that many times those of the inputs. It is attained where one value is the largest of all windows that hold it.
/// 1 for windows beside one another, 2 for AlexNet's of side 3 and step 2.
pub fn max_pool(size: [i64; 2], stride: [i64; 2]) -> f64 {
    let windows: i64 = (0..2).map(|side| (size[side] + stride[side] - 1) / stride[side].max(1)).product();
    (windows as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlapping_windows_count_a_value_several_times() {
        assert_eq!(max_pool([2; 2], [2; 2]), 1.0);
        assert_eq!(max_pool([3; 2], [2; 2]), 2.0);
        assert_eq!(max_pool([3, 1], [1, 1]), 3_f64.sqrt());
    }
}
