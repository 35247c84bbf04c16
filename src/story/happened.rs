//! Part B: what happened, what changed beside it, and — once examined — why. Conclusion first; each
//! paragraph answers one question: how much, which kind of quality, when, which columns, which segments,
//! which scores and decisions, which business numbers, why, and what was not checked.

use super::facts::Facts;
use super::metric_words::{self, FAMILIES, Movement};
use super::number::{self, finite};
use super::{also_sentence, cause, phrase, segment};
use crate::choices::TableRole;
use crate::report::{
    ChangeKind, ColumnReport, Confidence, MetricChange, NoteWeight, Unit, VerdictKind,
};

/// Columns told one by one.
pub(super) const COLUMNS: usize = 3;
/// Causes told one by one.
const CAUSES: usize = 3;
/// Segments told one by one.
const SEGMENTS: usize = 2;

/// The paragraphs of part B.
pub(super) fn paragraphs(facts: &Facts<'_>) -> Vec<String> {
    let mut told = vec![result(facts), families(facts), when(facts)];
    told.push(columns(facts));
    told.push(segments(facts));
    told.push(scores(facts));
    told.push(kpis(facts));
    told.extend(causes(facts));
    told.push(summary(facts));
    told.retain(|paragraph| !paragraph.is_empty());
    told
}

fn result(facts: &Facts<'_>) -> String {
    let report = facts.report;
    let mut sentences = vec![report.verdict.sentence.clone()];
    sentences.extend(interval(facts));
    sentences.extend(expected(facts));
    sentences.extend(report.verdict.also.iter().cloned());
    sentences.extend(one_sided(facts));
    phrase::paragraph(&sentences)
}

/// Without outcomes: what the metric should be now.
pub(super) fn expected(facts: &Facts<'_>) -> Option<String> {
    super::expected_sentence(facts.report)
}

/// Whether the errors are mostly to one side since launch: all amounts too high, or all too low.
fn one_sided(facts: &Facts<'_>) -> Option<String> {
    const MAIN: f64 = 0.25;
    let report = facts.report;
    let level = |name: &str| report.metrics.iter().find(|own| own.name == name);
    let bias = level("bias")?;
    let (before, after) = (finite(bias.reference)?, finite(bias.production)?);
    let error = finite(level("mae")?.production)?;
    if after.abs() - before.abs() < MAIN * error {
        return None;
    }
    let change = number::change(bias.unit, before.abs(), after.abs());
    let side = |value: f64| if value > 0.0 { "too high" } else { "too low" };
    Some(format!(
        "most errors now lie to one side: on average the model comes out {} {}, against {} {} before launch",
        change.after,
        side(after),
        change.before,
        side(before)
    ))
}

/// The range chance allows, in words that fit the verdict.
pub(super) fn interval(facts: &Facts<'_>) -> Option<String> {
    let metric = &facts.report.metric;
    let (low, high) = (finite(metric.ci_low)?, finite(metric.ci_high)?);
    let unit = metric.unit;
    let (down, up) = ("a fall", "a rise");
    if low > 0.0 || high < 0.0 {
        let (small, large) = number::amounts(unit, low, high);
        let noun = if low > 0.0 { "rise" } else { "fall" };
        let sure = match (facts.kind(), facts.report.verdict.confidence) {
            (VerdictKind::Dropped | VerdictKind::Improved, Confidence::AlmostCertain) => {
                "is almost certain and "
            }
            (VerdictKind::Dropped | VerdictKind::Improved, Confidence::Likely) => {
                "is likely and "
            }
            _ => "",
        };
        return Some(format!(
            "the {noun} {sure}lies between {small} and {large}, allowing for chance"
        ));
    }
    let (fall, rise) = (number::amount(unit, low), number::amount(unit, high));
    Some(format!(
        "allowing for chance, it could be anything from {down} of {fall} to {up} of {rise}"
    ))
}

