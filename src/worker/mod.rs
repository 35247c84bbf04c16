//! The boundary between the page and its workers. Pure types: both programs compile them.

pub mod protocol;
