// How long does a million rows against a million rows take in a real browser, and how much memory?
//   node bench/pair/run.mjs FOLDER [parquet|csv …] [--rounds 3] [--pause 0]
// FOLDER holds the pair (`make bench-browser` writes it), dist/ the site. Printed for every format: seconds from giving
// the files to "Analyse can be pressed", from pressing it to the verdict, to the whole report, and all of it; the peak resident memory
// of the tab's process (page, workers and their wasm memory, all in one process); requests
// made; and the report's verdict. Every round opens a fresh browser, so nothing is warm but the disk. `--pause` is how many
// seconds pass before the files are given: while a person looks for them, a worker rehearses.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { serve } from "../../tools/serve.mjs";
import { launch } from "../../tests/browser/chromium.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { rounds: { type: "string", default: "3" }, pause: { type: "string", default: "0" } },
});
const [folder, ...named] = positionals;
if (!folder) {
    console.error("usage: node bench/pair/run.mjs FOLDER [parquet|csv …] [--rounds 3] [--pause 0]");
    process.exit(2);
}
const formats = named.length ? named : ["parquet", "csv"];
const MIB = 1024;

/** Peak resident KiB of every renderer process that descends from this one (Linux only). */
function rendererPeaks() {
    const processes = new Map();
    for (const name of readdirSync("/proc")) {
        if (!/^\d+$/.test(name)) continue;
        try {
            const status = readFileSync(`/proc/${name}/status`, "utf8");
            const field = (key) => Number(status.match(new RegExp(`^${key}:\\s+(\\d+)`, "m"))?.[1] ?? 0);
            const command = readFileSync(`/proc/${name}/cmdline`, "utf8");
            processes.set(Number(name), {
                parent: field("PPid"),
                peak: field("VmHWM"),
                renderer: command.includes("--type=renderer"),
            });
        } catch {
            // It ended while we looked.
        }
    }
    const ours = (id) => {
        for (let at = id; at > 1; at = processes.get(at)?.parent ?? 0) {
            if (at === process.pid) return true;
        }
        return false;
    };
    return [...processes].filter(([id, one]) => one.renderer && ours(id)).map(([, one]) => one.peak);
}

async function round(url, requests, format) {
    const browser = await launch();
    try {
        const page = await browser.newPage();
        page.setDefaultTimeout(300_000);
        await page.goto(url, { waitUntil: "networkidle" });
        const hook = (name) => page.locator(`[data-testid="${name}"]`);
        await page.evaluate(() => {
            globalThis.longest = 0;
            globalThis.longestDrawing = 0;
            new PerformanceObserver((list) => {
                for (const entry of list.getEntries()) {
                    const phase = document.querySelector("main")?.dataset.phase;
                    if (phase === "running") {
                        globalThis.longest = Math.max(globalThis.longest, entry.duration);
                    } else if (phase === "report") {
                        globalThis.longestDrawing = Math.max(globalThis.longestDrawing, entry.duration);
                    }
                }
            }).observe({ type: "longtask" });
        });
        await page.waitForTimeout(1000 * Number(values.pause));
        const started = performance.now();
        await hook("reference-input").setInputFiles(join(resolve(folder), `before.${format}`));
        await hook("production-input").setInputFiles(join(resolve(folder), `after.${format}`));
        await page.waitForFunction(() => {
            const button = document.querySelector('[data-testid="analyse"]');
            return button && !button.disabled && button.getAttribute("aria-disabled") !== "true";
        });
        const ready = performance.now();
        const asked = requests.length;
        await hook("analyse").click();
        const end = await page.waitForFunction(() => {
            const phase = document.querySelector("main")?.dataset.phase;
            return phase === "report" || phase === "failed" ? phase : null;
        });
        const answered = performance.now();
        await page.waitForFunction(() => {
            if (document.querySelector("main")?.dataset.phase === "failed") return true;
            return document.querySelector('[data-testid="report"]')?.dataset.complete === "true";
        });
        const done = performance.now();
        const failed = (await end.jsonValue()) === "failed";
        const words = await hook(failed ? "error" : "verdict").innerText();
        return {
            opening: (ready - started) / 1000,
            verdict: (answered - ready) / 1000,
            analysis: (done - ready) / 1000,
            total: (done - started) / 1000,
            peak: Math.max(...rendererPeaks()) / MIB,
            longest: await page.evaluate(() => Math.round(globalThis.longest)),
            drawing: await page.evaluate(() => Math.round(globalThis.longestDrawing)),
            asked: requests.length - asked,
            words: words.split("\n").find((line) => line.trim()) ?? "",
        };
    } finally {
        await browser.close();
    }
}

const { url, requests, close } = await serve({ root: join(root, "dist") });
for (const format of formats) {
    for (let count = 1; count <= Number(values.rounds); count += 1) {
        const one = await round(url, requests, format);
        console.log(
            `${format} ${count}: ${one.opening.toFixed(2)} s to enabled + ${one.analysis.toFixed(2)} s analysis (verdict after ${one.verdict.toFixed(2)} s) = ` +
                `${one.total.toFixed(2)} s; tab peak ${one.peak.toFixed(0)} MiB; longest page task ${one.longest} ms ` +
                `while running, ${one.drawing} ms drawing the report; ` +
                `${one.asked} requests; ${one.words}`,
        );
    }
}
await close();
