//! The cards. Facts of one report enter; cards leave with every line any talk may say, the most important line
//! first, each marked with the shortest talk that may say it ([`draft`]).

mod act;
mod after;
mod causes;
mod draft;
mod place;
mod result;

use act::{options, plan};
use after::{unchecked, watch};
use causes::{split, why};
use place::who_and_when;
use result::{happened, idea};

pub(super) use result::chance;

use super::super::facts::Facts;
use crate::report::TalkCard;

/// Every card, in order.
pub(super) fn all(facts: &Facts<'_>) -> Vec<TalkCard> {
    let cards = [
        Some(idea(facts)),
        Some(happened(facts)),
        split(facts),
        Some(why(facts)),
        who_and_when(facts),
        Some(plan(facts)),
        Some(options(facts)),
        Some(watch(facts)),
        Some(unchecked(facts)),
    ];
    cards.into_iter().flatten().collect()
}
