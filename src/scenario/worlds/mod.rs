//! The worlds, one file each. A world is plain data and two functions; see [`super::world::World`].

mod clinic;
mod customers;
mod hotel;
mod lines;
mod loans;
mod parcels;
mod payments;
mod rides;
mod tickets;

pub use clinic::CLINIC;
pub use customers::CUSTOMERS;
pub use hotel::HOTEL;
pub use lines::LINES;
pub use loans::LOANS;
pub use parcels::PARCELS;
pub use payments::PAYMENTS;
pub use rides::RIDES;
pub use tickets::TICKETS;

use super::calendar::Rhythm;

/// Office hours, quiet weekends.
pub(super) const OFFICE: Rhythm = Rhythm {
    week: [1.2, 1.15, 1.1, 1.05, 1.0, 0.5, 0.35],
    hours: [
        0.3, 0.1, 0.1, 0.1, 0.1, 0.3, 1.0, 2.0, 4.0, 6.0, 7.0, 7.0, 6.0, 6.0, 6.0, 6.0,
        6.0, 5.5, 5.0, 4.5, 4.0, 3.0, 2.0, 1.0,
    ],
};

/// Evenly through the week, by day and evening.
pub(super) const EVERY_DAY: Rhythm = Rhythm {
    week: [1.0, 0.95, 0.95, 1.0, 1.15, 1.2, 1.0],
    hours: [
        1.6, 1.1, 0.9, 0.8, 0.8, 1.0, 1.8, 3.0, 4.0, 4.6, 5.0, 5.4, 6.2, 5.8, 5.2, 5.2,
        5.6, 6.4, 7.0, 7.2, 6.6, 5.4, 3.8, 2.4,
    ],
};
