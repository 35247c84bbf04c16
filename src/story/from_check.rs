//! From the checks of [`drift`](crate::drift) to sentences: the only place of the story that knows the
//! engine's types. Built with the engine only; the page shows the finished sentences.

use super::finding::{
    all_missing, cardinality, constant, missing_rate, new_categories, out_of_range,
    type_failures, vanished_categories,
};
use crate::choices::{Kind, TableRole};
use crate::drift::checks::Finding;
use crate::report::ColumnFinding;

/// What a check's numbers alone do not say about a column.
#[derive(Clone, Copy)]
pub struct ColumnFacts<'a> {
    /// Name of the column.
    pub column: &'a str,
    /// Its kind in the reference.
    pub kind: Kind,
    /// The title of a code, as in the bins.
    pub title: &'a dyn Fn(u8) -> String,
    /// Frequent new values, best first, and how many there are in all (1 or more).
    pub new_values: (&'a [String], u64),
    /// Smallest and largest number of the reference.
    pub range: (f64, f64),
    /// Production values that do not read as the kind.
    pub type_failures: u64,
}

/// The sentence of a check that was kept.
#[must_use]
pub fn from_check(check: &Finding, facts: &ColumnFacts<'_>) -> ColumnFinding {
    let column = facts.column;
    match check {
        Finding::MissingRate { reference, production, .. } => {
            if *production >= 1.0 {
                return all_missing(column, TableRole::Production, *reference);
            }
            missing_rate(column, *reference, *production)
        }
        Finding::NewCategories { share, .. } => {
            new_categories(column, facts.new_values.0, facts.new_values.1, *share)
        }
        Finding::Vanished { codes, reference } => {
            let values: Vec<String> =
                codes.iter().take(3).map(|code| (facts.title)(*code)).collect();
            vanished_categories(column, &values, codes.len() as u64, *reference)
        }
        Finding::Cardinality { reference, production } => {
            cardinality(column, whole(*reference), whole(*production))
        }
        Finding::OutOfRange { below, above, .. } => {
            out_of_range(column, facts.range.0, facts.range.1, *below, *above)
        }
        Finding::TypeFailures { production, .. } => {
            type_failures(column, facts.kind, facts.type_failures, *production)
        }
        Finding::Constant { code, reference, production } => {
            constant(column, &(facts.title)(*code), *reference, *production)
        }
    }
}

/// A count that was estimated, as a whole number (0 when it is not finite).
fn whole(estimate: f64) -> u64 {
    estimate.round().max(0.0) as u64
}

#[cfg(test)]
mod tests {
    use super::super::tests::seam;
    use super::*;

    #[test]
    fn a_check_becomes_its_finding() {
        let facts = ColumnFacts {
            column: "region",
            kind: Kind::Category,
            title: &|code| format!("value {code}"),
            new_values: (&[], 2),
            range: (0.0, 9.0),
            type_failures: 3,
        };
        let shares = (0.1, 0.2);
        for check in [
            Finding::MissingRate { reference: 0.1, production: 0.2, interval: shares },
            Finding::NewCategories { share: 0.1, expected: 0.0, low: 0.0 },
            Finding::Vanished { codes: vec![1, 2, 3, 4], reference: 0.3 },
            Finding::Cardinality { reference: 10.4, production: 31.0 },
            Finding::OutOfRange { below: 0.1, above: 0.0, low: 0.0 },
            Finding::TypeFailures { reference: 0.0, production: 0.01 },
            Finding::Constant { code: 7, reference: 0.2, production: 1.0 },
        ] {
            let made = from_check(&check, &facts);
            assert_eq!(made.code, check.code());
            assert_eq!(seam(&made.sentence), None, "{}", made.sentence);
            assert!(made.sentence.contains("region"));
        }
        let empty =
            Finding::MissingRate { reference: 0.1, production: 1.0, interval: shares };
        assert_eq!(from_check(&empty, &facts).code, "all_missing");
    }
}
