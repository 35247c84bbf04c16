//! Golden sentences, no template seams, numbers that add up, stories that differ.

use std::collections::BTreeSet;

use super::change::Followed;
use super::fixture::{self, KINDS, TASKS, explained, report, rich, synthetic};
use super::segment::{Asks, condition};
use super::{
    ChangeFacts, also_sentence, change_point_sentence, finding, metric_words, note,
    number, phrase, plan, slice_title, tell, verdict_sentence,
};
use crate::choices::{Kind, TableRole, Task};
use crate::report::{ChangeKind, LabelJoin, Note, Report, Story, Unit, VerdictKind};

/// The report with its options and alerts, as the engine hands it to the story.
fn acted(report: &Report) -> Report {
    let mut report = report.clone();
    crate::act::tell(&mut report);
    report
}

/// All text of a report's story and plan, one item a paragraph.
fn paragraphs(report: &Report) -> Vec<String> {
    let report = &acted(report);
    let mut told = story_paragraphs(&tell(report));
    for step in plan(report) {
        told.extend(step.done);
        told.extend(step.to_do);
        told.push(step.exit_test);
    }
    told
}

fn story_paragraphs(story: &Story) -> Vec<String> {
    [&story.analogy, &story.causes, &story.plan, &story.mitigations, &story.next_steps]
        .into_iter()
        .flatten()
        .cloned()
        .collect()
}

/// Sentences of a paragraph: a full stop, a space and a large letter (or quote) part them.
fn sentences(paragraph: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = paragraph;
    while let Some(at) = rest.find(". ") {
        out.push(rest[..=at].trim().to_owned());
        rest = &rest[at + 2..];
    }
    out.push(rest.trim().to_owned());
    out.retain(|sentence| !sentence.is_empty());
    out
}

/// Words that stand between a count and its noun.
const BETWEEN: [&str; 6] =
    ["labelled", "production", "more", "different", "compared", "corrected"];

/// Why a text shows the seams of its template; `None` when it reads well.
pub fn seam(text: &str) -> Option<&'static str> {
    let first = text.chars().next()?;
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split([' ', '(', ')', ',', '.', ';', ':']).collect();
    let pair = |a: &str, b: &str| {
        words.windows(2).any(|w| matches!(w, [x, y] if *x == a && *y == b))
    };
    let many = [
        "rows",
        "columns",
        "values",
        "periods",
        "days",
        "hours",
        "segments",
        "labels",
        "decisions",
    ];
    if text.contains("  ") || text.contains('\n') {
        Some("white space")
    } else if text.contains(" ,")
        || text.contains(" .")
        || text.contains(" ;")
        || text.contains(" :")
    {
        Some("space before a mark")
    } else if text.contains(",,")
        || text.contains("..")
        || text.contains(";;")
        || text.contains(".,")
    {
        Some("doubled mark")
    } else if text.contains("()") || text.contains("( ") || text.contains("“”") {
        Some("empty parentheses")
    } else if words
        .iter()
        .any(|word| ["nan", "inf", "infinity", "none_", "some"].contains(word))
        && (words.contains(&"nan") || words.contains(&"inf"))
    {
        Some("not a number")
    } else if many.iter().any(|word| pair("1", word))
        || words.windows(3).any(|w| {
            matches!(w, ["1", between, word] if BETWEEN.contains(between) && many.contains(word))
        })
    {
        Some("1 with a plural")
    } else if ["accuracy", "error", "hour", "alarm", "index"]
        .iter()
        .any(|word| pair("a", word))
    {
        Some("a before a vowel")
    } else if pair("an", "fall") || pair("an", "rise") || pair("an", "precision") {
        Some("an before a consonant")
    } else if ["the the", "of of", "is is", "in in", " a a ", " and and "].iter().any(
        |two| {
            lower.contains(&format!("{two} ")) && !two.is_empty() && pair_of(&lower, two)
        },
    ) {
        Some("doubled word")
    } else if text.contains("-0.0") || text.contains("−0.0 ") || text.contains("−0 ")
    {
        Some("minus zero")
    } else if first.is_lowercase() {
        Some("small first letter")
    } else if !text.ends_with('.') {
        Some("no full stop")
    } else {
        None
    }
}

