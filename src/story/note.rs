//! One typed function a note: what happened or could not be checked, and what to try. The engine calls
//! them; the page and the story show them. Shares are 0–1; counts are rows. Above 400 lines because it is
//! one flat list that is searched by code.

use super::finding::kinds_word;
use super::{metric_words, number, phrase};
use crate::choices::{Kind, TableRole};
use crate::report::{LabelJoin, MetricChange, Note, NoteWeight};

/// At most this many columns are named in a note.
const NAMED: usize = 4;

fn note(code: &str, weight: NoteWeight, what: &str, try_this: &str) -> Note {
    Note {
        code: code.to_owned(),
        weight,
        what: phrase::sentence(what),
        try_this: phrase::sentence(try_this),
    }
}

const fn the(table: TableRole) -> &'static str {
    match table {
        TableRole::Reference => "the reference table",
        TableRole::Production => "the production table",
        TableRole::Shadow => "the shadow table",
        TableRole::Training => "the training table",
    }
}

/// `ragged_rows`: records with too many or too few fields.
#[must_use]
pub fn ragged_rows(table: TableRole, ragged: u64, rows: u64) -> Note {
    let weight = if ragged.saturating_mul(100) > rows {
        NoteWeight::Part
    } else {
        NoteWeight::Information
    };
    let share = number::share(ragged as f64 / rows.max(1) as f64);
    let what = format!(
        "{} of {} ({share}) {} too many or too few fields; missing fields were read as empty and \
         extra ones were left out",
        number::rows(ragged),
        the(table),
        phrase::plural(ragged, "has", "have")
    );
    note(
        "ragged_rows",
        weight,
        &what,
        "check the delimiter and the quoting where the file is written",
    )
}

/// `duplicate_names`: several columns of one name; later ones were renamed.
#[must_use]
pub fn duplicate_names(table: TableRole, columns: &[String]) -> Note {
    let what = format!(
        "{} uses {} more than once: {}; the later columns got a number behind their name",
        the(table),
        phrase::counted(columns.len() as u64, "column name", "column names"),
        phrase::names(columns, NAMED)
    );
    note("duplicate_names", NoteWeight::Part, &what, "give every column its own name")
}

/// `nested_columns`: lists, maps or structures that are not analysed.
#[must_use]
pub fn nested_columns(table: TableRole, columns: &[String]) -> Note {
    let count = columns.len() as u64;
    let what = format!(
        "{} of {} {} lists or structures and {} not analysed: {}",
        phrase::counted(count, "column", "columns"),
        the(table),
        phrase::plural(count, "holds", "hold"),
        phrase::plural(count, "was", "were"),
        phrase::names(columns, NAMED)
    );
    note(
        "nested_columns",
        NoteWeight::Part,
        &what,
        "write the parts you need as plain columns",
    )
}

/// `all_missing_columns`: columns without one value.
#[must_use]
pub fn all_missing_columns(table: TableRole, columns: &[String]) -> Note {
    let count = columns.len() as u64;
    let what = format!(
        "{} of {} {} empty on every row: {}",
        phrase::counted(count, "column", "columns"),
        the(table),
        phrase::plural(count, "is", "are"),
        phrase::names(columns, NAMED)
    );
    note(
        "all_missing_columns",
        NoteWeight::Part,
        &what,
        "check the export of these columns",
    )
}

/// `text_columns`: free text is not compared word by word.
#[must_use]
pub fn text_columns(columns: &[String]) -> Note {
    let what = format!(
        "free text is not compared word by word, which leaves out {}",
        phrase::names(columns, NAMED)
    );
    note(
        "text_columns",
        NoteWeight::Information,
        &what,
        "add a category that sums the text up",
    )
}

/// `no_time_column`: when it changed cannot be told.
#[must_use]
pub fn no_time_column() -> Note {
    note(
        "no_time_column",
        NoteWeight::Part,
        "without a time column we could not check when it changed, whether the season plays a part, \
         or whether labels are still arriving",
        "add the time of each prediction, or choose the column that holds it",
    )
}

