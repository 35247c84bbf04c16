//! What is tried, and on which rows. Enter: a [`WhatIf`] and a [`Trial`]. Leave: [`Sums`] of a table's rows. One pass
//! over the bins of at most four populations: microseconds.

use super::figures::{Figures, Prices, Sums};
use crate::choices::TableRole;
use crate::report::{Decided, Histogram, Outcomes, Population, WhatIf};

/// Who decides on some rows instead of the model.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Instead {
    /// The model, as ever.
    #[default]
    Model,
    /// Nobody: all are decided no.
    AllNo,
    /// Nobody: all are decided yes.
    AllYes,
    /// People: all are decided right, at this cost a row.
    Review(f64),
    /// The previous model; rows it has no output for are left out.
    OldModel,
}

/// One way to decide.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trial {
    /// Bins from this one on are decided yes: the cut-off is `edges[cut]`. As many as there are bins: nobody is.
    pub cut: usize,
    /// Who decides on rows of no segment below.
    pub all: Instead,
    /// Who decides in each segment, in the order of [`segments`]; missing ones go with `all`.
    pub segments: Vec<Instead>,
}

/// The rows of a table: all, or of one segment.
#[must_use]
pub fn population<'a>(
    whole: &'a WhatIf,
    table: TableRole,
    segment: Option<&str>,
) -> Option<&'a Population> {
    whole
        .populations
        .iter()
        .find(|own| own.table == table && own.segment.as_deref() == segment)
}

/// Titles of the segments, worst first.
#[must_use]
pub fn segments(whole: &WhatIf) -> Vec<&str> {
    whole
        .populations
        .iter()
        .filter(|own| own.table == TableRole::Production)
        .filter_map(|own| own.segment.as_deref())
        .collect()
}

/// Number of score bins.
#[must_use]
pub fn bins(whole: &WhatIf) -> usize {
    whole.edges.len().saturating_sub(1)
}

/// The cut nearest to a score, the lower of two; "nobody" above the highest edge.
#[must_use]
pub fn nearest_cut(whole: &WhatIf, score: f64) -> usize {
    let mut best = (f64::INFINITY, 0);
    for (at, edge) in whole.edges.iter().enumerate().take(bins(whole)) {
        let far = (edge - score).abs();
        if far < best.0 {
            best = (far, at);
        }
    }
    if whole.edges.last().is_some_and(|last| score > *last) {
        bins(whole)
    } else {
        best.1
    }
}

/// The cut in use in a table; `None` where decisions follow no cut-off.
#[must_use]
pub fn cut_in_use(whole: &WhatIf, table: TableRole) -> Option<usize> {
    let cut_off = match table {
        TableRole::Reference => whole.reference_cut_off,
        _ => whole.production_cut_off,
    }?;
    Some(whole.edges.partition_point(|edge| *edge < cut_off))
}

/// Decisions as they were made in a table; `None` without any.
#[must_use]
pub fn as_decided(whole: &WhatIf, table: TableRole) -> Option<Sums> {
    let own = population(whole, table, None)?;
    if let Some(logged) = &own.logged {
        return Some(decided(logged));
    }
    let cut = cut_in_use(whole, table)?;
    tried(whole, table, &Trial { cut, ..Trial::default() })
}

/// Decisions of a trial in a table; `None` where a part asks for a previous model that is not there.
#[must_use]
pub fn tried(whole: &WhatIf, table: TableRole, trial: &Trial) -> Option<Sums> {
    let of = |own: &Population, who: Instead| sums(whole, own, trial.cut, who);
    let all = population(whole, table, None)?;
    let mut sum = of(all, trial.all)?;
    for (segment, who) in segments(whole).into_iter().zip(&trial.segments) {
        if *who == trial.all {
            continue;
        }
        let Some(own) = population(whole, table, Some(segment)) else { continue };
        sum = sum.without(of(own, trial.all)?).plus(of(own, *who)?);
    }
    Some(sum)
}

