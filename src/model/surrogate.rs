//! The stand-in for the user's model.

use crate::encode::frame::{Frames, Raw};

/// The stand-in for the user's model: logit of the score (or the score itself) from the raw inputs.
#[derive(Clone, Debug)]
pub struct Surrogate {
    /// Share of the margin's variance reproduced on held-out reference rows, 0–1 (the worst output's).
    pub fidelity: f64,
}

impl Surrogate {
    /// Fits on the reference; `None` without scores or inputs.
    #[must_use]
    pub fn fit(frames: &Frames<'_>) -> Option<Self> {
        let _ = frames;
        None
    }

    /// Margins of rows given their raw values (in the order of [`Frames::columns`]): one list an output.
    #[must_use]
    pub fn margins(&self, values: &[Raw]) -> Vec<Vec<f64>> {
        let _ = values;
        Vec::new()
    }
}
