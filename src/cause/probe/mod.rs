//! Questions of a few lines each that no detector and no rung of the ladder asks: a column that lost its power,
//! labels by age, by decision and by segment, labels turned round, what other levels alone would give back, rows the
//! model was trained on, columns of the calendar.

mod lab;
mod labels;
mod lost;
mod recalibrated;
mod recounted;
mod rescaled;
mod turned;

pub use lab::{known, optimism, trained_rows};
pub use labels::{by_decision, newest, prevented, quick_first, undecided_kept};
pub use lost::lost;
pub use recalibrated::recalibrated;
pub use recounted::recounted;

use super::observe::Rebooked;
use crate::choices::Task;
use crate::encode::frame::Frames;
use crate::ladder::logged::Logged;

/// What became of the newest outcomes as a whole: classes as their opposite, amounts in another unit.
#[must_use]
pub fn rebooked(
    frames: &Frames<'_>,
    before: &Logged<'_>,
    after: &Logged<'_>,
) -> Option<Rebooked> {
    match before.task {
        Task::Binary => turned::turned(frames, before, after).map(Rebooked::Turned),
        Task::Regression => rescaled::rescaled(before, after).map(Rebooked::Rescaled),
        Task::Multiclass => None,
    }
}

/// Words in the name of a column that is the calendar's doing.
const CALENDAR: [&str; 14] = [
    "holiday",
    "promo",
    "discount",
    "season",
    "month",
    "campaign",
    "display",
    "event",
    "weather",
    "temperature",
    "festival",
    "sale",
    "week",
    "coupon",
];

/// Whether a column's name speaks of seasons, holidays or promotions.
#[must_use]
pub fn is_of_the_calendar(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    CALENDAR.iter().any(|word| name.contains(word))
        && !name.contains("months_")
        && !name.contains("_months")
}
