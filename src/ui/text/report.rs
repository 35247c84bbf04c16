//! Words of the report around what the report itself says.

use crate::report::{
    ChangeKind, ColumnDrift, Confidence, DriftBand, NoteWeight, ThresholdReport,
    VerdictKind,
};
use crate::story::number;

/// A section that rests on the diagnosis, while that is under way.
pub const WORKING_OUT: &str = "Still being worked out: groups are compared and causes weighed now. The verdict and everything else on this page stand.";
/// The same below the evidence of a case to practise on, which tells no verdict.
pub const EVIDENCE_TO_COME: &str =
    "Groups of rows are still being compared. They are added here in a moment.";
/// Beside the verdict meanwhile.
pub const WORKING_OUT_WHY: &str = "Working out why…";
/// The same when the diagnosis failed.
pub const NOT_WORKED_OUT: &str =
    "This could not be worked out. The message below the verdict says why.";
/// Label of the list of sections.
pub const CONTENTS: &str = "In this report";
/// Section.
pub const CHANGE: &str = "Before and after";
/// Section.
pub const WHY: &str = "Where it comes from and why";
/// Section.
pub const WHO: &str = "Who is affected";
/// Section.
pub const WHEN: &str = "When it changed";
/// Section.
pub const COLUMNS: &str = "What changed in the data";
/// Section.
pub const SCORES: &str = "Scores and decisions";
/// Section.
pub const KPIS: &str = "Business numbers";
/// Section.
pub const STORY: &str = "The explanation, in five parts";
/// Section.
pub const OPTIONS: &str = "What to do now";
/// Section.
pub const PLAN: &str = "How to find out for sure";
/// Section.
pub const MONITORING: &str = "Keep it from happening again";
/// Section.
pub const NOTES: &str = "What we could not check";
/// Section.
pub const INPUTS: &str = "What was read";

/// Toggle.
pub const DETAIL_LEGEND: &str = "View";
/// Toggle.
pub const PLAIN_DETAIL: &str = "PM view";
/// Toggle.
pub const FULL_DETAIL: &str = "Analyst view";
/// What the PM view folds away.
pub const FOR_ANALYSTS: &str = "The technical detail";
/// Beside the interval, in the PM view.
pub const BY_CHANCE: &str = "allowing for chance,";
/// Beside the interval, in the analyst view.
pub const INTERVAL: &str = "95 % interval";
/// Before links to sections.
pub const SEE: &str = "Evidence:";
/// Button.
pub const DOWNLOAD_JSON: &str = "Download report.json";
/// File name of the download.
pub const JSON_NAME: &str = "whydrop-report.json";
/// Button.
pub const CHANGE_CHOICES: &str = "Change columns or files";
/// Button.
pub const PRINT: &str = "Print";
/// While costs are taken into account.
pub const UPDATING: &str = "Taking the new numbers into account…";
/// Not examined.
pub const NOT_EXAMINED: &str = "Not examined yet. This version measures what changed, for whom and since when; it does not yet split the drop into causes, and it does not guess.";
/// Where to look instead.
pub const NOT_EXAMINED_LOOK: &str =
    "What it can say is below: segments, time, columns and scores.";
/// No segments.
pub const NO_GREW: &str = "No group of rows grew or shrank enough to matter.";
/// No segments.
pub const NO_WORSE: &str = "No group of rows does clearly worse than before launch.";
/// Nothing to compare.
pub const NO_OUTCOMES: &str =
    "No outcome is known after launch, so no group can be said to do worse.";
/// Heading.
pub const GREW_HEADING: &str = "Groups whose share changed";
/// Heading.
pub const NEW_HEADING: &str = "Groups that are new or cannot be compared";
/// Heading.
pub const WORSE_HEADING: &str = "Groups that do worse";
/// No time.
pub const NO_TIME: &str = "There is no time column, so nothing can be said about when. Give a column the role “Time” to see it.";
/// No score.
pub const NO_SCORES: &str =
    "There is no score column, so ranking and calibration cannot be shown.";
/// All was checked.
pub const NO_NOTES: &str =
    "Nothing stood in the way: everything this version checks could be checked.";
