//! "How is this worked out?" Enter: `causes.json` and `methods.json` beside this file, the one place of these
//! words. Leave: typed entries, and their pages under `docs/` ([`pages`]).
//!
//! The app shows the same two files: `tools/echarts/entry.mjs` bundles them with the charts, which the page
//! fetches in idle time, so that the page program does not carry them. Nothing here computes anything.
//!
//! # Decisions
//! Data files rather than Rust constants: the bundle is made by Node before any Rust is compiled, and both must
//! read the same source. What is typed here is checked in tests: every field, every cause, every metric.

mod pages;

use std::collections::BTreeMap;

use serde::Deserialize;

pub use pages::{Page, pages};

/// One method: how a number or a section comes about.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Method {
    /// Stable id; for metrics and parts of the split that of the report.
    pub id: String,
    /// Its name.
    pub title: String,
    /// Which part of the report it belongs to.
    pub group: Group,
    /// What it says.
    pub measures: String,
    /// How it is worked out.
    pub worked: String,
    /// Range, unit, and what is good.
    pub range: String,
    /// When it misleads.
    pub misleads: String,
    /// Where it comes from.
    pub source: String,
}

/// Parts of the report that methods belong to, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// The verdict.
    Answer,
    /// Metrics.
    Metric,
    /// The split of the drop.
    Split,
    /// Causes.
    Cause,
    /// Segments.
    Segment,
    /// Time.
    Time,
    /// Columns.
    Drift,
    /// Scores and decisions.
    Score,
    /// Served and logged.
    Parity,
    /// What to do.
    Action,
}

impl Group {
    /// Its heading.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Answer => "The verdict",
            Self::Metric => "Metrics",
            Self::Split => "Where the drop comes from",
            Self::Cause => "Why",
            Self::Segment => "Who is affected",
            Self::Time => "When it changed",
            Self::Drift => "What changed in the data",
            Self::Score => "Scores and decisions",
            Self::Parity => "Served and logged",
            Self::Action => "What to do",
        }
    }
}

/// One cause of the product's table.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CausePage {
    /// Id, as in the report.
    pub id: String,
    /// In the product manager's words.
    pub title: String,
    /// `data`, `pipeline`, `model`, `feedback` or `world`.
    pub family: String,
    /// What it means.
    pub means: String,
    /// What it looks like in data.
    pub looks: String,
    /// How it is found.
    pub found: String,
    /// What speaks against it.
    pub against: String,
    /// What it is confused with.
    pub confused: Vec<Confusion>,
    /// What to do now.
    pub now: String,
    /// How to prevent it.
    pub prevent: String,
    /// What is needed to see it.
    pub needs: String,
}

/// Another cause that looks alike.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confusion {
    /// Its id.
    pub with: String,
    /// How to tell them apart.
    pub how: String,
}

/// A file of entries: headings by field, in no order, and the entries in the order of display.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entries<T> {
    /// Heading of each field.
    pub heads: BTreeMap<String, String>,
    /// The entries.
    pub entries: Vec<T>,
}

impl<T> Entries<T> {
    /// The heading of a field.
    #[must_use]
    pub fn head<'a>(&'a self, field: &'a str) -> &'a str {
        self.heads.get(field).map_or(field, String::as_str)
    }
}

/// Every method.
///
/// # Panics
/// If the file in the source tree is not of this shape; a test reads it.
#[must_use]
pub fn methods() -> Entries<Method> {
    serde_json::from_str(include_str!("methods.json"))
        .expect("methods.json is of the shape tested")
}

/// Every cause.
///
/// # Panics
/// If the file in the source tree is not of this shape; a test reads it.
#[must_use]
pub fn causes() -> Entries<CausePage> {
    serde_json::from_str(include_str!("causes.json"))
        .expect("causes.json is of the shape tested")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::REGISTRY;
    use crate::report::CauseId;

    #[test]
    fn every_cause_and_only_causes_have_a_page_in_the_products_order() {
        let ids: Vec<String> = causes().entries.into_iter().map(|own| own.id).collect();
        let known: Vec<&str> = CauseId::ALL.iter().map(|cause| cause.name()).collect();
        assert_eq!(ids, known);
    }

    #[test]
    fn every_metric_and_every_term_of_the_split_has_its_method() {
        let all = methods();
        let has = |id: &str| all.entries.iter().any(|own| own.id == id);
        let metrics = REGISTRY.iter().map(|metric| metric.name);
        let terms = [
            "never_seen",
            "who_we_see",
            "broken_inputs",
            "relationship",
            "threshold",
            "optimism",
        ];
        for id in metrics.chain(terms) {
            assert!(has(id), "{id}");
        }
    }

    #[test]
    fn entries_are_whole_distinct_and_name_each_other_rightly() {
        let (methods, causes) = (methods(), causes());
        for field in ["measures", "worked", "range", "misleads", "source"] {
            assert!(methods.heads.contains_key(field), "{field}");
        }
        let fields =
            ["means", "looks", "found", "against", "confused", "now", "prevent", "needs"];
        for field in fields {
            assert!(causes.heads.contains_key(field), "{field}");
        }
        let mut ids: Vec<&str> =
            methods.entries.iter().map(|own| own.id.as_str()).collect();
        ids.extend(causes.entries.iter().map(|own| own.id.as_str()));
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count, "an id stands twice");
        for cause in &causes.entries {
            assert!(
                CauseId::from_name(&cause.id).is_some_and(|id| {
                    id.is_pipeline() == (cause.family == "pipeline")
                })
            );
            for own in &cause.confused {
                assert!(own.with != cause.id && CauseId::from_name(&own.with).is_some());
            }
        }
        let ends = |words: &str| words.ends_with('.');
        for own in &methods.entries {
            let told =
                [&own.measures, &own.worked, &own.range, &own.misleads, &own.source];
            assert!(told.iter().all(|words| ends(words)), "{}", own.id);
        }
    }
}
