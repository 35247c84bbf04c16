//! Options in words: what each does here, what can go wrong, how to undo it, and which numbers it stands on. Enter: the
//! facts of a report and the numbers of an option. Leave: [`Told`]. One function an option. Above 400 lines because
//! the options share their wording and belong side by side.

use super::evidence::LabelTrouble;
use super::facts::Facts;
use super::number::{self, finite};
use super::{metric_words, phrase, segment};
use crate::choices::TableRole;
use crate::report::{
    AttributionTerm, CauseId, MetricChange, Remedy, Slice, Unit, VerdictKind,
};

/// The words of one option; sentences but for the title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Imperative.
    pub title: String,
    /// What it does here.
    pub what: String,
    /// Why it cannot be priced, for when it is not.
    pub unpriced: String,
    /// What can go wrong.
    pub risk: String,
    /// How to undo it.
    pub undo: String,
    /// The numbers it stands on.
    pub based_on: String,
}

impl Told {
    fn new(title: &str, parts: [&str; 5]) -> Self {
        let [what, unpriced, risk, undo, based_on] = parts.map(phrase::sentence);
        Self { title: phrase::capital(title), what, unpriced, risk, undo, based_on }
    }
}

/// The price of an option.
#[derive(Clone, Copy, Debug)]
pub struct Price<'a> {
    /// Points given back.
    pub points: Option<f64>,
    /// Their 95 % interval.
    pub interval: Option<(f64, f64)>,
    /// Whether they are a ceiling.
    pub at_most: bool,
    /// Their unit.
    pub unit: Unit,
    /// Their metric, by id.
    pub metric: &'a str,
}

/// "gives back about 3.8 points of accuracy (2.9 to 4.7)", or why there is no number.
#[must_use]
pub fn price_words(price: &Price<'_>, unpriced: &str) -> String {
    let Some(points) = price.points else { return unpriced.to_owned() };
    let name = metric_words::short_of(price.metric);
    let size = number::amount(price.unit, points);
    let chance = match price.interval {
        Some((low, high)) if low <= 0.0 => format!(
            ", though the range that chance allows runs from {} worse to {} better",
            number::amount(price.unit, low),
            number::amount(price.unit, high.max(0.0))
        ),
        Some((low, high)) => {
            let (low, high) = number::amounts(price.unit, low, high);
            format!(" ({low} to {high})")
        }
        None => String::new(),
    };
    let text = if points <= 0.0 {
        format!("gives nothing back: {name} would be {size} worse{chance}")
    } else if price.at_most {
        format!("gives back up to {size} of {name}{chance}")
    } else {
        format!("gives back about {size} of {name}{chance}")
    };
    phrase::sentence(&text)
}

fn named(columns: &[String]) -> String {
    if columns.is_empty() { "the inputs".to_owned() } else { phrase::names(columns, 3) }
}

fn touched(share: Option<f64>) -> String {
    match share {
        Some(share) => format!(", which touches about {} of rows", number::share(share)),
        None => String::new(),
    }
}

/// Mend what is broken between source and model.
#[must_use]
pub(crate) fn hot_fix(
    facts: &Facts<'_>,
    cause: CauseId,
    columns: &[String],
    share: Option<f64>,
) -> Told {
    use CauseId as C;
    let name = named(columns);
    let owner = facts.pipeline_owner();
    let (title, what) = match cause {
        C::UnitOrEncoding => (
            format!("compute {name} live as before launch"),
            format!("{owner} puts the unit or code of {name} back{}", touched(share)),
        ),
        C::MissingOrDefault => (
            format!("get {name} delivered again"),
            format!(
                "{owner} restores the feed of {name} and fills what was lost{}",
                touched(share)
            ),
        ),
        C::TimeWindow => (
            format!("put the clock of {name} right"),
            format!("{owner} sets one timezone and one day cut-off for {name}"),
        ),
        C::CategoryMapping => (
            format!("map the new names in {name} back to the old ones"),
            format!(
                "{owner} adds the new names of {name} to the mapping{}",
                touched(share)
            ),
        ),
        C::JoinOrFilter => (
            format!("join {name} on the right keys"),
            format!(
                "{owner} repairs the join or filter behind {name} and loads the affected rows again{}",
                touched(share)
            ),
        ),
        C::StaleFeature => (
            format!("start the job that writes {name} again"),
            format!(
                "{owner} restarts the update of {name} and fills the gap{}",
                touched(share)
            ),
        ),
        C::ServedNotLogged => (
            "serve what was validated, and log what is served".to_owned(),
            format!(
                "{owner} compares the deployed model file and its inputs with those of the {} in the reference",
                number::rows(facts.rows(crate::choices::TableRole::Reference))
            ),
        ),
        _ => (format!("mend {name}"), format!("{owner} mends {name}{}", touched(share))),
    };
    Told::new(
        &title,
        [
            &what,
            &format!(
                "what it gives back could not be worked out from {name} in this log"
            ),
            "a hurried fix can break what the model has meanwhile been fed; 200 ids compared before and \
             after the release show it",
            "revert the release; the logged values stay as they are",
            &format!(
                "the part of the split called broken inputs, and the findings on {name}"
            ),
        ],
    )
}