fn pair_of(lower: &str, two: &str) -> bool {
    lower.contains(&format!(" {} ", two.trim()))
}

/// The test below can fail: each of these texts shows a seam.
#[test]
fn seams_are_seen() {
    for bad in [
        "It fell  twice.",
        "It fell , twice.",
        "There are 1 rows.",
        "There are 1 labelled rows.",
        "It is a accuracy.",
        "It is NaN.",
        "It holds values ().",
        "it fell.",
        "It fell",
        "It fell..",
        "In the the lab.",
        "It is −0.0 now.",
        "An fall is ruled out.",
    ] {
        assert!(seam(bad).is_some(), "{bad}");
    }
    assert_eq!(seam("Accuracy fell 6.2 points, on 1 labelled row."), None);
}

#[test]
fn golden_verdicts() {
    let golden = [
        "Accuracy fell 6.2 points, from 91.4 % to 85.2 %, on 12,480 labelled rows.",
        "The probability error (log-loss) rose 0.031, from 0.412 to 0.443, on 12,480 labelled rows.",
        "The average error (MAE) rose 1,431, from 12,480 to 13,911, on 12,480 labelled rows.",
        "Accuracy did not get worse: 91.4 % before launch and 91.3 % after, on 12,480 labelled rows; a \
         fall of 1 point or more is ruled out.",
        "The probability error (log-loss) did not get worse: 0.4120 before launch and 0.4126 after, on 12,480 labelled rows; a \
         rise of 0.0082 or more is ruled out.",
        "The average error (MAE) did not get worse: 12,480 before launch and 12,509 after, on 12,480 labelled \
         rows; a rise of 250 or more is ruled out.",
        "Accuracy improved by 2.2 points, from 91.4 % to 93.6 %, on 12,480 labelled rows.",
        "The probability error (log-loss) improved: it fell 0.011, from 0.412 to 0.401, on 12,480 labelled \
         rows; lower is better.",
        "The average error (MAE) improved: it fell 501, from 12,480 to 11,979, on 12,480 labelled rows; lower \
         is better.",
        "There are too few labelled rows to tell whether accuracy got worse: it went from 91.4 % to \
         91.3 % on 84 labelled rows, and about 1,900 would be needed to see a fall of 1 point.",
        "There are too few labelled rows to tell whether the probability error (log-loss) got worse: it went from 0.4120 to \
         0.4126 on 84 labelled rows, and about 1,900 would be needed to see a rise of 0.0082.",
        "There are too few labelled rows to tell whether the average error (MAE) got worse: it went from \
         12,480 to 12,509 on 84 labelled rows, and about 1,900 would be needed to see a rise of 250.",
        "Whether accuracy got worse cannot be known until labels arrive: none of the 12,480 production \
         rows has one yet; before launch it was 91.4 % on 20,000 labelled rows.",
        "Whether the probability error (log-loss) got worse cannot be known until labels arrive: none of the 12,480 production \
         rows has one yet; before launch it was 0.412 on 20,000 labelled rows.",
        "Whether the average error (MAE) got worse cannot be known until labels arrive: none of the 12,480 \
         production rows has one yet; before launch it was 12,480 on 20,000 labelled rows.",
    ];
    let mut golden = golden.iter();
    for kind in KINDS {
        for task in TASKS {
            let made = report(kind, task).verdict.sentence;
            assert_eq!(golden.next().copied(), Some(made.as_str()), "{kind:?} {task:?}");
        }
    }
}

