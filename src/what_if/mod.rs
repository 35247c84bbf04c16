//! What another cut-off, other costs, recalibration, a segment without the model or the previous model would do.
//! Enter: [`WhatIf`](crate::report::WhatIf), the histograms a report carries. Leave: figures, exact where the
//! cut-off is a bin edge, in microseconds. Pure: the page, the headless program and the story all ask here.
//!
//! - [`tried`] adds up the rows a [`Trial`] decides, [`as_decided`] those of today; [`Figures`] turns them into numbers.
//! - [`best_cut`] finds the cut-off that is best for a metric; [`recalibrate`] maps scores.
//! - [`coarser`] merges bins, [`merged`] also hides small groups, for sharing; [`pictures`] draws the score's curves from it.

mod curves;
mod figures;
mod merge;
mod recalibrate;
mod traffic;
mod trial;

pub use curves::pictures;
pub use figures::{Figures, Prices, Sums, gained, judged_by};
pub use merge::{coarser, merged};
pub use recalibrate::{recalibrate, score_before};
pub use traffic::{given_rows_a_day, rows_a_day, seen_rows_a_day};
pub use trial::{
    Instead, Trial, as_decided, best_cut, bins, cut_in_use, nearest_cut, population,
    segments, tried,
};
