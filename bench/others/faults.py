"""Faults of inputs, of rows, of serving and of the lab, one a pair, as they happen in life. Each function takes a world and a generator and returns the tables and the truth."""

import numpy as np
import pandas as pd

from pairs import Pair, after_launch, before_launch, binary, fault, numeric, one_of, onset, part, put, served, since

# Columns computed differently.


def change_unit(w, g, live, rows) -> tuple[pd.DataFrame, str]:
    column, f = one_of(g, w.units)
    bad = live.copy()
    put(bad, column, rows, np.round(f(numeric(live, column)), 4))
    return bad, column


@fault()
def unit_all(w, g):
    live = after_launch(w, g)
    bad, column = change_unit(w, g, live, since(w, g, live))
    return served(w, g, live, bad, {"unit_or_encoding"}, [column])


@fault()
def unit_some(w, g):
    live = after_launch(w, g)
    bad, column = change_unit(w, g, live, part(w, g, live))
    return served(w, g, live, bad, {"unit_or_encoding"}, [column])


@fault()
def scaled_twice(w, g):
    """The service hands over a column that is standardised already."""
    live, column = after_launch(w, g), one_of(g, w.units)[0]
    x, bad = numeric(live, column), live.copy()
    put(bad, column, since(w, g, live), ((x - np.nanmean(x)) / np.nanstd(x)).round(4))
    return served(w, g, live, bad, {"unit_or_encoding"}, [column])


@fault(lambda w: w.name in ("loans", "ads", "returns"))
def cut_to_whole(w, g):
    """A fraction goes through an integer field."""
    column = {"loans": "dti", "ads": one_of(g, ["user_ctr_7d", "ad_ctr_7d"]), "returns": "customer_return_rate"}[w.name]
    live = after_launch(w, g)
    bad = live.copy()
    put(bad, column, part(w, g, live), np.trunc(numeric(live, column)))
    return served(w, g, live, bad, {"unit_or_encoding", "missing_or_default"}, [column])


@fault(lambda w: w.file == "csv" and not w.csv)
def comma_text(w, g):
    """Numbers arrive as text with a decimal comma, and the model reads them as missing."""
    live, column = after_launch(w, g), one_of(g, [c for c, _ in w.units])
    rows, bad = since(w, g, live), live.copy()
    put(bad, column, rows, np.nan)
    text = live[column].map(lambda x: "" if pd.isna(x) else f"{x:,.2f}".replace(",", " ").replace(".", ","))
    pair = served(w, g, live, bad, {"unit_or_encoding", "missing_or_default"}, [column])
    pair.production[column] = np.where(rows, text.to_numpy(object), live[column].map(lambda x: "" if pd.isna(x) else str(x)).to_numpy(object))
    return pair


@fault(lambda w: w.swap)
def swapped(w, g):
    a, b = w.swap
    live = after_launch(w, g)
    rows = since(w, g, live) if g.random() < 0.6 else part(w, g, live)
    bad = live.copy()
    put(bad, a, rows, numeric(live, b))
    put(bad, b, rows, numeric(live, a))
    return served(w, g, live, bad, {"unit_or_encoding", "join_or_filter"}, [a, b])


@fault(lambda w: w.name in ("cards", "ads"))
def codes_renumbered(w, g):
    live, column = after_launch(w, g), w.coded[0]
    values = np.sort(live[column].unique())
    new = values + 1 if g.random() < 0.5 and len(values) > 8 else values[g.permutation(len(values))]
    bad = live.copy()
    put(bad, column, since(w, g, live), live[column].map(dict(zip(values, new))).to_numpy())
    return served(w, g, live, bad, {"category_mapping", "unit_or_encoding"}, [column])


# Missing and filled.


@fault()
def missing_spike(w, g):
    live, column = after_launch(w, g), one_of(g, w.holes)
    bad = live.copy()
    put(bad, column, since(w, g, live) & (g.random(len(live)) < g.uniform(0.3, 1.0)), np.nan)
    return served(w, g, live, bad, {"missing_or_default"}, [column])


@fault()
def missing_from_source(w, g):
    live, column = after_launch(w, g), one_of(g, w.holes)
    bad = live.copy()
    put(bad, column, part(w, g, live), np.nan)
    return served(w, g, live, bad, {"missing_or_default"}, [column])


@fault()
def default_value(w, g):
    live, column = after_launch(w, g), one_of(g, w.defaults)
    bad = live.copy()
    put(bad, column, part(w, g, live), w.defaults[column])
    return served(w, g, live, bad, {"missing_or_default"}, [column])


@fault()
def filled_with_mean(w, g):
    live, column = after_launch(w, g), one_of(g, w.holes)
    bad = live.copy()
    digits = 0 if pd.api.types.is_integer_dtype(live[column]) else 3
    put(bad, column, part(w, g, live), round(float(np.nanmean(numeric(w.train_rows, column))), digits))
    return served(w, g, live, bad, {"missing_or_default"}, [column])