/// One clause a family, so that the pattern across families shows.
fn families(facts: &Facts<'_>) -> String {
    let report = facts.report;
    let mut worse = Vec::new();
    let mut others = Vec::new();
    for family in FAMILIES {
        let Some(metric) = representative(&report.metrics, family) else { continue };
        if metric.name == report.metric.name {
            continue;
        }
        // What the first paragraph said already.
        if report.verdict.also.contains(&also_sentence(report.verdict.kind, metric)) {
            continue;
        }
        let (Some(movement), Some(moved)) =
            (metric_words::movement(metric), metric_words::moved(metric))
        else {
            continue;
        };
        let (name, _) = metric_words::family(family);
        let verb = match movement {
            Movement::Worse => "got worse",
            Movement::Better => "got better",
            Movement::Held => "held",
            Movement::Unclear => "",
        };
        let clause = if movement == Movement::Unclear {
            format!("whether {name} changed is not clear: {moved}")
        } else {
            format!("{name} {verb}: {moved}")
        };
        if movement == Movement::Worse { worse.push(clause) } else { others.push(clause) }
    }
    worse.extend(others);
    phrase::paragraph(&worse)
}

/// The metric that speaks for a family: the headline if it belongs there, else the first with both values
/// and a way that is worse.
fn representative<'a>(
    metrics: &'a [MetricChange],
    family: &str,
) -> Option<&'a MetricChange> {
    metrics.iter().find(|metric| {
        metric.family == family && metric_words::movement(metric).is_some()
    })
}

fn when(facts: &Facts<'_>) -> String {
    let report = facts.report;
    let mut sentences = Vec::new();
    let change = &report.change_point;
    let names_date = change.kind != ChangeKind::None && change.at.is_some();
    let periods = facts.periods(TableRole::Production);
    if periods.is_empty() && !names_date {
        return String::new();
    }
    sentences.push(change.sentence.clone());
    if let (Some(first), Some(last)) = (periods.first(), periods.last()) {
        if let (Some(a), Some(b)) = (finite(first.metric), finite(last.metric))
            && periods.len() > 1
        {
            let unit = report.metric.unit;
            sentences.push(format!(
                "{} was {} in the first period ({}) and {} in the last ({})",
                facts.words.short,
                number::value(unit, a),
                number::date_span(&first.start, &first.end),
                number::value(unit, b),
                number::date_span(&last.start, &last.end),
            ));
        }
        if last.labelled_rows < last.rows
            && facts.kind() != VerdictKind::UnknownWithoutLabels
        {
            sentences.push(format!(
                "labels are not complete: {} of the {} from {} have one",
                number::count(last.labelled_rows),
                number::rows(last.rows),
                number::date_span(&last.start, &last.end)
            ));
        }
    }
    phrase::paragraph(&sentences)
}

fn columns(facts: &Facts<'_>) -> String {
    let compared = facts.compared();
    let moved = facts.moved();
    let mut troubled = facts.troubled();
    if compared == 0 && troubled.is_empty() {
        return String::new();
    }
    let mut sentences = Vec::new();
    if moved.is_empty() && facts.moved_count() > 0 {
        sentences.push(format!(
            "{} of {} compared moved; the link left them out",
            number::count(facts.moved_count()),
            phrase::counted(compared, "column", "columns")
        ));
    } else if moved.is_empty() {
        sentences.push(format!(
            "no input moved noticeably: {} {} compared",
            phrase::counted(compared, "column", "columns"),
            phrase::plural(compared, "was", "were")
        ));
    } else {
        let parts: Vec<String> = moved
            .iter()
            .take(COLUMNS)
            .filter_map(|column| {
                let share = number::share(column.drift.as_ref()?.moved);
                Some(format!(
                    "{} (about {share} of rows hold other values)",
                    phrase::name(&column.name)
                ))
            })
            .collect();
        let count = facts.moved_count();
        let lead = format!(
            "{} of {} compared moved",
            number::count(count),
            phrase::counted(compared, "column", "columns")
        );
        let most = if count <= COLUMNS as u64 { ":" } else { ", most of all" };
        sentences.push(format!("{lead}{most} {}", phrase::list(&parts)));
        if let Some(sentence) = means(moved.first().copied()) {
            sentences.push(sentence);
        }
    }
    // What a cause says further down is not said here.
    let speaks: Vec<String> = facts
        .report
        .causes
        .iter()
        .take(CAUSES)
        .flat_map(|own| own.evidence_for.iter().take(CAUSES))
        .map(|own| own.to_lowercase())
        .collect();
    troubled.retain(|(_, sentence)| {
        let sentence = sentence.to_lowercase();
        !speaks.iter().any(|own| own.contains(&sentence))
    });
    let told = together(&troubled);
    sentences.extend(findings(&troubled).into_iter().take(COLUMNS));
    if told.len() > COLUMNS {
        let more: Vec<&str> = told
            .iter()
            .skip(COLUMNS)
            .flat_map(|(_, names)| names.iter().copied())
            .collect();
        sentences.push(format!(
            "there are findings on {} as well",
            phrase::names(&more, COLUMNS)
        ));
    }
    phrase::paragraph(&sentences)
}

