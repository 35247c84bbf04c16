"""The same table and parameters as trees.rs, with scikit-learn. Run with OMP_NUM_THREADS=1 (NumPy, scikit-learn)."""

import time

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

rng = np.random.default_rng(1)
codes = rng.integers(0, 32, size=(1_000_000, 30)).astype(np.float32)
target = (codes[:, :6].sum(axis=1) + rng.integers(0, 100, size=1_000_000) > 143).astype(int)


def fastest(name, run, repeats=5):
    best = np.inf
    for _ in range(repeats):
        start = time.perf_counter()
        result = run()
        best = min(best, time.perf_counter() - start)
    print(f"{name}: {best:.3f} s", flush=True)
    return result


def model(depth, trees, leaf, l2):
    return HistGradientBoostingClassifier(
        max_depth=depth, max_leaf_nodes=None, max_iter=trees, learning_rate=0.1, l2_regularization=l2,
        min_samples_leaf=leaf, early_stopping=False,
    )


fit = fastest("fit 80 trees of depth 3, 100k x 30", lambda: model(3, 80, 100, 5.0).fit(codes[:100_000], target[:100_000]))
fastest("fit 200 trees of depth 6, 60k x 30", lambda: model(6, 200, 15, 1.0).fit(codes[:60_000], target[:60_000]), 2)
fastest("score 80 trees of depth 3, 1M rows", lambda: fit.decision_function(codes))
