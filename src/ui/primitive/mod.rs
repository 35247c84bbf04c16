//! Small parts that know nothing of the session's phases.

pub mod canvas;
pub mod choice;
pub mod drop_zone;
pub mod evidence;
pub mod figure;
pub mod how;
pub mod later;
pub mod marks;
pub mod number_field;
pub mod technical;
