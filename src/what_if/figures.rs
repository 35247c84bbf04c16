//! Figures of decisions: from rows by decision and outcome to shares, cost and points. Enter: a [`Sums`] and
//! [`Prices`]. Leave: [`Figures`], the same numbers as the report's metrics where they are about the same decisions.

/// What mistakes cost and right decisions are worth, in one money unit; as in the business inputs.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Prices {
    /// Of one false positive.
    pub false_positive: f64,
    /// Of one false negative.
    pub false_negative: f64,
    /// Worth of one right decision, where rows have no value of their own.
    pub value_correct: f64,
    /// Take the worth of right decisions from the rows' value column instead.
    pub value_by_row: bool,
}

/// Rows (or weight units) by decision and outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sums {
    /// Decided yes, was yes.
    pub true_positive: f64,
    /// Decided yes, was no.
    pub false_positive: f64,
    /// Decided no, was no.
    pub true_negative: f64,
    /// Decided no, was yes.
    pub false_negative: f64,
    /// Decided yes, outcome not known.
    pub yes_unlabelled: f64,
    /// Decided no, outcome not known.
    pub no_unlabelled: f64,
    /// What the right decisions are worth together, by the value column.
    pub worth: f64,
    /// Spent on reviews by hand of rows with an outcome.
    pub review: f64,
}

impl Sums {
    /// Rows with a decision and an outcome.
    #[must_use]
    pub fn labelled(&self) -> f64 {
        self.true_positive
            + self.false_positive
            + self.true_negative
            + self.false_negative
    }

    /// Rows with a decision.
    #[must_use]
    pub fn decided(&self) -> f64 {
        self.labelled() + self.yes_unlabelled + self.no_unlabelled
    }

    fn each(self, other: Self, with: impl Fn(f64, f64) -> f64) -> Self {
        Self {
            true_positive: with(self.true_positive, other.true_positive),
            false_positive: with(self.false_positive, other.false_positive),
            true_negative: with(self.true_negative, other.true_negative),
            false_negative: with(self.false_negative, other.false_negative),
            yes_unlabelled: with(self.yes_unlabelled, other.yes_unlabelled),
            no_unlabelled: with(self.no_unlabelled, other.no_unlabelled),
            worth: with(self.worth, other.worth),
            review: with(self.review, other.review),
        }
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        self.each(other, |a, b| a + b)
    }

    /// Without the rows of a part; counts never fall below 0 (in merged bins a part may seem larger than the
    /// whole by a few rows).
    #[must_use]
    pub fn without(self, part: Self) -> Self {
        let worth = self.worth - part.worth;
        Self { worth, ..self.each(part, |a, b| (a - b).max(0.0)) }
    }
}

/// Numbers of one way to decide. `None` where there is nothing to divide by.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figures {
    /// Rows (or weight units) with a decision.
    pub decided: f64,
    /// Of these, rows with an outcome.
    pub labelled: f64,
    /// Share of yes among decided rows, 0–1.
    pub yes_rate: Option<f64>,
    /// Right among "yes", 0–1.
    pub precision: Option<f64>,
    /// Found among positives, 0–1.
    pub recall: Option<f64>,
    /// Right among negatives, 0–1.
    pub specificity: Option<f64>,
    /// Share of right decisions, 0–1.
    pub accuracy: Option<f64>,
    /// Harmonic mean of precision and recall, 0–1.
    pub f1: Option<f64>,
    /// Mean cost of a decided row with an outcome, in the unit of the prices; below 0: it earns.
    pub cost_per_row: Option<f64>,
}

impl Figures {
    /// The figures of these rows at these prices.
    #[must_use]
    pub fn new(sums: &Sums, prices: &Prices) -> Self {
        let share = |part: f64, whole: f64| (whole > 0.0).then(|| part / whole);
        let right = sums.true_positive + sums.true_negative;
        let yes = sums.true_positive + sums.false_positive;
        let positives = sums.true_positive + sums.false_negative;
        let negatives = sums.true_negative + sums.false_positive;
        let labelled = sums.labelled();
        let worth =
            if prices.value_by_row { sums.worth } else { prices.value_correct * right };
        let mistakes = prices.false_positive * sums.false_positive
            + prices.false_negative * sums.false_negative;
        Self {
            decided: sums.decided(),
            labelled,
            yes_rate: share(yes + sums.yes_unlabelled, sums.decided()),
            precision: share(sums.true_positive, yes),
            recall: share(sums.true_positive, positives),
            specificity: share(sums.true_negative, negatives),
            accuracy: share(right, labelled),
            f1: share(2.0 * sums.true_positive, yes + positives),
            cost_per_row: share(mistakes - worth + sums.review, labelled),
        }
    }

    /// The figure that is the metric with this id: `accuracy`, `precision`, `recall`, `f1`, `specificity`,
    /// `decision_rate` or `expected_cost`; `None` for any other, or without a value.
    #[must_use]
    pub fn metric(&self, id: &str) -> Option<f64> {
        match id {
            "accuracy" => self.accuracy,
            "precision" => self.precision,
            "recall" => self.recall,
            "f1" => self.f1,
            "specificity" => self.specificity,
            "decision_rate" => self.yes_rate,
            "expected_cost" => self.cost_per_row,
            _ => None,
        }
    }
}

/// Points by which `to` is better than `from` in this metric, worse to better is positive.
#[must_use]
pub fn gained(id: &str, from: &Figures, to: &Figures) -> Option<f64> {
    let rise = to.metric(id)? - from.metric(id)?;
    Some(if id == "expected_cost" { -rise } else { rise })
}

/// The metric that what-ifs are judged by: the headline where a decision bears on it, else accuracy.
#[must_use]
pub fn judged_by(headline: &str) -> &'static str {
    ["accuracy", "precision", "recall", "f1", "specificity", "expected_cost"]
        .into_iter()
        .find(|own| *own == headline)
        .unwrap_or("accuracy")
}
