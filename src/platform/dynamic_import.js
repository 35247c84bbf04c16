// Rust cannot say `import()`; the address is absolute, from our own origin. A page that is one file has the module
// inside and says where. Pictures of charts are taken by share.js, which finds the module here.
export async function load(url) {
  const module = await import(globalThis.whydropViewer?.echarts ?? url);
  globalThis.whydropCharts = module;
  return module;
}

// Fetches a module without running it, so that running it later asks the network for nothing. False where the browser
// cannot, or where the page is one file and has it inside.
export function prepare(url) {
  const link = document.createElement("link");
  if (globalThis.whydropViewer || !link.relList.supports("modulepreload")) return false;
  link.rel = "modulepreload";
  link.href = url;
  document.head.append(link);
  return true;
}

// Calls back once, at the first sign that somebody uses the page.
export function onFirstUse(run) {
  const signs = ["pointerdown", "keydown", "dragenter"];
  const once = () => {
    for (const sign of signs) removeEventListener(sign, once, true);
    run();
  };
  for (const sign of signs) addEventListener(sign, once, true);
}
