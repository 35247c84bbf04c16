"""Writes metrics.json beside this file: inputs and expected values for tests/metric_oracle.rs.

Expected values come from scikit-learn and SciPy where they define the quantity, and from direct
definitions written here (quadratic loops over pairs, explicit groups) where they do not.

    pip install scikit-learn==1.9.1 scipy==1.17.1 && python tests/oracle/make_metrics.py
"""

import json
import pathlib

import numpy as np
import sklearn.metrics as skm
from scipy import optimize, special, stats
from sklearn.linear_model import LogisticRegression

THRESHOLD = 0.5
COST_FP, COST_FN, VALUE = 3.0, 11.0, 0.25
BLOCKS = 32


def lift(y, s, w, share=0.1):
    """Expected positive rate of the best `share`, ties taken in proportion, over the base rate."""
    left, hits = share * w.sum(), 0.0
    for level in np.unique(s)[::-1]:
        here = s == level
        mass = w[here].sum()
        part = min(1.0, left / mass)
        hits += part * w[here & (y == 1)].sum()
        left -= part * mass
        if left <= 1e-12:
            break
    return hits / (share * w[y == 1].sum())


def ece(y, s, w, groups=15):
    """Debiased: groups of equal mass, a tie goes where the middle of its mass lies."""
    n_eff = w.sum() ** 2 / (w**2).sum()
    levels = np.unique(s)
    below, member = 0.0, np.zeros(len(s), int)
    for level in levels:
        here = s == level
        mass = w[here].sum()
        # Exact in integers: weights are multiples of 1/65536.
        unit = 65536
        member[here] = min(
            groups - 1,
            (int(2 * below * unit + mass * unit) * groups) // int(2 * w.sum() * unit),
        )
        below += mass
    total = 0.0
    for g in range(groups):
        here = member == g
        if not here.any():
            continue
        share = w[here].sum() / w.sum()
        ybar = np.average(y[here], weights=w[here])
        sbar = np.average(s[here], weights=w[here])
        total += share * ((ybar - sbar) ** 2 - ybar * (1 - ybar) / max(share * n_eff - 1, 1))
    return float(np.sqrt(max(0.0, total)))


def calibration(y, s, w, eps):
    x = special.logit(np.clip(s, eps, 1 - eps))

    def newton(design, offset):
        beta = np.zeros(design.shape[1])
        for _ in range(100):
            mu = special.expit(offset + design @ beta)
            grad = design.T @ (w * (mu - y))
            hess = design.T @ (design * (w * mu * (1 - mu))[:, None])
            step = np.linalg.solve(hess, grad)
            beta = beta - step
            if np.abs(step).max() < 1e-13:
                break
        return beta

    slope = None
    if len(set(s.tolist())) > 1 and 0 < skm.roc_auc_score(y, s) < 1:
        both = newton(np.column_stack([np.ones_like(x), x]), np.zeros_like(x))
        sk = LogisticRegression(C=np.inf, tol=1e-10, max_iter=10000)
        sk.fit(x[:, None], y, sample_weight=w)
        assert abs(sk.coef_[0, 0] - both[1]) < 1e-4, (sk.coef_, both)
        slope = float(both[1])
    shift = optimize.brentq(
        lambda a: float((w * (special.expit(a + x) - y)).sum()), -50, 50, xtol=1e-13, rtol=1e-14
    )
    return slope, float(shift)


def delong(y, s):
    """Variance of the AUC by the placement values of every pair."""
    pos, neg = s[y == 1], s[y == 0]
    psi = (pos[:, None] > neg[None, :]) + 0.5 * (pos[:, None] == neg[None, :])
    return float(psi.mean(1).var(ddof=1) / len(pos) + psi.mean(0).var(ddof=1) / len(neg))


def jackknife_auc(y, s, w, block):
    values = []
    for k in range(BLOCKS):
        keep = block != k
        if keep.all():
            continue
        values.append(skm.roc_auc_score(y[keep], s[keep], sample_weight=w[keep]))
    values = np.array(values)
    k = len(values)
    return float(np.sqrt((k - 1) / k * ((values - values.mean()) ** 2).sum()))


