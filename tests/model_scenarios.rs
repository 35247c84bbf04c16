//! How well the stand-in copies the models of the scenario cases: R² of the margin on held-out reference rows.

use whydrop::choices::{Kind, Role, TableRole, Task};
use whydrop::encode::frame::{
    Frame, FrameColumn, Frames, InOrder, NO_MOMENT, NO_NAME, Raw,
};
use whydrop::encode::plan::EncodePlan;
use whydrop::encode::rows::EncodedRows;
use whydrop::model::surrogate::{Rows, Surrogate};
use whydrop::scenario::cases::spec;
use whydrop::scenario::make::Maker;
use whydrop::scenario::world::{Form, Target};

/// Rows a table.
const ROWS: usize = 12_000;
/// First column that is an input.
const FIRST: usize = 2;

fn kind(form: Form) -> Kind {
    match form {
        Form::Id(_) => Kind::Identifier,
        Form::Moment | Form::Date => Kind::Time,
        Form::Number(_) | Form::Skewed(_) => Kind::Number,
        Form::Integer => Kind::Integer,
        Form::Boolean(..) => Kind::Boolean,
        Form::Category(..) => Kind::Category,
    }
}

fn frame(maker: &Maker, table: TableRole, classes: bool) -> Frame {
    let inputs = &maker.spec.world.columns[FIRST..];
    let mut columns = vec![Vec::new(); inputs.len()];
    let mut scores = vec![Vec::new(); maker.spec.world.target.width()];
    maker.each_row(table, ROWS, |row| {
        for (column, value) in columns.iter_mut().zip(&row.served[FIRST..]) {
            column.push(*value);
        }
        for (list, score) in scores.iter_mut().zip(row.scores) {
            // As the log prints them.
            list.push((score * 1e5).round() / 1e5);
        }
    });
    let raw = |(values, column): (Vec<f64>, &whydrop::scenario::world::ColumnSpec)| {
        let name = |x: &f64| if x.is_nan() { NO_NAME } else { *x as u32 };
        match kind(column.form) {
            Kind::Number | Kind::Integer => Raw::Numbers(values),
            Kind::Time => {
                Raw::Moments(values.iter().map(|x| *x as i64 * 1_000_000).collect())
            }
            _ => Raw::Names(values.iter().map(name).collect()),
        }
    };
    let count = scores[0].len();
    let mut rows = EncodedRows { row_count: count, ..EncodedRows::default() };
    if classes {
        rows.class_scores = scores;
    } else {
        rows.score = scores.remove(0);
    }
    Frame {
        table,
        table_rows: count as u64,
        rows,
        values: columns.into_iter().zip(inputs).map(raw).collect(),
        ids: vec![0; count],
        entities: Vec::new(),
        moments: vec![NO_MOMENT; count],
        unread: Vec::new(),
        in_order: InOrder::default(),
    }
}

fn fidelity(case: &str) -> (f64, f64) {
    let Some(spec) = spec(case) else { panic!("{case} exists") };
    let maker = Maker::new(spec, 1, ROWS);
    let task = match spec.world.target {
        Target::Binary { .. } => Task::Binary,
        Target::Classes { .. } => Task::Multiclass,
        Target::Amount { .. } => Task::Regression,
    };
    let plan = EncodePlan { task: Some(task), ..EncodePlan::default() };
    let classes = task == Task::Multiclass;
    let columns = spec.world.columns[FIRST..].iter().map(|column| FrameColumn {
        name: column.name.to_owned(),
        kind: kind(column.form),
        role: Role::Feature,
        coders: vec![0],
        names: Vec::new(),
        tables: vec![TableRole::Reference, TableRole::Production],
    });
    let frames = Frames {
        plan: &plan,
        columns: columns.collect(),
        reference: frame(&maker, TableRole::Reference, classes),
        production: frame(&maker, TableRole::Production, classes),
        shadow: None,
        training: None,
    };
    #[allow(clippy::disallowed_methods, reason = "it is about time")]
    let start = std::time::Instant::now();
    let fit = |on| Surrogate::fit(&frames, on).map_or(0.0, |model| model.fidelity);
    let both = (fit(Rows::Reference), fit(Rows::Both));
    println!(
        "{case}: {} columns, {:?}, reference {:.4}, both {:.4}, {:.2} s",
        frames.columns.len(),
        spec.recipe,
        both.0,
        both.1,
        start.elapsed().as_secs_f64()
    );
    both
}

/// Linear models and boosted trees. Fitted on 70 % of the reference (8,400 rows), the hardest of the cases reaches
/// .964; with production's rows as well, .98.
#[test]
fn models_of_the_cases_are_copied() {
    for case in ["overnight-release", "bureau-contract", "review-queue", "spring-rates"] {
        let (reference, both) = fidelity(case);
        assert!(reference >= 0.96 && both >= 0.97, "{case}: {reference:.4} {both:.4}");
    }
}

/// A model that memorised its training rows is no function that few rows can show: the fidelity must say so, or
/// replays of broken inputs would be believed.
#[test]
fn a_model_that_memorised_is_said_not_to_be_copied() {
    let (reference, both) = fidelity("pilot-to-launch");
    assert!(reference < 0.9 && both < 0.9, "{reference:.4} {both:.4}");
}