@fault(lambda w: w.names)
def unknown_text(w, g):
    live, column = after_launch(w, g), one_of(g, w.recodes)
    bad = live.copy()
    put(bad, column, part(w, g, live), one_of(g, ["unknown", "N/A", ""]))
    return served(w, g, live, bad, {"missing_or_default"}, [column])


@fault(lambda w: w.hour)
def late_batch(w, g):
    """Until the morning's batch has run, looked-up columns are zero."""
    live = after_launch(w, g)
    rows, bad = since(w, g, live) & (numeric(live, w.hour) < g.integers(10, 17)), live.copy()
    columns = [c for c in w.looked_up if pd.api.types.is_numeric_dtype(live[c])][:2]
    for c in columns:
        put(bad, c, rows, 0.0)
    return served(w, g, live, bad, {"missing_or_default", "stale_feature"}, columns)


# Names of categories.


@fault()
def renamed(w, g):
    live, column = after_launch(w, g), one_of(g, w.recodes)
    rows = since(w, g, live) if g.random() < 0.6 else part(w, g, live)
    bad = live.copy()
    put(bad, column, rows, live[column].map(lambda v: w.recodes[column].get(v, v)).to_numpy(object))
    return served(w, g, live, bad, {"category_mapping"}, [column])


@fault()
def respelled(w, g):
    live, column = after_launch(w, g), one_of(g, w.recodes)
    change = one_of(g, [str.upper, str.title, lambda v: v + " ", lambda v: v.replace(" ", "_").lower() + "_v2"])
    text, bad = live[column].astype(object), live.copy()
    if (text.map(change) == text).mean() > 0.2:
        change = lambda v: v.swapcase()
    put(bad, column, part(w, g, live), text.map(change).to_numpy(object))
    return served(w, g, live, bad, {"category_mapping"}, [column])


@fault()
def merged_names(w, g):
    live, column = after_launch(w, g), one_of(g, w.merges)
    bad = live.copy()
    put(bad, column, since(w, g, live), live[column].map(lambda v: w.merges[column].get(v, v)).to_numpy(object))
    return served(w, g, live, bad, {"category_mapping"}, [column])


@fault()
def meaning_swapped(w, g):
    """The same names, for other things than before."""
    live, column = after_launch(w, g), one_of(g, w.recodes)
    values = list(live[column].value_counts().index[:6])
    bad = live.copy()
    put(bad, column, since(w, g, live), live[column].map(dict(zip(values, values[1:] + values[:1]))).fillna(live[column]).to_numpy(object))
    return served(w, g, live, bad, {"category_mapping"}, [column])


# Time.


def zone(w, g, live, rows, hours: int, stamp_too: bool) -> pd.DataFrame:
    bad = live.copy()
    put(bad, w.hour, rows, (numeric(live, w.hour) + hours) % 24)
    if stamp_too:
        bad[w.time] = live[w.time] + pd.to_timedelta(np.where(rows, hours, 0), unit="h")
        if "weekday" in bad:
            put(bad, "weekday", rows, bad[w.time].dt.weekday.to_numpy())
    return bad


@fault(lambda w: w.hour)
def zone_of_feature(w, g):
    live = after_launch(w, g)
    bad = zone(w, g, live, since(w, g, live), int(one_of(g, [-8, -5, 1, 2, 6, 9])), False)
    return served(w, g, live, bad, {"time_window"}, [w.hour])


@fault(lambda w: w.hour)
def zone_of_everything(w, g):
    live = after_launch(w, g)
    bad = zone(w, g, live, since(w, g, live), int(one_of(g, [-7, -5, 4, 7, 9])), True)
    return served(w, g, live, bad, {"time_window"}, [w.hour])


@fault(lambda w: w.name in ("cards", "ads"))
def counted_since_midnight(w, g):
    """A count of the last 24 hours becomes one of the calendar day (in another zone)."""
    live, column = after_launch(w, g), w.counts[0]
    share = ((numeric(live, w.hour) + one_of(g, [0, 8])) % 24 + 0.5) / 24
    bad = live.copy()
    put(bad, column, since(w, g, live), g.binomial(live[column].to_numpy(int), share))
    return served(w, g, live, bad, {"time_window", "unit_or_encoding"}, [column])


@fault(lambda w: w.name in ("cards", "churn", "noshows"))
def shorter_window(w, g):
    live, column = after_launch(w, g), w.counts[0]
    bad = live.copy()
    put(bad, column, since(w, g, live), g.binomial(live[column].fillna(0).to_numpy(int), one_of(g, [1 / 30, 1 / 7, 7 / 30])))
    return served(w, g, live, bad, {"time_window", "unit_or_encoding"}, [column])


