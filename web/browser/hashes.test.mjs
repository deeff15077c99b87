// The float32 bits of every model in a browser, against the hashes that the native engine recorded.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { HASHES, modelFile, signal, SUBNORMAL } from "../test/models.mjs";
import { open } from "./page.mjs";

let page, close;
before(async () => ({ page, close } = await open()));
after(() => close());

const ROOT = new URL("../../", import.meta.url).pathname;
const SIGNALS = [1, 2, 3].map((channels) => signal(channels).map((channel) => [...channel]));

async function digests({ path, signals }) {
  const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const text = new Uint8Array(await (await fetch(path)).arrayBuffer());
  const first = await nam.NamModel.create(text);
  const found = [];
  for (const { low, high } of first.sizes) {
    const model = await nam.NamModel.create(text, { quality: (low + high) / 2 });
    const input = signals[model.info.inputChannels - 1].map((channel) => Float32Array.from(channel));
    const output = await new Blob(model.process(input)).arrayBuffer();
    found.push(hex(await crypto.subtle.digest("SHA-256", output)));
  }
  return { found, exact: first.exact };
}

test("every model has the recorded bits, but those with subnormal products", async () => {
  const names = Object.keys(HASHES.models);
  const wrong = [];
  for (const name of names) {
    const path = modelFile(name).pathname.replace(ROOT, "/");
    const { found, exact } = await page.evaluate(digests, { path, signals: SIGNALS });
    assert.ok(exact);
    if (JSON.stringify(found) !== JSON.stringify(HASHES.models[name])) wrong.push(name);
  }
  console.log(`${names.length - wrong.length} of ${names.length} models have the recorded bits`);
  assert.deepEqual(wrong.sort(), [...SUBNORMAL].sort());
});