/// `few_periods`: too little time for a change point.
#[must_use]
pub fn few_periods(periods: u64, needed: u64) -> Note {
    let what = format!(
        "production covers {}, and {} would be needed to name the date of a change",
        phrase::counted(periods, "period", "periods"),
        number::count(needed)
    );
    note("few_periods", NoteWeight::Part, &what, "add production rows from a longer time")
}

/// `unreadable_times`: values of the time column that are not a moment.
#[must_use]
pub fn unreadable_times(table: TableRole, column: &str, rows: u64) -> Note {
    let what = format!(
        "{} of {} {} no readable time in {} and {} left out of everything over time",
        number::rows(rows),
        the(table),
        phrase::plural(rows, "has", "have"),
        phrase::name(column),
        phrase::plural(rows, "is", "are")
    );
    note(
        "unreadable_times",
        NoteWeight::Part,
        &what,
        "write times as 2019-03-31T05:00:00Z",
    )
}

/// `no_id_column`: rows cannot be tied to entities.
#[must_use]
pub fn no_id_column() -> Note {
    note(
        "no_id_column",
        NoteWeight::Part,
        "without an id column every row counts as a case of its own, so repeated customers may make \
         the intervals look narrower than they are",
        "add the id of the customer, item or account, or choose the column that holds it",
    )
}

/// `no_production_labels`: the verdict has to wait.
#[must_use]
pub fn no_production_labels(rows: u64) -> Note {
    let what = format!(
        "none of the {} has a label, so performance after launch cannot be measured yet",
        phrase::counted(rows, "production row", "production rows")
    );
    note(
        "no_production_labels",
        NoteWeight::Verdict,
        &what,
        "add the outcomes as a label column, or as a file of ids and labels",
    )
}

/// `partial_labels`: only some rows have a label.
#[must_use]
pub fn partial_labels(table: TableRole, labelled: u64, rows: u64) -> Note {
    let what = format!(
        "{} of the {} rows of {} have a label; performance is measured on those alone",
        number::count(labelled),
        number::count(rows),
        the(table)
    );
    note(
        "partial_labels",
        NoteWeight::Verdict,
        &what,
        "check that the rows without a label are not a special kind, such as rejected cases",
    )
}

/// `labels_not_typical`: the rows with a label are of another kind than all; the metric to expect on each.
#[must_use]
pub fn labels_not_typical(metric: &MetricChange, labelled: f64, all: f64) -> Note {
    let what = format!(
        "the production rows that have a label are not typical: by who they are, {} should be {} on them and {} on all \
         production rows",
        metric_words::words(metric).short,
        number::value(metric.unit, labelled),
        number::value(metric.unit, all)
    );
    note(
        "labels_not_typical",
        NoteWeight::Verdict,
        &what,
        "get outcomes for a random part of the rows without a label",
    )
}

/// `labels_doubtful`: nothing got worse by outcomes that do not look like those before launch.
#[must_use]
pub fn labels_doubtful() -> Note {
    note(
        "labels_doubtful",
        NoteWeight::Verdict,
        "outcomes since launch look late, or counted in another way than before, so that the figures after launch may \
         be too kind",
        "leave out the newest rows until their outcomes are final, and check how outcomes are counted",
    )
}

/// `one_class`: every label is the same; several metrics do not exist.
#[must_use]
pub fn one_class(table: TableRole, class: &str, rows: u64) -> Note {
    let what = format!(
        "all {} of {} {} the label {}, so ranking and calibration cannot be measured there",
        phrase::counted(rows, "labelled row", "labelled rows"),
        the(table),
        phrase::plural(rows, "has", "have"),
        phrase::quoted(class)
    );
    note("one_class", NoteWeight::Verdict, &what, "add rows with the other outcome")
}

/// `no_outcome`: no column was taken for the outcome.
#[must_use]
pub fn no_outcome() -> Note {
    note(
        "no_outcome",
        NoteWeight::Verdict,
        "no column was recognised as the outcome, so performance cannot be measured",
        "choose the column that says what really happened as the outcome (label)",
    )
}

