// What the benchmarks in node and in a page share: the signal, one run of it, and the table.

export const FRAMES = 48000;
export const BLOCK = 128;

export const signal = Float32Array.from({ length: FRAMES }, (_, t) => Math.sin(t / 7) / 2);

/**
 * Runs the signal once, and returns ns per sample by the clock, which counts in ns. It is one call, as for the native engine;
 * all of them work in blocks of 128 frames inside.
 */
export function oneRun(model, x, clock) {
  const began = clock();
  model.process(x);
  return (clock() - began) / x.length;
}

export const HEADING = "| model | wasm ns | native ns | wasm / native | core ns | core / wasm | MiB | load ms |\n|---|---|---|---|---|---|---|---|";

/** Returns a line of the table. `native` and `core` are null if there is no figure of the native engine or of the core. */
export function row({ name, model, load, wasm, native, core }) {
  const nativeCells = native === null ? "- | -" : `${native.toFixed(0)} | ${(wasm / native).toFixed(2)}`;
  const coreCells = core === null ? "- | -" : `${core.toFixed(0)} | ${(core / wasm).toFixed(1)}`;
  return `| ${name} | ${wasm.toFixed(0)} | ${nativeCells} | ${coreCells} | ${(model.memoryBytes / 2 ** 20).toFixed(2)} | ${load.toFixed(1)} |`;
}