#[test]
fn golden_findings() {
    let names = ["N".to_owned(), "S ".to_owned(), "West".to_owned(), "East".to_owned()];
    let mut moved = fixture::drift(0.31);
    moved.own_noise = Some(0.06);
    let made = [
        finding::missing_rate("income", 0.004, 0.071),
        finding::new_categories("region", &names, 7, 0.123),
        finding::new_categories("region", &[], 1, 0.02),
        finding::vanished_categories("region", &names[..1], 1, 0.25),
        finding::out_of_range("income", 0.0, 250_000.0, 0.0, 0.031),
        finding::out_of_range("income", 18.0, 99.0, 0.01, 0.031),
        finding::out_of_range("flag", 1.0, 1.0, 0.01, 0.0),
        finding::type_failures("zip code", Kind::Integer, 1, 0.002),
        finding::type_failures("zip code", Kind::Integer, 312, 0.025),
        finding::constant("plan", "basic", 0.41, 0.9995),
        finding::new_variation("plan", "basic", 0.2),
        finding::all_missing("bureau", TableRole::Production, 0.02),
        finding::cardinality("device", 1_204, 97),
        finding::missing_column("income"),
        finding::extra_column("debug"),
        finding::kind_conflict("zip", Kind::Integer, Kind::Category),
        finding::drift("income", &moved, None),
        finding::usual_noise("income", 0.055, 0.06),
        finding::effect("income", Unit::Share, 0.012),
    ];
    let golden = [
        "The share of empty values in income rose 6.7 points, from 0.4 % to 7.1 %.",
        "The column region holds 7 values never seen before launch, on 12.3 % of production rows, such as \
         “N”, “S” and “West”.",
        "The column region holds 1 value never seen before launch, on 2.0 % of production rows.",
        "The column region has lost 1 value that stood on 25.0 % of rows before launch, such as “N”.",
        "In income, 3.1 % of production rows lie above the range before launch, 0 to 250,000.",
        "In income, 1.0 % of production rows lie below and 3.1 % above the range before launch, 18 to 99.",
        "In flag, 1.0 % of production rows lie below the only value before launch, 1.",
        "In “zip code”, 1 value (0.2 % of production) does not read as a whole number, as before launch.",
        "In “zip code”, 312 values (2.5 % of production) do not read as a whole number, as before launch.",
        "The column plan is “basic” on 99.95 % of production rows, against 41.0 % before launch.",
        "The column plan was always “basic” before launch and holds something else on 20.0 % of \
         production rows.",
        "The column bureau is empty on every row after launch, against 2.0 % before.",
        "The column device holds 97 different values after launch, against 1,204 before, on samples of \
         one size.",
        "The column income is not in the production table, so the two sides could not be compared.",
        "The column debug is only in the production table and was left out.",
        "The column zip holds whole numbers before launch and categories after, so one of the two was \
         written differently.",
        "The column income moved strongly: about 31.0 % of rows now hold other values than before \
         launch, where up to 6.0 % is usual.",
        "The column income moved by about 5.5 % of rows, which is within the 6.0 % its own periods \
         wobble before launch.",
        "The moved mix of income alone makes the metric about 1.2 points worse.",
    ];
    for (made, golden) in made.iter().zip(golden) {
        assert_eq!(made.sentence, golden, "{}", made.code);
        assert_eq!(seam(&made.sentence), None, "{}", made.sentence);
    }
    assert_eq!(made.len(), golden.len());
}