/// Switch the model off in the worst segment.
#[must_use]
pub(crate) fn switch_off(facts: &Facts<'_>, slice: &Slice) -> Told {
    let loss = segment::loss_words(&facts.report.metric);
    let place = segment::where_words(slice);
    let share = number::share(slice.production_share);
    let inside = match (finite(slice.reference_loss), finite(slice.production_loss)) {
        (Some(before), Some(after)) => {
            let change = number::change(loss.unit, before, after);
            format!(
                "there the {} went from {} to {}, on {share} of production rows",
                loss.name, change.before, change.after
            )
        }
        _ => format!("that is {share} of production rows"),
    };
    Told::new(
        &format!("switch the model off where {place}"),
        [
            &format!(
                "{inside}; a rule or a person decides these rows until it is mended"
            ),
            &format!(
                "what it gives back depends on how well the {share} of rows are decided without the model"
            ),
            "the number holds only if the rule or the person does there as well as the model did before launch",
            "take the condition out again; nothing else changes",
            &format!(
                "the segment's own numbers before and after launch, on {}",
                phrase::counted(slice.production_rows, "labelled row", "labelled rows")
            ),
        ],
    )
}

/// What retraining does, where inputs are broken as well.
#[must_use]
pub(crate) fn after_the_repair(what: &str, columns: &[String]) -> String {
    phrase::paragraph(&[
        what.to_owned(),
        format!(
            "only once {} is mended, on rows set right, or the new model learns the break",
            named(columns)
        ),
    ])
}

/// Decide at the cut-off of before launch again.
#[must_use]
pub(crate) fn old_cut_off(
    facts: &Facts<'_>,
    now: f64,
    before: f64,
    share: Option<f64>,
) -> Told {
    let rows = facts.report.metric.production_rows;
    Told::new(
        &format!("put the cut-off back to {}", number::quantity(before)),
        [
            &format!(
                "decisions were made at {} before launch and are made at {} now{}",
                number::quantity(before),
                number::quantity(now),
                match share {
                    Some(share) => {
                        format!("; about {} of them would change", number::share(share))
                    }
                    None => String::new(),
                }
            ),
            "what it gives back could not be worked out",
            "whoever moved it may have had a reason; ask first",
            "set the present cut-off again",
            &format!(
                "the part of the split called threshold, on {}",
                phrase::counted(rows, "labelled row", "labelled rows")
            ),
        ],
    )
}

/// Go back to the previous model, without its output in the log.
#[must_use]
pub(crate) fn roll_back(facts: &Facts<'_>) -> Told {
    let exists = match facts.report.inputs.business.can_roll_back {
        Some(true) => "the previous model is still there",
        _ => "if a previous model is still there, it can decide instead",
    };
    let rows = facts.rows(crate::choices::TableRole::Production);
    Told::new(
        "roll back to the previous model",
        [
            exists,
            &format!(
                "cannot be priced: the previous model's output on the {} is not in the log",
                phrase::counted(rows, "production row", "production rows")
            ),
            "if the inputs are broken, the previous model gets them too",
            "switch to the new model again",
            "nothing in this report yet; give its column the role “Previous model”, or run the query",
        ],
    )
}

