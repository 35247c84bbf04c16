// On paper: the report as Chromium prints it. Everything unfolded, charts on the sheet, no handles.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { gallery, hook, site } from "./site.mjs";

const folder = join(fileURLToPath(new URL("../..", import.meta.url)), "test-results", "print");
mkdirSync(folder, { recursive: true });

function has(program) {
    try {
        execFileSync(program, ["-v"], { stdio: "ignore" });
        return true;
    } catch {
        return false;
    }
}

describe("on paper", () => {
    const at = site();

    test("the print button unfolds, prints in light colours and folds again", async () => {
        const page = await at.open({ colorScheme: "dark" });
        await gallery(page, "overnight-release");
        await page.waitForFunction(() => document.querySelectorAll(".canvas canvas").length >= 3);
        await page.evaluate(() => {
            globalThis.print = () => {
                const folded = "main details:not([open]):not(.figure-numbers):not(.not-printed)";
                globalThis.printed = {
                    folded: document.querySelectorAll(folded).length,
                    theme: document.documentElement.dataset.theme,
                };
            };
        });
        const before = await page.locator("main details[open]").count();
        await hook(page, "share").click();
        await hook(page, "share-dialog").getByRole("button", { name: "Print" }).click();
        await page.waitForFunction(() => globalThis.printed);
        assert.deepEqual(await page.evaluate(() => globalThis.printed), { folded: 0, theme: "light" });
        await page.waitForFunction((count) => document.querySelectorAll("main details[open]").length === count, before);
        await page.close_all();
    });

    test("the sheet shows the whole report and no handles", async (t) => {
        const page = await at.open();
        await gallery(page, "overnight-release");
        await page.waitForFunction(() => document.querySelectorAll(".canvas canvas").length >= 3);
        await page.waitForTimeout(1_500);
        const pdf = await page.pdf({ format: "A4", printBackground: true });
        const path = join(folder, "report.pdf");
        writeFileSync(path, pdf);
        assert.ok(pdf.length > 50_000);
        await page.emulateMedia({ media: "print" });
        const seen = async (selector) =>
            page.locator(selector).evaluateAll((list) => list.filter((own) => own.checkVisibility()).length);
        assert.equal(await seen(".buttons, .tools, .contents, .figure-save"), 0);
        assert.ok((await seen(".canvas canvas")) >= 3);
        const wide = await page.evaluate(
            () => document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1,
        );
        assert.ok(wide, "nothing is wider than the sheet");
        await page.close_all();
        if (has("pdftoppm")) {
            execFileSync("pdftoppm", ["-png", "-r", "60", path, join(folder, "page")]);
        } else {
            t.diagnostic("no pdftoppm: the pages were not turned into pictures");
        }
    });
});
