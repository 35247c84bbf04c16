//! When did it change, and how? Enter: rows per day, and a number with its variance per period and per day.
//! Leave: periods, the shape of the change and its first day. Days and periods are indices; the calendar is
//! the caller's.
//!
//! 1. [`periods`] joins days into 12 to 60 periods with enough rows;
//! 2. [`shape`] says whether the series is constant, a gradual change, a step or a pulse;
//! 3. [`refine_step`] finds the day of a step around the coarse one.
//!
//! Assumes independent periods with known variances (an overdispersion is estimated and used).
//! Cost: T² additions for T periods.

mod line;
mod period;
mod refine;
mod shape;

pub use line::{Line, Point};
pub use period::{MAX_PERIODS, MIN_PERIODS, periods};
pub use refine::refine_step;
pub use shape::{MIN_BIC_GAIN, Shape, ShapeFit, shape};
