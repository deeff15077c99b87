// NeuralAmpModelerCore in WebAssembly, with the function of NamModel that the benchmark calls. The module is one that you have
// built, a WASI reactor with three exports: core_allocate(bytes) returns memory; core_open(text, bytes, quality, block) returns
// the model of a .nam file; core_process(model, in, out, frames) plays a mono block.
import { readFileSync } from "node:fs";
import { WASI } from "node:wasi";

import { BLOCK } from "./table.mjs";

export class CoreModel {
  #exports;
  #handle;
  #input;
  #output;

  /** `program` is the module's file, `bytes` a .nam file. */
  constructor(program, bytes, quality) {
    const wasi = new WASI({ version: "preview1" });
    const instance = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(program)), wasi.getImportObject());
    wasi.initialize(instance);
    this.#exports = instance.exports;
    const text = this.#exports.core_allocate(bytes.length);
    new Uint8Array(this.#exports.memory.buffer).set(bytes, text);
    this.#handle = this.#exports.core_open(text, bytes.length, quality, BLOCK);
    this.#input = this.#exports.core_allocate(4 * BLOCK);
    this.#output = this.#exports.core_allocate(4 * BLOCK);
  }

  /** Runs a mono signal in blocks, and returns a new array, as NamModel does. */
  process(signal) {
    const { memory, core_process } = this.#exports;
    const result = new Float32Array(signal.length);
    for (let t = 0; t < signal.length; t += BLOCK) {
      const block = signal.subarray(t, t + BLOCK);
      new Float32Array(memory.buffer, this.#input, BLOCK).set(block);
      core_process(this.#handle, this.#input, this.#output, block.length);
      result.set(new Float32Array(memory.buffer, this.#output, block.length), t);
    }
    return result;
  }
}
