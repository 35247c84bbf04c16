// Does the small server behave like a static host, and give out nothing but its folder?
import assert from "node:assert/strict";
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { serve } from "../../tools/serve.mjs";

let folder;
let server;
before(async () => {
    folder = mkdtempSync(join(tmpdir(), "whydrop-serve-"));
    mkdirSync(join(folder, "dist"));
    writeFileSync(join(folder, "secret.txt"), "secret");
    writeFileSync(join(folder, "dist", "index.html"), "<h1>here</h1>");
    writeFileSync(join(folder, "dist", "page-0123456789ab_bg.wasm"), Buffer.from([0, 97, 115, 109]));
    server = await serve({ root: join(folder, "dist"), base: "/sub/path" });
});
after(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
});

/** A request with the path as given: fetch would tidy `..` away. */
const raw = (path) =>
    new Promise((done, failed) => {
        get({ host: "127.0.0.1", port: new URL(server.url).port, path }, (response) => {
            let text = "";
            response.on("data", (bytes) => (text += bytes));
            response.on("end", () => done({ status: response.statusCode, text }));
        }).on("error", failed);
    });

test("the folder's index is served below the path, compressed", async () => {
    const answer = await fetch(server.url);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get("content-type"), "text/html; charset=utf-8");
    assert.equal(answer.headers.get("content-encoding"), "gzip");
    assert.equal(answer.headers.get("cache-control"), "no-cache");
    assert.equal(await answer.text(), "<h1>here</h1>");
});

test("wasm has its type, and a hashed name may be kept for ever", async () => {
    const answer = await fetch(`${server.url}page-0123456789ab_bg.wasm?v=1`);
    assert.equal(answer.headers.get("content-type"), "application/wasm");
    assert.match(answer.headers.get("cache-control"), /immutable/);
    assert.equal((await answer.arrayBuffer()).byteLength, 4);
});

test("the path without its slash leads to the path with it", async () => {
    const answer = await fetch(server.url.slice(0, -1), { redirect: "manual" });
    assert.equal(answer.status, 301);
    assert.equal(answer.headers.get("location"), "/sub/path/");
});

test("nothing outside the folder is given out", async () => {
    for (const path of [
        "/sub/path/../../secret.txt",
        "/sub/path/..%2f..%2fsecret.txt",
        "/sub/path/%2e%2e/secret.txt",
        "/sub/path/..%2fsecret.txt",
        "/index.html",
        "/sub/path/none.txt",
        "/sub/path/%00",
    ]) {
        const { status, text } = await raw(path);
        assert.ok(status >= 400, `${path} was answered with ${status}`);
        assert.doesNotMatch(text, /^secret/);
    }
});

test("only reading is allowed, and every request is on record", async () => {
    const answer = await fetch(server.url, { method: "POST", body: "row" });
    assert.equal(answer.status, 405);
    assert.ok(server.requests.includes("POST /sub/path/"));
});
