// Plays in Chromium for a minute each, in turn: an empty worklet; the same while the page reads and builds a model twice a second; a
// NamNode that loads another model twice a second; and one that changes its size twice a second. Counts how often the audio thread
// waits longer than 20 ms, how much sound is lost by that, and the memory of the browser's processes.
//
//     node bench/soak.mjs [--rounds 3] [--seconds 60]
//
// Without a sound device the browser uses a timer, which is late by itself. The empty worklet shows how late.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { open } from "../browser/page.mjs";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "3" }, seconds: { type: "string", default: "60" } } });
const { page, close } = await open();

await page.evaluate(async () => {
  const context = new AudioContext({ sampleRate: 48000 });
  await context.audioWorklet.addModule("/web/bench/watch.js");
  const watch = new AudioWorkletNode(context, "watch");
  const source = new OscillatorNode(context, { frequency: 110, type: "sawtooth" });
  const files = [];
  for (const name of ["overdrive_a2", "overdrive_nano"])
    files.push(new Uint8Array(await (await fetch(`/examples/${name}.nam`)).arrayBuffer()));
  source.start();
  source.connect(watch).connect(context.destination);
  globalThis.soak = { context, watch, source, files };
});

// Runs in the page: plays one part, and returns what the watch has counted.
async function play({ seconds, part }) {
  const { context, watch, source, files } = soak;
  source.disconnect();
  const node = part === "loads" || part === "sizes" ? await nam.NamNode.create(context, files[0]) : null;
  (node ? source.connect(node) : source).connect(watch);
  const counted = () =>
    new Promise((resolve) => {
      watch.port.onmessage = ({ data }) => resolve(data);
      watch.port.postMessage("count");
    });
  await counted();
  const end = performance.now() + 1000 * seconds;
  for (let i = 1; performance.now() < end; i++) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    if (part === "reads") (await nam.NamModel.create(files[i % 2])).dispose();
    if (part === "loads") await node.load(files[i % 2]);
    if (part === "sizes") node.quality = i % 2;
  }
  const found = await counted();
  source.disconnect();
  node?.dispose();
  return found;
}

// Returns the memory of all processes of the browser, in MiB.
function memory() {
  const processes = execFileSync("ps", ["-eo", "pid,ppid,rss"], { encoding: "utf8" });
  const rows = processes.trim().split("\n").slice(1).map((line) => line.trim().split(/\s+/).map(Number));
  const ours = new Set([process.pid]);
  let total = 0;
  for (let grown = true; grown; ) {
    grown = false;
    for (const [pid, parent] of rows) if (ours.has(parent) && !ours.has(pid)) ours.add(pid), (grown = true);
  }
  for (const [pid, , size] of rows) if (ours.has(pid) && pid !== process.pid) total += size;
  return total / 1024;
}

const load = () => readFileSync("/proc/loadavg", "utf8").split(" ")[0];
console.log("| round | worklet | quanta | waits over 20 ms | longest ms | lost ms | broken samples | MiB | load |\n|---|---|---|---|---|---|---|---|---|");
for (let round = 1; round <= Number(values.rounds); round++)
  for (const part of ["empty", "reads", "loads", "sizes"]) {
    const { quanta, long, worst, lost, broken } = await page.evaluate(play, { seconds: Number(values.seconds), part });
    const figures = [round, part, quanta, long, worst, lost.toFixed(0), broken, memory().toFixed(0), load()];
    console.log(`| ${figures.join(" | ")} |`);
  }
await close();
