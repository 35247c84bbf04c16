//! Customers of a streaming service, one row each at a snapshot, and who cancels within 60 days. Channel
//! goes with age, plan and tenure; use with satisfaction; cancelling follows contract, tenure, use, price
//! and trouble, with interactions (a monthly contract makes everything else matter more).

use super::EVERY_DAY;
use crate::scenario::dice::{Dice, blend, by};
use crate::scenario::world::{ColumnSpec, Form, Setting, Target, World, column};
use crate::stats::math;

const COLUMNS: &[ColumnSpec] = &[
    column("customer_id", Form::Id("C")),
    column("snapshot_date", Form::Date),
    column(
        "signup_channel",
        Form::Category(&["organic", "search", "social", "referral", "retail"], 5),
    ),
    column(
        "plan",
        Form::Category(&["Basic", "Standard", "Premium", "Family", "Student"], 4),
    ),
    column(
        "contract",
        Form::Category(
            &[
                "Month-to-month",
                "One year",
                "Two years",
                "monthly",
                "annual_1y",
                "annual_2y",
            ],
            3,
        ),
    ),
    column(
        "payment_method",
        Form::Category(&["card", "direct debit", "wallet", "invoice"], 4),
    ),
    column("region", Form::Category(&["North", "East", "South", "West", "Capital"], 5)),
    column("age", Form::Integer),
    column("tenure_months", Form::Integer),
    column("monthly_fee", Form::Number(2)),
    column("discount_percent", Form::Integer),
    column("weekly_hours", Form::Number(1)),
    column("sessions_30d", Form::Integer),
    column("days_since_login", Form::Integer),
    column("devices", Form::Integer),
    column("support_tickets_90d", Form::Integer),
    column("late_payments_6m", Form::Integer),
    column("satisfaction", Form::Integer),
    column("retention_calls_30d", Form::Integer),
    column("has_kids_profile", Form::Boolean("no", "yes")),
];

/// The world of streaming customers.
pub static CUSTOMERS: World = World {
    name: "customers",
    columns: COLUMNS,
    target: Target::Binary {
        label: "churned",
        words: ("no", "yes"),
        score: "churn_score",
        decision: "flagged",
        threshold: 0.5,
    },
    rhythm: EVERY_DAY,
    draw,
    signal,
    volatile: &[11, 12, 13],
    crosses: &[(4, 8), (4, 11), (9, 11)],
};

fn draw(dice: &mut Dice, setting: &Setting, row: &mut [f64]) {
    let [_, _, channel, plan, contract, payment, region, age, tenure, fee, rest @ ..] =
        row
    else {
        return;
    };
    let [discount, hours, sessions, login, devices, tickets, late, happy, calls, kids] =
        rest
    else {
        return;
    };
    let usual = [0.38, 0.26, 0.1, 0.14, 0.12];
    *channel = dice.pick(&blend(usual, [0.12, 0.14, 0.6, 0.1, 0.04], setting.mix));
    *region = dice.pick(&[0.2, 0.16, 0.22, 0.17, 0.25]);
    *age = dice
        .normal(by(*channel, &[44.0, 41.0, 29.0, 38.0, 52.0]), 12.0)
        .clamp(18.0, 88.0);
    let stay = by(*channel, &[34.0, 24.0, 8.0, 26.0, 40.0]);
    let campaign = 1.0 - 0.45 * setting.mix;
    *tenure = dice.gamma(stay * campaign).min(119.0);
    *plan = dice.pick(&match *channel as i64 {
        2 => [0.5, 0.36, 0.08, 0.06],
        4 => [0.2, 0.35, 0.2, 0.25],
        _ => [0.28, 0.38, 0.18, 0.16],
    });
    let settled = (*tenure / 60.0).min(1.0);
    *contract =
        dice.pick(&[0.62 - 0.36 * settled, 0.26 + 0.1 * settled, 0.12 + 0.26 * settled]);
    if *channel == 2.0 {
        *contract *= dice.flag(0.4);
    }
    *payment = dice.pick(&[0.48, 0.27, 0.17, 0.08]);
    *discount = 5.0 * dice.pick(&[0.62, 0.05, 0.13, 0.04, 0.12, 0.04]);
    let list = by(*plan, &[7.99, 11.99, 16.99, 19.99]);
    *fee = list * (1.0 - *discount / 100.0) * (1.0 + 0.06 * dice.flag(0.3));
    *hours = dice.gamma(by(*plan, &[5.5, 8.0, 11.0, 13.0])).min(80.0);
    *sessions = dice.count((1.3 * *hours).min(25.0) + 0.5);
    *login = (30.0 * math::exp(-0.28 * *sessions) + dice.gamma(2.4)).min(90.0);
    *devices = 1.0 + dice.count(by(*plan, &[0.4, 0.9, 1.6, 2.6]));
    let troubled = dice.flag(0.22);
    *tickets = dice.count(0.2 + 1.3 * troubled);
    let short = dice.flag(0.13);
    *late = dice.count(0.12 + 0.8 * short);
    let mood = 3.9 - 0.5 * tickets.min(4.0) + 0.03 * *hours + dice.normal(0.0, 0.8);
    *happy = dice.or_missing(mood.clamp(1.0, 5.0), 0.34);
    *calls = dice.count(0.12 + 0.1 * tickets.min(3.0));
    *kids = dice.flag(by(*plan, &[0.05, 0.14, 0.25, 0.7]));
    *age = dice.or_missing(*age, 0.06);
    *hours = dice.or_missing(*hours, 0.015);
    // Drawn last, so that the usual rows keep their luck.
    if dice.chance(setting.newcomers) {
        *plan = 4.0;
        *fee = 5.99;
    }
    if dice.chance(0.5 * setting.harmless) {
        *region = 3.0;
    }
    if dice.chance(0.4 * setting.season) {
        *discount = 25.0;
        *hours *= 1.7;
    }
}

