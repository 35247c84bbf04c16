//! Hires of bicycles, one row a station and hour, and how many there are. Recent hires, the hour on working
//! days and at weekends, weather and what is on nearby multiply.

use super::EVERY_DAY;
use crate::scenario::calendar::{DAY_SECONDS, weekday};
use crate::scenario::dice::{Dice, blend, by};
use crate::scenario::world::{ColumnSpec, Form, Setting, Target, World, column};
use crate::stats::math;

const COLUMNS: &[ColumnSpec] = &[
    column("count_id", Form::Id("R")),
    column("counted_at", Form::Moment),
    column("hour", Form::Integer),
    column("day", Form::Category(&["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"], 7)),
    column(
        "district",
        Form::Category(&["centre", "station", "campus", "park", "suburb", "harbour"], 5),
    ),
    column(
        "weather",
        Form::Category(&["dry", "cloudy", "rain", "snow", "CLR", "OVC", "RA", "SN"], 4),
    ),
    column("operator", Form::Category(&["city", "north", "south"], 3)),
    column("temperature", Form::Number(1)),
    column("wind", Form::Number(1)),
    column("docks", Form::Integer),
    column("hires_last_week", Form::Integer),
    column("mean_hires_28d", Form::Skewed(2)),
    column("bikes_broken", Form::Integer),
    column("fare", Form::Number(2)),
    column("event_guests", Form::Skewed(0)),
    column("is_holiday", Form::Boolean("no", "yes")),
];

/// The world of hired bicycles.
pub static RIDES: World = World {
    name: "rides",
    columns: COLUMNS,
    target: Target::Amount { label: "hires", score: "expected_hires" },
    rhythm: EVERY_DAY,
    draw,
    signal,
    volatile: &[10, 11],
    crosses: &[],
};

fn draw(dice: &mut Dice, setting: &Setting, row: &mut [f64]) {
    let [_, time, hour, day, district, weather, operator, rest @ ..] = row else {
        return;
    };
    let [warm, wind, docks, last, mean, broken, fare, guests, holiday] = rest else {
        return;
    };
    let second = *time as i64;
    *hour = (second.rem_euclid(DAY_SECONDS) / 3600) as f64;
    *day = weekday(second.div_euclid(DAY_SECONDS)) as f64;
    *district = dice.pick(&blend(
        [0.26, 0.16, 0.18, 0.14, 0.26],
        [0.06, 0.6, 0.16, 0.06, 0.12],
        setting.mix,
    ));
    *weather = dice.pick(&[0.5, 0.3, 0.16, 0.04]);
    *operator = dice.pick(&[0.5, 0.25, 0.25]);
    *warm = 13.0 + by(*weather, &[4.0, 0.0, -2.0, -12.0]) + dice.normal(0.0, 5.0);
    *wind = dice.gamma(12.0);
    *docks = 8.0 + dice.count(by(*district, &[18.0, 24.0, 14.0, 10.0, 8.0]));
    let size = by(*district, &[38.0, 52.0, 30.0, 18.0, 12.0]) * (1.0 + 0.9 * setting.mix);
    *mean = dice.lognormal(size, 0.5).max(1.0);
    *last = (*mean * dice.lognormal(1.0, 0.25)).round();
    *broken = dice.count(1.2);
    *fare = 1.5 + 0.5 * dice.pick(&[0.4, 0.4, 0.2]);
    let event = dice.flag(0.12);
    *guests = event * dice.gamma(900.0);
    *holiday = dice.flag(0.04);
    *warm = dice.or_missing(*warm, 0.02);
    *wind = dice.or_missing(*wind, 0.05);
    if dice.chance(setting.newcomers) {
        *district = 5.0;
        *docks += 10.0;
    }
    if dice.chance(0.5 * setting.harmless) {
        *operator = 2.0;
    }
    if dice.chance(0.5 * setting.season) {
        *holiday = 1.0;
        *guests += 600.0;
    }
}

fn signal(row: &[f64], setting: &Setting, out: &mut [f64]) {
    let [_, time, _, day, district, weather, operator, rest @ ..] = row else {
        return;
    };
    let [warm, wind, docks, last, mean, broken, fare, guests, holiday] = rest else {
        return;
    };
    let or = |x: f64, other: f64| if x.is_nan() { other } else { x };
    let hour = (*time as i64).rem_euclid(DAY_SECONDS) as f64 / 3600.0;
    let bump = |at: f64, width: f64| {
        let d = (hour - at) / width;
        math::exp(-0.5 * d * d)
    };
    let office =
        if *day < 5.0 { bump(8.2, 1.3) + bump(17.6, 1.7) } else { bump(14.5, 3.2) };
    let mut log = 0.65 * math::ln(*mean) + 0.3 * math::ln(last.max(0.5));
    log += 0.95 * office - 0.8 * bump(2.5, 2.6);
    log += by(*weather, &[0.08, 0.0, -0.55, -1.2]) - 0.012 * (or(*wind, 12.0) - 12.0);
    log += 0.028 * (or(*warm, 13.0) - 13.0).clamp(-18.0, 14.0) - 0.12 * (*fare - 2.0);
    log += 0.16
        * math::ln(1.0 + *guests / 300.0)
        * by(*district, &[1.2, 0.8, 0.5, 1.6, 0.3])
        + 0.03 * math::ln(docks.max(1.0))
        - 0.03 * broken.min(5.0)
        - 0.2 * *holiday
        + 0.005 * *operator;
    if *district == 5.0 {
        log -= 0.9;
    }
    // Offices empty: the rush hours flatten, the parks fill.
    log += setting.concept
        * (0.55 * f64::from(u8::from(*district == 3.0))
            - 0.7 * office * f64::from(u8::from(*day < 5.0)));
    log += setting.season * (0.65 * *holiday - 0.05) + setting.base_rate;
    if let Some(first) = out.first_mut() {
        *first = math::exp(log.clamp(-3.0, 7.0));
    }
}
