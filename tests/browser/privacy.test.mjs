// "Nothing leaves this tab": does the browser itself hold the page and its workers to it? Each
// test tries to break the promise, with a second server that counts who came by.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { serve } from "../../tools/serve.mjs";
import { site } from "./site.mjs";

describe("the content security policy", () => {
    const at = site();
    let elsewhere;
    before(async () => {
        elsewhere = await serve();
    });
    after(() => elsewhere.close());

    test("keeps the page from sending anything elsewhere", async () => {
        const page = await at.open();
        const outcome = await page.evaluate(async (url) => {
            const tries = {};
            tries.fetch = await fetch(url, { mode: "no-cors" }).then(() => "sent", () => "blocked");
            tries.beacon = await new Promise((done) => {
                document.addEventListener("securitypolicyviolation", () => done("blocked"), { once: true });
                navigator.sendBeacon(url, "row");
                setTimeout(() => done("sent"), 1_000);
            });
            tries.image = await new Promise((done) => {
                const image = new Image();
                image.onload = () => done("sent");
                image.onerror = () => done("blocked");
                image.src = `${url}pixel.png`;
            });
            tries.socket = await new Promise((done) => {
                try {
                    const socket = new WebSocket(url.replace("http", "ws"));
                    socket.onerror = () => done("blocked");
                    socket.onopen = () => done("sent");
                } catch {
                    done("blocked");
                }
            });
            return tries;
        }, elsewhere.url);
        assert.deepEqual(outcome, {
            fetch: "blocked",
            beacon: "blocked",
            image: "blocked",
            socket: "blocked",
        });
        assert.deepEqual(elsewhere.requests, []);
        await page.close_all();
    });

    test("keeps a worker from a blob from sending anything elsewhere, and from eval", async () => {
        const page = await at.open();
        const outcome = await page.evaluate(async (url) => {
            const text = `
                onmessage = async ({ data: url }) => {
                    const tries = {};
                    tries.fetch = await fetch(url, { mode: "no-cors" }).then(() => "sent", () => "blocked");
                    tries.xhr = await new Promise((done) => {
                        try {
                            const request = new XMLHttpRequest();
                            request.open("POST", url);
                            request.onload = () => done("sent");
                            request.onerror = () => done("blocked");
                            request.send("row");
                        } catch { done("blocked"); }
                    });
                    try { importScripts(url + "x.js"); tries.import = "sent"; }
                    catch { tries.import = "blocked"; }
                    try { (0, eval)("1"); tries.eval = "ran"; } catch { tries.eval = "blocked"; }
                    try { new Function("return 1")(); tries.function = "ran"; }
                    catch { tries.function = "blocked"; }
                    postMessage(tries);
                };`;
            const worker = new Worker(URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
            return new Promise((done, failed) => {
                worker.onmessage = ({ data }) => done(data);
                worker.onerror = () => failed(new Error("the worker did not start"));
                worker.postMessage(url);
            });
        }, elsewhere.url);
        assert.deepEqual(outcome, {
            fetch: "blocked",
            xhr: "blocked",
            import: "blocked",
            eval: "blocked",
            function: "blocked",
        });
        assert.deepEqual(elsewhere.requests, []);
        await page.close_all();
    });

    test("refuses a worker from an address: it would not inherit the policy", async () => {
        const page = await at.open();
        // Allowed for a moment, to register sw.js; see start.js.
        await page.waitForFunction(() => document.querySelector("meta[data-narrowed]"));
        const outcome = await page.evaluate(
            () =>
                new Promise((done) => {
                    try {
                        const worker = new Worker("worker.js");
                        worker.onerror = () => done("refused");
                        setTimeout(() => done("started"), 2_000);
                    } catch {
                        done("refused");
                    }
                }),
        );
        assert.equal(outcome, "refused");
        await page.close_all();
    });

    test("lets our own worker start from a blob with a module compiled on the page", async () => {
        const page = await at.open();
        const outcome = await page.evaluate(async () => {
            const build = document.querySelector('meta[name="build"]').content;
            const [glue, module] = await Promise.all([
                fetch(`worker.js?v=${build}`).then((answer) => answer.text()),
                WebAssembly.compileStreaming(fetch(`worker_bg.wasm?v=${build}`)),
            ]);
            const text = `${glue}
                ;onmessage = ({ data }) => wasm_bindgen({ module_or_path: data })
                    .then(() => postMessage("runs"), (error) => postMessage(String(error)));`;
            const worker = new Worker(URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
            return new Promise((done) => {
                worker.onmessage = ({ data }) => {
                    // The program may take over onmessage and greet first; either proves it runs.
                    done(data === "runs" || typeof data === "object" ? "runs" : data);
                };
                worker.onerror = (event) => done(`error: ${event.message}`);
                worker.postMessage(module);
            });
        });
        assert.equal(outcome, "runs");
        await page.close_all();
    });
});
