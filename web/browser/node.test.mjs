// NamNode in Chromium: its bits, its changes, its errors. Contexts are offline, so nothing depends on a sound device.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";

import { HASHES, signal } from "../test/models.mjs";
import { open } from "./page.mjs";

let page, close;
before(async () => ({ page, close } = await open()));
after(() => close());

const A2 = "/examples/overdrive_a2.nam";
const NANO = "/examples/overdrive_nano.nam";

// In the page: what a node makes of a signal, with something done at a frame.
async function render({ path, samples, at, then, options, rate = 48000 }) {
  const context = new OfflineAudioContext(1, samples.length, rate);
  const node = await nam.NamNode.create(context, path, options);
  const buffer = context.createBuffer(1, samples.length, rate);
  buffer.copyToChannel(Float32Array.from(samples), 0);
  const source = new AudioBufferSourceNode(context, { buffer });
  source.connect(node).connect(context.destination);
  source.start();
  if (then)
    context.suspend(at / rate).then(async () => {
      if (then.quality !== undefined) await node.setQuality(then.quality);
      if (then.load) await node.load(then.load);
      context.resume();
    });
  const rendered = await context.startRendering();
  return { y: [...rendered.getChannelData(0)], exact: node.exact, bytes: node.memoryBytes };
}

test("a node has the recorded bits", async () => {
  for (const [path, name, quality, index] of [
    [NANO, "examples/overdrive_nano", 1, 0],
    [A2, "examples/overdrive_a2", 1, 1],
    [A2, "examples/overdrive_a2", 0, 0],
  ]) {
    const samples = [...signal(1)[0]];
    const { y, exact, bytes } = await page.evaluate(render, { path, samples, options: { quality } });
    assert.ok(exact);
    assert.ok(bytes < 5 * 2 ** 20, `${bytes} bytes`);
    assert.equal(createHash("sha256").update(Buffer.from(Float32Array.from(y).buffer)).digest("hex"), HASHES.models[name][index]);
  }
});

test("a change of quality fades within 10 ms, and then has the other size's bits", async () => {
  const samples = Array.from({ length: 9600 }, (_, t) => Math.fround(Math.sin(t / 9) / 2));
  const small = (await page.evaluate(render, { path: A2, samples, options: { quality: 0 } })).y;
  const full = (await page.evaluate(render, { path: A2, samples })).y;
  const { y } = await page.evaluate(render, { path: A2, samples, options: { quality: 0 }, at: 4096, then: { quality: 1 } });
  assert.deepEqual(y.slice(0, 4096), small.slice(0, 4096));
  assert.deepEqual(y.slice(4096 + 480 + 128), full.slice(4096 + 480 + 128));
});

test("another model fades in within 10 ms", async () => {
  const samples = Array.from({ length: 9600 }, (_, t) => Math.fround(Math.sin(t / 9) / 2));
  const before = (await page.evaluate(render, { path: A2, samples })).y;
  const { y } = await page.evaluate(render, { path: A2, samples, at: 4096, then: { load: NANO } });
  assert.deepEqual(y.slice(0, 4096), before.slice(0, 4096));
  const jump = Math.max(...y.slice(1).map((sample, t) => Math.abs(sample - y[t])));
  const usual = Math.max(...before.slice(1).map((sample, t) => Math.abs(sample - before[t])));
  assert.ok(jump < 2 * usual, `${jump} beside ${usual}`);
  assert.notDeepEqual(y.slice(5000), before.slice(5000));
});

test("what cannot play is refused with a reason", async () => {
  const refused = (options) =>
    page.evaluate(async ({ path, rate, options }) => {
      const context = new OfflineAudioContext(1, 128, rate);
      return nam.NamNode.create(context, path, options).then(() => "played", (error) => `${error.name}: ${error.message}`);
    }, { rate: 48000, ...options });
  assert.match(await refused({ path: "/tests/golden/invalid/no_layers.nam" }), /^NamError: config\.layers: found an array/);
  assert.match(await refused({ path: "/examples/nothing.nam" }), /^NamError: .*nothing\.nam cannot be fetched: status 404/);
  assert.match(await refused({ path: NANO, rate: 44100 }), /^NamError: the model runs at 48000 Hz, the audio context at 44100 Hz/);
  assert.equal(await refused({ path: NANO, rate: 44100, options: { otherRate: "play" } }), "played");
  assert.match(await refused({ path: NANO, options: { quality: 2 } }), /^RangeError: quality must be from 0 to 1; found 2/);
  assert.match(await refused({ path: NANO, options: { workletUrl: "/nothing.js" } }), /^NamError: .* cannot be loaded into the audio worklet/);
  assert.match(await refused({ path: NANO, options: { wasm: { relaxed: "/nothing", plain: "/nothing" } } }), /cannot be fetched: status 404/);
  const closed = await page.evaluate(async () => {
    const context = new AudioContext({ sampleRate: 48000 });
    await context.close();
    return nam.NamNode.create(context, "/examples/overdrive_nano.nam").catch((error) => error.message);
  });
  assert.match(closed, /the audio context is closed/);
});

test("a disposed node says so", async () => {
  const said = await page.evaluate(async () => {
    const node = await nam.NamNode.create(new OfflineAudioContext(1, 128, 48000), "/examples/overdrive_nano.nam");
    node.dispose();
    return node.load("/examples/overdrive_nano.nam").catch((error) => error.message);
  });
  assert.match(said, /was disposed of/);
});
