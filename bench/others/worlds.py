"""Ten invented worlds, as the tables of a practitioner look: who is seen, what is logged, what then happens, and a
scikit-learn model fitted on rows of its own. Rows carry hidden columns (leading underscore) that never reach a file:
`_day` since launch, `_u` and `_z` the luck of the row (kept when a fault is undone), `_y` the outcome.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.random import Generator
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

Terms = dict[str, np.ndarray]
TRAINED_ON = (-160.0, -60.0)
REFERENCE_DAYS = (-60.0, 0.0)
PRODUCTION_DAYS = (0.0, 60.0)


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-x))


def pick(g: Generator, shares: dict, n: int) -> np.ndarray:
    weights = np.array(list(shares.values()), float)
    return g.choice(np.array(list(shares), dtype=object), n, p=weights / weights.sum())


def look(values, effects: dict, other: float = 0.0) -> np.ndarray:
    return pd.Series(np.asarray(values, dtype=object)).map(effects).fillna(other).to_numpy(float)


def sparse(g: Generator, values: np.ndarray, share: float) -> np.ndarray:
    """The usual holes of a column."""
    if values.dtype == object:
        return np.where(g.random(len(values)) < share, None, values)
    return np.where(g.random(len(values)) < share, np.nan, values.astype(float))


def hours(g: Generator, n: int, peaks: dict[float, float]) -> np.ndarray:
    return (pick(g, peaks, n).astype(float) + g.normal(0, 2.2, n)) % 24


class World:
    name = ""
    task = "binary"
    model_kind = "boosting"  # boosting, forest, logistic
    numbers: list[str] = []
    names: list[str] = []
    coded: list[str] = []  # integer codes that are really names
    spare_number = ""
    spare_name = ""
    label = ""
    spelling: tuple = (0, 1)
    scores: list[str] = []
    scale = 1.0
    digits = 6
    decision: str | None = None
    said: tuple = (0, 1)
    cut = 0.5
    id: str | None = None
    entity: str | None = None
    time: str | None = None
    time_format: str | None = None  # None: real timestamps; "epoch": seconds
    launch = "2024-09-02"
    file = "csv"
    csv: dict = {}
    spread = 0.2  # noise of log outcome, regression only
    centre = 0.0
    # Where faults can get a hold.
    units: list[tuple[str, Callable]] = []
    holes: list[str] = []
    defaults: dict[str, object] = {}
    recodes: dict[str, dict] = {}
    merges: dict[str, dict] = {}
    hour: str | None = None
    counts: list[str] = []
    looked_up: list[str] = []
    fresh: list[str] = []  # change with time for an entity, or for everybody where the world has none
    swap: tuple[str, str] | None = None
    tilt: str = ""
    newcomer: tuple[str, object] = ("", "")  # a value the lab never saw
    upset: list[str] = []  # terms a changed world turns round
    place: str = ""  # a name column that local faults are limited by
    leak = "followup_contacts"

    def __init__(self, seed: int):
        self.birth = np.random.default_rng([seed, sum(map(ord, self.name))])
        self.people(self.birth)
        self.train_rows = self.sample(self.birth, 6000, TRAINED_ON)
        self.model = self.fit(self.train_rows, self.numbers)

    def people(self, g: Generator) -> None:
        pass

    def rows(self, g: Generator, n: int, day: np.ndarray) -> pd.DataFrame:
        raise NotImplementedError

    def terms(self, t: pd.DataFrame) -> Terms:
        raise NotImplementedError

    def hard(self, t: pd.DataFrame) -> np.ndarray:
        raise NotImplementedError

    def sample(self, g: Generator, n: int, days: tuple[float, float], weight: Callable | None = None) -> pd.DataFrame:
        """n rows of these days; a weight draws some kinds of rows more often, which leaves outcome given inputs alone."""
        many = n if weight is None else 6 * n
        t = self.rows(g, many, np.sort(g.uniform(*days, many)))
        if weight is not None:
            w = np.asarray(weight(t), float)
            t = t.iloc[np.sort(g.choice(many, n, replace=False, p=w / w.sum()))].reset_index(drop=True)
        t["_u"], t["_z"] = g.random(n), g.normal(size=n)
        if self.id:
            t[self.id] = self.number(int((days[0] - TRAINED_ON[0]) * 2000) + np.arange(n))
        return self.settle(t)

    def number(self, at: np.ndarray) -> np.ndarray:
        return 100_003 + at

    def latent(self, t: pd.DataFrame, change: Callable[[Terms, pd.DataFrame], Terms] | None = None) -> np.ndarray:
        terms = self.terms(t)
        if change is not None:
            terms = change(terms, t)
        return sum(terms.values())

    def settle(self, t: pd.DataFrame, change: Callable | None = None, lift: np.ndarray | float = 0.0) -> pd.DataFrame:
        """Outcomes from the rows' own luck; the hard rows are less predictable."""
        x, hard = self.latent(t, change), self.hard(t)
        if self.task == "regression":
            noise = np.where(hard, 2.2, 1.0) * self.spread * t["_z"].to_numpy()
            t["_y"] = np.exp(x + noise + lift).round(self.digits)
        elif self.task == "multiclass":
            x = np.where(hard[:, None], 0.3 * x, x)
            p = np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)
            t["_y"] = (t["_u"].to_numpy()[:, None] > p.cumsum(axis=1)).sum(axis=1).clip(0, len(self.spelling) - 1)
        else:
            flat = lambda x: np.where(hard, self.centre + 0.3 * (x - self.centre), x)
            x = flat(x)
            if change is not None:
                x = x + self.same_rate(t, x, flat(self.latent(t)))
            x = x + lift
            t["_y"] = (t["_u"].to_numpy() < sigmoid(x)).astype(int)
        return t

    def same_rate(self, t: pd.DataFrame, x: np.ndarray, usual: np.ndarray) -> np.ndarray:
        """What keeps the rate of outcomes of each week while they come from other rows."""
        week, move = np.floor(t["_day"].to_numpy() / 7).astype(int), np.zeros(len(t))
        for k in np.unique(week):
            rows = week == k
            for _ in range(20):
                p = sigmoid(x[rows] + move[rows][0])
                move[rows] += (sigmoid(usual[rows]).mean() - p.mean()) / (p * (1 - p)).mean()
        return move

    def inputs(self, t: pd.DataFrame, numbers: list[str]) -> pd.DataFrame:
        x = pd.DataFrame({c: pd.to_numeric(t[c], errors="coerce").astype(float) for c in numbers})
        for c in [*self.names, *self.coded]:
            x[c] = t[c].astype(object).where(t[c].notna(), "?").map(str)
        return x

    def fit(self, t: pd.DataFrame, numbers: list[str], careless: bool = False):
        x, y, names = self.inputs(t, numbers), t["_y"], [*self.names, *self.coded]
        plain = self.task == "regression"
        if careless:
            kind = RandomForestRegressor if plain else RandomForestClassifier
            model = kind(80, min_samples_leaf=1, max_features=0.6, random_state=1)
        elif self.model_kind == "boosting":
            kind = HistGradientBoostingRegressor if plain else HistGradientBoostingClassifier
            model = kind(max_iter=90, learning_rate=0.08, max_leaf_nodes=15, min_samples_leaf=40, random_state=1)
        elif self.model_kind == "forest":
            kind = RandomForestRegressor if plain else RandomForestClassifier
            model = kind(100, min_samples_leaf=12, max_features=0.5, random_state=1)
        else:
            model = LogisticRegression(C=1.0, max_iter=400)
        if self.model_kind == "logistic" and not careless:
            number, name = make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), OneHotEncoder(handle_unknown="ignore", min_frequency=10)
        else:
            hole = "passthrough" if self.model_kind == "boosting" and not careless else SimpleImputer(strategy="median")
            number, name = hole, OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
        return make_pipeline(ColumnTransformer([("n", number, numbers), ("c", name, names)]), model).fit(x, y)

    def predict(self, t: pd.DataFrame, model=None, numbers: list[str] | None = None) -> np.ndarray:
        model, x = model or self.model, self.inputs(t, numbers or self.numbers)
        if self.task == "regression":
            return model.predict(x)
        p = model.predict_proba(x)
        return p if self.task == "multiclass" else p[:, 1]

    def table(
        self,
        t: pd.DataFrame,
        served: pd.DataFrame | None = None,
        scores: np.ndarray | None = None,
        extra: list[str] = (),
        cut: float | np.ndarray | None = None,
    ) -> pd.DataFrame:
        """The rows as logged: inputs as served, the model's answer, the decision, the outcome."""
        served = t if served is None else served
        scores = self.predict(served) if scores is None else scores
        out = pd.DataFrame(index=served.index)
        for c in [self.id, self.time, self.entity]:
            if c and c not in out:
                out[c] = self.stamp(served[c]) if c == self.time else served[c]
        inputs = [*self.numbers, *self.coded, *self.names, self.spare_number, self.spare_name, *extra]
        for c in inputs:
            if c and c not in out:
                out[c] = served[c]
        if self.task == "multiclass":
            for k, c in enumerate(self.scores):
                out[c] = scores[:, k].round(5)
            if self.decision:
                out[self.decision] = np.array(self.spelling, dtype=object)[scores.argmax(axis=1)]
        else:
            out[self.scores[0]] = (scores * self.scale).round(self.digits)
            if self.digits == 0:
                out[self.scores[0]] = out[self.scores[0]].astype(int)
            if self.decision:
                yes = scores >= (self.cut if cut is None else cut)
                out[self.decision] = np.where(yes, np.array(self.said[1], object), np.array(self.said[0], object))
                if isinstance(self.said[0], bool | int):
                    out[self.decision] = out[self.decision].astype(type(self.said[0]))
        y = t["_y"].to_numpy()
        out[self.label] = y if self.task == "regression" else np.array(self.spelling, object)[y.astype(int)]
        if self.task != "regression" and isinstance(self.spelling[0], bool | int):
            out[self.label] = out[self.label].astype(type(self.spelling[0]))
        return out.reset_index(drop=True)

    def stamp(self, when: pd.Series) -> pd.Series:
        if self.time_format == "epoch":
            return (when - pd.Timestamp("1970-01-01")) // pd.Timedelta(seconds=1)
        return when.dt.strftime(self.time_format) if self.time_format else when

    def when(self, day: np.ndarray, hour: np.ndarray | None = None) -> pd.Series:
        seconds = np.floor(day) * 86400 + (0 if hour is None else np.floor(hour * 3600))
        return pd.Series(pd.Timestamp(self.launch) + pd.to_timedelta(seconds, unit="s"))


