//! How far a net's confidence can be believed: calibration, what ensembles add, and which answers should be refused.
//!
//! Pure numbers: confidences, labels and probabilities come in, from whatever net and data. [`Answers`] holds what one net
//! said of a set of pictures, and [`Calibration`] is what it comes to; [`Ensemble`] puts several nets together, and
//! [`Telling`] says how well a doubt tells wrong answers from right ones.

mod answers;
mod bins;
mod summary;

mod chance;
mod proper;

mod auroc;
mod coverage;
mod telling;

mod agreement;
mod alone;
mod ensemble;

pub use agreement::Agreement;
pub use alone::Alone;
pub use answers::Answers;
pub use auroc::auroc;
pub use bins::{Bin, expected_calibration_error, maximum_calibration_error};
pub use chance::{by_chance, error_interval};
pub use coverage::RiskCoverage;
pub use ensemble::{Doubt, Ensemble};
pub use proper::{brier_score, negative_log_likelihood};
pub use summary::{BINS, Calibration, SURE, SureAndWrong};
pub use telling::Telling;
