// What Trunk does not do for the site. Called by Trunk's hooks (see Trunk.toml):
//   node tools/site.mjs before   bundles ECharts and the style files into .cache/site/
//   node tools/site.mjs after    writes the build id into the page, checks the result, and makes what
//                                needs all of it: the manifest, the viewer and the service worker
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import esbuild from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const site = join(root, ".cache", "site");
const release = process.env.TRUNK_PROFILE !== "debug";

/** The cascade, weakest first. A file of style/ belongs to the layer of its name. */
const LAYERS = ["reset", "tokens", "base", "layout", "component", "view", "print"];
/** Files of style/ with a name of their own. */
const LAYER_OF = { shell: "layout" };

/** Every CSS file below `dir`, sorted, as paths from the root with forward slashes. */
function stylesBelow(dir) {
    if (!existsSync(join(root, dir))) return [];
    return readdirSync(join(root, dir), { recursive: true })
        .filter((name) => name.endsWith(".css"))
        .map((name) => relative(root, join(root, dir, name)).split(sep).join("/"))
        .sort();
}

/** The layer of a style file: by name in style/, else by folder. */
function layerOf(path) {
    const [stem] = path.split("/").at(-1).split(".");
    if (path.startsWith("style/")) {
        const folder = path.split("/")[1];
        const layer = LAYER_OF[stem] ?? [stem, folder].find((word) => LAYERS.includes(word));
        if (layer) return layer;
    }
    return path.includes("/view/") ? "view" : "component";
}

async function bundleStyles() {
    const files = [...stylesBelow("style"), ...stylesBelow("src")];
    const entry = [
        `@layer ${LAYERS.join(", ")};`,
        ...files.map((path) => `@import "./${path}" layer(${layerOf(path)});`),
    ].join("\n");
    await esbuild.build({
        stdin: { contents: entry, resolveDir: root, sourcefile: "style.css", loader: "css" },
        bundle: true,
        minify: release,
        target: ["chrome109", "firefox115", "safari16.4"],
        // Fonts stand beside the style file (public/fonts): `font-src 'self'` forbids data: ones.
        external: ["fonts/*"],
        loader: { ".svg": "dataurl" },
        outfile: join(site, "style.css"),
        logLevel: "warning",
    });
}

async function bundleCharts() {
    await esbuild.build({
        entryPoints: [join(root, "tools", "echarts", "entry.mjs")],
        bundle: true,
        minify: true,
        format: "esm",
        target: "es2022",
        legalComments: "none",
        banner: { js: "/*! Apache ECharts, Apache-2.0, https://echarts.apache.org */" },
        outfile: join(site, "echarts.js"),
        logLevel: "warning",
    });
}

/** The web app manifest, so that the site can be installed. */
function writeManifest(staging) {
    const manifest = {
        id: "./",
        name: "whydrop",
        short_name: "whydrop",
        description: "Why did the model get worse after launch? Two files in, a verdict out, in the browser tab.",
        start_url: "./",
        scope: "./",
        display: "standalone",
        background_color: "#fbfaf7",
        theme_color: "#1f3a5f",
        icons: [{ src: "icon.svg", sizes: "any", type: "image/svg+xml", purpose: "any" }],
    };
    writeFileSync(join(staging, "manifest.webmanifest"), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** viewer-glue.js (the page's script in one file) and viewer.html, for reports as one HTML file. */
async function writeViewer(staging, html, build) {
    const js = html.match(/data-js="([^"]+)"/)?.[1];
    const wasm = html.match(/data-wasm="([^"]+)"/)?.[1];
    const css = html.match(/<link[^>]+rel="stylesheet"[^>]*>/)?.[0].match(/href="([^"]+)"/)?.[1];
    if (!js || !wasm || !css) throw new Error("index.html names no script, program or style file");
    await esbuild.build({
        entryPoints: [join(staging, js)],
        bundle: true,
        minify: release,
        format: "esm",
        target: "es2022",
        outfile: join(staging, "viewer-glue.js"),
        logLevel: "error",
    });
    const path = join(staging, "viewer.js");
    const module = await import(pathToFileURL(path).href);
    const hash = createHash("sha256").update(module.loader).digest("base64");
    writeFileSync(path, readFileSync(path, "utf8").replace("__LOADER_HASH__", hash));
    const page = await module.assemble({
        read: async (name) => readFileSync(join(staging, name.split("?")[0])),
        names: { wasm, css, build },
        zip: async (bytes) => gzipSync(bytes, { level: 9 }),
        hash,
    });
    writeFileSync(join(staging, "viewer.html"), page);
}

/** sw.js: every file a visitor may need, under a version that changes with any of them. */
function writeServiceWorker(staging) {
    const LEFT_OUT = /^(sw\.js|viewer\.html|reports\/.*|.*\.txt|.*\.map|.*\.d\.ts)$/;
    const files = readdirSync(staging, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(staging, join(entry.parentPath, entry.name)).split(sep).join("/"))
        .filter((name) => !LEFT_OUT.test(name))
        .sort();
    const version = createHash("sha256");
    for (const name of files) version.update(name).update(readFileSync(join(staging, name)));
    const listed = files.map((name) => (name === "index.html" ? "./" : name));
    const template = readFileSync(join(root, "tools", "service_worker.js"), "utf8");
    version.update(template);
    const text = template
        .replace("__VERSION__", version.digest("hex").slice(0, 16))
        .replace("__FILES__", JSON.stringify(listed));
    writeFileSync(join(staging, "sw.js"), text);
}

/** Writes the build id wherever the page names it and checks what Trunk made. */
async function finish(staging) {
    writeManifest(staging);
    const path = join(staging, "index.html");
    const build = process.env.WHYDROP_BUILD ?? "dev";
    const html = readFileSync(path, "utf8").replaceAll("__BUILD__", build);
    const problems = [];
    if (/<script(?![^>]*\ssrc=)[^>]*>/.test(html)) {
        problems.push("an inline script, which the CSP would block");
    }
    if (/<style[\s>]|\sstyle="/.test(html)) {
        problems.push("an inline style, which the CSP would block");
    }
    for (const [, target] of html.matchAll(/(?:src|href)="([^"]+)"/g)) {
        if (/^(?:https?:)?\/\//.test(target) || target.startsWith("/")) {
            problems.push(`${target}, which is not relative: the site would not work under a sub-path`);
        } else if (!existsSync(join(staging, target.split("?")[0]))) {
            problems.push(`${target}, which is not in the site`);
        }
    }
    for (const needed of ["worker.js", "worker_bg.wasm", "echarts.js", "start.js", "viewer.js"]) {
        if (!existsSync(join(staging, needed))) problems.push(`no ${needed}`);
    }
    if (problems.length > 0) {
        throw new Error(`dist/index.html has ${problems.join("; ")}`);
    }
    writeFileSync(path, html);
    await writeViewer(staging, html, build);
    // While somebody works on the page, nothing may be kept from one build to the next.
    if (!process.env.WHYDROP_WATCH) writeServiceWorker(staging);
}

const step = process.argv[2];
if (step === "before") {
    mkdirSync(site, { recursive: true });
    await Promise.all([bundleStyles(), bundleCharts()]);
} else if (step === "after") {
    await finish(process.env.TRUNK_STAGING_DIR ?? join(root, "dist"));
} else {
    throw new Error("usage: node tools/site.mjs before|after");
}
