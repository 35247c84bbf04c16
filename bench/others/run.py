"""Judges whydrop on invented pairs of tables whose cause is known. See README.md.

usage: run.py WHYDROP FOLDER [--seed N] [--pairs N] [--only WORLD/FAULT]
"""

import argparse
import collections
import json
import math
import os
import pathlib
import subprocess
import sys
import zlib

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pandas as pd

import drifts  # noqa: F401  (registers its faults)
import faults  # noqa: F401
import quiet  # noqa: F401
from pairs import FAULTS, NOTHING, Pair
from worlds import WORLDS, World

# Shares in per cent, about three points below the first run with seed 1; upper limits are as much above.
AT_LEAST = {"drop_seen": 95, "first_right": 71, "first_two": 72, "roles": 80}
AT_MOST = {"confidently_wrong": 14, "false_drops": 3, "false_loud": 3}
QUIET_SHARE = 0.28
TOLD_SHARE = 0.15  # pairs whose label and score are told at once; the others are told only where the guess was wrong
CLEAR_Z = 3.5
CLEAR_SHARE, CLEAR_RATIO = 0.01, 0.03  # least drop worth a word: of shares and rankings; of everything else, relative
CUT_OFFS = ("cut_off_lax", "cut_off_strict", "cut_off_and_costs")  # a ranking cannot show them; elsewhere half the teams follow it
LOUD = ("likely", "almost certain")
RESAMPLES = 40
# Nobody looks into a fault that hurts nobody: three in four are drawn again until they cost this much, by the truth alone.
SMALL_SHARE, DRAWS, WORTH_SHARE, WORTH_RATIO = 0.25, 6, 0.025, 0.08


def schedule(seed: int, pairs: int) -> list[tuple[str, str]]:
    """World and fault of each pair: every fault in turn, in another world each time round."""
    def rounds(registry: dict, count: int) -> list[tuple[str, str]]:
        homes = {}
        for name, (_, fits) in registry.items():
            g = np.random.default_rng([seed, zlib.crc32(name.encode())])
            homes[name] = list(g.permutation([w.name for w in WORLDS if fits(w)]))
        out = [(str(homes[name][k]), name) for k in range(len(WORLDS)) for name in registry if k < len(homes[name])]
        return out[:count]

    quiet_count = math.ceil(QUIET_SHARE * pairs)
    return rounds(FAULTS, pairs - quiet_count) + rounds(NOTHING, quiet_count)


def ranks(x: np.ndarray) -> np.ndarray:
    _, where, count = np.unique(x, return_inverse=True, return_counts=True)
    return (np.cumsum(count) - (count - 1) / 2)[where]


def auc(y: np.ndarray, p: np.ndarray) -> float:
    up = y.sum()
    return float((ranks(p)[y == 1].sum() - up * (up + 1) / 2) / max(up * (len(y) - up), 1))


