"""Loads and runs what whydrop exports with the real tools: DuckDB, Spark, Great Expectations, Evidently, a YAML reader.

    python tests/exports/run.py WHYDROP EXPORT_CASE WORK_FOLDER

WHYDROP is the headless program, EXPORT_CASE the example that writes gallery cases with their packs; one pair of tables
with hostile names and values is made here and goes through the program. Closes with `N passed, N failed`; exit status 1 when a check failed.
"""

import contextlib
import importlib.util
import io
import json
import os
import subprocess
import sys
import traceback
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")
os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")

from hostile import write_hostile_pair  # noqa: E402

PROGRAM, EXPORT_CASE, WORK = (Path(argument).resolve() for argument in sys.argv[1:4])
# Broken inputs, a number that is predicted, empty values, and another mix.
CASES = ["overnight-release", "festival-weeks", "bureau-contract", "autumn-campaign"]
TALLY = {"passed": 0, "failed": 0}


@contextlib.contextmanager
def check(name):
    try:
        yield
        TALLY["passed"] += 1
        print(f"ok   {name}")
    except BaseException as error:  # a tool may end the program
        if isinstance(error, KeyboardInterrupt):
            raise
        TALLY["failed"] += 1
        print(f"FAIL {name}: {type(error).__name__}: {error}")
        print("     " + traceback.format_exc().strip().splitlines()[-3].strip())


def analyse(folder):
    """Runs the program on a folder's tables; answers the report."""
    arguments = [str(PROGRAM), "--json", str(folder / "report.json"), "--monitoring", str(folder / "pack")]
    arguments += json.loads((folder / "arguments.json").read_text())
    for role in ["reference", "production"]:
        arguments += [f"--{role}", str(folder / f"{role}.csv")]
    done = subprocess.run(arguments, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip())
    return json.loads((folder / "report.json").read_text())


def split_sql(text):
    """Statements of a script: none of ours has a semicolon at the end of a line inside a string."""
    parts, now = [], []
    for line in text.splitlines():
        now.append(line)
        if line.rstrip().endswith(";"):
            parts.append("\n".join(now).rstrip().rstrip(";"))
            now = []
    has_code = lambda part: any(l.strip() and not l.strip().startswith("--") for l in part.splitlines())
    return [part for part in parts + ["\n".join(now)] if has_code(part)]


def tables(folder):
    """The tables the queries speak of; the offline ones are production's own rows."""
    reference, production = (next(folder.glob(f"{role}.*")) for role in ["reference", "production"])
    return {
        "reference": reference,
        "production": production,
        "shadow": next(folder.glob("shadow.*"), production),
        "offline_features": next(folder.glob("shadow.*"), production),
    }


def duckdb_runs(folder, report):
    import duckdb

    with duckdb.connect() as db:
        for name, path in tables(folder).items():
            db.execute(f"CREATE TABLE {name} AS SELECT * FROM read_csv('{path}', header = true)")
        previous_model(report, lambda sql: db.execute(sql), '"')
        for statement in split_sql((folder / "pack" / "plan.duckdb.sql").read_text()):
            db.execute(statement).fetchall()
        answers = None
        for statement in split_sql((folder / "pack" / "monitoring.duckdb.sql").read_text()):
            answers = db.execute(statement).fetchall()
        # The reference watched by its own limits must be quiet.
        db.execute("CREATE OR REPLACE TABLE production AS SELECT * FROM reference")
        quiet = None
        for statement in split_sql((folder / "pack" / "monitoring.duckdb.sql").read_text()):
            quiet = db.execute(statement).fetchall()
        return answers, quiet


def previous_model(report, execute, quote):
    """The table of the roll-back query: the present score stands in for the previous model's."""
    by_role = {str(own["role"]): own["name"] for own in report["inputs"]["columns"] if isinstance(own["role"], str)}
    if "id" not in by_role or "score" not in by_role:
        return
    name = lambda column: quote + column.replace(quote, quote + quote) + quote
    columns = f"{name(by_role['id'])} AS id, {name(by_role['score'])} AS score"
    execute(f"CREATE OR REPLACE {'TABLE' if quote == chr(34) else 'TEMP VIEW'} previous_model AS SELECT {columns} FROM production")


def spark_runs(spark, folder, report):
    for name, path in tables(folder).items():
        # The whole line structure of CSV: quoted line breaks, doubled quotes.
        table = spark.read.csv(
            str(path), header=True, inferSchema=True, multiLine=True, quote='"', escape='"'
        )
        table.createOrReplaceTempView(name)
    previous_model(report, spark.sql, "`")
    for statement in split_sql((folder / "pack" / "plan.spark.sql").read_text()):
        spark.sql(statement).collect()
    answers = None
    for statement in split_sql((folder / "pack" / "monitoring.spark.sql").read_text()):
        answers = spark.sql(statement).collect()
    return [tuple(row) for row in answers]


def expectations_run(folder, frame):
    import great_expectations as gx

    suite = gx.ExpectationSuite(**json.loads((folder / "pack" / "great_expectations.json").read_text()))
    with contextlib.redirect_stderr(io.StringIO()):
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = None
        suite = context.suites.add(suite)
        asset = context.data_sources.add_pandas("pandas").add_dataframe_asset("rows")
        batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})
        result = batch.validate(suite)
    for one in result.results:
        if (one.exception_info or {}).get("raised_exception"):
            raise RuntimeError(f"{one.expectation_config.type}: {one.exception_info['exception_message']}")
    return [one.expectation_config.meta["check"] for one in result.results if not one.success], len(result.results)