/// `headline_hides`: accuracy held (or was not to be had), and the ranking did not.
#[must_use]
pub fn headline_hides(has_accuracy: bool) -> Note {
    note(
        "headline_hides",
        NoteWeight::Part,
        if has_accuracy {
            "accuracy did not get worse, but the scores rank cases worse than before launch; where most cases have the \
             same outcome accuracy hardly notices, so the ranking is what is judged here"
        } else {
            "accuracy cannot be compared, as only one table has decisions that can be judged; the scores rank cases \
             worse than before launch, so the ranking is what is judged here"
        },
        "choose accuracy as the metric to judge by it all the same",
    )
}

/// `selective_labels`: production has outcomes only where one decision was made.
#[must_use]
pub fn selective_labels(decision: &str) -> Note {
    let what = format!(
        "production, at least of late, has outcomes only where the decision was {}: how the other cases would have turned \
         out is not known, so both tables are compared on these rows alone",
        phrase::quoted(decision)
    );
    note(
        "selective_labels",
        NoteWeight::Verdict,
        &what,
        "let a small random share of the other cases through, or wait for their outcomes",
    )
}

/// `shadow_unmatched`: no shadow row belongs to a production row.
#[must_use]
pub fn shadow_unmatched(rows: u64) -> Note {
    let what = format!(
        "none of the {} of the shadow table has the id of a production row, so nothing could be compared",
        number::rows(rows)
    );
    note(
        "shadow_unmatched",
        NoteWeight::Part,
        &what,
        "check that both tables use the same id column, or choose another one",
    )
}

/// The first of some values in quotes; `None` without any.
fn some_quoted(values: &[String]) -> Option<String> {
    let quoted: Vec<String> = values.iter().map(|value| phrase::quoted(value)).collect();
    (!quoted.is_empty()).then(|| phrase::list_some(&quoted, NAMED))
}

/// `labels_not_known`: rows whose label says that the outcome is not known yet.
#[must_use]
pub fn labels_not_known(table: TableRole, values: &[String], rows: u64) -> Note {
    let named = some_quoted(values).unwrap_or_default();
    let what = format!(
        "{} of {} {} {} as label, taken for not known yet",
        number::rows(rows),
        the(table),
        phrase::plural(rows, "has", "have"),
        named
    );
    note(
        "labels_not_known",
        NoteWeight::Part,
        &what,
        "choose several classes as the task if it is an outcome of its own",
    )
}

/// `unseen_label`: label values that the reference does not have.
#[must_use]
pub fn unseen_label(table: TableRole, values: &[String], rows: u64) -> Note {
    let named = some_quoted(values).map_or_else(String::new, |own| format!(": {own}"));
    let what = format!(
        "{} of {} {} a label that never occurs before launch{named}",
        number::rows(rows),
        the(table),
        phrase::plural(rows, "has", "have"),
    );
    note(
        "unseen_label",
        NoteWeight::Part,
        &what,
        "check whether the definition of the label changed",
    )
}

/// `partial_outputs`: labelled rows on which the model's output is missing or cannot be held against the outcome.
#[must_use]
pub fn partial_outputs(table: TableRole, without: u64, labelled: u64) -> Note {
    let what = format!(
        "{} of the {} of {} {} no output of the model that could be held against the outcome (no score, an infinite one, or \
         none for the class that came); performance is measured on the others",
        number::count(without),
        phrase::counted(labelled, "labelled row", "labelled rows"),
        the(table),
        phrase::plural(without, "has", "have"),
    );
    note(
        "partial_outputs",
        NoteWeight::Verdict,
        &what,
        "check whether the rows without an output are a special kind, such as time-outs",
    )
}

