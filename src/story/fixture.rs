//! Reports for tests: one made by hand for each verdict kind and task, and seeded ones with everything
//! that can be missing, tiny, huge or oddly named.

use crate::choices::{Business, Kind, Role, TableRole, Task};
use crate::report::*;

/// A metric with both values; the interval is `difference ± margin`.
pub fn metric(
    name: &str,
    family: &str,
    unit: Unit,
    larger_is_better: bool,
    values: (f64, f64),
    margin: f64,
) -> MetricChange {
    let difference = values.1 - values.0;
    MetricChange {
        name: name.to_owned(),
        title: name.replace('_', " "),
        family: family.to_owned(),
        unit,
        reference: Some(values.0),
        production: Some(values.1),
        difference: Some(difference),
        ci_low: Some(difference - margin),
        ci_high: Some(difference + margin),
        reference_interval: None,
        production_interval: None,
        larger_is_better,
        reference_rows: 20_000,
        production_rows: 12_480,
        shadow: None,
        training: None,
        why_missing: None,
    }
}

/// A metric that could not be computed on production.
pub fn half(mut metric: MetricChange, labelled: u64) -> MetricChange {
    metric.production = None;
    metric.difference = None;
    metric.ci_low = None;
    metric.ci_high = None;
    metric.production_rows = labelled;
    metric
}

/// A column that moved by `moved` (0–1).
pub fn column(name: &str, moved: f64) -> ColumnReport {
    ColumnReport {
        name: name.to_owned(),
        kind: Kind::Number,
        role: Role::Feature,
        drift: Some(drift(moved)),
        why_not: None,
        mix_points: None,
        reference_missing: 0.004,
        production_missing: 0.004,
        findings: Vec::new(),
        bins: Vec::new(),
        reference_numbers: None,
        production_numbers: None,
        own: None,
    }
}

pub fn drift(moved: f64) -> ColumnDrift {
    ColumnDrift {
        moved,
        moved_low: (moved - 0.02).max(0.0),
        moved_high: moved + 0.02,
        band: match moved {
            m if m >= 0.25 => DriftBand::Strong,
            m if m >= 0.10 => DriftBand::Clear,
            m if m >= 0.05 => DriftBand::Slight,
            _ => DriftBand::None,
        },
        chi_square: 100.0,
        degrees_of_freedom: 15,
        p_value: 0.0,
        q_value: 0.0,
        psi: 0.1,
        jensen_shannon: 0.1,
        hellinger: 0.1,
        ks: Some(0.1),
        wasserstein: None,
        wasserstein_scaled: None,
        own_noise: None,
    }
}

fn numbers(mean: f64) -> NumberSummary {
    NumberSummary { minimum: 0.0, maximum: mean * 4.0, mean, quantiles: [mean; 5] }
}

fn table(role: TableRole, rows: u64, labelled: u64) -> TableInput {
    TableInput {
        role,
        files: vec![format!("{}.csv", role.name())],
        rows,
        labelled_rows: labelled,
        ragged_rows: 0,
        labels: None,
    }
}

pub fn slice(
    conditions: &[(&str, &str)],
    shares: (f64, f64),
    losses: (f64, f64),
) -> Slice {
    let conditions: Vec<Condition> = conditions
        .iter()
        .map(|(column, is)| Condition {
            column: (*column).to_owned(),
            is: (*is).to_owned(),
            test: Test::Unknown,
        })
        .collect();
    Slice {
        title: super::slice_title(&conditions),
        conditions,
        reference_share: shares.0,
        production_share: shares.1,
        production_rows: (shares.1 * 12_480.0) as u64,
        reference_loss: Some(losses.0),
        production_loss: Some(losses.1),
        mix_points: (shares.1 - shares.0) * losses.0,
        rate_points: shares.1 * (losses.1 - losses.0),
        interval: (0.0, 1.0),
    }
}

/// The headline and the other metrics of one task, before and after.
pub fn metrics(task: Task, kind: VerdictKind) -> Vec<MetricChange> {
    // How far the world moved: worse, nearly equal, better.
    let k = match kind {
        VerdictKind::Dropped => 1.0,
        VerdictKind::Improved => -0.35,
        _ => 0.02,
    };
    let share = |name: &str, value: f64, fall: f64| {
        metric(name, "decision", Unit::Share, true, (value, value - k * fall), 0.006)
    };
    let plain = |name: &str, family: &str, higher: bool, value: f64, worse: f64| {
        let after = if higher { value - k * worse } else { value + k * worse };
        metric(name, family, Unit::Plain, higher, (value, after), 0.006)
    };
    let label = |name: &str, value: f64, worse: f64| {
        metric(name, "error", Unit::Label, false, (value, value + k * worse), 190.0)
    };
    match task {
        Task::Binary => vec![
            share("accuracy", 0.914, 0.062),
            plain("auc", "ranking", true, 0.871, 0.041),
            plain("log_loss", "probability", false, 0.412, 0.031),
            share("decision_rate", 0.12, -0.074),
        ],
        Task::Multiclass => vec![
            plain("log_loss", "probability", false, 0.412, 0.031),
            share("accuracy", 0.782, 0.035),
            share("macro_f1", 0.744, 0.041),
        ],
        Task::Regression => {
            vec![label("mae", 12_480.0, 1_431.0), label("rmse", 20_312.0, 2_200.0)]
        }
    }
}

