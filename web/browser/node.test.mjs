// NamNode in a browser: its bits, its changes, its errors. Contexts are offline, so nothing depends on a sound device.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";

import { HASHES, signal } from "../test/models.mjs";
import { open, render } from "./page.mjs";

let page, another, close;
before(async () => ({ page, another, close } = await open()));
after(() => close());

const A2 = "/examples/overdrive_a2.nam";
const NANO = "/examples/overdrive_nano.nam";

test("a node has the recorded bits", async () => {
  for (const [path, name, quality, index] of [
    [NANO, "examples/overdrive_nano", 1, 0],
    [A2, "examples/overdrive_a2", 1, 1],
    [A2, "examples/overdrive_a2", 0, 0],
  ]) {
    const samples = [...signal(1)[0]];
    const { y, exact, bytes } = await page.evaluate(render, { path, samples, options: { quality } });
    assert.ok(exact);
    assert.ok(bytes <= 1.75 * 2 ** 20, `${bytes} bytes`);
    assert.equal(createHash("sha256").update(Buffer.from(Float32Array.from(y).buffer)).digest("hex"), HASHES.models[name][index]);
  }
});

test("at another rate the model is resampled, late by what it says", async () => {
  const samples = Array.from({ length: 8820 }, (_, t) => Math.fround(Math.sin((2 * Math.PI * 220 * t) / 44100) / 4));
  const twice = Array.from({ length: 9600 }, (_, t) => Math.fround(Math.sin((2 * Math.PI * 220 * t) / 48000) / 4));
  const { y, latency } = await page.evaluate(render, { path: NANO, samples, rate: 44100 });
  const expected = (await page.evaluate(render, { path: NANO, samples: twice })).y;
  assert.ok(latency > 0 && latency < 80, String(latency));
  // Where 147 frames at 44.1 kHz are 160 at 48 kHz, both have a sample.
  let worst = 0;
  for (let k = 20; k < 58; k++) worst = Math.max(worst, Math.abs(y[147 * k + latency] - expected[160 * k]));
  assert.ok(worst < 1e-3, String(worst));
});

test("several nodes share one compiled module, and each plays its own model", async () => {
  const samples = [...signal(1)[0]];
  const found = await page.evaluate(async ({ samples, paths }) => {
    const context = new OfflineAudioContext(paths.length, samples.length, 48000);
    const merger = new ChannelMergerNode(context, { numberOfInputs: paths.length });
    merger.connect(context.destination);
    const buffer = context.createBuffer(1, samples.length, 48000);
    buffer.copyToChannel(Float32Array.from(samples), 0);
    const source = new AudioBufferSourceNode(context, { buffer });
    let compiled = 0;
    const { compile } = WebAssembly;
    WebAssembly.compile = (...given) => (compiled++, compile.apply(WebAssembly, given));
    for (const [i, path] of paths.entries()) {
      const node = await nam.NamNode.create(context, path);
      const mono = new ChannelSplitterNode(context);
      source.connect(node).connect(mono).connect(merger, 0, i);
    }
    WebAssembly.compile = compile;
    source.start();
    const rendered = await context.startRendering();
    return { compiled, channels: paths.map((_, i) => [...rendered.getChannelData(i)]) };
  }, { samples, paths: [NANO, A2, NANO] });
  assert.equal(found.compiled, 0, "the tests before have compiled it");
  for (const [i, [name, index]] of [["overdrive_nano", 0], ["overdrive_a2", 1], ["overdrive_nano", 0]].entries())
    assert.equal(createHash("sha256").update(Buffer.from(Float32Array.from(found.channels[i]).buffer)).digest("hex"), HASHES.models[`examples/${name}`][index]);
});

