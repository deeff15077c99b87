const screen_ = document.getElementById("screen");
const sounds = new Map();
const waiting = new Map();
let player = null, actions = {}, session = null;

// The scripts in sounds/ call this with the name of a sound and its FLAC file in base64.
window.receiveSound = (name, text) => waiting.get(name)?.(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);

function load(context, name) {
  if (!sounds.has(name)) {
    sounds.set(name, new Promise((resolve, reject) => {
      waiting.set(name, (bytes) => context.decodeAudioData(bytes).then(resolve, reject));
      const script = document.createElement("script");
      script.src = `sounds/${name}.js`;
      script.onerror = () => reject(new Error(`sounds/${name}.js is missing: copy the whole folder`));
      document.head.append(script);
    }));
  }
  return sounds.get(name);
}

function element(tag, properties = {}, ...children) {
  const { data, ...others } = properties;
  const made = Object.assign(document.createElement(tag), others);
  for (const [name, value] of Object.entries(data ?? {})) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function show(heading, ...content) {
  const title = element("h2", { tabIndex: -1 }, heading);
  screen_.replaceChildren(title, ...content);
  title.focus();
}

function button(label, action, properties = {}) {
  const made = element("button", { type: "button", ...properties }, label);
  made.addEventListener("click", action);
  return made;
}

function keys(pairs) {
  document.getElementById("keys").replaceChildren(...pairs.flatMap(([key, text]) => [
    element("dt", {}, element("kbd", {}, key)), element("dd", {}, text)]));
}

document.addEventListener("keydown", (event) => {
  // On many keyboards, brackets need Alt or AltGr, and AltGr is reported as Control and Alt.
  const commands = event.metaKey || ((event.ctrlKey || event.altKey) && !"[]\\".includes(event.key));
  if (commands || event.target.type === "text") return;
  const action = actions[event.key.toLowerCase()];
  // The space bar presses the button that has the focus, as on every page.
  if (!action || (event.key === " " && ["BUTTON", "SUMMARY", "A"].includes(event.target.tagName))) return;
  event.preventDefault();
  action();
});

function welcome() {
  const name = element("input", { type: "text", id: "listener", maxLength: 80, autocomplete: "off", required: true });
  const form = element("form", {},
    element("p", {}, TEST.kind === "abx"
      ? "Two sounds, A and B, differ more or less. X is one of them. Listen as often as you like, and say which."
      : "Rate how near each sound comes to the reference, from 0 to 100. One of them is the reference itself, and gets 100."),
    element("p", {}, "Use headphones, and set the volume now: it stays the same for the whole test."),
    element("div", { className: "row" }, element("label", { htmlFor: "listener" }, "Your name, or any other word"), name,
      element("button", { type: "submit", className: "main" }, "Begin")));
  form.addEventListener("submit", (event) => { event.preventDefault(); begin(name.value.trim()); });
  show("Before you begin", form);
  name.focus();
}

async function begin(listener) {
  if (!listener) return;
  const seed = seedOf(`${TEST.test}/${listener}`);
  session = { listener, seed, started: new Date().toISOString(), trials: trialsFor(TEST, seed), given: [] };
  await next();
}

async function next() {
  player?.stop();
  actions = {};
  if (session.given.length === session.trials.length) return finish();
  const trial = session.trials[session.given.length];
  const names = TEST.kind === "abx" ? [trial.a, trial.b] : [trial.item.reference, ...trial.stimuli];
  const heading = `${TEST.kind === "abx" ? "Trial" : "Item"} ${session.given.length + 1} of ${session.trials.length}`;
  show(heading, element("p", {}, "Loading the sounds..."));
  try {
    const rate = trial.item.sample_rate;
    if (!session.context || session.context.sampleRate !== rate) {
      await session.context?.close();
      sounds.clear();
      session.context = new AudioContext({ sampleRate: rate, latencyHint: "interactive" });
    }
    // Not awaited: without a sound card, this promise is never fulfilled.
    session.context.resume().catch(() => {});
    const buffers = await Promise.all(names.map((name) => load(session.context, name)));
    player = new Player(session.context, new Map(names.map((name, index) => [name, buffers[index]])));
  } catch (error) {
    show(heading, element("p", { className: "problem", data: { role: "alert" } }, String(error.message ?? error)));
    return;
  }
  (TEST.kind === "abx" ? abxTrial : mushraTrial)(heading, trial);
}

// Buttons that choose the sound that is heard, from pairs of a label and a sound. Returns buttons, hear and toggle.
function selectors(pairs, chosen) {
  let current = null;
  const buttons = pairs.map(([label], index) => button(label, () => hear(index), { data: { "aria-pressed": "false" } }));
  function hear(index) {
    current = index;
    const name = pairs[index][1];
    if (player.playing) player.select(name); else player.start(name);
    refresh();
    chosen?.(index);
  }
  function refresh() {
    buttons.forEach((b, index) => b.setAttribute("aria-pressed", String(player.playing && index === current)));
  }
  function toggle() {
    if (player.playing) player.stop(); else return hear(current ?? 0);
    refresh();
  }
  return { buttons, hear, toggle };
}

function loopControls() {
  const duration = player.loop.end;
  const make = (label) => element("input", { type: "range", min: 0, max: duration, step: 0.01, ariaLabel: label });
  const [from, to] = [make("Loop from, in seconds"), make("Loop to, in seconds")];
  from.value = 0; to.value = duration;
  const shown = element("output", {});
  function apply(moved) {
    if (Number(to.value) - Number(from.value) < 0.25) {
      if (moved === from) from.value = Math.max(Number(to.value) - 0.25, 0); else to.value = Number(from.value) + 0.25;
    }
    player.setLoop(Number(from.value), Number(to.value));
    shown.textContent = `${Number(from.value).toFixed(2)} to ${Number(to.value).toFixed(2)} s`;
  }
  for (const input of [from, to]) input.addEventListener("change", () => apply(input));
  shown.textContent = `0.00 to ${duration.toFixed(2)} s`;
  const mark = (input) => { input.value = player.position; apply(input); };
  actions["["] = () => mark(from);
  actions["]"] = () => mark(to);
  actions["\\"] = () => { from.value = 0; to.value = duration; apply(to); };
  return element("fieldset", { className: "loop" }, element("legend", {}, "Loop"), element("span", {}, "from"), from,
    element("span", {}, "to"), to, element("span", {}, ""), shown);
}

const LOOP_KEYS = [["space", "play, pause"], ["[ and ]", "loop from here, to here"], ["\\", "loop everything"]];

function abxTrial(heading, trial) {
  const pick = selectors([["A", trial.a], ["B", trial.b], ["X", trial.x]], () => answers.forEach((b) => { b.disabled = false; }));
  const answer = (name) => { session.given.push({ item: trial.item.name, a: trial.a, b: trial.b, x: trial.x, answer: name }); next(); };
  const answers = [button("X is A", () => answer(trial.a)), button("X is B", () => answer(trial.b))];
  answers.forEach((b) => { b.disabled = true; });
  actions = { a: () => pick.hear(0), b: () => pick.hear(1), x: () => pick.hear(2), " ": pick.toggle,
    1: () => answers[0].click(), 2: () => answers[1].click() };
  show(heading, element("div", { className: "row", data: { role: "group", "aria-label": "Listen" } }, ...pick.buttons),
    element("div", { className: "row", data: { role: "group", "aria-label": "Answer" } }, ...answers), loopControls());
  keys([["A, B, X", "listen to it"], ["1, 2", "X is A, X is B"], ...LOOP_KEYS]);
}

const GRADES = ["bad", "poor", "fair", "good", "excellent"];

function mushraTrial(heading, trial) {
  const rated = new Map();
  const pick = selectors([["Reference", trial.item.reference], ...trial.stimuli.map((name, i) => [String(i + 1), name])],
    (index) => { if (index) sliders[index - 1].focus(); });
  const sliders = trial.stimuli.map((name, index) => {
    const slider = element("input", { type: "range", min: 0, max: 100, step: 1, ariaLabel: `Rating of sound ${index + 1}` });
    slider.value = 50;
    slider.addEventListener("input", () => {
      rated.set(name, Number(slider.value));
      const grade = GRADES[Math.min(Math.floor(slider.value / 20), 4)];
      rows[index].classList.remove("open");
      outputs[index].textContent = `${slider.value}, ${grade}`;
      slider.setAttribute("aria-valuetext", `${slider.value}, ${grade}`);
      done.disabled = rated.size < trial.stimuli.length;
    });
    return slider;
  });
  const outputs = sliders.map(() => element("output", {}, "not rated"));
  const problem = element("p", { className: "problem", data: { role: "alert" } });
  const done = button("Next", () => {
    if (Math.max(...rated.values()) < 100) {
      problem.textContent = "One of the sounds is the reference itself: give it 100.";
      return;
    }
    session.given.push({ item: trial.item.name, order: trial.stimuli, ratings: Object.fromEntries(rated) });
    next();
  }, { className: "main", disabled: true });
  const rows = sliders.map((slider, index) => element("div", { className: "rating open" }, pick.buttons[index + 1], slider, outputs[index]));
  const scale = element("div", { className: "rating", ariaHidden: "true" }, element("span"),
    element("div", { className: "scale" }, ...GRADES.map((grade) => element("span", {}, grade))), element("span"));
  actions = { r: () => pick.hear(0), 0: () => pick.hear(0), " ": pick.toggle, n: () => done.click() };
  trial.stimuli.forEach((_, index) => { actions[index < 9 ? index + 1 : "qwe"[index - 9]] = () => pick.hear(index + 1); });
  show(heading, element("div", { className: "row" }, pick.buttons[0]), scale, ...rows, problem,
    element("div", { className: "row" }, done), loopControls());
  keys([["R", "listen to the reference"], ["1 to 9, Q, W, E", "listen to a sound, and rate it"],
    ["arrows, page up and down", "change the rating"], ["N", "next item"], ...LOOP_KEYS]);
}

async function finish() {
  session.context?.close();
  keys([]);
  const answers = answersOf(TEST, session.listener, session.seed, session.started, session.given);
  const text = JSON.stringify(answers, null, 1);
  const name = `answers-${session.listener.replace(/[^\p{L}\p{N}]+/gu, "-")}-${TEST.test}.json`;
  const link = element("a", { href: "data:application/json;base64," + btoa(String.fromCharCode(...new TextEncoder().encode(text))),
    download: name, id: "answers" }, "Save your answers as a file");
  const status = element("p", { id: "status", data: { role: "status" } }, "Thank you. Save your answers, and send the file to whoever asked you.");
  show("Done", status, element("p", {}, link));
  if (!location.protocol.startsWith("http")) return;
  try {
    const reply = await fetch("answers", { method: "POST", headers: { "Content-Type": "application/json" }, body: text });
    const words = (await reply.text()).slice(0, 500);
    if (reply.status === 201) status.textContent = "Thank you. Your answers have been saved.";
    else if (reply.status === 400) status.textContent = `The server refused the answers: ${words} Save them as a file.`;
  } catch {
    // This web server only serves files, so the listener has to save the answers.
  }
}

welcome();
