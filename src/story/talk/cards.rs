//! The cards. Facts of one report enter; cards leave with every line any talk may say, the most important line
//! first, each marked with the shortest talk that may say it. Above 400 lines because the cards follow one another
//! in the talk and are read together.

use super::super::facts::Facts;
use super::super::metric_words::{self, Movement};
use super::super::number::{self, Direction, finite};
use super::super::{cause, phrase, segment};
use crate::choices::TableRole;
use crate::report::{
    AttributionTerm, Cause, ChangeKind, NoteWeight, TalkCard, TalkLine, VerdictKind,
};

/// Lines on a card.
const BODY: usize = 5;
/// Causes, segments and notes on a card.
const SHOWN: usize = 3;
/// Terms smaller than this part of the whole change are not worth a line.
const TOLD_TERM: f64 = 0.03;
/// Empty values above the share before launch by this much (0–1) are worth an alarm.
const MISSING_MARGIN: f64 = 0.01;
/// Drift above this (0–1, the lower edge of "slight"), or above a column's own noise, is worth an alarm.
const DRIFT_LIMIT: f64 = 0.05;

/// Said in every talk, from seven minutes on, in the ten-minute talk only.
const ALWAYS: u32 = 5;
const SEVEN: u32 = 7;
const TEN: u32 = 10;

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

/// A card under construction.
struct Draft {
    id: &'static str,
    title: String,
    body: Vec<String>,
    notes: Vec<TalkLine>,
    chart: Option<&'static str>,
}

impl Draft {
    fn new(id: &'static str, title: &str) -> Self {
        let title = bullet(title);
        Self { id, title, body: Vec::new(), notes: Vec::new(), chart: None }
    }

    /// A line on the card.
    fn show(&mut self, text: &str) {
        let text = bullet(text);
        if !text.is_empty() && self.body.len() < BODY && !self.body.contains(&text) {
            self.body.push(text);
        }
    }

    /// A line that is said.
    fn say(&mut self, minutes: u32, text: &str) {
        let says = phrase::sentence(text);
        let again = self.notes.iter().any(|line| line.says == says);
        if !says.is_empty() && !again {
            self.notes.push(TalkLine { minutes, says });
        }
    }

    fn say_some(&mut self, minutes: u32, text: Option<String>) {
        self.say(minutes, &text.unwrap_or_default());
    }

    fn finish(self) -> TalkCard {
        TalkCard {
            id: self.id.to_owned(),
            title: self.title,
            body: self.body,
            notes: self.notes,
            seconds: [0; 3],
            chart: self.chart.map(str::to_owned),
        }
    }
}

/// A line without its full stop.
fn bullet(text: &str) -> String {
    let text = phrase::sentence(text);
    text.strip_suffix('.').map_or_else(|| text.clone(), ToOwned::to_owned)
}

fn labelled(rows: u64) -> String {
    phrase::counted(rows, "row with a known outcome", "rows with a known outcome")
}

fn idea(facts: &Facts<'_>) -> TalkCard {
    let metric = &facts.report.metric;
    let short = &facts.words.short;
    let change = number::metric_change(metric);
    let before = number::rows(facts.rows(TableRole::Reference));
    let after = number::rows(facts.rows(TableRole::Production));
    let lab = finite(metric.reference).map(|value| number::value(metric.unit, value));
    let title = match (facts.kind(), &change, &lab) {
        (VerdictKind::Dropped | VerdictKind::Improved, Some(change), _) => {
            format!(
                "the lab said {}; the real world says {}",
                change.before, change.after
            )
        }
        (VerdictKind::NotDropped, Some(change), _) => format!(
            "the lab said {}, and the real world agrees: {}",
            change.before, change.after
        ),
        (VerdictKind::NotEnoughRows, ..) => {
            format!(
                "the real world has spoken on only {} so far",
                labelled(metric.production_rows)
            )
        }
        (_, _, Some(lab)) => {
            format!("the lab said {lab}; the real world has not answered yet")
        }
        _ => format!("{before} in the lab, {after} in the real world"),
    };
    let mut card = Draft::new("idea", &title);
    card.show("validation is a lab test; production is the real world");
    card.show(&format!("in the lab: {before}{}", facts.span(TableRole::Reference)));
    card.show(&format!(
        "in the real world: {after}{}",
        facts.span(TableRole::Production)
    ));
    card.show(&format!("what is compared: {}", facts.words.name));
    card.say(
        ALWAYS,
        &format!(
            "validation is a lab test: before launch the model was asked about {before}{} whose \
             answers were known",
            facts.span(TableRole::Reference)
        ),
    );
    card.say(
        ALWAYS,
        &format!(
            "production is the real world: after launch it met {after}{}, just as they came",
            facts.span(TableRole::Production)
        ),
    );
    card.say_some(
        ALWAYS,
        match (&change, &lab) {
            (Some(change), _) if change.direction == Direction::Same => {
                Some(format!("{short} is {} in both", change.after))
            }
            (Some(change), _) => Some(format!(
                "in the lab {short} was {}, and in the real world it is {}",
                change.before, change.after
            )),
            (None, Some(lab)) => Some(format!(
                "in the lab {short} was {lab}; what it is now depends on outcomes that are not in yet"
            )),
            (None, None) => None,
        },
    );
    card.say(
        SEVEN,
        &format!(
            "a lab test can only ask about the cases it was given: when other cases come, when inputs are \
             delivered differently or when people behave differently, its result no longer carries over, \
             and comparing {} of both sides shows which of these it is",
            phrase::counted(facts.compared(), "input", "inputs")
        ),
    );
    card.say(
        TEN,
        &format!(
            "so the question is not whether the model is good or bad; it is what differs between those \
             {before} and these {after}, and what we do about it"
        ),
    );
    card.finish()
}

