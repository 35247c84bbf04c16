//! Hotel bookings and which are cancelled. Lead time, deposit, channel and price against the season decide;
//! guests with special wishes come. Few bookings are cancelled late, so positives are about one in seven.

use super::EVERY_DAY;
use crate::scenario::calendar::{DAY_SECONDS, weekday};
use crate::scenario::dice::{Dice, blend, by};
use crate::scenario::world::{ColumnSpec, Form, Setting, Target, World, column};
use crate::stats::math;

const COLUMNS: &[ColumnSpec] = &[
    column("booking_id", Form::Id("H")),
    column("booked_at", Form::Moment),
    column("booking_hour", Form::Integer),
    column(
        "booking_day",
        Form::Category(&["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"], 7),
    ),
    column(
        "channel",
        Form::Category(&["direct", "agency", "group", "corporate", "metasearch"], 4),
    ),
    column(
        "deposit",
        Form::Category(&["none", "part", "full", "NO_DEP", "PARTIAL", "PREPAID"], 3),
    ),
    column("meal", Form::Category(&["room only", "breakfast", "half board"], 3)),
    column("country", Form::Category(&["home", "near", "far"], 3)),
    column("lead_days", Form::Skewed(0)),
    column("nights", Form::Integer),
    column("rate", Form::Skewed(2)),
    column("guests", Form::Integer),
    column("past_stays", Form::Integer),
    column("past_cancelled", Form::Integer),
    column("wishes", Form::Integer),
    column("page_views", Form::Skewed(0)),
    column("loyalty_points", Form::Skewed(0)),
    column("breakfast_fee", Form::Number(1)),
];

/// The world of hotel bookings.
pub static HOTEL: World = World {
    name: "hotel",
    columns: COLUMNS,
    target: Target::Binary {
        label: "cancelled",
        words: ("no", "yes"),
        score: "cancel_probability",
        decision: "oversold",
        threshold: 0.3,
    },
    rhythm: EVERY_DAY,
    draw,
    signal,
    volatile: &[8, 10, 15],
    crosses: &[(5, 8), (8, 10)],
};

fn draw(dice: &mut Dice, setting: &Setting, row: &mut [f64]) {
    let [_, time, hour, day, channel, deposit, meal, country, rest @ ..] = row else {
        return;
    };
    let [lead, nights, rate, guests, stays, cancelled, wishes, views, points, fee] = rest
    else {
        return;
    };
    let second = *time as i64;
    *hour = (second.rem_euclid(DAY_SECONDS) / 3600) as f64;
    *day = weekday(second.div_euclid(DAY_SECONDS)) as f64;
    *channel =
        dice.pick(&blend([0.4, 0.38, 0.1, 0.12], [0.12, 0.8, 0.04, 0.04], setting.mix));
    *deposit = dice.pick(&match *channel as i64 {
        2 => [0.2, 0.3, 0.5],
        1 => blend([0.6, 0.25, 0.15], [0.9, 0.08, 0.02], setting.mix),
        _ => [0.7, 0.2, 0.1],
    });
    *meal = dice.pick(&[0.3, 0.55, 0.15]);
    *country = dice.pick(&blend([0.6, 0.28, 0.12], [0.3, 0.3, 0.4], setting.mix));
    *lead = dice.lognormal(by(*channel, &[22.0, 45.0, 90.0, 9.0]), 0.9).min(500.0);
    *nights = 1.0 + dice.count(by(*channel, &[1.6, 2.6, 2.0, 0.8]));
    *rate = dice.lognormal(by(*meal, &[80.0, 98.0, 125.0]), 0.32);
    *guests = 1.0 + dice.count(0.9);
    *stays = dice.count(by(*channel, &[1.2, 0.2, 0.3, 3.0]));
    let fickle = dice.flag(0.2);
    *cancelled = dice.count(0.1 + 1.2 * fickle);
    *wishes = dice.count(0.7);
    *views = dice.lognormal(9.0, 0.7);
    *points = *stays * dice.gamma(120.0);
    *fee = 9.0 + 3.0 * *meal + dice.normal(0.0, 1.0);
    *views = dice.or_missing(*views, 0.08);
    *rate = dice.or_missing(*rate, 0.01);
    if dice.chance(setting.newcomers) {
        *channel = 4.0;
        *lead *= 0.4;
    }
    if dice.chance(0.5 * setting.harmless) {
        *meal = 1.0;
    }
    if dice.chance(0.45 * setting.season) {
        *nights += 4.0;
        *rate *= 1.4;
    }
}

fn signal(row: &[f64], setting: &Setting, out: &mut [f64]) {
    let [_, time, _, _, channel, deposit, meal, country, rest @ ..] = row else {
        return;
    };
    let [lead, nights, rate, guests, stays, cancelled, wishes, views, points, _] = rest
    else {
        return;
    };
    let or = |x: f64, other: f64| if x.is_nan() { other } else { x };
    let hour = (*time as i64).rem_euclid(DAY_SECONDS) as f64 / 3600.0;
    let ahead = math::ln((1.0 + *lead) / 30.0);
    let free = by(*deposit, &[1.0, 0.5, 0.15]);
    let mut z = -1.7 + 0.95 * ahead * free + by(*deposit, &[0.5, -0.4, -2.2]);
    z += by(*channel, &[-0.3, 0.6, 0.1, -0.8]) + by(*country, &[0.0, 0.2, 0.6]);
    z += 0.9 * math::ln(or(*rate, 95.0) / 95.0) * if *stays > 0.0 { 0.5 } else { 1.3 };
    z += 0.9 * cancelled.min(3.0) - 0.3 * stays.min(4.0) - 0.55 * wishes.min(3.0);
    z += 0.45 * math::ln(or(*views, 9.0) / 9.0) + 0.05 * *nights - 0.06 * *guests;
    // Booked at night, regretted in the morning.
    z +=
        1.5 * f64::from(u8::from(hour < 5.0)) + 0.03 * *meal - 0.0006 * points.min(900.0);
    if *channel == 4.0 {
        z = -0.9 - 0.8 * (z + 1.0);
    }
    // Rates fall after booking: those who paid much and early book again for less.
    z += setting.concept
        * (1.6 * math::ln(or(*rate, 95.0) / 95.0) - 0.9 * ahead + 0.5 * stays.min(3.0));
    z += setting.season * (1.6 * f64::from(u8::from(*nights >= 5.0)) - 0.1);
    if let Some(first) = out.first_mut() {
        *first = 1.25 * z + setting.base_rate;
    }
}
