// The module reads and prints decimals itself (cpp/wasm/number.cpp, cpp/nam_file/decimal.hpp), with JavaScript's results.
import assert from "node:assert/strict";
import { test } from "node:test";

import { NamError, NamModel } from "../dist/index.js";

const KEYS = { loudness: "loudness", gain: "gain", inputLevelDbu: "input_level_dbu", outputLevelDbu: "output_level_dbu" };

let state = 1;
const random = () => (state = (Math.imul(1664525, state) + 1013904223) >>> 0) / 2 ** 32;

function* decimals() {
  yield* ["0", "-0.0", "1", "0.1", "1e22", "1e23", "9007199254740993", "9007199254740993.0", "0.30000000000000004"];
  yield* ["123456789012345678", "1234567890123456789012", "5e-324", "2.2250738585072011e-308", "1.7976931348623157e308"];
  // Halfway between two doubles, and just beside that.
  yield* ["4503599627370496.5", "4503599627370497.5", "4503599627370496.501", "1.00000000000000011102230246251565"];
  yield* ["2.4703282292062327e-324", "2.4703282292062329e-324", "2.2250738585072014e-308", "1e-400", "0.00000000000000000000001"];
  yield* [`1.${"0".repeat(900)}1`, `4503599627370496.5${"0".repeat(900)}1`, `0.${"0".repeat(320)}7`, `${"9".repeat(300)}.5`];
  for (let i = 0; i < 4000; i++) {
    const digits = 1 + Math.floor(random() * (i % 2 ? 20 : 45));
    const text = Array.from({ length: digits }, () => Math.floor(random() * 10)).join("").replace(/^0+(?=.)/, "");
    const point = 1 + Math.floor(random() * text.length);
    const exponent = random() < 0.5 ? "" : `e${Math.floor(random() * 50) - (i % 4 ? 25 : 320)}`;
    yield `${random() < 0.5 ? "-" : ""}${point < text.length ? `${text.slice(0, point)}.${text.slice(point)}` : text}${exponent}`.replace(
      /^(-?)0+(?=\d)/,
      "$1",
    );
    // Weights: float32 values as the trainer prints them.
    yield String(Math.fround((random() - 0.5) * 2 ** Math.floor(random() * 20 - 15)));
  }
}

test("decimals are the nearest doubles", async () => {
  const texts = [...decimals()];
  for (let i = 0; i < texts.length; i += 4) {
    const four = [0, 1, 2, 3].map((k) => texts[i + k] ?? "0");
    const metadata = Object.values(KEYS).map((key, k) => `"${key}": ${four[k]}`);
    const text =
      `{"version": "0.7.0", "architecture": "Linear", "weights": [1], "metadata": {${metadata}}, ` +
      `"config": {"receptive_field": 1, "bias": false}}`;
    const model = await NamModel.create(new TextEncoder().encode(text));
    Object.keys(KEYS).forEach((key, k) => assert.ok(model.metadata[key] === Number(four[k]), `${four[k]}: ${model.metadata[key]}`));
    model.dispose();
  }
});

test("numbers in messages have the fewest digits that tell them from their neighbours", async () => {
  const numbers = [5e-324, 2 ** 1023, 1e-7, 123456789012345680000];
  // From 2^-1000 to 2^1000; a sample rate of 1 to 10,000,000 would not be refused.
  while (numbers.length < 600) numbers.push((1 + random()) * 2 ** Math.floor((random() < 0.5 ? -1 : 1) * (30 + random() * 970)));
  for (const number of numbers) {
    const text =
      `{"version": "0.7.0", "architecture": "Linear", "weights": [1], "sample_rate": ${number}, ` +
      `"config": {"receptive_field": 1, "bias": false}}`;
    const refused = await NamModel.create(new TextEncoder().encode(text)).catch((error) => error);
    assert.ok(refused instanceof NamError, String(number));
    const found = /found (\S+);/.exec(refused.message)[1];
    const digits = (shown) => shown.replace(/e.*/, "").replace(/[.]/, "").replace(/^0+|0+$/g, "");
    assert.equal(Number(found), number);
    assert.equal(digits(found), digits(String(number)));
  }
});
