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

// Only said when it takes long enough to be noticed.
const slow = setTimeout(() => tell("Loading…"), 400);
try {
    if (typeof WebAssembly !== "object") {
        throw new Error("this browser has no WebAssembly");
    }
    const { default: init } = await import(here(script.dataset.js));
    await init({ module_or_path: here(script.dataset.wasm) });
    shell?.remove();
} catch (error) {
    console.error(error);
    tell(
        `whydrop could not start: ${error.message}. Reload the page; if that does not help, ` +
            "use a current Chrome, Edge, Firefox or Safari.",
    );
} finally {
    clearTimeout(slow);
}
