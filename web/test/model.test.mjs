// Tests of NamModel: its results, its errors, and what it says about a file.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { gains, NamError, NamModel, NamNode, readWav, renderOffline, writeWav } from "../dist/index.js";
import { wasm } from "../dist/inline.js";
import { invalidFile, modelFile, signal } from "./models.mjs";

const A2 = modelFile("examples/overdrive_a2");
const NANO = modelFile("examples/overdrive_nano");
const [x] = signal(1);

test("output does not depend on how the signal is cut", async () => {
  const model = await NamModel.create(NANO);
  const whole = model.process(x);
  model.reset();
  const parts = [0, 1, 37, 128, 129, x.length].slice(1).map((end, i, ends) => model.process(x.subarray(ends[i - 1] ?? 0, end)));
  assert.deepEqual(Float32Array.from(parts.flatMap((part) => [...part])), whole);
});

test("long signals are run in blocks", async () => {
  const long = Float32Array.from({ length: 10000 }, (_, t) => Math.sin(t / 7) / 2);
  const model = await NamModel.create(NANO);
  const whole = model.process(long);
  assert.deepEqual(await renderOffline(NANO, long), whole);
  assert.equal(whole.length, long.length);
});

test("after a change of size and its fade the bits are that size's", async () => {
  const long = Float32Array.from({ length: 30000 }, (_, t) => Math.sin(t / 9) * Math.cos(t / 501));
  const model = await NamModel.create(A2, { quality: 0 });
  model.process(long.subarray(0, 15000));
  model.setQuality(1);
  const switched = model.process(long.subarray(15000));
  const full = (await NamModel.create(A2)).process(long).subarray(15000);
  assert.equal(model.size, model.sizes.at(-1));
  assert.notDeepEqual(switched.subarray(0, 400), full.subarray(0, 400));
  assert.deepEqual(switched.subarray(600), full.subarray(600));
});

test("it says what the file says", async () => {
  const model = await NamModel.create(A2);
  assert.equal(model.info.architecture, "SlimmableContainer");
  assert.equal(model.sampleRate, 48000);
  assert.deepEqual(model.sizes.map((size) => [size.low, size.high]), [[0, 0.5], [0.5, 1]]);
  assert.ok(model.receptiveField > 1000);
});

test("the modules may come inside the script", async () => {
  assert.deepEqual((await NamModel.create(NANO, { wasm })).process(x), (await NamModel.create(NANO)).process(x));
});

test("without relaxed SIMD results are right to tolerance, and it says so", async () => {
  const plain = { relaxed: wasm.plain, plain: wasm.plain };
  const { validate } = WebAssembly;
  WebAssembly.validate = () => false;
  try {
    const model = await NamModel.create(NANO, { wasm: plain });
    assert.equal(model.exact, false);
    const exact = (await NamModel.create(NANO)).process(x);
    const worst = Math.max(...model.process(x).map((sample, t) => Math.abs(sample - exact[t])));
    assert.ok(worst > 0 && worst < 1e-5, String(worst));
  } finally {
    WebAssembly.validate = validate;
  }
});

for (const [name, place] of Object.entries({
  no_layers: /^config\.layers: /,
  head_kernel_zero: /^config\.layers\[0\]\.head\.kernel_size: found 0; must be an integer >= 1$/,
  weights_one_short: /^weights: found \d+ weights; the config needs \d+: they run out in head_scale$/,
  version_1_0_0: /^version: found "1\.0\.0"; must be from 0\.5\.0 to 0\.7\.x$/,
}))
  test(`${name} is refused with its place`, () =>
    assert.rejects(NamModel.create(invalidFile(name)), (error) => error instanceof NamError && place.test(error.message)));

test("what is no model is refused with what it is", async () => {
  const bytes = (text) => new TextEncoder().encode(text);
  await assert.rejects(NamModel.create(bytes("")), /the file is empty/);
  await assert.rejects(NamModel.create(bytes("<html>")), /this is a web page/);
  await assert.rejects(NamModel.create(bytes("RIFF....WAVE")), /this WAV file has no samples/);
  await assert.rejects(NamModel.create(bytes("fLaC")), /this is a sound file/);
  await assert.rejects(NamModel.create(bytes('{"version"')), /the file ends in the middle/);
  await assert.rejects(NamModel.create(readFileSync(A2), { maxBytes: 2 ** 20 }), /at most 26214 are read/);
  await assert.rejects(NamModel.create(readFileSync(NANO), { maxBytes: 2 ** 18, quality: 1 }), NamError);
  await assert.rejects(NamModel.create(new URL("nothing.nam", import.meta.url)), /ENOENT/);
});