fn happened(facts: &Facts<'_>) -> TalkCard {
    let report = facts.report;
    let metric = &report.metric;
    let short = &facts.words.short;
    let rows = labelled(metric.production_rows);
    let change = number::metric_change(metric);
    let moved = change.as_ref().map(|change| metric_words::moved_as(short, change));
    let title = match (facts.kind(), &change) {
        (VerdictKind::Dropped, Some(change)) => {
            let verb = if change.direction == Direction::Up { "rose" } else { "fell" };
            format!("{short} {verb} {}", change.difference)
        }
        (VerdictKind::Improved, Some(change)) => {
            format!("{short} improved, from {} to {}", change.before, change.after)
        }
        (VerdictKind::NotDropped, Some(change)) => format!(
            "{short} did not get worse: {} before launch, {} after",
            change.before, change.after
        ),
        (VerdictKind::NotEnoughRows, _) => {
            format!("too few to tell: {rows} after launch")
        }
        _ => format!(
            "no outcomes yet for the {} after launch",
            number::rows(facts.rows(TableRole::Production))
        ),
    };
    let mut card = Draft::new("happened", &title);
    if let Some(change) = &change {
        card.show(&format!(
            "from {} before launch to {} after, on {rows}",
            change.before, change.after
        ));
        card.chart = Some("change");
    }
    let chance = chance(facts);
    card.show(&chance.clone().unwrap_or_default());
    card.show(&a_day(facts).unwrap_or_default());
    for also in report.verdict.also.iter().take(2) {
        card.show(also);
    }
    card.say(
        ALWAYS,
        &match (facts.kind(), &moved) {
            (VerdictKind::UnknownWithoutLabels, _) | (_, None) => format!(
                "whether {short} got worse cannot be said yet: of the {} after launch, {} the outcome we need",
                number::rows(facts.rows(TableRole::Production)),
                match metric.production_rows {
                    0 => "none has".to_owned(),
                    1 => "1 has".to_owned(),
                    more => format!("{} have", number::count(more)),
                }
            ),
            (_, Some(moved)) => format!("{moved}, measured on {rows}"),
        },
    );
    card.say_some(ALWAYS, chance);
    if let (Some(value), true) =
        (report.expected.as_ref().and_then(|own| own.value), metric.production.is_none())
    {
        card.say(
            ALWAYS,
            &format!(
                "if nothing but the mix of cases has changed, it should now be about {}",
                number::value(metric.unit, value)
            ),
        );
    }
    card.say_some(SEVEN, a_day(facts));
    let sizes = number::amount(metric.unit, report.verdict.minimum_effect);
    card.say(
        SEVEN,
        &match facts.kind() {
            VerdictKind::NotEnoughRows => report.verdict.rows_needed.map_or_else(
                || format!("a change of {sizes} is the smallest that would matter"),
                |needed| {
                    format!(
                        "to see a change of {sizes} we would need about {}",
                        number::rows(needed)
                    )
                },
            ),
            _ => format!(
                "anything below {sizes} we would have called a wobble, not a change"
            ),
        },
    );
    for metric in &report.metrics {
        let told = match metric_words::movement(metric) {
            Some(Movement::Worse) => metric_words::moved(metric),
            Some(Movement::Held) => metric_words::moved(metric)
                .map(|moved| format!("not everything moved: {moved}")),
            _ => None,
        };
        if metric.name != report.metric.name && metric.family != report.metric.family {
            card.say_some(TEN, told);
        }
    }
    for kpi in report.kpis.iter().take(1) {
        card.say(TEN, &segment::kpi_sentence(kpi));
    }
    card.finish()
}

