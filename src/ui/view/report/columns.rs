//! What changed in the data: one row a column, each opens to both distributions.

use std::cmp::Ordering;
use std::sync::Arc;

use leptos::prelude::*;

use crate::chart::distribution;
use crate::choices::Role;
use crate::platform::letters;
use crate::report::{Bin, ColumnReport, NumberSummary, Report, Unit};
use crate::story::number;
use crate::ui::primitive::figure::Figure;
use crate::ui::primitive::how::how;
use crate::ui::primitive::technical::Technical;
use crate::ui::text;

/// Rows drawn at first and with every "more".
const ROWS_A_TIME: usize = 40;
/// Bars of a mini picture; more cannot be told apart at its size.
const MINI_BARS: usize = 24;

/// What the table is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    /// As the report gives it: effect, drift, name.
    Effect,
    /// Name.
    Name,
    /// Rows moved.
    Moved,
    /// Change of the missing share.
    Missing,
}

impl Key {
    fn compare(self, a: &ColumnReport, b: &ColumnReport) -> Ordering {
        let moved =
            |column: &ColumnReport| column.drift.as_ref().map_or(-1.0, |d| d.moved);
        let missing =
            |column: &ColumnReport| column.production_missing - column.reference_missing;
        match self {
            Self::Effect | Self::Name => Ordering::Equal,
            Self::Moved => moved(b).total_cmp(&moved(a)),
            Self::Missing => missing(b).total_cmp(&missing(a)),
        }
    }
}

/// The section's body.
pub fn body(report: Arc<Report>) -> AnyView {
    view! { <ColumnsTable report=report/> }.into_any()
}

#[component]
fn ColumnsTable(
    /// The report.
    report: Arc<Report>,
) -> impl IntoView {
    let key = RwSignal::new(Key::Effect);
    let limit = RwSignal::new(ROWS_A_TIME);
    let unit = report.metric.unit;
    let compared = report
        .columns
        .iter()
        .filter(|column| !matches!(column.role, Role::Ignore | Role::Id))
        // Whether a row is open outlives sorting.
        .map(|column| (Arc::new(column.clone()), RwSignal::new(false)))
        .collect::<Vec<_>>();
    let all = compared.len();
    let rows = move || {
        let mut columns = compared.clone();
        match key.get() {
            Key::Name => columns.sort_by_cached_key(|own| letters::lower(&own.0.name)),
            key => columns.sort_by(|a, b| key.compare(&a.0, &b.0)),
        }
        columns.truncate(limit.get());
        columns
            .into_iter()
            .map(|(column, open)| {
                view! { <ColumnEntry column=column unit=unit open=open/> }
            })
            .collect_view()
    };
    let head = move |of: Key, words: &'static str, class: &'static str| {
        let sorted = move || match (key.get() == of, of) {
            (true, Key::Name) => "ascending",
            (true, _) => "descending",
            _ => "none",
        };
        view! {
            <th scope="col" class=class aria-sort=sorted>
                <button type="button" class="sort" on:click=move |_| key.set(of)>{words}</button>
            </th>
        }
    };
    view! {
        <div class="scroll" tabindex="0" role="group" aria-label=text::COLUMNS_REPORT_CAPTION>
            <table class="drift">
                <caption>{text::COLUMNS_REPORT_CAPTION}</caption>
                <thead>
                    <tr>
                        {head(Key::Name, text::HEAD_COLUMN, "")}
                        <th scope="col" class="shape">{text::HEAD_SHAPE}</th>
                        {head(Key::Moved, text::HEAD_MOVED, "amount")}
                        {head(Key::Effect, text::HEAD_EFFECT, "amount")}
                        {head(Key::Missing, text::HEAD_MISSING, "amount")}
                        <th scope="col">{text::HEAD_FINDINGS}</th>
                    </tr>
                </thead>
                {rows}
            </table>
        </div>
        <Show when=move || { limit.get() < all }>
            <p class="buttons">
                <button type="button" on:click=move |_| limit.update(|limit| *limit += ROWS_A_TIME)>
                    {text::SHOW_MORE}
                </button>
                <span>{move || text::shown_of(limit.get(), all)}</span>
            </p>
        </Show>
    }
}

/// One column: a row, and below it its details while open.
#[component]
fn ColumnEntry(
    /// The column.
    column: Arc<ColumnReport>,
    /// Unit of the effect.
    unit: Unit,
    /// Whether its details are shown.
    open: RwSignal<bool>,
) -> impl IntoView {
    let band = column.drift.as_ref().map_or("none", |drift| text::band_name(drift.band));
    let moved = column.drift.as_ref().map(|drift| {
        view! {
            <span class="band" data-band=band>{text::band(drift.band)}</span>
            {text::moved(drift)}
        }
    });
    let effect = column.mix_points.map(|points| text::signed(unit, points));
    let missing = if (column.production_missing - column.reference_missing).abs() < 0.0005
    {
        text::missing(column.production_missing)
    } else {
        format!(
            "{} → {}",
            number::share(column.reference_missing),
            number::share(column.production_missing)
        )
    };
    let first = column
        .findings
        .first()
        .map(|finding| finding.sentence.clone())
        .or_else(|| column.why_not.clone());
    let more = column.findings.len().saturating_sub(1);
    let more = (more > 0).then(|| format!(" (+{more})"));
    let name = column.name.clone();
    let mini = mini(&column.bins);
    view! {
        <tbody data-open=move || open.get().to_string() data-band=band>
            <tr>
                <th scope="row">
                    <button
                        type="button"
                        class="opener"
                        aria-expanded=move || open.get().to_string()
                        on:click=move |_| open.update(|open| *open = !*open)
                    >
                        {name}
                    </button>
                    <span class="column-kind">{text::kind(column.kind)}</span>
                </th>
                <td class="shape">{mini}</td>
                <td class="amount">{moved}</td>
                <td class="amount">{effect}</td>
                <td class="amount">{missing}</td>
                <td class="found">{first} {more}</td>
            </tr>
            <Show when=move || open.get()>
                <tr class="column-open">
                    <td colspan="6">{details(&column)}</td>
                </tr>
            </Show>
        </tbody>
    }
}

