// Can the report be shown to the person it is for? PM and analyst view, and the talk: cards, notes, clock, keys,
// clicker, questions, on every screen, for everybody.
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { violations } from "./axe.mjs";
import { gallery, hook, shots, site } from "./site.mjs";

/** What must not be read in PM view. */
const JARGON = /\bPSI\b|chi-square|\bq[ -]value|\bq =|Kolmogorov|Jensen|Hellinger|Wasserstein|p-value/i;

const mode = (page) => page.locator("main").getAttribute("data-mode");
const card = (page) => hook(page, "present-card").getAttribute("data-card");
const wide = (page) =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

async function present(page, id = "crm-merge") {
    await gallery(page, id);
    await hook(page, "open-present").click();
    await hook(page, "present").waitFor();
}

describe("views", () => {
    const at = site();

    test("PM view says it plainly, analyst view says all, and the choice is remembered", async () => {
        const page = await at.open();
        await gallery(page, "crm-merge");
        await page.locator("#columns .opener").first().click();
        await hook(page, "view-pm").check({ force: true });
        assert.equal(await page.locator("main").getAttribute("data-view"), "pm");
        const plain = await hook(page, "report").innerText();
        assert.doesNotMatch(plain, JARGON);
        // Evidence is one click away.
        const folded = page.locator("#columns details.technical").last();
        await folded.locator("summary").click();
        assert.match(await folded.innerText(), /PSI|Largest/);
        await hook(page, "view-analyst").check({ force: true });
        assert.equal(await page.locator("main").getAttribute("data-view"), "analyst");
        assert.match(await hook(page, "report").innerText(), /PSI/);
        await hook(page, "view-pm").check({ force: true });
        await page.reload({ waitUntil: "load" });
        await gallery(page, "crm-merge");
        assert.equal(await page.locator("main").getAttribute("data-view"), "pm");
        assert.deepEqual(page.troubles, []);
        await page.close_all();
    });

    test("every evidence link leads to a section that is there", async () => {
        const page = await at.open();
        await gallery(page, "crm-merge");
        await page.locator("#inputs").waitFor();
        await page.locator("#story .evidence").last().waitFor();
        const dead = await page.locator(".evidence a").evaluateAll((links) =>
            links.map((link) => link.getAttribute("href")).filter((href) => !document.querySelector(href)),
        );
        assert.deepEqual(dead, []);
        await page.close_all();
    });
});

