/** Both WebAssembly modules inside the script, for bundlers that lose files: `NamModel.create(source, { wasm })`. */
import type { WasmSource } from "./module.js";

// Put in by build.mjs.
declare const RELAXED: string;
declare const PLAIN: string;

function bytes(base64: string): Uint8Array<ArrayBuffer> {
  const binary = atob(base64);
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

export const wasm: WasmSource = { relaxed: bytes(RELAXED), plain: bytes(PLAIN) };
