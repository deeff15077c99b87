// The module has a malloc of its own (cpp/wasm/memory.cpp).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { NamModel } from "../dist/index.js";
import { modelFile } from "./models.mjs";

const MODULE = new WebAssembly.Module(readFileSync(new URL("../dist/nam_core.wasm", import.meta.url)));

function instance() {
  const { exports } = new WebAssembly.Instance(MODULE);
  exports._initialize();
  const bytes = () => new Uint8Array(exports.memory.buffer);
  return { allocate: exports.nam_allocate, free: exports.nam_free, bytes, pages: () => exports.memory.buffer.byteLength / 2 ** 16 };
}

let state = 1;
const random = () => (state = (Math.imul(1664525, state) + 1013904223) >>> 0) / 2 ** 32;

test("blocks are aligned, keep what is in them, and are used again", () => {
  const { allocate, free, bytes, pages } = instance();
  const blocks = [];
  let most = 0;
  for (let i = 0; i < 30000; i++) {
    // The number of blocks rises and falls, so that free blocks lie between used ones.
    if (blocks.length > 0 && random() < (i % 6000 < 3000 ? 0.35 : 0.65)) {
      const [{ at, size, mark }] = blocks.splice(Math.floor(random() * blocks.length), 1);
      assert.ok(bytes().subarray(at, at + size).every((byte) => byte === mark), `block ${i} of ${size} bytes has changed`);
      free(at);
    } else {
      const size = Math.floor(2 ** (random() * 15));
      const at = allocate(size);
      assert.equal(at % 16, 0);
      blocks.push({ at, size, mark: i % 256 });
      bytes().fill(i % 256, at, at + size);
    }
    most = Math.max(most, blocks.reduce((sum, { size }) => sum + size, 0));
  }
  // Between the blocks there is less than a third of what they take.
  assert.ok(pages() * 2 ** 16 < 1.33 * most + 2 ** 19, `${pages()} pages for ${most} bytes`);
  const before = pages();
  for (const { at } of blocks) free(at);
  // All of it is one block again.
  free(allocate(before * 2 ** 16 - 2 ** 19));
  assert.equal(pages(), before);
});

test("what does not fit is refused, and memory stays usable", () => {
  const { allocate, free } = instance();
  for (const size of [2 ** 31, 2 ** 32 - 1, 2 ** 32 - 16]) assert.equal(allocate(size), 0);
  assert.notEqual(allocate(0), allocate(0));
  free(0);
  free(allocate(1000));
});

// Of these, the models take 1.14 and 0.29 MiB.
for (const [name, most] of Object.entries({ overdrive_a2: 1.75, overdrive_nano: 0.75 }))
  test(`the instance of ${name} takes little beside its model`, async () => {
    const { memoryBytes } = await NamModel.create(modelFile(`examples/${name}`));
    assert.ok(memoryBytes <= most * 2 ** 20, `${memoryBytes} bytes`);
  });

test("changes of size take the room of both sizes, and no more", async () => {
  const model = await NamModel.create(modelFile("examples/overdrive_a2"));
  const block = new Float32Array(4096);
  for (let i = 0; i < 20; i++) {
    model.setQuality(i % 2);
    model.process(block);
  }
  // The smaller size takes 0.3 MiB.
  assert.ok(model.memoryBytes <= 2.25 * 2 ** 20, `${model.memoryBytes} bytes`);
});
