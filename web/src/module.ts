/** Chooses the WebAssembly module that this machine runs best, and compiles it once. */
import { NamError } from "./errors.js";

/** A module's URL, its bytes, or a function that returns its bytes. */
export type WasmFile = URL | string | BufferSource | (() => Promise<BufferSource>);

/** The two modules: with relaxed SIMD, and without. (`nam-core/inline` has both.) */
export interface WasmSource {
  relaxed: WasmFile;
  plain: WasmFile;
}

/** A compiled module. It can be sent to workers and worklets by `postMessage`. */
export interface CompiledModule {
  module: WebAssembly.Module;
  /** Whether multiply-adds are fused, so that results have the native engine's bits. */
  exact: boolean;
}

// The module (func (result v128) three splats, f32x4.relaxed_madd). It is valid only where there is relaxed SIMD.
const PROBE = new Uint8Array([
  0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7b, 0x03, 0x02, 0x01, 0x00,
  0x0a, 0x13, 0x01, 0x11, 0x00, 0x41, 0x00, 0xfd, 0x0f, 0x41, 0x00, 0xfd, 0x0f, 0x41, 0x00, 0xfd, 0x0f, 0xfd, 0x85,
  0x02, 0x0b,
]);

/** Whether this machine validates a module with relaxed SIMD. */
export function hasRelaxedSimd(): boolean {
  return WebAssembly.validate(PROBE);
}

/** Whether this machine fuses the module's multiply-adds. The operands come at run time, so no compiler folds them. */
export function isFused(module: WebAssembly.Module): boolean {
  const probe = new WebAssembly.Instance(module).exports as Record<string, (a: number, b: number, c: number) => number>;
  // (1 + e)(1 - e) - 1 is -e^2 if it is rounded once, and 0 if it is rounded twice.
  return (["f32", "f64"] as const).every((type) => {
    const e = type === "f32" ? 2 ** -13 : 2 ** -30;
    const madd = probe[`nam_madd_${type}`]!(1 + e, 1 - e, -1);
    const nmadd = probe[`nam_nmadd_${type}`]!(1 + e, 1 - e, 1);
    return madd === -e * e && nmadd === e * e;
  });
}

const compiled = new Map<WasmSource, Promise<CompiledModule>>();

const FILES: WasmSource = {
  relaxed: new URL("./nam_core_relaxed.wasm", import.meta.url),
  plain: new URL("./nam_core.wasm", import.meta.url),
};

/**
 * Returns the module that this machine runs. It is compiled once for each source, and shared.
 *
 * @throws NamError `host` if there is no WebAssembly, it is blocked, or the file is not there.
 */
export function loadModule(source: WasmSource = FILES): Promise<CompiledModule> {
  let promise = compiled.get(source);
  if (!promise) {
    promise = choose(source);
    compiled.set(source, promise);
    // A failure, such as one of the network, may pass. So the next call tries again.
    promise.catch(() => compiled.delete(source));
  }
  return promise;
}

async function choose(source: WasmSource): Promise<CompiledModule> {
  if (typeof WebAssembly !== "object") throw new NamError("host", "this browser has no WebAssembly");
  if (hasRelaxedSimd()) {
    const module = await compile(source.relaxed);
    if (isFused(module)) return { module, exact: true };
  }
  return { module: await compile(source.plain), exact: false };
}

async function compile(from: WasmFile): Promise<WebAssembly.Module> {
  const given = typeof from === "function" ? await from() : from;
  const bytes = given instanceof URL || typeof given === "string" ? await fetchBytes(given) : given;
  try {
    return await WebAssembly.compile(bytes);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new NamError("host", `WebAssembly was refused: ${why}; a page's CSP needs 'wasm-unsafe-eval'`);
  }
}

/** Returns the contents of a URL. In node it may be a `file:` URL. */
export async function fetchBytes(from: URL | string): Promise<Uint8Array<ArrayBuffer>> {
  if (String(from).startsWith("file:")) {
    const { readFile } = await import(/* @vite-ignore */ `${"node:"}fs/promises`);
    return new Uint8Array(await readFile(new URL(from)));
  }
  let answer: Response;
  try {
    answer = await fetch(from);
  } catch (error) {
    throw new NamError("host", `${from} cannot be fetched: ${error instanceof Error ? error.message : error}`);
  }
  if (!answer.ok) throw new NamError("host", `${from} cannot be fetched: status ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}
