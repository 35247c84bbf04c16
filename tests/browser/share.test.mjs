// Sharing, in the browser: a link for every gallery case that opens in a fresh tab, a cut one that says so, a report
// beside the app, one HTML file that opens from disk with no network, and hostile content that stays text.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { violations } from "./axe.mjs";
import { launch } from "./chromium.mjs";
import { analyse, drop, gallery, hook, phase, shots, site } from "./site.mjs";
import { broken } from "./tables.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const LINK_CHARS = 2_000;
const HTML_BYTES = 1024 * 1024;
const beside = join(root, "dist", "reports");

/** Opens the dialog and waits until it is ready. */
async function dialog(page) {
    await hook(page, "share").click();
    await hook(page, "share-dialog").locator('[data-testid="download-html"]').waitFor();
    return hook(page, "share-dialog");
}

const link = (page) => hook(page, "share-link").inputValue();

async function saved(page, name) {
    const [download] = await Promise.all([page.waitForEvent("download"), hook(page, name).click()]);
    return readFileSync(await download.path());
}

/** How many charts have ink on them. */
const drawn = (page) =>
    page.evaluate(() => {
        const inked = (canvas) => {
            const { width, height } = canvas;
            const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
            for (let at = 3; at < data.length; at += 4) if (data[at] > 0) return true;
            return false;
        };
        return [...document.querySelectorAll(".canvas canvas")].filter(inked).length;
    });

