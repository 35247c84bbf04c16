//! Who is hit, and since when.

use super::draft::{ALWAYS, Draft, SEVEN, TEN};
use crate::choices::TableRole;
use crate::report::{ChangeKind, TalkCard};
use crate::story::facts::Facts;
use crate::story::{number, phrase, segment};

pub(super) fn who_and_when(facts: &Facts<'_>) -> Option<TalkCard> {
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
        (Some(since), None, _) if facts.unsearched().is_some() => since.clone(),
        (Some(since), None, _) => format!("{since}, not in one group only"),
        (None, Some(worst), _) => {
            format!("worst where {}, no date stands out", segment::where_words(worst))
        }
        (None, None, Some(grew)) => {
            format!("{} {}", segment::rows_where(grew), segment::where_words(grew))
        }
        (None, None, None) if facts.unsearched().is_some() => format!(
            "no date stands out over {}",
            phrase::counted(periods.len() as u64, "period", "periods")
        ),
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
        let how =
            if segment::has_baseline(slice) { "worse" } else { segment::newness(slice) };
        card.show(&format!(
            "{how} where {}: {} of rows",
            segment::where_words(slice),
            number::share(slice.production_share)
        ));
    }
    for slice in slices.grew.iter().take(1) {
        card.show(&format!(
            "{} {}: {} before, {} after",
            segment::rows_where(slice),
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
            &facts.unsearched().map_or_else(
                || {
                    format!(
                        "no group of rows does clearly worse than the rest of the {}",
                        number::rows(facts.rows(TableRole::Production))
                    )
                },
                str::to_owned,
            ),
        );
    }
    Some(card.finish())
}
