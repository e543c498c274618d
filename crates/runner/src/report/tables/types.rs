//! What the columns of a CSV file hold, as its entries show.

/// Type of a column, from the narrowest to the widest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Bool,
    Int,
    /// Whole numbers of which one needs the 64th bit: seeds do.
    Unsigned,
    Real,
    Text,
}

/// What can be said of a column after some of its entries.
#[derive(Clone, Copy, Debug)]
pub(super) struct Guess {
    bool: bool,
    int: bool,
    unsigned: bool,
    real: bool,
    any: bool,
}

impl Guess {
    pub(super) const fn new() -> Self {
        Self { bool: true, int: true, unsigned: true, real: true, any: false }
    }

    /// Looks at one more entry; an empty one is missing and says nothing.
    pub(super) fn see(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.any = true;
        self.bool &= matches!(text, "true" | "false");
        // Numbers as programs write them: `007` and `+7` are names.
        self.int &= text.parse::<i64>().is_ok_and(|value| value.to_string() == text);
        self.unsigned &= text.parse::<u64>().is_ok_and(|value| value.to_string() == text);
        let is_padded = text.len() > 1 && text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
        self.real &= !is_padded && text.parse::<f64>().is_ok();
    }

    /// The narrowest type that holds all entries; text where there are none.
    pub(super) const fn made(self) -> Type {
        match self {
            Self { any: false, .. } => Type::Text,
            Self { bool: true, .. } => Type::Bool,
            Self { int: true, .. } => Type::Int,
            Self { unsigned: true, .. } => Type::Unsigned,
            Self { real: true, .. } => Type::Real,
            _ => Type::Text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_narrowest_type_that_holds_all() {
        for (entries, wanted) in [
            (&["true", "", "false"][..], Type::Bool),
            (&["1", "-2", ""], Type::Int),
            (&["1", "18446744073709551615"], Type::Unsigned),
            (&["1", "-2", "18446744073709551615"], Type::Real),
            (&["1", "2.5", "NaN", "1e-9"], Type::Real),
            (&["1", "007"], Type::Text),
            (&["4", "digit 4"], Type::Text),
            (&["", ""], Type::Text),
            (&["true", "1"], Type::Text),
        ] {
            let mut guess = Guess::new();
            entries.iter().for_each(|entry| guess.see(entry));
            assert_eq!(guess.made(), wanted, "{entries:?}");
        }
    }
}