/// "allowing for chance, the fall lies between 5.0 and 7.4 points".
pub(super) fn chance(facts: &Facts<'_>) -> Option<String> {
    let metric = &facts.report.metric;
    let (low, high) = (finite(metric.ci_low)?, finite(metric.ci_high)?);
    let unit = metric.unit;
    if low > 0.0 || high < 0.0 {
        let (small, large) = number::amounts(unit, low, high);
        let noun = if low > 0.0 { "rise" } else { "fall" };
        return Some(format!(
            "allowing for chance, the {noun} lies between {small} and {large}"
        ));
    }
    Some(format!(
        "allowing for chance, it is anything from a fall of {} to a rise of {}",
        number::amount(unit, low),
        number::amount(unit, high)
    ))
}

/// What it means every day, where that follows from the metric and the business inputs.
pub(super) fn a_day(facts: &Facts<'_>) -> Option<String> {
    let report = facts.report;
    let worse = facts.worsening().filter(|_| facts.kind() == VerdictKind::Dropped)?;
    let (per_day, _) = facts.rows_per_day()?;
    let rows = number::about(per_day);
    match report.metric.name.as_str() {
        "accuracy" => {
            let wrong = per_day * worse;
            let value =
                finite(report.inputs.business.value_correct).filter(|own| *own > 0.0);
            let lost = value.map_or_else(String::new, |value| {
                format!(", worth about {} a day", number::about(wrong * value))
            });
            Some(format!(
                "at about {rows} rows a day, about {} more are decided wrongly every day{lost}",
                number::about(wrong)
            ))
        }
        "expected_cost" | "cost" => Some(format!(
            "at about {rows} rows a day, that costs about {} more every day",
            number::about(per_day * worse)
        )),
        _ => Some(format!("about {rows} rows a day are judged by it")),
    }
}

/// What a part of the split means for the listener.
fn means(term: &str) -> &'static str {
    match term {
        "never_seen" => {
            "these are cases with values the model never met; nothing is broken, it simply has no \
             experience with them"
        }
        "who_we_see" => {
            "nothing has to be broken for that: the model now gets a different mix of cases, and more of \
             those it always found hard"
        }
        "broken_inputs" => {
            "an input reaches the model in another form than in the lab; that is the kind of thing that can \
             be repaired"
        }
        "relationship" => {
            "cases that look the same as before now end differently; the model is right about a world that \
             is no longer there, or something no column shows has changed"
        }
        "threshold" => {
            "the model ranks as it did; what moved is the score from which we say yes"
        }
        "optimism" => "the lab result was better than the model ever was",
        _ => "",
    }
}

fn split(facts: &Facts<'_>) -> Option<TalkCard> {
    let report = facts.report;
    let metric = &report.metric;
    if facts.kind() != VerdictKind::Dropped || report.attribution.is_empty() {
        return None;
    }
    let short = &facts.words.short;
    let whole: f64 = report.attribution.iter().map(|term| term.points).sum();
    let points: Vec<f64> = report.attribution.iter().map(|term| term.points).collect();
    let (printed, sum) = number::parts(metric.unit, &points);
    let mut terms: Vec<(&AttributionTerm, &String)> = report
        .attribution
        .iter()
        .zip(&printed)
        .filter(|(term, _)| term.points.abs() >= TOLD_TERM * whole.abs())
        .collect();
    terms.sort_by(|a, b| b.0.points.abs().total_cmp(&a.0.points.abs()));
    let largest = terms.first().copied()?.0;
    let title = if largest.points > 0.0 {
        format!(
            "the largest part, {}, is {}",
            number::amount(metric.unit, largest.points),
            cause::term_words(&largest.term)
        )
    } else {
        format!("no single part explains the {sum}")
    };
    let mut card = Draft::new("split", &title);
    card.chart = Some("split");
    for (term, printed) in &terms {
        card.show(&format!("{printed}: {}", cause::term_words(&term.term)));
    }
    card.say_some(ALWAYS, cause::split(&report.attribution, metric));
    card.say(ALWAYS, means(&largest.term));
    let shares: Vec<String> = report
        .shares
        .iter()
        .filter(|share| share.term == largest.term && share.points > TOLD_TERM * whole)
        .take(SHOWN)
        .map(|share| {
            let title = match share.columns.as_slice() {
                [one] => phrase::name(one),
                _ => share.title.clone(),
            };
            format!("{title} ({})", number::amount(metric.unit, share.points))
        })
        .collect();
    if !shares.is_empty() {
        card.say(SEVEN, &format!("behind that part stand {}", phrase::list(&shares)));
    }
    if largest.ci_low > 0.0 {
        let (low, high) = number::amounts(metric.unit, largest.ci_low, largest.ci_high);
        card.say(
            SEVEN,
            &format!("allowing for chance, this part is worth between {low} and {high}"),
        );
    } else {
        card.say(
            SEVEN,
            &format!(
                "allowing for chance, this part could also be nothing; {} is its most likely size",
                number::amount(metric.unit, largest.points)
            ),
        );
    }
    if let Some((second, _)) = terms.get(1) {
        let size = number::amount(metric.unit, second.points);
        let words = cause::term_words(&second.term);
        let meaning = means(&second.term);
        card.say(
            TEN,
            &if second.points > 0.0 {
                format!("the next part, {size} from {words}: {meaning}")
            } else {
                format!("{size} came back by {words}, so without it the drop would look larger")
            },
        );
    }
    for remedy in report.remedies.iter().filter(|remedy| remedy.ci_low > 0.0) {
        card.say(TEN, &remedy.sentence);
    }
    card.say(
        TEN,
        &format!("the parts add up to the whole change in {short} of {sum}; nothing is left over"),
    );
    Some(card.finish())
}

