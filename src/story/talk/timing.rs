//! How long a talk takes. Cards with all their lines enter, each line marked with the shortest talk that may
//! say it; lines that fit leave, and each card's seconds for 5, 7 and 10 minutes. Whole numbers throughout.

use crate::report::TalkCard;

/// Lengths of the talk in minutes, shortest first.
pub const MINUTES: [u32; 3] = [5, 7, 10];
/// Words a minute of somebody who explains figures: slower than conversation (about 150). More makes the talk
/// longer in words and harder to follow.
pub const WORDS_PER_MINUTE: u32 = 130;
/// Seconds of a card come in steps of this many: nobody follows a clock more closely.
const STEP_SECONDS: u32 = 5;
/// No card is shorter than this many seconds: it has to be read, too.
const LEAST_SECONDS: u32 = 10;
/// Words that looking at a card is worth, beside what is said.
const LOOK_WORDS: u32 = 12;

/// Words of a text as spoken.
#[must_use]
pub fn words(text: &str) -> u32 {
    let count = text.split_whitespace().filter(|word| *word != "%").count();
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Keeps the lines that fit and fills in the seconds.
pub fn fit(cards: &mut [TalkCard]) {
    let mut kept: Vec<Vec<Option<u32>>> =
        cards.iter().map(|card| vec![None; card.notes.len()]).collect();
    let mut total = 0;
    for minutes in MINUTES {
        let most = minutes * WORDS_PER_MINUTE;
        let deepest = cards.iter().map(|card| card.notes.len()).max().unwrap_or(0);
        // First lines of all cards, then second lines, …: no card falls silent for another's sake.
        for depth in 0..deepest {
            for (card, kept) in cards.iter().zip(&mut kept) {
                let (Some(line), Some(slot)) =
                    (card.notes.get(depth), kept.get_mut(depth))
                else {
                    continue;
                };
                let long = words(&line.says);
                let fits = line.minutes <= minutes && total + long <= most;
                if slot.is_none() && (depth == 0 || fits) {
                    *slot = Some(minutes);
                    total += long;
                }
            }
        }
    }
    for (card, kept) in cards.iter_mut().zip(kept) {
        let lines = std::mem::take(&mut card.notes);
        card.notes = lines
            .into_iter()
            .zip(kept)
            .filter_map(|(mut line, kept)| {
                line.minutes = kept?;
                Some(line)
            })
            .collect();
    }
    for (slot, minutes) in MINUTES.into_iter().enumerate() {
        let weights: Vec<u32> = cards.iter().map(|card| weight(card, minutes)).collect();
        for (card, seconds) in cards.iter_mut().zip(shares(&weights, minutes * 60)) {
            if let Some(own) = card.seconds.get_mut(slot) {
                *own = seconds;
            }
        }
    }
}

fn weight(card: &TalkCard, minutes: u32) -> u32 {
    let said = card.notes.iter().filter(|line| line.minutes <= minutes);
    LOOK_WORDS + said.map(|line| words(&line.says)).sum::<u32>()
}

/// Parts of `total` seconds in proportion to the weights, in whole steps that sum to it (largest remainder;
/// ties to the earlier card).
fn shares(weights: &[u32], total: u32) -> Vec<u32> {
    let steps = total / STEP_SECONDS;
    let least = LEAST_SECONDS / STEP_SECONDS;
    let count = u32::try_from(weights.len()).unwrap_or(u32::MAX);
    let free = u64::from(steps.saturating_sub(least.saturating_mul(count)));
    let sum: u64 = weights.iter().map(|weight| u64::from(*weight)).sum::<u64>().max(1);
    let mut parts: Vec<(u64, u64)> = weights
        .iter()
        .map(|weight| {
            let scaled = free * u64::from(*weight);
            (scaled / sum, scaled % sum)
        })
        .collect();
    let given: u64 = parts.iter().map(|part| part.0).sum();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(parts.get(*at).map_or(0, |part| part.1)));
    let left = usize::try_from(free.saturating_sub(given)).unwrap_or(0);
    for at in order.into_iter().take(left) {
        if let Some(part) = parts.get_mut(at) {
            part.0 += 1;
        }
    }
    parts
        .iter()
        .map(|part| (u32::try_from(part.0).unwrap_or(0) + least) * STEP_SECONDS)
        .collect()
}
