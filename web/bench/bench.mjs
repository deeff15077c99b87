// Measures the time per sample of this package, and of the native engine and NeuralAmpModelerCore on the same machine, in turn.
//
//     node bench/bench.mjs [--rounds 15] [--python PROGRAM] [--core MODULE] NAME=MODEL[@QUALITY]...
//
// The figures are ns of processor time per sample: the best of the rounds. A call plays a second, which every engine divides
// into blocks of 128 frames. The time to load is the best of five. --python names a Python that has nam_core; without it there
// is no native column. --core names the core's module (core.mjs says what it exports); its column is compared with this
// package's. Run it on a quiet machine.
// bench/page.html prints the same table in a browser.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";

import { NamModel } from "../dist/index.js";
import { CoreModel } from "./core.mjs";
import { BLOCK, FRAMES, HEADING, oneRun, row, signal } from "./table.mjs";

const { values, positionals } = parseArgs({
  options: { rounds: { type: "string", default: "15" }, python: { type: "string" }, core: { type: "string" } },
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
  const one = { name, path, quality, load: Infinity, wasm: Infinity, native: Infinity, core: Infinity };
  for (let i = 0; i < 5; i++) {
    one.model?.dispose();
    const began = performance.now();
    one.model = await NamModel.create(bytes, { quality });
    one.load = Math.min(one.load, performance.now() - began);
  }
  if (values.core) one.coreModel = new CoreModel(values.core, bytes, quality);
  models.push(one);
}
const beside = await native(models);
const processorTime = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1e3;
};

for (let round = 0; round < Number(values.rounds); round++)
  for (const [index, one] of models.entries()) {
    one.wasm = Math.min(one.wasm, oneRun(one.model, signal, processorTime));
    if (one.coreModel) one.core = Math.min(one.core, oneRun(one.coreModel, signal, processorTime));
    if (beside) one.native = Math.min(one.native, await beside.time(index));
  }
beside?.end();

console.log(`exact: ${models[0]?.model.exact}; native: ${beside?.isa ?? "not asked"}; block ${BLOCK}`);
console.log(HEADING);
for (const one of models) console.log(row({ ...one, native: beside ? one.native : null, core: values.core ? one.core : null }));
