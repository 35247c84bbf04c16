// Measures what a visitor downloads from dist/ and holds it against tests/sizes/budget.json.
//   node tools/sizes.mjs [dist]     prints the table; fails when a budget is exceeded
// Raw and gzip (level 9, as a static host would send at best), in KiB of 1,024 bytes.
import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const root = fileURLToPath(new URL("..", import.meta.url));

/** `*` is anything within a folder, `**` any folders. */
function matches(name, pattern) {
    const source = pattern
        .split(/(\*\*\/|\*)/)
        .map((part) =>
            part === "**/" ? "(?:.*/)?" : part === "*" ? "[^/]*" : part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"),
        )
        .join("");
    return new RegExp(`^${source}$`).test(name);
}

/**
 * One row a budget: `{ name, files, raw, gzip, rawBudget, gzipBudget, problems }`, sizes in
 * KiB. A budget that no file matches is a problem: a renamed file must not slip out of it.
 */
export function measure(dist = join(root, "dist")) {
    const budget = JSON.parse(readFileSync(join(root, "tests", "sizes", "budget.json"), "utf8"));
    const names = readdirSync(dist, { recursive: true }).map((name) => name.split(sep).join("/"));
    return Object.entries(budget).map(([name, entry]) => {
        const files = names.filter(
            (file) =>
                entry.files.some((pattern) => matches(file, pattern)) &&
                !(entry.except ?? []).some((pattern) => matches(file, pattern)),
        );
        let raw = 0;
        let gzip = 0;
        for (const file of files) {
            const bytes = readFileSync(join(dist, file));
            raw += bytes.length / 1024;
            gzip += gzipSync(bytes, { level: 9 }).length / 1024;
        }
        const problems = [];
        if (files.length === 0) problems.push(`no file matches ${entry.files.join(", ")}`);
        if (raw > entry.raw_kib) problems.push(`raw ${raw.toFixed(1)} KiB over ${entry.raw_kib}`);
        if (gzip > entry.gzip_kib) problems.push(`gzip ${gzip.toFixed(1)} KiB over ${entry.gzip_kib}`);
        return { name, files, raw, gzip, rawBudget: entry.raw_kib, gzipBudget: entry.gzip_kib, problems };
    });
}

/** The rows as a table for a terminal. */
export function table(rows) {
    const cell = (value, width) => String(value).padStart(width);
    const lines = [`${"".padEnd(14)}${cell("raw KiB", 10)}${cell("budget", 9)}${cell("gzip KiB", 10)}${cell("budget", 9)}`];
    for (const row of rows) {
        lines.push(
            row.name.padEnd(14) +
                cell(row.raw.toFixed(1), 10) +
                cell(row.rawBudget, 9) +
                cell(row.gzip.toFixed(1), 10) +
                cell(row.gzipBudget, 9) +
                (row.problems.length ? `  ← ${row.problems.join("; ")}` : ""),
        );
    }
    return lines.join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const rows = measure(process.argv[2]);
    console.log(table(rows));
    if (rows.some((row) => row.problems.length > 0)) process.exitCode = 1;
}