/// The cut at which a metric is best on a table, decided by the model alone; the lowest of equals.
#[must_use]
pub fn best_cut(
    whole: &WhatIf,
    table: TableRole,
    metric: &str,
    prices: &Prices,
) -> Option<usize> {
    let sign = if metric == "expected_cost" { -1.0 } else { 1.0 };
    let mut best: Option<(f64, usize)> = None;
    for cut in 0..=bins(whole) {
        let sums = tried(whole, table, &Trial { cut, ..Trial::default() })?;
        let value = Figures::new(&sums, prices).metric(metric).map(|own| sign * own);
        if let Some(value) = value
            && best.is_none_or(|(own, _)| value > own)
        {
            best = Some((value, cut));
        }
    }
    best.map(|(_, cut)| cut)
}

fn sums(whole: &WhatIf, own: &Population, cut: usize, who: Instead) -> Option<Sums> {
    match who {
        Instead::Model => Some(moved(&own.score, cut).plus(decided(&own.fixed))),
        Instead::OldModel => {
            let model = whole.old_model.as_ref()?;
            let cut = model.edges.partition_point(|edge| *edge < model.cut_off);
            own.old.as_ref().map(|old| moved(old, cut))
        }
        Instead::AllNo => Some(by_outcome(own, 0.0, None)),
        Instead::AllYes => Some(by_outcome(own, 1.0, None)),
        Instead::Review(cost) => Some(by_outcome(own, 0.0, Some(cost))),
    }
}

/// Rows of a histogram with the bins from `cut` on decided yes.
fn moved(own: &Histogram, cut: usize) -> Sums {
    let rows = |list: &[u64]| {
        let all: u64 = list.iter().sum();
        let below: u64 = list.iter().take(cut).sum();
        (below as f64, (all - below) as f64)
    };
    let (true_negative, false_positive) = rows(&own.no);
    let (false_negative, true_positive) = rows(&own.yes);
    let (no_unlabelled, yes_unlabelled) = rows(&own.unlabelled);
    let worth = own.no_value.iter().take(cut).sum::<f64>()
        + own.yes_value.iter().skip(cut).sum::<f64>();
    Sums {
        true_positive,
        false_positive,
        true_negative,
        false_negative,
        yes_unlabelled,
        no_unlabelled,
        worth,
        review: 0.0,
    }
}

fn decided(own: &Decided) -> Sums {
    let Decided { no, yes } = own;
    Sums {
        true_positive: yes.yes as f64,
        false_positive: yes.no as f64,
        true_negative: no.no as f64,
        false_negative: no.yes as f64,
        yes_unlabelled: yes.unlabelled as f64,
        no_unlabelled: no.unlabelled as f64,
        worth: no.no_value + yes.yes_value,
        review: 0.0,
    }
}

/// All rows decided alike (`yes` 0 or 1), or all decided right where a review costs something.
fn by_outcome(own: &Population, yes: f64, review: Option<f64>) -> Sums {
    let add = |a: Outcomes, b: Outcomes| Outcomes {
        no: a.no + b.no,
        yes: a.yes + b.yes,
        unlabelled: a.unlabelled + b.unlabelled,
        no_value: a.no_value + b.no_value,
        yes_value: a.yes_value + b.yes_value,
    };
    let binned = Outcomes {
        no: own.score.no.iter().sum(),
        yes: own.score.yes.iter().sum(),
        unlabelled: own.score.unlabelled.iter().sum(),
        no_value: own.score.no_value.iter().sum(),
        yes_value: own.score.yes_value.iter().sum(),
    };
    let all = add(add(binned, own.fixed.no), own.fixed.yes);
    let (nos, yeses, open) = (all.no as f64, all.yes as f64, all.unlabelled as f64);
    let Some(cost) = review else {
        return Sums {
            true_positive: yes * yeses,
            false_positive: yes * nos,
            true_negative: (1.0 - yes) * nos,
            false_negative: (1.0 - yes) * yeses,
            yes_unlabelled: yes * open,
            no_unlabelled: (1.0 - yes) * open,
            worth: yes * all.yes_value + (1.0 - yes) * all.no_value,
            review: 0.0,
        };
    };
    // Rows whose outcome is not known yet are taken to be as often yes as the others.
    let share = if nos + yeses > 0.0 { yeses / (nos + yeses) } else { 0.0 };
    Sums {
        true_positive: yeses,
        true_negative: nos,
        yes_unlabelled: share * open,
        no_unlabelled: (1.0 - share) * open,
        worth: all.yes_value + all.no_value,
        review: cost * (nos + yeses),
        ..Sums::default()
    }
}
