// Writes src/share/dictionary.txt: the phrases and ids whydrop's reports are made of, taken from the sources that write
// them. Run by hand for a new version of the link's format only (see share/link.rs); old links need the old text.
//   node tools/link_dictionary.mjs
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const src = fileURLToPath(new URL("../src", import.meta.url));
/** What stands for a value between the words of a phrase, by turns. */
const VALUES = ["income", "3.1 points", "12 %", "0.82", "2026-03-02", "1,240"];
/** Least interesting first: what was read last is remembered best. */
const SOURCES = [
    "metric",
    "story/verdict.rs",
    "story/metric_words.rs",
    "story/segment.rs",
    "story/note.rs",
    "story/change.rs",
    "story/from_check.rs",
    "story/finding.rs",
    "bug",
    "cause",
    "story/evidence.rs",
];
const LEFT_OUT = /(^|\/)(tests|fixture|weights|fit)\b/;

function files(name) {
    if (name.endsWith(".rs")) return [name];
    return readdirSync(join(src, name), { recursive: true })
        .filter((own) => own.endsWith(".rs") && !LEFT_OUT.test(own))
        .sort()
        .map((own) => `${name}/${own}`);
}

/** The string literals of a source file outside comments, attributes and tests, joined over line ends. */
function literals(text) {
    const code = text
        .split(/^#\[cfg\(test\)\]/m)[0]
        .replace(/^\s*\/\/.*$/gm, "")
        .replace(/reason\s*=\s*"[^"]*"/g, "")
        .replace(/expect\("[^"]*"\)/g, "");
    return [...code.matchAll(/"((?:[^"\\]|\\[\s\S])*)"/g)].map(([, own]) =>
        own.replace(/\\\n\s*/g, "").replace(/\\"/g, '"').replace(/\\n/g, " "),
    );
}

const seen = new Set();
const lines = [];
let turn = 0;
for (const text of SOURCES.flatMap(files).map((name) => readFileSync(join(src, name), "utf8"))) {
    for (const literal of literals(text)) {
        const phrase = literal
            .replace(/\{\{|\}\}/g, "")
            .replace(/\{[^}]*\}/g, () => VALUES[turn++ % VALUES.length])
            .trim();
        const isId = /^[a-z][a-z0-9_]{2,30}$/.test(phrase);
        if ((!phrase.includes(" ") && !isId) || phrase.length > 300 || seen.has(phrase)) continue;
        if (/[\\<>]|::|^\W+$/.test(phrase)) continue;
        seen.add(phrase);
        lines.push(isId ? phrase : phrase[0].toUpperCase() + phrase.slice(1) + (/[.!?]$/.test(phrase) || phrase.length < 25 ? "" : "."));
    }
}
writeFileSync(join(src, "share", "dictionary.txt"), `${lines.join("\n")}\n`);
console.log(`${lines.length} lines`);