/// `other_outcomes`: so many outcomes in other words that the rest is no fair part of them.
#[must_use]
pub fn other_outcomes(table: TableRole, values: &[String], rows: u64) -> Note {
    let named = some_quoted(values).map_or_else(String::new, |own| format!(" ({own})"));
    let what = format!(
        "the outcomes of {} of {} are in words that never occur before launch{named}, so that \
         performance could not be measured there",
        number::rows(rows),
        the(table),
    );
    note(
        "other_outcomes",
        NoteWeight::Verdict,
        &what,
        "write outcomes alike in both tables, or check whether their definition changed",
    )
}

/// `file`: what was odd about a file, in the reader's words.
#[must_use]
pub fn file(table: TableRole, name: &str, what: &str) -> Note {
    let what = format!("in {name} ({}): {what}", the(table));
    note("file", NoteWeight::Information, &what, "")
}

/// `part_without_header`: a file without names of columns beside others that have them.
#[must_use]
pub fn part_without_header(table: TableRole, name: &str) -> Note {
    let what = format!(
        "the file {name} of {} has no header line, so that its columns have no names and none of its values was compared",
        the(table)
    );
    note(
        "part_without_header",
        NoteWeight::Verdict,
        &what,
        "put the header line of the other files on top of it",
    )
}

/// `part_twice`: a file that seems to be there twice.
#[must_use]
pub fn part_twice(table: TableRole, name: &str, rows: u64) -> Note {
    let what = format!(
        "the file {name} of {} was given twice ({} each time), and its rows count twice",
        the(table),
        number::rows(rows)
    );
    note("part_twice", NoteWeight::Part, &what, "take one of them away")
}

/// `part_without_columns`: a file of several that lacks columns of the others.
#[must_use]
pub fn part_without_columns(table: TableRole, name: &str, columns: &[String]) -> Note {
    let what = format!(
        "the file {name} of {} lacks {}, which the other files have: {} empty on its rows",
        the(table),
        phrase::names(columns, NAMED),
        if columns.len() == 1 { "it counts as" } else { "they count as" },
    );
    note(
        "part_without_columns",
        NoteWeight::Part,
        &what,
        "export the file again with the same columns",
    )
}

/// `training_not_measured`: a training table on which the metric has no value.
#[must_use]
pub fn training_not_measured(rows: u64) -> Note {
    let what = format!(
        "on the training table ({}) the metric has no value, for want of outcomes, of outputs or of one of two outcomes; \
         whether the model memorised it was not examined",
        number::rows(rows)
    );
    note(
        "training_not_measured",
        NoteWeight::Part,
        &what,
        "add the outcome and the score to the training rows",
    )
}

/// `label_names_differ`: a label file calls the outcome otherwise than the other table does.
#[must_use]
pub fn label_names_differ(table: TableRole, label: &str) -> Note {
    let what = format!(
        "the label file of {} calls the outcome {}, and the other table has no column of that name, so that nothing \
         could be compared",
        the(table),
        phrase::name(label)
    );
    note(
        "label_names_differ",
        NoteWeight::Verdict,
        &what,
        "give the outcome the same name in both",
    )
}

/// `too_many_classes`: more classes than are told apart.
#[must_use]
pub fn too_many_classes(limit: usize) -> Note {
    let what = format!(
        "the label has more than {limit} classes; the {limit} most common were compared, and rows of all others left out"
    );
    note(
        "too_many_classes",
        NoteWeight::Verdict,
        &what,
        "group the rare classes into one",
    )
}

/// `other_decisions`: decisions that are neither of the two.
#[must_use]
pub fn other_decisions(table: TableRole, values: &[String], rows: u64) -> Note {
    let named = some_quoted(values).unwrap_or_default();
    let what = format!(
        "{} of {} {} a decision that is neither yes nor no ({}), and count neither as right nor as wrong",
        number::rows(rows),
        the(table),
        phrase::plural(rows, "has", "have"),
        named
    );
    note(
        "other_decisions",
        NoteWeight::Part,
        &what,
        "log what was done in the end on these rows",
    )
}

