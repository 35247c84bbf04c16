// The second visit, with no network: a gallery case and an analysis of files from start to report, sharing included.
// And the next version: offered with a button, never forced; the old files go.
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { serve } from "../../tools/serve.mjs";
import { launch } from "./chromium.mjs";
import { analyse, drop, gallery, hook, phase, site } from "./site.mjs";
import { broken } from "./tables.mjs";

const dist = fileURLToPath(new URL("../../dist", import.meta.url));

/** Waits until the site is kept and answers for this page. */
const kept = (page) =>
    page.evaluate(async () => {
        await navigator.serviceWorker.ready;
        while (!navigator.serviceWorker.controller) await new Promise((done) => setTimeout(done, 50));
    });

describe("without a network", () => {
    const at = site({ base: "/any/path" });

    test("the manifest names the app, and the first visit keeps what it needs", async () => {
        const page = await at.open();
        await phase(page, "start");
        await kept(page);
        const manifest = await page.evaluate(async () => {
            const link = document.querySelector('link[rel="manifest"]');
            return (await fetch(link.href)).json();
        });
        assert.equal(manifest.name, "whydrop");
        assert.equal(manifest.start_url, "./");
        assert.equal(manifest.display, "standalone");
        const names = await page.evaluate(() => caches.keys());
        assert.equal(names.length, 1);
        assert.match(names[0], /^whydrop-[0-9a-f]{16}$/);
        assert.deepEqual(page.troubles, []);
        await page.close_all();
    });

    test("a gallery case and files are analysed and shared on the second visit", async () => {
        // A server of its own, to be ended: not even the browser's own look for a newer version reaches anybody.
        const server = await serve({ root: dist });
        const page = await at.open();
        await page.goto(server.url);
        await phase(page, "start");
        await kept(page);
        await server.close();
        await page.reload();
        await gallery(page, "overnight-release");
        assert.ok((await hook(page, "verdict").innerText()).length > 0);
        await page.waitForFunction(() => document.querySelector(".canvas canvas"));
        await hook(page, "share").click();
        const [download] = await Promise.all([
            page.waitForEvent("download"),
            hook(page, "download-html").click(),
        ]);
        assert.ok(readFileSync(await download.path()).length > 100_000);
        const address = await hook(page, "share-link").inputValue();
        await page.goto("about:blank");
        await page.goto(server.url);
        await drop(page, broken());
        await analyse(page);
        await page.goto("about:blank");
        await page.goto(address);
        await phase(page, "report");
        assert.deepEqual(page.troubles, []);
        await page.close_all();
    });

    test("what is kept answers for its own files only, and takes one order", async () => {
        const elsewhere = await serve();
        const page = await at.open();
        await phase(page, "start");
        await kept(page);
        const outcome = await page.evaluate(async (url) => {
            const { controller } = navigator.serviceWorker;
            for (const order of [url, { url }, { fetch: url }, ["fetch", url], "rows of data"]) controller.postMessage(order);
            const direct = await fetch(url, { mode: "no-cors" }).then(() => "sent", () => "blocked");
            await new Promise((done) => setTimeout(done, 500));
            return direct;
        }, elsewhere.url);
        assert.equal(outcome, "blocked");
        assert.deepEqual(elsewhere.requests, []);
        await elsewhere.close();
        await page.close_all();
    });

    test("after it is registered no worker starts from an address", async () => {
        const page = await at.open();
        await page.waitForFunction(() => document.querySelector("meta[data-narrowed]"));
        const outcome = await page.evaluate(
            () =>
                new Promise((done) => {
                    try {
                        const worker = new Worker("worker.js");
                        worker.onerror = () => done("refused");
                        setTimeout(() => done("started"), 1_000);
                    } catch {
                        done("refused");
                    }
                }),
        );
        assert.equal(outcome, "refused");
        await page.close_all();
    });
});

describe("a newer version", () => {
    let folder;
    let server;
    let browser;
    before(async () => {
        folder = mkdtempSync(join(tmpdir(), "whydrop-site-"));
        cpSync(dist, folder, { recursive: true });
        server = await serve({ root: folder });
        browser = await launch();
    });
    after(async () => {
        await browser?.close();
        await server?.close();
        rmSync(folder, { recursive: true, force: true });
    });

    test("is offered with a button, never forced, and takes the place of the old one", async () => {
        const context = await browser.newContext();
        const page = await context.newPage();
        page.setDefaultTimeout(60_000);
        await page.goto(server.url);
        await phase(page, "start");
        await kept(page);
        assert.equal(await hook(page, "update").count(), 0, "nothing to offer at first");
        // The next release: another page title, another version of everything.
        const index = join(folder, "index.html");
        writeFileSync(index, readFileSync(index, "utf8").replace("<title>", "<title>Next: "));
        const worker = join(folder, "sw.js");
        writeFileSync(worker, readFileSync(worker, "utf8").replace(/VERSION = "[0-9a-f]{16}"/, 'VERSION = "00000000000000ff"'));
        await page.reload();
        await phase(page, "start");
        await hook(page, "update").waitFor();
        assert.doesNotMatch(await page.title(), /^Next/, "the old one stays until asked");
        await page.reload();
        await phase(page, "start");
        assert.doesNotMatch(await page.title(), /^Next/, "also after a reload");
        await hook(page, "update").waitFor();
        await hook(page, "update").locator("button").click();
        await page.waitForFunction(() => document.title.startsWith("Next"));
        await phase(page, "start");
        assert.equal(await hook(page, "update").count(), 0);
        assert.deepEqual(await page.evaluate(() => caches.keys()), ["whydrop-00000000000000ff"]);
        await context.close();
    });
});