#[test]
fn golden_changes_and_others() {
    let metric = report(VerdictKind::Dropped, Task::Binary).metric;
    let facts = |kind, at, until| ChangeFacts {
        kind,
        at,
        until,
        of: Followed::Metric(&metric),
        before: Some(0.914),
        after: Some(0.852),
        periods: 24,
    };
    let at = Some("2019-03-31");
    let told = [
        change_point_sentence(&facts(ChangeKind::Step, at, None)),
        change_point_sentence(&facts(ChangeKind::Gradual, at, None)),
        change_point_sentence(&facts(ChangeKind::Pulse, at, Some("2019-04-13"))),
        change_point_sentence(&facts(ChangeKind::None, None, None)),
        change_point_sentence(&ChangeFacts {
            periods: 0,
            ..facts(ChangeKind::None, None, None)
        }),
    ];
    let golden = [
        "Accuracy dropped on 31 March 2019, from 91.4 % to 85.2 %, and has stayed there since.",
        "Accuracy has slid bit by bit since about 31 March 2019, from 91.4 % to 85.2 % in the newest \
         periods.",
        "Accuracy dipped on 31 March 2019, from 91.4 % to 85.2 %, and came back after 13 April 2019.",
        "No date stands out: over 24 periods accuracy moved no more than its own noise.",
        "When it changed could not be checked, because no time column was found.",
    ];
    assert_eq!(told, golden.map(str::to_owned));
    let metrics = fixture::metrics(Task::Binary, VerdictKind::Dropped);
    assert_eq!(
        also_sentence(VerdictKind::NotDropped, &metrics[1]),
        "The ranking of cases got worse: ranking quality (AUC) fell 0.041, from 0.871 to 0.830."
    );
    assert_eq!(
        also_sentence(VerdictKind::Dropped, &metrics[2]),
        "The probabilities also got worse: the probability error (log-loss) rose 0.031, from 0.412 to \
         0.443."
    );
    let conditions = fixture::slice(
        &[("region", "is North"), ("tenure", "below 12")],
        (0.1, 0.2),
        (0.1, 0.2),
    );
    assert_eq!(
        slice_title(&conditions.conditions),
        "region is North and tenure below 12"
    );
    let mut cost =
        fixture::metric("expected_cost", "cost", Unit::Money, false, (0.4, 0.55), 0.02);
    cost.production_rows = 1;
    let inputs = report(VerdictKind::Dropped, Task::Binary).inputs;
    assert_eq!(
        verdict_sentence(VerdictKind::Dropped, &cost, 0.008, None, &inputs),
        "The expected cost per row rose 0.15, from 0.40 to 0.55, on 1 labelled row."
    );
}

#[test]
fn every_metric_has_words() {
    let ids = [
        "auc",
        "pr_auc",
        "lift",
        "ovr_auc",
        "log_loss",
        "brier",
        "ece",
        "calibration_slope",
        "calibration_intercept",
        "accuracy",
        "precision",
        "recall",
        "f1",
        "specificity",
        "decision_rate",
        "macro_f1",
        "top_k",
        "expected_cost",
        "mae",
        "rmse",
        "bias",
        "r2",
        "median_ae",
        "p90_ae",
    ];
    for id in ids {
        let mut metric =
            fixture::metric(id, "decision", Unit::Plain, true, (0.5, 0.4), 0.01);
        metric.title = "Fallback".to_owned();
        let words = metric_words::words(&metric);
        assert!(!words.name.contains("fallback"), "{id}");
        assert!(!words.short.contains('('), "{id}");
    }
    let mut unknown =
        fixture::metric("ndcg", "ranking", Unit::Plain, true, (0.5, 0.4), 0.01);
    unknown.title = "Order of results (NDCG)".to_owned();
    assert_eq!(metric_words::words(&unknown).name, "order of results (NDCG)");
}

#[test]
fn golden_conditions() {
    let value = |text: &str| vec![text.to_owned()];
    let many: Vec<String> = ["A", "B", "C", "D"].map(str::to_owned).to_vec();
    let told = [
        condition("region", &Asks::Values(&value("North"))).is,
        condition("region", &Asks::Values(&value(" odd "))).is,
        condition("region", &Asks::Values(&many)).is,
        condition("tenure", &Asks::Range(None, Some(12.0))).is,
        condition("tenure", &Asks::Range(Some(1_200.0), None)).is,
        condition("tenure", &Asks::Range(Some(12.0), Some(18.5))).is,
        condition("tenure", &Asks::Missing).is,
        condition("region", &Asks::New).is,
    ];
    let golden = [
        "is North",
        "is “odd”",
        "is one of A, B, C and 1 more",
        "below 12",
        "1,200 or more",
        "from 12 to below 18.5",
        "is missing",
        "is a value not seen before launch",
    ];
    assert_eq!(told, golden.map(str::to_owned));
}

