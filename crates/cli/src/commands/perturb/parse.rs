//! Words of the command line that other libraries write otherwise.

use advlab_attacks::perturb::Method;
use advlab_core::Norm;

/// Reads a method; names that other libraries have for one are understood.
pub(super) fn method(text: &str) -> Result<Method, String> {
    let name = match text.to_lowercase().replace('_', "-").as_str() {
        "cw" | "c&w" | "carlini" => "carlini-wagner".to_owned(),
        "l-bfgs" | "l-bfgs-b" | "szegedy" => "lbfgs".to_owned(),
        "fgm" => "fgsm".to_owned(),
        "bim" => "pgd".to_owned(),
        other => other.to_owned(),
    };
    name.parse().map_err(|error: advlab_attacks::Error| error.to_string())
}

pub(super) fn norm(text: &str) -> Result<Norm, String> {
    text.parse().map_err(|error: advlab_core::Error| error.to_string())
}

/// Reads a number, or a fraction such as 8/255.
pub(super) fn number(text: &str) -> Result<f64, String> {
    let plain = |text: &str| text.trim().parse::<f64>().ok();
    let value = match text.split_once('/') {
        Some((above, below)) => plain(above).zip(plain(below)).map(|(above, below)| above / below),
        None => plain(text),
    };
    value.ok_or_else(|| "wanted a number such as 0.03, or a fraction such as 8/255".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn radii_read_as_people_write_them() {
        assert_eq!(number("8/255").unwrap(), 8.0 / 255.0);
        assert_eq!([number("0.3").unwrap(), number(" 1 / 4 ").unwrap()], [0.3, 0.25]);
        for text in ["", "8/", "/255", "eight", "1/2/3"] {
            assert!(number(text).is_err(), "{text}");
        }
    }

    #[test]
    fn methods_have_the_names_of_other_libraries() {
        for (text, wanted) in [("cw", Method::CarliniWagner), ("L-BFGS", Method::Lbfgs), ("DDN", Method::Ddn)] {
            assert_eq!(method(text).unwrap(), wanted);
        }
        assert!(method("jsma").unwrap_err().contains("use minimal, lbfgs"));
    }
}
