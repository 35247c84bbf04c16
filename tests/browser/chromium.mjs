// Finds a Chromium or Chrome and starts it quietly. Playwright's own browsers are not used:
// they would have to be downloaded.
//   node tests/browser/chromium.mjs     prints the browser it found, or fails
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const PLACES = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];
const QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
];

/** The path of the browser: `CHROMIUM` if set, else what is on PATH, else null. */
export function findChromium() {
    if (process.env.CHROMIUM) return process.env.CHROMIUM;
    const folders = (process.env.PATH ?? "").split(delimiter);
    const candidates = [...NAMES.flatMap((name) => folders.map((dir) => join(dir, name))), ...PLACES];
    return candidates.find((path) => existsSync(path)) ?? null;
}

/** Starts the browser headless. `args` are added to the quiet ones. */
export async function launch({ args = [] } = {}) {
    const executablePath = findChromium();
    if (!executablePath) throw new Error("no Chromium: run tools/setup test");
    const { chromium } = await import("playwright-core");
    const root = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
    return chromium.launch({ executablePath, headless: true, args: [...QUIET, ...root, ...args] });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const found = findChromium();
    console.log(found ?? "none");
    process.exitCode = found ? 0 : 1;
}