/// "annual_income", after "in"; nothing without columns.
fn in_columns(cause: &Cause) -> String {
    if cause.columns.is_empty() {
        String::new()
    } else {
        format!(", in {}", phrase::names(&cause.columns, 2))
    }
}

fn why(facts: &Facts<'_>) -> TalkCard {
    let report = facts.report;
    let metric = &report.metric;
    let compared =
        phrase::counted(facts.compared(), "compared column", "compared columns");
    let Some(first) = report.causes.first() else {
        return no_cause(facts, &compared);
    };
    let (words, _) = cause::words(&first.id);
    let mut card =
        Draft::new("why", &format!("{}: {words}{}", first.word, in_columns(first)));
    for found in report.causes.iter().take(SHOWN) {
        let worth = finite(found.points)
            .filter(|points| *points > 0.0)
            .map(|points| format!(" ({})", number::amount(metric.unit, points)))
            .unwrap_or_default();
        let (words, _) = cause::words(&found.id);
        card.show(&format!("{}: {words}{}{worth}", found.word, in_columns(found)));
    }
    card.say(
        ALWAYS,
        &format!(
            "the likeliest reason is {words}{}; we call that {}, at {}",
            in_columns(first),
            first.word,
            number::share(first.presence.clamp(0.0, 1.0))
        ),
    );
    let mut speaks = first.evidence_for.iter();
    card.say_some(ALWAYS, speaks.next().cloned());
    card.say_some(SEVEN, speaks.next().cloned());
    card.say_some(
        SEVEN,
        first
            .evidence_against
            .first()
            .map(|against| format!("what speaks against it: {}", phrase::small(against))),
    );
    if !first.next_check.trim().is_empty() {
        card.say(
            ALWAYS,
            &format!(
                "what would change our mind: {}",
                phrase::small(first.next_check.trim())
            ),
        );
    }
    for found in report.causes.iter().skip(1).take(2) {
        let (words, _) = cause::words(&found.id);
        card.say(
            SEVEN,
            &format!("{} is {words}{}", also(&found.word), in_columns(found)),
        );
        card.say_some(TEN, found.evidence_for.first().cloned());
    }
    card.say_some(TEN, speaks.next().cloned());
    card.say_some(TEN, cleared(facts));
    card.finish()
}

/// "Also likely", "also possible".
fn also(word: &str) -> String {
    format!("also {}", if word.trim().is_empty() { "possible" } else { word.trim() })
}

/// What was looked for and not found.
fn cleared(facts: &Facts<'_>) -> Option<String> {
    let examined = &facts.report.examined;
    let of = |word: &str| examined.iter().filter(|own| own.word == word).count() as u64;
    let (out, unlikely, unchecked) =
        (of("ruled out"), of("unlikely"), of("could not check"));
    if examined.is_empty() {
        return None;
    }
    Some(format!(
        "we looked for {} in all: {} ruled out, {} unlikely, {} could not be checked",
        phrase::counted(examined.len() as u64, "cause", "causes"),
        number::count(out),
        number::count(unlikely),
        number::count(unchecked)
    ))
}

