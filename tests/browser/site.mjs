// What every browser test starts from: dist/ served on loopback, one Chromium, and pages that
// keep account of their console, errors and requests.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { serve } from "../../tools/serve.mjs";
import { launch } from "./chromium.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Where screenshots go. */
export const shots = join(root, "test-results", "screenshots");
mkdirSync(shots, { recursive: true });

/** Analyses may be slow on a busy machine; a hang must still end. */
export const PATIENCE_MILLIS = 60_000;

/**
 * Sets up server and browser around the tests of a file.
 *
 * Returns an object whose `open(options)` gives a fresh page at the site: `options` are
 * Playwright's context options, and `path` is appended to the address. The page comes with
 * `page.troubles` (console errors and uncaught exceptions, as text) and `page.asked` (addresses
 * of all requests that left the browser's page, workers included).
 */
export function site({ base = "", args = [] } = {}) {
    const at = { url: "", requests: [], open };
    let server;
    let browser;
    before(async () => {
        server = await serve({ root: join(root, "dist"), base });
        at.url = server.url;
        at.requests = server.requests;
        browser = await launch({ args });
    });
    after(async () => {
        await browser?.close();
        await server?.close();
    });

    async function open({ path = "", ...options } = {}) {
        const context = await browser.newContext({ acceptDownloads: true, ...options });
        const page = await context.newPage();
        page.setDefaultTimeout(PATIENCE_MILLIS);
        page.troubles = [];
        page.asked = [];
        page.on("console", (message) => {
            if (message.type() === "error") page.troubles.push(message.text());
        });
        page.on("pageerror", (error) => page.troubles.push(String(error)));
        context.on("request", (request) => {
            if (/^https?:/.test(request.url())) page.asked.push(request.url());
        });
        page.close_all = () => context.close();
        await page.goto(at.url + path, { waitUntil: "load" });
        return page;
    }
    return at;
}

/** Waits until `<main data-phase>` is one of `phases` and returns which. */
export async function phase(page, ...phases) {
    const handle = await page.waitForFunction(
        (wanted) => {
            const now = document.querySelector("main[data-phase]")?.dataset.phase;
            return wanted.includes(now) ? now : null;
        },
        phases,
        { timeout: PATIENCE_MILLIS },
    );
    return handle.jsonValue();
}

/** The element with a test hook. */
export const hook = (page, name) => page.locator(`[data-testid="${name}"]`);

/** Drops two files and waits until the analysis can be started. */
export async function drop(page, { reference, production }) {
    await phase(page, "start", "columns");
    await hook(page, "reference-input").setInputFiles(reference);
    await hook(page, "production-input").setInputFiles(production);
    const outcome = await page.waitForFunction(
        () => {
            const button = document.querySelector('[data-testid="analyse"]');
            if (button && !button.disabled) return "enabled";
            const stuck = document.querySelector('main:is([data-phase="failed"], [data-phase="columns"])');
            return stuck?.querySelector('[data-testid="error"]')?.innerText ?? null;
        },
        undefined,
        { timeout: PATIENCE_MILLIS },
    );
    const words = await outcome.jsonValue();
    if (words !== "enabled") throw new Error(`the files were not taken: ${words}`);
}

/** Starts the analysis and waits for its end; fails with the page's own words if it fails. */
export async function analyse(page) {
    await hook(page, "analyse").click();
    const end = await phase(page, "report", "failed");
    if (end === "failed") {
        throw new Error(`the analysis failed: ${await hook(page, "error").innerText()}`);
    }
    await complete(page);
}

/** Waits until the report is whole and drawn: the verdict is on screen before its causes are worked out. */
export async function complete(page) {
    const whole = page.locator('[data-testid="report"][data-complete="true"]');
    const failed = page.locator('[data-testid="report"] [data-testid="error"]');
    await whole.or(failed).first().waitFor();
    if (await failed.count()) throw new Error(`the diagnosis failed: ${await failed.innerText()}`);
    await page.waitForFunction(() => !document.querySelector("main [data-awaits-turn]"));
}

/** Opens a case of the gallery and waits for its report. */
export async function gallery(page, id) {
    await phase(page, "start");
    await hook(page, `case-${id}`).click();
    if ((await phase(page, "columns", "running", "report")) === "columns") await analyse(page);
    await phase(page, "report");
    await complete(page);
}
