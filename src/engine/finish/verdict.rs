//! The verdict: every metric before and after, and gate G1 on the headline. Enter: profiles. Leave: the
//! report's metrics and verdict.

use super::costs;
use crate::choices::{Choices, Role, TableRole, Task};
use crate::engine::measure::performance::{Measured as Profiles, Profile};
use crate::engine::pipeline::Analysis;
use crate::metric::binary_metrics;
use crate::metric::estimate::{self, Measured, Missing};
use crate::metric::gate::{self, GateInput, GateKind, LabelledRows, Sureness};
use crate::metric::{Family, Format, MetricId};
use crate::report::{Confidence, Inputs, MetricChange, Unit, Verdict, VerdictKind};
use crate::story::verdict::{also_sentence, other_words_sentence, verdict_sentence};

/// What was judged.
pub struct Judged {
    /// The verdict.
    pub verdict: Verdict,
    /// The headline.
    pub metric: MetricChange,
    /// All metrics.
    pub metrics: Vec<MetricChange>,
}

/// Every metric of a table.
fn measure(
    profiles: &Profiles,
    analysis: &Analysis,
    choices: &Choices,
    role: TableRole,
) -> Vec<Measured> {
    let by_row = analysis.plan.roles.value.is_some();
    match profiles.table(role) {
        None => Vec::new(),
        Some(Profile::Binary(profile, tally)) => {
            binary_metrics::evaluate(profile, Some(tally), costs(choices, by_row))
        }
        Some(Profile::Multiclass(profile, tallies)) => profile.evaluate(tallies),
        Some(Profile::Regression(profile, sizes)) => profile.evaluate(Some(sizes)),
    }
}

fn unit(id: MetricId) -> Unit {
    match id.info().format {
        Format::Share => Unit::Share,
        Format::Plain => Unit::Plain,
        Format::Label => Unit::Label,
        Format::Money => Unit::Money,
        Format::Ratio => Unit::Ratio,
    }
}

/// Measurements of all tables.
struct All {
    reference: Vec<Measured>,
    production: Vec<Measured>,
    shadow: Vec<Measured>,
    training: Vec<Measured>,
    /// Why reference and production have nothing to measure where no labelled row was measured.
    unmeasured: [Missing; 2],
}

impl All {
    fn new(profiles: &Profiles, analysis: &Analysis, choices: &Choices) -> Self {
        let of = |role| measure(profiles, analysis, choices, role);
        Self {
            reference: of(TableRole::Reference),
            production: of(TableRole::Production),
            shadow: of(TableRole::Shadow),
            training: of(TableRole::Training),
            unmeasured: [TableRole::Reference, TableRole::Production].map(|role| {
                let table = analysis.counted.table(role);
                if table.is_some_and(|own| own.labelled_rows > 0) {
                    Missing::NoOutput
                } else if analysis.plan.has_other_words(role) {
                    Missing::OtherWords
                } else {
                    Missing::NoLabels
                }
            }),
        }
    }

    /// Every metric that one of the two tables has.
    fn changes(&self) -> Vec<MetricChange> {
        self.reference
            .iter()
            .map(|measured| self.change(measured.id))
            .filter(|change| change.reference.is_some() || change.production.is_some())
            .collect()
    }

    fn change(&self, id: MetricId) -> MetricChange {
        let find = |list: &[Measured]| estimate::find(list, id).copied();
        let (before, after) = (find(&self.reference), find(&self.production));
        let value = |one: &Option<Measured>| one.and_then(|m| m.estimate());
        let (p, q) = (value(&before), value(&after));
        let difference = p.zip(q).map(|(p, q)| estimate::Difference::between(&p, &q));
        let interval = difference.and_then(|difference| difference.interval);
        let missing = |one: Option<Measured>, table: &str, unmeasured: Missing| {
            let why = one?.outcome.err()?;
            let why = if why == Missing::NoLabels { unmeasured } else { why };
            Some(format!("{table}: {}", why.words()))
        };
        let other =
            |list: &[Measured]| find(list).and_then(|m| m.estimate()).map(|e| e.value);
        MetricChange {
            name: id.name().to_owned(),
            title: id.title().to_owned(),
            family: id.family().id().to_owned(),
            unit: unit(id),
            reference: p.map(|e| e.value),
            production: q.map(|e| e.value),
            difference: difference.map(|own| own.value),
            ci_low: interval.map(|own| own.0),
            ci_high: interval.map(|own| own.1),
            reference_interval: p.and_then(|e| e.interval),
            production_interval: q.and_then(|e| e.interval),
            larger_is_better: id.larger_is_better(),
            reference_rows: before.map_or(0, |m| m.rows),
            production_rows: after.map_or(0, |m| m.rows),
            shadow: other(&self.shadow),
            training: other(&self.training),
            why_missing: missing(before, "before launch", self.unmeasured[0])
                .or_else(|| missing(after, "after launch", self.unmeasured[1])),
        }
    }
}

/// One metric and all of them, of profiles other than the model's.
pub(super) fn of_measured(
    profiles: &Profiles,
    analysis: &Analysis,
    choices: &Choices,
    id: MetricId,
) -> (MetricChange, Vec<MetricChange>) {
    let all = All::new(profiles, analysis, choices);
    (all.change(id), all.changes())
}

/// Labelled rows of a table, and those of its smaller class.
fn labelled(analysis: &Analysis, role: TableRole) -> LabelledRows {
    match analysis.measured.table(role) {
        Some(Profile::Binary(profile, _)) => {
            let [no, yes, _] = profile.total().rows;
            LabelledRows { rows: no + yes, smaller_class: Some(no.min(yes)) }
        }
        _ => LabelledRows {
            rows: analysis.counted.table(role).map_or(0, |table| table.labelled_rows),
            smaller_class: None,
        },
    }
}

