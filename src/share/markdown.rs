//! The report as Markdown, for a ticket, a wiki or a mail. Enter: a prepared report; leaves: text with tables, the
//! conclusion first. Whatever stands in a report is escaped, so that a column's name cannot turn into a heading, a
//! link or HTML.

use std::fmt::Write as _;

use super::words;
use crate::choices::Role;
use crate::report::{
    ChangeKind, MetricChange, NoteWeight, Report, Slice, Unit, VerdictKind,
};
use crate::story::path_words::days_words;
use crate::story::segment::{self, List};
use crate::story::{cause, metric_words, number, phrase, verdict};

/// Columns in the table; those that moved and those with findings come first.
const COLUMNS: usize = 60;

/// The whole report.
#[must_use]
pub fn markdown(r: &Report) -> String {
    let mut out = String::new();
    head(&mut out, r);
    metrics(&mut out, r);
    split(&mut out, r);
    causes(&mut out, r);
    segments(&mut out, r);
    when(&mut out, r);
    columns(&mut out, r);
    kpis(&mut out, r);
    story(&mut out, r);
    options(&mut out, r);
    plan(&mut out, r);
    notes(&mut out, r);
    inputs(&mut out, r);
    out
}

/// Text inside a paragraph, a heading or a table's cell.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut made = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        match letter {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '!' => {
                made.push('\\');
                made.push(letter);
            }
            '<' => made.push_str("&lt;"),
            '>' => made.push_str("&gt;"),
            '&' => made.push_str("&amp;"),
            own if own.is_control() => made.push(' '),
            own => made.push(own),
        }
    }
    made
}

/// Text inside a fence: none of its lines may end it.
fn fenced(text: &str) -> String {
    text.replace("```", "\u{2019}\u{2019}\u{2019}")
}

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

fn heading(out: &mut String, title: &str) {
    line(out, &format!("\n## {title}\n"));
}

fn items<'a>(out: &mut String, list: impl IntoIterator<Item = &'a String>) {
    for own in list {
        line(out, &format!("- {}", escaped(own)));
    }
}

/// A table; `amounts` are columns set to the right.
fn table(out: &mut String, heads: &[&str], amounts: &[usize], rows: &[Vec<String>]) {
    if rows.is_empty() {
        return;
    }
    line(out, &format!("| {} |", heads.join(" | ")));
    let rule: Vec<&str> = (0..heads.len())
        .map(|at| if amounts.contains(&at) { "---:" } else { "---" })
        .collect();
    line(out, &format!("| {} |", rule.join(" | ")));
    for row in rows {
        let cells: Vec<String> = row.iter().map(|own| escaped(own)).collect();
        line(out, &format!("| {} |", cells.join(" | ")));
    }
}

fn signed(unit: Unit, difference: f64) -> String {
    let change = number::change(unit, 0.0, difference);
    match change.direction {
        number::Direction::Up => format!("+{}", change.difference),
        number::Direction::Down => format!("−{}", change.difference),
        number::Direction::Same => change.difference,
    }
}

fn interval(unit: Unit, low: f64, high: f64) -> String {
    format!("{} to {}", signed(unit, low), signed(unit, high))
}

fn known(value: Option<String>) -> String {
    value.unwrap_or_else(|| "not known".to_owned())
}

fn head(out: &mut String, r: &Report) {
    line(out, &format!("# {}\n", escaped(&r.verdict.sentence)));
    let word = match r.verdict.kind {
        VerdictKind::Dropped => "It got worse",
        VerdictKind::NotDropped => "It did not get worse",
        VerdictKind::Improved => "It got better",
        VerdictKind::NotEnoughRows => "Too few rows to tell",
        VerdictKind::UnknownWithoutLabels => "Cannot be known yet",
    };
    // Of what cannot be told there is nothing to be sure of.
    let sure = match r.verdict.kind {
        VerdictKind::NotEnoughRows | VerdictKind::UnknownWithoutLabels => String::new(),
        _ => format!(", {}", verdict::confidence_word(r.verdict.confidence)),
    };
    line(
        out,
        &format!(
            "**{word}**{sure}. Written by whydrop from the data before and after launch."
        ),
    );
    for own in verdict::expected_sentence(r).iter().chain(&r.verdict.also) {
        line(out, &format!("\n{}", escaped(own)));
    }
    if let Some(shared) = &r.shared {
        for own in words::told(shared) {
            line(out, &format!("\n> {}", escaped(&own)));
        }
    }
}

