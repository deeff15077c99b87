// The page, driven as a person would: `nam-core web` serves it, or it is opened from the disk. Needs nam-core on the
// PATH. Pictures of it are left in build/pages, to be looked at.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { launch } from "./page.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PICTURES = join(ROOT, "build/pages");
const A2 = join(ROOT, "examples/overdrive_a2.nam");
const NANO = join(ROOT, "examples/overdrive_nano.nam");

let browser, server, url, folder;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "player-"));
  mkdirSync(PICTURES, { recursive: true });
  server = spawn("nam-core", ["web", A2, NANO, "--port", "0"], { cwd: ROOT, stdio: ["ignore", "inherit", "pipe"] });
  for await (const line of createInterface({ input: server.stderr })) if ((url = /http:\S+\//.exec(line)?.[0])) break;
  browser = await launch("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", "--mute-audio");
});
after(async () => {
  await browser?.close();
  server?.kill("SIGINT");
  rmSync(folder, { recursive: true, force: true });
});

const LOADED = (slot) => `document.getElementById("slot-${slot}").dataset.loaded === "true"`;

// A page that must ask nothing of the network, and complain of nothing.
async function visit(address, action, { width = 1300, scheme = "light", loaded = false, expect = [] } = {}) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme, acceptDownloads: true });
  await context.grantPermissions(["microphone"]);
  const page = await context.newPage();
  const asked = [];
  const complaints = [];
  page.on("request", (request) => /^(data|blob):/.test(request.url()) || asked.push(request.url()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && complaints.push(message.text()));
  await page.goto(address);
  const until = (expression) => waitFor(page, expression);
  if (loaded) for (const slot of ["A", "B"]) await until(LOADED(slot));
  await action(page, { until, text: (id) => page.locator(`#${id}`).textContent() });
  await context.close();
  assert.deepEqual(asked, [address, ...expect.map((path) => address + path)]);
  assert.deepEqual(complaints, []);
}

// playwright's own way to wait is against the page's policy.
async function waitFor(page, expression, seconds = 20) {
  const end = Date.now() + 1000 * seconds;
  while (!(await page.evaluate(expression))) {
    assert.ok(Date.now() < end, `still not so: ${expression}`);
    await page.waitForTimeout(50);
  }
}

const SERVED = { loaded: true, expect: ["models/0.nam", "models/1.nam"] };

for (const scheme of ["light", "dark"])
  for (const [name, width] of [["wide", 1300], ["narrow", 390]])
    test(`it fits a ${name} window and is legible in ${scheme}`, () =>
      visit(url, async (page, { until }) => {
        await page.getByRole("button", { name: "Play", exact: true }).click();
        await until(`document.getElementById("meter-text").textContent !== "silent"`);
        await page.getByText("Input calibration").click();
        assert.equal(await page.evaluate("document.documentElement.scrollWidth - window.innerWidth"), 0);
        await page.screenshot({ path: join(PICTURES, `player-${name}-${scheme}.png`), fullPage: true });
      }, { ...SERVED, width, scheme }));

test("it plays, A and B sound as loud as each other, and the quality slider changes the size", () =>
  visit(url, async (page, { until, text }) => {
    assert.match(await text("quality-A"), /size 2 of 2: [\d,]+ MACs per sample, [\d.]+ % of a core/);
    await page.getByRole("button", { name: "Play", exact: true }).click();
    const loudness = async () => {
      const found = [];
      for (let i = 0; i < 60; i++) {
        found.push(await page.evaluate(`document.getElementById("meter-text").textContent`));
        await page.waitForTimeout(50);
      }
      return Math.max(...found.map((words) => (words === "silent" ? -200 : parseFloat(words))));
    };
    const first = await loudness();
    await page.keyboard.press("b");
    assert.ok(await page.locator("#hear-B").isChecked());
    const second = await loudness();
    assert.ok(first > -40 && Math.abs(first - second) < 6, `peaks ${first} and ${second} dBFS`);
    await page.locator("#slot-A input[type=range]").focus();
    await page.keyboard.press("Home");
    await until(`/size 1 of 2/.test(document.getElementById("quality-A").textContent)`);
    await page.locator("body").click({ position: { x: 2, y: 2 } });
    await page.keyboard.press("Space");
    await until(`document.getElementById("play").textContent === "Play"`);
  }, SERVED));

test("what it renders has the bytes of nam-core render", () =>
  visit(url, async (page, { text }) => {
    const download = async (name) => {
      const [saved] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name }).click()]);
      const path = join(folder, saved.suggestedFilename());
      await saved.saveAs(path);
      return path;
    };
    const compared = async (dry) => {
      const wet = await download("Render to a WAV file");
      const { 1: options } = /wet\.wav(.*)$/.exec(await text("command"));
      const model = (await page.locator("#hear-A").isChecked()) ? A2 : NANO;
      const expected = join(folder, "expected.wav");
      execFileSync("nam-core", ["render", model, dry, expected, ...options.trim().split(" ").filter(Boolean)]);
      assert.ok(readFileSync(wet).equals(readFileSync(expected)), `${await text("command")}: other bytes`);
    };
    const dry = await download("Save the dry recording");
    await compared(dry);
    await page.locator("#slot-A input[type=range]").fill("0.25");
    await page.locator("#input-gain").fill("-3.5");
    await compared(dry);
    await page.keyboard.press("b");
    await page.locator("#source").selectOption("file");
    await page.locator("#dry-file").setInputFiles(join(ROOT, "examples/guitar_dry.wav"));
    await compared(join(ROOT, "examples/guitar_dry.wav"));
  }, SERVED));

