//! From outcomes to numbers: every rate the issue sets a bar for, with how many pairs stand behind it.

use super::outcome::Outcome;

/// A share with its base.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rate {
    /// How often it was so.
    pub hits: usize,
    /// Of how many.
    pub of: usize,
}

impl Rate {
    /// Counts over what applies.
    pub fn over(applies: impl Iterator<Item = bool>) -> Self {
        let mut rate = Self::default();
        for hit in applies {
            rate.of += 1;
            rate.hits += usize::from(hit);
        }
        rate
    }

    /// The share, 0–1; `None` without cases.
    #[must_use]
    pub fn share(self) -> Option<f64> {
        (self.of > 0).then(|| self.hits as f64 / self.of as f64)
    }

    /// Binomial standard error at a rate of `bar`.
    #[must_use]
    pub fn error_at(self, bar: f64) -> f64 {
        (bar * (1.0 - bar) / self.of.max(1) as f64).sqrt()
    }

    /// `81 % of 120`.
    #[must_use]
    pub fn text(self) -> String {
        self.share().map_or_else(
            || "–".to_owned(),
            |s| format!("{:.1} % of {}", 100.0 * s, self.of),
        )
    }
}

/// Pairs with a cause whose drop is at least so many times the smallest detectable.
pub fn dropped(outcomes: &[Outcome], at_least: f64) -> impl Iterator<Item = &Outcome> {
    outcomes.iter().filter(move |o| {
        o.error.is_none()
            && !o.causes.is_empty()
            && o.ratio.is_some_and(|ratio| ratio >= at_least)
    })
}

/// Share errors, in points of share, of the terms of pairs whose drop lies in a range of severities. Terms that
/// are 0 in truth and estimate are left out: they would flatter.
#[must_use]
pub fn share_errors(outcomes: &[Outcome], from: f64, below: f64) -> Vec<f64> {
    let mut errors: Vec<f64> = dropped(outcomes, from)
        .filter(|o| o.priced && o.ratio.is_some_and(|ratio| ratio < below))
        .flat_map(|o| {
            o.terms
                .iter()
                .filter(|t| t.truth.abs() > 1e-9 || t.points.abs() > 1e-9)
                .map(|t| 100.0 * (t.points - t.truth).abs() / o.drop.abs().max(1e-12))
        })
        .collect();
    errors.sort_by(f64::total_cmp);
    errors
}

/// A quantile of sorted numbers; `None` of none.
#[must_use]
pub fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    sorted.get((share * last as f64).round() as usize).copied()
}

/// How many true terms the intervals hold, over pairs at 2 × or more.
#[must_use]
pub fn coverage(outcomes: &[Outcome]) -> Rate {
    Rate::over(dropped(outcomes, 2.0).filter(|o| o.priced).flat_map(|o| {
        o.terms
            .iter()
            .filter(|t| t.interval.1 > t.interval.0)
            .map(|t| t.interval.0 <= t.truth && t.truth <= t.interval.1)
    }))
}

/// Pairs in which nothing is wrong.
pub fn calm(outcomes: &[Outcome]) -> impl Iterator<Item = &Outcome> {
    outcomes.iter().filter(|o| o.calm && o.error.is_none())
}

/// "Ruled out" said of a true cause, over all times it was said; pairs at 1 × or more, and calm ones.
#[must_use]
pub fn ruled_out_wrongly(outcomes: &[Outcome]) -> Rate {
    let said = |o: &Outcome| -> Vec<bool> {
        o.examined
            .iter()
            .filter(|e| e.word == "ruled out")
            .map(|e| o.causes.contains(&e.id))
            .collect()
    };
    Rate::over(
        dropped(outcomes, 1.0)
            .chain(calm(outcomes).filter(|o| !o.improved))
            .flat_map(said),
    )
}

/// Limits of the words in probability, from the weakest, and the words.
pub const WORDS: [(&str, f64, f64); 5] = [
    ("below 0.15", 0.0, 0.15),
    ("0.15–0.45 (unlikely)", 0.15, 0.45),
    ("0.45–0.75 (possible)", 0.45, 0.75),
    ("0.75–0.90 (likely)", 0.75, 0.9),
    ("from 0.90 (almost certain)", 0.9, 1.01),
];

/// One band of the reliability table: mean probability said, and how often it was so.
#[must_use]
pub fn reliability(outcomes: &[Outcome], low: f64, high: f64) -> (f64, Rate) {
    let (mut sum, mut rate) = (0.0, Rate::default());
    for o in dropped(outcomes, 1.0).chain(calm(outcomes).filter(|o| !o.improved)) {
        for e in &o.examined {
            let Some(p) = e.presence.filter(|p| *p >= low && *p < high) else { continue };
            sum += p;
            rate.of += 1;
            rate.hits += usize::from(o.causes.contains(&e.id));
        }
    }
    (sum / rate.of.max(1) as f64, rate)
}
