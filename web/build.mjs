// Builds dist/ from src/ and the two modules: node build.mjs [FOLDER WITH build/wasm AND build/wasm-relaxed]
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { build } from "esbuild";

const builds = process.argv[2] ?? "../build";
const modules = {
  "nam_core.wasm": `${builds}/wasm/cpp/wasm/nam_core.wasm`,
  "nam_core_relaxed.wasm": `${builds}/wasm-relaxed/cpp/wasm/nam_core.wasm`,
};

rmSync("dist", { recursive: true, force: true });
mkdirSync("dist");
for (const [name, from] of Object.entries(modules)) cpSync(from, `dist/${name}`);

const base64 = (name) => JSON.stringify(readFileSync(`dist/${name}`).toString("base64"));
await build({
  entryPoints: ["src/index.ts", "src/inline.ts", "src/worklet.ts"],
  outdir: "dist",
  bundle: true,
  format: "esm",
  target: "es2022",
  define: { RELAXED: base64("nam_core_relaxed.wasm"), PLAIN: base64("nam_core.wasm") },
});
execFileSync("node_modules/.bin/tsc", { stdio: "inherit" });