def binary_case(name, y, s, w=None, probability=True, eps=1e-6):
    y, s = np.asarray(y, int), np.asarray(s, float)
    weighted = w is not None
    w = np.ones(len(y)) if w is None else np.asarray(w, float)
    block = np.arange(len(y)) % BLOCKS
    threshold = THRESHOLD if probability else 0.0
    d = (s >= threshold).astype(int)
    out = {}
    two = len(set(y.tolist())) == 2
    kw = {"sample_weight": w}
    out["auc"] = float(skm.roc_auc_score(y, s, **kw)) if two else None
    out["pr_auc"] = float(skm.average_precision_score(y, s, **kw)) if two else None
    out["lift"] = lift(y, s, w) if two else None
    if probability:
        p = np.clip(s, eps, 1 - eps)
        out["log_loss"] = float(skm.log_loss(y, p, labels=[0, 1], **kw))
        out["brier"] = float(np.average((s - y) ** 2, weights=w))
        out["ece"] = ece(y, s, w)
        slope, shift = calibration(y, s, w, eps) if two else (None, None)
        out["calibration_slope"], out["calibration_intercept"] = slope, shift
    out["accuracy"] = float(skm.accuracy_score(y, d, **kw))
    ratio = lambda f: float(f) if f is not None else None
    out["precision"] = ratio(skm.precision_score(y, d, **kw)) if d.any() else None
    out["recall"] = ratio(skm.recall_score(y, d, **kw)) if y.any() else None
    out["specificity"] = ratio(skm.recall_score(y, d, pos_label=0, **kw)) if (y == 0).any() else None
    out["f1"] = ratio(skm.f1_score(y, d, **kw)) if (d.any() or y.any()) else None
    out["decision_rate"] = float(np.average(d, weights=w))
    wrong = COST_FP * ((d == 1) & (y == 0)) + COST_FN * ((d == 0) & (y == 1))
    out["expected_cost"] = float(np.average(wrong - VALUE * (d == y), weights=w))
    case = {
        "name": name, "y": y.tolist(), "s": s.tolist(), "probability": probability, "epsilon": eps,
        "threshold": threshold, "expected": out, "weights": w.tolist() if weighted else None,
    }
    if two and not weighted and min(y.sum(), (1 - y).sum()) > 1:
        case["delong"] = delong(y, s)
        fpr, tpr, thr = skm.roc_curve(y, s, drop_intermediate=False)
        if len(fpr) < 120:
            case["roc"] = [fpr.tolist(), tpr.tolist()]
    if two and all(len(set(y[block != k].tolist())) == 2 for k in range(BLOCKS)) and len(y) >= 8:
        case["auc_error"] = jackknife_auc(y, s, w, block)
    return case


def binary_cases():
    rng = np.random.default_rng(7)

    def draw(n, base, slope=1.0, bias=0.0):
        x = rng.normal(size=n)
        p = special.expit(base + 1.3 * x)
        y = (rng.random(n) < p).astype(int)
        return y, special.expit(bias + slope * (base + 1.3 * x))

    y, s = draw(400, -0.5)
    yield binary_case("calibrated", y, s)
    y, s = draw(400, -1.0, slope=2.0, bias=0.7)
    yield binary_case("overconfident", y, s)
    y, s = draw(500, 0.0)
    yield binary_case("ties, two decimals", y, np.round(s, 2), eps=0.005)
    y, s = draw(500, 0.5)
    yield binary_case("ties, one decimal", y, np.round(s, 1), eps=0.05)
    y, s = draw(300, 0.0)
    yield binary_case("scores of exactly 0 and 1", y, np.clip(s * 1.6 - 0.3, 0, 1))
    yield binary_case("tiny", [0, 1, 1, 0, 1, 0], [0.2, 0.9, 0.4, 0.4, 0.6, 0.7])
    y, s = draw(3000, -6.3)
    y[[10, 700, 1500, 2900]] = 1
    yield binary_case("imbalanced", y, np.round(s, 5))
    yield binary_case("constant score", [0, 1] * 20 + [0] * 10, [0.3] * 50)
    yield binary_case("all negative", [0] * 40, np.linspace(0, 0.8, 40))
    yield binary_case("all positive", [1] * 40, np.linspace(0, 0.8, 40))
    yield binary_case("perfect", [0] * 40 + [1] * 24, np.linspace(0, 1, 64))
    yield binary_case("inverted", [1] * 40 + [0] * 24, np.linspace(0, 1, 64))
    y, s = draw(300, 0.2)
    yield binary_case("margins", y, np.round(special.logit(s) * 7, 3), probability=False)
    y, s = draw(400, -0.2)
    yield binary_case("weighted", y, np.round(s, 2), w=rng.integers(1, 200, 400) / 64)
    y, s = draw(200, 0.0)
    yield binary_case("only 12 rows", y[:12], s[:12])


def multiclass_cases():
    rng = np.random.default_rng(8)
    for name, classes, n in [("five classes", 5, 400), ("three classes", 3, 150), ("rare class", 6, 600)]:
        logits = rng.normal(size=(n, classes)) * 1.2
        if name == "rare class":
            logits[:, -1] -= 4
        p = special.softmax(logits, axis=1)
        y = np.array([rng.choice(classes, p=row) for row in p])
        s = special.softmax(logits * 0.8 + rng.normal(size=logits.shape) * 0.5, axis=1)
        d = s.argmax(1)
        k = 2 if classes < 5 else 3
        labels = list(range(classes))
        yield {
            "name": name, "classes": classes, "y": y.tolist(), "s": s.tolist(),
            "expected": {
                "accuracy": float(skm.accuracy_score(y, d)),
                "macro_f1": float(skm.f1_score(y, d, average="macro")),
                "log_loss": float(skm.log_loss(y, np.clip(s, 1e-6, 1 - 1e-6), labels=labels)),
                "top_k": float(skm.top_k_accuracy_score(y, s, k=k, labels=labels)),
                "ovr_auc": float(np.mean([skm.roc_auc_score(y == c, s[:, c]) for c in labels if (y == c).any()])),
            },
        }


