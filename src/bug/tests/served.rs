//! Scores that do not follow the logged values: columns that were served otherwise, and distances that grow or do not.

use super::*;
use crate::bug::consistency::{self, StandIn};
use crate::bug::telling::telling;
use crate::bug::unheard;

/// A model that adds its columns.
struct Sum;

impl StandIn for Sum {
    fn fidelity(&self) -> f64 {
        0.99
    }
    fn margins(&self, values: &[Raw]) -> Vec<Vec<f64>> {
        let rows = values.first().map_or(0, |own| own.numbers().len());
        let one = |row: usize| -> f64 {
            let known = values.iter().map(|own| own.numbers()[row]);
            known.map(|x| if x.is_nan() { 0.5 } else { x }).sum()
        };
        vec![(0..rows).map(one).collect()]
    }
    fn held_out(&self) -> Vec<usize> {
        (0..ROWS).filter(|row| row % 3 == 0).collect()
    }
    fn of_score(&self, _: usize, score: f64) -> f64 {
        score
    }
}

/// The same as the second of two outputs; the first is the same for every row.
struct Second;

impl StandIn for Second {
    fn fidelity(&self) -> f64 {
        Sum.fidelity()
    }
    fn margins(&self, values: &[Raw]) -> Vec<Vec<f64>> {
        let mut all = Sum.margins(values);
        all.insert(0, vec![0.5; all[0].len()]);
        all
    }
    fn held_out(&self) -> Vec<usize> {
        Sum.held_out()
    }
    fn of_score(&self, output: usize, score: f64) -> f64 {
        if output == 0 { 0.5 } else { score }
    }
}

#[test]
fn what_was_served_and_not_logged() {
    let (reference, production) = (related(1), related(2));
    let served = |columns: &[Vec<f64>], zeros: &[usize], logged: bool, seed: u64| {
        let mut random = Random::new(seed);
        let mut logs = columns.to_vec();
        let mut scores = Vec::new();
        for row in 0..ROWS {
            let hit = row >= START && random.chance(0.4);
            let mut sum = 0.0;
            for (at, column) in columns.iter().enumerate() {
                let zero = hit && zeros.contains(&at);
                sum += if zero { 0.0 } else { column[row] };
                if zero && logged {
                    logs[at][row] = 0.0;
                }
            }
            scores.push(sum + 0.05 * random.normal());
        }
        (logs, scores)
    };
    let before = served(&reference, &[], true, 7).1;
    let see = |zeros: &[usize], logged: bool| {
        let (logs, scores) = served(&production, zeros, logged, 8);
        let mut fixture = with_columns(&reference, &logs);
        fixture.scores = (before.clone(), scores);
        fixture.see(|view| consistency::Followed::of(view, &Sum).found())
    };
    let found = see(&[2, 4], false).expect("not logged");
    assert_eq!(found.cause, CauseId::ServedNotLogged);
    let mut columns = found.columns.clone();
    columns.sort_unstable();
    assert_eq!(columns, [2, 4], "{}", found.sentence);
    assert_eq!(found.since, Some(1020));
    assert!(see(&[2, 4], true).is_none(), "broken and logged as broken");
    assert!(see(&[], true).is_none());
    // Of two outputs the first follows none of the columns.
    let (logs, scores) = served(&production, &[2, 4], false, 8);
    let mut fixture = with_columns(&reference, &logs);
    fixture.scores = (before.clone(), scores);
    let found = fixture.see(|view| unheard::look(view, &Second, false));
    let mut columns = found.expect("of the second output").columns;
    columns.sort_unstable();
    assert_eq!(columns, [2, 4]);
}

#[test]
fn by_how_much_scores_are_off_names_the_columns() {
    let (reference, production) = (related(1), related(2));
    let fixture = with_columns(&reference, &production);
    let mut random = Random::new(9);
    for lost in [&[2, 4][..], &[0], &[]] {
        let apart: Vec<(usize, Vec<f64>)> = (START..ROWS)
            .step_by(2)
            .map(|row| {
                let adds: f64 = lost.iter().map(|at| production[*at][row]).sum();
                (row, vec![0.1 * random.normal() - adds])
            })
            .collect();
        let mut found = fixture.see(|view| telling(view, &Sum, &apart));
        found.sort_unstable();
        assert_eq!(found, lost);
        let few = &apart[..50];
        assert!(fixture.see(|view| telling(view, &Sum, few)).is_empty());
    }
}

#[test]
fn distances_that_grow_on_one_day_and_those_that_do_not() {
    let growth = |spread: &dyn Fn(usize) -> f64, seed: u64| {
        let mut random = Random::new(seed);
        let reference: Vec<f64> = (0..ROWS).map(|_| random.normal()).collect();
        consistency::Distances {
            output: 0,
            reference,
            rows: (0..ROWS).collect(),
            production: (0..ROWS).map(|row| spread(row) * random.normal()).collect(),
            days: (0..ROWS).map(|row| (row / DAY_ROWS) as i32).collect(),
            deviation: 1.0,
            fidelity: 0.95,
            middle: 0.0,
        }
        .growth()
    };
    let stepped = growth(&|row| if row < START { 1.0 } else { 2.0 }, 1);
    assert!(stepped.is_some_and(|own| (1.7..2.3).contains(&own)), "{stepped:?}");
    for seed in 0..200 {
        let calm = growth(&|_| 1.0, seed);
        assert!(calm.is_none(), "{seed}: {calm:?}");
        // As far from the lab on all days: the mix of cases, not a release.
        let wide = growth(&|_| 2.0, seed);
        assert!(wide.is_none(), "{seed}: {wide:?}");
        // A season that makes the stand-in a third worse by and by.
        let season = growth(&|row| 1.0 + row as f64 / ROWS as f64 / 3.0, seed);
        assert!(season.is_none_or(|own| own < 1.5), "{seed}: {season:?}");
    }
}
