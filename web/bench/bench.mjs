// What a sample costs: this package beside the native engine on the same machine, interleaved.
//
//     node bench/bench.mjs [--rounds 15] [--python PROGRAM] NAME=MODEL[@QUALITY]...
//
// ns per sample of processor time, the best of the rounds, in blocks of 128 frames; load is the best of five. Without --python there is no native column; with it, that
// Python has nam_core. Run it on a quiet machine.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";

import { NamModel } from "../dist/index.js";

const FRAMES = 48000;
const BLOCK = 128;

const { values, positionals } = parseArgs({
  options: { rounds: { type: "string", default: "15" }, python: { type: "string" } },
  allowPositionals: true,
});

const NATIVE = `
import json, sys, time, warnings
import numpy as np, nam_core
warnings.simplefilter("ignore")
x = np.sin(np.arange(${FRAMES}) / 7).astype(np.float32) / 2
models = [nam_core.load(path, quality=quality) for path, quality in json.loads(sys.stdin.readline())]
print(models[0].isa, flush=True)
for line in sys.stdin:
    model = models[int(line)]
    began = time.process_time_ns()
    model.process(x)
    print((time.process_time_ns() - began) / x.size, flush=True)
`;

async function native(models) {
  if (!values.python) return null;
  const child = spawn(values.python, ["-c", NATIVE], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (line) => {
    child.stdin.write(`${line}\n`);
    return (await lines.next()).value;
  };
  const isa = await ask(JSON.stringify(models.map(({ path, quality }) => [path, quality])));
  return { isa, time: async (index) => Number(await ask(index)), end: () => child.stdin.end() };
}

const models = [];
for (const argument of positionals) {
  const [, name, path, given = "1"] = /^([^=]+)=(.+?)(?:@([\d.]+))?$/.exec(argument);
  const bytes = readFileSync(path);
  const quality = Number(given);
  const one = { name, path, quality, load: Infinity, wasm: Infinity, native: Infinity };
  for (let i = 0; i < 5; i++) {
    one.model?.dispose();
    const began = performance.now();
    one.model = await NamModel.create(bytes, { quality });
    one.load = Math.min(one.load, performance.now() - began);
  }
  models.push(one);
}
const x = Float32Array.from({ length: FRAMES }, (_, t) => Math.sin(t / 7) / 2);
const beside = await native(models);

for (let round = 0; round < Number(values.rounds); round++)
  for (const [index, one] of models.entries()) {
    const began = process.cpuUsage();
    for (let t = 0; t < FRAMES; t += BLOCK) one.model.process(x.subarray(t, t + BLOCK));
    const { user, system } = process.cpuUsage(began);
    one.wasm = Math.min(one.wasm, ((user + system) * 1e3) / FRAMES);
    if (beside) one.native = Math.min(one.native, await beside.time(index));
  }
beside?.end();

console.log(`exact: ${models[0]?.model.exact}; native: ${beside?.isa ?? "not asked"}; block ${BLOCK}`);
console.log("| model | wasm ns | native ns | ratio | MiB | load ms |\n|---|---|---|---|---|---|");
for (const { name, model, load, wasm, native: ns } of models)
  console.log(
    `| ${name} | ${wasm.toFixed(0)} | ${beside ? ns.toFixed(0) : "-"} | ${beside ? (wasm / ns).toFixed(2) : "-"} | ` +
      `${(model.memoryBytes / 2 ** 20).toFixed(2)} | ${load.toFixed(1)} |`,
  );
