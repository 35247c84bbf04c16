//! Business numbers before and after, overall and by segment. Enter: sums by block and by code. Leave: means
//! with intervals, and the segments where the mean moved most.

use super::columns::code_title;
use crate::choices::{Role, TableRole};
use crate::engine::measure::compare::KpiCounts;
use crate::engine::pipeline::Analysis;
use crate::metric::estimate::Difference;
use crate::report::{Condition, KpiChange, KpiSlice, Test};
use crate::stats::sum::ExactSum;
use crate::story::segment::slice_title;

/// Segments shown a KPI.
const SEGMENTS: usize = 5;

/// Rows a segment needs in both tables.
const SEGMENT_ROWS: u64 = 100;

/// Every KPI the user asked for.
#[must_use]
pub fn kpis(analysis: &Analysis) -> Vec<KpiChange> {
    let of = |role: TableRole, at: usize| analysis.compared.table(role)?.kpis.get(at);
    let named = analysis.plan.roles.kpis.iter().enumerate();
    named
        .map(|(at, kpi)| {
            let before = of(TableRole::Reference, at);
            let after = of(TableRole::Production, at);
            let mean = |counts: Option<&KpiCounts>| counts.and_then(|c| c.profile.mean());
            let sum =
                |counts: Option<&KpiCounts>| counts.map_or(0.0, |c| c.profile.sum(1));
            let (p, q) = (mean(before), mean(after));
            let difference = p.zip(q).map(|(p, q)| Difference::between(&p, &q));
            KpiChange {
                name: kpi.name.clone(),
                reference_mean: p.map(|e| e.value),
                production_mean: q.map(|e| e.value),
                reference_sum: sum(before),
                production_sum: sum(after),
                difference: difference.map(|d| d.value),
                interval: difference.and_then(|d| d.interval),
                slices: before
                    .zip(after)
                    .map(|(p, q)| segments(analysis, p, q))
                    .unwrap_or_default(),
            }
        })
        .collect()
}

fn segments(analysis: &Analysis, before: &KpiCounts, after: &KpiCounts) -> Vec<KpiSlice> {
    let total = after.profile.total().map_or(0, |total| total.rows);
    let mut found: Vec<(f64, KpiSlice)> = Vec::new();
    let columns =
        analysis.asked.columns.iter().zip(before.codes.iter().zip(&after.codes));
    for (coder, (reference, production)) in columns {
        let Some(coder) = analysis.plan.coders.get(*coder) else { continue };
        if !matches!(coder.role, Role::Feature | Role::Segment) {
            continue;
        }
        for (code, _) in &coder.layout.order {
            let at = usize::from(*code);
            let (Some(p), Some(q)) = (reference.get(at), production.get(at)) else {
                continue;
            };
            let mean = |(count, sum): &(u64, ExactSum)| sum.mean(*count);
            let (Some(before), Some(after)) = (mean(p), mean(q)) else { continue };
            if p.0 < SEGMENT_ROWS || q.0 < SEGMENT_ROWS {
                continue;
            }
            let weight = (after - before).abs() * q.0 as f64 / total.max(1) as f64;
            let condition = Condition {
                column: coder.name.clone(),
                is: format!("is {}", code_title(coder, *code)),
                test: Test::Unknown,
            };
            found.push((
                weight,
                KpiSlice {
                    title: slice_title(&[condition]),
                    reference_mean: Some(before),
                    production_mean: Some(after),
                    production_rows: q.0,
                },
            ));
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.title.cmp(&b.1.title)));
    found.into_iter().take(SEGMENTS).map(|(_, slice)| slice).collect()
}
