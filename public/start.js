// Starts the page program. An own file rather than Trunk's inline script, so that the
// Content-Security-Policy needs neither 'unsafe-inline' nor a hash.
const script = document.querySelector("script[data-js][data-wasm]");
const shell = document.querySelector("[data-shell]");
const state = document.querySelector("[data-shell-state]");
const here = (name) => new URL(name, document.baseURI);

function tell(text) {
    if (state) {
        state.hidden = false;
        state.textContent = text;
    }
}

// The smallest program with one SIMD instruction (i8x16.splat): a browser without SIMD does not take it.
const withSimd = Uint8Array.of(
    0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
);
const needed = "Chrome or Edge 91, Firefox 89 or Safari 16.4, or a later one";
// The site keeps itself for a day without network (sw.js). Registering needs `worker-src 'self'` for a moment; then
// the policy is narrowed for the rest of the visit: workers start from blobs alone, which inherit the policy. A
// second policy can only take away from the first.
async function keepOffline() {
    const narrow = () => {
        const policy = document.createElement("meta");
        policy.httpEquiv = "Content-Security-Policy";
        policy.content = "worker-src blob:";
        policy.dataset.narrowed = "";
        document.head.append(policy);
    };
    if (!("serviceWorker" in navigator)) return narrow();
    const workers = navigator.serviceWorker;
    try {
        const registration = await workers.register(here("sw.js"), { updateViaCache: "none" });
        const offer = (waiting) => {
            // Without a controller it is the first visit: nothing to replace.
            if (!waiting || !workers.controller) return;
            globalThis.whydropUpdate = () => {
                workers.addEventListener("controllerchange", () => location.reload(), { once: true });
                waiting.postMessage("take-update");
            };
            dispatchEvent(new Event("whydrop-update"));
        };
        offer(registration.waiting);
        registration.addEventListener("updatefound", () => {
            const next = registration.installing;
            next?.addEventListener("statechange", () => {
                if (next.state === "installed") offer(registration.waiting);
            });
        });
    } catch (error) {
        // Private windows and plain http refuse; the app works all the same, with a network.
        console.info(`not kept for offline use: ${error.message}`);
    } finally {
        narrow();
    }
}

// The page says what it is before it loads the program: on a slow line they would share the line.
// Where no paint is told (a hidden tab, an old browser) there is nothing to wait for.
const firstPaint = () =>
    new Promise((done) => {
        if (document.hidden || !globalThis.PerformanceObserver?.supportedEntryTypes.includes("paint")) return done();
        new PerformanceObserver((entries, observer) => {
            if (entries.getEntriesByName("first-contentful-paint").length === 0) return;
            observer.disconnect();
            done();
        }).observe({ type: "paint", buffered: true });
        setTimeout(done, 2000);
    });

// Only said when it takes long enough to be noticed.
const slow = setTimeout(() => tell("Loading…"), 400);
try {
    if (typeof WebAssembly !== "object") {
        throw new Error("this browser has no WebAssembly");
    }
    if (!WebAssembly.validate(withSimd)) {
        throw new Error(`this browser has no WebAssembly SIMD, which the analysis needs. Use ${needed}`);
    }
    await firstPaint();
    const [{ default: init }, program] = await Promise.all([
        import(here(script.dataset.js)),
        fetch(here(script.dataset.wasm)),
    ]);
    await init({ module_or_path: program });
    shell?.remove();
} catch (error) {
    console.error(error);
    tell(
        `whydrop could not start: ${error.message}. Reload the page; if that does not help, ` +
            "use a current Chrome, Edge, Firefox or Safari.",
    );
} finally {
    clearTimeout(slow);
    keepOffline();
}