test("where a page's policy forbids WebAssembly, that is said", async () => {
  const other = await another();
  await other.goto(new URL("/forbidden", page.url()).href);
  const said = await other.evaluate(async (path) => {
    const { NamModel, NamNode } = await import("/web/dist/index.js");
    const context = new OfflineAudioContext(1, 128, 48000);
    const words = (promise) => promise.then(() => "created", (error) => `${error.name}: ${error.message}`);
    return [await words(NamModel.create(path)), await words(NamNode.create(context, path))];
  }, NANO);
  await other.close();
  for (const words of said) assert.match(words, /NamError: WebAssembly was refused: .*'wasm-unsafe-eval'/);
});

test("without AudioWorklet a node is refused with a reason, and a model plays", async () => {
  const other = await another();
  await other.goto(page.url());
  const said = await other.evaluate(async (path) => {
    delete globalThis.AudioWorkletNode;
    delete BaseAudioContext.prototype.audioWorklet;
    const { NamModel, NamNode } = await import("/web/dist/index.js");
    const context = new OfflineAudioContext(1, 128, 48000);
    const refused = await NamNode.create(context, path).then(() => "created", (error) => `${error.name}: ${error.message}`);
    return { refused, frames: (await NamModel.create(path)).process(new Float32Array(16)).length };
  }, NANO);
  await other.close();
  assert.match(said.refused, /^NamError: there is no AudioWorklet here: use a browser, and serve the page by https or from localhost/);
  assert.equal(said.frames, 16);
});

test("a context that is closed while a model is loaded ends the load with a reason", async () => {
  const said = await page.evaluate(async ({ path, another }) => {
    const words = (promise) =>
      Promise.race([
        promise.then(() => "loaded", (error) => `${error.name}: ${error.message}`),
        new Promise((resolve) => setTimeout(resolve, 10000, "no answer within 10 s")),
      ]);
    const found = [];
    // While a node is created: at once, and when the files are there.
    for (const wait of [0, 5, 50]) {
      const context = new AudioContext({ sampleRate: 48000 });
      const creating = words(nam.NamNode.create(context, path));
      await new Promise((resolve) => setTimeout(resolve, wait));
      await context.close();
      found.push(await creating);
    }
    // While a node loads: before the file is there, and when the audio thread should answer.
    for (const until of ["fetched", "sent"]) {
      const context = new AudioContext({ sampleRate: 48000 });
      const node = await nam.NamNode.create(context, path);
      if (until === "sent") node.port.postMessage = () => context.close();
      const loading = words(node.load(another));
      if (until === "fetched") await context.close();
      found.push(await loading);
    }
    return found;
  }, { path: A2, another: NANO });
  const closed = "NamError: the audio context is closed";
  assert.equal(said[0], closed);
  for (const words of said.slice(1, 3)) assert.ok([closed, "loaded"].includes(words), words);
  assert.deepEqual(said.slice(3), [closed, closed]);
});

test("what cannot play is refused with a reason", async () => {
  const refused = (options) =>
    page.evaluate(async ({ path, rate, options }) => {
      const context = new OfflineAudioContext(1, 128, rate);
      return nam.NamNode.create(context, path, options).then(() => "played", (error) => `${error.name}: ${error.message}`);
    }, { rate: 48000, ...options });
  assert.match(await refused({ path: "/tests/golden/invalid/no_layers.nam" }), /^NamError: config\.layers: found an array/);
  assert.match(await refused({ path: "/examples/nothing.nam" }), /^NamError: .*nothing\.nam cannot be fetched: status 404/);
  assert.match(await refused({ path: NANO, rate: 44100, options: { otherRate: "refuse" } }), /^NamError: the model runs at 48000 Hz, the audio context at 44100 Hz/);
  assert.equal(await refused({ path: NANO, rate: 44100, options: { otherRate: "play" } }), "played");
  assert.match(await refused({ path: "/tests/golden060/linear_2_to_1.nam" }), /^NamError: the model has 2 inputs; a NamNode plays models with 1 input/);
  assert.match(await refused({ path: "/web/package.json" }), /^NamError: /);
  assert.match(await refused({ path: A2, options: { maxBytes: 2 ** 20 } }), /^NamError: the file has \d+ bytes; at most 26214 are read/);
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