test("a WAV file is an impulse response, and what is written is read again", async () => {
  const taps = Float32Array.of(0.5, -0.25, 1e-7, 2);
  const file = writeWav({ sampleRate: 44100, channels: [taps] });
  assert.deepEqual(readWav(file), { sampleRate: 44100, channels: [taps] });
  const model = await NamModel.create(file);
  assert.equal(model.sampleRate, 44100);
  assert.deepEqual(model.process(Float32Array.of(1, 0, 0, 0, 0)), Float32Array.of(...taps, 0));
  const stereo = await NamModel.create(writeWav({ sampleRate: 48000, channels: [taps, taps.map((tap) => -tap)] }));
  const [left, right] = stereo.process([Float32Array.of(1, 0, 0)]);
  assert.deepEqual([left, right], [taps.subarray(0, 3), taps.subarray(0, 3).map((tap) => -tap)]);
  await assert.rejects(NamModel.create(writeWav({ sampleRate: 48000, channels: [taps, taps, taps] })), /has 3 channels; must have 1 or 2/);
  await assert.rejects(NamModel.create(writeWav({ sampleRate: 48000, channels: [Float32Array.of(NaN)] })), /not finite/);
  assert.throws(() => readWav(new Uint8Array(4)), /not a WAV file/);
});

for (const [bits, bytes, expected] of [
  [8, [0, 128, 255], [-1, 0, 127 / 128]],
  [16, [0x00, 0x80, 0x01, 0x00], [-1, 2 ** -15]],
  [24, [0x00, 0x00, 0x80, 0x01, 0x00, 0x00, 0xff, 0xff, 0xff], [-1, 2 ** -23, -(2 ** -23)]],
  [32, [0, 0, 0, 0x80, 1, 0, 0, 0], [-1, 2 ** -31]],
])
  test(`WAV files of ${bits} bits are read as libsndfile reads them`, () => {
    const header = new DataView(new ArrayBuffer(44));
    const text = (at, letters) => [...letters].forEach((letter, i) => header.setUint8(at + i, letter.charCodeAt(0)));
    text(0, "RIFF"), text(8, "WAVEfmt "), header.setUint32(16, 16, true), header.setUint16(20, 1, true);
    header.setUint16(22, 1, true), header.setUint32(24, 48000, true), header.setUint16(34, bits, true);
    text(36, "data"), header.setUint32(40, bytes.length, true);
    const file = Uint8Array.of(...new Uint8Array(header.buffer), ...bytes);
    assert.deepEqual([...readWav(file).channels[0]], expected);
  });

test("bad arguments are refused, and change nothing", async () => {
  await assert.rejects(NamModel.create(NANO, { quality: 1.5 }), RangeError);
  const model = await NamModel.create(NANO);
  const first = model.process(x);
  model.reset();
  assert.throws(() => model.process(Float32Array.of(0, NaN)), /sample 1 is NaN/);
  assert.throws(() => model.process([x, x]), /has 1 input channels; found 2/);
  assert.deepEqual(model.process(x), first);
  model.dispose();
  assert.throws(() => model.process(x), /was disposed of/);
});

test("levels are Python's", async () => {
  const model = await NamModel.create(NANO);
  const { loudness } = model.size;
  assert.equal(gains(model, { normalize: -18, outputGainDb: 1 }).outputDb, loudness === null ? 1 : 1 - 18 - loudness);
  assert.throws(() => gains(model, { normalize: -18, interfaceDbu: 12 }), RangeError);
  const known = { size: model.size, metadata: { ...model.metadata, inputLevelDbu: 10, outputLevelDbu: 300 } };
  const calibrated = gains(known, { interfaceDbu: 12.5 });
  assert.deepEqual([calibrated.inputDb, calibrated.outputDb, calibrated.warnings.length], [2.5, 0, 1]);
});

test("node has no audio worklet, and NamNode says so", () =>
  assert.rejects(NamNode.create({}, NANO), /there is no AudioWorklet here/));