/// Both distributions at thumbnail size: bars for before, an outline for after.
fn mini(bins: &[Bin]) -> Option<AnyView> {
    let before: u64 = bins.iter().map(|bin| bin.reference).sum();
    let after: u64 = bins.iter().map(|bin| bin.production).sum();
    if before + after == 0 {
        return None;
    }
    let step = bins.len().div_ceil(MINI_BARS).max(1);
    let shares = bins
        .chunks(step)
        .map(|group| {
            let sum = |rows: fn(&Bin) -> u64| group.iter().map(rows).sum::<u64>();
            (
                distribution::share(sum(|bin| bin.reference), before),
                distribution::share(sum(|bin| bin.production), after),
            )
        })
        .collect::<Vec<_>>();
    let top = shares.iter().fold(0.0_f64, |top, pair| top.max(pair.0).max(pair.1));
    #[expect(clippy::cast_precision_loss, reason = "at most twenty-four bars")]
    let slot = 120.0 / shares.len() as f64;
    let tall = |share: f64| share / top.max(1e-9) * 26.0;
    #[expect(clippy::cast_precision_loss, reason = "at most twenty-four bars")]
    let left = |index: usize| index as f64 * slot;
    let bars = shares.iter().enumerate().map(|(index, pair)| {
        let height = tall(pair.0);
        view! {
            <rect
                x=format!("{:.2}", left(index) + slot * 0.08)
                y=format!("{:.2}", 28.0 - height)
                width=format!("{:.2}", slot * 0.84)
                height=format!("{height:.2}")
            ></rect>
        }
    });
    // Production as an outline over the reference's bars: both can be read at any number of bars.
    let outline =
        shares.iter().enumerate().fold("M0 28".to_owned(), |path, (index, pair)| {
            format!("{path} V{:.2} H{:.2}", 28.0 - tall(pair.1), left(index + 1))
        });
    let view = view! {
        <svg class="mini" viewBox="0 0 120 28" preserveAspectRatio="none" aria-hidden="true">
            {bars.collect_view()}
            <path d=format!("{outline} V28")></path>
        </svg>
    };
    Some(view.into_any())
}

/// Both distributions, findings, numbers, measures.
fn details(column: &ColumnReport) -> AnyView {
    let picture =
        distribution::picture(column).map(|picture| view! { <Figure picture/> });
    let findings = column
        .findings
        .iter()
        .skip(1)
        .map(|finding| view! { <li>{finding.sentence.clone()}</li> })
        .collect_view();
    // No degrees of freedom: the tests behind it were left out of a link.
    let tested = column.drift.as_ref().filter(|drift| drift.degrees_of_freedom > 0);
    let measures = tested.map(|drift| {
        let list = text::drift_measures(drift)
            .into_iter()
            .map(|(id, name, value)| {
                let mark = how(vec![id.to_owned()], name, None);
                view! { <div><dt>{name} {mark}</dt><dd>{value}</dd></div> }
            })
            .collect_view();
        view! { <Technical><dl class="measures">{list}</dl></Technical> }
    });
    let numbers = column
        .reference_numbers
        .zip(column.production_numbers)
        .map(|(before, after)| numbers(&before, &after));
    view! {
        <div class="column-details">
            {picture}
            <ul>{findings}</ul>
            {numbers}
            {measures}
        </div>
    }
    .into_any()
}

fn numbers(before: &NumberSummary, after: &NumberSummary) -> AnyView {
    let row = |name: &'static str, numbers: &NumberSummary| {
        let [low, quarter, middle, three_quarters, high] = numbers.quantiles;
        // A shared report hides the two values that belong to single rows.
        let hidden = numbers.minimum.total_cmp(&low).is_eq()
            && numbers.maximum.total_cmp(&high).is_eq();
        let single = |value: f64| (!hidden).then_some(value);
        let cells = [
            single(numbers.minimum),
            Some(low),
            Some(quarter),
            Some(middle),
            Some(three_quarters),
            Some(high),
            single(numbers.maximum),
            Some(numbers.mean),
        ]
        .map(|value| view! { <td class="amount">{value.map(number::quantity)}</td> });
        view! { <tr><th scope="row">{name}</th>{cells}</tr> }
    };
    let heads = ["Smallest", "5 %", "25 %", "Median", "75 %", "95 %", "Largest", "Mean"]
        .map(|head| view! { <th scope="col" class="amount">{head}</th> });
    let rows = [row(text::BEFORE, before), row(text::AFTER, after)];
    view! {
        <Technical>
            <table class="metrics">
                <thead><tr><th scope="col">"Table"</th>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </Technical>
    }
    .into_any()
}