/// Whether accuracy, taken as the headline because nothing was chosen, did not drop while the ranking clearly did: with
/// few cases of one outcome a model may lose all it knew and stay as accurate.
#[must_use]
pub fn headline_hides(analysis: &Analysis, choices: &Choices) -> bool {
    let judged = analysis.asked.headline == Some(MetricId::Accuracy);
    if analysis.headline_hides
        || !judged
        || choices.metric.is_some()
        || analysis.plan.task != Some(Task::Binary)
    {
        return false;
    }
    let all = All::new(&analysis.measured, analysis, choices);
    let find =
        |list: &[Measured], id| estimate::find(list, id).and_then(Measured::estimate);
    let decide = |id: MetricId| {
        let reference = find(&all.reference, id);
        let before = reference.map_or(0.0, |own| own.value);
        gate::decide(&GateInput {
            metric: id,
            reference,
            production: find(&all.production, id),
            reference_rows: labelled(analysis, TableRole::Reference),
            production_rows: labelled(analysis, TableRole::Production),
            minimum_effect: gate::minimum_effect(id, before, None),
        })
    };
    let pair =
        find(&all.reference, MetricId::Auc).zip(find(&all.production, MetricId::Auc));
    decide(MetricId::Accuracy).kind != GateKind::Dropped
        && decide(MetricId::Auc).kind == GateKind::Dropped
        && pair.is_some_and(|(p, q)| gate::also_dropped(MetricId::Auc, &p, &q, None))
}

/// Judges the headline and the other families.
#[must_use]
pub fn judge(analysis: &Analysis, choices: &Choices, inputs: &Inputs) -> Judged {
    let all = All::new(&analysis.measured, analysis, choices);
    let id = analysis.asked.headline.unwrap_or(MetricId::Accuracy);
    let mut metric = all.change(id);
    // Without the training rows, the figure the team remembers stands in for them.
    metric.training = metric.training.or(choices.business.training_metric);
    let metrics = all.changes();
    let find =
        |list: &[Measured], id| estimate::find(list, id).and_then(Measured::estimate);
    let scale = scale(analysis, choices, id);
    let minimum_effect = gate::minimum_effect(id, metric.reference.unwrap_or(0.0), scale);
    let gate = gate::decide(&GateInput {
        metric: id,
        reference: find(&all.reference, id),
        production: find(&all.production, id),
        reference_rows: labelled(analysis, TableRole::Reference),
        production_rows: labelled(analysis, TableRole::Production),
        minimum_effect,
    });
    let kind = match gate.kind {
        GateKind::Dropped => VerdictKind::Dropped,
        GateKind::NotDropped => VerdictKind::NotDropped,
        GateKind::Improved => VerdictKind::Improved,
        GateKind::NotEnoughRows => VerdictKind::NotEnoughRows,
        GateKind::UnknownWithoutLabels => VerdictKind::UnknownWithoutLabels,
    };
    let confidence = match gate.sureness {
        Sureness::AlmostCertain => Confidence::AlmostCertain,
        Sureness::Likely => Confidence::Likely,
        Sureness::Possible => Confidence::Possible,
        Sureness::CouldNotCheck => Confidence::CouldNotCheck,
    };
    let speaks =
        !matches!(kind, VerdictKind::NotEnoughRows | VerdictKind::UnknownWithoutLabels);
    let has_costs = costs(choices, analysis.plan.roles.value.is_some()).is_some();
    let families = [
        Family::Ranking,
        Family::Probability,
        Family::Decision,
        Family::Cost,
        Family::Error,
    ];
    let task = analysis.plan.task.unwrap_or(Task::Binary);
    let also = families
        .into_iter()
        .filter(|family| speaks && *family != id.family())
        .filter_map(|family| gate::spokesman(family, task, has_costs))
        .filter(|other| {
            let pair = find(&all.reference, *other).zip(find(&all.production, *other));
            pair.is_some_and(|(p, q)| {
                gate::also_dropped(*other, &p, &q, self::scale(analysis, choices, *other))
            })
        })
        .map(|other| also_sentence(kind, &all.change(other)))
        .collect();
    let other_words = analysis.plan.has_other_words(TableRole::Production);
    let sentence = if other_words && kind == VerdictKind::UnknownWithoutLabels {
        let table = analysis.counted.table(TableRole::Production);
        other_words_sentence(&metric, table.map_or(0, |own| own.unknown_labels), inputs)
    } else {
        verdict_sentence(kind, &metric, minimum_effect, gate.rows_needed, inputs)
    };
    let verdict = Verdict {
        kind,
        sentence,
        confidence,
        rows_needed: gate.rows_needed,
        minimum_effect,
        also,
    };
    Judged { verdict, metric, metrics }
}

/// The size that a minimum effect is relative to where the metric itself may be near zero.
fn scale(analysis: &Analysis, choices: &Choices, id: MetricId) -> Option<f64> {
    match id {
        MetricId::ExpectedCost => {
            let business = &choices.business;
            let costs = [
                business.cost_false_positive,
                business.cost_false_negative,
                business.value_correct,
            ];
            costs.into_iter().flatten().map(f64::abs).reduce(f64::max)
        }
        MetricId::Bias => super::range(
            analysis,
            super::role_coder(analysis, &Role::Label),
            &[TableRole::Reference],
        )
        .map(|(low, high)| (high - low) / 4.0),
        _ => None,
    }
}
