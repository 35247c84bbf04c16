"""A pair of tables whose names and values try to get out of their quotes."""

import csv
import json
import random

HEADER = [
    "id",
    "when",
    'zip "code"; DROP TABLE production; --',
    "it's `odd` \\ name",
    "${env:HOME}",
    "plan",
    "target",
    "score",
    "decision",
]
PLANS = ["it's", 'say "no"', "back\\slash", "tick`s", "${HOME}", "line\nbreak", "-- comment", "плюс"]


def rows(count, seed, live):
    dice = random.Random(seed)
    for at in range(count):
        plan = dice.choice(PLANS)
        zip_code = dice.gauss(50, 12)
        amount = dice.expovariate(0.02)
        odd = dice.choice(["a", "b", "c"])
        lift = (zip_code - 50) / 12 + (1.0 if plan == "it's" else 0.0) - 0.5
        if live and plan == "it's":
            lift = -lift
        target = int(dice.random() < 1 / (1 + 2.718281828 ** -(2.5 * lift)))
        seen = (zip_code - 50) / 12 + (1.0 if plan == "it's" else 0.0) - 0.5
        score = 1 / (1 + 2.718281828 ** -(2.5 * seen))
        day = 1 + at * 27 // count
        month = 3 if live else 2
        shown = "" if live and dice.random() < 0.2 else f"{amount:.2f}"
        yield [
            f"{'p' if live else 'r'}{at:06}",
            f"2025-{month:02}-{day:02}T12:00:00",
            f"{zip_code:.3f}",
            shown,
            odd,
            plan,
            target,
            f"{score:.6f}",
            int(score >= 0.5),
        ]


def write_hostile_pair(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for role, seed in [("reference", 1), ("production", 2)]:
        with open(folder / f"{role}.csv", "w", newline="", encoding="utf-8") as out:
            writer = csv.writer(out)
            writer.writerow(HEADER)
            writer.writerows(rows(6000, seed, role == "production"))
    roles = ["--id", "id", "--time", "when", "--label", "target", "--score", "score", "--decision", "decision"]
    (folder / "arguments.json").write_text(json.dumps([*roles, "--metric", "accuracy"]))