fn signal(row: &[f64], setting: &Setting, out: &mut [f64]) {
    let [_, _, channel, plan, contract, payment, region, age, tenure, fee, rest @ ..] =
        row
    else {
        return;
    };
    let [discount, hours, sessions, login, devices, tickets, late, happy, calls, kids] =
        rest
    else {
        return;
    };
    let or = |x: f64, other: f64| if x.is_nan() { other } else { x };
    let hours = or(*hours, 7.0);
    // Both spellings of a contract are the same contract.
    let kind = *contract % 3.0;
    let free = by(kind, &[1.0, 0.45, 0.25]);
    let mut z =
        by(kind, &[0.25, -1.35, -2.5]) + by(*channel, &[-0.1, 0.1, 0.55, -0.35, -0.1]);
    z += by(*plan, &[0.1, 0.0, -0.1, -0.3]) + by(*payment, &[0.0, -0.35, 0.1, 0.45]);
    z += by(*region, &[0.0, 0.1, -0.05, 0.0, 0.1]);
    z -= free * 0.95 * math::ln((1.0 + *tenure) / 18.0);
    z -= free * 1.0 * math::ln((1.0 + hours) / 7.0);
    z += 0.06 * login.min(40.0) + 0.014 * (sessions.min(6.0) - 6.0).abs() * 3.0;
    z += 0.08 * (*fee - 12.0) * if hours < 5.0 { 1.6 } else { 0.6 };
    z -= 0.018 * *discount + 0.12 * devices.min(5.0) + 0.35 * *kids;
    z += 0.42 * tickets.min(4.0) + 0.4 * late.min(3.0) - 0.5 * (or(*happy, 3.5) - 3.5);
    z += 0.15 * calls.min(3.0);
    if or(*age, 40.0) < 27.0 && *tenure < 6.0 {
        z += 0.8;
    }
    // Those who come by social media leave for reasons nobody sees.
    if *channel == 2.0 {
        z = 0.4 * z - 0.1;
    }
    // A rival's offer: long-standing heavy users on the dear plans leave, the thrifty stay.
    let c = setting.concept;
    z += c
        * (1.5 * math::ln((1.0 + hours) / 7.0)
            + 0.22 * (*fee - 12.0)
            + 0.8 * math::ln((1.0 + *tenure) / 18.0));
    // Students leave with the term, whatever they watch.
    if *plan == 4.0 {
        z = 1.6 - 0.6 * z;
    }
    // Holiday viewers on a discount go when it ends.
    z += setting.season * (3.2 * f64::from(u8::from(*discount >= 25.0)) - 0.3);
    z += setting.base_rate - 0.35;
    if let Some(first) = out.first_mut() {
        *first = 1.2 * z;
    }
}
