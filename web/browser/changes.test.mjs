// What changes while a NamNode plays. At an exact frame, for which an offline context must be able to pause: Chromium only.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { open, render } from "./page.mjs";

let page, close;
before(async () => ({ page, close } = await open()));
after(() => close());

const A2 = "/examples/overdrive_a2.nam";
const NANO = "/examples/overdrive_nano.nam";

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
