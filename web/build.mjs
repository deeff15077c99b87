// Builds dist/ from src/, page/ and the two modules: node build.mjs [FOLDER WITH build/wasm AND build/wasm-relaxed]
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const builds = process.argv[2] ?? "../build";
const modules = {
  "nam_core.wasm": `${builds}/wasm/cpp/wasm/nam_core.wasm`,
  "nam_core_relaxed.wasm": `${builds}/wasm-relaxed/cpp/wasm/nam_core.wasm`,
};

rmSync("dist", { recursive: true, force: true });
mkdirSync("dist");
for (const [name, from] of Object.entries(modules)) cpSync(from, `dist/${name}`);

const settings = { bundle: true, target: "es2022", outdir: "dist", external: ["node:*"] };
await build({ ...settings, entryPoints: ["src/index.ts", "src/worklet.ts"], format: "esm" });

// What is inside a script. Minified, as nobody reads it there.
const { outputFiles } = await build({
  ...settings,
  ...{ entryPoints: ["src/worklet.ts"], format: "esm", minify: true, write: false },
});
const packed = (name) => JSON.stringify(gzipSync(readFileSync(`dist/${name}`), { level: 9 }).toString("base64"));
const define = {
  RELAXED: packed("nam_core_relaxed.wasm"),
  PLAIN: packed("nam_core.wasm"),
  WORKLET: JSON.stringify(outputFiles[0].text),
};
await build({ ...settings, entryPoints: ["src/inline.ts"], format: "esm", define });
// The page has everything inside, and no place of its own.
await build({
  ...settings,
  ...{ entryPoints: { player: "page/main.ts" }, format: "iife", minify: true },
  define: { ...define, "import.meta.url": "document.baseURI" },
});
execFileSync("node_modules/.bin/tsc", { stdio: "inherit" });
execFileSync("node_modules/.bin/tsc", ["-p", "page"], { stdio: "inherit" });
