//! What the name of a column says of its being the outcome, the model's output or the decision. Enter: a column. Leave:
//! a mark, larger when surer; relations between columns decide beside it.

use super::{CLASS_VALUES, Known};
use crate::choices::Kind;
use crate::data::kind::name_words;

/// Words of a model's output, which is not the outcome.
const OUTPUT: [&str; 10] = [
    "pred",
    "predicted",
    "prediction",
    "score",
    "scores",
    "proba",
    "prob",
    "probability",
    "yhat",
    "forecast",
];
/// Words of an outcome.
const OUTCOME: [&str; 6] = ["label", "target", "outcome", "truth", "actual", "actuals"];
/// Things that happen, as columns of yes and no name them.
const EVENTS: [&str; 30] = [
    "churn",
    "churned",
    "fraud",
    "fraudulent",
    "default",
    "defaulted",
    "converted",
    "conversion",
    "click",
    "clicked",
    "purchased",
    "bought",
    "readmitted",
    "readmission",
    "repaid",
    "bad",
    "delinquent",
    "chargeback",
    "cancelled",
    "canceled",
    "returned",
    "survived",
    "spam",
    "won",
    "failed",
    "failure",
    "late",
    "escalated",
    "noshow",
    "attrition",
];
/// Amounts that models forecast, alone as a name.
const AMOUNTS: [&str; 12] = [
    "demand", "sales", "price", "revenue", "amount", "quantity", "duration", "minutes",
    "spend", "load", "cost", "units",
];

/// Words that say how an amount is measured, or that it is the real one.
const MEASURES: [&str; 37] = [
    "eur", "euro", "euros", "usd", "dollar", "dollars", "gbp", "chf", "cents", "s",
    "sec", "secs", "seconds", "min", "mins", "minutes", "h", "hr", "hrs", "hours",
    "days", "kg", "km", "kwh", "mwh", "m2", "pct", "percent", "actual", "true", "real",
    "final", "observed", "realised", "realized", "total", "value",
];
/// Words of an estimate that need an amount they estimate.
const ESTIMATES: [&str; 5] = ["eta", "estimate", "estimated", "expected", "est"];
/// Words of an amount that came about.
const DONE: [&str; 15] = [
    "actual",
    "real",
    "true",
    "observed",
    "final",
    "realised",
    "realized",
    "total",
    "sold",
    "sale",
    "paid",
    "spent",
    "delivered",
    "consumed",
    "used",
];
/// Words of an amount that was known before: of earlier times, of a plan, of others.
const KNOWN_BEFORE: [&str; 29] = [
    "last",
    "prev",
    "previous",
    "prior",
    "lag",
    "lagged",
    "past",
    "ago",
    "yesterday",
    "mean",
    "avg",
    "average",
    "median",
    "rolling",
    "trailing",
    "historic",
    "historical",
    "history",
    "planned",
    "plan",
    "budget",
    "quoted",
    "list",
    "listed",
    "asking",
    "rival",
    "competitor",
    "base",
    "baseline",
];

/// The words of a name but for how it is measured.
fn without_measures(words: &[String]) -> Vec<&str> {
    let kept = words.iter().map(String::as_str);
    kept.filter(|word| !MEASURES.contains(word)).collect()
}

fn has(words: &[String], list: &[&str]) -> bool {
    words.iter().any(|word| list.contains(&word.as_str()))
}

/// How much a name speaks for the outcome: 4 its very name, 1 a word of it somewhere; `None` for nothing.
pub(super) fn outcome(column: &Known) -> Option<f64> {
    let words = name_words(&column.name);
    if has(&words, &OUTPUT) || matches!(column.kind, Kind::Time | Kind::Text) {
        return None;
    }
    let two_valued = column.kind == Kind::Boolean || column.distinct == 2;
    match words.join("_").as_str() {
        "y" => return Some(2.5),
        "label" | "target" | "y_true" | "ground_truth" | "outcome" => return Some(4.0),
        _ => {}
    }
    if words.last().is_some_and(|word| OUTCOME.contains(&word.as_str())) {
        return Some(3.0);
    }
    if two_valued && has(&words, &EVENTS) {
        return Some(2.0);
    }
    has(&words, &OUTCOME).then_some(1.0)
}

/// Whether the column has the name of an amount that models forecast: duration, duration_min.
pub(super) fn is_amount(column: &Known) -> bool {
    let words = name_words(&column.name);
    let kept = without_measures(&words);
    let own: Vec<&str> = if kept.is_empty() {
        vec![words.first().map_or("", String::as_str)]
    } else {
        kept
    };
    matches!(column.kind, Kind::Number | Kind::Integer)
        && matches!(own.as_slice(), [own] if AMOUNTS.contains(own))
}

