"""Makes drift.json: what SciPy and plain NumPy formulas say about made-up counts, samples and series.

Run: python make_drift.py > drift.json   (NumPy 2, SciPy 1.17). Seeded: the same file every time.
The formulas are written here from their definitions, not from the Rust code.
"""

import json
import sys

import numpy as np
from scipy import stats
from scipy.spatial.distance import jensenshannon

rng = np.random.default_rng(20260501)


def merged(p, q):
    """Bins whose pooled expectation in the smaller table is below 5 become one; a rare rest joins the
    smallest other bin."""
    n, m = p.sum(), q.sum()
    keep = p + q > 0
    p, q = p[keep], q[keep]
    expected = (p + q) / (n + m) * min(n, m)
    rare = expected < 5
    table = [list(p[~rare]), list(q[~rare])]
    if rare.any():
        rest = (int(p[rare].sum()), int(q[rare].sum()))
        if expected[rare].sum() < 5 and (~rare).any():
            at = int(np.argmin((p + q)[~rare]))
            table[0][at] += rest[0]
            table[1][at] += rest[1]
        else:
            table[0].append(rest[0])
            table[1].append(rest[1])
    return np.array(table, dtype=np.int64)


def measures(p, q):
    n, m = p.sum(), q.sum()
    a, b = p / n, q / m
    pooled = (p + q) / (n + m)
    tvd = 0.5 * np.abs(a - b).sum()
    e0 = 0.5 * np.sqrt(2 / np.pi) * np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m)).sum()
    used = p + q > 0
    bins = used.sum()
    s, t = (p[used] + 0.5) / (n + bins / 2), (q[used] + 0.5) / (m + bins / 2)
    psi = ((s - t) * np.log(s / t)).sum()
    out = {
        "total_variation": tvd,
        "expected": e0,
        "moved": np.sqrt(max(0.0, tvd**2 - e0**2)),
        "psi": psi,
        "psi_less_noise": max(0.0, psi - (bins - 1) * (1 / n + 1 / m)),
        "jensen_shannon": jensenshannon(a, b, base=2) ** 2,
        "hellinger": np.sqrt(0.5 * ((np.sqrt(a) - np.sqrt(b)) ** 2).sum()),
        "ks": np.abs(np.cumsum(a) - np.cumsum(b)).max(),
    }
    table = merged(p, q)
    if table.shape[1] > 1 and min(n, m) >= 200:
        test = stats.chi2_contingency(table, correction=False)
        out["chi_square"] = test.statistic
        out["degrees_of_freedom"] = int(test.dof)
        out["p_value"] = test.pvalue
    return {k: float(v) if not isinstance(v, int) else v for k, v in out.items()}


def count_cases():
    cases = []
    for n, m, bins, shift in [
        (1000, 800, 16, 0.0), (500, 500, 10, 0.3), (5000, 2000, 50, 0.1), (20000, 300, 20, 0.5),
        (100000, 90000, 18, 0.02), (250, 240, 4, 0.2), (1000, 1000, 2, 0.4), (3_000_000, 2_000_000, 30, 0.01),
        (40, 35, 3, 0.5), (700, 900, 60, 1.0),
    ]:
        share = 1 / np.arange(1, bins + 1) ** 1.1
        share /= share.sum()
        other = share * np.exp(shift * rng.normal(size=bins))
        other /= other.sum()
        p, q = rng.multinomial(n, share), rng.multinomial(m, other)
        cases.append({"reference": p.tolist(), "production": q.tolist(), **measures(p, q)})
    for p, q in [([10, 0, 90], [0, 50, 150]), ([300, 0], [0, 400]), ([500, 500], [500, 500])]:
        p, q = np.array(p), np.array(q)
        cases.append({"reference": p.tolist(), "production": q.tolist(), **measures(p, q)})
    return cases


def sample_cases():
    cases = []
    makers = [
        lambda n: rng.normal(size=n),
        lambda n: rng.lognormal(1, 1.5, size=n),
        lambda n: rng.integers(0, 7, size=n).astype(float),
        lambda n: np.where(rng.random(n) < 0.9, 0.0, rng.exponential(5, size=n)),
    ]
    for make in makers:
        for n, m, shift, scale in [(200, 300, 0.0, 1.0), (150, 90, 0.5, 1.3), (1, 40, 0.2, 2.0)]:
            # Rounded so that the JSON holds the very numbers.
            x = np.round(np.sort(make(n)), 6)
            y = np.round(np.sort(make(m) * scale + shift), 6)
            low, high = np.quantile(x, [0.001, 0.999])
            iqr = np.quantile(x, 0.75) - np.quantile(x, 0.25)
            spread = iqr / 1.349 if iqr > 0 else (x.std() if x.std() > 0 else abs(np.median(x)) or 1.0)
            held = stats.wasserstein_distance(np.clip(x, low, high), np.clip(y, low, high))
            d = stats.ks_2samp(x, y, method="asymp").statistic
            cases.append({
                "reference": x.tolist(), "production": y.tolist(),
                "ks": float(d),
                "ks_p_value": float(stats.kstwobign.sf(d * np.sqrt(n * m / (n + m)))),
                "wasserstein": float(stats.wasserstein_distance(x, y)),
                "held": float(held), "spread": float(spread), "scaled": float(held / spread),
            })
    return cases


