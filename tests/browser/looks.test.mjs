// Pictures of every phase for people to look at: test-results/screenshots/. What a machine can
// say about looks is checked too: nothing scrolls sideways, charts are drawn.
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { analyse, drop, gallery, hook, phase, shots, site } from "./site.mjs";
import { broken } from "./tables.mjs";

const SIZES = {
    phone: { width: 390, height: 844 },
    laptop: { width: 1280, height: 800 },
    wide: { width: 1920, height: 1080 },
};

describe("looks", () => {
    const at = site();

    for (const [size, viewport] of Object.entries(SIZES)) {
        for (const colorScheme of ["light", "dark"]) {
            test(`on a ${size} screen, ${colorScheme}`, async () => {
                const page = await at.open({ viewport, colorScheme, reducedMotion: "reduce" });
                const shoot = async (name) => {
                    await page.screenshot({
                        path: join(shots, `${name}-${size}-${colorScheme}.png`),
                        fullPage: true,
                    });
                    const over = await page.evaluate(
                        () =>
                            document.documentElement.scrollWidth -
                            document.documentElement.clientWidth,
                    );
                    assert.ok(over <= 0, `${name} scrolls sideways by ${over} px`);
                };
                await phase(page, "start");
                await shoot("start");
                await drop(page, broken());
                await shoot("columns");
                await analyse(page);
                await page.locator("canvas").first().waitFor();
                await page.waitForTimeout(500);
                await shoot("report");
                await page.close_all();
            });

            test(`why and parity on a ${size} screen, ${colorScheme}`, async () => {
                const page = await at.open({ viewport, colorScheme, reducedMotion: "reduce" });
                await gallery(page, "crm-merge");
                await page.locator(".switch input").last().check({ force: true });
                for (const [id, drawn] of [["why", "canvas"], ["parity", "tbody tr"]]) {
                    const section = hook(page, "report").locator(`#${id}`);
                    await section.scrollIntoViewIfNeeded();
                    await section.locator(drawn).first().waitFor();
                    await page.waitForTimeout(300);
                    await section.screenshot({ path: join(shots, `${id}-${size}-${colorScheme}.png`) });
                }
                const over = await page.evaluate(
                    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
                );
                assert.ok(over <= 0, `the page scrolls sideways by ${over} px`);
                await page.close_all();
            });
        }
    }
});
