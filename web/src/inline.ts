/** The modules and the processor inside one script, for bundlers that move files: `NamNode.create(context, source, inline())`. */
import type { WasmSource } from "./module.js";

// build.mjs fills these in: the modules, compressed by gzip and in base64, and the text of the processor.
declare const RELAXED: string;
declare const PLAIN: string;
declare const WORKLET: string;

async function unpacked(base64: string): Promise<ArrayBuffer> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

/** The modules for `NamModel.create(source, { wasm })`. Each is unpacked when it is asked for. */
export const wasm: WasmSource = { relaxed: () => unpacked(RELAXED), plain: () => unpacked(PLAIN) };

let made: string | null = null;

/**
 * Options of `NamNode.create` that need no other file. A page's CSP then needs `script-src blob:`. A page that is opened
 * from a disk needs `data:` instead, because its worklets may not read blobs.
 */
export function inline(): { wasm: WasmSource; workletUrl: string } {
  const type = "text/javascript";
  made ??=
    globalThis.origin === "null"
      ? `data:${type},${encodeURIComponent(WORKLET)}`
      : URL.createObjectURL(new Blob([WORKLET], { type }));
  return { wasm, workletUrl: made };
}
