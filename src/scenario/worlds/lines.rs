//! Product lines of a grocery chain, one row a store, line and day, and how many units sell. Sales follow
//! recent sales, promotions, price against list and rival, weekday and weather; the effects multiply.

use super::EVERY_DAY;
use crate::scenario::calendar::{DAY_SECONDS, weekday};
use crate::scenario::dice::{Dice, by};
use crate::scenario::world::{ColumnSpec, Form, Setting, Target, World, column};
use crate::stats::math;

const COLUMNS: &[ColumnSpec] = &[
    column("line_id", Form::Id("L")),
    column("sales_date", Form::Date),
    column("store_format", Form::Category(&["hyper", "super", "city", "online"], 4)),
    column("region", Form::Category(&["North", "South", "East", "West", "Coast"], 5)),
    column(
        "aisle",
        Form::Category(
            &[
                "dairy",
                "bakery",
                "drinks",
                "snacks",
                "frozen",
                "produce",
                "household",
                "pet care",
            ],
            7,
        ),
    ),
    column("brand_tier", Form::Category(&["own label", "brand", "premium"], 3)),
    column(
        "weekday",
        Form::Category(
            &[
                "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "1", "2", "3", "4", "5",
                "6", "7",
            ],
            7,
        ),
    ),
    column("price", Form::Number(2)),
    column("discount_percent", Form::Integer),
    column("on_display", Form::Boolean("0", "1")),
    column("in_leaflet", Form::Boolean("0", "1")),
    column("rival_price", Form::Number(2)),
    column("temperature", Form::Number(1)),
    column("units_last_week", Form::Integer),
    column("mean_units_28d", Form::Skewed(2)),
    column("shelf_metres", Form::Number(1)),
    column("days_since_delivery", Form::Integer),
    column("loyalty_share", Form::Number(3)),
];

/// The world of a grocer's product lines.
pub static LINES: World = World {
    name: "lines",
    columns: COLUMNS,
    target: Target::Amount { label: "units_sold", score: "forecast_units" },
    rhythm: EVERY_DAY,
    draw,
    signal,
    volatile: &[13, 14],
    crosses: &[],
};

fn draw(dice: &mut Dice, setting: &Setting, row: &mut [f64]) {
    let [_, time, format, region, aisle, tier, day, price, discount, rest @ ..] = row
    else {
        return;
    };
    let [display, leaflet, rival, warm, last, mean, shelf, delivery, loyal] = rest else {
        return;
    };
    let date = (*time as i64).div_euclid(DAY_SECONDS);
    *day = weekday(date) as f64;
    *format = dice.pick(&[0.22, 0.4, 0.28, 0.1]);
    *region = dice.pick(&[0.22, 0.24, 0.2, 0.2, 0.14]);
    *aisle = dice.pick(&[0.16, 0.12, 0.18, 0.15, 0.12, 0.15, 0.12]);
    *tier = dice.pick(&[0.36, 0.46, 0.18]);
    let list =
        by(*aisle, &[1.6, 2.1, 1.9, 2.2, 3.4, 2.4, 4.6]) * by(*tier, &[0.75, 1.1, 1.7]);
    let festive = setting.season;
    let promoted = dice.chance(0.18 + 0.22 * festive);
    *discount =
        if promoted { 5.0 * (2.0 + dice.pick(&[0.3, 0.3, 0.25, 0.15])) } else { 0.0 };
    let base_price = dice.lognormal(list, 0.22);
    *price = (base_price * (1.0 - *discount / 100.0)).max(0.29);
    *display = dice.flag(if promoted { 0.5 } else { 0.06 } + 0.12 * festive);
    *leaflet = dice.flag(if promoted { 0.62 } else { 0.03 });
    *rival = dice.lognormal(base_price * 0.99, 0.1);
    // A slow wave through the year, warmest in late July.
    let phase = math::sin((date % 365 - 110) as f64 / 365.0 * std::f64::consts::TAU);
    *warm = 11.0
        + 9.0 * phase
        + by(*region, &[-2.0, 2.0, -0.5, 0.0, 1.0])
        + dice.normal(0.0, 3.2);
    *shelf = dice.lognormal(by(*format, &[2.6, 1.6, 0.8, 1.0]), 0.35);
    let size = by(*format, &[70.0, 36.0, 20.0, 14.0]) * by(*tier, &[1.25, 1.0, 0.5]);
    *mean = dice.lognormal(size, 0.55).max(0.5);
    *last = (*mean * dice.lognormal(1.0, 0.22)).round();
    *delivery = dice.pick(&[0.3, 0.28, 0.2, 0.12, 0.06, 0.04]);
    *loyal = math::sigmoid(-0.3 + dice.normal(0.0, 0.5));
    *rival = dice.or_missing(*rival, 0.12);
    *warm = dice.or_missing(*warm, 0.02);
    // Drawn last, so that the usual rows keep their luck.
    if dice.chance(setting.newcomers) {
        *aisle = 7.0;
        *discount = 20.0;
    }
    if dice.chance(0.5 * setting.harmless) {
        *region = 4.0;
    }
    // Other stores: small ones with much promotion.
    if dice.chance(0.6 * setting.mix) {
        *format = 0.0;
        *tier = 2.0;
        *discount = 25.0;
        *display = 1.0;
        *mean *= 2.2;
        *last *= 2.2;
    }
}

fn signal(row: &[f64], setting: &Setting, out: &mut [f64]) {
    let [_, _, format, _, aisle, tier, day, price, discount, rest @ ..] = row else {
        return;
    };
    let [display, leaflet, rival, warm, last, mean, shelf, delivery, loyal] = rest else {
        return;
    };
    let gap =
        if rival.is_nan() { 0.0 } else { math::ln(*rival / *price).clamp(-0.5, 0.9) };
    let heat = if warm.is_nan() { 0.0 } else { (*warm - 14.0) / 10.0 };
    let mut log = 0.7 * math::ln(*mean) + 0.3 * math::ln(last.max(0.5));
    log += by(*day, &[-0.16, -0.2, -0.12, -0.02, 0.2, 0.34, -0.08]);
    log += 0.019 * *discount * by(*tier, &[0.7, 1.1, 1.3])
        + 0.26 * *display
        + 0.18 * *leaflet;
    log += 0.5 * gap + by(*aisle, &[0.0, 0.0, 0.16, 0.04, 0.12, -0.03, 0.0]) * heat;
    log += 0.05 * math::ln(shelf.max(0.1)) - 0.03 * *delivery + 0.1 * (*loyal - 0.43);
    // People buy for the feast: drinks, snacks and bakery, and the more so what is on display.
    let feast = by(*aisle, &[0.1, 0.45, 0.75, 0.65, 0.2, 0.1, -0.25]);
    log += setting.season
        * feast
        * (1.0 + 0.5 * *display)
        * by(*format, &[1.2, 1.0, 0.8, 0.6]);
    log += setting.concept * (0.5 * f64::from(u8::from(*tier == 0.0)) - 0.35 * *tier);
    if *aisle == 7.0 {
        log += 0.3 - 0.03 * *discount;
    }
    log += setting.base_rate;
    if let Some(first) = out.first_mut() {
        *first = math::exp(log);
    }
}