/// Go back to the previous model, whose output is in the log.
#[must_use]
pub(crate) fn roll_back_logged(
    facts: &Facts<'_>,
    column: &str,
    old: &MetricChange,
) -> Told {
    let name = &facts.words.short;
    let level = match (finite(old.production), finite(facts.report.metric.production)) {
        (Some(before), Some(now)) => format!(
            "on the same production rows the previous model has {name} {}, the present one {}",
            number::value(old.unit, before),
            number::value(old.unit, now)
        ),
        _ => "the previous model's output is in the log".to_owned(),
    };
    Told::new(
        "roll back to the previous model",
        [
            &level,
            "what it gives back could not be worked out from the logged output",
            "if the inputs are broken, the previous model gets them too",
            "switch to the new model again",
            &format!(
                "the column {} against the outcomes of {}",
                phrase::name(column),
                phrase::counted(old.production_rows, "labelled row", "labelled rows")
            ),
        ],
    )
}

/// Another cut-off.
#[must_use]
pub(crate) fn move_threshold(
    facts: &Facts<'_>,
    remedy: &Remedy,
    metric: &MetricChange,
    share: Option<f64>,
) -> Told {
    let (from, to) = (remedy.from.unwrap_or(f64::NAN), remedy.to.unwrap_or(f64::NAN));
    let title = if from.is_finite() && to.is_finite() {
        let verb = if to > from { "raise" } else { "lower" };
        format!(
            "{verb} the cut-off from {} to {}",
            number::quantity(from),
            number::quantity(to)
        )
    } else {
        "move the cut-off".to_owned()
    };
    let changed = match share {
        Some(share) => {
            format!("about {} of decisions would change", number::share(share))
        }
        None => "how many decisions would change is not known".to_owned(),
    };
    let was = number::amount(metric.unit, remedy.reference_points);
    let always = if remedy.reference_points > 0.5 * remedy.points.max(0.0)
        && remedy.points > 0.0
    {
        format!("; {was} of that was to be had before launch already")
    } else {
        String::new()
    };
    let name = metric_words::words(metric).short;
    Told::new(
        &title,
        [
            &format!("{changed}{always}"),
            "what it gives back could not be worked out without scores and outcomes",
            "it treats the symptom: when the cause is mended, the cut-off has to move back",
            "set the old cut-off again",
            &format!(
                "{name} at every cut-off on {}, chosen on one half and measured on the other",
                phrase::counted(
                    facts.report.metric.production_rows,
                    "labelled row",
                    "labelled rows"
                )
            ),
        ],
    )
}

/// Probabilities set right.
#[must_use]
pub(crate) fn recalibrate(
    facts: &Facts<'_>,
    remedy: &Remedy,
    metric: &MetricChange,
) -> Told {
    let level = match facts.levels() {
        Some([_, after]) => format!(
            "the average score is {} while {} of rows turn out positive; a correction brings the two together",
            number::share(after.0),
            number::share(after.1)
        ),
        None => "a correction brings scores and outcomes together".to_owned(),
    };
    let was = number::amount(metric.unit, remedy.reference_points.max(0.0));
    Told::new(
        "correct the probabilities (recalibrate)",
        [
            &level,
            "what it gives back could not be worked out without probabilities and outcomes",
            "the order of cases stays as it is, so it mends no ranking; with few outcomes it chases noise",
            "take the correction out again",
            &format!(
                "{} with and without the correction, fitted on one half of the rows and measured on the other \
                 (before launch it would have given {was})",
                metric_words::words(metric).short
            ),
        ],
    )
}