/// `score_on_another_scale`: the score was a probability before launch, and is none since.
#[must_use]
pub fn score_on_another_scale(column: &str, low: f64, high: f64) -> Note {
    let what = format!(
        "the score in {} lay between 0 and 1 before launch and runs from {} to {} since: it is logged in another unit, so \
         that log-loss, calibration and cut-offs cannot be compared",
        phrase::name(column),
        number::quantity(low),
        number::quantity(high)
    );
    note(
        "score_on_another_scale",
        NoteWeight::Verdict,
        &what,
        "log the score as before and compare again",
    )
}

/// `score_turned`: the score is high where the outcome is no.
#[must_use]
pub fn score_turned(column: &str, auc: f64) -> Note {
    let what = format!(
        "the score in {} is high where the outcome does not come (AUC {} before launch): it seems to be the chance of the \
         other class",
        phrase::name(column),
        number::fixed(auc, 2)
    );
    note(
        "score_turned",
        NoteWeight::Verdict,
        &what,
        "choose the other class as yes, or log the chance of the class that is yes",
    )
}

/// `no_reference_labels`: outcomes in production alone.
#[must_use]
pub fn no_reference_labels(rows: u64) -> Note {
    let what = format!(
        "{} of production {} an outcome, and no row of the reference does, so that there is nothing to compare with",
        number::rows(rows),
        phrase::plural(rows, "has", "have")
    );
    note(
        "no_reference_labels",
        NoteWeight::Verdict,
        &what,
        "add the outcomes of the reference, or a file with its ids and outcomes",
    )
}

/// `no_score`: only decisions are known.
#[must_use]
pub fn no_score() -> Note {
    note(
        "no_score",
        NoteWeight::Part,
        "without a score column the ranking of cases, the probabilities and other cut-offs could not \
         be checked",
        "log the model's score beside its decision, or choose the column that holds it",
    )
}

/// `no_decision`: what was done with the score is not known.
#[must_use]
pub fn no_decision() -> Note {
    note(
        "no_decision",
        NoteWeight::Part,
        "without a decision column we could not check accuracy, precision and recall as deployed, nor \
         which cut-off is in use",
        "add the decision, or give the threshold",
    )
}

/// `score_in_per_cent`: the score is a probability in per cent, and was divided by 100.
#[must_use]
pub fn score_in_per_cent(column: &str) -> Note {
    let what = format!(
        "the score in {} is given in per cent: it was divided by 100, so that 0.25 in this report is 25 in the file",
        phrase::name(column)
    );
    note("score_in_per_cent", NoteWeight::Information, &what, "")
}

/// `score_not_probability`: the score leaves 0–1, so probability metrics do not apply.
#[must_use]
pub fn score_not_probability(column: &str, low: f64, high: f64) -> Note {
    let what = format!(
        "the score in {} runs from {} to {} and is no probability, so log-loss and calibration were \
         not measured",
        phrase::name(column),
        number::quantity(low),
        number::quantity(high)
    );
    note("score_not_probability", NoteWeight::Part, &what, "log the probability as well")
}

/// `shadow_not_examined`: only metrics were computed on the shadow table.
#[must_use]
pub fn shadow_not_examined(rows: u64) -> Note {
    let what = format!(
        "of the shadow table ({}) only the metrics were computed; its values were not compared with \
         production id by id",
        number::rows(rows)
    );
    note("shadow_not_examined", NoteWeight::Part, &what, "")
}

/// `training_not_examined`: only metrics were computed on the training table.
#[must_use]
pub fn training_not_examined(rows: u64) -> Note {
    let what = format!(
        "of the training table ({}) only the metrics were computed; whether the model memorised it was \
         not examined",
        number::rows(rows)
    );
    note("training_not_examined", NoteWeight::Part, &what, "")
}

/// `causes_not_examined`: the report lists what changed, not why.
#[must_use]
pub fn causes_not_examined(columns_compared: u64) -> Note {
    let what = format!(
        "the causes have not been examined yet: {} {} compared, but nothing here says why the metric \
         moved",
        phrase::counted(columns_compared, "column", "columns"),
        phrase::plural(columns_compared, "was", "were")
    );
    note("causes_not_examined", NoteWeight::Part, &what, "follow the plan step by step")
}

