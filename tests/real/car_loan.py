"""Is the verdict on real-looking public data right? NannyML's car-loan data (wheel `nannyml` 0.13.1, Apache-2.0) through
the headless program, against scikit-learn on the same rows: AUC, PR-AUC and accuracy before and after to 1e-9, and the
change point of 2019-03-31 within a day. Run by `make test-real`; needs the package index once.

usage: car_loan.py WHYDROP FOLDER   (FOLDER holds or gets the wheel)
"""

import csv
import datetime
import json
import pathlib
import subprocess
import sys
import zipfile

from sklearn.metrics import accuracy_score, average_precision_score, roc_auc_score

PROGRAM, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])
INSIDE = "nannyml/datasets/data/synthetic_car_loan_"
NAMES = ["reference", "analysis", "analysis_target"]


def fetch() -> dict[str, pathlib.Path]:
    FOLDER.mkdir(parents=True, exist_ok=True)
    if not list(FOLDER.glob("nannyml-0.13.1-*.whl")):
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(FOLDER), "nannyml==0.13.1"],
            check=True,
        )
    wheel = next(FOLDER.glob("nannyml-0.13.1-*.whl"))
    files = {}
    with zipfile.ZipFile(wheel) as archive:
        for name in NAMES:
            files[name] = FOLDER / f"{name}.csv"
            files[name].write_bytes(archive.read(f"{INSIDE}{name}.csv"))
    return files


def rows(path: pathlib.Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def main() -> None:
    files = fetch()
    out = FOLDER / "report.json"
    subprocess.run(
        [PROGRAM, "--reference", files["reference"], "--production", files["analysis"],
         "--production-labels", files["analysis_target"], "--json", out],
        check=True,
    )
    report = json.loads(out.read_text())
    metrics = {metric["name"]: metric for metric in report["metrics"]}
    labels = {row["id"]: float(row["repaid"]) for row in rows(files["analysis_target"])}
    passed = 0
    for side, table in (("reference", rows(files["reference"])), ("production", rows(files["analysis"]))):
        truth = [float(row["repaid"]) if "repaid" in row else labels[row["id"]] for row in table]
        score = [float(row["y_pred_proba"]) for row in table]
        decision = [float(row["y_pred"]) for row in table]
        for name, expected in (
            ("auc", roc_auc_score(truth, score)),
            ("pr_auc", average_precision_score(truth, score)),
            ("accuracy", accuracy_score(truth, decision)),
        ):
            found = metrics[name][side]
            assert abs(found - expected) <= 1e-9, f"{name} on {side}: {found} instead of {expected}"
            passed += 1
    assert report["verdict"]["kind"] == "dropped", report["verdict"]
    change = report["change_point"]
    apart = abs((datetime.date.fromisoformat(change["at"]) - datetime.date(2019, 3, 31)).days)
    assert change["kind"] == "step" and apart <= 1, change
    print(report["verdict"]["sentence"], change["sentence"], sep="\n")
    print(f"{passed + 2} passed, 0 failed")


main()