class Cards(World):
    name, model_kind, file = "cards", "boosting", "csv"
    numbers = ["amount", "hour", "txn_count_24h", "avg_amount_30d", "device_age_days", "km_from_home"]
    names, coded = ["channel", "country"], ["mcc"]
    spare_number, spare_name = "terminal_no", "app_version"
    label, scores, decision, cut = "is_fraud", ["fraud_score"], "blocked", 0.35
    id, entity, time, time_format = "txn_id", "card_id", "event_ts", "%Y-%m-%dT%H:%M:%SZ"
    centre = -2.4
    units = [("amount", lambda x: x * 100), ("avg_amount_30d", lambda x: x * 100), ("device_age_days", lambda x: x * 24)]
    holes, defaults = ["device_age_days", "txn_count_24h", "avg_amount_30d"], {"device_age_days": 0, "avg_amount_30d": -1, "txn_count_24h": 0}
    recodes = {"channel": {"ecom": "ECOMMERCE", "chip": "CHIP_PIN", "contactless": "NFC"}}
    merges = {"channel": {"chip": "pos", "contactless": "pos"}}
    hour, counts, looked_up, fresh = "hour", ["txn_count_24h"], ["avg_amount_30d", "device_age_days", "txn_count_24h"], ["device_age_days", "avg_amount_30d"]
    swap, tilt, newcomer, place = ("amount", "avg_amount_30d"), "km_from_home", ("channel", "wallet"), "country"
    upset = ["channel", "young", "ratio"]
    leak = "dispute_msgs"

    def people(self, g):
        n = 1500
        self.spend, self.base = g.lognormal(3.4, 0.7, n), g.uniform(0, 1, n)
        self.home = pick(g, {"DE": 5, "AT": 2, "NL": 2, "PL": 1.5, "RO": 1}, n)
        self.often = g.pareto(2.5, n) + 0.3

    def rows(self, g, n, day):
        c = g.choice(len(self.spend), n, p=self.often / self.often.sum())
        hour = hours(g, n, {9: 2, 13: 3, 18: 4, 22: 1.5, 2: 0.5})
        channel = np.where(g.random(n) < 0.2 + 0.5 * self.base[c], "ecom", pick(g, {"chip": 5, "contactless": 6}, n)).astype(object)
        spend = self.spend[c] * np.exp(0.5 * np.sin(day / 22 + 6.3 * self.base[c]))
        heat = g.random(n) < 0.09
        amount = (spend * g.lognormal(-0.2, 0.7, n) * np.where(heat, g.lognormal(1.0, 0.5, n), 1)).round(2)
        return pd.DataFrame({
            "_day": day, "event_ts": self.when(day, hour), "card_id": 70_000_000 + c * 7919, "amount": amount, "hour": np.floor(hour).astype(int),
            "txn_count_24h": g.poisson(0.4 + 0.6 * np.minimum(self.often[c], 4) + np.where(heat, 3.5, 0)),
            "avg_amount_30d": (spend * g.lognormal(0, 0.12, n)).round(2),
            "device_age_days": sparse(g, np.floor((900 * self.base[c] ** 2 + day + 160) % 700 * np.where(heat, 0.15, 1)), 0.03),
            "km_from_home": (g.lognormal(1.4, 1.2, n) * np.where(heat, 4, 1)).round(1), "channel": channel,
            "country": np.where(g.random(n) < 0.9, self.home[c], pick(g, {"FR": 2, "US": 2, "TR": 1, "GB": 1}, n)).astype(object),
            "mcc": pick(g, {5411: 30, 5812: 15, 5541: 10, 5732: 8, 4829: 4, 7995: 3, 5999: 10}, n).astype(int),
            "terminal_no": g.integers(1000, 9999, n), "app_version": pick(g, {"4.1.0": 3, "4.2.1": 5, "4.3.0": 2, "n/a": 4}, n),
        })

    def terms(self, t):
        night = ((t["hour"] < 6) | (t["hour"] > 22)).to_numpy(float)
        age = t["device_age_days"].fillna(200).to_numpy(float)
        return {
            "base": np.full(len(t), -4.6), "ratio": 1.1 * np.log((t["amount"] / t["avg_amount_30d"]).to_numpy(float)).clip(-2, 3),
            "count": 0.42 * t["txn_count_24h"].to_numpy(float).clip(0, 10), "young": 1.7 * (age < 60), "night": 1.3 * night,
            "channel": look(t["channel"], {"ecom": 1.5, "contactless": -0.4, "wallet": 0.3}),
            "far": 0.5 * np.log1p(t["km_from_home"].to_numpy(float)) - 0.7, "mcc": look(t["mcc"], {4829: 1.5, 7995: 1.3, 5732: 0.8}),
        }

    def hard(self, t):
        return t["country"].isin(["RO", "PL", "TR"]).to_numpy()


