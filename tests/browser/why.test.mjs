// Does the report say why? Gallery cases whose cause is known: the split adds up as printed, the causes are named,
// the comparison with the offline pipeline is there, and no drop has no causes. For eyes, keys and axe.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { violations } from "./axe.mjs";
import { gallery, hook, site } from "./site.mjs";

/** A printed amount in the last printed digit's steps: "+6.2 points" is 6.2. */
const amount = (words) => Number(words.replace("−", "-").replaceAll(",", "").match(/[-+]?[\d.]+/)[0]);

/** The rows of the split's data table, as printed. */
async function split(page) {
    const figure = hook(page, "report").locator("#why .figure").first();
    await figure.locator("canvas").waitFor();
    await figure.locator(".figure-numbers summary").click();
    await figure.locator(".numbers tbody tr").first().waitFor();
    return figure.locator(".numbers tbody tr").evaluateAll((rows) =>
        rows.map((row) => [...row.cells].map((cell) => cell.innerText)),
    );
}

/** Ids of the cards of causes, in order. */
const causes = (page) =>
    page.locator("#why [data-cause]").evaluateAll((cards) => cards.map((card) => card.dataset.cause));

describe("why", () => {
    const at = site();

    test("the split adds up as printed, and the cause of the made case is first", async () => {
        const page = await at.open();
        await gallery(page, "crm-merge");
        const rows = await split(page);
        const parts = rows.slice(0, -1).map((row) => amount(row[1]));
        const total = amount(rows.at(-1)[1]);
        assert.ok(parts.length >= 3, `${parts.length} parts`);
        const sum = parts.reduce((sum, part) => sum + part, 0);
        assert.ok(Math.abs(sum - total) < 1e-6, `${parts.join(" + ")} is ${sum}, printed is ${total}`);
        assert.equal((await causes(page))[0], "join_or_filter");
        assert.deepEqual(page.troubles, []);
        await page.close_all();
    });

    test("of two causes at once both parts are priced", async () => {
        const page = await at.open();
        await gallery(page, "busy-spring");
        const parts = new Map((await split(page)).map((row) => [row[0], amount(row[1])]));
        assert.ok(parts.get("Broken inputs") > 1 && parts.get("Who we see") > 1, JSON.stringify([...parts]));
        assert.equal((await causes(page))[0], "unit_or_encoding");
        await page.close_all();
    });

    test("the columns that differ from the offline pipeline are listed", async () => {
        const page = await at.open();
        await gallery(page, "crm-merge");
        const rows = page.locator("#parity tbody tr");
        await rows.first().waitFor();
        assert.ok((await rows.filter({ hasText: "Differs on" }).count()) > 1);
        assert.match(await rows.first().innerText(), /%/);
        await page.close_all();
    });

    test("where nothing dropped there is nothing to explain", async () => {
        const page = await at.open();
        await gallery(page, "new-phones");
        const section = page.locator("#why");
        await section.locator("p").first().waitFor();
        assert.match(await section.innerText(), /There is no drop to explain/);
        assert.deepEqual(await causes(page), []);
        await page.close_all();
    });

    test("the section is read and reached by key", async () => {
        const page = await at.open();
        await gallery(page, "crm-merge");
        await page.locator("#why .figure-numbers summary").focus();
        await page.keyboard.press("Enter");
        await page.locator("#why .numbers").waitFor();
        // What scrolls can be scrolled by key: it takes the focus.
        const reached = [];
        for (let step = 0; step < 30 && !reached.includes("parity"); step += 1) {
            await page.keyboard.press("Tab");
            reached.push(await page.evaluate(() => document.activeElement?.closest("section")?.id ?? ""));
        }
        assert.ok(reached.includes("why"), reached.join(", "));
        await page.locator("#why button.link.how").last().focus();
        await page.keyboard.press("Enter");
        const how = page.locator("dialog.how-dialog[open]");
        await how.locator("h2").waitFor();
        await page.keyboard.press("Escape");
        await how.waitFor({ state: "detached" });
        await page.close_all();
    });

    for (const colorScheme of ["light", "dark"]) {
        test(`axe finds nothing, every detail shown (${colorScheme})`, async () => {
            const page = await at.open({ colorScheme });
            await gallery(page, "crm-merge");
            await page.locator(".switch input").last().check({ force: true });
            await page.locator("#why canvas").waitFor();
            await page.locator("#parity tbody tr").first().waitFor();
            assert.deepEqual(await violations(page), []);
            await page.close_all();
        });
    }
});
