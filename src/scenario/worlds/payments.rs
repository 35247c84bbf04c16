//! Card payments and which of them are fraud. Fraud comes at night, online, from far away, in new accounts
//! and in bursts; amount matters relative to what the card usually spends.

use super::EVERY_DAY;
use crate::scenario::calendar::{DAY_SECONDS, weekday};
use crate::scenario::dice::{Dice, blend, by};
use crate::scenario::world::{ColumnSpec, Form, Setting, Target, World, column};
use crate::stats::math;

/// Names of the days, Monday first.
const DAYS: &[&str] = &["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

const COLUMNS: &[ColumnSpec] = &[
    column("payment_id", Form::Id("P")),
    column("paid_at", Form::Moment),
    column("hour_of_day", Form::Integer),
    column("weekday", Form::Category(DAYS, 7)),
    column(
        "merchant_type",
        Form::Category(
            &[
                "grocery",
                "fuel",
                "restaurant",
                "fashion",
                "electronics",
                "travel",
                "gaming",
                "coin exchange",
            ],
            7,
        ),
    ),
    column(
        "entry_mode",
        Form::Category(
            &["chip", "contactless", "online", "keyed", "EMV", "NFC", "ECOM", "MOTO"],
            4,
        ),
    ),
    column("card_type", Form::Category(&["debit", "credit", "prepaid"], 3)),
    column("country", Form::Category(&["home", "neighbour", "overseas"], 3)),
    column("amount", Form::Skewed(2)),
    column("usual_amount_90d", Form::Skewed(2)),
    column("payments_24h", Form::Integer),
    column("minutes_since_last", Form::Skewed(0)),
    column("distance_km", Form::Skewed(1)),
    column("account_age_days", Form::Skewed(0)),
    column("device_trust", Form::Integer),
    column("address_risk", Form::Number(3)),
    column("billing_match", Form::Boolean("false", "true")),
    column("limit_used", Form::Number(3)),
];

/// The world of card payments.
pub static PAYMENTS: World = World {
    name: "payments",
    columns: COLUMNS,
    target: Target::Binary {
        label: "is_fraud",
        words: ("false", "true"),
        score: "fraud_score",
        decision: "sent_to_review",
        threshold: 0.12,
    },
    rhythm: EVERY_DAY,
    draw,
    signal,
    volatile: &[8, 11, 12],
    crosses: &[(8, 9), (2, 5)],
};

fn draw(dice: &mut Dice, setting: &Setting, row: &mut [f64]) {
    let [_, time, hour, day, merchant, entry, card, country, amount, rest @ ..] = row
    else {
        return;
    };
    let [usual, recent, since, distance, account, trust, risk, billing, limit] = rest
    else {
        return;
    };
    let second = *time as i64;
    *hour = (second.rem_euclid(DAY_SECONDS) / 3600) as f64;
    *day = weekday(second.div_euclid(DAY_SECONDS)) as f64;
    let night = f64::from(u8::from(*hour < 6.0));
    *merchant = dice.pick(&blend(
        [0.26, 0.14, 0.17, 0.13, 0.1, 0.08, 0.12],
        [0.1, 0.06, 0.1, 0.14, 0.22, 0.16, 0.22],
        (0.5 * night + setting.mix).min(1.0),
    ));
    *entry = dice.pick(&match *merchant as i64 {
        0..=2 => [0.3, 0.62, 0.04, 0.04],
        6 => [0.0, 0.02, 0.95, 0.03],
        _ => [0.2, 0.25, 0.5, 0.05],
    });
    *card = dice.pick(&[0.56, 0.38, 0.06]);
    *country = dice.pick(&blend([0.86, 0.1, 0.04], [0.6, 0.2, 0.2], setting.mix));
    let size = by(*merchant, &[38.0, 52.0, 31.0, 68.0, 140.0, 210.0, 24.0]);
    *usual = dice.lognormal(0.75 * size + 15.0, 0.45);
    *amount = dice.lognormal(0.5 * size + 0.45 * *usual, 0.75).max(0.5);
    let burst = dice.flag(0.07);
    *recent = dice.count(1.6 + 5.0 * burst);
    *since = (dice.gamma(900.0) / (1.0 + *recent)).max(1.0);
    *distance = dice.lognormal(by(*country, &[5.0, 160.0, 2600.0]), 1.0);
    *account = dice.gamma(1500.0).min(7000.0) + 1.0;
    let strange = dice.flag(0.15);
    *trust = (74.0 + dice.normal(0.0, 16.0) - 22.0 * strange).clamp(0.0, 100.0);
    *risk = math::sigmoid(-2.0 + dice.normal(0.0, 1.1));
    *billing = dice.flag(0.92 - 0.1 * by(*country, &[0.0, 0.5, 1.0]));
    *limit = math::sigmoid(-0.9 + dice.normal(0.0, 1.0));
    if *entry < 2.0 {
        // No device is seen at a till.
        *trust = f64::NAN;
    }
    *distance = dice.or_missing(*distance, 0.05);
    *usual = if *account < 120.0 { f64::NAN } else { *usual };
    // Drawn last, so that the usual rows keep their luck.
    if dice.chance(setting.newcomers) {
        *merchant = 7.0;
        *amount *= 4.0;
    }
    if dice.chance(0.5 * setting.harmless) && *card == 0.0 {
        *card = 1.0;
    }
    if dice.chance(0.4 * setting.season) {
        *merchant = 5.0;
        *country = 2.0;
    }
}

fn signal(row: &[f64], setting: &Setting, out: &mut [f64]) {
    let [_, time, _, _, merchant, entry, card, country, amount, rest @ ..] = row else {
        return;
    };
    let [usual, recent, since, distance, account, trust, risk, billing, limit] = rest
    else {
        return;
    };
    let or = |x: f64, other: f64| if x.is_nan() { other } else { x };
    let hour = (*time as i64).rem_euclid(DAY_SECONDS) as f64 / 3600.0;
    let ratio = math::ln(*amount / or(*usual, 45.0)).clamp(-2.0, 3.0);
    // Deep in the night, with a smooth shoulder in the late evening.
    let dark =
        1.0 / (1.0 + math::exp(1.6 * (hour - 5.5))) + math::exp(hour - 24.5).min(1.0);
    let mut z = -5.05 + 2.7 * dark + by(*entry, &[-0.9, -0.4, 0.9, 1.5]);
    z += by(*merchant, &[-0.4, -0.2, -0.3, 0.2, 0.7, 0.4, 0.8]);
    z += by(*card, &[0.0, 0.1, 0.8]) + by(*country, &[0.0, 0.3, 0.9]);
    z += 0.75 * ratio * if *entry >= 2.0 { 1.3 } else { 0.7 } + 0.16 * recent.min(9.0);
    z += 0.14 * math::ln(or(*distance, 8.0).max(0.5)) - 0.2 * math::ln(*since / 300.0);
    z -= 0.28 * math::ln(*account / 900.0) + 0.028 * (or(*trust, 76.0) - 70.0);
    z += 1.4 * *risk - 0.8 * (*billing - 0.9) + 0.4 * *limit;
    z += setting.concept * (1.5 * f64::from(u8::from(*merchant == 0.0)) - 1.2 * dark);
    if *merchant == 7.0 {
        z = 1.0 - 0.5 * z;
    }
    // Holiday makers pay far from home, and it is really them.
    z -= setting.season * by(*country, &[-0.3, 0.0, 2.4]);
    z += setting.base_rate;
    if let Some(first) = out.first_mut() {
        *first = 1.1 * z;
    }
}