class Loans(World):
    name, model_kind, file, csv = "loans", "logistic", "csv", {"sep": ";"}
    numbers = ["monthly_income", "loan_amount", "dti", "bureau_score", "employment_years", "open_accounts", "inquiries_6m", "term"]
    names = ["purpose", "home_ownership", "branch_region"]
    spare_number, spare_name = "postal_prefix", "broker_note"
    label, spelling, scores, scale, digits = "outcome", ("paid", "default"), ["pd_score"], 100.0, 2
    decision, said, cut = "decision", ("approve", "decline"), 0.3
    id, time, time_format, launch = "application_id", "application_date", "%Y-%m-%d", "2023-05-01"
    centre = -1.3
    units = [("monthly_income", lambda x: x * 12), ("dti", lambda x: x * 100), ("loan_amount", lambda x: x / 1000), ("employment_years", lambda x: x * 12)]
    holes, defaults = ["bureau_score", "employment_years", "dti"], {"bureau_score": 999, "employment_years": 0, "dti": 0, "inquiries_6m": 0}
    recodes = {"purpose": {"debt consolidation": "debt_consolidation", "car": "auto loan", "home improvement": "home_impr", "medical": "health"},
               "home_ownership": {"RENT": "Rent", "OWN": "Own", "MORTGAGE": "Mortgage"}}
    merges = {"purpose": {"car": "personal", "medical": "personal", "small business": "personal", "home improvement": "personal"}}
    looked_up, swap, tilt, place = ["bureau_score", "open_accounts", "inquiries_6m"], ("monthly_income", "loan_amount"), "bureau_score", "branch_region"
    newcomer, upset = ("purpose", "buy now pay later"), ["bureau", "dti"]
    leak = "reminder_letters"

    def number(self, at):
        return np.array([f"A-{k:07d}" for k in at + 40_211], dtype=object)

    def rows(self, g, n, day):
        wealth, care = g.normal(size=n), g.normal(size=n)
        income = np.exp(7.9 + 0.45 * wealth + 0.15 * g.normal(size=n)).round(-1)
        amount = np.exp(9.1 + 0.4 * wealth + 0.55 * g.normal(size=n)).round(-2).clip(1000, 60000)
        bureau = (655 + 40 * care + 22 * wealth + 18 * g.normal(size=n)).round().clip(350, 850)
        own = np.where(wealth + g.normal(size=n) > 0.9, "OWN", np.where(g.random(n) < 0.45, "MORTGAGE", "RENT")).astype(object)
        return pd.DataFrame({
            "_day": day, "application_date": self.when(day), "monthly_income": income, "loan_amount": amount,
            "dti": (sigmoid(-1.0 + 0.5 * g.normal(size=n) - 0.3 * care - 0.3 * wealth) * 0.9).round(3),
            "bureau_score": sparse(g, bureau, 0.04), "employment_years": sparse(g, g.gamma(1.6, 3.6, n).round(1) + 0.2, 0.06),
            "open_accounts": g.poisson(5 + 1.5 * np.clip(wealth, -1, 2)), "inquiries_6m": g.poisson(np.exp(-0.1 - 0.5 * care)), "term": g.choice([36, 60], n, p=[0.7, 0.3]),
            "purpose": pick(g, {"debt consolidation": 45, "car": 14, "home improvement": 12, "medical": 8, "small business": 7, "Debt Consolidation": 3, "other ": 6}, n),
            "home_ownership": own, "branch_region": pick(g, {"North": 30, "South": 25, "East": 20, "West": 20, "Islands": 5}, n),
            "postal_prefix": g.integers(10, 99, n), "broker_note": pick(g, {"": 10, "ok": 4, "called": 2, "docs missing": 1}, n),
        })

    def terms(self, t):
        bureau, years = t["bureau_score"].fillna(600).to_numpy(float), t["employment_years"].fillna(2).to_numpy(float)
        burden = np.log((t["loan_amount"] / t["monthly_income"] / (t["term"] / 36)).to_numpy(float))
        return {
            "base": np.full(len(t), -2.0), "bureau": -1.25 * (bureau - 655) / 50, "dti": 4.5 * (t["dti"].to_numpy(float) - 0.26),
            "burden": 0.8 * (burden - 1.0), "years": -0.5 * np.log1p(years) + 0.8, "inquiries": 0.3 * t["inquiries_6m"].to_numpy(float).clip(0, 5),
            "purpose": look(t["purpose"], {"small business": 1.6, "medical": 1.2, "car": -1.0, "buy now pay later": 2.2}),
            "home": look(t["home_ownership"], {"OWN": -1.0, "RENT": 0.6}),
        }

    def hard(self, t):
        return t["branch_region"].isin(["Islands", "West"]).to_numpy()