describe("sharing", () => {
    const at = site();
    after(() => rmSync(beside, { recursive: true, force: true }));

    test("every gallery case fits into a link that opens in a fresh tab", async (t) => {
        const page = await at.open();
        await phase(page, "start");
        const ids = await page
            .locator('[data-testid^="case-"]')
            .evaluateAll((cards) => cards.map((card) => card.dataset.testid.slice("case-".length)));
        assert.ok(ids.length >= 8);
        for (const id of ids) {
            await gallery(page, id);
            const verdict = await hook(page, "verdict").locator("h1").innerText();
            await dialog(page);
            const address = await link(page);
            t.diagnostic(`${id}: ${address.length} characters`);
            assert.ok(address.length <= LINK_CHARS, `${id}: ${address.length}`);
            const reader = await at.open({ path: new URL(address).hash });
            await phase(reader, "report");
            assert.equal(await hook(reader, "verdict").locator("h1").innerText(), verdict, id);
            assert.match(await hook(reader, "shared-notice").innerText(), /came in a link/);
            assert.deepEqual(reader.troubles, [], id);
            await reader.close_all();
            await page.keyboard.press("Escape");
            await page.locator(".masthead-actions button").first().click();
        }
        assert.deepEqual(page.troubles, []);
        await page.close_all();
    });

    test("the dialog shows what is inside, by keyboard, and axe finds nothing", async () => {
        const page = await at.open();
        await drop(page, broken());
        await analyse(page);
        const box = await dialog(page);
        assert.match(await box.innerText(), /What is inside/);
        assert.match(await box.innerText(), /No rows, no ids/);
        assert.match(await box.innerText(), /income/);
        assert.deepEqual(await violations(page), []);
        for (const [name, width] of [["phone", 390], ["laptop", 1280], ["wide", 2560]]) {
            await page.setViewportSize({ width, height: 900 });
            await page.screenshot({ path: join(shots, `share-dialog-${name}.png`) });
        }
        const address = await link(page);
        await hook(page, "share-redact").check();
        await page.waitForFunction(
            (old) => {
                const field = document.querySelector('[data-testid="share-link"]');
                return field && field.value !== old;
            },
            address,
        );
        assert.doesNotMatch(await box.innerText(), /income|before\.csv/);
        const markdown = (await saved(page, "download-markdown")).toString("utf8");
        assert.doesNotMatch(markdown, /income|before\.csv|region/);
        const json = JSON.parse((await saved(page, "download-shared-json")).toString("utf8"));
        assert.equal(json.shared.redacted, true);
        await page.keyboard.press("Escape");
        await page.waitForFunction(() => !document.querySelector("dialog[open]"));
        assert.deepEqual(page.troubles, []);
        await page.close_all();
    });

    test("a cut link and a changed one say so", async () => {
        const page = await at.open();
        await gallery(page, "overnight-release");
        await dialog(page);
        const fragment = new URL(await link(page)).hash;
        await page.close_all();
        for (const [text, words] of [
            [fragment.slice(0, fragment.length - 200), /was cut: \d+ of its \d+ characters/],
            [fragment.slice(0, 9), /was cut/],
            [`${fragment.slice(0, 400)}${fragment[400] === "A" ? "B" : "A"}${fragment.slice(401)}`, /changed on its way/],
            // Version 255.
            ["#r=_w" + fragment.slice(5), /newer whydrop/],
            ['#r=<img src=x onerror="globalThis.hacked=1">', /changed on its way/],
        ]) {
            const reader = await at.open({ path: text });
            await phase(reader, "failed");
            assert.match(await hook(reader, "error").innerText(), words);
            assert.equal(await reader.evaluate(() => globalThis.hacked), undefined);
            await reader.close_all();
        }
    });

    test("a link's report survives a reload after moving about in it", async () => {
        const page = await at.open();
        await gallery(page, "overnight-release");
        await dialog(page);
        const fragment = new URL(await link(page)).hash;
        await page.close_all();
        const reader = await at.open({ path: fragment });
        await phase(reader, "report");
        await reader.locator(".contents a").nth(2).click();
        assert.equal(new URL(reader.url()).hash, fragment);
        await reader.reload();
        await phase(reader, "report");
        // Shared again, it fits again.
        await dialog(reader);
        assert.ok((await link(reader)).length <= LINK_CHARS);
        await reader.screenshot({ path: join(shots, "share-opened-link.png"), fullPage: true });
        await reader.close_all();
    });

    test("a report beside the app opens by name, same origin and below it only", async () => {
        const page = await at.open();
        await drop(page, broken());
        await analyse(page);
        const report = JSON.parse((await saved(page, "download-json")).toString("utf8"));
        await page.close_all();
        mkdirSync(beside, { recursive: true });
        writeFileSync(join(beside, "x.json"), JSON.stringify(report));
        const hostile = structuredClone(report);
        const bad = '</script><img src=x onerror="globalThis.hacked=1"><b>x</b>';
        hostile.verdict.sentence = bad;
        for (const column of hostile.columns) column.findings.push({ code: "x", sentence: bad });
        hostile.columns[0].name = bad;
        hostile.columns[0].bins.forEach((bin) => (bin.title = bad));
        hostile.notes.push({ code: bad, weight: "part", what: bad, try_this: bad });
        for (const cause of hostile.causes) cause.evidence_for.push(bad);
        for (const slice of [...hostile.slices.worse, ...hostile.slices.grew]) slice.title = bad;
        hostile.metric.title = bad;
        writeFileSync(join(beside, "hostile.json"), JSON.stringify(hostile));
        writeFileSync(join(beside, "cut.json"), JSON.stringify(report).slice(0, 3_000));
        writeFileSync(join(beside, "newer.json"), JSON.stringify({ ...report, version: 99 }));
        writeFileSync(join(beside, "other.json"), '{"name": "something else"}');

        const good = await at.open({ path: "#report=reports/x.json" });
        await phase(good, "report");
        assert.equal(await hook(good, "verdict").locator("h1").innerText(), report.verdict.sentence);
        assert.deepEqual(good.troubles, []);
        await good.close_all();

        for (const [path, words] of [
            ["reports/cut.json", /not a whole JSON file/],
            ["reports/newer.json", /another version/],
            ["reports/other.json", /not a whydrop report/],
            ["reports/none.json", /could not be opened/],
            ["https://elsewhere.example/x.json", /not a report beside this app/],
            ["//elsewhere.example/x.json", /not a report beside this app/],
            ["../x.json", /not a report beside this app/],
            ["javascript:alert(1).json", /not a report beside this app/],
        ]) {
            const reader = await at.open({ path: `#report=${path}` });
            await phase(reader, "failed");
            assert.match(await hook(reader, "error").innerText(), words, path);
            assert.ok(reader.asked.every((url) => url.startsWith(at.url)), path);
            await reader.close_all();
        }

        const inert = await at.open({ path: "#report=reports/hostile.json" });
        await phase(inert, "report");
        await inert.waitForTimeout(1_500);
        await inert.locator(".opener").first().click();
        await inert.waitForTimeout(500);
        assert.equal(await inert.evaluate(() => globalThis.hacked), undefined);
        assert.equal(await inert.locator("img").count(), 0);
        await dialog(inert);
        const html = (await saved(inert, "download-html")).toString("utf8");
        assert.doesNotMatch(html, /<img src=x/);
        await inert.close_all();
        await fromDisk(html, "hostile", async (file) => {
            await file.waitForTimeout(1_000);
            assert.equal(await file.evaluate(() => globalThis.hacked), undefined);
            assert.equal(await file.locator("img").count(), 0);
        });
    });

    test("a saved report.json opens from the start page", async () => {
        const page = await at.open();
        await gallery(page, "overnight-release");
        const buffer = await saved(page, "download-json");
        await page.close_all();
        const file = { name: "whydrop-report.json", mimeType: "application/json", buffer };
        for (const way of ["open-report", "reference-input"]) {
            const reader = await at.open();
            await phase(reader, "start");
            await hook(reader, way).setInputFiles(file);
            await phase(reader, "report");
            await reader.close_all();
        }
        const reader = await at.open();
        await phase(reader, "start");
        await hook(reader, "open-report").setInputFiles({ ...file, buffer: Buffer.from("{}") });
        await phase(reader, "failed");
        assert.match(await hook(reader, "error").innerText(), /not a whydrop report/);
        await reader.close_all();
    });

    test("a chart is saved as a picture", async () => {
        const page = await at.open();
        await gallery(page, "overnight-release");
        const button = hook(page, "save-picture").first();
        await page.waitForFunction(() => document.querySelector(".canvas canvas"));
        await page.waitForTimeout(800);
        const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
        const bytes = readFileSync(await download.path());
        assert.equal(bytes.subarray(1, 4).toString("latin1"), "PNG");
        assert.match(download.suggestedFilename(), /^whydrop-.+\.png$/);
        writeFileSync(join(shots, "share-picture.png"), bytes);
        assert.deepEqual(page.troubles, []);
        await page.close_all();
    });

    /** Opens HTML text from disk in a browser without any network; fails when anything is asked for. */
    async function fromDisk(html, name, look) {
        const folder = join(root, "test-results", "html");
        mkdirSync(folder, { recursive: true });
        const path = join(folder, `${name}.html`);
        writeFileSync(path, html);
        const browser = await launch({ args: ["--proxy-server=http://127.0.0.1:1"] });
        try {
            const context = await browser.newContext({ offline: true });
            const page = await context.newPage();
            const [asked, troubles] = [[], []];
            context.on("request", (request) => {
                if (/^(https?|wss?):/.test(request.url())) asked.push(request.url());
            });
            page.on("console", (message) => {
                if (message.type() === "error") troubles.push(message.text());
            });
            page.on("pageerror", (error) => troubles.push(String(error)));
            await page.goto(pathToFileURL(path).href);
            await phase(page, "report");
            await page.waitForFunction(() => document.querySelector(".canvas canvas"));
            await page.waitForTimeout(1_500);
            await look(page);
            assert.deepEqual(asked, []);
            assert.deepEqual(troubles, []);
        } finally {
            await browser.close();
        }
    }

    test("one HTML file opens from disk with the network off and draws its charts", async (t) => {
        const page = await at.open();
        await drop(page, broken());
        await analyse(page);
        const verdict = await hook(page, "verdict").locator("h1").innerText();
        await dialog(page);
        // Also without a network: everything it needs was kept on this visit.
        const html = await saved(page, "download-html");
        await page.close_all();
        t.diagnostic(`HTML of 9 columns: ${html.length} bytes`);
        assert.ok(html.length <= HTML_BYTES);
        await fromDisk(html, "nine", async (file) => {
            assert.equal(await hook(file, "verdict").locator("h1").innerText(), verdict);
            assert.ok((await drawn(file)) >= 2, "charts are drawn");
            await file.locator(".opener").first().click();
            await file.waitForTimeout(600);
            assert.ok((await drawn(file)) >= 3, "and drawn on demand");
            assert.deepEqual(await violations(file), []);
            await file.screenshot({ path: join(shots, "share-html-from-disk.png"), fullPage: true });
        });
    });

    test("the HTML file of 10, 50 and 200 columns stays below a megabyte", async (t) => {
        for (const columns of [10, 50, 200]) {
            const page = await at.open();
            await drop(page, wide(columns));
            await analyse(page);
            await dialog(page);
            const html = await saved(page, "download-html");
            const address = await link(page);
            await page.close_all();
            t.diagnostic(`${columns} columns: HTML ${(html.length / 1024).toFixed(0)} KiB, link ${address.length}`);
            assert.ok(html.length <= HTML_BYTES, `${columns} columns: ${html.length} bytes`);
            assert.ok(address.length <= LINK_CHARS);
            if (columns === 200) await fromDisk(html, "wide", async (file) => assert.ok((await drawn(file)) >= 2));
        }
    });
});

/** A pair of tables with this many inputs, half of them numbers, half names. */
function wide(columns) {
    let state = 7;
    const next = () => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return state / 2 ** 32;
    };
    const table = (name, moved) => {
        const heads = [...Array(columns).keys()].map((at) => (at % 2 ? `kind_${at}` : `amount_${at}`));
        const lines = [`${heads.join(",")},label,score`];
        for (let row = 0; row < 1_500; row += 1) {
            const cells = heads.map((_, at) => {
                const own = next() + (moved && at % 5 === 0 ? 0.2 : 0);
                return at % 2 ? `type ${Math.floor(own * 6)}` : (own * 100).toFixed(2);
            });
            const score = Math.min(0.999, Math.max(0.001, Number(cells[0]) / 120));
            lines.push(`${cells.join(",")},${next() < score ? 1 : 0},${score.toFixed(4)}`);
        }
        return { name, mimeType: "text/csv", buffer: Buffer.from(`${lines.join("\n")}\n`) };
    };
    return { reference: table("before.csv", false), production: table("after.csv", true) };
}