def regression_cases():
    rng = np.random.default_rng(9)
    for name, level, spread, n in [
        ("prices", 250_000.0, 60_000.0, 301), ("tiny units", 0.0, 1e-7, 200),
        ("far from zero", 1e9, 3.0, 250), ("heavy tails", 10.0, 2.0, 400),
    ]:
        t = level + spread * rng.normal(size=n)
        noise = rng.standard_t(2, size=n) if name == "heavy tails" else rng.normal(size=n)
        p = t + spread * (0.3 * noise + 0.05)
        if level > 1e8:
            # JSON readers may miss the last bit of 17 digits; these are exact in 16.
            t, p = np.round(t * 64) / 64, np.round(p * 64) / 64
        e = np.abs(p - t)
        yield {
            "name": name, "level": level, "spread": spread, "truth": t.tolist(), "prediction": p.tolist(),
            "expected": {
                "mae": float(skm.mean_absolute_error(t, p)),
                "rmse": float(skm.root_mean_squared_error(t, p)),
                "bias": float((p - t).mean()),
                "r2": float(skm.r2_score(t, p)),
                "median_ae": float(skm.median_absolute_error(t, p)),
                "p90_ae": float(np.quantile(e, 0.9, method="averaged_inverted_cdf")),
            },
        }


def functions():
    out = []

    def rows(name, function, *grids):
        for point in np.array(np.meshgrid(*grids, indexing="ij")).reshape(len(grids), -1).T:
            value = float(function(*point))
            if np.isfinite(value) and (value == 0 or abs(value) > 1e-290):
                out.append([name, [float(v) for v in point], value])

    x = np.concatenate([np.linspace(-37, -6, 12), np.linspace(-5, 5, 21), [8, 12, 30]])
    rows("normal_cdf", special.ndtr, x)
    p = [1e-280, 1e-100, 1e-30, 1e-12, 1e-6, 0.001, 0.025, 0.2, 0.45, 0.5, 0.55, 0.8, 0.975, 0.999, 1 - 1e-9]
    rows("normal_quantile", special.ndtri, p)
    rows("chi_square_survival", stats.chi2.sf,
         [0.01, 0.5, 1, 3, 9.5, 20, 31, 60, 100, 250, 400, 1000, 1300], [1, 2, 3, 7, 15, 31, 60, 120, 255, 1000])
    rows("gamma_lower", special.gammainc, [0.3, 1, 2.5, 10, 40, 200, 3000], [0.01, 0.9, 3, 12, 45, 190, 2950, 3100])
    rows("beta_lower", special.betainc, [0.5, 1, 2, 15.5, 80, 900], [0.5, 1, 3, 20, 700], [0.001, 0.1, 0.4, 0.5, 0.8, 0.97])
    rows("student_t_survival", stats.t.sf, [-8, -2, -0.3, 0, 0.5, 1.7, 2.5, 4, 8, 20, 60], [1, 2, 7, 31, 100, 1000])
    rows("student_t_quantile", stats.t.ppf, [1e-12, 1e-5, 0.005, 0.025, 0.3, 0.6, 0.95, 0.975, 0.99, 0.9995], [1, 2, 7, 15, 31, 100, 1000])
    rows("kolmogorov_survival", special.kolmogorov, [0.05, 0.2, 0.4, 0.6, 0.8, 0.99, 1.0, 1.2, 1.36, 1.63, 2, 3, 5, 8, 12])
    rows("lgamma", special.gammaln, [0.1, 0.5, 0.99, 1.5, 2.01, 3, 10, 55.5, 1e3, 1e6])
    return out


def families():
    rng = np.random.default_rng(10)
    p = np.concatenate([rng.random(30), rng.random(10) * 1e-3, [0.0, 1.0, 0.04, 0.04]])
    order = np.argsort(p, kind="stable")
    holm = np.empty_like(p)
    running = 0.0
    for rank, i in enumerate(order):
        running = max(running, min(1.0, p[i] * (len(p) - rank)))
        holm[i] = running
    wilson = []
    for k, n in [(0, 10), (1, 10), (5, 10), (10, 10), (81, 263), (3, 100_000), (99_000, 100_000)]:
        ci = stats.binomtest(k, n).proportion_ci(0.95, method="wilson")
        wilson.append([k, n, float(ci.low), float(ci.high)])
    return {"p": p.tolist(), "bh": stats.false_discovery_control(p).tolist(), "holm": holm.tolist(), "wilson": wilson}


if __name__ == "__main__":
    data = {
        "costs": [COST_FP, COST_FN, VALUE],
        "binary": list(binary_cases()),
        "multiclass": list(multiclass_cases()),
        "regression": list(regression_cases()),
        "functions": functions(),
        "families": families(),
    }
    path = pathlib.Path(__file__).with_name("metrics.json")
    path.write_text(json.dumps(data, separators=(",", ":")) + "\n")
    print(path, path.stat().st_size, "bytes")
