// Can everybody use it? axe in every phase and both colour schemes, and the main job by keyboard.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { violations } from "./axe.mjs";
import { analyse, drop, hook, phase, site } from "./site.mjs";
import { broken } from "./tables.mjs";

/** Presses Tab until `wanted` has the focus; returns what was passed on the way. */
async function tabTo(page, wanted, limit = 150) {
    const passed = [];
    for (let step = 0; step < limit; step += 1) {
        await page.keyboard.press("Tab");
        const now = await page.evaluate(() => {
            const element = document.activeElement;
            return element?.dataset?.testid ?? element?.tagName?.toLowerCase() ?? "";
        });
        passed.push(now);
        if (now === wanted) return passed;
    }
    throw new Error(`Tab never reached ${wanted}; it passed ${[...new Set(passed)].join(", ")}`);
}

describe("accessibility", () => {
    const at = site();

    test("axe finds nothing in the static shell", async () => {
        const page = await at.open();
        await page.route("**/start.js*", (route) => route.abort());
        await page.reload({ waitUntil: "load" });
        assert.deepEqual(await violations(page), []);
        await page.close_all();
    });

    for (const colorScheme of ["light", "dark"]) {
        test(`axe finds nothing from start to report (${colorScheme})`, async () => {
            const page = await at.open({ colorScheme });
            await phase(page, "start");
            assert.deepEqual(await violations(page), [], "start");
            await drop(page, broken());
            assert.deepEqual(await violations(page), [], "columns");
            await analyse(page);
            assert.deepEqual(await violations(page), [], "report");
            await page.close_all();
        });
    }

    test("the main job can be done with the keyboard alone", async () => {
        const page = await at.open();
        await phase(page, "start");
        await tabTo(page, "reference-input");
        // The file dialog is the system's; the files are given the way it would.
        await drop(page, broken());
        await tabTo(page, "analyse");
        await page.keyboard.press("Enter");
        assert.equal(await phase(page, "report", "failed"), "report");
        const focused = await page.waitForFunction(() => {
            const element = document.activeElement;
            return element && /^H[1-3]$/.test(element.tagName) ? element.tagName : null;
        });
        assert.ok(await focused.jsonValue(), "focus moved to the report's heading");
        await tabTo(page, "download-json");
        await page.close_all();
    });

    test("nothing is cut off at 200 % zoom on a laptop", async () => {
        // 1280 × 800 at 200 % has the layout of 640 × 400.
        const page = await at.open({ viewport: { width: 640, height: 400 } });
        await drop(page, broken());
        await analyse(page);
        const over = await page.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        assert.ok(over <= 0, `the page scrolls sideways by ${over} px`);
        await hook(page, "verdict").waitFor();
        await page.close_all();
    });
});