class Churn(World):
    name, model_kind, file = "churn", "forest", "parquet"
    numbers = ["tenure_months", "monthly_fee", "support_calls_90d", "data_gb", "late_payments", "age"]
    names = ["plan", "contract", "pay_method", "city_size"]
    spare_number, spare_name = "loyalty_points", "newsletter"
    label, spelling, scores, id = "churned", ("no", "yes"), ["churn_probability"], "customer_id"
    centre = -1.2
    units = [("data_gb", lambda x: x * 1024), ("tenure_months", lambda x: x / 12), ("monthly_fee", lambda x: x * 100)]
    holes, defaults = ["tenure_months", "support_calls_90d", "data_gb"], {"tenure_months": 0, "support_calls_90d": 0, "data_gb": -1}
    recodes = {"contract": {"month-to-month": "M2M", "one year": "12M", "two year": "24M"}, "plan": {"S": "Basic", "M": "Standard", "L": "Plus", "XL": "Unlimited"}}
    merges = {"contract": {"one year": "fixed term", "two year": "fixed term", "month-to-month": "flexible"}}
    counts, looked_up, swap, tilt, place = ["support_calls_90d"], ["tenure_months", "support_calls_90d", "late_payments"], ("tenure_months", "monthly_fee"), "tenure_months", "city_size"
    newcomer, upset, leak = ("plan", "Family"), ["contract", "tenure"], "winback_offers"

    def number(self, at):
        return np.array([f"C{(k * 48271) % 2147483647:010d}" for k in at + 17], dtype=object)

    def rows(self, g, n, day):
        loyal, use = g.normal(size=n), g.normal(size=n)
        plan = np.array(["S", "M", "L", "XL"], dtype=object)[np.digitize(use + 0.5 * g.normal(size=n), [-0.7, 0.4, 1.4])]
        contract = np.array(["month-to-month", "one year", "two year"], dtype=object)[np.digitize(loyal + 0.8 * g.normal(size=n), [0.1, 1.0])]
        return pd.DataFrame({
            "_day": day, "tenure_months": sparse(g, np.floor(np.exp(2.8 + 0.7 * loyal + 0.4 * g.normal(size=n))).clip(0, 160), 0.01),
            "monthly_fee": (look(plan, {"S": 9, "M": 18, "L": 29, "XL": 42}) + g.choice([0, 2.5, 5, 9.99], n) - 2 * (contract == "two year")).round(2),
            "support_calls_90d": g.poisson(np.exp(-0.2 - 0.35 * loyal)), "data_gb": sparse(g, np.exp(1.6 + 0.9 * use + 0.3 * g.normal(size=n)).round(2), 0.05),
            "late_payments": g.poisson(np.exp(-1.0 - 0.5 * loyal)), "age": g.normal(44, 14, n).round().clip(18, 90).astype(int), "plan": plan, "contract": contract,
            "pay_method": pick(g, {"direct debit": 50, "card": 30, "invoice": 15, "Invoice": 4}, n), "city_size": pick(g, {"large": 40, "medium": 35, "rural": 25}, n),
            "loyalty_points": np.exp(5 + g.normal(size=n)).round().astype(int), "newsletter": g.random(n) < 0.4,
        })

    def terms(self, t):
        gb = t["data_gb"].fillna(5).to_numpy(float)
        return {
            "base": np.full(len(t), -1.5), "tenure": -0.75 * np.log1p(t["tenure_months"].fillna(15).to_numpy(float)) + 2.0,
            "contract": look(t["contract"], {"month-to-month": 1.0, "two year": -1.3}), "calls": 0.55 * t["support_calls_90d"].to_numpy(float).clip(0, 6) - 0.5,
            "late": 0.45 * t["late_payments"].to_numpy(float).clip(0, 4), "value": 0.045 * (t["monthly_fee"].to_numpy(float) - 20) - 0.35 * np.log1p(gb) + 0.6,
            "pay": look(t["pay_method"], {"direct debit": -0.4, "invoice": 0.5, "Invoice": 0.5}), "plan": look(t["plan"], {"Family": -1.5}),
        }

    def hard(self, t):
        return (t["age"] < 30).to_numpy() | (t["city_size"] == "rural").to_numpy()


class NoShows(World):
    name, model_kind, file = "noshows", "boosting", "parquet"
    numbers = ["age", "lead_days", "hour", "prior_no_shows", "prior_visits", "distance_km", "weekday"]
    names, coded = ["clinic", "specialty", "insurance"], []
    spare_number, spare_name = "room", "booked_by"
    label, spelling, scores, scale, digits = "outcome_code", (1, 2), ["risk"], 100.0, 0
    decision, said, cut = "double_book", (False, True), 0.4
    entity, time, launch = "patient_no", "appointment_at", "2025-01-06"
    centre = -1.3
    units = [("lead_days", lambda x: x * 24), ("distance_km", lambda x: x * 1000), ("age", lambda x: 2025 - x)]
    holes, defaults = ["prior_no_shows", "distance_km", "lead_days"], {"prior_no_shows": 0, "lead_days": -1, "distance_km": 0}
    recodes = {"clinic": {"Main St.": "MAIN", "Harbour": "HARB", "Hill": "HILL", "Old Town": "OLDT"}, "insurance": {"public": "gesetzlich", "private": "privat", "self": "selbst"}}
    merges = {"insurance": {"public": "insured", "private": "insured"}}
    hour, counts, looked_up, fresh = "hour", ["prior_visits"], ["prior_no_shows", "prior_visits", "age"], ["prior_no_shows"]
    swap, tilt, newcomer, place = ("prior_no_shows", "prior_visits"), "lead_days", ("clinic", "Airport"), "clinic"
    upset, leak = ["lead", "prior"], "calls_after"

    def people(self, g):
        n = 2200
        self.flaky, self.years = g.normal(size=n), g.gamma(5, 9, n).clip(1, 95)
        self.far, self.ins = g.lognormal(1.5, 0.8, n), pick(g, {"public": 7, "private": 2, "self": 1}, n)
        self.visits, self.part = g.gamma(2, 3, n), g.random(n)

    def rows(self, g, n, day):
        p = g.integers(0, len(self.flaky), n)
        hour = np.clip(hours(g, n, {9: 4, 11: 3, 15: 4, 17: 2}), 7, 18.9)
        day = np.floor(day)
        seen = self.visits[p] * (1 + (day + 160) / 320)
        return pd.DataFrame({
            "_day": day, "appointment_at": self.when(day, np.floor(hour * 4) / 4), "patient_no": 5000 + p, "age": self.years[p].round().astype(int),
            "lead_days": np.floor(g.gamma(1.2, 11, n)), "hour": np.floor(hour).astype(int), "prior_no_shows": np.floor(seen * sigmoid(-1.6 + 1.3 * self.flaky[p]) + self.part[p]),
            "prior_visits": np.floor(seen), "distance_km": sparse(g, (self.far[p] * g.uniform(0.95, 1.05, n)).round(1), 0.04),
            "weekday": ((day + pd.Timestamp(self.launch).weekday()) % 7).astype(int), "clinic": pick(g, {"Main St.": 40, "Harbour": 25, "Hill": 20, "Old Town": 15}, n),
            "specialty": pick(g, {"GP": 40, "derma": 15, "ortho": 15, "cardio": 12, "eye": 10, "ENT": 8}, n), "insurance": self.ins[p],
            "room": g.integers(1, 40, n), "booked_by": pick(g, {"phone": 5, "web": 4, "desk": 2}, n),
        })

    def terms(self, t):
        rate = (t["prior_no_shows"].fillna(0) + 0.6) / (t["prior_visits"].fillna(0) + 3)
        return {
            "base": np.full(len(t), -1.35), "lead": 0.85 * (np.log1p(t["lead_days"].fillna(8).to_numpy(float)) - 2.2), "prior": 1.3 * np.log(rate.to_numpy(float) / 0.25),
            "early": 1.1 * (t["hour"] < 10).to_numpy() - 0.8 * (t["hour"] > 14).to_numpy(), "age": -0.022 * (t["age"].to_numpy(float) - 45), "far": 0.35 * np.log1p(t["distance_km"].fillna(5).to_numpy(float)) - 0.6,
            "insurance": look(t["insurance"], {"private": -0.9, "self": 0.8}), "clinic": look(t["clinic"], {"Harbour": 0.7, "Hill": -0.7, "Airport": 1.5}),
        }

    def hard(self, t):
        return t["specialty"].isin(["derma", "eye", "ENT"]).to_numpy()


