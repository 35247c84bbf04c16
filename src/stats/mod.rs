//! Pure numerics: no table, no file, no word of the product. Enter: slices of counts and numbers. Leave:
//! numbers with their definition, range and source.

pub mod association;
pub mod jackknife;
pub mod math;
pub mod multiple;
pub mod order;
pub mod proportion;
pub mod random;
pub mod rank;
pub mod special;
pub mod sum;