/// Findings, one sentence for all columns that have the same.
pub(super) fn findings(troubled: &[(&ColumnReport, &str)]) -> Vec<String> {
    let one = |(sentence, names): (&str, Vec<&str>)| {
        if names.iter().all(|name| sentence.contains(name)) {
            return sentence.to_owned();
        }
        format!("in {}: {}", phrase::names(&names, COLUMNS), phrase::small(sentence))
    };
    together(troubled).into_iter().map(one).collect()
}

/// Findings with the columns that have them, in the order of the first.
fn together<'a>(
    troubled: &[(&'a ColumnReport, &'a str)],
) -> Vec<(&'a str, Vec<&'a str>)> {
    let mut told: Vec<(&str, Vec<&str>)> = Vec::new();
    for (column, sentence) in troubled {
        match told.iter_mut().find(|(own, _)| *own == *sentence) {
            Some((_, names)) => names.push(&column.name),
            None => told.push((sentence, vec![&column.name])),
        }
    }
    told
}

fn means(column: Option<&crate::report::ColumnReport>) -> Option<String> {
    let column = column?;
    let (before, after) = (column.reference_numbers?, column.production_numbers?);
    if !before.mean.is_finite() || !after.mean.is_finite() {
        return None;
    }
    if !super::finding::is_worth_telling(&before, &after) {
        return None;
    }
    let change = number::change(Unit::Label, before.mean, after.mean);
    Some(metric_words::moved_as(
        &format!("the mean of {}", phrase::name(&column.name)),
        &change,
    ))
}

fn segments(facts: &Facts<'_>) -> String {
    let slices = &facts.report.slices;
    let metric = &facts.report.metric;
    let mut sentences: Vec<String> = slices
        .worse
        .iter()
        .take(SEGMENTS)
        .map(|slice| segment::worse_sentence(slice, metric))
        .collect();
    sentences.extend(
        slices
            .grew
            .iter()
            .take(SEGMENTS)
            .map(|slice| segment::grew_sentence(slice, metric)),
    );
    phrase::paragraph(&sentences)
}

fn scores(facts: &Facts<'_>) -> String {
    let mut sentences = Vec::new();
    if let Some([before, after]) = facts.levels() {
        let rate = number::change(Unit::Share, before.1, after.1);
        sentences.push(metric_words::moved_as("the share of positive outcomes", &rate));
        let score = number::change(Unit::Share, before.0, after.0);
        sentences.push(metric_words::moved_as("the average score", &score));
    }
    if let Some(rate) = facts.report.metrics.iter().find(|m| m.name == "decision_rate") {
        sentences.extend(metric_words::moved(rate));
    }
    sentences.extend(threshold(facts));
    phrase::paragraph(&sentences)
}

