// The benchmark for a browser on any device: the table of bench.mjs without its native column.
import { NamModel } from "../dist/index.js";
import { oneRun, HEADING, row, signal } from "./table.mjs";

const result = document.getElementById("result");
const copy = document.getElementById("copy");

document.getElementById("files").addEventListener("change", async ({ target }) => {
  result.textContent = "measuring";
  const lines = [];
  for (const file of target.files) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    let load = Infinity;
    let model;
    for (let i = 0; i < 5; i++) {
      model?.dispose();
      const began = performance.now();
      model = await NamModel.create(bytes);
      load = Math.min(load, performance.now() - began);
    }
    let wasm = Infinity;
    for (let round = 0; round < 10; round++) {
      wasm = Math.min(wasm, oneRun(model, signal, () => performance.now() * 1e6));
      await new Promise((resolve) => setTimeout(resolve));
    }
    lines.push(`exact: ${model.exact}`, row({ name: file.name, model, load, wasm, native: null, core: null }));
  }
  const [exact] = lines;
  result.textContent = [navigator.userAgent, exact, HEADING, ...lines.filter((line) => line.startsWith("|"))].join("\n");
  copy.hidden = false;
});
copy.addEventListener("click", () => navigator.clipboard.writeText(result.textContent));
