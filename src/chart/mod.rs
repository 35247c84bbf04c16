//! Findings into pictures: one file a chart. Each makes a [`Picture`]: a title that states the finding, the
//! samples behind it, a summary in words, a data table, and the ECharts option through charming's types.
//!
//! Nothing here touches the browser: colours come in as a [`Palette`] read from the CSS tokens, options leave
//! as JSON. Options carry no functions, because those would need `eval`, which the page forbids; numbers are
//! therefore rounded and scaled to their printed unit before they go in.

pub mod axes;
pub mod before_after;
pub mod calibration;
pub mod curve;
pub mod distribution;
pub mod health;
pub mod histogram;
pub mod json;
pub mod over_time;
pub mod palette;
pub mod segments;
pub mod sheet;
pub mod waterfall;

pub use palette::Palette;
pub use sheet::Sheet;

/// Makes the option for these colours and this width in CSS pixels.
pub type MakeOption = Box<dyn Fn(&Palette, f64) -> Sheet + Send + Sync>;

/// A chart with everything a reader needs who cannot see it.
pub struct Picture {
    /// States the finding.
    pub title: String,
    /// Number of rows of both samples.
    pub samples: String,
    /// The picture in words.
    pub summary: String,
    /// Height in CSS pixels.
    pub height_px: u32,
    /// The numbers behind it.
    pub table: DataTable,
    /// The option.
    pub option: MakeOption,
}

/// The numbers behind a picture, as printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DataTable {
    /// Column heads; the first column is a head of its row.
    pub heads: Vec<String>,
    /// Rows, each as long as `heads`.
    pub rows: Vec<Vec<String>>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::choices::{Kind, Role, TableRole};
    use crate::report::{Bin, BinKind, ColumnReport, MetricChange, Period, Slice, Unit};

    fn metric() -> MetricChange {
        MetricChange {
            name: "accuracy".into(),
            title: "Accuracy".into(),
            family: "decision".into(),
            unit: Unit::Share,
            reference: Some(0.914),
            production: Some(0.852),
            difference: Some(-0.062),
            ci_low: Some(-0.074),
            ci_high: Some(-0.050),
            reference_interval: Some((0.90, 0.92)),
            production_interval: Some((0.84, 0.86)),
            larger_is_better: true,
            reference_rows: 12_480,
            production_rows: 30_120,
            shadow: None,
            training: None,
            why_missing: None,
        }
    }

    fn column(kind: BinKind, titles: &[&str]) -> ColumnReport {
        let bin = |title: &&str| Bin {
            title: (*title).to_owned(),
            kind,
            low: None,
            high: None,
            reference: 30,
            production: 10,
            reference_loss: None,
            production_loss: None,
        };
        ColumnReport {
            name: "region".into(),
            kind: Kind::Category,
            role: Role::Feature,
            drift: None,
            why_not: None,
            mix_points: None,
            reference_missing: 0.0,
            production_missing: 0.0,
            findings: Vec::new(),
            bins: titles.iter().map(bin).collect(),
            reference_numbers: None,
            production_numbers: None,
            own: None,
        }
    }

    fn slice(points: f64) -> Slice {
        Slice {
            title: "region is North".into(),
            conditions: Vec::new(),
            reference_share: 0.2,
            production_share: 0.4,
            production_rows: 400,
            reference_loss: Some(0.1),
            production_loss: Some(0.2),
            mix_points: points,
            rate_points: points,
            interval: (points / 2.0, points * 2.0),
        }
    }

    /// Every picture has words, whole tables, and options that need no functions.
    fn check(picture: &Picture) -> serde_json::Value {
        assert!(!picture.title.is_empty() && !picture.summary.is_empty());
        assert!(!picture.samples.is_empty() && !picture.table.rows.is_empty());
        for row in &picture.table.rows {
            assert_eq!(row.len(), picture.table.heads.len());
        }
        let palette = Palette::read(|name| format!("token({name})"));
        let json = (picture.option)(&palette, 360.0).option_json(&palette);
        assert!(!json.contains("function") && !json.contains("=>"), "{json}");
        let option: serde_json::Value = serde_json::from_str(&json).expect("valid JSON");
        assert_eq!(option["aria"]["enabled"], true);
        assert_eq!(option["tooltip"]["renderMode"], "richText");
        assert!(option["series"].as_array().is_some_and(|series| !series.is_empty()));
        option
    }

    #[test]
    fn before_and_after_stand_at_their_values_in_percent() {
        let option = check(&before_after::picture(&metric()).expect("both values"));
        let series = option["series"].as_array().expect("series");
        let points = series.iter().filter(|one| one["type"] == "scatter");
        let at = points.map(|one| one["data"][0][0].clone()).collect::<Vec<_>>();
        assert_eq!(at, [serde_json::json!(85.2), serde_json::json!(91.4)]);
        let unknown = MetricChange { production: None, ..metric() };
        assert!(before_after::picture(&unknown).is_none());
    }

    #[test]
    fn a_distribution_is_in_shares_and_turns_for_long_names() {
        let upright = column(BinKind::Category, &["a", "b"]);
        let option = check(&distribution::picture(&upright).expect("bars"));
        assert_eq!(option["series"][0]["data"][0], 50.0);
        assert_eq!(option["xAxis"]["type"], "category");
        let lying = column(BinKind::Category, &["a very long category name", "b"]);
        let option = check(&distribution::picture(&lying).expect("bars"));
        assert_eq!(option["yAxis"]["type"], "category");
        assert!(distribution::picture(&column(BinKind::Category, &[])).is_none());
    }

    #[test]
    fn segments_are_coloured_by_their_direction() {
        let (worse, better) = (slice(0.02), slice(-0.01));
        let slices = [&worse, &better];
        let list = segments::List::Worse;
        let option =
            check(&segments::picture(list, &slices, Unit::Share).expect("slices"));
        let bars = &option["series"][0]["data"];
        assert_eq!(bars[0]["value"], 2.0);
        assert_eq!(bars[0]["itemStyle"]["color"], "token(--worse)");
        assert_eq!(bars[1]["itemStyle"]["color"], "token(--better)");
        assert!(segments::picture(list, &[], Unit::Share).is_none());
    }

    #[test]
    fn the_change_is_drawn_in_the_period_that_holds_its_day() {
        let period = |table, start: &str, end: &str| Period {
            table,
            start: start.into(),
            end: end.into(),
            rows: 100,
            labelled_rows: 100,
            metric: Some(0.9),
            metric_interval: None,
            missing: 0.0,
            drift: 0.0,
            decision_rate: None,
            label_rate: None,
            kpis: Vec::new(),
        };
        let periods = [
            period(TableRole::Reference, "2024-03-01", "2024-03-07"),
            period(TableRole::Production, "2024-04-01", "2024-04-07"),
            period(TableRole::Production, "2024-04-08", "2024-04-14"),
        ];
        assert_eq!(over_time::period_of(&periods, "2024-04-10"), Some(2));
        assert_eq!(over_time::period_of(&periods, "2024-04-07T10:00:00Z"), Some(1));
        assert_eq!(over_time::period_of(&periods, "2024-05-01"), None);
        assert_eq!(axes::days(&periods), ["1 Mar", "1 Apr", "8 Apr"]);
        let over = [
            period(TableRole::Reference, "2023-12-25", "2023-12-31"),
            period(TableRole::Production, "2024-01-01", "2024-01-07"),
            period(TableRole::Production, "week 2", "week 2"),
        ];
        assert_eq!(axes::days(&over), ["25 Dec", "1 Jan 2024", "week 2"]);
    }
}
