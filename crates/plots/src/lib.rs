//! Numbers and pixels to pictures: every figure of advlab is a small struct of plain data with a `save`.
//!
//! The crate knows no nets, specs or tensors: slices, [`ndarray::Array2`] and text come in, a PNG file goes out. Each figure
//! has public fields, a `new` with the usual settings, `draw` (pixels in memory) and `save` (a file, whole or not at all).
//! All lengths are pixels of the written file, drawn to be shown at half size (2x): text is 10 to 13 points there.
//! Colours, sizes and the embedded font are the same everywhere; see [`theme`].
//!
//! | pictures of pixels | pictures of numbers |
//! |---|---|
//! | [`ContactSheet`]: many small pictures with captions | [`Histograms`]: counts with a median line |
//! | [`Panel`]: pictures with truth, prediction, confidence | [`Curves`]: lines over epochs, with bands |
//! | [`PictureGrid`]: rows × columns, labelled | [`Bars`], [`Strip`]: values or points by category |
//! | [`Triptychs`]: before, the change amplified, after | [`BoxPlots`]: quartiles with the single values |
//! | [`DirectionRows`]: pictures that drive directions of a layer | [`Reliability`]: accuracy against confidence |
//! | [`png`](fn@png): one picture as it is | [`ConfusionMatrix`], [`Heatmap`]: matrices |
//! | [`Animation`]: drawn pictures one after another | [`Distributions`]: samples over one another |
//! | | [`Planes`]: values or classes over a rectangle, with lines and points |

mod error;
pub mod theme;

mod canvas;
mod output;
mod text;

mod heading;
mod picture;
mod scaling;
mod tally;
mod tiles;
mod tone;

mod amplify;
mod contact_sheet;
mod direction_page;
mod direction_rows;
mod panel;
mod picture_grid;
mod triptych;

mod axis;
mod backend;
mod bins;
mod chart;
mod colour_bar;
mod legend;
mod panels;

mod animation;
mod marker;
mod plane;

mod bars;
mod box_numbers;
mod box_plots;
mod curves;
mod distribution_panel;
mod distributions;
mod histogram;
mod line_style;
mod reliability;
mod reliability_panel;
mod strip;

mod confusion_matrix;
mod heatmap;
mod levels;
mod matrix;

pub use animation::Animation;
pub use axis::{Axis, Unit};
pub use bars::{Bar, BarSeries, Bars};
pub use box_plots::{BoxPlots, BoxSeries, Reference};
pub use confusion_matrix::ConfusionMatrix;
pub use contact_sheet::ContactSheet;
pub use curves::{Curve, CurvePanel, Curves};
pub use direction_rows::{DirectionGroup, DirectionRow, DirectionRows};
pub use distributions::{Distribution, DistributionPanel, Distributions};
pub use error::{Error, Result};
pub use heatmap::{Heatmap, Shades};
pub use histogram::{Histogram, Histograms};
pub use line_style::{LineStyle, Over};
pub use marker::Marker;
pub use matrix::Group;
pub use output::png;
pub use panel::{Judged, Panel, PanelGroup};
pub use picture::{Picture, Tile, Verdict};
pub use picture_grid::PictureGrid;
pub use plane::{ClassMap, Field, FieldScale, Ground, Overlay, PlanePanel, Planes, Ramp, Segment, Stroke, contours};
pub use reliability::{Reliability, ReliabilityBin, ReliabilityPanel};
pub use strip::{Strip, StripGroup, StripSeries};
pub use text::{can_draw, percent};
pub use tone::{Tones, stretch};
pub use triptych::{Triptych, Triptychs};
