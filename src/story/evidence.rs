//! Sentences of evidence: one typed function for what speaks for or against a cause, what is missing to check it,
//! and the next check that would change our mind. Enter: the fact's name and its numbers. Leave: words a product
//! manager reads. No probabilities: the word beside the cause carries them.

use super::{metric_words, number, phrase};
use crate::report::{CauseId, Lacking, MetricChange, Priced};

/// Share of turned outcomes from which turning them back is the whole story.
const MOSTLY: f64 = 0.7;
/// From here on all of them are.
const ALL: f64 = 0.995;
/// How a report tells that outcomes were turned round, or booked by another unit; read again by [`LabelTrouble::of`].
const TURNED: &str = "coded the other way round";
const REBOOKED: &str = "as by another unit";

/// What is wrong with the outcomes, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelTrouble {
    /// Late, or nothing more is known.
    Late,
    /// Yes is written as no.
    Turned,
    /// Amounts in another unit.
    Rebooked,
}

impl LabelTrouble {
    /// Read from the sentences that speak for the cause.
    #[must_use]
    pub fn of(evidence_for: &[String]) -> Self {
        let says = |words: &str| evidence_for.iter().any(|own| own.contains(words));
        if says(TURNED) {
            Self::Turned
        } else if says(REBOOKED) {
            Self::Rebooked
        } else {
            Self::Late
        }
    }
}

/// The family of metrics of models that predict amounts.
const AMOUNTS: &str = "error";

/// The numbers of a fact.
#[derive(Clone, Debug, Default)]
pub struct Numbers<'a> {
    /// Points, worse is positive.
    pub points: Option<f64>,
    /// A share, 0–1.
    pub share: Option<f64>,
    /// Two numbers: before and after.
    pub pair: Option<(f64, f64)>,
    /// Columns.
    pub columns: &'a [String],
    /// Categories of the first column.
    pub names: &'a [String],
    /// A sentence or a date that is already there.
    pub told: Option<&'a str>,
    /// How the points of a break were worked out.
    pub priced: Priced,
}

/// A factor in words: "10 times", "half", "a 12th of".
fn times(factor: f64) -> String {
    let below = (1.0 / factor).round();
    if factor > 1.0 {
        format!("{} times", number::count(factor.round() as u64))
    } else if below == 2.0 {
        "half of".to_owned()
    } else {
        format!("one {}th of", number::count(below as u64))
    }
}