fn metrics(out: &mut String, r: &Report) {
    let row = |own: &MetricChange| {
        let value = |value: Option<f64>| {
            known(number::finite(value).map(|value| number::value(own.unit, value)))
        };
        let (before, after) = number::metric_change(own).map_or_else(
            || (value(own.reference), value(own.production)),
            |change| (change.before, change.after),
        );
        let range = own.ci_low.zip(own.ci_high);
        vec![
            own.title.clone(),
            before,
            after,
            known(number::metric_difference(own)),
            range.map_or_else(String::new, |(low, high)| interval(own.unit, low, high)),
            own.why_missing.clone().unwrap_or_default(),
        ]
    };
    heading(out, "Before and after");
    let rows: Vec<Vec<String>> = r.metrics.iter().map(row).collect();
    let heads = [
        "Metric",
        "Before launch",
        "After launch",
        "Difference",
        "95 % interval",
        "Note",
    ];
    table(out, &heads, &[1, 2, 3, 4], &rows);
}

fn split(out: &mut String, r: &Report) {
    if r.attribution.is_empty() {
        return;
    }
    let unit = r.metric.unit;
    let noun = metric_words::drop_noun(&r.metric);
    heading(out, &format!("Where the {noun} comes from"));
    let rows: Vec<Vec<String>> = r
        .attribution
        .iter()
        .map(|own| {
            vec![
                phrase::capital(&cause::term_words(&own.term)),
                signed(unit, own.points),
                interval(unit, own.ci_low, own.ci_high),
            ]
        })
        .collect();
    table(out, &["Part", "Worse by", "95 % interval"], &[1, 2], &rows);
    if !r.remedies.is_empty() {
        line(out, "");
    }
    items(out, r.remedies.iter().map(|own| &own.sentence));
}

fn causes(out: &mut String, r: &Report) {
    if r.causes.is_empty() && r.examined.is_empty() {
        return;
    }
    heading(out, "Why");
    if r.causes.is_empty() {
        line(out, "No single cause stands out.");
    }
    for (own, rank) in r.causes.iter().zip(1..) {
        let (name, _) = cause::words(&own.id);
        let share = own.share.map(|share| {
            let noun = metric_words::drop_noun(&r.metric);
            format!(", {} of the {noun}", number::share(share.clamp(0.0, 1.0)))
        });
        line(
            out,
            &format!(
                "\n### {rank}. {} ({}{})\n",
                escaped(&phrase::capital(&name)),
                escaped(&own.word),
                share.unwrap_or_default()
            ),
        );
        if !own.columns.is_empty() {
            line(out, &format!("Columns: {}\n", escaped(&own.columns.join(", "))));
        }
        items(out, &own.evidence_for);
        for against in &own.evidence_against {
            let text =
                told_above(r, rank - 1, against).unwrap_or_else(|| escaped(against));
            line(out, &format!("- Against it: {text}"));
        }
        line(out, &format!("- What would change our mind: {}", escaped(&own.next_check)));
    }
    let rows: Vec<Vec<String>> = r
        .examined
        .iter()
        .map(|own| {
            let (name, _) = cause::words(&own.id);
            let because = told_above(r, r.causes.len(), &own.because);
            let because = because.unwrap_or_else(|| own.because.clone());
            vec![phrase::capital(&name), own.word.clone(), because]
        })
        .collect();
    if !rows.is_empty() {
        line(out, "\n### Every cause that was looked for\n");
        table(out, &["Cause", "Present?", "Because"], &[], &rows);
    }
}

/// "See cause 1." for a sentence that speaks for one of the first `causes`; it is not said twice.
fn told_above(r: &Report, causes: usize, sentence: &str) -> Option<String> {
    let mut list = r.causes.iter().take(causes);
    let at = list.position(|own| own.evidence_for.iter().any(|own| own == sentence))?;
    Some(format!("see cause {}.", at + 1))
}

