"""What a pair of tables is made of, and how faults get hold of a world's rows. A function that makes a pair registers
itself with `fault` or `nothing`; `fits` says in which worlds it can happen. The rows' luck is kept, so that `undone` (the
same production rows without the fault) prices the fault.
"""

import dataclasses
from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.random import Generator

from worlds import PRODUCTION_DAYS, REFERENCE_DAYS, World

END = PRODUCTION_DAYS[1]


@dataclasses.dataclass
class Pair:
    reference: pd.DataFrame
    production: pd.DataFrame
    causes: set[str]  # acceptable first causes; with nothing wrong: causes that may be said aloud all the same
    columns: set[str] = dataclasses.field(default_factory=set)
    undone: pd.DataFrame | None = None
    inputs: bool = False  # the fault is one of inputs, so its price is that of broken inputs
    shadow: pd.DataFrame | None = None
    training: pd.DataFrame | None = None
    labels: pd.DataFrame | None = None
    arguments: list[str] = dataclasses.field(default_factory=list)
    wrong: bool = True
    # Where comparing like with like takes the drop away, both verdicts are honest.
    drop_may_be_denied: bool = False


FAULTS: dict[str, tuple[Callable, Callable]] = {}
NOTHING: dict[str, tuple[Callable, Callable]] = {}


def fault(fits: Callable[[type[World]], object] = lambda w: True):
    return lambda f: FAULTS.setdefault(f.__name__, (f, fits))[0]


def nothing(fits: Callable[[type[World]], object] = lambda w: True):
    return lambda f: NOTHING.setdefault(f.__name__, (f, fits))[0]


def binary(w) -> bool:
    return w.task == "binary"


def decides(w) -> bool:
    return w.task == "binary" and w.decision is not None


def one_of(g: Generator, things):
    things = list(things)
    return things[int(g.integers(len(things)))]


def before_launch(w: World, g: Generator, n: int | None = None, weight: Callable | None = None) -> pd.DataFrame:
    return w.sample(g, n or int(g.integers(4000, 8001)), REFERENCE_DAYS, weight)


def after_launch(w: World, g: Generator, n: int | None = None, weight: Callable | None = None, at: float = 0.0, to: float = END) -> pd.DataFrame:
    """Production rows; between the days `at` and `to` the weight holds."""
    n = n or int(g.integers(4000, 12001))
    if weight is None:
        return w.sample(g, n, PRODUCTION_DAYS)
    cuts = [(0.0, at, None), (at, to, weight), (to, END, None)]
    parts = [w.sample(g, int(n * (b - a) / END), (a, b), f) for a, b, f in cuts if int(n * (b - a) / END) > 0]
    return pd.concat(parts, ignore_index=True)


def onset(w: World, g: Generator) -> float:
    return 0.0 if w.time is None or g.random() < 0.45 else float(g.integers(12, 40))


def since(w: World, g: Generator, live: pd.DataFrame) -> np.ndarray:
    return live["_day"].to_numpy() >= onset(w, g)


def part(w: World, g: Generator, live: pd.DataFrame) -> np.ndarray:
    """Some rows since the onset: some servers, or what one client, shop or channel sends."""
    after = since(w, g, live)
    if g.random() < 0.5:
        return after & (g.random(len(live)) < g.uniform(0.45, 0.9))
    column = one_of(g, [*w.names, w.spare_name])
    values = list(live[column].dropna().unique())
    hit = g.permutation(len(values))[: max(1, int(len(values) * g.uniform(0.4, 0.7)))]
    return after & live[column].isin([values[k] for k in hit]).to_numpy()


def put(t: pd.DataFrame, column: str, rows: np.ndarray, values) -> None:
    old = t[column]
    if pd.api.types.is_numeric_dtype(old) and not isinstance(values, str) and values is not None:
        new = np.where(rows, np.asarray(values, float), old.to_numpy(float))
        whole = pd.api.types.is_integer_dtype(old) and np.isfinite(new).all() and (new == np.floor(new)).all()
        t[column] = new.astype(int) if whole else new
    else:
        t[column] = np.where(rows, np.asarray(values, object), old.to_numpy(object))


def served(w: World, g: Generator, live: pd.DataFrame, spoilt: pd.DataFrame, causes: set[str], columns, **more) -> Pair:
    """The model saw, and logged, the spoilt inputs."""
    production = w.table(live, spoilt)
    return Pair(w.table(before_launch(w, g)), production, causes, set(columns), w.table(live), True, **more)


def numeric(t: pd.DataFrame, column: str) -> np.ndarray:
    return pd.to_numeric(t[column]).to_numpy(float)
