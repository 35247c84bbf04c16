//! One byte a value. Enter: typed columns. Leave: codes whose meaning comes from the reference only.

pub mod code;
