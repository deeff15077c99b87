/** Which of the two WebAssembly modules this machine runs, compiled once. */
import { NamError } from "./errors.js";

/** Where a module is, or its bytes, or what gives its bytes. */
export type WasmFile = URL | string | BufferSource | (() => Promise<BufferSource>);

/** The two modules (`nam-core/inline` has them, too). */
export interface WasmSource {
  relaxed: WasmFile;
  plain: WasmFile;
}

/** A compiled module. Workers and worklets take it by `postMessage`. */
export interface CompiledModule {
  module: WebAssembly.Module;
  /** Whether multiply-adds are fused, so that results have the native engine's bits. */
  exact: boolean;
}

// (func (result v128) three splats, f32x4.relaxed_madd): valid where there is relaxed SIMD.
const PROBE = new Uint8Array([
  0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7b, 0x03, 0x02, 0x01, 0x00,
  0x0a, 0x13, 0x01, 0x11, 0x00, 0x41, 0x00, 0xfd, 0x0f, 0x41, 0x00, 0xfd, 0x0f, 0x41, 0x00, 0xfd, 0x0f, 0xfd, 0x85,
  0x02, 0x0b,
]);

/** Whether this machine validates a module with relaxed SIMD. */
export function hasRelaxedSimd(): boolean {
  return WebAssembly.validate(PROBE);
}

/** Whether the module's multiply-adds are fused here. Operands come at run time: a compiler would fold constants. */
export function isFused(module: WebAssembly.Module): boolean {
  const probe = new WebAssembly.Instance(module).exports as Record<string, (a: number, b: number, c: number) => number>;
  // (1 + e)(1 - e) - 1 is -e^2 with one rounding, and 0 with two.
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
 * The module that this machine runs. It is compiled once for each source, and shared.
 *
 * @throws NamError `host` if there is no WebAssembly, it is blocked, or the file is not there.
 */
export function loadModule(source: WasmSource = FILES): Promise<CompiledModule> {
  let promise = compiled.get(source);
  if (!promise) {
    promise = choose(source);
    compiled.set(source, promise);
    // A failure may pass, as that of a network does: the next call tries again.
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

/** The contents of a URL; of a `file:` URL in node, too. */
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