/// What the deployed cut-off really is, with the share of decisions that do not follow it.
pub(super) fn threshold(facts: &Facts<'_>) -> Vec<String> {
    const MOVED: f64 = 0.005;
    const OFF: f64 = 0.01;
    let Some(found) = facts.report.scores.as_ref().and_then(|scores| scores.threshold)
    else {
        return Vec::new();
    };
    let mut sentences = Vec::new();
    let given = if found.given { "as given" } else { "as read from the decisions" };
    match (finite(found.reference), finite(found.production)) {
        (Some(before), Some(after)) if (before - after).abs() > MOVED => {
            let change = number::change(Unit::Plain, before, after);
            sentences.push(format!(
                "the cut-off for a yes went from {} to {}, {given}",
                change.before, change.after
            ));
        }
        (_, Some(after)) => sentences.push(format!(
            "the cut-off for a yes is {} after launch, {given}",
            number::quantity(after)
        )),
        (Some(before), None) => sentences.push(format!(
            "the cut-off for a yes was {} before launch; after launch none could be read",
            number::quantity(before)
        )),
        (None, None) => {}
    }
    if found.production_violations > OFF {
        sentences.push(format!(
            "{} of production decisions do not follow it, against {} before launch",
            number::share(found.production_violations),
            number::share(found.reference_violations)
        ));
    }
    sentences
}

fn kpis(facts: &Facts<'_>) -> String {
    let mut sentences = Vec::new();
    for kpi in facts.report.kpis.iter().take(2) {
        sentences.push(segment::kpi_sentence(kpi));
        sentences.extend(segment::kpi_slice_sentence(kpi));
    }
    phrase::paragraph(&sentences)
}

fn causes(facts: &Facts<'_>) -> Vec<String> {
    let report = facts.report;
    if !facts.examined() {
        return vec![not_examined(facts)];
    }
    let metric = &report.metric;
    let mut told = Vec::new();
    let mut lead: Vec<String> = Vec::new();
    lead.extend(cause::bug_or_drift(&report.causes));
    lead.extend(cause::split(&report.attribution, metric));
    if report.causes.is_empty() {
        let looked =
            phrase::counted(facts.compared(), "compared column", "compared columns");
        lead.push(match facts.kind() {
            VerdictKind::NotDropped | VerdictKind::Improved => {
                format!(
                    "there is no drop to explain; what moved among {looked} is told above"
                )
            }
            VerdictKind::NotEnoughRows => {
                format!(
                    "with so few rows no reason can be told from chance among {looked}"
                )
            }
            _ => format!("no single reason stands out among {looked}"),
        });
    }
    told.push(phrase::paragraph(&lead));
    told.extend(report.causes.iter().take(CAUSES).enumerate().map(|(index, cause)| {
        let earlier = report.causes.get(..index).unwrap_or_default();
        cause::told(index + 1, cause, earlier, metric)
    }));
    told
}

const fn findings_word(columns: usize) -> &'static str {
    if columns == 1 { "finding" } else { "findings" }
}

/// Plainly: the list above is facts, not reasons.
fn not_examined(facts: &Facts<'_>) -> String {
    if facts.compared() == 0 {
        return phrase::sentence(&format!(
            "the causes have not been examined yet, and no column could be compared on {}",
            phrase::counted(
                facts.rows(TableRole::Production),
                "production row",
                "production rows"
            )
        ));
    }
    let suspects = facts.suspects(COLUMNS);
    let what = if suspects.is_empty() {
        format!("the {} compared", phrase::counted(facts.compared(), "column", "columns"))
    } else {
        format!(
            "the {} on {}",
            findings_word(suspects.len()),
            phrase::names(&suspects, COLUMNS)
        )
    };
    let many = suspects.len() != 1;
    let explain = if many { "explain" } else { "explains" };
    let size = match (facts.kind(), facts.size()) {
        (VerdictKind::Dropped, Some(size)) => {
            let noun = metric_words::worse_noun(facts.words.better);
            format!("{explain} the {noun} of {size}")
        }
        (VerdictKind::Improved, Some(size)) => format!("{explain} the gain of {size}"),
        (VerdictKind::NotDropped, _) => {
            if many { "do harm" } else { "does harm" }.to_owned()
        }
        _ => if many { "have an effect" } else { "has an effect" }.to_owned(),
    };
    let text = match facts.kind() {
        VerdictKind::NotDropped => format!(
            "there is no drop to explain, and the causes of what moved have not been examined yet; \
             whether {what} {size} later is open"
        ),
        _ => format!(
            "the causes have not been examined yet; whether {what} {size} is open, and this report \
             does not guess"
        ),
    };
    phrase::sentence(&text)
}