/// What a fact says, as one sentence; `None` for facts that only support others.
#[must_use]
pub fn sentence(
    name: &str,
    numbers: &Numbers<'_>,
    metric: &MetricChange,
) -> Option<String> {
    let points = |value: f64| number::amount_of(metric, value);
    let noun = metric_words::drop_noun(metric);
    let columns = phrase::names(numbers.columns, 3);
    let of_drop = || {
        let share = numbers.share.map(number::share)?;
        Some(format!("{} ({share} of the {noun})", points(numbers.points?)))
    };
    let text = match name {
        "who_share" => {
            let size = of_drop().or_else(|| numbers.points.map(points))?;
            let by = if numbers.columns.is_empty() {
                String::new()
            } else {
                format!(", mostly by {columns}")
            };
            format!("a different mix of cases accounts for {size}{by}")
        }
        "relation_share" => {
            numbers.points.filter(|own| *own > 0.0)?;
            format!(
                "the same inputs leading to other outcomes account for {}",
                of_drop()?
            )
        }
        "broken_share" => format!("broken inputs account for {}", of_drop()?),
        "unseen_share" => {
            format!("cases the model had never met account for {}", of_drop()?)
        }
        "unseen_rows" => {
            format!(
                "{} of production rows are of a kind the model had never met",
                number::share(numbers.share?)
            )
        }
        "threshold_share" => format!("the moved cut-off accounts for {}", of_drop()?),
        "cut_moved" => {
            let (before, after) = numbers.pair?;
            format!(
                "the cut-off moved from {} to {}",
                number::quantity(before),
                number::quantity(after)
            )
        }
        "retune_share" => {
            let (from, to) = numbers.pair?;
            format!(
                "moving the cut-off from {} to {} would give back {} more than before launch",
                number::quantity(from),
                number::quantity(to),
                points(numbers.points?)
            )
        }
        "unit_found" | "missing_found" | "clock_found" | "category_found"
        | "join_found" | "stale_found" | "unlogged_found" => {
            let told = phrase::small(numbers.told?.trim_end_matches('.'));
            // Rows of a kind: the sentence says where they are.
            let says_where = |own: &String| told.contains(&format!("where {own} is "));
            if numbers.columns.iter().all(says_where) {
                told
            } else {
                format!("in {columns}: {told}")
            }
        }
        "unit_priced" | "missing_priced" | "clock_priced" | "category_priced"
        | "join_priced" | "stale_priced" | "unlogged_priced" => {
            let size = of_drop()?;
            match numbers.priced {
                Priced::Replayed => {
                    format!("replaying it on rows from before launch costs {size}")
                }
                Priced::PutBack => {
                    format!("putting those rows back takes {size} away")
                }
                Priced::Once => {
                    format!("counting repeated rows once takes {size} away")
                }
                Priced::LeftOver => format!(
                    "it could not be replayed; what the mix of cases does not explain is put down to it: {size}"
                ),
            }
        }
        "populations_apart" => {
            let (_, auc) = numbers.pair?;
            let by = if numbers.columns.is_empty() {
                String::new()
            } else {
                format!(", by {columns} above all")
            };
            format!(
                "rows from before and after launch can be told apart {} of the time{by}",
                number::share(auc)
            )
        }
        "shift_up" | "shift_down" | "shift_alone" => {
            let Some((_, shift)) = numbers.pair else {
                let kind = if name == "shift_alone" {
                    ", by about the same factor of each everywhere"
                } else {
                    ""
                };
                return Some(phrase::sentence(&format!(
                    "for equal inputs some classes come more often than before launch and others less{kind}"
                )));
            };
            if metric.family == AMOUNTS {
                // Of amounts there are no odds; how much they moved the bias tells.
                let way = if shift > 0.0 { "higher" } else { "lower" };
                let kind = if name == "shift_alone" {
                    ", by about as much or by about the same factor everywhere"
                } else {
                    ""
                };
                return Some(phrase::sentence(&format!(
                    "for equal inputs the amounts that come out are {way} than before launch{kind}"
                )));
            }
            let way = if shift > 0.0 { "more" } else { "less" };
            let odds = crate::stats::math::exp(shift);
            let kind = if name == "shift_alone" { ", in most cases alike" } else { "" };
            format!(
                "for equal inputs the outcome is {way} frequent than before: its odds are {} times what they were{kind}",
                number::fixed(odds, 2)
            )
        }
        "slope_flat" => {
            let (_, slope) = numbers.pair?;
            format!(
                "a difference in score now means {} of the difference in outcome that it meant before launch",
                number::share(slope.clamp(0.0, 1.0))
            )
        }
        "columns_changed" if !numbers.columns.is_empty() => {
            let says = if numbers.columns.len() == 1 { "says" } else { "say" };
            format!("what {columns} {says} about the outcome has changed")
        }
        "one_column_lost" => {
            let (before, after) = numbers.pair?;
            format!(
                "on its own, {columns} told the outcome with a quality of {} before launch and {} since",
                number::fixed(before, 2),
                number::fixed(after, 2)
            )
        }
        "lost_on_both_sides" => format!(
            "in {columns} stand the values that always stood there: they no longer go with the outcome"
        ),
        "lost_from_start" => format!(
            "from the first day after launch on, {columns} told less of the outcome"
        ),
        "decided_rows_fell"
            if let (Some(left), Some((from, _))) = (numbers.share, numbers.pair) =>
        {
            format!(
                "from a score of {} on, the outcome comes {} as often as at these scores before launch, and below as often as \
             ever, as if something were done about these cases",
                number::quantity(from),
                number::share(left)
            )
        }
        "decided_rows_fell" if numbers.share.is_some() => format!(
            "where the model says yes, the outcome comes {} as often as at these scores before launch, and elsewhere as often as ever",
            number::share(numbers.share?)
        ),
        "decided_rows_fell" => {
            let (_, jump) = numbers.pair?;
            format!(
                "just where the model says yes, the outcome falls away: its odds are {} of what the score says",
                number::share(crate::stats::math::exp(jump).min(1.0))
            )
        }
        "labels_by_decision" => format!(
            "whether an outcome is known depends on the decision: {} apart",
            number::share(numbers.share?)
        ),
        "newest_labels_missing" => {
            let (old, new) = numbers.pair?;
            let (old, new) = (number::share(old), number::share(new));
            if numbers.share.is_some() {
                return Some(format!(
                    "{new} of the newest rows have an outcome, {old} of the oldest, and those that are in are not like the \
                     others: the quick ones come first"
                ));
            }
            match numbers.told {
                Some(open) => format!(
                    "the newest rows have {new} of the expected outcomes other than “{open}”, the oldest {old}"
                ),
                None => {
                    let which = if metric.family == AMOUNTS { "" } else { "yes " };
                    format!(
                        "the newest rows have {new} of the expected {which}outcomes, the oldest {old}"
                    )
                }
            }
        }
        "segment_recounted" => {
            // In quotes, so that a name is known for one when names are replaced.
            let quoted: Vec<String> =
                numbers.names.iter().map(|own| phrase::quoted(own)).collect();
            let segment = phrase::list_or(&quoted, 3);
            let share = number::share(numbers.share?);
            match numbers.pair {
                Some((_, factor)) => format!(
                    "where {columns} is {segment}, {share} of the newest outcomes are booked at {} what they were, and \
                     elsewhere hardly any is",
                    times(factor)
                ),
                None => match numbers.told {
                    Some(class) => format!(
                        "among the newest rows, where {columns} is {segment}, cases that all but surely were {} come as \
                         that {share} as often as before launch, and elsewhere as often as ever",
                        phrase::quoted(class)
                    ),
                    None => format!(
                        "among the newest rows, where {columns} is {segment}, an outcome comes {share} as often as before \
                         launch, and elsewhere it still comes"
                    ),
                },
            }
        }
        "outcomes_rebooked" if numbers.pair.is_some() => format!(
            "all of the newest outcomes are booked at {} what they were, {REBOOKED}, while the scores stayed",
            times(numbers.pair?.1)
        ),
        "outcomes_rebooked" => match numbers.share? {
            share if share >= MOSTLY => format!(
                "{} of the newest outcomes look {TURNED}: with yes and no exchanged, the scores mean again what they meant \
                 before launch",
                if share >= ALL { "all".to_owned() } else { number::share(share) }
            ),
            share => format!(
                "about {} of the outcomes look like their opposite, at high and at low scores alike",
                number::share(share)
            ),
        },
        "trained_on_reference" => {
            let share = numbers.share.filter(|own| *own > 0.0)?;
            format!("{} of the reference rows were training rows", number::share(share))
        }
        "training_gap" => {
            let points = numbers.points.filter(|own| *own > 0.0).map(points)?;
            format!(
                "on the rows it was trained on the model is {points} better than on the reference"
            )
        }
        "optimism_share" if numbers.pair.is_some() => match numbers.pair? {
            (share, _) if share > 0.0 => format!(
                "{} of the reference rows were training rows: the result before launch was never a test",
                number::share(share)
            ),
            (_, auc) => format!(
                "before launch the scores ranked cases all but perfectly (AUC {}), which no single column does: the \
                 model may have been trained on these very rows",
                number::fixed(auc, 3)
            ),
        },
        "optimism_share" if numbers.points.is_none() => format!(
            "before launch the scores knew {} of what the inputs leave open about the outcome, and since launch hardly any \
             of it: the model may have been trained on these very rows",
            number::share(numbers.share?)
        ),
        "optimism_share" => {
            format!(
                "without the rows it was trained on, the result before launch would have been worse by {}",
                of_drop()?
            )
        }
        "ranking_kept" => {
            let (before, after) = numbers.pair?;
            format!(
                "the order of the scores is as good as before (AUC {} before, {} after)",
                number::fixed(before, 3),
                number::fixed(after, 3)
            )
        }
        "recalibration_share" if numbers.points.is_none() => format!(
            "other levels of the scores alone would give back {} of what the errors grew by",
            number::share(numbers.share?)
        ),
        "recalibration_share" => format!(
            "correcting the probabilities would give back {} of the probability error",
            numbers.points.map(|own| number::fixed(own, 3))?
        ),
        "from_the_start" => "it has been so from the first day after launch".to_owned(),
        "step" => format!("it came at once, on {}", number::date(numbers.told?)),
        "gradual" => {
            format!("it came bit by bit, from about {}", number::date(numbers.told?))
        }
        "pulse" => format!("it came on {} and went again", number::date(numbers.told?)),
        "late_and_joint" => {
            "mix and outcomes moved together, late in the period".to_owned()
        }
        "calendar_columns" if !numbers.columns.is_empty() => {
            format!("what moved goes with the calendar: {columns}")
        }
        _ => return None,
    };
    Some(phrase::sentence(&text))
}