/// Heading of findings.
pub const HOW: &str = "How is this worked out?";
/// While its words are not at hand.
pub const HOW_WAITS: &str = "These words come with the pictures, which are still on their way. The same stands in the documentation, under methods and causes.";
/// On a cause.
pub const ABOUT_CAUSE: &str = "About this cause";
/// Button.
pub const CLOSE: &str = "Close";
/// Caption.
pub const COLUMNS_REPORT_CAPTION: &str =
    "Columns by effect on the metric; choose a name to see both distributions";
/// Caption.
pub const METRICS_CAPTION: &str = "Every metric before and after launch";
/// Heads of the columns table.
pub const HEAD_COLUMN: &str = "Column";
/// Head.
pub const HEAD_MOVED: &str = "Rows moved";
/// Head.
pub const HEAD_EFFECT: &str = "Effect";
/// Head.
pub const HEAD_MISSING: &str = "Missing";
/// Head.
pub const HEAD_SHAPE: &str = "Before · after";
/// Head.
pub const HEAD_FINDINGS: &str = "Found";
/// In the data table of a chart.
pub const AS_TABLE: &str = "The numbers as a table";
/// While ECharts loads.
pub const CHART_WAITS: &str =
    "The picture follows; the same in words and numbers is below.";
/// Five parts.
pub const STORY_PARTS: [(&str, &str); 5] = [
    ("A", "The idea"),
    ("B", "What may be behind it"),
    ("C", "How to find out"),
    ("D", "What helps, and what prevents it"),
    ("E", "Trade-offs and next steps"),
];
/// In the plan.
pub const DONE: &str = "Checked here";
/// In the plan.
pub const TO_DO: &str = "For the team";
/// In the plan.
pub const EXIT: &str = "Over when";

/// In the answer.
pub const ANSWER_WHY: &str = "Why";
/// The metric without outcomes.
pub const ANSWER_EXPECTED: &str = "What to expect";
/// In the answer.
pub const ANSWER_BUG: &str = "Is it a bug?";
/// In the answer.
pub const ANSWER_TODAY: &str = "What to do today";

/// A cause in words; where it explains hardly anything (`share`, 0–1), that as well.
#[must_use]
pub fn with_minor(cause: &str, share: Option<f64>) -> String {
    match share {
        Some(share) => {
            format!(
                "{cause}. It is real and explains only {} of the change.",
                number::share(share)
            )
        }
        None => cause.to_owned(),
    }
}

/// Word over the verdict.
#[must_use]
pub const fn verdict_word(kind: VerdictKind) -> &'static str {
    match kind {
        VerdictKind::Dropped => "It got worse",
        VerdictKind::NotDropped => "It did not get worse",
        VerdictKind::Improved => "It got better",
        VerdictKind::NotEnoughRows => "Too few rows to tell",
        VerdictKind::UnknownWithoutLabels => "Cannot be known yet",
    }
}

/// Stable name of a verdict, as in the JSON.
#[must_use]
pub const fn verdict_name(kind: VerdictKind) -> &'static str {
    match kind {
        VerdictKind::Dropped => "dropped",
        VerdictKind::NotDropped => "not_dropped",
        VerdictKind::Improved => "improved",
        VerdictKind::NotEnoughRows => "not_enough_rows",
        VerdictKind::UnknownWithoutLabels => "unknown_without_labels",
    }
}

/// How sure, in words.
#[must_use]
pub const fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::AlmostCertain => "Almost certain",
        Confidence::Likely => "Likely",
        Confidence::Possible => "Possible",
        Confidence::CouldNotCheck => "Could not check",
    }
}

/// How far a column moved, in one word.
#[must_use]
pub const fn band(band: DriftBand) -> &'static str {
    match band {
        DriftBand::None => "same",
        DriftBand::Slight => "slight",
        DriftBand::Clear => "clear",
        DriftBand::Strong => "strong",
    }
}

/// Stable name of a band for styles.
#[must_use]
pub const fn band_name(band: DriftBand) -> &'static str {
    match band {
        DriftBand::None => "none",
        DriftBand::Slight => "slight",
        DriftBand::Clear => "clear",
        DriftBand::Strong => "strong",
    }
}