fn segments(out: &mut String, r: &Report) {
    // The error of a row is a share for some metrics only.
    let words = segment::loss_words(&r.metric);
    let unit = words.unit;
    let name = phrase::capital(words.name);
    let (before, after) = (format!("{name} before"), format!("{name} after"));
    let points_unit = if words.adds_up { r.metric.unit } else { unit };
    let row = |own: &Slice, points: f64| {
        let loss =
            |value: Option<f64>| known(value.map(|value| number::value(unit, value)));
        vec![
            own.title.clone(),
            number::share(own.reference_share),
            number::share(own.production_share),
            loss(own.reference_loss),
            loss(own.production_loss),
            signed(points_unit, points),
        ]
    };
    let heads = ["Segment", "Rows before", "Rows after", &before, &after, "Worse by"];
    for (list, title) in [
        (List::Worse, "Segments that do worse"),
        (List::New, "Segments that are new since launch"),
        (List::Grew, "Segments whose share changed"),
    ] {
        let own = segment::of(list, &r.slices);
        if own.is_empty() {
            continue;
        }
        heading(out, title);
        let rows: Vec<Vec<String>> =
            own.into_iter().map(|own| row(own, list.points(own))).collect();
        table(out, &heads, &[1, 2, 3, 4, 5], &rows);
    }
}

fn when(out: &mut String, r: &Report) {
    if r.series.is_empty() && r.change_point.kind == ChangeKind::None {
        return;
    }
    heading(out, "When");
    line(out, &format!("{}\n", escaped(&r.change_point.sentence)));
    let unit = r.metric.unit;
    let rows: Vec<Vec<String>> = r
        .series
        .iter()
        .map(|own| {
            vec![
                own.table.name().to_owned(),
                number::date_span(&own.start, &own.end),
                number::count(own.rows),
                number::count(own.labelled_rows),
                known(own.metric.map(|value| number::value(unit, value))),
                number::share(own.missing),
                number::share(own.drift),
            ]
        })
        .collect();
    let metric = escaped(&r.metric.title);
    let heads = ["Table", "Period", "Rows", "With outcome", &metric, "Missing", "Drift"];
    table(out, &heads, &[2, 3, 4, 5, 6], &rows);
}

/// A finding, or where it was told already.
fn found(r: &Report, sentence: &str) -> String {
    let own = sentence.to_lowercase();
    let holds = |told: &String| told.to_lowercase().contains(&own);
    match r.causes.iter().position(|own| own.evidence_for.iter().any(holds)) {
        Some(at) => format!("See cause {}.", at + 1),
        None => sentence.to_owned(),
    }
}

fn columns(out: &mut String, r: &Report) {
    let compared: Vec<_> = r
        .columns
        .iter()
        .filter(|own| !matches!(own.role, Role::Ignore | Role::Id) && own.drift.is_some())
        .collect();
    if compared.is_empty() {
        return;
    }
    heading(out, "What changed in the data");
    let rows: Vec<Vec<String>> = compared
        .iter()
        .take(COLUMNS)
        .map(|own| {
            let findings: Vec<String> =
                own.findings.iter().map(|own| found(r, &own.sentence)).collect();
            vec![
                own.name.clone(),
                own.drift
                    .as_ref()
                    .map_or_else(String::new, |own| number::share(own.moved)),
                own.mix_points.map_or_else(String::new, |own| signed(r.metric.unit, own)),
                format!(
                    "{} → {}",
                    number::share(own.reference_missing),
                    number::share(own.production_missing)
                ),
                findings.join(" "),
            ]
        })
        .collect();
    let heads = ["Column", "Rows moved", "Effect", "Missing", "Found"];
    table(out, &heads, &[1, 2, 3], &rows);
    if compared.len() > COLUMNS {
        let more = (compared.len() - COLUMNS) as u64;
        line(
            out,
            &format!("And {}.\n", phrase::counted(more, "more column", "more columns")),
        );
    }
}

fn kpis(out: &mut String, r: &Report) {
    if r.kpis.is_empty() {
        return;
    }
    heading(out, "Business numbers");
    let mean = |value: Option<f64>| known(value.map(number::quantity));
    let rows: Vec<Vec<String>> = r
        .kpis
        .iter()
        .map(|own| {
            let difference = own.difference.map(|own| signed(Unit::Label, own));
            let range = own.interval.map(|(low, high)| interval(Unit::Label, low, high));
            vec![
                own.name.clone(),
                mean(own.reference_mean),
                mean(own.production_mean),
                known(difference),
                range.unwrap_or_default(),
            ]
        })
        .collect();
    let heads = ["Mean a row", "Before", "After", "Difference", "95 % interval"];
    table(out, &heads, &[1, 2, 3, 4], &rows);
}