test("the live input plays, with its latency and a warning", () =>
  visit(url, async (page, { until, text }) => {
    await page.locator("#source").selectOption("input");
    assert.ok(await page.getByText("Use headphones.").isVisible());
    await page.getByRole("button", { name: "Start the input" }).click();
    await until(`document.getElementById("meter-text").textContent !== "silent"`);
    assert.match(await text("latency"), /^Latency: the browser's output takes \d+ ms, /);
    await page.getByRole("button", { name: "Stop" }).click();
  }, SERVED));

test("calibration says what it lacks, a cabinet comes behind, and refusals leave what plays", () =>
  visit(url, async (page, { until, text }) => {
    await page.getByText("Input calibration").click();
    await page.locator("#interface").fill("12.5");
    await until(`/input_level_dbu/.test(document.getElementById("calibration-notes").textContent)`);
    await page.getByText("Cabinet", { exact: true }).click();
    await page.locator("#cabinet").setInputFiles({ name: "cab.wav", mimeType: "audio/wav", buffer: readFileSync(join(ROOT, "examples/guitar_dry.wav")).subarray(0, 2044) });
    await until(`document.getElementById("cabinet-name").textContent === "cab.wav"`);
    const before = await text("name-A");
    const refuse = async (name, contents, words) => {
      await page.locator("#file-A").setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from(contents) });
      await until(`/${words}/.test(document.getElementById("problem-A").textContent)`);
      assert.equal(await text("name-A"), before);
    };
    await refuse("a.nam", "<html>", "this is a web page");
    await refuse("b.nam", readFileSync(join(ROOT, "tests/golden/invalid/no_layers.nam")), "config.layers");
    await refuse("c.nam", readFileSync(join(ROOT, "tests/golden060/linear_2_to_1.nam")), "2 inputs");
    await page.screenshot({ path: join(PICTURES, "player-refused.png"), fullPage: true });
  }, SERVED));

// As a person drops files: with a DataTransfer, which only the page can make.
async function drop(page, files) {
  const dropped = files.map((path) => [path.split("/").at(-1), [...readFileSync(path)]]);
  await page.evaluate((given) => {
    const dataTransfer = new DataTransfer();
    for (const [name, bytes] of given) dataTransfer.items.add(new File([Uint8Array.from(bytes)], name));
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  }, dropped);
}

test("a dropped model plays, and a dropped file that is refused leaves what plays", () =>
  visit(url, async (page, { until, text }) => {
    await page.locator("#remove-A").click();
    await page.locator("#remove-B").click();
    await drop(page, [NANO]);
    await until(LOADED("A"));
    await page.getByRole("button", { name: "Play", exact: true }).click();
    await until(`document.getElementById("meter-text").textContent !== "silent"`);
    await drop(page, [join(ROOT, "tests/golden/invalid/no_layers.nam")]);
    await until(`/config.layers/.test(document.body.innerText)`);
    assert.match(await text("facts-A"), /overdrive_nano\.nam/);
    assert.notEqual(await text("meter-text"), "silent");
  }, SERVED));

test("it works from the disk, offline, by the keyboard alone", () =>
  visit(new URL("src/nam_core/web/player.html", `file://${ROOT}`).href, async (page, { until }) => {
    await page.context().setOffline(true);
    await page.locator("#file-A").setInputFiles(NANO);
    await until(LOADED("A"));
    const reached = new Set();
    for (let i = 0; i < 30; i++) {
      await page.keyboard.press("Tab");
      reached.add(await page.evaluate("document.activeElement.id || document.activeElement.parentElement.id"));
    }
    for (const id of ["hear-A", "file-A", "matched", "source", "play", "input-gain", "volume", "render", "save-dry"]) assert.ok(reached.has(id), `${id} is not reached by Tab: ${[...reached]}`);
    await page.locator("#play").focus();
    await page.keyboard.press("Enter");
    await until(`document.getElementById("meter-text").textContent !== "silent"`);
  }));

// What a browser lacks is said in the card of the model, once it is needed.
async function refusedIn(prepare, words) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await prepare(page);
  await page.goto(url);
  for (const slot of ["A", "B"]) await waitFor(page, `${words}.test(document.getElementById("problem-${slot}").innerText)`);
  assert.equal(await page.locator("#slot-A").getAttribute("data-loaded"), "false");
  assert.ok(await page.getByRole("button", { name: "Play", exact: true }).isDisabled());
  await page.screenshot({ path: join(PICTURES, "player-lacking.png"), fullPage: true });
  await context.close();
}

test("without AudioWorklet the page says so", () =>
  refusedIn(
    (page) => page.addInitScript("delete globalThis.AudioWorkletNode; delete BaseAudioContext.prototype.audioWorklet"),
    /overdrive_\w+\.nam: there is no AudioWorklet here/,
  ));

test("where a policy forbids WebAssembly the page says so", () =>
  refusedIn(
    (page) =>
      page.route(url, async (route) => {
        const answer = await route.fetch();
        const body = (await answer.text()).replace(" 'wasm-unsafe-eval'", "").replace(" &#39;wasm-unsafe-eval&#39;", "");
        await route.fulfill({ response: answer, body });
      }),
    /overdrive_\w+\.nam: WebAssembly was refused: /,
  ));
