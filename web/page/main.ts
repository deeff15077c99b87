/** The page: what its controls do. */
import { writeWav } from "../src/index.js";
import { el, find, save } from "./elements.js";
import { Graph, type Slot } from "./graph.js";
import { builtIn, fromFile, type Recording } from "./material.js";
import { render } from "./rendering.js";
import { type Levels, SlotCard } from "./slot.js";

const SLOTS = ["A", "B"] as const;
const METER_FLOOR = -60;

/** The models that `nam-core web` serves with the page. */
const served: { name: string; url: string }[] = JSON.parse(find("models").textContent!);

const graph = new Graph();
const recordings = new Map<string, Recording>();
let heard: Slot = "A";
let playing = false;
let file: File | null = null;
let reference = new Float32Array(0);

const cards = Object.fromEntries(
  SLOTS.map((slot) => [slot, new SlotCard(slot, graph, applyLevels, () => reference)]),
) as Record<Slot, SlotCard>;
const source = find<HTMLSelectElement>("source");
const play = find<HTMLButtonElement>("play");
const device = find<HTMLSelectElement>("device");

const number = (id: string) => find<HTMLInputElement>(id).valueAsNumber;

function levels(): Levels {
  const interfaceDbu = number("interface");
  return {
    inputGainDb: number("input-gain"),
    interfaceDbu: Number.isFinite(interfaceDbu) && interfaceDbu >= -60 && interfaceDbu <= 60 ? interfaceDbu : null,
    matched: find<HTMLInputElement>("matched").checked,
  };
}

function applyLevels(): void {
  const asked = levels();
  graph.setVolume(number("volume"));
  find("input-gain-text").textContent = `${asked.inputGainDb.toFixed(1)} dB`;
  find("volume-text").textContent = `${number("volume").toFixed(1)} dB`;
  const notes: string[] = [];
  for (const slot of SLOTS) {
    const card = cards[slot];
    if (!card.isLoaded) continue;
    const { inputDb, outputDb, warnings } = card.gains(asked);
    notes.push(...warnings.map((warning) => `${slot}: ${warning}`));
    const after = asked.matched ? card.matchingGain(inputDb) : outputDb;
    graph.setGains(slot, inputDb, slot === heard ? after : null);
    find(`match-${slot}`).textContent = asked.matched ? `level-matched by ${after.toFixed(1)} dB` : "";
  }
  find("calibration-notes").replaceChildren(...notes.map((note) => el("p", note)));
  play.disabled = renderButton.disabled = !SLOTS.some((slot) => cards[slot].isLoaded);
  showCommand();
}

function hear(slot: Slot): void {
  heard = slot;
  find<HTMLInputElement>(`hear-${slot}`).checked = true;
  for (const each of SLOTS) find(`slot-${each}`).dataset.heard = String(each === slot);
  applyLevels();
}

/** The slot that a file without a wish goes to: the first free one, or the one that is heard. */
function freeSlot(): Slot {
  return SLOTS.find((slot) => !cards[slot].isLoaded) ?? heard;
}

async function loadModel(slot: Slot, bytes: Uint8Array, name: string): Promise<void> {
  if ((await cards[slot].load(bytes, name)) && !cards[heard].isLoaded) hear(slot);
}

async function take(files: Iterable<File>): Promise<void> {
  for (const each of files) {
    if (/\.(wav|wave|flac|mp3|ogg|m4a|aiff?)$/i.test(each.name)) {
      file = each;
      recordings.delete("file");
      source.value = "file";
      await changeSource();
    } else {
      await loadModel(freeSlot(), new Uint8Array(await each.arrayBuffer()), each.name);
    }
  }
}

// Playing ---------------------------------------------------------------------------------------------------------

async function recording(name: string): Promise<Recording> {
  let found = recordings.get(name);
  if (!found) {
    if (name === "file" && !file) throw new Error("choose a file first");
    found = name === "file" ? await fromFile(graph, file!) : await builtIn(graph, name);
    recordings.set(name, found);
  }
  return found;
}

