//! What to do about it. A finished analysis enters (a [`Report`] without words), and leaves with its options side by
//! side, its debugging plan with queries, its alert limits and its story. Pure functions of the report and of the
//! business inputs: [`retell`] tells everything again for other business inputs without a look at any row.
//!
//! 1. [`sql`] writes names, values and conditions in the two dialects; [`queries`] the queries of the plan.
//! 2. [`bars`] cuts a column's distribution into the bars that alerts compare.
//! 3. [`options`] prices what can be done; [`path`] picks what to do within a day, this week, this quarter.
//! 4. [`monitoring`] sets the limits, [`export`] writes them for the tools that will watch.
//!
//! # Decisions
//! - Nothing is asserted: a number of points is one of the report, or a sum or product of numbers of the report, and
//!   every option names which. What cannot be priced says so and brings the query that would.
//! - Costs and the value of a decision also decide the headline metric; [`retell`] keeps the metric as it was
//!   analysed and prices with the new numbers.

pub mod bars;
pub mod export;
pub mod monitoring;
pub mod noise;
pub mod options;
pub mod path;
pub mod price;
pub mod queries;
pub mod schema;
pub mod sql;

use crate::choices::Business;
use crate::report::Report;
use crate::story;

/// Fills options, alert limits, plan, story and talk from the rest of the report.
pub fn tell(report: &mut Report) {
    // The path of the options speaks of the alerts.
    if !report.shared.as_ref().is_some_and(|own| own.by_link) {
        // A link carries too little to set limits from: what it has of them is the file's.
        report.monitoring = monitoring::monitoring(report);
    }
    report.options = options::options(report);
    report.plan = story::plan(report);
    let pulled = queries::of_steps(report);
    for (step, queries) in report.plan.iter_mut().zip(pulled) {
        step.queries = queries;
    }
    report.story = story::tell(report);
    report.talk = story::talk(report);
}

/// Tells the same analysis again for other business inputs.
pub fn retell(report: &mut Report, business: &Business) {
    report.inputs.business = business.clone();
    tell(report);
}

#[cfg(test)]
mod tests;