class Answers:
    """Outcomes, scores and decisions of a table with a known outcome, and any headline metric of them."""

    def __init__(self, w: World, t: pd.DataFrame, arguments: list[str]):
        t = t[t[w.label].notna()]
        self.costs = [float(arguments[arguments.index(c) + 1]) if c in arguments else 1.0 for c in ("--cost-fp", "--cost-fn")]
        self.task, self.keys = w.task, t[w.entity].to_numpy() if w.entity in t else np.arange(len(t))
        if w.task == "regression":
            self.y, self.p = t[w.label].to_numpy(float), t[w.scores[0]].to_numpy(float)
            return
        self.y = t[w.label].map({v: k for k, v in enumerate(w.spelling)}).to_numpy(int)
        self.p = t[w.scores].to_numpy(float) / w.scale
        if w.task == "binary":
            self.p = self.p[:, 0]
            self.d = (t[w.decision] == w.said[1]).to_numpy(int) if w.decision else (self.p >= 0.5).astype(int)
        else:
            self.d = t[w.decision].map({v: k for k, v in enumerate(w.spelling)}).to_numpy(int)

    def metric(self, name: str, at: np.ndarray | slice = slice(None)) -> float | None:
        y, p = self.y[at], self.p[at]
        if self.task == "regression":
            e = np.abs(y - p)
            return {"mae": lambda: e.mean(), "rmse": lambda: math.sqrt((e**2).mean()), "r2": lambda: 1 - (e**2).sum() / ((y - y.mean()) ** 2).sum()}.get(name, lambda: None)()
        d = self.d[at]
        if name == "accuracy":
            return float((d == y).mean())
        if self.task == "multiclass":
            q = p[np.arange(len(y)), y].clip(1e-15, 1)
            return {"log_loss": lambda: -np.log(q).mean(), "ovr_auc": lambda: np.mean([auc((y == k).astype(int), p[:, k]) for k in range(p.shape[1])])}.get(name, lambda: None)()
        q = p.clip(1e-15, 1 - 1e-15)
        fp, fn = self.costs
        hit = (d * y).sum()
        return {
            "auc": lambda: auc(y, p), "expected_cost": lambda: (fp * (d > y) + fn * (d < y)).mean(), "brier": lambda: ((p - y) ** 2).mean(), "log_loss": lambda: -(y * np.log(q) + (1 - y) * np.log(1 - q)).mean(),
            "precision": lambda: hit / max(d.sum(), 1), "recall": lambda: hit / max(y.sum(), 1), "f1": lambda: 2 * hit / max(d.sum() + y.sum(), 1),
        }.get(name, lambda: None)()

    def spread(self, name: str, g: np.random.Generator) -> float:
        """Standard error, resampling entities where rows repeat them."""
        _, inverse = np.unique(self.keys, return_inverse=True)
        order, size = np.argsort(inverse, kind="stable"), np.bincount(inverse)
        starts = np.cumsum(size) - size
        values = []
        for _ in range(RESAMPLES):
            e = g.integers(0, len(size), len(size))
            n = size[e]
            at = np.repeat(starts[e] - (np.cumsum(n) - n), n) + np.arange(n.sum())
            values.append(self.metric(name, order[at]))
        return float(np.std(values))


LARGER = {"auc", "accuracy", "r2", "precision", "recall", "f1", "ovr_auc"}


def write(w: World, t: pd.DataFrame, path: pathlib.Path) -> pathlib.Path:
    path = path.with_suffix("." + w.file)
    t.to_csv(path, index=False, **w.csv) if w.file == "csv" else t.to_parquet(path, index=False)
    return path


def told(w: World) -> list[str]:
    if w.task == "multiclass":
        scores = [a for k, c in enumerate(w.scores) for a in ("--score", f"{w.spelling[k]}={c}")]
    else:
        scores = ["--score", w.scores[0]]
    more = ["--positive", str(w.spelling[1])] if w.task == "binary" else []
    return ["--label", w.label, *scores, *more, *(["--decision", w.decision] if w.decision else [])]


def roles(w: World, pair: Pair, report: dict) -> dict[str, str]:
    """Each role: right, silent (nobody has it) or wrong (another column has it)."""
    said: dict[str, set[str]] = {}
    for c in report["inputs"]["columns"]:
        said.setdefault("score" if isinstance(c["role"], dict) else c["role"], set()).add(c["name"])
    true = {"label": [{w.label}], "score": [set(w.scores)]}
    if w.decision:
        true["decision"] = [{w.decision}]
    if w.time:
        true["time"] = [{w.time}]
    if w.id or w.entity:
        true["id"] = [{c} for c in (w.id, w.entity) if c] + [{c for c in (w.id, w.entity) if c}]
    out = {r: "right" if said.get(r, set()) in sets else "wrong" if said.get(r) else "silent" for r, sets in true.items()}
    if w.task == "binary":
        positive = report["inputs"]["positive"]
        out["positive"] = "silent" if positive is None else "right" if positive.lower() == str(w.spelling[1]).lower() else "wrong"
    return out


