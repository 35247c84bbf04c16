//! Support tickets and the team that in the end solved them. Words in the text are seen as flags (an order
//! number, an invoice number, an error code), beside channel, product and the customer's history.

use super::OFFICE;
use crate::scenario::calendar::DAY_SECONDS;
use crate::scenario::dice::{Dice, blend, by};
use crate::scenario::world::{ColumnSpec, Form, Setting, Target, World, column};
use crate::stats::math;

const COLUMNS: &[ColumnSpec] = &[
    column("ticket_id", Form::Id("T")),
    column("created_at", Form::Moment),
    column(
        "channel",
        Form::Category(
            &[
                "email",
                "chat",
                "phone",
                "form",
                "social",
                "E-Mail",
                "Live chat",
                "Call",
                "Web form",
                "Post",
            ],
            5,
        ),
    ),
    column("language", Form::Category(&["en", "de", "fr", "es", "pl"], 5)),
    column(
        "product",
        Form::Category(&["router", "camera", "speaker", "thermostat", "lock", "hub"], 5),
    ),
    column("customer_tier", Form::Category(&["free", "plus", "business"], 3)),
    column("hour_of_day", Form::Integer),
    column("words", Form::Skewed(0)),
    column("attachments", Form::Integer),
    column("has_order_number", Form::Boolean("false", "true")),
    column("has_invoice_number", Form::Boolean("false", "true")),
    column("has_error_code", Form::Boolean("false", "true")),
    column("mentions_password", Form::Boolean("false", "true")),
    column("urgency", Form::Integer),
    column("tickets_30d", Form::Integer),
    column("days_since_purchase", Form::Skewed(0)),
    column("sentiment", Form::Number(2)),
    column("firmware_age_days", Form::Skewed(0)),
];

const CLASSES: &[(&str, &str)] = &[
    ("account", "p_account"),
    ("billing", "p_billing"),
    ("delivery", "p_delivery"),
    ("sales", "p_sales"),
    ("technical", "p_technical"),
];

/// The world of support tickets.
pub static TICKETS: World = World {
    name: "tickets",
    columns: COLUMNS,
    target: Target::Classes {
        label: "solved_by",
        classes: CLASSES,
        decision: "routed_to",
    },
    rhythm: OFFICE,
    draw,
    signal,
    volatile: &[7, 15, 17],
    crosses: &[],
};

fn draw(dice: &mut Dice, setting: &Setting, row: &mut [f64]) {
    let [_, time, channel, language, product, tier, hour, words, files, rest @ ..] = row
    else {
        return;
    };
    let [order, invoice, error, password, urgency, recent, bought, mood, firmware] = rest
    else {
        return;
    };
    *hour = ((*time as i64).rem_euclid(DAY_SECONDS) / 3600) as f64;
    *channel = dice.pick(&blend(
        [0.34, 0.26, 0.16, 0.18, 0.06],
        [0.1, 0.6, 0.1, 0.1, 0.1],
        setting.mix,
    ));
    *language = dice.pick(&[0.42, 0.24, 0.14, 0.12, 0.08]);
    let known = dice.pick(&[0.34, 0.22, 0.18, 0.16, 0.1]);
    let new = dice.chance(setting.newcomers);
    *product = if new { 5.0 } else { known };
    *tier = dice.pick(&[0.46, 0.36, 0.18]);
    let long = by(*channel, &[95.0, 38.0, 60.0, 70.0, 24.0]);
    *words = dice.lognormal(long, 0.55).max(3.0);
    *files = dice.count(by(*channel, &[0.7, 0.2, 0.0, 0.5, 0.2]));
    *order = dice.flag(0.24);
    *invoice = dice.flag(0.17 + 0.1 * by(*tier, &[0.0, 0.3, 1.0]));
    *error = dice.flag(by(*product, &[0.3, 0.2, 0.12, 0.22, 0.18, 0.22]));
    *password = dice.flag(0.13);
    *urgency = 1.0 + dice.pick(&[0.2, 0.28, 0.28, 0.16, 0.08]);
    *recent = dice.count(0.7);
    let owned = dice.gamma(420.0) + 1.0;
    // Nobody can have owned the new product for long.
    *bought = if new { owned % 40.0 + 1.0 } else { owned };
    *mood = dice.normal(-0.05, 0.4).clamp(-1.0, 1.0);
    *firmware = dice.gamma(130.0) + 1.0;
    *bought = dice.or_missing(*bought, 0.09);
    *urgency = if *channel == 4.0 { f64::NAN } else { *urgency };
    *mood = dice.or_missing(*mood, 0.05);
    // Drawn last, so that the usual rows keep their luck.
    if dice.chance(0.5 * setting.harmless) {
        *language = 0.0;
    }
    if dice.chance(0.4 * setting.season) {
        *order = 1.0;
        *bought = 12.0;
    }
}

fn signal(row: &[f64], setting: &Setting, out: &mut [f64]) {
    let [_, _, channel, language, product, tier, _, words, files, rest @ ..] = row else {
        return;
    };
    let [order, invoice, error, password, urgency, recent, bought, mood, firmware] = rest
    else {
        return;
    };
    let or = |x: f64, other: f64| if x.is_nan() { other } else { x };
    let fresh = f64::from(u8::from(or(*bought, 300.0) < 45.0));
    let long = math::ln(*words / 55.0);
    // The new product is set up over the account, and lost ones are sent again: an error code on it
    // means pairing with an account, and hardly ever a fault.
    let new = f64::from(u8::from(*product == 5.0));
    let [account, billing, delivery, sales, technical] = out else {
        return;
    };
    *account = 0.2 + 3.0 * *password - 0.3 * long
        + by(*channel, &[0.0, 0.5, 0.2, 0.0, 0.0])
        + new * (1.9 + 2.6 * *error);
    *billing = 0.1 + 3.1 * *invoice + 0.5 * *order - 0.5 * or(*mood, 0.0)
        + by(*tier, &[-0.3, 0.2, 0.6]);
    *delivery = -0.3 + 2.2 * *order + 2.0 * fresh * (1.0 - 0.5 * *error) + 0.2 * *files
        - new * 1.4;
    *sales = -0.1 + 0.9 * or(*mood, 0.0) - 0.35 * (or(*urgency, 2.5) - 2.5)
        + by(*channel, &[0.0, 0.4, 0.5, 0.3, 0.7])
        + by(*tier, &[0.4, 0.0, 0.5])
        - 0.4 * *recent;
    *technical = 0.3
        + 3.2 * *error
        + 0.6 * long
        + 0.25 * *recent
        + 0.35 * math::ln(*firmware / 100.0)
        + by(*product, &[0.7, 0.3, -0.3, 0.2, 0.1, 0.0])
        + 0.2 * or(*urgency, 2.5)
        - new * 2.0;
    *technical += setting.concept * (1.5 * *order - 1.5 * *error);
    *account += setting.concept * 1.2 * by(*language, &[0.0, 1.0, 1.0, 0.0, 0.0]);
    // Presents are sent back: what looks like delivery is a refund.
    *billing += setting.season * (0.5 + 2.5 * fresh) + setting.base_rate;
    for z in [account, billing, delivery, sales, technical] {
        *z *= 1.7;
    }
}