/// A new model.
#[must_use]
pub(crate) fn retrain(
    facts: &Facts<'_>,
    cause: CauseId,
    columns: &[String],
    terms: &[&AttributionTerm],
) -> Told {
    let since = match facts.report.change_point.at.as_deref() {
        Some(at) => format!("rows since {}", number::date(at)),
        None => "rows from after launch".to_owned(),
    };
    let why = match cause {
        CauseId::PopulationShift => {
            format!("it then knows who comes now ({})", named(columns))
        }
        CauseId::SeasonalityEvent => "it then knows this time of year".to_owned(),
        CauseId::ColdStart => {
            format!("it then knows the newcomers in {}", named(columns))
        }
        _ => "it then learns how the same cases turn out now".to_owned(),
    };
    // Whole periods from the day on: those before it are of the old kind. A link has no periods.
    let periods = facts.periods(TableRole::Production);
    let late = facts.report.change_point.at.as_deref().map(|at| {
        let after = periods.iter().filter(|period| period.start.as_str() >= at);
        after.map(|period| period.labelled_rows).sum::<u64>()
    });
    let all = facts.report.metric.production_rows;
    let (labelled, kind) = match late.filter(|own| *own > 0) {
        Some(own) => (own, "since then"),
        None => (all, "after launch"),
    };
    let parts: Vec<String> = terms
        .iter()
        .map(|term| {
            format!(
                "{} from {}",
                number::amount(facts.report.metric.unit, term.points),
                super::cause::term_words(&term.term)
            )
        })
        .collect();
    let based = if parts.is_empty() {
        "no part of the split is due to drift, so nothing is promised".to_owned()
    } else {
        format!("the split of the drop: {}", phrase::list(&parts))
    };
    Told::new(
        &format!("retrain on {since}"),
        [
            &format!(
                "{why}; {} {kind} {} at hand",
                phrase::counted(labelled, "labelled row", "labelled rows"),
                phrase::plural(labelled, "is", "are")
            ),
            "what a new model would win back cannot be told before it is trained",
            "a model trained on broken inputs learns the bug, so parity comes first; harder cases stay harder",
            "keep the present model deployable and switch back",
            &based,
        ],
    )
}

/// Take out the column that knew the answer.
#[must_use]
pub(crate) fn drop_column(facts: &Facts<'_>, columns: &[String]) -> Told {
    let name = named(columns);
    let taken = match columns {
        [_] => format!("the column {name} is"),
        _ => format!("the columns {name} are"),
    };
    let promised = number::metric_change(&facts.report.metric);
    let level = match &promised {
        Some(change) => format!(
            "{taken} taken out and the model trained again; the {} before launch was helped by it and \
             will not come back",
            change.before
        ),
        None => format!("{taken} taken out and the model trained again"),
    };
    Told::new(
        &format!("train without {name}"),
        [
            &level,
            "gives nothing back by itself: the lab result was never there; it makes the next one honest",
            "the new model looks worse in the lab than the old one did, which has to be explained beforehand",
            "keep the present model deployable and switch back",
            &format!("the findings on {name}"),
        ],
    )
}

/// Validate on later time.
#[must_use]
pub(crate) fn time_validation(
    facts: &Facts<'_>,
    optimism: Option<&AttributionTerm>,
) -> Told {
    let size = match optimism.filter(|term| term.points > 0.0) {
        Some(term) => format!(
            "the lab result was {} too good; ",
            number::amount(facts.report.metric.unit, term.points)
        ),
        None => String::new(),
    };
    Told::new(
        "validate on later rows, not on random ones",
        [
            &format!(
                "{size}the next model is tested on the weeks after those it was trained on, none of the {} \
                 in both",
                number::rows(facts.rows(crate::choices::TableRole::Reference))
            ),
            "gives nothing back today: it keeps the next promise honest",
            "later rows are fewer, so the promise comes with a wider range",
            "nothing to undo",
            "rows that stand in training and reference, and the model's result on both",
        ],
    )
}

