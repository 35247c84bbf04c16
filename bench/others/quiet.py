"""Pairs with nothing wrong, though much of it looks as if there were."""

import numpy as np
import pandas as pd

from pairs import END, Pair, after_launch, before_launch, nothing, numeric, one_of, onset, part, put, since
from worlds import PRODUCTION_DAYS, REFERENCE_DAYS


def fine(w, g, reference=None, live=None, allowed: set[str] | frozenset = frozenset(), **more) -> Pair:
    reference = w.table(before_launch(w, g) if reference is None else reference)
    return Pair(reference, w.table(after_launch(w, g) if live is None else live), set(allowed), wrong=False, **more)


@nothing()
def resample(w, g):
    return fine(w, g)


@nothing()
def unused_drifts(w, g):
    live = after_launch(w, g)
    rows = since(w, g, live)
    put(live, w.spare_number, rows, (numeric(live, w.spare_number) * float(one_of(g, [0.4, 1.3, 10]))).round())
    if g.random() < 0.5:
        live[w.spare_name] = live[w.spare_name].astype(str)
        put(live, w.spare_name, rows, "r" + live[w.spare_name].to_numpy(object))
    return fine(w, g, live=live)


@nothing()
def unused_empties(w, g):
    live = after_launch(w, g)
    put(live, w.spare_number, part(w, g, live), np.nan)
    return fine(w, g, live=live)


@nothing(lambda w: w.entity)
def few_customers(w, g):
    """Rows of few, very regular customers: fewer facts than rows. Before and after are other customers."""
    def some(rows: pd.DataFrame, ids: np.ndarray) -> pd.DataFrame:
        return rows[rows[w.entity].isin(ids)].reset_index(drop=True)

    people = g.permutation(np.sort(w.train_rows[w.entity].unique()))
    k = min(len(people) // 2, int(g.integers(60, 200)))
    reference, live = (w.sample(g, 40_000, d) for d in (REFERENCE_DAYS, PRODUCTION_DAYS))
    return fine(w, g, some(reference, people[:k])[:8000], some(live, people[k : 2 * k])[:8000], {"population_shift", "cold_start"})


@nothing()
def small(w, g):
    a, b = (int(x) for x in g.integers(300, 1501, 2))
    return fine(w, g, before_launch(w, g, a), after_launch(w, g, b))


@nothing(lambda w: w.time)
def busier(w, g):
    """Volume grows threefold through the log."""
    live = after_launch(w, g, 12_000)
    return fine(w, g, live=live[g.random(len(live)) < 0.3 + 0.7 * live["_day"] / END].reset_index(drop=True))


@nothing(lambda w: w.entity or w.id)
def new_keys(w, g):
    """The keys were migrated; nothing reads them."""
    live = after_launch(w, g)
    for c in filter(None, {w.id, w.entity}):
        live[c] = live[c].astype(int) + 5_000_000_000 if pd.api.types.is_numeric_dtype(live[c]) else "v2:" + live[c].astype(str)
    return fine(w, g, live=live)


@nothing(lambda w: w.time)
def months_later(w, g):
    live = after_launch(w, g)
    live[w.time] = live[w.time] + pd.Timedelta(days=int(one_of(g, [91, 196, 364])))
    return fine(w, g, live=live)


@nothing()
def rare_new_name(w, g):
    live, (column, value) = after_launch(w, g), w.newcomer
    put(live, column, g.random(len(live)) < 0.003, value)
    return fine(w, g, live=w.settle(live))


@nothing()
def much_bigger(w, g):
    return fine(w, g, before_launch(w, g, 1200), after_launch(w, g, 12_000))


@nothing()
def much_smaller(w, g):
    return fine(w, g, before_launch(w, g, 10_000), after_launch(w, g, 1000))


@nothing()
def other_layout(w, g):
    """Columns in another order, two new ones, one of the unused gone."""
    pair = fine(w, g)
    t = pair.production.drop(columns=w.spare_name)
    t["trace"] = [f"{k:08x}" for k in g.integers(0, 2**32, len(t))]
    t["latency_ms"] = np.exp(g.normal(3, 0.5, len(t))).round(1)
    pair.production = t[list(g.permutation(np.array(t.columns, object)))]
    return pair


@nothing(lambda w: w.time)
def labels_of_the_oldest(w, g):
    live = after_launch(w, g)
    pair = fine(w, g, live=live, allowed={"label_problem"})
    known = (live["_day"] < g.uniform(20, 40)).to_numpy()
    pair.production[w.label] = pair.production[w.label].astype(object).where(known, None)
    return pair


@nothing()
def easier_people(w, g):
    live = after_launch(w, g, None, lambda t: np.where(w.hard(t), 0.25, 1.0), onset(w, g))
    return fine(w, g, live=live, allowed={"population_shift"})


@nothing()
def training_at_hand(w, g):
    return fine(w, g, training=w.table(w.train_rows))


@nothing()
def shadow_agrees(w, g):
    live = after_launch(w, g)
    pair = fine(w, g, live=live)
    pair.shadow = pair.production.copy()
    return pair


@nothing(lambda w: w.time)
def days_lost(w, g):
    """The log has a gap of a week; what is there is as before."""
    live, at = after_launch(w, g), float(g.integers(10, 45))
    return fine(w, g, live=live[(live["_day"] < at) | (live["_day"] > at + 7)].reset_index(drop=True))


@nothing()
def holes_everywhere(w, g):
    """Two per cent more missing in an input: too little to matter."""
    live, column = after_launch(w, g), one_of(g, w.holes)
    bad = live.copy()
    put(bad, column, g.random(len(live)) < 0.02, np.nan)
    pair = fine(w, g, live=live, allowed={"missing_or_default"})
    pair.production = w.table(live, bad)
    return pair
