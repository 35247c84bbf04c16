//! Parcels and how their delivery goes: at the first attempt, late, damaged, or sent back. It follows the service, the
//! distance, weight and packaging, the load of the depot, the quality of the address and the weather.

use super::EVERY_DAY;
use crate::scenario::calendar::{DAY_SECONDS, weekday};
use crate::scenario::dice::{Dice, blend, by};
use crate::scenario::world::{ColumnSpec, Form, Setting, Target, World, column};
use crate::stats::math;

const COLUMNS: &[ColumnSpec] = &[
    column("parcel_id", Form::Id("P")),
    column("booked_at", Form::Moment),
    column("booking_day", Form::Category(&["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"], 7)),
    column(
        "service",
        Form::Category(
            &["standard", "express", "economy", "locker", "STD", "EXP", "ECO", "Box"],
            4,
        ),
    ),
    column("zone", Form::Category(&["city", "suburb", "country", "coast", "islands"], 4)),
    column("packaging", Form::Category(&["carton", "bag", "tube", "crate"], 4)),
    column("printed_label", Form::Boolean("no", "yes")),
    column("weight_kg", Form::Skewed(2)),
    column("distance_km", Form::Skewed(0)),
    column("declared_value", Form::Skewed(2)),
    column("fragile", Form::Boolean("no", "yes")),
    column("depot_load", Form::Number(2)),
    column("address_quality", Form::Number(2)),
    column("rain_mm", Form::Skewed(1)),
    column("failed_attempts_90d", Form::Integer),
    column("depot_queue", Form::Skewed(0)),
    column("promised_days", Form::Integer),
];

const CLASSES: &[(&str, &str)] = &[
    ("damaged", "p_damaged"),
    ("first attempt", "p_first"),
    ("late", "p_late"),
    ("sent back", "p_back"),
];

/// The world of parcels.
pub static PARCELS: World = World {
    name: "parcels",
    columns: COLUMNS,
    target: Target::Classes {
        label: "outcome",
        classes: CLASSES,
        decision: "planned_as",
    },
    rhythm: EVERY_DAY,
    draw,
    signal,
    volatile: &[7, 13, 15],
    crosses: &[],
};

fn draw(dice: &mut Dice, setting: &Setting, row: &mut [f64]) {
    let [_, time, day, service, zone, packaging, printed, weight, rest @ ..] = row else {
        return;
    };
    let [distance, value, fragile, load, address, rain, failed, queue, promised] = rest
    else {
        return;
    };
    *day = weekday((*time as i64).div_euclid(DAY_SECONDS)) as f64;
    *service =
        dice.pick(&blend([0.46, 0.22, 0.22, 0.1], [0.1, 0.05, 0.75, 0.1], setting.mix));
    *zone = dice.pick(&[0.38, 0.3, 0.22, 0.1]);
    *packaging = dice.pick(&[0.58, 0.26, 0.06, 0.1]);
    *printed = dice.flag(0.7);
    *weight = dice.lognormal(by(*packaging, &[3.2, 0.8, 1.6, 11.0]), 0.6);
    *distance =
        dice.lognormal(by(*zone, &[120.0, 160.0, 310.0, 420.0]), 0.6).clamp(1.0, 2_500.0);
    *value = dice.lognormal(45.0, 0.9);
    *fragile = dice.flag(by(*packaging, &[0.24, 0.05, 0.1, 0.5]));
    *load = dice.normal(0.72, 0.16).clamp(0.05, 1.4);
    *address = dice.normal(0.8, 0.16).clamp(0.0, 1.0);
    *rain = dice.gamma(3.0);
    *failed = dice.count(0.5);
    *queue = dice.lognormal(160.0, 0.5);
    *promised = by(*service, &[3.0, 1.0, 5.0, 3.0]) + dice.pick(&[0.6, 0.3, 0.1]);
    *address = dice.or_missing(*address, 0.05);
    *queue = dice.or_missing(*queue, 0.04);
    if dice.chance(setting.newcomers) {
        *zone = 4.0;
        *distance *= 2.5;
    }
    if dice.chance(0.5 * setting.harmless) {
        *printed = 0.0;
    }
    if dice.chance(0.45 * setting.season) {
        *packaging = 1.0;
        *load = 1.15;
    }
}

fn signal(row: &[f64], setting: &Setting, out: &mut [f64]) {
    let [_, _, day, service, zone, packaging, _, weight, rest @ ..] = row else {
        return;
    };
    let [distance, value, fragile, load, address, rain, failed, queue, promised] = rest
    else {
        return;
    };
    let or = |x: f64, other: f64| if x.is_nan() { other } else { x };
    let far = math::ln((1.0 + *distance) / 180.0);
    let wet = math::ln((1.0 + *rain) / 3.5);
    let heavy = math::ln((0.1 + *weight) / 2.5);
    let new = f64::from(u8::from(*zone == 4.0));
    let [damaged, first, late, back] = out else { return };
    *damaged = -0.4
        + 2.2 * *fragile
        + 0.5 * heavy
        + by(*packaging, &[0.0, -0.6, 0.5, -0.9])
        + 0.5 * wet * f64::from(u8::from(*packaging == 1.0));
    *first = 1.0
        + 1.8 * (or(*address, 0.8) - 0.8) / 0.2 * 0.5
        + by(*service, &[0.2, 0.6, -0.2, 1.2])
        - 0.4 * far
        - 2.2 * new;
    *late = -0.1 + 2.4 * (*load - 0.7) / 0.3 + 0.9 * far - 0.5 * (*promised - 3.0)
        + 0.5 * math::ln(or(*queue, 160.0) / 160.0)
        + 0.3 * wet
        + by(*day, &[0.3, 0.0, 0.0, 0.1, 0.4, 0.8, 0.5]);
    *back = -0.6 + 1.1 * failed.min(4.0) - 1.6 * (or(*address, 0.8) - 0.8) / 0.2 * 0.5
        + by(*zone, &[0.5, 0.0, -0.2, 0.2, 1.8])
        + 0.2 * math::ln(*value / 45.0);
    // A new hub: lockers fail, the country is served well.
    *late += setting.concept
        * (by(*service, &[0.0, 0.0, 0.0, 3.0]) - by(*zone, &[0.0, 0.0, 2.4, 0.0, 0.0]));
    *back += setting.concept * 1.4 * *fragile;
    // Before the holidays bags are crushed.
    *damaged +=
        setting.season * 2.6 * f64::from(u8::from(*packaging == 1.0)) + setting.base_rate;
    for z in [damaged, first, late, back] {
        *z *= 1.5;
    }
}
