// Tests NamNode and its processor without a browser: both in this thread, with what they need of a browser made up here. At
// several rates and render quanta.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { invalidFile, modelFile, signal } from "./models.mjs";

const A2 = readFileSync(modelFile("examples/overdrive_a2"));
const NANO = readFileSync(modelFile("examples/overdrive_nano"));
const [x] = signal(1);

// A Linear that passes its input on. Only its sample rate matters.
const THROUGH = new TextEncoder().encode(
  '{"version": "0.7.0", "architecture": "Linear", "weights": [1], "config": {"receptive_field": 1, "bias": false}, "sample_rate": 48000}',
);

// Both sides of a port. A message is copied at once, and what it transfers is lost here, as in a browser.
function ports() {
  const [here, there] = [{}, {}];
  for (const [port, other] of [[here, there], [there, here]])
    port.postMessage = (data, transfer) => other.onmessage?.({ data: structuredClone(data, { transfer }) });
  return [here, there];
}

const classes = new Map();
let portOfProcessor;
globalThis.AudioWorkletProcessor = class {
  port = portOfProcessor;
};
globalThis.AudioWorkletNode = class extends EventTarget {
  constructor(context, name, { processorOptions }) {
    super();
    [this.port, portOfProcessor] = ports();
    this.context = context;
    this.processor = new (classes.get(context.sampleRate))({ processorOptions });
  }
  disconnect() {}
};
globalThis.ErrorEvent = class extends Event {
  constructor(type, { error, message }) {
    super(type);
    Object.assign(this, { error, message });
  }
};
const { NamModel, NamNode } = await import("../dist/index.js");

/** A NamNode at a rate, and a function that plays through its processor. */
async function nodeAt(sampleRate, file, options) {
  globalThis.sampleRate = sampleRate;
  if (!classes.has(sampleRate)) {
    globalThis.registerProcessor = (_, made) => classes.set(sampleRate, made);
    await import(`../dist/worklet.js?${sampleRate}`);
  }
  const context = Object.assign(new EventTarget(), {
    ...{ sampleRate, state: "running" },
    audioWorklet: { addModule: () => Promise.resolve() },
  });
  const node = await NamNode.create(context, file, options);
  const play = (input, quantum = 128, channels = 1) => {
    const outputs = Array.from({ length: channels }, () => new Float32Array(input.length));
    for (let t = 0; t < input.length; t += quantum) {
      const part = (array) => array.subarray(t, t + quantum);
      assert.equal(node.processor.process([[part(input)]], [outputs.map(part)]), true);
    }
    return channels === 1 ? outputs[0] : outputs;
  };
  return { node, play, context };
}

const sine = (frames, hz, rate) => Float32Array.from({ length: frames }, (_, t) => Math.sin((2 * Math.PI * hz * t) / rate) / 2);

for (const quantum of [32, 64, 128, 192, 441, 1024])
  test(`a render quantum of ${quantum} frames gives the model's bits`, async () => {
    const { node, play } = await nodeAt(48000, NANO);
    assert.equal(node.latency, 0);
    assert.deepEqual(play(x, quantum), (await NamModel.create(NANO)).process(x));
  });

for (const rate of [16000, 44100, 88200, 96000, 192000])
  test(`at ${rate} Hz a model of 48000 Hz is resampled, late by what it says and no more`, async () => {
    const { node, play } = await nodeAt(rate, THROUGH);
    const { latency } = node;
    assert.ok(latency > 0 && latency < 0.0045 * rate, `${latency} frames`);
    for (const hz of [100, 0.375 * Math.min(rate, 48000)]) {
      await node.reset();
      const input = sine(8000, hz, rate);
      const output = play(input, 100);
      let worst = 0;
      for (let t = 1000; t < 8000; t++) worst = Math.max(worst, Math.abs(output[t] - input[t - latency]));
      assert.ok(20 * Math.log10(worst) < -75, `${hz} Hz: ${20 * Math.log10(worst)} dB`);
    }
  });

test("a rate whose ratio needs too many phases is refused", async () => {
  await assert.rejects(nodeAt(47999, THROUGH), /cannot resample from 47999 to 48000 Hz/);
});