fn story(out: &mut String, r: &Report) {
    let own = &r.story;
    let parts = [
        ("The idea", &own.analogy),
        ("What may be behind it", &own.causes),
        ("How to find out", &own.plan),
        ("What helps, and what prevents it", &own.mitigations),
        ("Trade-offs and next steps", &own.next_steps),
    ];
    heading(out, "The explanation");
    for (title, paragraphs) in parts {
        if !paragraphs.is_empty() {
            line(out, &format!("### {title}\n"));
            for own in paragraphs {
                line(out, &format!("{}\n", escaped(own)));
            }
        }
    }
}

fn options(out: &mut String, r: &Report) {
    if r.options.items.is_empty() {
        return;
    }
    heading(out, "What can be done, side by side");
    let rows: Vec<Vec<String>> = r
        .options
        .items
        .iter()
        .map(|own| {
            let days = match own.days {
                (low, high) if high < 1.0 => number::hours(low * 24.0, high * 24.0),
                days => days_words(days),
            };
            let amount =
                |value: Option<f64>| value.map_or_else(String::new, number::about);
            vec![
                own.title.clone(),
                own.price_words.clone(),
                amount(own.rows_per_day),
                amount(own.users_per_day),
                amount(own.money_per_day),
                days,
                own.risk.clone(),
                own.undo.clone(),
            ]
        })
        .collect();
    let heads = [
        "Option",
        "Gives back",
        "Rows a day",
        "Users a day",
        "Money a day",
        "Ready in",
        "Risk",
        "Undo",
    ];
    table(out, &heads, &[2, 3, 4], &rows);
    for step in &r.options.path {
        line(out, &format!("\n**{}**\n", escaped(&phrase::capital(&step.when))));
        items(out, &step.what);
    }
}

fn plan(out: &mut String, r: &Report) {
    if r.plan.is_empty() {
        return;
    }
    heading(out, "What to do now");
    for (own, at) in r.plan.iter().zip(1..) {
        line(out, &format!("\n### {at}. {}\n", escaped(&own.title)));
        let hours = number::hours(own.hours.0, own.hours.1);
        line(
            out,
            &format!("{} · {} · {hours}\n", escaped(&own.when), escaped(&own.owner)),
        );
        for done in &own.done {
            line(out, &format!("- [x] {}", escaped(done)));
        }
        for to_do in &own.to_do {
            line(out, &format!("- [ ] {}", escaped(to_do)));
        }
        line(out, &format!("\nOver when: {}", escaped(&own.exit_test)));
        for query in &own.queries {
            line(
                out,
                &format!(
                    "\n{}:\n\n```sql\n{}\n```",
                    escaped(&query.title),
                    fenced(&query.duckdb)
                ),
            );
        }
    }
}

fn notes(out: &mut String, r: &Report) {
    heading(out, "What we could not check");
    let unchecked = cause::unchecked(&r.examined);
    if r.notes.is_empty() && unchecked.is_empty() {
        line(out, "Everything this version checks could be checked.");
    }
    for own in &r.notes {
        let weight = match own.weight {
            NoteWeight::Verdict => "Limits the verdict",
            NoteWeight::Part => "Limits a part",
            NoteWeight::Information => "Good to know",
        };
        let mut text = format!("- **{weight}.** {}", escaped(&own.what));
        if !own.try_this.is_empty() {
            let _written = write!(text, " {}", escaped(&own.try_this));
        }
        line(out, &text);
    }
    for (what, because) in unchecked {
        let text =
            format!("- **Limits a part.** {} {}", escaped(&what), escaped(&because));
        line(out, text.trim_end());
    }
}

fn inputs(out: &mut String, r: &Report) {
    heading(out, "What was read");
    let rows: Vec<Vec<String>> = r
        .inputs
        .tables
        .iter()
        .map(|own| {
            vec![
                own.role.name().to_owned(),
                own.files.join(", "),
                number::count(own.rows),
                number::count(own.labelled_rows),
            ]
        })
        .collect();
    table(out, &["Table", "Files", "Rows", "With outcome"], &[2, 3], &rows);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_become_markup() {
        let text = escaped("| <b>*x*</b> [a](javascript:b)\n# c");
        assert_eq!(text, "\\| &lt;b&gt;\\*x\\*&lt;/b&gt; \\[a\\](javascript:b) \\# c");
    }
}