class Ads(World):
    name, model_kind, file = "ads", "logistic", "csv"
    numbers = ["bid", "user_ctr_7d", "ad_ctr_7d", "impressions_today", "session_depth", "hour"]
    names, coded = ["device", "site"], ["slot"]
    spare_number, spare_name = "render_ms", "browser"
    label, spelling, scores = "clicked", (False, True), ["pctr"]
    entity, time, time_format, launch = "ad_id", "ts", "epoch", "2024-11-04"
    centre = -1.7
    units = [("user_ctr_7d", lambda x: x * 100), ("bid", lambda x: x * 1000), ("ad_ctr_7d", lambda x: x * 100)]
    holes, defaults = ["user_ctr_7d", "ad_ctr_7d", "session_depth"], {"user_ctr_7d": 0, "ad_ctr_7d": 0, "session_depth": 1}
    recodes = {"device": {"mobile": "Mobile", "desktop": "Desktop", "tablet": "Tablet"}, "site": {f"site{k:02d}": f"www.site{k:02d}.com" for k in range(30)}}
    merges = {"device": {"mobile": "handheld", "tablet": "handheld"}}
    hour, counts, looked_up, fresh = "hour", ["impressions_today"], ["ad_ctr_7d", "bid"], ["ad_ctr_7d"]
    swap, tilt, newcomer, place = ("user_ctr_7d", "ad_ctr_7d"), "user_ctr_7d", ("device", "tv"), "device"
    upset, leak = ["user", "ad"], "landing_secs"

    def people(self, g):
        self.pull, self.phase = g.normal(0, 0.9, 120), g.uniform(0, 6.3, 120)
        self.places = g.normal(0, 0.5, 30)

    def rows(self, g, n, day):
        ad, hour = g.integers(0, 120, n), hours(g, n, {8: 2, 12: 3, 17: 2, 21: 4})
        user, site = g.normal(size=n), np.minimum(g.geometric(0.12, n) - 1, 29)
        pull = self.pull[ad] + 0.8 * np.sin(day / 14 + self.phase[ad])
        return pd.DataFrame({
            "_day": day, "ts": self.when(day, hour), "ad_id": 9000 + ad, "bid": np.exp(-0.4 + 0.25 * pull + 0.4 * g.normal(size=n)).round(3),
            "user_ctr_7d": sparse(g, sigmoid(-2.4 + 0.9 * user + 0.2 * g.normal(size=n)).round(4), 0.08), "ad_ctr_7d": sigmoid(-2.3 + 0.7 * pull + 0.12 * g.normal(size=n)).round(4),
            "impressions_today": g.poisson(1 + 5 * hour / 24), "session_depth": 1 + g.poisson(np.exp(0.6 + 0.25 * user)), "hour": np.floor(hour).astype(int),
            "device": pick(g, {"mobile": 60, "desktop": 30, "tablet": 10}, n), "site": np.array([f"site{k:02d}" for k in range(30)], dtype=object)[site], "slot": g.choice([1, 2, 3, 4], n, p=[0.35, 0.3, 0.2, 0.15]),
            "render_ms": np.exp(5.2 + 0.5 * g.normal(size=n)).round().astype(int), "browser": pick(g, {"Chrome": 60, "Safari": 25, "Firefox": 8, "chrome": 3, "Edge": 6}, n),
        })

    def terms(self, t):
        logit = lambda c, other: np.log(t[c].fillna(other).to_numpy(float).clip(1e-3, 0.99) / (1 - t[c].fillna(other).to_numpy(float).clip(1e-3, 0.99)))
        site = t["site"].str.extract(r"(\d+)")[0].astype(int).to_numpy()
        return {
            "base": np.full(len(t), -2.1), "user": 0.95 * (logit("user_ctr_7d", 0.09) + 2.4), "ad": 1.15 * (logit("ad_ctr_7d", 0.1) + 2.3), "slot": look(t["slot"], {1: 0.8, 2: 0.2, 3: -0.5, 4: -1.0}),
            "tired": -0.22 * t["impressions_today"].to_numpy(float) + 0.8, "device": look(t["device"], {"mobile": 0.4, "desktop": -0.9, "tv": -2.0}), "evening": 0.08 * (t["hour"].to_numpy(float) - 12), "site": self.places[site],
        }

    def hard(self, t):
        return (t["device"] == "desktop").to_numpy()


