// Does the page load anywhere, say what it is before any program runs, and keep its promises in
// its own markup?
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { phase, site } from "./site.mjs";

describe("the site at the root of a host", () => {
    const at = site();

    test("loads without a console error and starts", async () => {
        const page = await at.open();
        await phase(page, "start");
        assert.equal(await page.locator("[data-shell]").count(), 0, "the shell is gone");
        await page.waitForLoadState("networkidle");
        assert.deepEqual(page.troubles, []);
        await page.close_all();
    });

    test("asks only its own origin, and nothing is missing there", async () => {
        const missing = [];
        const page = await at.open();
        page.on("response", (response) => {
            if (response.status() >= 400) missing.push(response.url());
        });
        await page.reload({ waitUntil: "networkidle" });
        assert.deepEqual(missing, []);
        assert.deepEqual(page.asked.filter((url) => !url.startsWith(at.url)), []);
        await page.close_all();
    });

    test("says what it is with JavaScript switched off", async () => {
        const page = await at.open({ javaScriptEnabled: false });
        const text = await page.locator("body").innerText();
        assert.match(text, /Why did the model get worse after launch\?/);
        assert.match(text, /no row of your data ever leaves it/);
        assert.match(text, /JavaScript is switched off/);
        assert.match(await page.title(), /whydrop/);
        await page.close_all();
    });

    test("says so when its program cannot be loaded", async () => {
        const page = await at.open();
        await page.route("**/*_bg.wasm", (route) => route.abort());
        await page.reload({ waitUntil: "load" });
        const state = page.locator("[data-shell-state]");
        await state.filter({ hasText: "could not start" }).waitFor();
        await page.close_all();
    });

    test("says what is needed in a browser without SIMD", async () => {
        const page = await at.open();
        // What such a browser does: it finds a program with a SIMD instruction invalid.
        await page.addInitScript(() => { WebAssembly.validate = () => false; });
        await page.reload({ waitUntil: "load" });
        const state = page.locator("[data-shell-state]");
        await state.filter({ hasText: "no WebAssembly SIMD" }).waitFor();
        assert.match(await state.innerText(), /Chrome or Edge 91, Firefox 89 or Safari 16\.4/);
        await page.close_all();
    });

    test("carries a build id and a content security policy without loopholes", async () => {
        const page = await at.open();
        const build = await page.locator('meta[name="build"]').getAttribute("content");
        assert.match(build, /^[0-9a-f]{12}$/);
        const policy = Object.fromEntries(
            (await page.locator('meta[http-equiv="Content-Security-Policy"]').first().getAttribute("content"))
                .split(";")
                .map((part) => part.trim().split(/\s+/))
                .map(([name, ...sources]) => [name, sources.join(" ")]),
        );
        assert.equal(policy["default-src"], "'none'");
        assert.equal(policy["script-src"], "'self' blob: 'wasm-unsafe-eval'");
        assert.equal(policy["worker-src"], "'self' blob:");
        // 'self' is for the service worker alone and goes once that is registered.
        await page.waitForFunction(() => document.querySelector("meta[data-narrowed]")?.content === "worker-src blob:");
        assert.equal(policy["connect-src"], "'self'");
        assert.equal(policy["form-action"], "'none'");
        assert.equal(policy["base-uri"], "'none'");
        const all = JSON.stringify(policy);
        assert.doesNotMatch(all, /'unsafe-eval'|'unsafe-inline'|\*|https?:/);
        await page.close_all();
    });
});

describe("the site below a path", () => {
    const at = site({ base: "/team/whydrop" });

    test("works there too", async () => {
        const page = await at.open();
        await phase(page, "start");
        await page.waitForLoadState("networkidle");
        assert.deepEqual(page.troubles, []);
        assert.deepEqual(page.asked.filter((url) => !url.startsWith(at.url)), []);
        await page.close_all();
    });
});
