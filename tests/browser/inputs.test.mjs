// Everything that may go in, in a real browser: labels in a file of their own, shadow and training tables,
// pasted text, Parquet; costs edited on the report; and a worker that dies while it works.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, test } from "node:test";
import { analyse, drop, hook, phase, site } from "./site.mjs";
import { broken, table, unchanged } from "./tables.mjs";

const fixtures = fileURLToPath(new URL("../fixtures/parquet/", import.meta.url));

async function report(page) {
    const [download] = await Promise.all([
        page.waitForEvent("download"),
        hook(page, "download-json").click(),
    ]);
    return JSON.parse(readFileSync(await download.path(), "utf8"));
}

const csv = (name, lines) => ({ name, mimeType: "text/csv", buffer: Buffer.from(`${lines.join("\n")}\n`) });

/** The table without its label, and the labels in a file of their own; every tenth label is late. */
function withoutLabels({ name, buffer }) {
    const rows = buffer.toString().trimEnd().split("\n").map((line) => line.split(","));
    const at = rows[0].indexOf("defaulted");
    const labels = rows.filter((_, row) => row === 0 || row % 10).map((row) => `${row[0]},${row[at]}`);
    return {
        features: csv(name, rows.map((row) => row.filter((_, column) => column !== at).join(","))),
        labels: csv("outcomes.csv", labels),
    };
}

describe("what may go in", () => {
    const at = site();

    test("labels in a file of their own are joined by id, and the rest is told", async () => {
        const page = await at.open();
        const { reference, production } = broken();
        const { features, labels } = withoutLabels(production);
        await hook(page, "production-labels-input").setInputFiles(labels);
        await drop(page, { reference, production: features });
        await analyse(page);
        const found = await report(page);
        const join = found.inputs.tables.find((one) => one.role === "production").labels;
        assert.equal(join.matched, 3600);
        assert.equal(join.rows_unmatched, 400);
        assert.equal(found.verdict.kind, "dropped");
        assert.deepEqual(page.troubles, []);
        await page.close_all();
    });

    test("shadow and training tables are measured too", async () => {
        const page = await at.open();
        const extra = (name, seed) => ({ name, mimeType: "text/csv", buffer: table({ rows: 3_000, seed, day: "2026-03-02" }) });
        await hook(page, "shadow-input").setInputFiles(extra("shadow.csv", 7));
        await hook(page, "training-input").setInputFiles(extra("training.csv", 8));
        await drop(page, unchanged());
        await analyse(page);
        const found = await report(page);
        assert.deepEqual(found.inputs.tables.map((one) => one.role), ["reference", "production", "shadow", "training"]);
        assert.equal(typeof found.metric.shadow, "number");
        assert.equal(typeof found.metric.training, "number");
        await page.close_all();
    });

    test("a table can be pasted as text", async () => {
        const page = await at.open();
        const { reference, production } = unchanged(400);
        for (const [file, button] of [[reference, /Before launch/], [production, /After launch/]]) {
            await page.locator(".more-files").first().waitFor();
            await page.evaluate(() => { document.querySelector(".more-files").open = true; });
            await page.locator(".paste textarea").fill(file.buffer.toString());
            await page.locator(".paste button").filter({ hasText: button }).first().click();
        }
        await phase(page, "columns");
        await page.waitForSelector('[data-testid="analyse"]:not([disabled])');
        await analyse(page);
        assert.equal((await report(page)).inputs.tables[0].rows, 400);
        await page.close_all();
    });

    test("Parquet by independent writers is read", async () => {
        const page = await at.open();
        const file = join(fixtures, "frame--fastparquet-brotli.parquet");
        await drop(page, { reference: file, production: file });
        await analyse(page);
        const found = await report(page);
        assert.ok(found.notes.some((note) => note.code === "identical_tables"));
        await page.close_all();
    });

    test("a column that cannot be what it was chosen for is refused in words, and the other choices stay", async () => {
        const page = await at.open();
        await drop(page, broken());
        const role = (column) => page.getByLabel(`What ${column} is for`, { exact: true });
        const kind = (column) => page.getByLabel(`What ${column} holds`, { exact: true });
        const enabled = () => page.waitForSelector('[data-testid="analyse"]:not([disabled])');
        await role("age").selectOption({ label: "Segment" });
        await page.locator('tr[data-role="Segment"][data-chosen="true"]', { hasText: "age" }).waitFor();
        await enabled();
        const cases = [
            [[[role("region"), "Weight"]], "The weight region does not hold numbers."],
            [[[role("region"), "Value of a row"]], "The value of a decision region does not hold numbers."],
            [[[role("region"), "Business number"]], "The business number region does not hold numbers."],
            [[[role("region"), "Score"]], "The score region does not hold numbers."],
            [[[role("income"), "Outcome (label)"], [role("debt"), "Outcome (label)"]], "Two columns are the label: income, debt."],
            [[[role("region"), "Previous model"]], "The previous model's region holds neither numbers nor the label's values"],
            [[[role("region"), "Time"]], "The column region was taken for times, and only 0 % of its values read so."],
            [[[kind("region"), "Number"]], "The column region was taken for numbers, and only 0 % of its values read so."],
        ];
        for (const [choices, words] of cases) {
            for (const [select, chosen] of choices) await select.selectOption({ label: chosen });
            await hook(page, "error").filter({ hasText: words }).waitFor();
            await page.waitForSelector('[data-testid="analyse"][disabled]');
            for (const [select] of choices) {
                await page.locator("tr[data-chosen=true]", { has: select }).getByRole("button", { name: "Undo" }).click();
            }
            await enabled();
            assert.equal(await hook(page, "error").count(), 0, words);
            assert.equal(await page.locator('tr[data-role="Segment"][data-chosen="true"]').count(), 1, words);
        }
        await analyse(page);
        assert.equal((await report(page)).verdict.kind, "dropped");
        assert.deepEqual(page.troubles, []);
        await page.close_all();
    });

    test("a worker that dies is replaced, and the page says so", async () => {
        const page = await at.open();
        await drop(page, broken(60_000));
        await hook(page, "analyse").click();
        await phase(page, "running", "report");
        const [victim] = page.workers();
        // An uncaught error ends a worker's work; the page sees the same as when memory runs out.
        await victim?.evaluate(() => { setTimeout(() => { throw new Error("ended by the test"); }); }).catch(() => {});
        await page.locator(".notice").filter({ hasText: "replaced" }).waitFor();
        assert.equal(await phase(page, "report", "failed"), "report");
        const found = await report(page);
        assert.equal(found.verdict.kind, "dropped");
        await page.close_all();
    });
});
