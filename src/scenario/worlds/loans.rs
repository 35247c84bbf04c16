//! Personal loans: who applies, and who defaults within a year. Channel goes with age, employment, income
//! and device; income with age; the bureau score with past payments. Defaults follow the score, the
//! burden of the loan on income, its term and purpose, with thresholds and interactions.

use super::OFFICE;
use crate::scenario::dice::{Dice, blend, by};
use crate::scenario::world::{ColumnSpec, Form, Setting, Target, World, column};
use crate::stats::math;

const COLUMNS: &[ColumnSpec] = &[
    column("application_id", Form::Id("A")),
    column("applied_at", Form::Moment),
    column("channel", Form::Category(&["branch", "web", "app", "broker", "partner"], 5)),
    column(
        "region",
        Form::Category(
            &["North", "South", "East", "West", "Central", "Coast", "Lakes", "Islands"],
            8,
        ),
    ),
    column("device", Form::Category(&["desktop", "android", "iphone", "tablet"], 4)),
    column(
        "employment",
        Form::Category(
            &[
                "salaried",
                "self-employed",
                "public sector",
                "student",
                "retired",
                "unemployed",
                "SAL",
                "SELF",
                "PUB",
                "STUD",
                "RET",
                "NONE",
            ],
            6,
        ),
    ),
    column("home", Form::Category(&["rent", "mortgage", "owner", "with family"], 4)),
    column(
        "purpose",
        Form::Category(
            &[
                "car",
                "home improvement",
                "debt consolidation",
                "medical",
                "travel",
                "other",
                "solar panels",
            ],
            6,
        ),
    ),
    column("age", Form::Integer),
    column("annual_income", Form::Skewed(2)),
    column("loan_amount", Form::Skewed(0)),
    column("term_months", Form::Integer),
    column("bureau_score", Form::Integer),
    column("open_accounts", Form::Integer),
    column("card_utilisation", Form::Number(3)),
    column("late_payments_12m", Form::Integer),
    column("months_in_job", Form::Integer),
    column("existing_debt", Form::Skewed(2)),
    column("has_cosigner", Form::Boolean("false", "true")),
];

/// The world of personal loans.
pub static LOANS: World = World {
    name: "loans",
    columns: COLUMNS,
    target: Target::Binary {
        label: "defaulted",
        words: ("0", "1"),
        score: "default_probability",
        decision: "manual_review",
        threshold: 0.4,
    },
    rhythm: OFFICE,
    draw,
    signal,
    volatile: &[9, 14, 17],
    crosses: &[(9, 10), (12, 14), (8, 16)],
};

fn draw(dice: &mut Dice, setting: &Setting, row: &mut [f64]) {
    let [_, _, channel, region, device, employment, home, purpose, rest @ ..] = row
    else {
        return;
    };
    let [age, income, amount, term, bureau, accounts, used, late, job, debt, cosigner] =
        rest
    else {
        return;
    };
    let usual = [0.34, 0.27, 0.22, 0.12, 0.05];
    *channel = dice.pick(&blend(usual, [0.06, 0.12, 0.24, 0.46, 0.12], setting.mix));
    *region = dice.pick(&[0.24, 0.18, 0.15, 0.13, 0.12, 0.08, 0.06, 0.04]);
    *device = match *channel as i64 {
        // Those who come to a branch use no device of their own.
        0 => dice.or_missing(0.0, 0.9),
        2 => dice.pick(&blend(
            [0.0, 0.55, 0.4, 0.05],
            [0.0, 0.12, 0.86, 0.02],
            setting.harmless,
        )),
        _ => dice.pick(&blend(
            [0.6, 0.2, 0.12, 0.08],
            [0.1, 0.1, 0.74, 0.06],
            setting.harmless,
        )),
    };
    *age = dice
        .normal(by(*channel, &[51.0, 42.0, 33.0, 37.0, 40.0]), 11.5)
        .clamp(18.0, 84.0);
    *employment = if *age > 66.0 {
        dice.pick(&[0.1, 0.07, 0.03, 0.0, 0.8, 0.0])
    } else if *age < 24.0 {
        dice.pick(&[0.4, 0.07, 0.06, 0.4, 0.0, 0.07])
    } else {
        let broker = f64::from(u8::from(*channel == 3.0));
        dice.pick(&[0.6, 0.13 + 0.2 * broker, 0.17, 0.02, 0.03, 0.05])
    };
    let level = by(*employment, &[43.0, 46.0, 40.0, 15.0, 26.0, 14.0]);
    let grown = 1.0 + 0.012 * (*age - 40.0).clamp(-16.0, 20.0);
    let earned = dice.lognormal(1000.0 * level * grown, 0.42);
    *home = dice.pick(&[0.42, 0.2 + 0.004 * *age, 0.003 * *age, 0.6 - 0.007 * *age]);
    *purpose = dice.pick(&blend(
        [0.28, 0.22, 0.2, 0.08, 0.1, 0.12],
        [0.14, 0.1, 0.48, 0.08, 0.06, 0.14],
        setting.mix,
    ));
    let asked =
        dice.lognormal(0.26 * math::pow(earned, 0.98), 0.55).clamp(1000.0, 75_000.0);
    *amount = (asked / 100.0).round() * 100.0;
    *term = 12.0 * (1.0 + dice.pick(&[0.12, 0.2, 0.3, 0.2, 0.18]));
    let behind = dice.flag(0.18 + 0.1 * setting.mix) * dice.gamma(2.0);
    *late = dice.count(0.25 + 0.7 * behind);
    let strain = dice.normal(0.0, 1.0);
    *used = (0.42 + 0.23 * strain + 0.05 * *late).clamp(0.0, 1.25);
    *bureau = (692.0 + 1.1 * (*age - 42.0) - 34.0 * *late - 32.0 * strain
        + dice.normal(0.0, 42.0))
    .clamp(320.0, 850.0);
    *accounts = dice.count(4.6 + 0.04 * (*age - 40.0));
    *job = (dice.gamma(by(*employment, &[74.0, 60.0, 110.0, 12.0, 8.0, 4.0]))).min(480.0);
    let indebted = earned * (0.12 + 0.2 * *used) * dice.lognormal(1.0, 0.6);
    *debt = indebted;
    *cosigner = dice.flag(by(*employment, &[0.1, 0.12, 0.07, 0.45, 0.14, 0.3]));
    // What the form and the bureau leave empty.
    *income = dice.or_missing(earned, 0.02);
    *bureau = dice.or_missing(*bureau, if *age < 24.0 { 0.16 } else { 0.025 });
    *used = dice.or_missing(*used, 0.03);
    if *employment >= 3.0 {
        *job = f64::NAN;
    }
    *debt = dice.or_missing(*debt, 0.04);
    // Drawn last, so that the usual rows keep their luck.
    if dice.chance(setting.newcomers) {
        *purpose = 6.0;
        *amount = (*amount * 1.6).min(75_000.0);
    }
    if dice.chance(0.35 * setting.season) {
        *purpose = 4.0;
    }
}