/// Whether the name is that of an amount that was known when the model was asked: units_last_week, mean_units_28d.
pub(super) fn is_known_before(column: &Known) -> bool {
    has(&name_words(&column.name), &KNOWN_BEFORE)
}

/// Whether a word is a span of time: 28d, 12m. Amounts of the past have one more often than those to come.
fn is_span(word: &str) -> bool {
    let digits = word.trim_end_matches(['h', 'd', 'w', 'm', 'y']);
    digits.len() < word.len()
        && !digits.is_empty()
        && digits.bytes().all(|own| own.is_ascii_digit())
}

/// How much the name of an amount speaks for its being what `score` estimates, −1 to 2: it shares a word with it, it has
/// come about, it is of a span of time.
pub(super) fn estimated(score: &Known, column: &Known) -> f64 {
    let (words, named) = (name_words(&score.name), name_words(&column.name));
    let shares = without_measures(&words).into_iter().any(|word| {
        !OUTPUT.contains(&word)
            && !ESTIMATES.contains(&word)
            && named.iter().any(|own| own == word)
    });
    let mark = |own: bool| f64::from(u8::from(own));
    mark(shares) + mark(has(&named, &DONE)) - mark(named.iter().any(|own| is_span(own)))
}

/// Whether `score` is called a prediction of `column`: predicted_price of price or price_eur.
pub(super) fn predicts(score: &Known, column: &Known) -> bool {
    let (words, named) = (name_words(&score.name), name_words(&column.name));
    let is_output = |word: &String| OUTPUT.contains(&word.as_str()) || word == "hat";
    let is_estimate =
        |word: &String| is_output(word) || ESTIMATES.contains(&word.as_str());
    let rest = |is_mark: &dyn Fn(&String) -> bool| -> Vec<String> {
        words.iter().filter(|word| !is_mark(word)).cloned().collect()
    };
    let (own, bare) = (rest(&is_output), rest(&is_estimate));
    let is_its = own.len() < words.len() && !own.is_empty() && own == named;
    let amount = without_measures(&bare);
    let measured = bare.len() < words.len()
        && !amount.is_empty()
        && amount == without_measures(&named)
        && !named.iter().any(is_estimate);
    is_its || measured
}

/// What must be seen in the rows before a name is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Needs {
    /// Nothing.
    Nothing,
    /// That it ranks the outcome, or that a decision follows it.
    Relation,
    /// That a decision follows it.
    Decision,
    /// That it goes with an amount it may be an estimate of.
    Amount,
}

/// How much a name speaks for the model's output (0–4), and what it takes to be believed.
pub(super) fn output(column: &Known) -> Option<(f64, Needs)> {
    let words = name_words(&column.name);
    let has = |list: &[&str]| has(&words, list);
    let side = if has(&["1", "yes", "true", "pos", "positive"]) {
        0.5
    } else if has(&["0", "no", "false", "neg", "negative"]) {
        -0.5
    } else {
        0.0
    };
    let is_old = has(&["baseline", "old", "previous", "prev", "champion", "legacy"]);
    let of_person = has(&["credit", "fico", "risk", "engagement", "external", "health"]);
    let from_model = has(&["model", "pred", "predicted", "prediction", "y"]);
    let exact = matches!(
        words.join("_").as_str(),
        "score"
            | "scores"
            | "proba"
            | "probability"
            | "prob"
            | "prediction"
            | "predicted"
            | "model_score"
            | "model_output"
            | "yhat"
            | "y_hat"
            | "y_pred"
            | "y_score"
            | "p_hat"
            | "phat"
    );
    let of_class = |mark: f64| Some((mark + side, Needs::Nothing));
    if is_old {
        return has(&OUTPUT).then_some((0.25, Needs::Decision));
    }
    let many = column.kind == Kind::Number || column.distinct > CLASS_VALUES;
    if has(&["proba", "probability", "prob"]) {
        return of_class(if exact || from_model { 4.0 } else { 3.0 });
    }
    if has(&["yhat", "forecast", "pred", "prediction", "predicted", "phat"])
        || (exact && has(&["hat"]))
    {
        return if many { of_class(if exact { 4.0 } else { 3.0 }) } else { None };
    }
    if exact || (has(&["score", "scores"]) && from_model) {
        return of_class(if exact { 4.0 } else { 3.0 });
    }
    if has(&["score", "scores"]) {
        let needs = if has(&["credit", "fico"]) {
            Needs::Decision
        } else if of_person {
            Needs::Relation
        } else {
            Needs::Nothing
        };
        return Some((if of_person { 1.0 } else { 2.0 }, needs));
    }
    if has(&ESTIMATES) && many {
        return Some((0.5, Needs::Amount));
    }
    let weak = [
        "p",
        "pd",
        "pctr",
        "pcvr",
        "risk",
        "propensity",
        "logit",
        "confidence",
        "output",
        "likelihood",
    ];
    (has(&weak) && many).then_some((0.5, Needs::Relation))
}