/// Rows the model does not decide.
#[must_use]
pub(crate) fn hold_out(facts: &Facts<'_>, rows: Option<f64>, share: f64) -> Told {
    let count = match rows {
        Some(rows) => format!("about {} rows a day", number::about(rows * share)),
        None => format!("{} of rows", number::share(share)),
    };
    let columns: Vec<String> = facts
        .report
        .causes
        .iter()
        .find(|cause| cause.id == CauseId::FeedbackLoop.name())
        .map(|cause| cause.columns.clone())
        .unwrap_or_default();
    let about = if columns.is_empty() {
        String::new()
    } else {
        format!(", with an eye on {}", phrase::names(&columns, 3))
    };
    Told::new(
        &format!("leave a random {} of rows to chance", number::share(share)),
        [
            &format!(
                "{count} are decided without the model{about}: what happens to them is what would happen anyway"
            ),
            "gives nothing back by itself: it shows how much the model's own decisions distort what is measured",
            "the rows left to chance are decided worse; that is the price of knowing",
            "stop drawing; what was collected stays useful",
            "the part of the rows whose outcome depends on the decision",
        ],
    )
}

/// Wait for the season to pass.
#[must_use]
pub(crate) fn wait_out(facts: &Facts<'_>, columns: &[String]) -> Told {
    let since = match facts.report.change_point.at.as_deref() {
        Some(at) => format!(" since {}", number::date(at)),
        None => String::new(),
    };
    Told::new(
        "wait until the season or event is over",
        [
            &format!(
                "what moved{since} goes with the calendar ({}); it may pass by itself",
                named(columns)
            ),
            "what waiting gives back is known when the next weeks are in",
            "if it is no season, the time is lost",
            "nothing to undo",
            "the dates of the change and the columns that moved with it",
        ],
    )
}

/// Get outcomes.
#[must_use]
pub(crate) fn wait_for_labels(facts: &Facts<'_>) -> Told {
    if let Some(column) = facts.recounted() {
        return recount(facts, column);
    }
    if let Some(trouble @ (LabelTrouble::Turned | LabelTrouble::Rebooked)) =
        facts.label_trouble()
    {
        return recode(facts, trouble);
    }
    use crate::choices::TableRole::Production;
    let rows = facts.rows(Production);
    let labelled = facts.table(Production).map_or(0, |table| table.labelled_rows);
    let known = format!(
        "{} of {} have a known outcome",
        number::count(labelled),
        phrase::counted(rows, "production row", "production rows")
    );
    let needed = match (facts.kind(), facts.report.verdict.rows_needed) {
        (VerdictKind::NotEnoughRows, Some(needed)) => {
            format!("; about {} are needed", number::about(needed as f64))
        }
        _ => String::new(),
    };
    Told::new(
        "get the outcomes first",
        [
            &if labelled >= rows {
                format!(
                    "{known}{needed}, but the newest may still change: wait until they are final"
                )
            } else {
                format!(
                    "{known}{needed}; a random part labelled by hand is the quickest way"
                )
            },
            "gives nothing back by itself: it tells whether there is anything to mend",
            "labels by hand differ from the real outcome; mark them",
            "nothing to undo",
            "the count of labelled rows",
        ],
    )
}

/// Count the outcomes of a segment as before.
fn recount(facts: &Facts<'_>, column: &str) -> Told {
    let column = phrase::name(column);
    Told::new(
        "count the outcomes as before",
        [
            &format!(
                "find out who changed how outcomes are counted by {column}, count them as before launch, and measure {} \
                 again",
                facts.words.short
            ),
            "gives nothing back by itself: it tells whether there is anything to mend",
            "both ways of counting stand in one table until it is done; mark the rows",
            "keep the outcomes as they came in a column of their own",
            &format!("outcomes per day for each {column}"),
        ],
    )
}

/// Write the outcomes as before.
fn recode(facts: &Facts<'_>, trouble: LabelTrouble) -> Told {
    let (title, finds) = match trouble {
        LabelTrouble::Turned => (
            "check how the outcomes are coded",
            "whether yes and no are exchanged in the outcomes since launch, puts them as before launch",
        ),
        _ => (
            "check the unit of the outcomes",
            "which unit the outcomes are booked in since launch, puts them as before launch",
        ),
    };
    let rows = facts.report.metric.production_rows;
    let labelled = phrase::counted(rows, "labelled row", "labelled rows");
    Told::new(
        title,
        [
            &format!(
                "{} finds out {finds}, and {} is measured again on the same {labelled}",
                facts.pipeline_owner(),
                facts.words.short
            ),
            "gives nothing back by itself: it tells whether there is anything to mend",
            "rows of both ways may stand in one table; look up 50 by hand before all are changed",
            "keep the outcomes as they came in a column of their own",
            &format!("what the scores say about the outcomes of the {labelled}"),
        ],
    )
}