/// The check that would change our mind about a cause.
#[must_use]
pub fn next_check(cause: CauseId, columns: &[String]) -> String {
    use CauseId as C;
    let named = if columns.is_empty() {
        "the inputs".to_owned()
    } else {
        phrase::names(columns, 3)
    };
    let text = match cause {
        C::PopulationShift => format!(
            "pull 200 entities from the offline store and compare {named} with the log: differences would make it a bug, not a shift"
        ),
        C::SeasonalityEvent => {
            "look at the same weeks of last year, or at the next two weeks: if the metric comes back, it was the season".to_owned()
        }
        C::ColdStart => "measure the metric on known entities only: if it is still down, newcomers are not the reason".to_owned(),
        C::UnitOrEncoding | C::MissingOrDefault | C::CategoryMapping | C::TimeWindow => format!(
            "compare {named} for 200 entities between the log and the offline store: fewer than one in 200 differing would speak against it"
        ),
        C::JoinOrFilter => format!("join {named} again for 200 entities by hand, and count keys that match nothing or several rows"),
        C::StaleFeature => format!("look up when {named} was last written, and compare the value now with the value when scored for 200 rows"),
        C::ServedNotLogged => "score 1,000 logged rows offline with the deployed model file: equal scores would speak against it".to_owned(),
        C::LabelProblem if columns.len() >= 2 => format!(
            "look up 50 of the newest rows by hand, by {named}: outcomes counted just as before launch would speak against it"
        ),
        C::LabelProblem => "look up 50 of the newest rows by hand: outcomes that are final, and counted and coded as before launch, would speak against it".to_owned(),
        C::Overfitting => "measure the model on rows it was not trained on, split by time: if it does as well there, it did not memorise".to_owned(),
        C::LabelLeakage => format!("compare {named} at the moment of scoring with its value today for 200 rows: no change would speak against a leak"),
        C::ThresholdCost => "work out the cost at several cut-offs with your own costs: if the present one is best, the cut-off is not the reason".to_owned(),
        C::CalibrationBaseRate => "recalibrate on half of the newest labelled rows and measure on the other half: if the drop stays, it is more than the rate".to_owned(),
        C::FeedbackLoop => "leave a random 1–5 % of rows without the model's action and compare their outcomes".to_owned(),
        C::ConceptDrift => format!("retrain on rows since the change and look whether the model uses {named} in another way: if not, look for a broken input"),
    };
    phrase::sentence(&text)
}

