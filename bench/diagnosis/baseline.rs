//! What simple rules make of the same report: which column they blame, and whether they say that something
//! changed. None of them can name a cause; "something moved" is read as "different people or items".

use serde::{Deserialize, Serialize};
use whydrop::choices::{Kind, Role};
use whydrop::report::{ColumnDrift, Report};
use whydrop::stats::math;

/// PSI above this is read as drift, by custom.
const PSI_DRIFT: f64 = 0.2;
/// Rows up to which Evidently tests instead of measuring.
const EVIDENTLY_SMALL: u64 = 1000;
/// Evidently's limit for both of its distances.
const EVIDENTLY_DISTANCE: f64 = 0.1;
/// Evidently's limit for p-values, and its share of columns that makes a data set drift.
const EVIDENTLY_P: f64 = 0.05;
const EVIDENTLY_SHARE: f64 = 0.5;

/// One rule's answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Guess {
    /// Rule.
    pub rule: String,
    /// The column it blames; `None` when it blames none.
    pub column: Option<String>,
    /// Whether it says that something changed.
    pub alarm: bool,
}

/// What every rule says.
#[must_use]
pub fn guesses(report: &Report) -> Vec<Guess> {
    let features: Vec<_> = report
        .columns
        .iter()
        .filter(|c| c.role == Role::Feature)
        .filter_map(|c| c.drift.as_ref().map(|d| (c, d)))
        .collect();
    let top = |score: &dyn Fn(&ColumnDrift) -> f64| {
        let mut best: Option<(f64, &str)> = None;
        for (column, drift) in &features {
            let value = score(drift);
            if best.is_none_or(|b| value > b.0) {
                best = Some((value, &column.name));
            }
        }
        best.map(|b| b.1.to_owned())
    };
    let any = |is: &dyn Fn(&ColumnDrift) -> bool| features.iter().any(|(_, d)| is(d));
    let guess =
        |rule: &str, column, alarm| Guess { rule: rule.to_owned(), column, alarm };
    let mut kob: Option<(f64, &str)> = None;
    for (column, _) in &features {
        if let Some(points) = column.mix_points
            && kob.is_none_or(|k| points > k.0)
        {
            kob = Some((points, &column.name));
        }
    }
    let rows = report.inputs.tables.iter().map(|t| t.rows).min().unwrap_or(0);
    let evidently: Vec<(f64, &str)> = features
        .iter()
        .filter_map(|(column, drift)| {
            let numeric = matches!(column.kind, Kind::Number | Kind::Integer);
            // How far beyond its own limit: 1 is at the limit.
            let over = if rows <= EVIDENTLY_SMALL {
                EVIDENTLY_P / drift.p_value.max(1e-300)
            } else if numeric {
                drift.wasserstein_scaled.unwrap_or(0.0) / EVIDENTLY_DISTANCE
            } else {
                // A distance is the root of a divergence; natural logarithms, not bits.
                math::sqrt(drift.jensen_shannon.max(0.0) * std::f64::consts::LN_2)
                    / EVIDENTLY_DISTANCE
            };
            (over > 1.0).then_some((over, column.name.as_str()))
        })
        .collect();
    let share = evidently.len() as f64 / features.len().max(1) as f64;
    let worst = evidently.iter().fold(None, |best: Option<(f64, &str)>, e| {
        if best.is_none_or(|b| e.0 > b.0) { Some(*e) } else { best }
    });
    vec![
        guess("largest PSI", top(&|d| d.psi), any(&|d| d.psi > PSI_DRIFT)),
        guess(
            "smallest p-value",
            // Ties at 0 go to the larger statistic.
            top(&|d| 1.0 - d.p_value + 1e-12 * d.chi_square.min(1e9)),
            any(&|d| d.p_value < EVIDENTLY_P),
        ),
        guess(
            "univariate Oaxaca–Blinder",
            kob.map(|k| k.1.to_owned()),
            kob.is_some_and(|k| k.0 > report.verdict.minimum_effect),
        ),
        guess(
            "domain classifier on one column",
            top(&|d| d.moved),
            any(&|d| d.moved_low > 0.05),
        ),
        guess(
            "Evidently's default",
            worst.map(|w| w.1.to_owned()),
            share >= EVIDENTLY_SHARE,
        ),
    ]
}
