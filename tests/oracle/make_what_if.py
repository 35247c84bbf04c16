"""Expected values of the what-ifs: scikit-learn 1.x on seeded rows. Writes what_if.json beside itself.

    python -m pip install scikit-learn numpy
    python tests/oracle/make_what_if.py

Scores have two decimals, so that every one is an edge of the report's bins and figures must agree to 1e-9. A
few decisions do not follow the cut-off (overrides); whatever cut-off is tried, they stay as they are.
"""

import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn.metrics import accuracy_score, f1_score, precision_score, recall_score, roc_auc_score

COSTS = {"false_positive": 2.0, "false_negative": 7.0, "value_correct": 0.5}
CUT_OFF = 0.5


def table(seed, rows, shift):
    rng = np.random.default_rng(seed)
    region = rng.choice(["north", "south", "east"], rows, p=[0.5, 0.3, 0.2])
    latent = rng.normal(0.0, 1.2, rows) + shift * (region == "north")
    chance = 1.0 / (1.0 + np.exp(-latent))
    y = (rng.random(rows) < chance).astype(int)
    s = np.round(np.clip(chance + rng.normal(0.0, 0.12, rows), 0.0, 1.0), 2)
    follows = rng.random(rows) >= 0.006
    d = np.where(follows, s >= CUT_OFF, s < CUT_OFF).astype(int)
    old = (chance + rng.normal(0.0, 0.3, rows) > 0.55).astype(int)
    return {"y": y, "s": s, "d": d, "old": old, "region": region, "follows": follows}


def figures(y, d):
    false_positive = int(np.sum((d == 1) & (y == 0)))
    false_negative = int(np.sum((d == 0) & (y == 1)))
    right = int(np.sum(d == y))
    cost = (
        COSTS["false_positive"] * false_positive
        + COSTS["false_negative"] * false_negative
        - COSTS["value_correct"] * right
    ) / len(y)
    return {
        "precision": precision_score(y, d) if d.any() else None,
        "recall": recall_score(y, d),
        "specificity": recall_score(y, d, pos_label=0),
        "accuracy": accuracy_score(y, d),
        "f1": f1_score(y, d),
        "decision_rate": float(np.mean(d)),
        "expected_cost": cost,
    }


def expected(rows):
    y, s, d, follows = rows["y"], rows["s"], rows["d"], rows["follows"]
    tried = []
    for cut in [0.05, 0.2, 0.33, 0.41, 0.5, 0.62, 0.77, 0.9, 0.99]:
        moved = np.where(follows, (s >= cut).astype(int), d)
        tried.append({"cut_off": cut, **figures(y, moved)})
    # North is not decided by the model: all no, all yes, or all right by hand.
    north = rows["region"] == "north"
    off = {
        "all_no": figures(y, np.where(north, 0, d)),
        "all_yes": figures(y, np.where(north, 1, d)),
        "review": figures(y, np.where(north, y, d)),
        "old": figures(y, np.where(north, rows["old"], d)),
        "north_rows": int(north.sum()),
    }
    return {
        "today": figures(y, d),
        "tried": tried,
        "old": {**figures(y, rows["old"]), "auc_of_score": roc_auc_score(y, s)},
        "north": off,
    }


def main():
    tables = {"reference": table(1, 3000, 0.0), "production": table(2, 4000, -1.6)}
    # The world moves in the north only: scores stay what they were, outcomes fall.
    for rows in tables.values():
        for name in ("y", "d", "old"):
            rows[name] = rows[name].astype(int)
    rng = np.random.default_rng(3)
    after = tables["production"]
    hit = (after["region"] == "north") & (rng.random(4000) < 0.25)
    after["y"] = np.where(hit, 1 - after["y"], after["y"])
    out = {
        "made_with": f"scikit-learn {sklearn.__version__}, numpy {np.__version__}",
        "costs": COSTS,
        "cut_off": CUT_OFF,
    }
    for name, rows in tables.items():
        out[name] = {key: rows[key].tolist() for key in ("y", "s", "d", "old", "region")}
        out[name]["expected"] = expected(rows)
    path = Path(__file__).with_name("what_if.json")
    path.write_text(json.dumps(out, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