/// What is missing to check a cause.
#[must_use]
pub fn lacking(input: Lacking) -> String {
    phrase::sentence(match input {
        Lacking::Labels => "production has no labels yet",
        Lacking::Words => {
            "production's outcomes are in words that never occur before launch"
        }
        Lacking::LabelsBefore => "the reference has no labels to compare with",
        Lacking::Terms => "the change of the metric could not be split into its terms",
        Lacking::Scores => "there is no score column",
        Lacking::Decisions => "there is no decision column",
        Lacking::Time => "there is no time column",
        Lacking::Training => {
            "neither the training rows nor the training metric were given"
        }
    })
}

/// A fact that speaks for a cause which is not taken for one.
#[must_use]
pub fn not_enough(sentence: &str) -> String {
    format!("{sentence} That alone is not enough.")
}

/// Nothing of a bug was found, though something is broken.
#[must_use]
pub fn no_mark() -> String {
    phrase::sentence("no column shows its marks")
}

/// What the expected metric assumes.
#[must_use]
pub fn assumption() -> String {
    phrase::sentence(
        "this assumes that only who we see and what is broken changed, not how the same cases turn out",
    )
}

/// Why no metric is expected.
#[must_use]
pub fn refused(thin: bool) -> String {
    phrase::sentence(if thin {
        "production looks so unlike the reference that nothing can be expected of it"
    } else {
        "inputs are broken in a way that cannot be replayed, so nothing can be expected until they are mended"
    })
}

/// What a better cut-off, or recalibration, would give back.
#[must_use]
pub fn remedy(
    id: &str,
    points: f64,
    low: f64,
    cut: Option<(f64, f64)>,
    metric: &MetricChange,
) -> String {
    let size = number::amount(metric.unit, points);
    let name = metric_words::words(metric).short;
    let text = match (id, cut) {
        _ if low <= 0.0 => match id {
            "threshold" => format!(
                "no other cut-off would clearly improve {name} on production rows"
            ),
            _ => format!(
                "correcting the probabilities (recalibrating) would not clearly improve {name} on production rows"
            ),
        },
        ("threshold", Some((from, to))) => format!(
            "moving the cut-off from {} to {} would give back {size} of {name}",
            number::quantity(from),
            number::quantity(to)
        ),
        _ => format!(
            "correcting the probabilities (recalibrating) would give back {size} of {name}"
        ),
    };
    phrase::sentence(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_has_a_next_check() {
        for cause in CauseId::ALL {
            let told = next_check(cause, &["income".to_owned()]);
            assert!(told.ends_with('.') && told.len() > 40, "{told}");
        }
    }
}