fn no_cause(facts: &Facts<'_>, compared: &str) -> TalkCard {
    let title = match facts.kind() {
        VerdictKind::NotDropped | VerdictKind::Improved => {
            format!("there is no drop to explain among {compared}")
        }
        VerdictKind::NotEnoughRows => format!(
            "{} cannot tell a reason from chance",
            labelled(facts.report.metric.production_rows)
        ),
        _ if facts.examined() => {
            format!("no single reason stands out among {compared}")
        }
        _ => format!("the reasons have not been examined; {compared}"),
    };
    let mut card = Draft::new("why", &title);
    let moved = facts.moved();
    for column in moved.iter().take(SHOWN) {
        let share = column.drift.as_ref().map_or(0.0, |drift| drift.moved);
        card.show(&format!(
            "other values than before in {}: {} of rows",
            phrase::name(&column.name),
            number::share(share)
        ));
    }
    card.say(
        ALWAYS,
        &match facts.kind() {
            VerdictKind::NotDropped | VerdictKind::Improved => format!(
                "nothing got worse, so there is nothing to explain; still, {} of {compared} moved",
                number::count(moved.len() as u64)
            ),
            VerdictKind::NotEnoughRows => {
                format!("any reason we named now would be a guess: {compared} are too few rows deep")
            }
            _ => format!(
                "no reason is likely enough to name it; {} of {compared} moved",
                number::count(moved.len() as u64)
            ),
        },
    );
    if let Some(column) = moved.first()
        && let Some(drift) = &column.drift
    {
        card.say(
            ALWAYS,
            &format!(
                "the largest movement is in {}, where about {} of rows hold other values than before",
                phrase::name(&column.name),
                number::share(drift.moved)
            ),
        );
    }
    for (_, sentence) in facts.troubled().iter().take(2) {
        card.say(SEVEN, sentence);
    }
    card.say_some(TEN, cleared(facts));
    card.finish()
}

fn who_and_when(facts: &Facts<'_>) -> Option<TalkCard> {
    let report = facts.report;
    let metric = &report.metric;
    let slices = &report.slices;
    let change = &report.change_point;
    let dated = change.at.as_deref().filter(|_| change.kind != ChangeKind::None);
    let worst = facts.worst_slice();
    let grew = slices.grew.first();
    let periods = facts.periods(TableRole::Production);
    if worst.is_none() && grew.is_none() && periods.is_empty() {
        return None;
    }
    let since = dated.map(|at| {
        let how = match change.kind {
            ChangeKind::Gradual => "bit by bit since about",
            ChangeKind::Pulse => "for a while from",
            _ => "since",
        };
        format!("{how} {}", number::date(at))
    });
    let title = match (&since, worst, grew) {
        (Some(since), Some(worst), _) => {
            format!("{since}, most of all where {}", segment::where_words(worst))
        }
        (Some(since), None, _) => format!("{since}, not in one group only"),
        (None, Some(worst), _) => {
            format!("worst where {}, no date stands out", segment::where_words(worst))
        }
        (None, None, Some(grew)) => {
            format!("more rows where {}", segment::where_words(grew))
        }
        (None, None, None) => format!(
            "no group and no date stands out over {}",
            phrase::counted(periods.len() as u64, "period", "periods")
        ),
    };
    let mut card = Draft::new("who_when", &title);
    card.chart = match (dated, worst.or(grew)) {
        (Some(_), _) => Some("time"),
        (None, Some(_)) => Some("segments"),
        (None, None) => Some("time"),
    };
    if !periods.is_empty() {
        card.show(&change.sentence);
        card.say(ALWAYS, &change.sentence);
    }
    for slice in slices.worse.iter().take(2) {
        card.show(&format!(
            "worse where {}: {} of rows",
            segment::where_words(slice),
            number::share(slice.production_share)
        ));
    }
    for slice in slices.grew.iter().take(1) {
        card.show(&format!(
            "more rows where {}: {} before, {} after",
            segment::where_words(slice),
            number::share(slice.reference_share),
            number::share(slice.production_share)
        ));
    }
    let mut told =
        slices.worse.iter().map(|slice| segment::worse_sentence(slice, metric));
    card.say_some(ALWAYS, told.next());
    card.say_some(SEVEN, grew.map(|slice| segment::grew_sentence(slice, metric)));
    card.say_some(TEN, told.next());
    if let Some(at) = dated {
        card.say(
            SEVEN,
            &format!(
                "that gives us a first question for {}: what was released, switched or signed around {}",
                facts.pipeline_owner(),
                number::date(at)
            ),
        );
    }
    if worst.is_none() && !periods.is_empty() {
        card.say(
            SEVEN,
            &format!(
                "no group of rows does clearly worse than the rest of the {}",
                number::rows(facts.rows(TableRole::Production))
            ),
        );
    }
    Some(card.finish())
}

