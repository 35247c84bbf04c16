//! Where the change comes from and why.

use super::draft::{ALWAYS, Draft, SEVEN, SHOWN, TEN, labelled};
use crate::report::{AttributionTerm, Cause, TalkCard, VerdictKind};
use crate::story::facts::Facts;
use crate::story::number::{self, finite};
use crate::story::{cause, phrase};

/// Terms smaller than this part of the whole change are not worth a line.
const TOLD_TERM: f64 = 0.03;

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

pub(super) fn split(facts: &Facts<'_>) -> Option<TalkCard> {
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
            number::amount_of(metric, largest.points),
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
                number::amount_of(metric, largest.points)
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
        // As many as the story names.
        format!(", in {}", phrase::names(&cause.columns, 3))
    }
}

pub(super) fn why(facts: &Facts<'_>) -> TalkCard {
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
    let worth = |found: &Cause| {
        finite(found.points)
            .filter(|points| *points > 0.0)
            .map(|points| number::amount_of(metric, points))
    };
    // The title names the first: what it is worth, and what speaks for it.
    if let Some(size) = worth(first) {
        card.show(&format!("it accounts for {size}"));
    }
    for speaks in first.evidence_for.iter().take(2) {
        card.show(speaks);
    }
    for found in report.causes.iter().take(SHOWN).skip(1) {
        let worth = worth(found).map_or_else(String::new, |size| format!(" ({size})"));
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
                number::count(facts.moved_count())
            ),
            VerdictKind::NotEnoughRows => {
                format!("any reason we named now would be a guess: {compared} are too few rows deep")
            }
            _ => format!(
                "no reason is likely enough to name it; {} of {compared} moved",
                number::count(facts.moved_count())
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