def evidently_run(folder, frame):
    path = folder / "pack" / "evidently_checks.py"
    spec = importlib.util.spec_from_file_location(f"checks_{folder.name}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    tests = module.run(frame).dict()["tests"]
    broken = [test for test in tests if str(test["status"]).upper().endswith("ERROR")]
    if broken:
        raise RuntimeError(f"{broken[0]['name']}: {broken[0]['description']}")
    return [test for test in tests if str(test["status"]).upper().endswith("FAIL")], len(tests)


def one_run(frame, report):
    """The newest rows, as many as one run of the alerts looks at."""
    import pandas

    pack = report["monitoring"]
    time = [own["name"] for own in report["inputs"]["columns"] if own["role"] == "time"]
    if not time:
        return frame.head(max(int(pack["rows_per_run"]), 1)).reset_index(drop=True)
    moments = pandas.to_datetime(frame[time[0]], errors="coerce")
    newest = moments > moments.max() - pandas.Timedelta(days=pack["every_days"])
    return frame[newest].reset_index(drop=True)


def main():
    import pandas
    import yaml

    folders = []
    for case in CASES:
        folder = WORK / case
        with check(f"{case}: made and analysed"):
            subprocess.run([str(EXPORT_CASE), case, str(folder)], check=True, capture_output=True, text=True)
            folders.append((folder, json.loads((folder / "report.json").read_text())))
    folder = WORK / "hostile"
    with check("hostile: made and analysed"):
        write_hostile_pair(folder)
        folders.append((folder, analyse(folder)))

    from pyspark.sql import SparkSession

    with check("spark starts"):
        spark = (
            SparkSession.builder.master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.session.timeZone", "UTC")
            .getOrCreate()
        )
        spark.sparkContext.setLogLevel("ERROR")

    for folder, report in folders:
        name = folder.name
        pack, raised = report["monitoring"], None
        ids = {one["id"] for one in pack["checks"]}
        with check(f"{name}: the YAML holds every alert"):
            read = yaml.safe_load((folder / "pack" / "monitoring.yaml").read_text())
            assert {one["id"] for one in read["checks"]} == ids and ids, len(ids)
            for own, theirs in zip(pack["checks"], read["checks"]):
                assert theirs["alarm_above"] == own["high"] and theirs["alarm_below"] == own["low"], own["id"]
        duck = None
        with check(f"{name}: DuckDB runs the plan and the alerts"):
            duck, quiet = duckdb_runs(folder, report)
            assert duck, "no alert answered"
            raised = {row[0] for row in duck if row[6]}
            # One run of the reference's newest period against limits for one false alarm a month.
            false = {row[0] for row in quiet if row[6]}
            assert len(false) <= 2, f"the reference itself raises {sorted(false)}"
        with check(f"{name}: DuckDB's numbers are the report's"):
            # Whole production, not the newest days: strip the view's filter by asking for all days.
            same_numbers(folder, report)
        with check(f"{name}: Spark answers as DuckDB does"):
            answers = spark_runs(spark, folder, report)
            ours = {row[0]: row for row in duck}
            assert {row[0] for row in answers} == set(ours)
            for row in answers:
                mine = ours[row[0]]
                near = (row[3] is None and mine[3] is None) or abs(row[3] - mine[3]) <= 1e-6 + 1e-6 * abs(mine[3])
                assert near and row[6] == mine[6], (row, mine)
        frame = one_run(pandas.read_csv(tables(folder)["production"]), report)
        before = one_run(pandas.read_csv(tables(folder)["reference"]), report)
        with check(f"{name}: Great Expectations loads and runs the suite"):
            failed, count = expectations_run(folder, frame)
            assert count > 0
            quiet, _ = expectations_run(folder, before)
            assert len(quiet) <= 1, f"the reference itself fails {quiet}"
        with check(f"{name}: Evidently runs the checks"):
            failed, count = evidently_run(folder, frame)
            assert count > 0
            quiet, _ = evidently_run(folder, before)
            assert len(quiet) <= 1, f"the reference itself fails {[test['name'] for test in quiet]}"
    with check("a broken input rings in every tool"):
        folder, report = next(pair for pair in folders if pair[0].name == "bureau-contract")
        frame = one_run(pandas.read_csv(tables(folder)["production"]), report)
        assert any("missing_bureau_score" in one for one in expectations_run(folder, frame)[0])
        assert any("bureau_score" in test["name"] for test in evidently_run(folder, frame)[0])
        assert any(own["raised"] for own in report["monitoring"]["checks"] if own["id"] == "missing_bureau_score")
    spark.stop()


def same_numbers(folder, report):
    """The alerts' values over all production rows are the report's `now`."""
    import duckdb

    script = (folder / "pack" / "monitoring.duckdb.sql").read_text()
    every = report["monitoring"]["every_days"]
    script = script.replace(f"- INTERVAL {every} DAY", "- INTERVAL 100000 DAY")
    with duckdb.connect() as db:
        for name, path in tables(folder).items():
            db.execute(f"CREATE TABLE {name} AS SELECT * FROM read_csv('{path}', header = true)")
        answers = None
        for statement in split_sql(script):
            answers = db.execute(statement).fetchall()
    values = {row[0]: row[3] for row in answers}
    compared = 0
    for own in report["monitoring"]["checks"]:
        now, value = own["now"], values.get(own["id"])
        if now is None or value is None or own["kind"] == "distinct":
            continue
        # The AUC is told from score bins, distances from bins whose edges a decimal may touch.
        slack = 0.01 if own["kind"] in ("metric", "segment", "calibration", "drift", "decision_rate") else 1e-6
        assert abs(now - value) <= slack * max(1.0, abs(now)), (own["id"], now, value)
        compared += 1
    assert compared > 3, compared


main()
print(f"{TALLY['passed']} passed, {TALLY['failed']} failed")
sys.exit(1 if TALLY["failed"] else 0)