/// A report made by hand.
pub fn report(kind: VerdictKind, task: Task) -> Report {
    let mut metrics = metrics(task, kind);
    let mut labelled = 12_480;
    match kind {
        VerdictKind::NotEnoughRows => {
            labelled = 84;
            for metric in &mut metrics {
                metric.production_rows = 84;
                let wide = metric.reference.unwrap_or(1.0) * 0.07;
                metric.ci_low = metric.difference.map(|difference| difference - wide);
                metric.ci_high = metric.difference.map(|difference| difference + wide);
            }
        }
        VerdictKind::UnknownWithoutLabels => {
            labelled = 0;
            metrics = metrics.into_iter().map(|metric| half(metric, 0)).collect();
        }
        _ => {}
    }
    let headline = metrics.first().cloned().expect("there is a headline");
    let minimum_effect = match headline.unit {
        Unit::Share => 0.01,
        _ => headline.reference.unwrap_or(0.5) * 0.02,
    };
    let inputs = Inputs {
        tables: vec![
            table(TableRole::Reference, 20_000, 20_000),
            table(TableRole::Production, 12_480, labelled),
        ],
        columns: Vec::new(),
        positive: None,
        classes: Vec::new(),
        business: Business::default(),
    };
    let rows_needed = (kind == VerdictKind::NotEnoughRows).then_some(1_900);
    let sentence =
        super::verdict_sentence(kind, &headline, minimum_effect, rows_needed, &inputs);
    let mut income = column("income", 0.31);
    income.reference_numbers = Some(numbers(52_300.0));
    income.production_numbers = Some(numbers(41_200.0));
    let mut region = column("region", 0.08);
    region.production_missing = 0.071;
    region.findings = vec![super::finding::missing_rate("region", 0.004, 0.071)];
    Report {
        version: REPORT_VERSION,
        verdict: Verdict {
            kind,
            sentence,
            confidence: Confidence::AlmostCertain,
            rows_needed,
            minimum_effect,
            also: Vec::new(),
        },
        task,
        metric: headline,
        metrics,
        attribution: Vec::new(),
        shares: Vec::new(),
        remedies: Vec::new(),
        causes: Vec::new(),
        examined: Vec::new(),
        expected: None,
        parity: None,
        what_if: None,
        baseline: None,
        slices: Slices::default(),
        columns: vec![income, region, column("tenure", 0.01), column("loan amount", 0.0)],
        scores: None,
        series: Vec::new(),
        change_point: ChangePoint {
            at: None,
            kind: ChangeKind::None,
            of: "metric".to_owned(),
            sentence:
                "When it changed could not be checked, because no time column was found."
                    .to_owned(),
        },
        kpis: Vec::new(),
        plan: Vec::new(),
        options: Options::default(),
        monitoring: Monitoring::default(),
        story: Story::default(),
        talk: Talk::default(),
        notes: vec![super::note::no_time_column()],
        inputs,
        shared: None,
        seconds: 1.0,
    }
}

