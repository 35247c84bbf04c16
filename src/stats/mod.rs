//! Pure numerics: no table, no file, no word of the product. Enter: slices of counts and numbers. Leave:
//! numbers with their definition, range and source.

pub mod math;
pub mod sum;