/// How much a note matters.
#[must_use]
pub const fn note_weight(weight: NoteWeight) -> &'static str {
    match weight {
        NoteWeight::Verdict => "Limits the verdict",
        NoteWeight::Part => "Limits a part",
        NoteWeight::Information => "Good to know",
    }
}

/// Stable name of a note's weight for styles.
#[must_use]
pub const fn weight_name(weight: NoteWeight) -> &'static str {
    match weight {
        NoteWeight::Verdict => "verdict",
        NoteWeight::Part => "part",
        NoteWeight::Information => "information",
    }
}

/// Shape of a change in time.
#[must_use]
pub const fn change_kind(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Step => "At once, and it stayed",
        ChangeKind::Gradual => "Bit by bit",
        ChangeKind::Pulse => "It came and went",
        ChangeKind::None => "No change in time was found",
    }
}

/// What the rows needed are.
#[must_use]
pub fn rows_needed(rows: u64) -> String {
    format!(
        "About {} with outcomes after launch would be needed.",
        number::rows_about(rows)
    )
}

/// Drift in words.
#[must_use]
pub fn moved(drift: &ColumnDrift) -> String {
    number::share(drift.moved)
}

/// Drift measures for the analyst: id of the method, name and value.
#[must_use]
pub fn drift_measures(drift: &ColumnDrift) -> Vec<(&'static str, &'static str, String)> {
    let mut list = vec![
        (
            "rows_moved",
            "Rows moved (95 % interval)",
            format!(
                "{} ({} to {})",
                number::share(drift.moved),
                number::share(drift.moved_low),
                number::share(drift.moved_high)
            ),
        ),
        ("psi", "Stability index (PSI, less noise)", number::fixed(drift.psi, 3)),
        ("jensen_shannon", "Jensen–Shannon", number::fixed(drift.jensen_shannon, 3)),
        ("hellinger", "Hellinger", number::fixed(drift.hellinger, 3)),
    ];
    if let Some(ks) = drift.ks {
        list.push(("ks", "Kolmogorov–Smirnov D", number::fixed(ks, 3)));
    }
    if let (Some(distance), Some(scaled)) = (drift.wasserstein, drift.wasserstein_scaled)
    {
        let words = format!(
            "{} ({} of the usual spread)",
            number::quantity(distance),
            number::share(scaled)
        );
        list.push(("wasserstein", "Wasserstein", words));
    }
    list.push((
        "chi_square",
        "Chi-square",
        format!(
            "{} on {} degrees of freedom, {}",
            number::fixed(drift.chi_square, 1),
            drift.degrees_of_freedom,
            if drift.q_value < 0.001 {
                "q below 0.001".to_owned()
            } else {
                format!("q = {}", number::fixed(drift.q_value, 3))
            }
        ),
    ));
    if let Some(noise) = drift.own_noise {
        list.push(("own_noise", "Its own usual wobble", number::share(noise)));
    }
    list
}

/// The threshold in words.
#[must_use]
pub fn threshold(report: &ThresholdReport) -> String {
    let value = |value: Option<f64>| {
        value.map_or_else(|| super::NOT_KNOWN.to_owned(), number::quantity)
    };
    let origin =
        if report.given { "As given" } else { "Recovered from scores and decisions" };
    let off = [report.reference_violations, report.production_violations];
    let follow = if off == [0.0; 2] {
        "Every decision follows it.".to_owned()
    } else {
        let [before, after] = off.map(number::share);
        format!(
            "{before} of the decisions before launch and {after} of those after do not follow it."
        )
    };
    format!(
        "{origin}: the decision is “yes” from a score of {} before launch and {} after launch. {follow}",
        value(report.reference),
        value(report.production),
    )
}

/// How long it took; a report that was shared was made elsewhere.
#[must_use]
pub fn took(seconds: f64, is_shared: bool) -> String {
    let place = if is_shared { "" } else { ", in this tab" };
    format!("Analysed in {} s{place}.", number::fixed(seconds, 1))
}

/// When and by whom a step is done.
#[must_use]
pub fn step_frame(when: &str, owner: &str, hours: (f64, f64)) -> String {
    format!("{when} · {owner} · {}", number::hours(hours.0, hours.1))
}