/// `labels_unmatched`: table rows or labels without a partner.
#[must_use]
pub fn labels_unmatched(table: TableRole, join: &LabelJoin) -> Note {
    let what = format!(
        "of the {} in {}, {} found their row of {}; {} not in that file, and {} an id that is not in the table",
        phrase::counted(join.labels, "label", "labels"),
        phrase::list_some(
            &join.files.iter().map(|file| phrase::quoted(file)).collect::<Vec<_>>(),
            2
        ),
        number::count(join.matched),
        the(table),
        phrase::counted(join.rows_unmatched, "row is", "rows are"),
        phrase::counted(join.labels_unmatched, "label has", "labels have")
    );
    let weight = if join.matched == 0 { NoteWeight::Verdict } else { NoteWeight::Part };
    note(
        "labels_unmatched",
        weight,
        &what,
        "check that both files write the id the same way",
    )
}

/// `duplicate_label_ids`: ids that stand more than once in the label file.
#[must_use]
pub fn duplicate_label_ids(table: TableRole, join: &LabelJoin) -> Note {
    let what = format!(
        "{} for {} {} more than once; the first label was kept",
        phrase::counted(join.duplicate_ids, "label id", "label ids"),
        the(table),
        phrase::plural(join.duplicate_ids, "stands", "stand")
    );
    note("duplicate_label_ids", NoteWeight::Part, &what, "keep one final label an id")
}

/// `wide_table`: block and loss profiles are kept for some columns only.
#[must_use]
pub fn wide_table(columns: u64, kept: u64) -> Note {
    let what = format!(
        "the table has {}; all were counted, and intervals and effects were worked out for the \
         {} that moved most",
        phrase::counted(columns, "column", "columns"),
        number::count(kept)
    );
    note("wide_table", NoteWeight::Part, &what, "ignore columns the model does not use")
}

/// `sample_based`: a part that rests on a sample. `part` in words, for example "quantiles".
#[must_use]
pub fn sample_based(part: &str, sampled: u64, rows: u64) -> Note {
    let what = format!(
        "for speed, {part} rest on a sample of {} out of {}; counts and metrics use every row",
        number::count(sampled),
        number::rows(rows)
    );
    note("sample_based", NoteWeight::Information, &what, "")
}

/// `decisions_off_score`: decisions that do not follow the score and the cut-off.
#[must_use]
pub fn decisions_off_score(table: TableRole, share: f64, threshold: f64) -> Note {
    let what = format!(
        "{} of the decisions in {} do not follow the score at the cut-off {}, so something besides the \
         score decides there",
        number::share(share),
        the(table),
        number::quantity(threshold)
    );
    note(
        "decisions_off_score",
        NoteWeight::Part,
        &what,
        "list the rules and manual overrides that stand after the model",
    )
}

/// `kind_conflict`: the tables hold different kinds in one column; `readable` is the share of production
/// values that read as the reference's kind.
#[must_use]
pub fn kind_conflict(
    column: &str,
    reference: Kind,
    production: Kind,
    readable: f64,
) -> Note {
    let what = format!(
        "the column {} holds {} before launch and {} after; it was compared on the {} of production \
         values that read alike",
        phrase::name(column),
        kinds_word(reference),
        kinds_word(production),
        number::share(readable)
    );
    note(
        "kind_conflict",
        NoteWeight::Part,
        &what,
        "write the column the same way on both sides",
    )
}

/// `few_shared_columns`: the two tables share few columns.
#[must_use]
pub fn few_shared_columns(
    shared: u64,
    reference_only: u64,
    production_only: u64,
) -> Note {
    let what = format!(
        "the two tables share only {}; {} {} only in the reference and {} only in production",
        phrase::counted(shared, "column", "columns"),
        number::count(reference_only),
        phrase::plural(reference_only, "is", "are"),
        number::count(production_only)
    );
    note(
        "few_shared_columns",
        NoteWeight::Verdict,
        &what,
        "check that both files come from one model",
    )
}

