// What Rust says about sharing in few words of JavaScript: the address, the clipboard, files made of what the site has
// loaded, pictures of charts, paper. Nothing here asks another origin for anything.

/** The part of the address after `#`, without it. */
export const fragment = () => location.hash.slice(1);

/** The address of the app without fragment and query. */
export const base = () => location.href.replace(/[?#].*$/, "");

/** Today, for the foot of a printed report. */
export const today = () => new Date().toISOString().slice(0, 10);

/** Takes the fragment away, so that a reload starts empty. */
export const clearFragment = () => history.replaceState(history.state, "", location.pathname + location.search);

/** Calls back whenever the fragment changes. */
export function onFragment(run) {
  addEventListener("hashchange", () => run());
}

/**
 * While a link's report is on screen its address keeps the report: links within the page move the view and the focus
 * without writing a fragment of their own.
 */
export function keepFragment() {
  if (globalThis.whydropKeeps) return;
  globalThis.whydropKeeps = true;
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href^="#"]');
    if (!link || !/^#(r|report)=/.test(location.hash)) return;
    const target = document.getElementById(link.getAttribute("href").slice(1));
    if (!target) return;
    event.preventDefault();
    target.scrollIntoView();
    if (!target.hasAttribute("tabindex")) target.setAttribute("tabindex", "-1");
    target.focus({ preventScroll: true });
  });
}

/** The bytes of a file beside the app; the path was checked before. */
export async function fetchBeside(path, mostBytes) {
  const url = new URL(path, document.baseURI);
  const within = new URL(".", document.baseURI);
  if (url.origin !== within.origin || !url.pathname.startsWith(within.pathname)) {
    throw new Error("it is not beside the app");
  }
  const answer = await fetch(url, { redirect: "error", credentials: "same-origin" });
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  if (bytes.length > mostBytes) throw new Error("it is too large");
  return bytes;
}

/** The bytes of a file the user chose. */
export const fileBytes = async (file) => new Uint8Array(await file.arrayBuffer());

/** Puts text on the clipboard; false where the browser refuses. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    (document.querySelector("dialog[open]") ?? document.body).append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

/** The report this page was made for, if it is a file with one inside. */
export const embedded = () => globalThis.whydropViewer?.report;

/** The one-file page with a report (bytes) inside. */
export async function htmlFile(report, title, words, build) {
  const { assemble, fill, MOST_BYTES } = await import(new URL(`viewer.js?v=${build}`, document.baseURI));
  const script = document.querySelector("script[data-js][data-wasm]");
  const style = document.querySelector('link[rel="stylesheet"]');
  const read = async (name) => {
    const answer = await fetch(new URL(name, document.baseURI));
    if (!answer.ok) throw new Error(`${name} could not be loaded`);
    return new Uint8Array(await answer.arrayBuffer());
  };
  const names = { wasm: script.dataset.wasm, css: style.getAttribute("href"), build };
  for (const fonts of [2, 1, 0]) {
    const made = await fill(await assemble({ read, names, fonts }), { report, title, words });
    // Fonts come along where the file stays below a million bytes with them.
    if (made.length <= (fonts ? 1_000_000 : MOST_BYTES)) return new TextEncoder().encode(made);
    if (fonts) continue;
    // A build for development is larger than what is handed out.
    if (build === "dev") return new TextEncoder().encode(made);
    throw new Error(`the file would have ${Math.ceil(made.length / 1024)} KiB, more than 1,024; share report.json instead`);
  }
}

/** Saves the chart of a figure as a picture with its title and note. */
export async function savePicture(button, title, note, name) {
  const figure = button.closest("figure");
  const chart = figure?.querySelector(".canvas");
  const drawing = chart && globalThis.whydropCharts?.getInstanceByDom(chart);
  if (!drawing) return;
  const look = getComputedStyle(document.documentElement);
  const token = (word) => look.getPropertyValue(word).trim();
  const scale = 2;
  const picture = new Image();
  picture.src = drawing.getDataURL({ type: "png", pixelRatio: scale, backgroundColor: token("--surface-raised") });
  await picture.decode();
  const edge = 20;
  const width = picture.width / scale;
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d");
  const family = getComputedStyle(document.body).fontFamily;
  const fonts = [`600 17px ${family}`, `12px ${family}`];
  const broken = (text, font) => {
    pen.font = font;
    const lines = [];
    for (const word of text.split(/\s+/)) {
      const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
      if (lines.length && pen.measureText(longer).width <= width) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    return lines;
  };
  const heads = broken(title, fonts[0]);
  const notes = broken(note, fonts[1]);
  const top = edge + heads.length * 23 + 8;
  const height = picture.height / scale;
  canvas.width = (width + 2 * edge) * scale;
  canvas.height = (top + height + 12 + notes.length * 17 + edge) * scale;
  pen.scale(scale, scale);
  pen.fillStyle = token("--surface-raised");
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.textBaseline = "top";
  pen.fillStyle = token("--ink");
  pen.font = fonts[0];
  heads.forEach((line, at) => pen.fillText(line, edge, edge + at * 23));
  pen.drawImage(picture, edge, top, width, height);
  pen.fillStyle = token("--ink-muted");
  pen.font = fonts[1];
  notes.forEach((line, at) => pen.fillText(line, edge, top + height + 12 + at * 17));
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** What is folded and belongs on paper. */
const FOLDED = "main details:not([open]):not(.figure-numbers):not(.not-printed)";

/** Opens what is folded and returns it. */
function unfold() {
  const folded = [...document.querySelectorAll(FOLDED)];
  for (const own of folded) own.open = true;
  return folded;
}

/** Time for charts to be drawn again. */
const REDRAW_MILLIS = 1_200;

const after = (millis) => new Promise((done) => setTimeout(done, millis));

/**
 * Opens what is folded, in light colours, hands the page to the printer, and folds it again. Waits for
 * sections that are still to be drawn (see later.rs), and for what an opened one draws.
 */
export async function print(settle) {
  const root = document.documentElement;
  const theme = root.dataset.theme;
  while (document.querySelector("main [data-awaits-turn]")) await after(50);
  root.dataset.theme = "light";
  settle();
  const folded = unfold();
  // The charts are drawn again in idle turns.
  await after(REDRAW_MILLIS);
  for (let late = unfold(); late.length; late = unfold()) {
    folded.push(...late);
    await after(REDRAW_MILLIS);
  }
  globalThis.print();
  for (const own of folded) own.open = false;
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
  settle();
}

/**
 * What paper needs, whichever way it was asked for: what is folded open, marks that grow with their chart (they
 * are placed in pixels of the screen), and a word for the style sheet where charts were drawn in dark colours.
 */
export function openForPaper() {
  const root = document.documentElement;
  const dark = () =>
    root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const marks = () => document.querySelectorAll("svg.marks");
  let opened = [];
  addEventListener("beforeprint", () => {
    for (const own of marks()) own.setAttribute("viewBox", `0 0 ${own.clientWidth} ${own.clientHeight}`);
    root.toggleAttribute("data-drawn-dark", dark());
    opened = unfold();
  });
  addEventListener("afterprint", () => {
    for (const own of marks()) own.removeAttribute("viewBox");
    root.removeAttribute("data-drawn-dark");
    for (const own of opened) own.open = false;
    opened = [];
  });
}

/** Calls back when a newer version of the app lies ready (see start.js). */
export function onUpdate(run) {
  if (globalThis.whydropUpdate) run();
  addEventListener("whydrop-update", () => run());
}

/** Takes the newer version. */
export const takeUpdate = () => globalThis.whydropUpdate?.();
