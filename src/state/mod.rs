//! The reactive state of the page: one [`Phase`], the user's files and choices, what the workers said.
//!
//! Files stay handles and reports are replaced whole; no table ever enters the reactive graph. A failed
//! inspection or analysis keeps files and choices.

pub mod mode;
pub mod phase;
pub mod session;
pub mod share;
pub mod slot;

pub use mode::{Mode, Practice};
pub use phase::Phase;
pub use session::Session;
pub use share::{ShareState, Sharing};
pub use slot::{FileShelf, Slot};