class Machines(World):
    name, model_kind, file = "machines", "forest", "parquet"
    numbers = ["temp_c", "vibration_rms", "pressure_bar", "rpm", "hours_since_service", "load_pct"]
    names = ["firmware", "site", "product"]
    spare_number, spare_name = "ambient_lux", "operator_shift"
    label, scores, decision, cut = "fails_within_7d", ["risk_score"], "alarm", 0.45
    entity, time, launch = "machine_id", "measured_at", "2024-06-03"
    centre = -1.4
    units = [("temp_c", lambda x: x * 1.8 + 32), ("pressure_bar", lambda x: x * 14.5), ("vibration_rms", lambda x: x * 1000), ("load_pct", lambda x: x / 100)]
    holes, defaults = ["vibration_rms", "temp_c", "hours_since_service"], {"vibration_rms": 0, "temp_c": -273.15, "hours_since_service": 9999}
    recodes = {"product": {"bolt": "BLT-1", "gear": "GR-7", "shaft": "SH-2", "plate": "PL-4"}}
    merges = {"product": {"bolt": "fastener", "gear": "drive part", "shaft": "drive part", "plate": "flat part"}}
    looked_up, fresh, swap = ["hours_since_service", "load_pct"], ["hours_since_service"], ("temp_c", "load_pct")
    tilt, newcomer, place, upset, leak = "load_pct", ("product", "flange"), "site", ["vibration", "service"], "parts_ordered"

    def people(self, g):
        self.wear, self.offset = g.normal(size=90), g.uniform(0, 900, 90)
        self.where = pick(g, {"Linz": 4, "Brno": 3, "Győr": 2}, 90)
        self.cycle = g.uniform(500, 1500, 90)

    def rows(self, g, n, day):
        m = g.integers(0, 90, n)
        service = (self.offset[m] + 24 * (day + 200)) % self.cycle[m]
        load = g.beta(4, 2.5, n) * 100
        product = pick(g, {"bolt": 35, "gear": 30, "shaft": 20, "plate": 15}, n)
        ill = 0.7 * self.wear[m] + g.normal(size=n)
        return pd.DataFrame({
            "_day": day, "measured_at": self.when(day, np.floor(24 * (day % 1))), "machine_id": np.array([f"M-{k:03d}" for k in range(90)], dtype=object)[m],
            "temp_c": (52 + 0.22 * load + 3 * ill + 3 * g.normal(size=n)).round(1), "vibration_rms": sparse(g, np.exp(0.2 + 0.32 * ill + 0.15 * g.normal(size=n)).round(3), 0.02), "pressure_bar": (6 + 0.01 * load + 0.5 * g.normal(size=n) - 0.15 * ill).round(2),
            "rpm": (1400 + 6 * load + 60 * g.normal(size=n)).round().astype(int), "hours_since_service": service.round().astype(int), "load_pct": load.round(1),
            "firmware": pick(g, {"v2.1.3": 60, "v2.0.9": 30, "v1.8": 10}, n), "site": self.where[m], "product": product, "ambient_lux": g.gamma(3, 120, n).round(), "operator_shift": pick(g, {"A": 1, "B": 1, "C": 1}, n),
        })

    def terms(self, t):
        hot = (t["temp_c"].fillna(67).to_numpy(float) - 52 - 0.22 * t["load_pct"].to_numpy(float)) / 4
        return {
            "base": np.full(len(t), -1.7), "vibration": 1.9 * np.log(t["vibration_rms"].fillna(1.2).to_numpy(float) / 1.22), "hot": 0.5 * hot, "service": 2.4 * (t["hours_since_service"].to_numpy(float) / 1000 - 0.45),
            "load": 0.03 * (t["load_pct"].to_numpy(float) - 61), "pressure": -0.5 * (t["pressure_bar"].to_numpy(float) - 6.6), "product": look(t["product"], {"shaft": 1.7, "plate": -1.3, "gear": -0.4, "flange": 2.2}),
        }

    def hard(self, t):
        return (t["firmware"] == "v1.8").to_numpy() | (t["site"] == "Győr").to_numpy()


class Tickets(World):
    name, task, model_kind, file = "tickets", "multiclass", "boosting", "csv"
    numbers = ["word_count", "kw_refund", "kw_error", "kw_login", "account_age_days", "prior_tickets", "hour"]
    names = ["channel", "language", "product", "plan"]
    spare_number, spare_name = "attachment_kb", "mail_client"
    label, spelling, scores, decision = "team", ("billing", "tech", "account", "sales"), ["p_billing", "p_tech", "p_account", "p_sales"], "routed_to"
    id, time, time_format, launch = "ticket_id", "created_at", "%Y-%m-%d %H:%M:%S", "2024-02-05"
    units = [("account_age_days", lambda x: x * 86400), ("word_count", lambda x: x * 6)]
    holes, defaults = ["kw_error", "kw_refund", "account_age_days"], {"kw_error": 0, "kw_refund": 0, "account_age_days": -1}
    recodes = {"product": {"App": "app-mobile", "Web": "app-web", "API": "platform-api", "Desktop": "app-desktop"}, "plan": {"free": "FREE", "pro": "PRO", "business": "BUSINESS"}}
    merges = {"product": {"App": "client", "Desktop": "client", "Web": "cloud", "API": "cloud"}}
    hour, counts, looked_up, swap = "hour", ["prior_tickets"], ["account_age_days", "prior_tickets", "plan"], ("kw_error", "kw_refund")
    tilt, newcomer, place, upset, leak = "word_count", ("product", "Watch"), "product", ["refund", "error"], "escalations"

    def rows(self, g, n, day):
        topic = g.choice(4, n, p=[0.3, 0.35, 0.2, 0.15])
        hour = hours(g, n, {9: 3, 14: 4, 20: 2})
        at = lambda *rates: np.array(rates)[topic]
        return pd.DataFrame({
            "_day": day, "created_at": self.when(day, hour), "word_count": np.exp(3.8 + at(0, 0.5, -0.2, 0.1) + 0.6 * g.normal(size=n)).round().astype(int), "kw_refund": g.poisson(at(1.7, 0.1, 0.2, 0.2)), "kw_error": g.poisson(at(0.2, 1.9, 0.6, 0.1)), "kw_login": g.poisson(at(0.1, 0.4, 1.6, 0.1)),
            "account_age_days": np.floor(g.gamma(1.2, 300, n) * at(1.1, 1.0, 0.8, 0.2)), "prior_tickets": g.poisson(at(1.2, 2.0, 1.0, 0.3)), "hour": np.floor(hour).astype(int),
            "channel": pick(g, {"email": 50, "chat": 30, "phone": 15, "E-Mail": 5}, n), "language": pick(g, {"en": 60, "de": 20, "fr": 10, "es": 10}, n), "product": pick(g, {"App": 35, "Web": 35, "API": 15, "Desktop": 15}, n), "plan": pick(g, {"free": 50, "pro": 35, "business": 15}, n),
            "attachment_kb": np.exp(4 + 1.5 * g.normal(size=n)).round(1), "mail_client": pick(g, {"outlook": 4, "gmail": 5, "": 3}, n),
        })

    def terms(self, t):
        four = lambda x, *w: np.asarray(x, float)[:, None] * np.array(w)
        return {
            "base": np.tile([0.0, -0.1, 0.0, 0.1], (len(t), 1)), "refund": four(t["kw_refund"].clip(0, 4), 1.4, -0.5, -0.3, 0), "error": four(t["kw_error"].clip(0, 4), -0.4, 1.3, 0, -0.6), "login": four(t["kw_login"].clip(0, 4), -0.4, 0.2, 1.5, -0.5),
            "new": four(t["account_age_days"].fillna(300) < 60, 0, 0, 0.3, 1.9), "product": four(t["product"].isin(["API"]), -0.6, 1.4, 0, 0) + four(t["product"] == "App", 0.8, -0.3, 0.2, 0) + four(t["product"] == "Watch", -2.0, -2.0, 1.0, 2.5),
            "plan": four(t["plan"] == "business", 0.4, 0, 0, 0.8), "night": four((t["hour"] > 18) | (t["hour"] < 6), -0.5, 0.6, 0.4, -0.8),
        }

    def hard(self, t):
        return t["language"].isin(["fr", "es"]).to_numpy() | (t["channel"] == "phone").to_numpy()