/// Whole stories as a person reads them; `UPDATE_GOLDEN=1` writes them anew.
#[test]
fn golden_stories() {
    let root = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| ".".to_owned());
    let folder = format!("{root}/tests/golden/story");
    let cases = [
        ("dropped_binary", rich(report(VerdictKind::Dropped, Task::Binary))),
        ("dropped_binary_bare", report(VerdictKind::Dropped, Task::Binary)),
        (
            "dropped_binary_explained",
            explained(rich(report(VerdictKind::Dropped, Task::Binary))),
        ),
        ("dropped_multiclass", rich(report(VerdictKind::Dropped, Task::Multiclass))),
        ("dropped_regression", rich(report(VerdictKind::Dropped, Task::Regression))),
        ("not_dropped_binary", rich(report(VerdictKind::NotDropped, Task::Binary))),
        ("improved_binary", rich(report(VerdictKind::Improved, Task::Binary))),
        (
            "not_enough_rows_binary",
            rich(report(VerdictKind::NotEnoughRows, Task::Binary)),
        ),
        ("unknown_binary", rich(report(VerdictKind::UnknownWithoutLabels, Task::Binary))),
    ];
    let mut differ = String::new();
    for (name, report) in cases {
        let text = written(&report);
        let path = format!("{folder}/{name}.md");
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::create_dir_all(&folder).expect("the folder can be made");
            std::fs::write(&path, &text).expect("the golden file can be written");
        }
        if std::fs::read_to_string(&path).unwrap_or_default() != text {
            differ.push_str(&format!("==== {name}\n{text}"));
        }
    }
    assert!(differ.is_empty(), "stories differ from {folder}; they are now:\n{differ}");
}

fn written(report: &Report) -> String {
    let report = &acted(report);
    let story = tell(report);
    let mut out = format!("{}\n", report.verdict.sentence);
    for (title, part) in [
        ("A. The core idea", &story.analogy),
        ("B. What happened", &story.causes),
        ("C. The debugging plan", &story.plan),
        ("D. Mitigations and prevention", &story.mitigations),
        ("E. Trade-offs and next steps", &story.next_steps),
    ] {
        out.push_str(&format!("\n## {title}\n"));
        for paragraph in part {
            out.push_str(&format!("\n{paragraph}\n"));
        }
    }
    out.push_str("\n## The plan in full\n");
    for step in plan(report) {
        out.push_str(&format!(
            "\n### {} — {}, {}, {}\n",
            step.title,
            step.when,
            number::hours(step.hours.0, step.hours.1),
            step.owner
        ));
        for done in &step.done {
            out.push_str(&format!("- done: {done}\n"));
        }
        for to_do in &step.to_do {
            out.push_str(&format!("- to do: {to_do}\n"));
        }
        out.push_str(&format!("- over when: {}\n", step.exit_test));
    }
    out
}

/// Not a check: prints stories of seeded reports for a person to read.
#[test]
#[ignore = "prints for a person: cargo test --lib print_some -- --ignored --nocapture"]
fn print_some() {
    for seed in [3, 11, 27, 58, 91, 140] {
        println!("==== seed {seed}\n{}", written(&synthetic(seed)));
    }
}

#[test]
fn no_template_seams() {
    for seed in 0..3_000 {
        let report = synthetic(seed);
        let mut texts = paragraphs(&report);
        texts.push(report.verdict.sentence.clone());
        texts.extend(report.verdict.also.iter().cloned());
        for text in texts {
            assert_eq!(seam(&text), None, "seed {seed}: {text}");
        }
    }
}

#[test]
fn every_paragraph_stands_on_this_report() {
    for seed in 0..1_000 {
        let report = synthetic(seed);
        let mut names: Vec<String> =
            report.columns.iter().map(|column| phrase::name(&column.name)).collect();
        names.extend(report.slices.worse.iter().map(|slice| slice.title.clone()));
        names.extend(report.slices.grew.iter().map(|slice| slice.title.clone()));
        let found = report.causes.iter().flat_map(|cause| &cause.columns);
        names.extend(found.map(|column| phrase::name(column)));
        for text in story_paragraphs(&tell(&acted(&report))) {
            let stands = text.chars().any(|c| c.is_ascii_digit())
                || names.iter().any(|name| text.contains(name.as_str()));
            assert!(stands, "seed {seed}: {text}");
        }
    }
}

