"""Makes models.json: scikit-learn's HistGradientBoosting and IsotonicRegression on made-up codes.

Run: python make_models.py > models.json   (NumPy 2, scikit-learn 1.9). Seeded: the same file every time.
Each tree case holds training and test rows as codes (255 is missing) and what scikit-learn reaches on the test
rows: AUC and log-loss, or R2. Codes are what it bins, one bin a code.
"""

import json
import sys

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import log_loss, r2_score, roc_auc_score

rng = np.random.default_rng(20260601)
TRAIN, TEST = 2500, 2500


def codes_of(columns):
    """Digits in base 16, two a code, row by row within a column."""
    return ["".join(f"{c:02x}" for c in column) for column in columns.T]


def table(rows, bins, categories):
    """Ordered columns with the given numbers of codes (every third with missing), then categories."""
    columns = []
    for at, count in enumerate(bins):
        column = rng.integers(0, count, rows)
        if at % 3 == 0:
            column = np.where(rng.random(rows) < 0.1, 255, column)
        columns.append(column)
    columns += [rng.integers(0, count, rows) for count in categories]
    return np.array(columns).T


def signal(codes, bins, categories):
    eta = np.zeros(len(codes))
    for at, count in enumerate(bins[:4]):
        x = np.where(codes[:, at] == 255, 0.8 * count, codes[:, at]) / count - 0.5
        eta += [2.0 * x, 6.0 * x * x - 0.5, np.sin(5 * x), 1.5 * (x > 0.2)][at % 4]
    for at, count in enumerate(categories):
        effect = np.sin(7.0 * np.arange(count) + at)
        eta += effect[codes[:, len(bins) + at]]
    eta += 1.2 * ((codes[:, 0] < bins[0] / 2) & (codes[:, 1] < bins[1] / 2))
    return eta


def boosted(name, task, bins, categories, params):
    codes = table(TRAIN + TEST, bins, categories)
    eta = signal(codes, bins, categories)
    if task == "logistic":
        target = (rng.random(len(eta)) < 1 / (1 + np.exp(-eta))).astype(int)
    else:
        target = np.round(eta + 0.5 * rng.standard_normal(len(eta)), 3)
    kind = HistGradientBoostingClassifier if task == "logistic" else HistGradientBoostingRegressor
    as_float = np.where(codes == 255, np.nan, codes.astype(float))
    model = kind(
        max_depth=params["depth"], max_leaf_nodes=None, max_iter=params["trees"], learning_rate=params["rate"],
        l2_regularization=params["lambda"], min_samples_leaf=params["leaf"], max_bins=255, early_stopping=False,
        categorical_features=list(range(len(bins), len(bins) + len(categories))) or None,
    ).fit(as_float[:TRAIN], target[:TRAIN])
    test, goal = as_float[TRAIN:], target[TRAIN:]
    if task == "logistic":
        p = model.predict_proba(test)[:, 1]
        quality = {"auc": roc_auc_score(goal, p), "log_loss": log_loss(goal, p)}
    else:
        quality = {"r2": r2_score(goal, model.predict(test))}
    return {
        "name": name, "task": task, "train_rows": TRAIN, "ordered": len(bins), "params": params,
        "codes": codes_of(codes), "target": target.tolist(), "quality": quality,
    }


SHALLOW = {"depth": 3, "trees": 80, "rate": 0.1, "lambda": 5.0, "leaf": 25}
DEEP = {"depth": 6, "trees": 100, "rate": 0.1, "lambda": 1.0, "leaf": 15}
cases = [
    boosted("numbers", "logistic", [32, 32, 20, 10, 32], [], SHALLOW),
    boosted("numbers and categories", "logistic", [32, 20, 10], [6, 12], SHALLOW),
    boosted("numbers regression", "squared", [200, 32, 20, 10, 32], [], DEEP),
    boosted("categories regression", "squared", [32, 20, 10], [8], SHALLOW),
]

isotonic = []
for rows, ties, weighted in [(60, 0, False), (80, 12, False), (80, 20, True), (1, 0, False), (40, 1, True)]:
    scores = rng.integers(0, ties, rows) / 8.0 if ties else np.round(rng.random(rows), 4)
    targets = np.round(scores + rng.standard_normal(rows), 3)
    weights = rng.integers(1, 5, rows).astype(float) if weighted else None
    fitted = IsotonicRegression(out_of_bounds="clip").fit(scores, targets, sample_weight=weights)
    asked = np.round(np.linspace(scores.min() - 0.5, scores.max() + 0.5, 41), 6)
    isotonic.append({
        "scores": scores.tolist(), "targets": targets.tolist(),
        "weights": None if weights is None else weights.tolist(),
        "asked": asked.tolist(), "values": fitted.predict(asked).tolist(),
    })

json.dump({"boosted": cases, "isotonic": isotonic}, sys.stdout, separators=(",", ":"))
sys.stdout.write("\n")