def ask(program: str, files: list, arguments: list[str], out: pathlib.Path) -> tuple[dict | None, list[str], str]:
    command = [program, *map(str, files), *arguments, "--json", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    return (json.loads(out.read_text()) if done.returncode == 0 else None), command, done.stderr.strip()


def headline(w: World, arguments: list[str]) -> str:
    if "--metric" in arguments:
        return arguments[arguments.index("--metric") + 1]
    if "--cost-fp" in arguments:
        return "expected_cost"
    return "mae" if w.task == "regression" else "accuracy" if w.decision else "auc"


def draw(w: World, name: str, g: np.random.Generator) -> Pair:
    make, _ = (FAULTS | NOTHING)[name]
    follows_ranking = w.task == "binary" and w.decision and name not in CUT_OFFS and g.random() < 0.5
    draws = 1 if g.random() < SMALL_SHARE or name in NOTHING else DRAWS
    best, most = None, -math.inf
    for _ in range(draws):
        pair = make(w, g)
        if follows_ranking and not pair.arguments:
            pair.arguments = ["--metric", "auc"]
        if draws == 1:
            return pair
        metric = headline(w, pair.arguments)
        production = pair.production if pair.labels is None else pair.production.merge(pair.labels, on=w.id, how="left")
        a, b = (Answers(w, t, pair.arguments).metric(metric) for t in (pair.reference if pair.undone is None else pair.undone, production))
        cost = (a - b) / WORTH_SHARE if metric in LARGER else (b - a) / (WORTH_RATIO * a)
        if cost > most:
            best, most = pair, cost
        if most > 1:
            break
    return best


def judge(program: str, folder: pathlib.Path, seed: int, w: World, name: str) -> dict:
    g = np.random.default_rng([seed, zlib.crc32(f"{w.name}/{name}".encode())])
    pair = draw(w, name, g)
    folder = folder / f"{w.name}_{name}"
    folder.mkdir(parents=True, exist_ok=True)
    files: list = []
    for role in ("reference", "production", "shadow", "training"):
        table = getattr(pair, role)
        if table is not None:
            files += [f"--{role}", write(w, table, folder / role)]
    if pair.labels is not None:
        files += ["--production-labels", write(w, pair.labels, folder / "labels")]
    at_once = g.random() < TOLD_SHARE
    report, command, error = ask(program, files, [*(told(w) if at_once else []), *pair.arguments], folder / "report.json")
    broken = {"pair": f"{w.name}/{name}", "fault": name, "broken": error, "command": command, "wrong": pair.wrong}
    guessed: dict[str, str] = {}
    if not at_once:
        # A metric that was asked for may be what fails where a role is not found.
        first = report or ask(program, files, [], folder / "report.json")[0]
        if first is None:
            return broken
        guessed = roles(w, pair, first)
    # Only what a verdict rests on is told after a wrong guess.
    missed = [r for r in ("label", "score", "decision", "positive") if guessed.get(r, "right") != "right"]
    if missed or report is None:
        report, command, error = ask(program, files, [*told(w), *pair.arguments], folder / "report.json")
        if report is None:
            return broken | {"broken": error}

    metric = report["metric"]["name"]
    production = pair.production
    if pair.labels is not None:
        production = production.merge(pair.labels, on=w.id, how="left")
    before, after = (Answers(w, t, pair.arguments) for t in (pair.reference, production))
    sign = 1.0 if metric in LARGER else -1.0
    a, b = before.metric(metric), after.metric(metric)
    clear, drop, z, price, agree = False, None, None, None, None
    if a is not None and b is not None and len(after.y) > 50:
        drop = sign * (a - b)
        z = drop / max(math.hypot(before.spread(metric, g), after.spread(metric, g)), 1e-12)
        clear = z > CLEAR_Z and drop > (CLEAR_SHARE if metric in LARGER else CLEAR_RATIO * abs(a)) and not pair.drop_may_be_denied
        if pair.undone is not None:
            price = sign * (Answers(w, pair.undone, pair.arguments).metric(metric) - b)
        seen = report["metric"]["production"]
        agree = seen is not None and abs(seen - b) <= 0.002 * max(1.0, abs(b))
    causes = [(c["id"], c["word"], c.get("columns", [])) for c in report["causes"]]
    ids = [c[0] for c in causes]
    broken = next((t["points"] for t in report["attribution"] if t["term"] == "broken_inputs"), None)
    result = {
        "pair": f"{w.name}/{name}", "fault": name, "wrong": pair.wrong, "truth": sorted(pair.causes), "culprits": sorted(pair.columns), "metric": metric,
        "reference": a, "production": b, "z": z, "drop": drop, "clear": clear, "price": price, "inputs": pair.inputs, "price_said": broken, "agree": agree,
        "verdict": report["verdict"]["kind"], "causes": causes, "roles": guessed, "told": at_once, "missed": missed, "command": command, "seconds": report["seconds"],
        "seen": report["verdict"]["kind"] == "dropped", "loud": bool(causes) and causes[0][1] in LOUD,
        "first": bool(ids) and ids[0] in pair.causes, "two": bool(set(ids[:2]) & pair.causes),
        "culprit": bool(causes and pair.columns & set(causes[0][2])) if pair.columns else None,
    }
    if not pair.wrong:
        # A clear drop by chance of who came is no false one.
        result["false_drop"] = result["seen"] and not clear
        result["false_loud"] = any(c[1] in LOUD and c[0] not in pair.causes for c in causes)
    else:
        result["confidently_wrong"] = result["loud"] and not result["first"]
    (folder / "truth.json").write_text(json.dumps(result, indent=1, default=str))
    return result


def share(items: list, key) -> float | None:
    values = [bool(key(x)) for x in items]
    return 100.0 * sum(values) / len(values) if values else None


def show(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f}"


def tables(results: list[dict]) -> dict[str, float | None]:
    bad, good = [r for r in results if r["wrong"]], [r for r in results if not r["wrong"]]
    print(f"\n{'fault':22} pairs clear  seen shown first   two loud-wrong column  said first")
    for name in dict.fromkeys(r["fault"] for r in bad):
        rows = [r for r in bad if r["fault"] == name]
        clear, shown = [r for r in rows if r["clear"]], [r for r in rows if r["seen"]]
        column = [r for r in shown if r["first"] and r["culprit"] is not None]
        said = collections.Counter(r["causes"][0][0] if r["causes"] else "nothing" for r in shown)
        counts = [len(rows), len(clear), sum(r["seen"] for r in clear), len(shown), sum(r["first"] for r in shown), sum(r["two"] for r in shown), sum(r["confidently_wrong"] for r in rows), f"{sum(r['culprit'] for r in column)}/{len(column)}"]
        print(f"{name:22} " + " ".join(f"{c!s:>5}" for c in counts) + "  " + ", ".join(f"{k} {v}" for k, v in said.most_common(3)))
    print(f"\n{'nothing wrong':22} pairs false-drop false-loud  verdicts")
    for name in dict.fromkeys(r["fault"] for r in good):
        rows = [r for r in good if r["fault"] == name]
        verdicts = collections.Counter(r["verdict"] for r in rows)
        print(f"{name:22} {len(rows):5} {sum(r['false_drop'] for r in rows):10} {sum(r['false_loud'] for r in rows):10}  " + ", ".join(f"{k} {v}" for k, v in verdicts.most_common()))

    clear, shown = [r for r in bad if r["clear"]], [r for r in bad if r["seen"]]
    guessed = collections.Counter(k for r in results for k in r["roles"])
    right = collections.Counter(k for r in results for k, v in r["roles"].items() if v == "right")
    print("\nroles guessed right: " + ", ".join(f"{k} {right[k]}/{n}" for k, n in guessed.items()))
    missed = collections.Counter(f"{r['pair'].split('/')[0]} {k} {v}" for r in results for k, v in r["roles"].items() if v != "right")
    print("  missed: " + (", ".join(f"{k} {v}" for k, v in missed.most_common()) or "none"))
    agree = [r for r in results if r["agree"] is not None]
    print(f"metric agrees with the judge's own: {sum(r['agree'] for r in agree)}/{len(agree)}")
    priced = [r for r in shown if r["inputs"] and r["price"] is not None]
    for name, rows in (("all shown", priced), ("first cause right", [r for r in priced if r["first"]])):
        if rows:
            off = np.array([((r["price_said"] or 0.0) - r["price"]) / max(abs(r["price"]), abs(r["drop"]), 1e-9) for r in rows])
            print(f"price of broken inputs ({name}), error relative to the larger of price and drop: median {np.median(off):+.2f}, median size {np.median(np.abs(off)):.2f}, within 0.3: {np.mean(np.abs(off) < 0.3):.0%} of {len(rows)}")
    column = [r for r in shown if r["first"] and r["culprit"] is not None]
    sizes = [("small", lambda r: r["z"] < 8), ("large", lambda r: r["z"] >= 8)]
    print("first cause right by size of drop: " + ", ".join(f"{n} {show(share([r for r in shown if r['z'] is not None and f(r)], lambda r: r['first']))} % of {sum(r['z'] is not None and f(r) for r in shown)}" for n, f in sizes))
    totals = {
        "drop_seen": share(clear, lambda r: r["seen"]), "first_right": share(shown, lambda r: r["first"]), "first_two": share(shown, lambda r: r["two"]),
        "culprit": share(column, lambda r: r["culprit"]), "confidently_wrong": share(bad, lambda r: r["confidently_wrong"]),
        "loud_right": share([r for r in bad if r["loud"]], lambda r: r["first"]), "false_drops": share(good, lambda r: r["false_drop"]),
        "false_loud": share(good, lambda r: r["false_loud"]), "roles": 100.0 * sum(right.values()) / max(sum(guessed.values()), 1),
    }
    of = {"drop_seen": clear, "first_right": shown, "first_two": shown, "culprit": column, "confidently_wrong": bad, "loud_right": [r for r in bad if r["loud"]], "false_drops": good, "false_loud": good}
    print("\ntotals: " + ", ".join(f"{k} {show(v)} %" + (f" of {len(of[k])}" if k in of else "") for k, v in totals.items()))
    return totals


def wrong_pairs(results: list[dict]) -> None:
    print("\nwrong pairs")
    for r in results:
        why = []
        if r["wrong"]:
            why += ["drop not seen"] if r["clear"] and not r["seen"] else []
            why += ["confidently wrong"] if r["confidently_wrong"] else []
            why += ["first cause"] if r["seen"] and not r["first"] else []
        else:
            why += [k.replace("_", " ") for k in ("false_drop", "false_loud") if r[k]]
        if why:
            said = "; ".join(f"{c[0]} ({c[1]}: {', '.join(c[2][:2])})" for c in r["causes"][:3]) or "nothing"
            number = f"{r['metric']} {r['reference']:.4f} -> {r['production']:.4f} z {r['z']:.1f}" if r["z"] is not None else r["metric"]
            price = f", price {r['price']:+.4f}" if r["price"] is not None else ""
            print(f"- {r['pair']} [{', '.join(why)}] {number}{price}; {r['verdict']}; said {said}; truth {'/'.join(r['truth']) or 'nothing wrong'} in {', '.join(r['culprits']) or '-'}")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--only", help="WORLD/FAULT; either may be left out")
    arguments = parser.parse_args()
    plan = schedule(arguments.seed, arguments.pairs)
    if arguments.only:
        world, _, name = arguments.only.partition("/")
        known = FAULTS | NOTHING
        plan = [(w.name, f) for w in WORLDS for f, (_, fits) in known.items() if fits(w) and world in ("", w.name) and name in ("", f)]
    worlds: dict[str, World] = {}
    results, failed = [], []
    for k, (world, name) in enumerate(plan):
        if world not in worlds:
            worlds[world] = next(w for w in WORLDS if w.name == world)(arguments.seed)
        r = judge(arguments.program, arguments.folder, arguments.seed, worlds[world], name)
        (failed if "broken" in r else results).append(r)
        if sys.stderr.isatty():
            print(f"\r{k + 1}/{len(plan)} {world}/{name}        ", end="", file=sys.stderr, flush=True)
    totals = tables(results)
    wrong_pairs(results)
    for r in failed:
        print(f"- {r['pair']} [no report] {r['broken']}")
    if arguments.only:
        for r in results[:3]:
            print(" ".join(r["command"]))
        return 0
    under = [f"{k} {totals[k]:.0f} < {v}" for k, v in AT_LEAST.items() if totals[k] is not None and totals[k] < v]
    under += [f"{k} {totals[k]:.0f} > {v}" for k, v in AT_MOST.items() if totals[k] is not None and totals[k] > v]
    print("\n" + ("past the bars: " + ", ".join(under) if under or failed else "within the bars"))
    return 1 if under or failed else 0


if __name__ == "__main__":
    sys.exit(main())
