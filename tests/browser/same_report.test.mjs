// Is the report of the browser the report of the headless program, byte for byte? Only `seconds` may differ.
// Native tests then vouch for the browser.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, test } from "node:test";
import { analyse, drop, hook, site } from "./site.mjs";
import { broken, unchanged } from "./tables.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The headless program, built by the native tests or here. `tools/env` points Cargo at the browser's builds. */
function headless() {
    const folder = process.env.WHYDROP_NATIVE_TARGET ?? join(root, "target");
    const program = join(folder, "debug/whydrop");
    if (!existsSync(program)) {
        const env = { ...process.env, CARGO_TARGET_DIR: folder };
        execFileSync("cargo", ["build", "--bin", "whydrop"], { cwd: root, env, stdio: "inherit" });
    }
    return program;
}

/** A report's text without the one line that may differ. */
const steady = (text) => text.trimEnd().replace(/^ {2}"seconds": .*$/m, "");

describe("the report of the browser and of the headless program", () => {
    const at = site();
    const program = headless();

    for (const [what, files] of [["a drop", broken(6_000)], ["no drop", unchanged(6_000)]]) {
        test(`is the same for ${what}`, async () => {
            const page = await at.open();
            await drop(page, files);
            await analyse(page);
            const [download] = await Promise.all([
                page.waitForEvent("download"),
                hook(page, "download-json").click(),
            ]);
            const browser = readFileSync(await download.path(), "utf8");
            await page.close_all();

            const folder = mkdtempSync(join(tmpdir(), "whydrop-"));
            const paths = Object.values(files).map(({ name, buffer }) => {
                writeFileSync(join(folder, name), buffer);
                return join(folder, name);
            });
            const json = join(folder, "report.json");
            execFileSync(program, ["--reference", paths[0], "--production", paths[1], "--json", json], {
                stdio: "ignore",
            });
            const native = readFileSync(json, "utf8");
            rmSync(folder, { recursive: true });
            assert.ok(native.includes('"verdict"'));
            assert.ok(steady(browser) === steady(native), "the two reports differ");
        });
    }
});