/// Nothing to mend.
#[must_use]
pub(crate) fn keep(facts: &Facts<'_>) -> Told {
    let metric = &facts.report.metric;
    Told::new(
        "keep the model as it is",
        [
            &format!(
                "{} did not get worse on {}",
                facts.words.short,
                phrase::counted(metric.production_rows, "labelled row", "labelled rows")
            ),
            "there is nothing to give back",
            "what moved may matter later; the alerts below watch it",
            "nothing to undo",
            "the verdict and its interval",
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{explained, report, rich, slice};
    use super::super::tests::seam;
    use super::*;
    use crate::choices::Task;

    fn every(facts: &Facts<'_>) -> Vec<Told> {
        let columns = ["income".to_owned(), "loan amount".to_owned()];
        let remedy = Remedy {
            id: "threshold".to_owned(),
            metric: "accuracy".to_owned(),
            points: 0.012,
            ci_low: 0.004,
            ci_high: 0.02,
            reference_points: 0.009,
            from: Some(0.5),
            to: Some(0.42),
            sentence: String::new(),
        };
        let term = AttributionTerm {
            term: "relationship".to_owned(),
            points: 0.03,
            ci_low: 0.02,
            ci_high: 0.04,
        };
        let place = slice(&[("region", "is North")], (0.12, 0.14), (0.09, 0.31));
        let metric = &facts.report.metric;
        let mut told: Vec<Told> = CauseId::ALL
            .into_iter()
            .map(|cause| hot_fix(facts, cause, &columns, Some(0.18)))
            .collect();
        told.extend([
            switch_off(facts, &place),
            roll_back(facts),
            roll_back_logged(facts, "old_score", metric),
            move_threshold(facts, &remedy, metric, Some(0.07)),
            move_threshold(facts, &remedy, metric, None),
            recalibrate(facts, &remedy, metric),
            retrain(facts, CauseId::ConceptDrift, &columns, &[&term]),
            retrain(facts, CauseId::ColdStart, &[], &[]),
            drop_column(facts, &columns),
            time_validation(facts, Some(&term)),
            time_validation(facts, None),
            hold_out(facts, Some(1_000.0), 0.02),
            wait_out(facts, &columns),
            wait_for_labels(facts),
            recount(facts, "region"),
            keep(facts),
        ]);
        told
    }

    #[test]
    fn every_option_reads() {
        for kind in super::super::fixture::KINDS {
            for task in [Task::Binary, Task::Regression] {
                let report = explained(rich(report(kind, task)));
                for told in every(&Facts::new(&report)) {
                    assert_eq!(
                        seam(&phrase::sentence(&told.title)),
                        None,
                        "{}",
                        told.title
                    );
                    for text in [
                        &told.what,
                        &told.unpriced,
                        &told.risk,
                        &told.undo,
                        &told.based_on,
                    ] {
                        assert_eq!(seam(text), None, "{text}");
                        assert!(!text.is_empty());
                    }
                }
            }
        }
    }

    #[test]
    fn prices_read() {
        let price = Price {
            points: Some(0.038),
            interval: Some((0.029, 0.047)),
            at_most: false,
            unit: Unit::Share,
            metric: "accuracy",
        };
        assert_eq!(
            price_words(&price, ""),
            "Gives back about 3.8 points of accuracy (2.9 to 4.7 points)."
        );
        assert_eq!(
            price_words(&Price { at_most: true, ..price }, ""),
            "Gives back up to 3.8 points of accuracy (2.9 to 4.7 points)."
        );
        assert_eq!(
            price_words(&Price { interval: Some((-0.01, 0.05)), ..price }, ""),
            "Gives back about 3.8 points of accuracy, though the range that chance allows runs from 1 point \
             worse to 5 points better."
        );
        assert_eq!(
            price_words(&Price { points: None, ..price }, "Cannot be priced."),
            "Cannot be priced."
        );
    }
}
