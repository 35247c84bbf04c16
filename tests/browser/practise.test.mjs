// Can somebody practise? A case without its cause, the same for two people with one link; an answer, a score, the
// truth; nothing given away before; by keyboard, on a phone, for everybody.
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { violations } from "./axe.mjs";
import { hook, phase, shots, site } from "./site.mjs";

/** Opens a case by its link and waits for its evidence. */
async function open(at, key, options = {}) {
    const page = await at.open({ path: `#practise=${key}`, ...options });
    assert.equal(await phase(page, "report", "failed"), "report");
    await hook(page, "practise").waitFor();
    await page.locator(".practise-column").first().waitFor();
    return page;
}

const evidence = (page) => page.locator('section[aria-labelledby="practise-evidence"]');
/** What the evidence says once groups and parity are there. */
async function all_evidence(page) {
    await page.locator('section[aria-labelledby="practise-evidence"][data-complete="true"]').waitFor();
    await page.waitForFunction(() => !document.querySelector("main [data-awaits-turn]"));
    return evidence(page).innerText();
}

const wide = (page) =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

describe("practise", () => {
    const at = site();

    test("starts from the start page and puts the case into the link", async () => {
        const page = await at.open();
        await phase(page, "start");
        await hook(page, "practise-easy").click();
        assert.equal(await phase(page, "report", "failed"), "report");
        await hook(page, "practise").waitFor();
        assert.equal(await page.locator("main").getAttribute("data-mode"), "practise");
        assert.match(page.url(), /#practise=easy-\d+$/);
        assert.equal(await hook(page, "practise-link").inputValue(), page.url());
        assert.deepEqual(page.troubles, []);
        await page.close_all();
    });

    test("two people with one link get the same case", async () => {
        const [one, two] = [await open(at, "medium-21"), await open(at, "medium-21")];
        const [first, second] = [await all_evidence(one), await all_evidence(two)];
        assert.equal(first, second);
        const other = await open(at, "medium-22");
        assert.notEqual(first, await all_evidence(other));
        for (const page of [one, two, other]) await page.close_all();
    });

    for (const key of ["easy-1", "medium-1", "hard-1", "hard-2"]) {
        test(`${key}: nothing gives the truth away before it is asked for`, async () => {
            const page = await open(at, key);
            await page.waitForTimeout(300);
            for (const hidden of ["#why", "#story", "#plan", "[data-cause]", "[data-kind]"]) {
                assert.equal(await page.locator(hidden).count(), 0, hidden);
            }
            assert.equal(await hook(page, "practise-truth").count(), 0);
            // Every choice looks like every other.
            const shapes = await page.locator(".practise-choices input").evaluateAll((boxes) =>
                boxes.map((box) => box.outerHTML.replace(/name="[^"]*"/, "")),
            );
            assert.equal(new Set(shapes).size <= 2, true, [...new Set(shapes)].join("\n"));
            const words = await page.locator(".practise-choice span").allInnerTexts();
            const shown = (await evidence(page).evaluate((own) => own.outerHTML)).toLowerCase();
            for (const cause of words) assert.ok(!shown.includes(cause.toLowerCase()), cause);
            await hook(page, "practise-reveal").click();
            await hook(page, "practise-truth").waitFor();
            assert.ok((await hook(page, "practise-truth").innerText()).length > 0);
            await page.close_all();
        });
    }

    test("a whole answer is scored, and ten of ten can be had", async () => {
        const page = await open(at, "easy-1");
        await hook(page, "practise-reveal").click();
        await hook(page, "practise-truth").waitFor();
        const truth = (await hook(page, "practise-truth").innerText()).split("; ");
        const fits = await page.locator(".practise-solution tbody tr").nth(3).locator("td").last().innerText();
        await page.reload({ waitUntil: "load" });
        await hook(page, "practise").waitFor();
        await page.locator(".practise-column").first().waitFor();
        for (const cause of truth) await page.getByLabel(cause, { exact: true }).check();
        // The order of the steps by bubbling them up.
        for (let pass = 0; pass < 5; pass += 1) {
            for (let place = 0; place < 4; place += 1) {
                const steps = page.locator(".practise-plan > li");
                const [a, b] = await Promise.all(
                    [place, place + 1].map((index) => steps.nth(index).getAttribute("data-step")),
                );
                if (Number(a) > Number(b)) await steps.nth(place).locator("button").last().click();
            }
        }
        const names = new Map([
            [/repairing/, ["Repair the column", "1"]],
            [/tests and alerts/, ["Add tests and alerts", "3"]],
            [/retraining/, ["Retrain on", "1"]],
            [/guardrail/, ["Decide the worst group", "2"]],
        ]);
        const [good] = fits.split(". ");
        for (const [pattern, [label, reason]] of names) {
            if (!pattern.test(good)) continue;
            const own = page.locator(".practise-mitigation", { hasText: label });
            await own.locator('input[type="checkbox"]').check();
            await own.locator("select").selectOption(reason);
        }
        await page.locator(".practise-question textarea").fill("The lab is not the street: it fell.");
        await hook(page, "practise-reveal").click();
        await hook(page, "practise-total").waitFor();
        assert.equal(await hook(page, "practise-total").innerText(), "6 of 10");
        assert.match(await page.locator(".practise-words").innerText(), /street/);
        assert.ok(await page.locator(".practise-question textarea").isDisabled(), "the answer is closed");
        for (const tick of await page.locator(".practise-solution input").all()) await tick.check();
        assert.equal(await hook(page, "practise-total").innerText(), "10 of 10");
        await hook(page, "practise-report").click();
        await hook(page, "report").waitFor();
        assert.equal(await page.locator("main").getAttribute("data-mode"), "read");
        assert.deepEqual(page.troubles, []);
        await page.close_all();
    });

    test("can be done with the keyboard alone", async () => {
        const page = await open(at, "easy-3");
        const reached = new Set();
        for (let step = 0; step < 600 && !reached.has("practise-reveal"); step += 1) {
            await page.keyboard.press("Tab");
            const now = await page.evaluate(() => {
                const element = document.activeElement;
                return element?.dataset?.testid ?? (element?.type === "checkbox" ? "tick" : element?.tagName);
            });
            if (now === "tick" && !reached.has("tick")) await page.keyboard.press(" ");
            reached.add(now);
        }
        assert.ok(
            ["tick", "TEXTAREA", "practise-reveal"].every((stop) => reached.has(stop)),
            [...reached].join(", "),
        );
        assert.equal(await page.locator(".practise-choices input:checked").count(), 1);
        await page.keyboard.press("Enter");
        await hook(page, "practise-truth").waitFor();
        await page.waitForFunction(() => document.activeElement?.id === "solution");
        await page.close_all();
    });

    test("who asks for the truth before the report is whole has it once it is", async () => {
        const page = await open(at, "easy-2");
        await hook(page, "practise-reveal").click();
        await hook(page, "practise-truth").waitFor();
        assert.deepEqual(page.troubles, []);
        await page.close_all();
    });

    test("a link that is no case opens the start", async () => {
        const page = await at.open({ path: "#practise=hard-99999999" });
        assert.equal(await phase(page, "start"), "start");
        await page.close_all();
    });

    for (const [size, viewport] of Object.entries({
        phone: { width: 390, height: 844 },
        laptop: { width: 1280, height: 800 },
        wide: { width: 2560, height: 1440 },
    })) {
        for (const colorScheme of ["light", "dark"]) {
            test(`on a ${size} screen, ${colorScheme}; axe finds nothing`, async () => {
                const page = await open(at, "easy-1", { viewport, colorScheme, reducedMotion: "reduce" });
                await page.locator("canvas").first().waitFor();
                await page.locator(".practise-column summary").first().click();
                await page.locator(".practise-mitigation input").first().check();
                await page.waitForTimeout(500);
                assert.deepEqual(await violations(page), [], "before");
                await hook(page, "practise-reveal").click();
                await hook(page, "practise-truth").waitFor();
                await page.waitForTimeout(300);
                await page.screenshot({
                    path: join(shots, `practise-${size}-${colorScheme}.png`),
                    fullPage: true,
                });
                assert.ok((await wide(page)) <= 0, "scrolls sideways");
                assert.deepEqual(await violations(page), [], "after");
                await page.close_all();
            });
        }
    }
});
