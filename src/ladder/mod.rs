//! The drop split into terms that add up.