@fault(lambda w: w.fresh and w.name != "noshows")
def frozen(w, g):
    """An entity's column keeps the value of the day the job stopped; where there is no entity, everybody's does."""
    live, columns = after_launch(w, g), w.fresh
    reference = before_launch(w, g)
    day, bad = max(onset(w, g), 3.0), live.copy()
    past = pd.concat([reference, live[live["_day"] < day]], ignore_index=True)
    for c in columns:
        old = past.groupby(w.entity)[c].last().reindex(live[w.entity]).to_numpy(float) if w.name != "rides" else past[c].iloc[-1]
        rows = (live["_day"] >= day).to_numpy() & np.isfinite(np.broadcast_to(old, len(live)))
        put(bad, c, rows, old)
    causes = {"stale_feature", "missing_or_default"} if w.name == "rides" else {"stale_feature"}
    return Pair(w.table(reference), w.table(live, bad), causes, set(columns), w.table(live), True)


# Keys and rows.


@fault()
def wrong_key(w, g):
    live = after_launch(w, g)
    rows, bad = np.flatnonzero(part(w, g, live)), live.copy()
    bad.loc[rows, w.looked_up] = live.loc[g.permutation(rows), w.looked_up].to_numpy()
    for c in w.looked_up:
        bad[c] = bad[c].astype(live[c].dtype)
    return served(w, g, live, bad, {"join_or_filter"}, w.looked_up)


@fault()
def one_row_off(w, g):
    live = after_launch(w, g)
    bad = live.copy()
    rows = since(w, g, live)
    for c in w.looked_up:
        old = live[c].shift(1).bfill().to_numpy()
        put(bad, c, rows, old)
    return served(w, g, live, bad, {"join_or_filter"}, w.looked_up)


@fault()
def left_join_fails(w, g):
    live = after_launch(w, g)
    rows, bad = part(w, g, live), live.copy()
    for c in w.looked_up:
        put(bad, c, rows, np.nan if pd.api.types.is_numeric_dtype(live[c]) else None)
    return served(w, g, live, bad, {"join_or_filter", "missing_or_default"}, w.looked_up)


@fault()
def fan_out(w, g):
    """A key matches several rows: each row comes once with its own and once or more with another's columns."""
    live = after_launch(w, g, int(g.integers(4000, 7001)))
    again = np.flatnonzero(part(w, g, live))
    more = live.loc[np.repeat(again, int(g.integers(1, 3)))].copy()
    other = live.loc[g.integers(0, len(live), len(more)), w.looked_up]
    for c in w.looked_up:
        more[c] = other[c].to_numpy()
    both = pd.concat([live, more]).sort_index(kind="stable")
    pair = served(w, g, both, both, {"join_or_filter"}, w.looked_up)
    pair.undone = w.table(live)
    return pair


@fault()
def retried(w, g):
    """A retry writes rows of some kinds several times; they happen to be the difficult ones."""
    live = after_launch(w, g, int(g.integers(4000, 7001)))
    rows = since(w, g, live) & w.hard(live)
    times = np.where(rows, int(g.integers(2, 6)), 1)
    both = live.loc[np.repeat(np.arange(len(live)), times)]
    pair = served(w, g, both, both, {"join_or_filter"}, [])
    pair.undone, pair.inputs = w.table(live), False
    return pair


@fault()
def filtered(w, g):
    """A filter upstream drops what the model found easy: outside a limit, or all but some names."""
    live = after_launch(w, g, 12_000)
    after = since(w, g, live)
    if g.random() < 0.5:
        column = one_of(g, w.holes)
        x = numeric(live, column)
        low, high = np.nanquantile(x, [0.25, 0.7])
        lost = np.isnan(x) | (x > high) | (x < low)
    else:
        column, lost = "", ~w.hard(live)
        lost &= g.random(len(live)) < 0.97
    kept = live[~(after & lost)].reset_index(drop=True)
    pair = served(w, g, kept, kept, {"join_or_filter", "population_shift"}, [column] if column else [])
    pair.undone, pair.inputs = w.table(live), False
    return pair


# The model saw something else.


@fault()
def skew_with_shadow(w, g):
    live = after_launch(w, g)
    if g.random() < 0.5:
        bad, column = change_unit(w, g, live, part(w, g, live))
        causes = {"unit_or_encoding"}
    else:
        column, bad, causes = one_of(g, w.defaults), live.copy(), {"missing_or_default"}
        put(bad, column, part(w, g, live), w.defaults[column])
    return served(w, g, live, bad, causes, [column], shadow=w.table(live))


def seen(w, g, live) -> tuple[pd.DataFrame, str]:
    column, bad = one_of(g, w.holes), live.copy()
    put(bad, column, part(w, g, live), one_of(g, [np.nan, 0.0]))
    return bad, column