class Rides(World):
    name, task, model_kind, file = "rides", "regression", "boosting", "parquet"
    numbers = ["distance_km", "hour", "weekday", "rain_mm", "traffic_index", "driver_trips_30d", "stops"]
    names, coded = ["vehicle"], ["zone_from", "zone_to"]
    spare_number, spare_name = "tip_prev", "payment"
    label, scores, digits = "duration_min", ["eta_min"], 2
    entity, time, launch = "driver_id", "pickup_at", "2024-04-01"
    units = [("distance_km", lambda x: x * 0.6214), ("traffic_index", lambda x: x / 10), ("distance_km", lambda x: x * 1000)]
    holes, defaults = ["traffic_index", "stops", "distance_km"], {"traffic_index": 1, "stops": 0, "distance_km": 0}
    recodes = {"vehicle": {"car": "CAR", "bike": "BIKE", "van": "VAN"}}
    merges = {"vehicle": {"car": "motor", "van": "motor"}}
    hour, counts, looked_up, fresh = "hour", ["driver_trips_30d"], ["distance_km", "stops"], ["traffic_index"]
    swap, tilt, newcomer, place, upset, leak = ("hour", "weekday"), "distance_km", ("zone_to", 61), "zone_to", ["traffic", "vehicle"], "wait_charge"

    def people(self, g):
        self.jam, self.way = g.normal(0, 0.25, 60), g.normal(0.3, 0.6, 60)
        self.trips = g.gamma(8, 15, 300)

    def rows(self, g, n, day):
        hour, d = hours(g, n, {8: 4, 13: 2, 18: 4, 23: 1.5}), g.integers(0, 300, n)
        city = np.sin(2 * np.pi * day / 5.3) + np.sin(2 * np.pi * day / 11.7)
        peak = np.exp(-((hour - 8.5) ** 2) / 4) + np.exp(-((hour - 17.5) ** 2) / 5)
        wet = np.array([(int(x) * 37) % 11 < 3 for x in day])
        to, vehicle = np.minimum(g.geometric(0.06, n), 59), pick(g, {"car": 70, "bike": 18, "van": 12}, n)
        way = np.exp(1.0 + self.way[to] - 0.7 * (vehicle == "bike") + 0.4 * g.normal(size=n))
        return pd.DataFrame({
            "_day": day, "pickup_at": self.when(day, hour), "driver_id": 200 + d, "distance_km": way.round(2), "hour": np.floor(hour).astype(int), "weekday": ((np.floor(day) + pd.Timestamp(self.launch).weekday()) % 7).astype(int),
            "rain_mm": np.where(wet, g.gamma(1, 2, n), 0).round(1), "traffic_index": (35 + 28 * peak + 8 * city + 5 * g.normal(size=n)).round(1).clip(1, 100), "driver_trips_30d": g.poisson(self.trips[d]), "stops": g.poisson(np.where(vehicle == "van", 1.2, 0.25)),
            "vehicle": vehicle, "zone_from": g.integers(1, 60, n), "zone_to": to, "tip_prev": np.where(g.random(n) < 0.5, 0, g.gamma(2, 1.2, n)).round(2), "payment": pick(g, {"app": 7, "cash": 2, "corp": 1}, n),
        })

    def terms(self, t):
        zone = t["zone_to"].to_numpy(int) % 60
        return {
            "base": np.full(len(t), 1.55), "distance": 0.72 * np.log(t["distance_km"].to_numpy(float) + 0.3), "traffic": 0.012 * (t["traffic_index"].to_numpy(float) - 45), "rush": 0.12 * t["hour"].isin([8, 9, 17, 18]).to_numpy() - 0.28 * t["hour"].isin([22, 23, 0, 1, 2, 3, 4, 5]).to_numpy(),
            "weekend": -0.2 * (t["weekday"] > 4).to_numpy(), "rain": 0.03 * t["rain_mm"].to_numpy(float).clip(0, 8), "stops": 0.22 * t["stops"].to_numpy(float), "vehicle": look(t["vehicle"], {"bike": 0.3, "van": 0.12}),
            "zone": 0.6 * self.jam[zone] + 0.7 * (t["zone_to"] == 61).to_numpy(),
        }

    def hard(self, t):
        return (t["zone_to"] > 24).to_numpy()


