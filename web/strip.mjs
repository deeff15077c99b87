// Makes the part of dist/ that node needs, for the gate: without a bundler, so that no npm package is installed. node
// itself makes JavaScript of src/, and there is the exact module alone.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";

rmSync("dist", { recursive: true, force: true });
mkdirSync("dist");
cpSync("../build/wasm-relaxed/cpp/wasm/nam_core.wasm", "dist/nam_core_relaxed.wasm");
for (const name of readdirSync("src")) {
  const script = stripTypeScriptTypes(readFileSync(`src/${name}`, "utf8"), { mode: "transform" });
  writeFileSync(`dist/${name.replace(/ts$/, "js")}`, script);
}
