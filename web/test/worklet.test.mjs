// Tests the processor without a browser, in a scope like that of an audio worklet, at several rates and render quanta.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { loadModule, NamModel } from "../dist/index.js";
import { invalidFile, modelFile, signal } from "./models.mjs";

const A2 = readFileSync(modelFile("examples/overdrive_a2"));
const NANO = readFileSync(modelFile("examples/overdrive_nano"));
const [x] = signal(1);
const { module } = await loadModule();

// A Linear that passes its input on. Only its sample rate matters.
const THROUGH = new TextEncoder().encode(
  '{"version": "0.7.0", "architecture": "Linear", "weights": [1], "config": {"receptive_field": 1, "bias": false}, "sample_rate": 48000}',
);

const classes = new Map();
async function processorAt(sampleRate) {
  globalThis.sampleRate = sampleRate;
  if (!classes.has(sampleRate)) {
    globalThis.AudioWorkletProcessor = class {
      port = { said: [], postMessage: (reply) => this.port.said.push(reply) };
    };
    globalThis.registerProcessor = (_, made) => classes.set(sampleRate, made);
    await import(`../dist/worklet.js?${sampleRate}`);
  }
  const processor = new (classes.get(sampleRate))({ processorOptions: { module } });
  const ask = (request) => {
    processor.port.onmessage({ data: { id: 1, ...request } });
    return processor.port.said.at(-1);
  };
  const play = (input, quantum = 128, channels = 1) => {
    const outputs = Array.from({ length: channels }, () => new Float32Array(input.length));
    for (let t = 0; t < input.length; t += quantum) {
      const part = (array) => array.subarray(t, t + quantum);
      assert.equal(processor.process([[part(input)]], [outputs.map(part)]), true);
    }
    return channels === 1 ? outputs[0] : outputs;
  };
  return { processor, ask, play };
}

const sine = (frames, hz, rate) => Float32Array.from({ length: frames }, (_, t) => Math.sin((2 * Math.PI * hz * t) / rate) / 2);

for (const quantum of [32, 64, 128, 192, 441, 1024])
  test(`a render quantum of ${quantum} frames gives the model's bits`, async () => {
    const { ask, play } = await processorAt(48000);
    const { loaded } = ask({ type: "load", text: NANO, quality: 1, modelRate: 48000 });
    assert.equal(loaded.latency, 0);
    assert.deepEqual(play(x, quantum), (await NamModel.create(NANO)).process(x));
  });

for (const rate of [16000, 44100, 88200, 96000, 192000])
  test(`at ${rate} Hz a model of 48000 Hz is resampled, late by what it says and no more`, async () => {
    const { ask, play } = await processorAt(rate);
    const { latency } = ask({ type: "load", text: THROUGH, quality: 1, modelRate: 48000 }).loaded;
    assert.ok(latency > 0 && latency < 0.0045 * rate, `${latency} frames`);
    for (const hz of [100, 0.375 * Math.min(rate, 48000)]) {
      ask({ type: "reset" });
      const input = sine(8000, hz, rate);
      const output = play(input, 100);
      let worst = 0;
      for (let t = 1000; t < 8000; t++) worst = Math.max(worst, Math.abs(output[t] - input[t - latency]));
      assert.ok(20 * Math.log10(worst) < -75, `${hz} Hz: ${20 * Math.log10(worst)} dB`);
    }
  });

test("a rate whose ratio needs too many phases is refused", async () => {
  const { ask } = await processorAt(47999);
  const { error } = ask({ type: "load", text: THROUGH, quality: 1, modelRate: 48000 });
  assert.match(error.message, /cannot resample from 47999 to 48000 Hz/);
});

test("another model fades in, also between rates", async () => {
  for (const rate of [48000, 44100]) {
    const { ask, play } = await processorAt(rate);
    ask({ type: "load", text: A2, quality: 1, modelRate: 48000 });
    const input = sine(9600, 220, rate);
    const before = play(input.subarray(0, 4800));
    const usual = Math.max(...before.subarray(2000).map((sample, t) => Math.abs(sample - before[2000 + t - 1])));
    ask({ type: "load", text: NANO, quality: 1, modelRate: 48000 });
    const after = play(input.subarray(4800));
    assert.ok(Math.abs(after[0] - before.at(-1)) < 2 * usual);
    const jump = Math.max(...after.map((sample, t) => (t ? Math.abs(sample - after[t - 1]) : 0)));
    assert.ok(jump < 2 * usual, `${jump} beside ${usual}`);
  }
});

test("a size switches within 10 ms and then has its own bits", async () => {
  const { ask, play } = await processorAt(48000);
  ask({ type: "load", text: A2, quality: 0, modelRate: 48000 });
  const input = sine(9600, 220, 48000);
  play(input.subarray(0, 4800));
  ask({ type: "quality", quality: 1 });
  const full = (await NamModel.create(A2)).process(input).subarray(4800);
  assert.deepEqual(play(input.subarray(4800)).subarray(608), full.subarray(608));
});

test("two nodes share a module and nothing else", async () => {
  const [first, second] = [await processorAt(48000), await processorAt(48000)];
  first.ask({ type: "load", text: NANO, quality: 1, modelRate: 48000 });
  second.ask({ type: "load", text: A2, quality: 1, modelRate: 48000 });
  const expected = [(await NamModel.create(NANO)).process(x), (await NamModel.create(A2)).process(x)];
  const found = [new Float32Array(x.length), new Float32Array(x.length)];
  for (let t = 0; t < x.length; t += 128)
    [first, second].forEach(({ play }, i) => found[i].set(play(x.subarray(t, t + 128)), t));
  assert.deepEqual(found, expected);
});

test("a file that is refused leaves what plays, and a disposed processor ends", async () => {
  const { ask, play, processor } = await processorAt(48000);
  ask({ type: "load", text: NANO, quality: 1, modelRate: 48000 });
  const { error } = ask({ type: "load", text: readFileSync(invalidFile("no_layers")), quality: 1, modelRate: 48000 });
  assert.deepEqual([error.kind, error.location], ["config", "config.layers"]);
  assert.deepEqual(play(x), (await NamModel.create(NANO)).process(x));
  const broken = x.map((sample, t) => (t === 3 ? NaN : sample));
  ask({ type: "reset" });
  assert.deepEqual(play(broken), (await NamModel.create(NANO)).process(x.map((sample, t) => (t === 3 ? 0 : sample))));
  ask({ type: "dispose" });
  assert.equal(processor.process([[x]], [[new Float32Array(x.length)]]), false);
});

test("both outputs have a stereo model's channels, and a mono model's one", async () => {
  const { ask, play } = await processorAt(44100);
  const text = new TextDecoder().decode(THROUGH).replace("[1]", "[1, -0.5]").replace('"bias"', '"out_channels": 2, "bias"');
  ask({ type: "load", text: new TextEncoder().encode(text), quality: 1, modelRate: 48000 });
  const [left, right] = play(sine(4000, 300, 44100), 128, 2);
  assert.ok(right.every((sample, t) => sample === -0.5 * left[t]));
  ask({ type: "load", text: THROUGH, quality: 1, modelRate: 48000 });
  play(sine(4000, 300, 44100), 128, 2);
  const [one, other] = play(sine(4000, 300, 44100), 128, 2);
  assert.deepEqual(one, other);
});
