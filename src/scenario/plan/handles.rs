//! Where each cause can take hold of a world: the columns a fault acts on, as positions in the world. Plain
//! data; the first column of a list is the most telling one.

use super::super::world::World;
use super::super::worlds::{
    CLINIC, CUSTOMERS, HOTEL, LINES, LOANS, PAYMENTS, RIDES, TICKETS,
};

/// A position no world has: the fault then leaves that part alone.
pub const NOWHERE: usize = usize::MAX;

/// What the causes hold on to in one world.
pub struct Handles {
    /// The world.
    pub world: &'static World,
    /// Columns that carry another mix of rows.
    pub mix: &'static [usize],
    /// Columns that carry a season.
    pub season: &'static [usize],
    /// The column of the never-seen category.
    pub newcomers: usize,
    /// Columns whose relation to the outcome changes.
    pub concept: &'static [usize],
    /// The column that hardly matters.
    pub harmless: usize,
    /// A column in another unit, and delivered over true value.
    pub scales: &'static [(usize, f64)],
    /// Columns of one feed, which can be empty.
    pub feed: &'static [usize],
    /// A column and its default.
    pub default: (usize, f64),
    /// Hour and weekday column and the hours a wrong clock is off; `None` where no column follows the clock.
    pub clock: Option<(usize, Option<usize>, i64)>,
    /// A category with other spellings, and how far up they stand.
    pub rename: (usize, usize),
    /// Columns that come by a join.
    pub joined: &'static [usize],
    /// Columns that can stop updating (volatile ones).
    pub stale: &'static [usize],
    /// A numeric column that can leak, and the mean it grows by.
    pub leak: Option<(usize, f64)>,
    /// Easy rows, that a filter can lose.
    pub easy: (usize, &'static [f64]),
    /// Hard rows, that a join can write three times.
    pub hard: (usize, &'static [f64]),
    /// Columns that truly grow with prices.
    pub grows: &'static [usize],
}

/// Every world's handles: those to score on, then those to fit on.
pub static HANDLES: [Handles; 8] = [
    Handles {
        world: &LOANS,
        mix: &[2, 7],
        season: &[7],
        newcomers: 7,
        concept: &[6, 17, 12],
        harmless: 4,
        scales: &[(9, 1.0 / 12.0), (9, 1000.0), (17, 100.0), (14, 100.0), (10, 1.609)],
        feed: &[12, 14],
        default: (12, 0.0),
        clock: None,
        rename: (5, 6),
        joined: &[12, 14, 15, 17],
        stale: &[14, 17, 9],
        leak: Some((15, 1.5)),
        easy: (5, &[2.0, 4.0]),
        hard: (2, &[3.0]),
        grows: &[9, 10, 17],
    },
    Handles {
        world: &CUSTOMERS,
        mix: &[2, 8, 4, 7],
        season: &[10, 11],
        newcomers: 3,
        concept: &[11, 9, 8],
        harmless: 6,
        scales: &[(11, 60.0), (8, 12.0), (9, 100.0), (11, 1.0 / 7.0), (9, 1.609)],
        feed: &[11, 12, 13],
        default: (11, 0.0),
        clock: None,
        rename: (4, 3),
        joined: &[8, 11, 12, 13, 15, 17],
        stale: &[11, 12, 13],
        leak: Some((18, 1.4)),
        easy: (4, &[1.0, 2.0]),
        hard: (2, &[2.0]),
        grows: &[9],
    },
    Handles {
        world: &PAYMENTS,
        mix: &[4, 7],
        season: &[7, 4],
        newcomers: 4,
        concept: &[4, 2],
        harmless: 6,
        scales: &[(8, 100.0), (12, 1000.0), (13, 1.0 / 30.0), (11, 60.0), (12, 1.609)],
        feed: &[14, 15, 13],
        default: (13, 0.0),
        clock: Some((2, Some(3), 7)),
        rename: (5, 4),
        joined: &[10, 11, 13, 14, 9],
        stale: &[11, 12, 8],
        leak: Some((10, 2.5)),
        easy: (4, &[0.0, 1.0]),
        hard: (5, &[2.0, 3.0]),
        grows: &[8],
    },
    Handles {
        world: &TICKETS,
        mix: &[2, 7],
        season: &[9, 15],
        newcomers: 4,
        concept: &[9, 11, 3],
        harmless: 3,
        scales: &[(15, 1.0 / 30.0), (7, 6.0), (17, 24.0), (16, 100.0), (7, 1.609)],
        feed: &[15, 17, 16],
        default: (15, 0.0),
        clock: None,
        rename: (2, 5),
        joined: &[9, 10, 11, 12, 15],
        stale: &[15, 17, 7],
        leak: Some((8, 1.0)),
        easy: (5, &[2.0]),
        hard: (2, &[1.0]),
        grows: &[7],
    },
    Handles {
        world: &LINES,
        mix: &[2, 5, 8],
        season: &[4, 9, 8],
        newcomers: 4,
        concept: &[5],
        harmless: 3,
        scales: &[(13, 1.0 / 7.0), (7, 100.0), (12, 1.8), (14, 1.0 / 12.0), (7, 1.609)],
        feed: &[13, 11, 12],
        default: (13, 0.0),
        clock: Some((NOWHERE, Some(6), 24)),
        rename: (6, 7),
        joined: &[13, 14, 8, 9],
        stale: &[13, 14],
        leak: Some((13, 0.0)),
        easy: (2, &[2.0, 3.0]),
        hard: (2, &[0.0]),
        grows: &[7, 11],
    },
    Handles {
        world: &CLINIC,
        mix: &[4, 7],
        season: &[8, 5],
        newcomers: 5,
        concept: &[11, 13],
        harmless: 6,
        scales: &[(8, 24.0), (8, 1.0 / 7.0), (9, 1000.0), (13, 100.0), (9, 1.609)],
        feed: &[14, 8, 11],
        default: (8, 0.0),
        clock: Some((2, Some(3), 5)),
        rename: (4, 4),
        joined: &[8, 9, 11, 10, 14],
        stale: &[8, 14],
        leak: Some((12, 1.5)),
        easy: (5, &[3.0]),
        hard: (5, &[1.0, 2.0]),
        grows: &[13],
    },
    Handles {
        world: &HOTEL,
        mix: &[4, 8, 7, 5],
        season: &[9, 10],
        newcomers: 4,
        concept: &[10, 8, 12],
        harmless: 6,
        scales: &[(8, 24.0), (10, 100.0), (8, 1.0 / 30.0), (16, 0.01), (10, 1.609)],
        feed: &[15, 13, 12],
        default: (8, 0.0),
        clock: Some((2, Some(3), 6)),
        rename: (5, 3),
        joined: &[8, 12, 13, 14, 10],
        stale: &[8, 10, 15],
        leak: Some((13, 1.2)),
        easy: (4, &[3.0]),
        hard: (4, &[1.0]),
        grows: &[10, 17],
    },
    Handles {
        world: &RIDES,
        mix: &[4, 11, 9],
        season: &[15, 14],
        newcomers: 4,
        concept: &[4, 2],
        harmless: 6,
        scales: &[(10, 1.0 / 7.0), (7, 1.8), (11, 24.0), (14, 0.01), (8, 1.609)],
        feed: &[10, 7, 8],
        default: (10, 0.0),
        clock: Some((2, Some(3), 6)),
        rename: (5, 4),
        joined: &[10, 11, 7, 14],
        stale: &[10, 11],
        leak: Some((10, 0.0)),
        easy: (4, &[3.0, 4.0]),
        hard: (4, &[0.0, 1.0]),
        grows: &[13],
    },
];