fn plan(facts: &Facts<'_>) -> TalkCard {
    let steps = &facts.report.plan;
    let (low, high) = steps
        .iter()
        .fold((0.0, 0.0), |sum, step| (sum.0 + step.hours.0, sum.1 + step.hours.1));
    let title = if steps.is_empty() {
        format!(
            "first, compare 200 of the {} as served",
            number::rows(facts.rows(TableRole::Production))
        )
    } else {
        format!(
            "{} in three days, {} of work",
            phrase::counted(steps.len() as u64, "step", "steps"),
            number::hours(low, high)
        )
    };
    let mut card = Draft::new("plan", &title);
    for (step, at) in steps.iter().zip(1..) {
        card.show(&format!("{at}. {}, {} ({})", step.title, step.when, step.owner));
    }
    let suspects = facts.suspects(2);
    let which = if suspects.is_empty() {
        phrase::counted(facts.compared(), "input", "inputs")
    } else {
        phrase::names(&suspects, 2)
    };
    card.say(
        ALWAYS,
        &match facts.kind() {
            VerdictKind::Dropped => format!(
                "within 24 hours, comparing 200 rows as served with the same rows computed offline tells \
                 whether this is a bug or drift; {} starts with {which}",
                facts.pipeline_owner()
            ),
            VerdictKind::UnknownWithoutLabels => format!(
                "first we get outcomes, for a random part of the {} if not for all; meanwhile {} checks \
                 {which}",
                number::rows(facts.rows(TableRole::Production)),
                facts.pipeline_owner()
            ),
            VerdictKind::NotEnoughRows => format!(
                "first we collect outcomes: {} are too few to act on",
                labelled(facts.report.metric.production_rows)
            ),
            _ => format!(
                "nothing is urgent; the steps below are what we would do if {} fell",
                facts.words.short
            ),
        },
    );
    for (step, at) in steps.iter().zip(1..) {
        let minutes = if at <= 2 { ALWAYS } else { SEVEN };
        let to_do = step
            .to_do
            .first()
            .map_or_else(String::new, |to_do| format!(": {}", phrase::small(to_do)));
        card.say(
            minutes,
            &format!(
                "step {at}, {}, takes {}{to_do}",
                step.when,
                number::hours(step.hours.0, step.hours.1)
            ),
        );
    }
    for (step, at) in steps.iter().zip(1..) {
        card.say(
            TEN,
            &format!("step {at} is over when {}", phrase::small(&step.exit_test)),
        );
    }
    card.finish()
}

fn options(facts: &Facts<'_>) -> TalkCard {
    let report = facts.report;
    let metric = &report.metric;
    let short = &facts.words.short;
    let business = &report.inputs.business;
    let limit = number::amount(metric.unit, report.verdict.minimum_effect);
    if facts.kind() != VerdictKind::Dropped {
        return calm(facts, &limit);
    }
    let size = facts.size().unwrap_or(limit);
    let mut card = Draft::new(
        "options",
        &format!("limit the harm today, win back the {size} with the fix"),
    );
    let first = report.causes.first().map(|found| {
        let (words, family) = cause::words(&found.id);
        (found, words, cause::remedy(family).0)
    });
    if let Some((found, words, fix)) = &first {
        let worth = finite(found.points)
            .filter(|points| *points > 0.0)
            .map(|points| format!(" (up to {})", number::amount(metric.unit, points)));
        card.show(&format!("the fix: {fix}{}", worth.clone().unwrap_or_default()));
        card.say(
            ALWAYS,
            &format!(
                "against {words}, the fix is to {fix}{}",
                finite(found.points).filter(|points| *points > 0.0).map_or_else(
                    || "; how much that wins back could not be priced".to_owned(),
                    |points| format!(
                        ", which can win back up to {}",
                        number::amount(metric.unit, points)
                    )
                )
            ),
        );
    }
    if let Some(slice) = facts.worst_slice() {
        let place = segment::where_words(slice);
        let share = number::share(slice.production_share);
        card.show(&format!("today: decide by hand where {place} ({share} of rows)"));
        card.say(
            ALWAYS,
            &format!(
                "the quickest guardrail is to decide by hand where {place}; it can stand today, and its price \
                 is people's time for {share} of rows"
            ),
        );
    }
    for remedy in report.remedies.iter().filter(|own| own.ci_low > 0.0).take(2) {
        let worth = format!("gives back {}", number::amount(metric.unit, remedy.points));
        match (remedy.id.as_str(), finite(remedy.to)) {
            ("threshold", Some(to)) => {
                card.show(&format!(
                    "this week: cut-off to {} ({worth})",
                    number::quantity(to)
                ));
            }
            _ => card.show(&format!("this week: recalibrate ({worth})")),
        }
        card.say(SEVEN, &remedy.sentence);
    }
    card.show(&match business.can_roll_back {
        Some(true) => {
            "today: roll back to the previous model, undone by a switch".to_owned()
        }
        Some(false) => {
            format!("no previous model to roll back to; the {size} can only be limited")
        }
        None => "open: is there a previous model to roll back to?".to_owned(),
    });
    card.say(
        SEVEN,
        &match business.can_roll_back {
            Some(true) => format!(
                "rolling back is quick and easy to undo, but it helps only if the previous model loses less \
                 than {size} of {short} on the same rows; log both scores to know"
            ),
            Some(false) => format!(
                "there is no previous model, so until the fix is out the {size} can only be limited, by \
                 rules or by the cut-off"
            ),
            None => format!(
                "if a previous model exists, rolling back is the fastest way out of the {size}; somebody \
                 has to tell us whether it does"
            ),
        },
    );
    let days = finite(business.retrain_days);
    if let Some(days) = days {
        card.show(&format!("if it is drift: retrain, {}", number::days(days)));
    }
    let during =
        match (metric.name.as_str(), facts.worsening(), facts.rows_per_day(), days) {
            ("accuracy", Some(worse), Some((per_day, _)), Some(days)) => format!(
                ", in which about {} more decisions go wrong unless we limit the harm",
                number::about(worse * per_day * days)
            ),
            _ => String::new(),
        };
    card.say(
        TEN,
        &match days {
            Some(days) => format!(
                "the trade-off: a bug is repaired in hours to days and the model may be fine; if it is drift, \
                 retraining takes {}{during}",
                number::days(days)
            ),
            None => format!(
                "the trade-off: a bug is repaired in hours to days and the model may be fine; if it is drift, \
                 retraining comes next, and its days weigh against the {size} of {short}"
            ),
        },
    );
    card.say(
        TEN,
        &format!(
            "doing nothing has a price too: {}",
            a_day(facts).unwrap_or_else(|| format!(
                "{short} stays {size} away from what the lab showed"
            ))
        ),
    );
    card.finish()
}

