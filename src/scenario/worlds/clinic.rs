//! Clinic appointments and who does not come. Absence follows waiting time, past absences, the hour, the way
//! of booking and the distance; a reminder helps those who wait long.

use super::OFFICE;
use crate::scenario::calendar::{DAY_SECONDS, weekday};
use crate::scenario::dice::{Dice, blend, by};
use crate::scenario::world::{ColumnSpec, Form, Setting, Target, World, column};
use crate::stats::math;

const COLUMNS: &[ColumnSpec] = &[
    column("appointment_id", Form::Id("N")),
    column("starts_at", Form::Moment),
    column("hour", Form::Integer),
    column("day", Form::Category(&["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"], 7)),
    column(
        "booked_by",
        Form::Category(
            &["desk", "phone", "portal", "referral", "Desk", "Tel", "Web", "Ref."],
            4,
        ),
    ),
    column(
        "specialty",
        Form::Category(&["general", "eyes", "skin", "heart", "bones", "telehealth"], 5),
    ),
    column("insurance", Form::Category(&["public", "private", "none"], 3)),
    column("age", Form::Integer),
    column("wait_days", Form::Skewed(0)),
    column("distance_km", Form::Skewed(1)),
    column("past_visits", Form::Integer),
    column("past_absences", Form::Integer),
    column("reminders", Form::Integer),
    column("copay", Form::Number(2)),
    column("days_since_contact", Form::Skewed(1)),
    column("chronic", Form::Boolean("0", "1")),
];

/// The world of clinic appointments.
pub static CLINIC: World = World {
    name: "clinic",
    columns: COLUMNS,
    target: Target::Binary {
        label: "absent",
        words: ("0", "1"),
        score: "absence_score",
        decision: "double_booked",
        threshold: 0.42,
    },
    rhythm: OFFICE,
    draw,
    signal,
    volatile: &[8, 14],
    crosses: &[(4, 8), (8, 12)],
};

fn draw(dice: &mut Dice, setting: &Setting, row: &mut [f64]) {
    let [_, time, hour, day, booked, specialty, insurance, age, rest @ ..] = row else {
        return;
    };
    let [wait, distance, visits, absences, reminders, copay, contact, chronic] = rest
    else {
        return;
    };
    let second = *time as i64;
    *hour = (second.rem_euclid(DAY_SECONDS) / 3600) as f64;
    *day = weekday(second.div_euclid(DAY_SECONDS)) as f64;
    *booked =
        dice.pick(&blend([0.3, 0.36, 0.2, 0.14], [0.05, 0.1, 0.8, 0.05], setting.mix));
    *specialty = dice.pick(&[0.4, 0.16, 0.16, 0.12, 0.16]);
    *insurance = dice.pick(&[0.62, 0.24, 0.14]);
    *age = dice.normal(by(*booked, &[58.0, 52.0, 34.0, 48.0]), 14.0).clamp(1.0, 96.0);
    *wait = dice
        .lognormal(by(*specialty, &[5.0, 18.0, 24.0, 12.0, 15.0]), 0.7)
        .clamp(0.0, 200.0);
    *distance = dice.lognormal(6.0, 0.8);
    *visits = dice.count(3.0 + 0.06 * *age);
    let careless = dice.flag(0.3);
    *absences = dice.count(0.15 + 1.5 * careless);
    *reminders = dice.pick(&[0.3, 0.5, 0.2]);
    *copay = by(*insurance, &[10.0, 0.0, 60.0]) + dice.gamma(8.0);
    *contact = dice.lognormal(9.0, 0.8);
    *chronic = dice.flag(0.12 + 0.005 * *age);
    *distance = dice.or_missing(*distance, 0.06);
    *contact = dice.or_missing(*contact, 0.03);
    if dice.chance(setting.newcomers) {
        *specialty = 5.0;
        *distance = f64::NAN;
    }
    if dice.chance(0.5 * setting.harmless) {
        *insurance = 1.0;
    }
    if dice.chance(0.45 * setting.season) {
        *wait *= 0.3;
        *specialty = 0.0;
    }
}

fn signal(row: &[f64], setting: &Setting, out: &mut [f64]) {
    let [_, time, _, day, booked, specialty, insurance, age, rest @ ..] = row else {
        return;
    };
    let [wait, distance, visits, absences, reminders, copay, contact, chronic] = rest
    else {
        return;
    };
    let or = |x: f64, other: f64| if x.is_nan() { other } else { x };
    let hour = (*time as i64).rem_euclid(DAY_SECONDS) as f64 / 3600.0;
    let waiting = math::ln((1.0 + *wait) / 9.0);
    let mut z = -0.9 + 0.75 * waiting * if *reminders > 0.0 { 0.6 } else { 1.3 };
    z += by(*booked, &[-0.6, 0.0, 0.5, -0.8]) * if *age < 40.0 { 1.6 } else { 0.8 };
    z += 0.75 * absences.min(4.0) - 0.05 * visits.min(10.0) - 0.4 * *chronic;
    z += 0.8 * ((hour - 13.0).abs() - 4.0) / 3.0
        + 0.35 * math::ln(or(*distance, 6.0) / 6.0);
    z += by(*specialty, &[0.0, 0.2, 0.4, -0.7, 0.1]) - 0.015 * (*age - 48.0);
    z += 0.3 * math::ln(or(*contact, 9.0) / 9.0) - 0.004 * *copay;
    z += by(*day, &[0.25, 0.0, -0.1, 0.0, 0.3, 0.1, 0.0])
        + by(*insurance, &[0.02, 0.0, 0.05]);
    if *specialty == 5.0 {
        z = 0.6 - 0.7 * z;
    }
    // Fees for absence: those who used to stay away come, those who pay a lot give up.
    z += setting.concept * (0.06 * (*copay - 15.0) - 1.1 * absences.min(3.0) + 0.5);
    // In the flu season people come at short notice and then are too ill.
    z += setting.season * (1.5 * f64::from(u8::from(*specialty == 0.0)) + 0.1);
    if let Some(first) = out.first_mut() {
        *first = 1.3 * z + setting.base_rate;
    }
}