/// Whether the column has the name of a decision.
pub(super) fn decision(column: &Known) -> bool {
    has(
        &name_words(&column.name),
        &["decision", "pred", "predicted", "prediction", "decided", "approved", "action"],
    )
}

/// Whether a name is one of a class's score: a word for scores before or after the words of the class.
pub(super) fn is_score_of(column: &Known, class: &str) -> bool {
    const MARKS: [&str; 7] =
        ["p", "prob", "proba", "probability", "score", "pred", "confidence"];
    let (words, class) = (name_words(&column.name), name_words(class));
    let is_mark =
        |word: Option<&String>| word.is_some_and(|word| MARKS.contains(&word.as_str()));
    matches!(column.kind, Kind::Number | Kind::Integer | Kind::Boolean)
        && words.len() > class.len()
        && ((is_mark(words.first()) && words.ends_with(&class))
            || (is_mark(words.last()) && words.starts_with(&class)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str, kind: Kind, distinct: u64) -> Known {
        Known {
            name: name.to_owned(),
            kind,
            reading: Default::default(),
            distinct,
            tables: Vec::new(),
            from_label_file: false,
            unsupported: false,
        }
    }

    #[test]
    fn names_of_outcomes_are_ordered() {
        let mark = |name: &str| outcome(&column(name, Kind::Boolean, 2));
        assert!(mark("target") > mark("churn_label"));
        assert!(mark("churn_label") > mark("is_fraud"));
        assert!(mark("is_fraud") > mark("target_market"));
        assert_eq!(mark("region"), None);
        assert_eq!(mark("predicted_label"), None);
        assert_eq!(outcome(&column("label_date", Kind::Time, 300)), None);
    }

    #[test]
    fn names_of_outputs_are_ordered() {
        let mark = |name: &str| output(&column(name, Kind::Number, 900)).map(|own| own.0);
        assert!(mark("score") > mark("churn_score"));
        assert!(mark("y_pred_proba") > mark("prob_of_rain"));
        assert!(mark("proba_1") > mark("proba_0"));
        assert!(mark("churn_score") > mark("risk_score"));
        assert_eq!(mark("income"), None);
        let needs =
            |name: &str| output(&column(name, Kind::Number, 900)).map(|own| own.1);
        assert_eq!(needs("credit_score"), Some(Needs::Decision));
        assert_eq!(needs("prev_score"), Some(Needs::Decision));
        assert_eq!(needs("propensity"), Some(Needs::Relation));
        assert_eq!(needs("fraud_score"), Some(Needs::Nothing));
    }

    #[test]
    fn a_prediction_names_its_outcome() {
        let number = |name: &str| column(name, Kind::Number, 900);
        assert!(predicts(&number("predicted_price"), &number("price")));
        assert!(predicts(&number("eta_minutes_pred"), &number("ETA minutes")));
        assert!(predicts(&number("predicted_rent"), &number("rent_eur")));
        assert!(predicts(&number("est_delivery_days"), &number("delivery_days")));
        assert!(!predicts(&number("predicted_price"), &number("list_price")));
        assert!(!predicts(&number("predicted_price"), &number("expected_price")));
        assert!(is_amount(&number("duration_min")) && is_amount(&number("minutes")));
        assert!(!is_amount(&number("list_price")));
        assert!(!predicts(&number("prediction"), &number("price")));
        let score = number("forecast_units");
        let mark = |name: &str| estimated(&score, &number(name));
        assert!(mark("units_sold") > mark("units"));
        assert!(mark("units") > mark("shelf_metres"));
        for name in ["units_last_week", "mean_units_28d", "list_price"] {
            assert!(is_known_before(&number(name)), "{name}");
        }
        assert!(!is_known_before(&number("units_sold")));
        assert!(mark("revenue") > mark("revenue_90d") && mark("d") == mark("revenue"));
    }

    #[test]
    fn scores_of_classes_have_a_mark_on_either_side() {
        let number = |name: &str| column(name, Kind::Number, 900);
        assert!(is_score_of(&number("proba_very_low"), "very low"));
        assert!(is_score_of(&number("low_proba"), "low"));
        assert!(!is_score_of(&number("low"), "low"));
        assert!(!is_score_of(&number("proba_high"), "low"));
    }
}