#[test]
fn two_reports_of_one_verdict_differ() {
    for kind in KINDS {
        let one = rich(report(kind, Task::Binary));
        let mut two = rich(report(kind, Task::Binary));
        // Another company: other sizes, columns, dates and costs.
        for metric in two.metrics.iter_mut().chain([&mut two.metric]) {
            metric.reference = metric.reference.map(|value| value * 0.93);
            metric.production = metric.production.map(|value| value * 0.91);
            metric.ci_low = metric.ci_low.map(|value| value * 1.3);
            metric.ci_high = metric.ci_high.map(|value| value * 1.2);
            metric.production_rows = metric.production_rows * 3 / 2;
        }
        for (index, column) in two.columns.iter_mut().enumerate() {
            column.name = format!("sensor_{index}");
            column.findings.clear();
        }
        for table in &mut two.inputs.tables {
            table.rows = table.rows * 3 / 2;
            table.files = vec!["other.parquet".to_owned()];
        }
        for period in &mut two.series {
            period.start = period.start.replace("2019", "2021");
            period.end = period.end.replace("2019", "2021");
            period.rows = period.rows * 3 / 2;
        }
        for slice in two.slices.worse.iter_mut().chain(two.slices.grew.iter_mut()) {
            slice.title = format!("sensor_1 above {}", slice.production_rows);
        }
        if let Some(at) = &mut two.change_point.at {
            *at = "2021-04-02".to_owned();
        }
        two.inputs.business.traffic_per_day = Some(700.0);
        two.inputs.business.retrain_days = Some(21.0);
        let all = |report: &Report| -> BTreeSet<String> {
            story_paragraphs(&tell(&acted(report)))
                .iter()
                .flat_map(|text| sentences(text))
                .collect()
        };
        let (one, two) = (all(&one), all(&two));
        let same =
            one.intersection(&two).count() as f64 / one.len().min(two.len()) as f64;
        assert!(same <= 0.6, "{kind:?}: {same:.2} of the sentences are the same");
    }
}

#[test]
fn printed_triples_add_up_in_sentences() {
    for seed in 0..2_000 {
        let mut dice = fixture::Dice(seed);
        let (a, b) = (dice.unit(), dice.unit());
        let change = number::change(Unit::Share, a, b);
        let ticks = |text: &str| -> i64 {
            text.chars()
                .filter(char::is_ascii_digit)
                .collect::<String>()
                .parse()
                .unwrap_or(0)
        };
        assert_eq!(
            (ticks(&change.after) - ticks(&change.before)).abs(),
            ticks(&change.difference)
        );
    }
}

#[test]
fn story_is_told_once_causes_are_known() {
    let story = tell(&explained(rich(report(VerdictKind::Dropped, Task::Binary))));
    let told = story.causes.join(" ");
    assert!(told.contains("Almost certainly, income is computed differently live"));
    assert!(!told.contains("not been examined"));
    let bare = tell(&report(VerdictKind::Dropped, Task::Binary)).causes.join(" ");
    assert!(bare.contains("have not been examined yet"));
}

#[test]
fn no_blame_no_jargon() {
    const FORBIDDEN: [&str; 10] = [
        "p-value",
        "chi-square",
        "fault",
        "blame",
        "mistake",
        "careless",
        "sigma",
        "null hypothesis",
        "covariate",
        "heteros",
    ];
    for seed in 0..500 {
        for text in paragraphs(&synthetic(seed)) {
            let lower = text.to_lowercase();
            for word in FORBIDDEN {
                assert!(!lower.contains(word), "seed {seed}: {word} in {text}");
            }
        }
    }
}

