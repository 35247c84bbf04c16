// Rust cannot say `import()`; the address is absolute, from our own origin.
export function load(url) {
  return import(url);
}
