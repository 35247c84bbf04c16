// Runs every suite, fast ones first, and closes with one summary. `make test` calls it.
//   node tools/test.mjs              everything
//   node tools/test.mjs native       only the suites named
// A suite that fails does not stop the others. Each suite's own output is passed through
// and kept in test-results/<suite>.log; the last line is `N passed, N failed[, N skipped]`.
import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const results = join(root, "test-results");
mkdirSync(results, { recursive: true });

const testsIn = (dir) =>
    readdirSync(join(root, dir))
        .filter((name) => name.endsWith(".test.mjs"))
        .sort()
        .map((name) => `${dir}/${name}`);
const node = (dir) => ["node", "--test", "--test-reporter=spec", "--test-concurrency=1", ...testsIn(dir)];

/**
 * `counts` false: the suite has no tests of its own to count, it is one check.
 */
const SUITES = [
    { name: "format", command: ["cargo", "fmt", "--check"], counts: false },
    { name: "tools", command: node("tests/tools"), counts: true },
    // The page is built for the browser alone, with modules of its own: native tests do not compile it.
    { name: "page", command: ["bash", "tools/check_page"], counts: false },
    { name: "native", command: ["cargo", "test", "--no-fail-fast"], counts: true },
    { name: "exports", command: ["bash", "tests/exports/run.sh"], counts: true },
    { name: "site", command: ["bash", "tools/build"], counts: false },
    { name: "sizes", command: node("tests/sizes"), counts: true, needs: "site" },
    { name: "browser", command: node("tests/browser"), counts: true, needs: "site" },
];

/** Adds up the closing lines of cargo's and node's runners and of our own. */
function count(line, tally) {
    const cargo = line.match(/^test result: \S+ (\d+) passed; (\d+) failed; (\d+) ignored/);
    if (cargo) {
        tally.passed += Number(cargo[1]);
        tally.failed += Number(cargo[2]);
        tally.skipped += Number(cargo[3]);
        tally.lines.push(line);
    }
    const plain = line.match(/^(\d+) passed, (\d+) failed$/);
    if (plain) {
        tally.passed += Number(plain[1]);
        tally.failed += Number(plain[2]);
        tally.lines.push(line);
    }
    const spec = line.match(/^[ℹ#] (tests|pass|fail|cancelled|skipped|todo) (\d+)$/);
    if (spec) {
        const key = { pass: "passed", fail: "failed", cancelled: "failed", skipped: "skipped", todo: "skipped" };
        if (key[spec[1]]) tally[key[spec[1]]] += Number(spec[2]);
        tally.lines.push(line);
    }
}

function run(suite) {
    return new Promise((done) => {
        const [program, ...args] = suite.command;
        console.log(`\n=== ${suite.name}: ${suite.command.join(" ")}`);
        const log = createWriteStream(join(results, `${suite.name}.log`));
        const tally = { passed: 0, failed: 0, skipped: 0, lines: [] };
        const started = Date.now();
        const child = spawn(program, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
        for (const [stream, out] of [[child.stdout, process.stdout], [child.stderr, process.stderr]]) {
            let rest = "";
            stream.on("data", (bytes) => {
                out.write(bytes);
                log.write(bytes);
                const lines = (rest + bytes.toString("utf8")).split("\n");
                rest = lines.pop();
                for (const line of lines) count(line.replace(/\u001b\[[0-9;]*m/g, "").trimEnd(), tally);
            });
        }
        const end = (code, why) => {
            log.end();
            if (!suite.counts) tally[code === 0 ? "passed" : "failed"] += 1;
            // A runner that died before its closing line must not look like zero failures.
            else if (code !== 0 && tally.failed === 0) tally.failed += 1;
            else if (code === 0 && tally.passed === 0) {
                tally.failed += 1;
                why = "ran no test";
            }
            done({ suite, code, why, seconds: (Date.now() - started) / 1000, tally });
        };
        child.on("error", (error) => end(1, error.message));
        child.on("close", (code, signal) => end(code ?? 1, signal ?? (code ? `exit ${code}` : "")));
    });
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !SUITES.some((suite) => suite.name === name));
if (unknown.length) {
    console.error(`no suite ${unknown.join(", ")}; there are ${SUITES.map((s) => s.name).join(", ")}`);
    process.exit(2);
}
const outcomes = [];
for (const suite of SUITES) {
    if (wanted.length && !wanted.includes(suite.name)) continue;
    const before = outcomes.find((outcome) => outcome.suite.name === suite.needs);
    if (before && before.code !== 0) {
        const tally = { passed: 0, failed: 1, skipped: 0, lines: [] };
        outcomes.push({ suite, code: 1, why: `not run: ${suite.needs} failed`, seconds: 0, tally });
        continue;
    }
    outcomes.push(await run(suite));
}

console.log("\n=== summary");
const total = { passed: 0, failed: 0, skipped: 0 };
for (const { suite, seconds, tally, why } of outcomes) {
    for (const line of tally.lines) console.log(`${suite.name}: ${line}`);
    for (const key of Object.keys(total)) total[key] += tally[key];
    console.log(
        `${suite.name}: ${tally.failed === 0 ? "ok" : "FAILED"} in ${seconds.toFixed(0)} s` +
            ` (${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped)` +
            (why ? `, ${why}` : ""),
    );
}
console.log(
    `${total.passed} passed, ${total.failed} failed` + (total.skipped ? `, ${total.skipped} skipped` : ""),
);
process.exitCode = total.failed > 0 ? 1 : 0;