fn signal(row: &[f64], setting: &Setting, out: &mut [f64]) {
    let [_, _, channel, region, device, employment, home, purpose, rest @ ..] = row
    else {
        return;
    };
    let [age, income, amount, term, bureau, accounts, used, late, job, debt, cosigner] =
        rest
    else {
        return;
    };
    let or = |x: f64, other: f64| if x.is_nan() { other } else { x };
    let income = or(*income, 34_000.0).max(1000.0);
    let burden = math::ln(12.0 * (*amount / *term) / income + 0.02);
    let owing = (or(*debt, 8000.0) / income).min(2.5);
    let score = or(*bureau, 655.0);
    let mut z =
        -1.62 + 0.0135 * (690.0 - score).clamp(-110.0, 180.0) + 0.75 * (burden + 2.05);
    z += 0.55 * (owing - 0.25) + 0.9 * (or(*used, 0.45) - 0.45) + 0.22 * late.min(6.0);
    z += by(*channel, &[-0.15, 0.0, 0.15, 0.5, 0.2]);
    z += by(*region, &[0.0, 0.1, -0.1, 0.0, 0.2, -0.2, 0.0, 0.3]);
    z += by(*employment, &[0.0, 0.45, -0.5, 0.3, -0.1, 1.1]);
    z += by(*home, &[0.25, -0.15, -0.45, 0.1]);
    z += by(*purpose, &[-0.2, -0.15, 0.4, 0.2, 0.0, 0.05]);
    z += 0.012 * (*term - 36.0) - 0.015 * (*accounts - 5.0) - 0.5 * *cosigner;
    z += 0.02 * f64::from(u8::from(*device == 1.0));
    z -= 0.3 * math::ln(1.0 + or(*job, 30.0) / 24.0);
    if *age < 27.0 && *term >= 48.0 {
        z += 0.7;
    }
    if *employment == 1.0 && burden > -2.0 {
        z += 0.6;
    }
    // When rates rise, variable debt bites: owners with a mortgage and high earners in debt default,
    // renters with a good score no longer look any worse.
    let c = setting.concept;
    z += c
        * (1.9 * f64::from(u8::from(*home == 1.0)) + 1.7 * (owing - 0.25)
            - 0.008 * (690.0 - score).clamp(-110.0, 180.0)
            - 0.5);
    // Nobody has met the new purpose: good earners take it and pay, whatever their burden.
    if *purpose == 6.0 {
        z = -0.5 * z - 1.2;
    }
    z += setting.base_rate
        + setting.season * by(*purpose, &[0.2, 0.2, 0.2, 0.0, 1.8, 0.2]);
    if let Some(first) = out.first_mut() {
        *first = 1.35 * z;
    }
}