#[test]
fn plan_has_five_steps_with_everything() {
    for seed in 0..500 {
        let plan = plan(&synthetic(seed));
        assert_eq!(plan.len(), 5);
        for step in plan {
            assert!(
                !step.done.is_empty() && !step.to_do.is_empty() && !step.owner.is_empty()
            );
            assert!(step.hours.0 > 0.0 && step.hours.0 <= step.hours.1);
            assert!(!step.exit_test.is_empty() && !step.when.is_empty());
        }
    }
    let owned = plan(&rich(report(VerdictKind::Dropped, Task::Binary)));
    assert_eq!(owned[1].owner, "Team Ledger");
}

#[test]
fn notes_read_well_for_one_and_for_many() {
    for n in [0_u64, 1, 2, 84, 12_480] {
        let names: Vec<String> = (0..n.min(9)).map(|i| format!("column_{i}")).collect();
        let join = LabelJoin {
            files: vec!["labels.csv".to_owned()],
            labels: n,
            matched: n / 2,
            rows_unmatched: n,
            labels_unmatched: n,
            duplicate_ids: n,
        };
        let table = TableRole::Production;
        let notes: Vec<Note> = vec![
            note::ragged_rows(table, n, 100_000),
            note::duplicate_names(table, &names),
            note::nested_columns(table, &names),
            note::all_missing_columns(table, &names),
            note::text_columns(&names),
            note::no_time_column(),
            note::few_periods(n, 8),
            note::unreadable_times(table, "time", n),
            note::no_id_column(),
            note::no_production_labels(n),
            note::partial_labels(table, n, n * 2),
            note::labels_not_typical(
                &report(VerdictKind::Dropped, Task::Binary).metric,
                0.8,
                0.7,
            ),
            note::one_class(table, "yes", n),
            note::labels_doubtful(),
            note::unseen_label(table, &names, n),
            note::labels_not_known(table, &names, n),
            note::no_outcome(),
            note::headline_hides(true),
            note::partial_outputs(table, n, n + 10),
            note::part_twice(table, "a.csv", n),
            note::part_without_columns(table, "a.csv", &names),
            note::training_not_measured(n),
            note::other_outcomes(table, &names, n),
            note::selective_labels("approve"),
            note::shadow_unmatched(n),
            note::no_score(),
            note::no_decision(),
            note::score_in_per_cent("score"),
            note::file(
                table,
                "part2.csv",
                "a quote at byte 7 is never closed; it is read as plain text",
            ),
            note::part_without_header(table, "part2.csv"),
            note::label_names_differ(table, "outcome"),
            note::too_many_classes(200),
            note::other_decisions(table, &names, n),
            note::score_on_another_scale("score", 0.4, 99.1),
            note::score_turned("score", 0.21),
            note::no_reference_labels(n),
            note::score_not_probability("score", -3.2, 4.0),
            note::shadow_not_examined(n),
            note::training_not_examined(n),
            note::causes_not_examined(n),
            note::labels_unmatched(table, &join),
            note::duplicate_label_ids(table, &join),
            note::wide_table(n, 200),
            note::sample_based("quantiles", 100_000, n),
            note::decisions_off_score(table, 0.041, 0.35),
            note::kind_conflict("zip", Kind::Integer, Kind::Category, 0.93),
            note::few_shared_columns(n, n, n),
            note::identical_tables(n),
            note::shared_rows(n, 0.2),
            note::repeated_ids(table, n, n),
            note::weights_limited("weight", n),
            note::weights_part("weight", "segments"),
            note::few_rows_for_slices(n, 400),
            note::few_rows_for_drift(table, n, 30),
            note::few_groups(n),
            note::worker_replaced(n),
        ];
        let codes: BTreeSet<&str> = notes.iter().map(|note| note.code.as_str()).collect();
        assert_eq!(codes.len(), notes.len(), "codes are unique");
        for note in &notes {
            // Lists of no columns never happen; counts of none may.
            if n > 0 {
                assert_eq!(seam(&note.what), None, "{}: {}", note.code, note.what);
            }
            if !note.try_this.is_empty() {
                assert_eq!(
                    seam(&note.try_this),
                    None,
                    "{}: {}",
                    note.code,
                    note.try_this
                );
            }
        }
    }
}
