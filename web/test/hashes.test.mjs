// Compares the package's float32 bits with the hashes that the native engine recorded (tests/conformance).
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { hasRelaxedSimd, NamModel } from "../dist/index.js";
import { HASHES, modelFile, signal, SUBNORMAL } from "./models.mjs";

test("relaxed SIMD is here", () => assert.ok(hasRelaxedSimd(), "node 22 or later has it"));

test("the signal is that of the hashes", () => assert.equal(digest([signal(1)[0]]), HASHES.signal));

for (const [name, hashes] of Object.entries(HASHES.models)) {
  if (SUBNORMAL.includes(name)) continue;
  test(`${name} has the recorded bits`, async () => {
    const text = readFileSync(modelFile(name));
    for (const [index, expected] of hashes.entries()) {
      const { low, high } = (await NamModel.create(text)).sizes[index];
      const model = await NamModel.create(text, { quality: (low + high) / 2 });
      assert.ok(model.exact);
      assert.equal(digest(model.process(signal(model.info.inputChannels))), expected);
      model.dispose();
    }
  });
}

function digest(channels) {
  const hash = createHash("sha256");
  for (const channel of channels) hash.update(new Uint8Array(channel.buffer));
  return hash.digest("hex");
}