class Rents(World):
    name, task, model_kind, file, csv = "rents", "regression", "forest", "csv", {"sep": ";", "decimal": ","}
    numbers = ["area_m2", "rooms", "floor", "year_built", "km_to_centre", "energy_kwh"]
    names, coded = ["district", "condition", "heating"], ["agent_code"]
    spare_number, spare_name = "photos", "headline_case"
    label, scores, digits, id = "rent_eur", ["predicted_rent"], 2, "listing"
    spread = 0.13
    units = [("area_m2", lambda x: x * 10.764), ("km_to_centre", lambda x: x * 1000), ("year_built", lambda x: 2024 - x)]
    holes, defaults = ["km_to_centre", "year_built", "area_m2"], {"year_built": 1900, "km_to_centre": 0, "area_m2": 1}
    recodes = {"condition": {"new": "neu", "good": "gut", "fair": "mittel", "poor": "schlecht"}, "district": {"Altstadt": "01 Altstadt", "Nordbad": "02 Nordbad", "Hafen": "03 Hafen", "Südring": "04 Südring", "Auwald": "05 Auwald"}}
    merges = {"condition": {"new": "good or better", "good": "good or better", "fair": "lower", "poor": "lower"}}
    looked_up, swap, tilt = ["km_to_centre", "energy_kwh", "year_built"], ("floor", "rooms"), "area_m2"
    newcomer, place, upset, leak = ("district", "Seestadt"), "district", ["centre", "condition"], "signing_forms"

    def number(self, at):
        return 880_000 + at * 3

    def rows(self, g, n, day):
        posh = g.normal(size=n)
        district = np.array(["Hafen", "Südring", "Auwald", "Nordbad", "Altstadt"], dtype=object)[np.digitize(posh + 0.6 * g.normal(size=n), [-1.1, -0.3, 0.5, 1.2])]
        area = np.exp(4.15 + 0.35 * g.normal(size=n) + 0.1 * posh).round(1)
        return pd.DataFrame({
            "_day": day, "area_m2": area, "rooms": np.clip((area / 26 + 0.5 * g.normal(size=n)).round(), 1, 8).astype(int), "floor": np.minimum(g.geometric(0.3, n) - 1, 14), "year_built": sparse(g, (1962 + 22 * g.normal(size=n) + 6 * posh).round().clip(1880, 2024), 0.03),
            "km_to_centre": np.exp(1.2 - 0.45 * posh + 0.4 * g.normal(size=n)).round(2), "energy_kwh": (130 - 12 * posh + 30 * g.normal(size=n)).round().clip(15, 300), "district": district,
            "condition": pick(g, {"good": 45, "fair": 30, "new": 15, "poor": 10}, n), "heating": pick(g, {"gas": 50, "district heating": 25, "Gas": 5, "electric": 10, "heat pump": 10}, n), "agent_code": g.integers(1, 45, n), "photos": g.poisson(9, n), "headline_case": pick(g, {"Normal": 5, "UPPER": 1}, n),
        })

    def terms(self, t):
        return {
            "base": np.full(len(t), 6.55), "area": 0.78 * (np.log(t["area_m2"].to_numpy(float)) - 4.15), "centre": -0.2 * (np.log(t["km_to_centre"].to_numpy(float)) - 1.2), "district": look(t["district"], {"Altstadt": 0.3, "Nordbad": 0.12, "Hafen": -0.15, "Seestadt": 0.55}),
            "condition": look(t["condition"], {"new": 0.24, "poor": -0.26, "fair": -0.08}), "year": 0.0028 * (t["year_built"].fillna(1962).to_numpy(float) - 1962), "energy": -0.001 * (t["energy_kwh"].to_numpy(float) - 130), "floor": 0.012 * t["floor"].to_numpy(float),
        }

    def hard(self, t):
        return (t["year_built"].fillna(1962) < 1948).to_numpy() | (t["district"] == "Hafen").to_numpy()


class Returns(World):
    name, model_kind, file = "returns", "logistic", "csv"
    numbers = ["price", "discount", "n_items", "customer_return_rate", "delivery_days", "orders_365d", "same_item_sizes"]
    names, coded = ["category", "payment", "country"], []
    spare_number, spare_name = "basket_secs", "gift_wrap"
    label, spelling, scores = "returned", ("N", "Y"), ["score"]
    decision, said, cut = "manual_check", ("no", "yes"), 0.5
    id, entity, time, time_format, launch = "order_no", "customer", "ordered_at", "%d.%m.%Y %H:%M", "2024-10-07"
    centre = -0.6
    units = [("discount", lambda x: x * 100), ("delivery_days", lambda x: x * 24), ("price", lambda x: x * 100), ("customer_return_rate", lambda x: x * 100)]
    holes, defaults = ["customer_return_rate", "delivery_days", "orders_365d"], {"customer_return_rate": 0, "delivery_days": 99, "orders_365d": 0}
    recodes = {"category": {"shoes": "Shoes & Sneakers", "dress": "Dresses", "jeans": "Denim", "home": "Home & Living", "tech": "Electronics"}, "payment": {"invoice": "INV", "card": "CRD", "paypal": "PPL"}}
    merges = {"payment": {"card": "online", "paypal": "online"}}
    counts, looked_up, fresh = ["orders_365d"], ["customer_return_rate", "orders_365d"], ["customer_return_rate"]
    swap, tilt, newcomer, place, upset, leak = ("discount", "customer_return_rate"), "price", ("category", "furniture"), "category", ["category", "history"], "refund_mails"

    def people(self, g):
        self.habit, self.swing = g.normal(size=1200), g.uniform(0, 6.3, 1200)
        self.busy = g.gamma(2, 4, 1200) + 1

    def rows(self, g, n, day):
        c = g.choice(1200, n, p=self.busy / self.busy.sum())
        hour, habit = hours(g, n, {10: 2, 13: 2, 20: 5}), self.habit[c] + 0.6 * np.sin(day / 20 + self.swing[c])
        category = pick(g, {"shoes": 25, "dress": 22, "jeans": 18, "home": 20, "tech": 15}, n)
        return pd.DataFrame({
            "_day": day, "ordered_at": self.when(day, hour), "customer": np.array([f"k{k * 31 + 7:05d}" for k in range(1200)], dtype=object)[c], "price": np.exp(look(category, {"shoes": 4.3, "dress": 4.0, "jeans": 4.2, "home": 3.4, "tech": 4.9}) + 0.5 * g.normal(size=n)).round(2),
            "discount": np.where(g.random(n) < 0.55, 0, g.choice([0.1, 0.2, 0.3, 0.5], n)), "n_items": 1 + g.poisson(1.4, n), "customer_return_rate": sigmoid(-0.6 + 0.9 * habit).round(3), "delivery_days": sparse(g, 1 + g.poisson(2.5, n).astype(float), 0.03),
            "orders_365d": g.poisson(self.busy[c]), "same_item_sizes": g.poisson(np.where(np.isin(category, ["shoes", "dress", "jeans"]), 0.5, 0.02)), "category": category, "payment": pick(g, {"invoice": 40, "card": 30, "paypal": 30}, n), "country": pick(g, {"DE": 60, "AT": 20, "CH": 20}, n),
            "basket_secs": np.exp(4.5 + 0.8 * g.normal(size=n)).round().astype(int), "gift_wrap": pick(g, {"N": 9, "Y": 1}, n),
        })

    def terms(self, t):
        rate = t["customer_return_rate"].fillna(0.35).to_numpy(float).clip(0.01, 0.99)
        return {
            "base": np.full(len(t), -1.1), "history": 1.2 * (np.log(rate / (1 - rate)) + 0.6), "category": look(t["category"], {"shoes": 0.7, "dress": 1.1, "home": -1.0, "tech": -1.2, "furniture": 1.8}), "sizes": 1.1 * t["same_item_sizes"].to_numpy(float).clip(0, 3), "discount": -1.8 * t["discount"].to_numpy(float) + 0.2,
            "slow": 0.22 * (t["delivery_days"].fillna(3).to_numpy(float) - 3.4), "payment": look(t["payment"], {"invoice": 0.6, "card": -0.4}), "price": 0.25 * (np.log(t["price"].to_numpy(float)) - 4.1),
        }

    def hard(self, t):
        return (t["country"] == "CH").to_numpy() | (t["n_items"] >= 4).to_numpy()


WORLDS = [Cards, Loans, Churn, NoShows, Ads, Machines, Tickets, Rides, Rents, Returns]