test("another model fades in, also between rates", async () => {
  for (const rate of [48000, 44100]) {
    const { node, play } = await nodeAt(rate, A2);
    const input = sine(9600, 220, rate);
    const before = play(input.subarray(0, 4800));
    const usual = Math.max(...before.subarray(2000).map((sample, t) => Math.abs(sample - before[2000 + t - 1])));
    await node.load(NANO);
    const after = play(input.subarray(4800));
    assert.ok(Math.abs(after[0] - before.at(-1)) < 2 * usual);
    const jump = Math.max(...after.map((sample, t) => (t ? Math.abs(sample - after[t - 1]) : 0)));
    assert.ok(jump < 2 * usual, `${jump} beside ${usual}`);
  }
});

test("a size switches within 10 ms and then has its own bits", async () => {
  const { node, play } = await nodeAt(48000, A2, { quality: 0 });
  const input = sine(9600, 220, 48000);
  play(input.subarray(0, 4800));
  await node.setQuality(1);
  const full = (await NamModel.create(A2)).process(input).subarray(4800);
  assert.deepEqual(play(input.subarray(4800)).subarray(608), full.subarray(608));
});

test("two nodes share a module and nothing else", async () => {
  const [first, second] = [await nodeAt(48000, NANO), await nodeAt(48000, A2)];
  const expected = [(await NamModel.create(NANO)).process(x), (await NamModel.create(A2)).process(x)];
  const found = [new Float32Array(x.length), new Float32Array(x.length)];
  for (let t = 0; t < x.length; t += 128)
    [first, second].forEach(({ play }, i) => found[i].set(play(x.subarray(t, t + 128)), t));
  assert.deepEqual(found, expected);
});

test("a file that is refused leaves what plays, and a disposed node ends", async () => {
  const { node, play, context } = await nodeAt(48000, NANO);
  await assert.rejects(node.load(readFileSync(invalidFile("no_layers"))), ({ kind, location }) => {
    assert.deepEqual([kind, location], ["config", "config.layers"]);
    return true;
  });
  assert.deepEqual(play(x), (await NamModel.create(NANO)).process(x));
  const broken = x.map((sample, t) => (t === 3 ? NaN : sample));
  await node.reset();
  assert.deepEqual(play(broken), (await NamModel.create(NANO)).process(x.map((sample, t) => (t === 3 ? 0 : sample))));
  context.state = "closed";
  await assert.rejects(node.load(NANO), /the audio context is closed/);
  context.state = "running";
  node.dispose();
  assert.equal(node.processor.process([[x]], [[new Float32Array(x.length)]]), false);
  await assert.rejects(node.load(NANO), /was disposed of/);
});

test("a load that is under way ends when the context closes or the node is disposed of", async () => {
  const { node, context } = await nodeAt(48000, NANO);
  const { postMessage } = node.port;
  // An audio thread that has ended answers nothing.
  node.port.postMessage = () => {};
  const loading = node.load(A2);
  await new Promise((resolve) => setTimeout(resolve));
  context.state = "closed";
  context.dispatchEvent(new Event("statechange"));
  await assert.rejects(loading, /NamError: the audio context is closed/);
  context.state = "running";
  node.port.postMessage = postMessage;
  const other = node.load(A2);
  node.dispose();
  await assert.rejects(other, /was disposed of/);
  assert.throws(() => node.info, /was disposed of/);
});

test("what fails where no promise can say so is an event", async () => {
  const { node, play } = await nodeAt(48000, NANO);
  const said = [];
  node.addEventListener("error", ({ error }) => said.push(error));
  node.quality = 7;
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(node.quality, 1);
  assert.ok(said[0] instanceof RangeError);
  assert.match(said[0].message, /quality must be from 0 to 1; found 7/);
  assert.deepEqual(play(x), (await NamModel.create(NANO)).process(x));
  node.dispatchEvent(new Event("processorerror"));
  assert.match(said[1].message, /the processor failed in the audio thread/);
});

test("both outputs have a stereo model's channels, and a mono model's one", async () => {
  const text = new TextDecoder().decode(THROUGH).replace("[1]", "[1, -0.5]").replace('"bias"', '"out_channels": 2, "bias"');
  const { node, play } = await nodeAt(44100, new TextEncoder().encode(text));
  const [left, right] = play(sine(4000, 300, 44100), 128, 2);
  assert.ok(right.every((sample, t) => sample === -0.5 * left[t]));
  await node.load(THROUGH);
  play(sine(4000, 300, 44100), 128, 2);
  const [one, other] = play(sine(4000, 300, 44100), 128, 2);
  assert.deepEqual(one, other);
});