/// Options when nothing dropped, or when nobody can tell yet.
fn calm(facts: &Facts<'_>, limit: &str) -> TalkCard {
    let short = &facts.words.short;
    let rows = labelled(facts.report.metric.production_rows);
    let moved = facts.moved();
    let (title, first) = match facts.kind() {
        VerdictKind::NotDropped => (
            "no repair is due, and nothing has to be switched off".to_owned(),
            format!(
                "no repair is due: a change of {limit} or more would have shown on {rows}"
            ),
        ),
        VerdictKind::Improved => (
            "keep it running, and check that the gain is real".to_owned(),
            format!(
                "before the gain is counted on, check that the outcomes of the {rows} are final"
            ),
        ),
        VerdictKind::NotEnoughRows => (
            "wait for more outcomes; do not roll back on a hunch".to_owned(),
            format!(
                "rolling back now would answer a question that {rows} cannot answer; waiting costs little, \
                 as long as nobody sees more than {limit} of change"
            ),
        ),
        _ => (
            "get outcomes first; keep the model, with a check by hand".to_owned(),
            format!(
                "until outcomes are in, a random part checked by hand tells within days whether {short} has \
                 moved by {limit} or more"
            ),
        ),
    };
    let mut card = Draft::new("options", &title);
    card.show(&first);
    card.say(ALWAYS, &first);
    if let Some(needed) = facts.report.verdict.rows_needed {
        card.show(&format!("needed: about {}", number::rows(needed)));
    }
    if let Some(column) = moved.first() {
        let keep = format!(
            "keep an eye on {}, which moved the most",
            phrase::name(&column.name)
        );
        card.show(&keep);
        card.say(SEVEN, &keep);
    }
    if let Some((per_day, _)) = facts.rows_per_day() {
        card.say(
            SEVEN,
            &format!(
                "the model goes on deciding about {} rows a day meanwhile",
                number::about(per_day)
            ),
        );
    }
    card.say(
        TEN,
        &format!(
            "the trade-off is between acting on noise and missing a change; the line we drew is {limit} of \
             {short}, and it can be moved"
        ),
    );
    card.finish()
}