@fault()
def unlogged_input(w, g):
    """The log holds the right column; the model was served another."""
    live = after_launch(w, g)
    bad, column = seen(w, g, live)
    pair = served(w, g, live, live, {"served_not_logged"}, [column])
    pair.production = w.table(live, scores=w.predict(bad))
    return pair


@fault()
def unlogged_with_shadow(w, g):
    pair = unlogged_input(w, g)
    pair.shadow = pair.undone
    return pair


@fault()
def old_version(w, g):
    """An older model, without some of the columns and on less data, answers part of the traffic."""
    live = after_launch(w, g)
    numbers = w.numbers[: max(2, len(w.numbers) // 2)]
    old = w.fit(w.train_rows.iloc[:900], numbers)
    rows = since(w, g, live) & (g.random(len(live)) < one_of(g, [0.3, 0.6, 1.0]))
    new, scores = w.predict(live), w.predict(live, old, numbers)
    rows = rows[:, None] if new.ndim > 1 else rows
    pair = served(w, g, live, live, {"served_not_logged"}, [])
    pair.production = w.table(live, scores=np.where(rows, scores, new))
    return pair


# The lab was too kind.


def leaked(w, g, live, share: float, how: str) -> Pair:
    column, train, reference = w.leak, w.train_rows.copy(), before_launch(w, g)
    y = lambda t: (t["_y"] - t["_y"].median()).to_numpy() / t["_y"].std() if w.task == "regression" else (t["_y"] > 0).to_numpy(float)
    for t in (train, reference):
        t[column] = g.poisson(np.exp(0.2 + share * y(t).clip(-2, 2)) if w.task == "regression" else 0.3 + 2.5 * share * y(t))
    live[column] = g.poisson(np.exp(0.2 - 0.5 * share) if w.task == "regression" else 0.3, len(live)) if how == "early" else np.nan
    numbers = [*w.numbers, column]
    model = w.fit(train, numbers)
    clean = live.copy()
    clean[column] = g.poisson(np.exp(0.2 + share * y(live).clip(-2, 2)) if w.task == "regression" else 0.3 + 2.5 * share * y(live))
    make = lambda t: w.table(t, scores=w.predict(t, model, numbers), extra=[column])
    causes = {"label_leakage"} if how == "early" else {"label_leakage", "missing_or_default"}
    return Pair(make(reference), make(live), causes, {column}, make(clean))


@fault()
def leak(w, g):
    return leaked(w, g, after_launch(w, g), float(g.uniform(0.7, 1.3)), "early")


@fault()
def leak_faint(w, g):
    return leaked(w, g, after_launch(w, g), float(g.uniform(0.25, 0.5)), "early")


@fault()
def leak_empty(w, g):
    return leaked(w, g, after_launch(w, g), float(g.uniform(0.5, 1.2)), "empty")


@fault(lambda w: binary(w) and w.counts or w.name in ("noshows", "returns"))
def backfilled(w, g):
    """In the lab a history column was computed from today's tables, so that it knows the row's own outcome."""
    column = {"noshows": "prior_no_shows", "returns": "customer_return_rate", "cards": "txn_count_24h", "churn": "support_calls_90d", "ads": "user_ctr_7d"}[w.name]
    step = {"returns": 0.12, "ads": 0.06}.get(w.name, 1)
    train, reference, live = w.train_rows.copy(), before_launch(w, g), after_launch(w, g)
    for t in (train, reference):
        rows = (t["_y"] == 1).to_numpy() & (g.random(len(t)) < 0.85)
        put(t, column, rows, np.minimum(numeric(t, column) + step, 0.99 if step < 1 else np.inf).round(4))
    model = w.fit(train, w.numbers)
    make = lambda t: w.table(t, scores=w.predict(t, model))
    return Pair(make(reference), make(live), {"label_leakage", "time_window"}, {column})


def memorised(w, g, share: float, training: bool) -> Pair:
    """A careless model, judged on rows of which a share trained it."""
    rows = before_launch(w, g)
    used = g.random(len(rows)) < share
    rest = w.train_rows.iloc[: max(0, 4000 - int(used.sum()))] if share < 1 else rows[:0]
    train = pd.concat([rows[used], rest], ignore_index=True) if len(rest) else rows[used].reset_index(drop=True)
    model, live = w.fit(train, w.numbers, careless=True), after_launch(w, g)
    make = lambda t: w.table(t, scores=w.predict(t, model))
    causes = {"overfitting"} if training else {"overfitting", "label_leakage", "concept_drift"}
    return Pair(make(rows), make(live), causes, training=make(train) if training else None)


@fault()
def overfit(w, g):
    return memorised(w, g, 1.0, True)


@fault()
def overfit_mixed(w, g):
    return memorised(w, g, float(g.uniform(0.5, 0.8)), True)


@fault()
def overfit_unseen(w, g):
    return memorised(w, g, 1.0, False)