/// `identical_tables`: the same rows on both sides.
#[must_use]
pub fn identical_tables(rows: u64) -> Note {
    let what = format!(
        "the reference and the production table hold the same {}, so nothing can differ between them",
        number::rows(rows)
    );
    note(
        "identical_tables",
        NoteWeight::Verdict,
        &what,
        "check whether one file was picked twice",
    )
}

/// `shared_rows`: production rows that are also in the reference.
#[must_use]
pub fn shared_rows(rows: u64, production_share: f64) -> Note {
    let what = format!(
        "{} ({}) {} also in the reference, value for value, which makes the two look more alike than \
         they are",
        phrase::counted(rows, "production row", "production rows"),
        number::share(production_share),
        phrase::plural(rows, "is", "are")
    );
    note(
        "shared_rows",
        NoteWeight::Part,
        &what,
        "leave the rows from before launch out of production",
    )
}

/// `repeated_ids`: ids with more than one row.
#[must_use]
pub fn repeated_ids(table: TableRole, ids: u64, rows: u64) -> Note {
    let what = format!(
        "in {}, {} {} for {}; rows of one id were kept together when chance was worked out",
        the(table),
        number::rows(rows),
        phrase::plural(rows, "stands", "stand"),
        phrase::counted(ids, "id", "ids")
    );
    note("repeated_ids", NoteWeight::Information, &what, "")
}

/// `weights_limited`: rows whose weight is missing, negative or not finite.
#[must_use]
pub fn weights_limited(column: &str, rows: u64) -> Note {
    let what = format!(
        "{} {} no usable weight in {} (empty or below 0) and {} as 0",
        number::rows(rows),
        phrase::plural(rows, "has", "have"),
        phrase::name(column),
        phrase::plural(rows, "counts", "count")
    );
    note(
        "weights_limited",
        NoteWeight::Part,
        &what,
        "fill the weight, or leave the column out",
    )
}

/// `weights_part`: a part that does not use the weights yet. `part` in words, plural.
#[must_use]
pub fn weights_part(column: &str, part: &str) -> Note {
    let what = format!(
        "{part} count every row once and do not use the weight {}",
        phrase::name(column)
    );
    note("weights_part", NoteWeight::Part, &what, "")
}

/// `few_rows_for_slices`: segments were not searched.
#[must_use]
pub fn few_rows_for_slices(labelled: u64, needed: u64) -> Note {
    let what = format!(
        "segments were not searched: production has {}, and {} would be needed",
        phrase::counted(labelled, "labelled row", "labelled rows"),
        number::count(needed)
    );
    note(
        "few_rows_for_slices",
        NoteWeight::Part,
        &what,
        "come back when more labels are in",
    )
}

/// `few_rows_for_drift`: too few rows to compare columns.
#[must_use]
pub fn few_rows_for_drift(table: TableRole, rows: u64, needed: u64) -> Note {
    let what = format!(
        "columns were not compared: {} has {}, and {} would be needed",
        the(table),
        number::rows(rows),
        number::count(needed)
    );
    note("few_rows_for_drift", NoteWeight::Part, &what, "add more rows")
}

/// `few_groups`: intervals rest on few independent groups.
#[must_use]
pub fn few_groups(groups: u64) -> Note {
    let what = format!(
        "intervals rest on {} of rows that hang together, so they are rough",
        phrase::counted(groups, "group", "groups")
    );
    note("few_groups", NoteWeight::Part, &what, "add rows of more ids")
}

/// `worker_replaced`: a background worker stopped and its part was done again.
#[must_use]
pub fn worker_replaced(count: u64) -> Note {
    let what = format!(
        "{} stopped during the analysis; the work was done again and the result is complete",
        phrase::counted(count, "background worker", "background workers")
    );
    note("worker_replaced", NoteWeight::Information, &what, "")
}