fn watch(facts: &Facts<'_>) -> TalkCard {
    let report = facts.report;
    let metric = &report.metric;
    let short = &facts.words.short;
    let limit = number::amount(metric.unit, report.verdict.minimum_effect);
    let mut card =
        Draft::new("watch", &format!("an alarm when {short} is {limit} worse"));
    if let Some(value) = finite(metric.reference) {
        let value = number::value(metric.unit, value);
        card.show(&format!("the model: {short} against {value}, alarm at {limit} worse"));
        card.say(
            ALWAYS,
            &format!("we watch {short} against {value} and raise an alarm once it is {limit} worse"),
        );
    } else {
        card.say(
            ALWAYS,
            &format!("we watch {short} and raise an alarm at a change of {limit}"),
        );
    }
    for column in facts.columns() {
        let most = column.reference_missing + MISSING_MARGIN;
        if column.production_missing > most {
            let name = phrase::name(&column.name);
            card.show(&format!(
                "the data: empty values in {name} above {}",
                number::share(most)
            ));
            card.say(
                ALWAYS,
                &format!(
                    "an alarm on empty values in {name} above {} would have shown the {} of now",
                    number::share(most),
                    number::share(column.production_missing)
                ),
            );
            break;
        }
    }
    if let Some(column) = facts.moved().first()
        && let Some(drift) = &column.drift
        && drift.moved > finite(drift.own_noise).unwrap_or(0.0).max(DRIFT_LIMIT)
    {
        let most = finite(drift.own_noise).unwrap_or(0.0).max(DRIFT_LIMIT);
        let name = phrase::name(&column.name);
        card.show(&format!(
            "the data: more than {} of rows moved in {name}",
            number::share(most)
        ));
        card.say(
            SEVEN,
            &match finite(drift.own_noise) {
                Some(noise) => format!(
                    "in {name}, periods before launch differed by up to {} of rows from one another; now it is \
                     {}, so a limit of {} would have rung",
                    number::share(noise),
                    number::share(drift.moved),
                    number::share(most)
                ),
                None => format!(
                    "a limit of {} of rows moved in {name} would have rung: now it is {}",
                    number::share(most),
                    number::share(drift.moved)
                ),
            },
        );
    }
    if let Some(slice) = facts.worst_slice() {
        let place = segment::where_words(slice);
        card.show(&format!("the group: the same where {place}"));
        card.say(
            SEVEN,
            &format!("the same watch runs where {place}, because an average can hide {} of rows",
                number::share(slice.production_share)),
        );
    }
    match report.kpis.first() {
        Some(kpi) => {
            let name = phrase::name(&kpi.name);
            card.show(&format!("the business: mean {name} per row"));
            card.say(TEN, &format!("mean {name} per row is watched beside it, so that money speaks too"));
        }
        None => card.say(
            TEN,
            &format!("a business number should stand beside {short}; none was among the {} read",
                phrase::counted(report.inputs.columns.len() as u64, "column", "columns")),
        ),
    }
    card.say(
        TEN,
        &format!(
            "the line of {limit} is a choice: a tighter one rings more often for nothing, a looser one lets \
             more rows go wrong before anybody looks"
        ),
    );
    card.finish()
}

fn unchecked(facts: &Facts<'_>) -> TalkCard {
    let report = facts.report;
    let limits: Vec<_> = report
        .notes
        .iter()
        .filter(|note| note.weight != NoteWeight::Information)
        .collect();
    let open: Vec<_> =
        report.examined.iter().filter(|own| own.word == "could not check").collect();
    let count = (limits.len() + open.len()) as u64;
    let checked = (report.examined.len() - open.len()) as u64;
    let title = if count == 0 {
        format!(
            "everything looked for could be checked, on {}",
            number::rows(facts.rows(TableRole::Production))
        )
    } else {
        format!("{} we could not check", phrase::counted(count, "thing", "things"))
    };
    let mut card = Draft::new("unchecked", &title);
    card.say(
        ALWAYS,
        &if count == 0 {
            format!(
                "nothing stood in the way of {}, and still: data can show what changed together with the \
                 drop, not prove a cause",
                phrase::counted(checked, "check", "checks")
            )
        } else {
            format!(
                "this report is honest about {} it could not check",
                phrase::counted(count, "thing", "things")
            )
        },
    );
    for note in limits.iter().take(SHOWN) {
        card.show(&note.what);
        card.say(ALWAYS, &note.what);
        card.say(TEN, &note.try_this);
    }
    for own in open.iter().take(SHOWN) {
        let (words, _) = cause::words(&own.id);
        card.show(&format!("not checked: {words}"));
        card.say(
            SEVEN,
            &format!("{words} could not be checked: {}", phrase::small(&own.because)),
        );
    }
    card.say(
        SEVEN,
        &format!(
            "what would help most: {}",
            if facts.table(TableRole::Shadow).is_none() {
                format!(
                    "the {} scored again by the offline pipeline, as a third table",
                    number::rows(facts.rows(TableRole::Production).min(10_000))
                )
            } else {
                format!(
                    "final outcomes for all {} after launch",
                    number::rows(facts.rows(TableRole::Production))
                )
            }
        ),
    );
    card.finish()
}
