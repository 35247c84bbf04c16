// Is the site small enough? One test a budget of budget.json, over dist/ as it was built.
import assert from "node:assert/strict";
import { test } from "node:test";
import { measure, table } from "../../tools/sizes.mjs";

const rows = measure();
console.log(table(rows));
for (const row of rows) {
    test(`size of ${row.name} is within its budget`, () => {
        assert.deepEqual(row.problems, []);
    });
}
