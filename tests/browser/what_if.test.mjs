// Can a cut-off be tried out? Every figure follows the slider within a frame, today's figures are those of
// the report, and the keyboard reaches everything.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { violations } from "./axe.mjs";
import { gallery, hook, site } from "./site.mjs";

/** One frame at 60 a second. */
const FRAME_MILLIS = 1000 / 60;

/** The number behind a printed figure. */
async function figure(page, name) {
    return Number(await hook(page, name).getAttribute("data-value"));
}

/** Moves a range or number input as a user's hand would. */
async function slide(page, name, value) {
    await hook(page, name).evaluate((input, value) => {
        input.value = String(value);
        input.dispatchEvent(new Event("input", { bubbles: true }));
    }, value);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(done)));
}

async function report(page) {
    const [download] = await Promise.all([page.waitForEvent("download"), hook(page, "download-json").click()]);
    return JSON.parse(readFileSync(await download.path(), "utf8"));
}

describe("what-if", () => {
    const at = site();

    test("it starts from today, and follows the slider and the keyboard", async () => {
        const page = await at.open();
        await gallery(page, "spring-rates");
        await hook(page, "what-if").waitFor();
        const { metrics, what_if } = await report(page);
        const metric = (name) => metrics.find((own) => own.name === name).production;
        for (const name of ["precision", "recall", "accuracy"]) {
            assert.ok(Math.abs((await figure(page, `what-if-${name}`)) - metric(name)) < 1e-9, name);
        }
        const slider = hook(page, "what-if-threshold");
        assert.equal(Number(await slider.getAttribute("max")), what_if.edges.length - 1);
        await slider.focus();
        const recall = await figure(page, "what-if-recall");
        for (let step = 0; step < 5; step += 1) await page.keyboard.press("ArrowLeft");
        assert.ok((await figure(page, "what-if-recall")) > recall, "a lower cut-off finds more");
        assert.match(await slider.getAttribute("aria-valuetext"), /\d/);
        await hook(page, "what-if-today").click();
        assert.equal(await figure(page, "what-if-recall"), recall);
        await hook(page, "what-if-threshold-number").fill("0");
        await page.keyboard.press("Tab");
        assert.equal(await figure(page, "what-if-recall"), 1, "at 0 everything is found");
        await slide(page, "what-if-threshold", what_if.edges.length - 1);
        assert.equal(await figure(page, "what-if-recall"), 0, "above all scores nothing is");
        assert.deepEqual(page.troubles, []);
        await page.close_all();
    });

    test("every figure is there in the next frame", async () => {
        const page = await at.open();
        await gallery(page, "spring-rates");
        await hook(page, "what-if").waitFor();
        await page.locator("#scores canvas").first().waitFor();
        const times = await page.evaluate(async () => {
            const slider = document.querySelector('[data-testid="what-if-threshold"]');
            const value = document.querySelector('[data-testid="what-if-accuracy"]');
            const frame = () => new Promise((done) => requestAnimationFrame(done));
            const works = [];
            const frames = [];
            let late = 0;
            const last = Number(slider.max);
            for (let step = 0; step < 120; step += 1) {
                await frame();
                const before = value.dataset.value;
                const start = performance.now();
                slider.value = String(Math.round(last * (0.15 + 0.7 * Math.abs(Math.sin(step * 1.7)))));
                slider.dispatchEvent(new Event("input", { bubbles: true }));
                for (let turn = 0; turn < 50 && value.dataset.value === before; turn += 1) await Promise.resolve();
                document.body.getBoundingClientRect();
                const done = performance.now() - start;
                const shown = value.dataset.value;
                await frame();
                frames.push(performance.now() - start);
                if (shown !== before) works.push(done);
                if (value.dataset.value !== shown) late += 1;
            }
            return { works, frames, late };
        });
        assert.ok(times.works.length > 100, `${times.works.length} of 120 moves changed the figures`);
        const sorted = (list) => list.toSorted((a, b) => a - b);
        const [works, frames] = [sorted(times.works), sorted(times.frames)];
        const median = (list) => list[Math.floor(list.length / 2)];
        console.log(
            `input to figures and layout: median ${median(works).toFixed(1)} ms, max ${works.at(-1).toFixed(1)} ms; ` +
                `to the next frame: median ${median(frames).toFixed(1)} ms, max ${frames.at(-1).toFixed(1)} ms`,
        );
        assert.equal(times.late, 0, "no frame was shown with old figures");
        assert.ok(median(works) < FRAME_MILLIS, `median ${median(works)} ms`);
        await page.close_all();
    });

    test("costs, recalibration, a segment without the model", async () => {
        const page = await at.open();
        await gallery(page, "busy-spring");
        await hook(page, "what-if").waitFor();
        await hook(page, "what-if-cost-fp").locator("input").fill("1");
        await hook(page, "what-if-cost-fn").locator("input").fill("9");
        const cost = await figure(page, "what-if-cost");
        assert.ok(cost > 0);
        await hook(page, "what-if-cheapest").click();
        assert.ok((await figure(page, "what-if-cost")) <= cost, "the cheapest is no dearer than today");
        await hook(page, "what-if-today").click();
        const rate = await figure(page, "what-if-yes-rate");
        await hook(page, "what-if-segment-0").selectOption({ index: 1 });
        assert.ok((await figure(page, "what-if-yes-rate")) < rate, "nobody there gets a yes");
        await hook(page, "what-if-segment-0").selectOption({ index: 0 });
        assert.equal(await figure(page, "what-if-yes-rate"), rate);
        await hook(page, "what-if-recalibrate").check();
        assert.match(await hook(page, "what-if").locator("label[for=what-if-cut]").innerText(), /corrected/);
        await hook(page, "what-if-recalibrate").uncheck();
        assert.match(await hook(page, "what-if-resolution").innerText(), /rows before and .* steps/);
        assert.deepEqual(page.troubles, []);
        await page.close_all();
    });

    test("typing the traffic keeps the focus", async () => {
        const page = await at.open();
        await gallery(page, "spring-rates");
        await hook(page, "what-if").waitFor();
        await page.locator("details.panel > summary").first().click();
        const field = page.locator(".business").getByLabel(/^Traffic/);
        await field.focus();
        await page.keyboard.type("2500", { delay: 120 });
        await page.waitForTimeout(900);
        assert.equal(await field.inputValue(), "2500");
        assert.ok(await field.evaluate((input) => input === document.activeElement), "the focus stays");
        const [rate, decisions] = [await figure(page, "what-if-yes-rate"), await figure(page, "what-if-decisions")];
        assert.ok(Math.abs(decisions - 2500 * rate) < 1e-6);
        await page.close_all();
    });

    test("the keyboard reaches all of it", async () => {
        const page = await at.open();
        await gallery(page, "busy-spring");
        await hook(page, "what-if").waitFor();
        await hook(page, "what-if-threshold").focus();
        const reached = new Set();
        for (let step = 0; step < 30; step += 1) {
            await page.keyboard.press("Tab");
            reached.add(
                await page.evaluate(() => document.activeElement?.closest("[data-testid]")?.dataset.testid ?? ""),
            );
        }
        for (const name of [
            "what-if-threshold-number",
            "what-if-today",
            "what-if-cost-fp",
            "what-if-recalibrate",
            "what-if-segment-0",
        ]) {
            assert.ok(reached.has(name), `${name}: ${[...reached].join(", ")}`);
        }
        await page.close_all();
    });

    for (const colorScheme of ["light", "dark"]) {
        test(`axe finds nothing (${colorScheme})`, async () => {
            const page = await at.open({ colorScheme });
            await gallery(page, "busy-spring");
            await hook(page, "what-if").waitFor();
            await page.locator("#scores canvas").first().waitFor();
            await slide(page, "what-if-threshold", 20);
            assert.deepEqual(await violations(page), []);
            await page.close_all();
        });
    }
});
