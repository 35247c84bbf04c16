// The one-file page. Used twice: by the page, which fills it with the report on screen, and by the build (Node), which
// makes viewer.html for the headless program. Enter: the files of the site; leaves: one HTML text with all of them
// inside, compressed, that opens from disk and asks nothing of any network: its policy forbids it to.

/** Largest file that is handed out, bytes. */
export const MOST_BYTES = 1024 * 1024;
/** Where the report, the title and the words without JavaScript go; share/html.rs knows the same. */
const REPORT_PLACE = "__WHYDROP_REPORT__";
const TITLE_PLACE = "__WHYDROP_TITLE__";
const WORDS_PLACE = "__WHYDROP_WORDS__";
/** In order of need: text first, then headings. */
const FONTS = [
    { family: "Inter", file: "fonts/inter.woff2", weight: "100 900" },
    { family: "Source Serif 4", file: "fonts/source-serif-4.woff2", weight: "200 900" },
];

/** What the page runs first; the policy allows exactly this text (by its hash) and what it starts from blobs. */
const LOADER = `
(async () => {
    const state = document.querySelector("[data-shell-state]");
    try {
        const unpack = async (id) => {
            const text = document.getElementById(id).textContent.trim();
            const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
            const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
            return new Uint8Array(await new Response(plain).arrayBuffer());
        };
        const script = (bytes) => URL.createObjectURL(new Blob([bytes], { type: "text/javascript" }));
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(new TextDecoder().decode(await unpack("whydrop-style")));
        document.adoptedStyleSheets = [sheet];
        for (const font of document.querySelectorAll("script[data-family]")) {
            const face = new FontFace(font.dataset.family, await unpack(font.id), { weight: font.dataset.weight });
            document.fonts.add(await face.load());
        }
        const [report, charts, program, glue] = await Promise.all(
            ["whydrop-report", "whydrop-charts", "whydrop-program", "whydrop-glue"].map(unpack),
        );
        globalThis.whydropViewer = { report, echarts: script(charts) };
        const { default: init } = await import(script(glue));
        await init({ module_or_path: program });
        document.querySelector("[data-shell]").remove();
    } catch (error) {
        console.error(error);
        state.textContent = "This report could not be shown: " + error.message +
            ". Open it in a current Chrome, Edge, Firefox or Safari.";
    }
})();
`;

/** Base64 of bytes, in pieces that fit a call. */
function base64(bytes) {
    let text = "";
    for (let at = 0; at < bytes.length; at += 0x6000) {
        text += btoa(String.fromCharCode(...bytes.subarray(at, at + 0x6000)));
    }
    return text;
}

async function zipped(bytes) {
    const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
}

const escaped = (text) =>
    text.replace(/[&<>"']/g, (letter) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" })[letter]);

/**
 * The page without a report. `read(name)` gives the bytes of a file of the site; `names` are those that change with
 * the build: `{ wasm, css, build }`; `zip` packs bytes (the browser's own packer if not given); `hash` is the
 * SHA-256 of the loader in base64, worked out by the build where the browser has no such function; `fonts` is how
 * many of them go inside: the page tries all first, the build's empty page must leave room for any report.
 */
export async function assemble({ read, names, fonts = 0, zip = zipped, hash = LOADER_HASH }) {
    const part = async (name, change = (bytes) => bytes) => base64(await zip(change(await read(name))));
    const styles = (bytes) => {
        const text = new TextDecoder().decode(bytes);
        return new TextEncoder().encode(text.replace(/@font-face\s*\{[^}]*\}/g, ""));
    };
    const [glue, program, charts, style] = await Promise.all([
        part(`viewer-glue.js?v=${names.build}`),
        part(names.wasm),
        part(`echarts.js?v=${names.build}`),
        part(names.css, styles),
    ]);
    const block = (id, content, more = "") => `<script type="text/plain" id="${id}"${more}>${content}</script>\n`;
    const policy =
        `default-src 'none'; script-src 'sha256-${hash}' blob: 'wasm-unsafe-eval'; ` +
        "img-src data: blob:; form-action 'none'; base-uri 'none'";
    const head = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<meta name="build" content="${names.build}">
<title>${TITLE_PLACE}</title>
</head>
<body>
<main data-shell>
<h1>${TITLE_PLACE}</h1>
<p>${WORDS_PLACE}</p>
<p data-shell-state role="status"></p>
<noscript><p>JavaScript is switched off; the report's charts and tables need it.</p></noscript>
</main>
`;
    const body =
        block("whydrop-report", REPORT_PLACE) +
        block("whydrop-style", style) +
        block("whydrop-glue", glue) +
        block("whydrop-program", program) +
        block("whydrop-charts", charts);
    let faces = "";
    for (const [at, { family, file, weight }] of FONTS.slice(0, fonts).entries()) {
        faces += block(`whydrop-font-${at}`, await part(file), ` data-family="${family}" data-weight="${weight}"`);
    }
    return `${head}${body}${faces}<script>${LOADER}</script>\n</body>\n</html>\n`;
}

/** Puts a report (bytes) into the page. */
export async function fill(page, { report, title, words }) {
    const packed = base64(await zipped(report));
    // As functions: a title with "$&" in it is no pattern.
    return page
        .replaceAll(TITLE_PLACE, () => escaped(title))
        .replaceAll(WORDS_PLACE, () => escaped(words))
        .replace(REPORT_PLACE, () => packed);
}

/** Written by the build. */
const LOADER_HASH = "__LOADER_HASH__";
/** For the build. */
export const loader = LOADER;
