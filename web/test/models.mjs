// The repository's models, and the signal of their hashes (src/nam_core/selftest/stimulus.py).
import { readFileSync } from "node:fs";

const ROOT = new URL("../../", import.meta.url);
const FOLDERS = { golden: "tests/golden/", golden060: "tests/golden060/", examples: "examples/" };

export const HASHES = JSON.parse(readFileSync(new URL("tests/conformance/hashes.json", ROOT), "utf8"));

// The signal fades out, so at its end these models compute subnormal products. WebAssembly cannot flush them to zero
// (docs/web.md), so these outputs do not have the recorded bits. They are right to 1e-36.
export const SUBNORMAL = [
  "golden/linear_short",
  "golden060/linear_1_to_2",
  "golden060/linear_implementation_fft",
  "golden060/linear_newest_first",
  "golden060/sequential_stereo_through",
];

export function modelFile(name) {
  const [folder, stem] = name.split("/");
  return new URL(`${FOLDERS[folder]}${stem}.nam`, ROOT);
}

export function invalidFile(name) {
  return new URL(`tests/golden/invalid/${name}.nam`, ROOT);
}

function* ratios() {
  let state = 20260701;
  const noise = () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return (state >>> 8) - 2 ** 23;
  };
  for (let i = 0; i < 600; i++) yield noise() / 2 ** 23;
  for (let i = 0; i < 200; i++) yield 0;
  yield 1;
  for (let i = 0; i < 149; i++) yield 0;
  for (let i = 0; i < 250; i++) yield noise() / 2 ** 31;
  for (let i = 0; i < 250; i++) yield noise() / 2 ** 22;
  for (let i = 0; i < 500; i++) yield noise() / 2 ** (23 + Math.floor(i / 3));
  for (let i = 0; i < 50; i++) yield -0;
}

/** One array for each channel, each 331 frames behind the one before. */
export function signal(channels) {
  const first = Float32Array.from(ratios());
  return Array.from({ length: channels }, (_, channel) =>
    first.map((_, t) => first.at((t - 331 * channel) % first.length)),
  );
}
