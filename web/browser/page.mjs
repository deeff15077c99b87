// Serves the package and the repository's models to a headless Chromium, or with BROWSER=firefox a Firefox, and gives a page
// that has them.
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";
import puppeteer from "puppeteer-core";

const ROOT = new URL("../../", import.meta.url);
const TYPES = { js: "text/javascript", mjs: "text/javascript", wasm: "application/wasm", html: "text/html" };

// As strict as a site can be that runs WebAssembly.
const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";

function answer(request, response) {
  const { pathname } = new URL(request.url, "http://localhost");
  const headers = (type) => ({ "Content-Type": type, "Content-Security-Policy": POLICY });
  if (pathname === "/forbidden") {
    const policy = { ...headers("text/html"), "Content-Security-Policy": "default-src 'self'" };
    return response.writeHead(200, policy).end("<!doctype html><title>nam-core</title>");
  }
  if (pathname === "/") return response.writeHead(200, headers("text/html")).end("<!doctype html><title>nam-core</title>");
  try {
    const body = readFileSync(new URL(`.${pathname}`, ROOT));
    response.writeHead(200, headers(TYPES[pathname.split(".").at(-1)] ?? "application/octet-stream")).end(body);
  } catch {
    response.writeHead(404).end();
  }
}

/** A headless Chromium: Debian's, or the one that CHROMIUM names. */
export function launch(...args) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--autoplay-policy=no-user-gesture-required", ...args],
  });
}

/** A headless Firefox, driven over WebDriver BiDi: Debian's, or the one that FIREFOX names. */
function launchFirefox() {
  return puppeteer.launch({
    browser: "firefox",
    executablePath: process.env.FIREFOX ?? "/usr/bin/firefox-esr",
    extraPrefsFirefox: { "media.autoplay.default": 0 },
  });
}

export async function open() {
  const server = createServer(answer);
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const browser = await (process.env.BROWSER === "firefox" ? launchFirefox() : launch());
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.evaluate(async () => {
    globalThis.nam = await import("/web/dist/index.js");
  });
  const close = async () => {
    await browser.close();
    server.close();
  };
  return { page, another: () => browser.newPage(), close };
}

// In the page: what a node makes of a signal, with something done at a frame.
export async function render({ path, samples, at, then, options, rate = 48000 }) {
  const context = new OfflineAudioContext(1, samples.length, rate);
  const node = await nam.NamNode.create(context, path, options);
  const buffer = context.createBuffer(1, samples.length, rate);
  buffer.copyToChannel(Float32Array.from(samples), 0);
  const source = new AudioBufferSourceNode(context, { buffer });
  source.connect(node).connect(context.destination);
  source.start();
  if (then)
    context.suspend(at / rate).then(async () => {
      if (then.quality !== undefined) await node.setQuality(then.quality);
      if (then.load) await node.load(then.load);
      context.resume();
    });
  const rendered = await context.startRendering();
  return { y: [...rendered.getChannelData(0)], exact: node.exact, bytes: node.memoryBytes, latency: node.latency };
}
