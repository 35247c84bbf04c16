"""Faults of cut-offs, decisions and outcomes, and a world or a public that is another: one a pair, like `faults`."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.random import Generator

from pairs import END, Pair, after_launch, before_launch, binary, decides, fault, numeric, one_of, onset, put, served, since
from worlds import World

# Cut-offs and rates.


def other_cut(w, g, strict: bool) -> Pair:
    live = after_launch(w, g)
    p = w.predict(live)
    new = min(0.95, 2.2 * w.cut) if strict else float(np.quantile(p, one_of(g, [0.25, 0.45, 0.6])))
    production = w.table(live, cut=np.where(since(w, g, live), round(new, 2), w.cut))
    return Pair(w.table(before_launch(w, g)), production, {"threshold_cost"}, undone=w.table(live))


@fault(decides)
def cut_off_lax(w, g):
    return other_cut(w, g, False)


@fault(decides)
def cut_off_strict(w, g):
    pair = other_cut(w, g, True)
    pair.arguments = ["--metric", one_of(g, ["f1", "recall"])]
    return pair


@fault(decides)
def cut_off_and_costs(w, g):
    """The costs are those the cut-off was once chosen by."""
    pair = other_cut(w, g, bool(g.random() < 0.5))
    pair.arguments = ["--cost-fp", str(round(100 * w.cut)), "--cost-fn", str(round(100 * (1 - w.cut)))]
    return pair


def other_outcomes(w, g, live, causes, columns=(), reference=None, **more) -> Pair:
    """`live` has changed outcomes in `_new`, the old ones in `_y`."""
    undone = w.table(live)
    production = w.table(live.assign(_y=live["_new"]))
    return Pair(w.table(before_launch(w, g) if reference is None else reference), production, causes, set(columns), undone, **more)


@fault(binary)
def rate_moved(w, g):
    live = after_launch(w, g)
    lift = float(one_of(g, [-1.5, -0.9, 0.6, 1.0, 1.6]))
    live["_new"] = w.settle(live.copy(), lift=np.where(since(w, g, live), lift, 0.0))["_y"]
    return other_outcomes(w, g, live, {"calibration_base_rate"}, arguments=["--metric", one_of(g, ["log_loss", "brier"])])


@fault(binary)
def more_positives(w, g):
    """Positive rows come more often, whole, with their inputs."""
    live = after_launch(w, g, 12_000)
    keep = (live["_y"] == 1) | (g.random(len(live)) < one_of(g, [0.25, 0.4, 0.6]))
    live = live[keep].reset_index(drop=True)
    pair = served(w, g, live, live, {"calibration_base_rate", "population_shift"}, [], arguments=["--metric", "log_loss"])
    pair.inputs, pair.undone = False, None
    return pair


@fault(lambda w: w.task == "regression")
def all_dearer(w, g):
    live = after_launch(w, g)
    live["_new"] = w.settle(live.copy(), lift=np.where(since(w, g, live), np.log(one_of(g, [0.85, 1.08, 1.15, 1.3])), 0))["_y"]
    return other_outcomes(w, g, live, {"calibration_base_rate", "concept_drift"})


# The model's own decisions.


@fault(lambda w: decides(w) and w.name != "loans")
def prevented(w, g):
    """What the model warns of is now prevented, often."""
    live = after_launch(w, g)
    acted = (w.predict(live) >= w.cut) & since(w, g, live) & (g.random(len(live)) < g.uniform(0.4, 0.95))
    live["_new"] = np.where(acted, 0, live["_y"])
    return other_outcomes(w, g, live, {"feedback_loop"}, arguments=one_of(g, [[], ["--metric", "auc"]]))


@fault(lambda w: w.name in ("churn", "ads"))
def prevented_unlogged(w, g):
    """Somebody acts on the highest scores, and no column says so."""
    live = after_launch(w, g)
    p = w.predict(live)
    acted = (p >= np.quantile(p, g.uniform(0.7, 0.88))) & since(w, g, live) & (g.random(len(live)) < g.uniform(0.5, 0.95))
    live["_new"] = np.where(acted, 0, live["_y"])
    return other_outcomes(w, g, live, {"feedback_loop", "concept_drift"})


@fault(lambda w: w.name in ("loans", "cards", "returns"))
def selective(w, g):
    """Who is turned away has no outcome."""
    live = after_launch(w, g)
    pair = served(w, g, live, live, {"feedback_loop", "label_problem"}, [], arguments=["--metric", "auc"])
    hidden = (w.predict(live) >= w.cut) & since(w, g, live)
    pair.production[w.label] = pair.production[w.label].astype(object).where(~hidden, None)
    pair.inputs, pair.drop_may_be_denied = False, True
    return pair


# Outcomes.


@fault(lambda w: binary(w) and w.time)
def not_yet_known(w, g):
    """Positives take weeks to be known; until then they read negative."""
    live = after_launch(w, g)
    wait = g.exponential(g.uniform(12, 40), len(live))
    live["_new"] = np.where(live["_day"] + wait > END, 0, live["_y"])
    return other_outcomes(w, g, live, {"label_problem"})


@fault(lambda w: binary(w) and w.time and w.id)
def quick_ones_only(w, g):
    """A file of outcomes: negatives after a fixed wait, positives whenever they are known."""
    live = after_launch(w, g)
    wait = np.where(live["_y"] == 1, g.exponential(12, len(live)), 30.0)
    known = (live["_day"] + wait <= END).to_numpy()
    table = w.table(live)
    labels = table.loc[known, [w.id, w.label]].sample(frac=1, random_state=3)
    return Pair(w.table(before_launch(w, g)), table.drop(columns=w.label), {"label_problem"}, labels=labels, undone=table, arguments=["--metric", one_of(g, ["log_loss", "brier"])])


@fault(binary)
def wider_definition(w, g):
    """More counts as a yes than before, for reasons the columns hardly know."""
    live = after_launch(w, g)
    more = (live["_y"] == 0) & since(w, g, live) & (g.random(len(live)) < g.uniform(0.08, 0.35))
    live["_new"] = np.where(more, 1, live["_y"])
    return other_outcomes(w, g, live, {"label_problem", "concept_drift", "calibration_base_rate"})


@fault(lambda w: w.task != "regression")
def careless_labels(w, g):
    live = after_launch(w, g)
    rows = since(w, g, live) & (g.random(len(live)) < g.uniform(0.1, 0.4))
    k = len(w.spelling)
    live["_new"] = np.where(rows, (live["_y"] + g.integers(1, k, len(live))) % k, live["_y"])
    return other_outcomes(w, g, live, {"label_problem", "concept_drift"})


@fault()
def label_coded_otherwise(w, g):
    """Yes and no change places; two teams do; minutes become seconds."""
    live = after_launch(w, g)
    rows = since(w, g, live)
    if w.task == "regression":
        live["_new"] = np.where(rows, live["_y"] * (60 if w.name == "rides" else 12), live["_y"])
        return other_outcomes(w, g, live, {"label_problem", "unit_or_encoding"}, [w.label])
    swap = np.arange(len(w.spelling))
    swap[:2] = [1, 0]
    live["_new"] = np.where(rows, swap[live["_y"]], live["_y"])
    return other_outcomes(w, g, live, {"label_problem"} if w.task == "binary" else {"label_problem", "concept_drift"}, [w.label])


# The world.


def turned(w, strength: float, where: Callable | None = None):
    def change(terms, t):
        hit = np.ones(len(t)) if where is None else np.asarray(where(t), float)
        for name in w.upset:
            x = terms[name]
            terms[name] = x - strength * (x - x.mean(axis=0)) * (hit[:, None] if x.ndim > 1 else hit)
        return terms

    return change


@fault()
def other_world(w, g):
    live, day, strength = after_launch(w, g), onset(w, g), float(g.uniform(0.7, 2.0))
    live["_new"] = w.settle(live.copy(), turned(w, strength, lambda t: t["_day"] >= day))["_y"]
    return other_outcomes(w, g, live, {"concept_drift"})


@fault()
def other_world_slowly(w, g):
    live, strength = after_launch(w, g), float(g.uniform(1.2, 2.5))
    live["_new"] = w.settle(live.copy(), turned(w, strength, lambda t: t["_day"] / END))["_y"]
    return other_outcomes(w, g, live, {"concept_drift"})


@fault()
def other_world_somewhere(w, g):
    live, day, strength = after_launch(w, g), onset(w, g), float(g.uniform(1.5, 2.2))
    top = live[w.place].value_counts().index
    value = top[int(g.integers(min(3, len(top))))]
    live["_new"] = w.settle(live.copy(), turned(w, strength, lambda t: (t["_day"] >= day) & (t[w.place] == value)))["_y"]
    return other_outcomes(w, g, live, {"concept_drift"}, [w.place])


def eager(w: World, g: Generator) -> Callable:
    """A mix as a promotion or a season draws it: more of some names, more of one end of a column."""
    column = one_of(g, w.names)
    names = w.train_rows[column].value_counts().index[1:3]
    low, high = w.train_rows[w.tilt].quantile([0.2, 0.8])
    push = float(one_of(g, [-1.2, 1.2, 1.8]))
    return lambda t: np.exp(1.0 * t[column].isin(names).to_numpy() + push * ((pd.to_numeric(t[w.tilt]).fillna(low) - low) / (high - low)).clip(-0.5, 1.5).to_numpy() + 0.6 * w.hard(t))


@fault(lambda w: w.time)
def promotion(w, g):
    """Ten days to three weeks of other people who behave otherwise; then all is as before."""
    at = float(g.integers(8, 25))
    to, strength = at + float(g.integers(10, 22)), float(g.uniform(1.2, 2.0))
    live = after_launch(w, g, 12_000, eager(w, g), at, to)
    live["_new"] = w.settle(live.copy(), turned(w, strength, lambda t: (t["_day"] >= at) & (t["_day"] < to)))["_y"]
    return other_outcomes(w, g, live, {"seasonality_event"})


@fault(lambda w: w.time)
def strange_fortnight(w, g):
    """A policy or a strike: the same people behave otherwise for a while."""
    at = float(g.integers(10, 30))
    live, to = after_launch(w, g), at + float(g.integers(12, 20))
    live["_new"] = w.settle(live.copy(), turned(w, 2.0, lambda t: (t["_day"] >= at) & (t["_day"] < to)))["_y"]
    return other_outcomes(w, g, live, {"seasonality_event", "concept_drift"})


@fault(lambda w: w.time)
def season(w, g):
    """The season has begun and lasts to the end of the log."""
    at = float(g.integers(0, 30))
    live = after_launch(w, g, None, eager(w, g), at)
    live["_new"] = w.settle(live.copy(), turned(w, float(g.uniform(0.6, 1.4)), lambda t: t["_day"] >= at))["_y"]
    return other_outcomes(w, g, live, {"seasonality_event", "population_shift", "concept_drift"})


# Who is seen.


def shifted(w, g, weight, causes=frozenset({"population_shift"}), columns=()) -> Pair:
    live = after_launch(w, g, None, weight, onset(w, g))
    return Pair(w.table(before_launch(w, g)), w.table(live), set(causes), set(columns))


@fault()
def harder_people(w, g):
    factor = float(one_of(g, [3, 8, 25]))
    return shifted(w, g, lambda t: np.where(w.hard(t), factor, 1.0))


@fault(lambda w: w.task == "binary")
def doubtful_only(w, g):
    """Another team now settles the clear cases first."""
    x = w.latent(w.train_rows)
    middle, spread = np.median(x) + 0.5 * x.std(), x.std() * float(g.uniform(0.35, 0.8))
    return shifted(w, g, lambda t: np.exp(-0.5 * ((w.latent(t) - middle) / spread) ** 2) + 0.01)


@fault()
def campaign(w, g):
    return shifted(w, g, lambda t, f=eager(w, g): f(t) ** 1.4)


@fault()
def new_kind(w, g):
    """A name the lab never saw: its rows are new business, and behave in their own way."""
    column, value = w.newcomer
    day, share, live = onset(w, g), float(one_of(g, [0.12, 0.3, 0.6])), after_launch(w, g)
    rows = (live["_day"] >= day).to_numpy() & (g.random(len(live)) < share)
    put(live, column, rows, value)
    live = w.settle(live)
    return Pair(w.table(before_launch(w, g)), w.table(live), {"cold_start"}, {column})


@fault(lambda w: w.entity and w.looked_up and w.name not in ("rides", "machines", "ads"))
def newcomers(w, g):
    """Customers without a history: a new market's first weeks."""
    day, share, live = onset(w, g), float(one_of(g, [0.25, 0.5, 0.8])), after_launch(w, g)
    rows = (live["_day"] >= day).to_numpy() & (g.random(len(live)) < share)
    for c in w.looked_up:
        if c in ("age", "plan"):
            continue
        put(live, c, rows, np.nan if c in ("customer_return_rate", "avg_amount_30d") else 0.0)
    fresh = np.array([f"n{k:05d}" for k in g.integers(0, 99999, len(live))], object) if live[w.entity].dtype == object or live[w.entity].dtype == "str" else 900_000_000 + g.integers(0, 10**6, len(live))
    live[w.entity] = np.where(rows, fresh, live[w.entity].to_numpy())
    if w.name == "cards":
        live["avg_amount_30d"] = live["avg_amount_30d"].fillna(30.0)
        live = w.settle(live)
        put(live, "avg_amount_30d", rows, np.nan)
    else:
        live = w.settle(live)
    return Pair(w.table(before_launch(w, g)), w.table(live), {"cold_start", "missing_or_default"}, {w.entity, *w.looked_up})


@fault(lambda w: w.task == "regression" or w.name in ("machines", "loans"))
def outside_the_lab(w, g):
    """Larger flats, longer trips, heavier loads and credits than any in the lab; outcomes follow their own law."""
    column = {"machines": "hours_since_service", "loans": "loan_amount"}.get(w.name, w.tilt)
    live, day = after_launch(w, g), onset(w, g)
    rows = (live["_day"] >= day).to_numpy() & (g.random(len(live)) < g.uniform(0.3, 0.8))
    put(live, column, rows, (numeric(live, column) * g.uniform(2.5, 5, len(live))).round(1))
    return Pair(w.table(before_launch(w, g)), w.table(w.settle(live)), {"cold_start", "population_shift"}, {column})