async function start(): Promise<void> {
  try {
    if (source.value === "input") {
      await graph.playInput(device.value);
      await listDevices();
    } else {
      await graph.playSound((await recording(source.value)).buffer);
    }
    playing = true;
    tell("");
    requestAnimationFrame(showMeter);
  } catch (error) {
    stop();
    const refused = error instanceof DOMException && error.name === "NotAllowedError";
    tell(refused ? "the browser was not allowed to use the input" : `${error instanceof Error ? error.message : error}`);
  }
  showPlaying();
}

function stop(): void {
  graph.stop();
  playing = false;
  showPlaying();
}

function showPlaying(): void {
  play.textContent = playing ? "Stop" : source.value === "input" ? "Start the input" : "Play";
  play.setAttribute("aria-pressed", String(playing));
  const { output, input } = graph.latency();
  const milliseconds = (seconds: number) => `${(1000 * seconds).toFixed(0)} ms`;
  const known = input === null ? "the browser does not say what its input adds" : `its input ${milliseconds(input)}`;
  find("latency").textContent = !playing
    ? ""
    : `Latency: the browser's output takes ${milliseconds(output)}` + (source.value === "input" ? `, ${known}.` : ".");
}

async function changeSource(): Promise<void> {
  find("input-notes").hidden = source.value !== "input";
  find("file-row").hidden = source.value !== "file";
  find("file-name").textContent = file?.name ?? "no file yet";
  renderButton.disabled = source.value === "input" || play.disabled;
  find("save-dry").hidden = source.value === "input" || source.value === "file";
  showCommand();
  if (playing) await start();
  else showPlaying();
}

async function listDevices(): Promise<void> {
  const found = (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === "audioinput");
  const present = device.value;
  device.replaceChildren(
    ...found.map(({ deviceId, label }) => Object.assign(document.createElement("option"), { value: deviceId, text: label })),
  );
  if (found.some(({ deviceId }) => deviceId === present)) device.value = present;
}

function showMeter(): void {
  const { peak, rms } = playing ? graph.levels() : { peak: -Infinity, rms: -Infinity };
  const share = (db: number) => `${Math.max(0, Math.min(100, (100 * (db - METER_FLOOR)) / -METER_FLOOR))}%`;
  const meter = find("meter");
  find("meter-peak").style.width = share(peak);
  find("meter-rms").style.width = share(rms);
  meter.setAttribute("aria-valuenow", String(Math.max(METER_FLOOR, Math.min(0, Math.round(peak)))));
  find("meter-text").textContent = Number.isFinite(peak) ? `${peak.toFixed(0)} dBFS` : "silent";
  if (peak >= 0) find("over").hidden = false;
  if (playing) requestAnimationFrame(showMeter);
}

// Rendering -------------------------------------------------------------------------------------------------------

const renderButton = find<HTMLButtonElement>("render");

function dryName(): string {
  return source.value === "file" ? (file?.name ?? "dry.wav") : `${source.value}.wav`;
}