describe("present", () => {
    const at = site();

    test("cards turn by arrows, clicker, space, Home and End; Esc leaves", async () => {
        const page = await at.open();
        await present(page);
        assert.equal(await mode(page), "present");
        const seen = [await card(page)];
        for (const key of ["ArrowRight", "PageDown", " "]) {
            await page.keyboard.press(key);
            seen.push(await card(page));
        }
        assert.equal(new Set(seen).size, 4, seen.join(", "));
        await page.keyboard.press("PageUp");
        assert.equal(await card(page), seen[2]);
        await page.keyboard.press("ArrowLeft");
        assert.equal(await card(page), seen[1]);
        await page.keyboard.press("End");
        await hook(page, "present-questions").waitFor();
        assert.ok((await hook(page, "present-questions").locator("summary").count()) >= 5);
        await hook(page, "present-questions").locator("summary").first().click();
        assert.match(await hook(page, "present-questions").locator("p").nth(1).innerText(), /\d/);
        await page.keyboard.press("Home");
        assert.equal(await card(page), "idea");
        await page.keyboard.press("n");
        await hook(page, "present-notes").waitFor({ state: "hidden" });
        await page.keyboard.press("Escape");
        await hook(page, "verdict").waitFor();
        assert.equal(await mode(page), "read");
        const focused = () => document.activeElement?.dataset?.testid === "open-present";
        await page.waitForFunction(focused);
        assert.deepEqual(page.troubles, []);
        await page.close_all();
    });

    test("six to nine cards with numbers; ten minutes say more than five", async () => {
        const page = await at.open();
        await present(page);
        const walk = async () => {
            // Arrows belong to the length while it has the focus.
            await page.evaluate(() => document.activeElement?.blur());
            await page.keyboard.press("Home");
            const cards = [];
            while (cards.length < 12) {
                cards.push({
                    text: await hook(page, "present-card").innerText(),
                    notes: await hook(page, "present-notes").innerText(),
                });
                await page.keyboard.press("ArrowRight");
                if (await hook(page, "present-questions").isVisible()) return cards;
            }
            return cards;
        };
        const lengths = page.locator('.present-bar input[type="radio"]');
        await lengths.first().check({ force: true });
        const short = await walk();
        await lengths.last().check({ force: true });
        const long = await walk();
        assert.ok(short.length >= 6 && short.length <= 9, `${short.length} cards`);
        for (const { text, notes } of long) assert.match(text + notes, /\d/);
        const words = (cards) => cards.map((own) => own.notes).join(" ").split(/\s+/).length;
        assert.ok(words(long) > 1.3 * words(short), `${words(long)} and ${words(short)} words`);
        const seconds = long.map((own) => own.notes.match(/about (\d+):(\d\d)/).slice(1).map(Number));
        const total = seconds.reduce((sum, [minutes, rest]) => sum + 60 * minutes + rest, 0);
        assert.ok(Math.abs(total - 600) <= 5, `${total} seconds`);
        await page.close_all();
    });

    test("the clock runs, pauses and says what is left", async () => {
        const page = await at.open();
        await present(page);
        const clock = page.locator(".present-elapsed");
        assert.equal(await clock.innerText(), "0:00");
        await page.keyboard.press("ArrowRight");
        await page.waitForFunction(() => document.querySelector(".present-elapsed").innerText === "0:01");
        assert.match(await page.locator(".present-left").innerText(), /left/);
        await page.keyboard.press("p");
        const stopped = await clock.innerText();
        await page.waitForTimeout(1500);
        assert.equal(await clock.innerText(), stopped);
        await page.close_all();
    });

    test("keys belong to the field that has the focus", async () => {
        const page = await at.open();
        await present(page);
        await page.locator('.present-bar input[type="radio"]').first().focus();
        await page.keyboard.press("ArrowRight");
        assert.equal(await card(page), "idea", "an arrow changes the length, not the card");
        await hook(page, "present-next").focus();
        await page.keyboard.press(" ");
        await page.waitForFunction(
            () => document.querySelector('[data-testid="present-card"]').dataset.card === "happened",
        );
        await page.close_all();
    });

    for (const [size, viewport] of Object.entries({
        phone: { width: 390, height: 844 },
        projector: { width: 1280, height: 720 },
        wide: { width: 2560, height: 1440 },
        "4k": { width: 3840, height: 2160 },
    })) {
        for (const colorScheme of ["light", "dark"]) {
            test(`every card on a ${size} screen, ${colorScheme}; axe finds nothing`, async () => {
                const page = await at.open({ viewport, colorScheme, reducedMotion: "reduce" });
                await present(page, size === "4k" ? "overnight-release" : "crm-merge");
                for (let at = 0; at < 12; at += 1) {
                    const questions = await hook(page, "present-questions").isVisible();
                    const name = questions ? "questions" : await card(page);
                    if (await page.locator(".present-chart").count()) {
                        await page.locator(".present-chart canvas").waitFor();
                        await page.waitForTimeout(400);
                    }
                    await page.screenshot({
                        path: join(shots, `present-${at}-${name}-${size}-${colorScheme}.png`),
                    });
                    assert.ok((await wide(page)) <= 0, `${name} scrolls sideways`);
                    if (size === "phone" || size === "projector") {
                        assert.deepEqual(await violations(page), [], name);
                    }
                    if (questions) break;
                    await page.keyboard.press("ArrowRight");
                }
                await page.close_all();
            });
        }
    }
});
