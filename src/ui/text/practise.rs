//! Words of the practice. Names of causes are those of the story.

use crate::practise::rubric::CHECKS;
use crate::practise::{Level, Mitigation, Point, Reason};

/// Id of the heading that takes the focus once the truth is shown.
pub const SOLUTION_ID: &str = "solution";
/// Heading on the start.
pub const PRACTISE_HEADING: &str = "Practise: find the cause yourself";
/// Below it.
pub const PRACTISE_HINT: &str = "A made case with its cause hidden. Read the evidence, name the causes, order the plan, choose what to do, and then see the truth and your score. The link of a case gives somebody else the same one.";
/// Announced when the evidence is there.
pub const PRACTISE_READY: &str = "The case is ready. Its evidence is below.";
/// In place of a title until the case is made.
pub const PRACTISE_CASE: &str = "A case to practise on";
/// Label of the link.
pub const CASE_LINK: &str = "Link to this case";
/// Section.
pub const THE_EVIDENCE: &str = "The evidence";
/// Section.
pub const YOUR_ANSWER: &str = "Your answer";
/// Part of the evidence.
pub const EVIDENCE_PARITY: &str = "Served and logged";
/// Button.
pub const HINT: &str = "Show a hint";
/// Hint.
pub const HINT_SPLIT: &str = "Where the points go";
/// Question.
pub const ASK_CAUSES: &str = "Which causes? Choose all that you think are present.";
/// Choice.
pub const NO_REAL_DROP: &str = "No real drop, or not enough rows to say";
/// Question.
pub const ASK_PLAN: &str = "In which order would you work? Move the steps.";
/// Question.
pub const ASK_MITIGATIONS: &str = "What would you do, and why?";
/// Question.
pub const ASK_WORDS: &str = "How would you explain it to the product manager?";
/// Below it.
pub const ASK_WORDS_HINT: &str = "One analogy, the cause, the trade-off. This is not marked: it will stand beside a model answer.";
/// Label of a reason.
pub const BECAUSE: &str = "Because";
/// No reason yet.
pub const NO_REASON: &str = "choose a reason";
/// Button.
pub const REVEAL: &str = "Show the truth and my score";
/// While it is fetched.
pub const REVEALING: &str = "The truth comes as soon as the analysis is whole…";
/// Heading.
pub const SOLUTION: &str = "The truth, and your score";
/// Heading.
pub const MODEL_ANSWER: &str = "A model answer";
/// Heading.
pub const YOUR_WORDS: &str = "What you wrote";
/// In place of words.
pub const NO_WORDS: &str =
    "You wrote nothing. Say it aloud instead, and tick what you said.";
/// Legend.
pub const TICK: &str = "Tick what your explanation has";
/// Button.
pub const NEXT_CASE: &str = "Another case";
/// Button.
pub const FULL_REPORT: &str = "See the whole report";
/// Caption.
pub const SCORE_CAPTION: &str = "Five points, two each";
/// Heads.
pub const HEAD_POINT: &str = "Point";
/// Head.
pub const HEAD_SCORE: &str = "Score";
/// Head.
pub const HEAD_GOOD: &str = "What a good answer says";
/// Marks what the candidate scores.
pub const OWN_SCORE: &str = "scored by yourself, below";
/// Buttons of the plan.
pub const UP: &str = "Up";
/// Button.
pub const DOWN: &str = "Down";
/// Columns shown.
pub const COLUMNS_SHOWN: &str = "Columns, in order of their effect on the metric";

/// The steps of the plan, in the right order.
pub const STEPS: [&str; 5] = [
    "Confirm the symptom: which figure, which rows, are outcomes final?",
    "Check data quality and parity between lab and live",
    "Slice the metric by group",
    "Score the same rows again with the offline pipeline (shadow)",
    "Decide: drift or bug",
];

/// What to tick, for the analogy and for the trade-offs.
pub const CHECKLISTS: [[&str; CHECKS]; 2] = [
    [
        "Lab test against real world, or a picture of that kind",
        "One sentence, no technical term",
        "A number of this report",
    ],
    [
        "What can be known within 24 hours",
        "What limits the harm meanwhile, and what that costs",
        "What the lasting fix takes, against what it wins back",
    ],
];

/// A level.
#[must_use]
pub const fn level(level: Level) -> (&'static str, &'static str) {
    match level {
        Level::Easy => {
            ("Easy", "One strong cause. Findings are shown, and hints if you want them.")
        }
        Level::Medium => {
            ("Medium", "One cause that has to be told from its neighbours. No hints.")
        }
        Level::Hard => {
            ("Hard", "Look-alikes, two causes at once, or none. Bare evidence only.")
        }
    }
}

/// A point of the rubric.
#[must_use]
pub const fn point(point: Point) -> &'static str {
    match point {
        Point::Analogy => "The idea, in one analogy",
        Point::Causes => "The causes",
        Point::Plan => "The plan, in order",
        Point::Mitigations => "What helps",
        Point::TradeOffs => "Trade-offs",
    }
}

/// A mitigation.
#[must_use]
pub const fn mitigation(own: Mitigation) -> &'static str {
    match own {
        Mitigation::HotFix => "Repair the column’s computation and score the rows again",
        Mitigation::Alerts => "Add tests and alerts on the column’s values",
        Mitigation::Retrain => "Retrain on recent rows",
        Mitigation::Recalibrate => "Recalibrate the probabilities",
        Mitigation::RetuneCutOff => "Move the cut-off to the real costs",
        Mitigation::ValidateInTime => {
            "Remove what knows the answer; validate on later time"
        }
        Mitigation::RollBack => "Roll back to the previous model",
        Mitigation::Guardrail => "Decide the worst group by hand or by rule",
        Mitigation::HoldOut => "Leave a random part undecided by the model",
        Mitigation::WaitForOutcomes => "Wait for complete outcomes, then measure again",
        Mitigation::KeepRunning => "Leave it as it is, and keep watching",
    }
}

/// A reason.
#[must_use]
pub const fn reason(own: Reason) -> &'static str {
    match own {
        Reason::RemovesCause => "it removes the cause",
        Reason::LimitsHarm => "it limits the harm meanwhile",
        Reason::Prevents => "it keeps it from happening again",
        Reason::Tells => "it tells whether we are right",
    }
}

/// "7 of 10".
#[must_use]
pub fn total(score: u32, most: u32) -> String {
    format!("{score} of {most}")
}