function showCommand(): void {
  const card = cards[heard];
  const place = find("command");
  if (!card.isLoaded || source.value === "input") return void (place.textContent = "");
  const { inputGainDb, interfaceDbu } = levels();
  const options = [
    card.quality === 1 ? "" : ` --quality ${card.quality}`,
    inputGainDb === 0 ? "" : ` --input-gain=${inputGainDb}`,
    interfaceDbu === null ? "" : ` --interface-dbu=${interfaceDbu}`,
  ];
  const quoted = (name: string) => (/^[\w.-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`);
  place.textContent = `nam-core render ${quoted(card.fileName)} ${quoted(dryName())} wet.wav${options.join("")}`;
}

async function renderHeard(): Promise<void> {
  const card = cards[heard];
  const status = find("render-status");
  renderButton.disabled = true;
  try {
    const { dry, name } = await recording(source.value);
    if (!card.isLoaded) throw new Error(`slot ${heard} has no model`);
    const bytes = await render(dry, {
      source: card.source!,
      quality: card.quality,
      gains: card.gains(levels()),
      progress: (done) => (status.textContent = `${Math.round(100 * done)} %`),
    });
    const stem = (text: string) => text.replace(/\.\w+$/, "");
    save(bytes, `${stem(name)}-${stem(card.fileName)}.wav`);
    status.textContent = `done: ${(bytes.length / 2 ** 20).toFixed(1)} MiB`;
  } catch (error) {
    status.textContent = `not rendered: ${error instanceof Error ? error.message : error}`;
  }
  renderButton.disabled = false;
}

// The controls ----------------------------------------------------------------------------------------------------

function tell(words: string): void {
  find("problem").textContent = words;
  find("problem").hidden = !words;
}

for (const slot of SLOTS) {
  const choose = find<HTMLInputElement>(`file-${slot}`);
  choose.addEventListener("change", async () => {
    const chosen = choose.files?.[0];
    // Emptied, so that the same file can be chosen again.
    if (chosen) await loadModel(slot, new Uint8Array(await chosen.arrayBuffer()), chosen.name);
    choose.value = "";
  });
  find(`hear-${slot}`).addEventListener("change", () => hear(slot));
  const menu = find<HTMLSelectElement>(`served-${slot}`);
  menu.hidden = served.length === 0;
  for (const { name, url } of served) menu.append(Object.assign(document.createElement("option"), { value: url, text: name }));
  menu.addEventListener("change", () => loadServed(slot, menu.value).catch((error) => cards[slot].say(String(error))));
}
for (const id of ["input-gain", "interface", "volume", "matched"]) find(id).addEventListener("input", applyLevels);
play.addEventListener("click", () => (playing ? stop() : start()));
source.addEventListener("change", changeSource);
device.addEventListener("change", () => playing && start());
find<HTMLInputElement>("dry-file").addEventListener("change", ({ target }) => take((target as HTMLInputElement).files ?? []));
renderButton.addEventListener("click", renderHeard);
find("save-dry").addEventListener("click", async () => save(writeWav((await recording(source.value)).dry), dryName()));
find("over").addEventListener("click", () => (find("over").hidden = true));
find<HTMLInputElement>("cabinet").addEventListener("change", async ({ target }) => {
  const chosen = (target as HTMLInputElement).files?.[0];
  if (chosen) await setCabinet(new Uint8Array(await chosen.arrayBuffer()), chosen.name);
});
find("remove-cabinet").addEventListener("click", () => setCabinet(null, ""));

async function setCabinet(bytes: Uint8Array | null, name: string): Promise<void> {
  try {
    await graph.setCabinet(bytes);
    find("cabinet-name").textContent = name || "none";
    find("remove-cabinet").hidden = !bytes;
    find("cabinet-problem").textContent = "";
  } catch (error) {
    find("cabinet-problem").textContent = `${name}: ${error instanceof Error ? error.message : error}`;
  }
}

async function loadServed(slot: Slot, url: string): Promise<void> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: status ${answer.status}`);
  await loadModel(slot, new Uint8Array(await answer.arrayBuffer()), served.find((one) => one.url === url)!.name);
}

addEventListener("dragover", (event) => {
  event.preventDefault();
  document.body.dataset.dragging = "true";
});
addEventListener("dragleave", () => delete document.body.dataset.dragging);
addEventListener("drop", (event) => {
  event.preventDefault();
  delete document.body.dataset.dragging;
  void take(event.dataTransfer?.files ?? []);
});
addEventListener("keydown", (event) => {
  const typing = event.target instanceof HTMLElement && event.target.matches("input[type=number], select, button, summary");
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key.toLowerCase();
  if (key === " " && !typing && !play.disabled) {
    event.preventDefault();
    play.click();
  } else if ((key === "a" || key === "b") && !(event.target instanceof HTMLSelectElement)) {
    hear(key === "a" ? "A" : "B");
  }
});

async function begin(): Promise<void> {
  reference = (await recording(source.value)).buffer.getChannelData(0) as Float32Array<ArrayBuffer>;
  hear("A");
  await changeSource();
  for (const [index, { url }] of served.slice(0, SLOTS.length).entries()) {
    find<HTMLSelectElement>(`served-${SLOTS[index]!}`).value = url;
    await loadServed(SLOTS[index]!, url);
  }
}
begin().catch((error) => tell(`${error instanceof Error ? error.message : error}`));
