// Fades into silence, through the subnormal numbers: counts the samples that differ from the native engine's, and measures
// the time.
//
//     node bench/silence.mjs --python PROGRAM MODEL...
//
// The signal is one second of sound, one second of a fade from 0.5 to 1e-46, and one second of silence. --python names a
// Python that has nam_core. The figures are processor time in blocks of 128 frames: the best of five runs.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { NamModel } from "../dist/index.js";

const RATE = 48000;
const BLOCK = 128;
const PARTS = ["sound", "fade", "silence"];

const { values, positionals } = parseArgs({ options: { python: { type: "string" } }, allowPositionals: true });

const tone = (t) => Math.sin(t / 7) * (0.6 + 0.4 * Math.sin(t / 997));
const x = Float32Array.from({ length: 3 * RATE }, (_, t) => {
  if (t < RATE) return tone(t) / 2;
  if (t < 2 * RATE) return (tone(t) / 2) * 10 ** (-45.7 * ((t - RATE) / RATE));
  return 0;
});

const NATIVE = `
import sys, warnings
import numpy as np, nam_core
warnings.simplefilter("ignore")
x = np.frombuffer(sys.stdin.buffer.read(), np.float32)
sys.stdout.buffer.write(nam_core.load(sys.argv[1]).process(x).tobytes())
`;

console.log("| model | samples that differ | largest difference | ns: sound | fade | silence |\n|---|---|---|---|---|---|");
for (const path of positionals) {
  const native = execFileSync(values.python, ["-c", NATIVE, path], { input: Buffer.from(x.buffer), maxBuffer: 2 ** 26 });
  const expected = new Float32Array(native.buffer.slice(native.byteOffset, native.byteOffset + native.length));
  const model = await NamModel.create(readFileSync(path));
  const found = model.process(x);
  let differ = 0;
  let most = 0;
  for (let t = 0; t < x.length; t++)
    if (!Object.is(found[t], expected[t])) (differ += 1), (most = Math.max(most, Math.abs(found[t] - expected[t])));
  const best = PARTS.map(() => Infinity);
  for (let run = 0; run < 5; run++) {
    model.reset();
    for (const part of PARTS.keys()) {
      const began = process.cpuUsage();
      for (let t = part * RATE; t < (part + 1) * RATE; t += BLOCK) model.process(x.subarray(t, Math.min(t + BLOCK, (part + 1) * RATE)));
      const { user, system } = process.cpuUsage(began);
      best[part] = Math.min(best[part], ((user + system) * 1e3) / RATE);
    }
  }
  const cost = best.map((ns) => ns.toFixed(0)).join(" | ");
  console.log(`| ${path.split("/").at(-1)} | ${differ} of ${x.length} | ${most.toExponential(1)} | ${cost} |`);
}
