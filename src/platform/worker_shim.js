// The first thing a worker runs, after the glue text (`worker.js`, no-modules) in the same blob.
//
// What the worker program must do: export `start_worker` (`#[wasm_bindgen]`), which sets
// `self.onmessage` to a handler of `{ head: Uint8Array, parts: ArrayBuffer[], files: File[] }`.
// Its answers have the same shape; `parts` are transferred.
//
// The first message is `{ module }`, the compiled WebAssembly.Module: workers share it, so that
// none of them asks the network for anything. Messages that come while the program starts wait.
// An error in starting is thrown again outside the promise, so that the page hears `error`.
"use strict";
self.onmessage = (first) => {
  const waiting = [];
  self.onmessage = (event) => waiting.push(event);
  wasm_bindgen({ module_or_path: first.data.module })
    .then(() => {
      if (wasm_bindgen.start_worker) wasm_bindgen.start_worker();
      for (const event of waiting) self.onmessage(event);
    })
    .catch((error) => setTimeout(() => { throw error; }));
};
