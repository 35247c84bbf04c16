// A small static server for dist/, on loopback only. `make serve` runs it, the browser tests
// import it: both see what a static host with compression sends, and nothing more (no
// cross-origin isolation headers, no CSP header: the page's own meta tag must be enough).
//   node tools/serve.mjs [--root dist] [--port 8080]
import { createServer } from "node:http";
import { readFile, stat } from "node:fs/promises";
import { extname, join, normalize, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { gzip } from "node:zlib";

const compress = promisify(gzip);

const TYPES = {
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".parquet": "application/vnd.apache.parquet",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
};
const COMPRESSED = new Set([".css", ".html", ".js", ".json", ".mjs", ".svg", ".wasm", ".webmanifest"]);
/** Names that change with their content: `page-0f3a…_bg.wasm`. */
const HASHED = /-[0-9a-f]{12,}/;

/**
 * Serves `root` on 127.0.0.1.
 *
 * `base` is a path the site is put under ("/sub/path"); `port` 0 picks a free one.
 * Returns `{ url, requests, close }`; `requests` lists every request line in order.
 */
export async function serve({ root = "dist", port = 0, base = "" } = {}) {
    const home = resolve(root);
    const requests = [];
    /** Path to `{ modified, body, zipped }`, so that wasm is compressed once. */
    const kept = new Map();

    async function load(path) {
        const { mtimeMs } = await stat(path);
        const known = kept.get(path);
        if (known?.modified === mtimeMs) return known;
        const body = await readFile(path);
        const zipped = COMPRESSED.has(extname(path)) ? await compress(body) : null;
        const entry = { modified: mtimeMs, body, zipped };
        kept.set(path, entry);
        return entry;
    }

    const server = createServer(async (request, response) => {
        requests.push(`${request.method} ${request.url}`);
        const plain = (status, text) => {
            response.writeHead(status, { "content-type": "text/plain; charset=utf-8" });
            response.end(`${text}\n`);
        };
        try {
            if (request.method !== "GET" && request.method !== "HEAD") {
                return plain(405, "only GET and HEAD");
            }
            let name = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
            if (base && name === base) {
                response.writeHead(301, { location: `${base}/` });
                return response.end();
            }
            if (!name.startsWith(`${base}/`)) return plain(404, "not here");
            name = name.slice(base.length);
            if (name.endsWith("/")) name += "index.html";
            const path = join(home, normalize(name));
            if (!path.startsWith(home + sep)) return plain(404, "not here");
            const { body, zipped } = await load(path);
            const accepts = /\bgzip\b/.test(request.headers["accept-encoding"] ?? "");
            const sent = zipped && accepts ? zipped : body;
            response.writeHead(200, {
                "content-type": TYPES[extname(path)] ?? "application/octet-stream",
                "content-length": sent.length,
                "cache-control": HASHED.test(name) ? "max-age=31536000, immutable" : "no-cache",
                "x-content-type-options": "nosniff",
                vary: "accept-encoding",
                ...(sent === zipped ? { "content-encoding": "gzip" } : {}),
            });
            response.end(request.method === "HEAD" ? undefined : sent);
        } catch (error) {
            if (error.code === "ENOENT" || error.code === "EISDIR") return plain(404, "not here");
            if (error instanceof URIError) return plain(400, "not a path");
            plain(500, "the server failed");
        }
    });
    await new Promise((done, failed) => {
        server.once("error", failed);
        server.listen(port, "127.0.0.1", done);
    });
    const url = `http://127.0.0.1:${server.address().port}${base}/`;
    const close = () =>
        new Promise((done) => {
            server.close(done);
            server.closeAllConnections();
        });
    return { url, requests, close };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const { values } = parseArgs({
        options: {
            root: { type: "string", default: "dist" },
            port: { type: "string", default: "8080" },
        },
    });
    try {
        const { url } = await serve({ root: values.root, port: Number(values.port) });
        console.log(`whydrop is at ${url}\nPress Ctrl+C to stop.`);
    } catch (error) {
        const why =
            error.code === "EADDRINUSE"
                ? `port ${values.port} is taken; try: make serve PORT=${Number(values.port) + 1}`
                : error.message;
        console.error(`Could not serve ${values.root}: ${why}`);
        process.exitCode = 1;
    }
}
