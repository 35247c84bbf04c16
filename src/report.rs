//! The one result type.