def block_cases():
    """Rows of entities: blocks of counts with more variance than independent rows have."""
    cases = []
    for entity, bins in [(1, 5), (6, 5), (20, 3)]:
        tables = []
        for rows in (4000, 3000):
            blocks = np.zeros((32, bins), dtype=np.int64)
            for _ in range(rows // entity):
                share = rng.dirichlet(np.ones(bins)) if entity > 1 else np.full(bins, 1 / bins)
                blocks[rng.integers(32)] += rng.multinomial(entity, share)
            tables.append(blocks)
        effects, widths = [], []
        for own, other in (tables, tables[::-1]):
            total = own.sum(axis=0)
            n = total.sum()
            left = (total - own) / (n - own.sum(axis=1))[:, None]
            variance = 31 / 32 * ((left - left.mean(axis=0)) ** 2).sum(axis=0)
            effects.append((variance * n / (total / n)).sum() / (bins - 1))
            rest = other.sum(axis=0) / other.sum()
            distance = 0.5 * np.abs(left - rest).sum(axis=1)
            widths.append(31 / 32 * ((distance - distance.mean()) ** 2).sum())
        p, q = (t.sum(axis=0) for t in tables)
        raw = stats.chi2_contingency(np.array([p, q]), correction=False).statistic
        floored = np.maximum(1, effects)
        weight = np.array([1 / p.sum(), 1 / q.sum()])
        effect = (weight * floored).sum() / weight.sum()
        part = weight * floored
        degrees = part.sum() ** 2 / (part**2 / 31).sum()
        pooled = (p + q) / (p + q).sum()
        expected = 0.5 * np.sqrt(2 / np.pi) * np.sqrt(pooled * (1 - pooled) * part.sum()).sum()
        tvd = 0.5 * np.abs(p / p.sum() - q / q.sum()).sum()
        half = stats.t.ppf(0.975, 31) * np.sqrt(sum(widths))
        less = lambda d: float(np.sqrt(max(0.0, d**2 - expected**2)))
        f = raw / effect / (bins - 1)
        cases.append({
            "reference": tables[0].tolist(), "production": tables[1].tolist(),
            "effects": [float(e) for e in effects],
            "statistic": float(raw / effect),
            "p_value": float(stats.f.sf(f, bins - 1, (bins - 1) * degrees) if effect > 1
                             else stats.chi2.sf(raw, bins - 1)),
            "moved": less(tvd), "low": less(max(0.0, tvd - half)), "high": less(min(1.0, tvd + half)),
        })
    return cases


def fisher_cases():
    tables = [((3, 37), (12, 28)), ((0, 50), (4, 60)), ((30, 30), (45, 15)), ((10, 90), (5000, 45000))]
    return [{"reference": list(a), "production": list(b), "p_value": float(stats.fisher_exact([a, b]).pvalue)}
            for a, b in tables]


def mix_cases():
    cases = []
    for bins in (2, 12):
        p, q = rng.multinomial(900, np.full(bins, 1 / bins)), rng.multinomial(500, rng.dirichlet(np.ones(bins)))
        labelled = p - rng.integers(0, 5, size=bins)
        sums = np.round(labelled * rng.random(bins), 6)
        overall = sums.sum() / labelled.sum()
        points = ((q / q.sum() - p / p.sum()) * (sums / labelled - overall)).sum()
        cases.append({"reference": p.tolist(), "production": q.tolist(), "labelled": labelled.tolist(),
                      "loss_sums": sums.tolist(), "points": float(points)})
    return cases


def shape_cases():
    """Every shape fitted by least squares, one by one."""
    def rss(y, w, columns):
        x = np.column_stack(columns) * np.sqrt(w)[:, None]
        target = y * np.sqrt(w)
        beta = np.linalg.lstsq(x, target, rcond=None)[0]
        return ((target - x @ beta) ** 2).sum()

    cases = []
    t = np.arange(30)
    for level in (0 * t, 0.15 * t, 3.0 * (t >= 11), 3.5 * ((t >= 8) & (t < 13)), 1.0 * (t >= 20)):
        error = rng.uniform(0.8, 1.2, size=30)
        y = np.round(level + rng.normal(0, error), 9)
        v = np.round(error**2, 9)
        w, one = 1 / v, np.ones(30)
        phi = max(1.0, np.median(np.abs(np.diff(y)) / np.sqrt(v[1:] + v[:-1])) ** 2 / 0.455)
        cost = lambda r, k: r / phi + k * np.log(30)
        constant = cost(rss(y, w, [one]), 1)
        best = [(constant, "none", None, None), (cost(rss(y, w, [one, t]), 2), "gradual", None, None)]
        best.append(min((cost(rss(y, w, [one, t >= k]), 3), "step", k, None) for k in range(3, 28)))
        best.append(min((cost(rss(y, w, [one, (t >= k) & (t < e)]), 4), "pulse", k, e)
                        for k in range(1, 27) for e in range(k + 2, min(29, k + 16))))
        bic, kind, first, end = min(best, key=lambda b: b[0])
        if constant - bic < 6:
            bic, kind, first, end = constant, "none", None, None
        cases.append({"values": y.tolist(), "variances": v.tolist(), "kind": kind, "first": first, "end": end,
                      "strength": float(constant - bic), "dispersion": float(phi)})
    return cases


json.dump({
    "counts": count_cases(), "samples": sample_cases(), "blocks": block_cases(), "fisher": fisher_cases(),
    "mix": mix_cases(), "shapes": shape_cases(),
}, sys.stdout, indent=None, separators=(",", ":"))
print()