/// What we know, what we suspect, what we could not check: one sentence each.
fn summary(facts: &Facts<'_>) -> String {
    let mut sentences = vec![known(facts)];
    let suspects: Vec<String> = facts
        .report
        .causes
        .iter()
        .take(3)
        .map(|found| {
            let (words, _) = cause::words(&found.id);
            let word = found.word.trim();
            let word = if word.is_empty() { "possible" } else { word };
            format!("{words} ({word})")
        })
        .collect();
    if !suspects.is_empty() {
        sentences.push(format!("what we suspect: {}", phrase::list(&suspects)));
    }
    sentences.push(unchecked(facts));
    sentences.retain(|sentence| !sentence.is_empty());
    phrase::paragraph(&sentences)
}

fn known(facts: &Facts<'_>) -> String {
    let name = &facts.words.short;
    let metric = &facts.report.metric;
    let mut parts = Vec::new();
    let since =
        match (facts.report.change_point.kind, facts.report.change_point.at.as_deref()) {
            (ChangeKind::None, _) | (_, None) => String::new(),
            (_, Some(at)) => format!(" around {}", number::date(at)),
        };
    match (facts.kind(), number::metric_change(metric)) {
        (VerdictKind::Dropped, Some(change)) => parts
            .push(format!("{name} is {} worse than before launch", change.difference)),
        (VerdictKind::Improved, Some(change)) => {
            parts.push(format!(
                "{name} is {} better than before launch",
                change.difference
            ));
        }
        (VerdictKind::NotDropped, _) => parts.push(format!(
            "{name} held on {}",
            phrase::counted(metric.production_rows, "labelled row", "labelled rows")
        )),
        _ => parts.push(format!(
            "{} at hand",
            phrase::counted(
                metric.production_rows,
                "labelled row is",
                "labelled rows are"
            )
        )),
    }
    if !since.is_empty() {
        parts.push(format!("the change came{since}"));
    }
    if facts.compared() > 0 {
        let moved = match facts.moved_count() {
            0 => "none".to_owned(),
            some => number::count(some),
        };
        parts
            .push(format!("{moved} of {} inputs moved", number::count(facts.compared())));
    }
    format!("what we know: {}", phrase::list(&parts))
}

/// "whether it is a", "8 of 17 causes: a; b; c; and 5 others" – the words of a cause hold commas of their own.
fn open_causes(facts: &Facts<'_>, open: &[String]) -> String {
    const SHOWN: usize = 3;
    if let [one] = open {
        return format!("whether it is {one}");
    }
    let of = facts.report.examined.len();
    let told = format!("{} of {of} causes: {}", open.len(), shown(open, SHOWN));
    match open.len().saturating_sub(SHOWN) as u64 {
        0 => told,
        more => format!("{told}; and {}", phrase::counted(more, "other", "others")),
    }
}

fn shown(causes: &[String], most: usize) -> String {
    causes.iter().take(most).cloned().collect::<Vec<_>>().join("; ")
}

/// Causes that could not be checked, and what limits the report.
fn unchecked(facts: &Facts<'_>) -> String {
    let open: Vec<String> = facts
        .report
        .examined
        .iter()
        .filter(|own| own.word == "could not check")
        .map(|own| cause::words(&own.id).0)
        .collect();
    let limits: Vec<&str> = facts
        .report
        .notes
        .iter()
        .filter(|note| note.weight != NoteWeight::Information)
        .filter(|note| note.code != "causes_not_examined")
        .map(|note| note.what.trim_end_matches('.'))
        .collect();
    let mut text = String::new();
    if !open.is_empty() {
        text = format!("what we could not check: {}", open_causes(facts, &open));
    }
    for limit in limits.iter().take(4) {
        let next = if text.is_empty() { "what we could not check: " } else { ". " };
        let limit =
            if text.is_empty() { phrase::small(limit) } else { phrase::capital(limit) };
        text.push_str(next);
        text.push_str(&limit);
    }
    text
}