/// Adds time, slices, scores, a KPI and business inputs.
pub fn rich(mut report: Report) -> Report {
    let labelled = report.metric.production_rows > 0;
    for (role, month, rows) in [
        (TableRole::Reference, 1, 10_000),
        (TableRole::Reference, 2, 10_000),
        (TableRole::Production, 3, 6_000),
        (TableRole::Production, 4, 6_480),
    ] {
        let value =
            if month == 4 { report.metric.production } else { report.metric.reference };
        report.series.push(Period {
            table: role,
            start: format!("2019-{month:02}-01"),
            end: format!("2019-{month:02}-28"),
            rows,
            labelled_rows: if labelled { rows - 480 * u64::from(month == 4) } else { 0 },
            metric: value.filter(|_| labelled || role == TableRole::Reference),
            metric_interval: None,
            missing: 0.01,
            drift: 0.02,
            decision_rate: None,
            label_rate: None,
            kpis: vec![],
        });
    }
    report.notes.clear();
    if report.verdict.kind == VerdictKind::Dropped {
        let metric = report.metric.clone();
        report.change_point = ChangePoint {
            at: Some("2019-03-31".to_owned()),
            kind: ChangeKind::Step,
            of: "metric".to_owned(),
            sentence: super::change_point_sentence(&super::ChangeFacts {
                kind: ChangeKind::Step,
                at: Some("2019-03-31"),
                until: None,
                of: super::change::Followed::Metric(&metric),
                before: metric.reference,
                after: metric.production,
                periods: 24,
            }),
        };
        let scale = if metric.unit == Unit::Label { 100_000.0 } else { 1.0 };
        report.slices.worse = vec![slice(
            &[("region", "is North"), ("loan amount", "below 5,000")],
            (0.12, 0.14),
            (0.09 * scale, 0.31 * scale),
        )];
        report.slices.grew = vec![slice(
            &[("tenure", "below 12")],
            (0.2, 0.33),
            (0.16 * scale, 0.17 * scale),
        )];
    } else {
        report.change_point.sentence =
            super::change_point_sentence(&super::ChangeFacts {
                kind: ChangeKind::None,
                at: None,
                until: None,
                of: super::change::Followed::Drift,
                before: None,
                after: None,
                periods: 24,
            });
    }
    if report.task == Task::Binary {
        report.scores = Some(ScoreReport {
            edges: vec![],
            reference_histogram: vec![],
            production_histogram: vec![],
            reference_roc: vec![],
            production_roc: vec![],
            reference_precision_recall: vec![],
            production_precision_recall: vec![],
            reference_calibration: vec![(0.1, 0.11, 15_000), (0.5, 0.49, 5_000)],
            production_calibration: if labelled {
                vec![(0.15, 0.28, 12_480)]
            } else {
                vec![]
            },
            threshold: Some(ThresholdReport {
                reference: Some(0.5),
                production: Some(0.35),
                reference_violations: 0.001,
                production_violations: 0.041,
                given: false,
            }),
            levels: None,
            per_cent: false,
        });
    }
    report.kpis = vec![KpiChange {
        name: "revenue".to_owned(),
        reference_mean: Some(12.43),
        production_mean: Some(11.08),
        reference_sum: 248_600.0,
        production_sum: 138_278.0,
        difference: Some(-1.35),
        interval: Some((-1.6, -1.1)),
        slices: vec![KpiSlice {
            title: "region is North".to_owned(),
            reference_mean: Some(14.1),
            production_mean: Some(9.9),
            production_rows: 1_747,
        }],
    }];
    report.inputs.business = Business {
        traffic_per_day: Some(10_000.0),
        users_per_row: Some(1.0),
        retrain_days: Some(9.0),
        can_roll_back: Some(true),
        pipeline_owner: Some("Team Ledger".to_owned()),
        ..Business::default()
    };
    report
}

/// Fills causes and attribution as a later stage will.
pub fn explained(mut report: Report) -> Report {
    report.attribution =
        [("broken_inputs", 0.038), ("who_we_see", 0.029), ("threshold", -0.005)]
            .iter()
            .map(|(term, points)| AttributionTerm {
                term: (*term).to_owned(),
                points: *points,
                ci_low: points - 0.01,
                ci_high: points + 0.01,
            })
            .collect();
    report.causes = vec![Cause {
        id: "unit_or_encoding".to_owned(),
        word: "almost certain".to_owned(),
        presence: 0.97,
        share: Some(0.61),
        points: Some(0.038),
        columns: vec!["income".to_owned()],
        evidence_for: vec!["Income is 1,000 times smaller on 18.0 % of rows.".to_owned()],
        evidence_against: vec!["Region moved on the same day.".to_owned()],
        next_check: "Pull 200 ids from the offline store and compare income.".to_owned(),
    }];
    report
}

/// Small seeded source of numbers (splitmix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n.max(1)
    }
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
    pub fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        let at = self.below(items.len() as u64) as usize;
        &items[at]
    }
}

pub const KINDS: [VerdictKind; 5] = [
    VerdictKind::Dropped,
    VerdictKind::NotDropped,
    VerdictKind::Improved,
    VerdictKind::NotEnoughRows,
    VerdictKind::UnknownWithoutLabels,
];
pub const TASKS: [Task; 3] = [Task::Binary, Task::Multiclass, Task::Regression];

const NAMES: [&str; 14] = [
    "income",
    "a",
    "the",
    "loan amount",
    "Region",
    "x1",
    "",
    "  padded  ",
    "line\nbreak",
    "straße",
    "unit,price",
    "“quoted”",
    "very_long_name_very_long_name_very_long_name_very_long_name_very_long",
    "rows",
];
const METRICS: [(&str, &str, Unit, bool); 14] = [
    ("accuracy", "decision", Unit::Share, true),
    ("auc", "ranking", Unit::Plain, true),
    ("pr_auc", "ranking", Unit::Plain, true),
    ("log_loss", "probability", Unit::Plain, false),
    ("brier", "probability", Unit::Plain, false),
    ("ece", "probability", Unit::Share, false),
    ("calibration_slope", "probability", Unit::Plain, false),
    ("f1", "decision", Unit::Share, true),
    ("decision_rate", "decision", Unit::Share, true),
    ("lift", "ranking", Unit::Ratio, true),
    ("expected_cost", "cost", Unit::Money, false),
    ("mae", "error", Unit::Label, false),
    ("r2", "error", Unit::Plain, true),
    ("bias", "error", Unit::Label, false),
];

