// Can somebody act on it? Options side by side with their price, the plan's queries, alert limits and their files;
// business inputs are edited in the report and the words follow without a second look at the rows.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { violations } from "./axe.mjs";
import { gallery, hook, shots, site } from "./site.mjs";

/** The report's section with everything it folds away drawn. */
async function section(page, id) {
    const at = page.locator(`#${id}`);
    await at.scrollIntoViewIfNeeded();
    await at.locator("h3").first().waitFor();
    return at;
}

describe("act", () => {
    const at = site();

    test("options have a price, the plan has queries, and nothing is wrong for axe", async () => {
        const page = await at.open();
        await gallery(page, "overnight-release");
        const options = await section(page, "options");
        const prices = await options.locator(".option-price").allInnerTexts();
        assert.ok(prices.length >= 3, prices.join("\n"));
        assert.ok(prices.some((words) => /gives back .*\d/i.test(words)), prices.join("\n"));
        assert.ok(prices.every((words) => words.length > 10));
        assert.equal(await options.locator(".path-step").count(), 3);
        const plan = await section(page, "plan");
        await plan.locator("details.query summary").first().click();
        assert.match(await plan.locator("details.query pre").first().innerText(), /SELECT/);
        await section(page, "monitoring");
        await page.locator("#monitoring details.checks summary").first().click();
        assert.deepEqual(await violations(page), []);
        mkdirSync(shots, { recursive: true });
        for (const [name, width] of [["phone", 390], ["laptop", 1280], ["wide", 2560]]) {
            await page.setViewportSize({ width, height: 900 });
            for (const id of ["options", "plan", "monitoring", "story"]) {
                await page.locator(`#${id}`).screenshot({ path: join(shots, `act-${id}-${name}.png`) });
            }
        }
        assert.deepEqual(page.troubles, []);
        await page.close_all();
    });

    test("traffic and owner are told at once, without another analysis", async () => {
        const page = await at.open();
        await gallery(page, "overnight-release");
        await section(page, "options");
        const seconds = await page.evaluate(() => performance.now());
        await page.locator("details.what-if > summary").click();
        await page.getByLabel("Traffic").fill("123000");
        await page.getByLabel("Who owns the data pipeline").fill("Team Delta");
        await page.locator("#plan", { hasText: "Team Delta" }).waitFor();
        const told = (await page.evaluate(() => performance.now())) - seconds;
        assert.match(await page.locator("#story").innerText(), /120,000/);
        assert.ok(told < 5_000, `${told} ms`);
        assert.equal(await hook(page, "report").count(), 1);
        await page.close_all();
    });

    test("the limits come along as files", async () => {
        const page = await at.open();
        await gallery(page, "bureau-contract");
        await section(page, "monitoring");
        for (const [name, wanted] of [
            ["monitoring.duckdb.sql", /CREATE OR REPLACE TEMP VIEW/],
            ["great_expectations.json", /expect_column_values_to_not_be_null/],
            ["evidently_checks.py", /MissingValueCount/],
            ["monitoring.yaml", /false_alarms_per_month/],
        ]) {
            const [download] = await Promise.all([
                page.waitForEvent("download"),
                hook(page, `export-${name}`).click(),
            ]);
            assert.equal(download.suggestedFilename(), name);
            assert.match(readFileSync(await download.path(), "utf8"), wanted);
        }
        await page.close_all();
    });
});