/// A report from a seed: any kind, any metric, odd names, missing parts, tiny and huge numbers.
pub fn synthetic(seed: u64) -> Report {
    let mut dice = Dice(seed);
    let kind = *dice.pick(&KINDS);
    let task = *dice.pick(&TASKS);
    let mut report = report(kind, task);
    if dice.chance(0.7) {
        report = rich(report);
    }
    if dice.chance(0.2) {
        report = explained(report);
    }
    report.metrics = METRICS
        .iter()
        .map(|(name, family, unit, higher)| {
            let size = match unit {
                Unit::Label | Unit::Money => 10.0_f64.powi(dice.below(16) as i32 - 5),
                _ => 1.0,
            };
            let (a, b) = (dice.unit() * size, dice.unit() * size);
            let b = if dice.chance(0.3) { a + (b - a) * 0.001 } else { b };
            let b = if dice.chance(0.1) { a } else { b };
            let mut made =
                metric(name, family, *unit, *higher, (a, b), dice.unit() * 0.1 * size);
            made.production_rows = *dice.pick(&[0, 1, 2, 84, 12_480, 9_000_000_000]);
            made.reference_rows = *dice.pick(&[0, 1, 20_000]);
            if dice.chance(0.1) {
                made.production = Some(f64::NAN);
                made.ci_low = Some(f64::NEG_INFINITY);
            }
            let missing = kind == VerdictKind::UnknownWithoutLabels;
            if missing || dice.chance(0.1) { half(made, 0) } else { made }
        })
        .collect();
    report.metric = dice.pick(&report.metrics).clone();
    report.verdict.minimum_effect = *dice.pick(&[0.01, 0.005, 0.02, 1e-6, 250.0]);
    report.verdict.rows_needed =
        *dice.pick(&[None, Some(1), Some(2), Some(1_900), Some(u64::MAX / 2)]);
    for table in &mut report.inputs.tables {
        table.rows = *dice.pick(&[0, 1, 2, 12_480, 40_000_000]);
        table.labelled_rows = table.rows.min(*dice.pick(&[0, 1, 500]));
        if dice.chance(0.2) {
            table.files = vec![
                "my file (1).csv".to_owned(),
                "b.csv".to_owned(),
                "c.csv".to_owned(),
            ];
        }
        if dice.chance(0.2) {
            table.labels = Some(LabelJoin {
                files: vec!["labels.csv".to_owned()],
                labels: 1,
                matched: dice.below(2),
                rows_unmatched: 1,
                labels_unmatched: 0,
                duplicate_ids: 1,
            });
        }
    }
    let count = dice.below(7);
    report.columns = (0..count)
        .map(|_| {
            let moved = if dice.chance(0.4) { dice.unit() } else { 0.0 };
            let name = *dice.pick(&NAMES);
            let mut made = column(name, moved);
            if dice.chance(0.2) {
                made.drift = None;
            }
            if dice.chance(0.3) {
                made.production_missing = dice.unit();
                made.findings.push(super::finding::missing_rate(
                    name,
                    0.004,
                    made.production_missing,
                ));
            }
            if dice.chance(0.3) {
                made.findings.push(super::finding::new_categories(
                    name,
                    &["N".to_owned(), String::new()],
                    dice.below(3),
                    dice.unit(),
                ));
            }
            if dice.chance(0.3) {
                made.reference_numbers = Some(numbers(dice.unit() * 1e6));
                made.production_numbers = Some(numbers(dice.unit() * 1e-3));
            }
            made
        })
        .collect();
    if dice.chance(0.5) {
        let name = *dice.pick(&NAMES);
        report.slices.worse = vec![slice(
            &[(name, "is missing")],
            (dice.unit(), dice.unit()),
            (dice.unit(), dice.unit()),
        )];
    }
    let (metric, minimum) = (report.metric.clone(), report.verdict.minimum_effect);
    report.verdict.sentence = super::verdict_sentence(
        kind,
        &metric,
        minimum,
        report.verdict.rows_needed,
        &report.inputs,
    );
    if dice.chance(0.3) {
        let other = dice.pick(&report.metrics).clone();
        report.verdict.also = vec![super::also_sentence(kind, &other)];
    }
    report
}
